# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What one rank of a worker holds in its GPU: weights, cache, buffers.

Every part is the least it can be, so that a rule which says "too much" is right. The fraction of
memory that the cache gets applies to what weights leave, not to the GPU - except with vLLM.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.rules._case import Case
    from pytest_dynamo.rules._model import Shape
    from pytest_dynamo.rules._worker import Worker

#: What an engine needs besides weights and cache: 3.5 GiB, and 0.4 GiB for NCCL, less rounding.
RESERVE_BYTES = 4_000_000_000
#: What a captured CUDA graph may take; a figure of the documentation, not measured.
GRAPH_BYTES = 200_000_000
#: Beyond this many times its ranks a worker is not made to fit.
MOST_FACTOR = 1024
_DEFAULT_FRACTION = 0.9
_DEFAULT_GRAPHS = 34  # 1, 2, 4, then every 8th to 128, and a few between: up to 128 generated
_CACHE_BYTES = {"fp8": 1.0, "fp8_e4m3": 1.0, "fp8_ds_mla": 1.0, "nvfp4": 0.5625, "int8": 1.0}
#: Bytes of an MTP layer's weights besides its experts, as part of the experts': 2.19 of 11.28 GB.
_MTP_REST = 0.195
#: Checkpoints repeat the embedding beside an MTP layer, and no rank loads it twice.
_AT_LEAST = 0.98
#: How much larger the experts of an MTP layer are that an NVFP4 checkpoint leaves in 16 bits.
_MTP_UNQUANTIZED = 32 / 9


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of one rank, and tokens that its cache holds; None where they are not known."""

    total: int
    weights: int
    token: int | None
    pool: int
    tokens: int | None
    buffers: int | None
    graphs: int


def of(case: Case, worker: Worker) -> Memory | None:
    """Return the memory of a worker's rank, None where GPU or checkpoint are not known."""
    shape, gpu = case.model, case.gpu
    if shape is None or gpu is None or shape.checkpoint_bytes is None or worker.file is None:
        return None
    weights = _weights(shape, worker)
    token = _token(shape, worker)
    fraction = worker.number("kv_fraction")
    share = fraction.value if fraction and 0 <= fraction.value <= 1 else _DEFAULT_FRACTION
    pool = int(max(gpu.memory_bytes - weights - RESERVE_BYTES, 0) * share)
    if case.topology.engine == "vllm":  # there the fraction is of the whole GPU
        pool = int(max(gpu.memory_bytes * share - weights, 0))
    buffer = worker.whole("buffer")
    return Memory(
        total=gpu.memory_bytes,
        weights=weights,
        token=token,
        pool=pool,
        tokens=None if not token else pool // token,
        buffers=None if token is None or buffer is None else 2 * buffer.value * token,
        graphs=_graphs(worker) * GRAPH_BYTES,
    )


def ranks_that_fit(case: Case, worker: Worker) -> int:
    """Return the fewest ranks, the worker's own times a power of two, that hold the weights."""
    shape, gpu = case.model, case.gpu
    ranks = worker.role.parallel.world_size
    if shape is None or gpu is None:
        return ranks
    fixed = 0.0  # what attention data parallelism repeats on every rank
    if worker.attention_dp:
        fixed = (shape.checkpoint_bytes or 0) - shape.expert_bytes
    divided = _weights(shape, worker) - min(fixed, _weights(shape, worker))
    room = max(gpu.memory_bytes - RESERVE_BYTES - fixed, 1)
    factor = 1
    while divided / factor > room and factor < MOST_FACTOR:
        factor *= 2
    return ranks * factor


def _weights(shape: Shape, worker: Worker) -> int:
    moe_tp, ep, cluster = worker.moe
    split = max(moe_tp * ep * cluster, 1)
    dense = worker.attention_tp
    mtp_experts = mtp_rest = 0.0
    if shape.mtp_layers and shape.moe_layers:
        scale = _MTP_UNQUANTIZED if shape.quantization == "NVFP4" else 1.0
        mtp_experts = shape.expert_bytes / shape.moe_layers * scale * shape.mtp_layers
        mtp_rest = mtp_experts * _MTP_REST
    slots = worker.slots
    more = slots.value / shape.experts if slots and shape.experts else 1.0
    rest = (shape.checkpoint_bytes or 0) - shape.expert_bytes - mtp_experts - mtp_rest
    weights = shape.expert_bytes * max(more, 1.0) / split + max(rest, 0.0) / dense
    if worker.speculation == "mtp":
        weights += mtp_experts / split + mtp_rest / dense
    return int(weights * _AT_LEAST / worker.role.parallel.pp)


def _token(shape: Shape, worker: Worker) -> int | None:
    """Return the bytes that a token takes in one rank's cache."""
    if shape.layers is None or shape.head_dim is None or shape.hybrid:
        return None
    dtype = worker.kv_dtype
    size = _CACHE_BYTES.get(dtype, 2.0)
    if dtype == "auto" and shape.quantization is not None:
        size = 1.0  # a quantised checkpoint may bring an FP8 cache
    if shape.attention == "mla":
        values = shape.layers * shape.head_dim
    elif shape.kv_heads is not None:
        values = 2 * shape.layers * -(-shape.kv_heads // worker.attention_tp) * shape.head_dim
    else:
        return None
    return max(int(values * size / worker.role.parallel.pp / worker.role.parallel.cp), 1)


def _graphs(worker: Worker) -> int:
    sizes = worker.given("graph_sizes")
    if sizes is not None:
        return len(sizes.value) if isinstance(sizes.value, list) else 0
    section = worker.raw(("cuda_graph_config",))
    return _DEFAULT_GRAPHS if isinstance(section, dict) else 0


def table(case: Case) -> list[str]:
    """Return the lines of a small table: what a rank of each role holds."""
    rows = [("role", "weights", "cache", "token", "tokens", "buffers", "graphs", "of")]
    for worker in case.workers:
        memory = of(case, worker)
        if memory is None:
            continue
        rows.append((
            worker.name,
            _gb(memory.weights),
            _gb(memory.pool),
            "?" if memory.token is None else f"{memory.token} B",
            "?" if memory.tokens is None else str(memory.tokens),
            "-" if memory.buffers is None else _gb(memory.buffers),
            f"<= {_gb(memory.graphs)}" if memory.graphs else "-",
            _gb(memory.total),
        ))
    if len(rows) == 1:
        return []
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
