# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Images against the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN610",
    "modality-not-of-model",
    level="warning",
    since="0.1",
    strikes="first request",
    source="config.json of a multimodal model has a vision_config",
    bad="""
    versions: {dynamo: 0.6.0}
    model:
      path: deepseek-ai/DeepSeek-R1-Distill-Llama-8B
      served_name: llama
      modality: multimodal
    """,
    good="""
    versions: {dynamo: 0.6.0}
    model:
      path: deepseek-ai/DeepSeek-R1-Distill-Llama-8B
      served_name: llama
      modality: text
    """,
)
def modality_not_of_model(case: Case) -> Iterator[Flag]:
    """Images asked for from a model that reads text only.

    Why: the worker looks for an image processor that the checkpoint does not have.

    Remedy: modality: text, or a multimodal model.
    """
    shape = case.model
    wanted = case.topology.model.modality == "multimodal"
    if wanted and shape is not None and shape.multimodal is False:
        yield Flag(
            ("model", "modality"),
            f"multimodal, and {shape.name} reads text only (by {shape.source})",
            "modality: text",
        )
