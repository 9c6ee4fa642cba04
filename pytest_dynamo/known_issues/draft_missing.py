# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Speculative decoding lacks its draft model or the length of a draft.

Why: Eagle needs both.

Remedy: Set speculative_config.max_draft_len and speculative_model_dir.

Source: TensorRT-LLM, `llmapi/llm_args.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI322",
    "draft-missing",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "max_draft_len must be > 0",
        "raft model must be provided",
        "speculative_model",
        "Path to EAGLE3 weights must be specified",
        "Path to draft model must be specified",
        "max_draft_len is required for Eagle",
    ),
    pattern=r"max_draft_len must be > 0|[Dd]raft model must be provided|speculative_model(?:_dir)?['`]? (?:must be (?:provided|set|specified|given)|is (?:required|not (?:set|provided|specified|given)))|Path to (?:EAGLE3 weights|draft model) must be specified|max_draft_len is required for Eagle",
    phase="load",
    samples=(
        " 0: ValueError: max_draft_len must be > 0 for Eagle",
        "ValueError: Draft model must be provided for EAGLE",
        "ValueError: speculative_model_dir must be provided for EAGLE3",
        "AssertionError: Path to EAGLE3 weights must be specified.",
        "AssertionError: Path to draft model must be specified.",
        "AssertionError: max_draft_len is required for Eagle",
    ),
    near_misses=("max_draft_len=3", "speculative_model_dir: /models/eagle"),
)
