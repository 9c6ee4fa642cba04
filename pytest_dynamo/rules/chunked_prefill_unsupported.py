# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Chunked prefill with a latent cache on this GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN212",
    "chunked-prefill-unsupported",
    level="warning",
    since="0.1",
    strikes="silent",
    text="Chunked prefill for MLA is only enabled on SM100 (a warning); it is turned off",
    source="the executor of TensorRT-LLM: SM100 up to 1.0, SM90 too in 1.1, SM103 and SM120 too "
    "from 1.2 on",
    bad="""
    versions: {trtllm: 1.0.0}
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: H200, gpus_per_node: 8}
    engine_configs:
      agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8, enable_chunked_prefill: true}
    """,
    good="""
    versions: {trtllm: 1.2.0}
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: H200, gpus_per_node: 8}
    engine_configs:
      agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8, enable_chunked_prefill: true}
    """,
)
def chunked_prefill_unsupported(case: Case) -> Iterator[Flag]:
    """enable_chunked_prefill for an MLA model on a GPU where the release turns it off.

    Why: the engine warns and goes on without, and then refuses prompts longer than max_num_tokens.

    Remedy: max_num_tokens at least the longest prompt, or a newer release.
    """
    shape, gpu, release = case.model, case.gpu, case.release
    if shape is None or gpu is None or release is None or shape.attention != "mla":
        return
    supported = {100, 90, 103, 120}
    if release.between(before="1.2.0rc0"):
        supported = {100, 90}
    if release.between(before="1.1.0rc0"):
        supported = {100}
    for worker in case.pytorch:
        chunked = worker.flag("chunked_prefill")
        if chunked and chunked.value and worker.prefills and gpu.sm not in supported:
            yield Flag(
                worker.where(chunked.path),
                f"{release} turns chunked prefill with MLA off on {gpu.name} (SM{gpu.sm}); it "
                f"supports SM{', SM'.join(map(str, sorted(supported)))} ({worker.name})",
                "max_num_tokens at least the longest prompt",
            )
