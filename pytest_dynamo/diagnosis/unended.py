# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who said why it cannot go on, and has not ended for all that anybody saw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.ends import End, rank_of
from pytest_dynamo.diagnosis.explanation import OF_ENGINES, PROBE
from pytest_dynamo.diagnosis.speakers import CAUSES
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.diagnosis.words import (
    PANIC,
    TRACEBACK,
    exception,
    is_mild,
    lost_peers,
    tells_of_error,
    wanted,
)
from pytest_dynamo.watch.service_words import SERVICES, service
from pytest_dynamo.watch.slurm_words import tasks_ended, waits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Heard, Noted, Speaker
    from pytest_dynamo.watch.lines import Line

_SRUNS_ERROR = "srun: error: "
#: Parts of lines that are no reason by themselves.
_FOLLOWS = ("echo", "confirmation")
#: How a frontend tells that it could not answer.
ANSWERED_5XX = re.compile(
    r"\bInternal server error\b|\bhttp_status=\W?5\d\d\b|\bstatus=5\d\d\b"
    r"|\bstatus=error error_type=(?:cannot_connect|internal|unavailable|overloaded|\w*timeout)\b"
    r"|\bno instances found for endpoint\b|\bStream ended before generation completed\b"
)
#: How it tells that nobody answered in time.
UNANSWERED = re.compile(r"\brequest timed out\b|\bdeadline has elapsed\b|\berror_type=\W?timeout\b")
#: And that it knows no model of that name.
_UNKNOWN = re.compile(r"\bModel not found\b")
_SEVERAL = 2
#: How ranks end that are killed with their step.
_WITH_STEP = (-9, -15, 137, 143)
#: How a worker of Dynamo says that it ends by an error.
_ENDS = re.compile(
    r"\bApplication shutdown with error\b|\bInitiating graceful shutdown due to\b"
)
#: How Python refuses a value.
_REFUSED = re.compile(r"\b(?:Value|Validation|Request)Error\b")
#: An exception that a line names, whatever stands before it.
_NAMED = re.compile(r"\b[A-Z]\w*(?:Error|Exception): \S")


def spoken(evidence: Evidence, but: Sequence[End]) -> list[End]:
    """Return who said why it cannot go on, or of whom Slurm did, without having ended."""
    known = {(end.process.name, end.rank) for end in but if not _killed(end)}
    of_ranks = {end.process.name for end in but if end.rank is not None}
    whole = {end.process.name for end in but if end.rank is None} - of_ranks
    told = {end.process.name for end in but}
    endings = {name: heard.ending for name, heard in evidence.heard.items()}
    never_began = [
        End(heard.process, None, None, (), line, spoke=True)
        for name, heard in evidence.heard.items()
        if name not in told and (line := _slurms_reason(heard, evidence))
    ]
    return never_began + [*_services(evidence, known)] + [
        end_of(heard, rank, speaker)
        for name, heard in evidence.heard.items()
        if name not in whole
        for rank, speaker in heard.each()
        if (name, rank_of(heard.process, rank)) not in known
        and (
            cut_off(heard)
            or restarted(heard, evidence)
            or any(
                evidence.counts(noted, speaker) and _before(noted.line, endings[name])
                for noted in speaker.noted
            )
        )
    ]


def _services(
    evidence: Evidence, known: Collection[tuple[str, int | None]]
) -> Iterator[End]:
    """Yield services that tell in the log of a job why they end, among lines of a rank that ended.

    The task of a service bears the number of a rank.
    """
    for name, heard in evidence.heard.items():
        if not heard.holds_services:
            continue
        for rank, speaker in heard.each():
            if (name, rank_of(heard.process, rank)) not in known:
                continue
            for noted in speaker.noted:
                if service(noted.line.text) in SERVICES and evidence.counts(noted, speaker):
                    lines = (noted.line,)
                    yield End(heard.process, rank_of(heard.process, rank), None, lines, spoke=True)


