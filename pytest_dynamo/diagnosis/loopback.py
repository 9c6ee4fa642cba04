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
    from pytest_dynamo.watch.lines import Line

#: The known issue of a service that does not answer.
UNREACHABLE = "services-unreachable"
#: Who waits for one.
_WAITS = "NATS not reachable yet"
#: An address that leads to the node that asks.
_OWN = re.compile(r"[/\"'\s](?:localhost|127\.0\.0\.1|\[::1\])\b")


#: How etcd, in two eras, and NATS tell at which address they take clients.
_TAKES = re.compile(
    r"\bserving (?:insecure )?client (?:traffic|requests)\b.*?(?P<etcd>[\w.]+|\[::1?\]):\d+\b"
    r"|\bListening for client connections on (?P<nats>[\w.]+|\[::1?\]):\d+"
)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
#: Whom one asked for who did not reach it.
_ASKED = re.compile(r"\b(?:https?|nats)://(?P<host>[\w.-]+|\[[\da-f:]+\]):\d+")
OPEN = "have the service take clients of other hosts: --listen-client-urls http://0.0.0.0:2379"


def taken_at(text: str) -> str | None:
    """Return the host at which a service says that it takes clients."""
    match = _TAKES.search(text)
    return (match["etcd"] or match["nats"]) if match else None


def behind_loopback(end: End, evidence: Evidence) -> Line | None:
    """Return where a service says that its own host alone reaches it, and not who asked for it."""
    asked = {match["host"] for line in end.lines for match in _ASKED.finditer(line.text)}
    if not asked or asked & _LOOPBACK:
        return None
    found = [line for line in evidence.where.takes if taken_at(line.text) in _LOOPBACK]
    open_to = {line.process for line in evidence.where.takes if line not in found}
    return next((line for line in found if line.process not in open_to), None)


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
