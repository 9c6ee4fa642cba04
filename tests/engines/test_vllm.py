# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The words of vLLM workers in each era, and what their ranks say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import planning
import pytest

from pytest_dynamo import engines
from pytest_dynamo.errors import TopologyError

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

ENGINE = engines.get("vllm")
GRAPH = {
    "directory": "/workspace/examples/llm",
    "target": "components.prefill_worker:PrefillWorker",
    "config": "./configs/multinode-405b.yaml",
}


def topology(dynamo: str, **changes: Any) -> Topology:  # Any: YAML data
    return planning.disaggregated(engine="vllm", versions={"dynamo": dynamo}, **changes)


def test_a_graph_is_served_as_the_guide_serves_it() -> None:
    role = {"graph": GRAPH, "parallel": {"tp": 4}}
    described = topology("0.2.1", roles={"prefill": role, "decode": role})

    assert ENGINE.command(described, "prefill") == (
        "dynamo", "serve", "components.prefill_worker:PrefillWorker",
        "-f", "./configs/multinode-405b.yaml",
    )  # fmt: skip


def test_only_one_service_of_a_graph_is_served_where_it_is_named() -> None:
    role = {"graph": {**GRAPH, "service_name": "VllmWorker"}, "parallel": {"tp": 4}}
    described = topology("0.2.1", roles={"prefill": role, "decode": role})

    assert ("--service-name", "VllmWorker") == ENGINE.command(described, "decode")[-2:]


@pytest.mark.parametrize(
    ("dynamo", "role", "words"),
    [
        ("0.5.1", "prefill", ("--is-prefill-worker",)),
        ("0.5.1", "decode", ()),
        ("1.6.1", "prefill", ("--disaggregation-mode", "prefill")),
        ("1.6.1", "decode", ("--disaggregation-mode", "decode")),
    ],
)
def test_a_worker_says_its_role_in_the_words_of_its_era(
    dynamo: str, role: str, words: tuple[str, ...]
) -> None:
    command = ENGINE.command(topology(dynamo), role)

    assert command == (
        "python3", "-m", "dynamo.vllm",
        "--model", "org/model",
        "--served-model-name", "org/model",
        "--tensor-parallel-size", "4",
        *words,
    )  # fmt: skip


def test_a_worker_that_spans_nodes_asks_for_ray() -> None:
    role = {"parallel": {"tp": 8, "pp": 2}, "nodes_per_worker": 4, "engine_config": "/mnt/v.yaml"}
    described = planning.topology(
        engine="vllm", versions={"dynamo": "1.6.1"}, roles={"agg": role}, ray={}
    )

    command = ENGINE.command(described, "agg")

    assert "2" == planning.words_after(command, "--pipeline-parallel-size")
    assert "ray" == planning.words_after(command, "--distributed-executor-backend")
    assert "/mnt/v.yaml" == planning.words_after(command, "--config")


def test_images_are_asked_for() -> None:
    described = topology(
        "1.6.1", model={"path": "m", "served_name": "m", "modality": "multimodal"}
    )

    assert "--enable-multimodal" == ENGINE.command(described, "decode")[-1]


def test_a_worker_without_a_graph_is_refused_where_there_was_no_other_way() -> None:
    with pytest.raises(TopologyError, match="by `dynamo serve` only"):
        ENGINE.command(topology("0.2.1"), "decode")


def test_its_ranks_are_nobodys_tasks() -> None:
    assert not ENGINE.ranks_are_tasks(topology("1.6.1"), "decode")
    assert {} == ENGINE.environment(topology("1.6.1"), "decode")


# As vLLM 0.6 to 0.31 wrote them.
@pytest.mark.parametrize(
    ("line", "step", "groups"),
    [
        (
            "INFO 08-21 world_size=16 rank=3 local_rank=3 distributed_init_method=tcp://10.1.1.1:60",
            "joined",
            {"world": "16", "rank": "3"},
        ),
        (
            "[parallel_state.py:1065] rank 1 in world size 2 is assigned as DP rank 0, PP rank 0",
            "joined",
            {"world": "2", "rank": "1"},
        ),
        ("INFO 08-06 model_runner.py:1115] Loading model weights took 7.1694 GB", "loaded", {}),
        (
            "INFO 04-16 [model_runner.py:1146] Model loading took 14.9889 GiB and 4.204811 seconds",
            "loaded",
            {"seconds": "4.204811"},
        ),
        (
            "INFO gpu_model_runner.py Model loading took 13.51 GiB memory and 5.35 seconds",
            "loaded",
            {"seconds": "5.35"},
        ),
        (
            "Loading safetensors checkpoint shards:  25% Completed | 1/4 [00:00<00:01,  2.32it/s]",
            "progress",
            {"stage": "Loading safetensors checkpoint shards:  25%"},
        ),
        ("INFO executor_base.py:111] # cuda blocks: 13618, # CPU blocks: 2048", "progress", {}),
    ],
)
def test_ranks_are_understood(line: str, step: str, groups: dict[str, str]) -> None:
    matches = [
        (milestone.step, match.groupdict())
        for milestone in ENGINE.milestones(topology("1.6.1"))
        if (match := milestone.pattern.search(line))
    ]

    assert step == matches[0][0]
    assert groups == {name: value for name, value in matches[0][1].items() if value}
