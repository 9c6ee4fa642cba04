# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a benchmark tells at its end: how many of its requests went well, and how many failed.

It tells no time. But where nearly all of thousands went well, one that was refused was a mistake of
its client.
"""

from __future__ import annotations

import re

#: As vLLM's and SGLang's benchmarks write it, and those that follow them.
_COUNTS = re.compile(r"^\W*(?P<how>Successful|Failed) requests:\s+(?P<count>\d{1,12})\b")
#: Of so many that went well one may fail.
_FEW = 100


class Measured:
    """Counts requests of benchmarks."""

    def __init__(self) -> None:
        self._counts = {"Successful": 0, "Failed": 0}
        self._failed_told = False

    def take(self, text: str) -> None:
        """Take a line; most tell nothing."""
        if found := _COUNTS.match(text):
            self._counts[found["how"]] += int(found["count"])
            self._failed_told |= found["how"] == "Failed"

    @property
    def went_well(self) -> bool:
        """Whether nearly all requests went well, by who also tells how many did not."""
        well, failed = self._counts["Successful"], self._counts["Failed"]
        return self._failed_told and well > 0 and failed * _FEW <= well
