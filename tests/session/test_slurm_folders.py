# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of jobs on Slurm as scripts leave them, and what lies beside their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, LISTED, OOM, XID, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

MANY = "mlperf_llama405b_disagg"
WELL = f"{AT.format(20)} INFO dynamo_llm::http: request completed status=success"
JOINS = "rank{0} run mgmn {1} node with mpi_world_size: {2} ..."
LOADED = "[05/11/2026-09:{:02}:00] [TRT-LLM] [RANK {}] [I] Model init total -- 60.10s"
CANCELLED = "slurmstepd-n1: error: *** STEP 7.{} ON n1 CANCELLED AT 2026-05-11T09:40:00 ***"
LIMIT = "slurmstepd-n1: error: *** {} ON n1 CANCELLED AT 2026-05-11T{}:00 DUE TO {} ***"
#: Workers of which one has more ranks than the other.
UNLIKE = """
name: mine
description: a small prefill and a large decode
nodes: 5
engine: trtllm
versions: {dynamo: 1.0.0, trtllm: 1.2.0}
model: {path: m, served_name: m}
hardware: {gpu: GB200, gpus_per_node: 4}
roles:
  prefill: {workers: 1, nodes_per_worker: 1, parallel: {tp: 4}, engine_config: /mnt/p.yaml}
  decode: {workers: 1, nodes_per_worker: 4, parallel: {tp: 16}, engine_config: /mnt/d.yaml}
"""


@pytest.fixture
def unlike(described: Callable[[str], str]) -> str:
    """Return where workers of two sizes are described."""
    return described(UNLIKE)


def joins(rank: int, size: int) -> str:
    """Return how a rank tells that it has joined its world, with its label."""
    return f"{rank}: " + JOINS.format(rank, "worker" if rank else "leader", size)


def up(rank: int) -> str:
    """Return how a rank tells that it has loaded, with its label."""
    return f"{rank}: " + LOADED.format(3, rank)


@pytest.mark.parametrize(
    ("absent", "slow", "expected"),
    [
        ((11,), (), ("decode0", 11, "launch")),
        ((), (8, 9, 10, 11), ("decode0", None, "load")),
        # of a number that both have it may be either's
        ((), (3,), None),
        ((), (), None),
        # who lacks most of them waits for none
        ((), tuple(range(16)), None),
    ],
    ids=["one never came", "a node is late", "either's", "all came", "none came"],
)
def test_of_several_in_one_log_the_ranks_are_named_that_a_job_waited_for(
    judge: Judge,
    unlike: str,
    absent: tuple[int, ...],
    slow: tuple[int, ...],
    expected: tuple[str, int | None, str] | None,
) -> None:
    lines = [joins(rank, size) for size in (4, 16) for rank in range(size) if rank not in absent]
    lines += [up(rank) for rank in range(4)]
    lines += [up(rank) for rank in range(16) if rank not in (*absent, *slow)]

    found = judge(unlike, {"slurm-7.out": said(*lines, f"0: {CANCELLED.format(2)}")})

    stalled = found if found and found.kind == "stall" else None
    assert expected == ((stalled.worker, stalled.rank, stalled.phase) if stalled else None)


def test_logs_that_tell_no_role_are_of_who_has_as_many_ranks(judge: Judge, unlike: str) -> None:
    """A table that names a worker has no number of the job before that."""
    files = {
        f"tasks/run-7712.{step}.{rank:02}.log": said(
            joins(rank, size).partition(": ")[2], f"x {rank}"
        )
        for step, size in ((1, 4), (2, 16))
        for rank in range(size)
    }
    files["tasks/run-7712.2.09.log"] += said("it loads", OOM)
    files["run-7712.err"] = "srun: error: n4: task 9: Exited with exit code 1\n"

    found = judge(unlike, files)

    assert found
    assert ("DKI401", "decode0", 9) == (found.known_issue, found.worker, found.rank)


