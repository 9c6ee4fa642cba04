# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which of many a run takes that has no time for all: a twentieth, and the next with every commit.

So twenty commits take all of them, and a run says the same whenever it is repeated.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

TWENTIETHS = 20


@cache
def twentieth() -> int:
    """Return it; ``FAULTS_TWENTIETH`` says it where there is no history, or another is wanted."""
    if given := os.environ.get("FAULTS_TWENTIETH"):
        return int(given) % TWENTIETHS
    git = shutil.which("git")
    if git is None:
        return 0
    counted = subprocess.run(
        [git, "rev-list", "--count", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return int(counted.stdout or 0) % TWENTIETHS
