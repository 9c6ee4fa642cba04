# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Reuse of cache blocks with a latent cache on this GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN213",
    "block-reuse-unsupported",
    level="info",
    since="0.1",
    strikes="silent",
    source="the executor of TensorRT-LLM: MLA reuses blocks on SM90, SM100, SM103 and SM120 with "
    "an auto or fp8 cache",
    bad="""
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: B200, gpus_per_node: 8}
    engine_configs:
      agg:
        tensor_parallel_size: 8
        moe_expert_parallel_size: 8
        kv_cache_config: {enable_block_reuse: true, dtype: nvfp4}
    """,
    good="""
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: B200, gpus_per_node: 8}
    engine_configs:
      agg:
        tensor_parallel_size: 8
        moe_expert_parallel_size: 8
        kv_cache_config: {enable_block_reuse: true, dtype: fp8}
    """,
)
def block_reuse_unsupported(case: Case) -> Iterator[Flag]:
    """enable_block_reuse for an MLA model where the engine turns it off.

    Why: it is turned off with a warning, and repeated prompts are computed again.

    Remedy: an auto or fp8 cache, or leave enable_block_reuse out.
    """
    shape, gpu = case.model, case.gpu
    if shape is None or gpu is None or shape.attention != "mla":
        return
    for worker in case.pytorch:
        reuse = worker.flag("block_reuse")
        if reuse is None or not reuse.value:
            continue
        plain = worker.kv_dtype in ("auto", "fp8", "bfloat16")
        if gpu.sm not in (90, 100, 103, 120) or not plain:
            yield Flag(
                worker.where(reuse.path),
                f"blocks are not reused with MLA, a {worker.kv_dtype} cache and SM{gpu.sm} "
                f"({worker.name})",
                "kv_cache_config.dtype: fp8",
            )
