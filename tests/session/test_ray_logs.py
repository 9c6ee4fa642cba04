# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of Ray clusters: whose one is, by who connects to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, XID, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

HEAD_STARTS = [
    "2026-05-11 09:00:02,000\tINFO scripts.py:865 -- Local node IP: 10.7.4.{}",
    "2026-05-11 09:00:06,000\tINFO scripts.py:909 -- To add another node to this Ray cluster, run",
]

JOINS = [
    "+ ray start --address=10.7.4.{}:6379",
    "2026-05-11 09:00:32,000\tINFO scripts.py:1047 -- Local node IP: 10.7.4.{}",
]

CONNECTS = "INFO worker.py:1694 -- Connecting to existing Ray cluster at address: 10.7.4.{}:6379..."

OOM_KILLER = (
    "[1820331.110000] ray::RayWorkerW invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE), "
    "order=0, oom_score_adj=1000"
)


@pytest.mark.parametrize(("decodes", "worker"), [(11, "prefill0"), (13, "decode0")])
@pytest.mark.parametrize("form", ["n{}/ray_start.log", "ray-n{}.log"])
def test_the_cluster_of_a_node_is_that_of_the_worker_which_connects_to_it(
    judge: Judge, decodes: int, worker: str, form: str
) -> None:
    prefills = 24 - decodes
    files = {
        form.format(11): said(*(line.format(11) for line in HEAD_STARTS)),
        form.format(12): said(JOINS[0].format(11), JOINS[1].format(12)),
        form.format(13): said(*(line.format(13) for line in HEAD_STARTS)),
        form.format(14): said(JOINS[0].format(13), JOINS[1].format(14)),
        # where the frontend speaks as well, and first
        "serve.log": said(f"{AT.format(1)} INFO dynamo_llm::http::service: Starting HTTP service"),
        "serve_pf.log": said("components.prefill_worker:PrefillWorker", CONNECTS.format(prefills)),
        "n14/dmesg" if "/" in form else "dmesg-n14.txt": said(OOM_KILLER),
    }

    found = judge("vllm_r1_disagg_ray", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI901", worker)
    assert found.where.endswith(" on n14")


@pytest.mark.parametrize(("node", "known"), [("n12", "DKI702"), ("n14", "DKI511")])
def test_the_kernel_of_a_part_of_its_cluster_tells_why_an_engine_ended(
    judge: Judge, node: str, known: str
) -> None:
    """And not that of another worker's."""
    heads = {at: said(*(line.format(at) for line in HEAD_STARTS)) for at in (11, 13)}
    parts = {at + 1: said(JOINS[0].format(at), JOINS[1].format(at + 1)) for at in heads}
    files = {
        **{f"ray-n{at}.log": text for at, text in {**heads, **parts}.items()},
        "decode.log": said(CONNECTS.format(11), "Segmentation fault (core dumped)"),
        "prefill.log": said(CONNECTS.format(13)),
        f"dmesg-{node}.txt": said(f"[1.551093] {XID}"),
    }

    found = judge("vllm_r1_disagg_ray", files)

    assert found
    assert (found.known_issue, found.worker) == (known, "decode0")


def test_the_label_of_the_task_in_which_an_engine_runs_is_no_rank(judge: Judge) -> None:
    """Each task of one step starts what runs on its node, and the second head is the third."""
    ranks = (
        f"2: (RayWorkerWrapper pid={rank}) INFO [parallel_state.py:1208] rank {rank} in world "
        f"size 16 is assigned as DP rank 0, PP rank 0, TP rank {rank}"
        for rank in range(16)
    )
    ends = "2: RuntimeError: CUDA error: an illegal memory access was encountered"
    files = {"prefill.log": said(*ranks, ends), "decode.log": said(CONNECTS.format(11))}

    found = judge("vllm_r1_disagg_ray", files)

    assert found
    assert (found.worker, found.rank, found.known_issue) == ("prefill0", None, "DKI512")


def test_the_label_of_a_log_for_each_rank_is_its_rank(judge: Judge) -> None:
    """Engines of one node have a log each, and its one label is beyond the number of nodes."""
    files = {
        f"decode0-rank{rank}.log": said(
            f"{rank}: (Worker_TP{rank} pid=7) INFO [parallel_state.py:1208] rank {rank} in world "
            f"size 16 is assigned as DP rank 0, PP rank 0, TP rank {rank}",
            *([f"{rank}: RuntimeError: CUDA error: an illegal memory access"] * (rank == 5)),
        )
        for rank in range(16)
    }

    found = judge("vllm_r1_disagg_ray", files)

    assert found
    assert (found.worker, found.rank) == ("decode0", 5)
