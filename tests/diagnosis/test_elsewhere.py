# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who is to blame is not always who cries: a crash after a kill, a wait, a service's own words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.launch.plan import Process
from pytest_dynamo.watch.observations import Exited

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

WAITED = "[Rank {rank}] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=88121)\n"
STEP = "[11/21/2026-09:19:{second}] [TRT-LLM] [RANK {rank}] [I] iter = 310, global_rank = {rank}\n"


def waited(*silent: int) -> str:
    """Return a log in which all but some ranks waited in vain, and rank 7 ended of it."""
    lines = "".join(f"{rank:2}: {STEP.format(rank=rank, second=10)}" for rank in range(16))
    lines += "".join(
        f"{rank:2}: {WAITED.format(rank=rank)}" for rank in range(16) if rank not in silent
    )
    return lines + "srun: error: node2: task 7: Aborted\n"


@pytest.mark.parametrize(("silent", "expected"), [((9,), 9), ((9, 10), None)])
def test_who_waited_in_vain_is_not_who_kept_the_others_waiting(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    silent: tuple[int, ...],
    expected: int | None,
) -> None:
    found = diagnose(steps, None, [], spoken(steps, {"decode0": waited(*silent)}))

    assert found
    assert (found.known_issue, found.worker, found.rank) == ("DKI704", "decode0", expected)


NFS = "[77120.1{rank:05}] nfs: server 10.9.0.4 not responding, still trying\n"


@pytest.mark.parametrize(
    ("reasons", "issue"), [((9, 10), "DKI923"), ((9,), "DKI923"), ((), "DKI704")]
)
def test_who_did_not_wait_may_have_said_why(
    steps: LaunchPlan, spoken: Callable[..., Evidence], reasons: tuple[int, ...], issue: str
) -> None:
    log = "".join(f"{rank:2}: {NFS.format(rank=rank)}" for rank in reasons) + waited(9, 10)

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert (found.known_issue, found.worker) == (issue, "decode0")
    assert found.rank == (9 if reasons == (9,) else None)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("etcdserver: no leader", "etcd on node1"),
        ("requested lease not found", "rank 0 of prefill0 on node5"),
    ],
)
def test_an_answer_of_etcd_tells_of_etcd(
    plan: LaunchPlan, spoken: Callable[..., Evidence], answer: str, expected: str
) -> None:
    said = f'ERROR dynamo_runtime::transports::etcd::lease: keep alive task failed: "{answer}"\n'
    ended = [Exited("prefill0-rank0", 0)]

    found = diagnose(plan, None, ended, spoken(plan, {"prefill0-rank0": said}))

    assert found
    assert (found.known_issue, found.where) == ("DKI103", expected)


CRASHED = " 3: [node1:1:0:1] Caught signal 11 (Segmentation fault: address not mapped)\n"
CRASH = CRASHED + "srun: error: node1: task 3: Segmentation fault (core dumped)\n"
KILL = "srun: error: node2: task 5: Killed\n"


@pytest.mark.parametrize(("log", "expected"), [(KILL + CRASH, 5), (CRASH + KILL, 3)])
def test_who_crashes_after_another_was_killed_is_not_the_first(
    steps: LaunchPlan, spoken: Callable[..., Evidence], log: str, expected: int
) -> None:
    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert found.rank == expected


FELL = (
    " 3: [rank3]:[E1121 09:19:48.372211633 ProcessGroupNCCL.cpp:2057] Process group watchdog "
    "thread terminated with exception: CUDA error: unspecified launch failure\n"
    "srun: error: node1: task 3: Aborted (core dumped)\n"
)


@pytest.mark.parametrize("crash", [CRASH, FELL], ids=["it crashed", "its kernels did"])
@pytest.mark.parametrize(
    ("before", "expected"),
    [("", ("decode0", 3)), (" 3: UCX  ERROR Transport retry count exceeded on mlx5_1:1/IB\n",
      ("prefill0", 1))],
)  # fmt: skip
def test_who_crashes_when_its_transport_has_lost_another_is_not_the_first(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    crash: str,
    before: str,
    expected: tuple[str, int],
) -> None:
    said = {"decode0": before + crash, "prefill0": "srun: error: node5: task 1: Killed\n"}

    found = diagnose(steps, None, [], spoken(steps, said))

    assert found
    assert (found.worker, found.rank) == expected


