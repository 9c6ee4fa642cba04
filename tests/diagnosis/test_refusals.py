# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Requests of one kind that fail again and again while others go well."""

from __future__ import annotations

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
