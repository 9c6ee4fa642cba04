# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.diagnosis.diagnose import Diagnosis, diagnose
from pytest_dynamo.watch.observations import Exited
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.lines import Line

    Spoken = Callable[..., Evidence]
    Recorded = Callable[[str], tuple[Line, ...]]

HELLO = "rank5 run mgmn worker node with mpi_world_size: 16 ...\nLoading weights:  45%|\n"
HEADS = """\
Traceback (most recent call last):
  File "/app/tensorrt_llm/tensorrt_llm/_torch/modules/attention.py", line 194, in __init__
    assert self.num_heads % tp_size == 0
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
AssertionError
"""
#: How a rank dies: its exit status, its last words, whose fault that is.
DEATHS = {
    "killed": (-9, "", "infrastructure"),
    "exits 0": (0, "", "product"),
    "exits 1": (1, "", "unknown"),
    "heads": (1, HEADS, "config"),
    "out of memory": (1, "torch.OutOfMemoryError: CUDA out of memory. Tried\n", "infrastructure"),
    "crashes": (-11, "", "product"),
    "raises": (1, "Traceback (most recent call last):\nRuntimeError: boom\n", "unknown"),
    "loses a connection": (1, "RuntimeError: Connection reset by peer\n", "unknown"),
}


def failed(process: str, code: int, **more: object) -> Failed:
    return replace(Failed(9.0, "load", "exit", "it ended", process, code=code), **more)


def place(rank: int) -> str:
    return f"rank {rank} of decode0 on node{rank // 4 + 1}"


def world(dead: int, code: int, words: str) -> tuple[dict[str, int], dict[str, str]]:
    """Return how the ranks of decode0 ended, and what they said last, when one of them died."""
    codes, said = {f"decode0-rank{dead}": code}, {f"decode0-rank{dead}": HELLO + words}
    for rank in range(16):
        name = f"decode0-rank{rank}"
        if rank == dead:
            continue
        lost = "lost rank 0" if rank else f"lost rank {dead}, aborting the world"
        codes[name] = 5 if rank else 4
        said[name] = f"{HELLO}Model init total -- 1.05s\nrank{rank}: {lost}\n"
    return codes, said


# -- a rank that dies takes the others with it ---------------------------------------------------


@given(
    dead=st.integers(0, 15),
    death=st.sampled_from(sorted(DEATHS)),
    order=st.permutations(range(16)),
    seen=st.integers(1, 16),
)
@tried(1000)
def test_the_first_cause_is_found_among_its_echoes(  # noqa: PLR0917 - hypothesis names them
    plan: LaunchPlan, spoken: Spoken, dead: int, death: str, order: list[int], seen: int
) -> None:
    code, words, fault = DEATHS[death]
    codes, said = world(dead, code, words)
    # of the others only some may have ended by now, in any order; the dead one always has
    first = [rank for rank in order if rank == dead or order.index(rank) < seen]
    ended = [Exited(f"decode0-rank{n}", codes[f"decode0-rank{n}"]) for n in first]
    evidence = spoken(plan, said)
    diagnosis = diagnose(plan, failed(ended[0].process, ended[0].code), ended, evidence)

    assert place(dead) == diagnosis.where
    assert fault == diagnosis.fault
    others = {item.process for item in ended} - {f"decode0-rank{dead}"}
    assert others == set(diagnosis.excluded)
    assert diagnosis.also == ()
    assert diagnosis.evidence is not None
    assert diagnosis.evidence.startswith(f"logs/decode0-rank{dead}.log:")


@given(dead=st.integers(1, 15), order=st.permutations([*range(16)]))
@tried(1000)
def test_a_rank_that_was_lost_and_has_not_ended_is_the_cause(
    plan: LaunchPlan, spoken: Spoken, dead: int, order: list[int]
) -> None:
    codes, said = world(dead, 0, "")
    ended = [Exited(f"decode0-rank{n}", codes[f"decode0-rank{n}"]) for n in order if n != dead]
    diagnosis = diagnose(plan, failed("decode0-rank0", 4), ended, spoken(plan, said))

    assert place(dead) == diagnosis.where
    assert diagnosis.what == (
        f"brought its world down during load: rank0: lost rank {dead}, aborting the world"
    )
    assert len(diagnosis.excluded) == 15


