# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Where evidence is weak or contradicts itself, nobody is blamed for sure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.launch.plan import LaunchPlan, Process
from pytest_dynamo.watch.observations import Exited
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence

    Spoken = Callable[..., Evidence]

FAILED = Failed(9.0, "load", "exit", "it ended", "decode0-rank5", code=1)
OOM = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB"
FULL = "OSError: [Errno 28] No space left on device"
LEFT = "OSError: [Errno 113] No route to host"
KEY = "pydantic ValidationError: Extra inputs are not permitted"


@pytest.mark.parametrize(
    ("five", "nine", "expected"),
    [
        (OOM, OOM, ("infrastructure", "DKI401", "high")),  # one cause with two victims
        (OOM, FULL, ("infrastructure", None, "medium")),
        (OOM, KEY, ("unknown", None, "low")),
        # a clock tells which came first
        (f"2026-11-21 09:19:21 {OOM}", f"2026-11-21 09:19:22 {KEY}",
         ("infrastructure", "DKI401", "high")),
        # what no issue knows contends with nothing
        (OOM, "RuntimeError: boom", ("infrastructure", "DKI401", "high")),
        # what one has met with in another may have its reason there
        (LEFT, LEFT, ("infrastructure", "DKI109", "medium")),
    ],
)  # fmt: skip
def test_causes_that_contend_are_not_told_apart_by_chance(
    plan: LaunchPlan, spoken: Spoken, five: str, nine: str, expected: tuple[str, str | None, str]
) -> None:
    evidence = spoken(plan, {"decode0-rank5": five, "decode0-rank9": nine})
    ended = [Exited("decode0-rank5", 1), Exited("decode0-rank9", 1)]

    found = diagnose(plan, FAILED, ended, evidence)

    assert expected == (found.fault, found.known_issue, found.confidence)


LIMIT = "slurmstepd-node1: error: *** STEP 7.0 ON node1 CANCELLED AT 2026-11-21T12:33:03 DUE TO \
TIME LIMIT ***"


def test_why_slurm_ended_a_step_may_stand_in_the_log_of_a_rank(
    plan: LaunchPlan, steps: LaunchPlan, spoken: Spoken
) -> None:
    srun = next(item for item in steps.processes if item.name == "decode0")
    ranks = tuple(replace(each, labelled=True) for each in plan.processes)
    both = replace(plan, processes=(*ranks, srun))
    logs = {
        "decode0": "srun: Job step aborted: Waiting up to 32 seconds for job step to finish.\n"
        "srun: error: node1: tasks 0-15: Terminated\n",
        "decode0-rank0": f"{LIMIT}\n",
    }

    found = diagnose(both, None, [], spoken(both, logs))

    assert found
    assert ("DKI804", "logs/decode0-rank0.log:1") == (found.known_issue, found.evidence)


OF_KERNEL = "[1043311.2] Out of memory: Killed process 7 (python3) total-vm:1kB, anon-rss:1kB\n"


def test_the_kernel_says_why_a_rank_was_killed(steps: LaunchPlan, spoken: Spoken) -> None:
    log = f" 5: on its way\n{OF_KERNEL}srun: error: node2: task 5: Killed\n"
    failed = replace(FAILED, process="decode0")

    found = diagnose(steps, failed, [Exited("decode0", 1)], spoken(steps, {"decode0": log}))

    assert (5, "DKI901") == (found.rank, found.known_issue)


CANCELLED = "slurmstepd-node1: error: *** STEP 7.0 ON node1 CANCELLED AT 2026-11-21T12:33:03 ***"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("waiting", ("infrastructure", "DKI806", None)),
        ("RuntimeError: boom", ("unknown", None, 5)),
        (OOM, ("infrastructure", "DKI401", 5)),
        ("KeyboardInterrupt: ", ("infrastructure", "DKI806", None)),
    ],
)
def test_slurm_cancels_a_step_of_which_a_rank_failed(
    plan: LaunchPlan, spoken: Spoken, said: str, expected: tuple[str, str | None, int | None]
) -> None:
    ranks = {f"decode0-rank{rank}" for rank in (0, 5)}
    labelled = replace(
        plan,
        processes=tuple(replace(p, labelled=p.name in ranks) for p in plan.processes),
    )
    logs = {"decode0-rank0": f"{CANCELLED}\n", "decode0-rank5": f"5: {said}\n"}

    found = diagnose(labelled, None, [], spoken(labelled, logs))

    assert found
    assert expected == (found.fault, found.known_issue, found.rank)


