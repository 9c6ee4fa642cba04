# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""No node of the cluster can take a pod.

Why: The GPUs are held by others, or no node has what the pod asks for.

Remedy: Free GPUs, add nodes, or lower what the pod asks for.

Source: Kubernetes, `pkg/scheduler`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI817",
    "pod-not-placed",
    role="root",
    fault="infrastructure",
    engine="kubernetes",
    texts=(
        " nodes are available: ",
        "UnexpectedAdmissionError",
        "devices unavailable for nvidia.com/gpu",
        "FailedScheduling",
        "FailedPrepareDynamicResources",
        "Insufficient nvidia.com/gpu",
        "Pod was rejected: ",
        "can't allocate unhealthy devices",
        "TopologyAffinityError",
        "SchedulingGated",
        "pod didn't trigger scale-up",
        "tasks in gang unschedulable",
        "Node didn't have enough resource: ",
    ),
    pattern=r"\b0/\d+ nodes are available: (?!.*\bpersistentvolumeclaim .* not found)|^(?!.*Reason:\s+Unexpected).*UnexpectedAdmissionError|devices unavailable for nvidia\.com/gpu|FailedScheduling(?!.*(?:not found|nodes are available))|FailedPrepareDynamicResources(?!.*compute-domain\.nvidia\.com is not registered)|Insufficient nvidia\.com/gpu|Pod was rejected: (?:Node didn't have enough|Allocate failed)|can't allocate unhealthy devices|TopologyAffinityError|^\s*(?:Status:|Reason:)?\s*SchedulingGated\s*$|pod didn't trigger scale-up|tasks in gang unschedulable|Node didn't have enough resource: ",
    phase="launch",
    samples=(
        "  Warning  FailedPrepareDynamicResources  24s  kubelet  Failed to prepare dynamic resources: NodePrepareResources failed for ResourceClaim llm-0",
        "Status:           SchedulingGated",
        "  Warning  FailedScheduling  3m    default-scheduler  0/3 nodes are available: 3 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available",
        "llm-agg-0   0/1   UnexpectedAdmissionError   0   3m",
        "Pod was rejected: Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 4, Available: 2",
        "  Warning  FailedScheduling  4s  grove-scheduler  PodGang llm-0 cannot be scheduled: 8 pods need nvidia.com/gpu, 5 can be placed",
        "cannot schedule: Insufficient nvidia.com/gpu",
        "Message: Pod was rejected: Node didn't have enough resource: nvidia.com/gpu, requested: 8, used: 4, capacity: 8",
        "Allocate failed due to can't allocate unhealthy devices nvidia.com/gpu, which is unexpected",
        "Warning TopologyAffinityError pod/agg-0 Resources cannot be allocated with Topology locality",
        "Normal   NotTriggerScaleUp  63s  cluster-autoscaler  pod didn't trigger scale-up: 1 max node group size reached",
        "Warning  Unschedulable  2m1s  volcano  0/0 tasks in gang unschedulable: pod group is not ready, 3 Pending, 4 minAvailable; Pending: 3 Unschedulable",
        "Warning  OutOfnvidia.com/gpu  3s  kubelet  Node didn't have enough resource: nvidia.com/gpu, requested: 8, used: 8, capacity: 8",
    ),
    near_misses=(
        # the message says more
        "  Reason:       UnexpectedAdmissionError",
        "  Normal   Scheduled  2m    default-scheduler  Successfully assigned default/llm-agg0 to node1",
        "all 3 nodes are available: node1, node2",
        '0/4 nodes are available: persistentvolumeclaim "models" not found.',
    ),
)
