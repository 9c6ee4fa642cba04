# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""On how many examples a property is tried: some in each run of the tests, all if it is asked for.

Hypothesis draws others each time, so that runs add up; with PROPERTIES_FULL=1 one run tries all.
"""

from __future__ import annotations

import os

from hypothesis import settings

FULL = bool(os.environ.get("PROPERTIES_FULL"))
#: Of so many examples one is tried, and never fewer than are needed to find anything at all.
_ONE_IN, _LEAST = 4, 75


def tried(most: int) -> settings:
    """Return the settings of a property that is worth at most so many examples."""
    examples = most if FULL else min(most, max(most // _ONE_IN, _LEAST))
    return settings(max_examples=examples, deadline=None)
