# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An announced fault is mended step by step, also when more ends of it meanwhile."""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pytest_dynamo.launch.plan import LaunchPlan, Process
from pytest_dynamo.supervisor import outage
from pytest_dynamo.supervisor.identity import Identity
from pytest_dynamo.supervisor.outage import Outages, Request
from pytest_dynamo.watch.startup import Exited

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from pytest_dynamo.supervisor.outage import Act


@dataclass
class Child:
    """A process as the supervisor knows it."""

    process: Process
    code: int | None = None


def asked(outages: Outages, place: Path, act: Act, step: str) -> None:
    me = Identity.of(os.getpid())
    assert me is not None
    Request(act, act, step, me).write(place)
    outages.take(0.0, 60.0)


def test_what_ends_of_a_service_that_was_away_is_started_again_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etcd, frontend = (
        Process(name, name, kind, (name,), f"{name}.log", ("node1",))
        for name, kind in (("etcd", "service"), ("frontend", "frontend"))
    )
    plan = LaunchPlan("t", "local", "m", "http://h:1", "h", ("h",), (), (etcd, frontend))
    children = SimpleNamespace(
        all={"etcd": Child(etcd), "frontend": Child(frontend)}, send=lambda *_: None
    )
    prober = SimpleNamespace(start=lambda: None, stop=lambda: None, is_alive=lambda: True)
    monkeypatch.setattr(outage, "Prober", lambda *_: prober)
    started: list[str] = []

    def start(process: Process) -> None:
        started.append(process.name)
        children.all[process.name] = Child(process)

    nothing: Any = lambda *_, **__: None  # noqa: E731  what is told does not matter here
    outages = Outages(
        tmp_path, plan, children, None,  # type: ignore[arg-type]  as much of them as is asked
        start=start, deliver=nothing, tell=nothing, memory=nothing,
    )  # fmt: skip
    asked(outages, tmp_path, "kill", "etcd")
    asked(outages, tmp_path, "mend", "")
    for number, (name, code) in enumerate((("etcd", -9), ("frontend", 0))):
        children.all[name].code = code
        assert outages.advance([Exited(name, code)], None, nothing, float(number)) is None

    assert started == ["etcd", "frontend"]
