# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which service or frontend says a line, by the way it writes them, or is one of that."""

from __future__ import annotations

import re

#: What every worker needs before it begins.
SERVICES = ("etcd", "nats-server")
#: How Docker tells of a container that it cannot start.
_DOCKER = (
    r"^(?:(?:docker: )?Error response from daemon: .*\bendpoint"
    r"|dependency failed to start: container) \S*\b"
)
#: How services write their lines, which no rank does, and what the frontend alone tells of.
_SERVICES = (
    ("etcd", re.compile(rf'^\{{"level":"\w+","ts":"[^"]+","caller":"|{_DOCKER}etcd\b')),
    (
        "nats-server",
        re.compile(rf"^\[\d+\] \d{{4}}/\d\d/\d\d [\d:.]+ \[[A-Z]{{3}}\] |{_DOCKER}nats\b"),
    ),
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
