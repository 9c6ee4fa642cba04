# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A run that asks for ports of its own has other ones than any run beside it."""

from __future__ import annotations

import planning
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.launch import ports, slurm

FIXED = planning.disaggregated(rehearsal=True)
OWN = planning.disaggregated(rehearsal=True, services={"per_run_ports": True})


def numbers(run_id: str) -> list[int]:
    plan = slurm.LAUNCHER.plan(OWN, planning.cluster(OWN, run_id=run_id))
    return [port.number for item in plan.processes for port in item.ports]


def test_ports_are_the_topologys_unless_others_are_asked_for() -> None:
    plan = slurm.LAUNCHER.plan(FIXED, planning.cluster(FIXED))

    found = {port.number for item in plan.processes for port in item.ports}
    assert {2379, 4222, 8000, 19300, 19301} == found


def test_every_port_of_a_run_is_its_own() -> None:
    one, again, other = numbers("run-1"), numbers("run-1"), numbers("run-2")

    assert one == again
    assert len(set(one)) == len(one) == 5
    assert set(one).isdisjoint(other)


def test_everything_speaks_to_the_ports_of_the_run() -> None:
    plan = slurm.LAUNCHER.plan(OWN, planning.cluster(OWN))

    port = {item.name: item.ports[0].number for item in plan.processes}
    worker = planning.process(plan, "decode0")
    assert plan.base_url.endswith(f":{port['frontend']}")
    assert worker.env["ETCD_ENDPOINTS"].endswith(f":{port['etcd']}")
    assert worker.env["NATS_SERVER"].endswith(f":{port['nats']}")


def test_ray_has_its_own_too() -> None:
    topology = planning.topology(
        engine="vllm", versions={"dynamo": "0.5.0"}, ray={}, services={"per_run_ports": True}
    )

    changed, first = ports.of_run(topology, "run-1")

    assert changed.ray is not None
    assert changed.ray.port not in (6379, first)
    assert changed.where(("ray",)) == topology.where(("ray",))


@given(st.text(max_size=40))
def test_no_port_is_one_that_kernels_hand_out(run_id: str) -> None:
    topology, rendezvous = ports.of_run(OWN, run_id)

    assert 1024 < topology.frontend.http_port < rendezvous + 1 < 32768
