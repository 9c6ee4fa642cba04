# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the last words of a process mean: whose fault it is, and what to do about it.

The table holds texts of TensorRT-LLM, PyTorch, NCCL, Open MPI, the Dynamo runtime, etcd, NATS and
Slurm that say something about this system rather than about one release; those that do belong into
``known_issues``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pytest_dynamo.watch.observations import signal_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.watch.lines import Line

Fault = Literal["config", "infrastructure", "product", "unknown"]

#: How many of the last lines count where a process did not end by an error of its own.
_LAST_WORDS = 5
#: SIGHUP, SIGINT, SIGQUIT, SIGKILL and SIGTERM are sent by someone else; the other signals are
#: what a process does to itself.
_FROM_OUTSIDE = frozenset({1, 2, 3, 9, 15})
_SIGBUS = 7
_NOT_FOUND = frozenset({126, 127})  # as a shell, ``env`` and ``srun`` say it

_TRACEBACK = re.compile(r"Traceback \(most recent call last\)|\bpanicked at\b")
_EXCEPTION = re.compile(
    r"^\s*(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Interrupt)(?:: |$)|\bpanicked at\b"
)
_ERROR = re.compile(
    r"\b[A-Z]\w*(?:Error|Exception)\b|\b(?:ERROR|FATAL|CRITICAL|Traceback|panicked)\b"
    r"|\berror: |\[(?:E|FTL)\]|\b[Aa]ssert(?:ion)?\b|out of memory"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means; ``name`` is for people and for its test."""

    name: str
    pattern: re.Pattern[str]
    fault: Fault
    remedy: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The line that says most about an end, and what it means."""

    line: Line | None
    fault: Fault
    remedy: str | None


MEANINGS = (
    Meaning(
        "heads do not divide",
        re.compile(r"num_heads % tp_size"),
        "config",
        "choose a tensor_parallel_size that divides the attention heads, or attention DP",
    ),
    Meaning(
        "unknown engine key",
        re.compile(r"Extra inputs are not permitted|validation errors? for \w*LlmArgs"),
        "config",
        "spell the engine's keys as the version in the image does",
    ),
    Meaning(
        "no cache transceiver",
        re.compile(r"cache_transceiver is disabled"),
        "config",
        "set cache_transceiver_config.backend in the engine configs of both roles",
    ),
    Meaning(
        "GPU memory",
        re.compile(r"CUDA out of memory|torch\.OutOfMemoryError"),
        "infrastructure",
        "free the GPU memory that an earlier run still holds, or lower free_gpu_memory_fraction",
    ),
    Meaning(
        "leftover shared memory",
        re.compile(r"File exists: '/moe_"),
        "infrastructure",
        "remove the leftover /dev/shm/moe_* of an earlier run on this node",
    ),
    Meaning(
        "port in use",
        re.compile(r"[Aa]ddress already in use|could not bind to address"),
        "infrastructure",
        "stop what listens on that port, or choose another",
    ),
    Meaning(
        "services unreachable",
        re.compile(r"Failed to connect to (?:etcd|NATS) server|NATS startup connection timed out"),
        "infrastructure",
        "check that etcd and NATS run on the head node and can be reached from this one",
    ),
    Meaning(
        "GPU network",
        re.compile(r"NCCL error.*unhandled system error|ncclSystemError|ncclUnhandledCudaError"),
        "infrastructure",
        "set NCCL_DEBUG=INFO for the reason; on GB200 check the IMEX channels of all nodes",
    ),
    Meaning(
        "no PMI",
        re.compile(r"application appears to have been direct launched using \"srun\""),
        "config",
        "start the ranks with srun --mpi=pmix",
    ),
    Meaning(
        "no Pyxis",
        re.compile(r"srun: unrecognized option '--container-"),
        "config",
        "install the Pyxis plugin of Slurm, or set container.runtime: none",
    ),
    Meaning(
        "container did not start",
        re.compile(
            r"pyxis: (?:failed to|couldn't start|container start failed|--container-mounts)"
        ),
        "config",
        "check container.image and container.mounts: all nodes have to see both",
    ),
    Meaning(
        "node failed",
        re.compile(r"srun: error: (?:Node failure on |Task launch for \S+ failed on node )"),
        "infrastructure",
        "leave that node out (--exclude) and have it looked at",
    ),
    Meaning(
        "time limit",
        re.compile(r"CANCELLED AT \S+ DUE TO TIME LIMIT|has exceeded its time limit"),
        "infrastructure",
        "allocate for longer (salloc --time)",
    ),
    Meaning(
        "no step",
        re.compile(r"srun: error: Unable to (?:create step|confirm allocation|allocate resources)"),
        "infrastructure",
        "look at the job (scontrol show job): it is gone, or it lacks what the step asks for",
    ),
    Meaning(
        "host memory",
        re.compile(
            r"\bMemoryError|Cannot allocate memory|oom[-_]kill event|: Out Of Memory$"
            r"|OOM Killed"
        ),
        "infrastructure",
        "free memory on this node, or ask Slurm for all of it (--mem=0)",
    ),
    Meaning(
        "no space",
        re.compile(r"No space left on device"),
        "infrastructure",
        "free space on this node; for shared memory enlarge /dev/shm",
    ),
    Meaning(
        "not installed",
        re.compile(
            r"No module named|command not found"
            r"|(?:execve\(\)|exec|can't open file|FileNotFoundError).*No such file or directory"
        ),
        "config",
        "install it, or correct the path, in the image that this process runs in",
    ),
    Meaning(
        "two worlds",
        re.compile(r"\brefused by rank 0: |rank0: refused rank \d+, which "),
        "config",
        "start every rank of the worker in one step, with --ntasks as planned",
    ),
    Meaning(
        "told to stop",
        re.compile(r"rank\d+: told to stop|rank \d+ was told to stop"),
        "infrastructure",
        "find who sent SIGTERM: the scheduler, a person, another tool",
    ),
    Meaning(
        "cancelled",
        re.compile(r"slurmstepd\S* error: \*\*\* \S+ \S+ ON \S+ CANCELLED AT \S+ \*\*\*"),
        "infrastructure",
        "find who cancelled the step or the job (scancel)",
    ),
)


def meaning(text: str) -> Meaning | None:
    """Return what a text means, None when it is not in the table."""
    return next((item for item in MEANINGS if item.pattern.search(text)), None)


def from_outside(code: int | None) -> bool:
    """Return whether someone else sent the signal that ended a process."""
    return code is not None and signal_of(code) in _FROM_OUTSIDE


def first_error(lines: Sequence[Line]) -> Line | None:
    """Return the first of the lines that tells of an error."""
    return next((line for line in lines if _ERROR.search(line.text)), None)


def exception(lines: Sequence[Line]) -> Line | None:
    """Return the line that names the exception, if the last words are those of one."""
    last = lines[-_LAST_WORDS:]
    return next((line for line in reversed(last) if _EXCEPTION.search(line.text)), None)


def explain(lines: Sequence[Line], others: Sequence[Line], code: int | None) -> Explanation:
    """Return what explains an end.

    ``lines`` are the culprit's own last ones; ``others`` what was said about it, asked second. A
    process that a signal from outside ended, or that ended well, said its reason last or not at
    all; any other said it in its last error, or in an earlier one that led to that.
    """
    quiet = code == 0 or from_outside(code)
    last = tuple(lines[-_LAST_WORDS:])
    errors = [line for line in (last if quiet else lines) if _ERROR.search(line.text)]
    for line in (*reversed(last if quiet else _last_error(lines)), *reversed(errors)):
        if found := meaning(line.text):
            return Explanation(line, found.fault, found.remedy)
    for line in others:
        if found := meaning(line.text):
            return Explanation(line, found.fault, found.remedy)
    last_error = errors[-1] if errors else None
    if from_outside(code):
        remedy = "find who sent the signal: the kernel's out-of-memory killer, Slurm, a person"
        return Explanation(last_error, "infrastructure", remedy)
    if code is not None and signal_of(code) == _SIGBUS:
        remedy = "enlarge /dev/shm, or free memory on this node"
        return Explanation(last_error, "infrastructure", remedy)
    if code in _NOT_FOUND:
        return Explanation(last_error, "config", "install the program, or correct its path")
    return Explanation(last_error, "product", None)


def _last_error(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the last error with its traceback and what came after; without one the last words."""
    at = next((n for n in range(len(lines) - 1, -1, -1) if _ERROR.search(lines[n].text)), None)
    if at is None:
        return tuple(lines[-_LAST_WORDS:])
    head = next((n for n in range(at, -1, -1) if _TRACEBACK.search(lines[n].text)), at)
    return tuple(lines[head:])
