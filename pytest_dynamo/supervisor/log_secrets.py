# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Takes secrets out of the logs of a run once nobody writes to them any more.

Processes write their logs themselves, so a secret that one prints is in its log for as long as it
lives; the run directory is its owner's alone. Each is overwritten in place with as many stars, so
that no line moves and what is evidence stays where it was said to be.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_dynamo.supervisor import logfiles

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.redaction import Redactor


def overwrite(folder: Path, redactor: Redactor) -> int:
    """Overwrite the secrets in every file of a folder; return how many blocks held some."""
    struck = 0
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_file():
            continue
        file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        at = 0
        for _, block in logfiles.blocks(path):
            clean = redactor.block(block)
            if clean != block:
                os.pwrite(file, clean, at)
                struck += 1
            at += len(block)
        os.close(file)
    return struck
