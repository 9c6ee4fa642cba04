# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The log of a job in which several steps count their tasks from 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.evidence import Evidence
from pytest_dynamo.engines.trtllm import _MILESTONES
from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
from pytest_dynamo.watch.lines import LineReader

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

NAME = "prefill0 or decode0"
PREFILL = Worker("prefill0", "prefill", 0, "prefill", ("1",), ((0, 1),))
DECODE = Worker("decode0", "decode", 0, "backend", ("2", "3"), ((0, 1), (0, 1)))
JOINED = "{0}: rank{0} run mgmn worker node with mpi_world_size: {1} ...\n"
LOADED = "{0}: Model init total -- 20.00s\n"
REGISTERED = "0: Registered endpoint 'dynamo.{}.generate' with shared TCP server on {}:49095\n"
ADDED = '0: 2026-08-03T18:50:51.656431Z  INFO discovery::watcher: added model model_name="a/b"\n'
TRACEBACK = "{}: ValueError: 3 is none of 1 and 2\n"
ENDED = "srun: error: {}: task {}: Exited with exit code 1\n"


def ranks(form: str) -> str:
    return "".join(form.format(rank, size) for size in (2, 4) for rank in range(size))


WHOLE = Worker(NAME, "prefill or decode", 0, "backend", ("a", "b"), DECODE.gpus)
JOB = Process(NAME, NAME, "worker", (), "job.out", WHOLE.nodes, (0, 1, 2, 3), labelled=True)
PLAN = LaunchPlan("test", "replay", "a/b", "", "a", WHOLE.nodes, (WHOLE,), (JOB,))


def read(text: str) -> Evidence:
    evidence = Evidence(PLAN, _MILESTONES, together={NAME: (PREFILL, DECODE)})
    for line in LineReader(NAME, labelled=True).feed(text.encode()):
        evidence.receive(line)
    return evidence


def judged(text: str) -> Diagnosis:
    found = diagnose(PLAN, None, (), read(text))
    assert found
    return found


@pytest.mark.parametrize(
    ("before", "phase"),
    [
        ("", "launch"),
        (JOINED.format(1, 2), "launch"),
        (ranks(JOINED), "load"),
        (ranks(JOINED) + LOADED.format(1), "load"),
        (ranks(JOINED) + ranks(LOADED), "registration"),
        (ranks(JOINED) + LOADED.format(1) + ADDED, "load"),
        (ranks(JOINED) + ranks(LOADED) + ADDED, "serving"),
    ],
    ids=["none", "one came", "all came", "one loaded", "all loaded", "half served", "served"],
)
def test_the_phase_is_that_of_the_slowest_of_a_number(before: str, phase: str) -> None:
    assert judged(before + TRACEBACK.format(1) + ENDED.format("node3", 1)).phase == phase


def test_who_cannot_be_told_apart_is_named_to_a_person_and_not_to_a_program() -> None:
    found = judged(TRACEBACK.format(1) + ENDED.format("node3", 1))

    assert found.where == "rank 1 of prefill0 or decode0 on node3"
    assert (None, None, None, "node3") == (found.worker, found.role, found.rank, found.node)


def test_a_worker_too_small_for_a_rank_is_not_meant() -> None:
    found = judged(TRACEBACK.format(3) + ENDED.format("node3", 3))

    assert found.where == "rank 3 of decode0 on node3"
    assert ("decode0", "decode", 3) == (found.worker, found.role, found.rank)


@pytest.mark.parametrize(
    ("prefill", "decode", "node", "who"),
    [
        ("node1", "node2", "node2", "decode0"),
        ("node1", "node2", "node1", "prefill0"),
        ("node09", "node07", "node09", "prefill0"),
        ("node1", "node1", "node1", "prefill0 or decode0"),
        ("node1", "node2", "node7", "prefill0 or decode0"),
        ("alpha", "beta", "beta", "decode0"),
    ],
)
def test_the_node_tells_who_is_meant_once_all_told_where_they_begin(
    prefill: str, decode: str, node: str, who: str
) -> None:
    told = REGISTERED.format("prefill", prefill) + REGISTERED.format("backend", decode)
    end = TRACEBACK.format(1) + ENDED.format(node, 1)

    assert judged(told + end).where == f"rank 1 of {who} on {node}"
    half = judged(REGISTERED.format("prefill", prefill) + end)
    assert half.where == f"rank 1 of prefill0 or decode0 on {node}"


