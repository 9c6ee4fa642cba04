# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies of deployments, and for each exactly which tests have to fail.

A lie is what a client sees of a fault behind the frontend, or of the frontend: seen in the field or
one mistake away from it. A file of this folder is part of the catalogue because it is there.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.fault import Fault


def catalogue() -> tuple[Fault, ...]:
    """Return every lie, in the order of the files."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(fault for module in modules for fault in module.FAULTS)
