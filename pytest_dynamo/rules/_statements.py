# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What guides, batch scripts and benchmark settings say of a deployment in their own words.

Read from text, so that a person's sentence can be held against the topology beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.findings import Where
from pytest_dynamo.rules._case import Statement
from pytest_dynamo.topology import facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_dynamo.rules._case import Case

_ROLES: Mapping[str, str] = {
    "context": "prefill", "prefill": "prefill", "generation": "decode", "decode": "decode",
    "aggregated": "agg",
}  # fmt: skip
_NUMBERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^#SBATCH\s+(?:--nodes[=\s]+|-N\s*)(?P<value>\d+)\b"), "nodes"),
    (re.compile(r"(?:server_|\b)target_qps\W{0,4}=\s*(?P<value>\d+(?:\.\d+)?)"), "workload.qps"),
    (re.compile(r"\bTotal GPU Usage\W+(?P<value>\d+) GPUs"), "gpus"),
)
_SERVERS = re.compile(
    r"(?P<workers>\d+)\s+(?P<role>context|prefill|generation|decode|aggregated)\s+"
    r"(?:servers?|workers?)\s*[x\u00d7*]\s*(?P<gpus>\d+)\s+GPUs",
    re.IGNORECASE,
)
_TP = re.compile(
    r"(?P<nodes>\d+) nodes of (?P<gpu>[A-Z]{1,2}\d{3}) with TP\s*=?\s*(?P<tp>\d+)", re.IGNORECASE
)
#: Options of a worker's command that not every Dynamo has, with the words that they take.
_OPTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?P<flag>--disaggregation-mode)[=\s]+"
                r"(?P<word>prefill_and_decode|agg|prefill|decode|encode)\b"), "command.mode"),
    (re.compile(r"(?P<flag>--task)[=\s]+(?P<word>prefill|decode)\b"), "command.mode"),
    (re.compile(r"(?P<flag>--disaggregation-strategy)[=\s]+(?P<word>\w+)"), "command.strategy"),
    (re.compile(r"(?P<flag>--modality)[=\s]+(?P<word>multimodal)\b"), "command.modality"),
    (re.compile(r"(?P<flag>--enable-multimodal)(?P<word>)(?![\w-])"), "command.modality"),
)  # fmt: skip
_COMMENT = re.compile(r"\s*#(?!SBATCH)")


def read(text: str, file: str) -> tuple[Statement, ...]:
    """Return what a text says of a deployment's numbers."""
    found: list[Statement] = []
    for index, line in enumerate(text.splitlines(), 1):
        for pattern, key in _NUMBERS:
            for match in pattern.finditer(line):
                number = float(match["value"])
                found.append(_statement(key, number, Where(file, index, match.start() + 1), match))
        for match in _SERVERS.finditer(line):
            role, where = _ROLES[match["role"].lower()], Where(file, index, match.start() + 1)
            found += [
                _statement(f"roles.{role}.workers", int(match["workers"]), where, match),
                _statement(f"roles.{role}.gpus", int(match["gpus"]), where, match),
            ]
        for match in _TP.finditer(line):
            gpu = facts.gpu(match["gpu"])
            if gpu is not None:
                where, held = Where(file, index, match.start() + 1), int(match["nodes"])
                held *= gpu.per_node
                found.append(Statement("tp", int(match["tp"]), where, match[0], implied=held))
        found += _options(line, file, index)
    return tuple(found)


def _options(line: str, file: str, index: int) -> Iterator[Statement]:
    """Yield the options of a worker's command in a line of a script that is no comment."""
    if _COMMENT.match(line):
        return
    for pattern, key in _OPTIONS:
        for match in pattern.finditer(line):
            where = Where(file, index, match.start() + 1)
            yield Statement(key, f"{match['flag']} {match['word']}".strip(), where, match[0])


def _statement(key: str, value: float, where: Where, match: re.Match[str]) -> Statement:
    return Statement(key, int(value) if value == int(value) else value, where, match[0].strip())


def value(case: Case, key: str) -> float | None:
    """Return what the topology says for a statement's key, None where it says nothing."""
    topology = case.topology
    plain: dict[str, float | None] = {
        "nodes": topology.nodes or case.nodes_needed,
        "gpus": topology.ranks,
        "workload.qps": topology.workload.qps if topology.workload else None,
    }
    for name, role in topology.roles.items():
        plain[f"roles.{name}.workers"] = role.workers
        plain[f"roles.{name}.gpus"] = role.parallel.world_size
    return plain.get(key)
