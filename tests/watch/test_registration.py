# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.watch.observations import Probed
from pytest_dynamo.watch.registration import registration_gap

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.launch.plan import LaunchPlan

WHOLE = Probed(("the/model",), {"prefill": 1, "decode": 1}, ready=True)


@pytest.fixture
def plan(make_plan: Callable[..., LaunchPlan]) -> LaunchPlan:
    return make_plan(prefill=(1, 1, 2), decode=(1, 3, 1))


@pytest.mark.parametrize(
    ("probe", "gap"),
    [
        (WHOLE, None),
        (replace(WHOLE, instances=None, ready=None), None),
        (Probed(problem="503"), "503"),
        (
            replace(WHOLE, instances={"decode": 1}),
            "0 prefill worker(s) registered, the plan has 1",
        ),
        (
            replace(WHOLE, instances={"decode": 2, "prefill": 1}),
            "2 decode worker(s) registered, the plan has 1",
        ),
        (
            replace(WHOLE, instances={"decode": 1, "prefill": 1, "encode": 1}),
            "1 encode worker(s) registered, the plan has 0",
        ),
        (replace(WHOLE, models=()), "/v1/models lists nothing, not exactly the/model"),
        (
            replace(WHOLE, models=("the/model", "the/model")),
            "/v1/models lists the/model, the/model, not exactly the/model",
        ),
        (replace(WHOLE, ready=False), "the frontend says that the/model is not ready"),
    ],
)
def test_what_the_frontend_lacks_is_named(plan: LaunchPlan, probe: Probed, gap: str | None) -> None:
    assert gap == registration_gap(plan, probe)


def test_replicas_of_a_role_are_counted_together(make_plan: Callable[..., LaunchPlan]) -> None:
    plan = make_plan(prefill=(14, 1, 4), decode=(4, 1, 4))
    probe = replace(WHOLE, instances={"prefill": 13, "decode": 4})

    assert registration_gap(plan, probe) == "13 prefill worker(s) registered, the plan has 14"
    assert registration_gap(plan, replace(probe, instances={"prefill": 14, "decode": 4})) is None