def _killed(end: End) -> bool:
    """Return whether a rank ended with its step, and may have said before why that ended."""
    lost = any(lost_peers(line.text) for line in end.lines)
    own = bool(end.code) and not lost
    return end.echo and end.rank is not None and (own or end.code in _WITH_STEP)


def _before(line: Line, ending: int | None) -> bool:
    """Return whether a line was said before Slurm ended the step, from that line on."""
    return ending is None or line.number < ending


def those(
    evidence: Evidence, of: Callable[[Heard], bool], tells: Callable[[Speaker], bool]
) -> list[End]:
    """Return who speaks in some of the processes and tells of something, as ends not seen."""
    return [
        end_of(heard, rank, speaker)
        for heard in evidence.heard.values()
        if of(heard)
        for rank, speaker in heard.each()
        if tells(speaker)
    ]


def end_of(heard: Heard, rank: int | None, speaker: Speaker) -> End:
    """Return one who speaks as one that cannot go on, of whom no end was seen."""
    return End(heard.process, rank_of(heard.process, rank), None, speaker.lines, spoke=True)


def cut_off(heard: Heard) -> bool:
    """Return whether a frontend's requests failed until the end, and it said why.

    As a warning, or by a panic, which ends a part of it that nobody starts again.
    """
    if heard.process.kind != "frontend":
        return False
    for _, speaker in heard.each():
        reasons = [
            noted.line.number
            for noted in speaker.noted
            if noted.issue and noted.issue.role == "root" and is_mild(noted.line.text)
        ]
        if reasons and not is_mild(speaker.noted[-1].line.text):
            return True
        panics = (noted.line.number for noted in speaker.noted if PANIC in noted.line.text)
        if (first := next(panics, None)) is not None and _fails_after(first, speaker):
            return True
    return False


def panicked(heard: Heard) -> bool:
    """Return whether a part of a process panicked since its last progress."""
    return any(_panicked(speaker) for _, speaker in heard.each())


def _panicked(speaker: Speaker) -> bool:
    return any(PANIC in noted.line.text for noted in speaker.noted)


def restarted(heard: Heard, evidence: Evidence) -> bool:
    """Return whether Kubernetes says that it starts a container anew, and no model was listed."""
    noted = (each for _, speaker in heard.each() for each in speaker.noted)
    return not evidence.listed and any(each.issue and each.issue.name == PROBE for each in noted)


def _fails_after(number: int, speaker: Speaker) -> bool:
    """Return whether a frontend tells of a request that failed after a line of its log."""
    lines = {*speaker.unanswered, *(each.line for each in speaker.noted if of_request(each))}
    after = sum(line.number > number for line in lines)
    return after >= (_SEVERAL if speaker.told else 1)  # one may have come of the stop


def raised(evidence: Evidence, but: Sequence[End], *, served: bool = True) -> list[End]:
    """Return who else ends its log with an exception that nobody knows, and was not told to end.

    Where no end was seen that is a sign of one, and no more than that: an exception may be caught.
    Of a deployment that never ``served`` any error by which a log ends is such a sign.
    """
    known = {(end.process.name, end.rank) for end in but if not _killed(end)}
    endings = {name: heard.ending for name, heard in evidence.heard.items()}
    told = {name: heard.told_from if served else None for name, heard in evidence.heard.items()}
    return [
        end_of(heard, rank, speaker)
        for name, heard in evidence.heard.items()
        for rank, speaker in heard.each()
        if (name, rank_of(heard.process, rank)) not in known
        and not _since(told[name], speaker)
        and _raised(speaker, evidence, served=served)
        and (endings[name] is None or any(_before(line, endings[name]) for line in errors(speaker)))
    ]


def _since(told: int | None, speaker: Speaker) -> bool:
    """Return whether one tells of errors only since a rank of its log was ``told`` to end."""
    found = errors(speaker) if told is not None else []
    return told is not None and bool(found) and all(line.number > told for line in found)


def of_request(noted: Noted) -> bool:
    """Return whether a frontend tells of a request that failed."""
    return any(way.search(noted.line.text) for way in (ANSWERED_5XX, UNANSWERED, _UNKNOWN))


