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
        "Error: Invalid decoding type: ",
        "num_speculative_tokens was provided",
        "num_speculative_tokens:",
        "draft_tensor_parallel_size",
        "the draft model's vocab",
        "vocabulary size of the draft model",
        "peculative model ",
        "have different vocabularies",
        "Speculative decoding with ",
        "num_speculative_tokens to be greater than zero",
        "speculative",
        "draft ",
        "draft_",
        "prompt_lookup_m",
        "suffix_decoding_",
        "synthetic_acceptance_",
        " EAGLE",
        " MTP ",
        "Eagle3 is only supported for",
        "is required for suffix decoding",
    ),
    pattern=r"have different vocabularies|Unsupported speculative method|nvalid speculative decoding type|Error: Invalid decoding type: |num_speculative_tokens was provided|num_speculative_tokens:\d+ must|draft_tensor_parallel_size=\d+ (?:cannot|must)|(?:draft model's vocab|vocabulary size of the draft model).*must be|[Ss]peculative model must|Error: Speculative decoding with .*not (?:yet )?supported|num_speculative_tokens to be greater than zero|`num_speculative_tokens` was not provided|(?:\b(?:Value|NotImplemented|Runtime)Error|Value error)[:,] (?!.*(?:No module named|must call|context|cannot retain|metadata type|draft_model_config must be set|max_draft_len must be > 0|raft model must be provided|speculative_model(?:_dir)?['`]? (?:must be|is required)))(?=.*(?:\bspeculative[_ ](?:config|model|decod\w+|method|max_model_len|tokens)|\b[Dd]raft[_ ](?:model|vocab|tensor|checkpoint|config|sample|hidden)|\bnum_speculative_tokens|\bprompt_lookup_m|\bsuffix_decoding_|\bsynthetic_acceptance_|\bEAGLE|\bMTP\b)).*\b(?:must|should|cannot|can't|[Nn]ot (?:yet |currently )?(?:be )?(?:supported|compatible|a valid|provided|implemented)|[Oo]nly (?:supports?|supported|works|valid|be)|[Rr]equires?|(?:does|do)(?: not|n't) (?:yet |currently )?support|incompatible|exclusive|[Uu]nsupported|[Ii]nvalid|missing from)\b|Eagle3 is only supported for|is required for suffix decoding",
    samples=(
        "ValueError: Invalid decoding type: Eagle3",
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
        "ValueError: Fast prefill optimization for KV sharing is not compatible with EAGLE as EAGLE requires correct logits for all tokens.",
        "NotImplementedError: MTP is not supported with pipeline parallelism; set speculative_config of MTP to none",
        "ValueError: prompt_lookup_min=8 must be <= prompt_lookup_max=4",
        "ValueError: suffix_decoding_max_tree_depth=0 must be >= 1",
        "ValueError: synthetic_acceptance_rates must be given for the speculative model",
        "ValueError: Either the draft or the target must be quantized: draft_model cannot be",
        "ValueError: A speculative model was provided, but `num_speculative_tokens` was not provided",
        "ValueError: The target and draft model have different vocabularies: 151936 and 152064",
        "ImportError: Arctic Inference is required for suffix decoding. Install via `pip install arctic-inference==0.1.1`.",
        "Value error, Eagle3 is only supported for ['llama', 'qwen', 'minicpm', 'gpt_oss'] models. Got self.target_model_config.hf_text_config.model_type='gemma3_text'",
    ),
    near_misses=(
        "ValueError: draft_model of 12 layers, speculative_config read",
        "VLLMValidationError: The min_p parameter is not yet supported with speculative decoding.",
        "num_speculative_tokens: 3",
        "INFO 11-21 09:19:49 draft_tensor_parallel_size=1",
        "INFO the vocabulary size of the draft model is 32000",
        "Loading speculative model /models/eagle",
        "the draft model's vocab is 32000",
        "  Value error, Invalid `speculative_config`: No module named 'arctic_inference' [type=value_error, input_value=ArgsKwargs((), {}), input_type=ArgsKwargs]",
    ),
)
