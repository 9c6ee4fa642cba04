# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The steps of a job whose script told them apart, and what ``srun`` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, LISTED, LOADED, OOM, XID, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

MANY = "mlperf_llama405b_disagg"
LAUNCHED = "srun: launching StepId=7.1 on host {}, 4 tasks: [0-3]"
BUSY = "srun: Job 7 step creation {} disabled, retrying (Requested nodes are busy)"
WELL = f"{AT.format(20)} INFO dynamo_llm::http: request completed status=success"


def headed(step: str, *lines: str) -> list[str]:
    """Return what a step says, as its script puts it into the log of the job."""
    return [f"[{step}] {line}" for line in lines]


@pytest.mark.parametrize(
    "steps", [("p0", "p1", "d0"), ("prefill-0", "prefill-1", "decode-0"), ("ctx0", "ctx1", "gen0")]
)
def test_a_script_may_head_the_lines_of_each_step(judge: Judge, steps: tuple[str, ...]) -> None:
    lines = [
        line for step in steps for line in headed(step, *(f"{rank}: {LOADED}" for rank in range(4)))
    ]
    told = headed(steps[1], f"2: {OOM}", "srun: error: n7: task 2: Exited with exit code 1")

    found = judge(MANY, {"slurm-7.out": said(*lines, *told)})

    assert found
    assert (found.known_issue, found.worker, found.rank) == ("DKI401", "prefill1", 2)
    assert found.node == "n7"


def test_what_one_who_speaks_alone_puts_before_its_lines_heads_no_step(judge: Judge) -> None:
    lines = [f"[prefill] {LOADED}" for _ in range(9)]
    files = {"decode.log": said(*lines, f"[prefill] {OOM}"), "prefill.log": said(LOADED)}

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", "decode0")


@pytest.mark.parametrize(("host", "worker"), [("n7", "prefill1"), ("n9", None)])
def test_srun_names_the_nodes_on_which_it_launches_a_step(
    judge: Judge, host: str, worker: str | None
) -> None:
    files = {
        "p0.log": said(LAUNCHED.format("n6"), *(f"{rank}: {LOADED}" for rank in range(4))),
        "p1.log": said(LAUNCHED.format(host), *(f"{rank}: {LOADED}" for rank in range(4))),
        "d0.log": said(LAUNCHED.format("n8"), *(f"{rank}: {LOADED}" for rank in range(4))),
        "dmesg-n7.txt": said(f"[Mon May 11 09:03:00 2026] {XID}"),
    }

    found = judge(MANY, files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI702", worker)


def test_where_several_steps_count_from_0_none_of_their_nodes_is_that_of_a_rank(
    judge: Judge,
) -> None:
    began = [LAUNCHED.format("n6"), LAUNCHED.format("n7").replace("7.1", "7.2")]
    ranks = [f"{rank}: {LOADED}" for rank in range(4)]

    found = judge("trtllm_disagg", {"slurm-7.out": said(*began, *ranks * 2, f"2: {OOM}")})

    assert found
    assert found.known_issue == "DKI401"
    assert not {"n6", "n7"} & {found.node, found.exclude_node}


@pytest.mark.parametrize("name", ["d0", "d0_n12"])
def test_the_letter_of_a_role_and_its_number_are_no_node(judge: Judge, name: str) -> None:
    ranks = [f"{rank}: {LOADED}" for rank in range(4)]
    files = {"p0.log": said(*ranks), f"{name}.log": said(*ranks, f"0: {OOM}")}

    found = judge("trtllm_disagg_multinode", files)

    assert found
    assert found.where == f"rank 0 of decode0 on {'n12' if 'n12' in name else 'unnamed node 1'}"


@pytest.mark.parametrize(
    ("said_last", "began", "known"),
    [
        (BUSY.format("still"), (), "DKI808"),
        (BUSY.format("temporarily"), (), None),
        (LAUNCHED.format("n7"), (), None),
        (BUSY.format("still"), [f"{rank}: {LOADED}" for rank in range(4)], None),
    ],
)
def test_a_step_that_waits_for_nodes_is_missed_however_well_others_serve(
    judge: Judge, said_last: str, began: Sequence[str], known: str | None
) -> None:
    files = {
        "p0.log": said(f"0: {registered('d', 'prefill')}"),
        "p1.log": said(BUSY.format("temporarily"), said_last, *began),
        "d0.log": said(f"0: {registered('d', 'backend')}"),
        "frontend.log": said(LISTED, WELL),
    }

    found = judge(MANY, files)

    assert known == (found.known_issue if found else None)
    assert found is None or found.worker == "prefill1"


ETCD = '{"level":"info","ts":"2026-05-11T09:00:00Z","caller":"embed/etcd.go:1","msg":"x"}'
NATS = "[1] 2026/05/11 09:00:00.000000 [INF] Starting nats-server"
FAILS = f"{AT.format(30)} ERROR dynamo_llm::http: Internal server error: backend error"
LISTENS = f"{AT.format(1)} INFO dynamo_llm::http::service: Starting HTTP service on 0.0.0.0"


def test_a_job_that_starts_a_frontend_and_its_services_is_the_frontends(judge: Judge) -> None:
    files = {
        "771202.out": said(ETCD, NATS, LISTENS, LISTED, WELL, FAILS, FAILS),
        "771203.out": said(f"0: {LOADED}", "0: --disaggregation-mode prefill"),
        "771204.out": said(f"0: {LOADED}", "0: --disaggregation-mode decode"),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert found.where.startswith("frontend")


OWN = """\
name: two_of_two
description: "two workers"
engine: vllm
versions: {{dynamo: 1.5.0, vllm: 0.26.0}}
model: {{path: /m, served_name: m}}
hardware: {{gpu: H100, gpus_per_node: 8}}
nodes: {nodes}
roles:
  agg: {{workers: 2, nodes_per_worker: {per_worker}, engine_config: none.yaml}}
"""


@pytest.fixture
def two(tmp_path: Path) -> Callable[[int], str]:
    """Return the topology of two workers of so many nodes each."""

    def topology(per_worker: int) -> str:
        path = tmp_path / "own.yaml"
        path.write_text(OWN.format(nodes=2 * per_worker, per_worker=per_worker))
        return str(path)

    return topology


@pytest.mark.parametrize("failed", range(4))
def test_the_nodes_of_all_workers_may_be_counted_through(
    judge: Judge, two: Callable[[int], str], failed: int
) -> None:
    joined = "INFO 05-11 09:01:00 [parallel_state.py:1] rank {} in world size 16 is assigned"
    files = {}
    for node in range(4):
        first = 8 * (node % 2)
        ranks = [joined.format(rank) for rank in range(first, first + 8)]
        files[f"glm-node0{node + 1}.docker.log"] = said(*ranks)
    files[f"glm-node0{failed + 1}.docker.log"] += said(OOM)

    found = judge(two(2), files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", f"agg{failed // 2}")


@pytest.mark.parametrize(("box", "worker"), [("box2", "agg1"), ("box3", None)])
def test_the_kernel_in_a_folder_is_that_of_the_container_whose_log_lies_there(
    judge: Judge, two: Callable[[int], str], box: str, worker: str | None
) -> None:
    loaded = "vllm-worker-{} | INFO 05-11 09:01:00 Model loading took 9 GiB"
    files = {
        "box1/compose.log": said(loaded.format(0)),
        "box2/compose.log": said(loaded.format(1)),
        f"{box}/dmesg.txt": said(f"[Mon May 11 09:03:00 2026] {XID}"),
    }

    found = judge(two(1), files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI702", worker)