def is_reason(noted: Noted) -> bool:
    """Return whether a line names an error that is no echo of others."""
    return bool(_NAMED.search(noted.line.text)) and is_error(noted)


def errors(speaker: Speaker) -> list[Line]:
    """Return what one who speaks has said of errors that are no echo of others."""
    return [noted.line for noted in speaker.noted if is_error(noted)]


def is_error(noted: Noted) -> bool:
    """Return whether a line tells of an error that is no echo of others, and none that is mild."""
    text = noted.line.text
    known = noted.issue is not None and noted.issue.role in _FOLLOWS
    return tells_of_error(text) and not (known or is_mild(text) or lost_peers(text))


def _raised(speaker: Speaker, evidence: Evidence, *, served: bool) -> bool:
    if _crashed(speaker) or (not served and _panicked(speaker)):
        return not speaker.told
    return _excepted(speaker, evidence, served=served)


def _excepted(speaker: Speaker, evidence: Evidence, *, served: bool) -> bool:
    """Return whether one ends its log with an exception that is about no request, and not over."""
    line = exception(tuple(speaker.last)) or (None if served else _last_error(speaker.last))
    if line and lost_peers(line.text):
        line = _reason_before(line, speaker)
    if line is None or speaker.told or wanted(line.text):
        return False
    if line not in speaker.lines:
        return False  # it is over
    ends = any(map(_ends, speaker.last))
    if served and _REFUSED.search(line.text) and not ends:
        return False  # it was a request's value, which is refused and no end of anything
    before = (stamp(each.text) for each in reversed(speaker.lines) if each.number <= line.number)
    if not ends and evidence.went_well_after(next((at for at in before if at), None)):
        return False  # it was about one request
    issue = evidence.match(line.text)
    if issue and issue.role == "confirmation":  # of what another exception before it tells
        return any(
            noted.issue is None and _NAMED.search(noted.line.text) for noted in speaker.noted
        )
    return issue is None or issue.role not in _FOLLOWS


def _crashed(speaker: Speaker) -> bool:
    """Return whether one says that its engine has crashed, and works no more."""
    return any(
        noted.issue is not None
        and noted.issue.name in OF_ENGINES
        and not (is_mild(noted.line.text) or speaker.worked_on(noted))
        for noted in speaker.noted
    )


def _ends(line: Line) -> bool:
    return _ENDS.search(line.text) is not None


def _reason_before(echo: Line, speaker: Speaker) -> Line | None:
    """Return the error by which one of those who speak as one ended before the others lost it."""
    for noted in speaker.noted:
        if noted.line.number >= echo.number:
            return None
        if noted.issue is None and is_reason(noted):
            return noted.line
    return None


def _last_error(lines: Sequence[Line]) -> Line | None:
    """Return the error by which a log ends, None if its speaker goes on."""
    for line in reversed(lines):
        if is_mild(line.text) or TRACEBACK.search(line.text):  # a traceback that was cut
            return None
        if tells_of_error(line.text):
            return line
        if not line.text[:1].isspace():
            return None
    return None


def stillborn(heard: Heard, slurms: Sequence[Line]) -> Line | None:
    """Return the error of ``srun`` of a step of which no task has said a word, None of others.

    Of a step that runs, ``srun`` tells much that it goes on after.
    """
    if any(speaker.last or speaker.noted for _, speaker in heard.each()):
        return None
    errors = (line for line in slurms if line.text.startswith(_SRUNS_ERROR))
    return next((line for line in errors if tasks_ended(line.text) is None), None)


def _slurms_reason(heard: Heard, evidence: Evidence) -> Line | None:
    """Return why a step will never be, in Slurm's own words."""
    grave = [line for line in heard.by_slurm() if not is_mild(line.text)]
    matched = [(line, issue) for line in grave if (issue := evidence.match(line.text))]
    known = (line for role in CAUSES for line, issue in matched if issue.role == role)
    return next(known, None) or stillborn(heard, grave) or waits(heard.by_slurm())
