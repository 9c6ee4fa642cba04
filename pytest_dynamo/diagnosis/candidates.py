# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Ends that may be the first cause, and what puts one before another."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.ends import told_of
from pytest_dynamo.diagnosis.explanation import Explanation, by_itself, explain, from_outside
from pytest_dynamo.diagnosis.hearsay import described, unlabelled, warned_of
from pytest_dynamo.diagnosis.loopback import UNREACHABLE, asked_itself
from pytest_dynamo.diagnosis.roots import of_client
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.diagnosis.words import (
    by_kernel,
    first_error,
    lost_transport,
    tells_of_error,
    wanted,
    warns,
    was_told,
)
from pytest_dynamo.diagnosis.zones import UNKNOWN, Zone
from pytest_dynamo.watch.foreign import LAUNCHER
from pytest_dynamo.watch.log_names import EARLIER, JOB, TOLD_BY
from pytest_dynamo.watch.observations import signal_of
from pytest_dynamo.watch.service_words import SERVICES, service
from pytest_dynamo.watch.slurm_words import cancelled_step, of_a_start, step_is_ending, tasks_ended

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_dynamo.diagnosis.diagnosis import Confidence
    from pytest_dynamo.diagnosis.ends import End
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.stamps import Stamp
    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.watch.lines import Line

