# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The launch plan: which worker sits on which GPUs, and which processes bring it up.

Values and placement only. The launchers beside this file word the commands, the supervisor runs
them, and ``plan.json`` and ``plan.sh`` are this value written down.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import secret_words
from pytest_dynamo.launch.dialect import Dialect
from pytest_dynamo.redaction import MASK, is_secret, secrets_among

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.topology.model import Role, Topology

Kind = Literal["service", "frontend", "worker"]


@dataclass(frozen=True, slots=True)
class Port:
    """A TCP port that a process listens on; ``host`` is where others reach it."""

    host: str
    number: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Worker:
    """One engine instance: its ranks in order, each on a node with one GPU."""

    name: str
    role: str
    replica: int
    component: str
    nodes: tuple[str, ...]
    gpus: tuple[tuple[int, ...], ...]

    @property
    def world_size(self) -> int:
        """Number of ranks."""
        return sum(len(here) for here in self.gpus)

    def node_of(self, rank: int) -> str:
        """Return the node that a rank runs on; ranks fill one node after the other."""
        for node, here in zip(self.nodes, self.gpus, strict=True):
            if rank < len(here):
                return node
            rank -= len(here)
        raise IndexError(rank)


@dataclass(frozen=True, slots=True)
class Process:
    """One command that the supervisor starts, follows and stops.

    ``step`` groups processes that live and die together: a worker, a service. ``ranks`` are the
    ranks of the worker whose output arrives in ``log``: with ``labelled``, each line begins with
    its rank as ``srun --label`` writes it; otherwise there is one rank, or none that matters.
    A worker whose processes have no ranks keeps them inside, where nobody can tell them apart.
    ``after`` names processes whose ``ports`` must accept a connection before this one starts.
    ``env`` is added to the supervisor's own environment, from which ``scrub`` prefixes are taken.
    """

    name: str
    step: str
    kind: Kind
    tokens: tuple[str, ...]
    log: str
    nodes: tuple[str, ...]
    ranks: tuple[int, ...] = ()
    labelled: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    scrub: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """Everything that brings one topology up on one cluster.

    ``stand_in`` says in one sentence what is not real about it, None when all of it is.
    ``notes`` are facts a person should see before the launch.
    """

    topology: str
    launcher: str
    model: str
    base_url: str
    head: str
    nodes: tuple[str, ...]
    workers: tuple[Worker, ...]
    processes: tuple[Process, ...]
    stand_in: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def ranks(self) -> int:
        """Ranks of all workers together."""
        return sum(worker.world_size for worker in self.workers)

    def worker(self, name: str) -> Worker | None:
        """Return the worker of that name, None for a service or frontend step."""
        return next((worker for worker in self.workers if worker.name == name), None)

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``plan.json`` holds; secrets are masked."""
        data = asdict(self)
        for process in data["processes"]:
            process["env"] = masked(process["env"])
            process["tokens"], _ = secret_words.hidden(process["name"], process["tokens"])
        return data

    def secret_words(self) -> dict[str, str]:
        """Return the variables that hold the secrets which the written plan has names for."""
        found: dict[str, str] = {}
        for process in self.processes:
            found |= secret_words.hidden(process.name, process.tokens)[1]
        return found

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LaunchPlan:
        """Return the plan that ``to_dict`` was called on, without the masked variables.

        Whoever runs it has them in its own environment, see ``secrets``.
        """
        fields = dict(data)
        fields["nodes"] = tuple(data["nodes"])
        fields["notes"] = tuple(data["notes"])
        fields["workers"] = tuple(
            Worker(
                **{
                    **worker,
                    "nodes": tuple(worker["nodes"]),
                    "gpus": tuple(tuple(here) for here in worker["gpus"]),
                }
            )
            for worker in data["workers"]
        )
        fields["processes"] = tuple(
            Process(
                **{
                    **process,
                    **{
                        key: tuple(process[key])
                        for key in ("tokens", "nodes", "ranks", "scrub", "after")
                    },
                    "env": {
                        key: value for key, value in process["env"].items() if value != MASK
                    },
                    "ports": tuple(Port(**port) for port in process["ports"]),
                }
            )
            for process in data["processes"]
        )
        return cls(**fields)

    def script(self) -> str:
        """Return ``plan.sh``: what can be pasted into a POSIX shell to launch the same by hand."""
        lines = [
            "#!/bin/sh",
            _comment(
                f"{self.topology} with the {self.launcher} launcher: {self.ranks} ranks on "
                f"{len(self.nodes)} node(s), served at {self.base_url}"
            ),
        ]
        if self.stand_in:
            lines.append(_comment(f"stand-in: {self.stand_in}"))
        lines += [_comment(note) for note in self.notes]
        scrubs = dict.fromkeys(process.scrub for process in self.processes)
        if len(scrubs) == 1:
            lines += _without(*scrubs)
        for process in self.processes:
            lines += ["", _comment(f"{process.name}, on {_nodes(process.nodes)}")]
            if process.after:
                lines.append(_comment(f"after {', '.join(self._opened(process.after))}"))
            if len(scrubs) > 1:
                lines += _without(process.scrub)
            lines.append(f"{command_line(process)} >{shlex.quote(process.log)} 2>&1 &")
        return "\n".join([*lines, "", "wait", ""])


    def _opened(self, names: tuple[str, ...]) -> list[str]:
        """Return ``etcd accepts connections at node1:2379`` for each process that has ports."""
        return [
            f"{item.name} accepts connections at "
            + " and ".join(f"{port.host}:{port.number}" for port in item.ports)
            for item in self.processes
            if item.name in names
        ]


class Launcher(Protocol):
    """What a launcher module offers: a name, and the processes for a placed topology."""

    name: str

    def plan(self, topology: Topology, cluster: Cluster) -> LaunchPlan:
        """Return the launch plan.

        Raises:
            PlanError: the cluster cannot hold the topology.
        """
        ...


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a launcher is given: nodes and GPUs, and the facts of this run that the words need.

    ``ports`` are free TCP ports for the local launcher, ``programs`` the paths of what is
    installed (etcd, nats-server, python, standin: the directory of the stand-ins), ``run_dir`` an
    absolute path that all nodes see. ``dialect`` is how the site's Slurm is spoken to.
    ``addresses`` are the nodes' IP addresses as far as known,
    ``directory`` is where relative paths of the topology start: pytest's working directory.
    """

    nodes: tuple[str, ...]
    gpus_per_node: int
    run_id: str
    run_dir: str
    job_id: str | None = None
    account: str | None = None
    head_ip: str | None = None
    ports: tuple[int, ...] = ()
    programs: Mapping[str, str] = field(default_factory=dict)
    extra_srun: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    directory: str | None = None
    dialect: Dialect = field(default_factory=Dialect)

    def address(self, node: str) -> str:
        """Return where others reach a node: its IP address if known, else its name."""
        return self.addresses.get(node, node)


