# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The tokenizer of a model, or its processor of images, cannot be loaded.

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
        "Can't load image processor for",
        "Can't load feature extractor for",
        "Can't load video processor for",
        "Can't load processor for",
        "does not have a tokenizer. ",
        "ailed to load tiktoken tokenizer",
        "requires the SentencePiece library",
        "nable to load vocabulary from file",
        "Converting from SentencePiece and Tiktoken failed",
        "Error parsing line b'",
        "could not parse ModelProto from",
        "Unsupported tiktoken model_type",
        "Expected model to have a tokenizer",
        "Unrecognized processing class in",
        "Unrecognized image processor in",
        "Unrecognized feature extractor in",
        "files matching the pattern: `tekken",
        "nable to extract tokenizer kind from ",
        "Blank ModelDeploymentCard does not have a tokenizer",
    ),
    samples=(
        "Exception: unable to extract tokenizer kind from directory /models/internlm2",
        "OSError: Can't load tokenizer for '/models/r1'. If you were trying to load it from 'https://huggingface.co/models', make sure you don't have a local directory with the same name.",
        "ValueError: Tokenizer class BaichuanTokenizer does not exist or is not currently imported.",
        "ValueError: Couldn't instantiate the backend tokenizer from one of:",
        "Exception: unable to load tokenizer from /models/r1/tokenizer.json",
        "RuntimeError: Failed to load tokenizer from /models/r1",
        "RuntimeError: Failed to load the tokenizer.",
        "Exception: Unable to load tokenizer: tokenizer.json is absent",
        "ValueError: Cannot instantiate this tokenizer from a slow version. If it's based on sentencepiece, make sure you have sentencepiece installed.",
        "OSError: Can't load image processor for '/models/vl'. If you were trying to load it from 'https://huggingface.co/models', make sure you don't have a local directory with the same name.",
        "OSError: Can't load feature extractor for '/models/vl'. If you were trying to load it from the Hub, make sure you don't have a local directory with the same name.",
        "OSError: Can't load video processor for '/models/vl'.",
        "OSError: Can't load processor for '/models/vl'.",
        "Exception: Model 'r1' does not have a tokenizer. Provide a supported tokenizer file (tokenizer.json, tiktoken.model, or *.tiktoken)",
        "Exception: Failed to load tiktoken tokenizer from /models/kimi/tiktoken.model",
        "LlamaTokenizer requires the SentencePiece library but it was not found in your environment.",
        "OSError: Unable to load vocabulary from file. Please check that the provided vocabulary is accessible and not corrupted.",
        "ValueError: Converting from SentencePiece and Tiktoken failed, if a converter for SentencePiece is available, provide a model path with a SentencePiece tokenizer.model file.",
        "ValueError: Error parsing line b'version https' in /models/kimi/tiktoken.model",
        "RuntimeError: Internal: could not parse ModelProto from /models/x/tokenizer.model",
        "Exception: Unsupported tiktoken model_type 'x'",
        "ValueError: Expected model to have a tokenizer in Mistral format in /models/x",
        "ValueError: Unrecognized processing class in /models/vl. Can't instantiate a processor, a tokenizer, an image processor or a feature extractor for this model.",
        "ValueError: Unrecognized image processor in /models/vl. Should have a `image_processor_type` key in its preprocessor_config.json",
        "ValueError: Unrecognized feature extractor in /models/vl. Should have a `feature_extractor_type` key in its preprocessor_config.json",
        "OSError: Found 0 files matching the pattern: `tekken.json`. Make sure only one Mistral tokenizer is present in ['config.json'].",
        "Exception: Blank ModelDeploymentCard does not have a tokenizer",
    ),
    near_misses=("unable to extract prompt format from repo /models/r1", "Loading tokenizer from /models/r1"),
)