CANCELLED = "slurmstepd-node5: error: *** STEP 7.3 ON node5 CANCELLED AT 2026-11-21T09:19:49 ***\n"


def test_a_step_that_is_cancelled_while_others_serve_is_a_failure(
    steps: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    serves = "INFO dynamo_llm::discovery::watcher: added model model_name=m\n"
    both = {"frontend": f"0: {serves}", "prefill0": f"0: {CANCELLED}"}
    goes_on = {**both, "decode0": f" 0: {STEP.format(rank=0, second=10)}"}
    stopped = {**both, "decode0": f" 0: {CANCELLED}"}

    found = diagnose(steps, None, [], spoken(steps, goes_on))

    assert found
    assert (found.known_issue, found.worker) == ("DKI806", "prefill0")
    assert diagnose(steps, None, [], spoken(steps, stopped)) is None


XID = "[91120.551093] NVRM: Xid (PCI:0009:01:00): 79, GPU has fallen off the bus.\n"


@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_the_kernel_said_of_a_node_whose_rank_goes_on_is_no_failure(
    plan: LaunchPlan, spoken: Callable[..., Evidence], after: int
) -> None:
    said = XID + "".join(STEP.format(rank=3, second=10 + count) for count in range(after))

    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank3": said}))

    assert (found is None) == (after == 2)


@pytest.mark.parametrize("text", ["RuntimeError: boom", "asyncio.exceptions.CancelledError"])
def test_who_is_told_to_stop_by_an_exception_has_not_failed(
    plan: LaunchPlan, spoken: Callable[..., Evidence], text: str
) -> None:
    said = f"Traceback (most recent call last):\n{text}\n"

    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank3": said}))

    assert (found is None) == ("Cancelled" in text)


LOST = " 8: ncclRemoteError: a network error or a remote process exiting prematurely.\n"
ENDED = "srun: error: node3: task 8: Exited with exit code 1\n"


@pytest.mark.parametrize(
    ("before", "issue"),
    [("", None), (" 8: NCCL WARN NET/IB : mlx5_3:1 Got async error event: port error\n", "DKI710")],
)
def test_who_lost_the_others_by_its_own_link_does_not_follow_from_them(
    steps: LaunchPlan, spoken: Callable[..., Evidence], before: str, issue: str | None
) -> None:
    found = diagnose(steps, None, [], spoken(steps, {"decode0": before + LOST + ENDED}))

    assert found
    assert found.known_issue == issue


CLOSING = '{"level":"info","ts":"2026-11-21T09:19:49Z","msg":"received signal; shutting down"}\n'


@pytest.mark.parametrize(
    ("etcds", "expected"),
    [(CLOSING, ("etcd on node1", None)), ("", ("rank 0 of prefill0 on node5", "DKI103"))],
)
def test_a_service_that_was_told_to_end_is_why_others_lost_it(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    etcds: str,
    expected: tuple[str, str | None],
) -> None:
    lost = "ERROR dynamo_runtime::transports::etcd::lease: keep alive task failed: refused\n"
    evidence = spoken(plan, {"etcd": etcds, "prefill0-rank0": lost})

    found = diagnose(plan, None, [Exited("prefill0-rank0", 1)], evidence)

    assert found
    assert expected == (found.where, found.known_issue)


JOINED = " 0: rank0 run mgmn leader node with mpi_world_size: 16 ...\n"


@pytest.mark.parametrize(
    ("prefills", "expected"),
    [("", "prefill0"), (JOINED, "decode0")],
)
def test_who_never_came_up_is_why_another_lost_it(
    steps: LaunchPlan, spoken: Callable[..., Evidence], prefills: str, expected: str
) -> None:
    """Nobody's clock tells who was first, and both say why."""
    logs = {
        "decode0": JOINED * (not prefills) + " 0: RuntimeError: CUDA out of memory\n",
        "prefill0": f"{prefills} 0: error: unrecognized arguments: --fast\n",
    }
    ended = [Exited("decode0", 1), Exited("prefill0", 1)]

    found = diagnose(steps, None, ended, spoken(steps, logs))

    assert found
    assert expected == found.worker


def test_the_kernels_word_of_a_device_explains_a_rank_that_crashed(
    steps: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    log = (
        " 5: RuntimeError: CUDA error: unspecified launch failure\n"
        "srun: error: node2: task 5: Exited with exit code 1\n"
    )
    xid = "epilog: NVRM: Xid (PCI:0000:b7:00): 79, GPU has fallen off the bus.\n"

    alone = diagnose(steps, None, [Exited("decode0", 1)], spoken(steps, {"decode0": log}))
    found = diagnose(steps, None, [Exited("decode0", 1)], spoken(steps, {"decode0": log + xid}))

    assert alone
    assert found
    assert ("product", "infrastructure") == (alone.fault, found.fault)
    assert ("DKI702", 5) == (found.known_issue, found.rank)


SLOW = (
    '0: {"level":"warn","ts":"2026-11-21T09:19:49Z","caller":"wal/wal.go:805",'
    '"msg":"slow fdatasync","took":"3.2s","expected-duration":"1s"}\n'
)
GAVE_UP = "0: ERROR dynamo_runtime::transports::etcd::lease: keep alive task failed\n"


@pytest.mark.parametrize(
    ("etcds", "expected"),
    [(SLOW, ("etcd on node1", "DKI124")), ("", ("rank 0 of prefill0 on node5", "DKI103"))],
)
@pytest.mark.parametrize("log", ["etcd", "prefill0"])
def test_etcd_that_says_that_it_is_slow_is_why_others_lose_their_leases(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    log: str,
    etcds: str,
    expected: tuple[str, str],
) -> None:
    """Its words may stand in its own log, or among those of a rank in the log of a job."""
    ended = "srun: error: node5: task 0: Exited with exit code 1\n"
    said = {"etcd": "", "prefill0": GAVE_UP + ended}
    said[log] = etcds + said[log]

    found = diagnose(steps, None, [], spoken(steps, said))

    assert found
    where = expected[0] if log == "etcd" or not etcds else "etcd on node5"
    assert (where, expected[1]) == (found.where, found.known_issue)


LATE = (
    '{"level":"warn","ts":"2026-11-21T09:19:49Z","caller":"etcdserver/raft.go:416","msg":"leader '
    "failed to send out heartbeat on time; took too long, leader is overloaded likely from slow "
    'disk","to":"8211","heartbeat-interval":"100ms"}\n'
)
PARTED = (
    '{"level":"warn","ts":"2026-11-21T09:19:47Z","caller":"rafthttp/stream.go:421","msg":"lost TCP '
    'streaming connection with remote peer","remote-peer-id":"8211"}\n'
)


@pytest.mark.parametrize(
    ("etcds", "known"),
    [(LATE, "DKI124"), (PARTED + LATE, "DKI103"), (PARTED + SLOW.removeprefix("0: "), "DKI124")],
    ids=["late", "cut off", "cut off and slow"],
)
def test_a_leader_of_etcd_that_is_cut_off_has_no_slow_disk(
    steps: LaunchPlan, spoken: Callable[..., Evidence], etcds: str, known: str
) -> None:
    ended = "srun: error: node5: task 0: Exited with exit code 1\n"

    found = diagnose(steps, None, [], spoken(steps, {"etcd": etcds, "prefill0": GAVE_UP + ended}))

    assert found
    assert known == found.known_issue


STACK = '{rank:2}:   File "/usr/lib/python3.12/a.py", line 7 in {function}\n'
HANGS = "{rank:2}: [11/21/2026-09:24:50] [TRT-LLM] [E] Hang detected after 300 seconds.\n"


@pytest.mark.parametrize(
    ("elsewhere", "ranks", "expected"),
    [((5,), 16, 5), ((), 16, None), ((5, 6), 16, None), ((0,), 2, None), ((), 1, 0)],
)
def test_who_hangs_elsewhere_than_all_others_kept_them_waiting(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    elsewhere: tuple[int, ...],
    ranks: int,
    expected: int | None,
) -> None:
    """Where all of them wait alike, or each somewhere else, nothing tells whose hang it is."""
    log = "".join(
        HANGS.format(rank=rank)
        + STACK.format(rank=rank, function="balance" if rank in elsewhere else "allgather")
        for rank in range(ranks)
    )
    log += "srun: error: node1: task 0: Exited with exit code 1\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert (found.known_issue, found.worker, found.rank) == ("DKI509", "decode0", expected)


HUNG = "".join(
    f"{rank:2}: [11/21/2026-09:24:50] [TRT-LLM] [E] Hang detected after 300 seconds.\n"
    for rank in range(2)
)
HUNG += "srun: error: node1: task 0: Exited with exit code 1\n"
UNSENT = (
    "1: [TensorRT-LLM][ERROR][RANK 1] Exception in CacheSender response: [TensorRT-LLM][ERROR] "
    "Assertion failed: no such block (/src/batch_manager/kvCacheUtils.h:84)\n"
)


@pytest.mark.parametrize(
    ("prefills", "minute", "expected"),
    [
        (UNSENT, 19, ("prefill0", 1, None)),
        ("", 19, ("decode0", None, "DKI509")),
        (UNSENT, 29, ("decode0", None, "DKI509")),
        ("1: RuntimeError: gave up\n", 19, ("decode0", None, "DKI509")),
    ],
    ids=["error-before", "no-error", "error-after", "error-of-no-class"],
)
def test_who_hangs_may_wait_for_what_another_failed_to_send(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    prefills: str,
    minute: int,
    expected: tuple[str, int, str | None],
) -> None:
    step = f"1: [11/21/2026-09:{minute}:10] [TRT-LLM] [RANK 1] [I] iter = 310, global_rank = 1\n"
    evidence = spoken(steps, {"decode0": HUNG, "prefill0": step + prefills})

    found = diagnose(steps, None, [], evidence)

    assert found
    assert expected == (found.worker, found.rank, found.known_issue)
    assert found.fault == "product"


REJECTS = (
    '{{"level":"warn","ts":"2026-11-21T09:19:40Z","msg":"rejected connection on client endpoint",'
    '"error":"{}"}}\n'
)


@pytest.mark.parametrize(
    ("error", "known", "fault"),
    [
        ("tls: first record does not look like a TLS handshake", "DKI775", "config"),
        ("EOF", "DKI101", "infrastructure"),
    ],
)
def test_etcd_that_wants_tls_tells_why_others_do_not_reach_it(
    plan: LaunchPlan, spoken: Callable[..., Evidence], error: str, known: str, fault: str
) -> None:
    said = {
        "etcd": REJECTS.format(error),
        "decode0-rank3": "Exception: Unable to create lease. Check etcd server status\n",
    }

    found = diagnose(plan, None, [Exited("decode0-rank3", 1)], spoken(plan, said))

    assert found
    assert (found.known_issue, found.fault, found.rank) == (known, fault, 3)


JOINS = "rank{0} run mgmn worker node with mpi_world_size: 16 ...\n"
IN_VAIN = "[TRT-LLM] [E] Timed out after 601 seconds waiting for clients. {} clients joined.\n"


@pytest.mark.parametrize(
    ("silent", "rank"),
    [((12,), 12), ((12, 13), 12), ((8, 12), 0), ((), 0)],
    ids=["one", "two of a node", "of two nodes", "none"],
)
def test_who_never_joined_is_whom_all_others_waited_for(
    plan: LaunchPlan, spoken: Callable[..., Evidence], silent: tuple[int, ...], rank: int
) -> None:
    said = {f"decode0-rank{each}": JOINS.format(each) for each in {*range(16)} - {*silent}}
    said["decode0-rank0"] += IN_VAIN.format(f"{16 - len(silent)}/16")

    found = diagnose(plan, None, [Exited("decode0-rank0", 1)], spoken(plan, said))

    assert found
    assert (found.known_issue, found.worker, found.rank) == ("DKI707", "decode0", rank)


ETCD_ENDS = (
    '{{"level":"info","ts":"2026-11-21T09:19:10Z","caller":"osutil/interrupt_unix.go:64",'
    '"msg":"received signal; shutting down"}}\n'
)
LOST_ETCD = "2026-11-21T09:19:20.741499Z ERROR {}: {}\n"


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("dynamo_llm::discovery::watcher: Model reconciliation failed", "frontend on node1"),
        # a rank that was told to end has not failed by what it says then
        ("main: Received signal SIGTERM\n0: Model reconciliation failed", None),
    ],
)
def test_a_service_that_is_told_to_end_in_the_log_of_a_job_tells_of_no_rank(
    steps: LaunchPlan, spoken: Callable[..., Evidence], line: str, where: str | None
) -> None:
    listed = '0: 2026-11-21T09:19:01.741499Z  INFO x: added model model_name="m"\n'
    target, _, words = line.partition(": ")
    log = listed + "0: " + ETCD_ENDS.format() + "0: " + LOST_ETCD.format(target, words)

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert where == (found.where if found else None)