def nodes_needed(topology: Topology) -> int:
    """Return how many nodes of the described hardware the topology fills."""
    return max(_place(topology, topology.hardware.gpus_per_node)[1], 1)


def place(
    topology: Topology, cluster: Cluster, components: Mapping[str, str] | None = None
) -> tuple[Worker, ...]:
    """Place every worker on nodes and GPUs, in the order of the roles; the first node is the head.

    A worker that fills whole nodes gets its own; smaller workers share a node until its GPUs are
    used up, unless the role says ``own_nodes``. ``components`` are the Dynamo components that the
    roles register as, where they are not ``prefill`` and ``backend``.

    Raises:
        PlanError: a worker does not divide over its nodes, or the nodes or GPUs do not suffice.
    """
    placed, needed = _place(topology, topology.hardware.gpus_per_node)
    if cluster.gpus_per_node < topology.hardware.gpus_per_node:
        raise PlanError(
            f"nodes have {cluster.gpus_per_node} GPUs, the topology describes "
            f"{topology.hardware.gpus_per_node}",
            where=str(topology.where(("hardware", "gpus_per_node"))),
            remedy="allocate such nodes, or set NUM_GPUS_PER_NODE and nodes_per_worker to match",
        )
    if needed > len(cluster.nodes):
        raise PlanError(
            f"{topology.name} needs {needed} nodes, this allocation has {len(cluster.nodes)}",
            where=str(topology.where(("roles",))),
            remedy=f"salloc --nodes {needed}",
        )
    return tuple(
        Worker(
            name=f"{role}{replica}",
            role=role,
            replica=replica,
            component=(components or {"prefill": "prefill"}).get(role, "backend"),
            nodes=tuple(cluster.nodes[index] for index in nodes),
            gpus=gpus,
        )
        for role, replica, nodes, gpus in placed
    )


#: Columns of ``plan.sh``, where words can be told apart.
_WIDTH = 96
_Placed = tuple[str, int, tuple[int, ...], tuple[tuple[int, ...], ...]]


