# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from pytest_dynamo.watch.accounting import accounts

HEAD = "         JobID      JobName            State ExitCode     NodeList"
RULE = "-------------- ------------ ---------------- -------- ------------"
JOB = "             7     dyn-q235           FAILED    137:0  hgx-[03-05]"
PREFILL = "           7.3     prefill0        CANCELLED     0:15       hgx-03"
DECODE = "           7.6      decode1    OUT_OF_MEMORY    0:125       hgx-07"
CUT = "           7.6      decode1       OUT_OF_ME+    0:125       hgx-07"
DOWN = "           7.5      decode0        NODE_FAIL      0:0       hgx-05"
SHELL = "           7.4         bash    OUT_OF_MEMORY    0:125       hgx-07"


@pytest.mark.parametrize(
    ("lines", "steps"),
    [
        ((HEAD, RULE, JOB, PREFILL, DECODE), ("decode1",)),
        (("", HEAD, RULE, CUT, DOWN), ("decode1", "decode0")),
        (("JobID|JobName|State|ExitCode|", "7.6|decode1|OUT_OF_MEMORY|0:125|"), ("decode1",)),
        # of none why it ended, a step that is called after no worker, and no such table
        ((HEAD, RULE, JOB, PREFILL), None),
        ((HEAD, RULE, SHELL), None),
        ((DECODE,), None),
        (("JobID  Name", DECODE), None),
    ],
)
def test_a_table_tells_of_steps_why_they_ended(
    lines: tuple[str, ...], steps: tuple[str, ...] | None
) -> None:
    found = accounts(lines)

    assert steps == (found.pods if found else None)


def test_a_row_is_a_line_of_its_step() -> None:
    found = accounts((HEAD, DECODE))
    assert found
    teller = found.teller({"decode1": ("decode1, told by sacct.txt", None)})

    (line,) = teller.whole(2, DECODE.encode())

    assert (line.process, line.rank, line.number) == ("decode1, told by sacct.txt", None, 2)
    assert line.text.startswith("7.6      decode1")
    assert teller.whole(1, HEAD.encode()) == []
    assert teller.whole(3, DOWN.encode()) == []
