# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The words of TensorRT-LLM workers in each era, and what their ranks say."""

from __future__ import annotations

import planning
import pytest

from pytest_dynamo import engines
from pytest_dynamo.errors import TopologyError

ENGINE = engines.get("trtllm")
GRAPH = {
    "directory": "/workspace/examples/tensorrt_llm",
    "target": "graphs.agg:Frontend",
    "config": "./configs/agg.yaml",
}
F9B1757 = {"dynamo": "f9b1757f32d0793abbb625ed4467eab133924671"}
SCRIPTS = {"dynamo": "45934797234430f6c96a439c4be58da501a1391e"}


def test_a_worker_of_july_2025_is_worded_as_the_guides_script_words_it() -> None:
    role = {"engine_config": "/mnt/prefill.yaml", "parallel": {"tp": 4}}
    topology = planning.topology(
        versions=F9B1757,
        roles={"prefill": role, "decode": role},
        disaggregation_strategy="prefill_first",
    )

    assert ENGINE.command(topology, "prefill") == (
        "trtllm-llmapi-launch", "python3", "-m", "dynamo.trtllm",
        "--model-path", "org/model",
        "--served-model-name", "org/model",
        "--extra-engine-args", "/mnt/prefill.yaml",
        "--disaggregation-mode", "prefill",
        "--disaggregation-strategy", "prefill_first",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("dynamo", "words"),
    [
        ("0.3.2", ()),
        (F9B1757["dynamo"], ("--disaggregation-mode", "prefill_and_decode")),
        ("1.2.1", ("--disaggregation-mode", "prefill_and_decode")),
        ("1.3.1", ("--disaggregation-mode", "agg")),
        ("1.6.1", ("--disaggregation-mode", "agg")),
    ],
)
def test_an_aggregated_worker_says_so_in_the_words_of_its_era(
    dynamo: str, words: tuple[str, ...]
) -> None:
    topology = planning.topology(versions={"dynamo": dynamo})

    command = ENGINE.command(topology, "agg")

    assert words == command[command.index("org/model", command.index("org/model") + 1) + 1 :]


def test_the_oldest_workers_are_a_script_with_a_task() -> None:
    topology = planning.disaggregated(
        versions={"dynamo": "0.3.1"}, disaggregation_strategy="decode_first"
    )

    command = ENGINE.command(topology, "decode")

    assert "/workspace/launch/dynamo-run/src/subprocess/trtllm_inc.py" == command[2]
    assert ("--model-name", "org/model", "--task", "decode") == command[-4:]


def test_the_script_commit_runs_the_script_of_the_mounted_checkout() -> None:
    topology = planning.topology(versions=SCRIPTS)

    assert ("python3", "/mnt/components/worker.py") == ENGINE.command(topology, "agg")[1:3]


@pytest.mark.parametrize(
    ("dynamo", "words"),
    [
        ("0.4.1", ("--modality", "multimodal")),
        ("1.2.1", ("--modality", "multimodal")),
        ("1.3.1", ("--enable-multimodal",)),
    ],
)
def test_images_are_asked_for_in_the_words_of_the_era(dynamo: str, words: tuple[str, ...]) -> None:
    topology = planning.topology(
        versions={"dynamo": dynamo},
        model={"path": "m", "served_name": "m", "modality": "multimodal"},
    )

    assert words == ENGINE.command(topology, "agg")[-len(words) :]


def test_images_are_refused_before_there_was_a_word_for_them() -> None:
    topology = planning.topology(
        versions=F9B1757, model={"path": "m", "served_name": "m", "modality": "multimodal"}
    )

    with pytest.raises(TopologyError, match="take no images") as raised:
        ENGINE.command(topology, "agg")

    assert "0.4.1" in str(raised.value.remedy)


@pytest.mark.parametrize(
    ("dynamo", "word"),
    [("0.4.1", "--publish-events-and-metrics"), ("1.6.1", "--publish-kv-events")],
)
def test_the_kv_router_gets_its_events(dynamo: str, word: str) -> None:
    topology = planning.topology(versions={"dynamo": dynamo}, frontend={"router": "kv"})

    assert word == ENGINE.command(topology, "agg")[-1]
    assert word not in ENGINE.command(planning.topology(versions={"dynamo": dynamo}), "agg")


def test_an_era_without_strategies_is_not_told_one() -> None:
    topology = planning.disaggregated(
        versions={"dynamo": "0.7.1"}, disaggregation_strategy="decode_first"
    )

    assert "decode_first" not in ENGINE.command(topology, "decode")


@pytest.mark.parametrize("path", ["/models/deep seek", "/models/*", "/models/r1\n", "/m/[1]", "a?"])
def test_what_the_launch_script_would_split_is_refused(path: str) -> None:
    topology = planning.topology(model={"path": path, "served_name": "m"})

    with pytest.raises(TopologyError, match="splits its words at blanks"):
        ENGINE.command(topology, "agg")


