# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Asks every node of a job at once what is on it, by one overlapping step with a deadline."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.launch.srun import step_name
from pytest_dynamo.supervisor import scheduler
from pytest_dynamo.supervisor.identity import LABEL
from pytest_dynamo.watch import probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.watch.probe import NodeReport

_GRACE_S = 2.0


def ask(
    job: str,
    run_id: str,
    nodes: Sequence[str],
    paths: Sequence[str] = (),
    deadline_s: float = probe.DEADLINE_S,
) -> dict[str, NodeReport]:
    """Return the answers of the nodes that gave one in time.

    Raises:
        LaunchError: ``srun`` is not installed.
    """
    question = probe.words(run_id, paths)
    output = run(job, step_name(run_id, "probe"), nodes, question, deadline_s)
    return probe.reports(output, nodes)


def run(
    job: str, name: str, nodes: Sequence[str], words: Sequence[str], deadline_s: float
) -> str:
    """Return the labelled output of a program that one task runs on each of these nodes.

    Raises:
        LaunchError: ``srun`` is not installed.
    """
    step = [
        "srun",
        "--jobid", job,
        "--overlap",
        "--label",
        "-J", name,
        "--nodelist", ",".join(nodes),
        "--nodes", str(len(nodes)),
        "--ntasks", str(len(nodes)),
        "--ntasks-per-node", "1",
        "--input=none",
        "--export=ALL",
        "--chdir", "/",
        *words,
    ]  # fmt: skip
    # without the label, or the probe would find itself
    environment = {key: value for key, value in scheduler.environment().items() if key != LABEL}
    try:
        process = subprocess.Popen(
            step,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise LaunchError(
            "srun is not installed", remedy="run where Slurm's client programs are installed"
        ) from error
    try:
        output, _ = process.communicate(timeout=deadline_s)
    except subprocess.TimeoutExpired:
        output = _give_up(process)
    return output


def _give_up(process: subprocess.Popen[str]) -> str:
    """End an ``srun`` that waits for a silent node; return what the others said."""
    process.terminate()
    try:
        output, _ = process.communicate(timeout=_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
    return output
