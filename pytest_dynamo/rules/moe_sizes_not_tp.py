# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The parallelism of the experts against tensor parallelism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN104",
    "moe-sizes-not-tp",
    level="error",
    since="0.1",
    strikes="load",
    text="tp_size must equal to moe_tp_size * moe_ep_size * moe_cluster_size, but got 8 != 4 * 4 "
    "* 1 - from 1.1 on: ... must equal to moe_world_size",
    source="Mapping of TensorRT-LLM: an unset size is tp divided by the others; with Helix "
    "parallelism tp x cp is meant",
    bad="""
    engine_configs:
      agg: {tensor_parallel_size: 4, moe_tensor_parallel_size: 4, moe_expert_parallel_size: 2}
    """,
    good="""
    engine_configs:
      agg: {tensor_parallel_size: 4, moe_tensor_parallel_size: 2, moe_expert_parallel_size: 2}
    """,
)
def moe_sizes_not_tp(case: Case) -> Iterator[Flag]:
    """Expert sizes whose product is not tensor_parallel_size.

    Why: experts are shared out among the same ranks as everything else, so moe_tensor_parallel_size
    x moe_expert_parallel_size x moe_cluster_parallel_size is tp. What is not given is worked out,
    rounded down; then the product is compared.

    Remedy: give moe_expert_parallel_size alone and let it divide tp.
    """
    for worker in case.pytorch:
        if worker.whole("moe_tp") is None and worker.whole("moe_ep") is None:
            continue
        if worker.split_elsewhere:
            continue
        moe_tp, ep, cluster = worker.moe
        product, cp = moe_tp * ep * cluster, worker.role.parallel.cp
        if product in (worker.tp, worker.tp * cp):
            continue
        yield Flag(
            worker.where(("moe_expert_parallel_size",)),
            f"moe_tensor_parallel_size {moe_tp} x moe_expert_parallel_size {ep} x cluster "
            f"{cluster} = {product} is not tensor_parallel_size {worker.tp} ({worker.name})",
            f"moe_expert_parallel_size: {_placement.nearest_divisor(worker.tp, ep)} without "
            "moe_tensor_parallel_size",
        )
