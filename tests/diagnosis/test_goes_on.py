# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who goes on after what it said, and has failed all the same: others serve, and it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose, of_requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:{at}.741499Z"
LISTED = f"{AT.format(at='19:10')}  INFO dynamo_llm::discovery::watcher: added model model_name=m\n"
WELL = f"{AT.format(at='24:50')}  INFO dynamo_llm::http: request completed status=success\n"
REFUSED = (
    f"{AT.format(at='19:20')} ERROR dynamo_llm::discovery::watcher: Checksum for new {{}} does not "
    "match existing model.\n"
)


@pytest.mark.parametrize(
    ("what", "issue"), [("worker", "DKI219"), ("model", "DKI219"), ("file", None)]
)
def test_a_worker_that_the_frontend_leaves_out_is_missed_however_well_others_serve(
    plan: LaunchPlan, spoken: Callable[..., Evidence], what: str, issue: str | None
) -> None:
    said = {"frontend": LISTED + REFUSED.format(what) + WELL * 20}

    found = diagnose(plan, None, [], spoken(plan, said))

    assert issue == (found.known_issue if found else None)


LOST = (
    f"{AT.format(at='19:20')} ERROR dynamo_runtime::transports::etcd::lease: lease expired or "
    "revoked; keep alive task exited with error: Unable to maintain lease - expired or revoked.\n"
)
REPORTS = "INFO 11-21 09:19:{} [loggers.py:127] Avg generation throughput: 9.0 tokens/s\n"
AGAIN = f"{AT.format(at='19:40')}  INFO network: Registered endpoint 'dynamo.backend.generate'\n"


@pytest.mark.parametrize(
    ("after", "failed"), [("", True), (AGAIN, False)], ids=["lost", "registered again"]
)
def test_who_has_lost_its_lease_is_found_by_nobody_though_its_engine_goes_on(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    after: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    reports = "".join(REPORTS.format(second) for second in range(30, 50))

    found = diagnose(plan, None, [], spoken(plan, {"prefill0-rank0": LOST + after + reports}))

    assert failed == (found is not None)
    assert found is None or (found.known_issue, found.worker) == ("DKI103", "prefill0")


TIRED = (
    "[11/21/2026-09:2{}:19] [TRT-LLM] [RANK 3] [W] {} request {} due to KV cache transfer "
    "timeout\n"
)
LETS_GO = (
    "WARNING 11-21 09:2{}:19 [worker.py:2967] Releasing expired KV blocks for request {} which "
    "were retrieved by 0 remote worker(s) before lease expired.\n"
)
UNSENT = (
    "[TensorRT-LLM][ERROR] Error occurred during context transfer for request 1: Endpoint timeout\n"
)


def tired(times: int, what: str = "Terminating generation") -> str:
    return "".join(TIRED.format(each, what, each) for each in range(times))


@pytest.mark.parametrize(
    ("front", "decode", "prefill", "where"),
    [
        ("", tired(3), "", "rank 3 of decode0 on node1"),
        # who told of an error before it is why
        ("", tired(3), UNSENT, "rank 1 of prefill0 on node5"),
        # it may be about one of them, or another thing that ends; and others went well
        ("", tired(2), UNSENT, None),
        ("", tired(3, "Finishing"), "", None),
        # vLLM lets go of what nobody fetched
        ("", "".join(LETS_GO.format(each, each) for each in range(5)), "", None),
        # it was told to end, which leaves requests behind
        ("", tired(3) + "Received SIGTERM, shutting down\n", "", None),
    ],
)
def test_who_gives_up_request_after_request_has_failed_though_nobody_was_heard_to_ask(  # noqa: PLR0917
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    front: str,
    decode: str,
    prefill: str,
    where: str | None,
) -> None:
    said = {"frontend": front, "decode0-rank3": decode, "prefill0-rank1": prefill}

    found = of_requests(plan, spoken(plan, said))

    assert where == (found.where if found else None)
    assert found is None or found.fault == "infrastructure"


REGISTERS = "{} INFO network: Registered endpoint 'dynamo.{}.generate' with shared TCP server\n"


@pytest.mark.parametrize(
    ("prefill", "decode", "where"),
    [
        ("09:10", "19:19", "rank 0 of decode0 on node1"),
        ("19:18", "09:10", "rank 0 of prefill0 on node5"),
        # both had just registered, neither had, or only one is known
        ("19:18", "19:19", "frontend on node1"),
        ("09:10", "09:11", "frontend on node1"),
        ("07:10", "09:11", "rank 0 of decode0 on node1"),  # long after the other
        # one of them in the same moment, or both
        ("19:18", "19:20", "rank 0 of decode0 on node1"),
        ("19:20", "19:20", "frontend on node1"),
        ("19:21", "09:11", "frontend on node1"),
        (None, "19:19", "frontend on node1"),
    ],
)
def test_a_card_that_is_refused_is_that_of_who_has_just_registered(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    prefill: str | None,
    decode: str,
    where: str,
) -> None:
    said = {"frontend": LISTED + REFUSED.format("worker")}
    for worker, part, at in (("prefill0", "prefill", prefill), ("decode0", "backend", decode)):
        if at:
            said[f"{worker}-rank0"] = REGISTERS.format(AT.format(at=at), part)

    found = diagnose(plan, None, [], spoken(plan, said))

    assert found
    assert (found.known_issue, found.where) == ("DKI219", where)


FELL = (
    "[TensorRT-LLM][ERROR] Error occurred during generation transfer for request 8: "
    "Endpoint timeout\n"
)
UNLIKE = "[TensorRT-LLM][ERROR] Assertion failed: state.isSocketState() (/src/u.cpp:512)\n"
COUNTS = "[11/21/2026-09:{0}:00] [TRT-LLM] [RANK 3] [I] iter = {0}, global_rank = 3\n"


@pytest.mark.parametrize(
    ("fell", "steps_after", "well", "failed"),
    [
        (FELL, 6, WELL, False),
        (FELL, 4, WELL, True),
        (FELL, 6, "", True),
        (UNLIKE, 6, WELL, True),
    ],
    ids=["and steps", "and soon ends", "and nobody is answered", "by its configuration"],
)
def test_a_request_that_failed_is_one_of_many_where_a_rank_goes_on_for_long(  # noqa: PLR0917
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    fell: str,
    steps_after: int,
    well: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    """It tells no time that others could be held against."""
    steps = "".join(COUNTS.format(minute) for minute in range(30, 30 + steps_after))
    said = {"frontend": LISTED + well, "decode0-rank3": fell + steps}

    found = diagnose(plan, None, [], spoken(plan, said))

    assert failed == (found is not None)
    assert found is None or found.worker == "decode0"


TAKEN = "zmq.error.ZMQError: Address already in use (addr='tcp://10.52.3.14:5600')\n"
WAITS = "INFO 11-21 09:{}:08 [core_client.py:591] Waiting for 1 local core engine proc(s) {}\n"


@pytest.mark.parametrize(("what", "failed"), [("to start.", True), ("at work.", False)])
def test_who_says_again_and_again_that_it_waits_does_not_go_on(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    what: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    waits = "".join(WAITS.format(minute, what) for minute in range(10, 30))

    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank3": TAKEN + waits}))

    assert failed == (found is not None)
