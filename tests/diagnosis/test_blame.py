# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Of many loud ranks the first: who aborts the world, who was killed with it, and who goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose, of_requests
from pytest_dynamo.watch.lines import Line
from pytest_dynamo.watch.observations import Exited

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

KERNEL = "CUDA error: an illegal memory access was encountered"
LATER = "CUDA error: unspecified launch failure"
LOST = "NCCL WARN socketProgress: Connection closed by remote peer node2<51094>"
ABORTS = " 0: MPI_ABORT was invoked on rank 0 in communicator MPI_COMM_WORLD\n"
CANCELLED = " 0: slurmstepd-node1: error: *** STEP 7.1 ON node1 CANCELLED AT 2026-11-21T09:49 ***\n"
KILLED = "".join(
    f"srun: error: node{n}: tasks {4 * n - 4}-{4 * n - 1}: Killed\n" for n in range(1, 5)
)
STEP = "{rank:2}: [11/21/2026-09:19:{second:02}] [TRT-LLM] [RANK {rank}] [I] iter = {count}0, a\n"


def said(rank: int, *lines: str) -> str:
    return "".join(f"{rank:2}: {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("before", "rank"),
    [
        (said(6, f"RuntimeError: {KERNEL}"), 6),
        (said(6, f"[TRT-LLM] [RANK 6] [W] {KERNEL}, falling back to another tactic"), 0),
        ("", 0),
    ],
    ids=["failed before", "warned", "said nothing"],
)
def test_who_aborts_the_world_may_have_met_the_error_of_another(
    steps: LaunchPlan, spoken: Callable[..., Evidence], before: str, rank: int
) -> None:
    echoes = "".join(said(each, f"RuntimeError: {LATER}") for each in range(3))

    found = diagnose(
        steps, None, [], spoken(steps, {"decode0": before + echoes + ABORTS + CANCELLED + KILLED})
    )

    assert found
    assert (found.worker, found.rank) == ("decode0", rank)


def test_who_ended_by_itself_comes_before_who_aborts_the_world(
    steps: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    log = "srun: error: node3: task 9: Out Of Memory\n" + said(0, f"RuntimeError: {LATER}")

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log + ABORTS + CANCELLED + KILLED}))

    assert found
    assert (found.worker, found.rank) == ("decode0", 9)


@pytest.mark.parametrize("before", [True, False])
def test_who_was_killed_with_its_step_may_have_said_why_it_ended(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    before: bool,  # noqa: FBT001 - a table
) -> None:
    """What it says while Slurm ends it comes of that."""
    error = said(9, "Traceback (most recent call last):", "KeyError: 912")
    peers = "".join(said(rank, LOST) for rank in range(16) if rank != 9)
    log = error + peers + CANCELLED if before else peers + CANCELLED + error

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log + KILLED}))

    assert found
    assert (found.rank == 9) == before


LISTED = "0: 2026-11-21T09:19:01Z  INFO dynamo_llm::discovery::watcher: added model model_name=m\n"
FLAP = "node3:4711:4801 [1] NCCL WARN NET/IB : mlx5_1:1 Got async event : port error"
ECC = "[TRT-LLM] [RANK 9] [E] Encountered an error: CUDA error: uncorrectable ECC error encountered"


