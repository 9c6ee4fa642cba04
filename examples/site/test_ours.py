# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What this site wants to be true of every deployment, beside the suites that ship."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.topology.model import Topology


def test_the_name_is_one_of_ours(topology: Topology) -> None:
    """Clients find our models by this prefix."""
    assert topology.model.served_name.startswith("our-")


def test_a_request_of_ours_is_answered_in_full(deployment: Deployment) -> None:
    """What our service asks most often."""
    answer = deployment.client.chat("Sum up this page in one sentence.", max_tokens=24)

    assert answer.content
    assert answer.finish_reason in ("length", "stop")
