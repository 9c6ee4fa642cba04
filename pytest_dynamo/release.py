# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which release of this package runs."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Return the installed version, ``0.0.0+checkout`` for a checkout that is not installed."""
    try:
        return metadata.version("pytest-dynamo")
    except metadata.PackageNotFoundError:
        return "0.0.0+checkout"
