# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a run costs and survives on a real Slurm of many nodes, all of them on this machine.

    python benchmarks/slurm.py topologies    the guides' five come up across real namespaces
    python benchmarks/slurm.py launch        first srun to the word of all 72 ranks, and bare srun
    python benchmarks/slurm.py suites        all suites, whole and lost, by salloc, sbatch and srun
    python benchmarks/slurm.py scale         64 nodes, 256 ranks: the supervisor's CPU and memory
    python benchmarks/slurm.py faults        every fault, who was named, how soon, what was left

Each fails where it does not hold what it promises. docs/slurm.md has the figures.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo.supervisor.virtual.cluster import Cluster
from pytest_dynamo.supervisor.virtual.files import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[1]
#: The guides' topologies: nodes, GPUs of a node, steps of workers, ranks.
TOPOLOGIES = {
    "wide_ep_agg": (4, 4, 1, 16),
    "wide_ep_disagg": (8, 4, 2, 32),
    "llama4_multimodal_disagg": (4, 4, 2, 16),
    "trtllm_disagg_multinode": (2, 8, 2, 2),
    "mlperf_llama405b_disagg": (18, 4, 18, 72),
}
LARGE = """\
name: large
description: Sixteen workers of sixteen ranks on four nodes each
engine: trtllm
versions: {dynamo: "1.3.0", trtllm: 1.0.0rc0}
model: {path: a/model, served_name: a/model}
hardware: {gpu: GB200, gpus_per_node: 4}
roles:
  agg: {workers: 16, nodes_per_worker: 4, parallel: {tp: 16}}
"""
EIGHTEEN = ("salloc", "-N18", "--gres=gpu:4")
#: How pytest gets into a job of two nodes.
WAYS = {
    "salloc pytest": ("salloc", "-N2", "--gres=gpu:8"),
    "sbatch --wait": ("sbatch", "--wait", "-N2", "--gres=gpu:8", "--output=batch.out", "--wrap"),
    "srun --pty": ("salloc", "-N2", "--gres=gpu:8", "srun", "--pty", "--overlap", "-N1", "-n1"),
}
#: A rank that ends once the suites have asked it some.
LOSS = "--dynamo-set=environment.STANDIN_FAULT=decode0:0@serving=20:exit1"
#: As many steps as the launch has, one on each node, started at once and waited for.
BARE = """\
import subprocess, sys, time
began = time.monotonic()
words = ["--ntasks-per-node=4", "--gres=gpu:4", sys.executable, "-c", "pass"]
steps = [
    subprocess.Popen(["srun", f"-wnode{n}", "-N1", "-n4", *words]) for n in range(1, 19)
]
if any([step.wait() for step in steps]):
    sys.exit("a bare step failed")
print("bare", time.monotonic() - began)
"""
#: What launching may cost, in times of the bare steps; the supervisor, in cores and in MiB.
LAUNCH_LIMIT, CORE_LIMIT, MEMORY_LIMIT_MIB = 3.0, 1.0, 200.0
#: The tests that inflict a fault, or meet one.
OF_FAULTS = [f"tests/cluster/test_{name}.py" for name in ("faults", "states", "refusals")]


@contextmanager
def cluster(nodes: int, gpus: int = 4) -> Iterator[tuple[Cluster, Path]]:
    """Bring a cluster up, with a place that all of its nodes see."""
    with tempfile.TemporaryDirectory(prefix="slurm-") as directory:
        place = Path(directory)
        seen = (place, CHECKOUT, Path(sys.prefix), Path(sys.base_prefix))
        found = Cluster(place / "cluster")
        shape = Shape(nodes, gpus, share=tuple(dict.fromkeys(str(path.resolve()) for path in seen)))
        found.start(shape, bound=True)
        try:
            yield found, place
        finally:
            found.stop()


def run(
    cluster: Cluster,
    place: Path,
    topology: str,
    launch: tuple[str, ...],
    test: str = "",
    *more: str,
) -> Run:
    """Start pytest in a job of its own: that test, or else all suites.

    Where the words that launch it end with an option it is one word, that option's value.
    """
    here = place / Path(topology).stem
    here.mkdir(parents=True)
    (here / "tmp").mkdir()
    (here / "pytest.ini").write_text("[pytest]\n")
    pytest = [
        sys.executable, "-m", "pytest", "-p", "pytest_dynamo.plugin", "-p", "no:cacheprovider",
        f"--topology={topology}", "--dynamo-set=rehearsal=true", *more,
        f"--dynamo-run-dir={here / 'run'}",
    ]  # fmt: skip
    if test:
        (here / "test_it.py").write_text(test)
        pytest.append("test_it.py")
    wrapped = launch[-1] == "--wrap"
    words = [*launch, *([shlex.join(pytest)] if wrapped else pytest)]
    keep = {key: value for key, value in os.environ.items() if not key.startswith("SLURM_")}
    with (here / "out").open("w") as out:
        process = subprocess.Popen(
            cluster.command(words),
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            cwd=here,
            env={**keep, "TMPDIR": str(here / "tmp")},
        )
    return Run(process, here)


