# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What schedulers, containers, file systems and kernels of nodes say, and services."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

PHRASES: tuple[Phrase, ...] = (
    # a quoted price of a Go parser: a size or time that is none
    Phrase("config", r"time: (?:invalid|unknown|missing) ", 'error: time: missing unit in duration "5"'),
)
