# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose code raised an error: what a traceback tells where the words of the exception do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_dynamo.known_issues import Fault
    from pytest_dynamo.watch.lines import Line

_FRAME = re.compile(
    r"^(?:\S.*\] |\[rank\d+\]:)?(?:\(\w+ pid=\d+(?:, ip=[\d.]+)?\) *)*"
    r'\s*File "(?P<path>[^"]+)", line \d'
)
#: Files that do no more than read what a person set, of vLLM, TensorRT-LLM, Dynamo and Python,
#: or that look up what a model is.
_SETTINGS = re.compile(
    r"/(?:config/\w+|\w*arg_utils|llm_args|disagg_utils|argparse|args|\w+_args|configuration_\w+"
    r"|generation_config|speculative_config|scheduler_config|optparse|configparser)\.py$"
    # what reads files and variables that a person writes
    r"|/(?:yaml|omegaconf|hydra|click|typer|dacite|pydantic_settings)/|/common/configuration/"
    # what says what a model is, before anything of it is loaded
    r"|/transformers/(?:modeling_rope_utils|dynamic_module_utils)\.py$"
    r"|/transformers/(?:models/auto|quantizers)/"
    r"|/transformers/utils/(?:hub|quantization_config|import_utils)\.py$"
    r"|/huggingface_hub/(?:utils/_validators|dataclasses)\.py$"
    r"|/compressed_tensors/quantization/quant_\w+\.py$"
    r"|/vllm/(?:transformers_utils/config|model_executor/(?:layers/quantization/__init__"
    r"|models/registry))\.py$|/tensorrt_llm/_torch/model_config\.py$"
)
#: Files that compute: the scheduler, the steps, layers and kernels of an engine, its compilers and
#: grammars. What they were given was taken long before.
_ENGINE = re.compile(
    r"/vllm/(?:v1/(?:core|worker|sample|attention/(?:backends|ops)|spec_decode|structured_output"
    r"|kv_offload|simple_kv_offload)|attention/(?:layer|layers|ops|backends)|compilation"
    r"|lora/(?:layers|ops|punica_wrapper)|worker|core|spec_decode|model_executor/(?:models"
    r"|warmup|layers/(?!quantization/(?:\w+|\w+/\w*config\w*)\.py)))/?\w.*\.py$"
    r"|/vllm/_custom_ops\.py$|/vllm/forward_context\.py$"
    r"|/tensorrt_llm/_torch/(?:autotuner\.py$|(?:modules|attention_backend|custom_ops|models"
    r"|speculative|compilation|distributed|peft)/"
    r"|pyexecutor/(?!_util|config|py_executor_creator|model_loader|model_engine_loader))"
    r"|/torch/(?:_ops|_tensor|functional|_classes)\.py$"
    r"|/torch/(?:nn/(?:functional|modules/\w+)\.py$|_inductor/|_dynamo/|_functorch/|fx/)"
    r"|/triton/(?:compiler|language|backends/nvidia/compiler|runtime/(?:jit|autotuner))\b"
    r"|/flashinfer/(?!jit/|comm/|artifacts|__init__)|/(?:xgrammar|flash_attn|vllm_flash_attn)/"
    r"|/nvidia_cutlass_dsl/|/llguidance/|/outlines_core/"
)
_RAISED = re.compile(r"(?:^|[\s\])])(?:\w+\.)*(?:[A-Z]\w*)?(?:Error|Exception)\b(?::|$)")
#: Exceptions that tell of others or of the node, and not of the code that met them.
_OF_OTHERS = re.compile(
    r"\b(?:Import|ModuleNotFound|OS|IO|FileNotFound|Permission|Timeout|Connection\w*|BrokenPipe|EOF"
    r"|Memory|OutOfMemory|Dist\w*|EngineDead|ChildProcess|ZMQ|NCCL|Nvml|NVML\w*)Error\b"
    r"|\b(?:NCCL|CUDA(?! [Gg]raph)|[Tt]imed?[ -]?out|[Cc]onnection)\b"
)


#: What a person sets, installs or buys: who speaks of it refuses that, in whichever file.
_OF_A_PERSON = re.compile(
    r"upport|equire|ackend|uantiz|onfig|option|--|GPU|evice|apability|\bSM|nstall|nable|isable"
    r"|\b[Ss]et\b|arallel|_size|\bmax_|heckpoint|eight|[A-Z]{3,}_[A-Z]|rank|world|trust|models?\b"
    r"|LoRA|lora|dtype|plugin|layout|compat|valid|nknown|mplement|divis|multiple|argument|memory"
    r"|[Ff]ile|specified|provided|\b[td]p|one of\b|mport|[Pp]rompt|[Rr]equest"
)


def by_file(lines: Sequence[Line]) -> tuple[Line, Fault] | None:
    """Return the first exception whose file tells whose fault it is, and whose; None without one.

    Where settings are read, they are refused; where an engine computes, it is wrong itself.
    """
    for line, path in _raised(lines):
        if _SETTINGS.search(path):
            return line, "config"
        if _computes(line, path):
            return line, "product"
    return None


def of_its_own(lines: Sequence[Line]) -> frozenset[Line]:
    """Return the exceptions of code that computes which speak of nothing that a person sets.

    That two things must be equal is said there in the words of a wrong value, and is a bug.
    """
    return frozenset(
        line
        for line, path in _raised(lines)
        if _computes(line, path) and not _OF_A_PERSON.search(line.text)
    )


def _computes(line: Line, path: str) -> bool:
    return _ENGINE.search(path) is not None and not _OF_OTHERS.search(line.text)


def _raised(lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    """Yield the lines that name an exception below frames, with the file of the last frame."""
    path = ""
    for line in lines:
        if frame := _FRAME.search(line.text):
            path = frame["path"]
        elif path and _RAISED.search(line.text):
            yield line, path
            path = ""
