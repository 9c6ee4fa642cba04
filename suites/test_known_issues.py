# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What went wrong in deployments before, one test for each issue that shows from outside.

An issue of the guides that is in the configuration is judged by a rule: 40 heads at TP16 by DYN101,
wildcards and other malformed addresses by DYN407 to DYN409. One that is in what is served has its
test beside others of its kind; which thread of the field is found where stands in
``docs/field_issues.md``.

Where an issue needed a workaround and does not show any more, the run says so: "fixed upstream,
remove the workaround", as a line above the verdict and as a property of the test in JUnit.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.topology import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.topology.model import Topology

#: What may differ between the ranks and the workers of a role: who they are.
OWN = re.compile(r"SLURM|OMPI_|PMI|STANDIN_|TRTLLM_EPLB_SHM_NAME|CUDA_VISIBLE_DEVICES|.*_PORT")
#: Variables of a job that make ``mpirun`` and ``mpi4py`` start their ranks through Slurm.
OF_A_JOB = ("SLURM_NODELIST", "SLURM_JOB_NODELIST", "SLURM_JOB_ID", "SLURM_STEP_ID")
TRANSPORTS = ("TRTLLM_USE_UCX_KVCACHE", "TRTLLM_USE_NIXL_KVCACHE")
FIXED = "dynamo_fixed_upstream"
#: What a frontend counts while requests are under way: them, and KV blocks where it sees any.
IN_USE = re.compile(
    r"^(\w+_(?:(?:inflight|active|queued)_requests|active_decode_blocks|active_prefill_tokens)"
    r"(?:\{.*\})?) (\S+)$",
    re.MULTILINE,
)
SOAKED = 12
STORY = "The dragon counts its gold again and finds it short. " * 20
#: In which an engine has to notice that nobody waits any more.
RELEASED_S = 30.0


def in_use(deployment: Deployment) -> dict[str, float]:
    """Return what the frontend counts as under way, by the name of the metric."""
    text = deployment.client.get("/metrics").text
    return {name: float(value) for name, value in IN_USE.findall(text)}


def of_role(deployment: Deployment, role: str) -> list[Process]:
    """Return the processes of all workers of a role."""
    steps = {worker.name for worker in deployment.workers if worker.role == role}
    return [process for process in deployment.plan.processes if process.step in steps]


def settings(processes: Iterable[Process]) -> set[frozenset[tuple[str, str]]]:
    """Return the different environments of processes, without what says who they are."""

    def shared(env: Mapping[str, str]) -> frozenset[tuple[str, str]]:
        return frozenset((key, value) for key, value in env.items() if not OWN.match(key))

    return {shared(process.env) for process in processes}


@pytest.mark.dynamo_requires("launched")
def test_what_others_need_listened_before_they_started(deployment: Deployment) -> None:
    """The guides sleep 3 s after etcd and NATS, and a worker that comes too soon ends (#851)."""
    order = {
        (event["kind"], event["process"]): number
        for number, event in enumerate(deployment.events)
        if event["kind"] in ("listening", "spawned")
    }
    waits = [(each.name, before) for each in deployment.plan.processes for before in each.after]
    if not waits:
        pytest.skip("does not apply: no process of this plan waits for another")

    assert [
        f"{name} started before {before} listened"
        for name, before in waits
        if order.get(("listening", before), len(order)) > order["spawned", name]
    ] == []


@pytest.mark.dynamo_requires("launched")
def test_every_rank_has_the_same_settings(
    deployment: Deployment, topology: Topology, subtests: pytest.Subtests
) -> None:
    """A variable that only the leader has makes ranks choose different transports (#4605)."""
    for role in topology.roles:
        with subtests.test(role):
            assert len(settings(of_role(deployment, role))) == 1


@pytest.mark.dynamo_requires("launched")
def test_prefill_and_decode_hand_over_by_the_same_transport(
    deployment: Deployment, topology: Topology, record_property: Callable[[str, object], None]
) -> None:
    """Without TRTLLM_USE_UCX_KVCACHE on both sides old releases chose another one under srun."""
    chosen = {
        role: {name: process.env[name] for name in TRANSPORTS if name in process.env}
        for role in topology.roles
        for process in of_role(deployment, role)
    }
    needed = versions.dynamo(topology.versions.dynamo).ucx_variable
    if not needed and any(chosen.values()):
        names = ", ".join(sorted({name for each in chosen.values() for name in each}))
        record_property(
            FIXED, f"the transport of the KV cache: fixed upstream, remove the workaround {names}"
        )

    assert len(set(map(str, chosen.values()))) == 1, chosen


