# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What reads like a failure and is none: of an end that was asked for, or after all went well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

    Spoken = Callable[..., Evidence]

CRASH = " 4: [n:4:0:97] Caught signal 11 (Segmentation fault: address not mapped to object)\n"
WELL = "0: 2026-11-21T09:19:20.741499Z  INFO x: request completed request_id=1 status={}\n"


@pytest.mark.parametrize(("status", "failed"), [("success", False), ("error", True)])
def test_who_answered_one_request_has_served_whoever_was_seen_to_register(
    steps: LaunchPlan, spoken: Spoken, status: str, *, failed: bool
) -> None:
    """Before that an error by which a log ends is a sign of the end.

    The frontend speaks in the log of a rank of its number.
    """
    workers = tuple(each for each in steps.processes if each.kind == "worker")
    alone = replace(steps, processes=workers)
    odd = " 1: starts\n 1: [E] an odd error nobody knows\n"
    said = {"decode0": WELL.format(status), "prefill0": odd}

    assert failed == (diagnose(alone, None, [], spoken(alone, said)) is not None)


THREAD = "RuntimeError: can't start new thread"
PORT = "NCCL WARN NET/IB : mlx5_5:1 Got async error event: port {}"


@pytest.mark.parametrize(
    ("said", "failed"),
    [
        (f"{THREAD} at interpreter shutdown", False),
        (THREAD, True),
        (PORT.format("active"), False),
        (PORT.format("error"), True),
    ],
)
def test_what_python_cannot_do_while_it_ends_and_a_port_that_is_back_are_no_failures(
    steps: LaunchPlan, spoken: Spoken, said: str, *, failed: bool
) -> None:
    log = f" 3: starts\n 3: {said}\n"

    assert failed == (diagnose(steps, None, [], spoken(steps, {"decode0": log})) is not None)


TOLD = " 0: 2026-11-21T09:19:00.230233Z  INFO main.graceful_shutdown: Received shutdown signal\n"
NO_GPU = " 0: RuntimeError: Failed to infer device type, please set the environment variable\n"


@pytest.mark.parametrize(
    ("begins", "issue"),
    [
        ("[__init__.py:235] No platform detected, vLLM is running on x", "DKI706"),
        ("[__init__.py:235] Automatically detected platform cuda.", "DKI706"),
        ("dynamo_runtime::distributed: Initializing KV store discovery backend: Etcd", "DKI706"),
        ("dynamo_runtime::distributed: Closing the KV store", None),
    ],
)
def test_who_was_told_to_end_may_begin_anew_in_the_same_log(
    steps: LaunchPlan, spoken: Spoken, begins: str, issue: str | None
) -> None:
    log = f" 0: starts\n{TOLD} 0: INFO 11-21 09:19:15 {begins}\n{NO_GPU}"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert issue == (found.known_issue if found else None)


STOPS = "0: 2026-11-21T09:19:{}.000000Z  INFO dynamo_runtime::worker: {}\n"
SIGTERM = "SIGTERM received"
LAST = " 0: 2026-11-21T09:19:{}.500000Z  WARN dynamo_runtime::transports: the stream has ended\n"
LOCAL = " 5: [11/21/2026-12:19:00] [TRT-LLM] [RANK 5] [I] on its way\n"
IGNORED = "If you see error log regarding SIGTERM received, please ignore"
ABORTED = " 4: MPI_ABORT was invoked on rank 4 in communicator MPI_COMM_WORLD\n"


@pytest.mark.parametrize(
    ("well", "told", "last", "failed"),
    [
        ("success", SIGTERM, 31, False),
        ("success", "Runtime shutdown initiated (SIGTERM)", 31, False),
        ("success", SIGTERM, 29, True),  # and it was told because of that
        ("success", SIGTERM, None, True),
        ("success", IGNORED, 31, True),
        ("success", "Runtime shutdown initiated", 31, True),  # by whom is not known
        ("error", SIGTERM, 31, True),
    ],
)
@pytest.mark.parametrize("says", [CRASH, ABORTED], ids=["crash", "abort"])
def test_what_a_worker_tells_after_its_frontend_was_told_to_end_is_of_that(  # noqa: PLR0917 - a table
    steps: LaunchPlan,
    spoken: Spoken,
    well: str,
    told: str,
    last: int | None,
    says: str,
    *,
    failed: bool,
) -> None:
    """Its own line bears no time, and is no older than those before it.

    Another rank tells the time of another zone, and later its own.
    """
    before = LAST.format(last) if last else ""
    said = {
        "frontend": WELL.format(well) + STOPS.format(30, told),
        "decode0": f" 4: starts\n{before}{LOCAL}{says} 6:{LAST.format(50)[3:]}",
    }

    assert failed == (diagnose(steps, None, [], spoken(steps, said)) is not None)