@pytest.mark.parametrize("path", ["/models/it's", "a;b", "$HOME", "`id`", "say'x'", "a\\b"])
def test_what_the_launch_script_passes_on_is_left_alone(path: str) -> None:
    topology = planning.topology(model={"path": path, "served_name": "m"})

    assert path == planning.words_after(ENGINE.command(topology, "agg"), "--model-path")


def test_a_graph_is_served_out_of_sight_of_slurm() -> None:
    topology = planning.topology(versions={"dynamo": "0.2.1"}, roles={"agg": {"graph": GRAPH}})

    assert ENGINE.command(topology, "agg") == (
        "env", "-u", "SLURM_JOBID", "-u", "SLURM_JOB_ID", "-u", "SLURM_NODELIST",
        "dynamo", "serve", "graphs.agg:Frontend", "-f", "./configs/agg.yaml",
    )  # fmt: skip
    assert not ENGINE.ranks_are_tasks(topology, "agg")


def test_a_graph_is_refused_where_dynamo_has_none() -> None:
    topology = planning.topology(versions={"dynamo": "0.4.1"}, roles={"agg": {"graph": GRAPH}})

    with pytest.raises(TopologyError, match="no `dynamo serve`"):
        ENGINE.command(topology, "agg")


def test_the_cache_moves_by_ucx_until_august_2025() -> None:
    old, new = planning.topology(versions=F9B1757), planning.topology()

    assert {"TRTLLM_USE_UCX_KVCACHE": "1"} == ENGINE.environment(old, "agg")
    assert {} == ENGINE.environment(new, "agg")


def test_a_chosen_transport_is_left_alone() -> None:
    topology = planning.topology(versions=F9B1757, environment={"TRTLLM_USE_NIXL_KVCACHE": "1"})

    assert {} == ENGINE.environment(topology, "agg")


def said(line: str) -> tuple[str, dict[str, str]] | None:
    """Return the step of the first milestone that a line is, and what it says."""
    for milestone in ENGINE.milestones(planning.topology()):
        if match := milestone.pattern.search(line):
            groups = {name: value for name, value in match.groupdict().items() if value}
            return milestone.step, groups
    return None


# The guides' output, trtllm-llmapi-launch and TensorRT-LLM from 0.21 to 1.3 as they print.
@pytest.mark.parametrize(
    ("line", "step", "groups"),
    [
        (
            "rank8 run mgmn worker node with mpi_world_size: 16 ...",
            "joined",
            {"rank": "8", "world": "16"},
        ),
        (
            "rank0 run mgmn leader node with mpi_world_size: 16 ...",
            "joined",
            {"rank": "0", "world": "16", "leader": "leader"},
        ),
        (
            "Rank15 run mgmn worker node with mpi_world_size: 16",
            "joined",
            {"rank": "15", "world": "16"},
        ),
        (
            "Rank0 run mgmn leader node with mpi_world_size: 8",
            "joined",
            {"rank": "0", "world": "8", "leader": "leader"},
        ),
        ("Model init total -- 55.42s", "loaded", {"seconds": "55.42"}),
        ("Prefetching 4.10GB checkpoint files.", "progress", {}),
        (
            "Loading safetensors weights in parallel: 100%|##########| 4/4 [00:12<00:00,  3.05s/it",
            "progress",
            {"stage": "Loading safetensors weights in parallel: 100%"},
        ),
        (
            "Loading weights:  45%|████▌     | 360/801 [00:01<00:01, 700.62it/s]",
            "progress",
            {"stage": "Loading weights:  45%"},
        ),
        (
            "Loading weights concurrently: 100% 45/45 [00:01<00:00, 35.06it/s]",
            "progress",
            {"stage": "Loading weights concurrently: 100%"},
        ),
        (
            "[TensorRT-LLM][INFO] Max KV cache blocks per sequence: 288 [window size=8224], tokens",
            "progress",
            {},
        ),
        (
            "[12/20/2025-04:21:37] [TRT-LLM] [I] Creating CUDA graph instances for 11 batch sizes.",
            "progress",
            {},
        ),
        ("Running CUDA graph capture for 8 batch sizes.", "progress", {}),
        (
            "INFO dynamo_runtime: Registered endpoint 'dynamo.backend.generate' with shared TCP",
            "registered",
            {},
        ),
    ],
)
def test_ranks_are_understood(line: str, step: str, groups: dict[str, str]) -> None:
    assert (step, groups) == said(line)


@pytest.mark.parametrize(
    "line",
    [
        "mpi_rank: 3",
        "tllm_mpi_size: 16",
        "rank0 run python3 -m dynamo.trtllm --model-path m in background",
        "rank0 host: node1",
        "Rank0 Task exit code: 1",
        "Loading weights",
        "Model init total",
    ],
)
def test_other_lines_of_the_launch_are_no_milestones(line: str) -> None:
    assert said(line) is None
