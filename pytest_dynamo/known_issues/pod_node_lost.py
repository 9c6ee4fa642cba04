# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The node of a pod no longer answers.

Why: It went down, or its kubelet did.

Remedy: Look at the node (kubectl describe node), and cordon it.

Source: Kubernetes, `pkg/controller/nodelifecycle`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI822",
    "pod-node-lost",
    role="root",
    fault="infrastructure",
    engine="kubernetes",
    texts=(
        "NodeNotReady",
        "node.kubernetes.io/unreachable",
        "TaintManagerEviction",
        "NodeLost",
        "node lifecycle controller",
        "NodeStatusUnknown",
        "stopped posting node status",
        "which was running pod ",
        "Node is unresponsive. Adding it to the Taint queue",
        "deleting due to NoExecute taint",
        "Condition of node was never updated by kubelet",
    ),
    # what a pod tolerates, and what keeps it from another node, is told of any
    pattern=r"^(?!.*(?:\bop=Exists\b|nodes are available|Cancelling deletion))",
    samples=(
        "  Warning  NodeNotReady  3m  node-controller  Node is not ready",
        "Taint node.kubernetes.io/unreachable:NoExecute was added",
        "  Normal  TaintManagerEviction  3m  taint-eviction-controller  Marking for deletion Pod default/llm-decode0-2",
        "  Reason:  NodeLost",
        "Pod was deleted by the node lifecycle controller: node is not ready",
        "NodeStatusUnknown: the node controller hears nothing",
        "Kubelet stopped posting node status.",
        "Node gpu-a07 which was running pod vllm-decode-0 is unresponsive",
        'I1008 13:03:51.794172       1 node_lifecycle_controller.go:875] "Node is unresponsive. Adding it to the Taint queue" node="gb200-07"',
        "Taint manager: deleting due to NoExecute taint",
        'I0302 09:12:31.402817       1 node_lifecycle_controller.go:1012] "Condition of node was never updated by kubelet" node="gpu-0114" nodeConditionType="Ready"',
    ),
    near_misses=(
        "                  node.kubernetes.io/unreachable:NoExecute op=Exists for 300s",
        "  Warning  FailedScheduling  3m  default-scheduler  0/9 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }",
        "  Normal  NodeReady  3m  kubelet  Node node1 status is now: NodeReady",
        "Normal  TaintManagerEviction  38s  taint-eviction-controller  Cancelling deletion of Pod dynamo-cloud/vllm-agg-decodeworker-0",
    ),
)
