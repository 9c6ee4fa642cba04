# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is told of nodes beside the logs of workers: by kernels, and by the drivers of GPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, LISTED, LOADED, XID, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]


@pytest.mark.parametrize(
    ("works", "failed"), [("9.0", False), ("0.0", True)], ids=["works", "does nothing"]
)
def test_a_kernel_may_tell_of_what_was_long_before_an_engine_that_works(
    judge: Judge,
    works: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    report = "INFO 05-11 09:{}:00 [metrics.py:488] Avg generation throughput: {} tokens/s"
    files = {
        "agg.log": said(*(report.format(minute, works) for minute in range(10, 20))),
        "dmesg-n2.txt": said(f"[74632.885823] {XID}"),
    }

    found = judge("vllm_405b_kv_router", files)

    assert failed == (found is not None)


def test_who_looks_elsewhere_comes_before_what_a_kernel_tells(judge: Judge) -> None:
    passes = "DEBUG dynamo_llm::discovery::watcher: Skipping model from different namespace x=y"
    files = {
        "agg.log": said(registered("b", "backend")),
        "frontend.log": said(*(f"{AT.format(minute)} {passes}" for minute in range(5, 9))),
        "dmesg-n2.txt": said(f"[74632.885823] {XID}"),
    }

    alone = judge("trtllm_agg", {"dmesg-n2.txt": files["dmesg-n2.txt"], "agg.log": said(LOADED)})
    found = judge("trtllm_agg", files)

    assert alone
    assert alone.known_issue == "DKI702"
    assert found
    assert (found.known_issue, found.fault) == (None, "config")
    assert found.where.startswith("frontend")


NO_NVML = "slurmstepd: error: pyxis:     nvidia-container-cli: detection error: nvml error: unknown"

LUSTRE = (
    "[811231.620007] Lustre: scratch-OST0017-osc-ff: Connection to scratch-OST0017 (at "
    "10.140.200.23@o2ib) was lost; in progress operations using this service will wait for recovery"
)

RING = (
    "slurmstepd: error:  mpi/pmix_v4: pmixp_coll_tree_reset_if_to: g37 [0]: pmixp_coll_tree.c:1351:"
    " 0xffff: collective timeout seq=0"
)


@pytest.mark.parametrize(
    ("node", "known"), [("nid14", "DKI702"), ("nid13", "DKI706"), ("nid15", "DKI706")]
)
def test_what_the_kernel_of_its_node_tells_is_why_a_rank_finds_no_gpu(
    judge: Judge, node: str, known: str
) -> None:
    """Slurm's daemons alone speak in the log of a rank that could not begin."""
    files = {
        f"nid1{2 + rank // 4}/rank_{rank}.log": said(LOADED if rank // 4 != 2 else NO_NVML)
        for rank in range(16)
    }
    files[f"kernel/{node}.dmesg"] = said(f"[1206870.385806] {XID}")
    files["slurm-7.out"] = "srun: error: nid14: tasks 8-11: Exited with exit code 1\n"

    found = judge("wide_ep_agg", files)

    assert found
    assert (found.known_issue, found.worker) == (known, "agg0")
    assert not found.where.startswith("srun")


@pytest.mark.parametrize(("kernels", "known"), [(("g39",), "DKI923"), (("g39", "g40"), "DKI719")])
def test_a_node_on_which_nobody_began_may_be_why_others_wait_for_it(
    judge: Judge, kernels: tuple[str, ...], known: str
) -> None:
    """Its own daemon's log lies beside, and is of no worker."""
    ranks = [f"{rank:2}: rank{rank} starts" for rank in range(16) if rank // 4 != 2]
    files = {
        "decode0.out": said(*ranks, f" 0: {RING}", "srun: error: g37: task 0: Exited with code 1"),
        "prefill0.out": said(*(f"{rank:2}: {LOADED}" for rank in range(16))),
        "nodes/g39/slurmd.log": said("slurmd: launch task StepId=7.1 request from UID:1000"),
        **{f"nodes/{node}/dmesg.txt": said(LUSTRE) for node in kernels},
    }

    found = judge("wide_ep_disagg", files)

    assert known == (found.known_issue if found else None)
    assert known != "DKI923" or found.where == "g39"


CRASH_OF = "[n2:{}] *** Process received signal ***"

FAULT = "NVRM: Xid (PCI:0019:01:00): 31, pid={}, name=python3, Ch 00000013, MMU Fault: ENGINE"

KILLED_OF = "Out of memory: Killed process {} (python3) total-vm:9kB, anon-rss:9kB"


@pytest.mark.parametrize("words", [FAULT, KILLED_OF])
@pytest.mark.parametrize(("pid", "rank"), [(4713, 3), (4712, None), (4799, None)])
def test_a_kernel_names_the_process_of_a_rank(
    judge: Judge, words: str, pid: int, rank: int | None
) -> None:
    """Where one rank alone bears that number."""
    pids = {3: 4713, 1: 4712, 2: 4712}
    ranks = [f"{rank}: {LOADED}" for rank in range(16)]
    files = {
        "decode_n2.log": said(
            *ranks,
            *(f"{of}: {CRASH_OF.format(its)}" for of, its in pids.items()),
            "srun: error: n2: tasks 0-3: Killed",
        ),
        "prefill_n1.log": said(*ranks),
        "dmesg.n2": said(f"[Mon May 11 09:03:00 2026] {words.format(pid)}"),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert found.worker == "decode0"
    assert (found.rank == 3) == (rank == 3)


SMI = (
    "==============NVSMI LOG==============\n\nAttached GPUs                             : 4\n"
    "GPU 00000019:01:00.0\n    Clocks Event Reasons\n"
    "        HW Slowdown                       : {0}\n"
    "            HW Thermal Slowdown           : {0}\n"
)


@pytest.mark.parametrize("state", ["Active", "Not Active"])
@pytest.mark.parametrize("name", ["nvsmi_q_n2.txt", "nvidia-smi-q/n2.txt"])
def test_a_gpu_that_slows_itself_down_is_named_though_all_is_answered(
    judge: Judge, name: str, state: str
) -> None:
    files = {
        "prefill_n1.log": said(registered("d", "prefill")),
        "decode_n2.log": said(registered("d", "backend")),
        "frontend.log": said(LISTED, f"{AT.format(20)} INFO x: request completed status=success"),
        name: SMI.format(state),
    }

    found = judge("trtllm_disagg", files)

    assert (state == "Active") == (found is not None)
    assert found is None or (found.known_issue, found.worker) == ("DKI724", "decode0")


@pytest.mark.parametrize(
    ("ranks", "fault"), [(range(4, 8), "infrastructure"), (range(16), "config")]
)
def test_what_a_script_binds_to_is_right_if_one_node_alone_lacks_it(
    judge: Judge, ranks: range, fault: str
) -> None:
    refused = [f"{rank:2}: <0,1> is invalid" for rank in ranks]
    files = {"agg.log": said(*(f"{rank:2}: it begins" for rank in range(16)), *refused)}
    ended = {rank // 4 for rank in ranks}
    files["agg.log"] += "".join(
        f"srun: error: n{node}: tasks {4 * node}-{4 * node + 3}: Exited with exit code 1\n"
        for node in sorted(ended)
    )

    found = judge("wide_ep_agg", files)

    assert found
    assert (found.known_issue, found.fault) == ("DKI933", fault)


HEADINGS = ("### {}", "== {} GPU 00000018:01:00.0", "==> {} <==", "--- dmesg on {}:")


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize(("node", "worker"), [("n1", "prefill0"), ("n2", "decode0")])
def test_what_stands_below_the_name_of_a_node_in_one_file_is_of_that_node(
    judge: Judge, heading: str, node: str, worker: str
) -> None:
    quiet = "[Mon May 11 08:59:00 2026] NVRM: loading NVIDIA UNIX Open Kernel Module 575.57.08"
    below = {each: [heading.format(each), *[quiet] * 3] for each in ("n1", "n2")}
    below[node].append("### errors")
    below[node].append(f"[Mon May 11 09:03:00 2026] {XID}")
    files = {
        "prefill_n1.log": said(LOADED),
        "decode_n2.log": said(LOADED),
        "dmesg.txt": said(*below["n1"], *below["n2"]),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker, found.node) == ("DKI702", worker, node)


@pytest.mark.parametrize("state", ["Active", "Not Active"])
def test_what_a_loop_over_nodes_asked_drivers_is_of_each_node(judge: Judge, state: str) -> None:
    clocks = SMI.partition("GPU 0")[2].partition("\n")[2]
    files = {
        "prefill_n1.log": said(registered("d", "prefill")),
        "decode_n2.log": said(registered("d", "backend")),
        "frontend.log": said(LISTED, f"{AT.format(20)} INFO x: request completed status=success"),
        "smi.txt": f"== n1 GPU 0\n{clocks.format('Not Active')}== n2 GPU 1\n{clocks.format(state)}",
    }

    found = judge("trtllm_disagg", files)

    assert (state == "Active") == (found is not None)
    assert found is None or (found.known_issue, found.worker) == ("DKI724", "decode0")


@pytest.mark.parametrize(("day", "known"), [("Mon May 11", "DKI702"), ("Sat May  9", None)])
def test_what_a_kernel_told_days_before_the_run_is_none_of_it(
    judge: Judge, day: str, known: str | None
) -> None:
    files = {
        "prefill_n1.log": said(LOADED),
        "decode_n2.log": said(LOADED),
        "dmesg-n1.txt": said(f"[{day} 09:02:00 2026] {XID}"),
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)


@pytest.mark.parametrize(
    ("hour", "utc", "known"),
    # where nothing tells the zone of the nodes, those times may be of the same minute
    [("08:30", True, "DKI702"), ("04:30", True, None), ("04:30", False, "DKI702")],
)
def test_what_a_kernel_told_hours_before_the_run_is_none_of_it(
    judge: Judge,
    hour: str,
    utc: bool,  # noqa: FBT001 - a table
    known: str | None,
) -> None:
    begins = [f"{AT.format(1)} INFO main: begins"] if utc else []
    begins.append("[05/11/2026-09:01:00] [TRT-LLM] [I] Using LLM with PyTorch backend")
    files = {
        "prefill_n1.log": said(LOADED),
        "decode_n2.log": said(*begins, LOADED),
        "dmesg-n1.txt": said(f"[Mon May 11 {hour}:00 2026] {XID}"),
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)


EVICTED = (
    "[Mon May 11 09:{:02}:00 2026] LustreError: 167-0: lus01-OST0011-osc-ff: This client was "
    "evicted by lus01-OST0011; in progress operations using this service will fail."
)
BACK = "[Mon May 11 09:05:00 2026] Lustre: lus01-OST0011-osc-ff: Connection restored to 10.2.4.22"
BUS = "[n2:41] Signal: Bus error (7)"


@pytest.mark.parametrize(
    ("node", "known"), [("n2", "DKI904"), ("n3", "DKI404")], ids=["its own", "another's"]
)
def test_a_file_that_is_mapped_and_lost_is_why_its_rank_dies_of_a_bus_error(
    judge: Judge, node: str, known: str
) -> None:
    """All kernels were asked at once, and the file server came back since."""
    quiet = "[Mon May 11 08:00:00 2026] Lustre: Mounted lus01-client"
    kernels = [f"n{each}: {quiet}" for each in range(1, 5) for _ in range(2)]
    files = {
        "agg.log": said(
            *(f"srun: launching StepId=7.1 on host n{n}, 4 tasks: [{4 * n - 4}-{4 * n - 1}]"
              for n in range(1, 5)),
            *(f"{rank}: rank{rank} starts" for rank in range(16)),
            f"5: {BUS}", "srun: error: n2: task 5: Bus error",
        ),
        "dmesg_all.txt": said(*kernels, f"{node}: {EVICTED.format(4)}", f"{node}: {BACK}"),
    }  # fmt: skip

    found = judge("wide_ep_agg", files)

    assert found
    assert (known, "agg0", 5) == (found.known_issue, found.worker, found.rank)
    assert "n2: [" not in found.what


LOST = (
    "[Mon May 11 09:04:00 2026] Lustre: lus01-OST0011-osc-ff: Connection to lus01-OST0011 (at "
    "10.2.4.22@o2ib) was lost; in progress operations using this service will wait for recovery"
)
HANGS = "[Mon May 11 09:04:30 2026] INFO: task python3:33112 blocked for more than 120 seconds."


@pytest.mark.parametrize(
    ("after", "silent"),
    [
        ("[Mon May 11 09:05:00 2026] nfs: server nas-home OK", True),
        (BACK.replace("OST0011", "OST0012"), True),
        (BACK, False),
    ],
    ids=["NFS", "another target", "its own"],
)
def test_a_file_server_that_answers_tells_nothing_of_another(
    judge: Judge, after: str, silent: bool  # noqa: FBT001 - a table
) -> None:
    when = "2026-05-11T09:40:00 DUE TO TIME LIMIT"
    files = {
        "prefill_n1.log": said(*(f"{rank}: rank{rank} starts" for rank in range(2))),
        "decode_n2.log": said(*(f"{rank}: rank{rank} starts" for rank in range(2))),
        "dmesg-n2.txt": said(LOST, HANGS, after),
        "slurm-7.out": said(f"slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT {when} ***"),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue == "DKI923") == silent


BUS_OF_PCI = (
    "[Mon May 11 09:04:00 2026] pcieport 0000:a7:01.0: AER: Uncorrected (Fatal) error received: "
    "0000:a7:01.0"
)


@pytest.mark.parametrize(
    ("driver", "known"), [(f"[Mon May 11 09:04:01 2026] {XID}", "DKI702"), ("", "DKI922")]
)
def test_a_gpu_that_falls_off_the_bus_is_told_by_the_bus_before_its_driver(
    judge: Judge, driver: str, known: str
) -> None:
    files = {
        "agg.log": said(
            *(f"{rank}: rank{rank} starts" for rank in range(16)),
            "5: RuntimeError: CUDA error: unspecified launch failure",
            "srun: error: n2: task 5: Exited with exit code 1",
        ),
        "dmesg-T.n2.txt": said(BUS_OF_PCI, driver),
    }

    found = judge("wide_ep_agg", files)

    assert found
    assert known == found.known_issue


KILLED = "[Mon May 11 09:04:00 2026] Out of memory: Killed process 884121 (VLLM::Worker_TP)"
DIED = (
    "(EngineCore_DP0 pid=2) ERROR 05-11 09:04:01 [multiproc_executor.py:230] Worker proc "
    "VllmWorker-{} died unexpectedly, shutting down executor."
)


@pytest.mark.parametrize(
    ("died", "place"), [((1,), ("decode0", 1)), ((), (None, None)), ((0, 1), (None, None))]
)
def test_whom_a_kernel_killed_on_a_node_without_a_name_its_engine_tells(
    judge: Judge, died: tuple[int, ...], place: tuple[str | None, int | None]
) -> None:
    files = {
        "decode-1.log": said("INFO it serves"),
        "decode-0.log": said("INFO it serves", *(DIED.format(rank) for rank in died)),
        "frontend.log": said(f"{AT.format(1)} INFO x: starts"),
        "dmesg.txt": said("[Mon May 11 08:00:00 2026] Linux version 5.15", KILLED),
    }

    found = judge("vllm_405b_kv_router", files)

    assert found
    assert ("DKI901", *place) == (found.known_issue, found.worker, found.rank)
