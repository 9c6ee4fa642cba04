# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of deployments of many workers, of which one is wrong while the others serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, LISTED, LOADED, OOM, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

MANY = """
name: many
description: four workers of a GPU each
nodes: 4
engine: trtllm
versions: {dynamo: 1.0.0, trtllm: 1.2.0}
model: {path: m, served_name: m}
hardware: {gpu: H100, gpus_per_node: 1}
roles:
  agg: {workers: 4, nodes_per_worker: 1, parallel: {tp: 1}, engine_config: /mnt/a.yaml}
"""
WELL = "{} INFO dynamo_llm::http: request completed status=success"
LOST = "{} WARN tcp_client: TCP connection unavailable addr={} error=Unavailable"
JOINED = "rank0 run mgmn leader node with mpi_world_size: {} ..."
STATUS = "LAST SEEN   TYPE   REASON   OBJECT   MESSAGE"
PLACED = "03:12:01   Normal   Scheduled   pod/x-agg{0}   Successfully assigned d/x-agg{0} to n{0}"
KILLED = "[4811818.123456] Out of memory: Killed process 9 (python3) total-vm:9kB, anon-rss:9kB"


@pytest.fixture
def many(described: Callable[[str], str]) -> str:
    """Return where the deployment is described."""
    return described(MANY)


def workers(**others: str) -> dict[str, str]:
    """Return the logs of four that came up, each at an address of its own."""
    logs = {}
    for number in range(4):
        at, namespace = f"10.0.0.{number}:41907", "d"
        if number == 2:
            at, namespace = others.get("at", at), others.get("namespace", namespace)
        logs[f"agg{number}.log"] = said(LOADED, registered(namespace, "backend", at))
    return logs


def served(*lines: str) -> str:
    """Return the log of a frontend, whose requests go well in the end."""
    return said(LISTED, *lines, WELL.format(AT.format(40)))


@pytest.mark.parametrize(
    ("at", "minutes", "fault"),
    [
        ("10.0.0.2:41907", (20, 25, 30), "infrastructure"),
        ("172.18.0.3:41907", (20, 25, 30), "config"),  # a network of Docker's
        # who is started anew is asked in vain for seconds, and once or twice is no sign
        ("10.0.0.2:41907", (20, 20, 20), None),
        ("10.0.0.2:41907", (20, 30), None),
    ],
)
def test_the_one_worker_that_no_request_reaches_is_named_while_the_others_serve(
    judge: Judge, many: str, at: str, minutes: tuple[int, ...], fault: str | None
) -> None:
    lost = (LOST.format(AT.format(minute), at) for minute in minutes)
    found = judge(many, workers(at=at) | {"frontend.log": served(*lost)})

    assert fault == (found.fault if found else None)
    assert found is None or (found.worker, found.known_issue) == ("agg2", "DKI109")


@pytest.mark.parametrize("lines", [(), (AT.format(50) + " INFO Received SIGTERM, shutting down",)])
def test_who_was_told_to_end_is_reached_no_more(
    judge: Judge, many: str, lines: tuple[str, ...]
) -> None:
    files = workers()
    files["agg2.log"] += said(*lines)
    lost = (LOST.format(AT.format(minute), "10.0.0.2:41907") for minute in (20, 25, 30))

    found = judge(many, files | {"frontend.log": served(*lost)})

    assert (found is None) == bool(lines)


@pytest.mark.parametrize(("namespace", "worker"), [("canary", "agg2"), ("d", None)])
def test_the_one_worker_of_another_namespace_gets_no_request(
    judge: Judge, many: str, namespace: str, worker: str | None
) -> None:
    found = judge(many, workers(namespace=namespace) | {"frontend.log": served()})

    assert worker == (found.worker if found else None)
    assert found is None or found.fault == "config"


@pytest.mark.parametrize(
    ("answered", "came", "named"),
    [(True, True, False), (False, True, True), (True, False, True)],
)
def test_a_worker_of_another_size_that_serves_is_no_failure(
    judge: Judge, many: str, *, answered: bool, came: bool, named: bool
) -> None:
    files = workers()
    files["agg2.log"] = said(JOINED.format(2)) + (files["agg2.log"] if came else "")

    found = judge(many, files | {"frontend.log": served() if answered else said(LISTED)})

    assert named == (found is not None)
    assert found is None or found.known_issue == "DKI307"


@pytest.mark.parametrize("head", [(STATUS,), ()])
@pytest.mark.parametrize(("node", "worker"), [("n2", "agg2"), ("n1", "agg1")])
@pytest.mark.parametrize("kernel", ["{}_dmesg.txt", "node-{}_kernel.log"])
def test_a_kernel_is_that_of_the_node_on_which_events_tell_that_a_pod_was_placed(  # noqa: PLR0917
    judge: Judge, many: str, head: tuple[str, ...], node: str, worker: str, kernel: str
) -> None:
    """The head of the table may be cut off, and a log be called without what all pods bear."""
    events = said(*head, *(PLACED.format(number) for number in range(4)))

    found = judge(many, workers() | {"events.txt": events, kernel.format(node): said(KILLED)})

    assert found
    assert (found.worker, found.known_issue) == (worker, "DKI901")


REFUSED = AT.format(20) + "ERROR generate: Failed to process request 7: The decoder prompt (length 41207) is longer than the maximum model length of 32768."  # noqa: E501
RESULT = ("Successful requests:     {}", "Failed requests:     {}")