OF_MEMORY = """\
JobID    JobName   State         ExitCode
7712.1   prefill0  CANCELLED     0:15
7712.2   decode0   OUT_OF_MEMORY 0:125
"""


def test_a_table_names_a_worker_without_the_number_of_its_job(judge: Judge, unlike: str) -> None:
    """The logs of its ranks begin with that, and tell no role."""
    files = {
        f"tasks/run-7712.{step}.{rank:02}.log": said(joins(rank, size).partition(": ")[2])
        for step, size in ((1, 4), (2, 16))
        for rank in range(size)
    }
    files["sacct.txt"] = OF_MEMORY
    files["run-7712.err"] = "srun: error: n4: task 9: Out Of Memory\n"

    found = judge(unlike, files)

    assert found
    assert ("DKI901", "decode0", 9) == (found.known_issue, found.worker, found.rank)


@pytest.mark.parametrize(
    ("answered", "known"), [(False, None), (True, "DKI804")], ids=["never up", "it served"]
)
def test_a_time_limit_is_what_ended_the_wait_for_a_rank(
    judge: Judge,
    answered: bool,  # noqa: FBT001 - a table
    known: str | None,
) -> None:
    limit = LIMIT.format("STEP 7.1", "09:40", "TIME LIMIT")
    files = {
        "frontend.log": said(*([LISTED, WELL] if answered else [])),
        "agg.log": said(
            *(joins(rank, 16) for rank in range(16)),
            "7: [05/11/2026-09:02:00] [TRT-LLM] [RANK 7] [I] Loading weights: 50%",
            *(up(rank) for rank in range(16) if rank != 7),
            f"0: {limit}",
        ),
    }

    found = judge("wide_ep_agg", files)

    assert found
    assert known == found.known_issue
    assert answered or ("agg0", 7, "load") == (found.worker, found.rank, found.phase)


STEPS = "{}: [05/11/2026-09:{:02}:00] [TRT-LLM] [RANK {}] [I] warm-up of {}"


@pytest.mark.parametrize("after", ["09:41:00] [TRT-LLM] [RANK {}] [I] it ends", None])
def test_what_ranks_say_as_they_are_ended_tells_nothing_of_where_they_stood(
    judge: Judge, after: str | None
) -> None:
    behind = [STEPS.format(rank, 5, rank, "a") for rank in range(16)]
    behind += [STEPS.format(rank, 6, rank, "the next") for rank in range(16) if rank != 13]
    last = [f"{rank}: [05/11/2026-{after.format(rank)}" for rank in range(16)] if after else []
    limit = LIMIT.format("STEP 7.1", "09:40", "TIME LIMIT")
    lines = [*(joins(rank, 16) for rank in range(16)), *(up(rank) for rank in range(16)), *behind]

    found = judge("wide_ep_agg", {"agg.log": said(*lines, f"0: {limit}", *last)})

    assert found
    assert ("agg0", 13, None) == (found.worker, found.rank, found.known_issue)


@pytest.mark.parametrize(
    ("last", "known"), [("10:38", "DKI806"), ("09:10", "DKI813")], ids=["anew", "the same end"]
)
def test_a_job_that_was_put_back_into_its_queue_ends_by_its_last_end(
    judge: Judge, last: str, known: str
) -> None:
    cancelled = LIMIT.format("JOB 7", last, "X").replace(" DUE TO X", "")
    files = {
        "agg.log": said(
            *(joins(rank, 16) for rank in range(16)),
            f"0: {LIMIT.format('JOB 7', '09:10', 'PREEMPTION')}",
            f"0: {LIMIT.format('STEP 7.0', '09:10', 'PREEMPTION')}",
            *(joins(rank, 16) for rank in range(16)),
            f"0: {cancelled}",
        )
    }

    found = judge("wide_ep_agg", files)

    assert found
    assert known == found.known_issue


REFUSED = "srun: error: Task launch for StepId=7.2 failed on node n4: Zero Bytes were transmitted"
REWOUND = "[2026-05-11T09:00:00.356] error: Munge decode failed: Rewound credential"


