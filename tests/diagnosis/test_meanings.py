# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from pytest_dynamo.diagnosis.meanings import MEANINGS, exception, explain, from_outside, meaning
from pytest_dynamo.watch.lines import Line

#: For each meaning what a system prints that means it, and what looks like it and does not.
SAMPLES: dict[str, tuple[list[str], list[str]]] = {
    "heads do not divide": (
        ["    assert self.num_heads % tp_size == 0"],
        ["num_heads: 128, tp_size: 16"],
    ),
    "unknown engine key": (
        [
            "pydantic_core._pydantic_core.ValidationError: 1 validation error for TorchLlmArgs",
            "  Extra inputs are not permitted [type=extra_forbidden, input_value=True]",
        ],
        ["pydantic_core._pydantic_core.ValidationError: 1 validation error for ChatRequest"],
    ),
    "no cache transceiver": (
        ["[TRT-LLM] [W] cache_transceiver is disabled"],
        ["cache_transceiver_config: backend=UCX"],
    ),
    "GPU memory": (
        ["torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.62 GiB. GPU 0 has"],
        ["Peak memory during memory usage profiling (torch + non-torch): 98.1 GiB"],
    ),
    "leftover shared memory": (
        ["FileExistsError: [Errno 17] File exists: '/moe_shared_l0_lr0_all'"],
        ["FileExistsError: [Errno 17] File exists: '/tmp/engine'"],
    ),
    "port in use": (
        [
            "Failed to bind to address 0.0.0.0:8000: Address already in use (os error 98)",
            "could not bind to address: 0.0.0.0:8000",
            "2026-11-21 C | etcdmain: listen tcp 127.0.0.1:2379: bind: address already in use",
            "rank0: cannot listen at node1:5555: [Errno 98] Address already in use",
        ],
        ["INFO Starting HTTP(S) service protocol=HTTP address=0.0.0.0:8000"],
    ),
    "services unreachable": (
        [
            "Failed to connect to etcd server with config ClientOptions { server_url: [..] }",
            "Failed to connect to NATS server with config ClientOptions { server: .. }",
            "NATS startup connection timed out after 120 seconds (26 attempts)",
        ],
        ["WARN dynamo_runtime::transports::nats: NATS not reachable yet; retrying startup"],
    ),
    "GPU network": (
        ["RuntimeError: NCCL error 'unhandled system error' at nccl_utils.cpp:21"],
        ["NCCL version 2.27.5+cuda12.9"],
    ),
    "no PMI": (
        ['The application appears to have been direct launched using "srun",'],
        ["srun: launching StepId=1.0 on host node1, 4 tasks: [0-3]"],
    ),
    "no Pyxis": (
        ["srun: unrecognized option '--container-image=./x.sqsh'"],
        ["srun: unrecognized option '--contain'"],
    ),
    "container did not start": (
        [
            "slurmstepd-node1: error: pyxis: container start failed with error code: 127",
            "slurmstepd-node1: error: pyxis: failed to import docker image: nvcr.io/x",
            "slurmstepd-node1: error: pyxis: --container-mounts: source path does not exist: /x",
        ],
        ["slurmstepd-node1: error: pyxis: container was not started successfully by another task"],
    ),
    "node failed": (
        [
            "srun: error: Node failure on node2",
            "srun: error: Task launch for StepId=4.0 failed on node node2: Communication",
        ],
        ["srun: error: node2: task 5: Killed"],
    ),
    "time limit": (
        [
            "slurmstepd-n1: error: *** STEP 24.0 ON n1 CANCELLED AT 2026-11-21 DUE TO TIME LIMIT",
            "salloc: Job 24 has exceeded its time limit and its allocation has been revoked.",
        ],
        ["TimeLimit=UNLIMITED"],
    ),
    "no step": (
        [
            "srun: error: Unable to create step for job 3: Requested nodes are busy",
            "srun: error: Unable to confirm allocation for job 26: Unable to contact slurm",
            "srun: error: Unable to allocate resources: Invalid partition name specified",
        ],
        ["srun: Job 2 step creation temporarily disabled, retrying (Requested nodes are busy)"],
    ),
    "host memory": (
        [
            "MemoryError",
            "OSError: [Errno 12] Cannot allocate memory",
            "slurmstepd-node2: error: Detected 1 oom-kill event(s) in StepId=7.0. Some of your",
            "slurmstepd: error: Detected 1 oom_kill event in StepId=7.0. Some of the step tasks",
            "srun: error: node2: task 5: Out Of Memory",
        ],
        ["Available memory: 460 GiB"],
    ),
    "no space": (
        ["failed to extend /dev/shm/nccl-3XvSgG to 9637892 bytes: No space left on device"],
        ["/dev/shm has 640 GB"],
    ),
    "not installed": (
        [
            "ModuleNotFoundError: No module named 'tensorrt_llm'",
            "bash: line 1: trtllm-llmapi-launch: command not found",
            "slurmstepd-node1: error: execve(): sh: No such file or directory",
            "FileNotFoundError: [Errno 2] No such file or directory: 'config.json'",
        ],
        ["INFO cache /root/.cache: No such file or directory, creating it"],
    ),
    "two worlds": (
        [
            "rank3: refused by rank 0: has a world of 8 ranks, this world has 16",
            "rank0: refused rank 3, which has arrived already",
        ],
        ["rank0: refused ('10.0.0.1', 4711): not of this run"],
    ),
    "told to stop": (
        ["rank0: told to stop", "rank0: rank 5 was told to stop, stopping the world"],
        ["rank0: lost rank 5, aborting the world"],
    ),
    "cancelled": (
        ["slurmstepd-node1: error: *** STEP 3.20 ON node1 CANCELLED AT 2026-11-21T09:36:04 ***"],
        ["slurmstepd-node1: error: *** STEP 1.0 ON node1 CANCELLED AT 2026 DUE TO NODE FAILURE"],
    ),
}


