# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is said of the tensors and the files of a checkpoint, by those who load it."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

PHRASES: tuple[Phrase, ...] = (
    # a tensor that goes with another one, or that a file was to hold
    Phrase(
        "config",
        r"\bwithout corresponding \w+|[Nn]o tensors with prefix|does not exist in serialized file"
        r"|[Ee]xpected (?:to find )?(?:tensor|key) \S+.{0,80}\bnot (?:be )?found",
        "ValueError: Found qweight without corresponding qzeros",
    ),
    # tensors that transformers cannot bring into the form of its model
    Phrase(
        "config",
        r"automatic conversion of the weights|^(?:\S* )*Cannot load weights\b",
        "RuntimeError: We encountered some issues during automatic conversion of the weights.",
    ),
    # what a configuration does not say
    Phrase(
        "config",
        r"\b(?:[Cc]annot|[Cc]ould not|[Cc]an't) determine\b.*\bconfig\b|\bmissing '\w+' in config\b",
        "ValueError: Cannot determine head_dim from config.",
    ),
    # a file that belongs to a model
    Phrase(
        "config",
        r"\b[Nn]o \S+\.(?:json|ya?ml|model|jinja|toml|engine|plan)\b.{0,20}\bfound\b",
        "RuntimeError: No config.json found in /models/x",
    ),
    # a format of weights that an option has to name
    Phrase(
        "config",
        r"AssertionError: .*\brequires? [a-z_]+=\w",
        "AssertionError: pre-quantized checkpoint requires load_format=bitsandbytes",
    ),
    # C++ that reads a configuration of an engine or a model
    Phrase(
        "config",
        r"json\.exception\.(?:parse_error|type_error|out_of_range)",
        "  what():  [json.exception.parse_error.101] parse error at line 1, column 1",
    ),
)
