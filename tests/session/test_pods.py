# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of containers: which cannot begin, and which end again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, CRASH, JOURNAL, LISTED, LOADED, OOM, XID, registered, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

NO_NAME = (
    "Exception: Failed to connect to server {}: dns error: failed to lookup address information: "
    "Name or service not known"
)
ALLOCATED = (
    "Error response from daemon: driver failed programming external connectivity on endpoint "
    "run-{}-1 (50e6): Bind for 0.0.0.0:2379 failed: port is already allocated"
)


@pytest.mark.parametrize(
    ("service", "asked", "where", "known"),
    [
        ("etcd", "http://etcd:2379", "etcd", "DKI105"),
        ("nats", "nats://nats:4222", "nats-server", "DKI105"),
        # what was not started is not what they ask for
        ("etcd", "nats://nats:4222", "etcd", None),
        ("frontend", "http://etcd:2379", "frontend", None),
    ],
)
def test_a_container_that_docker_cannot_start_is_why_others_look_for_it(
    judge: Judge, service: str, asked: str, where: str, known: str | None
) -> None:
    files = {
        "compose.log": said(*(f"{who}-1 | {NO_NAME.format(asked)}" for who in
                              ("frontend", "prefill", "decode"))),
        "compose-up.txt": said(ALLOCATED.format(service)),
    }  # fmt: skip

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue == "DKI105") == (known == "DKI105")
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


LATER = "2026-05-26T09:20:00.000000Z"


@pytest.mark.parametrize(
    ("times", "served", "since", "failed"),
    [
        (3, True, AT.format(20), True),
        (1, True, AT.format(20), False),
        # who waits for etcd is started anew as often, and has not served
        (9, False, AT.format(20), False),
        # and two weeks later it is over
        (9, True, LATER, False),
    ],
)
def test_who_ends_again_and_again_after_it_served_does_not_do_well(
    judge: Judge,
    times: int,
    served: bool,  # noqa: FBT001 - a table
    since: str,
    failed: bool,  # noqa: FBT001
) -> None:
    well = f"{since} INFO dynamo_llm::http: request completed status=success"
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
    [
        ("ImagePullBackOff", "DKI825"),
        ("OOMKilled", "DKI901"),
        ("Running", None),
        ("Pending", None),
    ],
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


LISTING = "LAST SEEN   TYPE      REASON         OBJECT      MESSAGE\n"
FORBIDDEN = 'Error creating: pods "r1-x-{}" is forbidden: exceeded quota: team-gpu, used: 8'


@pytest.mark.parametrize(
    ("reason", "text", "known"),
    [
        ("FailedCreate", FORBIDDEN, "DKI832"),
        ("FailedCreate", f"(combined from similar events): {FORBIDDEN}", "DKI832"),
        ("ScalingReplicaSet", FORBIDDEN, None),
    ],
)
@pytest.mark.parametrize("kind", ["replicaset", "statefulset", "LeaderWorkerSet"])
def test_a_table_of_events_tells_of_what_cannot_make_pods(
    judge: Judge, kind: str, reason: str, text: str, known: str | None
) -> None:
    files = {
        "r1-prefill-0.log": said(registered("d", "prefill")),
        "events.txt": LISTING
        + f"8m13s       Warning   {reason}   {kind}/r1-decode-68c9d4    {text.format(7)}\n",
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)
    assert found is None or found.worker == "decode0"