def test_every_meaning_has_samples_and_a_name_of_its_own() -> None:
    assert list(SAMPLES) == [item.name for item in MEANINGS]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_meaning_is_found_in_what_systems_print(name: str) -> None:
    found = [meaning(text) for text in SAMPLES[name][0]]

    assert [name] * len(found) == [item.name if item else None for item in found]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_meaning_is_not_found_in_what_looks_like_it(name: str) -> None:
    assert [meaning(text) for text in SAMPLES[name][1]] == [None] * len(SAMPLES[name][1])


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line("p", 5, at, text) for at, text in enumerate(texts, start=1))


HEADS = (
    "Traceback (most recent call last):",
    '  File "attention.py", line 194, in __init__',
    "    assert self.num_heads % tp_size == 0",
    "           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    "AssertionError",
)


@pytest.mark.parametrize(
    ("texts", "code", "line", "fault"),
    [
        # the reason stands above the last line of a traceback, or below the first of a panic
        (HEADS, 1, 3, "config"),
        ((HEADS[0], "    check(self.num_heads % tp_size == 0)", "ValueError: x"), 1, 2, "config"),
        (("thread 'main' panicked at src/http.rs:1:2:", "could not bind to address: 0.0.0.0:8000",
          "note: run with `RUST_BACKTRACE=1`"), 101, 2, "infrastructure"),
        # a later error is a consequence of the one that is understood
        ((*HEADS, "more", "RuntimeError: Executor worker returned error"), 1, 3, "config"),
        (("torch.OutOfMemoryError: CUDA out of memory.", "ERROR the engine is dead"), 1, 1,
         "infrastructure"),
        # the last error, where none is understood
        (("ValueError: a", "INFO", "KeyError: 'b'", "INFO"), 1, 3, "product"),
        # no error at all: the last words
        (("x", "bash: line 1: trtllm-llmapi-launch: command not found"), 127, 2, "config"),
        (("x",), 127, None, "config"),
        (("x",), 1, None, "product"),
        ((), 1, None, "product"),
        # what an old error says is no reason for a signal, nor for a good end
        (("ValueError: a", *"123456"), -9, None, "infrastructure"),
        (("CUDA out of memory", *"123456"), -9, None, "infrastructure"),
        (("CUDA out of memory", *"123456"), 0, None, "product"),
        (("1", "CUDA out of memory", "2"), -9, 2, "infrastructure"),
        # a file that is not there is mentioned long before an end that has another reason
        (("FileNotFoundError: [Errno 2] No such file or directory", *"123456"), 0, None, "product"),
        # signals that a process sends to itself
        ((), -11, None, "product"),
        ((), -7, None, "infrastructure"),
        ((), 135, None, "infrastructure"),
    ],
)  # fmt: skip
def test_the_line_that_says_most_is_found(
    texts: tuple[str, ...], code: int, line: int | None, fault: str
) -> None:
    found = explain(lines(*texts), (), code)

    assert (line, fault) == (found.line.number if found.line else None, found.fault)


def test_what_others_say_is_asked_second() -> None:
    others = lines("slurmstepd-node2: error: Detected 1 oom-kill event(s) in StepId=7.0.")

    assert others[0] == explain(lines("Loading weights:  45%|"), others, -9).line
    assert explain(lines("CUDA out of memory"), others, 1).line == lines("CUDA out of memory")[0]


@pytest.mark.parametrize(
    ("code", "expected"),
    [(-9, True), (-15, True), (137, True), (143, True), (-6, False), (-11, False), (139, False),
     (0, False), (1, False), (None, False)],
)  # fmt: skip
def test_signals_from_outside_are_told_from_ones_own(
    code: int | None,
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    assert expected == from_outside(code)


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (HEADS, 5),
        (("ValueError: boom", "1", "2"), 1),
        (("ValueError: boom", *"12345"), None),
        (("thread 'x' panicked at src/a.rs:1", "why"), 1),
        (("WARN no ImportError: this is fine",), None),
        (("nothing",), None),
        ((), None),
    ],
)
def test_an_exception_counts_as_last_words_only(texts: tuple[str, ...], line: int | None) -> None:
    found = exception(lines(*texts))

    assert line == (found.number if found else None)
