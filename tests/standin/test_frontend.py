# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The real frontend, started as the stand-in's."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Stage

pytestmark = pytest.mark.usefixtures("runtime")


@pytest.mark.parametrize("router", ["round-robin", "random", "kv"])
def test_every_router_serves_and_names_the_worker(stage: Stage, router: str) -> None:
    stage.frontend(router)
    stage.up("agg0", 1)
    stage.until_served()
    answered = stage.answered("hi", max_tokens=1, nvext={"extra_fields": ["worker_id"]})

    assert answered["nvext"]["worker_id"]["decode_worker_id"] > 0


def test_round_robin_takes_turns(stage: Stage) -> None:
    stage.frontend()
    stage.up("agg0", 1)
    stage.up("agg1", 1)
    stage.until_served()
    stage.until("two instances", lambda: len(instances(stage)) == 2)
    asked = {"max_tokens": 1, "nvext": {"extra_fields": ["worker_id"]}}
    workers = [
        stage.answered("hi", **asked)["nvext"]["worker_id"]["decode_worker_id"] for _ in range(4)
    ]

    assert workers[0] != workers[1]
    assert workers[:2] == workers[2:]


def instances(stage: Stage) -> list[str]:
    return re.findall(r'"instance_id":(\d+)', stage.request("GET", "/health")[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once(stage: Stage, number: signal.Signals) -> None:
    frontend = stage.frontend()
    stage.up("agg0", 1)
    stage.until_served()
    frontend.process.send_signal(number)

    assert frontend.ended(0.5) == 0


def test_a_taken_port_is_the_runtimes_own_error(stage: Stage) -> None:
    stage.frontend()
    stage.until("the port", lambda: stage.request("GET", "/live")[0] == 200)
    second = stage.frontend("kv", port=stage.port)

    assert second.ended() == 1
    assert f"port {stage.port} already in use" in second.text


@pytest.mark.parametrize(("options", "place"), [((), "."), (("--cache-dir", "kept"), "kept")])
def test_it_keeps_what_it_caches_where_it_was_told(
    stage: Stage, options: tuple[str, ...], place: str
) -> None:
    stage.frontend("round-robin", *options)
    stage.up("agg0", 1)
    stage.until_served()
    found = list(stage.directory.rglob("blobs"))

    assert found == [stage.directory / place / ".cache" / "dynamo" / "mdc" / "blobs"]
