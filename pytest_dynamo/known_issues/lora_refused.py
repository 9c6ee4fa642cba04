# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An adapter does not fit the limits of the engine or its base model.

Why: The engine reserves room for adapters of a rank that is set before, and for some layers of one
model.

Remedy: Raise max_lora_rank (or max_loras), or take an adapter of this base model.

Source: vLLM, `lora/peft_helper.py` and `lora/worker_manager.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI357",
    "lora-refused",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "is greater than max_lora_rank",
        "expected target modules in",
        "max_loras (",
        "is not enabled for LoRA",
        "does not support LoRA yet",
        "is not a valid LoRA",
        "is unsupported LoRA weight",
        "No adapter found for",
        "LoRA is not enabled",
        "must contain adapter_config.json",
        "ora path ",
        "LoRA",
        "lora_config",
        "LoRA added vocab size ",
    ),
    pattern=r"is greater than max_lora_rank|expected target modules in|must be .* max_loras \(|is not enabled for LoRA|does not support LoRA yet|is not a valid LoRA|is unsupported LoRA weight|[Ll]oading lora \S+ failed: No adapter found for|LoRA is not enabled|must contain adapter_config\.json|(?i:lora path \S+ (?:does not exist|not found))|(?:\b(?:Value|NotImplemented|Runtime|Assertion)Error|Value error)[:,] (?=.*(?:\b[Ll]o[Rr]As?\b|\blora_\w+|\bmax_(?:cpu_)?loras\b)).*\b(?:not (?:yet |currently )?(?:supported|compatible|enabled)|(?:does|do) not (?:yet |currently )?support|[Uu]nsupported|[Oo]nly supports?|greater than the number|must be (?:<=|>=|at most|consistent|a positive)|requires \w+=|incompatible|cannot be used)|LoRA added vocab size \d+ is greater",
    samples=(
        " 0: ValueError: LoRA rank 64 is greater than max_lora_rank 16.",
        "ValueError: While loading /adapters/sql, expected target modules in ['qkv_proj'] but received ['embed_tokens']. Please verify that the loaded LoRA module is correct",
        "ValueError: max_cpu_loras (2) must be greater than or equal to max_loras (4)",
        "ValueError: This model is not enabled for LoRA",
        "ValueError: MambaForCausalLM does not support LoRA yet.",
        "Exception: /adapters/sql is not a valid LoRA: expected adapter_config.json and adapter weights",
        "ValueError: base_model.model.lm_head.weight is unsupported LoRA weight",
        "ValueError: Loading lora sql failed: No adapter found for /adapters/sql",
        "RuntimeError: LoRA is not enabled. Use --enable-lora to enable LoRA.",
        "Exception: /adapters/sql must contain adapter_config.json and adapter weights",
        "AssertionError: Fused MoE LoRA does not support enable_expert_parallel=True together with fully_sharded_loras=True.",
        "RuntimeError: Number of requested LoRAs (8) is greater than the number of GPU LoRA slots (4).",
        "ValueError: lora_config is not supported with the overlap scheduler",
        "FileNotFoundError: Lora path /adapters/sql does not exist",
        "12: ValueError: LoRA added vocab size 512 is greater than lora_extra_vocab_size 256.",
    ),
    near_misses=(
        "INFO 11-21 09:19:49 max_lora_rank=16, max_loras (4)",
        "VLLMValidationError: LoRA adapters are not supported with this request",
        "RuntimeError: LoRA expand must return an output tensor.",
    ),
)
