# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a red run has otherwise than a green one is said, and nothing else is."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.diagnosis.difference import SECTIONS, Difference, differences

if TYPE_CHECKING:
    from collections.abc import Callable

DRIVER = "580.159.04"
RECORD: dict[str, Any] = {  # Any: JSON
    "topology": {"model": {"path": "/models/r1"}, "roles": {"decode": {"workers": 1}}},
    "engine files": {"decode": {"max_batch_size": 16, "moe_config": {"backend": "WIDEEP"}}},
    "image": {"name": "dynamo.sqsh", "bytes": 21, "modified": "2026-11-20"},
    "model": {"name": "/models/r1/config.json", "bytes": 5},
    "versions": {"python": "3.12.1", "pytest": "9.0"},
    "launch": {"launcher": "slurm", "stand-in": None},
    "environment": {"UCX_TLS": "rc,cuda_copy"},
    "job": {"Partition": "batch"},
    "nodes": {f"node{number}": {"driver": DRIVER, "GPUs": "4 x GB200"} for number in range(1, 9)},
}


def same(record: dict[str, Any]) -> None:
    record["run_id"] = "another"
    record["scontrol show job"] = "JobId=7"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (same, ()),
        (
            lambda run: run["topology"]["roles"]["decode"].update(workers=2),
            (Difference("topology", "roles.decode.workers", "1", "2"),),
        ),
        (
            lambda run: run["engine files"]["decode"]["moe_config"].update(backend="CUTLASS"),
            (Difference("engine files", "decode.moe_config.backend", "WIDEEP", "CUTLASS"),),
        ),
        (
            lambda run: run["image"].update(bytes=22),
            (Difference("image", "bytes", "21", "22"),),
        ),
        (
            lambda run: run["model"].update(bytes=6),
            (Difference("model", "bytes", "5", "6"),),
        ),
        (
            lambda run: run["versions"].pop("pytest"),
            (Difference("versions", "pytest", "9.0", None),),
        ),
        (
            lambda run: run["launch"].update(launcher="local"),
            (Difference("launch", "launcher", "slurm", "local"),),
        ),
        (
            lambda run: run["environment"].update(NCCL_DEBUG="INFO"),
            (Difference("environment", "NCCL_DEBUG", None, "INFO"),),
        ),
        (
            lambda run: run["job"].update(Partition="debug"),
            (Difference("job", "Partition", "batch", "debug"),),
        ),
        (
            lambda run: run["nodes"]["node4"].update(driver="570.86"),
            (Difference("nodes", "driver", DRIVER, f"{DRIVER} on 7 node(s); 570.86 on node4"),),
        ),
        (
            lambda run: run["nodes"].update(node9=run["nodes"].pop("node8")),
            (
                Difference(
                    "nodes",
                    "names",
                    "8, of them not in the other: node8",
                    "8, of them not in the other: node9",
                ),
            ),
        ),
        (
            lambda run: [node.pop("GPUs") for node in run["nodes"].values()],
            (Difference("nodes", "GPUs", "4 x GB200", "None"),),
        ),
        (
            lambda run: run.pop("image"),
            (
                Difference("image", "bytes", "21", None),
                Difference("image", "modified", "2026-11-20", None),
                Difference("image", "name", "dynamo.sqsh", None),
            ),
        ),
    ],
)
def test_one_change_is_one_difference(
    change: Callable[[dict[str, Any]], object], expected: tuple[Difference, ...]
) -> None:
    changed = copy.deepcopy(RECORD)
    change(changed)

    assert differences(RECORD, changed) == expected
    assert differences(changed, RECORD) == tuple(
        Difference(each.section, each.key, each.b, each.a) for each in expected
    )


def test_every_part_of_a_record_is_compared() -> None:
    assert {*SECTIONS, "nodes"} == RECORD.keys()
