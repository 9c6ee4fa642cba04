# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The place of an image in the prompt was guessed wrong.

Why: Dynamo takes the style from words of the chat template, such as those of Phi-3 or LLaVA.

Remedy: Name the chat template of the model itself.

Source: Dynamo 1.6.1 with vLLM, run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI213",
    "image-style-guessed-wrong",
    role="root",
    fault="product",
    engine="vllm",
    texts=(
        "Failed to apply prompt replacement for mm_items",
        "prompt updates corresponding to",
        "prompt placeholders corresponding to",
        "multimodal tokens to 0 placeholders",
        "Image features and image tokens do not match",
    ),
    phase="serving",
    samples=(
        "0: RuntimeError: Failed to apply prompt replacement for mm_items['image'][0]",
        "RuntimeError: Expected there to be 1 prompt updates corresponding to 1 image items, but instead found 0 prompt updates!",
        "(EngineCore_DP0 pid=2211) RuntimeError: Expected there to be 1 prompt placeholders corresponding to 1 image items, but instead found 0 prompt placeholders!",
        "ValueError: Attempted to assign 576 = 576 multimodal tokens to 0 placeholders",
        "ValueError: Image features and image tokens do not match: tokens: 0, features 2928",
    ),
    near_misses=("Applied prompt replacement for mm_items",),
)
