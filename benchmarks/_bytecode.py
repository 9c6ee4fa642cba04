# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Bytecode that is kept between the runs of a benchmark, as it is where a package is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def environment(kept: Path) -> dict[str, str]:
    """Return our environment with bytecode in ``kept``, whatever PYTHONDONTWRITEBYTECODE says."""
    return {
        **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(kept),
    }
