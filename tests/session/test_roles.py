# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders whose logs are called after no role: what was given to whom tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, CRASH, LOADED, OOM, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]


@pytest.mark.parametrize(
    "tells",
    [
        "+ exec python3 -m dynamo.vllm --model m --is-prefill-worker",
        f"{AT.format(1)} INFO args: Allocated KV events port: 20497 (worker_id=vllm-prefill-dp0)",
        registered("d", "prefill"),
        f"{AT.format(1)} INFO main: disaggregation_mode='prefill'",
    ],
)
@pytest.mark.parametrize("prefills", ["alpha", "beta"])
@pytest.mark.parametrize("failed", ["alpha", "beta"])
def test_what_a_worker_is_given_tells_its_role(
    judge: Judge, tells: str, prefills: str, failed: str
) -> None:
    """The other one tells nothing, and is what is left; errors lie beside the output."""
    files = {f"{node}.out": said(LOADED) for node in ("alpha", "beta")}
    files |= {f"{node}.err": said("a warning") for node in ("alpha", "beta")}
    files["host_table.pn4"] = said("127.0.0.1 localhost")
    files[f"{prefills}.out"] += said(tells)
    files[f"{failed}.err"] += OOM

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.rank) == ("DKI401", None)
    assert found.worker == ("prefill0" if failed == prefills else "decode0")
    assert found.where.startswith(f"{found.worker} on ")


@pytest.mark.parametrize("failed", ["alpha", "beta"])
def test_files_that_are_called_after_nodes_are_of_the_workers_that_are_left(
    judge: Judge, failed: str
) -> None:
    files = {f"{node}.{kind}": said("on") for node in ("alpha", "beta") for kind in ("out", "err")}
    files |= {"decode.log": said(LOADED), f"{failed}.err": said("on", OOM)}

    found = judge("vllm_405b_kv_router", files)

    assert found
    assert (found.known_issue, found.rank) == ("DKI401", None)
    assert found.worker == ("prefill0" if failed == "alpha" else "prefill1")


@pytest.mark.parametrize(("out", "err"), [("o", "e"), ("stdout", "stderr"), ("out", "err")])
def test_errors_lie_beside_the_output_of_one_worker(judge: Judge, out: str, err: str) -> None:
    ranks = [f"[TRT-LLM] [RANK {rank}] [I] on its way" for rank in range(4)]
    files = {
        f"dc-n2.77.{out}": said(registered("d", "decode"), *ranks), f"dc-n2.77.{err}": said(OOM),
        f"pf-n1.77.{out}": said(registered("d", "prefill"), *ranks), f"pf-n1.77.{err}": said("on"),
    }  # fmt: skip

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker, found.rank) == ("DKI401", "decode0", None)
    assert "says it is rank" not in found.what


@pytest.mark.parametrize("crash", [f"[TRT-LLM] [RANK 5] [E] {CRASH}", None])
def test_the_log_of_all_ranks_of_a_node_is_that_of_no_rank(judge: Judge, crash: str | None) -> None:
    """Its leader, the other node, and what the leader said before it was started anew."""
    ranks = [LOADED.replace("RANK 0", f"RANK {rank}") for rank in range(16)]
    files = {
        "l4-decode-0-ldr.log": said("it begins anew"),
        "l4-decode-0-ldr.previous.log": said(*ranks, *([crash] if crash else [])),
        "l4-decode-0-1.log": said("it waits for its leader"),
        "l4-prefill-0-ldr.log": said(*ranks),
        "l4-prefill-0-1.log": said("it waits for its leader"),
    }

    found = judge("llama4_multimodal_disagg", files)

    assert (crash is None) == (found is None)
    assert found is None or (found.known_issue, found.worker) == ("DKI512", "decode0")
    assert found is None or found.rank == 5


@pytest.mark.parametrize(
    ("prefill", "decode", "head", "worker"),
    [
        ("r1-p-0", "r1-d-0", "on its way", "decode0"),
        ("coder-p-0_main", "coder-d-0_main_previous", "on its way", "decode0"),
        ("p0", "d0", "on its way", "decode0"),
        # what it was given comes before what it is called
        ("r1-d-0", "r1-p-0", f"{AT.format(1)} INFO main: disaggregation_mode='decode'", "decode0"),
    ],
)
def test_roles_may_be_called_by_their_first_letters(
    judge: Judge, prefill: str, decode: str, head: str, worker: str
) -> None:
    files = {f"{prefill}.log": said("on its way"), f"{decode}.log": said(head, OOM)}

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", worker)
    assert found.evidence.startswith(decode)