@pytest.mark.dynamo_requires("launched")
def test_expert_memory_of_each_worker_has_a_name_of_its_own(deployment: Deployment) -> None:
    """Two workers on a node that share /dev/shm/moe_shared_* end each other."""
    names = {
        (process.step, process.env["TRTLLM_EPLB_SHM_NAME"])
        for process in deployment.plan.processes
        if "TRTLLM_EPLB_SHM_NAME" in process.env
    }
    if not names:
        pytest.skip("does not apply: no engine that shares its experts")

    assert len(names) == len({step for step, _ in names}) == len({name for _, name in names})


@pytest.mark.dynamo_requires("launched")
def test_every_variable_has_a_name(deployment: Deployment) -> None:
    """``export X = y``, as one guide has it, exports X empty, and two names that are none."""
    assert [
        f"{process.name}: {name!r}"
        for process in deployment.plan.processes
        for name in process.env
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)
    ] == []


@pytest.mark.dynamo_requires("launched")
def test_no_process_takes_itself_for_a_part_of_the_job_around_it(deployment: Deployment) -> None:
    """With SLURM_NODELIST of the caller, ``mpirun`` and ``mpi4py`` start through Slurm (#808)."""
    if deployment.plan.launcher != "local":
        pytest.skip("does not apply: srun gives its ranks the variables of their own job")

    assert [
        f"{process.name}: {name}"
        for process in deployment.plan.processes
        for name in OF_A_JOB
        if name in process.env or not name.startswith(process.scrub)
    ] == []


@pytest.mark.dynamo_requires("launched")
def test_the_frontend_writes_no_colours_into_its_log(deployment: Deployment) -> None:
    """Dynamo colours lines that no terminal reads, and patterns miss them (#8311)."""
    told = {
        process.log: (deployment.run_dir / process.log).read_bytes()
        for process in deployment.plan.processes
        if process.kind == "frontend"
    }

    assert [log for log, lines in told.items() if b"\x1b[" in lines] == []


@pytest.mark.dynamo_requires("launched")
def test_nothing_stays_in_use_when_requests_are_over(deployment: Deployment) -> None:
    """A KV transfer that leaks ends in a hang behind a green ``/health`` (TensorRT-LLM#17124)."""
    before = in_use(deployment)
    if not before:
        pytest.skip("does not apply: this frontend counts neither requests under way nor blocks")
    for number in range(SOAKED):
        deployment.client.stream_chat(f"{number} {STORY}", max_tokens=4)
    with deployment.client.open_stream(STORY, max_tokens=1500) as given_up:
        next(given_up)
    deadline = time.monotonic() + RELEASED_S
    while rest := {
        name: value for name, value in in_use(deployment).items() if value > before.get(name, 0)
    }:
        assert time.monotonic() < deadline, rest


@pytest.mark.dynamo_requires("worker-counts")
def test_no_worker_is_advertised_at_every_address(deployment: Deployment) -> None:
    """0.0.0.0 is each node's own: what is registered so is reached from its own node alone."""
    health = deployment.client.health()
    instances = (health.raw if health else {}).get("instances", ())

    assert [each for each in instances if re.search(r"\b0\.0\.0\.0\b|\[::\]", str(each))] == []


@pytest.mark.dynamo_requires("own-limits")
def test_an_answer_without_a_limit_does_not_stop_at_32_tokens(
    deployment: Deployment, topology: Topology, record_property: Callable[[str, object], None]
) -> None:
    """Until pull request 5152, of January 2026, the default of TensorRT-LLM's 32 tokens held."""
    answer = deployment.client.chat(
        "Tell me a long story.", max_tokens=None, deadline_s=600
    )
    stopped = (
        answer.usage is not None
        and answer.usage.completion_tokens == 32
        and answer.finish_reason == "length"
    )
    real = deployment.stand_in is None
    known = real and versions.between(
        versions.dynamo(topology.versions.dynamo).release, before="0.8.1"
    )
    if known and not stopped:
        record_property(
            FIXED, "answers of 32 tokens: fixed upstream, remove the workaround max_tokens"
        )

    assert known or not stopped


@pytest.mark.dynamo_requires("gpu")
def test_no_expert_memory_was_left_by_an_earlier_run(deployment: Deployment) -> None:
    """WideEP workers that end uncleanly leave /dev/shm/moe_*, and the next start fails of it."""
    before = next(event for event in deployment.events if event["kind"] == "baseline")

    assert [name for name in before["shm"] if name.startswith("moe_")] == []
