# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a deployment before it is launched: one file for each rule.

A rule is found because its module lies in this folder (a leading underscore marks what rules
share). It reads a ``Case`` - the topology, its engine files and the facts about its model - and
yields a ``Flag`` for each thing that is wrong. Codes: DYN1xx parallelism, 2xx memory and lengths,
3xx disaggregation, 4xx placement and launch, 5xx the engine file itself, 6xx model and hardware.
A code is never used again.
"""

from __future__ import annotations

import functools
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pytest_dynamo import catalogues
from pytest_dynamo.findings import LEVELS, Finding, Level, Where
from pytest_dynamo.rules import _memory
from pytest_dynamo.rules._case import Case, Context, Directory, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pytest_dynamo.topology.model import Topology

#: When a mistake would have shown itself, had nobody checked.
Strikes = Literal["submit", "parse", "load", "first request", "under load", "silent"]

STRIKES: dict[Strikes, str] = {
    "submit": "when the job is submitted or a process is started",
    "parse": "while the engine reads its configuration, before loading",
    "load": "while the model loads, after minutes of GPU time",
    "first request": "at the first request, after the whole allocation has loaded",
    "under load": "under load, at some request",
    "silent": "never: nothing is said, the result is merely wrong or slow",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that a rule found wrong.

    ``at`` is a place, or the path of a key of the topology file. ``level`` replaces the rule's.
    """

    at: Where | tuple[str | int, ...]
    message: str
    remedy: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code and name, what it is worth, its words, its examples and its check.

    ``text`` is what the engine itself says, empty where it says nothing. ``bad`` is flagged by
    this rule and by no other, ``good`` by none; both are fragments that ``_examples`` completes.
    """

    code: str
    name: str
    level: Level
    since: str
    strikes: Strikes
    source: str
    text: str
    bad: str
    good: str
    what: str
    why: str
    remedy: str
    check: Callable[[Case], Iterable[Flag]]

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield what the rule finds in the case."""
        for flag in self.check(case):
            where = flag.at if isinstance(flag.at, Where) else case.where(flag.at)
            yield Finding(
                self.code, self.name, flag.level or self.level, where, flag.message, flag.remedy
            )


def rule(  # noqa: PLR0913 - the parts of a rule, each by its name
    code: str,
    name: str,
    *,
    level: Level,
    since: str,
    strikes: Strikes,
    source: str,
    bad: str,
    good: str,
    text: str = "",
) -> Callable[[Callable[[Case], Iterable[Flag]]], Rule]:
    """Return a decorator that makes a check with a docstring a rule.

    The docstring's first line is *What*; the paragraphs that begin with ``Why:`` and ``Remedy:``
    are those.
    """

    def wrap(check: Callable[[Case], Iterable[Flag]]) -> Rule:
        parts = catalogues.paragraphs(check.__doc__, "why", "remedy")
        return Rule(
            code=code,
            name=name,
            level=level,
            since=since,
            strikes=strikes,
            source=source,
            text=text,
            bad=textwrap.dedent(bad).strip() + "\n",
            good=textwrap.dedent(good).strip() + "\n",
            check=check,
            **parts,
        )

    return wrap


@functools.cache
def catalogue() -> tuple[Rule, ...]:
    """Return every rule there is, by code."""
    return catalogues.of(__name__, __path__, Rule)


def check(
    topology: Topology,
    *,
    allow: Collection[str] = frozenset(),
    context: Context | None = None,
    extra: Iterable[Rule] = (),
) -> list[Finding]:
    """Return what the rules find wrong with a topology, the gravest first.

    ``allow`` holds codes or names of rules that are left out, ``extra`` rules from elsewhere.
    Equal findings, as of two roles that share a file, are told once.
    """
    case = Case(topology, context or Context())
    found = {
        finding: None
        for item in (*catalogue(), *extra)
        if item.code not in allow and item.name not in allow
        for finding in item.findings(case)
    }
    return sorted(
        found,
        key=lambda finding: (
            LEVELS.index(finding.level),
            finding.where.file,
            finding.where.line or 0,
            finding.code,
        ),
    )


def get(code: str) -> Rule:
    """Return the rule of that code or name.

    Raises:
        KeyError: there is none.
    """
    return catalogues.get(catalogue(), code)


def explain(code: str) -> str:
    """Return the documentation of the rule of that code or name.

    Raises:
        KeyError: there is no such rule.
    """
    item = get(code)
    lines = [f"{item.code} {item.name} ({item.level}, since {item.since})", "", item.what, ""]
    lines += _folded("Why", item.why)
    if item.text:
        lines += _folded("The engine says", item.text)
    lines += _folded("It strikes", f"{STRIKES[item.strikes]}.")
    lines += _folded("Remedy", item.remedy)
    lines += _folded("Source", item.source)
    for title, example in (("Flagged", item.bad), ("Not flagged", item.good)):
        lines += [f"{title}:", "", textwrap.indent(example.rstrip(), "    "), ""]
    return "\n".join(lines)


def memory_table(topology: Topology, context: Context | None = None) -> list[str]:
    """Return the lines of a small table: what a rank of each worker holds in its GPU.

    There are none where the checkpoint or the GPU are not known.
    """
    return _memory.table(Case(topology, context or Context()))


def _folded(title: str, words: str) -> list[str]:
    folded = [
        textwrap.fill(line, width=88, initial_indent="  ", subsequent_indent="  ")
        for line in words.splitlines()
    ]
    return [f"{title}:", *folded, ""]


__all__ = [
    "STRIKES",
    "Case",
    "Context",
    "Directory",
    "Flag",
    "Rule",
    "Statement",
    "Strikes",
    "catalogue",
    "check",
    "explain",
    "get",
    "memory_table",
    "rule",
]
