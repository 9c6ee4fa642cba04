# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a phrase is."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pytest_dynamo.known_issues import Fault


class Phrase(NamedTuple):
    """Words of one program, a regular expression, and whose fault the error is that they tell of.

    ``said`` is a line that holds them, as a log has it.
    """

    fault: Fault
    words: str
    said: str

    def holds(self, text: str) -> bool:
        """Return whether a line holds the phrase."""
        return _compiled(self.words).search(text) is not None


@functools.cache
def _compiled(words: str) -> re.Pattern[str]:
    return re.compile(words)
