# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Launches on this host without GPUs: Dynamo's real frontend, and a process for every rank.

The nodes are those that the topology describes, in name only; every process runs here, on loopback
addresses and ports of this run. Whether etcd and NATS are real is up to this host: where the era
needs them and both are installed they are started, else Dynamo's file discovery stands in.

Ports are taken from ``cluster.ports`` in this order: the frontend's, etcd's for clients and for
peers, NATS's, then one for each worker, where its ranks meet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_dynamo import engines
from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import standin
from pytest_dynamo.launch.plan import LaunchPlan, Port, Process, nodes_needed, place
from pytest_dynamo.launch.services import etcd, nats
from pytest_dynamo.launch.slurm import shared_memory
from pytest_dynamo.topology import versions

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import Cluster, Worker
    from pytest_dynamo.topology.model import Topology
    from pytest_dynamo.topology.versions import Era

HOST = "127.0.0.1"
#: What of the caller's must not reach the processes: they would take themselves for ranks of its
#: job, or find services that are not theirs.
SCRUB = ("SLURM_", "OMPI_", "PMI", "ETCD_", "NATS_", "DYN_")

#: A stand-in that takes a long prompt over is silent for five times as long.
KEEP_ALIVE = {"DYN_HTTP_SSE_KEEP_ALIVE_INTERVAL_MS": "25"}

_FRONTEND, _ETCD, _ETCD_PEER, _NATS, _FIRST_WORKER = range(5)


class Local:
    """The ``local`` launcher."""

    name = "local"

    def plan(self, topology: Topology, cluster: Cluster) -> LaunchPlan:
        """Return the launch plan.

        Raises:
            PlanError: there are too few ports, or Python or the stand-ins are not named.
        """
        needed = ports_needed(topology)
        if len(cluster.ports) < needed:
            raise PlanError(
                f"{topology.name} needs {needed} ports, {len(cluster.ports)} are given",
                remedy="free some ports of this host",
            )
        names = tuple(f"node{number + 1}" for number in range(nodes_needed(topology)))
        described = replace(
            cluster, nodes=names, gpus_per_node=topology.hardware.gpus_per_node
        )
        roles = {str(role): standin.component(str(role)) for role in topology.roles}
        host = _Host(topology, described, versions.dynamo(topology.versions.dynamo))
        placed = place(topology, described, roles)
        before = host.services()
        ready = tuple(service.name for service in before)
        workers = [
            process
            for index, worker in enumerate(placed)
            for process in host.worker(worker, cluster.ports[_FIRST_WORKER + index], ready)
        ]
        return LaunchPlan(
            topology=topology.name,
            launcher=self.name,
            model=topology.model.served_name,
            base_url=f"http://{HOST}:{cluster.ports[_FRONTEND]}",
            head=names[0],
            nodes=names,
            workers=placed,
            processes=(*before, host.frontend(ready), *workers),
            stand_in=host.stand_in(placed),
            notes=host.notes(),
        )


def ports_needed(topology: Topology) -> int:
    """Return how many free ports of the loopback interface a plan takes."""
    return _FIRST_WORKER + sum(role.workers for role in topology.roles.values())


