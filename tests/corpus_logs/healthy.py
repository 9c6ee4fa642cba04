# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - a log line is as long as it is
"""What a deployment says while all is well, speaker by speaker, with the second it says it at.

Times are those of a small run: services at 0, ranks join by 14, load until 70, register by 100,
serve from 104.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from corpus_logs.voices import Speaker
    from corpus_logs.worlds import World

JOINED, LOADING, LOADED, REGISTERED, SERVING, OVER = 14.0, 16.0, 70.0, 100.0, 104.0, 160.0

Timed = tuple[float, str]
_OLD = (0, 4)
_NO_WATCH = (0, 6)
_COMMITS = (1, 5)


def etcd() -> Iterator[Timed]:
    """Yield what etcd says."""
    yield 0.1, "%z info etcdmain/etcd.go:73 Running: "
    yield 0.2, "%z info embed/etcd.go:135 configuring client listeners"
    yield (
        0.3,
        "%z warn embed/config.go:676 Running http and grpc server on single port. This is not recommended for production.",
    )
    yield 0.5, "%z info etcdserver/raft.go:530 starting local member"
    yield 1.2, "%z info embed/serve.go:103 ready to serve client requests"
    yield (
        33.0,
        '%z warn txn/util.go:93 apply request took too long: took=112.2ms expected-duration=100ms response="range_response_count:1" error=""',
    )


def nats() -> Iterator[Timed]:
    """Yield what NATS says."""
    yield 0.1, "%s INF Starting nats-server"
    yield 0.2, "%s INF   Version:  2.10.22"
    yield 0.2, "%s WRN Temporary storage directory used, data could be lost on system reboot"
    yield 0.4, "%s INF Listening for client connections on 0.0.0.0:4222"
    yield 0.5, "%s INF Server is ready"


def frontend(world: World, rng: random.Random) -> Iterator[Timed]:
    """Yield what the frontend says until the end."""
    era = world.era
    model = world.model
    http = "dynamo_llm::http::service::service_v2"
    if era < _OLD:
        yield 2.2, "%dI dynamo_run::input::http: Watching for remote model at models"
        yield 2.3, f'%dI {http}: Starting HTTP service on: 0.0.0.0:8000 address="0.0.0.0:8000"'
    else:
        yield 2.1, "%dI dynamo_runtime::distributed: Initializing KV store discovery backend: etcd"
        if era < _NO_WATCH:
            yield (
                2.2,
                "%dI dynamo_llm::entrypoint::input::http: Watching for remote model at models",
            )
        yield 2.3, f'%dI {http}: Starting HTTP(S) service protocol="HTTP" address="0.0.0.0:8000"'
    watcher = "dynamo_llm::discovery::watcher"
    if era >= _COMMITS:
        yield REGISTERED + 2, f"%dI {watcher}: Chat completions is ready"
        yield (
            REGISTERED + 2.1,
            f'%dI {watcher}: Committed discovered model group model_name="{model}" group=["dynamo","backend"] members=1',
        )
    else:
        extra = ' namespace="dynamo"' if era >= (0, 5) else ""
        yield REGISTERED + 2, f'%dI {watcher}: added model model_name="{model}"{extra}'
    if any(worker.role == "prefill" for worker in world.plan.workers) and era >= (0, 7):
        yield (
            REGISTERED + 2.4,
            f"%dI {watcher}: Prefill worker detected, registering and activating prefill router",
        )
    at = SERVING
    while at < OVER:
        if era >= (1, 0):
            yield (
                at,
                f"%dI http-request: dynamo_llm::http::service::metrics: request completed request_id={rng.getrandbits(64):x} model={model} endpoint=chat_completions request_type=unary status=success elapsed_ms={rng.randint(80, 900)}",
            )
        else:
            yield (
                at,
                f"%dI dynamo_llm::http::service::openai: finished processing request latency={rng.randint(80, 900)} ms status=200 path=/v1/chat/completions",
            )
        at += rng.uniform(3, 9)


def trtllm_rank(world: World, by: Speaker, rng: random.Random) -> Iterator[Timed]:
    """Yield what one MPI rank of TensorRT-LLM says, launch chain first."""
    rank = by.rank or 0
    yellow = "\x1b[33m{}\x1b[0m" if rng.random() < 0.7 else "{}"
    capital = "Rank" if world.dynamo == "0.3.2" else "rank"
    at = rng.uniform(6, 10)
    yield at, yellow.format(f"mpi_rank: {rank}")
    yield at + 0.01, yellow.format(f"tllm_mpi_size: {by.size}")
    yield at + 0.02, yellow.format("TLLM_SPAWN_PROXY_PROCESS_IPC_ADDR: tcp://127.0.0.1:10012")
    if rank == 0:
        yield (
            at + 0.03,
            yellow.format(
                f"{capital}0 run python3 -m dynamo.trtllm --model-path {world.topology.model.path} --served-model-name {world.model} in background"
            ),
        )
        yield (
            at + 0.04,
            yellow.format(f"{capital}0 run mgmn leader node with mpi_world_size: {by.size} ..."),
        )
        yield at + 0.05, yellow.format(f"{capital}0 host: {by.node}")
        yield (
            at + 2,
            "%dI worker.init: Initializing the worker with config: Config(namespace=dynamo, component=@role@)",
        )
        yield at + 2.2, "%I Using LLM with PyTorch backend"
    else:
        yield (
            at + 0.04,
            yellow.format(
                f"{capital}{rank} run mgmn worker node with mpi_world_size: {by.size} ..."
            ),
        )
    at = LOADING + rng.uniform(0, 4)
    yield at, f"%I Prefetching {rng.uniform(20, 390):.2f}GB checkpoint files."
    bar = "Loading weights" if world.era < (1, 0) else "Loading weights concurrently"
    done = LOADED - rng.uniform(1, 12)
    for part in (0, 25, 50, 75, 100):
        yield (
            at + 1 + (done - at - 2) * part / 100,
            f"{bar}: {part:3d}%|{'█' * (part // 10):<10}| {part * 8}/801 [00:{part // 2:02d}<00:{50 - part // 2:02d}, {rng.uniform(9, 40):.2f}it/s]",
        )
    yield done, f"Model init total -- {done - LOADING:.2f}s"
    yield (
        done + 1.5,
        f"%I Peak memory during memory usage profiling (torch + non-torch): {rng.uniform(60, 120):.2f} GiB, available KV cache memory when calculating max tokens: {rng.uniform(20, 60):.2f} GiB, fraction is set 0.7, kv size is 35136. device total memory 184.31 GiB",
    )
    yield (
        done + 2.0,
        f"%c INFO Max KV cache blocks per sequence: {rng.randint(100, 900)} [window size={rng.randint(4000, 9000)}]",
    )
    yield LOADED + 8, "%I [Autotuner] Autotuning process starts ..."
    yield LOADED + 15, "%I [Autotuner] Autotuning process ends"
    yield LOADED + 16, f"%I Creating CUDA graph instances for {rng.randint(8, 34)} batch sizes."
    if rank == 0:
        endpoint = "prefill" if "prefill" in by.step else "backend"
        yield (
            REGISTERED + 0.5,
            f"%dI dynamo_runtime::pipeline::network: Registered endpoint 'dynamo.{endpoint}.generate' with shared TCP server on {by.node}:{rng.randint(30000, 60000)}",
        )
    at = SERVING + 1
    step = 10
    while at < OVER:
        yield (
            at,
            f"%I iter = {step}, global_rank = {rank}, rank = {rank}, currank_total_requests = 1/{rng.randint(1, 8)}, host_step_time = {rng.uniform(8, 40):.3f}ms, num_scheduled_requests: 1, states = {{'num_ctx_requests': 0, 'num_generation_tokens': 1}}",
        )
        at += 8 + rng.uniform(0, 1)
        step += 100


def vllm_engine(world: World, by: Speaker, rng: random.Random) -> Iterator[Timed]:
    """Yield what the engine core of a vLLM worker says; its ranks are inside."""
    yield (
        7.0,
        f"%vI [core.py:77] Initializing a V1 LLM engine (v{world.topology.versions.vllm}) with config: model='{world.topology.model.path}', tensor_parallel_size={by.size}",
    )
    yield (
        REGISTERED - 8,
        f"%vI [kv_cache_utils.py:864] GPU KV cache size: {rng.randint(200, 900)},{rng.randint(100, 999)} tokens",
    )
    yield (
        REGISTERED - 1,
        f"%vI [core.py:210] init engine (profile, create kv cache, warmup model) took {rng.uniform(15, 40):.2f} seconds",
    )
    yield (
        REGISTERED + 0.5,
        f"%dI dynamo_runtime::pipeline::network: Registered endpoint 'dynamo.backend.generate' with shared TCP server on {by.node}:{rng.randint(30000, 60000)}",
    )
    at = SERVING + 1
    while at < OVER:
        yield (
            at,
            f"%vI [loggers.py:123] Engine 000: Avg prompt throughput: {rng.uniform(1, 900):.1f} tokens/s, Avg generation throughput: {rng.uniform(1, 400):.1f} tokens/s, Running: 1 reqs, Waiting: 0 reqs, GPU KV cache usage: 0.1%",
        )
        at += 10


def vllm_rank(world: World, by: Speaker, rng: random.Random) -> Iterator[Timed]:
    """Yield what one rank inside a vLLM worker says."""
    rank = by.rank or 0
    del world
    yield (
        rng.uniform(9, 12),
        f"%vI [parallel_state.py:1208] rank {rank} in world size {by.size} is assigned as DP rank 0, PP rank 0, TP rank {rank}, EP rank {rank}",
    )
    yield (
        LOADING + rng.uniform(0, 3),
        "%vI [gpu_model_runner.py:2602] Starting to load model @model@...",
    )
    if rank == 0:
        for part in (0, 33, 66, 100):
            yield (
                LOADING + 4 + part / 2,
                f"Loading safetensors checkpoint shards: {part:3d}% Completed | {part // 33}/3 [00:{part // 2:02d}<00:00]",
            )
    yield (
        LOADED - rng.uniform(1, 8),
        f"%vI [gpu_model_runner.py:2653] Model loading took {rng.uniform(3, 70):.4f} GiB and {rng.uniform(30, 55):.6f} seconds",
    )
    yield LOADED + 10, "%vI [gpu_worker.py:298] Available KV cache memory: @20-60@.@10-99@ GiB"
