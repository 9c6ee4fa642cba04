# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Known defects of multi-token prediction in old releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN616",
    "mtp-of-old-release",
    level="warning",
    since="0.1",
    strikes="under load",
    source="TensorRT-LLM #5386 (0.20, invalid request_id) and the notes of 0.21 (accuracy of "
    "disaggregated serving with MTP and overlap)",
    bad="""
    versions: {dynamo: 0.3.0, trtllm: 0.20.0}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}}
    """,
    good="""
    versions: {dynamo: 0.6.0, trtllm: 1.1.0}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}}
    """,
)
def mtp_of_old_release(case: Case) -> Iterator[Flag]:
    """Multi-token prediction in a release where it is known to fail.

    Why: 0.20 ends with an invalid request_id; 0.21 with disaggregated serving and the overlap
    scheduler gives worse answers.

    Remedy: TensorRT-LLM 1.0 or later; with 0.21 disable_overlap_scheduler on decode.
    """
    release = case.release
    if release is None:
        return
    for worker in case.pytorch:
        if worker.speculation != "mtp":
            continue
        off = worker.flag("overlap_off")
        old = release.between(before="0.21.0rc0")
        lossy = (
            release.between(before="1.0.0rc0")
            and worker.name == "decode"
            and not (off and off.value)
        )
        if old or lossy:
            problem = "ends with an invalid request_id" if old else "loses accuracy with overlap"
            yield Flag(
                worker.where(("speculative_config",)),
                f"MTP {problem} in TensorRT-LLM {release} ({worker.name})",
                "TensorRT-LLM 1.0 or later",
            )
