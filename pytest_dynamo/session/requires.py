# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a test may require of a deployment, and how it is told that it is not there."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.supervisor.rundir import RunDir, read_json
from pytest_dynamo.topology import versions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_dynamo.topology.model import Topology

#: Begins the reason of a skip that is not "does not apply" but "cannot be proven here".
UNPROVEN = "unproven: "

#: What a release of Dynamo offers: since when, and what one before it does instead. The releases
#: are the first that were looked at and have it.
_SINCE = {
    "keep-alives": ("1.5.0", "sends no comments while an engine is silent"),
    "worker-ids": ("1.3.0", "does not say which worker answered"),  # pull request 7590
    "api-1.x": ("1.0.0", "answers in the way of 0.x"),
    "bare-prompts": ("1.0.0", "puts a chat template around the prompt of a completion"),
    "batches": ("1.0.0", "answers the first prompt of a batch alone"),
    "newer-limit": ("1.0.0", "does not know max_completion_tokens"),
    "refusals": ("1.0.0", "takes values out of range, or answers 500 to them"),
    "request-ids": ("1.0.0", "does not send the id of a request back"),
    "stops-in-completions": ("1.0.0", "takes no notice of a stop text in a completion"),
    "stops-in-streams": ("1.0.0", "ends a stream at a stop text without [DONE]"),
    "streamed-tools": ("1.0.0", "answers 501 to tools in a stream"),
    "cancellations": ("1.0.0", "counts no cancelled requests"),
    "worker-counts": ("0.4.1", "does not list its workers in /health"),
}
#: What releases of one stretch do not: since when, until when, and what they do instead.
_GAPS = {
    "usage": ("0.5.1", "0.6.1", "sends whole answers without usage"),
    "plain-streams": ("0.5.1", "0.6.1", "sends an event named llm_metrics in every stream"),
}
#: The release that a frontend is taken for whose topology is not known, by how it answers.
_SHOWN = {"0.x": "0.9.1", "1.x": "1.6.1"}
#: What only some servers offer, and every release of Dynamo.
_DYNAMO_OFFERS = (
    "completions", "log-probabilities", "model-names", "seeds", "several-answers", "stop-texts",
    "stream-usage", "streamed-batches", "system-messages", "token-prompts", "tools",
    "understanding", "webp-images",
)  # fmt: skip


#: Has a frontend send a comment after so many milliseconds without a chunk; 0, as if unset, never.
_KEEP_ALIVE = "DYN_HTTP_SSE_KEEP_ALIVE_INTERVAL_MS"


def interval_s(environment: Mapping[str, str]) -> float | None:
    """Return after how many silent seconds a frontend sends a comment, None if it never does."""
    told = environment.get(_KEEP_ALIVE, "")
    # 1.6.1 takes a value that is no number for none, with a warning
    return int(told) / 1000 if told.isdecimal() and int(told) else None


def lacking(topology: Topology, run: Path, *, described: bool = True) -> dict[str, str | None]:
    """Return for every word that a test may require why it is not there, None where it is."""
    directory = RunDir(run)
    plan = read_json(directory.plan) or {}
    server = read_json(directory.server)
    return {
        **_of_release(topology, plan, server, described=described),
        **_of_topology(topology, described=described),
        **_of_launch(topology, plan, server),
        **(server["lacks"] if server else {}),
    }


def check(
    wanted: tuple[str, ...], topology: Topology, run: Path, *, described: bool = True
) -> None:
    """Skip the test that asks when the deployment does not have what it wants.

    ``described`` is False where no topology says what should be there.

    Raises:
        pytest.UsageError: it wants something that is not known.
    """
    reasons = lacking(topology, run, described=described)
    for word in wanted:
        if word not in reasons:
            raise pytest.UsageError(
                f"dynamo_requires({word!r}): it may require {', '.join(map(repr, reasons))}"
            )
        if reason := reasons[word]:
            pytest.skip(reason if reason.startswith(UNPROVEN) else f"does not apply: {reason}")


def _of_topology(topology: Topology, *, described: bool) -> dict[str, str | None]:
    unknown = None if described else "no topology says what should be there"
    return {
        "described": unknown,
        "disaggregation": None if topology.disaggregated else "one aggregated role",
        "images": None if topology.model.modality == "multimodal" else "a text model",
        "kv-router": unknown or (None if topology.frontend.router == "kv" else "no KV routing"),
        "even-router": unknown
        or (None if topology.frontend.router != "kv" else "KV routing goes by prefix"),
        "several-workers": None
        if any(role.workers > 1 for role in topology.roles.values())
        else "one worker of each role",
        "text-model": None if topology.model.modality == "text" else "a model that sees images",
        "one-model": None,
        "openai-client": None
        if importlib.util.find_spec("openai")
        else "the official client is not installed: pip install 'pytest-dynamo[openai]'",
    }


def _of_launch(
    topology: Topology,
    plan: Mapping[str, Any],  # Any: a JSON object
    server: Mapping[str, Any] | None,
) -> dict[str, str | None]:
    mocked = plan["stand_in"] and topology.local.engine == "mocker"
    outside = f"{UNPROVEN}attached to {server['url']}, which shows no" if server else None
    unreal = f"{UNPROVEN}{plan['stand_in']}" if plan["stand_in"] else None
    frontends = [each["env"] for each in plan["processes"] if each.get("kind") == "frontend"]
    ranks = any(process["ranks"] for process in plan["processes"])
    return {
        "launched": outside and f"{outside} processes",
        "ranks": (outside and f"{outside} ranks")
        or (None if ranks else "workers whose ranks do not speak"),
        "keep-alive-interval": (outside and f"{outside} settings of its frontend")
        or (
            None if any(map(interval_s, frontends)) else f"the frontend was not given {_KEEP_ALIVE}"
        ),
        "gpu": unreal or (outside and f"{outside} GPUs"),
        "engine": unreal,
        "greedy": f"{UNPROVEN}dynamo.mocker answers at random" if mocked else None,
        "repeatable": f"{UNPROVEN}dynamo.mocker answers at random" if mocked else None,
        "own-limits": f"{UNPROVEN}dynamo.mocker has no limits of its own" if mocked else None,
    }


def _of_release(
    topology: Topology,
    plan: Mapping[str, Any],  # Any: a JSON object
    server: Mapping[str, Any] | None,
    *,
    described: bool,
) -> dict[str, str | None]:
    """Return what the named release of Dynamo lacks; what a server showed goes before it."""
    reasons: dict[str, str | None] = dict.fromkeys((*_DYNAMO_OFFERS, *_SINCE, *_GAPS))
    reasons["strategy"] = "its frontend decides which role is asked first"
    if server and server["era"] == "openai":
        return reasons
    if server and not described:
        release = _SHOWN[server["era"]]
    elif plan["stand_in"] and not server:
        return reasons  # behind stand-ins is the frontend that is installed here: a late 1.x
    else:
        era = versions.dynamo(topology.versions.dynamo)
        release = era.release
        if "next" in era.components:
            reasons["strategy"] = None
    for word, (since, instead) in _SINCE.items():
        if not versions.between(release, since=since):
            reasons[word] = f"Dynamo {release} {instead}"
    for word, (since, before, instead) in _GAPS.items():
        if versions.between(release, since=since, before=before):
            reasons[word] = f"Dynamo {release} {instead}"
    return reasons
