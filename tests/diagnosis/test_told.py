# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who was told to end, who only got ready for it, and who ends others for an error of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.words import was_told
from pytest_dynamo.watch.observations import Exited

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:{}.741499Z"
LISTED = f"{AT.format('19:10')}  INFO dynamo_llm::discovery::watcher: added model model_name=m\n"
OOM = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.62 GiB.\n"
TOLD = f"{AT.format('19:50')}  INFO main: Received shutdown signal, shutting down\n"
TERMINATED = "srun: error: node5: tasks 0-1: Terminated\n"
CANCELLED = "slurmstepd-{0}: error: *** STEP 7.{1} ON {0} CANCELLED AT 2026-11-21T09:19:49 ***\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("INFO main.worker: Signal handlers set up for graceful shutdown", False),
        ("INFO worker: Registered a handler for SIGTERM", False),
        ("INFO main: Waiting for shutdown signal", False),
        ("INFO main: Received SIGTERM, draining 2 requests", True),
        ("INFO main: Received shutdown signal", True),
        ("INFO worker: gracefully shutting down", True),
        ("WARN worker: Initiating graceful shutdown due to: an error", False),
    ],
)
def test_who_gets_ready_to_be_told_was_not_told(
    text: str,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    assert told == was_told(text)


def test_what_is_said_after_handlers_were_set_up_is_no_teardown(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    ready = "INFO main.worker: Signal handlers set up for graceful shutdown\n"

    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank3": ready + OOM}))

    assert found
    assert (found.known_issue, found.rank) == ("DKI401", 3)


@pytest.mark.parametrize(
    ("told", "how", "quiet"),
    [(TOLD, "Terminated", True), ("", "Terminated", False), (TOLD, "Aborted", False)],
    ids=["told", "not told", "told, and crashed"],
)
def test_a_step_whose_ranks_are_terminated_after_it_was_told_to_end_has_not_failed(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    told: str,
    how: str,
    quiet: bool,  # noqa: FBT001 - a table
) -> None:
    said = {
        "frontend": f"0: {LISTED}" + (f"0: {told}" if told else ""),
        "decode0": f" 0: {told}" if told else " 0: on its way\n",
        "prefill0": (f"0: {told}" if told else "") + TERMINATED.replace("Terminated", how),
    }

    assert quiet == (diagnose(steps, None, [], spoken(steps, said)) is None)


@pytest.mark.parametrize("ended", [True, False])
def test_a_frontend_that_is_cancelled_with_its_workers_has_not_failed(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    ended: bool,  # noqa: FBT001 - a table
) -> None:
    """Its log bears no labels, so that Slurm's line stands among its own."""
    workers = {
        f"{item.step}-rank{item.ranks[0]}": TOLD if ended else "on its way\n"
        for item in plan.processes
        if item.kind == "worker"
    }
    said = {"frontend": LISTED + CANCELLED.format("node1", 0), **workers}

    assert ended == (diagnose(plan, None, [], spoken(plan, said)) is None)


@pytest.mark.parametrize(
    ("error", "known"),
    [
        ("[11/21/2026-09:19:40] [TRT-LLM] [RANK 1] [E] RuntimeError: boom\n", None),
        # where nothing tells how far UTC is from the time of Slurm
        (f"{AT.format('19:55')} ERROR main: RuntimeError: boom\n", None),
        ("[11/21/2026-09:19:55] [TRT-LLM] [RANK 1] [E] RuntimeError: boom\n", "DKI806"),
        ("", "DKI806"),
    ],
    ids=["an error", "one that does not compare", "a later one", "none"],
)
def test_a_step_that_is_cancelled_after_another_failed_follows_from_it(
    steps: LaunchPlan, spoken: Callable[..., Evidence], error: str, known: str | None
) -> None:
    said = {
        "decode0": " 0: on its way\n 0: " + CANCELLED.format("node1", 1),
        "prefill0": f"1: {error}srun: error: node5: task 1: Exited with exit code 1\n"
        if error
        else "1: on its way\n",
    }

    found = diagnose(steps, None, [], spoken(steps, said))

    assert found
    assert found.known_issue == known
    assert found.worker == ("decode0" if known else "prefill0")


@pytest.mark.parametrize("ends", [True, False])
def test_an_error_of_a_request_for_which_a_worker_ends_is_no_requests_own(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    ends: bool,  # noqa: FBT001 - a table
) -> None:
    error = "TypeError: generate() got an unexpected keyword argument 'a'"
    said = f"{AT.format('19:30')} ERROR handler: failed\n{error}\n"
    said += f"{AT.format('19:31')}  WARN handler: Initiating graceful shutdown due to: {error}\n"
    well = f"{AT.format('19:40')}  INFO dynamo_llm::http: request completed status=success\n"
    worker = said if ends else said.rsplit(AT.format("19:31"), 1)[0]

    found = diagnose(plan, None, [], spoken(plan, {"frontend": LISTED + well,
                                                   "decode0-rank3": worker}))  # fmt: skip

    assert ends == (found is not None)


@pytest.mark.parametrize(("said", "known"), [(TOLD, "DKI502"), ("on its way\n", None)])
def test_who_ends_well_after_it_was_told_to_is_no_bug(
    plan: LaunchPlan, spoken: Callable[..., Evidence], said: str, known: str | None
) -> None:
    ended = [Exited("prefill0-rank0", 0)]

    found = diagnose(plan, None, ended, spoken(plan, {"prefill0-rank0": said}))

    assert found
    assert (found.known_issue, found.fault) == (known, "infrastructure" if known else "product")


@pytest.mark.parametrize(
    ("end", "where"),
    [
        ("Exited with exit code 1", "rank 1 of prefill0 on node5"),
        ("Killed", "rank 1 of prefill0 on node5"),
        ("Completed", "decode0 on node1, node2, node3, node4"),
    ],
)
def test_a_step_that_is_cancelled_after_a_rank_ended_without_a_word_follows_from_it(
    steps: LaunchPlan, spoken: Callable[..., Evidence], end: str, where: str
) -> None:
    tell = "srun: launch/slurm: _task_finish: " if end == "Completed" else "srun: error: "
    said = {
        "decode0": " 0: on its way\n 0: " + CANCELLED.format("node1", 1),
        "prefill0": f"1: on its way\n{tell}node5: task 1: {end}\n",
    }

    found = diagnose(steps, None, [], spoken(steps, said))

    assert found
    assert found.where == where
