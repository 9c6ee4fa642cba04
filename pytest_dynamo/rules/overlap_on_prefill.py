# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The overlap scheduler on a prefill worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.findings import Level


@rule(
    "DYN304",
    "overlap-on-prefill",
    level="error",
    since="0.1",
    strikes="first request",
    text="Context only requests are not supported in pytorch backend when overlap is enabled.",
    source="PyExecutor of TensorRT-LLM 0.20 to 1.2, Dynamo PR #1690; lifted by PR #10755 in the "
    "candidates of 1.3. 18 of 423 public prefill workers have it on, all of them 1.3.0rc22 or "
    "later with the Python transceiver",
    bad="""
    engine_configs:
      prefill: {disable_overlap_scheduler: false}
      decode: {}
    """,
    good="""
    engine_configs:
      prefill: {disable_overlap_scheduler: true}
      decode: {}
    """,
)
def overlap_on_prefill(case: Case) -> Iterator[Flag]:
    """A prefill worker with the overlap scheduler, which is on unless it is turned off.

    Why: a worker that only computes prompts cannot overlap steps in these releases, and says so at
    the first request, after the whole allocation has loaded.

    Remedy: disable_overlap_scheduler: true on prefill; decode keeps it.
    """
    if case.pair is None:
        return
    prefill, _ = case.pair
    off = prefill.flag("overlap_off")
    if off is not None and off.value:
        return
    newer = case.at_least("1.3.0rc0")
    level: Level | None = None if newer is False else "warning"
    if newer and prefill.python_transceiver:
        level = "info"
    stated = "is false" if off is not None else "is not given"
    yield Flag(
        prefill.where(off.path if off else ("disable_overlap_scheduler",)),
        f"disable_overlap_scheduler {stated} on the prefill worker",
        "disable_overlap_scheduler: true",
        level,
    )
