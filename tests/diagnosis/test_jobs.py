# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ends a run from outside its ranks names the place, and who is not to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis import jobs
from pytest_dynamo.watch.leftovers import Trouble
from pytest_dynamo.watch.slurm_state import Job

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import LaunchPlan


def test_workers_on_a_silent_node_are_no_cause(steps: LaunchPlan) -> None:
    found = jobs.silent(steps, "serving", {"node2": 7.2, "node5": 7.04}, "logs/beat.log")

    assert (found.where, found.fault) == ("node2, node5", "infrastructure")
    assert "has said nothing for 7.2 s" in found.what
    assert "--exclude=node2,node5" in (found.remedy or "")
    assert found.excluded == ("decode0 on node2", "prefill0 on node5")


def test_nodes_whose_slurmd_died_are_named_in_order(steps: LaunchPlan) -> None:
    found = jobs.alone(steps, "serving", {"node3", "node1"}, "logs/beat.log")

    assert (found.kind, found.where) == ("slurmd", "node1, node3")
    assert found.excluded == ("decode0 on node1", "decode0 on node3")


def test_every_node_that_cannot_take_a_plan_is_told() -> None:
    found = jobs.refusal("node1", "is dirty", "wash it", [Trouble("shm", "node2", "too", "")])

    assert (found.kind, found.where, found.also) == ("preflight", "node1", ("node2: too",))


def test_a_job_that_is_over_is_the_place() -> None:
    found = jobs.over("serving", "7", Job("PREEMPTED", "None"))

    assert (found.where, found.kind) == ("job 7", "job")
    assert found.what == "is PREEMPTED (None), and all its steps with it"
