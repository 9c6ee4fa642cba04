# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A pytest inside a job of a virtual cluster, seen from this machine, which sees every node."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import Run

from pytest_dynamo.supervisor.identity import Identity, labelled

if TYPE_CHECKING:
    from pytest_dynamo.supervisor.virtual.cluster import Cluster

#: A topology small enough for a test, and large enough for ranks on other nodes than their leader.
PAIR = """\
name: pair
description: A prefill and a decode worker of four ranks on two nodes each
engine: trtllm
versions: {dynamo: "1.3.0", trtllm: 1.0.0rc0}
model: {path: a/model, served_name: a/model}
hardware: {gpu: GB200, gpus_per_node: 2}
roles:
  prefill: {nodes_per_worker: 2, parallel: {tp: 4}}
  decode: {nodes_per_worker: 2, parallel: {tp: 4}}
rehearsal: true
"""
#: The first says that it serves; the second waits, and is where a death is seen.
TESTS = """
import os, time

def test_serves(deployment):
    deployment.client.chat("one", max_tokens=2)
    open("serving", "w").close()

def test_waits(deployment):
    end = time.monotonic() + 60
    while time.monotonic() < end and not os.path.exists("enough"):
        deployment.check()
        time.sleep(0.02)
"""


@dataclass(frozen=True)
class Strike:
    """A fault: when it struck, in how many seconds it is to be named, and what it is called."""

    at: float
    limit_s: float
    fault: str = ""
    where: str = ""


def crowding() -> float:
    """Return how many processes want each core of this machine, at least 1.

    Limits in seconds are for a machine that has time; benchmarks/slurm.py holds them as they are.
    """
    return max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))


@dataclass
class InsideRun(Run):
    """A run whose processes live in the cluster's namespaces."""

    cluster: Cluster | None = None
    struck: list[Strike] = field(default_factory=list)

    def strike(
        self, limit_s: float, *, at: float | None = None, fault: str = "", where: str = ""
    ) -> None:
        """Note that a fault has struck, now or then, which is to be named within the time.

        It is called what the test is called, and is where the run was lost, unless said otherwise.
        """
        self.struck.append(Strike(time.time() if at is None else at, limit_s, fault, where))

    def named(self) -> float:
        """Fail unless the last fault is named in time; return the seconds that took."""
        took = self._told_after(self.struck[-1])
        assert took is not None, self.text
        assert took < self.struck[-1].limit_s * crowding(), self.text
        return took

    def _told_after(self, strike: Strike) -> float | None:
        kinds = ("failed", "lost", "trouble")
        signs = [float(event["at"]) for event in self.events() if event["kind"] in kinds]
        slack_s = 1  # a moment that Slurm states is a whole second
        after = [at - strike.at for at in signs if at - strike.at > -slack_s]
        return max(0.0, after[0]) if after else None

    def rows(self) -> list[dict[str, object]]:
        """Return what became of it, as rows of the table of faults: one for each, or one."""
        found = self.json("deployment.json").get("diagnosis") or {}
        left = self.json("teardown.json").get("leftover", ())
        places = [found.get("where"), *(item["where"] for item in left)]
        if found.get("kind") == "preflight":
            places += [item.partition(":")[0] for item in found["also"]]
        places += re.findall(r"^ERROR: (?:(\S+): )?", self.text, re.MULTILINE)
        refused = "refused" if self.process.returncode == pytest.ExitCode.USAGE_ERROR else None
        row = {
            "fault": "",
            "where": ", ".join(filter(None, places)),
            "phase": found.get("phase"),
            "after_s": None,
            "limit_s": None,
            "verdict": self.json("report.json").get("verdict", refused),
            "leftover": len(left),
        }
        return [
            {
                **row,
                "fault": strike.fault,
                "where": strike.where or row["where"],
                "after_s": self._told_after(strike),
                "limit_s": strike.limit_s,
            }
            for strike in self.struck
        ] or [row]

    @property
    def supervisor(self) -> Identity | None:
        return self._speaking("pytest_dynamo.supervisor", str(self.directory))

    @property
    def controller(self) -> Identity | None:
        """The pytest itself, whatever launched it."""
        return self._speaking("pytest", f"--dynamo-run-dir={self.directory}")

    @staticmethod
    def _speaking(*words: str) -> Identity | None:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                said = path.read_bytes().decode(errors="replace").split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if set(words) <= set(said) and "python" in said[0] and "exec" not in said:
                return Identity.of(int(path.parent.name))
        return None

    def rank(self, worker: str, number: int) -> Identity:
        """Return the process of a rank on its node."""
        for identity in labelled(self.json("run.json")["run_id"]):
            place = Path(f"/proc/{identity.pid}")
            words = (place / "cmdline").read_bytes().split(b"\0")
            environ = (place / "environ").read_bytes().split(b"\0")
            named = b"--worker" in words and words[words.index(b"--worker") + 1] == worker.encode()
            if named and f"SLURM_PROCID={number}".encode() in environ:
                return identity
        pytest.fail(f"no process of rank {number} of {worker}")

    def program(self, word: str) -> Identity:
        """Return the process of this run one of whose first words ends with this one."""
        for identity in labelled(self.json("run.json")["run_id"]):
            words = Path(f"/proc/{identity.pid}/cmdline").read_bytes().split(b"\0")
            if b"srun" not in words[0] and any(each.endswith(word.encode()) for each in words[:4]):
                return identity
        pytest.fail(f"no {word}")

    def steps(self) -> dict[str, str]:
        """Return the ids of the steps that the run has written down."""
        path = self.directory / "processes.jsonl"
        lines = [line for line in path.read_text().splitlines() if '"step_id"' in line]
        return {str(item["name"]): str(item["step_id"]) for item in map(_loads, lines)}

    def diagnosis(self) -> dict[str, str]:
        found = self.json("deployment.json").get("diagnosis")
        assert found, self.text
        return dict(found)

    def processes_alive(self) -> list[Identity]:
        """Return everything of this run that lives on any node, without pytest itself."""
        alive = labelled(self.json("run.json")["run_id"])
        return [*alive, *filter(None, [self.supervisor])]

    def nothing_left(self, timeout_s: float = 10) -> None:
        """Fail unless everything of this run is gone from every node within the time."""
        assert self.cluster is not None
        deadline = time.monotonic() + timeout_s
        run_id = self.json("run.json")["run_id"]
        while alive := self.processes_alive():
            assert time.monotonic() < deadline, f"still there: {alive}\n{self.text}"
            time.sleep(0.05)
        for node in self.cluster.up():
            shm = self.cluster.root(node) / "dev/shm"
            assert [path.name for path in shm.iterdir() if run_id in path.name] == []


def _loads(line: str) -> dict[str, object]:
    data: dict[str, object] = json.loads(line)
    return data
