# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The attention backend that is asked for cannot run this model on this GPU.

Why: A backend serves some head sizes, types of the KV cache and GPUs only, and whoever names one
takes the choice from the engine.

Remedy: Leave the backend to the engine, or change what the message gives as the reason: the KV
cache's type, the block size, the head size.

Source: vLLM, `platforms/cuda.py` and `v1/attention/selector.py`; TensorRT-LLM,
`_torch/attention_backend/utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI350",
    "attention-backend-refused",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "No valid attention backend found",
        "is not valid for this configuration. Reason",
        "Invalid attention backend",
        "Unsupported attention backend",
        "for VLLM_ATTENTION_BACKEND",
        "FlashMLA",
        "FlashInfer",
        "FlashAttention",
        "is not supported by FlashAttention",
        "Unknown attention backend",
        "FlashAttention does not support fp8",
        "FlashInfer backend currently does not support",
        "Backend requires SM>=",
        "is not supported with VLLM_ATTENTION_BACKEND=",
        "is not supported by MLACommon",
    ),
    pattern=r"No valid attention backend found|is not valid for this configuration\. Reason|(?:Invalid|Unsupported) attention backend|Error: (?!.*was not compiled)Flash(?:MLA|Infer|Attention)\b[\w ]* is (?:only|not) supported on|[Ii]nvalid value .* for VLLM_ATTENTION_BACKEND|Head size \d+ is not supported by FlashAttention|Unknown attention backend: |FlashAttention does not support fp8|FlashInfer backend currently does not support|Backend requires SM>=|is not supported with VLLM_ATTENTION_BACKEND=|is not supported by MLACommon",
    samples=(
        " 0: ValueError: No valid attention backend found for cuda with AttentionSelectorConfig(head_size=72, dtype=torch.bfloat16). Reasons: {FLASH_ATTN: [head_size not supported]}.",
        "ValueError: Selected backend AttentionBackendEnum.FLASH_ATTN is not valid for this configuration. Reason: ['kv_cache_dtype not supported']",
        "ValueError: Invalid attention backend: 'FLASHATTN'. Valid backends are: ['FLASH_ATTN', 'FLASHINFER']",
        "ValueError: Unsupported attention backend: flashinferr",
        "ValueError: Invalid value 'XFORMER' for VLLM_ATTENTION_BACKEND. Valid options: ['FLASH_ATTN', 'FLASHINFER'].",
        "AssertionError: FlashMLA Sparse is only supported on Hopper and Blackwell devices.",
        "RuntimeError: FlashInfer is not supported on this device",
        "ValueError: FlashAttention MLA is not supported on this device",
        "ValueError: Head size 288 is not supported by FlashAttention. Supported head sizes are: [32, 64, 96, 128].",
        "  Value error, Unknown attention backend: 'FLASH_ATTN_3'. Valid options are: FLASH_ATTN, FLASH_ATTN_DIFFKV, TRITON_ATTN",
        "9: NotImplementedError: FlashAttention does not support fp8 kv-cache on this device.",
        "NotImplementedError: FlashInfer backend currently does not support attention sinks, please use trtllm on blackwell or flash attention on earlier GPUs.",
        "AssertionError: FlashAttention v3 Backend requires SM>=80 and SM<=90. Please use `--attention-backend flashinfer`.",
        "NotImplementedError: VLLM_USE_V1=1 is not supported with VLLM_ATTENTION_BACKEND=XFORMERS.",
        "ValueError: Head size 40 is not supported by MLACommon. Supported head sizes are: [576].",
    ),
    near_misses=(
        "Using FLASH_ATTN attention backend out of potential backends: ['FLASH_ATTN', 'FLASHINFER']",
        "INFO 11-21 09:19:49 [envs.py:10] the value for VLLM_ATTENTION_BACKEND is FLASHINFER",
        "WARNING FlashInfer all-reduce is not supported on this device",
        "AssertionError: FlashMLA is not supported on this device: vllm._flashmla_C is not available, likely was not compiled due to insufficient nvcc version",
    ),
)
