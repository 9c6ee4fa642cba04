# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who goes before whom: each row with the line or the end that decides it, and without it."""

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

EXITED = "srun: error: {node}: task {rank}: Exited with exit code {code}\n"
FORCED = "srun: Force Terminated StepId=7.3\n"
DEAD = (
    "0: (EngineCore_DP0 pid=7) ERROR 11-21 09:19:{second} [core.py:9] EngineCore encountered a "
    "fatal error.\n0: (EngineCore_DP0 pid=7) ERROR 11-21 09:19:{second} [core.py:9] IndexError: "
    "pop from an empty deque\n"
)
LOST = "0: (Worker_TP1 pid=8) ERROR 11-21 09:19:49 [worker.py:7] NIXL_ERR_REMOTE_DISCONNECT\n"


def one_task(plan: LaunchPlan, step: str) -> LaunchPlan:
    """Return the plan with a step whose only task starts its ranks itself, as vLLM does."""
    each = (replace(item, ranks=()) if item.step == step else item for item in plan.processes)
    return replace(plan, processes=tuple(each))


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (EXITED.format(node="node5", rank=0, code=1), "ended with exit 1"),
        (FORCED + EXITED.format(node="node5", rank=0, code=1), "brought its world down"),
        ("", "cannot go on"),
    ],
    ids=["by-itself", "by-slurm", "no-end"],
)
def test_the_one_task_of_a_step_ends_as_its_srun_tells(
    steps: LaunchPlan, spoken: Callable[..., Evidence], end: str, expected: str
) -> None:
    plan = one_task(steps, "prefill0")
    evidence = spoken(plan, {"prefill0": "0: RuntimeError: boom\n0: all is well\n" + end})

    found = diagnose(plan, None, [], evidence)

    assert found
    assert found.what.partition(" during")[0] == expected


@pytest.mark.parametrize(("second", "expected"), [(40, "prefill0"), (59, "decode0")])
def test_who_loses_another_and_goes_on_follows_from_who_ended_before(
    steps: LaunchPlan, spoken: Callable[..., Evidence], second: int, expected: str
) -> None:
    plan = one_task(one_task(steps, "prefill0"), "decode0")
    ended = DEAD.format(second=second) + EXITED.format(node="node5", rank=0, code=1)

    found = diagnose(plan, None, [], spoken(plan, {"decode0": LOST, "prefill0": ended}))

    assert found
    assert found.worker == expected


OWN = " 3: ValueError: x must be even\n"


@pytest.mark.parametrize("code", [143, -15])
@pytest.mark.parametrize("own", [OWN, ""])
def test_who_is_told_to_end_after_another_ended_by_itself_follows_from_it(
    steps: LaunchPlan, spoken: Callable[..., Evidence], code: int, own: str
) -> None:
    told = EXITED.format(node="node1", rank=1, code=143)
    told = told if code > 0 else "srun: error: node1: task 1: Terminated\n"
    first = EXITED.format(node="node1", rank=3, code=1) if own else ""

    found = diagnose(steps, None, [], spoken(steps, {"decode0": own + first + told}))

    assert found
    assert found.rank == (3 if own else 1)


FULL = "{label}: slurmstepd: error: pyxis:     Write failed because No space left on device\n"


@pytest.mark.parametrize(("label", "expected"), [(4, 4), (3, 3)])
def test_why_a_task_could_not_start_is_told_behind_its_own_label(
    steps: LaunchPlan, spoken: Callable[..., Evidence], label: int, expected: int
) -> None:
    ends = EXITED.format(node="node2", rank=4, code=1) + EXITED.format(node="node1", rank=3, code=1)
    log = FULL.format(label=label) + ends

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert (found.known_issue, found.rank) == ("DKI902", expected)


AT = "(EngineCore pid=9) INFO 11-21 09:19:59 [a.py:1] "
CRASH = "*** SIGSEGV (@0x0) received by PID 9\n"
LEFT = "(EngineCore pid=7) INFO 11-21 09:19:49 [core.py:9] Shutdown initiated (signal=SIGTERM)\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [(CRASH, ("decode0", 3)), ("*** SIGBUS (@0x0) received by PID 9\n", ("prefill0", 0))],
)
def test_who_crashes_when_its_peer_leaves_is_not_excused_by_that(
    plan: LaunchPlan, spoken: Callable[..., Evidence], words: str, expected: tuple[str, int]
) -> None:
    evidence = spoken(plan, {"decode0-rank3": f"{AT}a\n{words}", "prefill0-rank0": LEFT})
    ended = [Exited("prefill0-rank0", 0), Exited("decode0-rank3", 139)]

    found = diagnose(plan, None, ended, evidence)

    assert found
    assert (found.worker, found.rank) == expected


