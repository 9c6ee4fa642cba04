# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NVIDIA's own mocker in the workers' place: their code on both ends, none of ours between."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from running import Run

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("dynamo") is None
    or importlib.util.find_spec("dynamo.mocker") is None
    or importlib.util.find_spec("msgspec") is None,
    reason="needs dynamo.mocker: pip install --no-deps ai-dynamo==1.6.1, and what it imports: "
    "packaging msgspec pyzmq prometheus-client",
)


@pytest.mark.parametrize("name", ["local_disagg", "trtllm_agg_router"])
def test_the_suites_pass_on_the_mocker(name: str, start_pytest: Callable[..., Run]) -> None:
    run = start_pytest(f"--topology={name}", "--dynamo-set=local.engine=mocker")

    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left(1)
    report = run.json("report.json")
    assert report["verdict"] == "pass"
    assert "mocker" in report["stand_in"]
