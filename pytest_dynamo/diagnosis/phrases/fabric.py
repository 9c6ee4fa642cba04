# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is said of GPUs, links and networks, and by those who move data over them."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

PHRASES: tuple[Phrase, ...] = (
    # the port of an address that is no number
    Phrase("config", r"dial tcp.*: unknown port", "error: dial tcp: lookup tcp/443x: unknown port"),
)
