# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What TensorRT-LLM, vLLM and CUDA say of settings, of kernels and of themselves."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

PHRASES: tuple[Phrase, ...] = (
    # a test of an option at the top of a traceback, which names no more than the option
    Phrase("config", r"^\s*assert \w+\.(?:enable|use)_\w+\s*$", "    assert args.enable_attention_dp"),
)
