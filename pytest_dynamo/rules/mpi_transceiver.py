# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Sending the cache by MPI between workers that are steps of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN315",
    "mpi-transceiver",
    level="warning",
    since="0.1",
    strikes="first request",
    source="inferred from the transceiver of TensorRT-LLM: both roles would have to be one MPI "
    "world, and the guides start one Slurm step for each worker",
    bad="""
    engine_configs:
      prefill: {cache_transceiver_config: {backend: MPI}}
      decode: {cache_transceiver_config: {backend: MPI}}
    """,
    good="""
    engine_configs:
      prefill: {cache_transceiver_config: {backend: UCX}}
      decode: {cache_transceiver_config: {backend: UCX}}
    """,
)
def mpi_transceiver(case: Case) -> Iterator[Flag]:
    """The MPI transport between prefill and decode.

    Why: MPI connects the ranks of one world; workers that were started apart are not in it.

    Remedy: backend: UCX or NIXL.
    """
    for worker in case.pair or ():
        backend = worker.word("transceiver_backend")
        if backend is not None and backend.value.upper() == "MPI":
            yield Flag(
                worker.where(backend.path),
                f"backend {backend.value} connects the ranks of one MPI world; each worker is a "
                f"world of its own ({worker.name})",
                "backend: UCX",
            )
