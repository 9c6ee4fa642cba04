# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import datetime, timezone

import pytest

from pytest_dynamo.diagnosis.stamps import Stamp, stamp

AT = datetime(2026, 11, 21, 9, 19, 49, tzinfo=timezone.utc).timestamp()
YEARLESS = datetime(2000, 11, 21, 9, 19, 49, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize(
    ("text", "way", "seconds"),
    [
        ("2026-11-21T09:19:49.741Z  INFO dynamo_run::input::http: a", "utc", AT + 0.741),
        ("2026-11-21T09:19:49.741499Z ERROR dynamo_runtime: a", "utc", AT + 0.741499),
        ('{"time":"2026-11-21T09:19:49.741499Z","level":"ERROR"}', "utc", AT + 0.741499),
        ("2026-11-21 09:19:49,741 - root - ERROR - a", "local", AT + 0.741),
        ("2026-11-21 09:19:49.741499 C | etcdmain: listen tcp", "local", AT + 0.741499),
        ("[4711] 2026/11/21 09:19:49.741499 [INF] Server is ready", "local", AT + 0.741499),
        ("[11/21/2026-09:19:49] [TRT-LLM] [E] a", "local", AT),
        ("(Worker_TP1 pid=7) ERROR 11-21 09:19:49 [worker.py:767] a", "yearless", YEARLESS),
        ("E1121 09:19:49.741499   10351 nixl_agent.cpp:1301] a", "yearless", YEARLESS + 0.741499),
        (f"[{AT:.0f}.741499] [n1:4711:0]  ib_mlx5_log.c:171  UCX  ERROR a", "utc", AT + 0.741499),
        ("kernel: [Sat Nov 21 09:19:49 2026] NVRM: Xid (PCI:0000:1b:00): 79", "local", AT),
        # dmesg and journals with the zone, which is told wherever it is
        ("2026-11-21T09:19:49,741499+00:00 NVRM: Xid 79", "utc", AT + 0.741499),
        ("2026-11-21T10:19:49+0100 n1 kernel: NVRM: Xid 79", "utc", AT),
        ("2026-11-21T05:49:49-03:30 n1 kernel: NVRM: Xid 79", "utc", AT),
        # a day behind it is no zone
        ("2026-11-21T09:19:49-20261122 a", "local", AT),
        ("slurmstepd-n1: error: *** STEP 2.0 ON n1 CANCELLED AT 2026-11-21T09:19:49 ***", "local",
         AT),
    ],
)  # fmt: skip
def test_each_way_to_write_a_time_is_read(text: str, way: str, seconds: float) -> None:
    found = stamp(text)

    assert found is not None
    assert way == found.way
    assert seconds == pytest.approx(found.seconds, abs=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "12:34", "[13/41/2026-09:19:49] a", "2026-11-21", f"{'x' * 90} 2026-11-21",
        "[1.25] a", "[Sat Foo 21 09:19:49 2026] a",
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert stamp(text) is None


def test_an_earlier_time_is_less() -> None:
    assert Stamp("utc", 1.0) < Stamp("utc", 2.0)