def test_what_the_terminal_shows(plan: LaunchPlan, spoken: Spoken) -> None:
    codes, said = world(5, 1, HEADS)
    ended = [Exited(name, code) for name, code in reversed(codes.items())]
    diagnosis = diagnose(plan, failed("decode0-rank15", 5), ended, spoken(plan, said))

    assert (
        diagnosis.render()
        == """\
rank 5 of decode0 on node2: ended with exit 1 during load: assert self.num_heads % tp_size == 0
  phase: load, fault: config, known issue: DKI301
  evidence: logs/decode0-rank5.log:5
  | Traceback (most recent call last):
  |   File "/app/tensorrt_llm/tensorrt_llm/_torch/modules/attention.py", line 194, in __init__
  |     assert self.num_heads % tp_size == 0
  |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  | AssertionError
  followed by: decode0-rank15, decode0-rank14, decode0-rank13, decode0-rank12, decode0-rank11, \
decode0-rank10, decode0-rank9, decode0-rank8 and 7 more
  remedy: choose a tensor_parallel_size that divides the attention heads, or attention DP"""
    )


def test_exit_status_0_is_an_end_like_any_other(plan: LaunchPlan, spoken: Spoken) -> None:
    codes, said = world(5, 0, "")
    ended = [Exited(name, code) for name, code in codes.items()]
    diagnosis = diagnose(plan, failed("decode0-rank5", 0), ended, spoken(plan, said))

    assert diagnosis.what == (
        "ended with exit 0 during load; exit status 0, but nothing that serves ends by itself"
    )


def test_a_rank_that_was_told_to_stop_is_the_cause(plan: LaunchPlan, spoken: Spoken) -> None:
    names = [f"decode0-rank{rank}" for rank in range(16)]
    said = dict.fromkeys(names, HELLO)
    said["decode0-rank0"] += "rank0: rank 5 was told to stop, stopping the world\n"
    ended = [Exited(name, 0) for name in names]
    diagnosis = diagnose(plan, failed("decode0-rank3", 0), ended, spoken(plan, said))

    assert (place(5), "infrastructure") == (diagnosis.where, diagnosis.fault)
    assert diagnosis.remedy == "find who sent SIGTERM: the scheduler, a person, another tool"
    assert len(diagnosis.excluded) == 15


def test_a_leader_that_was_told_to_stop_is_the_cause(plan: LaunchPlan, spoken: Spoken) -> None:
    names = [f"decode0-rank{rank}" for rank in range(16)]
    said = dict.fromkeys(names, HELLO) | {"decode0-rank0": HELLO + "rank0: told to stop\n"}
    ended = [Exited(name, 0) for name in reversed(names)]
    diagnosis = diagnose(plan, failed("decode0-rank15", 0), ended, spoken(plan, said))

    assert (place(0), "infrastructure") == (diagnosis.where, diagnosis.fault)
    assert len(diagnosis.excluded) == 15


def test_a_refused_rank_is_the_cause(plan: LaunchPlan, spoken: Spoken) -> None:
    words = "has a world of 8 ranks, this world has 16"
    said = {
        "decode0-rank0": f"{HELLO}rank0: refused rank 3, which {words}\n",
        "decode0-rank3": f"{HELLO}rank3: refused by rank 0: {words}\n",
        "decode0-rank7": f"{HELLO}rank7: lost rank 0\n",
    }
    ended = [Exited("decode0-rank7", 5), Exited("decode0-rank0", 3), Exited("decode0-rank3", 3)]
    diagnosis = diagnose(plan, failed("decode0-rank7", 5), ended, spoken(plan, said))

    assert (place(3), "config") == (diagnosis.where, diagnosis.fault)
    assert diagnosis.what == (f"ended with exit 3 during load: rank3: refused by rank 0: {words}")


