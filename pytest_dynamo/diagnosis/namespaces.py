# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who registered in another namespace, or with another etcd, than the frontend looks in.

Theory of operation. Nothing fails then: each worker registers, and the frontend waits for ever. A
frontend says which models it passes over, or which kind of worker it lacks; a worker says in which
namespace it registered. Of several deployments that share an etcd a frontend passes over the
others' models all day, so its words count only if it lists no model although workers registered.
Scripts that tell what they do (``set -x``) tell which etcd each worker was given.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.lines import Line

REMEDY = (
    "give workers and frontend the same namespace (DYN_NAMESPACE), discovery and ETCD_ENDPOINTS, "
    "and end the frontends of other runs"
)
#: A frontend that passes a model over.
_PASSED_OVER = re.compile(r"\b(?:Ignor|Skipp)ing model (?:outside|from|due)\b.*\bnamespace\b")
#: A frontend that lacks a kind of worker.
_LACKS = re.compile(r"\bnot ready to serve requests yet\b.*\bmissing worker types: (?P<role>\w+)")
#: A frontend that tells in which namespace it lacks one.
_INCOMPLETE = re.compile(r"\bmissing worker types: (?P<role>\w+) namespace=\W?(?P<its>[\w-]+)")
#: How a worker tells where it registered.
_REGISTERED = re.compile(
    r"\bRegistered endpoint '(?P<its>[\w-]+)\."
    r"|\b[Ss]erving endpoint \W?(?:dyn://)?(?P<at>[\w-]+)\.\w+\.\w"
    r"|\bRegistering endpoint (?:in discovery )?endpoint=(?P<name>[\w-]+)\."
    r"|\bRegister(?:ing|ed) endpoint health check target\b.*\bnamespace=\W?(?P<target>[\w-]+)"
)
#: And at which address.
_ADDRESS = re.compile(r"\bRegistered endpoint '.* on (?P<at>\d+\.\d+\.\d+\.\d+:\d+)\b")
#: How a script, its command, or a frontend itself tells in which namespace it looks.
_LOOKS = re.compile(
    r"\bDYN_NAMESPACE=['\"]?(?P<given>[\w-]+)|\s--namespace[= ]['\"]?(?P<its>[\w-]+)"
    r"|\bnamespace=['\"]?(?!None\b)(?P<set>[\w-]+).*\bhttp_port="
    r"|\bhttp_port=.*\bnamespace=['\"]?(?!None\b)(?P<also>[\w-]+)"
    r"|\bFiltering models by namespace namespace=\W?(?P<filters>[\w-]+)"
    r"|^\s+DYN_NAMESPACE:\s+(?P<env>[\w-]+)"  # in the description of a pod
)
#: How a script tells which etcd it gives to what it starts.
_GIVEN = re.compile(r"\bETCD_ENDPOINTS=['\"]?(?:https?://)?(?P<at>[^\s'\",;/]+)")
#: The namespace of who is given none.
_DEFAULT = "dynamo"
_SEVERAL = 2


def etcd_of(text: str) -> str | None:
    """Return the first address of etcd that a line says a process is given."""
    match = _GIVEN.search(text)
    return match["at"] if match else None


def registered_in(text: str) -> str | None:
    """Return the namespace that a line says a worker registered in."""
    match = _REGISTERED.search(text)
    return match[match.lastgroup or 0] if match else None


def looks_in(text: str) -> str | None:
    """Return the namespace in which a line says that a frontend looks for workers."""
    match = _LOOKS.search(text)
    return match[match.lastgroup or 0] if match else None


def address_of(text: str) -> str | None:
    """Return the address and port at which a line says that a worker is reached."""
    match = _ADDRESS.search(text)
    return match["at"] if match else None


def passes_over(text: str) -> bool:
    """Return whether a frontend says that it passes a model of another namespace over."""
    return _PASSED_OVER.search(text) is not None


def lacking(text: str) -> str | None:
    """Return the role of which a frontend says that it lacks workers."""
    match = _LACKS.search(text)
    return match["role"] if match else None


def incomplete(text: str) -> tuple[str, str] | None:
    """Return the namespace that a frontend says lacks workers of a role, and that role."""
    match = _INCOMPLETE.search(text)
    return (match["its"], match["role"]) if match else None


