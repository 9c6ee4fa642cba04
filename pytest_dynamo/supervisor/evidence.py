# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Where a run ran, written down before anything is started: the job, Slurm, and every node.

What it was asked for is in ``lock.json``, which the process that was asked writes; together they
say what a run that ended otherwise has otherwise.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import scheduler
from pytest_dynamo.supervisor.rundir import RunDir, write_json
from pytest_dynamo.watch import slurm_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.watch.probe import NodeReport

#: What a job is that another job may be otherwise; ids and times are not among it.
JOB_KEYS = (
    "Partition", "Account", "QOS", "Reservation", "Features", "TimeLimit", "NumNodes", "TRES",
    "ReqTRES", "TresPerNode", "OverSubscribe", "Licenses", "Network",
)  # fmt: skip
#: The kernel module's own words; there without ``nvidia-smi`` too.
_DRIVER = Path("/proc/driver/nvidia/version")


def write(run: RunDir, job: str | None, reports: Mapping[str, NodeReport]) -> None:
    """Write ``nodes.json``: of a job its nodes as they answered, else this host."""
    if job is None:
        write_json(run.nodes, {"nodes": {os.uname().nodename: _this_host()}})
        return
    nodes = {name: node.versions for name, node in reports.items()}
    write_json(run.nodes, {"nodes": nodes, **_of_job(job)})


def _of_job(job: str) -> dict[str, Any]:  # Any: JSON
    """Return what the controller says of the job; why it said nothing, when it did."""
    try:
        text = scheduler.ask(slurm_state.job_words(job))
        version = scheduler.ask(("scontrol", "--version"))
    except LaunchError as error:
        return {"problem": str(error)}
    said = slurm_state.pairs(text)
    return {
        "slurm": version.strip(),
        "job": {key: value for key, value in said.items() if key in JOB_KEYS},
        "scontrol show job": text.strip(),
    }


def _this_host() -> dict[str, str]:
    system = os.uname()
    try:
        said = _DRIVER.read_text(encoding="utf-8", errors="replace")
    except OSError:  # no such module is loaded
        said = ""
    driver = re.search(r"\b\d+\.\d+(?:\.\d+)?\b", said)
    return {
        "kernel": f"{system.sysname} {system.release}",
        "driver": driver[0] if driver else "none",
        "CPUs": str(os.cpu_count()),
    }