@pytest.mark.parametrize(("node", "known"), [("w-06", "DKI512"), ("w-07", "DKI702")])
def test_a_follower_is_called_as_its_leader_and_runs_elsewhere(
    judge: Judge, node: str, known: str
) -> None:
    """It says nothing but that it waits; all ranks speak in the log of the leader."""
    ranks = [LOADED.replace("RANK 0", f"RANK {rank}") for rank in range(16)]
    xid = XID.replace("NVRM", "[Mon May 11 09:00:59 2026] NVRM")
    files = {
        "r1-decode-0.log": said(*ranks, f"[05/11/2026-09:01:09] [TRT-LLM] [RANK 11] [E] {CRASH}"),
        "r1-decode-0-1.log": said("it waits for its leader"),
        "r1-prefill-0.log": said(*ranks),
        "pods.txt": said(
            "NAME            READY   STATUS    RESTARTS   AGE   IP     NODE",
            "r1-decode-0     0/1     Error     0          19m   10.1   w-05",
            "r1-decode-0-1   1/1     Running   0          19m   10.2   w-07",
        ),
        f"dmesg-{node}.txt": said(xid),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == (known, "decode0")


@pytest.mark.parametrize(("later", "failed"), [(AT.format(20), True), (LATER, False)])
def test_what_a_container_said_long_before_all_went_well_is_over(
    judge: Judge,
    later: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    """The log of now has lost its beginning, in which it registered."""
    files = {
        "ops-frontend-0.log": said(f"{later} INFO x: request completed status=success"),
        "ops-prefill-0.previous.log": said(registered("d", "prefill"), OOM),
        "ops-prefill-0.log": said(f"{later} INFO main: it goes on"),
        "ops-prefill-1.log": said(registered("d", "prefill")),
        "ops-decode-0.log": said(registered("d", "backend")),
    }

    assert failed == (judge("vllm_405b_kv_router", files) is not None)


MADE = (
    "Name:             r1-decode-0\nStatus:           Running\nContainers:\n  main:\n"
    "    State:          Waiting\n      Reason:       CrashLoopBackOff\n"
    "    Last State:     Terminated\n      Reason:       Error\n      Exit Code:    1\n"
    "    Mounts:\n      /dev/shm from shm (rw)\n{}"
    "Volumes:\n  shm:\n    Type:       EmptyDir (a directory that shares a pod's lifetime)\n"
    "QoS Class:         Guaranteed\n"
    "Tolerations:       node.kubernetes.io/not-ready:NoExecute op=Exists for 300s\n"
    "                   node.kubernetes.io/unreachable:NoExecute op=Exists for 300s\n"
    "Events:            <none>\n"
)


UNREACHABLE = "      Message:      Input/output error: device unreachable\n"
#: A message may have several lines.
NO_DRIVER = (
    "      Message:      failed to create shim task: error running prestart hook #0:\n"
    "nvidia-container-cli: initialization error: nvml error: driver/library version mismatch\n"
)


@pytest.mark.parametrize(
    ("more", "fault"),
    [("", "unknown"), (UNREACHABLE, "infrastructure"), (NO_DRIVER, "infrastructure")],
    ids=["nothing", "a reason", "two lines"],
)
def test_how_a_pod_was_made_is_no_reason_why_it_ended(judge: Judge, more: str, fault: str) -> None:
    files = {
        "r1-prefill-0.log": said(registered("d", "prefill")),
        "r1-decode-0.log": said(registered("d", "backend"), "it goes on"),
        "describe.txt": MADE.format(more),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.worker, found.fault) == ("decode0", fault)


WIDE = (
    "NAME                    READY   STATUS             RESTARTS      AGE   IP      NODE\n"
    "r1-decode-7b9c5-cw9vp   1/1     Running            0             37m   10.2    gpu-w-05\n"
    "r1-decode-7b9c5-m5n65   0/1     CrashLoopBackOff   3 (21s ago)   37m   10.4    gpu-w-06\n"
    "r1-decode-7b9c5-qqqqq   0/1     Pending            0             37m   <none>  <none>\n"
)
DESCRIBED = "Name:       r1-decode-7b9c5-m5n65\nNode:       gpu-w-06/10.0.0.6\nEvents:\n"


@pytest.mark.parametrize(
    ("beside", "known"), [(WIDE, "DKI702"), (DESCRIBED, "DKI702"), ("", "DKI706")]
)
@pytest.mark.parametrize("form", ["{}_previous.log", "kubectl-logs-previous-{}.log"])
def test_kubernetes_tells_on_which_node_a_pod_ran_of_which_its_kernel_tells(
    judge: Judge, form: str, beside: str, known: str
) -> None:
    pods = ("r1-decode-7b9c5-cw9vp", "r1-decode-7b9c5-m5n65")
    no_gpu = "RuntimeError: No CUDA GPUs are available"
    logs = form.replace("_previous", "").replace("previous-", "")
    files = {logs.format(pod): said(registered("d", "backend")) for pod in pods}
    files[logs.format(pods[1])] = said(no_gpu)
    files |= {
        form.format(pods[1]): said(no_gpu),
        "r1-prefill-5d4f9-xx2yz.log": said(registered("d", "prefill")),
        "nodes/gpu-w-06.txt": said(JOURNAL.format(3, "gpu-w-06", "kernel", XID)),
        **({"pods.txt": beside} if beside else {}),
    }

    found = judge("mlperf_llama405b_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == (known, "decode1")


SETS = ("vela-prefill-east", "vela-prefill-west")


def test_pods_of_several_sets_are_told_apart_by_their_names(judge: Judge) -> None:
    """Each set has one group, whose leader is called after it."""
    files = {
        "vela-decode-0.log": said(registered("d", "backend")),
        "vela-decode-0-1.log": said("Server listening on 0.0.0.0 port 2222."),
    }
    for name in SETS:
        files[f"{name}-0.log"] = said(registered("d", "prefill"))
        files[f"{name}-0-1.log"] = said("Server listening on 0.0.0.0 port 2222.")
    files["vela-prefill-west-0.log"] = said("Traceback (most recent call last):", OOM)

    found = judge("mlperf_llama405b_disagg", files)

    assert found
    assert ("DKI401", "prefill1") == (found.known_issue, found.worker)


WAITED = (
    "torch.distributed.DistStoreError: Timed out after 601 seconds waiting for clients. 8/16 "
    "clients joined."
)
NOT_MOUNTED = """\
LAST SEEN   TYPE      REASON        OBJECT          MESSAGE
125s        Warning   FailedMount   pod/{}   MountVolume.SetUp failed for volume "m" : mount failed
"""
PAIRS = """
name: mine
description: two workers of two nodes each
nodes: 4
engine: vllm
versions: {dynamo: 0.9.0, vllm: 0.14.0}
model: {path: m, served_name: m}
hardware: {gpu: H200, gpus_per_node: 8}
roles:
  agg: {workers: 2, nodes_per_worker: 2, parallel: {tp: 16}, engine_config: /mnt/e.yaml}
"""


@pytest.mark.parametrize(
    ("pod", "known", "worker"),
    [("dsv31-1-1", "DKI823", "agg1"), ("dsv31-0-1", "DKI707", "agg1")],
    ids=["whom it waits for", "another's"],
)
def test_who_waits_for_a_pod_that_cannot_start_is_not_to_blame(
    judge: Judge, described: Callable[[str], str], pod: str, known: str, worker: str
) -> None:
    """Names of nodes look like those of pods in a LeaderWorkerSet."""
    joins = (
        "(Worker_TP{0} pid=28{0}) INFO 03-16 09:00:17 [parallel_state.py:1200] world_size=16 "
        "rank={0} local_rank={0} distributed_init_method=tcp://127.0.0.1:41210 backend=nccl"
    )
    loaded = "(Worker_TP{0} pid=28{0}) INFO 03-16 09:02:17 [m.py:1] Model loading took 9.1 GiB"
    files = {
        "dsv31-0.log": said(*(line.format(n) for n in range(8) for line in (joins, loaded))),
        "dsv31-0-1.log": said(*(line.format(n) for n in range(8, 16) for line in (joins, loaded))),
        "dsv31-1.log": said(*(joins.format(n) for n in range(8)), WAITED),
        "dsv31-1-1.log": said("Error from server (BadRequest): container is waiting to start"),
        "events.txt": NOT_MOUNTED.format(pod),
    }

    found = judge(described(PAIRS), files)

    assert found
    assert (known, worker) == (found.known_issue, found.worker)


OBJECT = '{{"time":"2026-05-11T09:{:02}:00.000000Z","level":"{}","target":"{}","message":"{}"}}'


@pytest.mark.parametrize("name", ["agg-0.jsonl", "agg-0.json", "agg-0.ndjson"])
@pytest.mark.parametrize(
    ("line", "known"),
    [(OBJECT.format(9, "ERROR", "x", OOM), "DKI401"), (f'{{"result": "{OOM}"}}', None)],
    ids=["a log", "no log"],
)
def test_a_log_may_be_of_objects_and_its_name_tell_so(
    judge: Judge, name: str, line: str, known: str | None
) -> None:
    files = {"frontend.log": said(f"{AT.format(1)} INFO x: starts"), name: said(line)}

    found = judge("trtllm_agg", files)

    assert known == (found.known_issue if found else None)


NO_HOST = "ssh: Could not resolve hostname crake-0-decode-0-wkr-0: Name or service not known"
NO_MAP = """\
LAST SEEN   TYPE      REASON        OBJECT       MESSAGE
12s         Warning   FailedMount   pod/{}   MountVolume.SetUp failed : configmap "e" not found
"""


@pytest.mark.parametrize(
    ("pod", "known"), [("crake-0-decode-0-wkr-0", "DKI821"), ("crake-0-decode-0-ldr-1", "DKI914")]
)
def test_a_name_that_leads_nowhere_is_of_a_pod_that_cannot_start(
    judge: Judge, pod: str, known: str
) -> None:
    files = {
        "crake-0-prefill-0.log": said(registered("d", "prefill")),
        "crake-0-decode-0-ldr-0.log": said("+ mpirun -np 2 x", NO_HOST, "mpirun: error 1"),
        "events.txt": NO_MAP.format(pod),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert known == found.known_issue


NATS_WAITED = """\
LAST SEEN   TYPE      REASON        OBJECT              MESSAGE
40m         Warning   FailedMount   pod/nats-0   MountVolume.SetUp failed for volume "d" : failed
"""


@pytest.mark.parametrize(("answers", "failed"), [(True, False), (False, True)])
def test_a_service_that_waited_for_its_volume_is_there_where_requests_go_well(
    judge: Judge,
    answers: bool,  # noqa: FBT001 - a table
    failed: bool,  # noqa: FBT001
) -> None:
    """It has no log of its own."""
    well = f"{AT.format(30)} INFO dynamo_llm::http: request completed status=success"
    files = {
        "frontend.log": said(LISTED, well) if answers else said(f"{AT.format(1)} INFO x: starts"),
        "prefill-0.log": said(registered("d", "prefill")) if answers else said("it starts"),
        "decode-0.log": said(registered("d", "backend")) if answers else said("it starts"),
        "events.txt": NATS_WAITED,
    }

    assert failed == (judge("trtllm_disagg", files) is not None)
