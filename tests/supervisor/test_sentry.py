# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node that falls silent is lost, and all of them at once are not."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, cast

import pytest

from pytest_dynamo.supervisor.sentry import BEAT, Sentries
from pytest_dynamo.watch.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.supervisor.children import Child

NODES = ("node1", "node2", "node3")


class Running:
    """As much of a child as is asked here: whether it lives."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self.popen = popen


@pytest.fixture
def sentries() -> Iterator[Sentries]:
    """Shells on three nodes, whose step lives."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as step:
        found = Sentries("7", "run", NODES)
        found.posted(cast("Child", Running(step)))
        yield found
        step.kill()


def hear(sentries: Sentries, node: str, word: str, now: float) -> None:
    sentries.hear(Line(BEAT, NODES.index(node), 1, f"{node} {word}"), now)


def test_a_node_that_falls_silent_beside_others_is_lost(sentries: Sentries) -> None:
    for at in range(0, 9, 2):
        for node in NODES[1:] if at else NODES:
            hear(sentries, node, "up", at)

    assert sentries.silent(7) == {}
    assert sentries.silent(8.5) == {"node1": 8.5}
    assert not sentries.hushed(8.5)
    assert sentries.alone(8.5) == []  # it says nothing of its slurmd


def test_nodes_that_fall_silent_one_after_the_other_are_stopped(sentries: Sentries) -> None:
    for late, node in enumerate(NODES):
        hear(sentries, node, "up", late / 2)

    assert sentries.silent(7.2) == {}
    assert sentries.hushed(7.2)


def test_a_node_that_speaks_tells_of_its_slurmd(sentries: Sentries) -> None:
    hear(sentries, "node1", "up", 0)
    for at in (2, 4, 6):
        hear(sentries, "node1", "alone", at)

    assert sentries.alone(4.5) == []
    assert sentries.alone(6) == ["node1"]
