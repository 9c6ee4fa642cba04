# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the plugin as a person does: in a pytest of its own."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from running import PYTEST, Run

from pytest_dynamo.session import judging
from pytest_dynamo.session.record import open_record
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory for a project whose name is no friend of shells."""
    path = tmp_path / "it's; a \"place\""
    path.mkdir()
    (path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    return path


@pytest.fixture
def start_pytest(place: Path) -> Iterator[Callable[..., Run]]:
    """Start pytest in ``place``, with a run directory and a TMPDIR of its own."""
    runs: list[Run] = []

    def start(*arguments: str, env: dict[str, str] | None = None, name: str = "run") -> Run:
        directory, temporary = place / name, place / "tmp"
        temporary.mkdir(exist_ok=True)
        output = place / f"{name}.out"
        environment = {
            key: value
            for key, value in os.environ.items()
            # for CI pytest cuts no line, and tells a failure whole a second time
            if not key.startswith(("PYTEST_", "SLURM_")) and key not in ("CI", "BUILD_NUMBER")
        }
        with output.open("w") as out:
            process = subprocess.Popen(
                [*PYTEST, f"--dynamo-run-dir={directory}", *arguments],
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=place,
                text=True,
                env={**environment, "TMPDIR": str(temporary), **(env or {})},
                start_new_session=True,
            )
        run = Run(process, directory, temporary, output)
        runs.append(run)
        return run

    yield start
    for run in runs:
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGKILL)
            run.process.wait(10)
        for identity in run.processes():
            identity.signal(signal.SIGKILL)


@pytest.fixture
def described(tmp_path: Path) -> Callable[[str], str]:
    """Return what writes the description of a deployment beside its logs, of which it is none."""

    def written(topology: str) -> str:
        path = tmp_path / "mine.yaml"
        path.write_text(topology)
        return str(path)

    return written


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., Diagnosis | None]:
    """Return what judges files, by their names, as logs of a topology."""

    def judged(topology: str, files: dict[str, str]) -> Diagnosis | None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            packed = path.suffix == ".gz"
            path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        known = places.load(topology, [places.bundled()], of_logs=True)
        found = judging.subject(open_record(tmp_path), known, lambda _: None)
        return judging.judge(found, lambda _: None).diagnosis

    return judged