@pytest.mark.parametrize(
    ("last", "failed"),
    [
        ("Traceback (most recent call last):\nRuntimeError: boom\n", True),
        ("ValueError: boom\n" + "going on\n" * 6, False),  # it was caught
        ("ValueError: boom\nModel init total -- 1.05s\n", False),
        ("Received SIGTERM, shutting down\nValueError: boom\n", False),
        ("RuntimeError: Connection reset by peer\n", False),
        ("KeyboardInterrupt: \n", False),
        ("all is well\n", False),
    ],
)
def test_a_log_that_ends_with_an_exception_tells_of_a_failure(
    plan: LaunchPlan,
    spoken: Spoken,
    last: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    found = diagnose(plan, None, [], spoken(plan, {"prefill0-rank1": last}))

    raised = found is not None and found.where == "rank 1 of prefill0 on node5"
    assert failed == raised
    if found and failed:
        assert ("unknown", None, "low") == (found.fault, found.known_issue, found.confidence)


def test_an_error_that_nobody_knows_of_a_frontend_that_served_is_dynamos(
    plan: LaunchPlan, spoken: Spoken
) -> None:
    evidence = spoken(plan, {"frontend": "RuntimeError: channel closed"})
    failed = replace(FAILED, process="frontend", served=True)

    found = diagnose(plan, failed, [Exited("frontend", 1)], evidence)

    assert ("product", None, "low") == (found.fault, found.known_issue, found.confidence)
    # before it served it may be what it was given, or whom it depends on
    early = diagnose(plan, replace(failed, served=False), [Exited("frontend", 1)], evidence)
    assert ("unknown", "low") == (early.fault, early.confidence)


@pytest.mark.parametrize(("served", "fault"), [(False, "config"), (True, "unknown")])
def test_a_value_that_is_refused_before_anything_serves_is_what_its_user_wrote(
    plan: LaunchPlan,
    spoken: Spoken,
    served: bool,  # noqa: FBT001 - a table
    fault: str,
) -> None:
    evidence = spoken(plan, {"prefill0-rank1": "ValueError: boom"})
    failed = replace(FAILED, process="prefill0-rank1", served=served)

    found = diagnose(plan, failed, [Exited("prefill0-rank1", 1)], evidence)

    assert fault == found.fault


@pytest.mark.parametrize(("code", "fault"), [(1, "unknown"), (2, "config")])
def test_a_program_that_refuses_its_command_line_ends_with_2(
    plan: LaunchPlan, spoken: Spoken, code: int, fault: str
) -> None:
    evidence = spoken(plan, {"frontend": "frontend: these are no words of mine"})
    failed = replace(FAILED, process="frontend")

    found = diagnose(plan, failed, [Exited("frontend", code)], evidence)

    assert fault == found.fault


def test_what_a_rank_said_is_found_in_its_own_log_beside_that_of_its_srun(
    plan: LaunchPlan, steps: LaunchPlan, spoken: Spoken
) -> None:
    srun = next(item for item in steps.processes if item.name == "decode0")
    both = replace(plan, processes=(*plan.processes, srun))
    logs = {"decode0": "srun: error: node2: task 5: Exited with exit code 1\n",
            "decode0-rank5": OOM}  # fmt: skip

    found = diagnose(
        both, replace(FAILED, process="decode0"), [Exited("decode0", 1)], spoken(both, logs)
    )

    assert ("DKI401", 5, "logs/decode0-rank5.log:1") == (
        found.known_issue,
        found.rank,
        found.evidence,
    )


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ("srun: error: node9: task 0: Aborted", "task 0 on node9"),
        ("srun: error: node9: tasks 0,1: Aborted (core dumped)", "tasks 0, 1 on node9"),
    ],
)
def test_of_a_step_that_nobody_names_the_task_is_named(
    plan: LaunchPlan, spoken: Spoken, told: str, where: str
) -> None:
    job = Process("srun", "srun", "worker", (), "job.out", (), labelled=True)
    ranks = tuple(item for item in plan.processes if item.kind == "worker")
    beside = replace(plan, processes=(*ranks, job))
    heard = spoken(beside, {"decode0-rank0": "Loading weights:  45%|\n", "srun": f"{told}\n"})

    found = diagnose(beside, None, [], heard)

    assert found
    assert (where, "node9", None, "unknown") == (found.where, found.node, found.worker, found.fault)


# -- what sounds like a reason, and is none ------------------------------------------------------

