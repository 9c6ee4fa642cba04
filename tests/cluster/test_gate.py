# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The gate of the examples, as a CI job runs it: its exit status is the verdict."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.supervisor.virtual.cluster import Cluster

pytestmark = needs_dynamo

GATE = Path(__file__).parents[2] / "examples/gate"
INI = "[pytest]\naddopts = -p no:cacheprovider -p pytest_dynamo.plugin\ntestpaths = .\n"


@pytest.fixture
def submit(cluster: Cluster, place: Path) -> Callable[..., subprocess.Popen[str]]:
    """Run the gate in a repository that has it as gate/."""
    shutil.copytree(GATE, place / "gate")
    (place / "pytest.ini").write_text(INI)

    def submit(**variables: str) -> subprocess.Popen[str]:
        foreign = ("PYTEST_", "SLURM_")
        clean = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        words = ["gate/submit.sh", "pair.yaml", "--nodes=4", "--gres=gpu:4"]
        return subprocess.Popen(
            cluster.command(words),
            cwd=place,
            env={**clean, "TMPDIR": str(place / "tmp"), "PYTHON": sys.executable, "EVERY": "0.2",
                 **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip

    return submit


@pytest.mark.parametrize(
    ("fault", "status", "verdict"),
    [("", 0, "pass"), ("decode0:2@load=0.5:exit1", 1, "product")],
    ids=["green", "red"],
)
def test_the_exit_status_is_the_verdict_and_the_report_an_artifact(
    fault: str,
    status: int,
    verdict: str,
    submit: Callable[..., subprocess.Popen[str]],
    place: Path,
) -> None:
    (place / "enough").touch()

    gate = submit(STANDIN_FAULT=fault) if fault else submit()
    text, _ = gate.communicate(timeout=90)

    assert gate.returncode == status, text
    (run,) = place.glob("gate-*/")
    assert json.loads((run / "report.json").read_text())["verdict"] == verdict
    suite = ET.parse(run / "junit.xml").getroot()  # noqa: S314 - pytest wrote it
    values = {item.get("name"): item.get("value") for item in suite.iter("property")}
    assert verdict in values.values()
    assert f"dynamo: verdict: {verdict}" in text
    assert re.search(rf"job \d+: \w+, exit status {status}\n", text)


def test_a_cancelled_ci_job_cancels_its_slurm_job(
    submit: Callable[..., subprocess.Popen[str]], cluster: Cluster, place: Path
) -> None:
    gate = submit()
    deadline = time.monotonic() + 60
    while not (place / "serving").exists():
        assert gate.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)

    gate.send_signal(signal.SIGTERM)
    text, _ = gate.communicate(timeout=60)

    assert gate.returncode not in (0, None), text
    assert "CANCELLED" in text
    assert cluster.call("squeue", "-h") == ""
