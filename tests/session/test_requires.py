# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a test may require: present, not applicable, or beyond what a stand-in can prove."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.session import requires
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from pathlib import Path


def told(
    tmp_path: Path, word: str, name: str, *, stand_in: str | None = None, dynamo: str = "1.6.1"
) -> str:
    """Return why a test that wants this is skipped, nothing when it runs."""
    (tmp_path / "plan.json").write_text(json.dumps({"stand_in": stand_in, "processes": []}))
    override = places.Override("versions.dynamo", dynamo, "test")
    topology = places.load(name, [places.bundled()], [override])
    try:
        requires.check((word,), topology, tmp_path)
    except pytest.skip.Exception as skip:
        return str(skip.msg)
    return ""


@pytest.mark.parametrize("word", ["worker-ids", "api-1.x", "keep-alives"])
def test_an_old_release_lacks_what_came_later(tmp_path: Path, word: str) -> None:
    reason = told(tmp_path, word, "wide_ep_disagg", dynamo="0.3.2")

    assert reason.startswith("does not apply: Dynamo 0.3.2 ")


@pytest.mark.parametrize("word", ["worker-ids", "api-1.x"])
def test_behind_stand_ins_is_a_new_frontend_whatever_the_topology_says(
    tmp_path: Path, word: str
) -> None:
    assert told(tmp_path, word, "wide_ep_disagg", stand_in="ranks", dynamo="0.3.2") == ""


@pytest.mark.parametrize("word", ["usage", "plain-streams"])
def test_what_one_stretch_of_releases_lacks_is_asked_of_all_others(
    tmp_path: Path, word: str
) -> None:
    assert "does not apply: Dynamo 0.5.1 " in told(tmp_path, word, "local_agg", dynamo="0.5.1")
    assert told(tmp_path, word, "local_agg", dynamo="0.4.1") == ""
    assert told(tmp_path, word, "local_agg", dynamo="1.6.1") == ""


def test_what_an_engine_does_is_unproven_on_a_stand_in_and_asked_of_an_engine(
    tmp_path: Path,
) -> None:
    assert told(tmp_path, "engine", "local_agg", stand_in="ranks") == "unproven: ranks"
    assert told(tmp_path, "engine", "local_agg") == ""


@pytest.mark.parametrize(
    ("told_ms", "every_s"), [("250", 0.25), ("0", None), ("", None), ("-1", None), ("soon", None)]
)
def test_a_frontend_keeps_streams_alive_if_it_is_told_how_often(
    told_ms: str, every_s: float | None
) -> None:
    environment = {"DYN_HTTP_SSE_KEEP_ALIVE_INTERVAL_MS": told_ms}

    assert requires.interval_s(environment) == every_s
    assert requires.interval_s({}) is None


def test_what_a_frontend_was_not_given_is_named(tmp_path: Path) -> None:
    reason = told(tmp_path, "keep-alive-interval", "local_agg")

    assert "not given DYN_HTTP_SSE_KEEP_ALIVE_INTERVAL_MS" in reason


@pytest.mark.parametrize(
    ("word", "has", "has_not"),
    [
        ("several-workers", "mlperf_llama405b_disagg", "wide_ep_disagg"),
        ("even-router", "wide_ep_disagg", "vllm_405b_kv_router"),
        ("kv-router", "vllm_405b_kv_router", "wide_ep_disagg"),
        ("text-model", "wide_ep_disagg", "llama4_multimodal_disagg"),
        ("images", "llama4_multimodal_disagg", "wide_ep_disagg"),
    ],
)
def test_the_topology_says_what_applies(
    tmp_path: Path, word: str, has: str, has_not: str
) -> None:
    assert told(tmp_path, word, has) == ""
    assert told(tmp_path, word, has_not).startswith("does not apply: ")
