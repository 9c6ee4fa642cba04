# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Requests of one kind that fail again and again while others go well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose, of_requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:19:{second}.741499Z"
LISTED = f"{AT.format(second=10)}  INFO dynamo_llm: added model model_name=the/model\n"
WELL = f"{AT.format(second=50)}  INFO dynamo_llm::http: request completed status=success\n"
FAILS = f"{AT.format(second=40)} {{}} dynamo_llm::http::service::openai: {{}}\n"
TOO_LARGE = "Failed to generate completions: maximum payload exceeded: size 2 > max payload 1"
TOO_LONG = (
    "ValueError: The sum of prompt length (9), query length (0) should not exceed "
    "max_num_tokens (8)"
)
NOTHING = "Failed to generate completions: backend error"
FRONT = "frontend on node1"
PANICS = (
    "thread 'tokio-runtime-worker' panicked at /opt/dynamo/lib/llm/src/backend.rs:{}:27:\n"
    "assertion failed: self.is_char_boundary(end)\n"
)


def front(times: int, words: str, level: str = "ERROR") -> str:
    return LISTED + (FAILS.format(level, words) + WELL) * times


@pytest.mark.parametrize(
    ("said", "issue", "where"),
    [
        ({"frontend": front(3, TOO_LARGE)}, "DKI117", FRONT),
        # a client's own mistake, a warning, and what no issue is known for
        ({"frontend": front(2, TOO_LARGE)}, None, None),
        ({"frontend": front(3, TOO_LARGE, " WARN")}, None, None),
        ({"frontend": front(3, NOTHING)}, None, None),
        # but no client's is a panic
        ({"frontend": (PANICS.format(463) + WELL) * 2}, None, FRONT),
        ({"frontend": PANICS.format(463) + WELL + PANICS.format(9) + WELL}, None, None),
        # the one worker that tells of the same, or that says it of itself alone
        ({"frontend": front(3, TOO_LONG), "decode0-rank3": f"{TOO_LONG}\n"}, "DKI209",
         "rank 3 of decode0 on node1"),
        ({"frontend": front(3, TOO_LONG), "decode0-rank3": f"{TOO_LONG}\n",
          "prefill0-rank1": f"{TOO_LONG}\n"}, "DKI209", FRONT),
        ({"frontend": LISTED + WELL, "decode0-rank3": f"{TOO_LONG}\n" * 9}, None, None),
    ],
)  # fmt: skip
def test_what_fails_again_and_again_while_others_go_well_is_told(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    said: dict[str, str],
    issue: str | None,
    where: str | None,
) -> None:
    evidence = spoken(plan, said)

    assert diagnose(plan, None, [], evidence) is None
    found = of_requests(plan, evidence)
    assert (issue, where) == ((found.known_issue, found.where) if found else (None, None))
    assert found is None or found.confidence == "medium"


REGISTERED = f"{AT.format(second=9)}  INFO x: Registered endpoint 'dynamo.backend.generate' on a\n"


@pytest.fixture
def two(plan: LaunchPlan) -> LaunchPlan:
    """Return the deployment with another worker of the role of decode0."""
    decode0, prefill0 = plan.workers
    decode1 = replace(prefill0, name="decode1", role="decode", replica=1)
    told = [
        replace(item, name=item.name.replace("prefill0", "decode1"), step="decode1")
        if item.step == "prefill0"
        else item
        for item in plan.processes
    ]
    return replace(plan, workers=(decode0, decode1), processes=tuple(told))


@pytest.mark.parametrize(
    ("first", "second", "came", "where"),
    [
        (3, 0, True, "rank 3 of decode0 on node1"),
        (0, 3, True, "rank 0 of decode1 on node5"),
        (2, 0, True, None),
        (3, 3, True, None),  # what is asked of all of them is too long for all
        (3, 0, False, None),  # of the only one that came
    ],
)
def test_the_one_worker_of_several_that_refuses_requests_again_and_again_is_named(  # noqa: PLR0917
    two: LaunchPlan,
    spoken: Callable[..., Evidence],
    first: int,
    second: int,
    came: bool,  # noqa: FBT001 - a table
    where: str | None,
) -> None:
    said = {
        "frontend": LISTED + WELL,
        "decode0-rank3": REGISTERED + f"{TOO_LONG}\n" * first,
        "decode1-rank0": (REGISTERED if came else "") + f"{TOO_LONG}\n" * second,
    }
    evidence = spoken(two, said)

    assert diagnose(two, None, [], evidence) is None
    found = of_requests(two, evidence)
    assert (found.where if found else None) == where
    assert found is None or found.known_issue == "DKI209"


UNSENT = f"{AT.format(second=40)} ERROR x: [TRT-LLM] [E] Disagg KV cache transfer error\n"


def test_what_one_worker_tells_of_others_it_refuses_nobody_by(
    two: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    said = {
        "frontend": LISTED + WELL,
        "decode0-rank3": REGISTERED + UNSENT * 3,
        "decode1-rank0": REGISTERED,
    }

    assert of_requests(two, spoken(two, said)) is None


LET_GO = (
    "WARNING 11-21 09:19:20 [worker.py:2967] Releasing expired KV blocks for request {} which were "
    "retrieved by 0 remote worker(s) before lease expired.\n"
)
READ = (
    "ERROR 11-21 09:19:30 [worker.py:3004] Potentially invalid KV blocks for unrecognized request "
    "{} were retrieved by a decode worker. They may have expired.\n"
)


@pytest.mark.parametrize(
    ("gone", "read", "named"),
    [
        ("ab", "ab", True),
        ("ab", "aa", False),  # one may be a hiccup
        ("xy", "ab", False),  # requests that are called otherwise where they are read
        ("ab", "", False),
    ],
)
def test_caches_that_are_read_after_they_were_let_go_may_make_answers_wrong(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    gone: str,
    read: str,
    named: bool,  # noqa: FBT001 - a table
) -> None:
    said = "".join(map(LET_GO.format, gone)) + "".join(map(READ.format, read))
    evidence = spoken(plan, {"frontend": LISTED + WELL * 9, "prefill0-rank0": said})

    found = of_requests(plan, evidence)

    assert named == (found is not None)
    assert found is None or (found.known_issue, found.worker) == ("DKI613", "prefill0")