_PREEMPTED = "preempted"
_CANCELLED = "step-cancelled"
_NOT_PLACED = "pod-not-placed"
_CRASH = "segmentation-fault"
_TOLD = "told-to-stop"
#: Issues of who waits for all parts of a Ray cluster.
_FOR_PARTS = (_NO_HEAD := "ray-head-unreachable", _TOO_FEW := "ray-gpus-too-few")
#: How a part of such a cluster tells that it has not joined.
_NOT_JOINED = frozenset({_NO_HEAD, "ray-versions-differ"})
#: Issues of who does not reach the other nodes of its world.
_FOR_NODES = ("pmix-broken", "mpi-init-failed")
_ENGINES = ("trtllm", "vllm")
_SIGKILL = 9
_DEVICE = "gpu-hardware"
_IN_KERNELS = "cuda-illegal-access"
#: How a rank tells of its own device.
_OF_CUDA = re.compile(r"\bCUDA\b|\bcuda[A-Z]")
#: What NCCL calls its segments of shared memory, and what helps where there is no room for one.
_SEGMENT = re.compile(r"\bshm/nccl-\w")
_ENLARGE = "enlarge /dev/shm of the container: shm_size, --ipc=host, an emptyDir of medium Memory"
#: How Slurm's daemon of a node tells that it does not reach those of others.
_PMIX = re.compile(r"slurmstepd-(?P<node>[\w.-]+): error: +mpi/pmix")
_TWO = 2
#: How tasks end of a step that a person cancels, by the log of its job.
_WANTED = (None, 0, -15)
_REFUSED = "nats-refuses-user"
#: Issues of those that depend on etcd and NATS.
FOR_SERVICES = ("lease-lost", "etcd-watch-lost", UNREACHABLE, "jetstream-off", _REFUSED)
#: Who looks for one by its name, and at the port that it has by default.
_NO_NAME = ("name-not-resolved", "service-name-unknown")
_AT_SERVICE = re.compile(r"\b(?:https?|nats)://[\w.-]+:(?P<port>2379|4222)\b")
_PORTS = {"2379": "etcd", "4222": "nats-server"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An end that may be the first cause, explained."""

    end: End
    why: Explanation
    slurms: tuple[Line, ...]
    #: Steps on the way to serving that its worker has taken.
    came: int = 0
    #: The service that it is about, where only the log of a job holds what that says.
    about: str | None = None
    #: How its times and those of others belong together.
    zone: Zone = UNKNOWN

    @property
    def tier(self) -> tuple[bool, ...]:
        """What sorts the first cause first; what is equal is decided by the time."""
        end = self.end
        return (
            end.process.kind != "service" or end.spoke,
            end.unplaced and not self.why.is_root,
            not end.named,
            self.lost_its_peer,
            not self.why.is_root or end.spoke,
            self.why.line is not None and warns(self.why.line.text),
            not from_outside(end.code) or by_itself(end.lines),
            not self.why.is_root,
            not self.why.is_symptom or end.spoke,
            not self.why.is_symptom,
            self.is_told_of,
            first_error(end.lines) is None,
        )

    @property
    def is_told_of(self) -> bool:
        """Whether others tell of it, the kernel of its node or a description of its pod."""
        return TOLD_BY in self.end.process.name

    @property
    def line(self) -> Line | None:
        """Where it shows."""
        return self.why.line or self.end.told

    @property
    def stamp(self) -> Stamp | None:
        """The time that its line bears, or else the last one that its speaker gave before it."""
        at = self.line
        lines = [line for line in self.end.lines if at is None or line.number <= at.number]
        found = (stamp(line.text) for line in reversed([*lines, *([at] if at else [])]))
        return next((self.zone.utc(each) for each in found if each), None)

    def before(self, other: Candidate) -> bool:
        """Return whether it was surely earlier."""
        mine, its = self.line, other.line
        if mine and its and mine.process == its.process:
            return mine.number < its.number
        told, its_told = self.end.told, other.end.told
        if told and its_told and told.process == its_told.process:
            return told.number < its_told.number
        stamps = self.stamp, other.stamp
        if stamps[0] and stamps[1] and stamps[0].way == stamps[1].way:
            return stamps[0].seconds < stamps[1].seconds
        return False

    def sooner(self, other: Candidate) -> bool:
        """Return whether it was earlier by the clocks, or else never came as far as another worker.

        Who has not come up is the reason of one that came up and then lost it, and not the reverse.
        """
        if self.before(other) or other.before(self):
            return self.before(other)
        mine, its = self.end.process, other.end.process
        workers = mine.kind == its.kind == "worker" and mine.step != its.step
        return workers and self.came < other.came

    def follows(self, others: Sequence[Candidate]) -> bool:
        """Return whether it says only that its step was cancelled, and another tells why.

        Or whether it is a pod in place of another, which tells why it ended, or does not reach the
        tasks of a node on which they could not be started.

        Slurm writes the same line whether a person cancels a step, ``--kill-on-bad-exit`` does, or
        a job that ends all of its steps because one has failed.
        """
        issue = self.why.issue
        if issue is not None and issue.name in _FOR_NODES:
            return any(other.never_began for other in others if other is not self)
        if issue is not None and issue.name == _NOT_PLACED:
            return any(self._takes_the_place_of(other) for other in others)
        if issue is None or issue.name != _CANCELLED:
            return False
        return any(other is not self and self._comes_of(other) for other in others)

    @property
    def never_began(self) -> bool:
        """Whether it is of a task whose container could not be started."""
        return self.tells_why and self.line is not None and of_a_start(self.line.text)

    def _takes_the_place_of(self, other: Candidate) -> bool:
        """Return whether it is a pod that finds no node, in place of one that failed."""
        mine, its = self.end.process, other.end.process
        same = mine.step == its.step and mine.name != its.name
        return same and other.why.is_root and other.why.issue != self.why.issue

    def _comes_of(self, other: Candidate) -> bool:
        """Return whether its step can have been cancelled because of another's end."""
        end = other.end
        own = cancelled_step(self.line.text) if self.line else None
        there = (line for line in other.slurms if line.process == end.process.name)
        its = {step for line in there if (step := cancelled_step(line.text))}
        cancelled = other.why.issue is not None and other.why.issue.name == _CANCELLED
        if own and its and own not in its and not cancelled:
            return True  # it is of a step beside, which ends with the job
        if self.end.process.step not in {end.process.step, JOB}:
            if end.unplaced:
                return end.code not in _WANTED
            if self.before(other):
                return False
        before = not (end.echo or end.spoke or end.code in _WANTED)  # Slurm told of it as of an end
        return before or (other.reasons and not from_outside(end.code))

    def is_before(self, others: Sequence[Candidate]) -> bool:
        """Whether it is of a container that was started anew, and the new one tells why it failed.

        What the last one failed by is what keeps a pod from serving.
        """
        log = self.end.process.log
        if (now := EARLIER.sub("", log)) == log:
            return False
        return any(other.end.process.log == now and other.tells_why for other in others)

    def is_of_another(self, others: Sequence[Candidate]) -> bool:
        """Whether it tells of another who told the same: a service of one of its clients.

        Or a frontend of a worker, whose error it passes on.
        """
        line, issue = self.line, self.why.issue
        of_engine = issue is not None and issue.engine in _ENGINES
        passed_on = self.end.process.kind == "frontend" and of_engine
        if line is None or not (passed_on or of_client(line.text)):
            return False
        kinds = ("worker",) if passed_on else ("worker", "frontend")
        return any(
            other.why.issue == self.why.issue and other.end.process.kind in kinds
            for other in others
        )

    @property
    def crashed(self) -> bool:
        """Whether it is known by the way of its end alone: it crashed."""
        issue = self.why.issue
        return issue is not None and issue.name == _CRASH

    @property
    def lost_its_peer(self) -> bool:
        """Whether it crashed after its transport had lost another, which may be why."""
        issue = self.why.issue
        fell = self.crashed or (issue is not None and issue.name == _IN_KERNELS)
        return fell and any(
            lost_transport(line.text)
            for line in self.end.lines
            if self.line is None or line.number < self.line.number
        )

    @property
    def killed(self) -> bool:
        """Whether someone else ended it at once, and nothing tells why."""
        code = self.end.code
        return code is not None and signal_of(code) == _SIGKILL and not self.why.is_root

    def needs_cluster(self, others: Sequence[Candidate]) -> bool:
        """Whether it failed only for want of its Ray cluster, of which a part has failed."""
        issue = self.why.issue
        part = f"{self.end.process.name}."
        if issue is not None and issue.name == _TOO_FEW:  # of which one may not have come
            its = self.end.process
            # dynamo serve writes one log for the frontend and the head
            beside = (
                each
                for each in others
                if each.end.process.step == its.step or its.kind == "frontend"
            )
            if any(each.why.issue and each.why.issue.name in _NOT_JOINED for each in beside):
                return True
        return issue is not None and any(
            other.why.issue == issue
            or (issue.name in _FOR_PARTS and (other.end.code is not None or other.why.is_root))
            for other in others
            if other.end.process.name.startswith(part)
        )

    @property
    def left(self) -> bool:
        """Whether it ended well when it was told to."""
        issue = self.why.issue
        told = issue is not None and issue.name == _TOLD
        return self.end.code == 0 and (told or any(was_told(each.text) for each in self.end.lines))

    @property
    def failed(self) -> bool:
        """Whether it ended by an error of its own whose class is known."""
        ended = not (self.end.spoke or self.end.echo or from_outside(self.end.code))
        return ended and bool(self.end.code) and self.why.fault != "unknown"

    @property
    def tells_why(self) -> bool:
        """Whether a line says why, if only where nothing else does."""
        return self.why.is_root or self.why.is_symptom

    @property
    def needs_services(self) -> bool:
        """Whether it failed only for want of a service, which cannot be one that failed itself."""
        issue = self.why.issue
        return self.service is None and issue is not None and issue.name in FOR_SERVICES

    def is_for_want_of(self, services: Sequence[Candidate]) -> bool:
        """Whether it failed only for want of a service that tells why it failed itself.

        A service that tells of a client which it refuses has not failed; and who finds nobody of a
        service's name looked for that one alone.
        """
        issue, line = self.why.issue, self.why.line
        if issue is None or self.service:
            return False
        if issue.name in _NO_NAME:
            asked = _AT_SERVICE.search(line.text) if line else None
            return asked is not None and any(
                each.service == _PORTS[asked["port"]] for each in services
            )
        refused = issue.name == _REFUSED
        return self.needs_services and any(
            not refused or each.why.issue != issue for each in services
        )

    @property
    def service(self) -> str | None:
        """The service that it is of, which may speak in the log of a job."""
        if self.end.process.kind == "service":
            return self.end.process.step
        said = service(self.why.line.text) if self.why.line else None
        return said if said in SERVICES else None

    @property
    def reasons(self) -> bool:
        """Whether its own lines tell of an error that is no interrupt."""
        issue = self.why.issue
        if issue and issue.name == _CANCELLED:
            return False
        if self.is_told_of and self.why.is_root:  # in words of the kernel's
            return True
        return any(
            tells_of_error(line.text) and not wanted(line.text) for line in self.end.lines
        )

    def ends_worker_of(self, other: Candidate) -> bool:
        """Return whether it tells before another rank of its worker why that cannot go on."""
        same = self.end.process == other.end.process
        return same and self.why.is_root and self.end.spoke and self.before(other)

    @property
    def taken(self) -> bool:
        """Whether its nodes were given to another job."""
        issue = self.why.issue
        return issue is not None and issue.name == _PREEMPTED

    @property
    def tells_nothing(self) -> bool:
        """Whether nothing tells why it ended; of a job's log alone not even whose end it is."""
        return self.why.fault == "unknown" and self.why.issue is None

    @property
    def echo(self) -> bool:
        """Whether it says no more than that others are gone; a service depends on no others."""
        return self.why.is_echo and not self.end.named and self.end.process.kind != "service"


def misconfigured(
    process: Process,
    line: Line,
    remedy: str,
    evidence: Evidence,
    confidence: Confidence = "medium",
) -> Candidate:
    """Return a process as one whose configuration keeps it from its part, as a line shows."""
    why = Explanation(line, "config", remedy, confidence=confidence)
    return Candidate(told_of(process, line, evidence), why, ())


def explained(
    end: End,
    evidence: Evidence,
    *,
    starting: bool = False,
    zone: Zone = UNKNOWN,
    mild: bool = False,
) -> Candidate:
    """Return an end with what explains it.

    ``starting`` is whether nothing has served yet, ``mild`` whether warnings may explain it.
    """
    slurms: tuple[Line, ...] = ()
    if end.process.labelled:
        slurms = evidence.heard[end.process.name].by_slurm()
        if end.rank is None:  # why Slurm ended a step may stand in the log of any rank of it
            slurms += tuple(
                line
                for name, heard in evidence.heard.items()
                if heard.process.step == end.process.step and name != end.process.name
                for line in heard.by_slurm()
            )
    if end.rank is not None:
        # why one task could not start says nothing of another
        slurms = tuple(
            line for line in slurms if line.rank in (None, end.rank) or not of_a_start(line.text)
        )
        # that Slurm ended the step is what follows from the end of a rank
        slurms = tuple(line for line in slurms if not step_is_ending(line.text))
        # and how another ended tells nothing of this one
        told_of = ((line, tasks_ended(line.text)) for line in slurms)
        slurms = tuple(line for line, tasks in told_of if not tasks or end.rank in tasks.ranks)
    if end.told and end.told.process == end.process.name and end.process.step in evidence.together:
        # what a rank of its number says later, another step's has said
        before = tuple(line for line in end.lines if line.number < end.told.number)
        end = replace(end, lines=before)
    told = (end.told,) if end.told else ()
    if end.spoke:
        slurms = told
    code = (1 if end.lines else None) if end.spoke else end.code
    about = described(end, evidence)
    kernels = tuple(line for line in about if by_kernel(line.text))
    others = (*told, *_but_for_its_end(end.told, (*slurms, *unlabelled(end, evidence))))
    others += tuple(line for line in about if line not in kernels)
    own = warned_of(end, evidence)
    tell = partial(explain, own, several=end.several, starting=starting, mild=mild)
    why = tell(others, code, evidence.match)
    crashed = why.is_root and why.fault == "product"
    if kernels and (crashed or (code is not None and signal_of(code))):
        why = tell((*others, *kernels), code, evidence.match)
    why = _in_its_place(end, why, evidence, starting=starting)
    of_device = why.line in about and why.issue is not None and why.issue.name == _DEVICE
    grave = (line.text for line in end.lines if tells_of_error(line.text))
    if of_device and not any(map(_OF_CUDA.search, grave)):
        end = replace(end, rank=None)  # the kernel names a device, and not whose it is
    end = _on_its_node(end, why, evidence)
    came = len(evidence.took.get(end.process.step, ()))
    return Candidate(end, why, slurms, came, zone=zone)


def _but_for_its_end(told: Line | None, lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return lines without those that tell that Slurm ended a step, if a task had left it."""
    tasks = tasks_ended(told.text) if told else None
    if tasks is None or from_outside(tasks.code):
        return tuple(lines)
    return tuple(line for line in lines if not step_is_ending(line.text))


def _on_its_node(end: End, why: Explanation, evidence: Evidence) -> End:
    """Return an end as that of the first rank on the node whose ``slurmstepd`` tells why."""
    match = _PMIX.match(why.line.text) if why.line else None
    worker = evidence.plan.worker(end.process.step)
    if match is None or worker is None or end.rank is None or len(end.process.ranks) < _TWO:
        return end
    there = [rank for rank in end.process.ranks if worker.node_of(rank) == match["node"]]
    return replace(end, rank=there[0]) if there and end.rank not in there else end


def _in_its_place(
    end: End, why: Explanation, evidence: Evidence, *, starting: bool
) -> Explanation:
    """Return what explains an end, by who it is and where it runs."""
    frontend = end.process.kind == "frontend" and not starting
    if frontend and why.fault == "unknown" and why.issue is None:
        why = replace(why, fault="product")  # what is configured of it, it refused in plain words
    if _lacks_shared_memory(end, why, evidence):
        why = replace(why, remedy=_ENLARGE, confidence="medium")
    if why.issue and why.issue.name == UNREACHABLE and (own := asked_itself(end, evidence)):
        why = replace(why, fault="config", remedy=own)
    return why


def _lacks_shared_memory(end: End, why: Explanation, evidence: Evidence) -> bool:
    """Return whether NCCL finds no room in ``/dev/shm`` of a container, 64 MiB unless told."""
    contained = evidence.plan.launcher == LAUNCHER and not end.process.labelled
    full = why.issue is not None and why.issue.name == "no-space"
    return bool(contained and full and why.line and _SEGMENT.search(why.line.text))


def first(candidates: Sequence[Candidate]) -> Candidate:
    """Return the first cause among the candidates, of which there has to be one."""
    least = min(candidate.tier for candidate in candidates)
    equals = [candidate for candidate in candidates if candidate.tier == least]
    best = equals[0]
    for other in equals[1:]:
        if other.sooner(best):
            best = other
    if best.left:
        # who crashes when its peer leaves as it was told to has no right to
        best = next((each for each in candidates if each.crashed), best)
    # who crashes while its worker ends by what another rank told has a louder end, too
    told = [each for each in candidates if best.crashed and each.ends_worker_of(best)]
    if told:
        return told[0]
    # who crashes when its peer is killed has a louder end, and a later one
    before = [each for each in candidates if each.killed and best.crashed and each.before(best)]
    if before:
        return before[0]
    if best.end.spoke and (best.why.is_symptom or best.needs_services):
        # what others say of it while they go on may come of who ended before
        before = [each for each in candidates if each.failed and each.before(best)]
        best = before[0] if len(before) == 1 else best
    if best.tells_nothing:  # and whoever took the nodes away tells enough
        best = next((each for each in candidates if each.taken), best)
    return _doubted(best, [other for other in equals if other is not best])


def _doubted(best: Candidate, rest: Sequence[Candidate]) -> Candidate:
    """Return the first cause without what others contradict of which no clock tells who was first.

    Two errors of one kind are one cause with two victims; of two kinds either may be the first.
    """
    contend = [
        other
        for other in rest
        if other.why.is_root
        and not other.needs_services  # which may come of any end
        and not best.sooner(other)
        and not other.sooner(best)
    ]
    if not best.why.is_root or all(other.why.issue == best.why.issue for other in contend):
        return best
    if all(other.why.fault == best.why.fault for other in contend):
        return replace(best, why=replace(best.why, issue=None, remedy=None, confidence="medium"))
    why = replace(best.why, issue=None, remedy=None, fault="unknown", confidence="low")
    return replace(best, why=why)
