# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A lie of GPUs whose worker is gone, told to the test that kills it."""

from __future__ import annotations

import json
from pathlib import Path

from faults.catalogue.engines import passes_for_an_engine
from faults.catalogue.records import in_plan
from faults.fault import Fault, tests
from faults.proxy import Lie

#: What an H200 showed while a process held 20 GiB: of four GPUs, each.
HELD = "21007\n" * 4
#: What goes on being written while a test kills.
LIVE = ("events.jsonl", "deployment.json")


def held(run: Path) -> None:
    """Call the ranks an engine, and have their GPUs hold memory from now on."""
    plan = json.loads((run / "plan.json").read_text())
    upstream = Path(plan["processes"][0]["env"]["HOME"])
    in_plan(passes_for_an_engine)(run)
    for name in LIVE:
        (run / name).unlink()
        (run / name).symlink_to(upstream / name)
    (upstream / "held").write_text(HELD)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "the GPUs of a killed worker hold its memory",
        Lie(),
        tests(recovery="a_killed_worker_gives_the_memory_of_its_gpus_back"),
        exclusive=True,
        record=held,
    ),
)
