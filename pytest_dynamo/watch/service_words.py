# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which service or frontend says a line, by the way it writes them."""

from __future__ import annotations

import re

#: What every worker needs before it begins.
SERVICES = ("etcd", "nats-server")
#: How services write their lines, which no rank does, and what the frontend alone tells of.
_SERVICES = (
    ("etcd", re.compile(r'^\{"level":"\w+","ts":"[^"]+","caller":"')),
    ("nats-server", re.compile(r"^\[\d+\] \d{4}/\d\d/\d\d [\d:.]+ \[[A-Z]{3}\] ")),
    (
        "frontend",
        re.compile(
            r"\bdynamo_llm::(?:http|discovery|entrypoint)::|\bhttp-request: |::network::egress\b"
            r"|\baxum::serve\b|\blib/llm/src/(?:http|preprocessor|discovery|entrypoint)/"
        ),
    ),
)


def service(text: str) -> str | None:
    """Return the service that says a line in the log of a job, None if it is none's."""
    return next((name for name, pattern in _SERVICES if pattern.search(text)), None)