class Run:
    """One pytest and what it wrote down."""

    def __init__(self, process: subprocess.Popen[bytes], place: Path) -> None:
        self.process = process
        self.place = place

    def json(self, name: str) -> Any:  # Any: JSON
        """Return a file of the run directory."""
        return json.loads((self.place / "run" / name).read_text())

    def events(self, kind: str) -> list[dict[str, Any]]:  # Any: JSON objects
        """Return what happened of one kind."""
        path = self.place / "run/events.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [item for line in lines if (item := json.loads(line))["kind"] == kind]

    def passed(self) -> None:
        """Wait for its end.

        Raises:
            SystemExit: it did not pass, or left something behind.
        """
        status = self.process.wait(600)
        if status or self.json("teardown.json")["leftover"]:
            sys.exit((self.place / "out").read_text())

    def spoke_after(self) -> float:
        """Return the seconds from the first step to the word of the last rank."""
        first = min(float(item["at"]) for item in self.events("spawned"))
        joined = [item for item in self.events("milestone") if item["step"] == "joined"]
        return max(float(item["at"]) for item in joined) - first


def topologies() -> None:
    """Bring the guides' topologies up, each in an allocation of its size."""
    print(f"{'topology':26} {'nodes':>5} {'steps':>5} {'ranks':>5} {'ready':>8} {'gone':>8}")
    test = "from pytest_dynamo.suites.test_startup import *\n"
    for name, (nodes, gpus, steps, ranks) in TOPOLOGIES.items():
        with cluster(nodes, gpus) as (found, place):
            done = run(found, place, name, ("salloc", f"-N{nodes}", "--gres=gpu:4"), test)
            done.passed()
            workers = [item for item in done.json("plan.json")["processes"] if item["ranks"]]
            spoke = sum(len(item["ranks"]) for item in workers)
            if (len(workers), spoke) != (steps, ranks):
                sys.exit(f"{name}: {len(workers)} steps and {spoke} ranks")
            ready = sum(done.events("ready")[0]["took_s"].values())
            print(f"{name:26} {nodes:5} {steps:5} {ranks:5} {ready:6.1f} s "
                  f"{done.json('teardown.json')['seconds']:6.1f} s", flush=True)  # fmt: skip


