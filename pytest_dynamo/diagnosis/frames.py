# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose code raised an error: what a traceback tells where the words of the exception do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.watch.lines import Line

_FRAME = re.compile(r'^(?:\S.*\] )?(?:\(\w+ pid=\d+\) *)*\s*File "(?P<path>[^"]+)", line \d')
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
_RAISED = re.compile(r"(?:^|[\s\])])(?:\w+\.)*[A-Z]\w*(?:Error|Exception)\b(?::|$)")


def refused_setting(lines: Sequence[Line]) -> Line | None:
    """Return the first exception that was raised where settings are read, None if none was."""
    path = ""
    for line in lines:
        if frame := _FRAME.search(line.text):
            path = frame["path"]
        elif path and _RAISED.search(line.text):
            if _SETTINGS.search(path):
                return line
            path = ""
    return None
