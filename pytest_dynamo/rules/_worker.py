# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One role's engine configuration, read the same in every era and with the engine's defaults.

Values that cannot be what they should are None here; that they are wrong is a rule of its own.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pytest_dynamo.rules import _schema
from pytest_dynamo.topology import dialects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_dynamo.findings import Where
    from pytest_dynamo.rules._case import Case
    from pytest_dynamo.topology.model import Role

Path = tuple[str | int, ...]
_T = TypeVar("_T")

#: The key of each value, the newest spelling first. ``dynamo serve`` files of vLLM use its flags.
PATHS: Mapping[str, tuple[Path, ...]] = {
    "kv_dtype": (
        ("kv_cache_config", "dtype"),
        ("kv_cache_dtype",),
        ("pytorch_backend_config", "kv_cache_dtype"),
        ("kv-cache-dtype",),
    ),
    "block_size": (("kv_cache_config", "tokens_per_block"), ("block-size",)),
    "kv_fraction": (
        ("kv_cache_config", "free_gpu_memory_fraction"),
        ("gpu-memory-utilization",),
    ),
    "kv_max_tokens": (("kv_cache_config", "max_tokens"),),
    "block_reuse": (("kv_cache_config", "enable_block_reuse"), ("enable-prefix-caching",)),
    "max_batch_size": (("max_batch_size",), ("max-num-seqs",)),
    "max_num_tokens": (("max_num_tokens",), ("max-num-batched-tokens",)),
    "max_seq_len": (("max_seq_len",), ("max-model-len",)),
    "max_beam_width": (("max_beam_width",),),
    "chunked_prefill": (("enable_chunked_prefill",), ("enable-chunked-prefill",)),
    "overlap_off": (
        ("disable_overlap_scheduler",),
        ("pytorch_backend_config", "disable_overlap_scheduler"),
    ),
    "overlap_on": (("pytorch_backend_config", "enable_overlap_scheduler"),),
    "moe_tp": (("moe_tensor_parallel_size",),),
    "moe_ep": (("moe_expert_parallel_size",),),
    "moe_cluster": (("moe_cluster_parallel_size",),),
    "moe_backend": (
        ("moe_config", "backend"),
        ("moe_backend",),
        ("pytorch_backend_config", "moe_backend"),
    ),
    "load_balancer": (
        ("moe_config", "load_balancer"),
        ("moe_load_balancer",),
        ("pytorch_backend_config", "moe_load_balancer"),
    ),
    "transceiver": (("cache_transceiver_config",),),
    "transceiver_backend": (("cache_transceiver_config", "backend"),),
    "transceiver_runtime": (("cache_transceiver_config", "transceiver_runtime"),),
    "buffer": (
        ("cache_transceiver_config", "max_tokens_in_buffer"),
        ("cache_transceiver_config", "max_num_tokens"),
    ),
    "graph_sizes": (
        ("cuda_graph_config", "batch_sizes"),
        ("cuda_graph_batch_sizes",),
        ("pytorch_backend_config", "cuda_graph_batch_sizes"),
    ),
    "graph_max": (
        ("cuda_graph_config", "max_batch_size"),
        ("cuda_graph_max_batch_size",),
        ("pytorch_backend_config", "cuda_graph_max_batch_size"),
    ),
    "attention_backend": (("attn_backend",), ("pytorch_backend_config", "attn_backend")),
    "cp_type": (("cp_config", "cp_type"),),
    "decoding_type": (("speculative_config", "decoding_type"),),
    "draft_length": (
        ("speculative_config", "num_nextn_predict_layers"),
        ("speculative_config", "max_draft_len"),
    ),
}
#: The compute capability of H100 and H200.
_HOPPER = 90
_NOT_PYTORCH = ("trt", "tensorrt", "_autodeploy", "autodeploy")


class Value(Generic[_T]):
    """A value with the place where it is written; ``path`` is empty where it is a default."""

    __slots__ = ("path", "value")

    def __init__(self, value: _T, path: Path = ()) -> None:
        self.value = value
        self.path = path

    @property
    def key(self) -> str:
        """The key as a person writes it."""
        return ".".join(str(part) for part in self.path)


