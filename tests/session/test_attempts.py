# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What was tried again: a failure that is over, and one that took requests with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, CRASH, LISTED, OOM, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

WELL = "{} INFO dynamo_llm::http: request completed status=success"
NO_ETCD = (
    "Exception: Unable to create lease. Check etcd server status at http://10.4.0.2:2379",
    "Caused by:",
    "    0: Failed to connect to etcd server",
    "    1: tcp connect error: Connection refused (os error 111)",
)
JOINED = (
    "{0}: [05/11/2026-09:{1:02}:00] [TRT-LLM] [RANK {0}] [I] Model init total -- 60.10s",
    "{0}: [05/11/2026-09:{1:02}:01] [TRT-LLM] [RANK {0}] [I] Memory used after loading",
)
HUB = "huggingface_hub.errors.LocalEntryNotFoundError: An error happened while trying to locate \
the files on the Hub"
FULL = "OSError: [Errno 28] No space left on device"


@pytest.mark.parametrize(
    ("served", "since", "failed"),
    [
        # it took the requests with it that it had, a moment ago
        (True, AT.format(12), True),
        # which is over
        (True, AT.format(29), False),
        # and who has not come up has taken none
        (False, AT.format(12), False),
    ],
    ids=["a moment ago", "over", "on its way"],
)
def test_a_crash_is_told_though_the_container_has_come_up_anew(
    judge: Judge,
    served: bool,  # noqa: FBT001 - a table
    since: str,
    failed: bool,  # noqa: FBT001
) -> None:
    at = AT.format(9)
    files = {
        "frontend.log": said(LISTED, WELL.format(since)),
        "decode-0.previous.log": said(
            *([registered("d", "backend")] if served else []), f"{at} ERROR x: {CRASH}"
        ),
        "decode-0.log": said(registered("d", "backend")),
        "prefill-0.log": said(registered("d", "prefill")),
    }

    found = judge("trtllm_disagg", files)

    assert failed == (found is not None)
    assert found is None or (found.known_issue, found.worker) == ("DKI512", "decode0")


