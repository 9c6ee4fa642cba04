# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the frontend knows of the workers, against the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.observations import Probed


def registration_gap(plan: LaunchPlan, probe: Probed) -> str | None:
    """Return what the frontend's answer lacks against the plan, None when it agrees."""
    if probe.problem:
        return probe.problem
    if probe.instances is not None:
        wanted: dict[str, int] = {}
        for worker in plan.workers:
            wanted[worker.role] = wanted.get(worker.role, 0) + 1
        for role in sorted(wanted.keys() | probe.instances.keys()):
            has, needs = probe.instances.get(role, 0), wanted.get(role, 0)
            if has != needs:
                return f"{has} {role} worker(s) registered, the plan has {needs}"
    if probe.models != (plan.model,):
        listed = ", ".join(probe.models) or "nothing"
        return f"/v1/models lists {listed}, not exactly {plan.model}"
    if probe.ready is False:
        return f"the frontend says that {plan.model} is not ready"
    return None
