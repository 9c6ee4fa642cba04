# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What reading logs costs: a finished one of 72 ranks, and those of 4,096 that are written now.

``python benchmarks/replay.py [MB] [RANKS] [SECONDS]``. The finished log is judged beside
``grep -c -F -f`` with the same words over the same file on the same core; the floors are a quarter
of grep's throughput and 200 MB of memory. Every followed rank writes 100 lines a second; the floors
are one core, and memory that is the same after half of the lines as after all.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pytest_dynamo import engines
from pytest_dynamo.diagnosis.evidence import KEPT, Evidence
from pytest_dynamo.launch.plan import Cluster, LaunchPlan, Process, place
from pytest_dynamo.session import judging, record
from pytest_dynamo.supervisor.follower import Follower, Turns
from pytest_dynamo.topology import places
from pytest_dynamo.topology.places import Override

RATIO = 0.25
MEMORY_MB = 200
CORES = 1.0
GROWTH_MB = 8
A_SECOND = 100
WORLD = 72
OVERRIDES = [
    Override("roles.agg.parallel.tp", str(WORLD), "benchmark"),
    Override("roles.agg.nodes_per_worker", str(WORLD // 4), "benchmark"),
    Override("nodes", str(WORLD // 4), "benchmark"),
]
VICTIM = 41
FAILURE = """\
{rank}: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.62 GiB.
srun: error: gb200-11: task {rank}: Exited with exit code 1
slurmstepd-gb200-01: error: *** STEP 4711.3 ON gb200-01 CANCELLED AT 2026-11-25T11:00:00 ***
srun: error: gb200-01: tasks 0-3: Killed
"""


def clock(at: float) -> str:
    """Return a time of day."""
    return f"{int(at) // 3600 % 24:02d}:{int(at) // 60 % 60:02d}:{int(at) % 60:02d}"


def line(source: random.Random, rank: int, at: float) -> str:
    """Return one of the things that a rank says while all is well."""
    kind = source.randrange(5)
    if kind < 3:
        return (
            f"[11/25/2026-{clock(at)}] [TRT-LLM] [RANK {rank}] [I] iter = {int(at * 50)}, "
            f"global_rank = {rank}, rank = {rank}, currank_total_requests = "
            f"{source.randrange(64)}/{source.randrange(64)}, "
            f"elapsed_time = {source.random():.6f}s, "
            f"num_scheduled_requests: {source.randrange(64)}, states = {{'num_ctx_requests': 0, "
            f"'num_ctx_tokens': 0, 'num_generation_tokens': {source.randrange(64)}}}"
        )
    if kind == 3:
        return (
            f"2026-11-25T{clock(at)}.{source.randrange(10**6):06d}Z  INFO "
            "dynamo_llm::http::service: request completed "
            f"request_id={source.getrandbits(128):032x} model=r1 "
            f"input_tokens={source.randrange(8192)} output_tokens={source.randrange(1024)}"
        )
    done = source.randrange(801)
    return f"Loading weights concurrently: {done // 8:3d}%|█████     | {done}/801 [00:08<00:02]"


def write(path: Path, size: int) -> None:
    """Write the log of a step of 72 ranks that runs well, and fails in its last lines."""
    source = random.Random(72)  # noqa: S311 - the same log on every run
    with path.open("w", encoding="utf-8") as file:
        for rank in range(WORLD):
            kind = "worker" if rank else "leader"
            file.write(f"{rank:2d}: rank{rank} run mgmn {kind} node with mpi_world_size: 72 ...\n")
        # a part that is written over and over, as long as no block of the reader's is all of it
        part = "".join(
            f"{rank:2d}: {line(source, rank, number / 500)}\n"
            for number in range(60_000)
            for rank in (source.randrange(WORLD),)
        )
        for _ in range(max(1, size // len(part.encode()))):
            file.write(part)
        file.write(FAILURE.format(rank=VICTIM))


def judged(path: Path) -> None:
    """Judge a log, and print what it cost; run in a process of its own, for its memory."""
    topology = places.load("wide_ep_agg", [places.bundled()], OVERRIDES)
    began = time.process_time()
    found = judging.subject(record.open_record(path), topology, lambda _: None)
    judgement = judging.judge(found, lambda _: None)
    spent = time.process_time() - began
    cause = judgement.diagnosis
    assert cause is not None
    assert (cause.rank, cause.known_issue, cause.node) == (VICTIM, "DKI401", "gb200-11"), cause
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"spent": spent, "memory": most}))


def finished(megabytes: int) -> None:
    """Measure the reading of a finished log."""
    topology = places.load("wide_ep_agg", [places.bundled()], OVERRIDES)
    cluster = Cluster(tuple(f"node{number}" for number in range(WORLD // 4)), 4, "", "")
    workers = place(topology, cluster)
    plan = LaunchPlan("x", "x", "x", "", "node0", cluster.nodes, workers, ())
    screen = Evidence(plan, engines.get("trtllm").milestones(topology)).screen
    with tempfile.TemporaryDirectory() as folder:
        path, words = Path(folder) / "slurm-4711.out", Path(folder) / "words"
        free = shutil.disk_usage(folder).free / 1e6
        assert free > 2 * megabytes, f"{folder} has {free:.0f} MB free, {2 * megabytes} are needed"
        write(path, megabytes * 1_000_000)
        words.write_text("".join(f"{word}\n" for word in screen.words), encoding="utf-8")
        size = path.stat().st_size / 1e6
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # children have it too
        grep_at = shutil.which("grep")
        assert grep_at is not None
        greps = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            # into a pipe: grep stops at the first match where nobody reads the count
            command = [grep_at, "-c", "-F", "-f", str(words), str(path)]
            subprocess.run(command, capture_output=True, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            greps.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        runs = []
        for _ in range(3 if megabytes <= 100 else 1):
            command = [sys.executable, __file__, "--judge", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            runs.append(json.loads(done.stdout))
        spent, memory = min(run["spent"] for run in runs), max(run["memory"] for run in runs)
    grep = min(greps)
    print(f"finished log of {WORLD} ranks, {size:.0f} MB, {len(screen.words)} words, one core")
    print(f"  grep -c -F -f   {size / grep:7.0f} MB/s of CPU time")
    print(f"  judged          {size / spent:7.0f} MB/s: {grep / spent:.2f} of it (floor {RATIO})")
    print(f"  memory          {memory:7.0f} MB (floor {MEMORY_MB} MB)")
    assert grep / spent >= RATIO
    assert memory < MEMORY_MB


def writer(folder: Path, ranks: int, seconds: int) -> None:
    """Append 100 lines a second to the log of each rank, in steps of a quarter second."""
    source = random.Random(4096)  # noqa: S311 - the same lines on every run
    files = [os.open(folder / f"{rank}.log", os.O_WRONLY | os.O_APPEND) for rank in range(ranks)]
    steps = 4
    parts = [
        "".join(f"{line(source, 7, at)[:120]}\n" for at in range(A_SECOND // steps)).encode()
        for _ in range(64)
    ]
    began = time.monotonic()
    for step in range(seconds * steps):
        for number, file in enumerate(files):
            os.write(file, parts[(number + step) % len(parts)])
        time.sleep(max(0.0, began + (step + 1) / steps - time.monotonic()))
    print(f"{time.monotonic() - began:.1f}")


def followed(ranks: int, seconds: int) -> None:
    """Measure what following ranks costs that each write 100 lines a second."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    topology = places.load("wide_ep_agg", [places.bundled()])
    processes = tuple(
        Process(f"agg0.{rank}", "agg0", "worker", ("true",), f"{rank}.log", ("node1",), (rank,))
        for rank in range(ranks)
    )
    cluster = Cluster(tuple(f"node{number}" for number in range(4)), 4, "", "")
    (worker,) = place(topology, cluster)
    plan = LaunchPlan("x", "x", "x", "", "node0", ("node0",), (worker,), processes)
    milestones = engines.get("trtllm").milestones(topology)
    evidence = Evidence(plan, milestones)
    screen = evidence.screen
    with tempfile.TemporaryDirectory() as folder:
        followers = []
        for process in processes:
            path = Path(folder) / process.log
            path.touch()
            followers.append(Follower.of(process, path, screen))
        turns = Turns()
        command = [sys.executable, __file__, "--write", folder, str(ranks), str(seconds)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writing:
            began, cpu, half, picked = time.monotonic(), time.process_time(), 0.0, 0
            while writing.poll() is None:
                time.sleep(0.1)  # as the supervisor looks at a deployment that serves
                for follower in turns.due(followers):
                    for each in follower.read(attentive=False):
                        evidence.notice(each)
                        picked += 1
                if not half and time.monotonic() - began > seconds / 2:
                    half = memory_mb()
            spent, wall = time.process_time() - cpu, time.monotonic() - began
            took = float(writing.stdout.read()) if writing.stdout else 0.0
        for follower in followers:
            follower.read(attentive=False)
        full = memory_mb()
        lines = sum(follower.newlines for follower in followers)
        words = sum(len(follower.last_words(KEPT)) for follower in followers)
        for follower in followers:
            os.close(follower.log)
    print(f"{ranks} ranks, {lines / took:,.0f} lines/s for {took:.0f} s, {picked} picked")
    print(f"  cores           {spent / wall:7.2f} (floor {CORES:g})")
    print(f"  memory          {half:7.0f} MB after half, {full:.0f} MB at the end")
    assert lines == ranks * A_SECOND * seconds
    assert words == ranks * KEPT
    assert spent / wall < CORES
    assert full - half < GROWTH_MB


def memory_mb() -> float:
    """Return the memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main(words: list[str]) -> None:
    """Measure, print, and fail below a floor."""
    if words[:1] == ["--judge"]:
        judged(Path(words[1]))
    elif words[:1] == ["--write"]:
        writer(Path(words[1]), int(words[2]), int(words[3]))
    else:
        numbers = [int(word) for word in words]
        megabytes, ranks, seconds = (*numbers, *(1000, 4096, 20)[len(numbers) :])
        followed(ranks, seconds)
        finished(megabytes)


if __name__ == "__main__":
    main(sys.argv[1:])
