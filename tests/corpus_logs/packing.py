# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A played case as files: the ways in which people keep the logs of a run.

run        our run directory, one labelled step for each worker
run-local  our run directory, one process for each rank
srun       a folder, one ``srun --label`` file for each step
job        one file of one job, all steps in it
ranks      a folder, one file for each rank, what srun said in another
compose    one file of ``docker compose logs``
pods       a folder of ``kubectl logs``, mpirun tagging the ranks, and a ``kubectl describe``
stern      one file of ``kubectl logs --prefix`` over all pods
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from corpus_logs import containers, run_files
from corpus_logs.slurm_ends import Srun

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from corpus_logs.case import Case
    from corpus_logs.staging import Ended, Played, Said
    from corpus_logs.voices import Voice
    from corpus_logs.worlds import World

_SLURM = ("run", "srun", "job", "ranks")
_STEP_FILES = ("{step}.log", "{step}.out", "slurm-{job}.{step}.out", "logs/{step}.log")
_RANK_FILES = (
    "{step}_rank{rank}.log",
    "{step}/rank_{rank:02d}.log",
    "{step}.{rank}.out",
    "{step}-rank{rank}.err",
)


@dataclass
class Record:
    """What there is to write down: lines and ends, in order, until ``over``."""

    case: Case
    world: World
    voice: Voice
    rng: random.Random
    steps: tuple[str, ...]
    job: str
    said: list[Said]
    ended: list[Ended]
    over: float

    def nodes(self, step: str) -> dict[int, str]:
        """Return the node of each task of a step."""
        worker = self.world.plan.worker(step)
        if worker is None or self.world.engine == "vllm":
            processes = self.world.plan.processes
            process = next(item for item in processes if step in (item.step, item.name))
            return {0: process.nodes[0]}
        return {rank: worker.node_of(rank) for rank in range(worker.world_size)}

    def ends(self, step: str) -> list[Ended]:
        """Return the ends of a step's tasks."""
        return [item for item in self.ended if item.step == step]

    def labelled(self, step: str, lines: Iterable[Said]) -> list[str]:
        """Return lines as ``srun --label`` writes them; the ranks of vLLM live in one task."""
        width = len(str(len(self.nodes(step)) - 1))
        one = self.world.engine == "vllm"
        return [
            item.text if item.srun else f"{0 if one else item.rank or 0:>{width}}: {item.text}"
            for item in lines
        ]

    def topology(self) -> bytes:
        """Return the topology file of the bundle."""
        data = self.world.topology.model_dump(mode="json", exclude_defaults=True)
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        return yaml.dump(data, Dumper=dumper, sort_keys=False).encode()


def pack(
    case: Case, world: World, voice: Voice, rng: random.Random, played: Played
) -> dict[str, bytes]:
    """Return the files of the bundle."""
    over = played.over
    said = [item for item in played.said if item.at <= over]
    steps = dict.fromkeys(
        item.name if ".ray" in item.name else item.step for item in world.plan.processes
    )
    record = Record(
        case=case,
        world=world,
        voice=voice,
        rng=rng,
        steps=tuple(steps),
        job=str(rng.randint(1000, 2_000_000)),
        said=said,
        ended=[item for item in played.ended if item.at <= over],
        over=over,
    )
    if case.keep in _SLURM:
        _settle(record)
    files = _KEEPERS[case.keep](record)
    return {name: text(lines) for name, lines in files.items()} | {
        "topology.yaml": record.topology()
    }


def text(lines: Iterable[str]) -> bytes:
    """Return lines as the bytes of a file."""
    return "".join(f"{line}\n" for line in lines).encode()


def _settle(record: Record) -> None:
    """Add what Slurm does and says about the ends, and what it says of the launch."""
    kills = record.case.kill_on_bad_exit
    if kills is None:
        kills = record.case.keep == "run" or record.rng.random() < 0.6
    old = record.rng.random() < 0.5
    ended: list[Ended] = []
    for number, step in enumerate(record.steps):
        if step in record.case.absent:
            continue
        srun = Srun(step, record.nodes(step), f"{record.job}.{number}", old=old, kills=kills)
        mine = record.ends(step)
        if record.world.engine == "vllm":
            mine = [item for item in mine if item.rank is None]
        now = record.voice.clock(mine[0].at if mine else 0)
        settled, told = srun.settle(mine, now)
        gone = {(item.step, item.rank): item.at + 0.02 for item in settled}
        record.said = [
            item
            for item in record.said
            if item.srun or item.at <= gone.get((item.step, item.rank), item.at)
        ]
        if record.case.keep in ("run", "srun"):
            record.said += srun.begin()
        record.said += told
        ended += settled
    record.said.sort(key=lambda item: item.at)
    record.ended = sorted(ended)


def _step_files(record: Record) -> dict[str, list[str]]:
    return {
        step: record.labelled(step, [item for item in record.said if item.step == step])
        for step in record.steps
        if step not in record.case.absent
    }


def _run(record: Record) -> dict[str, list[str]]:
    exits = []
    logs: dict[str, list[tuple[float, str]]] = {}
    for step in record.steps:
        mine = record.ends(step)
        if mine and len({item.rank or 0 for item in mine}) == len(record.nodes(step)):
            worst = max(item.code if item.code >= 0 else 128 - item.code for item in mine)
            exits.append((mine[-1].at + 0.4, step, worst))
        said = [item for item in record.said if item.step == step]
        lines = record.labelled(step, said)
        logs[step] = [(item.at, line) for item, line in zip(said, lines, strict=True)]
    return _with_logs(record, logs) | run_files.files(record, exits, logs)


def _run_local(record: Record) -> dict[str, list[str]]:
    logs: dict[str, list[tuple[float, str]]] = {}
    exits = []
    for process in record.world.plan.processes:
        one = (process.step, process.ranks[0] if process.ranks else None)
        said = [item for item in record.said if (item.step, item.rank) == one]
        logs[process.name] = [(item.at, item.text) for item in said]
        exits += [
            (item.at, process.name, item.code)
            for item in sorted(record.ended)
            if (item.step, item.rank) == one
        ][:1]
    return _with_logs(record, logs) | run_files.files(record, exits, logs)


def _with_logs(record: Record, logs: dict[str, list[tuple[float, str]]]) -> dict[str, list[str]]:
    files = {process.name: process.log for process in record.world.plan.processes}
    return {files[name]: [line for _, line in lines] for name, lines in logs.items()}


def _srun(record: Record) -> dict[str, list[str]]:
    pattern = record.rng.choice(_STEP_FILES)
    return {
        pattern.format(step=step, job=record.job): lines
        for step, lines in _step_files(record).items()
    }


def _job(record: Record) -> dict[str, list[str]]:
    lines = [record.labelled(item.step, [item])[0] for item in record.said]
    return {f"slurm-{record.job}.out": lines}


def _ranks(record: Record) -> dict[str, list[str]]:
    pattern = record.rng.choice(_RANK_FILES)
    files: dict[str, list[str]] = defaultdict(list)
    for item in record.said:
        if item.srun:
            name = f"slurm-{record.job}.out"
        elif item.rank is None:
            name = f"{item.step}.log"
        else:
            name = pattern.format(step=item.step, rank=item.rank)
        files[name].append(item.text)
    return dict(files)


_KEEPERS = {
    "run": _run,
    "run-local": _run_local,
    "srun": _srun,
    "job": _job,
    "ranks": _ranks,
    "compose": containers.compose,
    "pods": containers.pods,
    "stern": containers.stern,
}
KEEPS = tuple(_KEEPERS)
