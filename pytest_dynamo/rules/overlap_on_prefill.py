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
    """A prefill worker with the overlap scheduler, which from 0.20 on is on unless turned off.

    Why: a worker that only computes prompts cannot overlap steps in these releases, and says so at
    the first request, after the whole allocation has loaded.

    Remedy: disable_overlap_scheduler: true on prefill; decode keeps it.
    """
    if case.pair is None:
        return
    prefill, _ = case.pair
    off, on = prefill.flag("overlap_off"), prefill.flag("overlap_on")
    if (off is not None and off.value) or (on is not None and not on.value):
        return
    if on is None and case.at_least("0.20.0rc0") is False:
        return  # it was off unless it was turned on
    newer = case.at_least("1.3.0rc0")
    level: Level | None = None if newer is False else "warning"
    if newer and prefill.python_transceiver:
        level = "info"
    found = off or on
    stated = "is not given" if found is None else f"is {str(found.value).lower()}"
    key = "enable_overlap_scheduler" if on and not off else "disable_overlap_scheduler"
    yield Flag(
        prefill.where(found.path if found else (key,)),
        f"{key} {stated} on the prefill worker",
        f"{key}: {'false' if on and not off else 'true'}",
        level,
    )
