# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The phase of a failure is that of whoever failed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.evidence import Evidence
from pytest_dynamo.diagnosis.phases import phase_of
from pytest_dynamo.engines.vllm import _MILESTONES as OF_VLLM
from pytest_dynamo.launch.plan import LaunchPlan, Process
from pytest_dynamo.watch.lines import LineReader
from pytest_dynamo.watch.observations import Exited
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    Spoken = Callable[..., Evidence]

JOINED = "rank{0} run mgmn worker node with mpi_world_size: 16 ..."
LOADED = "Model init total -- 1.05s"
LISTED = '2026-11-21T09:19:20Z  INFO dynamo_llm::discovery::watcher: added model model_name="m"'
REGISTERED = "2026-11-21T09:19:19Z  INFO dynamo: Registered endpoint 'dynamo.backend.generate'"


def worker(*steps: int) -> str:
    """Return the log of decode0 in which ranks took so many steps, from rank 0 on."""
    said = []
    for rank, took in enumerate(steps):
        said += [f"{rank:2}: {text.format(rank)}\n" for text in (JOINED, LOADED)[:took]]
        said.append(f"{rank:2}: waiting\n")
    return "".join(said)


@pytest.mark.parametrize(
    ("took", "rank", "expected"),
    [
        # its own steps, however far the others are
        ((1,) * 5 + (0,) + (1,) * 10, 5, "launch"),
        ((2,) * 5 + (1,) + (2,) * 10, 5, "load"),
        ((0,) * 5 + (1,) + (0,) * 10, 5, "load"),
        # who has loaded is on its way only when all have
        ((1,) * 5 + (2,) + (1,) * 10, 5, "load"),
        ((2,) * 16, 5, "registration"),
    ],
)
@pytest.mark.parametrize("believed", ["services", "launch", "registration"])
def test_a_rank_fails_where_it_was_itself(  # noqa: PLR0917 - a table
    steps: LaunchPlan,
    spoken: Spoken,
    took: tuple[int, ...],
    rank: int,
    expected: str,
    believed: str,
) -> None:
    end = f"srun: error: node2: task {rank}: Exited with exit code 3\n"
    evidence = spoken(steps, {"decode0": worker(*took) + end})
    failed = Failed(9.0, believed, "exit", "it ended", "decode0", code=3)

    found = diagnose(steps, failed, [Exited("decode0", 3)], evidence)

    assert (rank, expected) == (found.rank, found.phase)


def test_a_worker_of_which_nothing_is_known_is_where_who_watched_saw_it(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    failed = Failed(9.0, "load", "exit", "it ended", "decode0", code=3)

    for phase in ("load", "launch", "registration"):
        found = diagnose(
            steps, replace(failed, phase=phase), [Exited("decode0", 3)], spoken(steps, {})
        )
        assert phase == found.phase


@pytest.mark.parametrize(
    ("worker", "frontend", "expected"),
    [("", "", "services"), (REGISTERED, "", "registration"), (REGISTERED, LISTED, "serving")],
)
def test_a_frontend_serves_once_it_lists_a_model(
    steps: LaunchPlan, spoken: Spoken, worker: str, frontend: str, expected: str
) -> None:
    evidence = spoken(steps, {"decode0": f" 0: {worker}\n", "frontend": f"0: {frontend}\n"})
    process = next(item for item in steps.processes if item.kind == "frontend")

    assert expected == phase_of(steps, evidence, process, None)


def test_a_model_that_another_worker_brought_does_not_make_one_that_loads_serve(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    said = {"prefill0": f" 0: {REGISTERED}\n", "frontend": f"0: {LISTED}\n"}
    process = next(item for item in steps.processes if item.step == "decode0")

    evidence = spoken(steps, {**said, "decode0": worker(*(2,) * 5, 1, *(2,) * 10)})

    assert "load" == phase_of(steps, evidence, process, 5)
    assert "serving" == phase_of(
        steps, spoken(steps, {**said, "decode0": worker(*(2,) * 16)}), process, 5
    )


def test_a_part_of_a_ray_cluster_fails_at_the_launch_of_its_worker(plan: LaunchPlan) -> None:
    ray = Process("decode0.ray1", "decode0.ray1", "service", (), "logs/r.log", ("node2",))
    other = replace(ray, name="etcd2", step="etcd2")
    evidence = Evidence(replace(plan, processes=(*plan.processes, ray, other)))

    assert "launch" == phase_of(plan, evidence, ray, None)
    assert "services" == phase_of(plan, evidence, other, None)


@pytest.mark.parametrize(
    ("joined", "loaded", "expected"),
    [(0, 0, "launch"), (1, 0, "launch"), (2, 0, "load"), (2, 1, "load"), (2, 2, "registration")],
)
def test_a_task_with_its_ranks_inside_is_as_far_as_the_slowest(
    steps: LaunchPlan, joined: int, loaded: int, expected: str
) -> None:
    one = Process("prefill0", "prefill0", "worker", ("x",), "logs/p.log", ("node5",), labelled=True)
    plan = replace(steps, processes=(one,))
    evidence = Evidence(plan, OF_VLLM)
    said = [f"world_size=2 rank={rank} local_rank={rank} distributed_init_method=env://"
            for rank in range(joined)]  # fmt: skip
    said += ["torch.OutOfMemoryError: CUDA out of memory."]
    said += ["Model loading took 14.99 GiB and 4.2 seconds"] * loaded
    for line in LineReader("prefill0", labelled=True).feed(
        "".join(f"0: {x}\n" for x in said).encode()
    ):
        evidence.receive(line)

    assert expected == phase_of(plan, evidence, one, None)
    # and what one of them does well excuses no other
    assert [
        noted.issue and noted.issue.code for noted in evidence.heard["prefill0"].speaker(0).noted
    ] == ["DKI401"]