WARNED = "[11/21/2026-09:19:49] [TRT-LLM] [W] graph of batch 512: CUDA out of memory. Skipping"


@pytest.mark.parametrize(
    ("said", "code", "expected"),
    [
        (f"{WARNED}\nValueError: x must be even\n", 1, ("config", None)),
        (f"{WARNED}\n{FULL}\n", 1, ("infrastructure", "DKI902")),
        (f"{WARNED}\n", 1, ("infrastructure", "DKI401")),  # nothing else tells
        (f"{WARNED}\n" + "on its way\n" * 6, 1, ("unknown", None)),
    ],
)
def test_a_warning_is_a_reason_only_where_nothing_graver_is_said(
    plan: LaunchPlan, spoken: Spoken, said: str, code: int, expected: tuple[str, str | None]
) -> None:
    evidence = spoken(plan, {"decode0-rank5": said})

    found = diagnose(plan, FAILED, [Exited("decode0-rank5", code)], evidence)

    assert expected == (found.fault, found.known_issue)


@pytest.mark.parametrize(
    ("signal", "fault", "issue"),
    [
        ("9 (Killed)", "infrastructure", None),
        ("11 (Segmentation fault)", "product", "DKI511"),
        ("8 (Floating point exception)", "product", None),
    ],
)
def test_the_signal_that_mpirun_tells_is_that_of_the_rank(
    steps: LaunchPlan, spoken: Spoken, signal: str, fault: str, issue: str | None
) -> None:
    noticed = f"mpirun noticed that process rank 5 with PID 7 on node n exited on signal {signal}."
    evidence = spoken(steps, {"decode0": f" 5: joined\n 0: {noticed}\n"})
    failed = replace(FAILED, process="decode0")

    found = diagnose(steps, failed, [Exited("decode0", 1)], evidence)

    assert (5, fault, issue) == (found.rank, found.fault, found.known_issue)


RESET = "RuntimeError: Read error [10.0.2.62]:43578: Connection reset by peer"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (f"{OOM}\n{RESET}\n", ("infrastructure", "DKI401")),
        # of several that speak as one, what one does well excuses no other
        (f"{OOM}\nrank7 run mgmn worker node with mpi_world_size: 16 ...\n{RESET}\n",
         ("infrastructure", "DKI401")),
        (f"{OOM}\n" + f"{RESET}\n" * 6, ("infrastructure", "DKI401")),
        (f"{RESET}\n", ("unknown", None)),
        ("all is well\n", ("unknown", None)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("code", [1, 137])
def test_whom_a_container_of_several_ranks_lost_may_be_one_of_its_own(
    plan: LaunchPlan, spoken: Spoken, said: str, expected: tuple[str, str | None], code: int
) -> None:
    one = replace(plan.processes[-1], name="decode0", step="decode0", ranks=())
    whole = replace(plan, processes=(*plan.processes[:2], one))
    evidence = spoken(whole, {"decode0": said})

    found = diagnose(whole, replace(FAILED, process="decode0"), [Exited("decode0", code)], evidence)

    if expected[1] or code == 1:
        assert expected == (found.fault, found.known_issue)
    assert found.kind == "exit"
    assert found.worker == "decode0"


LEASE = "ERROR dynamo_runtime::transports::etcd::lease: keep alive task failed: grpc request error"


def test_who_lost_a_lease_follows_from_an_etcd_that_said_why(
    plan: LaunchPlan, spoken: Spoken
) -> None:
    logs = {"decode0-rank0": f"{LEASE}\n", "etcd": f"fatal: write wal: {FULL}\n"}
    ended = [Exited("decode0-rank0", 1)]

    found = diagnose(plan, replace(FAILED, process="decode0-rank0"), ended, spoken(plan, logs))

    assert ("etcd on node1", "DKI902") == (found.where, found.known_issue)


CRASH = "[n:7] *** Process received signal ***\n[n:7] Signal: {}\n[n:7] Signal code: (1)\n"


@pytest.mark.parametrize(
    ("signal", "issue"), [("Segmentation fault (11)", "DKI511"), ("Terminated (15)", None)]
)
def test_the_banner_of_a_crash_is_no_wish_to_end(
    plan: LaunchPlan, spoken: Spoken, signal: str, issue: str | None
) -> None:
    said = CRASH.format(signal) + (f"{OOM}\n" if issue is None else "")
    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank5": said}))

    assert issue == (found.known_issue if found else None)