def test_ranks_that_never_reached_rank_0_follow_its_end(plan: LaunchPlan, spoken: Spoken) -> None:
    words = "rank 0 not reached at node1:5555 in 6 s: [Errno 111] Connection refused"
    said = {f"decode0-rank{n}": f"{HELLO}rank{n}: {words}\n" for n in (11, 8)}
    said["decode0-rank0"] = HELLO
    ended = [Exited("decode0-rank11", 5), Exited("decode0-rank0", -9), Exited("decode0-rank8", 5)]
    diagnosis = diagnose(plan, failed("decode0-rank11", 5), ended, spoken(plan, said))

    assert place(0) == diagnosis.where
    assert diagnosis.excluded == ("decode0-rank11", "decode0-rank8")


def test_ranks_that_accuse_each_other_are_no_cause(plan: LaunchPlan, spoken: Spoken) -> None:
    said = {"decode0-rank0": "rank0: lost rank 5, aborting the world\n",
            "decode0-rank5": "rank5: lost rank 0\n"}  # fmt: skip
    ended = [Exited("decode0-rank0", 4), Exited("decode0-rank5", 5)]
    diagnosis = diagnose(plan, failed("decode0-rank0", 4), ended, spoken(plan, said))

    assert ("unknown", "unknown") == (diagnosis.kind, diagnosis.fault)
    assert diagnosis.what == "no first cause found: all 2 ends follow from others"
    assert diagnosis.excluded == ("decode0-rank0", "decode0-rank5")
    assert diagnosis.dismissed == (
        (
            f"{place(0)} follows from another: rank0: lost rank 5, aborting the world "
            "(logs/decode0-rank0.log:1)"
        ),
        f"{place(5)} follows from another: rank5: lost rank 0 (logs/decode0-rank5.log:1)",
    )
    assert all(f"  no cause: {each}" in diagnosis.render() for each in diagnosis.dismissed)


# -- several ends --------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [1, -1])
def test_two_unrelated_ends_are_both_told(plan: LaunchPlan, spoken: Spoken, turn: int) -> None:
    said = {"decode0-rank1": "ValueError: a\n", "prefill0-rank1": "KeyError: 'b'\n"}
    ended = [Exited("decode0-rank1", 1), Exited("prefill0-rank1", 1)][::turn]
    diagnosis = diagnose(plan, failed(ended[0].process, 1), ended, spoken(plan, said))

    assert diagnosis.where.startswith(f"rank 1 of {ended[0].process.removesuffix('-rank1')} on ")
    assert ((ended[1].process,), ()) == (diagnosis.also, diagnosis.excluded)
    assert f"ended besides: {ended[1].process}\n" in diagnosis.render() + "\n"


@pytest.mark.parametrize("turn", [1, -1])
def test_who_said_an_error_comes_before_who_said_nothing(
    plan: LaunchPlan, spoken: Spoken, turn: int
) -> None:
    said = {"decode0-rank1": "ValueError: a\n", "decode0-rank2": HELLO}
    ended = [Exited("decode0-rank1", 1), Exited("decode0-rank2", 1)][::turn]
    diagnosis = diagnose(plan, failed(ended[0].process, 1), ended, spoken(plan, said))

    assert (place(1), ("decode0-rank2",)) == (diagnosis.where, diagnosis.also)


@pytest.mark.parametrize("turn", [1, -1])
def test_whom_the_others_name_comes_before_a_signal(
    plan: LaunchPlan, spoken: Spoken, turn: int
) -> None:
    said = {"decode0-rank0": "rank0: lost rank 5, aborting the world\n", "decode0-rank7": HELLO}
    ended = [Exited("decode0-rank7", -9), Exited("decode0-rank0", 4), Exited("decode0-rank5", 1)]
    diagnosis = diagnose(plan, failed("decode0-rank7", -9), ended[::turn], spoken(plan, said))

    assert (place(5), ("decode0-rank7",)) == (diagnosis.where, diagnosis.also)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_signal_from_outside_comes_before_an_error(
    plan: LaunchPlan, spoken: Spoken, turn: int
) -> None:
    said = {"decode0-rank1": "ValueError: a\n", "prefill0-rank1": HELLO}
    ended = [Exited("decode0-rank1", 1), Exited("prefill0-rank1", -9)][::turn]
    diagnosis = diagnose(plan, failed(ended[0].process, 1), ended, spoken(plan, said))

    assert diagnosis.where == "rank 1 of prefill0 on node5"
    assert diagnosis.also == ("decode0-rank1",)