LIMIT = "slurmstepd-node1: error: *** STEP 7.1 ON node1 CANCELLED AT 10:00 DUE TO TIME LIMIT ***\n"
SERVES = '0: 2026-11-21T09:19:01Z  INFO x: added model model_name="m"\n'


BUSY = "srun: Job 7 step creation still disabled, retrying (Requested nodes are busy)\n"


@pytest.mark.parametrize(
    ("frontend", "before", "issue"),
    [
        ("", NFS.format(rank=9), "DKI923"),
        ("", BUSY, "DKI808"),
        ("", "", "DKI804"),
        (SERVES, NFS.format(rank=9), "DKI804"),
    ],
)
def test_a_job_whose_time_ends_while_it_waits_has_what_it_waits_for_as_its_cause(
    steps: LaunchPlan, spoken: Callable[..., Evidence], frontend: str, before: str, issue: str
) -> None:
    log = (f" 9: {before}" if before else "") + LIMIT

    found = diagnose(steps, None, [], spoken(steps, {"frontend": frontend, "decode0": log}))

    assert found
    assert issue == found.known_issue


NOTICED = (
    "mpirun noticed that process rank {} with PID 1 on node n1 exited on signal 11 "
    "(Segmentation fault).\n"
)


@pytest.mark.parametrize(("who", "rank"), [(5, 5), (99, 0)])
def test_whom_mpirun_names_is_who_ended_whoevers_words_it_stands_among(
    steps: LaunchPlan, spoken: Callable[..., Evidence], who: int, rank: int
) -> None:
    log = f" 5: {STEP.format(rank=5, second=10)} 0: {NOTICED.format(who)}"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert (found.worker, found.rank) == ("decode0", rank)


