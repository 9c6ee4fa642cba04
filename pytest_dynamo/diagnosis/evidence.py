# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is kept of the logs for the diagnosis: bounded, however long they are.

The contract, for the supervisor and for whoever reads finished logs alike::

    evidence = Evidence(plan, milestones=engine.milestones(topology))
    evidence.receive(line)            # every line, in the order of its log
    diagnosis = diagnose(plan, failed, ended, evidence)

A reader of large logs need not make a ``Line`` of every line. It gives blocks of whole lines to
``evidence.screen.pick(block)``, passes on what that picks, and at the end the last words::

    evidence.notice(line)             # each picked line, in the order of its log
    evidence.last_words(lines)        # the last KEPT lines of each speaker, in the order of its log

Both ways give the same evidence, hence the same diagnosis. Lines of different logs may come in any
interleaving: nothing depends on when a line arrives, only on its place in its own log and on the
time that it bears itself.

Of each speaker - a rank of a process, or the process where no rank is told apart - are kept: its
last words; the first and the latest of its notable lines since it last made progress; and some of
those from before, which it has recovered from. Of Slurm's own lines, the first and the latest.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis.screen import Screen
from pytest_dynamo.diagnosis.stamps import Stamp, Way, stamp
from pytest_dynamo.diagnosis.together import Together
from pytest_dynamo.diagnosis.words import (
    blames_anyone,
    by_kernel,
    is_ignored,
    is_mild,
    tells_of_error,
    was_told,
)
from pytest_dynamo.watch.envelopes import own_rank
from pytest_dynamo.watch.slurm_words import by_slurm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_dynamo.engines import Milestone
    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
    from pytest_dynamo.watch.lines import Line

#: Last words that are kept of each speaker: Open MPI's banner is seven lines long.
KEPT = 12
#: Words after one of the kernel's by which a rank has shown that it goes on.
_FEW = 2
_FIRST = 12
_LATEST = 24
#: Lines of Slurm: a step of 4,096 ranks on 1,024 nodes tells of their ends in so many.
_SLURM_FIRST = 1100
_SLURM_LATEST = 64
#: Parts of lines that can be a first cause.
_CAUSES = ("root", "symptom")
#: How a frontend says that it serves, in every era.
_SERVES = re.compile(r"added model model_name=|Committed discovered model group")
#: And that a request went well.
_WELL = re.compile(
    r"request completed .*\bstatus=success\b|finished processing request .*\bstatus=200\b"
)

#: An engine that counts its steps, or the tokens that it has generated.
_WORKS = re.compile(r"\biter = (\d{1,12})\b|\bAvg generation throughput: [1-9]")
#: One such line after another may have been under way when something failed; two are not.
_AT_WORK = 2


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
        if issue is None or issue.role not in _CAUSES:
            return False
        silent = issue.between_roles and issue.role == "root" and issue.phase is None
        return silent or not is_mild(self.line.text)


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
    told: bool = False
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
        return [*self.first, *self.latest]

    def note(self, noted: Noted) -> None:
        """Keep a notable line; one said after being told to end is about that end."""
        if self.told:
            self.teardown.append(noted)
        elif len(self.first) < _FIRST:
            self.first.append(noted)
        else:
            self.latest.append(noted)

    def progress(self, step: str, line: Line) -> None:
        """Take a step: what was wrong before it is over."""
        self.step, self.at, self.told = step, line, False
        self.recover()

    def went_on(self, noted: Noted) -> bool:
        """Return whether it said for long after a line that all is well.

        The kernel's lines stand among those of any rank of the node: there a few words will do.
        """
        issue = noted.issue
        if issue is None or issue.phase == "serving" or issue.between_roles:
            return False
        after = [line for line in self.last if line.number > noted.line.number]
        enough = _FEW if by_kernel(noted.line.text) else KEPT
        return len(after) >= enough and all(is_mild(line.text) for line in after)

    def worked_on(self, noted: Noted) -> bool:
        """Return whether an engine went on with its work after a line that is of no request.

        Where several ranks speak as one, each count is told by all of them, and counts once.
        """
        issue, line = noted.issue, noted.line
        if issue and (issue.phase == "serving" or issue.between_roles):
            return False
        found = ((each, _WORKS.search(each.text)) for each in self.last)
        after = {
            match[1] or str(each.number)
            for each, match in found
            if match and each.number > line.number
        }
        return len(after) >= _AT_WORK

    def recover(self) -> None:
        """Take what was wrong so far for over."""
        self.recovered.extend(self.noted)
        self.first.clear()
        self.latest.clear()