def test_an_end_seen_twice_is_told_once(plan: LaunchPlan, spoken: Spoken) -> None:
    ended = [Exited("decode0-rank1", 1)] * 2
    diagnosis = diagnose(plan, failed("decode0-rank1", 1), ended, spoken(plan, {}))

    assert ((), ()) == (diagnosis.also, diagnosis.excluded)


@pytest.mark.parametrize("turn", [1, -1])
def test_etcd_comes_before_whatever_depends_on_it(
    plan: LaunchPlan, spoken: Spoken, turn: int
) -> None:
    codes, said = world(0, 1, "rank0: the runtime ended the endpoint\n")
    said |= {"etcd": "2026-11-21 C | etcdmain: bind: address already in use\n",
             "frontend": "ERROR keep alive task failed: grpc request error\n"}  # fmt: skip
    ended = [Exited("etcd", 1), Exited("frontend", 0), *map(Exited, codes, codes.values())][::turn]
    diagnosis = diagnose(plan, failed("etcd", 1), ended, spoken(plan, said))

    assert ("etcd on node1", "infrastructure") == (diagnosis.where, diagnosis.fault)
    assert diagnosis.evidence == "logs/etcd.log:1"
    assert "frontend" in diagnosis.excluded


def test_what_etcd_logs_of_its_clients_is_no_excuse(plan: LaunchPlan, spoken: Spoken) -> None:
    said = {
        "etcd": "rejected connection (error: Connection reset by peer)\n",
        "frontend": "ERROR x",
    }
    ended = [Exited("frontend", 1), Exited("etcd", -9)]
    diagnosis = diagnose(plan, failed("frontend", 1), ended, spoken(plan, said))

    assert ("etcd on node1", ("frontend",)) == (diagnosis.where, diagnosis.also)


def test_the_frontend_ends_by_a_panic(plan: LaunchPlan, spoken: Spoken) -> None:
    said = {
        "frontend": "INFO starting\nthread 'main' panicked at lib/llm/src/http.rs:1:2:\n"
        "could not bind to address: 0.0.0.0:8000\nnote: run with `RUST_BACKTRACE=1`\n"
    }
    bad = failed("frontend", 101, phase="services")
    diagnosis = diagnose(plan, bad, [Exited("frontend", 101)], spoken(plan, said))

    assert (
        "frontend on node1",
        "ended with exit 101 during services: could not bind to address: 0.0.0.0:8000",
        "infrastructure",
        "logs/frontend.log:3",
    ) == (diagnosis.where, diagnosis.what, diagnosis.fault, diagnosis.evidence)


def test_the_end_of_what_served_is_told_as_such(plan: LaunchPlan, spoken: Spoken) -> None:
    bad = failed("decode0-rank5", -9, served=True)
    diagnosis = diagnose(plan, bad, [Exited("decode0-rank5", -9)], spoken(plan, {}))

    assert diagnosis.what == "ended with SIGKILL while the deployment was serving"
    assert ("serving", "logs/decode0-rank5.log") == (diagnosis.phase, diagnosis.evidence)


# -- Slurm ---------------------------------------------------------------------------------------

RECORDED = [
    ("rank5_killed", 137, place(5), "SIGKILL", "infrastructure", "find who sent the signal"),
    ("rank5_exit1", 1, place(5), "exit 1", "unknown", None),
    ("rank5_exit0", 5, place(5), "exit 0", "product", None),
    ("rank0_killed", 137, place(0), "SIGKILL", "infrastructure", "find who sent the signal"),
    ("rank7_exception", 1, place(7), "exit 1", "unknown", None),
    ("rank5_out_of_memory", 1, place(5), "exit 1", "infrastructure", "free the GPU memory"),
    ("heads", 1, place(3), "exit 1", "config", "choose a tensor_parallel_size"),
    ("cancelled", 137, "decode0 on node1, node2, node3, node4", "exit 137 (SIGKILL)",
     "infrastructure", "find who cancelled"),
]  # fmt: skip


