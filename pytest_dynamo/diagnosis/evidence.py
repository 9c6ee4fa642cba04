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
from typing import TYPE_CHECKING

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis.screen import Screen
from pytest_dynamo.diagnosis.speakers import KEPT, Heard, Noted, Speaker
from pytest_dynamo.diagnosis.stamps import Stamp, Way, stamp
from pytest_dynamo.diagnosis.together import Together
from pytest_dynamo.diagnosis.whereabouts import Whereabouts
from pytest_dynamo.diagnosis.words import (
    begins,
    blames_anyone,
    done_at_last,
    gave_up,
    has_recovered,
    is_frame,
    is_ignored,
    is_mild,
    quotes_another,
    quotes_client,
    tells_of_error,
    was_told,
    went_well,
)
from pytest_dynamo.diagnosis.zones import Zone, is_since, zone
from pytest_dynamo.watch.envelopes import own_rank
from pytest_dynamo.watch.log_names import EARLIER, JOB, TOLD_BY
from pytest_dynamo.watch.service_words import service
from pytest_dynamo.watch.slurm_words import TRACED_SRUN, by_slurm, cancelled_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_dynamo.engines import Milestone
    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
    from pytest_dynamo.watch.lines import Line

#: How a frontend says that it serves, in every era.
_SERVES = re.compile(r"added model model_name=|Committed discovered model group")


#: Where a frontend adds models, and tells why it cannot.
_ADDS = re.compile(r"\bdynamo_llm::discovery::")
#: The folder of one of several attempts, by its name.
_OF_ATTEMPT = re.compile(
    r"(?P<of>[^/]*(?:attempt|try|run)[-_]?)(?P<number>\d{1,3})/", re.IGNORECASE
)
#: So many times is one started anew that ends again and again.
_MANY = 3
#: What was so many seconds before the latest request that went well is over by then.
_LONG_S = 3600.0
#: And what ended one that served is not, so many seconds before that.
_LATELY_S = 600.0
#: Steps of those whose weights are there.
_SERVING = frozenset({"registered", "serving"})
_CAME_UP = _SERVING | {"loaded"}
#: Farther than the local time of any zone is from UTC, as containers write it, in seconds.
_ANY_ZONE_S = 15 * 3600.0
#: What is told of a node so many seconds before a run may be why it fails.
_SHORTLY_S = 3600.0


def _later(line: Line, other: Line) -> bool:
    """Return whether a line is later than another, by their log or else by their times."""
    if line.process == other.process:
        return line.number > other.number
    at, its = stamp(line.text), stamp(other.text)
    return bool(at and its and at.way == its.way and its < at)


def _serves(speaker: Speaker) -> bool:
    return speaker.step in _SERVING


def _of_frontend(heard: Heard, line: Line) -> bool:
    """Return whether a frontend says a line, in its own log or in that of a job."""
    job = heard.holds_services and service(line.text) == "frontend"
    return heard.process.kind == "frontend" or job


