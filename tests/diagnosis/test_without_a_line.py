# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Causes that no line names, and those that a line of somebody else names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.engines.trtllm import _MILESTONES
from pytest_dynamo.topology.model import Budgets
from pytest_dynamo.watch.lines import Line
from pytest_dynamo.watch.observations import Exited
from pytest_dynamo.watch.startup import Spawned, Startup, Tick
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

    Spoken = Callable[..., Evidence]


# -- who keeps the others waiting ----------------------------------------------------------------


def stall(steps: LaunchPlan, slow: Iterable[int], last_heard: float) -> Failed:
    """Return the failure of a load in which all but some ranks of decode0 were done after 10 s."""
    budgets = Budgets(load=30)
    startup = Startup(replace(steps, workers=steps.workers[:1]), _MILESTONES, budgets, 0.0)
    startup.receive(Spawned("decode0"), 0.0)
    number = 0

    def say(rank: int, text: str, now: float) -> None:
        nonlocal number
        number += 1
        startup.receive(Line("decode0", rank, number, text), now)

    startup._silent_ports.clear()
    for rank in range(16):
        kind = "worker" if rank else "leader"
        say(rank, f"rank{rank} run mgmn {kind} node with mpi_world_size: 16 ...", 1.0)
    for rank in range(16):
        if rank not in slow:
            say(rank, "Model init total -- 9.00s", 10.0)
    for rank in slow:
        say(rank, "Loading weights:  45%|####      | 12/123", last_heard)
    startup.receive(Tick(), 40.0)
    assert isinstance(startup.state, Failed)
    return startup.state


