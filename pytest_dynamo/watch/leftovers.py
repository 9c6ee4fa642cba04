# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the answers of the nodes mean: what is in the way of a launch, and what a run left behind.

A node is dirty when an earlier run left shared memory, a process, GPU memory or a listener there
that the next one would meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pytest_dynamo.watch.probe import NodeReport

#: GPU memory that may differ from what was there before, in MiB: the driver's own comes and goes.
SETTLE_MIB = 64
#: GPU memory of others that leaves room enough: a display, a monitor.
_MUCH_MIB = 1024
_SHM = "/dev/shm"  # noqa: S108 - the very directory that engines leave files in
#: Things of one kind that are named.
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong with one node, and how to put it right."""

    kind: str
    node: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Held:
    """The memory in use of one GPU in MiB: before the launch, and now that its worker has ended."""

    node: str
    gpu: int
    before_mib: int
    now_mib: int


def silent(
    nodes: Iterable[str], answered: Mapping[str, NodeReport], deadline_s: float
) -> list[Trouble]:
    """Return the nodes that gave no answer."""
    return [
        Trouble(
            "silent",
            node,
            f"{node} gave no answer within {deadline_s:g} s",
            f"leave it out (--exclude={node}), and look at it: scontrol show node {node}",
        )
        for node in nodes
        if node not in answered
    ]


def dirty(
    answered: Mapping[str, NodeReport],
    ports: Mapping[str, Sequence[int]],
    spared: str | None = None,
) -> Iterator[Trouble]:
    """Yield what is in the way of a launch; ``ports`` are those that we need, by node.

    The path that is ``spared`` need not be there.
    """
    for node, report in answered.items():
        if report.shm:
            yield _shared(node, report)
        for number in ports.get(node, ()):
            if number in report.listening:
                yield Trouble("port", node, f"port {number} is in use", _on(node, "ss -ltnp"))
        for gpu in report.gpus or ():
            if gpu.used_mib > _MUCH_MIB:
                who = f" by {', '.join(gpu.holders)}" if gpu.holders else ""
                what = f"{gpu.used_mib} MiB of GPU {gpu.index} are in use{who}"
                yield Trouble("gpu", node, what, _on(node, f"nvidia-smi -i {gpu.index}"))
        if absent := [path for path in report.absent if path != spared]:
            what = f"not there, and needed: {', '.join(absent)}"
            yield Trouble("path", node, what, "put it where every node sees it")


def _shared(node: str, report: NodeReport) -> Trouble:
    """Return what to do about shared memory that is there: what is in use or another's is not ours.

    One is in the way as much as the other: engines fail on a name that is taken.
    """
    shown = report.shm[:_SHOWN]
    holders = {holder.name: holder for holder in reversed(report.holders)}
    files = []
    for item in shown:
        held = holders.get(item.name)
        by = f", open in process {held.pid} of user {held.uid}" if held else ""
        files.append(f"{item.name} of user {item.uid}{by}")
    what = f"{_SHM} holds {len(report.shm)} file(s) of an earlier run: {', '.join(files)}"
    if held := next((holders[item.name] for item in shown if item.name in holders), None):
        look = _on(node, f"ps -fp {held.pid}")
        return Trouble("shm", node, what, f"wait for its end, or end what uses it; {look}")
    others = [item.uid for item in shown if report.uid is not None and item.uid != report.uid]
    if others:
        ask = f"ask user {others[0]} to remove it, or leave the node out (--exclude={node})"
        return Trouble("shm", node, what, ask)
    names = " ".join(f"{_SHM}/{item.name}" for item in shown)
    return Trouble("shm", node, what, _on(node, f"rm {names}"))


def left(
    before: Mapping[str, NodeReport],
    after: Mapping[str, NodeReport],
    ports: Mapping[str, Sequence[int]],
) -> Iterator[Trouble]:
    """Yield what a run has left behind; ``ports`` are those that it listened on, by node."""
    for node, report in after.items():
        was = before.get(node)
        for pid in report.processes:
            what = f"process {pid} of this run lives on"
            yield Trouble("process", node, what, _on(node, f"kill -KILL {pid}"))
        known = {item.name for item in was.shm} if was else set()
        for item in report.shm:
            if item.name not in known:
                what = f"{_SHM}/{item.name} ({item.size} bytes, user {item.uid}) appeared"
                yield Trouble("shm", node, what, _on(node, f"rm {_SHM}/{item.name}"))
        for number in ports.get(node, ()):
            if number in report.listening:
                yield Trouble("port", node, f"port {number} still listens", _on(node, "ss -ltnp"))
        memory = {gpu.uuid: gpu.used_mib for gpu in (was.gpus if was else None) or ()}
        for gpu in report.gpus or ():
            baseline = memory.get(gpu.uuid)
            if baseline is not None and gpu.used_mib > baseline + SETTLE_MIB:
                what = f"GPU {gpu.index} holds {gpu.used_mib} MiB, {baseline} MiB before the run"
                yield Trouble("gpu", node, what, _on(node, f"nvidia-smi -i {gpu.index}"))


def memory(
    before: Mapping[str, NodeReport],
    after: Mapping[str, NodeReport],
    gpus: Mapping[str, Collection[int]],
) -> Iterator[Held]:
    """Yield what these GPUs hold, by node, as far as the node has told so both times."""
    for node, numbers in gpus.items():
        reports = (before.get(node), after.get(node))
        was, now = (
            {gpu.index: gpu.used_mib for gpu in (each and each.gpus) or ()} for each in reports
        )
        yield from held(node, was, now, numbers)


def held(
    node: str, was: Mapping[int, int], now: Mapping[int, int], gpus: Iterable[int]
) -> Iterator[Held]:
    """Yield what these GPUs of a node hold, of which both are known: MiB by GPU, before and now."""
    for gpu in gpus:
        if gpu in was and gpu in now:
            yield Held(node, gpu, was[gpu], now[gpu])


def _on(node: str, words: str) -> str:
    """Return what a person types to run something on a node of the allocation."""
    return f"srun --overlap -w {node} -N1 -n1 {words}"