def _told_by_frontend(text: str) -> bool:
    return _SERVES.search(text) is not None or went_well(text)


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
        self.plan = plan
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
        self._matcher = known_issues.matcher(self.issues)
        self.heard = {process.name: Heard(process) for process in plan.processes}
        self._fronts = [each.name for each in plan.processes if each.kind == "frontend"]
        #: When a frontend first said that it serves, in each way to write a time.
        self.listed: dict[Way, Stamp] = {}
        #: Whether a frontend told of a request that went well.
        self.answered = False
        #: Who took which step, by the step of the plan that it is a rank of: its own number, or
        #: that of the line where nobody tells ranks apart.
        self.took: dict[str, dict[str, set[int]]] = {}
        #: What processes say of where they are, and where they look for others.
        self.where = Whereabouts(plan.processes)
        self._well: dict[Way, Stamp] = {}
        #: In whose logs a worker's weights are there.
        self._up: set[str] = set()
        #: Whether and when all workers were cancelled, None until that is asked after more lines.
        self._cancelled: tuple[bool, frozenset[Stamp]] | None = None
        self._steps = [item for item in milestones if item.step != "progress"]

    def receive(self, line: Line) -> None:
        """Take a line; lines of processes that are not planned say nothing."""
        if (heard := self.heard.get(line.process)) is None:
            return
        self._cancelled = None
        if not (heard.process.labelled and by_slurm(line.text)):
            heard.word(line)
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
        self._cancelled = None
        for (process, rank), last in words.items():
            self.heard[process].words(rank, last)

    def zone(self) -> Zone:
        """Return how the times of these logs belong together."""
        speakers = (speaker for heard in self.heard.values() for _, speaker in heard.each())
        return zone([tuple(speaker.last) for speaker in speakers])

    def match(self, text: str) -> Issue | None:
        """Return the known issue that a line is of."""
        if quotes_another(text) or quotes_client(text):
            return None
        return self._matcher.match(text)

    def settle(self) -> frozenset[str]:
        """Forget what a container said before it was started anew, if it does well since.

        ``kubectl logs --previous`` keeps that in a log of its own. Every line has been received.
        Who ends again and again after it has served does not do well, however often it comes up.
        Returned are the processes of which that is forgotten, whose ends are no ends.

        Forgotten is, too, what was told of nodes long before any of the logs of the run began.
        """
        self._forget_what_was_before()
        settled = self._tried_again() | self._of_earlier_attempts()
        for name, heard in self.heard.items():
            if self._loops(heard) or self._just_failed(heard):
                continue
            now = EARLIER.sub("", heard.process.log)
            if now == heard.process.log:
                continue
            since = [each for each in self.heard.values() if each.process.log == now]
            serves = any(_serves(speaker) for each in since for _, speaker in each.each())
            up = any(each.process.name in self._up for each in since)
            serves = serves or (up and name not in self._up)
            if self._answers_since(heard) or self._long_over(heard) or serves:
                settled.add(name)
        for name in settled:
            self.heard[name] = Heard(self.heard[name].process)
        return frozenset(settled)

    def _of_earlier_attempts(self) -> set[str]:
        """Return what tells of pods in the folder of an attempt, where a later one came up.

        Tables bear no times, and a folder is called after its number.
        """
        if not self.answered:
            return set()
        numbers: dict[str, tuple[str, int]] = {}
        for name, heard in self.heard.items():
            if match := _OF_ATTEMPT.match(heard.process.log):
                numbers[name] = match["of"], int(match["number"])
        came_up = [numbers[name] for name in numbers if name in self._fronts]
        return {
            name
            for name, (of, number) in numbers.items()
            if TOLD_BY in name
            if any(of == other and number < later for other, later in came_up)
        }

    def _just_failed(self, heard: Heard) -> bool:
        """Return whether one that had served ended shortly before the last that went well.

        It took requests with it, whoever answers since.
        """
        served = any(_serves(speaker) for _, speaker in heard.each())
        return served and not self._went_well_since(heard, _LATELY_S)

    def _tried_again(self) -> set[str]:
        """Return the processes whose ranks came up in another log, which begins after theirs ends.

        Each rank of a large worker may have a log of its own.
        """
        alike: dict[tuple[str, tuple[int, ...]], list[Heard]] = {}
        for heard in self.heard.values():
            if heard.process.ranks and TOLD_BY not in heard.process.name:
                alike.setdefault((heard.process.step, heard.process.ranks), []).append(heard)
        several = [each for each in alike.values() if len(each) > 1]
        zone = self.zone() if several else None
        return {
            heard.process.name
            for those in several
            for heard in those
            if zone and not (self._loops(heard) or self._just_failed(heard))
            for other in those
            if other is not heard and other.process.name in self._up
            if self._is_after(other, heard, zone)
        }

    @staticmethod
    def _is_after(later: Heard, heard: Heard, zone: Zone) -> bool:
        """Return whether a log begins after another ends, by the times that both bear."""
        ends = [zone.utc(at) for line in heard.said() if (at := stamp(line.text))]
        began = zone.utc(later.began) if later.began else None
        return bool(began and ends and all(at.way == began.way and at < began for at in ends))

    def _forget_what_was_before(self) -> None:
        zone = self.zone()
        besides = {
            name
            for name, heard in self.heard.items()
            if TOLD_BY in name or heard.process.step == JOB
        }
        own = (heard.began for name, heard in self.heard.items() if name not in besides)
        began = [zone.utc(at).seconds for at in own if at and zone.utc(at).way != "yearless"]
        if not began:
            return
        earliest = min(began) - (_ANY_ZONE_S if zone.ahead is None else _SHORTLY_S)

        def is_before(line: Line) -> bool:
            at = stamp(line.text)
            dated = at is not None and zone.utc(at).way != "yearless"
            return bool(dated and at and zone.utc(at).seconds < earliest)

        for name in besides:
            for _, speaker in self.heard[name].each():
                speaker.forget(is_before)

    def _loops(self, heard: Heard) -> bool:
        """Return whether a container that had served was started anew many times, and lately."""
        again = [
            times
            for name, times in self.where.restarts.items()
            if self.heard[name].process.step == heard.process.step
        ]
        served = any(_serves(each) for _, each in heard.each())
        over = self._long_over(heard)
        return max(again, default=0) >= _MANY and served and not over

    def _long_over(self, heard: Heard) -> bool:
        """Return whether requests went well long after the last words of a log."""
        return self._went_well_since(heard, _LONG_S)

    def _went_well_since(self, heard: Heard, seconds: float) -> bool:
        """Return whether requests went well so many seconds after the last words of a log."""
        stamps = [at for line in heard.said() if (at := stamp(line.text))]
        known = [at for at in stamps if at.way in self._well]
        return any(self._well[at.way].seconds - at.seconds > seconds for at in known[-1:])

    def _answers_since(self, heard: Heard) -> bool:
        """Return whether requests went well after a log that ends, which no other can answer."""
        worker = self.plan.worker(heard.process.step)
        alone = [each for each in self.plan.workers if worker and each.role == worker.role]
        last = (stamp(line.text) for line in reversed(heard.said()))
        return len(alone) == 1 and self.went_well_after(next((at for at in last if at), None))

    def over(self, noted: Noted) -> bool:
        """Return whether all went well after a line that would have kept it from that."""
        together = self.together.get(noted.line.process)
        if self._came_up(noted) or self.where.other_jobs.are_told_of(noted.line):
            return True
        process = self.heard[noted.line.process].process
        of_pod = noted.issue is not None and noted.issue.engine == "kubernetes"
        if of_pod and process.kind != "worker" and self.answered:
            return True  # without a service, or a frontend, nobody would
        if noted.leaves_out or self._mute_since(noted):
            return False  # what other workers answer tells nothing of this one
        if noted.issue is None or noted.issue.phase != "serving":  # nor from coming up
            return bool(together and together.served and noted.line.number < together.listed)
        if together and noted.line.number < together.well:  # the frontend speaks in the same log
            return True
        return self._well_since(noted)

    def _well_since(self, noted: Noted) -> bool:
        """Return whether a request went well after one that failed."""
        at, issue = stamp(noted.line.text), noted.issue
        if issue and issue.one_request and self.where.measured.went_well:
            return True
        lasts = issue is None or issue.fault == "config"
        works_on = self.heard[noted.line.process].steps_after(noted.line)
        if at is None and self.answered and works_on and not lasts:
            return True  # it tells no time, and no other request has failed since
        if issue and issue.one_request and not (at and at.way in self._well):
            # the engine refuses a request, and no clock that both share tells when
            return bool(self._well)
        return self.went_well_after(at)

    def _mute_since(self, noted: Noted) -> bool:
        """Return whether one of several workers of a role has said nothing good since an error."""
        process = self.heard[noted.line.process].process
        worker = self.plan.worker(process.step)
        if worker is None or process.step in self.together or is_mild(noted.line.text):
            return False
        if noted.issue is None or noted.issue.one_request:
            return False
        if sum(each.role == worker.role for each in self.plan.workers) == 1:
            return False
        heard = (each for each in self.heard.values() if each.process.step == process.step)
        said = [line for each in heard for line in each.said()]
        return not any(is_mild(line.text) and _later(line, noted.line) for line in said)

    def _came_up(self, noted: Noted) -> bool:
        """Return whether a line tells what kept a pod from starting that has registered since."""
        process = self.heard[noted.line.process].process
        if TOLD_BY not in process.name or noted.issue is None or noted.issue.phase != "launch":
            return False
        return any(
            heard.process.nodes == process.nodes and heard.process.name in self._up
            for heard in self.heard.values()
            if TOLD_BY not in heard.process.name
        )

    @property
    def answers(self) -> bool:
        """Whether a frontend told that it serves, or of requests that went well."""
        return bool(self._well)

    @property
    def came(self) -> frozenset[str]:
        """The workers that have registered."""
        return frozenset(name for name, steps in self.took.items() if "registered" in steps)

    @property
    def works(self) -> bool:
        """Whether the last that an engine told is that it works on requests."""
        return any(speaker.works for heard in self.heard.values() for _, speaker in heard.each())

    def well_until(self, at: Stamp) -> float | None:
        """Return for how many seconds no request had gone well by then, None if unknown."""
        zone = self.zone()
        last = [well for each in self._well.values() if (well := zone.utc(each)).way == at.way]
        return at.seconds - max(well.seconds for well in last) if last else None

    def went_well_after(self, at: Stamp | None) -> bool:
        """Return whether a request went well after that time."""
        return at is not None and at.way in self._well and at < self._well[at.way]

    def well_since(self, line: Line) -> bool:
        """Return whether a request went well after the time that a line bears."""
        return self.went_well_after(stamp(line.text))

    def is_of_teardown(self, noted: Noted) -> bool:
        """Return whether a worker tells of something after its frontend was told to end.

        Of a deployment that answered. A line is no older than those before it in its log. Or
        whether anybody does after Slurm ended the steps of all workers.
        """
        heard = self.heard[noted.line.process]
        if self.answered and self._is_since_cancelled(noted.line):
            return True
        at = self.stopped_at() if self.answered and heard.process.kind == "worker" else None
        if at is None:
            return False
        last = heard.time_before(noted.line.number, at.way)
        return last is not None and not last < at

    def _is_since_cancelled(self, line: Line) -> bool:
        """Return whether the steps of all workers had been cancelled when a line was said."""
        all_ended, times = self._cancelled_at()
        if not all_ended:
            return False
        ending = self.heard[line.process].ending
        if ending is not None:
            return line.number > ending
        at = stamp(line.text) if times else None
        if at is None:
            return False
        at = self.zone().utc(at)
        return all(is_since(each, at) for each in times)

    def _cancelled_at(self) -> tuple[bool, frozenset[Stamp]]:
        """Return whether Slurm ended the steps of all workers, and when it says it did.

        It is asked of every line of every rank, and looked up once.
        """
        if self._cancelled is None:
            mine = [each for each in self.heard.values() if self.plan.worker(each.process.step)]
            ended = bool(mine) and all(each.ending is not None for each in mine)
            told = (
                stamp(said.text)
                for each in mine
                if ended
                for said in each.by_slurm()
                if cancelled_step(said.text)
            )
            zone = self.zone() if ended else None
            self._cancelled = ended, frozenset(zone.utc(at) for at in told if zone and at)
        return self._cancelled

    def stopped_at(self) -> Stamp | None:
        """Return when a frontend said that it was told to end, None if none did."""
        told = (
            stamp(line.text)
            for heard in (self.heard[name] for name in self._fronts)
            if heard.told
            for line in heard.said()
            if was_told(line.text)
        )
        return next((at for at in told if at), None)

    def counts(self, noted: Noted, speaker: Speaker) -> bool:
        """Return whether a line is a cause, and its speaker did not go on after it."""
        if not noted.is_cause or self.over(noted):
            return False
        heard = self.heard[noted.line.process]
        if heard.is_proxy:
            return False  # one request may be a client's own mistake, and the next one goes well
        if self.is_of_teardown(noted):
            return False
        if heard.holds_services and service(noted.line.text):
            return True  # in the log of a job, where others go on under the same number
        if heard.process.kind == "frontend" and _ADDS.search(noted.line.text):
            return True  # until it lists a model, whatever else it answers
        return not (speaker.went_on(noted) or heard.works_on(noted))

    def _notice(self, heard: Heard, line: Line) -> None:
        self._cancelled = None
        if line.text.startswith(TRACED_SRUN):
            heard.launched = True
            return
        if heard.process.labelled and by_slurm(line.text):
            heard.note_slurm(line)
            return
        self.where.take(heard.process, line)
        heard.began = heard.began or stamp(line.text)
        speaker = heard.speaker(line.rank)
        if speaker.told and begins(line.text):
            speaker.begin()
        if self._progressed(heard, speaker, line):
            return
        if has_recovered(line.text):
            speaker.recover()
            return
        self._mended(heard, speaker, line)
        if gave_up(line.text) and _of_frontend(heard, line):
            speaker.unanswered.append(line)
        issue = self.match(line.text)
        if issue is None and is_frame(line.text):
            speaker.frame = Noted(line, None)
            return
        if issue or any(each(line.text) for each in (tells_of_error, blames_anyone, is_ignored)):
            speaker.note(Noted(line, issue))
        if was_told(line.text) and not (heard.holds_services and service(line.text)):
            speaker.told, speaker.told_by = True, speaker.told_by or line

    @staticmethod
    def _mended(heard: Heard, speaker: Speaker, line: Line) -> None:
        """Take for over what a line tells has gone well at last."""
        for before in done_at_last(line.text):
            speaker.recover(before)
            heard.forget_slurm(before, line.rank)

    def _progressed(self, heard: Heard, speaker: Speaker, line: Line) -> bool:
        """Return whether a line tells of progress, which is noted."""
        if together := self.together.get(heard.process.step):
            return self._of_several(together, heard.process, line)
        step = self._step(heard.process, line)
        if step is None:
            if heard.process.kind == "worker" and _told_by_frontend(line.text):
                self._serves(line)  # in the log of a job, among the lines of a worker
                speaker.recover_frontend()
                if not heard.process.labelled and len(self.plan.workers) == 1:
                    for each in heard.speakers.values():  # whatever it was is over
                        each.recover(job=heard.holds_services)
            return False
        if self._alone(heard.process, line.rank, step):
            speaker.progress(step, line, job=heard.holds_services)
        if heard.process.kind != "worker":
            self._serves(line)
        if step == "registered":  # then all of its ranks do well
            for each in heard.speakers.values():
                each.recover(job=heard.holds_services)
        return True

    def _of_several(self, together: Together, process: Process, line: Line) -> bool:
        """Take a line that may be anybody's of a job; return whether it tells of progress."""
        if _told_by_frontend(line.text):
            together.listed = together.listed or line.number
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
            self.answered = self.answered or went_well(line.text)
            if _SERVES.search(line.text):
                self.listed[at.way] = min(at, self.listed.get(at.way, at))

    def _step(self, process: Process, line: Line) -> str | None:
        text = line.text
        if process.kind != "worker":
            return "serving" if _told_by_frontend(text) else None
        for item in self._steps:
            if match := item.pattern.search(text):
                told = match.groupdict().get("rank") or own_rank(text)
                who = int(told) if told else line.rank if process.ranks else None
                steps = self.took.setdefault(process.step, {}).setdefault(item.step, set())
                steps.add(line.number if who is None else who)
                if item.step in _CAME_UP:
                    self._up.add(process.name)
                return item.step
        return None

    def _alone(self, process: Process, rank: int | None, step: str) -> bool:
        """Return whether a step of progress is that of all who speak as one.

        What one rank inside a task does well excuses no other.
        """
        several = rank is None or not process.ranks
        several = several and self._sizes.get(process.step, 1) > 1
        return not several or step not in ("joined", "loaded")
