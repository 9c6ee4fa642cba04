# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Files that engine files name, inside the container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule
from pytest_dynamo.topology.places import host_path

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN416",
    "file-outside-mounts",
    level="warning",
    since="0.1",
    strikes="load",
    text="MoE load balancer config file not found",
    source="the wide_ep files name /mnt/engine_configs/deepseek_r1/wide_ep/eplb.yaml: the mount "
    "must be at /mnt",
    bad="""
    container: {image: "dynamo:latest", mounts: "/home/me/dynamo:/workspace"}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: /mnt/engine_configs/eplb.yaml}
    """,
    good="""
    container: {image: "dynamo:latest", mounts: "/home/me/dynamo:/mnt"}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: /mnt/engine_configs/eplb.yaml}
    """,
)
def file_outside_mounts(case: Case) -> Iterator[Flag]:
    """A file named by an engine file that no mount shows.

    Why: inside the container the path is another one, or nothing; the engine finds out after it has
    started to load. An image may bring the file, so it is a warning.

    Remedy: mount the directory where the engine file expects it.
    """
    container = case.topology.container
    if container.runtime == "none" or not container.mounts:
        return
    for worker in case.pytorch:
        found = worker.word("load_balancer")
        if found is None or not found.value.startswith("/"):
            continue
        if host_path(found.value, container.mounts) is None:
            yield Flag(
                worker.where(found.path),
                f"{found.value} is under none of the mounts {container.mounts}",
                "mount its directory, as in HOST_DIRECTORY:/mnt",
            )