@pytest.mark.parametrize("ended", [True, False], ids=["srun has ended", "srun goes on"])
@pytest.mark.parametrize(("log", "code", "where", "how", "fault", "remedy"), RECORDED)
def test_the_rank_is_found_in_what_srun_wrote(  # noqa: PLR0917 - a table
    steps: LaunchPlan,
    spoken: Spoken,
    recorded: Recorded,
    log: str,
    code: int,
    where: str,
    how: str,
    fault: str,
    remedy: str | None,
    ended: bool,  # noqa: FBT001 - as above
) -> None:
    evidence = spoken(steps, {"decode0": recorded(log)})
    bad = failed("decode0", code, ranks=(5,))
    diagnosis = diagnose(steps, bad, [Exited("decode0", code)] if ended else [], evidence)

    assert (where, fault) == (diagnosis.where, diagnosis.fault)
    assert diagnosis.what.startswith(f"ended with {how} during load")
    assert (diagnosis.remedy or "").startswith(remedy or "")
    assert (remedy is None) == (diagnosis.remedy is None)


@pytest.mark.parametrize("log", [row[0] for row in RECORDED])
def test_evidence_in_a_step_is_a_line_of_the_culprit(
    steps: LaunchPlan, spoken: Spoken, recorded: Recorded, log: str
) -> None:
    lines = recorded(log)
    evidence = spoken(steps, {"decode0": lines})
    diagnosis = diagnose(steps, failed("decode0", 1), [Exited("decode0", 1)], evidence)

    name, number = (diagnosis.evidence or "").split(":")
    line = next(item for item in lines if item.number == int(number))
    assert name == "logs/decode0.log"
    rank = None if log == "cancelled" else int(diagnosis.where.split()[1])
    assert rank == line.rank or "CANCELLED" in line.text
    assert all(text in {item.text for item in lines} for text in diagnosis.said)


def test_the_other_ranks_of_a_step_are_its_echoes(
    steps: LaunchPlan, spoken: Spoken, recorded: Recorded
) -> None:
    evidence = spoken(steps, {"decode0": recorded("rank5_killed")})
    diagnosis = diagnose(steps, failed("decode0", 137), [Exited("decode0", 137)], evidence)

    assert (("decode0 rank 0-4, 6-15",), ()) == (diagnosis.excluded, diagnosis.also)


def test_a_short_tail_of_a_step_still_names_the_lost_rank(
    steps: LaunchPlan, spoken: Spoken, recorded: Recorded
) -> None:
    evidence = spoken(steps, {"decode0": recorded("rank5_exit0")[-40:]})
    diagnosis = diagnose(steps, failed("decode0", 5), [Exited("decode0", 5)], evidence)

    assert place(5) == diagnosis.where
    assert diagnosis.what == (
        "brought its world down during load: rank0: rank 5 of decode0 did not arrive in 6 s, "
        "aborting the world"
    )


