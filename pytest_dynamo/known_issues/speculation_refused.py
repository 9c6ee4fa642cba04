# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The settings of speculative decoding do not fit the model or its draft.

Why: The draft's parallelism, vocabulary and number of tokens follow from the two models, and only
some methods exist.

Remedy: Correct the speculative configuration by what the message names: the method, the draft
model, the number of tokens.

Source: vLLM, `config/speculative.py`; TensorRT-LLM, `llmapi/llm_args.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI356",
    "speculation-refused",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "Unsupported speculative method",
        "nvalid speculative decoding type",
        "num_speculative_tokens was provided",
        "num_speculative_tokens:",
        "draft_tensor_parallel_size",
        "the draft model's vocab",
        "vocabulary size of the draft model",
        "peculative model ",
        "have different vocabularies",
        "Speculative decoding with ",
        "num_speculative_tokens to be greater than zero",
    ),
    pattern=r"have different vocabularies|Unsupported speculative method|nvalid speculative decoding type|num_speculative_tokens was provided|num_speculative_tokens:\d+ must|draft_tensor_parallel_size=\d+ (?:cannot|must)|(?:draft model's vocab|vocabulary size of the draft model).*must be|[Ss]peculative model must|Error: Speculative decoding with .*not (?:yet )?supported|num_speculative_tokens to be greater than zero",
    samples=(
        " 0: ValueError: Unsupported speculative method: 'eagle4'",
        "ValueError: Invalid speculative decoding type: Medusaa",
        "ValueError: num_speculative_tokens was provided but without speculative model.",
        "ValueError: num_speculative_tokens:5 must be divisible by n_predict=2",
        "ValueError: speculative_draft_tensor_parallel_size=3 cannot be other value than 1 or target model tensor_parallel_size",
        "ValueError: Target vocabulary 128256 is not the draft model's vocab 32000: they must be equal",
        "AssertionError: The vocabulary size of the draft model must be equal to that of the target",
        "ValueError: Speculative model must have the same number of heads, which is required",
        "NotImplementedError: Speculative decoding with draft model is not supported yet. Please consider using other speculative decoding methods such as ngram, medusa, eagle, or mtp.",
        "ValueError: Expected num_speculative_tokens to be greater than zero (0).",
        "ValueError: The target and draft model have different vocabularies: 151936 and 152064",
    ),
    near_misses=(
        "num_speculative_tokens: 3",
        "INFO 11-21 09:19:49 draft_tensor_parallel_size=1",
        "INFO the vocabulary size of the draft model is 32000",
        "Loading speculative model /models/eagle",
        "the draft model's vocab is 32000",
    ),
)