@pytest.mark.parametrize(
    ("now", "known"),
    [(FULL, "DKI902"), ("INFO on its way", "DKI215"), ("RuntimeError: boom", "DKI215")],
    ids=["fails", "says nothing", "says not why"],
)
def test_the_last_start_of_a_container_tells_why_it_fails(
    judge: Judge, now: str, known: str
) -> None:
    files = {
        "prefill-0.log": said(registered("d", "prefill")),
        "decode-0.previous.log": said("Traceback (most recent call last):", HUB),
        "decode-0.log": said("Traceback (most recent call last):", now),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (known, "decode0") == (found.known_issue, found.worker)


@pytest.mark.parametrize(
    ("minute", "up", "failed"),
    [(9, True, False), (3, True, True), (9, False, True)],
    ids=["after it", "beside it", "not yet"],
)
def test_a_step_that_was_tried_again_and_came_up_has_not_failed(
    judge: Judge,
    minute: int,
    up: bool,  # noqa: FBT001 - a table
    failed: bool,  # noqa: FBT001
) -> None:
    """Each attempt has a log of its own, in which the same ranks speak."""
    again = [line.format(rank, minute) for rank in range(2) for line in JOINED[not up :]]
    again += [f"0: [05/11/2026-09:{minute:02}:02] [TRT-LLM] [RANK 0] [W] WARNING a slow disk"]
    bound = "Failed to bind to address 0.0.0.0:9090: Address already in use (os error 98)"
    files = {
        "frontend.log": said(LISTED, WELL.format(AT.format(30))),
        "prefill_step1.log": said(*(JOINED[0].format(rank, 3) for rank in range(2))),
        "decode_step2.log": said(
            "0: rank0 host: n1",
            "1: rank1 host: n1",
            f"0: [05/11/2026-09:05:00] [TRT-LLM] [RANK 0] [E] {bound}",
        ),
        "decode_step3.log": said(*again),
    }

    found = judge("local_disagg", files)

    assert failed == (found is not None)


LOADS = "(Worker_TP{} pid=28) INFO 05-11 09:{:02}:17 [m.py:1] Model loading took 9.1 GiB"


@pytest.mark.parametrize(
    ("before", "now", "answered", "failed"),
    [
        (False, True, True, False),
        (False, False, True, True),
        (False, True, False, False),
        # it had come as far the first time, and failed then
        (True, True, True, True),
    ],
    ids=["came up", "has not", "nobody asks", "as far as before"],
)
def test_one_of_several_that_loaded_at_its_second_start_does_well(
    judge: Judge,
    before: bool,  # noqa: FBT001 - a table
    now: bool,  # noqa: FBT001
    answered: bool,  # noqa: FBT001
    failed: bool,  # noqa: FBT001
) -> None:
    """It does not say that it registered, and the other of its role answers as well."""
    loaded = [LOADS.format(rank, 3) for rank in range(8)]
    files = {
        "frontend.log": said(LISTED, *([WELL.format(AT.format(20))] if answered else [])),
        "decode-0.previous.log": said(*(loaded if before else ()), *NO_ETCD),
        "decode-0.log": said("INFO it starts", *(loaded if now else ())),
        "decode-1.log": said(*loaded),
    }

    assert failed == (judge("vllm_405b_kv_router", files) is not None)


PODS = "NAME         READY   STATUS             RESTARTS   AGE"
BACK_OFF = "decode-0-x   0/1     ImagePullBackOff   0          9m"


@pytest.mark.parametrize(
    ("first", "second", "answered", "failed"),
    [
        ("attempt-1", "attempt-2", True, False),
        ("attempt-2", "attempt-1", True, True),  # which was before
        ("attempt-1", "attempt-2", False, True),
        ("prod", "attempt-2", True, True),
        ("run1", "attempt-2", True, True),
    ],
)
def test_what_a_table_tells_of_an_earlier_attempt_is_over_where_a_later_one_answers(
    judge: Judge,
    first: str,
    second: str,
    answered: bool,  # noqa: FBT001 - a table
    failed: bool,  # noqa: FBT001
) -> None:
    well = [LISTED, WELL.format(AT.format(20))] if answered else []
    files = {
        f"{first}/pods.txt": said(PODS, BACK_OFF),
        f"{second}/frontend-0-y.log": said(f"{AT.format(1)} INFO main: begins", *well),
        f"{second}/decode-0-y.log": said(f"{AT.format(1)} INFO main: begins"),
        f"{second}/prefill-0-y.log": said(f"{AT.format(1)} INFO main: begins"),
    }

    assert failed == (judge("local_disagg", files) is not None)


PYXIS = (
    "slurmstepd: error: pyxis: child 41377 failed with error code: 28",
    "slurmstepd: error: pyxis: failed to import docker image: nvcr.io#nvidia/dynamo:0.7.1",
    "slurmstepd: error: pyxis:     curl: (28) Failed to connect to nvcr.io port 443",
    "slurmstepd: error: spank: required plugin spank_pyxis.so: task_init() failed with rc=-1",
)
IMPORTED = "pyxis: imported docker image: nvcr.io#nvidia/dynamo:0.7.1"


@pytest.mark.parametrize(
    ("again", "failed"), [((IMPORTED,), False), ((), True), ((f"3: {IMPORTED}",), True)]
)
def test_an_image_that_came_at_the_second_attempt_is_no_failure(
    judge: Judge,
    again: tuple[str, ...],
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    files = {"agg.log": said("+ srun true", *PYXIS, *again, "it starts")}

    assert failed == (judge("trtllm_agg", files) is not None)


def test_requests_in_the_log_of_a_worker_tell_that_its_frontend_serves(judge: Judge) -> None:
    """Both write into one file, and what failed before them is over."""
    lines = [WELL.format(AT.format(minute)) for minute in (20, 21)]

    assert judge("trtllm_agg", {"job.log": said(*NO_ETCD, "it starts", *lines)}) is None


def test_a_frontend_that_was_started_before_etcd_refuses_no_requests(judge: Judge) -> None:
    files = {
        "frontend.log": said(
            *NO_ETCD * 2,
            *[f"{AT.format(3)} INFO x: goes on"] * 30,
            LISTED,
            *(WELL.format(AT.format(n)) for n in (20, 21)),
        ),
        "prefill.log": said(registered("d", "prefill")),
        "decode.log": said(registered("d", "backend")),
    }

    assert judge("trtllm_disagg", files) is None


@pytest.mark.parametrize(
    ("spoke", "known"), [(True, None), (False, "DKI817")], ids=["it was placed", "it was not"]
)
def test_a_pod_that_speaks_has_found_its_node(
    judge: Judge,
    spoke: bool,  # noqa: FBT001 - a table
    known: str | None,
) -> None:
    """It tells no more than that it has loaded, where its registration is not seen."""
    events = (
        "LAST SEEN   TYPE      REASON             OBJECT         MESSAGE\n"
        "71m         Warning   FailedScheduling   pod/decode-0   0/9 nodes are available: "
        "2 Insufficient nvidia.com/gpu\n"
    )
    loaded = "[05/11/2026-09:03:00] [TRT-LLM] [RANK {}] [I] Model init total -- 60.10s"
    files = {
        "prefill-0.log": said(registered("d", "prefill")),
        "decode-0.log": said(*(loaded.format(rank) for rank in range(2)) if spoke else ("x",)),
        "events.txt": events,
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)


STEP = "srun: launching StepId=7.{} on host n{}, 4 tasks: [0-3]"


def test_a_step_that_was_started_anew_in_the_log_of_a_job_is_over(judge: Judge) -> None:
    """Its ranks join twice, and as many have loaded as there are."""
    joins = "rank{0} run mgmn {1} node with mpi_world_size: 2 ..."
    loaded = "[05/11/2026-09:03:00] [TRT-LLM] [RANK {}] [I] Model init total -- 60.10s"
    joined = [joins.format(0, "leader"), joins.format(1, "worker")]
    oom = f"[05/11/2026-09:02:00] [TRT-LLM] [RANK 1] [E] Failed to initialize executor: {OOM}"
    lines = [
        *joined * 2, oom, "MPI_ABORT was invoked on rank 1 in communicator MPI_COMM_WORLD",
        *joined, *(loaded.format(rank) for rank in (0, 1, 0, 1)), LISTED,
        *(WELL.format(AT.format(minute)) for minute in (20, 21)),
    ]  # fmt: skip

    assert judge("local_disagg", {"slurm-7.out": said(STEP.format(1, 1), *lines)}) is None
