# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose an exception is by the code that raised it, whatever it says."""

from __future__ import annotations

import pytest

from pytest_dynamo.diagnosis.frames import by_file
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

    assert (raised[-1], "config") == by_file(raised)
    assert (raised[-1], "config") == kind(raised)


def test_only_the_file_that_raised_counts() -> None:
    raised = lines(
        '  File "/opt/lib/vllm/config/scheduler.py", line 3, in check',
        '  File "/opt/lib/vllm/v1/core/sched/scheduler.py", line 3, in add',
        "AttributeError: boom",
        "RuntimeError: boom",
    )

    assert (raised[2], "product") == by_file(raised)
    assert (raised[2], "product") == kind(raised)


def test_a_bare_exception_has_a_file_too() -> None:
    raised = lines(
        '  File "/opt/lib/tensorrt_llm/_torch/pyexecutor/py_executor.py", line 3, in step',
        "Exception: boom",
    )

    assert (raised[1], "product") == by_file(raised)


def test_words_tell_more_than_the_file() -> None:
    raised = lines(
        '  File "/opt/lib/vllm/config/model.py", line 3, in check',
        "OSError: [Errno 5] Input/output error",
    )

    assert (raised[1], "infrastructure") == kind(raised)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "(Worker_TP1 pid=7) ERROR 11-21 09:19:49 [x.py:720] ",
        "[rank1]: ",
        "(RayWorkerWrapper pid=7, ip=10.1.1.2) ",
    ],
)
@pytest.mark.parametrize("starting", [True, False])
@pytest.mark.parametrize(
    "file",
    [
        "vllm/v1/core/kv_cache_manager.py",
        "vllm/v1/worker/gpu/block_table.py",
        "vllm/v1/attention/backends/mla/common.py",
        "vllm/model_executor/layers/fused_moe/layer.py",
        "vllm/model_executor/models/qwen3.py",
        "vllm/compilation/backends.py",
        "vllm/lora/layers/base.py",
        "vllm/_custom_ops.py",
        "tensorrt_llm/_torch/autotuner.py",
        "tensorrt_llm/_torch/pyexecutor/resource_manager.py",
        "tensorrt_llm/_torch/attention_backend/trtllm.py",
        "torch/_ops.py",
        "torch/nn/modules/module.py",
        "torch/fx/graph.py",
        "triton/runtime/jit.py",
        "flashinfer/decode.py",
        "xgrammar/compiler.py",
        "nvidia_cutlass_dsl/python_packages/cutlass/base_dsl/dsl.py",
    ],
)
def test_what_computes_is_wrong_itself(file: str, starting: bool, label: str) -> None:  # noqa: FBT001 - a table
    raised = lines(
        f'{label}  File "/opt/venv/lib/dynamo/vllm/main.py", line 3, in init',
        f'{label}  File "/opt/venv/lib/{file}", line 40, in add',
        f"{label}    return boom(data)",
        f"{label}ValueError: boom",
    )

    assert (raised[-1], "product") == kind(raised, starting=starting)


@pytest.mark.parametrize(
    ("file", "error"),
    [
        ("vllm/v1/worker/gpu_worker.py", "TimeoutError: boom"),
        ("torch/nn/modules/module.py", "RuntimeError: the NCCL communicator is gone"),
        ("tensorrt_llm/_torch/pyexecutor/model_loader.py", "RuntimeError: boom"),
        ("vllm/model_executor/layers/quantization/fp8.py", "RuntimeError: boom"),
        ("flashinfer/jit/core.py", "RuntimeError: boom"),
    ],
)
def test_what_tells_of_others_is_nobodys_by_its_file(file: str, error: str) -> None:
    assert by_file(lines(f'  File "/opt/lib/{file}", line 3, in run', error)) is None


@pytest.mark.parametrize(
    ("file", "error", "fault"),
    [
        ("vllm/v1/worker/block_table.py", "ValueError: sinks must have as many heads", "product"),
        ("flashinfer/decode.py", "ValueError: the CUDA graph of 48 differs from 32", "product"),
        # what a person sets, words of one program, and code that does not compute
        ("flashinfer/decode.py", "ValueError: the head_size must be 128", "config"),
        ("flashinfer/decode.py", "ValueError: Cannot use sinks with GQA", "config"),
        ("vllm/v1/engine/core.py", "ValueError: sinks must have as many heads", "config"),
        ("vllm/v1/worker/block_table.py", "ValueError: No space left", "infrastructure"),
    ],
)
def test_a_wrong_value_that_nobody_sets_is_a_bug(file: str, error: str, fault: str) -> None:
    raised = lines(f'  File "/opt/lib/{file}", line 3, in run', error)

    assert (raised[1], fault) == kind(raised)
