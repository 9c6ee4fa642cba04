# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Requests that fail until the end of a record in which nothing ended: whose errors they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose, of_requests
from pytest_dynamo.diagnosis.screen import Screen
from pytest_dynamo.diagnosis.words import gave_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:19:{second}.741499Z"
SERVES = f"{AT.format(second=10)}  INFO dynamo_llm: added model model_name=the/model\n"
WELL = f"{AT.format(second=50)}  INFO dynamo_llm::http: request completed status=success\n"
FAILS = f"{AT.format(second=40)} ERROR dynamo_llm::http: Internal server error: backend error\n"
AFTER = FAILS.replace(":40.", ":58.")
MISMATCH = "RuntimeError: the tables of a and of b are not alike in row 7\n"
GOES_ON = "(EngineCore_DP0 pid=7) INFO 11-21 09:19:49 [loggers.py:1] Running: 1 reqs\n" * 6


@pytest.mark.parametrize(
    ("frontend", "worker", "where"),
    [
        (SERVES + FAILS + FAILS, MISMATCH + GOES_ON, "rank 3 of decode0 on node1"),
        (SERVES + FAILS + FAILS, GOES_ON, "frontend on node1"),
        (SERVES + FAILS + FAILS, "RuntimeError: Connection reset by peer\n" + GOES_ON,
         "frontend on node1"),
        # what was told before one that went well
        (SERVES + WELL + AFTER + AFTER, f"{AT.format(second=45)} ERROR x: {MISMATCH}" + GOES_ON,
         "frontend on node1"),
        (SERVES + WELL + AFTER + AFTER, f"{AT.format(second=55)} ERROR x: {MISMATCH}" + GOES_ON,
         "rank 3 of decode0 on node1"),
        # one may be about that request, and those before one that went well are over
        (SERVES + FAILS, MISMATCH + GOES_ON, None),
        (SERVES + FAILS + FAILS + WELL, MISMATCH + GOES_ON, None),
        # a client's own fault, and a deployment that is being stopped
        (SERVES + FAILS.replace("Internal server error", "status=404") * 2, GOES_ON, None),
        (SERVES + FAILS + FAILS, GOES_ON + "Received SIGTERM, shutting down\n", None),
    ],
)  # fmt: skip
def test_whose_errors_stand_beside_requests_that_fail_to_the_end(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    frontend: str,
    worker: str,
    where: str | None,
) -> None:
    evidence = spoken(plan, {"frontend": frontend, "decode0-rank3": worker})

    assert diagnose(plan, None, [], evidence) is None
    found = of_requests(plan, evidence)
    assert where == (found.where if found else None)
    if found:
        assert ("serving", None) == (found.phase, found.known_issue)


GAVE_UP = "2026-11-21T09:{at}.741499Z  WARN http-request: request completed error_type=cancelled\n"
UNSENT = "[TensorRT-LLM][ERROR] Exception in CacheSender response: NIXL_ERR_NOT_FOUND\n"


@pytest.mark.parametrize(
    ("times", "answered", "worker", "where"),
    [
        (("19:20", "19:40"), "", UNSENT + GOES_ON, "rank 3 of decode0 on node1"),
        # nobody tells why, and it is a failure all the same
        (("19:20", "19:40"), "", GOES_ON, "frontend on node1"),
        # a client that tries again at once, one request, and one that went well after
        (("19:20", "19:30"), "", UNSENT + GOES_ON, None),
        (("19:20",), "", UNSENT + GOES_ON, None),
        (("19:20", "19:40"), WELL, UNSENT + GOES_ON, None),
        # who is being stopped answers nobody
        (("19:20", "19:40"), "", UNSENT + GOES_ON + "Received SIGTERM, shutting down\n", None),
    ],
)
def test_whose_errors_stand_beside_requests_that_nobody_answers(  # noqa: PLR0917
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    times: tuple[str, ...],
    answered: str,
    worker: str,
    where: str | None,
) -> None:
    frontend = SERVES + "".join(GAVE_UP.format(at=at) for at in times) + answered
    evidence = spoken(plan, {"frontend": frontend, "decode0-rank3": worker})

    found = of_requests(plan, evidence)

    assert where == (found.where if found else None)
    if found and where == "frontend on node1":
        assert ("unknown", "unknown") == (found.kind, found.fault)
        assert "requests failed until the end" in found.what


@pytest.mark.parametrize(
    "words",
    [
        "The sum of prompt length (9120), query length (0) should not exceed max_num_tokens (8192)",
        "default_max_tokens (-410) must be greater than 0",
    ],
)
@pytest.mark.parametrize(("answered", "quiet"), [(WELL, True), ("", False)])
def test_a_prompt_that_an_engine_refuses_is_no_end_of_what_answers(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    answered: str,
    quiet: bool,  # noqa: FBT001 - a table
    words: str,
) -> None:
    """The engine's clock and the frontend's are written in two ways, and do not compare."""
    refused = f"[11/21/2026-09:19:49] [TRT-LLM] [RANK 3] [E] RequestError: {words}\n"
    evidence = spoken(plan, {"frontend": SERVES.replace("added", "lists") + answered,
                             "decode0-rank3": refused})  # fmt: skip

    assert quiet == (diagnose(plan, None, [], evidence) is None)


QUOTED = '{at}  {level} dynamo_llm::preprocessor: prompt="Why CUDA out of memory?" tokens=31\n'
WARNED = "{at}  WARN dynamo_llm::kv_router: torch.OutOfMemoryError: CUDA out of memory.\n"


