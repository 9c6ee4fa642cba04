# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``srun`` says of the ranks of a step that end, in the words of 22.05 and of 23.02 on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus_logs.staging import Ended, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

_SIGNALS = {
    -6: "Aborted", -7: "Bus error", -9: "Killed", -11: "Segmentation fault", -15: "Terminated",
}  # fmt: skip
_CORES = (-6, -7, -11)


class Srun:
    """One step: its ranks, where they are, and how it is told."""

    def __init__(
        self, step: str, nodes: Mapping[int, str], name: str, *, old: bool, kills: bool
    ) -> None:
        self.step, self.nodes, self.id, self.old, self.kills = step, nodes, name, old, kills
        self.head = nodes[0]

    def begin(self) -> list[Said]:
        """Return what ``--verbose`` says of the launch."""
        return [Said(-1.0, self.step, None, text, srun=True) for text in self._launch()]

    def _launch(self) -> Iterator[str]:
        yield "srun: defined options"
        yield "srun: -------------------- --------------------"
        yield f"srun: kill-on-bad-exit    : {int(self.kills)}"
        yield "srun: label               : set"
        yield f"srun: ntasks              : {len(self.nodes)}"
        yield "srun: -------------------- --------------------"
        yield "srun: end of defined options"
        by_node = defaultdict(list)
        for rank, node in self.nodes.items():
            by_node[node].append(rank)
        job, count = self.id.split(".")[0], len(by_node)
        yield f"srun: jobid {job}: nodes({count}):`{self.head}', cpu counts: 72(x{count})"
        for node, ranks in by_node.items():
            tasks = f"[{ranks[0]}-{ranks[-1]}]" if len(ranks) > 1 else str(ranks[0])
            yield f"srun: launching StepId={self.id} on host {node}, {len(ranks)} tasks: {tasks}"
        how = "srun: launch/slurm: _task_start: " if self.old else "srun: "
        for node, ranks in by_node.items():
            yield f"{how}Node {node}, {len(ranks)} tasks started"

    def settle(self, ended: Iterable[Ended], now: datetime) -> tuple[list[Ended], list[Said]]:
        """Return the ends that come of these ends, and what is said of them all."""
        found = sorted(replace(item, rank=item.rank or 0) for item in ended)
        said: list[Said] = []
        bad = next((item for item in found if item.code), None)
        if bad and self.kills:
            limit = bad.at + 0.3
            found = [item for item in found if item.at <= limit]
            rest = sorted(set(self.nodes) - {item.rank for item in found})
            found += [
                Ended(limit + 0.4, self.step, rank, -15 if rank % 3 else 143) for rank in rest
            ]
            if rest:
                said += self._cancels(limit, now)
        groups: dict[tuple[float, str, int], list[int]] = defaultdict(list)
        for item in found:
            groups[round(item.at, 1), self.nodes[item.rank or 0], item.code].append(item.rank or 0)
        for (at, node, code), ranks in sorted(groups.items()):
            said.append(self._srun(at + 0.05, self._task(node, sorted(ranks), code)))
        all_ended = {item.rank for item in found} == set(self.nodes)
        if all_ended and any(item.code < 0 for item in found):
            said.append(self._srun(found[-1].at + 0.2, f"srun: Force Terminated StepId={self.id}"))
        return found, said

    def _cancels(self, at: float, now: datetime) -> Iterator[Said]:
        how = "launch/slurm: _step_signal: " if self.old else ""
        yield self._srun(at, f"srun: {how}Terminating StepId={self.id}")
        cancelled = f"*** STEP {self.id} ON {self.head} CANCELLED AT {now:%Y-%m-%dT%H:%M:%S} ***"
        yield Said(at + 0.1, self.step, 0, f"slurmstepd-{self.head}: error: {cancelled}")

    def _srun(self, at: float, text: str) -> Said:
        return Said(at, self.step, None, text, srun=True)

    def _task(self, node: str, ranks: list[int], code: int) -> str:
        runs: list[list[int]] = []
        for rank in ranks:
            if runs and runs[-1][-1] == rank - 1:
                runs[-1].append(rank)
            else:
                runs.append([rank])
        names = ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
        task = f"{node}: task{'s' if len(ranks) > 1 else ''} {names}:"
        if code == 0:
            return f"srun: {'launch/slurm: _task_finish: ' if self.old else ''}{task} Completed"
        if code > 0:
            return f"srun: error: {task} Exited with exit code {code}"
        core = " (core dumped)" if code in _CORES and not self.old else ""
        return f"srun: error: {task} {_SIGNALS[code]}{core}"
