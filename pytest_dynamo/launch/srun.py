# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How one step of a Slurm job is worded.

The words are those of the guides' scripts, in their order. What they lack is added, each for a
reason that was seen on a real Slurm:

- ``--nodelist``: or Slurm chooses, and a worker lands where another should be.
- ``--ntasks`` beside ``--ntasks-per-node``, and an environment without ``SLURM_NTASKS`` and its
  like: those of the caller win over ``--ntasks-per-node``, and ``srun`` returns 0.
- ``--distribution=block`` where there are several nodes: ranks fill one node after the other, which
  is what makes the node of a rank known.
- ``--kill-on-bad-exit=1``: one dead rank does not end the others.
- A name of its own (``-J``): so that the step can be found and signalled by its id.
- ``--input=none``: ``srun`` hands its standard input to the ranks.
- ``--export=ALL`` with all values in the environment of ``srun``: a list there is cut at commas,
  and without ALL there is no PATH.
- ``--container-env`` with every variable that was set for the step: the image's own win otherwise.
- ``env CUDA_VISIBLE_DEVICES=...`` before the words of a worker that does not fill its nodes, rather
  than a variable: Slurm sets that one anew in each task.

``--unbuffered`` is left out: it gives the ranks a terminal, and they then draw progress bars and
colours; PYTHONUNBUFFERED does what is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pytest_dynamo.launch import containers
from pytest_dynamo.launch.dialect import counted
from pytest_dynamo.launch.plan import Port, Process
from pytest_dynamo.launch.services import etcd, host_in_url, nats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.launch.plan import Cluster, Worker
    from pytest_dynamo.topology.model import Topology
    from pytest_dynamo.topology.versions import Era

#: What a step of the caller's leaves in the environment and a new step must not inherit.
SCRUB = (
    "SLURM_NTASKS",
    "SLURM_NPROCS",
    "SLURM_TASKS_PER_NODE",
    "SLURM_NNODES",
    "SLURM_CPUS_PER_TASK",
    "SLURM_CPU_BIND",
    "SLURM_DISTRIBUTION",
    "SLURM_EXPORT_ENV",
    "SLURM_STEP",
    "SLURM_PROCID",
    "SLURM_LOCALID",
    "SLURM_NODEID",
    "SLURM_GTIDS",
    "SRUN_",
    "OMPI_COMM_WORLD_",
    "PMI",
)


@dataclass(frozen=True, slots=True)
class Step:
    """What ``srun`` is asked for around the words of a process.

    ``directory`` is the working directory inside, ``container_name`` the container that steps
    share; without a name each step has a fresh one.
    """

    per_node: int = 1
    mpi: bool = False
    overlap: bool = True
    directory: str | None = None
    container_name: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What all steps of one launch have in common.

    ``contained`` is whether they have a container, ``directory`` where they run without one, and
    ``common`` variables for those of them that speak to Dynamo.
    """

    topology: Topology
    cluster: Cluster
    era: Era
    contained: bool
    directory: str | None = None
    common: Mapping[str, str] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """The node of the services and the frontend."""
        return self.cluster.nodes[0]

    @property
    def address(self) -> str:
        """Where all nodes reach the head."""
        services, cluster = self.topology.services, self.cluster
        return services.head_node_ip or cluster.head_ip or cluster.address(self.head)

    @property
    def etcd_endpoints(self) -> str | None:
        """Where etcd is, given or started; None when the era needs none."""
        services = self.topology.services
        own = f"{host_in_url(self.address)}:{services.etcd_port}" if self.era.needs_etcd else None
        return services.etcd_endpoints or own

    @property
    def nats_server(self) -> str | None:
        """Where NATS is, given or started; None when the era needs none.

        Without need it is not even named: since 0.8 a process waits 120 s for one that is named.
        """
        services = self.topology.services
        own = f"nats://{host_in_url(self.address)}:{services.nats_port}"
        return services.nats_server or (own if self.era.needs_nats else None)

    def environment(self) -> dict[str, str]:
        """Return the variables that every process of the launch has."""
        found = {"ETCD_ENDPOINTS": self.etcd_endpoints, "NATS_SERVER": self.nats_server}
        return {
            **{name: value for name, value in found.items() if value},
            **self.common,
            "DYN_SDK_DISABLE_ANSI_LOGGING": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTEST_DYNAMO_RUN": self.cluster.run_id,
        }

    def scratch(self, name: str) -> str:
        """Return a directory for a service's data.

        In a container with a ``/tmp`` of its own it vanishes with it; otherwise the run's own
        directory is the only place that is known to be ours.
        """
        if self.contained and self.topology.container.runtime == "pyxis":
            return f"/tmp/pytest-dynamo-{self.cluster.run_id}/{name}"  # noqa: S108 - the container's own
        return f"{self.cluster.run_dir}/{name}"


def step_name(run_id: str, process: str) -> str:
    """Return the name of a process's step, as ``squeue --steps`` shows it."""
    return f"{run_id}.{process}"


