# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""``--dynamo-allocate``: nodes are asked for, held while they are needed, and given back."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.errors import DynamoError
from pytest_dynamo.launch.salloc import salloc
from pytest_dynamo.supervisor import allocate, allocation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.findings import Finding
    from pytest_dynamo.session.request import Request
    from pytest_dynamo.supervisor.allocate import Allocated

_LAUNCHERS = ("auto", "slurm", "ray")


def allocated(request: Request, findings: Sequence[Finding]) -> Allocated | None:
    """Return the nodes that were asked for, None where there is nothing to ask for.

    From then on this process is inside the allocation, as if ``salloc`` had started it.

    Raises:
        pytest.UsageError: they cannot be had, or would be of no use.
    """
    if not request.allocate or allocation.slurm_job(os.environ):
        return None
    if request.launcher not in _LAUNCHERS:
        raise pytest.UsageError(
            f"--dynamo-allocate asks Slurm for nodes, which --dynamo-launcher={request.launcher} "
            "does not use"
        )
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        found = "\n".join(finding.render() for finding in errors)
        raise pytest.UsageError(
            f"no nodes are asked for: {len(errors)} configuration error(s)\n{found}\n"
            "  remedy: correct them, or let one pass with --dynamo-allow=CODE"
        )
    words = salloc(request.topology, (), request.dialect)
    began = time.monotonic()
    _tell(" ".join(words))
    try:
        nodes = allocate.obtain(words, request.dialect.wait_s, _tell)
    except DynamoError as error:
        raise pytest.UsageError(f"--dynamo-allocate: {error}") from error
    os.environ.update(nodes.environment)
    names = nodes.environment.get("SLURM_JOB_NODELIST", "")
    _tell(f"job {nodes.job} has {names} after {time.monotonic() - began:.1f} s")
    return nodes


def _tell(text: str) -> None:
    """Write a line; pytest's own reporter is not there yet."""
    sys.stdout.write(f"dynamo: {text}\n")
    sys.stdout.flush()
