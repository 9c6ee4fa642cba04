# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which of the workers of a role was started in another way than its replicas.

Theory of operation. Where a prefill and a decode worker do not fit, decode says so as a rule: it is
the one that fetches. Whose fault it is tells what each was started with. The workers of one role
are started alike, so of three the one that has another release or another option than both others
is the odd one; and of two the one that has another than its replica and all workers of the other
role, of what both roles have. Ports, addresses and numbers of workers differ anyhow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.ends import End

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan, Worker
    from pytest_dynamo.watch.lines import Line

#: What a line holds that tells how a worker was started.
_COMMAND = re.compile(r"\s-m dynamo\.\w+|\bvllm serve\b|\btrtllm-serve\b")
_ARGUMENTS = re.compile(r"\b(?:non-default|engine) args: ")
_RELEASE = re.compile(
    r"\b(?:vLLM API server version|LLM engine \(v|TensorRT[- ]LLM version:) ?(?P<its>[\w.+]+)"
)
#: An option of a command, and one of a dictionary as Python prints it.
_OPTION = re.compile(
    r"\s--(?P<name>[a-z][\w-]*)(?:[= ](?!--)(?P<value>[^\s'\"]+|'[^']*'|\"[^\"]*\"))?"
)
_ITEM = re.compile(r"'(?P<name>[a-z]\w*)': (?P<value>'[^']*'|[\w.+-]+)")
#: Names of options that differ from worker to worker, and of those that nobody is to read.
_OF_ONE = re.compile(
    r"(?:^|[_-])(?:ports?|host|addr(?:ess)?|url|rank|nodes?|id|seed|endpoint|name"
    r"|key|token|secret|password)(?:$|[_-])"
)
_RELEASED = "release"
#: Options that both roles have alike, as far as they have them.
_OF_BOTH = re.compile(rf"^{_RELEASED}$|dtype|block.size|^model(?:[_-]|$)")
_MOST = 100
_THREE = 3
_TWO = 2


@dataclass(frozen=True, slots=True)
class Setting:
    """What a worker was started with, and where that shows; None is an option it does not have."""

    value: str | None
    line: Line


def settings(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a line tells of how its speaker was started: names and values."""
    if release := _RELEASE.search(text):
        yield _RELEASED, release["its"].rstrip(".")
    found = _ITEM if _ARGUMENTS.search(text) else _OPTION if _COMMAND.search(text) else None
    for match in found.finditer(text) if found else ():
        if not _OF_ONE.search(match["name"]):
            yield match["name"].replace("_", "-"), (match["value"] or "").strip("'\"")


class Settings:
    """Collects them by the names of processes."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Setting]] = {}

    def take(self, line: Line) -> None:
        """Take a line of a worker; most tell nothing."""
        for name, value in settings(line.text):
            mine = self._of.setdefault(line.process, {})
            if name in mine or len(mine) < _MOST:
                mine[name] = Setting(value, line)

    def of(self, worker: str, plan: LaunchPlan) -> Mapping[str, Setting]:
        """Return what one worker was started with, as the first of its processes tells that."""
        mine = (item.name for item in reversed(plan.processes) if item.step == worker)
        return {name: each for its in mine for name, each in self._of.get(its, {}).items()}


def odd(plan: LaunchPlan, evidence: Evidence) -> tuple[Worker, str, Setting, str | None] | None:
    """Return the one worker that was started in another way than its replicas.

    And by which setting, where that shows, and what all others have in its place.
    """
    found = [
        item
        for role in dict.fromkeys(worker.role for worker in plan.workers)
        if (item := _odd_of(role, plan, evidence))
    ]
    return found[0] if len({item[0].name for item in found}) == 1 else None


def _odd_of(
    role: str, plan: LaunchPlan, evidence: Evidence
) -> tuple[Worker, str, Setting, str | None] | None:
    mine = [worker for worker in plan.workers if worker.role == role]
    others = [worker for worker in plan.workers if worker.role != role]
    told = {each.name: evidence.where.settings.of(each.name, plan) for each in plan.workers}
    if any(not told[worker.name] or worker.name in evidence.together for worker in mine):
        return None
    for name in dict.fromkeys(name for worker in mine for name in told[worker.name]):
        compared = list(mine)
        if len(mine) < _THREE:
            if len(mine) < _TWO or not _OF_BOTH.search(name):
                continue
            compared += [worker for worker in others if name in told[worker.name]]
        if len(compared) < _THREE:
            continue
        values = {
            worker.name: its.value if (its := told[worker.name].get(name)) else None
            for worker in compared
        }
        for worker in mine:
            rest = {value for other, value in values.items() if other != worker.name}
            if len(rest) == 1 and values[worker.name] not in rest:
                (theirs,) = rest
                where = told[worker.name].get(name) or next(iter(told[worker.name].values()))
                return worker, name, Setting(values[worker.name], where.line), theirs
    return None


def unlike(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return that two workers do not fit as the fault of the one that its replicas differ from."""
    if (found := odd(plan, evidence)) is None:
        return None
    worker, name, setting, theirs = found
    has, have = (_told(name, value) for value in (setting.value, theirs))
    remedy = f"start {worker.name} as its replicas: it has {has}, and they have {have}"
    why = replace(cause.why, line=setting.line, fault="config", remedy=remedy)
    process = next(item for item in plan.processes if item.name == setting.line.process)
    own = evidence.heard[process.name].own()
    return replace(cause, end=End(process, None, None, own, setting.line, spoke=True), why=why)


def _told(name: str, value: str | None) -> str:
    """Return a setting in words; an option may have no value, and None is one that is not given."""
    what = name if name == _RELEASED else f"--{name}"
    return f"no {what}" if value is None else f"{what} {value}".rstrip()
