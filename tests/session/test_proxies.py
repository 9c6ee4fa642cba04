# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who stands before a frontend, and does not let all requests or answers through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

BEFORE = "2026/05/11 09:0{}:40 [error] 29#29: *7 {}, client: 10.0.0.9, server: _"
LARGE = "client intended to send too large body: 3145728 bytes"
LATE = "upstream timed out (110: Connection timed out) while reading response header from upstream"


@pytest.mark.parametrize(
    ("log", "words", "times", "known"),
    [
        ("nginx.log", LARGE, 3, "DKI222"),
        ("edge/envoy-0.log", LARGE, 3, "DKI222"),
        ("nginx.log", LATE, 3, "DKI223"),
        ("istio-ingressgateway-7d9c8.log", '"POST /v1/x HTTP/2" 504 UT response_timeout - "-" 9', 3,
         "DKI223"),
        ("istio-ingressgateway-7d9c8.log", '"POST /v1/x HTTP/2" 504 DC - - "-" 9', 3, None),
        # a client's own mistake, what ends with whom it asks, and who is no proxy
        ("nginx.log", LARGE, 2, None),
        ("nginx.log", LATE, 2, None),
        ("nginx.log", "connect() failed (111: Connection refused) while connecting", 3, None),
        ("nginxes.log", LARGE, 3, "DKI222"),
        ("reenvoy.log", LARGE, 3, "DKI222"),
    ],
)
def test_who_stands_before_a_frontend_tells_of_what_it_does_not_let_through(
    judge: Judge, log: str, words: str, times: int, known: str | None
) -> None:
    well = " INFO dynamo_llm::http::service: request completed endpoint=chat status=success"
    files = {
        "frontend.log": said(*(f"{AT.format(minute)}{well}" for minute in range(1, 9))),
        "prefill.log": said(registered("d", "prefill")),
        "decode.log": said(registered("d", "backend")),
        log: said(*(BEFORE.format(minute, words) for minute in range(1, times + 1))),
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)
    mine = log not in {"nginxes.log", "reenvoy.log"}
    assert found is None or found.where.startswith("frontend") == mine
    assert found is None or (found.fault, found.confidence == "medium") == ("config", mine)


@pytest.mark.parametrize("asked", [True, False])
def test_a_frontend_that_fails_requests_comes_before_who_waits_for_it(
    judge: Judge,
    asked: bool,  # noqa: FBT001 - a table
) -> None:
    fails = " ERROR dynamo_llm::http::service::openai: Internal server error: no responders"
    ok = " INFO dynamo_llm::http::service: request completed endpoint=chat status=success"
    lines = [f"{AT.format(minute)}{fails if asked else ok}" for minute in range(2, 9)]
    files = {
        "frontend.log": said(f"{AT.format(1)}{ok}", *lines),
        "prefill.log": said(registered("d", "prefill")),
        "decode.log": said(registered("d", "backend")),
        "nginx.log": said(*(BEFORE.format(minute, LATE) for minute in range(1, 9))),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue == "DKI223") == (not asked)


STEP = "[05/11/2026-09:{1:02}:00] [TRT-LLM] [RANK {0}] [I] iter = {2}, global_rank = {0}"


@pytest.mark.parametrize("behind", [2, 5])
def test_who_waits_for_one_that_hangs_is_not_the_reason(judge: Judge, behind: int) -> None:
    """Two ranks no longer step, or all of them do."""
    ok = " INFO dynamo_llm::http::service: request completed endpoint=chat status=success"
    steps = [
        STEP.format(rank, report, 10 + 100 * report)
        for report in range(5)
        for rank in range(16)
        if report <= (behind if rank in {5, 6} else 5)
    ]
    files = {
        "frontend.log": said(f"{AT.format(1)}{ok}"),
        "prefill.log": said(registered("d", "prefill")),
        "decode.log": said(registered("d", "backend"), *steps),
        "nginx.log": said(*(BEFORE.format(minute, LATE) for minute in range(1, 9))),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.kind, found.known_issue) == (
        ("stall", None) if behind == 2 else ("exit", "DKI223")
    )
