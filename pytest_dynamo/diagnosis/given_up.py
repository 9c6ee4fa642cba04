# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whom a run waited for that was cancelled, or whose time ended, while a part of it was away.

Theory of operation. A script that waits for workers ends the job when it has waited long enough, as
a person does, and Slurm then tells that steps were cancelled, and not why. The cause is who had not
come by then: ranks that stopped on their way while most had passed, ranks that took many times as
long as their peers to load, or the one worker that was not up, or had fallen silent at work, while
all the others were and spoke.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.phases import is_up, phase_of
from pytest_dynamo.diagnosis.silence import BUSY, last_said
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.watch import failures
from pytest_dynamo.watch.log_names import TOLD_BY
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.timeline import RankFacts, Timeline
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.states import Phase

#: The known issues of a step that somebody cancelled, without a reason, and of a job's time.
CANCELLED, TIME_LIMIT = "DKI806", "DKI804"
#: Who takes so many times as long as most to load, and so many seconds longer, is a straggler.
_TIMES, _LONGER_S = 3.0, 300.0
#: Who said nothing for so many seconds while all others did had stopped before.
_QUIET_S, _SPEAKS_S = 300.0, 60.0
#: How Slurm tells that the time of a job or a step is over.
_OVER = " DUE TO TIME LIMIT"
#: A deployment of which nobody asked anything for so many seconds had done its work.
_IDLE_S = 300.0
#: Times that are so many seconds apart are of clocks that do not agree, or of two runs.
_SAME_RUN_S = 86_400.0
#: At most this share of the ranks can be stragglers.
_FEW = 0.25


def given_up(plan: LaunchPlan, evidence: Evidence, timeline: Timeline) -> Failed | None:
    """Return whom a run waited for that was cancelled, None where nothing shows that it waited."""
    if evidence.together:
        return _of_several(plan, evidence)
    return (
        timeline.stall()
        or timeline.slow()
        or _stragglers(plan, evidence, timeline)
        or missing(plan, evidence)
        or _quiet(plan, evidence)
    )


def was_idle(evidence: Evidence) -> bool:
    """Return whether nobody asked anything of a deployment any more when its time was over.

    The last request had gone well long before, and no engine told of work since.
    """
    if not evidence.answered:
        return False
    zone = evidence.zone()
    for heard in evidence.heard.values():
        if heard.process.kind == "frontend" and any(each.unanswered for _, each in heard.each()):
            return False
    told = evidence.stopped_at()  # its frontend writes the time as it did of the requests
    ends = [told] if told else [
        zone.utc(at)
        for heard in evidence.heard.values()
        for line in (*heard.by_slurm(), *heard.said())  # among those of a program without labels
        if _OVER in line.text and (at := stamp(line.text))
    ]
    if not ends:
        return False
    end = min(ends)
    idle_s = evidence.well_until(end)
    if idle_s is None or not _IDLE_S < idle_s < _SAME_RUN_S:
        return False
    return not any(
        BUSY.search(line.text) and end.seconds - at.seconds < idle_s - _SPEAKS_S
        for heard in evidence.heard.values()
        for line in heard.said()
        if (at := stamp(line.text)) and (at := zone.utc(at)).way == end.way
    )


def _of_several(plan: LaunchPlan, evidence: Evidence) -> Failed | None:
    """Return the ranks that lack a step which most have taken, of workers that share a log.

    Of each number as many have to take it as there are workers that have such a rank.
    """
    for name, together in evidence.together.items():
        process = next(item for item in plan.processes if item.step == name)
        steps: tuple[tuple[str, Phase], ...] = (("joined", "launch"), ("loaded", "load"))
        for step, phase in steps:
            lacking = together.lacking(step)
            able = together.workers
            if lacking and max(lacking) < max(each.world_size for each in able):
                able = tuple(each for each in able if each.world_size > max(lacking))
            if not lacking or len(able) != 1:
                continue
            (worker,) = able
            if len(lacking) > worker.world_size // 2:
                continue  # who lacks most of them waits for none
            whole = plan.worker(name)
            nodes = dict.fromkeys(whole.node_of(rank) for rank in lacking) if whole else {}
            what = f"had not {step} when the run was cancelled, as all other ranks had"
            ranks = tuple(sorted(lacking))
            return failures.of_worker(
                process, worker, phase, what, ranks=ranks, nodes=tuple(nodes)
            )
    return None


def _stragglers(plan: LaunchPlan, evidence: Evidence, timeline: Timeline) -> Failed | None:
    """Return the few ranks of a worker that loaded long after all others, if nothing served."""
    if evidence.answers:
        return None
    ranks: dict[str, list[tuple[RankFacts, float]]] = {}
    for facts in timeline.ranks():
        took = [each for each in facts.load_seconds if each == each]  # noqa: PLR0124 - no number
        if took:
            ranks.setdefault(facts.worker, []).append((facts, max(took)))
    for worker, those in ranks.items():
        usual_s = median(took_s for _, took_s in those)
        late = [
            (facts, took_s)
            for facts, took_s in those
            if took_s > _TIMES * usual_s and took_s - usual_s > _LONGER_S
        ]
        if not late or len(late) > _FEW * len(those):
            continue
        slowest, took_s = max(late, key=lambda item: item[1])
        return Failed(
            at=0,
            phase="load",
            kind="stall",
            what=(
                f"took {took_s:.0f} s to load, where half of the {len(those)} ranks took at most "
                f"{usual_s:.0f} s, and the run was cancelled before it served"
            ),
            process=next(item.name for item in plan.processes if item.log == slowest.log),
            worker=worker,
            ranks=tuple(sorted(facts.rank for facts, _ in late)),
            nodes=tuple(dict.fromkeys(facts.node for facts, _ in late)),
            log=slowest.log,
            line=slowest.line,
            since_s=0.0,
        )
    return None


def missing(plan: LaunchPlan, evidence: Evidence) -> Failed | None:
    """Return the one worker that has not come up while all the others have."""
    absent = [worker for worker in plan.workers if not is_up(worker.name, evidence)]
    if len(absent) != 1 or len(plan.workers) == 1:
        return None
    (worker,) = absent
    own = [
        heard
        for heard in evidence.heard.values()
        if heard.process.step == worker.name and TOLD_BY not in heard.process.name and heard.said()
    ]
    if not own:
        return None
    process = own[0].process
    phase = phase_of(plan, evidence, process, None) if not evidence.answers else "launch"
    what = "had not come up, while all other workers had, when the run was cancelled"
    return failures.of_worker(process, worker, phase, what)


def _quiet(plan: LaunchPlan, evidence: Evidence) -> Failed | None:
    """Return the one worker that fell silent at work, while all others spoke until the end."""
    last = {worker: at for worker in plan.workers if (at := last_said(worker, evidence))}
    if not evidence.answers or len(last) != len(plan.workers):
        return None
    if len({at.way for at in last.values()}) != 1:
        return None
    until_s = max(at.seconds for at in last.values())
    quiet = [worker for worker, at in last.items() if until_s - at.seconds > _QUIET_S]
    speak = [worker for worker, at in last.items() if until_s - at.seconds < _SPEAKS_S]
    if len(quiet) != 1 or len(quiet) + len(speak) != len(last):
        return None
    (worker,) = quiet
    process = next(item for item in plan.processes if item.step == worker.name)
    silent_s = until_s - last[worker].seconds
    what = f"had said nothing for {silent_s:.0f} s when the run was cancelled, as all others had"
    return failures.of_worker(process, worker, "serving", what, served=True)
