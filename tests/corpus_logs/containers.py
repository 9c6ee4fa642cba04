# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A played case as ``docker compose logs`` and as ``kubectl logs`` and ``kubectl describe``."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus_logs.packing import Record
    from corpus_logs.staging import Ended

_RULE = "-" * 74
_NOTICED = (
    "mpirun noticed that process rank {rank} with PID {pid} on node {node} exited on signal "
    "{number} ({name})."
)


def compose(record: Record) -> dict[str, list[str]]:
    """Return one file in which every line begins with its container."""
    named = {step: f"{step}-1" if record.rng.random() < 0.5 else step for step in record.steps}
    width = max(map(len, named.values())) + 1
    lines = [(item.at, f"{named[item.step]:<{width}}| {item.text}") for item in record.said]
    lines += [
        (item.at, f"{named[item.step]} exited with code {_status(item)}")
        for item in record.ended
        if not item.rank
    ]
    return {"compose.log": _in_order(lines)}


def stern(record: Record) -> dict[str, list[str]]:
    """Return one file in which every line begins with its pod and container."""
    return {"pods.log": [f"[pod/llm-{item.step}-0/main] {item.text}" for item in record.said]}


def pods(record: Record) -> dict[str, list[str]]:
    """Return a file for each pod that has a log, and what ``describe`` says of those that ended."""
    files = {}
    describe: list[str] = []
    for step in record.steps:
        several = len(set(record.nodes(step).values())) > 1
        pod = f"llm-{step}{'-leader' if several else ''}"
        lines = _in_order(_pod_lines(record, step))
        if record.rng.random() < 0.3:
            lines = [
                f"{record.voice.clock(number / 10):%Y-%m-%dT%H:%M:%S.%f}000Z {line}"
                for number, line in enumerate(lines)
            ]
        files[f"{pod}.log"] = lines
        if mine := record.ends(step):
            describe += _described(pod, mine[0], oom=record.case.symptom == "host-oom")
    describe += record.case.describe.splitlines()
    return files | ({"describe.txt": describe} if describe else {})


def _pod_lines(record: Record, step: str) -> Iterator[tuple[float, str]]:
    """Yield the log of a worker's leader pod, where mpirun tags what each rank says."""
    tagged = record.world.engine == "trtllm" and len(record.nodes(step)) > 1
    for item in record.said:
        if item.step == step:
            stream = "stdout" if "Model init" in item.text else "stderr"
            tag = f"[1,{item.rank}]<{stream}>:" if tagged and item.rank is not None else ""
            yield item.at, f"{tag}{item.text}"
    failed = next((item for item in record.ends(step) if item.code), None)
    if tagged and failed:
        for line in _mpirun(record, failed):
            yield failed.at + 1.0, line


def _mpirun(record: Record, failed: Ended) -> Iterator[str]:
    rng = record.rng
    yield _RULE
    if failed.code < 0:
        number = -failed.code
        name = signal.strsignal(number) or ""
        node = record.nodes(failed.step)[failed.rank or 0]
        yield _NOTICED.format(
            rank=failed.rank, pid=rng.randint(0, 9000), node=node, number=number, name=name
        )
    else:
        yield "mpirun detected that one or more processes exited with non-zero status, thus causing"
        yield "the job to be terminated. The first process to do so was:"
        yield ""
        yield f"  Process name: [[{rng.randint(1000, 60000)},1],{failed.rank}]"
        yield f"  Exit code:    {failed.code}"
    yield _RULE


def _described(pod: str, ended: Ended, *, oom: bool) -> Iterator[str]:
    code = _status(ended)
    yield f"Name:             {pod}"
    yield "Status:           Running"
    yield "Containers:"
    yield "  main:"
    yield "    State:          Waiting"
    yield "      Reason:       CrashLoopBackOff"
    yield "    Last State:     Terminated"
    yield f"      Reason:       {'OOMKilled' if oom else 'Error' if code else 'Completed'}"
    yield f"      Exit Code:    {code}"
    yield "    Ready:          False"
    yield "    Restart Count:  1"
    yield ""


def _status(ended: Ended) -> int:
    return ended.code if ended.code >= 0 else 128 - ended.code


def _in_order(lines: Iterator[tuple[float, str]] | list[tuple[float, str]]) -> list[str]:
    return [line for _, line in sorted(lines, key=lambda item: item[0])]