@pytest.mark.parametrize(
    ("result", "quiet"),
    [
        ((RESULT[0].format(8000), RESULT[1].format(1)), True),
        ((RESULT[0].format(8000), RESULT[1].format(81)), False),
        ((RESULT[0].format(0), RESULT[1].format(0)), False),
        ((RESULT[0].format(8000),), False),  # of how many it does not tell
        ((), False),
    ],
)
def test_one_request_of_thousands_that_is_refused_was_its_clients_mistake(
    judge: Judge, many: str, result: tuple[str, ...], quiet: bool  # noqa: FBT001 - a table
) -> None:
    files = workers() | {"frontend.log": said(LISTED), "slurm-77.out": said("begins", *result)}
    files["agg1.log"] += said(REFUSED)

    found = judge(many, files)

    assert quiet == (found is None)
    assert found is None or found.known_issue == "DKI208"


DOWN = "[2026-05-11T09:{:02}:00.018] error: Nodes cw-57 not responding, setting DOWN"
HAS = "[2026-05-11T09:05:00.611] sched: Allocate JobId={} NodeList=cw-[61-64] #CPUs=576"
OF_JOB = "[2026-05-11T09:30:00.330] error: prolog_slurmctld JobId={} prolog exit status 1:0"


@pytest.mark.parametrize(
    ("lines", "issue", "log"),
    [
        ((DOWN.format(1), HAS.format(77001)), None, "slurm-77001.out"),
        ((HAS.format(77001), DOWN.format(20)), "DKI803", "slurm-77001.out"),
        ((DOWN.format(1), HAS.format(77009)), "DKI803", "slurm-77001.out"),  # of another job
        ((OF_JOB.format(77009),), None, "slurm-77001.out"),
        ((OF_JOB.format(77001),), "DKI824", "slurm-77001.out"),
        ((OF_JOB.format(77009),), "DKI824", "out.log"),  # no number of a job is known
    ],
)
def test_what_the_controller_tells_of_other_jobs_is_no_reason(
    judge: Judge, many: str, lines: tuple[str, ...], issue: str | None, log: str
) -> None:
    files = workers() | {log: said("begins"), "slurmctld.log": said(*lines)}

    found = judge(many, files)

    assert issue == (found.known_issue if found else None)


STEP = "slurmstepd: error: *** STEP 77001.{} ON n0 CANCELLED AT 2026-05-11T09:40:0{} ***"
PMIX = "slurmstepd: error:  mpi/pmix_v4: _tcp_connect: n1 [1]: pmixp_dconn_tcp.c:139: Cannot establish the connection"  # noqa: E501


@pytest.mark.parametrize(
    ("own", "said_why", "issue"),
    [(1, PMIX, "DKI719"), (0, PMIX, "DKI806"), (1, "on its way", "DKI806")],
)
def test_a_step_beside_that_was_cancelled_is_not_why_a_worker_ended(
    judge: Judge, own: int, said_why: str, issue: str
) -> None:
    """The script ends its frontend when the worker's step is over."""
    ends = [f"srun: error: n{node}: task {node}: Exited with exit code 1" for node in range(2)]
    files = {
        "slurm-77001.out": said(
            "waiting for m", STEP.format(0, 5), "srun: error: n0: task 0: Killed"
        ),
        "worker_agg0.log": said(
            *(f"{rank}: {LOADED}" for rank in range(2)), f"1: {said_why}",
            f"0: {STEP.format(own, 0)}", *ends,
        ),
    }  # fmt: skip

    found = judge("wide_ep_agg", files)

    assert found
    assert found.known_issue == issue


CLOCKS = "timestamp, index, clocks.sm [MHz], utilization.gpu [%]"
ROW = "2026/05/11 09:30:0{}.685, {}, {} MHz, 98 %"


@pytest.mark.parametrize(
    ("node", "where", "rank"),
    [
        ("n2", "rank 3 of agg0 on n2", 3),  # the first of the second node
        ("gpu-mon-n1", "rank 1 of agg0 on n1", 1),
        ("n9", "agg0 on n9", None),  # of the only worker, and nobody knows which rank
        ("gpus", "agg0", None),  # nor where it is
    ],
)
def test_a_gpu_that_slows_down_is_the_cause_where_nothing_else_is(
    judge: Judge, described: Callable[[str], str], node: str, where: str, rank: int | None
) -> None:
    topology = described(
        MANY.replace("gpus_per_node: 1", "gpus_per_node: 3")
        .replace("workers: 4, nodes_per_worker: 1, parallel: {tp: 1}",
                 "workers: 1, nodes_per_worker: 2, parallel: {tp: 6}")
        .replace("nodes: 4", "nodes: 2")
    )  # fmt: skip
    slow = 1 if node == "gpu-mon-n1" else 0
    rows = [
        ROW.format(at, gpu, 345 if gpu == slow else 1980) for at in range(3) for gpu in range(3)
    ]
    ranks = (f"srun: launching StepId=7.0 on host n{node + 1}, 3 tasks: "
             f"[{3 * node}-{3 * node + 2}]" for node in range(2))  # fmt: skip
    files = {
        "agg0.log": said(*ranks, *(f"{number}: {LOADED}" for number in range(6))),
        f"{node}.csv": said(CLOCKS, *rows),
        "results.csv": said("requests, seconds", "1, 2"),
        "frontend.log": served(),
    }

    found = judge(topology, files)

    assert found
    assert (found.where, found.rank, found.known_issue) == (where, rank, "DKI724")
    assert found.evidence == f"{node}.csv:{8 + slow}"
    assert found.exclude_node == (where.rpartition(" on ")[2] if " on " in where else None)

    files["agg0.log"] += said(f"4: {OOM}", "srun: error: n2: task 4: Exited with exit code 1")
    found = judge(topology, files)

    assert found
    assert (found.rank, found.known_issue) == (4, "DKI401")
