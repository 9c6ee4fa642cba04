# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What an exclusive test holds: it has parts of the deployment struck by those who own them."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import outage
from pytest_dynamo.supervisor.identity import Identity
from pytest_dynamo.supervisor.rundir import read_json, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.supervisor.outage import Act

_POLL_S = 0.02
#: Between two looks at what the frontend says.
_LOOK_S = 0.1
#: How long the supervisor, which looks every 100 ms, may take to strike; Slurm takes seconds.
_STRIKE_S = 60.0
#: Beyond a lease: what a process that could not keep it may take to end, and be seen to.
_LAPSED_S = 2.0
#: How long a frontend sends nothing to a worker that did not answer (5 s, the default of
#: DYN_RUNTIME_INHIBITED_DURATION_SECS in lib/runtime/src/component/client.rs), and some slack.
_LEFT_OUT_S = 5.0 + 1.0
#: Beyond what mending may take: what the supervisor itself may take to say that it has not.
_MARGIN_S = 30.0

_NOT_OURS = (
    "does not apply: nothing of this deployment was started here, so nothing of it is ours to end"
)

_NOT_ON_SLURM = (
    "does not apply: Slurm calls the whole job stopped as soon as one of its steps is"
)


class Outage:
    """Strikes a *step* of the plan: a worker with all its ranks, the frontend, etcd or NATS.

    From the first strike on the deployment is allowed to fail; ``mend`` makes it whole again.
    """

    def __init__(self, deployment: Deployment) -> None:
        settings = read_json(deployment.run.run)
        if settings is None or not deployment.owned:
            pytest.skip(_NOT_OURS)
        self._deployment = deployment
        self._place = Path(settings["node_local"])
        self._on = False
        self._struck: set[tuple[Act, str]] = set()

    def kill(self, step: str) -> None:
        """End it by SIGKILL, and return when that is sent."""
        self._strike("kill", step)

    def stop(self, step: str) -> None:
        """Tell it to stop, by SIGTERM."""
        self._strike("stop", step)

    def freeze(self, step: str) -> None:
        """Stop its processes where they are: alive, and silent; the test is skipped on Slurm."""
        if self._deployment.plan.launcher != "local":
            pytest.skip(_NOT_ON_SLURM)
        self._strike("freeze", step)

    def mend(self) -> None:
        """Return when everything runs again, and the frontend counts and answers as at first.

        That is not always all. After etcd was away, who could not renew a lease serves on, and ends
        by itself when it would have lapsed. A worker that was frozen keeps its id, and a frontend
        sends nothing to it for a while after it did not answer. So both are waited for.

        Raises:
            Lost: it does not come back, or not for longer than a lease.
        """
        if not self._on:
            return
        self._ask("mend", "")
        limit_s = _MARGIN_S + outage.budget_s(
            self._deployment.topology.budgets, stand_in=self._deployment.stand_in is not None
        )
        self._wait("ready", limit_s)
        self._on = self._deployment.disturbed = False
        if "etcd" in {step for _, step in self._struck}:
            self._outlive(self._deployment.lease_s + _LAPSED_S)
        if "freeze" in {act for act, _ in self._struck}:
            self._outlive(_LEFT_OUT_S)
        self._struck.clear()

    def until(self, condition: Callable[[], bool], limit_s: float) -> float:
        """Return after how many seconds a condition holds; more than the limit if it does not."""
        began = time.monotonic()
        while not condition() and time.monotonic() - began <= limit_s:
            self._deployment.check()
            time.sleep(_LOOK_S)
        return time.monotonic() - began

    def _outlive(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._deployment.check()
            time.sleep(_POLL_S)

    def _strike(self, act: Act, step: str) -> None:
        self._on = self._deployment.disturbed = True
        self._struck.add((act, step))
        number = self._ask(act, step)
        deadline = time.monotonic() + _STRIKE_S
        while number not in {event.get("number") for event in read_lines(self._events)}:
            self._deployment.check()
            if time.monotonic() > deadline:
                raise LaunchError(f"{step} was not struck within {_STRIKE_S:g} s")
            time.sleep(_POLL_S)
        self._wait("disturbed", _STRIKE_S)

    @property
    def _events(self) -> Path:
        return self._deployment.run.events

    def _ask(self, act: Act, step: str) -> str:
        me = Identity.of(os.getpid())
        if me is None:
            raise LaunchError("this process does not find itself in /proc")
        request = outage.Request(secrets.token_hex(8), act, step, me)
        request.write(self._place)
        return request.number

    def _wait(self, state: str, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        while self._deployment.run.state()["state"] != state:
            self._deployment.check()
            if time.monotonic() > deadline:
                raise LaunchError(
                    f"not {state} within {limit_s:g} s", where=str(self._deployment.run_dir)
                )
            time.sleep(_POLL_S)
