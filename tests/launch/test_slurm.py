# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a launch on Slurm promises; its words stand in tests/golden."""

from __future__ import annotations

from typing import Any

import planning
import pytest

from pytest_dynamo.errors import PlanError, TopologyError
from pytest_dynamo.launch import slurm, srun
from pytest_dynamo.launch.containers import NO_IMAGE
from pytest_dynamo.launch.plan import check_plan

PLAN = slurm.LAUNCHER.plan
PYXIS = {"runtime": "pyxis", "image": "dynamo.sqsh", "mounts": "/a:/mnt,/b:/b"}
GRAPH = {
    "directory": "/workspace/examples/llm",
    "target": "graphs.agg:Frontend",
    "config": "a.yaml",
}
WORKER = {**GRAPH, "target": "components.prefill_worker:PrefillWorker"}


def graphs(**changes: Any) -> Any:  # Any: YAML data, a topology
    """Return a vLLM topology of two graphs, decode on the head and prefill on a node of its own."""
    roles = {
        "decode": {"graph": GRAPH, "parallel": {"tp": 4}},
        "prefill": {"graph": WORKER, "parallel": {"tp": 4}},
    }
    return planning.topology(
        **{"engine": "vllm", "versions": {"dynamo": "0.2.1"}, "roles": roles, **changes}
    )


def test_every_service_the_frontend_and_every_worker_has_a_step_of_its_own() -> None:
    topology = planning.disaggregated()
    plan = PLAN(topology, planning.cluster(topology))

    steps = [planning.words_after(item.tokens, "-J") for item in plan.processes]

    assert steps == [
        f"run-1.{name}" for name in ("etcd", "nats", "frontend", "prefill0", "decode0")
    ]
    assert [srun.step_name("run-1", item.name) for item in plan.processes] == steps
    assert all(item.labelled for item in plan.processes)


def test_what_needs_a_service_starts_after_it() -> None:
    topology = planning.disaggregated()

    after = {
        item.name: item.after
        for item in PLAN(topology, planning.cluster(topology)).processes
    }

    assert after == {
        "etcd": (),
        "nats": (),
        "frontend": ("etcd", "nats"),
        "prefill0": ("etcd", "nats"),
        "decode0": ("etcd", "nats"),
    }


def test_tasks_are_said_in_every_way_that_slurm_reads() -> None:
    topology = planning.topology(
        roles={"agg": {"parallel": {"tp": 16}, "nodes_per_worker": 4}}
    )
    worker = planning.process(PLAN(topology, planning.cluster(topology)), "agg0")

    said = [
        planning.words_after(worker.tokens, option)
        for option in ("--nodelist", "--nodes", "--ntasks", "--ntasks-per-node")
    ]

    assert ["node1,node2,node3,node4", "4", "16", "4"] == said
    assert {"SLURM_NTASKS", "SLURM_NPROCS", "SLURM_TASKS_PER_NODE"} <= set(worker.scrub)


def test_the_job_and_the_account_are_said_where_they_are_known() -> None:
    topology = planning.topology()

    known = PLAN(topology, planning.cluster(topology)).processes
    unknown = PLAN(topology, planning.cluster(topology, job_id=None, account=None))

    assert all(planning.words_after(item.tokens, "--jobid") == "4242" for item in known)
    assert all(planning.words_after(item.tokens, "-A") == "lab" for item in known)
    assert not any({"-A", "--jobid"} & set(item.tokens) for item in unknown.processes)
    assert any("outside of an allocation" in note for note in unknown.notes)


def test_words_of_the_user_come_last_before_the_command() -> None:
    topology = planning.topology()
    cluster = planning.cluster(topology, extra_srun=("--cpu-bind=none", "--mem=0"))

    tokens = planning.process(PLAN(topology, cluster), "agg0").tokens

    at = tokens.index("--cpu-bind=none")
    assert ("--export=ALL", "--cpu-bind=none", "--mem=0") == tokens[at - 1 : at + 2]
    assert tokens[at + 2] in ("env", "trtllm-llmapi-launch")


def test_values_reach_a_container_with_their_commas() -> None:
    topology = planning.topology(container=PYXIS, environment={"UCX_TLS": "rc,cuda_copy"})

    worker = planning.process(PLAN(topology, planning.cluster(topology)), "agg0")

    assert "rc,cuda_copy" == worker.env["UCX_TLS"]
    assert "--export=ALL" in worker.tokens
    named = planning.words_after(worker.tokens, "--container-env").split(",")
    assert set(worker.env) == set(named)


