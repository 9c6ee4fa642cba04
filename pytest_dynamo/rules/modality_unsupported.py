# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Images against the Dynamo release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN414",
    "modality-unsupported",
    level="error",
    since="0.1",
    strikes="first request",
    text="unrecognized arguments: --modality multimodal",
    source="Dynamo PR #2195 (August 2025)",
    bad="""
    versions: {dynamo: 0.3.2, trtllm: 0.21.0}
    model:
      path: meta-llama/Llama-4-Maverick-17B-128E-Instruct
      served_name: llama4
      modality: multimodal
    engine_configs: {agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8}}
    roles: {agg: {nodes_per_worker: 2}}
    """,
    good="""
    versions: {dynamo: 0.5.0, trtllm: 1.0.0}
    model:
      path: meta-llama/Llama-4-Maverick-17B-128E-Instruct
      served_name: llama4
      modality: multimodal
    engine_configs: {agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8}}
    roles: {agg: {nodes_per_worker: 2}}
    """,
)
def modality_unsupported(case: Case) -> Iterator[Flag]:
    """Images asked for from a Dynamo that has no option for them.

    Why: the worker either refuses the option or serves text only.

    Remedy: Dynamo 0.4.0 or later.
    """
    era = case.era
    wanted = case.topology.model.modality == "multimodal" and case.topology.engine == "trtllm"
    if wanted and era is not None and era.multimodal is None:
        yield Flag(
            ("model", "modality"),
            f"Dynamo {era.release} has no option for multimodal models",
            "versions.dynamo: 0.4.1 or later",
        )