UNRESOLVED = "ssh: Could not resolve hostname {}.decode.llm: Name or service not known\n"
UNPLACED = "Warning  FailedScheduling  0/14 nodes are available: 14 Insufficient nvidia.com/gpu.\n"


@pytest.mark.parametrize(
    ("host", "issue"), [("node2", "DKI817"), ("node9", "DKI914")], ids=["that pod", "another"]
)
def test_a_name_that_leads_nowhere_may_be_that_of_a_pod_without_a_node(
    plan: LaunchPlan, spoken: Callable[..., Evidence], host: str, issue: str
) -> None:
    pod = Process("decode0, told by events.txt", "decode0", "worker", (), "events.txt", ("node2",))
    whole = replace(plan, processes=(*plan.processes, pod))
    said = {"decode0-rank0": UNRESOLVED.format(host), pod.name: UNPLACED}

    found = diagnose(whole, None, [Exited("decode0-rank0", 1)], spoken(whole, said))

    assert found
    assert issue == found.known_issue


OUT_OF_MEMORY = " 2: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB\n"
ENDS_STEP = "slurmstepd-node1: error: *** STEP 7.6 ON node1 CANCELLED AT 2026-11-21T06 ***\n"


@pytest.mark.parametrize(("said", "rank"), [(OUT_OF_MEMORY, 2), ("", 0)])
def test_who_ended_by_its_own_error_may_be_told_of_after_its_step(
    steps: LaunchPlan, spoken: Callable[..., Evidence], said: str, rank: int
) -> None:
    lost = "".join(f"{each:2}: RuntimeError: NCCL communicator was aborted\n" for each in (0, 1))
    ends = "srun: error: node1: tasks 0-1,3: Killed\n"
    ends += "srun: error: node1: task 2: Exited with exit code 1\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": said + lost + ENDS_STEP + ends}))

    assert found
    assert rank == found.rank


