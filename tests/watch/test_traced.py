# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from pytest_dynamo.watch.traced import expanded, traced

TWO = "+ srun -N2 -n8 --ntasks-per-node=4 -w sky-03,sky-04 --output=logs/prefill_1/task_%t.log bash"
EIGHT = tuple((rank, "sky-03" if rank < 4 else "sky-04") for rank in range(8))


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ("sky-03,sky-04", ["sky-03", "sky-04"]),
        ("n[08-10,12],login1", ["n08", "n09", "n10", "n12", "login1"]),
        ("r1n[1-2]-ib", ["r1n1-ib", "r1n2-ib"]),
        ("n7", ["n7"]),
    ],
)
def test_a_list_of_nodes_is_read_as_slurm_writes_it(nodes: str, expected: list[str]) -> None:
    assert expected == list(expanded(nodes))


@pytest.mark.parametrize(
    ("line", "hosts"),
    [
        (TWO, EIGHT),
        ("+ srun -n 8 -w sky-[03-04] -o task_%t.log bash", EIGHT),
        ("++ srun --nodelist=sky-03,sky-04 --ntasks 8 --output task_%3t.log bash", EIGHT),
        ("+ NCCL_DEBUG=INFO srun -w n7 --output=frontend.log bash", ((0, "n7"),)),
        # one task of a node may hold several ranks, and where seven lie on two nodes nobody says
        ("+ srun -N2 -n2 -w n7,n8 --output=agg.log bash", None),
        ("+ srun -n7 -w n7,n8 --output=agg.log bash", None),
        # neither file nor nodes
        ("+ srun -w n7 bash", None),
        ("+ srun --output=agg.log bash", None),
        ("srun -w n7 --output=agg.log bash", None),
    ],
)
def test_a_trace_tells_where_the_tasks_of_a_step_run(
    line: str, hosts: tuple[tuple[int, str], ...] | None
) -> None:
    found = [*traced(["+ sleep 3", line])]

    assert ([] if hosts is None else [hosts]) == [each.hosts for each in found]


@pytest.mark.parametrize(
    ("log", "wrote"),
    [
        ("logs/prefill_1/task_5.log", True),
        ("run-7/logs/prefill_1/task_5.log", True),
        ("prefill_1/task_5.log", True),
        ("task_5.log", True),
        ("logs/prefill_0/task_5.log", False),
        ("prefill_1/task_.log", False),
        ("prefill_1/task_5.err", False),
    ],
)
def test_a_log_is_that_of_a_step_by_as_much_of_its_path_as_is_kept(log: str, wrote: bool) -> None:  # noqa: FBT001 - a table
    (found,) = traced([TWO])

    assert wrote == found.wrote(log)