def test_a_container_has_its_image_and_mounts() -> None:
    topology = planning.topology(container=PYXIS)

    plan = PLAN(topology, planning.cluster(topology))

    for item in plan.processes:
        assert "dynamo.sqsh" == planning.words_after(item.tokens, "--container-image")
        assert "/a:/mnt,/b:/b" == planning.words_after(item.tokens, "--container-mounts")
    assert () == plan.notes


def test_an_image_that_is_not_set_is_said_and_shown() -> None:
    topology = planning.topology(container={"runtime": "pyxis"})

    plan = PLAN(topology, planning.cluster(topology))

    assert NO_IMAGE == planning.words_after(plan.processes[0].tokens, "--container-image")
    assert "--container-mounts" not in plan.processes[0].tokens
    assert any("export IMAGE" in note for note in plan.notes)


def test_without_a_container_relative_paths_start_where_pytest_did() -> None:
    topology = planning.topology()

    plan = PLAN(topology, planning.cluster(topology))

    for item in plan.processes:
        assert not any(token.startswith("--container") for token in item.tokens)
        assert "/home/me/checkout" == planning.words_after(item.tokens, "--chdir")


def test_services_that_are_given_are_used_and_not_started() -> None:
    topology = planning.topology(
        services={"etcd_endpoints": "etcd.lab:2379", "nats_server": "nats://nats.lab:4222"}
    )

    plan = PLAN(topology, planning.cluster(topology))

    assert ["frontend", "agg0"] == [item.name for item in plan.processes]
    for item in plan.processes:
        assert "etcd.lab:2379" == item.env["ETCD_ENDPOINTS"]
        assert "nats://nats.lab:4222" == item.env["NATS_SERVER"]
        assert () == item.after


def test_an_era_that_needs_no_nats_is_not_told_of_one() -> None:
    topology = planning.topology(versions={"dynamo": "1.6.1"})

    plan = PLAN(topology, planning.cluster(topology))

    assert "nats" not in [item.name for item in plan.processes]
    assert "NATS_SERVER" not in planning.process(plan, "agg0").env


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "node1"),
        ({"addresses": {"node1": "10.1.0.1"}}, "10.1.0.1"),
        ({"addresses": {"node1": "10.1.0.1"}, "head_ip": "10.2.0.1"}, "10.2.0.1"),
    ],
)
def test_etcd_advertises_the_heads_address(changes: dict[str, Any], address: str) -> None:
    topology = planning.topology()
    plan = PLAN(topology, planning.cluster(topology, **changes))

    words = planning.process(plan, "etcd").tokens

    assert f"http://{address}:2379" == planning.words_after(words, "--advertise-client-urls")
    assert f"{address}:2379" == planning.process(plan, "agg0").env["ETCD_ENDPOINTS"]
    assert f"http://{address}:8000" == plan.base_url


def test_the_address_that_the_topology_states_wins() -> None:
    topology = planning.topology(services={"head_node_ip": "fd00::1", "etcd_port": 12379})

    plan = PLAN(topology, planning.cluster(topology, head_ip="10.2.0.1"))

    assert "[fd00::1]:12379" == planning.process(plan, "agg0").env["ETCD_ENDPOINTS"]
    assert "http://[fd00::1]:8000" == plan.base_url


def test_two_runs_on_one_node_share_no_data() -> None:
    for container in (PYXIS, {"runtime": "none"}):
        topology = planning.topology(container=container)
        places = [
            planning.words_after(planning.process(plan, name).tokens, option)
            for run in ("run-1", "run-2")
            for plan in [
                PLAN(topology, planning.cluster(topology, run_id=run, run_dir=f"/runs/{run}"))
            ]
            for name, option in (("etcd", "--data-dir"), ("nats", "--store_dir"))
        ]

        assert len(set(places)) == 4


def test_every_process_carries_the_label_of_its_run() -> None:
    topology = planning.disaggregated()
    cluster = planning.cluster(topology)

    for stand_in in (False, True):
        for item in PLAN(topology, cluster, stand_in=stand_in).processes:
            assert "run-1" == item.env["PYTEST_DYNAMO_RUN"]


