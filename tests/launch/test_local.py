# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a launch on this host promises; its words stand in tests/golden."""

from __future__ import annotations

import planning
import pytest

from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import local
from pytest_dynamo.launch.plan import check_plan

PLAN = local.LAUNCHER.plan
BARE = {"python": "/venv/bin/python", "standin": "/venv/standin"}


def test_every_rank_is_a_process_of_its_own_that_knows_who_it_is() -> None:
    topology = planning.topology(
        roles={"agg": {"parallel": {"tp": 8}, "nodes_per_worker": 2}}
    )
    plan = PLAN(topology, planning.cluster(topology))

    rank = planning.process(plan, "agg0.5")

    assert ((5,), False, ("node2",)) == (rank.ranks, rank.labelled, rank.nodes)
    assert {"SLURM_PROCID": "5", "SLURM_NTASKS": "8", "SLURM_LOCALID": "1"} == {
        key: value for key, value in rank.env.items() if key.startswith("SLURM_")
    }
    assert "node2" == rank.env["SLURMD_NODENAME"]


def test_the_nodes_are_those_that_the_topology_describes() -> None:
    topology = planning.disaggregated()

    plan = PLAN(topology, planning.cluster(topology, nodes=("laptop",), gpus_per_node=0))

    assert ("node1", "node2") == plan.nodes


def test_everything_listens_on_loopback() -> None:
    topology = planning.disaggregated()
    plan = PLAN(topology, planning.cluster(topology))
    check_plan(plan)

    ports = [port for item in plan.processes for port in item.ports]

    assert {"127.0.0.1"} == {port.host for port in ports}
    assert local.ports_needed(topology) == len(ports)
    assert "127.0.0.1" == planning.words_after(
        planning.process(plan, "frontend").tokens, "--host"
    )
    for item in plan.processes:
        if item.kind != "service":
            assert "127.0.0.1" == item.env["DYN_TCP_RPC_HOST"]


def test_too_few_ports_are_refused() -> None:
    topology = planning.disaggregated()

    with pytest.raises(PlanError, match="needs 6 ports, 5 are given"):
        PLAN(topology, planning.cluster(topology, ports=(1, 2, 3, 4, 5)))


def test_etcd_and_nats_are_real_where_the_era_needs_them_and_they_are_there() -> None:
    topology = planning.topology(versions={"dynamo": "0.4.1"})

    plan = PLAN(topology, planning.cluster(topology))

    rank = planning.process(plan, "agg0.0")
    assert ["etcd", "nats"] == [item.name for item in plan.processes if item.kind == "service"]
    assert ("etcd", "nats") == rank.after == planning.process(plan, "frontend").after
    assert ("etcd", "nats", "nats") == tuple(
        rank.env[f"DYN_{name}"] for name in ("DISCOVERY_BACKEND", "REQUEST_PLANE", "EVENT_PLANE")
    )
    assert "http://127.0.0.1:20001" == rank.env["ETCD_ENDPOINTS"]
    assert "nats://127.0.0.1:20003" == rank.env["NATS_SERVER"]


def test_nats_is_not_started_where_the_era_needs_none() -> None:
    topology = planning.topology(versions={"dynamo": "1.6.1"})

    plan = PLAN(topology, planning.cluster(topology))

    assert ["etcd"] == [item.name for item in plan.processes if item.kind == "service"]
    assert "NATS_SERVER" not in planning.process(plan, "agg0.0").env
    assert "tcp" == planning.process(plan, "agg0.0").env["DYN_REQUEST_PLANE"]


@pytest.mark.parametrize(
    ("dynamo", "programs", "what"),
    [
        ("0.4.1", BARE, "stands in for etcd and NATS"),
        ("0.4.1", {**BARE, "etcd": "/usr/bin/etcd"}, "stands in for etcd and NATS"),
        ("1.6.1", BARE, "stands in for etcd"),
    ],
)
def test_files_stand_in_for_services_that_are_not_installed(
    dynamo: str, programs: dict[str, str], what: str
) -> None:
    topology = planning.topology(versions={"dynamo": dynamo})

    plan = PLAN(topology, planning.cluster(topology, programs=programs))

    env = planning.process(plan, "agg0.0").env
    assert [] == [item for item in plan.processes if item.kind == "service"]
    assert ("file", "/runs/run-1/discovery") == (env["DYN_DISCOVERY_BACKEND"], env["DYN_FILE_KV"])
    assert "tcp" == env["DYN_REQUEST_PLANE"]
    assert any(note.endswith(what) for note in plan.notes)


