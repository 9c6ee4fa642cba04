# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Logs alone: what tells of a failure where nobody has seen anything end, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.words import is_mild
from pytest_dynamo.watch.observations import Exited

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

OOM = "CUDA out of memory. Tried to allocate 2 GiB"
MILD = [
    f'2026-11-21T09:19:49.741499Z  INFO dynamo_llm::preprocessor: prompt="why {OOM}?"',
    f"2025-07-23T02:36:48.123Z  WARN dynamo_llm::http: {OOM}",
    f'{{"time":"2026-11-21T09:19:49Z","level":"INFO","target":"t","message":"{OOM}"}}',
    f'{{"level":"warn","ts":"2026-11-21T09:19:49Z","msg":"{OOM}"}}',
    f"[11/21/2026-09:19:49] [TRT-LLM] [W] graph of batch 512: {OOM}. Skipping this batch size.",
    f"[11/21/2026-09:19:49] [TRT-LLM] [RANK 3] [I] {OOM}",
    f"[TensorRT-LLM][WARNING] {OOM}",
    f"(EngineCore_0 pid=7) INFO 11-21 09:19:49 [core.py:1] {OOM}",
    f"WARNING 11-21 09:19:49 [core.py:1] {OOM}",
    f"[1] 2026/11/21 09:19:49.741499 [WRN] {OOM}",
    f"/usr/lib/python3/x.py:12: UserWarning: {OOM}",
    f"libibverbs: Warning: {OOM}",
    f"[W1121 09:19:49.123456789 socket.cpp:436] [c10d] {OOM}",
    f"[rank3]:[W1121 09:19:49.123456789 ProcessGroupNCCL.cpp:4718] {OOM}",
    f"2026-11-21 09:19:49.741499 W | etcdserver: {OOM}",
    f"(EngineCore_DP0 pid=7) (RayWorkerWrapper pid=9) WARNING 11-21 09:19:49 [x.py:1] {OOM}",
    f"[2026-11-21 09:19:49] WARNING server.py:1: {OOM}",
    f"2026-11-21 09:19:49,123 - transformers - WARNING - {OOM}",
    f"2026-11-21 09:19:49,123\tINFO worker.py:1 -- {OOM}",
    f"(raylet) [2026-11-21 09:19:49,123 W 77 77] node_manager.cc:1: {OOM}",
    f"[1732181989.123456] [node1:4711 :0] parser.c:2036 UCX  WARN  {OOM}",
    f'time="2026-11-21T09:19:49Z" level=warning msg="{OOM}"',
    f"ERROR: ld.so: object 'x.so' from LD_PRELOAD cannot be preloaded ({OOM}): ignored.",
    f"  Normal  Pulled  2m  kubelet  {OOM}",
    f"{OOM}: continuing without the graph",
    f"{OOM}, falling back to eager mode",
    f"slurmstepd: error: Could not run slurm task_prolog [/x]: {OOM}",
    f"slurmstepd: error: Can't propagate RLIMIT_NOFILE of 4096 from submit host: {OOM}",
    f"slurmstepd: error: xcpuinfo_hwloc_topo_load: failed: {OOM}",
    f"slurmstepd: error: TMPDIR [/scratch] is not writeable: {OOM}",
    f"another Open MPI process but cannot find a corresponding process: {OOM}",
    f"{OOM}, retrying",
    f"{OOM}; it will be retried",
    f"{OOM}; attempt 2 of 5",
    f"{OOM} (continuing)",
    f"[c10d] {OOM} (errno: 97 - Address family not supported by protocol)",
    f"http: TLS handshake error from 10.0.0.9:51004: {OOM}",
    f"cat: /etc/x: No such file or directory: {OOM}",
    f"overlayfs: upper fs does not support RENAME_WHITEOUT: {OOM}",
]
GRAVE = [
    OOM,
    f"torch.OutOfMemoryError: {OOM}",
    f"2026-11-21T09:19:49.741499Z ERROR dynamo_llm::http: {OOM}",
    f'{{"time":"2026-11-21T09:19:49Z","level":"ERROR","target":"t","message":"{OOM}"}}',
    f"[11/21/2026-09:19:49] [TRT-LLM] [RANK 3] [E] {OOM}",
    f"[TensorRT-LLM][ERROR] {OOM}",
    f"(EngineCore_0 pid=7) ERROR 11-21 09:19:49 [core.py:1] {OOM}",
    f"[1] 2026/11/21 09:19:49.741499 [FTL] {OOM}",
    f"[E1121 09:19:49.123456789 ProcessGroupNCCL.cpp:632] {OOM}",
    f"2026-11-21 09:19:49,123 ERROR worker: no WARNING came before it: {OOM}",
    f"(raylet) [2026-11-21 09:19:49,123 E 77 77] node_manager.cc:1: {OOM}",
    f"[1732181989.123456] [node1:4711 :0] mm.c:2036 UCX  ERROR  {OOM}",
    f"  Warning  Failed  2m  kubelet  {OOM}",
    f"Warning  Failed  2m  kubelet  {OOM}",
    f"2026-11-21T09:19:49Z Warning FailedMount pod/x {OOM}",
    f"{OOM}; attempt 5 of 5",
    f"not continuing: {OOM}",
    f"cat: /models/x: {OOM}",
]


