# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""``/v1/models`` lists the served model: by its exact name, once, and the same all along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.topology.model import Topology


@pytest.mark.dynamo_requires("one-model")
def test_exactly_the_served_name_is_listed(deployment: Deployment, topology: Topology) -> None:
    """One entry, whatever the number of workers, named as the topology says."""
    listed, described = deployment.client.models(), topology.model.served_name

    assert listed == (described,), f"listed: {', '.join(listed)}; described: {described}"


def test_the_list_is_the_same_before_and_after_requests(deployment: Deployment) -> None:
    """Serving does not change what is served."""
    before = deployment.client.models()
    for number in range(5):
        deployment.client.chat(f"Request number {number}.", max_tokens=2)

    assert deployment.client.models() == before


def test_an_entry_has_the_shape_of_the_openai_list(deployment: Deployment) -> None:
    """A list object whose entries have an id and a time of creation."""
    data = deployment.client.get("/v1/models").json

    assert data["object"] == "list"
    assert all(isinstance(entry["created"], int) for entry in data["data"])