def suites() -> None:
    """Run all suites through every way into a job; its exit status is the verdict, either way."""
    names = ("way", "run", "exit status", "verdict", "passed", "unproven", "failed, blocked",
             "left", "took")  # fmt: skip
    print(f"| {' | '.join(names)} |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    wrong = 0
    with cluster(2, 8) as (found, place):
        for way, words in WAYS.items():
            for name, more, status in (("whole", (), 0), ("a rank ends", (LOSS,), 1)):
                began = time.monotonic()
                where = place / f"{way} {name}"
                done = run(found, where, "trtllm_disagg_multinode", words, "", *more)
                code = done.process.wait(600)
                report = done.json("report.json")
                left = len(done.json("teardown.json")["leftover"])
                outcomes = Counter(item["outcome"] for item in report["tests"])
                wrong += code != status or bool(left) or (report["verdict"] == "pass") == bool(code)
                good = [outcomes.pop(word, 0) for word in ("passed", "unproven", "skipped")]
                cells = (way, name, code, report["verdict"], *good[:2], outcomes.total(), left,
                         f"{time.monotonic() - began:.0f} s")  # fmt: skip
                print(f"| {' | '.join(map(str, cells))} |", flush=True)
    if wrong:
        sys.exit(f"{wrong} run(s) did not end as they had to")


def launch() -> None:
    """Compare a launch of 18 steps with 72 ranks with bare steps of that shape, side by side."""
    test = "def test_it(deployment): deployment.check()\n"
    rounds = 3
    ratios = []
    print(f"{'round':>5} {'bare srun':>10} {'launch':>10} {'times':>6}")
    with cluster(18) as (found, place):
        bare = place / "bare.py"
        bare.write_text(BARE)
        for number in range(1, rounds + 1):
            said = found.call(*EIGHTEEN, sys.executable, str(bare))
            base_s = float(said.split()[-1])
            where = place / str(number)
            done = run(found, where, "mlperf_llama405b_disagg", EIGHTEEN, test)
            done.passed()
            ratios.append(done.spoke_after() / base_s)
            print(f"{number:5} {base_s:8.2f} s {done.spoke_after():8.2f} s {ratios[-1]:6.2f}",
                  flush=True)  # fmt: skip
    if sorted(ratios)[rounds // 2] > LAUNCH_LIMIT:
        sys.exit(f"a launch costs more than {LAUNCH_LIMIT:g} bare ones")


def scale() -> None:
    """Run 256 ranks on 64 nodes, and look at what the supervisor uses."""
    test = (
        "import time\n"
        "def test_it(deployment):\n"
        "    end = time.monotonic() + 10\n"
        "    while time.monotonic() < end:\n"
        "        deployment.client.chat('go', max_tokens=2)\n"
    )
    tick = os.sysconf("SC_CLK_TCK")
    with cluster(64) as (found, place):
        topology = place / "large.yaml"
        topology.write_text(LARGE)
        done = run(found, place, str(topology), ("salloc", "-N64", "--gres=gpu:4"), test)
        cores, peak_mib, began, used = 0.0, 0.0, 0.0, 0
        while done.process.poll() is None:
            stat = supervisor(done.place / "run")
            if stat is not None:
                now, (cpu, memory_kib) = time.monotonic(), stat
                if began and now > began:
                    cores = max(cores, (cpu - used) / tick / (now - began))
                began, used = now, cpu
                peak_mib = max(peak_mib, memory_kib / 1024)
            time.sleep(1)
        done.passed()
        count = sum(len(item["ranks"]) for item in done.json("plan.json")["processes"])
        print(f"{count} ranks on 64 nodes: all spoke after {done.spoke_after():.1f} s, "
              f"gone and proven in {done.json('teardown.json')['seconds']:.1f} s")  # fmt: skip
        print(f"supervisor: at most {cores:.2f} cores in any second, {peak_mib:.0f} MiB")
        if count != 256 or cores > CORE_LIMIT or peak_mib > MEMORY_LIMIT_MIB:
            sys.exit(f"more than {CORE_LIMIT:g} core or {MEMORY_LIMIT_MIB:g} MiB")


def supervisor(directory: Path) -> tuple[int, int] | None:
    """Return the ticks and the largest size in KiB of a run's supervisor, None while none runs."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
            if "pytest_dynamo.supervisor" not in words or str(directory) not in words:
                continue
            fields = (path.parent / "stat").read_text().rpartition(") ")[2].split()
            status = (path.parent / "status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if "VmHWM:" in status:
            return int(fields[11]) + int(fields[12]), int(status.split("VmHWM:")[1].split()[0])
    return None


def faults() -> None:
    """Run the tests that inflict a fault on a run, and make a table of what they saw."""
    with tempfile.TemporaryDirectory(prefix="slurm-") as directory:
        report = Path(directory) / "report.xml"
        status = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                f"--junitxml={report}", "-o", "junit_family=xunit1", f"--basetemp={directory}/base",
                *OF_FAULTS,
            ],
            cwd=CHECKOUT,
            check=False,
        ).returncode  # fmt: skip
        cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - our own file
    print("| fault | named | phase | after | limit | verdict | left |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    late = 0
    for case in cases:
        name = case.get("name", "").removeprefix("test_").replace("_", " ")
        for item in case.iter("property"):
            row = json.loads(item.get("value", "{}"))
            after, limit = row["after_s"], row["limit_s"]
            late += after is not None and after > limit
            cells = (
                row["fault"] or name,
                re.sub(rf"{directory}/\S+/[^/]*/", "", row["where"]),
                row["phase"] or "",
                f"{after:.2f} s" if after is not None else "",
                f"{limit:g} s" if limit is not None else "",
                row["verdict"] or "",
                row["leftover"],
            )
            print(f"| {' | '.join(map(str, cells))} |")
    if status or late:
        sys.exit(f"{late} fault(s) were named too late; the tests ended with {status}")


if __name__ == "__main__":
    commands = {each.__name__: each for each in (topologies, launch, suites, scale, faults)}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
