# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Deployments in which nothing ends and requests fail: who tells why, though it goes on."""

from __future__ import annotations

from dataclasses import replace
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
UNNAMED = AT + " INFO openai: status=404 path=/v1/chat/completions\n"
ENDS = AT + " INFO dynamo_llm::http::service::service_v2: HTTP service stopped\n"
AT_TIMES = "[TRT-LLM] [W] Timed out waiting for context KV cache transfer after 1000 ms\n"
ROUTE = AT.format(20) + "WARN ingress: Failed to create response stream: No route to host\n"
EXPIRED = "WARNING Releasing expired KV blocks for request 7 which were retrieved by 0 workers\n"
SLOW = "[1] 2026/11/21 09:19:25.741499 [ERR] 10.0.0.4:1 - cid:14 - Slow Consumer Detected\n"


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
        (FAILED.format(30) + ENDS.format(40), LATE + GOES_ON, None),
    ],
    ids=["fails", "lists none", "well again", "gave up", "nobody knows", "stopped", "ends"],
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
        # who does not say for which was asked for that which the plan has
        (("/models/r1",), (None, None), "", "config"),
        (("the/model",), (None, None), "", None),
        (("/models/r1",), ("r1", "r1"), WELL.format(50), None),
    ],
)
def test_who_asks_for_another_name_than_that_which_is_served_is_told_so(
    judge: Judge,
    listed: tuple[str, ...],
    wanted: tuple[str | None, ...],
    after: str,
    fault: str | None,
) -> None:
    front = "".join(LISTED.format(1, name) for name in listed)
    asked_for = (ABSENT.format("{}", name) if name else UNNAMED for name in wanted)
    front += "".join(text.format(20 + at) for at, text in enumerate(asked_for)) + after

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


@pytest.mark.parametrize(
    ("front", "issue"),
    [(FAILED.format(30), "DKI125"), (WELL.format(30), None), (GAVE_UP.format(30), None)],
)
def test_nats_goes_on_without_a_slow_consumer_who_may_be_why_requests_fail(
    judge: Judge, front: str, issue: str | None
) -> None:
    found = judge({"etcd": SLOW, "frontend": LISTED.format(1, "m") + front})

    assert issue == (found.known_issue if found else None)


DROPPED = AT + " WARN shared_tcp_endpoint: No handler found for endpoint: generate\n"


@pytest.mark.parametrize(("after", "issue"), [("", "DKI220"), (WELL.format(50), None)])
def test_a_worker_that_drops_what_it_is_asked_need_not_call_that_an_error(
    judge: Judge, after: str, issue: str | None
) -> None:
    front = LISTED.format(1, "m") + after

    found = judge({"frontend": front, "decode0-rank0": DROPPED.format(20) + GOES_ON})

    assert issue == (found.known_issue if found else None)


BUSY = AT + "ERROR http-request: request completed status=error error_type=overload\n"


@pytest.mark.parametrize(("after", "fault"), [("", "config"), (WELL.format(50), None)])
def test_a_frontend_that_refuses_all_was_given_low_thresholds(
    judge: Judge, after: str, fault: str | None
) -> None:
    found = judge({"frontend": LISTED.format(1, "m") + BUSY.format(20) + after})

    assert fault == (found.fault if found else None)


@pytest.mark.parametrize(
    ("times", "after", "issue"),
    [(3, "", "DKI606"), (2, "", None), (3, WELL.format(58), None)],
)
def test_who_warns_again_and_again_while_clients_give_up_tells_why(
    judge: Judge, times: int, after: str, issue: str | None
) -> None:
    front = LISTED.format(1, "m") + GAVE_UP.format(30) + GAVE_UP.format(31) + after

    found = judge({"frontend": front, "decode0-rank3": AT_TIMES * times + GOES_ON})

    assert issue == (found.known_issue if found else None)
    assert found is None or found.confidence == "medium"  # who warns has not failed


REPORT = (
    "INFO loggers.py: Engine 000: Avg prompt throughput: {} tokens/s, "
    "Avg generation throughput: 0.0 tokens/s, Running: {} reqs, Waiting: {} reqs\n"
)


@pytest.mark.parametrize(
    ("reports", "front", "where"),
    [
        ([("0.0", 3, 0)] * 3, GAVE_UP.format(30), "rank 3 of decode0 on node1"),
        ([("0.0", 0, 1)] * 3, GAVE_UP.format(30), "rank 3 of decode0 on node1"),
        # nobody waits; it has nothing to do; it reads prompts; it says so but twice
        ([("0.0", 3, 0)] * 3, "", None),
        ([("0.0", 0, 0)] * 3, GAVE_UP.format(30), None),
        ([("0.0", 3, 0), ("0.0", 3, 0), ("812.0", 3, 0)], GAVE_UP.format(30), None),
        ([("0.0", 3, 0)] * 2, GAVE_UP.format(30), None),
    ],
)
def test_an_engine_that_has_requests_in_hand_and_makes_no_token_hangs(
    judge: Judge, reports: list[tuple[str, int, int]], front: str, where: str | None
) -> None:
    said = "".join(REPORT.format(*report) for report in reports)

    found = judge({"frontend": LISTED.format(1, "m") + front, "decode0-rank3": said})

    assert where == (found.where if found else None)
    assert found is None or (found.fault, found.confidence) == ("product", "medium")


