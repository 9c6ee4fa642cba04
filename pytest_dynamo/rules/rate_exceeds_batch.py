# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The stated rate and latency against the batches of the decode workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN214",
    "rate-exceeds-batch",
    level="warning",
    since="0.1",
    strikes="under load",
    source="Little's law; guide 003 states 15.75 queries per second with a limit of 80 ms for "
    "each token",
    bad="""
    workload: {isl: 4096, osl: 1024, qps: 20, tpot_p99_ms: 80}
    engine_configs: {agg: {max_batch_size: 256, max_num_tokens: 8192, max_seq_len: 8192}}
    """,
    good="""
    workload: {isl: 4096, osl: 1024, qps: 2, tpot_p99_ms: 80}
    engine_configs: {agg: {max_batch_size: 256, max_num_tokens: 8192, max_seq_len: 8192}}
    """,
)
def rate_exceeds_batch(case: Case) -> Iterator[Flag]:
    """More requests in flight at the stated rate than all batches hold.

    Why: a request holds its place in a batch for osl tokens. At the allowed time for each, qps x
    osl x time are in flight; beyond the batches of all workers, requests wait and the rate is not
    reached.

    Remedy: more workers or a larger max_batch_size, or a lower rate.
    """
    load = case.topology.workload
    if load is None or load.qps is None or load.osl is None or load.tpot_p99_ms is None:
        return
    for worker in case.pytorch:
        batch = worker.whole("max_batch_size")
        if not worker.decodes or batch is None:
            continue
        ranks = worker.tp if worker.attention_dp else 1  # the batch is of each rank then
        places = batch.value * ranks * worker.role.workers
        flying = load.qps * load.osl * load.tpot_p99_ms / 1000
        if flying > places:
            yield Flag(
                worker.where(batch.path),
                f"{load.qps:g} queries/s x {load.osl} tokens x {load.tpot_p99_ms:g} ms = "
                f"{flying:.0f} requests in flight, {worker.role.workers} {worker.name} worker(s) "
                f"hold {places}",
                f"workers: {-(-int(flying) * worker.role.workers // places)}, or qps: "
                f"{places * 1000 / (load.osl * load.tpot_p99_ms):.2f}",
            )
