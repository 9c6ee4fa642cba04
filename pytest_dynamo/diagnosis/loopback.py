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
#: An address that leads to the node that asks.
_OWN = re.compile(r"[/\"'\s](?:localhost|127\.0\.0\.1|\[::1\])\b")


def asked_itself(end: End, evidence: Evidence) -> str | None:
    """Return the remedy for a process that asked its own node for what another one runs.

    None where it runs on the head node, or where its lines name another address.
    """
    node = node_of(evidence.plan, end.process, end.rank)
    if node in {None, evidence.plan.head}:
        return None
    asked = any(
        _OWN.search(line.text)
        for line in end.lines
        if (issue := evidence.match(line.text)) and issue.name == UNREACHABLE
    )
    if not asked:
        return None
    return f"set ETCD_ENDPOINTS and NATS_SERVER to the head node's address: {node} asks itself"