@dataclass(frozen=True, slots=True)
class _Host:
    """What the processes of one launch have in common."""

    topology: Topology
    cluster: Cluster
    era: Era

    @property
    def _real_services(self) -> bool:
        wanted = {"etcd"} | ({"nats-server"} if self.era.needs_nats else set())
        return self.era.needs_etcd and wanted <= self.cluster.programs.keys()

    def environment(self) -> dict[str, str]:
        """Return the variables that every process has."""
        return {
            **self.topology.environment,
            **self._discovery(),
            "DYN_TCP_RPC_HOST": HOST,
            "DYN_TCP_RESPONSE_STREAM_HOST": HOST,
            "DYN_SDK_DISABLE_ANSI_LOGGING": "1",
            "HF_HUB_OFFLINE": "1",
            "HOME": self.cluster.run_dir,  # the runtime caches model cards below it
            "PYTHONUNBUFFERED": "1",
            "STANDIN_RUN": self.cluster.run_id,
            "PYTEST_DYNAMO_RUN": self.cluster.run_id,
        }

    def _discovery(self) -> dict[str, str]:
        ports = self.cluster.ports
        if not self._real_services:
            return {
                "DYN_DISCOVERY_BACKEND": "file",
                "DYN_FILE_KV": f"{self.cluster.run_dir}/discovery",
                "DYN_REQUEST_PLANE": "tcp",
                "DYN_EVENT_PLANE": "zmq",
            }
        found = {
            "ETCD_ENDPOINTS": f"http://{HOST}:{ports[_ETCD]}",
            "DYN_DISCOVERY_BACKEND": "etcd",
            "DYN_REQUEST_PLANE": self.era.request_plane,
            "DYN_EVENT_PLANE": self.era.event_plane,
        }
        if self.era.needs_nats:
            found["NATS_SERVER"] = f"nats://{HOST}:{ports[_NATS]}"
        return found

    def services(self) -> list[Process]:
        """Return etcd and NATS, as far as they are real."""
        if not self._real_services:
            return []
        ports, run_dir = self.cluster.ports, self.cluster.run_dir
        peers = Port(HOST, ports[_ETCD_PEER], "etcd peers")
        words = etcd(
            self.cluster.programs["etcd"], HOST, ports[_ETCD], peers.number, f"{run_dir}/etcd"
        )
        found = [self._service("etcd", words, (Port(HOST, ports[_ETCD], "etcd clients"), peers))]
        if self.era.needs_nats:
            words = nats(
                self.cluster.programs["nats-server"], HOST, ports[_NATS], f"{run_dir}/nats"
            )
            found.append(self._service("nats", words, (Port(HOST, ports[_NATS], "NATS clients"),)))
        return found

    def _service(self, name: str, words: tuple[str, ...], ports: tuple[Port, ...]) -> Process:
        return Process(
            name=name,
            step=name,
            kind="service",
            tokens=words,
            log=f"logs/{name}.log",
            nodes=self.cluster.nodes[:1],
            env={"HOME": self.cluster.run_dir, "PYTEST_DYNAMO_RUN": self.cluster.run_id},
            scrub=SCRUB,
            ports=ports,
        )

    def frontend(self, after: tuple[str, ...]) -> Process:
        """Return Dynamo's frontend."""
        port = Port(HOST, self.cluster.ports[_FRONTEND], "HTTP")
        return Process(
            name="frontend",
            step="frontend",
            kind="frontend",
            tokens=standin.frontend(self.topology, self.cluster, HOST, port.number),
            log="logs/frontend.log",
            nodes=self.cluster.nodes[:1],
            env={**KEEP_ALIVE, **self.environment()},
            scrub=SCRUB,
            ports=(port,),
            after=after,
        )

    def worker(self, worker: Worker, port: int, after: tuple[str, ...]) -> list[Process]:
        """Return a process for each rank of a worker, or the one mocker in its place."""
        common = {
            **engines.get(self.topology.engine).environment(self.topology, worker.role),
            **self.environment(),
            **shared_memory(self.topology, self.cluster, worker),
        }
        if self.topology.local.engine == "mocker":
            return [self._mocker(worker, port, common, after)]
        tokens = standin.rank(self.topology, self.cluster, worker, f"{HOST}:{port}")
        locals_ = [local for here in worker.gpus for local in range(len(here))]
        return [
            Process(
                name=f"{worker.name}.{rank}",
                step=worker.name,
                kind="worker",
                tokens=tokens,
                log=f"logs/{worker.name}.{rank}.log",
                nodes=(worker.node_of(rank),),
                ranks=(rank,),
                env={
                    **common,
                    "SLURM_PROCID": str(rank),
                    "SLURM_NTASKS": str(worker.world_size),
                    "SLURM_LOCALID": str(local),
                    "SLURMD_NODENAME": worker.node_of(rank),
                },
                scrub=SCRUB,
                ports=(Port(HOST, port, "rendezvous"),) if rank == 0 else (),
                after=after,
            )
            for rank, local in enumerate(locals_)
        ]

    def _mocker(
        self, worker: Worker, port: int, env: dict[str, str], after: tuple[str, ...]
    ) -> Process:
        tokens: tuple[str, ...] = (
            standin.program(self.cluster, "python"), "-s", "-m", "dynamo.mocker",
            "--model-path", standin.tokenizer(self.cluster),
            "--model-name", self.topology.model.served_name,
            "--engine-type", "vllm",
        )  # fmt: skip
        ports: tuple[Port, ...] = ()
        if worker.role != "agg":
            tokens += ("--disaggregation-mode", worker.role)
        if worker.role == "prefill":
            tokens += ("--bootstrap-ports", str(port))
            ports = (Port(HOST, port, "hand-over"),)
        return Process(
            name=worker.name,
            step=worker.name,
            kind="worker",
            tokens=tokens,
            log=f"logs/{worker.name}.log",
            nodes=worker.nodes,
            env=env,
            scrub=SCRUB,
            ports=ports,
            after=after,
        )

    def stand_in(self, placed: tuple[Worker, ...]) -> str:
        """Return in one sentence what is not real."""
        count = sum(worker.world_size for worker in placed)
        nodes = len(self.cluster.nodes)
        where = "its node is" if nodes == 1 else f"its {nodes} nodes are"
        if self.topology.local.engine == "mocker":
            who = f"Dynamo's mocker stands in for each of {len(placed)} worker(s)"
        else:
            who = (
                f"each of {count} rank(s) is a process without a GPU that says what TensorRT-LLM "
                "says and answers with words of its own"
            )
        return f"{who}, and {where} this host; Dynamo's frontend and runtime are real"

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know before the launch."""
        found = [self.era.note] if self.era.note else []
        if not self._real_services:
            what = "etcd and NATS" if self.era.needs_nats else "etcd"
            found.append(f"Dynamo's file discovery stands in for {what}")
        services = self.topology.services
        given = (services.head_node_ip, services.etcd_endpoints, services.nats_server)
        if any(given):
            found.append("addresses of etcd, NATS and a head node are not used: all is loopback")
        if self.topology.local.engine == "mocker":
            found.append("the mocker offers its KV events on all interfaces, as of 1.6.1")
        found.append(
            "Dynamo is the installed ai-dynamo-runtime; the topology is written for "
            f"{self.era.asked}"
        )
        return tuple(found)


LAUNCHER = Local()
