# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Deployments in which nothing ends and requests fail: who tells why, though it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose, of_requests
from pytest_dynamo.diagnosis.served_names import asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

    Judge = Callable[[dict[str, str]], Diagnosis | None]

AT = "2026-11-21T09:19:{:02}.741499Z "
LISTED = AT + ' INFO dynamo_llm::discovery::watcher: added model model_name="{}"\n'
WELL = AT + " INFO dynamo_llm::http::service::metrics: request completed status=success\n"
FAILED = AT + "ERROR http-request: request completed status=error error_type=internal\n"
ABSENT = AT + "WARN http-request: request completed model={} error_type=not_found http_status=404\n"
GAVE_UP = AT + "WARN http-request: request completed error_type=cancelled\n"
LATE = "[TRT-LLM] [W] Terminating context request 31 due to KV cache transfer timeout\n"
GOES_ON = "[TRT-LLM] [I] it goes on\n" * 12
TOLD = AT + " INFO main: Received shutdown signal, shutting down\n"


@pytest.fixture
def judge(plan: LaunchPlan, spoken: Callable[..., Evidence]) -> Judge:
    """Return what is said of a record in which nothing ended."""

    def judged(said: dict[str, str]) -> Diagnosis | None:
        evidence = spoken(plan, said)
        return diagnose(plan, None, [], evidence) or of_requests(plan, evidence)

    return judged


@pytest.mark.parametrize(
    ("front", "worker", "where"),
    [
        (FAILED.format(30), LATE + GOES_ON, "rank 3 of decode0 on node1"),
        (ABSENT.format(30, "m"), LATE + GOES_ON, "rank 3 of decode0 on node1"),
        # it went well after; a client may give up; nobody tells why; and it is being stopped
        (FAILED.format(30) + WELL.format(40), LATE + GOES_ON, None),
        (GAVE_UP.format(30), LATE + GOES_ON, None),
        (FAILED.format(30), GOES_ON, None),
        (FAILED.format(30), LATE + GOES_ON + TOLD.format(40), None),
    ],
    ids=["fails", "lists none", "well again", "gave up", "nobody knows", "stopped"],
)
def test_a_warning_tells_why_the_last_request_failed(
    judge: Judge, front: str, worker: str, where: str | None
) -> None:
    found = judge({"frontend": LISTED.format(1, "m") + front, "decode0-rank3": worker})

    assert where == (found.where if found else None)
    assert found is None or found.known_issue == "DKI606"


@pytest.mark.parametrize(
    ("listed", "wanted", "after", "fault"),
    [
        (("/models/r1",), ("r1", "r1"), "", "config"),
        (("/models/r1",), ("r1",), "", None),  # one may ask for anything
        (("/models/r1",), ("r1", "other"), "", None),  # and so may several
        (("/models/r1", "r1"), ("r1", "r1"), "", None),
        ((), ("r1", "r1"), "", None),
        (("/models/r1",), ("r1", "r1"), WELL.format(50), None),
    ],
)
def test_who_asks_for_another_name_than_that_which_is_served_is_told_so(
    judge: Judge, listed: tuple[str, ...], wanted: tuple[str, ...], after: str, fault: str | None
) -> None:
    front = "".join(LISTED.format(1, name) for name in listed)
    front += "".join(ABSENT.format(20 + at, name) for at, name in enumerate(wanted)) + after

    found = judge({"frontend": front})

    assert fault == (found.fault if found and "served-model-name" in str(found.remedy) else None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("INFO openai: Model not found: nvidia/R1 status=404 path=/v1/chat", "nvidia/R1"),
        ('DEBUG trace: model="nvidia/R1" status=404 body="Model not found"', "nvidia/R1"),
        ("WARN http-request: request completed model=m error_type=internal", None),
    ],
)
def test_a_frontend_tells_in_several_ways_what_it_was_asked_for(
    text: str, name: str | None
) -> None:
    assert name == asked(text)
