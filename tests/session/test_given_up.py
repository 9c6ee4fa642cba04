# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Jobs that somebody, or their own script, cancelled: because they were done, or never came up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, LISTED, OOM, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

CANCELLED = "slurmstepd: error: *** STEP 7.{} ON n1 CANCELLED AT 2026-05-11T09:40:00 ***"
KILLED = "srun: error: n{}: tasks 0-1: Killed"
LOADS = "{}: [05/11/2026-09:{:02}:00] [TRT-LLM] [RANK {}] [I] Model init total -- {:.2f}s"
SHARDS = "{}: [05/11/2026-09:02:00] [TRT-LLM] [RANK {}] [I] Loading weights: 50%"
WELL = f"{AT.format(30)} INFO dynamo_llm::http: request completed status=success"


def worker(step: int, *ranks: str) -> str:
    """Return what a labelled step of two ranks says before it is cancelled."""
    return said(*map(joins, range(2)), *ranks, f"0: {CANCELLED.format(step)}")


def joins(rank: int, size: int = 2) -> str:
    """Return how a rank tells that it has joined its world, which rank 0 leads."""
    part = "worker" if rank else "leader"
    return f"{rank}: rank{rank} run mgmn {part} node with mpi_world_size: {size} ..."


def up(rank: int, took_s: float = 60.0, minute: int = 3) -> str:
    """Return how a rank tells that it has loaded."""
    return LOADS.format(rank, minute, rank, took_s)