EXPIRED_OF = (
    "(Worker_TP{} pid=7) WARNING 11-21 09:19:25 [worker.py:1] "
    "Releasing expired KV blocks for request {} which were retrieved by 0 remote worker(s)\n"
)


@pytest.mark.parametrize(
    ("reports", "requests", "issue"),
    [
        (3, "ab", "DKI606"),
        # what the ranks tell of one request is told once, and an engine at work has its reasons
        (3, "a", None),
        (2, "ab", None),
    ],
)
def test_what_an_engine_that_stands_waits_for_another_warns_of(
    judge: Judge, reports: int, requests: str, issue: str | None
) -> None:
    decode = REPORT.format("0.0", 0, 3) * reports
    prefill = "".join(EXPIRED_OF.format(rank, each) for each in requests for rank in (0, 1))
    front = LISTED.format(1, "m") + GAVE_UP.format(30)

    found = judge({"frontend": front, "decode0-rank3": decode, "prefill0-rank0": prefill})

    assert issue == (found.known_issue if found else None)
    assert found is None or issue is None or found.worker == "prefill0"


@pytest.mark.parametrize(
    ("warning", "issue"),
    [
        (ROUTE, "DKI109"),
        # which several others may have led to, and one client for its own reason
        (EXPIRED, None),
    ],
)
def test_one_client_that_gave_up_tells_only_of_what_can_be_a_cause_itself(
    judge: Judge, warning: str, issue: str | None
) -> None:
    front = LISTED.format(1, "m") + GAVE_UP.format(30)

    found = judge({"frontend": front, "decode0-rank3": warning * 3 + GOES_ON})

    assert issue == (found.known_issue if found else None)


@pytest.mark.parametrize(
    ("warning", "issue"),
    [
        (LATE, "DKI606"),
        # what Python warns of while it reads a package
        ("import_utils.py:32: UserWarning: Failed to import x: cannot import name 'y'\n", None),
    ],
)
def test_what_python_warns_of_is_no_reason(judge: Judge, warning: str, issue: str | None) -> None:
    front = LISTED.format(1, "m") + FAILED.format(30) + FAILED.format(31)

    found = judge({"frontend": front, "decode0-rank3": warning + GOES_ON})

    assert issue == (found.known_issue if found else None)


def test_a_warning_of_another_comes_before_what_the_frontend_alone_tells(judge: Judge) -> None:
    front = LISTED.format(1, "m") + FAILED.format(30) + FAILED.format(31)

    for said, where in (({"etcd": SLOW}, "etcd on node1"), ({}, "frontend on node1")):
        found = judge({"frontend": front, **said})
        assert found
        assert where == found.where


@pytest.mark.parametrize(("front", "issue"), [(True, "DKI606"), (False, None)])
def test_a_frontend_that_lists_none_in_the_log_of_a_job_fails_too(
    steps: LaunchPlan, spoken: Callable[..., Evidence], *, front: bool, issue: str | None
) -> None:
    absent = ABSENT.format(30, "m").replace("request completed", "dynamo_llm::http:: completed")
    log = "".join(f"3: {line}\n" for line in (LATE + GOES_ON).splitlines())
    log += f"0: {absent}" if front else ""
    evidence = spoken(replace(steps, processes=steps.processes[2:]), {"decode0": log})

    found = of_requests(evidence.plan, evidence)

    assert issue == (found.known_issue if found else None)


@pytest.mark.parametrize(
    ("workers", "after", "issue"),
    [(2, "", "DKI220"), (1, "", None), (2, AT.format(25) + " INFO x: it goes on\n", None)],
)
def test_what_other_workers_answer_excuses_none_that_has_been_mute_since_an_error(
    plan: LaunchPlan, spoken: Callable[..., Evidence], workers: int, after: str, issue: str | None
) -> None:
    more = tuple(replace(plan.workers[0], name=f"decode{at}") for at in range(1, workers))
    several = replace(plan, workers=(*plan.workers, *more))
    said = {
        "frontend": LISTED.format(1, "m") + WELL.format(50),
        "decode0-rank0": DROPPED.format(20) + after,
    }

    found = diagnose(several, None, [], spoken(several, said))

    assert issue == (found.known_issue if found else None)
