# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The tokenizer of a model cannot be loaded.

Why: Its files are not in the model's directory, or they ask for a class that this release of
transformers lacks.

Remedy: Copy the tokenizer's files beside the weights, or use the release of transformers that the
model asks for.

Source: transformers, `tokenization_utils_base.py` and `models/auto/tokenization_auto.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI216",
    "tokenizer-missing",
    role="root",
    fault="config",
    engine="hugging-face",
    texts=(
        "Can't load tokenizer for",
        "does not exist or is not currently imported",
        "instantiate the backend tokenizer",
        "ailed to load tokenizer",
        "ailed to load the tokenizer",
        "nable to load tokenizer",
        "nstantiate this tokenizer",
    ),
    samples=(
        "OSError: Can't load tokenizer for '/models/r1'. If you were trying to load it from 'https://huggingface.co/models', make sure you don't have a local directory with the same name.",
        "ValueError: Tokenizer class BaichuanTokenizer does not exist or is not currently imported.",
        "ValueError: Couldn't instantiate the backend tokenizer from one of:",
        "Exception: unable to load tokenizer from /models/r1/tokenizer.json",
        "RuntimeError: Failed to load tokenizer from /models/r1",
        "RuntimeError: Failed to load the tokenizer.",
        "Exception: Unable to load tokenizer: tokenizer.json is absent",
        "ValueError: Cannot instantiate this tokenizer from a slow version. If it's based on sentencepiece, make sure you have sentencepiece installed.",
    ),
    near_misses=("Loading tokenizer from /models/r1",),
)
