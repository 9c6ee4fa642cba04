# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A sequence length is set that the model was not made for.

Why: max_model_len is larger than what the model's config.json says.

Remedy: Lower max_model_len to the model's own length, or give it the rope scaling that it was
tested with.

Source: vLLM, `config`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI338",
    "longer-than-model",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "is greater than the derived max_model_len",
        "is greater than the derived context_length",
    ),
    samples=(
        "ValueError: User-specified max_model_len (65536) is greater than the derived max_model_len (max_position_embeddings=4096 or model_max_length=None in model's config.json).",
        "ValueError: Warning: User-specified context_length (131072) is greater than the derived context_length (32768).",
    ),
    near_misses=("Using max model len 4096",),
)