@pytest.mark.parametrize(
    ("trouble", "counts", "failed"),
    [(FLAP, 5, False), (FLAP, 4, True), (ECC, 9, True)],
    ids=["works on", "may be under way", "for good"],
)
def test_a_rank_whose_worker_works_on_has_not_failed(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    trouble: str,
    counts: int,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    """All ranks take each step, of which the first alone tells."""
    after = "".join(STEP.format(rank=0, second=count, count=count) for count in range(counts))

    found = diagnose(
        steps, None, [], spoken(steps, {"frontend": LISTED, "decode0": said(9, trouble) + after})
    )

    assert failed == (found is not None)


def test_who_is_asked_again_may_work_on_meanwhile(
    steps: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    """What was looked up of a worker's steps is looked up anew after its next word."""
    steps_of_0 = [STEP.format(rank=0, second=count, count=count) for count in range(5)]
    log = said(9, FLAP) + "".join(steps_of_0[:4])
    evidence = spoken(steps, {"frontend": LISTED, "decode0": log})

    assert diagnose(steps, None, [], evidence)
    evidence.receive(Line("decode0", 0, 6, steps_of_0[4].partition(": ")[2].strip()))
    assert diagnose(steps, None, [], evidence) is None


NO_START = "slurmstepd-node3: error: pyxis: couldn't start container"


@pytest.mark.parametrize(
    ("spoke", "rank"), [("", 9), (said(1, "loading the weights"), 1)], ids=["none", "it spoke"]
)
def test_who_never_spoke_was_killed_with_a_step_that_could_not_begin(
    steps: LaunchPlan, spoken: Callable[..., Evidence], spoke: str, rank: int
) -> None:
    """Who had begun may have been killed for a reason of its own."""
    log = said(9, NO_START) + spoke + "srun: error: node3: task 9: Exited with exit code 1\n"
    log += "srun: error: node1: task 1: Killed\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert found.rank == rank


STATE = "RuntimeError: KV cache transfer in error state"
SMALL = (
    "[TensorRT-LLM][WARNING] bufferCoverTargetNum:1 < targetNum:4, may use dynamic buffer which "
    "will fail with NIXL backend"
)
UNSENT = (SMALL, "[TensorRT-LLM][ERROR] Exception in sending context KV cache for request 211")


@pytest.mark.parametrize(
    ("sender", "worker"), [(UNSENT, "prefill0"), (("all is well",), "decode0")]
)
def test_a_cache_that_did_not_come_is_of_who_did_not_send_it(
    steps: LaunchPlan, spoken: Callable[..., Evidence], sender: tuple[str, ...], worker: str
) -> None:
    log = said(3, STATE) + "srun: error: node1: task 3: Exited with exit code 1\n"

    found = diagnose(
        steps, None, [], spoken(steps, {"decode0": log, "prefill0": said(1, *sender)})
    )

    assert found
    assert found.worker == worker


TIMED_OUT = "(EngineCore_DP0 pid=7) ERROR 11-21 09:19:49 [core.py:853] TimeoutError: RPC call to "
FREED = "(Worker_TP9 pid=8) ERROR 11-21 09:{at} [multiproc_executor.py:8] KeyError: 'cmpl-6fd9'\n"


@pytest.mark.parametrize(("at", "rank"), [("18:49", 9), ("19:55", 0)], ids=["before", "after"])
def test_a_step_that_timed_out_waited_for_the_rank_that_failed_before(
    plan: LaunchPlan, spoken: Callable[..., Evidence], at: str, rank: int
) -> None:
    said = {
        "decode0-rank0": f"{TIMED_OUT}execute_model timed out.\n",
        "decode0-rank9": FREED.format(at=at),
    }

    found = diagnose(plan, None, [], spoken(plan, said))

    assert found
    assert (found.worker, found.rank) == ("decode0", rank)


LEASE = "ERROR dynamo_runtime::transports::etcd::lease: keep alive task failed: Connection refused"
LOCKED = "UCX  ERROR mlx5_0: ibv_create_cq(cqe=4096) failed: Cannot allocate memory"


@pytest.mark.parametrize(
    ("at", "worker"), [(("40", "45"), "decode0"), (("45", "40"), "prefill0")]
)
def test_who_lost_its_lease_after_another_ended_follows_from_it(
    plan: LaunchPlan, spoken: Callable[..., Evidence], at: tuple[str, str], worker: str
) -> None:
    """The services of a deployment that is taken down are gone."""
    times = [f"2026-11-21T09:19:{second}.741499Z " for second in at]
    said = {
        "decode0-rank3": f"{times[0]}{LOCKED}\n",
        "prefill0-rank1": f"{times[1]}{LEASE}\n",
    }

    found = diagnose(plan, None, [Exited("decode0-rank3", 1)], spoken(plan, said))

    assert found
    assert found.worker == worker


LEAVES = "INFO main: Received signal 15, starting graceful shutdown"
CRASHES = (
    "E1121 09:19:49.741499 7 ucx_backend.cpp:1402] agent reported NIXL_ERR_REMOTE_DISCONNECT",
    "[node2:7:0:7] Caught signal 11 (Segmentation fault: address not mapped)",
)


@pytest.mark.parametrize(("leaves", "worker"), [(LEAVES, "decode0"), ("all is well", "prefill0")])
def test_who_crashes_when_its_peer_was_told_to_leave_has_failed_itself(
    steps: LaunchPlan, spoken: Callable[..., Evidence], leaves: str, worker: str
) -> None:
    log = said(5, *CRASHES) + "srun: error: node2: task 5: Segmentation fault\n"
    peer = said(0, leaves) + "srun: launch/slurm: _task_finish: node5: tasks 0-1: Completed\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log, "prefill0": peer}))

    assert found
    assert found.worker == worker


WAITS = "srun: Job 5521 step creation temporarily disabled, retrying (Requested nodes are busy)\n"
IN_VAIN = "srun: Cancelled pending job step with signal 15\n"
BEGAN = "srun: Step created for job 5521\n"
STILL = "srun: Job 5521 step creation still disabled, retrying (Requested nodes are busy)\n"


@pytest.mark.parametrize(
    ("log", "waits"),
    [(WAITS + STILL, True), (WAITS + IN_VAIN, True), (WAITS, False),
     (WAITS + STILL + BEGAN, False)],
    ids=["to the end", "until it was cancelled", "for a moment", "until it began"],
)
def test_a_step_that_waits_for_nodes_to_the_end_is_a_failure(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    log: str,
    waits: bool,  # noqa: FBT001 - a table
) -> None:
    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert waits == (found is not None)
    assert found is None or found.known_issue == "DKI808"


@pytest.mark.parametrize(
    ("how", "quiet"), [(" (skipped, falling back to default tactic)", True), ("", False)]
)
def test_an_exception_that_says_how_its_speaker_goes_on_is_none(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    how: str,
    quiet: bool,  # noqa: FBT001 - a table
) -> None:
    said = f"RuntimeError: tactic 7 of a does not fit{how}\n"

    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank3": said}))

    assert quiet == (found is None)
    assert of_requests(plan, spoken(plan, {"decode0-rank3": said})) is None
