# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How each speaker words a line: its prefix, its clock and its colours, by era.

A line of a case begins with a mark that says who words it:

    %E %W %I     TensorRT-LLM's Python logger, at that level
    %c           TensorRT-LLM's C++ logger, with its own brackets
    %dE %dW %dI  Dynamo's runtime; what follows is ``target: message``
    %vE %vW %vI  vLLM; what follows is ``[file.py:line] message``
    %r           PyTorch's rank prefix
    %n           NCCL's host, process and GPU
    %u           UCX's seconds, host and process
    %g           nvidia's nixl, glog style
    %z           etcd: ``level caller message``
    %s           NATS: ``LEVEL message``
    (nothing)    as it stands

``@word@`` stands for a fact of the speaker: rank, local (its GPU), node, pid, world, model, worker,
role, head, peer (another rank), ip, and ``@7-90@`` for a number out of that range.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from corpus_logs.worlds import World

_MARK = re.compile(r"%([EWIcrnugzs]|[dv][EWI]) ?(.*)", re.DOTALL)
_WORD = re.compile(r"@(\w+|\d+-\d+)@")
_LEVELS = {"E": "ERROR", "W": "WARNING", "I": "INFO"}
_GREEN, _RED, _YELLOW, _DIM, _OFF = "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True)
class Speaker:
    """A rank or a process, and where it runs."""

    step: str
    rank: int | None
    node: str
    local: int
    pid: int
    size: int


class Voice:
    """Words lines for one bundle."""

    def __init__(self, world: World, rng: random.Random, *, jsonl: bool, ansi: bool) -> None:
        self.world = world
        self.rng = rng
        self.jsonl = jsonl
        self.ansi = ansi
        year = 2025 if world.era < (0, 8) else 2026
        self.began = datetime(
            year, rng.randint(3, 11), rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59),
            rng.randint(0, 59), rng.randrange(1_000_000), timezone.utc,
        )  # fmt: skip

    def clock(self, at: float) -> datetime:
        """Return the time of day at so many seconds into the run."""
        return self.began + timedelta(seconds=at)

    def line(self, text: str, by: Speaker, at: float) -> str:
        """Return a line as its speaker writes it."""
        text = self.facts(text, by)
        match = _MARK.fullmatch(text)
        if match is None:
            return text
        mark, rest = match[1], match[2]
        when = self.clock(at)
        if mark[0] == "d":
            return self._dynamo(mark[1], rest, when)
        if mark[0] == "v":
            return self._vllm(mark[1], rest, by, when)
        return self._engine(mark, rest, by, when) or self._library(mark, rest, by, when)

    def _engine(self, mark: str, rest: str, by: Speaker, when: datetime) -> str | None:
        """Return TensorRT-LLM's own wording, of its two loggers."""
        if mark in _LEVELS:
            rank = f" [RANK {by.rank or 0}]" if self.world.era >= (0, 5) else ""
            return f"[{when:%m/%d/%Y-%H:%M:%S}] [TRT-LLM]{rank} [{mark}] {rest}"
        if mark == "c":
            level, _, words = rest.partition(" ")
            rank = f"[RANK {by.rank or 0}]" if self.world.era >= (0, 9) else ""
            return f"[TensorRT-LLM][{level}]{rank} {words}"
        return None

    def _library(self, mark: str, rest: str, by: Speaker, when: datetime) -> str:
        """Return the wording of what lies below the engine, or beside it."""
        level, _, words = rest.partition(" ")
        match mark:
            case "r":
                return f"[rank{by.rank or 0}]: {rest}"
            case "n":
                return f"{by.node}:{by.pid}:{by.pid + 77} [{by.local}] NCCL {rest}"
            case "u":
                return f"[{when.timestamp():.6f}] [{by.node}:{by.pid}:0] {rest}"
            case "z":
                caller, _, message = words.partition(" ")
                stamp = f"{when:%Y-%m-%dT%H:%M:%S.%f}Z"
                zap = {"level": level, "ts": stamp, "caller": caller, "msg": message}
                return json.dumps(zap, separators=(",", ":"))
            case "s":
                return f"[1] {when:%Y/%m/%d %H:%M:%S.%f} [{level}] {words}"
            case _:  # glog
                return f"{level}{when:%m%d %H:%M:%S.%f} {by.pid:7d} {words}"

    def facts(self, text: str, by: Speaker) -> str:
        facts = {
            "rank": by.rank or 0, "local": by.local, "node": by.node, "pid": by.pid,
            "world": by.size, "model": self.world.model, "worker": by.step,
            "head": self.world.plan.head,
            "role": by.step.rstrip("0123456789."), "ip": f"10.0.{by.local}.{by.pid % 250}",
            "peer": ((by.rank or 0) + 1) % max(by.size, 2), "dir": "/workspace",
        }  # fmt: skip

        def word(match: re.Match[str]) -> str:
            name = match[1]
            if name in facts:
                return str(facts[name])
            low, _, high = name.partition("-")
            return str(self.rng.randint(int(low), int(high)))

        return _WORD.sub(word, text)

    def _dynamo(self, level: str, rest: str, when: datetime) -> str:
        word = {"E": "ERROR", "W": "WARN", "I": "INFO"}[level]
        target, _, message = rest.partition(": ")
        digits = 3 if self.world.era < (0, 4) else 6
        stamp = f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond:06d}"[: 20 + digits] + "Z"
        if self.jsonl:
            return json.dumps(
                {"time": stamp, "level": word, "target": target, "message": message},
                separators=(",", ":"),
            )
        if self.ansi:
            colour = {"E": _RED, "W": _YELLOW, "I": _GREEN}[level]
            stamp, target = f"{_DIM}{stamp}{_OFF}", f"{_DIM}{target}{_OFF}{_DIM}:{_OFF}"
            return f"{stamp} {colour}{word:>5}{_OFF} {target} {message}"
        return f"{stamp} {word:>5} {target}: {message}"

    def _vllm(self, level: str, rest: str, by: Speaker, when: datetime) -> str:
        version = self.world.topology.versions.vllm or "0.8"
        release = int(version.split(".")[1])
        word = f"{_LEVELS[level]} {when:%m-%d %H:%M:%S}"
        if "ray" in self.world.name and by.rank is not None:
            return f"(RayWorkerWrapper pid={by.pid}, ip={by.node}) {word} {rest}"
        if release >= 11:
            name = "EngineCore_DP0" if by.rank is None else f"Worker_TP{by.rank}"
            return f"({name} pid={by.pid}) {word} {rest}"
        if by.rank is not None:
            return f"(VllmWorker rank={by.rank} pid={by.pid}) {word} {rest}"
        return f"(EngineCore_0 pid={by.pid}) {word} {rest}"
