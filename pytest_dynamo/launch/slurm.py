# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Launches inside a Slurm allocation: one step for each service, for the frontend and each worker.

Deviations from the guides' scripts, besides those of a step (``srun.py``) and of the services
(``services.py``):

- etcd, NATS and the frontend are three steps, not one script: each has its own exit status and
  log. Nothing sleeps for 3 or 30 s; each starts when those it needs accept connections.
- No script stands between ``srun`` and the engine, so DISAGGREGATION_MODE, ENGINE_CONFIG and the
  other variables by which the scripts spoke to each other are gone; what they held is on the
  command line. The mount at /mnt is needed for the engine's files alone.
- TRTLLM_EPLB_SHM_NAME is set for each worker: the engine's own name for the experts it shares in
  ``/dev/shm`` is the same for all, so two workers on a node, or one after a crash, collide.
- Workers that share a node overlap and are told their GPUs; the guides have none.
- There is no ``pkill srun``: a step is ended by its id.

The workers of a topology with a ``ray`` section have a Ray cluster under them (``ray_cluster.py``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo import engines
from pytest_dynamo.errors import TopologyError
from pytest_dynamo.launch import ports, srun, standin
from pytest_dynamo.launch.containers import NO_IMAGE
from pytest_dynamo.launch.plan import LaunchPlan, Port, Process, place
from pytest_dynamo.launch.ray_cluster import RayCluster
from pytest_dynamo.launch.services import bindable, host_in_url, is_address
from pytest_dynamo.launch.srun import Site, Step
from pytest_dynamo.standin.mpi import ASKED as MPI_ASKED
from pytest_dynamo.topology import versions
from pytest_dynamo.topology.seen import role_of

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import Cluster, Worker
    from pytest_dynamo.topology.model import Topology
    from pytest_dynamo.topology.versions import Era

#: What a target ends with whose graph brings the frontend along.
_FRONTEND_GRAPH = ":Frontend"


class Slurm:
    """The ``slurm`` launcher."""

    name = "slurm"

    def plan(
        self, topology: Topology, cluster: Cluster, *, stand_in: bool = False
    ) -> LaunchPlan:
        """Return the launch plan; with ``stand_in``, of a rehearsal without GPUs and containers.

        A topology that says ``rehearsal`` asks for the same.

        Raises:
            PlanError: the cluster cannot hold the topology.
            TopologyError: its release of Dynamo has no words for it.
        """
        era = versions.dynamo(topology.versions.dynamo)
        topology, rendezvous = ports.of_run(topology, cluster.run_id)
        if stand_in or topology.rehearsal:
            return _rehearsal(topology, cluster, era, rendezvous)
        contained = topology.container.runtime != "none"
        site = Site(topology, cluster, era, contained, cluster.directory)
        placed = place(topology, cluster, components(topology, era))
        before = srun.services(site)
        ready = tuple(service.name for service in before)
        processes = list(before)
        if (brought := _graph_frontend(topology, placed)) is None:
            words = era.listen(topology.frontend.http_port, router=topology.frontend.router)
            processes.append(srun.frontend(site, words, ready))
        for worker in placed:
            if beneath := _ray(site, worker):
                processes += beneath.processes(ready)
            processes.append(_worker(site, worker, placed, ready))
        host = site.address
        if brought is not None and brought.nodes[0] != site.head:
            host = cluster.address(brought.nodes[0])
        return LaunchPlan(
            topology=topology.name,
            launcher=self.name,
            model=topology.model.served_name,
            base_url=f"http://{host_in_url(host)}:{topology.frontend.http_port}",
            head=site.head,
            nodes=_used(site, placed),
            workers=placed,
            processes=tuple(processes),
            notes=_notes(site, placed),
        )


def components(topology: Topology, era: Era) -> dict[str, str]:
    """Return the Dynamo component that each role's workers register as."""
    if topology.engine != "trtllm":  # dynamo.vllm has had these names in every release
        return {str(role): standin.component(str(role)) for role in topology.roles}
    strategy = topology.disaggregation_strategy
    return {str(role): era.component(role, strategy) for role in topology.roles}


def _worker(
    site: Site, worker: Worker, placed: tuple[Worker, ...], ready: tuple[str, ...]
) -> Process:
    topology = site.topology
    role = role_of(topology, worker.role)
    engine = engines.get(topology.engine)
    ranks_are_tasks = engine.ranks_are_tasks(topology, worker.role)
    per_node = topology.hardware.gpus_per_node
    beneath = _ray(site, worker)
    _check_span(topology, worker, ranks_are_tasks=ranks_are_tasks)
    ports: tuple[Port, ...] = ()
    if role.graph and role.graph.target.endswith(_FRONTEND_GRAPH):
        node = worker.nodes[0]
        host = site.address if node == site.head else site.cluster.address(node)
        ports = (Port(host, topology.frontend.http_port, "HTTP"),)
    process = Process(
        name=worker.name,
        step=worker.name,
        kind="worker",
        tokens=srun.on_gpus(engine.command(topology, worker.role), worker, per_node),
        log=f"logs/{worker.name}.log",
        nodes=worker.nodes if ranks_are_tasks else worker.nodes[:1],
        ranks=tuple(range(worker.world_size)) if ranks_are_tasks else (),
        env={
            **engine.environment(topology, worker.role),
            **topology.environment,
            **site.environment(),
            **shared_memory(topology, site.cluster, worker),
            **(beneath.environment if beneath else {}),
        },
        ports=ports,
        after=(*ready, *(beneath.members if beneath else ())),
    )
    step = Step(
        per_node=len(worker.gpus[0]) if ranks_are_tasks else 1,
        mpi=ranks_are_tasks,
        overlap=beneath is not None or _shares_a_node(worker, placed),
        directory=role.graph.directory if role.graph else None,
        container_name=beneath.container if beneath else None,
    )
    return srun.wrap(site, process, step)


def _shares_a_node(worker: Worker, placed: tuple[Worker, ...]) -> bool:
    return any(
        not set(other.nodes).isdisjoint(worker.nodes) for other in placed if other is not worker
    )


def _ray(site: Site, worker: Worker) -> RayCluster | None:
    ray = site.topology.ray
    return RayCluster(site, worker, ray.port) if ray else None


def shared_memory(topology: Topology, cluster: Cluster, worker: Worker) -> dict[str, str]:
    """Return what makes a worker's files in ``/dev/shm`` its own, and findable by the run's id."""
    if topology.engine != "trtllm":
        return {}
    return {"TRTLLM_EPLB_SHM_NAME": f"moe_shared_{cluster.run_id}_{worker.name}"}


def _check_span(topology: Topology, worker: Worker, *, ranks_are_tasks: bool) -> None:
    where = str(topology.where(("roles", worker.role)))
    if topology.ray and ranks_are_tasks:
        raise TopologyError(
            f"the ranks of {worker.name} are started one by one, and Ray would start them too",
            where=str(topology.where(("ray",))),
            remedy="leave out the ray section: it is for vLLM",
        )
    if len(worker.nodes) > 1 and not ranks_are_tasks and not topology.ray:
        raise TopologyError(
            f"{worker.name} spans {len(worker.nodes)} nodes, and nothing starts it on the others",
            where=where,
            remedy="add a ray section, or take one node for each worker",
        )


def _graph_frontend(topology: Topology, placed: tuple[Worker, ...]) -> Worker | None:
    """Return the worker whose graph brings the frontend along, None when the era's own is started.

    Raises:
        TopologyError: more than one would.
    """
    found = [
        worker
        for worker in placed
        if (graph := role_of(topology, worker.role).graph)
        and graph.target.endswith(_FRONTEND_GRAPH)
    ]
    if len(found) > 1:
        raise TopologyError(
            f"{found[0].name} and {found[1].name} would each start a frontend",
            where=str(topology.where(("roles", found[1].role))),
            remedy="give the graph that ends in :Frontend to one worker, and the others the "
            "target of their component",
        )
    return found[0] if found else None


def _used(site: Site, placed: tuple[Worker, ...]) -> tuple[str, ...]:
    nodes = {site.head} | {node for worker in placed for node in worker.nodes}
    return tuple(node for node in site.cluster.nodes if node in nodes)


def _notes(site: Site, placed: tuple[Worker, ...]) -> tuple[str, ...]:
    topology, cluster, era = site.topology, site.cluster, site.era
    notes = [era.note] if era.note else []
    if site.contained and not topology.container.image:
        notes.append(f"the image is not set: export IMAGE=..., or replace {NO_IMAGE}")
    if not cluster.job_id:
        notes.append("made outside of an allocation: the nodes are examples, --jobid is left out")
    strategy = topology.disaggregation_strategy
    if strategy and topology.disaggregated and not era.strategy_flag:
        notes.append(
            f"disaggregation_strategy {strategy} is not said: Dynamo {era.asked} has no such option"
        )
    spare = len(cluster.nodes) - len(_used(site, placed))
    if spare > 0:
        notes.append(f"{spare} node(s) of the allocation stay idle")
    if beneath := _ray(site, placed[0]):
        notes += beneath.notes
    return tuple(notes)


def _rehearsal(topology: Topology, cluster: Cluster, era: Era, rendezvous: int) -> LaunchPlan:
    """Return a plan whose ranks and frontend are stand-ins, each where the real one would be."""
    common = {
        **topology.environment,
        "HF_HUB_OFFLINE": "1",
        "STANDIN_RUN": cluster.run_id,
        "DYN_DISCOVERY_BACKEND": "etcd",
        "DYN_REQUEST_PLANE": era.request_plane,
        "DYN_EVENT_PLANE": era.event_plane,
    }
    site = Site(
        topology=topology,
        cluster=cluster,
        era=replace(era, needs_etcd=True),
        contained=False,
        directory=cluster.run_dir,
        common=common,
    )
    placed = place(
        topology, cluster, {str(role): standin.component(str(role)) for role in topology.roles}
    )
    before = srun.services(site)
    ready = tuple(service.name for service in before)
    bound = bindable(site.address)
    words = standin.frontend(topology, cluster, bound, topology.frontend.http_port)
    processes = [*before, srun.frontend(site, words, ready)]
    for index, worker in enumerate(placed):
        first = cluster.address(worker.nodes[0])
        port = Port(first, rendezvous + index, "rendezvous")
        process = Process(
            name=worker.name,
            step=worker.name,
            kind="worker",
            tokens=standin.rank(
                topology, cluster, worker, f"{host_in_url(first)}:{port.number}"
            ),
            log=f"logs/{worker.name}.log",
            nodes=worker.nodes,
            ranks=tuple(range(worker.world_size)),
            env={
                **site.environment(),
                **shared_memory(topology, cluster, worker),
                **({"DYN_TCP_RPC_HOST": first} if is_address(first) else {}),
            },
            ports=(port,),
            after=ready,
        )
        step = Step(
            per_node=len(worker.gpus[0]),
            mpi=MPI_ASKED in topology.environment,
            overlap=_shares_a_node(worker, placed),
        )
        processes.append(srun.wrap(site, process, step))
    return LaunchPlan(
        topology=topology.name,
        launcher="slurm",
        model=topology.model.served_name,
        base_url=f"http://{host_in_url(site.address)}:{topology.frontend.http_port}",
        head=site.head,
        nodes=_used(site, placed),
        workers=placed,
        processes=tuple(processes),
        stand_in="every rank is a process without a GPU that says what TensorRT-LLM says and "
        "answers with words of its own; Slurm, etcd, NATS and Dynamo's frontend and runtime are "
        "real, and there is no container",
    )


LAUNCHER = Slurm()
