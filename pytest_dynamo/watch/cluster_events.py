# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``kubectl get events`` tells of pods: a table, each line of which is about one object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.watch.tables import Table, table

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The head of the table, and with ``--all-namespaces``.
HEADS = (b"LAST SEEN ", b"NAMESPACE ")
_HEAD = re.compile(r"(?:NAMESPACE +)?LAST SEEN +TYPE +REASON +OBJECT\b")
_POD = re.compile(r"(?P<text>(?:Normal|Warning) +\w+ +[Pp]od/(?P<name>[a-z0-9][a-z0-9.-]*) .*)")
#: How far ``kubectl describe`` writes an event in.
_INDENT = "  "


def events(lines: Sequence[str]) -> Table | None:
    """Return what a file tells of pods, None when it is no table of events."""
    return table(lines, _HEAD, _POD, _INDENT)
