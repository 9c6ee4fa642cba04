# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The size of a model's directory against what is known of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule
from pytest_dynamo.topology import facts

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN604",
    "model-smaller-than-known",
    level="warning",
    since="0.1",
    strikes="load",
    source="the size of the checkpoint in the table of known models; guide 003 says about 230 GB",
    bad="""
    model: {path: /models/llama3.1-405b-instruct-hf-torch-fp4, served_name: llama}
    hardware: {gpu: GB200, gpus_per_node: 4}
    context:
      model:
        path: /models/llama3.1-405b-instruct-hf-torch-fp4
        sizes: {config.json: 1700, tokenizer.json: 9000, model.safetensors: 90000000000}
    """,
    good="""
    model: {path: /models/llama3.1-405b-instruct-hf-torch-fp4, served_name: llama}
    hardware: {gpu: GB200, gpus_per_node: 4}
    context:
      model:
        path: /models/llama3.1-405b-instruct-hf-torch-fp4
        sizes: {config.json: 1700, tokenizer.json: 9000, model.safetensors: 234300000000}
    """,
)
def model_smaller_than_known(case: Case) -> Iterator[Flag]:
    """A checkpoint much smaller or larger than the one it is called after.

    Why: a part is missing, or it is another quantisation than its name says; memory is then judged
    wrongly too.

    Remedy: compare with the repository's files.
    """
    directory = case.context.model
    known = facts.model(case.topology.model.path)
    if directory is None or directory.weights is None or known is None:
        return
    ratio = directory.weights / known.checkpoint_bytes
    if not 0.9 <= ratio <= 1.1:  # noqa: PLR2004 - norms, biases and vision are in neither number
        yield Flag(
            ("model", "path"),
            f"{directory.path} holds {directory.weights / 1e9:.1f} GB of weights, {known.name} has "
            f"about {known.checkpoint_bytes / 1e9:.1f} GB",
            "download it again, or give it the name of what it is",
        )