@pytest.mark.parametrize("line", MILD)
@pytest.mark.parametrize("process", ["frontend", "decode0-rank3"])
def test_who_goes_on_after_a_mild_line_has_not_failed(
    plan: LaunchPlan, spoken: Callable[..., Evidence], process: str, line: str
) -> None:
    assert is_mild(line)
    assert diagnose(plan, None, [], spoken(plan, {process: f"{line}\nall is well 42\n"})) is None


@pytest.mark.parametrize("line", GRAVE)
def test_a_line_that_is_not_mild_is_a_cause(
    plan: LaunchPlan, spoken: Callable[..., Evidence], line: str
) -> None:
    found = diagnose(plan, None, [], spoken(plan, {"decode0-rank3": f"{line}\n"}))

    assert not is_mild(line)
    assert found
    assert (found.known_issue, found.rank) == ("DKI401", 3)


def test_who_ended_may_have_said_why_as_a_warning(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    evidence = spoken(plan, {"decode0-rank3": f"{MILD[4]}\n"})

    found = diagnose(plan, None, [Exited("decode0-rank3", 1)], evidence)

    assert found
    assert found.known_issue == "DKI401"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("srun: error: Unable to create step for job 3: Requested nodes are busy", "DKI805"),
        ("srun: error: Task launch for StepId=1.3 failed on node node2: Connection", "DKI803"),
    ],
)
def test_a_step_that_never_began_is_a_cause_by_slurms_words(
    steps: LaunchPlan, spoken: Callable[..., Evidence], said: str, code: str
) -> None:
    found = diagnose(steps, None, [], spoken(steps, {"decode0": f"{said}\n"}))

    assert found
    assert (found.known_issue, found.worker, found.kind) == (code, "decode0", "exit")


