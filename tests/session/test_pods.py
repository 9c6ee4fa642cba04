# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of containers: which cannot begin, and which end again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, CRASH, LISTED, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

NO_ETCD_THERE = (
    'Exception: Failed to connect to etcd server with config ClientOptions {{ etcd_url: '
    '["http://{}:2379"] }}. Error: dns error: failed to lookup address information: Name or '
    "service not known"
)

ALLOCATED = (
    "Error response from daemon: driver failed programming external connectivity on endpoint "
    "run-{}-1 (50e6): Bind for 0.0.0.0:2379 failed: port is already allocated"
)


@pytest.mark.parametrize(
    ("service", "where", "known"),
    [("etcd", "etcd", "DKI105"), ("nats", "nats-server", "DKI105"), ("frontend", "frontend", None)],
)
def test_a_container_that_docker_cannot_start_is_why_others_look_for_it(
    judge: Judge, service: str, where: str, known: str | None
) -> None:
    files = {
        "compose.log": said(*(f"{who}-1 | {NO_ETCD_THERE.format('etcd')}" for who in
                              ("frontend", "prefill", "decode"))),
        "compose-up.txt": said(ALLOCATED.format(service)),
    }  # fmt: skip

    found = judge("trtllm_disagg", files)

    assert found
    assert known is None or found.known_issue == known
    assert found.where.startswith(where)


TAKEN = '[44] 2026/05/11 09:01:00.003037 [FTL] Error listening on port: 0.0.0.0:4222, "bind: {}"'

STRANGER = "Exception: Failed to connect to NATS: authorization violation: nats: authorization"


@pytest.mark.parametrize(
    ("first", "known"), [("address already in use", "DKI105"), ("it serves", "DKI113")]
)
def test_a_service_that_could_not_begin_in_the_log_of_a_job_is_why_another_refuses(
    judge: Judge, first: str, known: str
) -> None:
    ended = "srun: error: n1: task 0: Exited with exit code 1"
    files = {
        "slurm-7.out": said(f"0: {TAKEN.format(first)}"),
        "slurm-7.err": said(f"0: {STRANGER}", ended),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert known == found.known_issue


CRASHED_AGAIN = (
    "Name:             chat-agg-0\nContainers:\n  main:\n    State:          Running\n"
    "    Last State:     Terminated\n      Reason:       Error\n      Exit Code:    1\n"
    "    Restart Count:  {}\n"
)


@pytest.mark.parametrize(
    ("times", "served", "failed"), [(3, True, True), (1, True, False), (9, False, False)]
)
def test_who_ends_again_and_again_after_it_served_does_not_do_well(
    judge: Judge,
    times: int,
    served: bool,  # noqa: FBT001 - a table
    failed: bool,  # noqa: FBT001
) -> None:
    """Who waits for etcd is started anew as often, and has not served."""
    well = f"{AT.format(20)} INFO dynamo_llm::http: request completed status=success"
    files = {
        "chat-frontend-0.log": said(LISTED, well),
        "chat-agg-0-previous.log": said(*([registered("d", "backend")] if served else []), CRASH),
        "chat-agg-0.log": said(registered("d", "backend")),
        "describe.txt": CRASHED_AGAIN.format(times),
    }

    found = judge("trtllm_agg", files)

    assert failed == (found is not None)
    assert found is None or (found.known_issue, found.worker) == ("DKI512", "agg0")


STATES = (
    "NAME              READY   STATUS             RESTARTS   AGE\n"
    "r1-prefill-0      1/1     Running            0          9m\n"
    "r1-decode-0       0/1     {:<18} 0          9m\n"
)


@pytest.mark.parametrize(
    ("state", "known"),
    [("ImagePullBackOff", "DKI825"), ("OOMKilled", "DKI901"), ("Running", None), ("Pending", None)],
)
@pytest.mark.parametrize("before", ["", "$ kubectl get pods\n", "ops@head:~$ kubectl get pods\n"])
def test_the_states_of_pods_tell_which_cannot_be_started(
    judge: Judge, before: str, state: str, known: str | None
) -> None:
    files = {
        "r1-prefill-0.log": said(f"{AT.format(1)} INFO main: on its way"),
        "pods.txt": before + STATES.format(state),
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)
    assert found is None or found.worker == "decode0"


QUOTA = (
    "Name:             r1-decodeworker-6c4f79d7b8\nContainers:\nEvents:\n"
    "  Warning  FailedCreate  51m  replicaset-controller  Error creating: pods "
    '"r1-decodeworker-6c4f79d7b8-ns682" is forbidden: exceeded quota: team-gpu\n'
)


@pytest.mark.parametrize(("logs", "worker"), [("abc", "decode3"), ("abcd", "decode0")])
def test_a_pod_that_cannot_be_made_is_the_one_of_which_there_is_no_log(
    judge: Judge, logs: str, worker: str
) -> None:
    files = {
        f"r1-decodeworker-6c4f79d7b8-{each}x9.log": said(registered("d", "backend"))
        for each in logs
    }
    files |= {"r1-prefillworker-0.log": said(registered("d", "prefill")), "describe.txt": QUOTA}

    found = judge("mlperf_llama405b_disagg", files)

    assert found
    assert (found.known_issue, found.fault, found.worker) == ("DKI832", "infrastructure", worker)
