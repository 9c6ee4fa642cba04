# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Asks the frontend whether it can serve, in a thread, so that no answer delays seeing a death."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.client.openai import Client, usage_faults
from pytest_dynamo.errors import DynamoError
from pytest_dynamo.watch.startup import Probed, registration_gap

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.client.openai import Health
    from pytest_dynamo.launch.plan import LaunchPlan

#: Seconds between two questions: the first ones quick, since a stand-in serves in a second; then
#: slow, since the frontend logs every question.
_PAUSES = (0.05,) * 40 + (0.25,) * 40 + (1.0,)
#: For each question: a first completion may wait for a compilation (``--startup-time`` of the
#: mocker shows the same: listed at once, answered later).
_DEADLINE_S = 120.0
#: Tokens asked for; more than two, since a known defect shows after the first (dynamo #1690).
PROBE_TOKENS = 4
PROBE_PROMPT = "Count from one to ten."


class Prober(threading.Thread):
    """Probes until it is told to stop, or until a probe was whole."""

    def __init__(self, plan: LaunchPlan, deliver: Callable[[Probed], None]) -> None:
        super().__init__(name="prober", daemon=True)
        self._plan = plan
        self._deliver = deliver
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ask no more questions."""
        self._stopped.set()

    def run(self) -> None:
        """Ask until the answer is whole."""
        with Client(self._plan.base_url, model=self._plan.model, deadline_s=_DEADLINE_S) as client:
            for number in range(2**62):
                probed = probe(client, self._plan)
                if self._stopped.is_set():
                    return
                self._deliver(probed)
                if probed.unary == "" and probed.stream == "":
                    return
                if self._stopped.wait(_PAUSES[min(number, len(_PAUSES) - 1)]):
                    return


def probe(client: Client, plan: LaunchPlan) -> Probed:
    """Return what the frontend says now; it is asked to serve once everything else agrees."""
    try:
        health = client.health()
        models = client.models()
        ready = client.model_ready()
    except DynamoError as error:
        return Probed(problem=str(error).splitlines()[0])
    seen = Probed(
        models=models,
        instances=_by_role(plan, health),
        ready=None if ready is None else ready.ready,
    )
    if registration_gap(plan, seen) is not None:
        return seen
    unary = _unary(client)
    return replace(seen, unary=unary, stream=_stream(client) if unary == "" else None)


def _by_role(plan: LaunchPlan, health: Health | None) -> dict[str, int] | None:
    """Return the count of generating workers by role, None where the era does not list them."""
    if health is None or "instances" not in health.raw:
        return None
    roles = {worker.component: worker.role for worker in plan.workers}
    components = {one.component for one in health.instances if one.endpoint == "generate"}
    return {roles.get(each, each): health.count(each) for each in sorted(components)}


def _unary(client: Client) -> str:
    try:
        answer = client.chat(PROBE_PROMPT, max_tokens=PROBE_TOKENS)
    except DynamoError as error:
        return f"a completion failed: {error}"
    if answer.finish_reason not in ("length", "stop"):
        return f"a completion ended with finish_reason {answer.finish_reason!r}"
    faults = usage_faults(answer, PROBE_TOKENS)
    return f"a completion is not whole: {faults[0]}" if faults else ""


def _stream(client: Client) -> str:
    try:
        result = client.stream_chat(PROBE_PROMPT, max_tokens=PROBE_TOKENS)
    except DynamoError as error:
        return f"a streamed completion failed: {error}"
    faults = (*result.faults, *usage_faults(result, PROBE_TOKENS))
    return f"a streamed completion is not whole: {faults[0]}" if faults else ""