def test_a_silent_rank_is_named_with_its_last_milestone_and_against_its_peers(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    found = diagnose(steps, stall(steps, [9], 8.0), [], spoken(steps, {}))

    assert found.where == "rank 9 of decode0 on node3"
    assert found.what == (
        "load took longer than its budget of 30 s: decode0: 15/16 loaded; missing 9 on node3, "
        "last seen at Loading weights:  45% and silent for 32.0 s; "
        "the last of the other 15 was there 30.0 s ago"
    )
    assert (9, "node3", None) == (found.rank, found.node, found.exclude_node)


def test_a_rank_that_still_speaks_is_slow_and_not_silent(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    slow = diagnose(steps, stall(steps, [9], 39.0), [], spoken(steps, {}))
    silent = diagnose(steps, stall(steps, [9], 34.0), [], spoken(steps, {}))

    assert slow.what.endswith("; it goes on, slower than its peers")
    assert "slower" not in silent.what
    assert slow.remedy != silent.remedy


def test_the_node_of_several_slow_ranks_is_to_be_left_out(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    one_node = diagnose(steps, stall(steps, range(8, 12), 8.0), [], spoken(steps, {}))
    two_nodes = diagnose(steps, stall(steps, (7, 8), 8.0), [], spoken(steps, {}))

    assert ("node3", None) == (one_node.exclude_node, two_nodes.exclude_node)
    assert "leave out: node3 (--exclude=node3)" in one_node.render()


# -- registered elsewhere ------------------------------------------------------------------------

GAP = Failed(9.0, "registration", "stall", "0 decode worker(s) registered, the plan has 1",
             "frontend", nodes=("node1",), log="logs/frontend.log")  # fmt: skip
REGISTERED = " 0: rank0 registered m at other.backend.generate after 16 ranks\n"


def test_a_worker_that_registered_elsewhere_is_named(steps: LaunchPlan, spoken: Spoken) -> None:
    found = diagnose(steps, GAP, [], spoken(steps, {"decode0": REGISTERED}))

    assert ("rank 0 of decode0 on node1", "config") == (found.where, found.fault)
    assert "yet rank 0 of decode0 on node1 said: rank0 registered m at other.backend" in found.what
    assert found.evidence == "logs/decode0.log:1"
    assert "DYN_NAMESPACE" in (found.remedy or "")


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        (GAP, {"decode0": " 0: Model init total -- 1.05s\n"}),
        (GAP, {"prefill0": REGISTERED}),
        (replace(GAP, phase="serving"), {"decode0": REGISTERED}),
    ],
    ids=["did not register", "of another role", "later"],
)
def test_only_a_missing_worker_that_registered_is(
    steps: LaunchPlan, spoken: Spoken, failed: Failed, said: dict[str, str]
) -> None:
    found = diagnose(steps, failed, [], spoken(steps, said))

    assert (failed.what, "frontend on node1") == (found.what, found.where)


# -- told by others, or by the way it ended ------------------------------------------------------

LEASE = "2025-07-23T02:36:48.123Z ERROR dynamo_runtime: keep alive task failed: grpc request error"
OOM_KILL = """\
 4: slurmstepd-node2: error: Detected 1 oom-kill event(s) in StepId=7.0. Some of your processes \
may have been killed by the cgroup out-of-memory handler.
srun: error: node2: task 5: Killed
"""
FULL = """\
 5: failed to extend /dev/shm/nccl-3XvSgG to 9637892 bytes: No space left on device (28)
srun: error: node2: task 5: Exited with exit code 1
"""
TIME = """\
 0: slurmstepd-node1: error: *** STEP 24.0 ON node1 CANCELLED AT 2026-11-21T10:09 DUE TO TIME \
LIMIT ***
srun: Job step aborted: Waiting up to 7 seconds for job step to finish.
srun: error: node1: tasks 0-3: Terminated
"""
CLOCK = "srun: error: Task launch failed: Job credential revoked\n"
ENDED_WELL = "srun: launch/slurm: _task_finish: node2: task 5: Completed\n"


@pytest.mark.parametrize(
    ("log", "code", "known", "fault", "node"),
    [
        (f" 0: {LEASE}\nsrun: error: node1: task 0: Exited with exit code 1\n", 1, "DKI103",
         "infrastructure", None),
        (OOM_KILL, 137, "DKI901", "infrastructure", None),
        (FULL, 1, "DKI902", "infrastructure", "node2"),
        (TIME, 143, "DKI804", "infrastructure", None),
        (CLOCK, 1, "DKI815", "infrastructure", None),
        (ENDED_WELL, 0, None, "product", None),
        ("srun: error: node2: task 5: Bus error (core dumped)\n", 135, "DKI404", "infrastructure",
         None),
        ("srun: error: node2: task 5: Segmentation fault\n", 139, "DKI511", "product", None),
    ],
    ids=["lease lost", "host out of memory", "shared memory full", "allocation over",
         "clocks differ", "ended with 0", "bus error", "crashed"],
)  # fmt: skip
def test_what_ended_a_step_is_known_live_and_from_its_lines(  # noqa: PLR0917 - a table
    steps: LaunchPlan,
    spoken: Spoken,
    log: str,
    code: int,
    known: str | None,
    fault: str,
    node: str | None,
) -> None:
    evidence = spoken(steps, {"decode0": log})
    failed = Failed(9.0, "load", "exit", "it ended", "decode0", code=code)
    live = diagnose(steps, failed, [Exited("decode0", code)], evidence)
    lines = diagnose(steps, None, [], evidence)

    assert (known, fault, node) == (live.known_issue, live.fault, live.exclude_node)
    if known:
        assert lines is not None
        assert (known, fault) == (lines.known_issue, lines.fault)


def test_a_lost_lease_follows_from_the_end_of_etcd(steps: LaunchPlan, spoken: Spoken) -> None:
    evidence = spoken(steps, {"frontend": f"0: {LEASE}\n"})
    ended = [Exited("frontend", 1), Exited("etcd", 1)]
    failed = Failed(9.0, "serving", "exit", "it ended", "frontend", code=1)

    alone = diagnose(steps, failed, ended[:1], evidence)
    both = diagnose(steps, failed, ended, evidence)
    assert ("frontend on node1", "DKI103") == (alone.where, alone.known_issue)
    assert ("etcd on node1", ("frontend",)) == (both.where, both.excluded)


AT = "2026-11-21T09:19:{}.000000Z  INFO "
LISTED = f'0: {AT.format(20)}dynamo_llm::discovery::watcher: added model model_name="m"\n'


@pytest.mark.parametrize(
    ("second", "ahead"), [(18, False), (21, False), (26, True)], ids=["before", "busy", "ahead"]
)
@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("keep alive task failed: grpc request error", "DKI103"),
        ("certificate is not yet valid", "DKI906"),
        ("CUDA out of memory", None),
    ],
)
def test_a_clock_that_is_ahead_is_told_with_what_ends_too_early_by_it(  # noqa: PLR0917 - a table
    steps: LaunchPlan,
    spoken: Spoken,
    second: int,
    ahead: bool,  # noqa: FBT001
    words: str,
    known: str | None,
) -> None:
    alone = replace(steps, workers=steps.workers[1:])
    registered = f"0: {AT.format(second)}main: Registered endpoint 'dynamo.prefill.generate'\n"
    lost = f"0: 2026-11-21T09:20:00.000000Z ERROR main: {words}\n"
    evidence = spoken(alone, {"prefill0": registered + lost, "frontend": LISTED})
    failed = Failed(9.0, "serving", "exit", "it ended", "prefill0", code=1)
    found = diagnose(alone, failed, [Exited("prefill0", 1)], evidence)

    told = "; by its lines the clock of node5 is at least 6.0 s ahead of node1's"
    assert known in (found.known_issue, None)
    assert [told] * (ahead and known is not None) == [
        found.what[at:] for at in [found.what.find("; by its")] if at >= 0
    ]


