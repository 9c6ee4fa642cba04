# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which GPU slows down, by the clocks that nvidia-smi wrote of all of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.watch.gpu_tables import is_table, slow_gpus

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = "timestamp, index, clocks.current.sm [MHz], utilization.gpu [%]"
NAMED = "timestamp, index, clocks.sm [MHz], clocks_event_reasons.hw_thermal_slowdown"
AT = "2026/09/18 11:05:{:02}.685, {}, {}, {}"


def table(head: str, rows: Sequence[tuple[int, str, str]]) -> str:
    """Return a table of rows: the GPU, its clock, and what stands behind that."""
    lines = (AT.format(number % 60, *row) for number, row in enumerate(rows))
    return "".join(f"{line}\n" for line in (head, *lines))


def others(use: str, *gpus: int) -> list[tuple[int, str, str]]:
    """Return a row of each of some GPUs that run at their full speed."""
    return [(gpu, "1980 MHz", use) for gpu in gpus]


SLOW = [(1, "345 MHz", "97 %"), *others("99 %", 0, 2)]
COLD = [(1, "345 MHz", "0 %"), *others("99 %", 0, 2)]
FULL = others("99 %", 0, 1, 2)


@pytest.mark.parametrize(
    ("head", "rows", "gpus"),
    [
        (HEAD, FULL * 2 + SLOW * 3, [1]),
        (NAMED, [(1, "345 MHz", "Active"), *others("Not Active", 0, 2)] * 3, [1]),
        (NAMED, [(1, "345 MHz", "Not Active"), *others("Not Active", 0, 2)] * 3, []),
        # for a moment, or before, or by a little; who has no work; or of which nobody tells
        (HEAD, SLOW * 2, []),
        (HEAD, SLOW * 3 + FULL, []),
        (HEAD, [(1, "1000 MHz", "97 %"), *others("99 %", 0, 2)] * 3, []),
        (HEAD, COLD * 3, []),
        (HEAD, [(1, "[N/A]", "97 %"), *others("99 %", 0, 2)] * 3, []),
        # all of them do, or of two it is open which is right
        (HEAD, [(gpu, "345 MHz", "97 %") for gpu in range(3)] * 3, []),
        (HEAD, [(1, "345 MHz", "97 %"), *others("99 %", 0)] * 3, []),
    ],
)
def test_a_gpu_slows_down_whose_clock_is_far_below_the_others_while_it_works(
    head: str, rows: Sequence[tuple[int, str, str]], gpus: list[int]
) -> None:
    lines = table(head, rows).splitlines()

    found = slow_gpus(lines, "n1_gpu.csv")

    assert [each.gpu for each in found] == gpus
    for each in found:
        assert (each.mhz, each.others_mhz) == (345, 1980)
        assert lines[each.line - 1] == each.row


def test_a_row_that_was_cut_tells_nothing() -> None:
    lines = [*table(HEAD, SLOW * 3).splitlines(), "2026/09/18 11:06:00.1, 1"]

    assert [each.gpu for each in slow_gpus(lines, "n1_gpu.csv")] == [1]


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (HEAD, True),
        (NAMED, True),
        (HEAD.replace("index, ", ""), False),
        (HEAD.replace("clocks.current.sm [MHz], ", ""), False),
        ("time,requests,index,clocks.sm", False),
    ],
)
def test_a_table_of_clocks_is_known_by_its_columns(head: str, *, is_one: bool) -> None:
    assert is_table(f"{head}\n".encode()) == is_one


def test_a_table_may_be_of_several_nodes() -> None:
    """A slow one is measured by those of its own node, of which another may be idle as a whole."""
    head = HEAD.replace("index", "host, index")
    at = "2026/09/18 11:05:00.685, {}, {}, {} MHz, 97 %"
    nodes = {"n1": (1980, 1980, 1980), "n2": (1980, 345, 1980), "n3": (345, 345, 345)}
    rows = [
        at.format(node, gpu, mhz) for node, its in nodes.items() for gpu, mhz in enumerate(its)
    ]

    found = slow_gpus([head, *rows * 3], "gpus.csv")

    assert [(each.node, each.gpu) for each in found] == [("n2", 1)]