NODE_FAILURE = """\
 5: Loading weights:  45%|
 0: slurmstepd-node1: error: *** STEP 1.0 ON node1 CANCELLED AT 2026-11-21T09:51:04 DUE TO NODE \
FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***
srun: error: Node failure on node2
srun: Job step aborted: Waiting up to 7 seconds for job step to finish.
srun: error: node4: tasks 12-15: Terminated
srun: error: node3: tasks 8-11: Terminated
srun: error: node1: tasks 0-3: Terminated
"""
NODE_OFF = """\
srun: error: Task launch for StepId=4.0 failed on node node2: Communication connection failure
srun: error: Application launch failed: Communication connection failure
srun: Job step aborted: Waiting up to 7 seconds for job step to finish.
 0: slurmstepd-node1: error: *** STEP 4.0 ON node1 CANCELLED AT 2026-11-21T09:49:47 ***
srun: error: node4: tasks 12-15: Killed
srun: error: node3: tasks 8-11: Killed
srun: error: node1: tasks 0-3: Killed
"""
TIME_LIMIT = """\
 0: slurmstepd-node1: error: *** STEP 24.0 ON node1 CANCELLED AT 2026-11-21T10:09 DUE TO TIME \
LIMIT ***
srun: Job step aborted: Waiting up to 7 seconds for job step to finish.
 1: Terminated
srun: error: node1: tasks 0-3: Killed
"""
MPI_ABORT = """\
 5: --------------------------------------------------------------------------
 5: MPI_ABORT was invoked on rank 5 in communicator MPI_COMM_WORLD
 5: with errorcode 17.
 5:
 5: NOTE: invoking MPI_ABORT causes Open MPI to kill all MPI processes.
 5: You may or may not see output from other processes, depending on
 5: exactly when Open MPI kills them.
 5: --------------------------------------------------------------------------
 0: slurmstepd-node1: error: *** STEP 22.0 ON node1 CANCELLED AT 2026-11-21T09:49:01 ***
srun: Job step aborted: Waiting up to 7 seconds for job step to finish.
srun: error: node2: tasks 4-7: Killed
srun: error: node4: tasks 12-15: Killed
srun: error: node3: tasks 8-11: Killed
srun: error: node1: tasks 0-3: Killed
"""
RANK_OF_MPI = """\
srun: error: node2: task 5: Exited with exit code 9
 4: slurmstepd-node2: error:  mpi/pmix_v4: _errhandler: node2 [1]: pmixp_client_v2.c:211: Error \
handler invoked: status = -61, source = [slurm.pmix.23.0:5]
srun: Job step aborted: Waiting up to 7 seconds for job step to finish.
 0: slurmstepd-node1: error: *** STEP 23.0 ON node1 CANCELLED AT 2026-11-21T09:49:03 ***
srun: error: node2: tasks 4,6-7: Killed
srun: error: node4: tasks 12-15: Killed
srun: error: node1: tasks 0-3: Killed
srun: error: node3: tasks 8-11: Killed
"""
OUT_OF_MEMORY = """\
 5: Loading weights:  45%|
 4: slurmstepd-node2: error: Detected 1 oom-kill event(s) in StepId=7.0. Some of your processes \
may have been killed by the cgroup out-of-memory handler.
srun: error: node2: task 5: Out Of Memory
srun: launch/slurm: _step_signal: Terminating StepId=7.0
"""
LOST_AFTERWARDS = """\
11: Loading weights:  45%|
srun: error: node2: task 5: Exited with exit code 1
srun: launch/slurm: _step_signal: Terminating StepId=2.0
 0: slurmstepd-node1: error: *** STEP 2.0 ON node1 CANCELLED AT 2026-11-21T12:32:01 ***
11: rank11: rank 0 was gone already: [Errno 32] Broken pipe
12: rank12: lost rank 0: [Errno 104] Connection reset by peer
srun: error: node4: task 12: Exited with exit code 5
"""
#: The accuser shares a node with the rank that was killed, and srun hears of its end first.
TOLD_AFTERWARDS = """\
0: rank0: lost rank 5, aborting the world
srun: launch/slurm: _task_finish: Received task exit notification for 1 task of StepId=2.4 \
(status=0x0400).
srun: error: node1: task 0: Exited with exit code 4
srun: launch/slurm: _step_signal: Terminating StepId=2.4
srun: error: node2: task 5: Killed
"""
#: It was alive until Slurm ended it: nobody else has sent the signal.
ENDED_BY_SLURM = TOLD_AFTERWARDS.replace("lost rank 5,", "rank 5 was told to stop,")
CLOSED_BY_ERROR = f" 5: RuntimeError: boom\n{TOLD_AFTERWARDS}"
NO_PARTITION = "srun: error: Unable to allocate resources: Invalid partition name specified\n"
NO_NODES = "srun: error: Unable to create step for job 3: Requested nodes are busy\n"
NO_PYXIS = """\
srun: unrecognized option '--container-image=./x.sqsh'
Try "srun --help" for more information
"""
NO_IMAGE = """\
 5: slurmstepd-node3: error: pyxis: failed to create container filesystem for image: ./nope.sqsh
 9: slurmstepd-node4: error: pyxis: container was not started successfully by another task
srun: error: node3: task 5: Exited with exit code 1
"""
ALL = "decode0 on node1, node2, node3, node4"