def test_several_ranks_killed_on_one_node_are_that_nodes(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    def killed(*lines: str) -> Diagnosis:
        log = "".join(f"srun: error: {line}: Killed\n" for line in lines)
        failed = Failed(9.0, "load", "exit", "it ended", "decode0", code=137)
        return diagnose(steps, failed, [Exited("decode0", 137)], spoken(steps, {"decode0": log}))

    assert killed("node3: tasks 8,10").exclude_node == "node3"
    assert killed("node3: task 8").exclude_node is None
    assert killed("node3: task 8", "node2: task 5").exclude_node is None


def test_the_earliest_cause_is_found_across_logs_by_the_time_of_lines(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    def oom(second: int) -> str:
        return (
            f" 1: [11/21/2026-09:19:{second:02}] [TRT-LLM] [E] CUDA out of memory\n"
            "srun: error: node1: task 1: Exited with exit code 1\n"
        )

    failed = Failed(9.0, "load", "exit", "it ended", "decode0", code=1)
    for decode, prefill, first in ((12, 11, "prefill0"), (11, 12, "decode0")):
        evidence = spoken(steps, {"decode0": oom(decode), "prefill0": oom(prefill)})
        ended = [Exited("decode0", 1), Exited("prefill0", 1)]
        for order in (ended, ended[::-1]):
            assert first == diagnose(steps, failed, order, evidence).worker


# -- requests that went well ---------------------------------------------------------------------


def served(second: int) -> str:
    return (
        f"0: 2026-11-21T09:19:{second}.000000Z  INFO http-request: request completed model=m "
        "request_type=unary status=success elapsed_ms=128\n"
    )


REFUSED = (
    " 0: 2026-11-21T09:19:30.000000Z ERROR main: ValueError: The sum of prompt length (9000), "
    "query length (0) should not exceed max_num_tokens (8192)\n"
)


@pytest.mark.parametrize(("second", "known"), [(20, "DKI209"), (40, None)])
def test_a_request_that_was_refused_among_others_is_no_failure(
    steps: LaunchPlan, spoken: Spoken, second: int, known: str | None
) -> None:
    evidence = spoken(steps, {"decode0": REFUSED, "frontend": served(second)})
    found = diagnose(steps, None, [], evidence)

    assert known == (found.known_issue if found else None)


def test_the_last_request_of_a_block_that_went_well_is_picked(
    steps: LaunchPlan, spoken: Spoken
) -> None:
    screen = spoken(steps, {}).screen
    other = served(30).replace("success", "invalid")
    lines = [served(10), served(20), other, "0: all is well 42\n"]
    block = "".join(lines).encode().rstrip(b"\n")

    assert screen.pick(block) == [(1, lines[1].encode().rstrip(b"\n"))]
    assert [True, True, False, False] == [screen.picks(line) for line in lines]