def _place(topology: Topology, per_node: int) -> tuple[list[_Placed], int]:
    placed: list[_Placed] = []
    node, used = 0, 0  # the node being filled, and its GPUs already given
    for name, role in topology.roles.items():
        share = _ranks_per_node(topology, name, role, per_node)
        for replica in range(role.workers):
            whole = role.own_nodes or role.nodes_per_worker > 1 or share == per_node
            if used and (whole or used + share > per_node):
                node, used = node + 1, 0
            nodes = tuple(range(node, node + role.nodes_per_worker))
            gpus = tuple(tuple(range(used, used + share)) for _ in nodes)
            placed.append((name, replica, nodes, gpus))
            if whole:
                node += role.nodes_per_worker
            else:
                used += share
    return placed, node + bool(used)


def _ranks_per_node(topology: Topology, name: str, role: Role, per_node: int) -> int:
    world, nodes = role.parallel.world_size, role.nodes_per_worker
    where = str(topology.where(("roles", name, "nodes_per_worker")))
    words = f"{world} ranks (tp {role.parallel.tp} x pp {role.parallel.pp} x cp {role.parallel.cp})"
    if world % nodes or world // nodes > per_node:
        fitting = [
            count
            for count in range(1, world + 1)
            if world % count == 0 and world // count <= per_node
        ]
        raise PlanError(
            f"a {name} worker has {words}, which {nodes} node(s) x {per_node} GPUs do not hold"
            + (" evenly" if world % nodes and world <= nodes * per_node else ""),
            where=where,
            remedy=f"nodes_per_worker: {fitting[0]}" if fitting else None,
        )
    return world // nodes


def check_plan(plan: LaunchPlan) -> None:
    """Check what must hold for every plan of every launcher.

    Raises:
        PlanError: a name, a GPU or a port is given twice, or a rank has no process.
    """
    called = Counter(item.name for item in plan.processes)
    if same := [name for name, count in called.items() if count > 1]:
        raise PlanError(f"two processes are called {same[0]}")
    given = Counter(
        (node, gpu)
        for worker in plan.workers
        for node, here in zip(worker.nodes, worker.gpus, strict=True)
        for gpu in here
    )
    if twice := [place for place, count in given.items() if count > 1]:
        raise PlanError(f"GPU {twice[0][1]} of {twice[0][0]} is given to two workers")
    ports = Counter((port.host, port.number) for item in plan.processes for port in item.ports)
    if taken := [port for port, count in ports.items() if count > 1]:
        raise PlanError(f"port {taken[0][1]} of {taken[0][0]} is given to two processes")
    for worker in plan.workers:
        own = [
            item for item in plan.processes if item.kind == "worker" and item.step == worker.name
        ]
        spoken = sorted(rank for item in own for rank in item.ranks)
        if not own or (spoken and spoken != list(range(worker.world_size))):
            raise PlanError(f"{worker.name}: {spoken} of {worker.world_size} ranks have a process")


def masked(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the values of secrets hidden."""
    return {key: MASK if is_secret(key) else value for key, value in environment.items()}


def secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables whose values are hidden; who runs a written plan needs them from us."""
    return {key: value for key, value in environment.items() if is_secret(key)}


def command_line(process: Process) -> str:
    """Return what a POSIX shell runs as this process: its variables and its words, quoted."""
    lines = [""]
    for key, value in sorted(masked(process.env).items()):
        word = f"{key}={shlex.quote(value)}"
        if lines[-1] and len(lines[-1]) + len(word) > _WIDTH:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    words = list(process.tokens)
    for at, secret in secrets_among(words):
        words[at] = words[at].replace(secret, MASK)
    return " \\\n  ".join([*filter(None, lines), _folded(tuple(words))])


def _without(prefixes: tuple[str, ...]) -> list[str]:
    """Return the comment that says which variables of the caller a command must not see."""
    if not prefixes:
        return []
    names = ", ".join(f"{prefix}*" for prefix in prefixes)
    text = f"run without these variables of your own: {names}"
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="#   ")


def _comment(text: str) -> str:
    """Return one line of comment; a newline inside would end it and be run."""
    return f"# {' '.join(text.split())}"


def _nodes(nodes: tuple[str, ...]) -> str:
    return nodes[0] if len(nodes) == 1 else f"{nodes[0]} .. {nodes[-1]} ({len(nodes)} nodes)"


def _folded(tokens: tuple[str, ...]) -> str:
    """Return the quoted command, a line for each option and one for the words after the last."""
    lines: list[list[str]] = [[]]
    for token in tokens:
        whole = len(lines[-1]) == 1 and re.fullmatch(r"--[\w-]+=.*", lines[-1][0], re.DOTALL)
        if lines[-1] and (whole or re.match("--|-[A-Z]$", token)):
            lines.append([])
        lines[-1].append(token)
    return " \\\n  ".join(shlex.join(line) for line in lines)
