# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""DYN_SYSTEM_PORT is larger than the runtime can take.

Why: It reads the port as a signed number of 16 bits.

Remedy: Choose a DYN_SYSTEM_PORT of at most 32767, another one for each worker of a node.

Source: Dynamo 1.6.1, run; dynamo issues 7063 and 7366
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI107",
    "system-port-too-large",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "expected i16 for key",
        'expected u16 for key "SYSTEM_PORT"',
    ),
    samples=(
        'Exception: invalid type: found unsigned int `40001`, expected i16 for key "SYSTEM_PORT" in environment',
        ' 4: Error: invalid value unsigned int `40001`, expected i16 for key "SYSTEM_PORT"',
        'Exception: invalid value unsigned int `70000`, expected u16 for key "SYSTEM_PORT" in `DYN_SYSTEM_` environment variable(s)',
    ),
    near_misses=("DYN_SYSTEM_PORT=18190",),
)
