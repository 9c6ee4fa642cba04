# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Commands as a person types them, in an environment without what this pytest put there."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_S = 60
_FOREIGN = ("PYTEST_", "PYTHON", "SLURM_", "PIP_", "VIRTUAL_ENV")


def said(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Return what a command says; fail unless it ends with 0."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**clean, "TMPDIR": str(cwd), "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
