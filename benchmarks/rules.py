# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How long the rules take: one engine file after import, and 852 worker configurations.

852 is the number of workers in the public recipes that the severities were measured on. The floors
are 20 ms for one file and 20 s for all of them on one core, with flat memory.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time

from pytest_dynamo import rules
from pytest_dynamo.topology import dialects, yaml_text

WORKERS = 852
FILE_MS = 20.0
ALL_S = 20.0
GROWTH_KB = 32 * 1024
ENGINE = """
tensor_parallel_size: {tp}
moe_expert_parallel_size: {ep}
enable_attention_dp: true
pipeline_parallel_size: 1
max_batch_size: {batch}
max_num_tokens: {tokens}
max_seq_len: {length}
print_iter_log: true
stream_interval: 20
num_postprocess_workers: 4
disable_overlap_scheduler: {off}
moe_config:
  backend: WIDEEP
  load_balancer: {{num_slots: 288, layer_updates_per_iter: 1}}
kv_cache_config: {{dtype: fp8, enable_block_reuse: false, free_gpu_memory_fraction: 0.7}}
cuda_graph_config:
  enable_padding: true
  batch_sizes: [{sizes}]
cache_transceiver_config: {{backend: UCX, max_tokens_in_buffer: 8448}}
speculative_config: {{decoding_type: MTP, num_nextn_predict_layers: {draft}}}
"""


def engine(source: random.Random, role: str) -> str:
    """Return one engine file of the kind that public recipes have."""
    ep = source.choice([16, 32, 48, 72])
    batch, draft = source.choice([1, 16, 64, 256]), source.choice([1, 2, 3])
    return ENGINE.format(
        tp=ep,
        ep=ep,
        batch=batch,
        tokens=8448 if role == "prefill" else batch * (1 + draft),
        length=source.choice([8232, 9256, 2088]),
        off="true" if role == "prefill" else "false",
        sizes=", ".join(str(size) for size in range(1, batch + 1, 4)),
        draft=draft,
    )


def recipe(source: random.Random) -> str:
    """Return a recipe with a prefill and a decode worker."""
    lines = [
        "model: {path: nvidia/DeepSeek-R1-FP4, container: own, precision: fp4}",
        "resources: {gpu_type: gb200, gpus_per_node: 4, prefill_workers: 1, decode_workers: 1}",
        "benchmark: {isl: 8192, osl: 1024}",
        "backend:",
        "  trtllm_config:",
    ]
    for role in ("prefill", "decode"):
        lines.append(f"    {role}:")
        lines += [f"      {line}" for line in engine(source, role).strip().splitlines()]
    return "\n".join(lines)


def main() -> int:
    """Measure, print and assert the floors."""
    source = random.Random(405)  # noqa: S311 - the same files on every run
    rules.catalogue()
    single = []
    for _ in range(30):
        text = engine(source, "decode")
        start = time.perf_counter()
        for topology in dialects.read(yaml_text.read(text, "decode.yaml"), {"trtllm": "1.2.0"}):
            rules.check(topology)
        single.append((time.perf_counter() - start) * 1000)
    first, typical = single[0], statistics.median(single)
    print(f"one engine file: first {first:.1f} ms, median {typical:.1f} ms (floor {FILE_MS} ms)")

    before, checked = 0, 0
    start = time.process_time()
    for index in range(WORKERS // 2):
        document = yaml_text.read(recipe(source), "recipe.yaml")
        for topology in dialects.read(document, {"trtllm": "1.3.0rc11"}):
            rules.check(topology)
            checked += len(topology.roles)
        if index == WORKERS // 8:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = time.process_time() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{checked} worker configurations: {spent:.1f} s CPU (floor {ALL_S} s)")
    print(f"memory grew by {grown} kB after the first quarter (floor {GROWTH_KB} kB)")

    assert checked == WORKERS
    assert typical <= FILE_MS
    assert spent <= ALL_S
    assert grown <= GROWTH_KB
    return 0


if __name__ == "__main__":
    sys.exit(main())