@pytest.mark.parametrize(
    ("log", "code", "where", "what", "fault"),
    [
        (NODE_FAILURE, 143, "decode0 on node2", "Node failure on node2", "infrastructure"),
        (NODE_OFF, 233, "decode0 on node2", "Task launch for StepId=4.0 failed", "infrastructure"),
        (TIME_LIMIT, 137, ALL, "DUE TO TIME LIMIT", "infrastructure"),
        (MPI_ABORT, 17, place(5), "MPI_ABORT was invoked on rank 5", "product"),
        (RANK_OF_MPI, 137, place(5), "ended with exit 9 during load", "unknown"),
        (OUT_OF_MEMORY, 137, place(5), "ended with SIGKILL during load", "infrastructure"),
        (LOST_AFTERWARDS, 5, place(5), "ended with exit 1 during load", "unknown"),
        (TOLD_AFTERWARDS, 137, place(5), "ended with SIGKILL during load", "infrastructure"),
        (ENDED_BY_SLURM, 137, place(5), "rank 5 was told to stop", "infrastructure"),
        (CLOSED_BY_ERROR, 137, place(5), "RuntimeError: boom", "unknown"),
        (NO_NODES, 1, ALL, "Requested nodes are busy", "infrastructure"),
        (NO_PARTITION, 1, ALL, "Invalid partition name specified", "config"),
        (NO_PYXIS, 255, ALL, "unrecognized option", "config"),
        (NO_IMAGE, 1, place(5), "pyxis: failed to create container filesystem", "config"),
        ("", 1, ALL, "ended with exit 1 during load", "unknown"),
        (" 5: RuntimeError: boom\n 7: fine\n", 1, place(5), "RuntimeError: boom", "unknown"),
    ],
)
def test_what_slurm_says_is_understood(  # noqa: PLR0917 - a table
    steps: LaunchPlan, spoken: Spoken, log: str, code: int, where: str, what: str, fault: str
) -> None:
    evidence = spoken(steps, {"decode0": log})
    diagnosis = diagnose(steps, failed("decode0", code), [Exited("decode0", code)], evidence)

    assert (where, fault) == (diagnosis.where, diagnosis.fault)
    assert what in diagnosis.what


def test_a_service_of_one_task_is_a_process(steps: LaunchPlan, spoken: Spoken) -> None:
    said = {"etcd": "0: bind: address already in use\nsrun: error: node1: task 0: Exited with exit "
            "code 1\n"}  # fmt: skip
    diagnosis = diagnose(steps, failed("etcd", 1), [Exited("etcd", 1)], spoken(steps, said))

    assert ("etcd on node1", "logs/etcd.log:1") == (diagnosis.where, diagnosis.evidence)
    assert diagnosis.fault == "infrastructure"


# -- other failures ------------------------------------------------------------------------------

STALL = Failed(
    at=9.0, phase="load", kind="stall", what="load took longer than its budget of 30 s: ...",
    process="decode0-rank5", worker="decode0", ranks=(5, 6, 7, 9), nodes=("node2", "node3"),
    log="logs/decode0-rank5.log", line=2, since_s=28.0,
)  # fmt: skip


def test_a_stall_names_the_ranks_and_what_the_quietest_said(
    plan: LaunchPlan, spoken: Spoken
) -> None:
    diagnosis = diagnose(plan, STALL, [], spoken(plan, {"decode0-rank5": HELLO}))

    assert diagnosis == Diagnosis(
        phase="load", kind="stall", where="rank 5-7, 9 of decode0 on node2, node3",
        what=STALL.what, fault="infrastructure", evidence="logs/decode0-rank5.log:2",
        remedy="look at the log, or raise budgets.load if this is how long it takes",
        said=tuple(HELLO.splitlines()), worker="decode0", role="decode", confidence="medium",
    )  # fmt: skip