def test_a_step_of_one_task_in_a_job_of_many_nodes_is_no_failure(
    steps: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    said = "srun: Warning: can't run 1 processes on 4 nodes, setting nnodes to 1\n"

    assert diagnose(steps, None, [], spoken(steps, {"etcd": said, "decode0": said})) is None


def test_one_that_left_with_0_while_others_serve_is_a_failure(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    ranks = [item.name for item in plan.processes if item.kind == "worker"]

    one = diagnose(plan, None, [Exited("decode0-rank3", 0)], spoken(plan, {}))
    every = diagnose(plan, None, [Exited(name, 0) for name in ranks], spoken(plan, {}))

    assert one
    assert (one.rank, one.fault) == (3, "product")
    assert every is None


SRUNS = "srun: error: something that no release has said so far\n"


@pytest.mark.parametrize(
    ("log", "failed"),
    [
        (SRUNS, True),
        # a task that speaks has begun; a warning is none, nor is what srun tells of its tasks
        (f"{SRUNS} 0: rank0 host: node1\n", False),
        ("srun: Warning: something\nsrun: launching StepId=1.0 on host node1\n", False),
    ],
)
def test_an_error_of_srun_before_any_task_speaks_is_a_failure(
    steps: LaunchPlan, spoken: Callable[..., Evidence], log: str, *, failed: bool
) -> None:
    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert failed == (found is not None)
    if found:
        assert (found.worker, found.fault, found.known_issue) == ("decode0", "unknown", None)


ITERATED = "[TRT-LLM] [RANK 3] [I] iter = {}, global_rank = 3, rank = 3\n"
GENERATED = (
    "(EngineCore_0 pid=7) INFO 11-21 09:19:5{} [loggers.py:123] Avg generation throughput: {}\n"
)


@pytest.mark.parametrize(
    ("after", "failed"),
    [
        (ITERATED.format(110) + ITERATED.format(210), False),
        (GENERATED.format(1, "17.4 tokens/s") + GENERATED.format(2, "17.4 tokens/s"), False),
        # what was under way, told by one rank after another; an engine that generates nothing
        (ITERATED.format(110) * 2, True),
        (GENERATED.format(1, "0.0 tokens/s") + GENERATED.format(2, "0.0 tokens/s"), True),
    ],
)
def test_an_engine_that_works_on_after_an_error_has_recovered(
    plan: LaunchPlan, spoken: Callable[..., Evidence], after: str, *, failed: bool
) -> None:
    evidence = spoken(plan, {"decode0-rank3": f"{OOM}\n{after}"})

    assert failed == (diagnose(plan, None, [], evidence) is not None)
    assert diagnose(plan, None, [Exited("decode0-rank3", 1)], evidence)


@pytest.mark.parametrize(
    ("said", "failed"),
    [
        ("WARNING 11-21 09:19:50 [scheduler.py:2109] Recovered from KV load failure", False),
        ("ERROR 11-21 09:19:50 [scheduler.py:2109] this cannot be recovered from", True),
    ],
)
def test_what_an_engine_says_it_has_recovered_from_is_over(
    plan: LaunchPlan, spoken: Callable[..., Evidence], said: str, *, failed: bool
) -> None:
    evidence = spoken(plan, {"decode0-rank3": f"{OOM}\n{said}\n"})

    assert failed == (diagnose(plan, None, [], evidence) is not None)


def test_who_has_recovered_is_no_cause_of_what_another_tells(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    went_on = f"{OOM}\n{ITERATED.format(110)}{ITERATED.format(210)}"
    evidence = spoken(plan, {"decode0-rank1": went_on, "decode0-rank3": f"{OOM}\n"})

    found = diagnose(plan, None, [], evidence)

    assert found
    assert found.rank == 3


GONE = "RuntimeError: [/x/gloo/transport/tcp/pair.cc:534] Connection closed by peer [10.0.0.1]:1\n"
STRANGE = "FileExistsError: [Errno 17] File exists: '/moe_shared_l3'\n"
SERVED = "2026-11-21T09:19:10.741499Z  INFO dynamo_llm: added model model_name=the/model\n"
LEVELLED = "[11/21/2026-09:19:49] [TRT-LLM] [RANK 3] [E] the frobnicator is gone"


@pytest.mark.parametrize(
    ("last", "served", "failed"),
    [
        (f"{LEVELLED}\n", False, True),
        (f"{LEVELLED}\n    its frame\n", False, True),
        (f"{LEVELLED}\n", True, False),  # it may be about one request
        (f"{LEVELLED}\n[11/21/2026-09:19:50] [TRT-LLM] [RANK 3] [I] going on\n", False, False),
        (f"{LEVELLED}\ngoing on\n", False, False),
        ("Traceback (most recent call last):\n", False, False),  # it was cut
        # one of those who speak as one ended, and the others lost it
        (STRANGE + GONE, False, True),
        (GONE + STRANGE + GONE, False, True),
        (GONE, False, False),
        # the value of a request is refused, and nothing has ended by it
        ("ValueError: the prompt is too long\n", True, False),
        ("ValueError: the prompt is too long\n", False, True),
    ],
)
def test_a_log_of_what_never_served_that_ends_with_an_error_tells_of_a_failure(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    last: str,
    served: bool,  # noqa: FBT001 - a table
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    logs = {"decode0-rank3": last, "frontend": SERVED if served else "starting\n"}
    if served:  # all of them
        logs |= {"decode0-rank3": "Registered endpoint 'a'\n" + last}

    found = diagnose(plan, None, [], spoken(plan, logs))

    assert failed == (found is not None and found.where == "rank 3 of decode0 on node1")


WARNING = "/usr/lib/x.py:32: UserWarning: Failed to import y: ImportError('z')\n"


def test_warnings_take_no_error_the_place_it_is_kept_in(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    echoes = "RuntimeError: Read error [10.0.0.1]:1: Connection reset by peer\n" * 40
    evidence = spoken(plan, {"decode0-rank3": WARNING * 16 + STRANGE + echoes})

    found = diagnose(plan, None, [], evidence)

    assert found
    assert ("infrastructure", 3) == (found.fault, found.rank)
    assert "moe_shared_l3" in found.what


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Warning  FailedScheduling  6m  scheduler  0/6 nodes are available: 6 Insufficient gpu",
         "Normal  Scheduled  4m  default-scheduler  Successfully assigned n/p to node1"),
        ('Warning  Failed  5m  kubelet  Failed to pull image "i": not found',
         'Normal  Pulled  3m  kubelet  Successfully pulled image "i" in 58s'),
    ],
)  # fmt: skip
def test_what_kubernetes_has_done_at_last_is_no_failure(
    plan: LaunchPlan, spoken: Callable[..., Evidence], before: str, after: str
) -> None:
    assert diagnose(plan, None, [], spoken(plan, {"frontend": f"  {before}\n"})) is not None
    again = {"frontend": f"  {before}\n  {after}\n"}
    assert diagnose(plan, None, [], spoken(plan, again)) is None