@dataclass(slots=True)
class Heard:
    """What is kept of one process."""

    process: Process
    speakers: dict[int | None, Speaker] = field(default_factory=dict)
    slurm: list[Line] = field(default_factory=list)
    slurm_latest: deque[Line] = field(default_factory=lambda: deque(maxlen=_SLURM_LATEST))

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

    def by_slurm(self) -> tuple[Line, ...]:
        """Return what Slurm said of it."""
        return (*self.slurm, *self.slurm_latest)

    def said(self, rank: int | None = None) -> tuple[Line, ...]:
        """Return its last words, or those of a rank of it."""
        speakers = [item for who, item in self.each() if rank in (None, who)]
        lines = (line for speaker in speakers for line in speaker.last)
        return tuple(sorted(lines, key=lambda line: line.number))


class Evidence:
    """Collects what the diagnosis needs; see the module for how to feed it.

    ``versions`` are the releases in use by engine, ``extra`` known issues from elsewhere, and
    ``together`` the workers that one of the plan stands for, by its name.
    """

    def __init__(
        self,
        plan: LaunchPlan,
        milestones: Sequence[Milestone] = (),
        *,
        versions: Mapping[str, str] | None = None,
        extra: Iterable[Issue] = (),
        together: Mapping[str, tuple[Worker, ...]] | None = None,
    ) -> None:
        self.together = {name: Together(workers) for name, workers in (together or {}).items()}
        self._sizes = {worker.name: worker.world_size for worker in plan.workers}
        several = [*plan.workers, *(each for them in (together or {}).values() for each in them)]
        split = len({worker.role for worker in several if worker.name not in self.together}) > 1
        self.issues = tuple(
            issue
            for issue in (*extra, *known_issues.catalogue())
            if issue.applies(versions or {}) and (split or not issue.between_roles)
        )
        self.screen = Screen(text for issue in self.issues for text in issue.texts)
        self._matcher = known_issues.Matcher(self.issues)
        self.heard = {process.name: Heard(process) for process in plan.processes}
        #: When a frontend first said that it serves, in each way to write a time.
        self.listed: dict[Way, Stamp] = {}
        #: Who took which step, by the step of the plan that it is a rank of: its own number, or
        #: that of the line where nobody tells ranks apart.
        self.took: dict[str, dict[str, set[int]]] = {}
        self._well: dict[Way, Stamp] = {}
        self._steps = [item for item in milestones if item.step != "progress"]

    def receive(self, line: Line) -> None:
        """Take a line; lines of processes that are not planned say nothing."""
        if (heard := self.heard.get(line.process)) is None:
            return
        if not (heard.process.labelled and by_slurm(line.text)):
            heard.speaker(line.rank).last.append(line)
        if self.screen.picks(line.text):
            self._notice(heard, line)

    def notice(self, line: Line) -> None:
        """Take a line that the screen picked."""
        if (heard := self.heard.get(line.process)) is not None and self.screen.picks(line.text):
            self._notice(heard, line)

    def last_words(self, lines: Iterable[Line]) -> None:
        """Take the last lines of speakers in place of those that are kept."""
        words: dict[tuple[str, int | None], deque[Line]] = {}
        for line in lines:
            heard = self.heard.get(line.process)
            if heard and not (heard.process.labelled and by_slurm(line.text)):
                key = (line.process, line.rank)
                words.setdefault(key, deque(maxlen=KEPT)).append(line)
        for (process, rank), last in words.items():
            self.heard[process].speaker(rank).last = last

    def match(self, text: str) -> Issue | None:
        """Return the known issue that a line is of."""
        return self._matcher.match(text)

    def over(self, noted: Noted) -> bool:
        """Return whether requests went well after a line that would have kept them from it."""
        if noted.issue is None or noted.issue.phase != "serving":
            return False
        together = self.together.get(noted.line.process)
        if together and noted.line.number < together.well:  # the frontend speaks in the same log
            return True
        return self.went_well_after(stamp(noted.line.text))

    def went_well_after(self, at: Stamp | None) -> bool:
        """Return whether a request went well after that time."""
        return at is not None and at.way in self._well and at < self._well[at.way]

    def counts(self, noted: Noted, speaker: Speaker) -> bool:
        """Return whether a line is a cause, and its speaker did not go on after it."""
        return noted.is_cause and not self.over(noted) and not speaker.went_on(noted)

    def _notice(self, heard: Heard, line: Line) -> None:
        if heard.process.labelled and by_slurm(line.text):
            if len(heard.slurm) < _SLURM_FIRST:
                heard.slurm.append(line)
            else:
                heard.slurm_latest.append(line)
            return
        speaker = heard.speaker(line.rank)
        if self._progressed(heard, speaker, line):
            return
        issue = self.match(line.text)
        if issue or any(each(line.text) for each in (tells_of_error, blames_anyone, is_ignored)):
            speaker.note(Noted(line, issue))
        speaker.told = speaker.told or was_told(line.text)

    def _progressed(self, heard: Heard, speaker: Speaker, line: Line) -> bool:
        """Return whether a line tells of progress, which is noted."""
        if together := self.together.get(heard.process.step):
            return self._of_several(together, heard.process, line)
        step = self._step(heard.process, line)
        if step is None:
            return False
        if self._alone(heard.process, line.rank, step):
            speaker.progress(step, line)
        if heard.process.kind != "worker":
            self._serves(line)
        if step == "registered":  # then all of its ranks do well
            for each in heard.speakers.values():
                each.recover()
        return True

    def _of_several(self, together: Together, process: Process, line: Line) -> bool:
        """Take a line that may be anybody's of a job; return whether it tells of progress."""
        if _SERVES.search(line.text) or _WELL.search(line.text):
            together.listed = True
            together.well = max(together.well, line.number)
            self._serves(line)
            return True
        if step := self._step(process, line):
            together.take(step, line, line.rank)
        return step is not None

    def _serves(self, line: Line) -> None:
        """Take a line by which a frontend says that it serves."""
        if at := stamp(line.text):
            self._well[at.way] = max(at, self._well.get(at.way, at))
            if _SERVES.search(line.text):
                self.listed[at.way] = min(at, self.listed.get(at.way, at))

    def _step(self, process: Process, line: Line) -> str | None:
        text = line.text
        if process.kind != "worker":
            return "serving" if _SERVES.search(text) or _WELL.search(text) else None
        for item in self._steps:
            if match := item.pattern.search(text):
                told = match.groupdict().get("rank") or own_rank(text)
                who = int(told) if told else line.rank if process.ranks else None
                steps = self.took.setdefault(process.step, {}).setdefault(item.step, set())
                steps.add(line.number if who is None else who)
                return item.step
        return None

    def _alone(self, process: Process, rank: int | None, step: str) -> bool:
        """Return whether a step of progress is that of all who speak as one.

        What one rank inside a task does well excuses no other.
        """
        several = rank is None or not process.ranks
        several = several and self._sizes.get(process.step, 1) > 1
        return not several or step not in ("joined", "loaded")
