# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is kept of each who speaks in a log - a rank, or a process - and of Slurm's own lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.roots import leads_to_others
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.diagnosis.words import by_kernel, is_mild
from pytest_dynamo.watch.log_names import is_proxy
from pytest_dynamo.watch.service_words import service
from pytest_dynamo.watch.slurm_words import (
    SCANCEL,
    cancelled_step,
    job_is_ending,
    step_begins,
    step_is_ending,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.stamps import Stamp, Way
    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.watch.lines import Line

#: Last words that are kept of each speaker: Open MPI's banner is seven lines long.
KEPT = 12
#: Words after one of the kernel's by which a rank has shown that it goes on.
_FEW = 2
_FIRST = 12
_FORETELLING = 4
_LATEST = 24
#: Lines of Slurm: a step of 4,096 ranks on 1,024 nodes tells of their ends in so many.
_SLURM_FIRST = 1100
#: A job that ends again so many seconds later has begun anew, out of Slurm's queue.
_ANEW_S = 60.0
_SLURM_LATEST = 64
#: Parts of lines that can be a first cause.
CAUSES = ("root", "symptom")
#: Issues of a worker that a frontend leaves out.
_LEFT_OUT = frozenset({"model-cards-differ"})
#: Issues of what a program meets and cannot go on after, or a worker that is left out, whatever is
#: said then.
_FOR_GOOD = frozenset({"gpu-hardware", "lease-lost"}) | _LEFT_OUT
#: An engine that counts its steps, or the tokens that it has generated.
_WORKS = re.compile(r"\biter = (\d{1,12})\b|\bAvg generation throughput: [1-9]")
#: One such line after another may have been under way when something failed; two are not.
_AT_WORK = 2
#: So many steps of another rank show that one goes on, too.
_FOR_OTHERS = 5
#: Who watches the processes of ``dynamo serve``, and says so for ever, and who waits for others.
_ARBITER = re.compile(
    r"\bINFO +(?:arbiter|watcher)\b|\bWaiting for .{1,80} to (?:start|come up|be(?:come)? ready)\b"
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A notable line, and the known issue it is of."""

    line: Line
    issue: Issue | None

    @property
    def is_cause(self) -> bool:
        """Whether it says why its speaker cannot go on.

        A mild line does not, whatever it quotes; but what is configured wrong between roles alone
        no engine knows to be an error. What may come of a request is another thing.
        """
        issue = self.issue
        if issue is None or issue.role not in CAUSES:
            return False
        silent = issue.between_roles and issue.role == "root" and issue.phase is None
        return silent or not is_mild(self.line.text)

    @property
    def is_for_good(self) -> bool:
        """Whether whom it is of cannot go on after it; the kernel tells of any rank of a node."""
        issue = self.issue
        return issue is not None and issue.name in _FOR_GOOD and not by_kernel(self.line.text)

    @property
    def leaves_out(self) -> bool:
        """Whether a frontend tells of a worker that it leaves out, however well others serve."""
        return self.issue is not None and self.issue.name in _LEFT_OUT

    @property
    def stops_work(self) -> bool:
        """Whether an engine that works on after it has not failed by it; of a request it may."""
        issue = self.issue
        request = issue is not None and (issue.phase == "serving" or issue.between_roles)
        return not (request or self.is_for_good)


@dataclass(slots=True)
class Speaker:
    """What is kept of one who speaks.

    ``step`` is the last step of progress, ``at`` its line; ``recovered`` are the latest of the
    notable lines before it. ``told`` is whether it was told to end.
    """

    last: deque[Line] = field(default_factory=lambda: deque(maxlen=KEPT))
    first: list[Noted] = field(default_factory=list)
    latest: deque[Noted] = field(default_factory=lambda: deque(maxlen=_LATEST))
    recovered: deque[Noted] = field(default_factory=lambda: deque(maxlen=KEPT))
    teardown: deque[Noted] = field(default_factory=lambda: deque(maxlen=KEPT))
    #: The first warnings that errors may follow from, however well it does in between.
    foretells: list[Noted] = field(default_factory=list)
    #: The last frame of a traceback, which is kept with the line that ends it.
    frame: Noted | None = None
    #: Where a frontend told of requests that nobody answered, since one went well.
    unanswered: deque[Line] = field(default_factory=lambda: deque(maxlen=_LATEST))
    #: And the latest of those, of which others went well since.
    missed: deque[Line] = field(default_factory=lambda: deque(maxlen=_LATEST))
    told: bool = False
    #: The line by which it was told to end, as far as it is.
    told_by: Line | None = None
    step: str | None = None
    at: Line | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its notable lines and its last words, without what is over, in the order of the log."""
        own = {noted.line: None for noted in self.noted}
        over = {noted.line for noted in (*self.recovered, *self.teardown)}
        own |= {line: None for line in self.last if line not in over}
        return tuple(sorted(own, key=lambda line: line.number))

    @property
    def noted(self) -> list[Noted]:
        """The notable lines since the last progress, as far as they are kept."""
        return sorted((*self.first, *self.latest), key=lambda noted: noted.line.number)

    def note(self, noted: Noted) -> None:
        """Keep a notable line; one said after being told to end is about that end.

        Warnings take half of the places of the first lines at most, for an error is to have one.
        """
        if self.frame:
            frame, self.frame = self.frame, None
            self.note(frame)
        mild = is_mild(noted.line.text)
        if mild and leads_to_others(noted.issue) and len(self.foretells) < _FORETELLING:
            self.foretells.append(noted)
        places = _FIRST // 2 if mild else _FIRST
        if self.told:
            self.teardown.append(noted)
        elif len(self.first) < places:
            self.first.append(noted)
        else:
            self.latest.append(noted)

    def forget(self, lines: Callable[[Line], bool]) -> None:
        """Take it as if it had not told those lines."""
        self.last = deque((each for each in self.last if not lines(each)), KEPT)
        self.first = [noted for noted in self.first if not lines(noted.line)]
        for kept in (self.latest, self.recovered, self.teardown):
            left = [noted for noted in kept if not lines(noted.line)]
            kept.clear()
            kept.extend(left)

    def begin(self) -> None:
        """Take it for started anew: what it was told was for the one before."""
        self.told = False
        self.teardown.clear()

    def progress(self, step: str, line: Line, *, job: bool = False) -> None:
        """Take a step: what was wrong before it is over."""
        self.step, self.at, self.told = step, line, False
        self._miss()
        self.recover(job=job)

    def went_on(self, noted: Noted) -> bool:
        """Return whether it said for long after a line that all is well.

        The kernel's lines stand among those of any rank of the node: there a few words will do.
        What ``dynamo serve`` counts every few seconds tells of no worker.
        """
        issue = noted.issue
        if noted.is_for_good:
            return False
        if self.worked_on(noted):
            return True
        if issue is None or issue.phase == "serving" or issue.between_roles:
            return False
        after = [
            line
            for line in self.last
            if line.number > noted.line.number and not _ARBITER.search(line.text)
        ]
        enough = _FEW if by_kernel(noted.line.text) else KEPT
        return len(after) >= enough and all(is_mild(line.text) for line in after)

    def worked_on(self, noted: Noted) -> bool:
        """Return whether an engine went on with its work after a line that is of no request."""
        return noted.stops_work and noted.line.number < self.at_work(_AT_WORK)

    @property
    def works(self) -> bool:
        """Whether the last that an engine told is that it works."""
        return self.at_work(_AT_WORK) > 0

    def at_work(self, steps: int) -> int:
        """Return the line from which on an engine told of so many steps, 0 if it did not.

        Where several ranks speak as one, each count is told by all of them, and counts once.
        """
        latest: dict[str, int] = {}
        for line in self.last:
            if match := _WORKS.search(line.text):
                latest[match[1] or str(line.number)] = line.number
        numbers = sorted(latest.values(), reverse=True)
        return numbers[steps - 1] if len(numbers) >= steps else 0

    def recover(self, about: str = "", *, job: bool = False) -> None:
        """Take what was wrong so far for over, or of it what these words tell of.

        In the log of a ``job`` a rank that does well excuses no service of its number.
        """
        over = [noted for noted in self.noted if about in noted.line.text]
        services = {noted.line.number for noted in over if job and service(noted.line.text)}
        # and what such a line heads, as that of a panic does
        services |= {number + 1 for number in services}
        self._settle([noted for noted in over if noted.line.number not in services])

    def recover_frontend(self) -> None:
        """Take for over what a frontend said among the lines of a rank."""
        self._miss()
        self._settle([noted for noted in self.noted if service(noted.line.text) == "frontend"])

    def _miss(self) -> None:
        """Keep requests that nobody answered as some among others."""
        self.missed.extend(self.unanswered)
        self.unanswered.clear()

    def _settle(self, over: list[Noted]) -> None:
        over = [noted for noted in over if not noted.leaves_out]
        self.recovered.extend(over)
        self.first = [noted for noted in self.first if noted not in over]
        self.latest = deque((each for each in self.latest if each not in over), _LATEST)


@dataclass(slots=True)
class Heard:
    """What is kept of one process."""

    process: Process
    speakers: dict[int | None, Speaker] = field(default_factory=dict)
    slurm: list[Line] = field(default_factory=list)
    slurm_latest: deque[Line] = field(default_factory=lambda: deque(maxlen=_SLURM_LATEST))
    #: The time of its first notable line that bears one.
    began: Stamp | None = None
    #: Whether a script told that it starts a step.
    launched: bool = False
    #: When Slurm said last that it ended the job.
    _job_ended: Stamp | None = None
    #: From which line on one of its ranks works, None until that is asked after its last words.
    _at_work: int | None = None
    #: The times of its last words, by the numbers of their lines, None until they are asked.
    _times: list[tuple[int, Stamp]] | None = None

    @property
    def is_proxy(self) -> bool:
        """Whether it stands before a frontend, and tells of requests alone."""
        return self.process.kind == "frontend" and is_proxy(self.process.log)

    @property
    def holds_services(self) -> bool:
        """Whether it may be the log of a job, in which services speak under numbers of ranks."""
        return self.process.kind == "worker" and self.process.labelled

    def word(self, line: Line) -> None:
        """Keep a line as the latest of its speaker's last words."""
        self.speaker(line.rank).last.append(line)
        self._at_work = self._times = None

    def words(self, rank: int | None, last: deque[Line]) -> None:
        """Take the last words of one of its speakers in place of those that are kept."""
        self.speaker(rank).last = last
        self._at_work = self._times = None

    def works_on(self, noted: Noted) -> bool:
        """Return whether one of its ranks works on after a line: all of them take each step.

        It is asked of every line of every rank, and looked up once.
        """
        return noted.stops_work and self.steps_after(noted.line)

    def steps_after(self, line: Line) -> bool:
        """Return whether one of its ranks has taken steps for a while after a line."""
        if self._at_work is None:
            works = (each.at_work(_FOR_OTHERS) for each in self.speakers.values())
            self._at_work = max(works, default=0)
        return line.number < self._at_work

    def time_before(self, number: int, way: Way) -> Stamp | None:
        """Return the last time that its last words bear in one way, up to a line of its log.

        It is asked of every line of every rank, and looked up once.
        """
        if self._times is None:
            lines = (line for speaker in self.speakers.values() for line in speaker.last)
            found = ((line.number, at) for line in lines if (at := stamp(line.text)))
            self._times = sorted(found, key=itemgetter(0))
        end = bisect_right(self._times, number, key=itemgetter(0))
        return next((at for _, at in reversed(self._times[:end]) if at.way == way), None)

    def speaker(self, rank: int | None) -> Speaker:
        """Return one of its speakers, new if it has not spoken yet."""
        if (found := self.speakers.get(rank)) is None:
            found = self.speakers[rank] = Speaker()
        return found

    def each(self) -> list[tuple[int | None, Speaker]]:
        """Return its speakers by rank, in the same order whoever was heard first."""
        return sorted(self.speakers.items(), key=lambda item: -1 if item[0] is None else item[0])

    def own(self, rank: int | None = None) -> tuple[Line, ...]:
        """Return what it said itself, or that rank of it; Slurm's own lines are not among it."""
        speakers = [item for who, item in self.each() if rank in (None, who)]
        lines = (line for speaker in speakers for line in speaker.lines)
        return tuple(sorted(lines, key=lambda line: line.number))

    @property
    def told(self) -> bool:
        """Whether one who speaks here was told to end."""
        return any(speaker.told for speaker in self.speakers.values())

    @property
    def cancelled(self) -> bool:
        """Whether Slurm ends its step, or in the log of a job several of its steps."""
        return self.ending is not None or len(self._steps_ended()) > 1

    def _steps_ended(self) -> set[str]:
        """Return the steps of a job that its log, which bears no labels, tells were cancelled."""
        noted = (each for speaker in self.speakers.values() for each in speaker.noted)
        return {step for each in noted if (step := cancelled_step(each.line.text))}

    @property
    def ending(self) -> int | None:
        """The line from which on Slurm ends its step, None if it does not."""
        endings = (line.number for line in self.by_slurm() if step_is_ending(line.text))
        return next(endings, None)

    @property
    def told_from(self) -> int | None:
        """The line from which on one who speaks here was told to end, None if none was."""
        told = (each.told_by for each in self.speakers.values() if each.told)
        return min((line.number for line in told if line), default=None)

    def note_slurm(self, line: Line) -> None:
        """Keep a line that Slurm said of it; why a job ended that it began anew since, is over."""
        if line.text.startswith(SCANCEL) and not (self.launched or self.slurm):
            return  # it ends a job from before
        ended = stamp(line.text) if job_is_ending(line.text) else None
        if self._job_ended and (
            ended.seconds - self._job_ended.seconds > _ANEW_S if ended else step_begins(line.text)
        ):
            self.slurm.clear()
            self.slurm_latest.clear()
            self._job_ended = None
        self._job_ended = ended or self._job_ended
        if len(self.slurm) < _SLURM_FIRST:
            self.slurm.append(line)
        else:
            self.slurm_latest.append(line)

    def forget_slurm(self, about: str, rank: int | None) -> None:
        """Forget what Slurm said under one label, of what has gone well since."""
        over = {line for line in self.by_slurm() if about in line.text and line.rank == rank}
        if over:
            self.slurm = [line for line in self.slurm if line not in over]
            latest = (line for line in self.slurm_latest if line not in over)
            self.slurm_latest = deque(latest, maxlen=_SLURM_LATEST)

    def by_slurm(self) -> tuple[Line, ...]:
        """Return what Slurm said of it."""
        return (*self.slurm, *self.slurm_latest)

    def said(self, rank: int | None = None) -> tuple[Line, ...]:
        """Return its last words, or those of a rank of it."""
        speakers = [item for who, item in self.each() if rank in (None, who)]
        lines = (line for speaker in speakers for line in speaker.last)
        return tuple(sorted(lines, key=lambda line: line.number))
