# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Faults that a rehearsal asks for: which rank does what wrong, and when.

The variable ``STANDIN_FAULT`` holds any number of them, separated by commas::

    decode0:5@load=0.8:kill          rank 5 of decode0 dies by SIGKILL at 80 % of its loading
    prefill0:*@load=0.1:heads        every rank of prefill0 says that the heads do not divide
    decode0:0@serving=3:hang         rank 0 of decode0 goes silent at its third request

Who: ``WORKER:RANK``, each may be ``*``.

When: ``start`` (before the first line), ``load=FRACTION``, ``loaded`` (before the rendezvous),
``serving`` or ``serving=N`` (rank 0 has received its N-th request, the first if N is not given).

What: ``kill`` (SIGKILL), ``exit0``, ``exit1``, ``hang`` (silent, alive, ends on SIGTERM), ``deaf``
(silent, alive, ignores SIGTERM), ``oom`` and ``heads`` (the engine's words, then exit 1),
``exception`` (exit 1 with a traceback; in rank 0 while serving, that request fails instead).
"""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from typing import NoReturn

STAGES = ("start", "load", "loaded", "serving")
ACTS = ("kill", "exit0", "exit1", "hang", "deaf", "oom", "heads", "exception")

_FAULT = re.compile(
    r"(?P<worker>[^:@,]+):(?P<rank>\d+|\*)@(?P<stage>[a-z]+)(?:=(?P<at>[0-9.]+))?:(?P<act>\w+)"
)

# The form of PyTorch's c10/cuda/CUDACachingAllocator.cpp; the numbers are a GB200's, with a process
# of an earlier run still holding what is missing.
_OUT_OF_MEMORY = (
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.62 GiB. GPU {gpu} has a total "
    "capacity of 184.31 GiB of which 1.06 GiB is free. Process 81290 has 97.50 GiB memory in use. "
    "Including non-PyTorch memory, this process has 85.73 GiB memory in use. Of the allocated "
    "memory 83.91 GiB is allocated by PyTorch, and 411.08 MiB is reserved by PyTorch but "
    "unallocated. If reserved but unallocated memory is large try setting "
    "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.  See documentation "
    "for Memory Management  (https://pytorch.org/docs/stable/notes/cuda.html#environment-variables)"
)
# tensorrt_llm/_torch/modules/attention.py: an assertion without a message.
_HEADS = """\
Traceback (most recent call last):
  File "/app/tensorrt_llm/tensorrt_llm/_torch/modules/attention.py", line 194, in __init__
    assert self.num_heads % tp_size == 0
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
AssertionError"""


@dataclass(frozen=True)
class Fault:
    """One rank's fault; ``rank`` None is every rank, ``at`` a fraction of loading or a request."""

    worker: str
    rank: int | None
    stage: str
    at: float
    act: str

    def strikes(self, worker: str, rank: int) -> bool:
        """Return whether this is a fault of that rank."""
        return self.worker in ("*", worker) and self.rank in (None, rank)

    def commit(self, rank: int) -> None:
        """Do it, as that rank; most acts do not return.

        Raises:
            RuntimeError: the act is ``exception``.
        """
        if self.act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.act in ("exit0", "exit1"):
            os._exit(int(self.act[-1]))
        elif self.act in ("hang", "deaf"):
            _be_silent(signal.SIG_DFL if self.act == "hang" else signal.SIG_IGN)
        elif self.act == "oom":
            _fail(_OUT_OF_MEMORY.format(gpu=os.environ.get("SLURM_LOCALID", "0")))
        elif self.act == "heads":
            _fail(_HEADS)
        message = f"Executor worker on rank {rank} failed: the rehearsal asked for it"
        raise RuntimeError(message)


def parse(words: str) -> tuple[Fault, ...]:
    """Return the faults that ``STANDIN_FAULT`` holds.

    Raises:
        ValueError: it is not worded as this module says.
    """
    return tuple(_fault(word.strip()) for word in words.split(","))


def _fault(word: str) -> Fault:
    match = _FAULT.fullmatch(word)
    if match is None:
        message = (
            f"{word!r} is not WORKER:RANK@STAGE:ACT, as decode0:5@load=0.8:kill; "
            f"stages are {', '.join(STAGES)}; acts are {', '.join(ACTS)}"
        )
        raise ValueError(message)
    stage, act, at = match["stage"], match["act"], match["at"]
    if stage not in STAGES:
        message = f"{word!r}: stage {stage!r} is none of {', '.join(STAGES)}"
        raise ValueError(message)
    if act not in ACTS:
        message = f"{word!r}: act {act!r} is none of {', '.join(ACTS)}"
        raise ValueError(message)
    if stage == "load":
        fitting = at is not None and _is_number(at) and 0 <= float(at) <= 1
    elif stage == "serving":
        fitting = at is None or (at.isdigit() and int(at) > 0)
    else:
        fitting = at is None
    if not fitting:
        message = f"{word!r}: load=0 to load=1, serving or serving=1 and up, start, loaded"
        raise ValueError(message)
    return Fault(
        worker=match["worker"],
        rank=None if match["rank"] == "*" else int(match["rank"]),
        stage=stage,
        at=float(at or stage == "serving"),
        act=act,
    )


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+\.?\d*|\.\d+", text) is not None


def _be_silent(disposition: signal.Handlers) -> NoReturn:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, disposition)
    while True:
        signal.pause()


def _fail(words: str) -> NoReturn:
    os.write(2, f"{words}\n".encode())
    os._exit(1)
