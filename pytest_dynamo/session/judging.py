# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Judges a record: reads its logs, and names the first cause if it tells of a failure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pytest_dynamo import engines
from pytest_dynamo.diagnosis.diagnose import Diagnosis, diagnose, of_requests
from pytest_dynamo.diagnosis.evidence import Evidence
from pytest_dynamo.diagnosis.given_up import CANCELLED, TIME_LIMIT, given_up, missing, was_idle
from pytest_dynamo.diagnosis.silence import silent
from pytest_dynamo.diagnosis.slow_gpus import slowed
from pytest_dynamo.diagnosis.timeline import Timeline
from pytest_dynamo.session import known, reading, worlds
from pytest_dynamo.session.record import Foreign, Recorded
from pytest_dynamo.supervisor.rundir import RunDir
from pytest_dynamo.watch import beside, foreign, log_names
from pytest_dynamo.watch.gpu_tables import SlowGpu, slow_gpus
from pytest_dynamo.watch.observations import Exited
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.topology.model import Topology
    from pytest_dynamo.watch.log_names import Source


@dataclass(frozen=True)
class Subject:
    """What is to be judged: the plan that ran, its logs, and the ends that are known besides.

    ``made_up`` are names of nodes that no scheduler knows, ``known`` what a run of ours was told to
    know besides what ships; ``stopped`` is whether its supervisor stopped it while nothing had
    ended, so that whatever ends later ends by that.
    """

    topology: Topology
    plan: LaunchPlan
    logs: tuple[reading.Log, ...]
    ended: tuple[Exited, ...]
    failed: Failed | None = None
    made_up: frozenset[str] = frozenset()
    known: tuple[Issue, ...] = ()
    stopped: bool = False
    #: GPUs that slow down, on which node if its name is known, and the step of who runs there.
    slow: tuple[tuple[SlowGpu, str | None, str], ...] = ()

    @property
    def milestones(self) -> tuple[engines.Milestone, ...]:
        """The lines by which its ranks tell their progress."""
        # stand-in ranks say what TensorRT-LLM's launch chain says, whatever engine they stand for
        name = "trtllm" if self.plan.stand_in else self.topology.engine
        return engines.get(name).milestones(self.topology)


@dataclass(frozen=True)
class Judgement:
    """What was found; ``diagnosis`` is None where nothing tells of a failure."""

    diagnosis: Diagnosis | None
    timeline: Timeline


def subject(
    record: Recorded | Foreign, topology: Topology, noted: Callable[[int], None]
) -> Subject:
    """Return what a record holds; ``noted`` is told how many bytes were read for it.

    Raises:
        PlanError: a worker of the topology does not divide over its nodes.
        OSError: a log cannot be read.
    """
    if isinstance(record, Recorded):
        end = record.end or {}
        logs = tuple(reading.own_logs(record.plan, record.path, end.get("read") or {}))
        if "failure" in end:
            ended, failed = tuple(Exited(*each) for each in end["ended"]), _failed(end["failure"])
        else:
            ended, failed = tuple(_ends(record.events)), None
        stopped = not ended and any(event["kind"] == "stopping" for event in record.events)
        besides = known.read(RunDir(record.path))
        return Subject(
            topology, record.plan, logs, ended, failed, known=besides, stopped=stopped
        )
    sources = list(record.sources(noted))
    topology, notes = worlds.as_told(topology, sources)
    plan, whose = foreign.plan(topology, sources)
    plan = replace(plan, notes=(*plan.notes, *notes))
    logs = tuple(reading.foreign_logs(record, plan, whose))
    # the end that is told of a pod is that of whoever wrote its log
    told = {_who_wrote(item, whose): item.ended for item in whose if item.ended is not None}
    # of a process that is one task, the end of the task is its own
    one = {
        item.name
        for item in plan.processes
        if item.labelled and not item.ranks and (item.kind != "worker" or plan.worker(item.step))
    }
    told |= {whose[item]: item.task for item in whose if item.task and whose[item] in one}
    hosts = {host for item in sources for _, host in (*item.hosts, *item.speaks_on)}
    hosts |= {host for item in whose if (host := log_names.host_of(topology, item))}
    return Subject(
        topology,
        plan,
        logs,
        tuple(Exited(name, code) for name, code in told.items()),
        made_up=frozenset(plan.nodes) - hosts,
        slow=tuple(_slow(record, plan, whose)),
    )


