# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Requests that fail until the end of a record in which nothing ended: who tells why."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import Candidate
from pytest_dynamo.diagnosis.ends import End, told_of
from pytest_dynamo.diagnosis.explanation import Explanation
from pytest_dynamo.diagnosis.left_behind import STACKS
from pytest_dynamo.diagnosis.speakers import CAUSES
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.diagnosis.unended import ANSWERED_5XX, is_error, is_reason, of_request, those
from pytest_dynamo.diagnosis.words import warns
from pytest_dynamo.watch.log_names import TOLD_BY
from pytest_dynamo.watch.service_words import service

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Heard, Noted, Speaker
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.lines import Line

#: So long two clients get no answer, if none does at all, and half as long if more do not.
_LONG_S = 20.0
#: Who warns so often of one thing does not mean a moment.
_OFTEN = 3
#: The words of an error, behind whoever tells of it.
_WORDS = re.compile(r"(?<=: )[^:]{12,}$")
#: How a frontend tells that it lists no model of the name that was asked for.
_ABSENT = re.compile(r"\b(?:http_)?status=404\b|\berror_type=not_found\b|\bModel not found\b")
#: The request that a warning is about.
_OF = re.compile(r"\brequest \S+")
_SEVERAL = 2
#: How vLLM reports what it does, and that it has requests, in hand or waiting, and does nothing.
_REPORT = "Avg prompt throughput: "
_STUCK = re.compile(
    r"\bAvg prompt throughput: 0\.0 tokens/s, Avg generation throughput: 0\.0 tokens/s, "
    r"Running: (?!0 reqs, Waiting: 0 )\d+ reqs"
)
#: How TensorRT-LLM gives a request up whose cache did not come; vLLM lets go of it all the time.
_GIVEN_UP = re.compile(r"\bTerminating \w+ request \d+ due to KV cache transfer timeout")


def failing(evidence: Evidence) -> list[End] | None:
    """Return whose errors stand beside requests that failed until the end of the record.

    A request that goes well takes back what its frontend said before it. The list is empty where
    nobody answered, and nobody tells why; None is where requests do not fail.
    """
    fronts = [heard for heard in evidence.heard.values() if heard.process.kind == "frontend"]
    jobs = [] if fronts else [heard for heard in evidence.heard.values() if heard.process.labelled]
    refused = [each for each in fronts if any(_fails(speaker) for _, speaker in each.each())]
    refused += [each for each in jobs if _refuses(each, evidence)]
    asked = [speaker for each in (*fronts, *jobs) for _, speaker in each.each()]
    unanswered = any(_unanswered(speaker, evidence) for speaker in asked)
    once = any(map(of_request, (noted for speaker in asked for noted in speaker.noted)))
    if not refused and not unanswered:
        again = _workers(evidence, lambda speaker: _repeats(speaker, evidence)) if once else []
        return again or _tired(evidence) or None
    found = []
    if refused:
        found = _workers(evidence, lambda speaker: any(map(is_reason, _since(speaker, evidence))))
    found = found or _workers(
        evidence, lambda speaker: any(map(is_error, _since(speaker, evidence)))
    )
    return found or [End(each.process, None, None, each.own(), spoke=True) for each in refused]


def _since(speaker: Speaker, evidence: Evidence) -> Iterator[Noted]:
    """Yield what one has told of since which no request surely went well."""
    return (noted for noted in speaker.noted if not evidence.well_since(noted.line))


def _workers(evidence: Evidence, tells: Callable[[Speaker], bool]) -> list[End]:
    """Return which workers tell of something, and were not told to end."""
    return those(
        evidence,
        lambda heard: heard.process.kind == "worker",
        lambda speaker: not speaker.told and tells(speaker),
    )


def _repeats(speaker: Speaker, evidence: Evidence) -> bool:
    """Return whether one tells of one error more than once, since which nothing went well."""
    said = Counter(
        match[0]
        for noted in speaker.noted
        if is_error(noted) and stamp(noted.line.text)
        if not evidence.well_since(noted.line)
        if (match := _WORDS.search(noted.line.text))
    )
    return any(map(is_reason, speaker.noted)) and any(times >= _SEVERAL for times in said.values())


def _tired(evidence: Evidence) -> list[End]:
    """Return who gave up request after request, or who told of errors beside them."""
    tired = _workers(evidence, lambda speaker: _gives_up(speaker, evidence))
    if not tired:
        return []
    return _workers(evidence, lambda speaker: any(map(is_error, speaker.noted))) or tired


def _gives_up(speaker: Speaker, evidence: Evidence) -> bool:
    """Return whether one gave up request after request for want of a transfer, and none went well.

    Where no log tells what the frontend answered, that is all there is to see of it.
    """
    lines = [noted.line for noted in speaker.noted if _GIVEN_UP.search(noted.line.text)]
    return len(lines) >= _OFTEN and bool(stamp(lines[0].text)) and not evidence.well_since(lines[0])


def struggling(evidence: Evidence) -> bool:
    """Return whether the last that a frontend tells of requests is that one failed."""
    for heard in evidence.heard.values():
        for _, speaker in heard.each():
            if heard.process.kind == "frontend" and _struggles(speaker):
                return True
            job = heard.holds_services and not heard.told
            if job and any(_refused(noted, evidence) for noted in speaker.noted):
                return True
            if job and any(_absent(line, evidence) for line in speaker.unanswered):
                return True
    return False