@pytest.mark.parametrize("labelled", [False, True])
def test_an_exception_that_hangs_a_world_is_found(
    plan: LaunchPlan,
    steps: LaunchPlan,
    spoken: Spoken,
    labelled: bool,  # noqa: FBT001
) -> None:
    words = ["Traceback (most recent call last):", "ValueError: boom"]
    if labelled:
        said = {"decode0": "".join(f" 6: {word}\n 7: waiting\n" for word in words)}
        diagnosis = diagnose(steps, replace(STALL, process="decode0"), [], spoken(steps, said))
    else:
        said = {"decode0-rank6": "\n".join(words), "decode0-rank1": "KeyError: 1"}
        diagnosis = diagnose(plan, STALL, [], spoken(plan, said))

    assert (place(6), "config") == (diagnosis.where, diagnosis.fault)
    assert diagnosis.what == (
        f"{STALL.what}; meanwhile rank 6 of decode0 on node2 said: ValueError: boom"
    )
    assert tuple(words) == diagnosis.said
    number = 3 if labelled else 2
    log = "decode0" if labelled else "decode0-rank6"
    assert diagnosis.evidence == f"logs/{log}.log:{number}"


@pytest.mark.parametrize(
    ("error", "sure"),
    [
        ("torch.OutOfMemoryError: CUDA out of memory.", "high"),
        ("OSError: [Errno 113] No route to host", "medium"),
    ],
)
def test_a_hang_is_explained_as_surely_as_an_end(
    plan: LaunchPlan, spoken: Spoken, error: str, sure: str
) -> None:
    said = {"decode0-rank6": f"Traceback (most recent call last):\n{error}", "decode0-rank1": "x"}
    diagnosis = diagnose(plan, STALL, [], spoken(plan, said))

    assert diagnosis
    assert sure == diagnosis.confidence


def test_a_frontend_that_lacks_workers_is_the_place_of_a_stall(
    plan: LaunchPlan, spoken: Spoken
) -> None:
    stall = Failed(9.0, "registration", "stall", "0 prefill worker(s) registered", "frontend",
                   nodes=("node1",), log="logs/frontend.log")  # fmt: skip
    diagnosis = diagnose(plan, stall, [], spoken(plan, {"frontend": "INFO a\nINFO b\n"}))

    assert ("frontend on node1", "product") == (diagnosis.where, diagnosis.fault)
    assert ("logs/frontend.log", ("INFO a", "INFO b")) == (diagnosis.evidence, diagnosis.said)


def test_a_contradiction_is_the_configurations_fault(steps: LaunchPlan, spoken: Spoken) -> None:
    bad = Failed(
        9.0, "launch", "contradiction", "rank 5 of decode0 joined a world of 8; ...",
        "decode0", "decode0", (5,), ("node2",), log="logs/decode0.log", line=7,
    )  # fmt: skip
    said = {"decode0": " 4: other\n 5: rank5 run mgmn worker node with mpi_world_size: 8 ...\n"}
    diagnosis = diagnose(steps, bad, [], spoken(steps, said))

    assert (place(5), "config", "logs/decode0.log:7") == (
        diagnosis.where, diagnosis.fault, diagnosis.evidence
    )  # fmt: skip
    assert diagnosis.said == ("rank5 run mgmn worker node with mpi_world_size: 8 ...",)
    assert (
        diagnosis.remedy == "start every rank of the worker in one step, with --ntasks as planned"
    )


def test_a_failure_of_no_process_is_the_topologys(plan: LaunchPlan, spoken: Spoken) -> None:
    bad = Failed(9.0, "serving", "stall", "no answer yet")

    assert diagnose(plan, bad, [], spoken(plan, {})).where == "test"


# -- written down --------------------------------------------------------------------------------

TEXT = st.text(max_size=20)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)


@given(
    diagnosis=st.builds(
        Diagnosis,
        phase=TEXT, kind=TEXT, where=TEXT, what=TEXT,
        fault=st.sampled_from(["config", "infrastructure", "product", "unknown"]),
        evidence=st.none() | TEXT, remedy=st.none() | TEXT,
        said=TEXTS, excluded=TEXTS, also=TEXTS,
    )
)  # fmt: skip
@tried(1000)
def test_it_can_be_written_and_read_again(diagnosis: Diagnosis) -> None:
    written = json.dumps(diagnosis.to_dict())

    assert diagnosis == Diagnosis.from_dict(json.loads(written))
