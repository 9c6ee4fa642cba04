# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An exception of the code that reads settings is a setting's, whatever it says."""

from __future__ import annotations

import pytest

from pytest_dynamo.diagnosis.frames import refused_setting
from pytest_dynamo.diagnosis.kinds import kind
from pytest_dynamo.watch.lines import Line


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line("p", 5, at, text) for at, text in enumerate(texts, start=1))


@pytest.mark.parametrize("label", ["", "(EngineCore pid=7) ERROR 11-21 09:19:49 [core.py:720] "])
@pytest.mark.parametrize(
    "file",
    [
        "vllm/config/scheduler.py",
        "vllm/engine/arg_utils.py",
        "tensorrt_llm/llmapi/llm_args.py",
        "dynamo/vllm/args.py",
        "transformers/configuration_utils.py",
        "transformers/models/auto/auto_factory.py",
        "transformers/utils/hub.py",
        "transformers/dynamic_module_utils.py",
        "huggingface_hub/dataclasses.py",
        "compressed_tensors/quantization/quant_scheme.py",
        "vllm/transformers_utils/config.py",
        "tensorrt_llm/_torch/model_config.py",
        "omegaconf/base.py",
        "dynamo/common/configuration/groups/router.py",
    ],
)
def test_what_reads_settings_refuses_one(file: str, label: str) -> None:
    raised = lines(
        f'{label}  File "/opt/venv/lib/vllm/v1/engine/core.py", line 3, in __init__',
        f"{label}    config = read(args)",
        f'{label}  File "/opt/venv/lib/{file}", line 40, in __post_init__',
        f"{label}    raise AttributeError('boom')",
        f"{label}AttributeError: boom",
    )

    assert raised[-1] == refused_setting(raised)
    assert (raised[-1], "config") == kind(raised)


def test_only_the_file_that_raised_counts() -> None:
    raised = lines(
        '  File "/opt/lib/vllm/config/scheduler.py", line 3, in check',
        '  File "/opt/lib/vllm/v1/core/sched/scheduler.py", line 3, in add',
        "AttributeError: boom",
        "RuntimeError: boom",
    )

    assert refused_setting(raised) is None
    assert (raised[2], "product") == kind(raised)


def test_words_tell_more_than_the_file() -> None:
    raised = lines(
        '  File "/opt/lib/vllm/config/model.py", line 3, in check',
        "OSError: [Errno 5] Input/output error",
    )

    assert (raised[1], "infrastructure") == kind(raised)