def test_every_worker_has_shared_memory_of_its_own() -> None:
    role = {"parallel": {"tp": 4}, "workers": 2}
    topology = planning.topology(roles={"prefill": role, "decode": role})

    plan = PLAN(topology, planning.cluster(topology))

    names = [item.env["TRTLLM_EPLB_SHM_NAME"] for item in plan.processes if item.kind == "worker"]
    assert names == [
        f"moe_shared_run-1_{name}" for name in ("prefill0", "prefill1", "decode0", "decode1")
    ]


def test_workers_that_share_a_node_overlap_and_are_told_their_gpus() -> None:
    topology = planning.topology(roles={"agg": {"parallel": {"tp": 2}, "workers": 3}})

    plan = PLAN(topology, planning.cluster(topology))

    tokens = [item.tokens for item in plan.processes if item.kind == "worker"]
    told = [words[words.index("env") + 1] for words in tokens]
    assert [f"CUDA_VISIBLE_DEVICES={gpus}" for gpus in ("0,1", "2,3", "0,1")] == told
    assert [True, True, False] == ["--overlap" in words for words in tokens]


def test_a_worker_that_fills_its_node_is_told_nothing() -> None:
    topology = planning.topology(roles={"agg": {"parallel": {"tp": 4}}})

    tokens = planning.process(PLAN(topology, planning.cluster(topology)), "agg0").tokens

    assert not any("CUDA_VISIBLE_DEVICES" in token for token in tokens)
    assert "--overlap" not in tokens


def test_two_graphs_on_a_node_do_not_deal_out_its_gpus_themselves() -> None:
    topology = graphs(
        engine="trtllm",
        roles={
            "decode": {"graph": GRAPH},
            "prefill": {"graph": {**WORKER, "target": "components.w:Worker"}},
        },
    )

    plan = PLAN(topology, planning.cluster(topology))

    for name, gpu in (("decode0", 0), ("prefill0", 1)):
        tokens = planning.process(plan, name).tokens
        at = tokens.index("dynamo")
        assert tokens[at - 2 : at] == (
            f"CUDA_VISIBLE_DEVICES={gpu}",
            "DYN_DISABLE_AUTO_GPU_ALLOCATION=1",
        )
        assert "env" == tokens[at - 9]


def test_a_graph_that_brings_the_frontend_is_the_only_one() -> None:
    topology = graphs()

    plan = PLAN(topology, planning.cluster(topology))

    assert ["etcd", "nats", "decode0", "prefill0"] == [item.name for item in plan.processes]
    assert [8000] == [port.number for port in planning.process(plan, "decode0").ports]
    assert "http://node1:8000" == plan.base_url


def test_a_frontend_off_the_head_is_asked_where_it_is() -> None:
    roles = {
        "prefill": {"graph": WORKER, "parallel": {"tp": 4}},
        "decode": {"graph": GRAPH, "parallel": {"tp": 4}},
    }
    topology = graphs(roles=roles)

    plan = PLAN(topology, planning.cluster(topology, addresses={"node2": "10.0.0.2"}))

    assert ("http://10.0.0.2:8000", "node1") == (plan.base_url, plan.head)


def test_two_workers_that_would_each_bring_a_frontend_are_refused() -> None:
    topology = graphs(
        roles={"agg": {"graph": GRAPH, "parallel": {"tp": 4}, "workers": 2}}
    )

    with pytest.raises(TopologyError, match="agg0 and agg1 would each start a frontend"):
        PLAN(topology, planning.cluster(topology))


def test_a_graph_runs_in_its_directory() -> None:
    bare, contained = graphs(), graphs(container=PYXIS)

    for topology, option in ((bare, "--chdir"), (contained, "--container-workdir")):
        plan = PLAN(topology, planning.cluster(topology))
        tokens = planning.process(plan, "prefill0").tokens

        assert "/workspace/examples/llm" == planning.words_after(tokens, option)


def test_a_graph_is_one_task_that_keeps_its_ranks_inside() -> None:
    topology = graphs()
    worker = planning.process(PLAN(topology, planning.cluster(topology)), "prefill0")

    assert () == worker.ranks
    assert "1" == planning.words_after(worker.tokens, "--ntasks")
    assert "--mpi" not in worker.tokens