PMIX = (
    "slurmstepd-{0}: error:  mpi/pmix_v4: pmixp_p2p_send: {0} [1]: pmixp_utils.c:469: send failed, "
    "rc=1001, {1}\n"
)


@pytest.mark.parametrize(
    ("node", "rank"),
    [("node3", 8), ("node1", 1)],  # who ended is of it
)
def test_what_the_daemon_of_a_node_does_not_reach_is_told_of_that_node(
    steps: LaunchPlan, spoken: Callable[..., Evidence], node: str, rank: int
) -> None:
    log = PMIX.format(node, "exceeded the retry limit")
    log += "srun: error: node1: task 1: Exited with exit code 1\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert ("DKI719", rank) == (found.known_issue, found.rank)


@pytest.mark.parametrize(
    ("tries", "issue"), [("try #1", None), ("exceeded the retry limit", "DKI719")]
)
def test_a_daemon_that_tries_again_has_not_failed(
    steps: LaunchPlan, spoken: Callable[..., Evidence], tries: str, issue: str | None
) -> None:
    log = PMIX.format("node1", tries)

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert issue == (found.known_issue if found else None)


@pytest.mark.parametrize(
    ("waited", "served", "expected"),
    [
        ((0, 1, 2, 3), "", ("DKI704", None)),
        ((0, 1, 3), "", ("DKI704", 2)),
        # nobody waited, or it was before all served
        ((), "", ("DKI806", None)),
        ((0, 1, 3), "INFO dynamo_llm::discovery::watcher: added model model_name=m\n",
         ("DKI806", None)),
    ],
)  # fmt: skip
def test_a_step_that_is_cancelled_after_its_ranks_waited_in_vain_failed_by_that(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    waited: tuple[int, ...],
    served: str,
    expected: tuple[str, int | None],
) -> None:
    loads = "".join(f" {rank}: on its way\n" for rank in range(4))
    log = loads + "".join(f" {rank}: {WAITED.format(rank=rank)}" for rank in waited)
    front = f"0: 2026-11-21T09:19:10.741499Z {served}" if served else ""
    goes_on = {"prefill0": " 0: on its way\n"} if served else {}

    found = diagnose(
        steps, None, [], spoken(steps, {"frontend": front, "decode0": log + ENDS_STEP, **goes_on})
    )

    assert found
    assert expected == (found.known_issue, found.rank)