@pytest.mark.parametrize(
    ("script", "failed"),
    [(("+ scancel 7.1 7.2",), False), (("+ scancel --signal=TERM 7",), False), ((), True),
     (("+ scancel --help",), True), (("scancel 7.1",), True)],
)  # fmt: skip
def test_what_a_script_ends_that_traces_itself_has_not_failed(
    judge: Judge,
    script: tuple[str, ...],
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    """What ``srun`` tells of tasks that are killed then bears no time, and no step."""
    launched = [f"srun: launching StepId=7.{n} on host n{n}, 2 tasks: [0-1]" for n in (1, 2)]
    files = {
        "frontend.log": said(LISTED, WELL),
        "prefill.log": worker(1, up(0), up(1)),
        "decode.log": worker(2, up(0), up(1)),
        "slurm-7.out": said(*launched, *script, KILLED.format(1), KILLED.format(2)),
    }

    assert failed == (judge("local_disagg", files) is not None)


@pytest.mark.parametrize(
    ("before", "known"), [((), "DKI401"), (("+ srun -n 16 x",), None)], ids=["before it", "its own"]
)
def test_a_script_may_begin_with_the_end_of_another_job(
    judge: Judge, before: tuple[str, ...], known: str | None
) -> None:
    """What it ends before it has started anything is not what it starts."""
    lines = [
        *(joins(rank, 16) for rank in range(16)),
        *(up(rank) for rank in range(16) if rank != 5),
    ]
    ended = (
        "srun: error: n2: task 5: Exited with exit code 1",
        "srun: error: n2: tasks 0-4: Killed",
    )

    found = judge(
        "wide_ep_agg", {"job.out": said(*before, "+ scancel 6", *lines, f"5: {OOM}", *ended)}
    )

    assert found
    assert known == found.known_issue


@pytest.mark.parametrize(
    ("prefill", "place", "phase", "fault"),
    [
        # a worker of which one rank stopped while the other had passed
        (worker(1, up(0), SHARDS.format(1, 1)), ("prefill0", None), "load", "infrastructure"),
        # and one of which no rank has
        (worker(1, SHARDS.format(0, 0), SHARDS.format(1, 1)), ("prefill0", None), "load",
         "infrastructure"),
        # whose script has ended, and did not wait for it
        (said("+ python3 -m dynamo.trtllm", "+ exit 0"), ("prefill0", None), "launch", "config"),
        (said("+ python3 -m dynamo.trtllm", "+ exit 1"), ("prefill0", None), "launch",
         "infrastructure"),
        (said("+ python3 -m dynamo.trtllm", "+ echo up", "up"), ("prefill0", None), "launch",
         "config"),
        # it waits, it is still there, and an engine spoke since
        (said("+ python3 -m dynamo.trtllm", "+ echo up", "+ wait"), ("prefill0", None), "launch",
         "infrastructure"),
        (said("+ echo up", "+ python3 -m dynamo.trtllm"), ("prefill0", None), "launch",
         "infrastructure"),
        (said("+ python3 -m dynamo.trtllm", "+ echo up", "[TRT-LLM] [I] begins"),
         ("prefill0", None), "launch", "infrastructure"),
    ],
    ids=[
        "a rank", "a worker", "its script", "its script failed", "its script went on",
        "its script waits", "its script is there", "its engine speaks",
    ],
)  # fmt: skip
def test_whom_a_job_waited_for_in_vain_is_named_and_not_who_cancelled_it(
    judge: Judge, prefill: str, place: tuple[str, int | None], phase: str, fault: str
) -> None:
    files = {
        "frontend.log": said(f"{AT.format(1)} INFO x: starts", CANCELLED.format(0)),
        "prefill.log": prefill,
        "decode.log": worker(2, up(0), up(1)),
    }

    found = judge("local_disagg", files)

    assert found
    assert (*place, phase) == (found.worker, found.rank, found.phase)
    assert (fault, None) == (found.fault, found.known_issue)
    assert ("exit status 0" in found.what) == ("+ exit 0" in prefill)
    assert ("waited for nothing" in found.what) == (fault == "config" and "+ exit 0" not in prefill)


def test_who_cancelled_a_job_of_which_all_had_come_up_is_to_be_found(judge: Judge) -> None:
    files = {
        "frontend.log": said(f"{AT.format(1)} INFO x: starts", CANCELLED.format(0)),
        "prefill.log": worker(1, up(0), up(1)),
        "decode.log": worker(2, up(0), up(1)),
    }

    found = judge("local_disagg", files)

    assert found
    assert found.known_issue == "DKI806"


@pytest.mark.parametrize(
    ("slow", "usual_s", "took_s", "ranks"),
    [
        ((5,), 31.0, 1119.0, (5,)),
        ((4, 5, 6, 7), 31.0, 1119.0, (4, 5, 6, 7)),
        # the cluster is slow, and not a node of it
        (tuple(range(5)), 31.0, 1119.0, ()),
        # four times as long, which is a minute
        ((5,), 31.0, 130.0, ()),
        # and six minutes longer, where all took as long
        ((5,), 200.0, 560.0, ()),
    ],
    ids=["a rank", "a node", "a third of them", "a moment", "not even thrice"],
)
def test_ranks_that_load_many_times_as_long_as_their_peers_are_stragglers(
    judge: Judge, slow: tuple[int, ...], usual_s: float, took_s: float, ranks: tuple[int, ...]
) -> None:
    lines = [joins(rank, 16) for rank in range(16)]
    lines += [up(rank, usual_s) for rank in range(16) if rank not in slow]
    lines += [up(rank, took_s, 22) for rank in slow]

    found = judge("wide_ep_agg", {"agg.log": said(*lines, f"0: {CANCELLED.format(1)}")})

    assert found
    assert bool(ranks) == (found.kind == "stall")
    assert not ranks or f"rank {ranks[0]}" in found.where
    assert not ranks or (found.phase, found.fault) == ("load", "infrastructure")


LIMIT = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-05-11T09:{}:00 DUE TO TIME LIMIT ***"
LOADING = "{}: [05/11/2026-09:{:02}:00] [TRT-LLM] [RANK {}] [I] Loading weights: 50%"


@pytest.mark.parametrize(
    ("slow", "until", "last", "named"),
    [
        (range(4, 8), 40, 40, True),
        # most of them load, all have just loaded, and who says no more is not slow, but still
        (range(12), 40, 40, False),
        (range(4, 8), 6, 6, False),
    ],
    ids=["a node", "most of them", "a moment"],
)
def test_ranks_that_still_load_when_the_time_is_over_are_whom_it_was_too_short_for(
    judge: Judge, slow: range, until: int, last: int, *, named: bool
) -> None:
    """The leader of the world did not tell that it joined, and has, since it loaded."""
    lines = [joins(rank, 16) for rank in range(1, 16)]
    lines += [up(rank, 31.0, 3) for rank in range(16) if rank not in slow]
    lines += [LOADING.format(rank, last, rank) for rank in slow]

    found = judge("wide_ep_agg", {"agg.log": said(*lines, LIMIT.format(f"{until:02}"))})

    assert found
    if named:
        assert (found.kind, found.worker, found.phase) == ("stall", "agg0", "load")
        assert "rank 4-7 of agg0" in found.where
        assert found.remedy
        assert "compare how fast" in found.remedy
    else:
        assert found.known_issue == "DKI804"


@pytest.mark.parametrize("came", [False, True])
def test_who_never_came_up_while_the_others_served_is_what_a_job_lost_its_time_on(
    judge: Judge,
    came: bool,  # noqa: FBT001 - a table
) -> None:
    files = {
        "frontend.log": said(LISTED, WELL),
        "prefill.log": said(*map(joins, range(2)), up(0), up(1)),
        "decode.log": said(
            *map(joins, range(2)), *([up(0), up(1)] if came else []), f"0: {LIMIT.format(33)}"
        ),
        "slurm-7.out": said(LIMIT.format(33)),
    }

    found = judge("local_disagg", files)

    assert found
    # that its time was over is not what kept it from coming up
    assert (found.known_issue == "DKI804", found.worker == "decode0") == (came, not came)


WORKS = "0: [05/11/2026-09:{:02}:00] [TRT-LLM] [RANK 0] [I] iter = 120, global_rank = 0"
GIVEN_UP = " WARN dynamo_llm::http: Connection closed unexpectedly; issuing cancellation"


@pytest.mark.parametrize(
    ("until", "works", "told", "more", "failed"),
    [
        (40, 30, 40, (), False),
        (40, 30, None, (), False),  # only Slurm tells when, in the time of the node
        (33, 30, 33, (), True),  # it may have been asked something
        (40, 38, 40, (), True),  # it was
        (40, 30, 40, (AT.format(36) + GIVEN_UP,), True),  # and nobody answered
    ],
    ids=["idle", "idle by Slurm", "shortly", "at work", "a client gave up"],
)
def test_whom_nobody_asks_any_more_has_done_its_work(  # noqa: PLR0917 - a table
    judge: Judge,
    until: int,
    works: int,
    told: int | None,
    more: tuple[str, ...],
    failed: bool,  # noqa: FBT001
) -> None:
    stops = [f"{AT.format(told)} INFO dynamo_runtime::worker: SIGTERM received"] if told else []
    begins = f"0: {AT.format(2)} INFO main.init: begins"
    files = {
        "frontend.log": said(LISTED, WELL, *more, *stops),
        "agg.log": said(begins, *map(joins, range(2)), up(0), up(1), WORKS.format(works),
                        f"0: {AT.format(works)} INFO main: it works", LIMIT.format(until)),
    }  # fmt: skip

    assert failed == (judge("local_agg", files) is not None)


@pytest.mark.parametrize(
    ("frontend", "limit", "failed"),
    [
        # the frontend tells when it was stopped, whatever the clock of the node says
        ((LISTED, WELL, f"{AT.format(40)} INFO worker: SIGTERM received"), "14T09:40", False),
        ((LISTED, WELL), "14T09:40", True),  # of another run, or of a clock that is wrong
        ((LISTED,), "11T09:40", True),  # which was asked nothing at all
    ],
    ids=["by itself", "days", "never asked"],
)
def test_how_long_nobody_asked_is_told_by_who_was_asked(
    judge: Judge,
    frontend: tuple[str, ...],
    limit: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    over = f"slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-05-{limit}:00 DUE TO TIME LIMIT"
    files = {
        "frontend.log": said(*frontend),
        "agg.log": said(f"0: {AT.format(2)} INFO main.init: begins", *map(joins, range(2)),
                        up(0), up(1), f"{over} ***"),
    }  # fmt: skip

    assert failed == (judge("local_agg", files) is not None)


def test_that_the_time_is_over_is_not_why_one_never_came_up(judge: Judge) -> None:
    begins = "[05/11/2026-09:02:00] [TRT-LLM] [I] Using LLM with PyTorch backend"
    files = {
        "frontend.log": said(LISTED, WELL),
        "prefill.log": said(*map(joins, range(2)), up(0), up(1)),
        "slurm-7.out": said(begins, LIMIT.format(33)),  # in which the other role speaks
    }

    found = judge("local_disagg", files)

    assert found
    assert (found.worker, found.known_issue) == ("decode0", None)


def test_the_allocation_that_a_person_held_is_of_no_worker(judge: Judge) -> None:
    over = "salloc: Job 7 has exceeded its time limit and its allocation has been revoked."
    files = {
        "frontend.log": said(LISTED, WELL),
        "agg.log": said(*(joins(rank, 2) for rank in range(2)), up(0), up(1)),
        "typescript": said("$ srun --jobid 7 ./up.sh", over),
    }

    found = judge("local_agg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI804", None)


def test_who_loaded_slowly_and_served_since_kept_nobody_waiting(judge: Judge) -> None:
    """Of two workers the step of one is cancelled, and the other goes on."""
    lines = [joins(rank, 16) for rank in range(16)]
    works = "0: [05/11/2026-09:39:50] [TRT-LLM] [RANK 0] [I] it works on"
    slow = [*lines, *(up(rank, 31.0) for rank in range(15)), up(15, 1119.0, 22)]
    files = {
        "frontend.log": said(LISTED, WELL),
        "prefill.log": said(*slow, works, f"0: {CANCELLED.format(1)}"),
        "decode.log": said(
            *lines,
            *(up(rank, 31.0) for rank in range(16)),
            works,
        ),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI806", "prefill0")


def test_of_two_workers_that_had_not_come_up_neither_is_to_blame(judge: Judge) -> None:
    files = {
        f"{name}.log": worker(step, *(SHARDS.format(rank, rank) for rank in range(2)))
        for step, name in enumerate(("prefill", "decode"), 1)
    }

    found = judge("local_disagg", files)

    assert found
    assert found.known_issue == "DKI806"


def test_registered_workers_of_a_job_are_none_that_it_waited_for(judge: Judge) -> None:
    """One may tell no more than that it registered, where the head of its log is lost."""
    files = {
        "frontend.log": said(LISTED, CANCELLED.format(0)),
        "prefill.log": said(f"0: {registered('d', 'prefill')}", f"0: {CANCELLED.format(1)}"),
        "decode.log": worker(2, up(0), up(1)),
    }

    found = judge("local_disagg", files)

    assert found is None or found.known_issue == "DKI806"


def test_the_rank_that_stopped_on_its_way_is_whom_a_job_waited_for(judge: Judge) -> None:
    lines = [joins(rank, 16) for rank in range(16)]
    lines += ["7: [05/11/2026-09:02:00] [TRT-LLM] [RANK 7] [I] Loading weights: 50%"]
    lines += [up(rank, 31.0, 9) for rank in range(16) if rank != 7]

    found = judge("wide_ep_agg", {"agg.log": said(*lines, f"0: {CANCELLED.format(1)}")})

    assert found
    assert ("agg0", 7, "load") == (found.worker, found.rank, found.phase)


SAYS = "[05/11/2026-09:{:02}:17] [TRT-LLM] [I] it works on"


@pytest.mark.parametrize(
    ("last", "place"),
    [((20, 40, 40), "prefill0"), ((37, 40, 40), None), ((20, 40, 20), None), ((20, 40, 36), None)],
    ids=["one of them", "none", "two of them", "a pause"],
)
def test_who_fell_silent_at_work_is_why_a_job_was_cancelled(
    judge: Judge, last: tuple[int, int, int], place: str | None
) -> None:
    """It had served, and nobody tells how it ended."""
    names = ("prefill-0", "prefill-1", "decode-0")
    files = {
        f"{name}.log": said(*(SAYS.format(minute) for minute in range(10, until)))
        for name, until in zip(names, last, strict=True)
    }
    files["prefill-1.log"] += said(CANCELLED.format(1))
    files["frontend.log"] = said(LISTED, WELL)

    found = judge("vllm_405b_kv_router", files)

    assert place == (found.worker if found and found.kind == "stall" else None)
