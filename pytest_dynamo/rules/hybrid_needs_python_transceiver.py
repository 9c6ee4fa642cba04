# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Sending the state of recurrent layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN314",
    "hybrid-needs-python-transceiver",
    level="error",
    since="0.1",
    strikes="load",
    text="ValueError: hybrid models need transceiver_runtime PYTHON with NIXL",
    source="TensorRT-LLM PR #14060 (1.3)",
    bad="""
    versions: {trtllm: 1.3.0rc24}
    model: {path: /models/hybrid, served_name: hybrid}
    context:
      model:
        path: /models/hybrid
        sizes: {config.json: 900, tokenizer.json: 900, model.safetensors: 4000000000}
        json:
          config.json:
            architectures: [Qwen3NextForCausalLM]
            num_hidden_layers: 48
            hidden_size: 2048
            intermediate_size: 5632
            num_attention_heads: 16
            num_key_value_heads: 4
            max_position_embeddings: 262144
    engine_configs:
      prefill: {cache_transceiver_config: {backend: NIXL}}
      decode: {cache_transceiver_config: {backend: NIXL}}
    """,
    good="""
    versions: {trtllm: 1.3.0rc24}
    model: {path: /models/hybrid, served_name: hybrid}
    context:
      model:
        path: /models/hybrid
        sizes: {config.json: 900, tokenizer.json: 900, model.safetensors: 4000000000}
        json:
          config.json:
            architectures: [Qwen3NextForCausalLM]
            num_hidden_layers: 48
            hidden_size: 2048
            intermediate_size: 5632
            num_attention_heads: 16
            num_key_value_heads: 4
            max_position_embeddings: 262144
    engine_configs:
      prefill: {cache_transceiver_config: {backend: NIXL, transceiver_runtime: PYTHON}}
      decode: {cache_transceiver_config: {backend: NIXL, transceiver_runtime: PYTHON}}
    """,
)
def hybrid_needs_python_transceiver(case: Case) -> Iterator[Flag]:
    """A model with recurrent layers whose cache goes by NIXL and the C++ runtime.

    Why: only the Python runtime sends the state of those layers.

    Remedy: transceiver_runtime: PYTHON on both sides.
    """
    if case.pair is None or case.model is None or not case.model.hybrid:
        return
    for worker in case.pair:
        backend = worker.word("transceiver_backend")
        name = backend.value.upper() if backend else ""
        if name not in ("NIXL", "DEFAULT") or worker.python_transceiver or backend is None:
            continue
        sure = name == "NIXL" and bool(case.at_least("1.3.0rc11"))
        yield Flag(
            worker.where(backend.path),
            f"{case.model.name} has recurrent layers, and backend {name} sends them by the Python "
            f"runtime only ({worker.name})",
            "transceiver_runtime: PYTHON",
            None if sure else "warning",
        )
