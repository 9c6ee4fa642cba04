# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An account may not do in Kubernetes what a program does with it.

Why: Its role lacks the verb or the resource, as that of a pod which finds others by the API does
where the chart of the platform did not make it.

Remedy: Bind a role with the verb and the resource that the answer names to that account; kubectl auth
can-i tells what it may.

Source: Kubernetes, `apiserver/pkg/authorization/authorizer` and `apimachinery/pkg/api/errors`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI829",
    "kubernetes-forbids",
    role="root",
    fault="config",
    engine="kubernetes",
    texts=(" resource ", "cannot impersonate ", "attempting to grant RBAC permissions"),
    pattern=r"\bcannot (?:create|get|list|watch|patch|update|delete|deletecollection|use|escalate) resource \S+ in API group|cannot impersonate \w+ |attempting to grant RBAC permissions",
    samples=(
        'pods is forbidden: User "system:serviceaccount:dynamo:planner" cannot create resource "pods" in API group "" in the namespace "dynamo"',
        'Error from server (Forbidden): leases.coordination.k8s.io is forbidden: User "u1" cannot list resource "leases" in API group "coordination.k8s.io" at the cluster scope',
        'Error from server (Forbidden): users "admin" is forbidden: User "u1" cannot impersonate resource "users" in API group ""',
        'clusterroles is forbidden: user "u1" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held',
    ),
    near_misses=(
        "cannot find resource group",
        'Error from server (Forbidden): pods "agg-0" is forbidden: exceeded quota: team-quota',
    ),
)