def _slow(
    record: Foreign, plan: LaunchPlan, whose: Mapping[Source, str]
) -> Iterator[tuple[SlowGpu, str | None, str]]:
    """Yield GPUs that slow down, with their node, if named, and the step of who runs there."""
    processes = {process.name: process for process in plan.processes}
    found = [(source, processes[name]) for source, name in whose.items()]
    for name in record.gpu_tables:
        with (record.path / name).open(encoding="utf-8", errors="replace", newline="") as table:
            slow = slow_gpus(table, name)
        for gpu in slow:
            source = log_names.Source(log=gpu.node or name.removesuffix(".csv"))
            where = beside.of_node(source, found, plan.workers)
            named = {gpu.node, *log_names.hosts(source)}
            yield gpu, next((node for node in where.nodes if node in named), None), where.step


def _who_wrote(told: Source, whose: Mapping[Source, str]) -> str:
    """Return the process that a source tells of: that of the log which is called after its pod.

    The end of a container that was started anew is that of the log from before, if that is kept.
    """
    logs = (each for each in whose if told.told_of and not each.told_of)
    its = sorted((each for each in logs if told.whole in each.whole), key=log_names.is_earlier)
    return whose[its[-1] if its else told]


def judge(
    found: Subject, noted: Callable[[int], None], extra: Sequence[Issue] = ()
) -> Judgement:
    """Read the logs and return what they tell; ``extra`` are known issues of the project.

    Raises:
        OSError: a log cannot be read.
    """
    plan, milestones = found.plan, found.milestones
    timeline = Timeline(plan, milestones)
    versions = {
        name: str(release)
        for name, release in found.topology.versions.model_dump(exclude_none=True).items()
    }
    besides = (*extra, *found.known)
    evidence = Evidence(
        plan,
        milestones,
        versions=versions,
        extra=besides,
        together=foreign.together(found.topology, plan),
    )
    reading.read(found.logs, evidence, timeline, noted)
    settled = evidence.settle()
    found = replace(found, ended=tuple(e for e in found.ended if e.process not in settled))
    failed = found.failed or timeline.contradiction
    if failed and failed.kind == "contradiction" and _came_all_the_same(failed, evidence):
        failed = None
    diagnosis = None
    if failed or not found.stopped:
        diagnosis = diagnose(plan, failed, found.ended, evidence)
    over = diagnosis.known_issue if diagnosis else None
    if over in (CANCELLED, TIME_LIMIT):
        # of what served until its time was over all the same, only who never came
        never = over == TIME_LIMIT and evidence.answers
        waited = missing(plan, evidence) if never else given_up(plan, evidence, timeline)
        if waited or (never and was_idle(evidence)):
            diagnosis = diagnose(plan, waited, (), evidence) if waited else None
    if diagnosis is None:
        stall = timeline.stall() or (None if found.stopped else silent(plan, evidence))
        diagnosis = diagnose(plan, stall, found.ended, evidence) if stall else None
    if diagnosis and diagnosis.kind == "stall" and diagnosis.phase == "serving":
        # who tells why requests fail knows more than who fell silent first
        told = None if diagnosis.rank is not None else of_requests(plan, evidence)
        # who stands before the frontend waits as long for who hangs
        knows = told and told.known_issue and not log_names.is_proxy(told.evidence or "")
        diagnosis = told if knows else diagnosis
    if diagnosis is None and not found.stopped:
        diagnosis = of_requests(plan, evidence)
    if diagnosis is None and found.slow:
        diagnosis = slowed(plan, *found.slow[0])
    if diagnosis and diagnosis.exclude_node in found.made_up:
        diagnosis = replace(diagnosis, exclude_node=None)
    return Judgement(diagnosis, timeline)


def _came_all_the_same(failed: Failed, evidence: Evidence) -> bool:
    """Return whether who contradicts the topology has registered since, and requests went well.

    Then it is larger or smaller than planned, and no worse for it.
    """
    return evidence.answered and failed.worker in evidence.came


def _failed(data: dict[str, Any]) -> Failed:  # Any: a JSON object
    return Failed(**{**data, "ranks": tuple(data["ranks"]), "nodes": tuple(data["nodes"])})


def _ends(events: Sequence[dict[str, Any]]) -> list[Exited]:  # Any: JSON objects
    """Return the ends that were seen before anything was stopped, less those a test asked for."""
    ends = []
    for event in events:
        if event["kind"] == "stopping":
            break
        if event["kind"] == "exited" and not event.get("announced"):
            ends.append(Exited(event["process"], event["code"]))
    return ends
