# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is said of models, weights, tokenizers, datasets and Python packages."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

PHRASES: tuple[Phrase, ...] = (
    # a model type that the installed transformers does not have
    Phrase(
        "config",
        r"KeyError: '(?:qwen|llama|deepseek|glm|kimi|mistral|phi|gemma|gpt|nemotron)\w*'",
        "KeyError: 'qwen3_next'",
    ),
)
