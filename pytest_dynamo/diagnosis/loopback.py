# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who looks for etcd or NATS on its own node, while they run on another.

Theory of operation. ``localhost`` is the default of ETCD_ENDPOINTS and NATS_SERVER, and right on
the head node alone. Elsewhere it is never answered, so that is how the worker was configured, and
no service is down.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.places import node_of

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.ends import End
    from pytest_dynamo.diagnosis.evidence import Evidence

#: The known issue of a service that does not answer.
UNREACHABLE = "services-unreachable"
#: Who waits for one.
_WAITS = "NATS not reachable yet"
#: An address that leads to the node that asks.
_OWN = re.compile(r"[/\"'\s](?:localhost|127\.0\.0\.1|\[::1\])\b")


def asked_itself(end: End, evidence: Evidence) -> str | None:
    """Return the remedy for a process that asked its own node for what another one runs.

    None where it runs on the head node, or where its lines name another address.
    """
    node = node_of(evidence.plan, end.process, end.rank)
    if node is None or (node == evidence.plan.head and not _contained(end, evidence)):
        return None
    asked = [line.text for line in end.lines if _OWN.search(line.text)]
    if not any(_WAITS in text or _unreachable(text, evidence) for text in asked):
        return None
    return f"set ETCD_ENDPOINTS and NATS_SERVER to the head node's address: {node} asks itself"


def _unreachable(text: str, evidence: Evidence) -> bool:
    issue = evidence.match(text)
    return issue is not None and issue.name == UNREACHABLE


def _contained(end: End, evidence: Evidence) -> bool:
    """Return whether one log holds services and workers, each in a container of its own."""
    processes = [item for item in evidence.plan.processes if item.log == end.process.log]
    return not end.process.labelled and any(item.kind == "service" for item in processes)
