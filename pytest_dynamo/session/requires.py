# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a test may require of a deployment, and how it is told that it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.supervisor.rundir import RunDir, read_json
from pytest_dynamo.topology import versions

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.topology.model import Topology

#: Begins the reason of a skip that is not "does not apply" but "cannot be proven here".
UNPROVEN = "unproven: "


def check(wanted: tuple[str, ...], topology: Topology, run: Path) -> None:
    """Skip the test that asks when the deployment does not have what it wants.

    Raises:
        pytest.UsageError: it wants something that is not known.
    """
    plan = read_json(RunDir(run).plan) or {}
    # behind stand-ins is the frontend that is installed here, which is a late 1.x
    release = None if plan["stand_in"] else versions.dynamo(topology.versions.dynamo).release
    mocked = plan["stand_in"] and topology.local.engine == "mocker"
    reasons = {
        "disaggregation": None if topology.disaggregated else "one aggregated role",
        "images": None if topology.model.modality == "multimodal" else "a text model",
        "kv-router": None if topology.frontend.router == "kv" else "no KV routing",
        "even-router": None if topology.frontend.router != "kv" else "KV routing goes by prefix",
        "several-workers": None
        if any(role.workers > 1 for role in topology.roles.values())
        else "one worker of each role",
        "text-model": None if topology.model.modality == "text" else "a model that sees images",
        # pull request 7590; the first release that was looked at after it
        "worker-ids": _lacking(release, "1.3.0", "does not say which worker answered"),
        "api-1.x": _lacking(release, "1.0.0", "answers in the way of 0.x"),
        "ranks": None
        if any(process["ranks"] for process in plan["processes"])
        else "workers whose ranks do not speak",
        "repeatable": f"{UNPROVEN}dynamo.mocker answers at random" if mocked else None,
        "own-limits": f"{UNPROVEN}dynamo.mocker has no limits of its own" if mocked else None,
        "gpu": f"{UNPROVEN}{plan['stand_in']}" if plan["stand_in"] else None,
        "engine": f"{UNPROVEN}{plan['stand_in']}" if plan["stand_in"] else None,
    }
    for word in wanted:
        if word not in reasons:
            raise pytest.UsageError(
                f"dynamo_requires({word!r}): it may require {', '.join(map(repr, reasons))}"
            )
        if reason := reasons[word]:
            pytest.skip(reason if reason.startswith(UNPROVEN) else f"does not apply: {reason}")


def _lacking(release: str | None, since: str, what: str) -> str | None:
    """Return what a release of Dynamo before ``since`` lacks; None stands for the newest."""
    if release is None or versions.between(release, since=since):
        return None
    return f"Dynamo {release} {what}"
