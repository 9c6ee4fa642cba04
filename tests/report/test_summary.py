# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pytest_dynamo.report.summary import Summary
from pytest_dynamo.supervisor.rundir import RunDir, write_json

if TYPE_CHECKING:
    from pathlib import Path


def test_a_workaround_that_is_not_needed_any_more_is_told_above_the_verdict(tmp_path: Path) -> None:
    lines: list[str] = []
    reporter = SimpleNamespace(write_line=lambda line, **_: lines.append(line))
    config: Any = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda _: reporter))
    run = RunDir(tmp_path)
    write_json(
        run.report, {"kept": False, "verdict": "pass", "stand_in": None, "url": None, "why": "all"}
    )
    nothing: Any = None
    summary = Summary(config, topology=nothing, named_by="", run=run, plan=nothing, orphans=())
    told = "answers of 32 tokens: fixed upstream, remove the workaround max_tokens"
    for _ in range(2):  # as of setup and of call
        report: Any = SimpleNamespace(user_properties=[("dynamo_fixed_upstream", told)])
        summary.pytest_runtest_logreport(report)
    summary.pytest_unconfigure()

    assert lines == [f"dynamo: {told}", f"dynamo: verdict: pass: all; see {tmp_path}"]
