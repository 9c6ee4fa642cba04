# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Clears the nodes of an allocation, or this host, of what runs that are over left behind."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import allocation, nodes
from pytest_dynamo.watch import clearing
from pytest_dynamo.watch.probe import DEADLINE_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.watch.clearing import Cleared

#: Takes the place of a run's id in the name of the step.
_NAME = "pytest-dynamo"


def clear(environ: Mapping[str, str]) -> dict[str, Cleared | None]:
    """Clear every node of the allocation that we are in, else this host; None is no answer.

    Raises:
        LaunchError: the nodes cannot be asked.
    """
    if allocation.slurm_job(environ):
        job = allocation.slurm_allocation(environ)
        output = nodes.run(job.job, f"{_NAME}.clean", job.nodes, clearing.words(), DEADLINE_S)
        answered = clearing.cleared(output, job.nodes)
        return {node: answered.get(node) for node in job.nodes}
    here = os.uname().nodename
    try:
        done = subprocess.run(
            clearing.words(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=DEADLINE_S,
            check=False,
            env={**os.environ, "SLURMD_NODENAME": here},
        )
    except subprocess.TimeoutExpired as error:
        raise LaunchError(f"this host did not answer in {DEADLINE_S:g} s", where=here) from error
    output = "".join(f"0: {line}\n" for line in done.stdout.splitlines())
    return {here: clearing.cleared(output, [here]).get(here)}
