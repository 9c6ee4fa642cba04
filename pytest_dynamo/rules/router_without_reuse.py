# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The KV router against the cache's reuse of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN419",
    "router-without-reuse",
    level="warning",
    since="0.1",
    strikes="silent",
    source="Dynamo's KV router chooses the worker that has a prompt's blocks already",
    bad="""
    frontend: {router: kv}
    engine_configs: {agg: {kv_cache_config: {enable_block_reuse: false}}}
    """,
    good="""
    frontend: {router: kv}
    engine_configs: {agg: {kv_cache_config: {enable_block_reuse: true}}}
    """,
)
def router_without_reuse(case: Case) -> Iterator[Flag]:
    """The KV router with workers that keep no blocks.

    Why: without reuse no block outlives its request, so the router has nothing to choose by.

    Remedy: enable_block_reuse: true on the workers that compute prompts, or another router.
    """
    if case.topology.frontend.router != "kv":
        return
    for worker in case.workers:
        reuse = worker.flag("block_reuse")
        if worker.prefills and reuse is not None and not reuse.value:
            yield Flag(
                worker.where(reuse.path),
                f"router kv, and {reuse.key} is false ({worker.name})",
                "enable_block_reuse: true, or router: round-robin",
            )