@pytest.mark.parametrize(
    ("before", "known"),
    [
        (QUOTED.format(at=AT.format(second=30), level="INFO"), False),
        (WARNED.format(at=AT.format(second=30)), True),
    ],
    ids=["a client's word", "its own"],
)
def test_what_a_client_asks_is_no_reason(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    before: str,
    known: bool,  # noqa: FBT001 - a table
) -> None:
    evidence = spoken(plan, {"frontend": SERVES + before + FAILS})

    found = diagnose(plan, None, [], evidence)

    assert known == (found is not None and found.known_issue == "DKI401")


HTTP = "dynamo_llm::http::service::openai"
REFUSES = f"{AT.format(second=40)} ERROR {HTTP}: Internal server error: backend error\n"
ANSWERS = f"{AT.format(second=50)}  INFO {HTTP}: request completed status=success\n"


@pytest.mark.parametrize(
    ("after", "failed"),
    [([REFUSES] * 2, True), ([REFUSES], False), ([REFUSES, REFUSES, ANSWERS], False)],
    ids=["to the end", "one", "until one went well"],
)
def test_a_frontend_in_the_log_of_a_job_tells_of_requests_that_fail(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    after: list[str],
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    kept = [item for item in steps.processes if item.kind == "worker"]
    job = replace(steps, processes=tuple(kept))
    said = [SERVES, *after]

    found = of_requests(job, spoken(job, {"decode0": "".join(f" 0: {line}" for line in said)}))

    assert failed == (found is not None)
    assert found is None or found.where.startswith("frontend")


def test_an_error_whose_name_begins_with_a_small_letter_is_one(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    strange = "nixl._bindings.nixlOddError: NIXL_ERR_ODD\n"

    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank3": strange}))

    assert found
    assert found.rank == 3


UNSENT_ANSWER = f"{AT.format(second=41)} ERROR push_handler: No response stream: {{}}\n"
TIMES_OUT = "failed to connect to 10.0.0.4:36651: Connection timed out (os error 110)"


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (TIMES_OUT, "rank 3 of decode0 on node1"),
        # what others lost is no reason
        ("Connection reset by peer", "frontend on node1"),
    ],
)
def test_an_error_of_a_worker_without_the_name_of_one_comes_before_the_frontends(
    plan: LaunchPlan, spoken: Callable[..., Evidence], error: str, where: str
) -> None:
    worker = UNSENT_ANSWER.format(error) + GOES_ON
    evidence = spoken(plan, {"frontend": SERVES + FAILS + FAILS, "decode0-rank3": worker})

    found = of_requests(plan, evidence)

    assert found
    assert where == found.where


AGAIN = f"{AT.format(second=41)} ERROR handler: Error processing request: {{}} of a and b differ\n"
NAMED = "RuntimeError: {} of a and b differ\n"


@pytest.mark.parametrize(
    ("words", "after", "where"),
    [
        (("tables", "tables"), "", "rank 3 of decode0 on node1"),
        (("tables", "rows"), "", None),
        (("tables", "tables"), WELL, None),
    ],
)
def test_one_request_that_failed_tells_of_what_a_worker_says_again(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    words: tuple[str, ...],
    after: str,
    where: str | None,
) -> None:
    worker = "".join(AGAIN.format(each) + NAMED.format(each) for each in words) + GOES_ON
    evidence = spoken(plan, {"frontend": SERVES + FAILS + after, "decode0-rank3": worker})

    found = of_requests(plan, evidence)

    assert where == (found.where if found else None)


REGISTERED = f"{AT.format(second=9)}  INFO x: Registered endpoint 'dynamo.backend.generate' on a\n"
ABSENT = "2026-11-21T09:{at}.741499Z  INFO openai: status=404 path=/v1/chat/completions\n"


@pytest.mark.parametrize(
    ("decode", "prefill", "hint"), [(1, 1, True), (1, 0, False), (0, 1, False)]
)
def test_a_frontend_that_lists_nobody_who_registered_may_look_elsewhere(
    plan: LaunchPlan, spoken: Callable[..., Evidence], decode: int, prefill: int, *, hint: bool
) -> None:
    front = "".join(ABSENT.format(at=at) for at in ("20:01", "20:31", "21:01"))
    said = {
        "frontend": front,
        "decode0-rank0": REGISTERED * decode,
        "prefill0-rank0": REGISTERED * prefill,
    }

    found = of_requests(plan, spoken(plan, said))

    assert found
    assert ("unknown", "unknown") == (found.kind, found.fault)
    assert hint == ("DYN_NAMESPACE" in (found.remedy or ""))


@pytest.mark.parametrize(
    ("text", "gave"),
    [
        ("WARN disconnect: Connection closed unexpectedly request_id=e085d614", True),
        ("WARN disconnect: Connection closed unexpectedly; issuing cancellation", True),
        ("INFO network: Connection closed unexpectedly", False),
        ("INFO x: http response sent status=404 method=POST uri=/v1/chat/completions", True),
        ("INFO x: http response sent status=404 method=GET uri=/v1/models/m", False),
    ],
)
def test_a_request_that_a_client_gave_up_or_that_found_no_model_is_told(
    text: str,
    gave: bool,  # noqa: FBT001 - a table
) -> None:
    assert gave_up(text) == gave
    assert not gave or Screen().picks(text)
