# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which lies all tests see: each tenth, and the next tenth with every commit.

So ten commits show all of them to all, and a run says the same whenever it is repeated.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

TENTHS = 10


@cache
def tenth() -> int:
    """Return it; ``FAULTS_TENTH`` says it where there is no history, or another one is wanted."""
    if given := os.environ.get("FAULTS_TENTH"):
        return int(given) % TENTHS
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
    return int(counted.stdout or 0) % TENTHS
