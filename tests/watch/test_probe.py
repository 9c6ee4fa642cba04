# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the nodes answer is read whole, however it comes in."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.watch import probe
from pytest_dynamo.watch.probe import Gpu, SharedFile

if TYPE_CHECKING:
    from pathlib import Path

#: Of one H200, with a process that holds 20 GiB of it.
HELD = "probe_h200_held.txt"
_CUT = 1023


def test_an_answer_of_a_real_gpu_node_is_read(recorded: Path) -> None:
    found = probe.reports((recorded / HELD).read_text(), ["gpu1"])["gpu1"]

    assert found.shm == (SharedFile("moe_shared_test", 0, 8192),)
    assert found.processes == (459,)
    assert found.listening == frozenset({2024})
    assert found.space_kib["/dev/shm"] == 134217720
    assert found.absent == ("/nowhere",)
    assert found.gpus == (
        Gpu(
            0,
            "GPU-00000000-1111-2222-3333-444444444444",
            "NVIDIA H200",
            143771,
            21007,
            "580.159.04",
            ("process 459 (python3, 20998 MiB)",),
        ),
    )


@pytest.mark.parametrize("name", ["probe_h200_killed.txt", "probe_h100_killed.txt"])
def test_memory_of_a_killed_process_is_back_at_once(name: str, recorded: Path) -> None:
    found = probe.reports((recorded / name).read_text(), ["gpu1"])["gpu1"]

    assert found.gpus is not None
    assert [(gpu.used_mib, gpu.holders) for gpu in found.gpus] == [(0, ())]
    assert found.processes == ()


def test_what_is_installed_on_a_node_is_read(recorded: Path) -> None:
    found = probe.reports((recorded / "probe_h100_held.txt").read_text(), ["gpu1"])["gpu1"]

    assert found.versions == {
        "kernel": "Linux 6.18.44-fc-v657-gpu",
        "driver": "580.159.04",
        "GPUs": "1 x NVIDIA H100 80GB HBM3",
        "container runtime": "none",
    }
    assert found.gpus is not None
    assert found.gpus[0].holders == ("process 494 (python3, 20998 MiB)",)


@given(st.lists(st.integers(1, _CUT), max_size=6))
def test_where_srun_cuts_the_answer_does_not_matter(cuts: list[int]) -> None:
    text = '{"node": "n1", "time": "5", "shm": "", "holders": "", "processes": "", '
    text += '"listening": "", "space": "", "memory": "", "absent": "' + "/x " * 700 + '\\n"}'
    pieces, rest = [], text
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    output = "\n".join(f" 3: {piece}" for piece in [*pieces, rest])

    assert probe.reports(output, ["n1"])["n1"].absent == ("/x " * 700,)


def test_answers_that_come_interleaved_are_kept_apart(recorded: Path) -> None:
    text = (recorded / HELD).read_text().removeprefix("0: ").strip()
    first, second = text, text.replace('"gpu1"', '"gpu2"')
    output = f"0: {first[:500]}\n1: {second[:900]}\n0: {first[500:]}\n1: {second[900:]}\n"

    assert list(probe.reports(output, ["gpu2", "gpu1"])) == ["gpu2", "gpu1"]


@pytest.mark.parametrize(
    "output",
    [
        "",
        "srun: error: Task launch for StepId=4.0 failed on node node2: Communication failure",
        '0: {"node": "n1", "time": ',
        "0: sh: 1: awk: not found",
        "0: []",
    ],
)
def test_what_is_no_answer_is_none(output: str) -> None:
    assert probe.reports(output, ["n1", "n2"]) == {}


#: Every column that was asked for when a real GPU was looked at; a driver may show others besides.
ALL = (
    "index, uuid, name, memory.total [MiB], memory.used [MiB], memory.free [MiB], "
    "utilization.gpu [%], driver_version, compute_mode, mig.mode.current, "
    "ecc.errors.uncorrected.volatile.total\n"
    "0, GPU-0, NVIDIA H200, 143771 MiB, {used} MiB, {free} MiB, {busy} %, 580.159.04, Default, "
    "Disabled, 0\n"
)
APPS = "gpu_uuid, pid, process_name, used_gpu_memory [MiB]\n"


@pytest.mark.parametrize(
    ("used", "free", "busy", "apps", "holders"),
    [
        (0, 143156, 0, "", ()),
        (
            21007,
            122150,
            2,
            "GPU-0, 449, python3, 20998 MiB\n",
            ("process 449 (python3, 20998 MiB)",),
        ),
        # stopped by SIGSTOP: it holds on
        (
            10767,
            132390,
            0,
            "GPU-0, 843, python3, 10758 MiB\n",
            ("process 843 (python3, 10758 MiB)",),
        ),
        # of another container: the driver knows its memory, and not whose it is
        (512, 143259, 0, "GPU-0, 77, [Not Found], [N/A]\n", ("process 77 ([Not Found], [N/A])",)),
    ],
    ids=["idle", "held", "stopped", "of another container"],
)
def test_memory_in_use_and_by_whom_is_read_whatever_else_is_shown(
    used: int, free: int, busy: int, apps: str, holders: tuple[str, ...]
) -> None:
    found = probe.gpus(ALL.format(used=used, free=free, busy=busy), APPS + apps)

    assert found == (Gpu(0, "GPU-0", "NVIDIA H200", 143771, used, "580.159.04", holders),)


def test_a_driver_that_fails_is_no_gpu() -> None:
    words = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."

    assert probe.gpus(words, "") is None


def test_the_script_runs_on_this_host_and_sees_what_is_absent(tmp_path: Path) -> None:
    hostile = tmp_path / 'no "such"; path\\n'

    done = subprocess.run(
        probe.words("no-such-run", [str(tmp_path), str(hostile)]),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "SLURMD_NODENAME": "here"},
        timeout=20,
    )
    found = probe.reports(f"0: {done.stdout}", ["here"])["here"]

    assert done.stderr == ""
    assert found.absent == (str(hostile),)
    assert found.processes == ()
    assert found.memory_kib
    assert found.space_kib
