# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Asks Slurm's controller, each time with a deadline: while it is down a no takes 9 to 18 s."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.launch.srun import SCRUB

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Longer than a client of Slurm tries to reach a controller that is down (scancel: 18 s).
DEADLINE_S = 25.0


def ask(words: Sequence[str], timeout_s: float = DEADLINE_S) -> str:
    """Return what a program of Slurm answers.

    Raises:
        LaunchError: it is not installed, gave no answer in time, or refused.
    """
    shown = " ".join(words)
    where = os.uname().nodename
    try:
        done = subprocess.run(
            list(words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
            env=environment(),
        )
    except FileNotFoundError as error:
        raise LaunchError(
            f"{words[0]} is not installed",
            where=where,
            remedy="run where Slurm's client programs are installed",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise LaunchError(
            f"{shown}: no answer within {timeout_s:g} s",
            where=where,
            remedy="check that slurmctld runs: scontrol ping",
        ) from error
    if done.returncode:
        raise LaunchError(
            f"{shown} failed with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}",
            where=where,
            remedy="check that slurmctld runs and that the job does: scontrol ping, squeue --me",
        )
    return done.stdout


def environment() -> dict[str, str]:
    """Return our environment without what a step of the caller's has left in it."""
    return {key: value for key, value in os.environ.items() if not key.startswith(SCRUB)}
