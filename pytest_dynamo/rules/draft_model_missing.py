# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The draft model of Eagle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

#: speculative_model_dir, pytorch_weights_path and whatever a release calls it next.
_DRAFT_MODEL = re.compile(r"model(_dir|_path)?$|weights")


@rule(
    "DYN606",
    "draft-model-missing",
    level="error",
    since="0.1",
    strikes="load",
    text="Draft model must be provided for EAGLE",
    source="EagleDecodingConfig of TensorRT-LLM",
    bad="""
    engine_configs: {agg: {speculative_config: {decoding_type: Eagle, max_draft_len: 3}}}
    """,
    good="""
    engine_configs:
      agg:
        speculative_config:
          decoding_type: Eagle
          max_draft_len: 3
          speculative_model_dir: /models/eagle
    """,
)
def draft_model_missing(case: Case) -> Iterator[Flag]:
    """Eagle without a draft model.

    Why: Eagle guesses with a small model of its own.

    Remedy: speculative_config.speculative_model_dir, or the key of the release for it.
    """
    for worker in case.pytorch:
        section = worker.raw(("speculative_config",))
        if worker.speculation not in ("eagle", "eagle3") or not isinstance(section, dict):
            continue
        named = [
            value
            for key, value in section.items()
            if _DRAFT_MODEL.search(str(key)) and isinstance(value, str)
        ]
        if not any(named):
            yield Flag(
                worker.where(("speculative_config", "decoding_type")),
                f"{worker.speculation} without a draft model ({worker.name})",
                "speculative_model_dir: the draft model's directory",
            )