def differ(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return who is in another namespace than the others, None if nobody is known to be."""
    for process in plan.processes:
        if process.kind == "frontend":
            found = _frontend(process, evidence) or next(_workers(plan, process, evidence), None)
            found = found or _split(plan, process, evidence)
            if found := found or _elsewhere(plan, process, evidence):
                return found
    return (
        _with_another_etcd(plan, evidence)
        or _roles_apart(plan, evidence)
        or _alone(plan, evidence)
    )


def _alone(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the one worker that registered in another namespace than all others, which are many.

    They serve without it, and nobody misses it.
    """
    mine = [item for item in plan.processes if plan.worker(item.step)]
    told = [(item, its) for item in mine if (its := evidence.where.namespaces.get(item.name))]
    steps: dict[str, set[str]] = {}
    for item, (_, name) in told:
        steps.setdefault(name, set()).add(item.step)
    odd = [name for name, its in steps.items() if len(its) == 1]
    if len(steps) != _SEVERAL or len(odd) != 1:
        return None
    item, (line, _) = next(each for each in told if each[1][1] == odd[0])
    return None if item.step in evidence.together else _candidate(item, line, evidence)


def _roles_apart(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the role all of whose workers registered in another namespace than the other's.

    Then neither finds the other, though a frontend may list and ask one of them: it is the one in
    which the frontend does not look, or where nobody is who is given none.
    """
    registered: dict[str, dict[str, tuple[Process, Line]]] = {}
    for process in plan.processes:
        worker = plan.worker(process.step)
        if worker and (found := evidence.where.namespaces.get(process.name)):
            registered.setdefault(worker.role, {}).setdefault(found[1], (process, found[0]))
    names = [*registered.values()]
    if len(names) != _SEVERAL or any(len(its) > 1 for its in names):
        return None
    if names[0].keys() == names[1].keys():
        return None
    looked = {its for _, its in evidence.where.looks_in.values()} or {_DEFAULT}
    odd = [its for its in names if not looked & its.keys()]
    ((process, line),) = (odd or names)[0].values()
    return _candidate(process, line, evidence)


def _with_another_etcd(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the one worker that was given another etcd than all others, of which there are two."""
    given = Counter(address for _, address in evidence.where.etcds.values())
    lacks = (each[-1] for each in evidence.where.lacks.values())
    lines = [line for line in lacks if not evidence.well_since(line)]
    if len(given) != _SEVERAL or (evidence.answers and not lines):
        return None
    alone = {address for address, times in given.items() if times == 1}
    odd = [
        item
        for item in plan.processes
        if item.kind == "worker"
        if (its := evidence.where.etcds.get(item.name)) and its[1] in alone
    ]
    if lines:  # the frontend tells whom it lacks
        lacked = {lacking(line.text) for line in lines}
        odd = [item for item in odd if (of := plan.worker(item.step)) and of.role in lacked]
    if len(odd) != 1:
        return None
    return _candidate(odd[0], evidence.where.etcds[odd[0].name][0], evidence)


def _frontend(process: Process, evidence: Evidence) -> Candidate | None:
    """Return a frontend that lists nothing, and passes over what all workers registered."""
    heard = evidence.heard[process.name]
    if any(speaker.step for _, speaker in heard.each()):
        return None
    line = evidence.where.passed_over.get(process.name)
    if line is None or not evidence.where.namespaces:
        return None
    return _candidate(process, line, evidence)


def _workers(plan: LaunchPlan, frontend: Process, evidence: Evidence) -> Iterator[Candidate]:
    """Yield the workers that a frontend lacks although they registered, elsewhere than others."""
    lacks = evidence.where.lacks.get(frontend.name)
    if not lacks or len(lacks) < _SEVERAL or evidence.well_since(lacks[-1]):
        return
    role = lacking(lacks[-1].text)
    for process in plan.processes:
        worker = plan.worker(process.step)
        if worker is None or worker.role != role:
            continue
        if (found := evidence.where.namespaces.get(process.name)) is None:
            continue
        registered = evidence.where.namespaces.items()
        others = {name for step, (_, name) in registered if step != process.name}
        if found[1] not in others and others:
            yield _candidate(process, found[0], evidence)


def _split(plan: LaunchPlan, frontend: Process, evidence: Evidence) -> Candidate | None:
    """Return the role with fewer workers of two that are each alone in a namespace."""
    lacks = evidence.where.incomplete.get(frontend.name, {})
    if len(lacks) != _SEVERAL or len({role for role, _ in lacks.values()}) != _SEVERAL:
        return None
    if any(evidence.well_since(line) for _, line in lacks.values()):
        return None
    size = Counter(worker.role for worker in plan.workers)
    (most, _), (odd, line) = sorted(lacks.values(), key=lambda item: -size[item[0]])
    mine = [item for item in plan.processes if (of := plan.worker(item.step)) and of.role == odd]
    if size[most] == size[odd] or size[odd] != 1 or not mine:
        return _candidate(frontend, line, evidence)
    return _candidate(mine[0], line, evidence)


def _elsewhere(plan: LaunchPlan, frontend: Process, evidence: Evidence) -> Candidate | None:
    """Return who is where a frontend does not look: its worker, or itself if it has several."""
    told = evidence.where.looks_in.get(frontend.name)
    heard = evidence.heard[frontend.name]
    if told is None or evidence.answers or any(speaker.step for _, speaker in heard.each()):
        return None
    registered = evidence.where.namespaces
    there = {name: its for name, its in registered.items() if its[1] != told[1]}
    if not there or len(there) != len(registered):
        return None
    if len(there) > 1:
        return _candidate(frontend, told[0], evidence)
    ((name, (line, _)),) = there.items()
    return _candidate(next(item for item in plan.processes if item.name == name), line, evidence)


def unlisted(plan: LaunchPlan, evidence: Evidence) -> bool:
    """Return whether every worker has registered, and a frontend that was asked lists no model.

    Where nobody tells why, it may look elsewhere than where they did.
    """
    return not evidence.answers and all(worker.name in evidence.came for worker in plan.workers)


def _candidate(process: Process, line: Line, evidence: Evidence) -> Candidate:
    return misconfigured(process, line, REMEDY, evidence, "high")