def test_a_later_rank_lies_on_a_later_node() -> None:
    told = REGISTERED.format("prefill", "node2") + REGISTERED.format("backend", "node1")
    end = TRACEBACK.format(3) + ENDED.format("node2", 3)

    assert judged(told + end).where == "rank 3 of decode0 on node2"


def test_what_slurm_says_of_another_rank_explains_none() -> None:
    found = judged(
        "srun: error: node3: task 1: Killed\nsrun: error: node3: task 0: Segmentation fault\n"
    )

    assert found.where == "rank 1 of prefill0 or decode0 on node3"
    assert "Segmentation" not in found.what
    assert found.fault == "infrastructure"


def test_who_crashes_after_another_was_killed_is_no_cause() -> None:
    crash = "0: [node3:7:0:7] Caught signal 11 (Segmentation fault: address not mapped)\n"
    ends = [
        "srun: error: node3: task 1: Killed\n",
        crash + "srun: error: node3: task 0: Segmentation fault\n",
    ]

    assert judged("".join(ends)).where == "rank 1 of prefill0 or decode0 on node3"
    assert judged("".join(reversed(ends))).where == "rank 0 of prefill0 or decode0 on node3"


TIMED_OUT = "1: Timed out waiting for context KV cache transfer after 1000 milliseconds.\n"
WELL = "0: INFO metrics: request completed request_id=1 status=success\n"


@pytest.mark.parametrize(("log", "over"), [(TIMED_OUT + WELL, True), (WELL + TIMED_OUT, False)])
def test_what_the_frontend_says_in_the_same_log_is_later_by_line(log: str, *, over: bool) -> None:
    evidence = read(ADDED + log)
    (noted,) = evidence.heard[NAME].speakers[1].noted

    assert noted.issue
    assert evidence.over(noted) == over


REFUSED = (
    "0: 2026-08-03T18:50:41Z ERROR dynamo_llm::discovery::watcher: Checksum for new worker does "
    "not match existing model.\n"
)
NOT_ADDED = (
    "0: 2026-08-03T18:50:41Z ERROR dynamo_llm::discovery::watcher: error adding model from "
    'discovery error="Failed to connect"\n'
)


@pytest.mark.parametrize(("words", "over"), [(REFUSED, False), (NOT_ADDED, True)])
def test_a_worker_that_is_left_out_is_so_though_a_model_is_listed_later(
    words: str, *, over: bool
) -> None:
    evidence = read(words + ADDED)
    speaker = evidence.heard[NAME].speakers[0]

    assert all(evidence.over(noted) == over for noted in (*speaker.noted, *speaker.recovered))
    assert [*speaker.noted, *speaker.recovered]


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ('0: {"level":"fatal","ts":"2026-04-18T04:42:59Z","caller":"a.go:2","msg":"%s"}', "etcd"),
        ("0: [7] 2026/06/27 04:01:12.939336 [FTL] %s", "nats-server"),
    ],
)
def test_a_service_in_the_log_of_a_job_is_known_by_how_it_writes(line: str, who: str) -> None:
    taken = "listen tcp 127.0.0.1:2380: bind: address already in use"
    found = judged(f"{line % taken}\n{ENDED.format('node3', 0)}")

    assert (found.where, found.phase) == (f"{who} on node3", "services")
    assert (found.worker, found.role, found.rank) == (None, None, None)


def test_what_is_said_after_an_end_is_said_by_another() -> None:
    oom = "1: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB\n"
    end = ENDED.format("node3", 1)

    assert judged(oom + end).known_issue == "DKI401"
    assert judged(TRACEBACK.format(1) + end + oom).known_issue is None
