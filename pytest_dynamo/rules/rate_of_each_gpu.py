# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The stated rate for each GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN215",
    "rate-of-each-gpu",
    level="info",
    since="0.1",
    strikes="silent",
    source="guide 003: 15.75 queries per second on 72 GPUs; MLPerf results are compared for each "
    "GPU",
    bad="""
    workload: {isl: 4096, osl: 1024, qps: 2}
    """,
    good="""
    workload: {isl: 4096, osl: 1024}
    """,
)
def rate_of_each_gpu(case: Case) -> Iterator[Flag]:
    """The stated rate and tokens for each GPU, so that deployments can be compared.

    Why: a rate is only right or wrong for a number of GPUs; a topology that grew or shrank without
    its rate shows here.

    Remedy: none; compare it with a published result.
    """
    load, gpus = case.topology.workload, case.topology.ranks
    if load is None or load.qps is None:
        return
    tokens = "" if load.osl is None else f", {load.qps * load.osl / gpus:.1f} tokens/s"
    yield Flag(
        ("workload", "qps"),
        f"{load.qps:g} queries/s on {gpus} GPUs: {load.qps / gpus:.3f} queries/s{tokens} for each",
        "compare with a published result for these GPUs",
    )