ANSWERED = "ERROR handlers.remote_prefill: Prefill error: {why}\n"
OVERLAP = "Context only requests are not supported in pytorch backend when overlap is enabled."


@pytest.mark.parametrize(
    ("said", "expected"), [(ANSWERED, "prefill0"), ("ValueError: {why}\n", "decode0")]
)
def test_what_another_answered_is_that_others(
    plan: LaunchPlan, spoken: Callable[..., Evidence], said: str, expected: str
) -> None:
    logs = {
        "decode0-rank0": "2026-11-21T09:19:49Z ERROR a: b\n" + said.format(why=OVERLAP),
        "prefill0-rank0": f"2026-11-21T09:19:50Z ERROR a: b\nValueError: {OVERLAP}\n",
    }

    found = diagnose(plan, None, [], spoken(plan, logs))

    assert found
    assert (found.worker, found.known_issue) == (expected, "DKI304")


REFUSED = "Traceback (most recent call last):\nValueError: Duplicated timeseries in a registry\n"
SHUT = "2026-11-21T09:19:49Z ERROR dynamo_runtime::worker: Application shutdown with error: a\n"
SERVES = "0: INFO dynamo_llm::discovery::watcher: added model model_name=m\n"


@pytest.mark.parametrize(("last", "expected"), [(SHUT, "prefill0"), ("", None)])
def test_a_refused_value_is_a_requests_unless_its_worker_says_that_it_ends(
    steps: LaunchPlan, spoken: Callable[..., Evidence], last: str, expected: str | None
) -> None:
    said = "".join(f" 0: {line}\n" for line in (REFUSED + last).splitlines())

    found = diagnose(steps, None, [], spoken(steps, {"frontend": SERVES, "prefill0": said}))

    assert (found and found.worker) == expected


STOPS = "WARN handler_base: Initiating graceful shutdown{why}\n"


@pytest.mark.parametrize(("why", "expected"), [(" due to: x must be even", "config"), ("", None)])
def test_who_shuts_down_because_of_an_error_was_told_by_nobody(
    steps: LaunchPlan, spoken: Callable[..., Evidence], why: str, expected: str | None
) -> None:
    said = f"0: {STOPS.format(why=why)}0: RuntimeError: x must be even\n"

    found = diagnose(steps, None, [], spoken(steps, {"frontend": SERVES, "prefill0": said}))

    assert (found and found.fault) == expected


VERSIONS = "RuntimeError: Version mismatch: The cluster was started with:\n"


@pytest.mark.parametrize(("parts", "expected"), [(2, "agg0.ray1 on node1"), (3, "agg0 on node1")])
def test_what_the_head_of_a_cluster_says_of_its_other_part_is_that_parts(
    plan: LaunchPlan, spoken: Callable[..., Evidence], parts: int, expected: str
) -> None:
    """Which of several parts it is, the head tells by addresses that nobody here knows."""
    beneath = [
        Process(f"agg0.ray{n}", f"agg0.ray{n}", "service", ("ray",), f"logs/ray{n}.log", ("node1",))
        for n in range(parts)
    ]
    worker = Process("agg0", "agg0", "worker", ("vllm",), "logs/agg0.log", ("node1",))
    cluster = replace(plan, processes=(*plan.processes[:2], *beneath, worker))

    found = diagnose(cluster, None, [Exited("agg0", 1)], spoken(cluster, {"agg0": VERSIONS}))

    assert found
    assert (found.where, found.known_issue) == (expected, "DKI337")


FEW = "ValueError: Cannot provide a placement group of placement_group_specs=[{'GPU': 1.0}]\n"


@pytest.mark.parametrize(
    ("part", "issue"), [(VERSIONS, "DKI337"), ("ValueError: x is not even\n", "DKI334")]
)
def test_a_frontend_that_holds_the_head_lacks_gpus_for_want_of_a_part(
    plan: LaunchPlan, spoken: Callable[..., Evidence], part: str, issue: str
) -> None:
    beneath = Process("agg0.ray1", "agg0.ray1", "service", ("ray",), "logs/ray1.log", ("node2",))
    cluster = replace(plan, processes=(*plan.processes[:2], beneath))
    evidence = spoken(cluster, {"frontend": FEW, "agg0.ray1": part})

    found = diagnose(cluster, None, [], evidence)

    assert found
    assert found.known_issue == issue