def test_the_callers_job_and_services_reach_nobody() -> None:
    topology = planning.topology()

    for item in PLAN(topology, planning.cluster(topology)).processes:
        assert {"SLURM_", "OMPI_", "PMI", "ETCD_", "NATS_", "DYN_"} == set(item.scrub)


def test_nothing_is_written_outside_of_the_run() -> None:
    topology = planning.topology()
    plan = PLAN(topology, planning.cluster(topology))

    assert {"/runs/run-1"} == {item.env["HOME"] for item in plan.processes}
    for name, option in (("etcd", "--data-dir"), ("nats", "--store_dir")):
        words = planning.process(plan, name).tokens

        assert planning.words_after(words, option).startswith("/runs/run-1/")


def test_the_topologys_variables_do_not_reach_past_the_launchers() -> None:
    topology = planning.topology(
        environment={"A": "1", "DYN_TCP_RPC_HOST": "0.0.0.0", "HOME": "/root"}
    )

    env = planning.process(PLAN(topology, planning.cluster(topology)), "agg0.0").env

    assert ("1", "127.0.0.1", "/runs/run-1") == (env["A"], env["DYN_TCP_RPC_HOST"], env["HOME"])


def test_the_ranks_of_a_worker_meet_at_a_port_of_its_own() -> None:
    topology = planning.disaggregated()
    plan = PLAN(topology, planning.cluster(topology))

    met = {
        item.step: planning.words_after(item.tokens, "--rendezvous")
        for item in plan.processes
        if item.kind == "worker"
    }

    assert {"prefill0": "127.0.0.1:20004", "decode0": "127.0.0.1:20005"} == met
    assert ["rendezvous"] == [port.purpose for port in planning.process(plan, "decode0.0").ports]
    assert () == planning.process(plan, "decode0.1").ports


@pytest.mark.parametrize(
    ("trtllm", "era"), [("1.0.0rc6", "2025"), ("1.3.0rc29", "2026"), (None, "2026")]
)
def test_ranks_speak_as_their_release_does(trtllm: str | None, era: str) -> None:
    topology = planning.topology(versions={"dynamo": "0.4.1", "trtllm": trtllm})

    rank = planning.process(PLAN(topology, planning.cluster(topology)), "agg0.0")

    assert era == planning.words_after(rank.tokens, "--era")


def test_a_plan_says_what_is_not_real() -> None:
    topology = planning.disaggregated()

    said = PLAN(topology, planning.cluster(topology)).stand_in

    assert said is not None
    assert "each of 8 rank(s) is a process without a GPU" in said
    assert "its 2 nodes are this host" in said


def test_a_mocker_is_one_process_for_each_worker() -> None:
    topology = planning.disaggregated(local={"engine": "mocker"})
    plan = PLAN(topology, planning.cluster(topology))
    check_plan(plan)

    prefill, decode = (planning.process(plan, name) for name in ("prefill0", "decode0"))

    assert ((), ()) == (prefill.ranks, decode.ranks)
    assert "20004" == planning.words_after(prefill.tokens, "--bootstrap-ports")
    assert "--bootstrap-ports" not in decode.tokens
    assert "decode" == planning.words_after(decode.tokens, "--disaggregation-mode")
    assert "mocker stands in for each of 2 worker(s)" in (plan.stand_in or "")


def test_an_aggregated_mocker_has_no_mode() -> None:
    topology = planning.topology(local={"engine": "mocker"})

    worker = planning.process(PLAN(topology, planning.cluster(topology)), "agg0")

    assert "--disaggregation-mode" not in worker.tokens


def test_without_python_there_is_no_plan() -> None:
    topology = planning.topology()

    with pytest.raises(PlanError, match="path of python is not known") as raised:
        PLAN(topology, planning.cluster(topology, programs={"standin": "/s"}))

    assert "known: standin" == raised.value.evidence


def test_hostile_names_stay_one_word_each() -> None:
    hostile = planning.HOSTILE
    topology = planning.topology(model={"path": "m", "served_name": hostile})
    programs = {"python": hostile, "standin": hostile}

    plan = PLAN(topology, planning.cluster(topology, programs=programs, run_dir=hostile))

    rank = planning.process(plan, "agg0.0")
    assert hostile == rank.tokens[0]
    assert f"{hostile}/rank.py" == rank.tokens[4]
    assert hostile == planning.words_after(rank.tokens, "--model-name")
