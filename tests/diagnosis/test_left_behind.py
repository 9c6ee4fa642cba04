# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The rank for which all others of its worker wait on their way, and what it said of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

    Spoken = Callable[..., Evidence]

STEP = "{0:2}: [11/21/2026-09:{1}:00] [TRT-LLM] [I] [_torch][RANK {0}] {2}\n"
CANCELLED = "slurmstepd-node1: error: *** STEP 7.4 ON node1 CANCELLED AT 2026-11-21T{}:00 ***\n"
KILLED = "srun: error: node{}: tasks {}-{}: Killed\n"
DECODES = "".join(KILLED.format(node, 4 * node - 4, 4 * node - 1) for node in range(1, 5))
PREFILLS = KILLED.format(5, 0, 1)
TUNES, TUNED, WARMS = "Autotuning process starts", "Autotuning process ends", "Run warmup with 9"


WORDS = (TUNES, TUNED, WARMS)


def on_their_way(stops: dict[int, int], ranks: int = 16, words: tuple[str, ...] = WORDS) -> str:
    """Return what ranks say, each as many things as it comes to."""
    said = ((rank, at) for at in range(3) for rank in range(ranks) if at < stops.get(rank, 3))
    return "".join(STEP.format(rank, f"{20 + at}", words[at]) for rank, at in said)


@pytest.mark.parametrize(
    ("stops", "until", "rank"),
    [
        ({5: 1}, "09:49", 5),
        ({0: 2}, "09:49", 0),
        ({5: 1}, "09:22", None),  # all of them were on their way
        ({}, "09:49", None),
        ({5: 1, 6: 1}, "09:49", None),
        ({5: 0}, "09:49", None),  # one that says nothing of this
        ({5: 0, 6: 1}, "09:49", None),
        (dict.fromkeys(range(1, 16), 1), "09:49", None),  # or one who says more
    ],
)
def test_a_step_that_was_cancelled_may_have_waited_for_one_rank(
    steps: LaunchPlan, spoken: Spoken, stops: dict[int, int], until: str, rank: int | None
) -> None:
    said = on_their_way(stops) + CANCELLED.format(until) + DECODES

    found = diagnose(steps, None, [], spoken(steps, {"decode0": said}))

    assert found
    assert found.rank == rank
    assert found.fault == ("infrastructure" if rank is None else "product")
    assert rank is None or found.known_issue is None


SERVED = "0: 2026-11-21T09:19:10.741499Z  INFO dynamo_llm::discovery: added model model_name=m\n"


@pytest.mark.parametrize(
    ("worker", "said", "front"),
    [
        ("prefill0", on_their_way({1: 1}, 2), ""),  # of two either may be the odd one
        ("decode0", on_their_way({5: 1}, words=(TUNES, TUNED, TUNES)), ""),  # all say it last
        ("decode0", on_their_way({5: 1}), SERVED),
    ],
    ids=["two", "again", "served"],
)
def test_a_step_that_was_cancelled_waited_for_none_that_can_be_told(
    steps: LaunchPlan, spoken: Spoken, worker: str, said: str, front: str
) -> None:
    ends = KILLED.format(5, 0, 1) if worker == "prefill0" else DECODES
    whole = {worker: said + CANCELLED.format("09:49") + ends, "frontend": front}

    found = diagnose(steps, None, [], spoken(steps, whole))

    assert found is None or found.fault == "infrastructure"


LOUD = (
    "{0:2}: [11/21/2026-09:30:00] [TRT-LLM] [E] [RANK {0}] CUDA error: unspecified launch failure\n"
)
HANGS = (
    "{0:2}: [11/21/2026-09:30:00] [TRT-LLM] [RANK {0}] [E] Hang detected on rank {0} in "
    "PyExecutor.\n"
)
SKIPS = "OOM during general warmup with 32784 tokens, 0 generation tokens. Skipping."
WARNS = "{0:2}: [11/21/2026-09:20:00] [TRT-LLM] [W] [_torch][RANK {0}] {1}\n"


@pytest.mark.parametrize("loud", [LOUD, HANGS], ids=["launch failure", "hang"])
@pytest.mark.parametrize(
    ("skip", "rank"),
    [((0,), 0), ((9,), 9), ((0, 9), None), ((), None)],  # who all leave it out wait for nobody
)
def test_a_rank_that_leaves_a_step_of_the_warm_up_out_keeps_the_others_in_it(
    steps: LaunchPlan, spoken: Spoken, loud: str, skip: tuple[int, ...], rank: int | None
) -> None:
    warns = "".join(WARNS.format(each, SKIPS) for each in skip)
    ends = "".join(loud.format(each) for each in range(1, 9))

    found = diagnose(steps, None, [], spoken(steps, {"decode0": warns + ends}))

    assert found
    assert found.worker == "decode0"
    assert (found.known_issue == "DKI401") == (rank is not None)
    assert rank is None or found.rank == rank


JOINED = "rank9 run mgmn worker node with mpi_world_size: 16 ...\n"
TAKEN = "zmq.error.ZMQError: Address already in use (addr='tcp://172.20.8.104:50017')\n"
LATE = (
    "torch.distributed.DistNetworkError: The client socket has timed out after 600000ms while "
    "trying to connect to (node1, 29501).\n"
)
LOADED = "Model init total -- 55.42s\n"


@pytest.mark.parametrize(
    ("first", "then", "issue"),
    [(TAKEN, "", True), ("", "", False), (TAKEN, LOADED, False)],
    ids=["a port is taken", "no first start", "which came farther"],
)
def test_who_waits_for_others_after_it_failed_has_failed_by_that(
    plan: LaunchPlan,
    spoken: Spoken,
    first: str,
    then: str,
    issue: bool,  # noqa: FBT001 - a table
) -> None:
    said = first + JOINED + then + LATE

    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank9": said}))

    assert found
    assert ("Address already in use" in found.what) == issue


def test_who_waited_for_others_twice_is_told_by_the_last_time(
    plan: LaunchPlan, spoken: Spoken
) -> None:
    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank9": LATE + JOINED + LATE}))

    assert found
    assert (found.known_issue, found.evidence) == ("DKI707", "logs/decode0-rank9.log:3")
