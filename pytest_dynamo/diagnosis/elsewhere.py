# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who is to blame for what another says: a service for its answers, a silent rank for a wait.

Who quotes an error of etcd tells of etcd, and the head of a Ray cluster of the part that it lost. A
rank whose collective operation timed out waited for one that did not take part, and so did not say
so. And an engine that hangs may wait for what another worker failed to send, which did say so, and
went on, or for the one rank that hangs elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.addresses import reached
from pytest_dynamo.diagnosis.candidates import Candidate, explained
from pytest_dynamo.diagnosis.ends import End, rank_of
from pytest_dynamo.diagnosis.explanation import Explanation
from pytest_dynamo.diagnosis.left_behind import STACKS, left_behind
from pytest_dynamo.diagnosis.loopback import OPEN, behind_loopback
from pytest_dynamo.diagnosis.nodes import by_its_node, held, of_node, of_pid
from pytest_dynamo.diagnosis.phases import is_up
from pytest_dynamo.diagnosis.places import node_of
from pytest_dynamo.diagnosis.replicas import unlike
from pytest_dynamo.diagnosis.side_channels import asked_at_loopback
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.diagnosis.unended import end_of, errors, those
from pytest_dynamo.diagnosis.words import (
    PANIC,
    aborts,
    blamed,
    tells_of_error,
    was_told,
)
from pytest_dynamo.watch.envelopes import own_rank
from pytest_dynamo.watch.log_names import TOLD_BY
from pytest_dynamo.watch.service_words import service
from pytest_dynamo.watch.slurm_words import out_of_memory, waits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Heard, Noted
    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.lines import Line

#: What etcd answers where it cannot serve; that a lease is unknown is not its fault.
_ETCDS = re.compile(
    r"etcdserver: (?:no leader|leader changed|too many requests|server stopped"
    r"|mvcc: database space exceeded|corrupt)"
)
#: What a worker says of a cache that another did not send, and what that one says of it.
_RECEIVES = re.compile(r"KV cache transfer in error state|generation KV cache transfer .*failed")
_SENDS = re.compile(r"in sending context KV cache|CacheSender|send(?:ing)? .{0,20}KV cache")
_WAITED = "nccl-watchdog"
#: How TensorRT-LLM tells of a step of its warm-up for which one rank has no memory.
_SKIPS = re.compile(r"\bOOM during (?:\w+ )+with \d+ tokens\b.*\bSkipping\b")
_SLOW, _LATE = "etcd-too-slow", "failed to send out heartbeat on time"
_SILENT_SERVER, _BUSY = "file-server-silent", "nodes-busy"
#: What keeps a pod from starting.
_NOT_STARTED = frozenset(
    {"pod-not-placed", "kubernetes-object-missing", "volume-not-mounted", "image-not-pulled"}
)
_TLS = "one-side-speaks-tls"
_CLOCKS, _CREDENTIAL = "clock-skew", "credential-revoked"
#: How NCCL tells that two ranks have two releases of it.
_TWO_RELEASES = re.compile(r"\brank \d+ version \d+ rank \d+ version \d+")
_TOO_SMALL, _NIXL = "transfer-buffer-too-small", "NIXL_ERR_"
_TWO = 2
#: How vLLM tells which of its processes has died.
_DIED = re.compile(r"\bWorker proc VllmWorker-(\d{1,4}) died unexpectedly")
#: So many seconds a frontend may take to read the card of who has registered.
_JUST_S = 10.0
#: As a rule it takes no longer, while workers may follow each other by seconds.
_AT_ONCE_S = 1.0
#: Who registers so many seconds after all others is no part of their start.
_LONG_S = 60.0
#: Steps of a worker whose weights are there.
_UP = frozenset({"loaded", "registered"})
#: A frame of a stack that an engine leaves where it hangs, and the function that it is in.
_FRAME = re.compile(r'File "[^"]*", line \d+ in (\w+)')
_TOLD = "find who ended the service: a person, Slurm, Kubernetes"


