# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN609",
    "model-unknown",
    level="info",
    since="0.1",
    strikes="silent",
    source="config.json where the model's directory can be read, else the table of known models",
    bad="""
    model: {path: /models/own, served_name: own}
    """,
    good="""
    model: {path: deepseek-ai/DeepSeek-R1-Distill-Llama-8B, served_name: llama}
    """,
)
def model_unknown(case: Case) -> Iterator[Flag]:
    """A model of which nothing is known here.

    Why: heads, experts and memory were not checked.

    Remedy: run where the model's directory can be read.
    """
    if case.model is None and case.topology.model.path != "unknown":
        yield Flag(
            ("model", "path"),
            f"{case.topology.model.path} is not in the table, and no config.json was read: heads, "
            "experts and memory are not checked",
            "run it where the model's directory can be read",
        )
