# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Multi-token prediction against the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN605",
    "mtp-without-layers",
    level="error",
    since="0.1",
    strikes="load",
    text="KeyError for the weights of the MTP layer",
    source="DeepSeek-R1 and V3 have one MTP layer, used again for each further token; other "
    "models of the table have none",
    bad="""
    engine_configs:
      agg: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}}
    """,
)
def mtp_without_layers(case: Case) -> Iterator[Flag]:
    """Multi-token prediction with a model that has no layer for it.

    Why: the weights of that layer are part of the checkpoint; there is nothing to guess with.

    Remedy: another decoding_type, or none.
    """
    shape = case.model
    if shape is None or shape.mtp_layers != 0:
        return
    for worker in case.pytorch:
        if worker.speculation == "mtp":
            yield Flag(
                worker.where(("speculative_config", "decoding_type")),
                f"MTP, and {shape.name} has no MTP layer (by {shape.source}; {worker.name})",
                "leave speculative_config out, or use Eagle with a draft model",
            )
