# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a table of ``sacct`` tells of steps that are called after their workers.

Of all states two say why: ``OUT_OF_MEMORY``, of which the log of a step often holds no word since
who was killed said nothing, and ``NODE_FAIL``. The others say how, which the logs say themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.watch.tables import Table, table

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The head of the table, without the blanks before it.
HEAD = "JobID"
_HEAD = re.compile(r"\s*JobID(?:Raw)?[\s|].*\bState\b")
#: A step, by the name that ``srun --job-name`` gave it; ``sacct`` cuts what is too wide.
_ROW = re.compile(
    r"^\s*(?P<text>\d+\.\d+[\s|]+(?P<name>\w*(?:prefill|decode|agg|ctx|gen)[\w-]*)[\s|]"
    r".*\b(?:OUT_OF_ME(?:MORY|\+)|NODE_FAIL)(?=[\s|]|$).*)"
)


def accounts(lines: Sequence[str]) -> Table | None:
    """Return what a file tells of steps, None when it is no table, or says of none why it ended."""
    found = table(lines, _HEAD, _ROW)
    return found if found and found.pods else None