def wrap(site: Site, process: Process, step: Step) -> Process:
    """Return the process with its words run by ``srun`` on its nodes."""
    container = site.topology.container
    env = containers.environment(container, process.env) if site.contained else process.env
    tokens = _tokens(site, process, step)
    return replace(process, tokens=tokens, env=env, labelled=True, scrub=SCRUB)


def _tokens(site: Site, process: Process, step: Step) -> tuple[str, ...]:
    cluster, dialect = site.cluster, site.cluster.dialect
    nodes = len(process.nodes)
    container = site.topology.container
    inside = (
        containers.words(container, process, step.directory, cluster.run_dir)
        if site.contained
        else ()
    )
    return (
        "srun",
        *(("--mpi", dialect.mpi) if step.mpi and dialect.mpi else ()),
        *(("--oversubscribe",) if step.mpi else ()),
        *(("--overlap",) if step.overlap else ()),
        *_container(site, process, step),
        "--verbose",
        "--label",
        *(("-A", cluster.account) if cluster.account else ()),
        "-J", step_name(cluster.run_id, process.name),
        "--nodelist", ",".join(process.nodes),
        "--nodes", str(nodes),
        "--ntasks", str(nodes * step.per_node),
        "--ntasks-per-node", str(step.per_node),
        *(("--jobid", cluster.job_id) if cluster.job_id else ()),
        *(("--distribution=block",) if nodes > 1 else ()),
        *(counted(dialect.step_gpus, cluster.gpus_per_node) if process.kind == "worker" else ()),
        "--kill-on-bad-exit=1",
        "--input=none",
        "--export=ALL",
        *cluster.extra_srun,
        *dialect.srun,
        *inside,
        *process.tokens,
    )  # fmt: skip


def _container(site: Site, process: Process, step: Step) -> tuple[str, ...]:
    container = site.topology.container
    if site.contained and container.runtime == "pyxis":
        return containers.options(container, process, step.container_name, step.directory)
    # an image that Apptainer is given by a relative path starts here as well
    directory = site.directory if site.contained else step.directory or site.directory
    return ("--chdir", directory) if directory else ()


def services(site: Site) -> list[Process]:
    """Return etcd and NATS on the head node, as far as they are needed and not given."""
    wanted = site.topology.services
    program = site.cluster.programs if not site.contained else {}
    found: list[Process] = []
    if site.era.needs_etcd and not wanted.etcd_endpoints:
        words = etcd(
            program.get("etcd", "etcd"),
            site.address,
            wanted.etcd_port,
            wanted.etcd_peer_port,
            site.scratch("etcd"),
        )
        found.append(_service(site, "etcd", words, wanted.etcd_port, "etcd clients"))
    if site.era.needs_nats and not wanted.nats_server:
        words = nats(
            program.get("nats-server", "nats-server"),
            site.address,
            wanted.nats_port,
            site.scratch("nats"),
        )
        found.append(_service(site, "nats", words, wanted.nats_port, "NATS clients"))
    return found


def _service(
    site: Site, name: str, words: tuple[str, ...], port: int, purpose: str
) -> Process:
    process = Process(
        name=name,
        step=name,
        kind="service",
        tokens=words,
        log=f"logs/{name}.log",
        nodes=(site.head,),
        env={"PYTEST_DYNAMO_RUN": site.cluster.run_id},
        ports=(Port(site.address, port, purpose),),
    )
    return wrap(site, process, Step())


def frontend(site: Site, words: tuple[str, ...], after: tuple[str, ...]) -> Process:
    """Return the frontend on the head node, run by these words."""
    process = Process(
        name="frontend",
        step="frontend",
        kind="frontend",
        tokens=words,
        log="logs/frontend.log",
        nodes=(site.head,),
        env=site.environment(),
        ports=(Port(site.address, site.topology.frontend.http_port, "HTTP"),),
        after=after,
    )
    return wrap(site, process, Step())


def on_gpus(words: tuple[str, ...], worker: Worker, per_node: int) -> tuple[str, ...]:
    """Return the words with the worker's GPUs named, where it does not fill its nodes.

    ``dynamo serve`` deals out the node's GPUs itself from the first on, whatever is visible, so
    two of them on a node would take the same ones; it is told not to.
    """
    mine = worker.gpus[0]
    if len(mine) == per_node:
        return words
    names = [f"CUDA_VISIBLE_DEVICES={','.join(map(str, mine))}"]
    if "serve" in words:
        names.append("DYN_DISABLE_AUTO_GPU_ALLOCATION=1")
    at = 1 if words[0] == "env" else 0
    while at and words[at] == "-u":
        at += 2
    return (*(words[:at] or ("env",)), *names, *words[at:])
