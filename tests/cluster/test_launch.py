# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Deployments come up across real nodes of a real Slurm, serve, and leave nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cluster.inside import InsideRun

pytestmark = needs_dynamo

REHEARSAL = "--dynamo-set=rehearsal=true"


def test_the_guides_32_ranks_on_8_nodes_serve(
    start: Callable[..., InsideRun], place: Path
) -> None:
    (place / "test_it.py").write_text("from pytest_dynamo.suites.test_startup import *\n")

    run = start(
        REHEARSAL, launch=("salloc", "-N8", "--gres=gpu:4"), topology="wide_ep_disagg"
    )

    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left()
    assert {"etcd", "nats", "frontend", "prefill0", "decode0", "beat"} == run.steps().keys()
    assert run.json("teardown.json")["leftover"] == []
    spoke = [line for line in run.logs().splitlines() if "mgmn" in line]
    assert len(spoke) == 32
    assert run.json("report.json")["verdict"] == "pass"