@pytest.mark.parametrize(
    ("daemon", "known"), [(REWOUND, "DKI906"), ("[2026-05-11T09:00:00.356] it listens", "DKI803")]
)
def test_why_a_node_refuses_a_launch_stands_in_the_log_of_its_daemon(
    judge: Judge, daemon: str, known: str
) -> None:
    """Which is no log of a worker, nor is that of the controller."""
    files = {
        "prefill.out": said(*map(up, range(16))),
        "slurm-7.out": said("srun: launching StepId=7.2 on host n4, 16 tasks: [0-15]", REFUSED),
        "var-log/n4.slurmd.log": said(daemon),
        "slurmctld.log": said("[2026-05-11T08:00:00.951] sched: Allocate JobId=7 NodeList=n[1-8]"),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert known == found.known_issue
    assert found.where.startswith("srun")


PMIX = (
    "[n3:65328] PMIX ERROR: UNREACHABLE in file ../../../src/client/pmix_client_fence.c at line 2"
)
NO_IMAGE = "slurmstepd: error: pyxis: failed to create container filesystem for image: /raid/a.sqsh"


@pytest.mark.parametrize(
    ("said_there", "known"), [(NO_IMAGE, "DKI802"), ("slurmstepd: it runs", "DKI719")]
)
def test_who_does_not_reach_tasks_that_could_not_start_follows_from_that(
    judge: Judge, said_there: str, known: str
) -> None:
    files = {
        "prefill.log": said(*map(up, range(16))),
        "decode.log": said(*(f"{rank}: it begins" for rank in range(8)), f"0: {PMIX}"),
        "n4.log": said(*(f"{rank}: {said_there}" for rank in range(8, 12))),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert known == found.known_issue


FATAL = '[41] 2026/05/11 09:01:06.05 [FTL] Error listening on port: 0.0.0.0:4222, "listen tcp \
0.0.0.0:4222: bind: address already in use"'
NO_NATS = "Exception: Failed to connect to NATS: IO error: Connection refused (os error 111)"


@pytest.mark.parametrize(("fatal", "known"), [(FATAL, "DKI105"), ("[41] it ends", "DKI101")])
def test_a_service_that_shares_a_log_with_ranks_of_its_number_is_why_they_fail(
    judge: Judge, fatal: str, known: str
) -> None:
    """Its own lines come last, and nobody tells which task 0 ended first."""
    ended = "srun: error: n{}: task 0: Exited with exit code 1"
    files = {
        "slurm-7.out": said(
            *(f"{rank}: it starts" for rank in range(2)),
            *(f"0: {AT.format(2)} ERROR x: {NO_NATS}" for _ in range(2)),
            *(ended.format(node) for node in (1, 2, 3)),
            "0: [41] 2026/05/11 09:01:06.02 [INF] Starting nats-server",
            f"0: {fatal}",
        )
    }

    found = judge("local_disagg", files)

    assert found
    assert known == found.known_issue


UVICORN = 'INFO:     10.0.0.1:5432 - "{} HTTP/1.1" {}'


@pytest.mark.parametrize(
    ("request_", "failed"),
    [(("POST /v1/completions", "200 OK"), False), (("GET /v1/models", "200 OK"), True),
     (("POST /v1/completions", "500 Internal"), True)],
)  # fmt: skip
def test_a_server_that_answered_before_its_job_was_cancelled_has_not_failed(
    judge: Judge,
    request_: tuple[str, str],
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    """It bears no times, as uvicorn writes none."""
    job = "slurmstepd-n1: error: *** JOB 7 ON n1 CANCELLED AT 2026-05-11T09:40:00 ***"
    files = {
        "4_output_server.log": said("INFO:     Started", *[UVICORN.format(*request_)] * 3),
        "3_output_CTX_0.log": said(*map(up, range(2)), f"0: {CANCELLED.format(1)}"),
        "3_output_GEN_0.log": said(*map(up, range(2)), f"0: {CANCELLED.format(2)}"),
        "slurm-7.err": said(job, "srun: error: n1: task 0: Terminated"),
    }

    assert failed == (judge("local_disagg", files) is not None)


ACCOUNTS = """\
JobID|JobName|State|ExitCode|Start|End
7.4|bash|FAILED|1:0|2026-05-11T09:30:17|2026-05-11T09:30:23
"""
HEALTH = f"""\
$ squeue -j 7
7|RUNNING|20:23|n1
$ dmesg -T | tail
[Sat May  2 09:12:20 2026] {XID}
[Sat May  2 09:13:20 2026] NVRM: it was reset
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("history.txt", "2026-05-11 09:00:00 $ docker compose up -d\n2026-05-11 09:30:00 rc=1\n"),
        ("sacct.txt", ACCOUNTS),
        ("health.txt", HEALTH),
    ],
)  # fmt: skip
def test_what_lies_beside_logs_is_of_no_worker(judge: Judge, name: str, text: str) -> None:
    files = {
        "frontend.log": said(LISTED, WELL),
        "prefill.log": said(registered("d", "prefill")),
        "decode.log": said(registered("d", "backend")),
        name: text,
    }

    assert judge("trtllm_disagg", files) is None


STOPPED = '{"level":"info","ts":"2026-05-11T09:31:00Z","msg":"received signal; shutting down"}'


def test_a_history_of_commands_is_of_no_worker_that_goes_on(judge: Judge) -> None:
    """All containers end well, once a person stops them."""
    spoke = {"etcd": STOPPED, "frontend": LISTED + chr(10) + "frontend-1 | " + WELL}
    spoke["worker"] = registered("d", "backend")
    files = {
        "compose.log": said(
            *(f"{name}-1 | {text}" for name, text in spoke.items()),
            *(f"{name}-1 exited with code 0" for name in spoke),
        ),
        "history.txt": "2026-05-11 09:00:00 $ docker compose up -d\n2026-05-11 09:31:00 $ stop\n",
    }

    assert judge("trtllm_agg", files) is None


FAILED_NODE = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-05-11T09:02:00 DUE TO NODE \
FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***"


@pytest.mark.parametrize(
    ("since", "failed"), [("srun: Step created for StepId=7.1", False), ("it waits", True)]
)
def test_a_job_that_begins_steps_after_it_lost_a_node_was_begun_anew(
    judge: Judge,
    since: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    files = {
        "frontend.log": said(LISTED, WELL),
        "prefill.log": said(registered("d", "prefill")),
        "decode.log": said(registered("d", "backend")),
        "slurm-7.out": said(
            FAILED_NODE, "srun: error: Node failure on n6", "srun: error: n5: task 0: Killed", since
        ),
    }

    assert failed == (judge("trtllm_disagg", files) is not None)


@pytest.mark.parametrize(
    ("kernel", "came", "known"),
    [("not responding, still trying", 3, "DKI923"), ("OK", 3, "DKI806"),
     ("not responding, still trying", 4, "DKI806")],
    ids=["silent", "it answered", "all loaded"],
)  # fmt: skip
def test_a_file_server_is_why_the_ranks_of_a_node_never_loaded(
    judge: Judge, kernel: str, came: int, known: str
) -> None:
    """The job was cancelled by who waited for them."""
    ranks = {n: range(4 * n - 4, 4 * n) for n in range(1, 5)}
    files = {
        f"agg_0.n{n}.log": said(
            *(joins(rank, 16) for rank in ranks[n]), *(up(rank) for rank in ranks[n] if n <= came)
        )
        for n in ranks
    }
    files["slurm-7.out"] = said(CANCELLED.format(1))
    files["dmesg.n4.log"] = said(f"[77120.1] nfs: server 10.9.0.4 {kernel}")

    found = judge("wide_ep_agg", files)

    assert found
    assert known == found.known_issue
