# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is in the way on a node, and what a run left there, is named with its remedy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.watch import leftovers, probe
from pytest_dynamo.watch.leftovers import Held, Trouble
from pytest_dynamo.watch.probe import Holder, SharedFile

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.watch.probe import NodeReport


@pytest.fixture
def held(recorded: Path) -> NodeReport:
    """A node with a file, a process and GPU memory of a run."""
    return probe.reports((recorded / "probe_h200_held.txt").read_text(), ["gpu1"])["gpu1"]


@pytest.fixture
def clean(recorded: Path) -> NodeReport:
    """The same node before."""
    found = probe.reports((recorded / "probe_h200_idle.txt").read_text(), ["gpu1"])["gpu1"]
    return replace(found, absent=())


def test_a_clean_node_is_in_nobodys_way(clean: NodeReport) -> None:
    assert list(leftovers.dirty({"gpu1": clean}, {"gpu1": [8000]})) == []
    assert list(leftovers.left({"gpu1": clean}, {"gpu1": clean}, {"gpu1": [8000]})) == []


def test_everything_in_the_way_is_named(held: NodeReport) -> None:
    found = list(leftovers.dirty({"gpu1": held}, {"gpu1": [2024, 8000]}))

    assert [(item.kind, item.what) for item in found] == [
        ("shm", "/dev/shm holds 1 file(s) of an earlier run: moe_shared_test of user 0"),
        ("port", "port 2024 is in use"),
        (
            "gpu",
            "21007 MiB of GPU 0 are in use by process 459 (python3, 20998 MiB)",
        ),
        ("path", "not there, and needed: /nowhere"),
    ]
    assert found[0].remedy == "srun --overlap -w gpu1 -N1 -n1 rm /dev/shm/moe_shared_test"


@pytest.mark.parametrize(
    ("owner", "holders", "says", "remedy"),
    [
        (7, (), "moe_x of user 7", "srun --overlap -w gpu1 -N1 -n1 rm /dev/shm/moe_x"),
        (
            7,
            (Holder(41, 7, "moe_other"), Holder(42, 8, "moe_x"), Holder(43, 9, "moe_x")),
            "moe_x of user 7, open in process 42 of user 8",
            "wait for its end, or end what uses it; srun --overlap -w gpu1 -N1 -n1 ps -fp 42",
        ),
        (
            8,
            (),
            "moe_x of user 8",
            "ask user 8 to remove it, or leave the node out (--exclude=gpu1)",
        ),
    ],
    ids=["ours", "still open", "another user's"],
)
def test_who_is_to_do_away_with_shared_memory(
    owner: int, holders: tuple[Holder, ...], says: str, remedy: str, clean: NodeReport
) -> None:
    report = replace(clean, uid=7, shm=(SharedFile("moe_x", owner, 64),), holders=holders)

    (found,) = leftovers.dirty({"gpu1": report}, {})

    assert found.what == f"/dev/shm holds 1 file(s) of an earlier run: {says}"
    assert found.remedy == remedy


def test_everything_that_was_left_is_named(held: NodeReport, clean: NodeReport) -> None:
    found = list(leftovers.left({"gpu1": clean}, {"gpu1": held}, {"gpu1": [2024]}))

    assert [(item.kind, item.what) for item in found] == [
        ("process", "process 459 of this run lives on"),
        ("shm", "/dev/shm/moe_shared_test (8192 bytes, user 0) appeared"),
        ("port", "port 2024 still listens"),
        ("gpu", "GPU 0 holds 21007 MiB, 0 MiB before the run"),
    ]


def test_what_was_there_before_is_not_left(held: NodeReport) -> None:
    before = replace(held, processes=())

    assert list(leftovers.left({"gpu1": before}, {"gpu1": before}, {})) == []


def test_memory_within_the_drivers_own_noise_is_none(clean: NodeReport) -> None:
    assert clean.gpus is not None
    gpu = replace(clean.gpus[0], used_mib=leftovers.SETTLE_MIB)

    assert list(leftovers.left({"gpu1": clean}, {"gpu1": replace(clean, gpus=(gpu,))}, {})) == []


def test_a_node_without_an_answer_is_named(clean: NodeReport) -> None:
    assert leftovers.silent(["gpu1", "gpu2"], {"gpu1": clean}, 10) == [
        Trouble(
            "silent",
            "gpu2",
            "gpu2 gave no answer within 10 s",
            "leave it out (--exclude=gpu2), and look at it: scontrol show node gpu2",
        )
    ]


def test_what_the_gpus_of_a_worker_hold_is_told_beside_what_they_held(
    clean: NodeReport, held: NodeReport
) -> None:
    places = {"gpu1": (0, 1), "gpu2": (0,)}

    assert list(leftovers.memory({"gpu1": clean}, {"gpu1": held}, places)) == [
        Held("gpu1", 0, before_mib=0, now_mib=21007)
    ]
    assert list(leftovers.memory({"gpu1": replace(clean, gpus=None)}, {"gpu1": held}, places)) == []