def test_a_frontend_that_was_told_to_end_may_serve_again(steps: LaunchPlan, spoken: Spoken) -> None:
    well = WELL.format("success")
    said = {
        "frontend": well + STOPS.format(30, SIGTERM) + well.replace("09:19:20", "09:19:40"),
        "decode0": f" 4: starts\n{LAST.format(50)}{CRASH}",
    }

    assert diagnose(steps, None, [], spoken(steps, said))


CANCELS = "slurmstepd-node{0}: error: *** STEP 7.{0} ON node{0} CANCELLED AT 2026-11-21T{1} ***\n"
LEASE = (
    "0: 2026-11-21T09:{}.741499Z ERROR dynamo_runtime::transports::etcd: keep alive task failed: "
    'grpc request error: status: Unavailable, message: "transport error"\n'
)
GIVES_UP = " 0: MPI_ABORT was invoked on rank 0 in communicator MPI_COMM_WORLD\n"


@pytest.mark.parametrize(
    ("well", "decode", "prefill", "lease", "failed"),
    [
        ("success", "09:25:15", "09:25:15", "25:18", False),
        ("success", "17:25:15", "17:25:15", "25:18", False),  # of a zone that nobody tells
        ("success", "09:25:15", "09:25:15", "20:18", True),  # and they were ended because of that
        ("success", "09:25:15", None, "25:18", True),  # one goes on
        ("error", "09:25:15", "09:25:15", "25:18", True),
    ],
)
def test_what_is_told_after_slurm_ended_the_steps_of_all_workers_is_of_that(  # noqa: PLR0917 - a table
    steps: LaunchPlan,
    spoken: Spoken,
    well: str,
    decode: str,
    prefill: str | None,
    lease: str,
    *,
    failed: bool,
) -> None:
    said = {
        "frontend": WELL.format(well) + LEASE.format(lease),
        "decode0": f" 0: starts\n{CANCELS.format(1, decode)}{GIVES_UP}",
        "prefill0": "0: starts\n" + (CANCELS.format(5, prefill) if prefill else ""),
    }

    evidence = spoken(steps, said)
    speaker = evidence.heard["frontend"].speakers[0]

    assert failed == (diagnose(steps, None, [], evidence) is not None)
    assert failed == any(evidence.counts(noted, speaker) for noted in speaker.noted)


RAISES = " 4: RuntimeError: Set changed size during iteration\n"
AGAIN = " 0: rank0 run mgmn leader node with mpi_world_size: 16 ...\n"
LEAVES = " 0: 2026-11-21T09:25:30.000000Z  INFO x: Received shutdown signal, shutting down\n"


@pytest.mark.parametrize(
    ("lines", "failed"),
    [
        (LEAVES + RAISES, False),
        (RAISES + LEAVES, True),
        (RAISES, True),
        (LEAVES + AGAIN + RAISES, True),
    ],
    ids=["after", "before", "nobody was told", "which began anew"],
)
def test_an_exception_of_a_rank_after_another_was_told_to_end_is_of_that(
    steps: LaunchPlan, spoken: Spoken, lines: str, *, failed: bool
) -> None:
    said = {"frontend": WELL.format("success"), "decode0": f" 0: starts\n 4: starts\n{lines}"}

    assert failed == (diagnose(steps, None, [], spoken(steps, said)) is not None)


def test_an_exception_after_an_end_before_anything_served_is_a_failure(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    said = {"decode0": f" 0: starts\n 4: starts\n{LEAVES}{RAISES}"}

    assert diagnose(steps, None, [], spoken(steps, said))
