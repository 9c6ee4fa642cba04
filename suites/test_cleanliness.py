# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The deployment holds what is its own, and nothing an earlier one left.

What it leaves behind at its end is proven by the supervisor, after the last test: see
``teardown.json`` and the verdict ``leftover``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment


@pytest.mark.dynamo_requires("launched")
def test_every_process_of_the_plan_was_started_and_lives(deployment: Deployment) -> None:
    """As many processes as planned, none of which has ended unless a test had it ended."""
    started = [event["process"] for event in deployment.events if event["kind"] == "spawned"]
    ended = [
        event["process"]
        for event in deployment.events
        if event["kind"] == "exited" and not event.get("announced")
    ]

    assert sorted(started) == sorted(process.name for process in deployment.plan.processes)
    assert ended == []


@pytest.mark.dynamo_requires("gpu")
def test_the_gpus_were_empty_before_the_launch(deployment: Deployment) -> None:
    """Memory that an earlier run still holds becomes an out-of-memory error while loading."""
    before = next(event for event in deployment.events if event["kind"] == "baseline")

    assert before["gpu_memory_mib"], "no GPU was seen"
    assert max(before["gpu_memory_mib"]) < 1024
