# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What Slurm 22.05 said of jobs that wait or were refused is understood."""

from __future__ import annotations

import pytest

from pytest_dynamo.watch import queue_state
from pytest_dynamo.watch.queue_state import Pending

FAILED = "salloc: error: Job submit/allocate failed:"
QUEUE = """\
7|batch|Resources|2026-11-25T19:12:00
9|debug|Resources|N/A
11|batch|Priority|N/A
12|batch|PartitionNodeLimit|N/A
"""


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("7", Pending("7", "batch", 1, 3, "Resources", "2026-11-25T19:12:00")),
        ("9", Pending("9", "debug", 1, 1, "Resources", None)),
        ("11", Pending("11", "batch", 2, 3, "Priority", None)),
        ("1", None),
    ],
)
def test_the_place_in_the_queue_is_that_of_the_jobs_own_partition(
    job: str, expected: Pending | None
) -> None:
    assert queue_state.pending(QUEUE, job) == expected


def test_a_line_says_it_all() -> None:
    lines = [str(queue_state.pending(QUEUE, job)) for job in ("7", "11")]

    assert lines == [
        (
            "job 7 waits: 1 of 3 in the queue of batch (Resources), expected to start "
            "2026-11-25T19:12:00"
        ),
        "job 11 waits: 2 of 3 in the queue of batch (Priority)",
    ]


def test_what_will_never_come_is_known() -> None:
    found = [queue_state.pending(QUEUE, job) for job in ("7", "9", "11", "12")]

    assert [bool(each and each.hopeless) for each in found] == [False, False, False, True]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("salloc: Pending job allocation 11", "11"),
        ("salloc: Granted job allocation 3", "3"),
        ("salloc: job 11 queued and waiting for resources", None),
        ("salloc: Requested partition configuration not available now", None),
    ],
)
def test_the_job_is_named_once(line: str, expected: str | None) -> None:
    assert queue_state.number(line) == expected


@pytest.mark.parametrize(
    ("line", "why", "remedy"),
    [
        (
            f"{FAILED} Requested node configuration is not available",
            "Requested node configuration is not available",
            "sinfo -o '%P %D %G'",
        ),
        (
            f"{FAILED} Invalid account or account/partition combination specified",
            "Invalid account or account/partition combination specified",
            "account=",
        ),
        (
            "salloc: error: invalid partition specified: nopart",
            "invalid partition specified: nopart",
            "partition=",
        ),
        (
            f"{FAILED} Unable to contact slurm controller (connect failure)",
            "Unable to contact slurm controller (connect failure)",
            "scontrol ping",
        ),
        (f"{FAILED} Invalid feature specification", "Invalid feature specification", "%f"),
        (f"{FAILED} Requested reservation is invalid", "Requested reservation is invalid", "show"),
        (f"{FAILED} Invalid node name specified", "Invalid node name specified", "sinfo"),
        (
            "salloc: error: Invalid generic resource (gres) specification",
            "Invalid generic resource (gres) specification",
            "gpus=",
        ),
        (
            "salloc: error: Memory specification can not be satisfied",
            "Memory specification can not be satisfied",
            "sinfo",
        ),
        (
            "salloc: unrecognized option '--segment=4'",
            "unrecognized option '--segment=4'",
            "salloc --version",
        ),
        ("salloc: error: something new", "something new", "--dynamo-slurm=KEY=VALUE"),
    ],
)
def test_a_refusal_is_told_with_what_helps(line: str, why: str, remedy: str) -> None:
    found = queue_state.refusal(["salloc: Pending job allocation 12", line])

    assert found is not None
    assert found[0] == why
    assert remedy in found[1]


def test_no_refusal_is_none() -> None:
    assert queue_state.refusal(["salloc: Granted job allocation 3"]) is None
