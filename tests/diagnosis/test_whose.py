# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose a cause is of many ranks that tell of it, or of none that does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose, of_requests
from pytest_dynamo.launch.plan import Process

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

    Spoken = Callable[..., Evidence]

OOM = (
    "20: slurmstepd: error: Detected 1 oom_kill event in StepId=7.0. Some of the step tasks have "
    "been OOM Killed.\n"
)
KILLED = "srun: error: node{}: tasks {}: Killed\n"


@pytest.mark.parametrize(
    ("starved", "rank"),
    [("task 6: Out Of Memory", 6), ("tasks 6-7: Out Of Memory", None), ("task 6: Killed", None)],
)
def test_slurm_tells_which_rank_took_too_much_memory(
    steps: LaunchPlan, spoken: Spoken, starved: str, rank: int | None
) -> None:
    ends = KILLED.format(1, "0-3") + KILLED.format(3, "8-11") + OOM.replace("20: ", " 4: ")
    log = " 3: starts\n 6: starts\n" + ends + f"srun: error: node2: {starved}\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert (found.known_issue, found.worker) == ("DKI901", "decode0")
    assert (found.rank == 6) == (rank == 6)


NO_ROUTE = (
    "{0:2}:   Message:    connect() to 10.4.3.112:1024 failed\n"
    "{0:2}:   Error:      No route to host (113)\n"
)


@pytest.mark.parametrize(
    ("tell", "rank"),
    [
        (range(12), 12),  # all nodes but the last
        (range(4), 0),  # one that reaches nobody
        (range(8), 0),  # two of four
        (range(16), 0),  # everybody
    ],
)
def test_whom_all_other_nodes_do_not_reach_is_named(
    steps: LaunchPlan, spoken: Spoken, tell: range, rank: int
) -> None:
    log = "".join(f"{each:2}: starts\n" for each in range(16))
    log += "".join(NO_ROUTE.format(each) for each in tell)

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert (found.known_issue, found.worker, found.rank) == ("DKI109", "decode0", rank)


