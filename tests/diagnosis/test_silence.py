# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Deployments that served until they did not, and in which nothing ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.silence import silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

    Spoken = Callable[..., Evidence]

STEP = "{0:2}: [11/21/2026-09:{1:02}:00] [TRT-LLM] [RANK {0}] [I] iter = {2}, global_rank = {0}\n"
TIMED_OUT = "0: ERROR openai: Failed to generate completions: request timed out\n"
SERVES = "0: INFO dynamo_llm::discovery::watcher: added model model_name=m\n"
WELL = (
    "0: INFO metrics: request completed request_id=1 status=success\n",
    "0: INFO openai: finished processing request latency=9 ms status=200 path=/v1/completions\n",
    '0: INFO metrics: request completed request_id=1 status="success"\n',
    '0: {"level":"INFO","message":"request completed","request_id":"1","status":"success"}\n',
)
STOPPED = " 0: [TRT-LLM] [W] Received SIGTERM, shutting down\n"


def steps_of(ranks: int, behind: dict[int, int], minute: int = 0) -> str:
    """Return what ranks count until the fifth report, but for those that stop before it."""
    return "".join(
        STEP.format(rank, minute + report, 10 + 100 * report)
        for report in range(5)
        for rank in range(ranks)
        if report <= behind.get(rank, 5)
    )


@pytest.mark.parametrize(
    ("behind", "frontend", "expected"),
    [
        ({5: 2}, "", (5,)),
        ({5: 3}, "", None),  # which was perhaps not written yet
        ({5: 3}, TIMED_OUT, (5,)),
        *(({5: 3}, TIMED_OUT + well, None) for well in WELL),
        ({5: 2, 6: 1}, "", (5, 6)),
        (dict.fromkeys(range(12), 2), "", None),  # who is behind is not the most
    ],
)
def test_a_rank_that_no_longer_steps_is_named(
    steps: LaunchPlan,
    spoken: Spoken,
    behind: dict[int, int],
    frontend: str,
    expected: tuple[int, ...] | None,
) -> None:
    found = silent(steps, spoken(steps, {"decode0": steps_of(16, behind), "frontend": frontend}))

    assert (found.ranks if found else None) == expected
    if found:
        assert (found.worker, found.phase, found.kind) == ("decode0", "serving", "stall")


@pytest.mark.parametrize("where", ["decode0", "prefill0"])
def test_who_is_being_stopped_is_not_silent(
    steps: LaunchPlan, spoken: Spoken, where: str
) -> None:
    said = {"decode0": steps_of(16, {5: 1}), "prefill0": "", "frontend": TIMED_OUT}
    said[where] += STOPPED

    assert silent(steps, spoken(steps, said)) is None


@pytest.mark.parametrize(
    ("prefill", "frontend", "expected"),
    [(0, TIMED_OUT, None), (3, TIMED_OUT, "decode0"), (3, "", None)],
)
def test_of_two_workers_the_one_that_fell_silent_first_is_named(
    steps: LaunchPlan, spoken: Spoken, prefill: int, frontend: str, expected: str | None
) -> None:
    said = {"decode0": steps_of(16, {}), "prefill0": steps_of(2, {}, prefill)}

    found = silent(steps, spoken(steps, {**said, "frontend": frontend}))

    assert (found.worker if found else None) == expected


ROUTE = "0: WARN egress: Failed to connect to instance at 172.17.0.1:41099: No route to host\n"
REFUSED = "0: ERROR metrics: request completed status=error error_type=cannot_connect\n"


@pytest.mark.parametrize(
    ("lines", "issue"),
    [
        (ROUTE + REFUSED, "DKI109"),
        (REFUSED, None),
        (ROUTE, None),
        (ROUTE + REFUSED + WELL[0], None),
    ],
)
def test_a_frontend_whose_requests_fail_to_the_end_has_said_why_as_a_warning(
    steps: LaunchPlan, spoken: Spoken, lines: str, issue: str | None
) -> None:
    found = diagnose(steps, None, [], spoken(steps, {"frontend": SERVES + lines}))

    assert (found.known_issue if found else None) == issue


DONE = "srun: launch/slurm: _task_finish: node5: tasks 0-1: Completed\n"


@pytest.mark.parametrize(
    ("prefill", "decode", "fails"),
    [
        (DONE, steps_of(16, {}), True),
        (DONE, "srun: launch/slurm: _task_finish: node1: tasks 0-15: Completed\n", False),
        (STOPPED + DONE, steps_of(16, {}), False),
        (DONE, steps_of(16, {}) + STOPPED, False),
    ],
)
def test_a_worker_that_left_while_another_goes_on_has_failed(
    steps: LaunchPlan, spoken: Spoken, prefill: str, decode: str, *, fails: bool
) -> None:
    said = {"frontend": SERVES, "prefill0": "0: serves\n" + prefill, "decode0": decode}

    found = diagnose(steps, None, [], spoken(steps, said))

    assert (found is not None) == fails
    assert found is None or (found.worker, found.phase) == ("prefill0", "serving")