class Worker:
    """The configuration of one role's workers."""

    def __init__(self, case: Case, name: str, role: Role) -> None:
        self.case = case
        self.name = name
        self.role = role
        self.file = case.topology.engine_files.get(name)
        self.data: Mapping[Any, Any] = self.file.data if self.file else {}  # Any: YAML data
        #: The path that values of a ``dynamo serve`` file stand under.
        self.prefix: Path = dialects.component(self.data, name)

    def where(self, path: Path = ()) -> Where:
        """Return the place of a key of the engine file, of the role where there is none."""
        if self.file is None:
            return self.case.where(("roles", self.name, "parallel"))
        return self.file.where((*self.prefix, *path))

    def raw(self, path: Path) -> Any:
        """Return what stands at a path, None where nothing does."""
        here: Any = self.data
        for part in (*self.prefix, *path):
            here = here.get(part) if isinstance(here, dict) else None
        return here

    def given(self, name: str) -> Value[Any] | None:
        """Return a value as it is written, None where it is not.

        A spelling that the release does not know has no effect there, and is passed over.
        """
        for path in PATHS[name]:
            value = self.raw(path)
            if value is not None and not self._is_lost(path):
                return Value(value, path)
        return None

    def key(self, *names: str) -> Path:
        """Return the first of these spellings that is written, the first of all where none is."""
        return next(((name,) for name in names if self.raw((name,)) is not None), (names[0],))

    def _is_lost(self, path: Path) -> bool:
        release = self.case.release
        if release is None:
            return False
        return _schema.verdict(_schema.dotted(path), release.version).state in ("early", "gone")

    def _as(self, name: str, read: Callable[[Any], _T | None]) -> Value[_T] | None:
        found = self.given(name)
        value = None if found is None else read(found.value)
        return None if found is None or value is None else Value(value, found.path)

    def whole(self, name: str) -> Value[int] | None:
        """Return a value that is a whole number of at least 0."""
        return self._as(name, _whole)

    def number(self, name: str) -> Value[float] | None:
        """Return a value that is a number."""
        return self._as(name, _number)

    def flag(self, name: str) -> Value[bool] | None:
        """Return a value that is true or false."""
        return self._as(name, lambda value: value if isinstance(value, bool) else None)

    def word(self, name: str) -> Value[str] | None:
        """Return a value that is text."""
        return self._as(name, lambda value: value if isinstance(value, str) else None)

    @property
    def decodes(self) -> bool:
        """Whether the worker generates tokens."""
        return self.name != "prefill"

    @property
    def prefills(self) -> bool:
        """Whether the worker computes prompts."""
        return self.name != "decode"

    @cached_property
    def pytorch(self) -> bool:
        """Whether this is TensorRT-LLM's PyTorch backend, which the rules are about."""
        backend = self.raw(("backend",))
        return self.case.topology.engine == "trtllm" and not (
            isinstance(backend, str) and backend.lower() in _NOT_PYTORCH
        )

    @property
    def tp(self) -> int:
        """Tensor parallelism."""
        return self.role.parallel.tp

    @property
    def tp_key(self) -> Path:
        """The key of tensor parallelism, as this file spells it."""
        return self.key("tensor_parallel_size", "tensor-parallel-size")

    @property
    def split_elsewhere(self) -> bool:
        """Whether the file says nothing of tp, so that the command line may."""
        return self.tp == 1 and self.raw(("tensor_parallel_size",)) is None

    @property
    def attention_dp(self) -> bool:
        """Whether attention runs on every rank with whole sequences."""
        return self.role.parallel.attention_dp

    @property
    def attention_tp(self) -> int:
        """How many ranks share the attention heads."""
        return 1 if self.attention_dp else self.tp

    @cached_property
    def moe(self) -> tuple[int, int, int]:
        """Tensor, expert and cluster parallelism of the experts, with the engine's defaults."""
        cluster = self.whole("moe_cluster")
        tp, ep = self.whole("moe_tp"), self.whole("moe_ep")
        cluster_size = cluster.value if cluster and cluster.value > 0 else 1
        ep_size = ep.value if ep and ep.value > 0 else self.role.parallel.ep
        tp_size = tp.value if tp and tp.value > 0 else None
        share = max(self.tp // cluster_size, 1)
        if tp_size is None and ep_size is None:
            return share, 1, cluster_size
        if ep_size is None:
            return tp_size or 1, max(share // (tp_size or 1), 1), cluster_size
        return tp_size or max(share // ep_size, 1), ep_size, cluster_size

    @property
    def ep(self) -> int:
        """Expert parallelism, 1 where the experts are not shared out."""
        return self.moe[1]

    @cached_property
    def kv_dtype(self) -> str:
        """The cache's type as it is written, in small letters; ``auto`` is the model's own."""
        found = self.word("kv_dtype")
        return found.value.lower() if found else "auto"

    @cached_property
    def block_size(self) -> int:
        """Tokens of a cache block; FlashMLA raises a smaller one to 64."""
        found = self.whole("block_size")
        stated = found.value if found and found.value else 32
        gpu, shape = self.case.gpu, self.case.model
        hopper = gpu is not None and gpu.sm == _HOPPER
        latent = shape is not None and shape.attention == "mla"
        return max(stated, 64) if hopper and latent and self.pytorch else stated

    @cached_property
    def draft_tokens(self) -> int | None:
        """Tokens guessed ahead in a step: 0 without speculation, None where it is not known."""
        if not isinstance(self.raw(("speculative_config",)), dict):
            return 0
        found = self.whole("draft_length")
        if found is not None:
            return found.value
        return 1 if self.speculation == "mtp" else None

    @cached_property
    def speculation(self) -> str | None:
        """How tokens are guessed ahead, in small letters; None where they are not."""
        if not isinstance(self.raw(("speculative_config",)), dict):
            return None
        found = self.word("decoding_type")
        return found.value.lower() if found else "unknown"

    @cached_property
    def slots(self) -> Value[int] | None:
        """Expert slots of the load balancer, where it is on and they are known."""
        found = self.balancer
        value = None if found is None else _whole(found.value.get("num_slots"))
        return None if found is None or not value else Value(value, (*found.path, "num_slots"))

    @cached_property
    def balancer(self) -> Value[Mapping[Any, Any]] | None:
        """The expert load balancer's own configuration, from its file where that was read."""
        found = self.given("load_balancer")
        if found is None:
            return None
        if isinstance(found.value, dict):
            return Value(found.value, found.path)
        document = self.case.context.files.get(str(found.value))
        data = document.data if document is not None else None
        return Value(data, found.path) if isinstance(data, dict) else None

    def balancer_where(self, key: str) -> Where:
        """Return the place of a key of the load balancer's configuration."""
        found = self.given("load_balancer")
        if found is not None and isinstance(found.value, str):
            document = self.case.context.files.get(found.value)
            if document is not None:
                return document.where((key,))
        return self.where((*(found.path if found else ()), key))

    @property
    def python_transceiver(self) -> bool:
        """Whether the cache is sent by the Python runtime."""
        found = self.word("transceiver_runtime")
        return found is not None and found.value.upper() == "PYTHON"


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
