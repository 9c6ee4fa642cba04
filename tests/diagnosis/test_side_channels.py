# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Workers of vLLM that are asked for their caches at a loopback, which is another one's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose, of_requests
from pytest_dynamo.diagnosis.screen import Screen
from pytest_dynamo.diagnosis.side_channels import asks_itself, is_given
from pytest_dynamo.launch.plan import Process, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:19:{}.741499Z"
LISTED = f"{AT.format(10)}  INFO dynamo_llm::discovery::watcher: added model model_name=m\n"
REFUSED = (
    f"{AT.format(40)} ERROR http-request: dynamo_llm::http::service::openai: Failed to generate "
    "completions: Engine returned finish_reason=error\n"
) * 2
ASKS = "DEBUG 11-21 09:19:30 [x.py:1] Querying metadata on path: tcp://{}:20097 at remote rank 0\n"
FAILS = (
    "(Worker_TP0 pid=7) ERROR 11-21 09:19:31 [nixl_connector.py:1263] NIXL transfer failure: "
    "handshake_setup_failed | Context: {'request_id': None}\n"
    "(EngineCore_0 pid=5) ERROR 11-21 09:19:31 [scheduler.py:1624] Failing 1 request(s) due to KV "
    "load failure (failure_policy=fail, 487 tokens affected).\n"
)
GIVEN = "+ export VLLM_NIXL_SIDE_CHANNEL_HOST={}\n"
OTHER = "rank 0 of prefill0 on node5"


@pytest.mark.parametrize(
    ("decode", "prefill", "where", "issue"),
    [
        (ASKS.format("127.0.0.1") + FAILS, "on its way\n", OTHER, "DKI783"),
        (FAILS, GIVEN.format("127.0.1.1"), OTHER, "DKI783"),
        (FAILS, GIVEN.format("localhost"), OTHER, "DKI783"),
        # at an address that others reach, for another reason, or where it gives its own out alone
        (ASKS.format("10.0.0.5") + FAILS, GIVEN.format("10.0.0.5"), "rank 0 of decode0", None),
        (ASKS.format("127.0.0.1") + "MemoryError: x\n", "", "rank 0 of decode0", None),
        (GIVEN.format("127.0.0.1") + FAILS, "", "rank 0 of decode0", None),
    ],
)
def test_who_gives_its_loopback_out_is_asked_by_nobody(  # noqa: PLR0917 - a table
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    decode: str,
    prefill: str,
    where: str,
    issue: str | None,
) -> None:
    said = {
        "frontend": LISTED + REFUSED, "decode0-rank0": decode, "prefill0-rank0": prefill,
    }  # fmt: skip

    evidence = spoken(plan, said)
    found = diagnose(plan, None, [], evidence) or of_requests(plan, evidence)

    assert found
    assert found.where.startswith(where)
    assert (found.known_issue == "DKI783") == (issue == "DKI783")
    assert issue is None or (found.fault, found.confidence) == ("config", "medium")


def test_on_one_node_a_loopback_is_the_right_address(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    one = replace(plan, workers=tuple(replace(each, nodes=("node1",)) for each in plan.workers))
    said = {
        "frontend": LISTED + REFUSED,
        "decode0-rank0": ASKS.format("127.0.0.1") + FAILS,
        "prefill0-rank0": GIVEN.format("127.0.0.1"),
    }

    evidence = spoken(one, said)
    found = diagnose(one, None, [], evidence) or of_requests(one, evidence)

    assert found
    assert found.known_issue != "DKI783"


def test_whom_decode_asks_is_prefill(plan: LaunchPlan, spoken: Callable[..., Evidence]) -> None:
    """And no other worker of its own role, though that gives its loopback out as well."""
    other = Worker("decode1", "decode", 1, "backend", ("node6",), ((0,),))
    log = Process("decode1-rank0", "decode1", "worker", (), "d.log", ("node6",), ranks=(0,))
    several = replace(plan, workers=(other, *plan.workers), processes=(log, *plan.processes))
    said = {
        "frontend": LISTED + REFUSED,
        "decode0-rank0": ASKS.format("127.0.0.1") + FAILS,
        "decode1-rank0": GIVEN.format("127.0.0.1"),
    }
    evidence = spoken(several, said)

    found = diagnose(several, None, [], evidence) or of_requests(several, evidence)

    assert found
    assert found.where == OTHER


@pytest.mark.parametrize(
    ("text", "given", "asks"),
    [
        ("      VLLM_NIXL_SIDE_CHANNEL_HOST:       127.0.0.1", True, False),
        ("export VLLM_NIXL_SIDE_CHANNEL_HOST='localhost'", True, False),
        ("export VLLM_NIXL_SIDE_CHANNEL_HOST=localhost2", False, False),
        ("VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.127.0", False, False),
        ("Querying metadata on path: tcp://localhost:20097 at remote rank 0", False, True),
        ("Querying metadata on path: tcp://[::1]:20097 at remote rank 0", False, True),
        ("Querying metadata on path: tcp://10.4.0.2:20097 at remote rank 0", False, False),
    ],
)
def test_what_tells_of_a_side_channel_is_picked(text: str, given: bool, asks: bool) -> None:  # noqa: FBT001
    assert (is_given(text), asks_itself(text)) == (given, asks)
    assert not (given or asks) or Screen().picks(text)