def test_of_two_nodes_neither_is_known_to_be_the_one_that_is_not_reached(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    decode, prefill = steps.workers
    decode = replace(decode, nodes=decode.nodes[:2], gpus=(tuple(range(8)),) * 2)
    two = replace(steps, workers=(decode, prefill))
    log = " 0: starts\n 8: starts\n" + "".join(NO_ROUTE.format(each) for each in range(8))

    found = diagnose(two, None, [], spoken(two, {"decode0": log}))

    assert found
    assert (found.known_issue, found.rank) == ("DKI109", 0)


LISTED = "0: 2026-11-21T09:19:10.741499Z  INFO dynamo_llm: added model model_name=the/model\n"
FAILS = (
    "0: 2026-11-21T09:19:{}.741499Z ERROR dynamo_llm::http::service::openai: Internal server error"
    ": no tokens\n"
)
TOO_SMALL = (
    " 1: [TensorRT-LLM][WARNING] CacheTransceiver getOrAllocateBuffers: bufferCoverTargetNum:0 < "
    "targetNum:1, may use dynamic buffer which will fail with NIXL backend\n"
)
NO_MEMORY = " 1: [TensorRT-LLM][ERROR] createXferReq failed with status: NIXL_ERR_NOT_FOUND\n"
OF_UCX = " 1: [TensorRT-LLM][ERROR] the connection was reset\n"
NOT_SENT = " 7: [TRT-LLM] [RANK 7] [E] Error in kv cache transfer for generation requests\n"


@pytest.mark.parametrize(
    ("warned", "expected"),
    [
        (TOO_SMALL + NO_MEMORY, ("DKI605", "prefill0", None)),
        (TOO_SMALL + OF_UCX, ("DKI607", "decode0", 7)),  # which takes any memory
        ("", ("DKI607", "decode0", 7)),
    ],
)
def test_the_other_side_of_a_transfer_may_have_warned_of_it(
    steps: LaunchPlan, spoken: Spoken, warned: str, expected: tuple[str, str, int | None]
) -> None:
    said = {
        "frontend": LISTED + FAILS.format(20) + FAILS.format(50),
        "prefill0": " 1: starts\n" + warned,
        "decode0": " 7: starts\n" + NOT_SENT,
    }
    evidence = spoken(steps, said)

    found = diagnose(steps, None, [], evidence) or of_requests(steps, evidence)

    assert found
    assert (found.known_issue, found.worker, found.rank) == expected


ABORTS = "MPI_ABORT was invoked on rank 12 in communicator MPI_COMM_WORLD\n"
TAKEN = "slurmstepd: error: *** JOB 7 ON node1 CANCELLED AT 2026-11-21T02:21:52 DUE TO {} ***\n"
PEER = "12: [TensorRT-LLM][ERROR] Connection reset by remote peer\n"
LOST = "12: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB\n"


@pytest.mark.parametrize(
    ("said", "why", "issue"),
    [
        (PEER, "PREEMPTION", "DKI813"),
        (LOST, "PREEMPTION", "DKI401"),
        (PEER, "", None),
    ],
)
def test_who_loses_its_nodes_to_another_job_need_not_tell_why_it_ended(
    steps: LaunchPlan, spoken: Spoken, said: str, why: str, issue: str | None
) -> None:
    log = f"12: starts\n{said}12: {ABORTS}srun: error: node4: task 12: Exited with exit code 1\n"
    logs = {"decode0": log, "prefill0": TAKEN.format(why) if why else " 0: starts\n"}

    found = diagnose(steps, None, [], spoken(steps, logs))

    assert found
    assert issue == found.known_issue


LEASE = (
    " 0: 2026-11-21T09:19:13.000822Z ERROR dynamo_runtime::transports::etcd::lease: Unable to "
    "maintain lease. Check etcd server status error=Unable to refresh lease - deadline exceeded\n"
    " 0: 2026-11-21T09:19:13.300822Z  INFO dynamo_runtime::network::ingress::push_endpoint: "
    "Shutdown signal received, stopping service\n"
)
CRASH = (
    " 4: [n:4:0:97] Caught signal 11 (Segmentation fault: address not mapped to object at address "
    "0x28)\n"
)


@pytest.mark.parametrize(
    ("lines", "issue", "rank"),
    [
        ((LEASE, CRASH), "DKI103", 0),
        ((CRASH, LEASE), "DKI511", 4),  # who crashed first
        ((CRASH,), "DKI511", 4),
        # what no issue knows, and what is no crash
        ((" 0: RuntimeError: boom\n", CRASH), "DKI511", 4),
        ((LEASE, " 4: torch.OutOfMemoryError: CUDA out of memory.\n"), "DKI401", 4),
        # and what may have come of any end
        ((" 0: [TRT-LLM] [RANK 0] [E] Error in kv cache transfer\n", CRASH), "DKI511", 4),
    ],
)
def test_a_crash_at_the_end_of_a_worker_comes_of_what_another_rank_told(
    steps: LaunchPlan, spoken: Spoken, lines: tuple[str, ...], issue: str, rank: int
) -> None:
    log = " 0: starts\n 4: starts\n" + "".join(lines)
    log += "srun: error: node2: task 4: Segmentation fault (core dumped)\n"
    log += "srun: Job step aborted: Waiting up to 32 seconds for job step to finish.\n"
    log += "srun: error: node1: tasks 0-3: Killed\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert (found.known_issue, found.rank) == (issue, rank)


def test_a_crash_of_another_worker_is_its_own(steps: LaunchPlan, spoken: Spoken) -> None:
    later = " 4: 2026-11-21T09:19:30.000822Z  INFO main: on its way\n"
    log = f" 4: starts\n{later}{CRASH}srun: error: node2: task 4: Segmentation fault\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log, "prefill0": LEASE}))

    assert found
    assert (found.known_issue, found.worker) == ("DKI511", "decode0")


NFS = "[77120.1] nfs: server 10.9.0.4 not responding, still trying\n"
LIMIT = "slurmstepd-node1: error: *** STEP 7.1 ON node1 CANCELLED AT 10:00 DUE TO TIME LIMIT ***\n"
CAME = " 0: 2026-11-21T09:19:09.741499Z  INFO x: Registered endpoint 'd.{}.generate'\n"


@pytest.mark.parametrize(("silent", "issue"), [("prefill0", "DKI923"), ("decode0", "DKI804")])
def test_a_worker_that_never_came_may_have_waited_until_the_time_was_over(
    steps: LaunchPlan, spoken: Spoken, silent: str, issue: str
) -> None:
    """The other one serves, whatever its node tells."""
    node = Process(f"{silent}, told by dmesg", silent, "worker", (), "dmesg", ("node5",))
    whole = replace(steps, processes=(*steps.processes, node))
    logs = {
        "frontend": LISTED,
        "decode0": " 0: starts\n" + CAME.format("backend") + LIMIT,
        "prefill0": " 1: starts\n",
        node.name: NFS,
    }

    found = diagnose(whole, None, [], spoken(whole, logs))

    assert found
    assert found.known_issue == issue


HANGS = "[11/21/2026-09:30:00] [TRT-LLM] [RANK {0}] [E] Hang detected on rank {0} in PyExecutor.\n"
PASSES = (
    "2026-11-21T09:29:59.741499Z ERROR dynamo_llm::http::service::openai: Internal server error: "
    "RequestError: {}\n"
)


@pytest.mark.parametrize(
    ("words", "worker"),
    [("Hang detected on rank 0 in PyExecutor.", "decode0"), ("backend error", "decode0")],
)
@pytest.mark.parametrize("told", [True, False])
def test_what_a_frontend_passes_on_is_told_of_the_worker_that_says_it(
    plan: LaunchPlan,
    spoken: Spoken,
    words: str,
    worker: str,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    said = {"frontend": PASSES.format(words)}
    if told:
        said |= {f"decode0-rank{rank}": HANGS.format(rank) for rank in range(16)}

    found = diagnose(plan, None, [], spoken(plan, said))

    assert told <= (found is not None)
    assert found is None or (found.worker == worker) == told
