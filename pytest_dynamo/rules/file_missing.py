# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Files that engine files name, on the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule
from pytest_dynamo.topology.places import host_path

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN417",
    "file-missing",
    level="error",
    since="0.1",
    strikes="load",
    text="MoE load balancer config file not found",
    source="TensorRT-LLM reads the load balancer's file while it loads the model",
    bad="""
    container: {image: "dynamo:latest", mounts: "/home/me/dynamo:/mnt"}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    context: {files: {/mnt/eplb.yaml: null}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: /mnt/eplb.yaml}
    """,
    good="""
    container: {image: "dynamo:latest", mounts: "/home/me/dynamo:/mnt"}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    context: {files: {/mnt/eplb.yaml: {num_slots: 288, layer_updates_per_iter: 2}}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: /mnt/eplb.yaml}
    """,
)
def file_missing(case: Case) -> Iterator[Flag]:
    """A file named by an engine file that does not exist under the mounts.

    Why: the engine finds out after it has started to load.

    Remedy: correct the path, or the mount that it is seen through.
    """
    for worker in case.pytorch:
        found = worker.word("load_balancer")
        if found is None or found.value not in case.context.files:
            continue
        if case.context.files[found.value] is None:
            here = host_path(found.value, case.topology.container.mounts)
            yield Flag(
                worker.where(found.path),
                f"{found.value} does not exist" + (f": looked for {here}" if here else ""),
                "correct the path, or the mounts",
            )
