# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``kubectl describe`` says of pods, in the shape in which it says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from corpus_logs import worlds

from pytest_dynamo.session import judging
from pytest_dynamo.session.record import open_record
from pytest_dynamo.watch.containers import description

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

#: As kubectl 1.31 writes it; what stands in a pod's own words is ours.
POD = """\
Name:             {pod}
Namespace:        dynamo
Priority:         0
Service Account:  default
Node:             gpu-node-3/10.0.4.13
Start Time:       Tue, 25 Nov 2025 09:12:44 +0000
Labels:           app.kubernetes.io/name=llm
                  nvidia.com/dynamo-component=TRTLLMWorker
Annotations:      kubectl.kubernetes.io/restartedAt: 2025-11-25T09:12:40Z
Status:           {status}
IP:               10.244.3.17
IPs:
  IP:           10.244.3.17
Controlled By:  ReplicaSet/llm-7d9b4c6f8
Init Containers:
  fetch:
    Container ID:  containerd://4f1f
    Image:         busybox:1.36
    Command:
      sh
      -c
      test -d /models
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
      Started:      Tue, 25 Nov 2025 09:12:46 +0000
      Finished:     Tue, 25 Nov 2025 09:12:46 +0000
    Ready:          True
    Restart Count:  0
    Mounts:
      /models from models (rw)
Containers:
  main:
    Image:         nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:0.8.0
    Port:          9090/TCP
    Host Port:     0/TCP
{state}
    Ready:          False
    Restart Count:  3
    Limits:
      memory:          64Gi
      nvidia.com/gpu:  1
    Liveness:   http-get http://:system/live delay=0s timeout=4s period=5s #success=1 #failure=1
    Environment:
      HF_TOKEN:  <set to the key 'HF_TOKEN' in secret 'hf-token-secret'>  Optional: false
  sidecar:
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
    Ready:          True
    Restart Count:  0
Conditions:
  Type                        Status
  PodReadyToStartContainers   True
  Initialized                 True
  Ready                       False
Volumes:
  models:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  models
QoS Class:                   Burstable
Node-Selectors:              <none>
Tolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                             nvidia.com/gpu:NoSchedule op=Exists
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
{events}
"""
KILLED = """\
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Started:      Tue, 25 Nov 2025 09:12:47 +0000
      Finished:     Tue, 25 Nov 2025 09:14:02 +0000"""
RUNS = """\
    State:          Running
      Started:      Tue, 25 Nov 2025 09:12:47 +0000"""
NO_IMAGE = """\
    State:          Waiting
      Reason:       ImagePullBackOff"""
PLACED = (
    "  Normal   Scheduled  4m                 default-scheduler  Successfully assigne"
    "d dynamo/x to gpu-node-3"
)
BACK_OFF = (
    "  Warning  BackOff    12s (x9 over 2m)   kubelet            Back-off restarting "
    "failed container main in pod x"
)
NOT_PULLED = (
    "  Warning  Failed     90s (x3 over 2m)   kubelet            Failed to pull image"
    ' "nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:0.8.0": rpc error: code = Unknown'
    " desc = failed to resolve reference: unexpected status code 401 Unauthorized"
)
FULL = (
    "  Warning  FailedScheduling  3m  default-scheduler  0/3 nodes are available: 3 I"
    "nsufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 3 No preemption"
    " victims found for incoming pod."
)


def pod(name: str, state: str, *events: str, status: str = "Running") -> str:
    return POD.format(pod=name, status=status, state=state, events="\n".join(events))


def test_the_end_of_the_container_that_failed_is_that_of_its_pod() -> None:
    text = pod("llm-agg0", KILLED, PLACED, BACK_OFF) + "\n\n" + pod("llm-frontend", RUNS, PLACED)
    lines = text.splitlines()

    told = description(lines)

    assert told
    assert told.ended == (("llm-agg0", 137),)
    assert [lines[number - 1].split()[1] for number, _ in told.begins] == [
        "llm-agg0", "llm-frontend",
    ]  # fmt: skip


def test_a_pod_ends_well_when_nothing_in_it_runs_any_more() -> None:
    done = KILLED.replace("137", "0").replace("OOMKilled", "Completed")

    told = description(pod("llm-agg0", done).splitlines())

    assert told
    assert told.ended == (("llm-agg0", 0),)


@pytest.mark.parametrize(
    "text",
    ["", "Name:             llm-agg0\nType: Opaque\n", f"hello\n{pod('x', RUNS)}"],
)
def test_what_describes_no_pod_is_none(text: str) -> None:
    assert description(text.splitlines()) is None


JOINED = "rank0 run mgmn leader node with mpi_world_size: 1 ...\n"


def judged(folder: Path, described: str) -> Diagnosis | None:
    (folder / "describe.txt").write_text(described)
    (folder / "llm-agg0.log").write_text(f"mpi_rank: 0\n{JOINED}Loading weights:  25%|##\n")
    topology = worlds.world("agg1_new", worlds.dice("pods")).topology
    found = judging.subject(open_record(folder), topology, lambda _: None)
    return judging.judge(found, lambda _: None).diagnosis


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (pod("llm-agg0", KILLED, PLACED, BACK_OFF), ("DKI901", "infrastructure", "load")),
        # of many pods the last one too, far beyond the first 64 KiB
        (
            "\n\n".join(pod(f"other-{n}", RUNS, PLACED) for n in range(40))
            + "\n\n"
            + pod("llm-agg0", KILLED, PLACED),
            ("DKI901", "infrastructure", "load"),
        ),
        (pod("llm-agg0", NO_IMAGE, NOT_PULLED, status="Pending"), ("DKI816", "config", "load")),
        (pod("llm-agg0", RUNS, FULL, status="Pending"), ("DKI817", "infrastructure", "load")),
        (pod("llm-agg0", RUNS, PLACED), None),
    ],
    ids=["killed", "the last of many", "no image", "no node", "well"],
)
def test_what_a_description_says_is_a_cause(
    described: str, expected: tuple[str, str, str] | None, tmp_path: Path
) -> None:
    found = judged(tmp_path, described)

    told = found and (found.known_issue, found.fault, found.phase)
    assert expected == told
    if found and expected:
        assert found.worker == "agg0"
