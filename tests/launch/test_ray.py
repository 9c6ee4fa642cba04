# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a launch with Ray promises; its words stand in tests/golden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import planning
import pytest

from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import ray
from pytest_dynamo.launch.plan import check_plan

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

GRAPH = {
    "directory": "/workspace/examples/llm",
    "target": "graphs.agg:Frontend",
    "config": "a.yaml",
}
ADDRESSES = {f"node{number}": f"10.0.0.{number}" for number in range(1, 5)}


def two_clusters(**changes: Any) -> Topology:  # Any: YAML data
    role = {"parallel": {"tp": 8}, "nodes_per_worker": 2}
    prefill = {**GRAPH, "target": "components.prefill_worker:PrefillWorker"}
    return planning.topology(
        engine="vllm",
        versions={"dynamo": "0.2.1"},
        roles={"decode": {**role, "graph": GRAPH}, "prefill": {**role, "graph": prefill}},
        ray={},
        **changes,
    )


def test_every_node_of_a_worker_has_a_daemon_of_its_own_that_stays() -> None:
    topology = two_clusters()
    plan = ray.LAUNCHER.plan(topology, planning.cluster(topology))
    check_plan(plan)

    daemons = {
        item.name: item.nodes for item in plan.processes if "ray" in item.tokens
    }

    assert daemons == {
        "decode0.ray0": ("node1",),
        "decode0.ray1": ("node2",),
        "prefill0.ray0": ("node3",),
        "prefill0.ray1": ("node4",),
    }
    for item in plan.processes:
        if item.name in daemons:
            assert "--block" == item.tokens[-1]
            assert "stop" not in item.tokens


def test_a_worker_starts_when_all_nodes_of_its_own_cluster_are_there() -> None:
    topology = two_clusters()
    plan = ray.LAUNCHER.plan(topology, planning.cluster(topology))

    after = {item.name: item.after for item in plan.processes}

    assert ("etcd", "nats", "prefill0.ray0", "prefill0.ray1") == after["prefill0"]
    assert ("prefill0.ray0",) == after["prefill0.ray1"]
    assert all(
        planning.process(plan, name).ports for names in after.values() for name in names
    )


def test_the_cluster_is_named_to_its_members_and_its_worker() -> None:
    topology = two_clusters()
    plan = ray.LAUNCHER.plan(topology, planning.cluster(topology, addresses=ADDRESSES))

    joins = planning.process(plan, "prefill0.ray1")
    worker = planning.process(plan, "prefill0")

    assert "--address=10.0.0.3:6379" in joins.tokens
    assert "--node-ip-address=10.0.0.4" in joins.tokens
    assert "10.0.0.4" == joins.env["VLLM_HOST_IP"]
    assert ("10.0.0.3:6379", "10.0.0.3") == (worker.env["RAY_ADDRESS"], worker.env["VLLM_HOST_IP"])


def test_a_name_is_not_given_as_an_address() -> None:
    topology = two_clusters()

    plan = ray.LAUNCHER.plan(topology, planning.cluster(topology))

    assert not any("VLLM_HOST_IP" in item.env for item in plan.processes)
    assert any("VLLM_HOST_IP is left to vLLM" in note for note in plan.notes)


def test_the_steps_of_a_worker_share_a_container() -> None:
    topology = two_clusters(container={"runtime": "pyxis", "image": "i"})
    plan = ray.LAUNCHER.plan(topology, planning.cluster(topology))

    shared = {
        item.name: planning.words_after(item.tokens, "--container-name")
        for item in plan.processes
        if "--container-name" in item.tokens
    }

    assert shared == {
        name: f"run-1-{worker}"
        for worker in ("decode0", "prefill0")
        for name in (f"{worker}.ray0", f"{worker}.ray1", worker)
    }


def test_without_a_container_ray_keeps_its_files_apart() -> None:
    topology = two_clusters()
    run_id = "vllm_r1_disagg_ray-0123456789abcdef"

    plan = ray.LAUNCHER.plan(topology, planning.cluster(topology, run_id=run_id))

    scratch = "--temp-dir=/tmp/ray-0123456789abcdef"
    assert scratch in planning.process(plan, "decode0.ray0").tokens
    assert any("/tmp/ray-0123456789abcdef" in note for note in plan.notes)


def test_a_topology_without_a_ray_section_is_refused() -> None:
    topology = planning.topology()

    with pytest.raises(PlanError, match="has no ray section"):
        ray.LAUNCHER.plan(topology, planning.cluster(topology))
