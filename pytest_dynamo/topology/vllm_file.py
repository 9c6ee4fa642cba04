# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The file that ``vllm serve --config`` reads: one worker, its keys the flags of the command.

vLLM takes ``-`` and ``_`` for the same, and a number in quotes for a number; of a key that is
there twice the last one counts. Its flags come and go with every release and are not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_dynamo.topology import recipes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_dynamo.topology.recipes import Data, Path, Read
    from pytest_dynamo.topology.yaml_text import Document

#: Flags of ``vllm serve`` that no release of TensorRT-LLM has as a key.
MARKS = frozenset((
    "max-model-len", "max-num-seqs", "max-num-batched-tokens", "gpu-memory-utilization",
    "served-model-name", "kv-transfer-config", "kv-events-config", "enforce-eager",
    "enable-prefix-caching", "no-enable-prefix-caching", "compilation-config",
    "cudagraph-capture-sizes", "data-parallel-size", "data-parallel-size-local",
    "enable-expert-parallel", "enable-eplb", "all2all-backend", "distributed-executor-backend",
    "limit-mm-per-prompt", "mm-encoder-tp-mode", "async-scheduling", "swap-space",
    "hf-overrides", "disable-log-requests", "enable-log-requests", "disable-log-stats",
    "enable-auto-tool-choice", "tool-call-parser", "long-prefill-token-threshold",
    "decode-context-parallel-size",
))  # fmt: skip
#: Flags of SGLang that neither vLLM nor TensorRT-LLM has; it shares many others.
_OF_SGLANG = frozenset((
    "mem-fraction-static", "tp-size", "dp-size", "ep-size", "expert-parallel-size",
    "chunked-prefill-size", "max-running-requests", "context-length", "disaggregation-mode",
    "disaggregation-transfer-backend", "disaggregation-bootstrap-port", "cuda-graph-max-bs",
    "enable-dp-attention", "disable-radix-cache", "moe-a2a-backend", "moe-runner-backend",
    "deepep-mode", "page-size", "tokenizer-path", "schedule-policy",
))  # fmt: skip
_SIZES = ("tensor-parallel-size", "pipeline-parallel-size")


def flag(key: object) -> str:
    """Return a key as the flag that it is."""
    return str(key).replace("_", "-")


def is_vllm(keys: Iterable[object]) -> bool:
    """Tell vLLM's file by its keys, where none is there that TensorRT-LLM alone has."""
    names = {str(key) for key in keys}
    marked = MARKS & {flag(name) for name in names} or set(_SIZES) & names
    return bool(marked) and not is_sglang(names)


def is_sglang(keys: Iterable[object]) -> bool:
    """Tell a file of SGLang's flags; neither of the other engines has them."""
    names = {str(key) for key in keys}  # model_path is also a key of Dynamo's own
    return "model-path" in names or bool(_OF_SGLANG & {flag(name) for name in names})


def read(document: Document) -> Iterator[Read]:
    """Read the file as one worker that does all; what the command line adds is not known."""
    merged: Data = {}
    moves: list[tuple[Path, Path]] = []
    for key, value in document.data.items():
        name = flag(key)
        merged[name] = _whole(value) if name in _SIZES else value
        moves.insert(0, ((key,), (name,)))  # the first to name a place has it
    engine = recipes.moved(document, merged, [*moves, ((), ())])
    model = None if "hf-overrides" in merged else merged.get("model")  # may be of other dimensions
    served = merged.get("served-model-name")
    if isinstance(served, list):
        served = next(iter(served), None)
    name = str(served or model or recipes.UNKNOWN)
    given: Data = {
        "engine": "vllm",
        "model": {"path": model, "served_name": name},
        "roles": {"agg": {}},
    }
    yield given, {"agg": engine}


def _whole(value: Any) -> Any:  # Any: a value of YAML
    return int(value) if isinstance(value, str) and value.isdecimal() else value
