# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the name of a log, a pod or a container tells: the service or the role, and numbers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.launch.plan import Process

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import Kind
    from pytest_dynamo.topology.model import Topology

#: What a service or the frontend is called in names of logs, pods and containers.
_SERVICES: tuple[tuple[str, Kind, re.Pattern[str]], ...] = (
    ("etcd", "service", re.compile(r"(?<![a-z])etcd(?![a-z])")),
    ("nats-server", "service", re.compile(r"(?<![a-z])nats(?![a-z])")),
    ("frontend", "frontend", re.compile(r"front-?end|ingress|(?<![a-z])(?:http|router)(?![a-z])")),
)
#: What roles are called besides their names.
_ALIASES = {"prefill": ("ctx", "context"), "decode": ("gen", "generation")}
RANK = re.compile(r"(?:rank|task|procid|proc)[-_.]?(\d{1,6})(?!\d)")
#: A part of a Ray cluster, below a worker.
RAY = re.compile(r"(?<![a-z])ray[-_.]?(head|\d{1,3})(?![a-z0-9])")
#: Not the digits of a hash, as pods have them.
_NUMBER = re.compile(
    r"(?:(?<![a-z0-9])|(?<=node)|(?<=host)|(?<=worker)|(?<=pod))\d{1,5}(?![a-z0-9])"
)
#: How a worker's first lines name its role.
_MODE = re.compile(r"disaggregation[-_]mode['\"]?[=: ]+['\"]?(?:\w+\.)?(\w+)", re.IGNORECASE)



@dataclass(frozen=True, slots=True)
class Source:
    """One log, or one stream of a log that holds several.

    ``ranks`` are those that its first lines tell, ``labelled`` whether an envelope told them,
    ``hosts`` the nodes of ranks as far as Slurm names them. ``ended`` is the exit status that was
    told of it, ``task`` that of the first of its tasks that Slurm tells of. ``told_of`` marks what
    others say of it rather than itself, and ``by_slurm`` what ``srun`` said of a whole job.
    """

    log: str
    stream: str | None = None
    ranks: frozenset[int] = frozenset()
    labelled: bool = False
    head: str = ""
    hosts: tuple[tuple[int, str], ...] = ()
    ended: int | None = None
    task: int | None = None
    told_of: bool = False
    by_slurm: bool = False

    @property
    def called(self) -> str:
        """What it is called, in lower case and without a suffix that says nothing."""
        name = self.stream or self.log
        return re.sub(r"\.(?:log|txt|out|err)$", "", name.lower())


def named_role(topology: Topology, source: Source) -> str | None:
    """Return the role that the name of a source tells."""
    roles = (str(role) for role in topology.roles)
    return next((role for role in roles if _word(role).search(source.called)), None)


def role(topology: Topology, source: Source) -> str | None:
    """Return the role that a source's first lines tell; the only one, if it is one."""
    if len(topology.roles) == 1:
        return str(next(iter(topology.roles)))
    said = Counter(word.lower() for word in _MODE.findall(source.head))
    roles = [str(role) for role in topology.roles if str(role) in said]
    return roles[0] if len(roles) == 1 else None


def _word(role: str) -> re.Pattern[str]:
    """Return what finds a role in a name; "agg" is also in "disagg", "gen" in "agent"."""
    aliases = "".join(rf"|(?<![a-z]){word}(?![a-z])" for word in _ALIASES.get(role, ()))
    return re.compile(rf"(?:(?<!dis){re.escape(role)}{aliases})[a-z]*?(?P<number>\d{{1,5}})?(?!\d)")


def service(source: Source) -> Process | None:
    """Return the service or frontend that the name of a source tells."""
    for name, kind, pattern in _SERVICES:
        if pattern.search(source.called):
            nodes = tuple(dict.fromkeys(host for _, host in source.hosts)) or ("unnamed node",)
            return Process(name, name, kind, (), source.log, nodes, labelled=source.labelled)
    return None


def numbers(source: Source, role: str) -> list[int]:
    """Return the numbers of a name, without that of an explicit rank: first that of the role."""
    called = RANK.sub(" ", source.called)
    at = _word(role).search(called) if role else None
    own = [int(at["number"])] if at and at["number"] else []
    rest = called[at.end() :] if at else called
    return own + [int(each) for each in _NUMBER.findall(rest)]