CRASHED_ON = "[TRT-LLM] [E] Executor loop crashed on this rank; hard-killing all 16 ranks\n"
REFUSES = "E1121 09:19:49.7 57071 ucx_backend.cpp:1389] postXfer: NIXL_ERR_BACKEND\n"


@pytest.mark.parametrize(
    ("said", "rank"),
    [(CRASHED_ON, 3), ("on its way\n", 9)],
    ids=["kills itself", "is killed"],
)
def test_who_kills_itself_with_all_others_was_not_killed_from_outside(
    plan: LaunchPlan, spoken: Callable[..., Evidence], said: str, rank: int
) -> None:
    ended = [Exited("decode0-rank9", -9), Exited("decode0-rank3", -6)]

    found = diagnose(
        plan, None, ended, spoken(plan, {"decode0-rank3": REFUSES, "decode0-rank9": said})
    )

    assert found
    assert rank == found.rank


def test_a_job_that_is_cancelled_while_a_step_waits_for_nodes_failed_by_that(
    steps: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    busy = "srun: Job 7 step creation still disabled, retrying (Requested nodes are busy)\n"
    said = {"decode0": " 0: on its way\n" + ENDS_STEP, "prefill0": busy}

    found = diagnose(steps, None, [], spoken(steps, said))

    assert found
    assert (found.known_issue, found.worker) == ("DKI808", "prefill0")


PORT = "[2026-11-21 09:19:{}] n:1:2 [3] NCCL WARN NET/IB : mlx5_3:1 Got {}\n"


@pytest.mark.parametrize(
    ("events", "issue"),
    [
        (("port error(10)",), "DKI710"),
        (("port error(10)", "port active(9)"), None),
        (("port active(9)", "port error(10)"), "DKI710"),
        (("client reregistration(17)",), None),
    ],
)
@pytest.mark.parametrize(
    "how",
    ["non-fatal async event: ", "async event : ", "async error event: "],
    ids=["new", "old", "error"],
)
def test_a_port_that_comes_back_was_no_failure(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    events: tuple[str, ...],
    issue: str | None,
    how: str,
) -> None:
    said = "".join(PORT.format(10 + second, how + event) for second, event in enumerate(events))
    ended = [Exited("decode0-rank3", 1)]

    found = diagnose(plan, None, ended, spoken(plan, {"decode0-rank3": said}))

    assert found
    assert issue == found.known_issue


@pytest.mark.parametrize("name", ["RequestError", "ValueError"])
def test_a_request_that_an_engine_refused_at_last_is_no_end_of_it(
    plan: LaunchPlan, spoken: Callable[..., Evidence], name: str
) -> None:
    listed = "2026-11-21T09:19:10.741499Z INFO x: added model model_name=m\n"
    refused = f"tensorrt_llm.executor.utils.{name}: The sum of a and b should not exceed c\n"

    found = diagnose(plan, None, [], spoken(plan, {"frontend": listed, "prefill0-rank0": refused}))

    assert found is None


LOST_BLOCK = (
    "1: [TensorRT-LLM][{}] Exception in sendAndRemoveResponse: [TensorRT-LLM][{}] Assertion "
    "failed: Couldn't find the requested block in the reuse tree (/src/kvCacheUtils.h:84)\n"
)
WORKS_ON = "".join(
    f"1: [11/21/2026-09:19:{second}] [TRT-LLM] [RANK 1] [I] iter = 3{second}, global_rank = 1\n"
    for second in range(10, 16)
)


@pytest.mark.parametrize(
    ("decodes", "prefills", "expected"),
    [
        (HUNG, LOST_BLOCK.format("ERROR", "ERROR"), ("prefill0", "DKI604")),
        # one's own error comes before
        (LOST_BLOCK.format("ERROR", "ERROR") + WORKS_ON + HUNG, "", ("decode0", "DKI604")),
        (HUNG, LOST_BLOCK.format("WARNING", "WARNING"), ("decode0", "DKI509")),
    ],
    ids=["the other role", "its own", "a warning"],
)
def test_who_hangs_waits_for_a_cache_that_was_lost_without_a_time(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    decodes: str,
    prefills: str,
    expected: tuple[str, str],
) -> None:
    """Whoever lost it steps on, since others ask it for more."""
    said = {"decode0": decodes, "prefill0": prefills + WORKS_ON}

    found = diagnose(steps, None, [], spoken(steps, said))

    assert found
    assert expected == (found.worker, found.known_issue)


@pytest.mark.parametrize(
    ("mute", "rank"), [((11,), 11), ((), None), ((10, 11), None)], ids=["one", "none", "two"]
)
def test_the_one_rank_that_does_not_tell_of_a_hang_is_whom_all_others_wait_for(
    steps: LaunchPlan, spoken: Callable[..., Evidence], mute: tuple[int, ...], rank: int | None
) -> None:
    """What another worker told before, which waits as well, is no reason of it."""
    step = "{0:2}: [11/21/2026-09:19:10] [TRT-LLM] [RANK {0}] [I] iter = 310, global_rank = {0}\n"
    log = "".join(step.format(each) for each in range(16))
    log += "".join(HANGS.format(rank=each) for each in range(16) if each not in mute)
    log += "srun: error: node1: task 0: Exited with exit code 1\n"

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert (found.known_issue, found.worker, found.rank) == ("DKI509", "decode0", rank)


VERSIONS = "NCCL WARN Mismatched NCCL version detected : rank 0 version 22703 rank {} version {}\n"


@pytest.mark.parametrize(
    ("line", "rank"),
    [
        (VERSIONS.format(8, 22602), None),
        ("NCCL WARN Mismatched NCCL version detected : 22703 and 22602\n", 0),
    ],
)
def test_of_two_ranks_with_two_releases_it_is_not_told_which_is_wrong(
    plan: LaunchPlan, spoken: Callable[..., Evidence], line: str, rank: int | None
) -> None:
    evidence = spoken(plan, {"decode0-rank0": line})

    found = diagnose(plan, None, [Exited("decode0-rank0", 1)], evidence)

    assert found
    assert (found.known_issue, found.rank) == ("DKI771", rank)