OUT = "(raylet) 3 Workers (tasks / actors) killed due to memory pressure (OOM), 0 crashed\n"
QUOTED = "RuntimeError: The actor is dead. Task was killed due to the node running low on memory.\n"


@pytest.mark.parametrize(("part", "expected"), [(OUT, "agg0.ray1 on node2"), ("", "agg0 on node1")])
def test_who_failed_for_what_a_part_of_its_cluster_tells_is_not_the_first(
    plan: LaunchPlan, spoken: Callable[..., Evidence], part: str, expected: str
) -> None:
    beneath = Process("agg0.ray1", "agg0.ray1", "service", ("ray",), "logs/ray1.log", ("node2",))
    worker = Process("agg0", "agg0", "worker", ("vllm",), "logs/agg0.log", ("node1",))
    cluster = replace(plan, processes=(*plan.processes[:2], beneath, worker))
    evidence = spoken(cluster, {"agg0": QUOTED, "agg0.ray1": part})

    found = diagnose(cluster, None, [Exited("agg0", 1)], evidence)

    assert found
    assert (found.where, found.known_issue) == (expected, "DKI901")


WAITS = "ValueError: Cannot provide a placement group of specs within 1800 seconds.\n"


OTHER_RAY = "RuntimeError: Version mismatch: The cluster was started with:\n"


@pytest.mark.parametrize(
    ("part", "code", "first"),
    [("RuntimeError: boom\n", 1, True), ("RuntimeError: boom\n", None, False),
     (OTHER_RAY, None, True)],
    ids=["ended", "goes on", "says why it cannot"],
)  # fmt: skip
def test_who_waits_for_all_parts_of_a_cluster_follows_from_the_end_of_one(
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    part: str,
    code: int | None,
    first: bool,  # noqa: FBT001 - a table
) -> None:
    beneath = Process("agg0.ray1", "agg0.ray1", "service", ("ray",), "logs/ray1.log", ("node2",))
    worker = Process("agg0", "agg0", "worker", ("vllm",), "logs/agg0.log", ("node1",))
    cluster = replace(plan, processes=(*plan.processes[:2], beneath, worker))
    evidence = spoken(cluster, {"agg0": WAITS, "agg0.ray1": part})
    ended = [Exited("agg0", 1), *([Exited("agg0.ray1", code)] if code else [])]

    found = diagnose(cluster, None, ended, evidence)

    assert found
    assert found.where == ("agg0.ray1 on node2" if first else "agg0 on node1")


NO_PLACES = "ERROR engine: Cannot provide a placement group of specs within 1800 seconds.\n"


@pytest.mark.parametrize(
    ("other", "where"), [(OTHER_RAY, "agg0 node 1 on node2"), ("", "agg0 node 0 on node1")]
)
def test_who_lacks_gpus_follows_from_the_node_that_could_not_join(
    plan: LaunchPlan, spoken: Callable[..., Evidence], other: str, where: str
) -> None:
    """Where each node has a log, and none is called after Ray."""
    nodes = tuple(
        Process(f"agg0 node {at}", "agg0", "worker", ("vllm",), f"{at}.log", (f"node{at + 1}",))
        for at in (0, 1)
    )
    cluster = replace(plan, processes=(*plan.processes[:2], *nodes))
    evidence = spoken(cluster, {"agg0 node 0": NO_PLACES, "agg0 node 1": other})

    found = diagnose(cluster, None, [], evidence)

    assert found
    assert found.where == where


RAISED = " 9: Traceback (most recent call last):\n 9: {error}\n"


@pytest.mark.parametrize(
    ("error", "expected"), [("IndexError: list index out of range", 9), ("RuntimeError: boom", 3)]
)
def test_who_ended_without_a_word_may_follow_from_who_raised_what_tells(
    steps: LaunchPlan, spoken: Callable[..., Evidence], error: str, expected: int
) -> None:
    log = RAISED.format(error=error) + EXITED.format(node="node1", rank=3, code=1)

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert found.rank == expected


FRAME = "(Worker_TP{n} pid={n}) ERROR 11-21 09:19:49 [multiproc_executor.py:596] {text}\n"


