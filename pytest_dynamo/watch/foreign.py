# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose log is whose, in a folder of logs that we did not write: a plan made after the fact.

Theory of operation. A log is named after a service, after a role, or after neither, with numbers
(``parts``). Where a name says nothing, the log's first lines may name the role. One labelled log of
several workers - the terminal of a guide, in which each ``srun`` counts from 0 - does not tell them
apart: its ranks are then those of all of them together, and the plan says so.

Nodes are named as far as the logs name them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_dynamo import engines
from pytest_dynamo.launch.plan import Cluster, LaunchPlan, Process, Worker, nodes_needed, place
from pytest_dynamo.watch import beside, log_names, ray_clusters
from pytest_dynamo.watch.envelopes import own_rank
from pytest_dynamo.watch.lines import MAX_LINE, Line, shown
from pytest_dynamo.watch.log_names import JOB, RANK, TOLD_BY, UNNAMED
from pytest_dynamo.watch.parts import Part, in_order, parts_of, places
from pytest_dynamo.watch.slurm_words import by_slurm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_dynamo.topology.model import Topology
    from pytest_dynamo.watch.envelopes import Opener
    from pytest_dynamo.watch.log_names import Source

LAUNCHER = "replay"
#: Between the names of workers that cannot be told apart.
_OR = " or "
#: PyTorch's own label, which hides where a line of an exception begins.
_TORCH = re.compile(r"^\[rank\d+\]: ")


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes lines of what stands in one foreign log.

    ``whose`` are the processes of its streams, each with its rank if it is that of one. ``own`` is
    set where the program names its rank itself, and no envelope does.
    """

    opener: Opener
    whose: Mapping[str | None, tuple[str, int | None]]
    own: bool = False

    def whole(self, number: int, data: bytes) -> list[Line]:
        """Return the lines of one line of the log, which is the ``number``-th."""
        first, *rest = data.split(b"\r")
        letter = self.opener.letter(shown(first[:MAX_LINE]))
        if (who := self.whose.get(letter.stream)) is None:
            return []
        process, one = who
        said = _TORCH.sub("", letter.text) if self.own else letter.text
        texts = [said, *(shown(piece[:MAX_LINE]) for piece in rest)]
        rank = own_rank(letter.text) if self.own else letter.rank
        if rank is None and not by_slurm(said):
            rank = one
        return [
            Line(process, rank, number, text) for text in texts if text and not text.isspace()
        ]


def plan(topology: Topology, sources: Sequence[Source]) -> tuple[LaunchPlan, dict[Source, str]]:
    """Return the plan that the sources tell of, and the name of each one's process.

    Raises:
        PlanError: a worker of the topology does not divide over its nodes.
    """
    count = nodes_needed(topology)
    names = tuple(f"{UNNAMED} {number + 1}" for number in range(count))
    workers = place(topology, Cluster(names, topology.hardware.gpus_per_node, "", ""))
    rays = ray_clusters.clusters(_unnamed(topology, sources))
    of_rays = {source for cluster in rays for source in cluster.parts}
    others = [source for source in sources if source not in of_rays]
    services, groups, of_nodes = _sorted(topology, others, workers, clustered=bool(rays))
    parts: list[tuple[Worker, Part]] = []
    merged: list[Worker] = []
    slurm = any(source.by_slurm for source in sources)
    for role, group in groups.items():
        # what tells of no role is of those that nothing else tells of, if there are any
        rest = [worker for worker in workers if not role and worker.role not in groups]
        if not role and not rest:  # what the script of a job says, or anybody
            services += [(source, _job(topology, workers, source)) for source in group]
            continue
        mine = rest or [worker for worker in workers if worker.role == role]
        numbered = bool(role) and any(n <= len(mine) for n in log_names.numbers(group[0], role))
        # one log, or what one job said in two: its output, and its errors
        alone = len(mine) > 1 and len({source.who for source in group}) == 1 and not numbered
        if alone and (group[0].labelled or not places(mine, group[0])):
            whole = _merge(mine)
            merged += mine
            parts += [(whole, Part(source, 0)) for source in group]
        elif role:
            parts += [(mine[part.replica], part) for part in parts_of(mine, group, role)]
        else:
            parts += in_order(mine, group)
    known = {part.source: worker for worker, part in parts if not merged}
    for worker, cluster in ray_clusters.owners(rays, known, workers):
        of = enumerate(cluster.parts)
        parts += [(worker, Part(each, worker.replica, ray=str(number))) for number, each in of]
        of_rays -= {*cluster.parts}
    nobodys = (source for source in sources if source in of_rays)
    services += [(source, _job(topology, workers, source)) for source in nobodys]
    apart = {worker.name for worker, _ in parts}
    kept = [worker for worker in workers if worker.name in apart or worker not in merged]
    kept += [worker for worker, _ in parts if worker not in workers]
    named = {worker.name: _named(topology, worker, parts) for worker in kept}
    found: list[tuple[Source, Process]] = services
    inside = _inside(topology)
    for worker, part in parts:
        one = bool(inside & {*worker.role.split(_OR)})
        found.append((part.source, _process(named[worker.name], part, slurm=slurm, inside=one)))
    found += [(source, beside.of_node(source, found, workers)) for source in of_nodes]
    processes = _unique(found)
    nodes = tuple(dict.fromkeys(node for worker in named.values() for node in worker.nodes))
    made = LaunchPlan(
        topology=topology.name,
        launcher=LAUNCHER,
        model=topology.model.served_name,
        base_url="",
        head=nodes[0],
        nodes=nodes,
        workers=tuple(named.values()),
        processes=tuple(process for _, process in processes),
        notes=tuple(_notes(named.values(), processes)),
    )
    return made, {source: process.name for source, process in processes}


def _unnamed(topology: Topology, sources: Sequence[Source]) -> list[Source]:
    """Return the logs whose names tell no role or service."""
    logs = beside.logs(topology, sources)
    return [source for source in logs if not any(log_names.told(topology, source))]


def _sorted(
    topology: Topology, sources: Sequence[Source], workers: Sequence[Worker], *, clustered: bool
) -> tuple[list[tuple[Source, Process]], dict[str, list[Source]], list[Source]]:
    """Return services and what speaks for a job, the sources of each role, and those of nodes.

    ``clustered`` is whether Ray clusters have logs of their own, so that no log is that of a job.
    """
    services: list[tuple[Source, Process]] = []
    groups: dict[str, list[Source]] = {}
    of_nodes: list[Source] = []
    logs = beside.logs(topology, sources)
    by_name = any(log_names.told(topology, source)[0] for source in logs)
    by_head: set[str] = set()
    # what a program said in two files, its output and its errors, tells its role in one of them
    heads = {source.who: role for source in logs if (role := log_names.role(topology, source))}
    for source in logs:
        told, service = log_names.told(topology, source)
        letter = log_names.by_initial(topology, source)
        said = heads.get(source.who) or letter
        role = told or (None if service else said)
        of_node = source.host and not (told or service or (role and source.is_of_worker))
        if source.by_kernel or of_node:
            of_nodes.append(source)
        elif service:
            services.append((source, service))
        # of the job, too, is what tells of its tasks beside logs that are called after their roles
        elif not (told or letter or RANK.search(source.names[0])) and (
            source.by_slurm or (by_name and source.task is not None)
        ):
            services.append((source, _job(topology, workers, source)))
        else:
            groups.setdefault(role or "", []).append(source)
            by_head |= {role} if role and not told else set()
    if len(topology.roles) > 1 and len(groups) == 1 and by_head & groups.keys():
        (group,) = groups.values()
        if len(group) == 1 and not clustered:  # of all of them, though one speaks first
            groups = {"": group}
    without = [role for role in map(str, topology.roles) if role not in groups]
    jobs = [each for each in services if each[1].step == JOB and log_names.tells_of_engine(each[0])]
    if "" not in groups and len(without) == len(jobs) == 1:  # whose ranks speak there alone
        services.remove(jobs[0])
        groups[without[0]] = [jobs[0][0]]
    return _told_of(services), groups, of_nodes


def _told_of(services: Sequence[tuple[Source, Process]]) -> list[tuple[Source, Process]]:
    """Return services and frontends; what tells of one whose log lies beside is marked as that."""
    logs = {process.name for source, process in services if not source.told_of}
    return [
        (source, replace(process, name=f"{process.name}{TOLD_BY}{source.stream or source.log}"))
        if source.told_of and process.name in logs
        else (source, process)
        for source, process in services
    ]


def together(topology: Topology, plan: LaunchPlan) -> dict[str, tuple[Worker, ...]]:
    """Return the workers that those of a plan stand for which the logs do not tell apart."""
    names = {worker.name: worker.name.split(_OR) for worker in plan.workers if merged(worker)}
    if not names:
        return {}
    nodes = tuple(map(str, range(nodes_needed(topology))))
    workers = place(topology, Cluster(nodes, topology.hardware.gpus_per_node, "", ""))
    return {
        name: tuple(worker for worker in workers if worker.name in of)
        for name, of in names.items()
    }


def merged(worker: Worker) -> bool:
    """Return whether a worker stands for several whose ranks the logs do not tell apart."""
    return _OR in worker.name


def _inside(topology: Topology) -> set[str]:
    """Return the roles whose workers are one task each, with all ranks in it."""
    engine = engines.get(topology.engine)
    roles = (str(role) for role in topology.roles)
    return {role for role in roles if not engine.ranks_are_tasks(topology, role)}


def _job(topology: Topology, workers: Sequence[Worker], source: Source) -> Process:
    """Return what stands for ``srun`` where the ranks have logs of their own."""
    if len(workers) > 1:  # each step counts its tasks from 0
        return Process(JOB, JOB, "worker", (), source.log, (), labelled=True)
    (worker,) = workers
    # the number of a task is that of no rank where one holds several
    inside = worker.role in _inside(topology)
    ranks = () if inside else tuple(range(worker.world_size))
    return Process(
        f"srun of {worker.name}", worker.name, "worker", (), source.log, worker.nodes, ranks,
        labelled=True,
    )  # fmt: skip


def _merge(workers: Sequence[Worker]) -> Worker:
    """Return the worker that stands for several whose ranks cannot be told apart."""
    largest = max(workers, key=lambda worker: worker.world_size)
    roles = list(dict.fromkeys(worker.role for worker in workers))
    name = _OR.join(worker.name for worker in workers)
    nodes = tuple(f"{UNNAMED} of {name}" for _ in largest.nodes)
    return replace(largest, name=name, role=_OR.join(roles), nodes=nodes)


def _named(
    topology: Topology, worker: Worker, parts: Sequence[tuple[Worker, Part]]
) -> Worker:
    """Return a worker whose nodes are named as far as its sources name them."""
    nodes = list(worker.nodes)
    per_node = max(1, worker.world_size // len(nodes))
    for of, part in parts:
        if of.name != worker.name:
            continue
        hosts = dict(part.source.hosts) if part.ray is None else {}
        node = part.node if part.ray is None else _number(part.ray)
        first = part.rank if part.rank is not None else (node or 0) * per_node
        # a pod or a container is where a person looks
        if said := _where(topology, part):
            hosts.setdefault(first, said)
        if topology.engine == "trtllm":  # else a label may be that of a task of several ranks
            for rank, host in part.source.speaks_on:
                hosts.setdefault(first if rank is None else rank, host)
        for rank, host in hosts.items():
            if rank // per_node < len(nodes):
                nodes[rank // per_node] = host
    return replace(worker, nodes=tuple(nodes))


def _where(topology: Topology, part: Part) -> str | None:
    """Return where a person looks for a part of a worker, as far as its name tells."""
    if part.ray is None:
        stream = None if part.source.of_step else part.source.stream
        return stream or log_names.host_of(topology, part.source)
    called = any(log_names.told(topology, part.source))  # after its worker, and not its node
    return None if called else next(iter(log_names.hosts(part.source)), None)


def _number(ray: str) -> int:
    """Return which part of a Ray cluster one is, the head being the first."""
    return int(ray) if ray.isdigit() else 0


def _process(worker: Worker, part: Part, *, slurm: bool, inside: bool) -> Process:
    """Return the process that a part of a worker is.

    With ``slurm``, all output came through ``srun``; with ``inside``, a worker is one task, whose
    ranks live in it.
    """
    source = part.source
    per_node = worker.world_size // len(worker.nodes)
    name: str
    ranks: tuple[int, ...]
    if part.ray is not None:
        name, ranks = f"{worker.name}.ray{part.ray}", ()
    elif part.rank is not None and part.rank < worker.world_size and len(source.ranks) <= 1:
        name, ranks = f"{worker.name}.{part.rank}", (part.rank,)
    elif part.node is not None and source.ranks <= {
        *range(part.node * per_node, (part.node + 1) * per_node)
    }:
        first = part.node * per_node
        name, ranks = f"{worker.name} node {part.node}", tuple(range(first, first + per_node))
    else:
        name, ranks = worker.name, tuple(range(worker.world_size))
    nodes = dict.fromkeys(worker.node_of(rank) for rank in ranks)
    step = worker.name
    if part.ray is not None:  # a step of its own, on a node that only Slurm may name
        step, nodes = name, dict.fromkeys(host for _, host in source.hosts)
        at = _number(part.ray)
        if not nodes and at < len(worker.nodes) and not worker.nodes[at].startswith(UNNAMED):
            nodes = {worker.nodes[at]: None}
        nodes = nodes or {f"{UNNAMED} of {name}": None}
    untold = len(ranks) > 1 and not source.labelled and not source.ranks
    if source.told_of:  # whoever else there is
        name = f"{worker.name}{TOLD_BY}{source.log}"
    # there a label is that of a task, of which each node runs one; a log of a rank has its own
    tasks = {*range(len(worker.nodes))}
    of_tasks = source.ranks <= tasks or (len(ranks) > 1 and len(source.ranks) <= len(tasks))
    if (inside and of_tasks) or source.told_of or untold:
        ranks = ()  # all speak in one log, and nobody says who
    labelled = source.labelled or slurm
    return Process(name, step, "worker", (), source.log, tuple(nodes), ranks, labelled)


def _unique(found: Sequence[tuple[Source, Process]]) -> list[tuple[Source, Process]]:
    """Return the processes with names of their own: standard error may lie beside the output."""
    taken: Counter[str] = Counter()
    unique = []
    for source, process in sorted(found, key=lambda each: each[0].told_of):
        taken[process.name] += 1
        again = taken[process.name] > 1
        name = f"{process.name} ({source.stream or source.log})" if again else process.name
        unique.append((source, replace(process, name=name)))
    return unique


def _notes(
    workers: Iterable[Worker], found: Sequence[tuple[Source, Process]]
) -> Iterator[str]:
    """Yield what a person should know of what the logs do not tell."""
    for worker in workers:
        mine = [process for _, process in found if process.step == worker.name]
        if not mine:
            yield f"no log of {worker.name} was found"
        elif merged(worker):
            yield f"{mine[0].log} does not tell the ranks of {worker.name} apart"
        elif not any(process.ranks for process in mine):
            yield f"{mine[0].log} does not tell the ranks of {worker.name}"
