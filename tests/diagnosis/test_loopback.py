# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""``localhost`` is etcd's address on the head node alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.watch.observations import Exited

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan


@pytest.mark.parametrize(
    ("process", "url", "fault"),
    [
        ("prefill0-rank0", "http://localhost:2379", "config"),
        ("prefill0-rank0", "http://127.0.0.1:2379", "config"),
        ("prefill0-rank0", "localhost:2379", "config"),
        ("prefill0-rank0", "http://node1:2379", "infrastructure"),
        ("frontend", "http://localhost:2379", "infrastructure"),  # where etcd has to be
    ],
)
def test_a_node_that_asks_itself_for_a_service_of_the_head_is_told_so(
    plan: LaunchPlan, spoken: Callable[..., Evidence], process: str, url: str, fault: str
) -> None:
    said = f"Exception: Unable to create lease. Check etcd server status at {url}\n"

    found = diagnose(plan, None, [Exited(process, 1)], spoken(plan, {process: said}))

    assert found
    assert ("DKI101", fault) == (found.known_issue, found.fault)
    assert ("asks itself" in (found.remedy or "")) == (fault == "config")
