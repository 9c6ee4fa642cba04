# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders in which nothing failed and somebody waits, or is waited for, until they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, JOURNAL, LISTED, XID, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

NO_ANSWER = "[401221.881023] nfs: server nas-02 not responding, still trying"

OK_AGAIN = "[401921.881023] nfs: server nas-02 OK"


@pytest.mark.parametrize(
    ("kernel", "known"),
    [((NO_ANSWER,), "DKI923"), ((NO_ANSWER, OK_AGAIN), None), ((f"[4.551093] {XID}",), None)],
    ids=["lasts", "is over", "was long ago"],
)
def test_a_file_server_that_does_not_answer_is_missed_though_others_serve(
    judge: Judge, kernel: tuple[str, ...], known: str | None
) -> None:
    files = {
        "decode_n1.log": said(registered("d", "backend")),
        "prefill_n2.log": said("it reads its weights"),
        "frontend.log": said(LISTED, f"{AT.format(20)} INFO x: request completed status=success"),
        "n2.journal.log": said(*(JOURNAL.format(3, "n2", "kernel", line) for line in kernel)),
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)


READS = "{} INFO main: it reads its weights"


@pytest.mark.parametrize(
    ("minute", "came", "other", "answers", "failed"),
    [(5, False, True, True, True), (15, False, True, True, False), (5, True, True, True, False),
     (5, False, False, True, False), (5, False, True, False, False)],
    ids=["long ago", "a moment ago", "came up", "nobody of its role did", "nobody answers"],
)  # fmt: skip
def test_a_worker_that_never_came_up_is_missed_while_others_serve(  # noqa: PLR0917 - a table
    judge: Judge,
    minute: int,
    came: bool,  # noqa: FBT001 - a table
    other: bool,  # noqa: FBT001
    answers: bool,  # noqa: FBT001
    failed: bool,  # noqa: FBT001
) -> None:
    """Whatever the kernel of its node goes on to say."""
    well = f"{AT.format(20)} INFO x: request completed status=success"
    up = [registered("d", "prefill")]
    # of which both times are of one moment
    at = [f"{AT.format(20)} INFO it goes on", "[05/11/2026-09:20:00] [TRT-LLM] [I] it goes on"]
    files = {
        "decode.log": said(registered("d", "backend"), *at),
        "prefill_0.log": said(*(up if other else []), *at),
        "n7/prefill_1.log": said(*(up if came else []), READS.format(AT.format(minute))),
        "n7/dmesg.txt": said("[Mon May 11 09:19:00 2026] audit: all is well"),
        "frontend.log": said(LISTED, well) if answers else said("it waits"),
    }

    found = judge("vllm_405b_kv_router", files)

    assert failed == (found is not None)
    assert found is None or found.worker == "prefill1"
    assert found is None or "says nothing more for 900 s" in found.what


@pytest.mark.parametrize(("seconds", "failed"), [(310, True), (150, False)])
@pytest.mark.parametrize("after", [0, 5])
def test_an_engine_that_waits_for_gpus_until_the_end_has_too_few(
    judge: Judge,
    seconds: int,
    failed: bool,  # noqa: FBT001 - a table
    after: int,
) -> None:
    waits = f"INFO ray_utils: Waiting for creating a placement group of specs for {seconds} seconds"
    goes_on = ["INFO loader.py:447] Loading weights took 9 seconds"] * after

    found = judge("vllm_r1_agg_ray", {"agg.log": said(waits, *goes_on)})

    assert (failed and not after) == (found is not None)
    assert found is None or (found.known_issue, found.worker) == ("DKI334", "agg0")


LOST_BLOCK = (
    "[TensorRT-LLM][ERROR] Exception in sendAndRemoveResponse: [TensorRT-LLM][ERROR] Assertion "
    "failed: Couldn't find the requested block in the reuse tree (/src/kvCacheUtils.h:84)"
)
WORKS = "[05/11/2026-09:{:02}:00] [TRT-LLM] [RANK {}] [I] iter = {}, global_rank = {}"
HANGS = "[05/11/2026-09:{:02}:00] [TRT-LLM] [RANK {}] [E] Hang detected, shutting down immediately."


@pytest.mark.parametrize(
    ("lost", "expected"),
    [("prefill", ("prefill0", "DKI604")), ("decode", ("decode0", "DKI604")),
     (None, ("decode0", "DKI509"))],
)  # fmt: skip
def test_a_hang_waits_for_a_cache_that_the_other_role_lost_and_went_on(
    judge: Judge, lost: str | None, expected: tuple[str, str]
) -> None:
    """Its line bears no time, and requests of others went well after it."""
    files = {
        "frontend.log": said(LISTED, f"{AT.format(20)} INFO x: request completed status=success")
    }
    for name in ("prefill", "decode"):
        lines = [WORKS.format(minute, 0, minute, 0) for minute in range(10, 20)]
        lines[5:5] = [LOST_BLOCK] if name == lost else []
        lines += [HANGS.format(25, rank) for rank in range(2) if name == "decode"]
        files[f"{name}-0.log"] = said(*lines)

    found = judge("local_disagg", files)

    assert found
    assert expected == (found.worker, found.known_issue)


UNKNOWN = (
    f"{AT.format(10)}ERROR http-request: dynamo_llm::http: request failed "
    'error="Model not found: m"'
)
SERVES = f"{AT.format(2)}INFO main.init: Model registered, serving endpoint {{}}.{{}}.generate"
WRONG = f"{AT.format(11)}ERROR worker: it ends for what nobody knows"


@pytest.mark.parametrize(
    ("namespace", "front", "decode", "told"),
    [
        ("b", (UNKNOWN,) * 9, (), ("config", "decode0")),
        ("a", (UNKNOWN,) * 9, (), ("unknown", None)),
        # a worker that fails tells of itself
        ("b", (), (WRONG,), ("unknown", "decode0")),
    ],
    ids=["another namespace", "the same", "a worker has failed"],
)
def test_a_frontend_that_finds_no_worker_does_not_know_that_it_is_elsewhere(
    judge: Judge,
    namespace: str,
    front: tuple[str, ...],
    decode: tuple[str, ...],
    told: tuple[str, str | None],
) -> None:
    files = {
        "frontend.log": said(f"{AT.format(1)}INFO x: starts", *front),
        "prefill.log": said(SERVES.format("a", "prefill")),
        "decode.log": said(SERVES.format(namespace, "backend"), *decode),
    }

    found = judge("local_disagg", files)

    assert told == ((found.fault, found.worker) if found else None), found