def _struggles(speaker: Speaker) -> bool:
    """Return whether a frontend's last request failed, or found no model, by no client's will."""
    absent = any(_ABSENT.search(line.text) for line in speaker.unanswered)
    failed = absent or any(map(of_request, speaker.noted))
    return failed and not speaker.told


def reasons(evidence: Evidence) -> list[End]:
    """Return who tells of what may be why requests fail, though it goes on, or as a warning."""
    return those(
        evidence,
        lambda heard: not (TOLD_BY in heard.process.name or heard.is_proxy),
        lambda speaker: not speaker.told and _may_know_why(speaker, evidence),
    )


def insistent(evidence: Evidence) -> list[End]:
    """Return who warns of one thing again and again while a client gave up, and none was served."""
    fronts = (each for each in evidence.heard.values() if each.process.kind == "frontend")
    asked = [speaker for each in fronts for _, speaker in each.each() if not speaker.told]
    lines = [line for speaker in asked for line in speaker.unanswered]
    since = [line for line in lines if not evidence.well_since(line)]
    if not since:
        return []
    # one client may have had its own reason, so what it waited for has to be a reason, too; but
    # not where an engine is seen to make nothing of its requests
    stands = any(_stands(process, evidence) for process in evidence.heard)
    roles = CAUSES if stands or len(since) >= _SEVERAL else CAUSES[:1]
    times = _SEVERAL if stands else _OFTEN
    return those(
        evidence,
        lambda heard: heard.process.kind == "worker" and TOLD_BY not in heard.process.name,
        lambda speaker: not speaker.told and _insists(speaker, evidence, roles, times),
    )


def stuck(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return an engine that has requests in hand and makes no token of them until the record ends.

    It reports so again and again, and has nothing else to say. A client gave up meanwhile.
    """
    asked = (speaker for each in evidence.heard.values() for _, speaker in each.each())
    if not any(speaker.unanswered for speaker in asked):
        return None
    for process in plan.processes:
        if since := _stands(process.name, evidence):
            why = Explanation(since, "product", STACKS, confidence="medium")
            return Candidate(told_of(process, since, evidence), why, ())
    return None


def _stands(process: str, evidence: Evidence) -> Line | None:
    """Return the report since which the engine of a process has done nothing of what it has to."""
    heard = evidence.heard[process]
    reports = [line for line in heard.said() if _REPORT in line.text][-_OFTEN:]
    if heard.told or len(reports) < _OFTEN or evidence.well_since(reports[0]):
        return None
    return reports[0] if all(_STUCK.search(line.text) for line in reports) else None


def _insists(
    speaker: Speaker, evidence: Evidence, roles: Collection[str], times: int
) -> bool:
    """Return whether one warns so often; what several ranks tell of one request counts once."""
    warned = {
        (noted.issue.name, of[0] if (of := _OF.search(noted.line.text)) else noted.line.number)
        for noted in speaker.noted
        if noted.issue and noted.issue.role in roles and not evidence.over(noted)
    }
    return any(said >= times for said in Counter(name for name, _ in warned).values())


def _may_know_why(speaker: Speaker, evidence: Evidence) -> bool:
    causes = (each for each in speaker.noted if each.issue and each.issue.role in CAUSES)
    return any(not (warns(each.line.text) or evidence.over(each)) for each in causes)


def _refused(noted: Noted, evidence: Evidence) -> bool:
    """Return whether a frontend tells of that in the log of a job, since none went well."""
    front = service(noted.line.text) == "frontend" and of_request(noted)
    return front and not evidence.well_since(noted.line)


def _absent(line: Line, evidence: Evidence) -> bool:
    """Return whether a frontend found no model in the log of a job, and none went well since."""
    found_none = _ABSENT.search(line.text) is not None
    return found_none and not evidence.well_since(line)


def _fails(speaker: Speaker) -> bool:
    """Return whether a frontend's last requests failed, each of them, by no fault of a client."""
    failed = [noted for noted in speaker.noted if ANSWERED_5XX.search(noted.line.text)]
    return not speaker.told and len(failed) >= _SEVERAL


def _refuses(heard: Heard, evidence: Evidence) -> bool:
    """Return whether the frontend of a job, which has no log of its own, has failed since long."""
    failed = [
        noted.line
        for _, speaker in heard.each()
        for noted in speaker.noted
        if service(noted.line.text) == "frontend"
        and ANSWERED_5XX.search(noted.line.text)
        and not evidence.well_since(noted.line)
    ]
    return not heard.told and len(failed) >= _SEVERAL


def _unanswered(speaker: Speaker, evidence: Evidence) -> bool:
    """Return whether a frontend has answered nobody for long, and was asked more than once."""
    times = [at for line in speaker.unanswered if (at := stamp(line.text))]
    times = [at for at in times if not evidence.went_well_after(at)]
    return (
        not speaker.told
        and len(times) >= _SEVERAL
        and times[0].way == times[-1].way
        and times[-1].seconds - times[0].seconds
        >= (_LONG_S if len(times) == _SEVERAL else _LONG_S / 2)
    )
