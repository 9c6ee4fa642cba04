# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The dry run reads what people have: topologies, engine files, recipes, guides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from running import Run

ENGINE = """\
tensor_parallel_size: 8
max_batch_size: 16
max_num_tokens: 8192
kv_cache_dtype: fp8
"""
SERVE = """\
model: deepseek-ai/DeepSeek-R1
backend: pytorch
context_servers:
  num_instances: 1
  tensor_parallel_size: 8
  kv_cache_config: {dtype: fp8}
generation_servers:
  num_instances: 1
  tensor_parallel_size: 8
  kv_cache_config: {dtype: bfloat16}
"""


def test_an_engine_file_is_judged_for_the_version_that_is_said(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "decode.yaml").write_text(ENGINE)
    arguments = ("--topology=decode.yaml", "--dynamo-dry-run")

    old = start_pytest(*arguments, "--dynamo-set=versions.trtllm=1.0.0rc2", name="old")
    new = start_pytest(*arguments, "--dynamo-set=versions.trtllm=1.1.0", name="new")

    assert old.wait() == pytest.ExitCode.OK, old.text
    assert new.wait() == pytest.ExitCode.TESTS_FAILED
    assert "decode.yaml:4:1: error " in new.text
    assert "kv_cache_config.dtype" in new.text


def test_a_trtllm_serve_file_is_judged_as_a_pair(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "disagg.yaml").write_text(SERVE)

    run = start_pytest(
        "--topology=disagg.yaml", "--dynamo-dry-run", "--dynamo-set=versions.trtllm=1.1.0"
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert "cache-dtype-differs" in run.text


def test_an_engine_file_cannot_be_brought_up(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "decode.yaml").write_text(ENGINE)

    run = start_pytest("--topology=decode.yaml")

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert "this is an engine config" in run.text


def test_numbers_stated_elsewhere_must_agree(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "user.conf").write_text("*.Server.target_qps = 14.49\n")
    (place / "job.sbatch").write_text("#!/bin/sh\n#SBATCH --nodes=17\n")

    run = start_pytest(
        "--topology=mlperf_llama405b_disagg",
        "--dynamo-dry-run",
        "--dynamo-stated=user.conf",
        "--dynamo-stated=job.sbatch",
    )

    run.wait()
    assert "'target_qps = 14.49' says workload.qps is 14.49; the topology has 15.75" in run.text
    assert "job.sbatch:2" in run.text


def test_a_text_that_is_not_there_is_named(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--topology=local_agg", "--dynamo-dry-run", "--dynamo-stated=none.md")

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert run.text.count("none.md: cannot be read") == 1


def test_memory_is_shown_for_each_worker(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--topology=mlperf_llama405b_disagg", "--dynamo-dry-run")

    run.wait()
    table = run.text.partition("memory of a GPU, mlperf_llama405b_disagg")[2]
    assert "64512 B" in table  # KV bytes of a token and rank: 258048 FP8 bytes over TP4


def test_the_findings_of_a_model_directory_are_found(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    model = place / "model"
    model.mkdir()
    (model / "config.json").write_text('{"num_attention_heads": 40, "num_key_value_heads": 8')

    run = start_pytest(
        "--topology=local_agg", "--dynamo-dry-run", f"--dynamo-set=model.path={model}"
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert "model-directory-incomplete" in run.text
    assert "Traceback" not in run.text
