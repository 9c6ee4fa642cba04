# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Kubernetes takes none of what it was asked to make.

Why: A field or a kind is unknown to this cluster, or a policy forbids it.

Remedy: Correct what the answer names; install the custom resources of the operator first.

Source: Kubernetes, `apimachinery/pkg/api/errors`; kubectl
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI827",
    "manifest-refused",
    role="root",
    fault="config",
    engine="kubernetes",
    texts=(
        "no matches for kind",
        "strict decoding error",
        "denied the request: ",
        "Error from server (Forbidden)",
        "Error from server (BadRequest)",
        "Error from server (Invalid)",
        "field is immutable",
        "error validating data: ",
        "doesn't have a resource type",
        "maximum memory usage per ",
        "violates PodSecurity",
        "complete list of server APIs",
        "maximum cpu usage per ",
        '" is invalid: spec.',
    ),
    pattern=r"^(?!.*is waiting to start|.*exceeded quota: |.*previous terminated container|.* resource \S+ in API group|.*attempting to grant RBAC|.*does not have a host assigned)",
    samples=(
        'error: resource mapping not found for name: "disagg" namespace: "dynamo" from "disagg.yaml": no matches for kind "DynamoGraphDeployment" in version "nvidia.com/v1alpha1"',
        'Error from server (BadRequest): error when creating "agg.yaml": strict decoding error: unknown field "spec.services.Frontend.replica"',
        'admission webhook "vpodcliqueset.grove.io" denied the request: replicas must be positive',
        "Error from server (Forbidden): pods is forbidden",
        "Error from server (Invalid): error when applying patch",
        'The StatefulSet "etcd" is invalid: spec.serviceName: Invalid value: "x": field is immutable',
        'error: error validating "x.yaml": error validating data: unknown object type "nil"',
        "error: the server doesn't have a resource type \"dynamographdeployments\"",
        'pods "llm-0" is forbidden: [maximum memory usage per Container is 512Gi, but limit is 1Ti]',
        'pods "llm-0" is forbidden: violates PodSecurity "restricted:latest": privileged',
        "unable to start manager: unable to retrieve the complete list of server APIs: grove.io/v1alpha1: no matches for grove.io/v1alpha1",
        'pods "x" is forbidden: [maximum cpu usage per Container is 64, but limit is 96]',
        'The Deployment "vllm-frontend" is invalid: spec.template.spec.containers[0].resources.requests: Invalid value: "16": must be less than or equal to cpu limit of 8',
    ),
    near_misses=(
        'Error from server (Forbidden): pods "agg-0" is forbidden: exceeded quota: team-quota',
        'Error from server (BadRequest): previous terminated container "main" in pod "r1-decode-0" not found',
        "Error from server (BadRequest): pod llm-decode-0-1 does not have a host assigned",
        "deployment.apps/llm created",
        "Error from server (InternalError): Internal error occurred: failed calling webhook",
        'Error from server (BadRequest): container "main" in pod "llm-agg0" is waiting to start: trying and failing to pull image',
    ),
)