def elsewhere(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a cause with the end of whom it is really about."""
    return of_pid(_elsewhere(plan, cause, evidence), evidence)


def _elsewhere(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    line = cause.why.line
    other = _named(plan, cause, evidence) or _by_issue(plan, cause, evidence)
    if other := other or by_its_node(cause, evidence):
        return other
    if line and cause.end.process.kind != "service" and _ETCDS.search(line.text):
        return _slow(evidence) or _etcds(plan, cause, evidence)
    sender = _sender(cause, evidence) if line and _RECEIVES.search(line.text) else None
    sender = sender or asked_at_loopback(plan, cause, evidence)
    if other := sender or reached(plan, cause, evidence):
        return other
    if _panic_of_frontend(cause):
        return replace(cause, about="frontend")
    if cause.needs_services:
        told = _told(plan, evidence) or _slow(evidence) or _closed(plan, cause, evidence)
        return told or _unlike(cause, evidence)
    return cause


def _by_issue(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return what one knows of whom a known issue is really about, None if nothing."""
    really = _BY_ISSUE.get(cause.why.issue.name) if cause.why.issue else None
    return really(plan, cause, evidence) if really else None


def _named(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return what mpirun says of a rank as that rank's, whoever's words it stands among."""
    line = cause.why.line
    if line is None or not cause.end.spoke or aborts(line.text):
        return None
    ranks = [*blamed(line.text)]
    if len(ranks) != 1 or ranks[0] == cause.end.rank:
        return None
    return _of_rank(plan, cause, ranks[0], evidence)


def _of_rank(
    plan: LaunchPlan, cause: Candidate, rank: int, evidence: Evidence
) -> Candidate | None:
    """Return a cause as that of a rank of its step, None if no one process holds that rank."""
    step = cause.end.process.step
    mine = [item for item in plan.processes if item.step == step and rank in item.ranks]
    if len(mine) != 1:
        return None
    own = evidence.heard[mine[0].name].own(rank)
    return replace(cause, end=replace(cause.end, process=mine[0], rank=rank, lines=own))


def _of_absent(
    plan: LaunchPlan, cause: Candidate, rank: int, evidence: Evidence
) -> Candidate | None:
    """Return a cause as that of a rank that others tell of, whose own end was not seen."""
    found = _of_rank(plan, cause, rank, evidence)
    if found is None:
        return None
    end = End(found.end.process, rank, None, found.end.lines, cause.why.line, spoke=True)
    return replace(found, end=end)


def _panic_of_frontend(cause: Candidate) -> bool:
    """Return whether a panic in the log of a job is followed by nothing but what a frontend says.

    A panic itself is written by the language, and not by who had it.
    """
    line = cause.why.line
    if line is None or PANIC not in line.text or not cause.end.process.labelled:
        return False
    after = [each for each in cause.end.lines if each.number > line.number]
    told = [each for each in after if tells_of_error(each.text)]
    return bool(told) and all(service(each.text) == "frontend" for each in told)


def _etcds(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return what quotes etcd as etcd's, whose own log may not be there."""
    service = next((item for item in plan.processes if item.step == "etcd"), None)
    if service is None:
        return replace(cause, about="etcd")
    lines = evidence.heard[service.name].own()
    return replace(cause, end=End(service, None, None, lines, cause.why.line, spoke=True))


def _part(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return what the head of a Ray cluster says as the other part's, where there is but one."""
    step = cause.end.process.step
    beneath = (item for item in plan.processes if item.name.startswith(f"{step}.ray"))
    parts = [item for item in beneath if not item.name.endswith(".ray0")]  # which is the head
    if len(parts) == 1:
        lines = evidence.heard[parts[0].name].own()
        end = End(parts[0], None, None, lines, cause.why.line, spoke=True)
        return replace(cause, end=end)
    worker = plan.worker(step)
    alone = not parts and worker is not None and len(worker.nodes) == _TWO
    return replace(cause, about=f"{step}.ray1") if alone else cause


def _slow(evidence: Evidence) -> Candidate | None:
    """Return etcd where it says that it is too slow, while others say that they lost a lease.

    A leader whose peers are cut off from it takes its disk for slow.
    """
    parted = evidence.where.parted
    for heard, rank, line, issue in _telling_of(_SLOW, evidence):
        if parted and _LATE in line.text:
            continue
        end = End(heard.process, rank_of(heard.process, rank), None, (), line, spoke=True)
        return Candidate(end, Explanation(line, issue.fault, issue.hint, issue), ())
    return None


def _telling_of(
    name: str, evidence: Evidence
) -> Iterator[tuple[Heard, int | None, Line, Issue]]:
    """Yield who tells of a known issue, and where, since its last progress."""
    for heard in evidence.heard.values():
        for rank, speaker in heard.each():
            for noted in speaker.noted:
                if noted.issue and noted.issue.name == name:
                    yield heard, rank, noted.line, noted.issue


def _waiting(evidence: Evidence) -> Iterator[tuple[Heard, int | None, Line, Issue]]:
    """Yield the steps for whose nodes ``srun`` still waits, as it says itself."""
    for heard in evidence.heard.values():
        line = waits(heard.by_slurm())
        if line and (issue := evidence.match(line.text)):
            yield heard, None, line, issue


def _closed(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return the service that takes no clients of other hosts than its own."""
    if (line := behind_loopback(cause.end, evidence)) is None:
        return None
    process = next(item for item in plan.processes if item.name == line.process)
    end = End(process, None, None, evidence.heard[process.name].own(), line, spoke=True)
    return replace(cause, end=end, why=replace(cause.why, line=line, fault="config", remedy=OPEN))


def _unlike(cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a cause as one that does not speak TLS, if its service tells of such clients."""
    for heard, _, line, issue in _telling_of(_TLS, evidence):
        if heard.process.kind == "service":
            return replace(cause, why=Explanation(line, issue.fault, issue.hint, issue, "medium"))
    return cause


def _told(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the service that says that it was told to end, while others say that it is away."""
    for process in plan.processes:
        heard = evidence.heard[process.name]
        if process.kind != "service" or not heard.told:
            continue
        line = next((line for line in reversed(heard.said()) if was_told(line.text)), None)
        end = End(process, None, None, heard.own(), line, spoke=True)
        why = Explanation(line, "infrastructure", _TOLD, confidence="medium")
        return Candidate(end, why, ())
    return None


def _silent(_plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a wait as the fault of the one rank that did not wait, or else of no rank."""
    if node := of_node(cause, evidence):
        return node
    if cause.end.rank is None:
        return cause
    step = cause.end.process.step
    said: dict[tuple[str, int], bool] = {}
    for name, heard in evidence.heard.items():
        if heard.process.step != step:
            continue
        for rank, speaker in heard.each():
            if rank is not None and rank in heard.process.ranks and speaker.lines:
                issues = (evidence.match(line.text) for line in speaker.lines)
                said[name, rank] = any(each and each.name == _WAITED for each in issues)
    silent = [place for place, waited in said.items() if not waited]
    if reason := _reason(silent, cause, evidence):
        return reason
    if len(silent) != 1:
        return replace(cause, end=replace(cause.end, rank=None))
    ((name, rank),) = silent
    heard = evidence.heard[name]
    end = End(heard.process, rank, None, heard.own(rank), cause.why.line, spoke=True)
    return replace(cause, end=end)


def _reason(
    silent: Sequence[tuple[str, int]], cause: Candidate, evidence: Evidence
) -> Candidate | None:
    """Return why the ranks did not take part for which all others waited, None if none says it."""
    those = [(evidence.heard[name], rank) for name, rank in silent]
    found = [
        explained(end_of(heard, rank, heard.speaker(rank)), evidence, zone=cause.zone)
        for heard, rank in those
        if any(noted.is_cause for noted in heard.speaker(rank).noted)
    ]
    if not found or len({each.why.issue for each in found}) > 1:
        return None
    one = len(found) == 1
    return found[0] if one else replace(found[0], end=replace(found[0].end, rank=None))


def _sender(cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return the one other worker that told why it could not send, None if none or several did."""
    step = cause.end.process.step
    found = those(
        evidence,
        lambda heard: heard.process.kind == "worker" and heard.process.step != step,
        lambda speaker: any(_SENDS.search(line.text) for line in errors(speaker)),
    )
    if len({end.process.step for end in found}) != 1:
        return None
    sender = explained(found[0], evidence, zone=cause.zone)
    return sender if sender.why.issue else None


def _hung(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a hang as that of who made the others wait.

    That is the one other worker, or the one rank, that told of an error of its own before; or the
    one rank that was elsewhere than all others of its worker, by the stacks that they left; or else
    no rank.
    """
    if awaited := _skipped(plan, cause, evidence) or _unsent(plan, cause, evidence):
        return awaited
    if mute := _mute(plan, cause, evidence):
        return mute
    issue = cause.why.issue
    found = those(
        evidence,
        lambda heard: heard.process.kind == "worker",
        lambda speaker: any(evidence.match(line.text) != issue for line in errors(speaker)),
    )
    sooner = [each for each in found if _without(each, cause, evidence).before(cause)]
    found = sooner if len(sooner) == 1 else found
    steps = {end.process.step for end in found}
    if len(found) == 1 or (len(steps) == 1 and cause.end.process.step not in steps):
        awaited = _without(found[0], cause, evidence)
        # or it may have waited, too
        if awaited.why.fault != "unknown" and awaited.before(cause):
            return awaited
    return _odd(cause, evidence)


def _skipped(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return what ranks fail in as that of the one of them that left out a step of the warm-up.

    It had no memory for it, and the others wait for it in that step for ever.
    """
    worker = plan.worker(cause.end.process.step)
    told = {
        (heard.process.name, rank, own_rank(noted.line.text)): (heard, rank, noted)
        for heard in evidence.heard.values()
        if worker and heard.process.step == worker.name
        for rank, speaker in heard.each()
        for noted in (*speaker.recovered, *speaker.noted)
        if noted.issue and _SKIPS.search(noted.line.text)
    }
    if len(told) != 1 or worker is None or worker.world_size == 1:
        return None
    ((_, _, own), (heard, rank, noted)) = next(iter(told.items()))
    found = noted.issue and _told_there(heard, rank, noted.line, noted.issue, cause)
    if found and rank is None and own is not None:
        return replace(found, end=replace(found.end, rank=own))
    return found or None


def _mute(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return a hang as that of the one rank that does not tell of it, as all others do."""
    worker = plan.worker(cause.end.process.step)
    tell = {
        rank: any(noted.issue == cause.why.issue for noted in speaker.noted)
        for heard in evidence.heard.values()
        if worker and heard.process.step == worker.name and TOLD_BY not in heard.process.name
        for rank, speaker in heard.each()
        if rank is not None and rank in heard.process.ranks
    }
    silent = [rank for rank, told in tell.items() if not told]
    if worker is None or len(silent) != 1 or len(tell) != worker.world_size or len(tell) <= _TWO:
        return None
    return _of_absent(plan, cause, silent[0], evidence)


def _unsent(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return what the one worker of the other role told of a cache that it could not hand over.

    What hangs waits for that, and the line bears no time where the engine's own code wrote it.
    """
    own = plan.worker(cause.end.process.step)
    found = {
        heard.process.step: (heard, rank, noted.line, noted.issue)
        for heard in evidence.heard.values()
        if own and (worker := plan.worker(heard.process.step)) and worker.role != own.role
        for rank, speaker in heard.each()
        for noted in speaker.noted
        if noted.is_cause and noted.issue and noted.issue.between_roles
        if noted.issue.role == "root"
    }
    return _told_there(*next(iter(found.values())), cause) if len(found) == 1 else None


def _without(end: End, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return the end of one who hung, too, as what it said before explains it."""
    before = (line for line in end.lines if evidence.match(line.text) != cause.why.issue)
    return explained(replace(end, lines=tuple(before)), evidence, zone=cause.zone)


def _odd(cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a hang of several ranks as that of the one whose stack differs, or of no rank."""
    stacks: dict[tuple[str, int | None], tuple[str, ...]] = {}
    for name, heard in evidence.heard.items():
        if heard.process.step == cause.end.process.step:
            for rank, speaker in heard.each():
                if any(noted.issue == cause.why.issue for noted in speaker.noted):
                    frames = (_FRAME.search(line.text) for line in speaker.last)
                    stacks[name, rank] = tuple(frame[1] for frame in frames if frame)
    if len(stacks) == 1 or cause.end.rank is None:
        return cause
    kinds = Counter(stacks.values())
    odd = [place for place, stack in stacks.items() if kinds[stack] == 1]
    if len(odd) != 1 or len(kinds) != _TWO or len(stacks) == _TWO:
        return replace(cause, end=replace(cause.end, rank=None))
    ((name, rank),) = odd
    heard = evidence.heard[name]
    lines = heard.speaker(rank).lines
    line = next((each for each in lines if evidence.match(each.text) == cause.why.issue), None)
    end = replace(cause.end, process=heard.process, rank=rank, lines=lines)
    return replace(cause, end=end, why=replace(cause.why, line=line or cause.why.line))


def _failed_before(cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return why a worker failed that was started anew and came no farther, None if nothing tells.

    What is left of the first start may keep the second from the others, or they were not started.
    """
    step = cause.end.process.step
    if evidence.took.get(step, {}).keys() & _UP:
        return None
    for heard in evidence.heard.values():
        for rank, speaker in heard.each():
            for noted in speaker.recovered:
                issue = noted.issue
                root = issue is not None and issue.role == "root" and noted.is_cause
                if heard.process.step == step and issue and root and issue != cause.why.issue:
                    return _told_there(heard, rank, noted.line, issue, cause)
    return None


def _not_begun(cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return what Kubernetes tells of a pod of the same worker that it cannot start, if it does."""
    for heard, rank, noted, issue in _told_of_pods(cause.end.process.step, evidence):
        if issue.phase == "launch" and not evidence.over(noted):
            return _told_there(heard, rank, noted.line, issue, cause)
    return None


def _told_of_pods(
    step: str, evidence: Evidence
) -> Iterator[tuple[Heard, int | None, Noted, Issue]]:
    """Yield what others tell of the pods of a step that may be why one of them failed."""
    for heard in evidence.heard.values():
        if heard.process.step == step and TOLD_BY in heard.process.name:
            for rank, speaker in heard.each():
                for noted in speaker.noted:
                    if noted.issue and noted.is_cause:
                        yield heard, rank, noted, noted.issue


def _absent(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a wait for others as that of the one rank, or node, that never joined all others.

    It may say nothing at all, and its end has not to be seen.
    """
    if before := _failed_before(cause, evidence):
        return before
    if other := _not_begun(cause, evidence) or of_node(cause, evidence):
        return other
    step = cause.end.process.step
    worker = plan.worker(step)
    joined = evidence.took.get(step, {}).get("joined", set())
    if worker is None or cause.end.rank not in joined or step in evidence.together:
        return cause
    missing = {*range(worker.world_size)} - joined
    if len(missing) != 1 and len({worker.node_of(rank) for rank in missing}) != 1:
        return cause
    return _of_absent(plan, cause, min(missing), evidence) or cause


def _waited(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return the end of a job's time as the fault of whom it waited for before it ever served.

    That is a file server that answers no more, or the nodes of a step which others hold. Of one
    that served it is what kept a worker that never came.
    """
    loaded = {step for step in evidence.took if is_up(step, evidence)}
    for heard, rank, line, issue in (
        *_telling_of(_SILENT_SERVER, evidence),
        *_telling_of(_BUSY, evidence),
        *_waiting(evidence),
    ):
        if evidence.answers and (not loaded or heard.process.step in loaded):
            continue
        return _told_there(heard, rank, line, issue, cause)
    return _stopped(plan, cause, evidence) or cause


def _unplaced(_plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a name that leads nowhere as the fault of the pod of that name, if it cannot start.

    Kubernetes gives a name to what runs alone.
    """
    name = cause.why.line.text if cause.why.line else ""
    for heard, rank, noted, issue in _told_of_pods(cause.end.process.step, evidence):
        if issue.name in _NOT_STARTED and any(pod in name for pod in heard.process.nodes):
            return _told_there(heard, rank, noted.line, issue, cause)
    return cause


def _in_vain(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return the end of a step that somebody cancelled as the wait of its ranks before, if any.

    Or as that of another step, which waited for nodes until then.
    """
    for heard, rank, line, issue in _waiting(evidence):
        return _told_there(heard, rank, line, issue, cause)
    for heard, rank, line, issue in _telling_of(_SILENT_SERVER, evidence):
        if not is_up(heard.process.step, evidence):
            return _told_there(heard, rank, line, issue, cause)
    for heard, rank, line, issue in _telling_of(_WAITED, evidence):
        if heard.process.step == cause.end.process.step and not evidence.answers:
            waited = _told_there(heard, rank, line, issue, cause)
            return _silent(plan, waited, evidence) if waited.before(cause) else cause
    return _stopped(plan, cause, evidence) or cause


def _stopped(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return an end as that of the rank that stopped before it while all others had passed."""
    worker, at = plan.worker(cause.end.process.step), cause.stamp
    odd = left_behind(worker, evidence, at) if worker and at and not evidence.answers else None
    if odd is None:
        return None
    own = evidence.heard[odd.process.name].own(odd.rank)
    end = End(odd.process, odd.rank, None, own, odd.line, spoke=True)
    why = Explanation(odd.line, "product", STACKS, confidence="medium")
    return Candidate(end, why, (), zone=cause.zone)


def _of_one(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return what a script binds to as the fault of the one of several nodes that lacks it."""
    worker, issue = plan.worker(cause.end.process.step), cause.why.issue
    tell = {
        node_of(plan, heard.process, rank)
        for heard, rank, _, _ in _telling_of(issue.name if issue else "", evidence)
        if heard.process.step == cause.end.process.step
    }
    if worker is None or len(tell) > 1 or len(worker.nodes) == 1 or cause.end.rank is None:
        return cause
    return replace(cause, why=replace(cause.why, fault="infrastructure"))


def _refused(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a card that a frontend refuses as that of the one worker that has just registered.

    Or that registered long after all others, if it took its time.
    """
    at = cause.stamp
    times: dict[str, float] = {}
    for process in plan.processes:
        line = evidence.where.registered.get(process.name)
        its = stamp(line.text) if line else None
        if at and its and plan.worker(process.step) and process.step not in evidence.together:
            its = cause.zone.utc(its)
            if its.way == at.way:
                times[process.name] = at.seconds - its.seconds
    just = [name for name, ago_s in times.items() if 0 <= ago_s < _JUST_S]
    at_once = [name for name in just if times[name] < _AT_ONCE_S]
    just = at_once if len(at_once) == 1 else just
    before = sorted(ago_s for ago_s in times.values() if ago_s >= 0)
    if not just and len(before) > 1 and before[1] - before[0] >= _LONG_S:
        just = [name for name, ago_s in times.items() if ago_s == before[0]]
    if len(just) != 1 or len(times) == 1:
        return cause
    (process,) = (item for item in plan.processes if item.name in just)
    rank = process.ranks[0] if len(process.ranks) == 1 else None
    lines = evidence.heard[process.name].own()
    return replace(cause, end=End(process, rank, None, lines, cause.why.line, spoke=True))


def _of_two(_plan: LaunchPlan, cause: Candidate, _evidence: Evidence) -> Candidate:
    """Return that two ranks have two releases as of no rank: which of them is wrong is not told."""
    line = cause.why.line
    several = line is not None and _TWO_RELEASES.search(line.text)
    return replace(cause, end=replace(cause.end, rank=None)) if several else cause


def _starved(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return what took too much memory as the one rank that Slurm says was killed for it.

    Or, of a node that nobody names, the one that its engine says has died.
    """
    if plan.worker(cause.end.process.step) is None:
        return _died(plan, cause, evidence)
    step = cause.end.process.step
    heard = [each for each in evidence.heard.values() if each.process.step == step]
    lines = (line for each in heard for line in each.by_slurm())
    ranks = {rank for line in lines if (told := out_of_memory(line.text)) for rank in told.ranks}
    if len(ranks) != 1 or cause.end.rank in ranks:
        return None
    return _of_rank(plan, cause, ranks.pop(), evidence)


def _died(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return a cause as that of the one process of an engine that this says has died."""
    found = {
        (heard.process.name, int(match[1]))
        for heard in evidence.heard.values()
        if plan.worker(heard.process.step)
        for line in heard.own()
        if (match := _DIED.search(line.text))
    }
    if len(found) != 1:
        return None
    ((name, rank),) = found
    heard = evidence.heard[name]
    return replace(cause, end=replace(cause.end, process=heard.process, rank=rank))


def _foretold(_plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return a transfer that failed as what its other side warned of before, if one did.

    It is of NIXL alone, which then finds no memory that was registered.
    """
    found = (
        (heard, noted.line, noted.issue)
        for heard in evidence.heard.values()
        for _, speaker in heard.each()
        if any(_NIXL in line.text for line in errors(speaker))
        for noted in speaker.foretells
        if noted.issue and noted.issue.name == _TOO_SMALL
    )
    for heard, line, issue in found:
        return _told_there(heard, None, line, issue, cause)
    return None


def _unheard(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return whom ranks of all other nodes of a worker cannot reach, if it is one node's."""
    step, issue = cause.end.process.step, cause.why.issue
    worker = plan.worker(step)
    if worker is None or issue is None or step in evidence.together:
        return None
    tell = {
        worker.node_of(rank)
        for heard, rank, _, _ in _telling_of(issue.name, evidence)
        if heard.process.step == step and rank is not None and rank < worker.world_size
    }
    silent = [node for node in worker.nodes if node not in tell]
    if len(tell) < _TWO or len(silent) != 1:
        return None
    rank = next(each for each in range(worker.world_size) if worker.node_of(each) == silent[0])
    return _of_absent(plan, cause, rank, evidence)


def _not_believed(_plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return a launch that a node refuses as what the daemon of a node says of it, if one does.

    ``srun`` hears nothing from one that does not believe it, as from one that has failed.
    """
    for name in (_CLOCKS, _CREDENTIAL):
        for _, _, line, issue in _telling_of(name, evidence):
            return replace(
                cause, why=Explanation(line, issue.fault, issue.hint, issue), slurms=()
            )
    return None


def _told_there(
    heard: Heard, rank: int | None, line: Line, issue: Issue, instead_of: Candidate
) -> Candidate:
    """Return what somebody else tells of a known issue, in place of what came of it."""
    end = replace(end_of(heard, rank, heard.speaker(rank)), told=line)
    why = Explanation(line, issue.fault, issue.hint, issue, "medium")
    return Candidate(end, why, (), zone=instead_of.zone)


_BY_ISSUE: Mapping[str, Callable[[LaunchPlan, Candidate, Evidence], Candidate | None]] = {
    _WAITED: _silent,
    "rendezvous-timed-out": _absent,
    "numa-node-missing": _of_one,
    "model-cards-differ": _refused,
    "nccl-versions-differ": _of_two,
    "pmix-broken": held,
    "hang-detected": _hung,
    "cuda-illegal-access": _skipped,
    "host-out-of-memory": _starved,
    "transfer-failed": _foretold,
    "network-unreachable": _unheard,
    "mpi-peer-unreachable": _unheard,
    "time-limit": _waited,
    "name-not-resolved": _unplaced,
    "vllm-step-timed-out": _hung,
    # what the head of a Ray cluster says of another part, or that other says among its lines
    "ray-node-died": _part,
    "ray-versions-differ": _part,
    "step-cancelled": _in_vain,
    "node-failed": _not_believed,
    # who tells of it has met the other in a transfer
    "cache-states-differ": unlike,
    "transfer-backends-differ": unlike,
    "nixl-agent-unlike": unlike,
}
