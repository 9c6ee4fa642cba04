# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How the Ray cluster under one worker is worded (guide 002), a step of Slurm for each node.

Deviations from the guide, whose words are ``ray start --head --port=6379`` and ``ray start
--address=HEAD:6379``, typed on each node:

- ``--block``, in a step of its own on each node: the daemons stay children of a process that is
  ours and ends when one of them dies. They are stopped with it, first the others and then the
  head; ``ray stop`` would stop every Ray of the host, by name. A head that is stopped by a signal
  to its step takes 33 s: the signal ends the part that it wants to take leave of (Ray 2.60).
- The node manager's port is said, so that it can be waited for: the worker starts when every node
  has opened it. Its GPUs are in the cluster up to 4 s later, for which vLLM waits.
- RAY_ADDRESS names the cluster to the worker, where the guide has it find one on its node.
- All steps of a worker on a node share a container: vLLM reaches its node's Ray through sockets
  under ``/tmp``.
- VLLM_HOST_IP is set where the node's address is known. A name in its place would not be found
  among Ray's addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.launch import srun
from pytest_dynamo.launch.plan import Port, Process
from pytest_dynamo.launch.services import host_in_url, is_address
from pytest_dynamo.launch.srun import Step

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import Worker
    from pytest_dynamo.launch.srun import Site

#: Letters of the run's id in Ray's directory: a socket's path has at most 107 bytes, and Ray adds
#: up to 70.
_ID_LETTERS = 16


@dataclass(frozen=True, slots=True)
class RayCluster:
    """The Ray cluster of one worker; its head is the worker's first node."""

    site: Site
    worker: Worker
    port: int

    @property
    def members(self) -> tuple[str, ...]:
        """The names of the processes that make the cluster, the head's first."""
        return tuple(f"{self.worker.name}.ray{index}" for index in range(len(self.worker.nodes)))

    @property
    def container(self) -> str:
        """The name of the container that the steps share on each node."""
        return f"{self.site.cluster.run_id}-{self.worker.name}"

    @property
    def address(self) -> str:
        """Where the cluster is reached."""
        return f"{host_in_url(self._host(0))}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the worker needs to find the cluster."""
        return {"RAY_ADDRESS": self.address, **_host_ip(self._host(0))}

    @property
    def notes(self) -> list[str]:
        """What a person should know before the launch."""
        found = []
        if not all(is_address(self._host(index)) for index in range(len(self.worker.nodes))):
            found.append("the nodes' addresses are not known, so VLLM_HOST_IP is left to vLLM")
        if scratch := self._scratch:
            found.append(f"Ray keeps its files in {scratch[0].partition('=')[2]} of each node")
        return found

    def processes(self, after: tuple[str, ...]) -> list[Process]:
        """Return the daemons, one process for each node, the head first."""
        step = Step(container_name=self.container)
        return [
            srun.wrap(self.site, self._node(index, after), step)
            for index in range(len(self.worker.nodes))
        ]

    def _node(self, index: int, after: tuple[str, ...]) -> Process:
        host, is_head = self._host(index), index == 0
        manager = Port(host, self.port + 1, "Ray node manager")
        joins = (f"--address={self.address}",)
        heads = ("--head", f"--port={self.port}", "--include-dashboard=false")
        name = self.members[index]
        return Process(
            name=name,
            step=name,
            kind="service",
            tokens=(
                "ray", "start",
                *(heads if is_head else joins),
                f"--node-manager-port={manager.number}",
                *((f"--node-ip-address={host}",) if is_address(host) else ()),
                *self._scratch,
                "--disable-usage-stats",
                "--block",
            ),
            log=f"logs/{name}.log",
            nodes=(self.worker.nodes[index],),
            env={
                **self.site.topology.environment,
                **_host_ip(host),
                "PYTHONUNBUFFERED": "1",
                "PYTEST_DYNAMO_RUN": self.site.cluster.run_id,
            },
            ports=(Port(host, self.port, "Ray"), manager) if is_head else (manager,),
            after=after if is_head else self.members[:1],
        )  # fmt: skip

    def _host(self, index: int) -> str:
        return self.site.cluster.address(self.worker.nodes[index])

    @property
    def _scratch(self) -> tuple[str, ...]:
        """The option for Ray's directory; one of Pyxis has a ``/tmp`` of its own and needs none."""
        if self.site.contained and self.site.topology.container.runtime == "pyxis":
            return ()
        return (f"--temp-dir=/tmp/ray-{self.site.cluster.run_id[-_ID_LETTERS:]}",)


def _host_ip(address: str) -> dict[str, str]:
    return {"VLLM_HOST_IP": address} if is_address(address) else {}