def test_frames_of_many_tracebacks_leave_room_for_what_they_lead_to(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    """Behind a label of vLLM each line of a traceback is called an error."""
    frames = ['  File "/opt/vllm/worker.py", line 3, in run', "    return self.run()"] * 8
    said = "".join(FRAME.format(n=n, text=text) for text in frames for n in range(8))
    said += "".join(FRAME.format(n=n, text="IndexError: pop from empty list") for n in range(8))
    said += "".join(FRAME.format(n=n, text=text) for text in frames for n in range(8))
    evidence = spoken(plan, {"decode0-rank3": said})

    found = diagnose(plan, None, [Exited("decode0-rank3", 1)], evidence)

    assert found
    assert (found.fault, "IndexError" in found.what) == ("product", True)


WARNS = "x.py:3: UserWarning: ImportError: cannot import name 'b' from 'a'\n"


@pytest.mark.parametrize(
    ("other", "expected"),
    [("RuntimeError: No CUDA GPUs are available\n", 3), ("INFO all is well\n", 1)],
)
def test_a_warning_of_python_is_no_reason_where_another_says_one(
    plan: LaunchPlan, spoken: Callable[..., Evidence], other: str, expected: int
) -> None:
    evidence = spoken(plan, {"decode0-rank1": WARNS, "decode0-rank3": other})
    ended = [Exited("decode0-rank1", 1), Exited("decode0-rank3", 1)]

    found = diagnose(plan, None, ended, evidence)

    assert found
    assert found.rank == expected


REQUEST = " 0: 2026-11-21T09:19:40Z ERROR handler: default_max_tokens (-4) must be greater than 0\n"
WENT_WELL = " 0: 2026-11-21T09:19:{second}Z INFO http: request completed status=success\n"


@pytest.mark.parametrize(("second", "expected"), [(49, None), (30, "DKI208")])
def test_a_request_that_goes_well_in_the_log_of_a_job_excuses_one_that_was_refused(
    steps: LaunchPlan, spoken: Callable[..., Evidence], second: int, expected: str | None
) -> None:
    """The job has one worker, among whose lines the frontend's stand."""
    log = REQUEST + WENT_WELL.format(second=second)

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert (found and found.known_issue) == expected


PANIC = (
    " 0: thread 'tokio-runtime-worker' panicked at {file}:174:58:\n"
    " 0: called `Option::unwrap()` on a `None` value\n"
)
ADDING = " 0: ERROR {said}: error adding model m: missing field `runtime_config`\n"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (PANIC.format(file="/workspace/lib/llm/src/preprocessor/prompt.rs"), "frontend"),
        (PANIC.format(file="/workspace/lib/runtime/src/pipeline.rs"), "rank 0 of decode0"),
        (ADDING.format(said="dynamo_llm::discovery::watcher"), "frontend"),
        (ADDING.format(said="dynamo_llm::local_model"), "rank 0 of decode0"),
    ],
)
def test_what_the_frontend_alone_tells_is_the_frontends_in_the_log_of_a_job(
    steps: LaunchPlan, spoken: Callable[..., Evidence], said: str, expected: str
) -> None:
    log = said + EXITED.format(node="node1", rank=0, code=101)

    found = diagnose(steps, None, [], spoken(steps, {"decode0": log}))

    assert found
    assert found.where == f"{expected} on node1"
    assert (found.worker is None) == (expected == "frontend")


FULL_STORE = ' 0: Exception: grpc request error: "etcdserver: mvcc: database space exceeded"\n'


@pytest.mark.parametrize("expected", ["etcd on node1", "etcd"], ids=["planned", "not-planned"])
def test_who_quotes_etcd_tells_of_etcd_whose_log_may_not_be_there(
    steps: LaunchPlan, spoken: Callable[..., Evidence], expected: str
) -> None:
    planned = steps.processes if expected.endswith("node1") else steps.processes[1:]
    plan = replace(steps, processes=planned)
    log = FULL_STORE + EXITED.format(node="node1", rank=0, code=1)

    found = diagnose(plan, None, [], spoken(plan, {"decode0": log}))

    assert found
    assert found.where == expected


@pytest.mark.parametrize(("alone", "known"), [(True, "DKI401"), (False, None)])
def test_ranks_that_speak_as_the_one_task_of_a_step_may_have_lost_each_other(
    steps: LaunchPlan,
    spoken: Callable[..., Evidence],
    alone: bool,  # noqa: FBT001 - a table
    known: str | None,
) -> None:
    """Who runs out of memory there is another than who loses it; a rank of its own is the same."""
    of_one_task = tuple(
        replace(item, ranks=()) if alone and item.name == "decode0" else item
        for item in steps.processes
    )
    plan = replace(steps, processes=of_one_task)
    log = " 0: torch.OutOfMemoryError: CUDA out of memory.\n 0: Connection closed by remote peer\n"
    log += "srun: error: node1: task 0: Exited with exit code 1\n"

    found = diagnose(plan, None, [], spoken(plan, {"decode0": log}))

    assert found
    assert found.known_issue == known
