# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The quantisation that is asked for is not that of the model, or not one of this GPU.

Why: A checkpoint names its quantisation itself, and each needs a kind of GPU and a data type.

Remedy: Leave the quantisation to the checkpoint, or take one that this GPU and this release can
run.

Source: vLLM, `config/model.py` and `model_executor/model_loader/weight_utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI351",
    "quantization-refused",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "Quantization method specified in the model config",
        "Unknown quantization method",
        "Invalid quantization method",
        "is not supported for the current GPU. Minimum",
        "is not supported for quantization method",
        "Cannot find the config file for ",
        "nsupported quant_algo",
        "nsupported quant_method",
        "nsupported quantization",
        "No compressed-tensors compatible scheme",
        "Unknown quantization type",
        "quantization is currently not supported",
        "ound unknown quantization=",
        "uantization",
        "num_bits",
        "only support",
        " MoE backend",
    ),
    pattern=r"Quantization method specified in the model config|(?:Unknown|Invalid) quantization method|(?<!4) is not supported for the current GPU\. Minimum|is not supported for quantization method|Cannot find the config file for (?:awq|gptq|fp8|modelopt|bitsandbytes|\w*quant)|nsupported quant(?:_algo|_method|ization(?:_config| mode| method| type| format)?:)|No compressed-tensors compatible scheme|Unknown quantization type|quantization is currently not supported|ound unknown quantization=|Error: No (?:MXFP4|MxFp4|NVFP4|NvFp4|FP8|Fp8|WNA16|Int8|INT8|MXFP8|MxFp8) MoE backend|MoE backend '\w+' does not support the"
    r"|\b(?:fp8|FP8|[Ff]p4|FP4|mxfp\d|w4a\w+)\b.{0,40}\bonly supports? (?:Hopper|Blackwell|Ada|SM)"
    # whoever refuses a scheme of quantisation
    r"|(?:\b(?:Value|NotImplemented|Runtime|Assertion)Error|Value error)[:,] (?!.*(?:4 is not supported for the current GPU|does not support NVFP4))(?=.*(?:\b[Qq]uanti[sz]ation (?:name|method|scheme|config|strategy|block)|\b(?:block-wise|group|Asymmetric|[Aa]symmetric|activation|online|weight|NVFP4|FP8|MXFP4|fp8|nvfp4|mxfp4|awq|gptq|AWQ|GPTQ|modelopt) quanti[sz]ation\b|\bnum_bits\b))"
    r".*\b(?:not (?:yet |currently )?supported|(?:does|do) not (?:yet |currently )?support|no longer supports|[Uu]nsupported|[Oo]nly supports?|[Rr]equires?|[Uu]nknown|[Ii]nvalid|incompatible|is deprecated)\b",
    samples=(
        " 0: ValueError: Quantization method specified in the model config (fp8) does not match the quantization method specified in the `quantization` argument (awq).",
        "ValueError: Unknown quantization method: fp8_e4m3. Must be one of ['awq', 'fp8'].",
        "ValueError: Invalid quantization method: nvfp5",
        "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 89. Current capability: 80.",
        "ValueError: torch.bfloat16 is not supported for quantization method awq. Supported dtypes: [torch.float16]",
        "ValueError: Cannot find the config file for awq",
        "ValueError: Unsupported quant_algo: W4A8_NVFP4_X",
        "NotImplementedError: Unsupported quant_method: 'hqq'",
        "NotImplementedError: Unsupported quantization_config: {'quant_method': 'bitsandbytes'}.",
        "NotImplementedError: No compressed-tensors compatible scheme was found.",
        "ValueError: Unknown quantization type, got hqq - supported types are: ['awq', 'gptq']",
        "ValueError: fp8 quantization is currently not supported on this device",
        "RuntimeError: fp8 blockscale gemm only support Hopper. (/src/tensorrt_llm/cpp/tensorrt_llm/kernels/cutlass_kernels/fp8_blockscale_gemm/fp8_blockscale_gemm.cu:40)",
        "ValueError: Unsupported num_bits = 3. Supported num_bits = [4, 8]",
        "ValueError: The block-wise quantization only supports dynamic activation scheme for now, but got static activation scheme.",
        "ValueError: Found unknown quantization='fp6' in model config",
        "AssertionError: No MXFP4 MoE backend (FlashInfer/Marlin/Triton) available.Please check your environment and try again.",
        "NotImplementedError: No FP8 MoE backend supports the deployment configuration.",
    ),
    near_misses=(
        "ValueError: The quantization method modelopt_fp4 is not supported for the current GPU. Minimum capability: 100. Current capability: 90.",
        "INFO 11-21 09:19:49 [model.py:10] the quantization method is fp8",
        "ValueError: Cannot find the config file for the frontend",
        "NotImplementedError: No Unquantized MoE backend supports the deployment configuration.",
    ),
)
