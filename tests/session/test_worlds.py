# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Topologies without their engines' files: ranks tell how large their worlds are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import said

from pytest_dynamo.session import judging
from pytest_dynamo.session.record import open_record
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from pathlib import Path

TOPOLOGY = """
name: mine
description: pairs of its own
nodes: {nodes}
engine: vllm
versions: {{dynamo: 1.0.0, vllm: 0.12.0}}
model: {{path: m, served_name: m}}
hardware: {{gpu: H100, gpus_per_node: 8}}
roles:
  prefill: {{workers: 2, {prefill}}}
  decode: {{workers: 1, {decode}}}
"""
ELSEWHERE = "nodes_per_worker: 1, engine_config: /mnt/elsewhere.yaml"
TWO_NODES = ELSEWHERE.replace("1", "2")
JOINS = (
    "(Worker_TP{0} pid=28{0}) INFO 03-16 09:00:17 [parallel_state.py:1200] world_size={1} rank={0} "
    "local_rank={0} distributed_init_method=tcp://127.0.0.1:41210 backend=nccl"
)
NOTE = "a decode worker has {} rank(s), by what its log tells"


def subject(place: Path, decode: str, worlds: dict[str, int]) -> judging.Subject:
    """Return logs whose ranks tell of worlds of these sizes, and what describes them."""
    logs, mine = place / "logs", place / "mine.yaml"
    logs.mkdir()
    for name, world in worlds.items():
        (logs / f"{name}.log").write_text(said(*(JOINS.format(n, world) for n in range(world))))
    nodes = 3 if decode == TWO_NODES else 1
    mine.write_text(TOPOLOGY.format(prefill=ELSEWHERE, decode=decode, nodes=nodes))
    topology = places.load(str(mine), [], of_logs=True)
    return judging.subject(open_record(logs), topology, lambda _: None)


@pytest.mark.parametrize(
    ("decode", "worlds", "size", "contradicted"),
    [
        (ELSEWHERE, (2, 4), 4, False),
        (ELSEWHERE, (2, 2), 2, False),
        (ELSEWHERE, (2, 16), 2, True),  # more than a node has
        (TWO_NODES, (2, 3), 12, True),  # nor do two hold three evenly
        ("nodes_per_worker: 1, parallel: {tp: 2}", (2, 4), 2, True),
    ],
)
def test_ranks_tell_how_large_a_world_is_whose_split_is_not_known(
    tmp_path: Path, decode: str, worlds: tuple[int, int], size: int, *, contradicted: bool
) -> None:
    sizes = {"prefill-0": worlds[0], "prefill-1": worlds[0], "decode": worlds[1]}

    found = subject(tmp_path, decode, sizes)

    worker = found.plan.worker("decode0")
    assert worker
    assert worker.world_size == size
    assert contradicted == (judging.judge(found, lambda _: None).diagnosis is not None)
    assert (NOTE.format(size) in found.plan.notes) == (size == 4)


def test_workers_of_one_role_whose_worlds_differ_contradict_it(tmp_path: Path) -> None:
    mine = subject(tmp_path, ELSEWHERE, {"prefill-0": 4, "prefill-1": 8, "decode": 2})

    found = judging.judge(mine, lambda _: None)

    assert [worker.world_size for worker in mine.plan.workers] == [2, 2, 2]
    assert found.diagnosis
    assert (found.diagnosis.known_issue, found.diagnosis.worker) == ("DKI307", "prefill0")