def test_a_worker_that_nothing_starts_on_its_other_nodes_is_refused() -> None:
    role = {"graph": GRAPH, "parallel": {"tp": 8}, "nodes_per_worker": 2}
    topology = graphs(roles={"agg": role})

    with pytest.raises(TopologyError, match="agg0 spans 2 nodes"):
        PLAN(topology, planning.cluster(topology))


def test_ray_under_ranks_that_are_started_one_by_one_is_refused() -> None:
    topology = planning.topology(ray={})

    with pytest.raises(TopologyError, match="Ray would start them too"):
        PLAN(topology, planning.cluster(topology))


def test_idle_nodes_and_words_that_are_not_said_are_noted() -> None:
    topology = planning.disaggregated(
        versions={"dynamo": "1.7.0"}, disaggregation_strategy="prefill_first"
    )
    cluster = planning.cluster(topology, nodes=("a", "b", "c", "d"))

    plan = PLAN(topology, cluster)

    assert ("a", "b") == plan.nodes
    expected = ("1.7.0 is no release", "prefill_first is not said", "2 node(s) of the allocation")
    assert [True] * 3 == [any(words in note for note in plan.notes) for words in expected]


def test_too_few_nodes_are_refused() -> None:
    topology = planning.disaggregated()

    with pytest.raises(PlanError, match="needs 2 nodes, this allocation has 1"):
        PLAN(topology, planning.cluster(topology, nodes=("node1",)))


@pytest.mark.parametrize("ask", ["by the topology", "by the caller"])
def test_a_rehearsal_has_stand_ins_where_the_real_ones_would_be(ask: str) -> None:
    topology = planning.disaggregated(container=PYXIS, rehearsal=ask == "by the topology")
    cluster = planning.cluster(topology, addresses={"node1": "10.0.0.1", "node2": "10.0.0.2"})

    plan = PLAN(topology, cluster, stand_in=ask == "by the caller")
    check_plan(plan)

    assert plan.stand_in is not None
    assert not any(token.startswith("--container") for p in plan.processes for token in p.tokens)
    decode = planning.process(plan, "decode0")
    assert ("node2",) == decode.nodes
    assert "/venv/standin/rank.py" in decode.tokens
    assert "10.0.0.2:19301" == planning.words_after(decode.tokens, "--rendezvous")
    assert "10.0.0.2" == decode.env["DYN_TCP_RPC_HOST"]
    assert "/runs/run-1" == planning.words_after(decode.tokens, "--chdir")
    frontend = planning.process(plan, "frontend")
    assert "10.0.0.1" == planning.words_after(frontend.tokens, "--host")


def test_a_rehearsal_binds_no_names() -> None:
    topology = planning.disaggregated()

    plan = PLAN(topology, planning.cluster(topology), stand_in=True)

    assert "0.0.0.0" == planning.words_after(planning.process(plan, "frontend").tokens, "--host")
    assert "DYN_TCP_RPC_HOST" not in planning.process(plan, "decode0").env


def test_a_rehearsal_needs_python() -> None:
    topology = planning.topology()

    with pytest.raises(PlanError, match="path of python is not known"):
        PLAN(topology, planning.cluster(topology, programs={}), stand_in=True)


def test_hostile_names_stay_one_word_each() -> None:
    hostile = planning.HOSTILE
    topology = planning.topology(
        engine="vllm",
        model={"path": hostile, "served_name": hostile},
        container={"runtime": "pyxis", "image": hostile, "mounts": f"{hostile}:/mnt"},
        environment={"X": hostile},
    )
    cluster = planning.cluster(topology, account=hostile, run_id=hostile, run_dir=hostile)

    worker = planning.process(PLAN(topology, cluster), "agg0")

    assert hostile == planning.words_after(worker.tokens, "--model")
    assert hostile == planning.words_after(worker.tokens, "--container-image")
    assert hostile == planning.words_after(worker.tokens, "-A")
    assert hostile == worker.env["X"]


@pytest.mark.parametrize("asked", [True, False])
def test_a_rehearsal_has_an_mpi_world_where_one_is_asked_for(asked: bool) -> None:  # noqa: FBT001 - a table's column
    topology = planning.disaggregated(
        rehearsal=True, environment={"STANDIN_MPI": "1"} if asked else {}
    )
    plan = PLAN(topology, planning.cluster(topology))

    with_mpi = [item.name for item in plan.processes if "pmix" in item.tokens]

    assert with_mpi == (["prefill0", "decode0"] if asked else [])