def test_an_allocation_that_was_taken_away_is_a_failure(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    gone = "srun: Job step aborted: Waiting up to 32 seconds\n"
    gone += "srun: error: Job allocation 7 has been revoked\n"
    gone += "srun: error: node1: tasks 0-15: Terminated\n"

    found = diagnose(steps, None, [], spoken(steps, {"frontend": SERVES, "decode0": gone}))

    assert found
    assert (found.known_issue, found.worker) == ("DKI812", "decode0")


DEAD = "vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue.\n"


@pytest.mark.parametrize("before", ["", "(Worker pid=4) ERROR [base.py:3] RuntimeError: BAD\n"])
def test_an_engine_that_died_is_a_failure_of_what_it_names_if_it_names_it(
    plan: LaunchPlan, spoken: Spoken, before: str
) -> None:
    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank3": before + DEAD}))

    assert found
    assert ("BAD" if before else "EngineDeadError") in found.what


def test_ranks_that_do_not_count_together_leave_none_behind(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    """One is behind, and came to its last step after another had gone beyond that."""
    log = steps_of(16, {5: 2})
    told = STEP.format(5, 2, 210)
    late = log.replace(told, told.replace("09:02:00", "09:05:00"))

    assert silent(steps, spoken(steps, {"decode0": log}))
    assert silent(steps, spoken(steps, {"decode0": late})) is None


LATE = "ERROR dynamo_llm::http: {}: deadline has elapsed\n"


@pytest.mark.parametrize(
    ("words", "issue"), [("request timed out", "DKI205"), ("no answer", None)]
)
def test_requests_that_time_out_name_what_a_silent_rank_does(
    steps: LaunchPlan, spoken: Spoken, words: str, issue: str | None
) -> None:
    log = {"decode0": steps_of(16, {5: 2}), "frontend": "0: " + LATE.format(words)}
    evidence = spoken(steps, log)
    stall = silent(steps, evidence)

    assert stall
    assert issue == diagnose(steps, stall, [], evidence).known_issue


GAVE_UP = (
    "0: 2026-11-21T09:{at}:00.000000Z  INFO metrics: request completed status=error "
    "error_type=cancelled elapsed_ms={ms}\n"
)


def gave_up(minute: int, *took_ms: int) -> str:
    return "".join(GAVE_UP.format(at=minute, ms=ms) for ms in took_ms)


@pytest.mark.parametrize(
    ("took_ms", "named"),
    [
        ((600_073, 600_020, 600_049), True),
        ((600_073, 600_020), False),
        ((600_073, 412_020, 130_049), False),  # a person who stops them
        ((9_073, 9_020, 9_049), False),
    ],
)
def test_clients_that_give_up_after_one_and_the_same_time_were_not_answered(
    steps: LaunchPlan,
    spoken: Spoken,
    took_ms: tuple[int, ...],
    named: bool,  # noqa: FBT001 - a table
) -> None:
    said = {"decode0": steps_of(16, {}), "prefill0": steps_of(2, {}, 3)}

    found = silent(steps, spoken(steps, {**said, "frontend": SERVES + gave_up(30, *took_ms)}))

    assert named == (found is not None)
    assert found is None or found.worker == "decode0"


REPORT = (
    "0: 2026-11-21T09:{:02}:00.000000Z  INFO loggers.log: Engine 000: Avg prompt throughput: 9.0 "
    "tokens/s, Avg generation throughput: 9.0 tokens/s, Running: {} reqs\n"
)
ANSWERED = "0: 2026-11-21T09:40:00.000000Z  INFO metrics: request completed status=success\n"
ALIKE = (600_073, 600_020, 600_049)


@pytest.mark.parametrize(
    ("role", "running", "until", "took_ms", "named"),
    [
        ("decode", 2, 40, ALIKE, True),
        ("decode", 2, 40, (), False),
        ("decode", 2, 40, (600_073, 412_020, 130_049), False),
        ("decode", 2, 40, tuple(range(100_000, 1_060_000, 40_000)), True),  # so many are enough
        ("decode", 0, 40, ALIKE, False),  # nobody asked it since
        ("decode", 2, 20, ALIKE, False),  # nobody goes on
        ("prefill", 2, 40, ALIKE, False),  # who has other things to say
    ],
)
def test_the_one_of_several_workers_that_fell_silent_at_work_keeps_its_clients_waiting(  # noqa: PLR0917
    steps: LaunchPlan,
    spoken: Spoken,
    role: str,
    running: int,
    until: int,
    took_ms: tuple[int, ...],
    named: bool,  # noqa: FBT001 - a table
) -> None:
    other = replace(steps.workers[1], name="decode1", role=role, replica=1)
    process = replace(steps.processes[-1], name="decode1", step="decode1")
    several = replace(
        steps,
        workers=(steps.workers[0], other),
        processes=(*steps.processes[:-1], process),
    )
    said = {
        "decode0": REPORT.format(10, running),
        "decode1": "".join(REPORT.format(minute, 3) for minute in range(10, until + 1)),
        "frontend": SERVES + gave_up(30, *took_ms) + ANSWERED,
    }

    found = silent(several, spoken(several, said))

    assert named == (found is not None)
    assert found is None or (found.worker, found.kind) == ("decode0", "stall")
