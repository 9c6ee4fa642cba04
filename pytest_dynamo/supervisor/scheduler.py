# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Asks Slurm's controller, each time with a deadline: while it is down a no takes 9 to 18 s."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.launch.srun import SCRUB

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Longer than a client of Slurm tries to reach a controller that is down (scancel: 18 s).
DEADLINE_S = 25.0
#: How long a run that is about to begin waits for a controller that is being restarted.
PATIENCE_S = 60.0
_AGAIN_S = 1.0
#: What every program of Slurm says of a controller that is down, and we of one that is as good as.
_AWAY = ("contact slurm controller", "no answer within")


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


def ask_patiently(words: Sequence[str], patience_s: float = PATIENCE_S) -> str:
    """Return what a program of Slurm answers, if need be once the controller is back.

    Raises:
        LaunchError: it was away for longer than that, or it is another failure.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return ask(words)
        except LaunchError as error:  # noqa: PERF203 - the loop is about it
            if not away(error.what) or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)


def away(problem: str) -> bool:
    """Return whether a question failed because the controller did not answer."""
    return any(words in problem for words in _AWAY)


def environment() -> dict[str, str]:
    """Return our environment without what a step of the caller's has left in it."""
    return {key: value for key, value in os.environ.items() if not key.startswith(SCRUB)}
