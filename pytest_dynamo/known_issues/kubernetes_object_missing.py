# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A pod names a secret, a config map or a volume claim that does not exist.

Why: It was not made in this namespace, or has another name.

Remedy: Make it in the pod's namespace, or correct its name.

Source: Kubernetes, `pkg/kubelet`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI821",
    "kubernetes-object-missing",
    role="root",
    fault="config",
    engine="kubernetes",
    texts=('configmap "', 'secret "', 'persistentvolumeclaim "'),
    pattern=r'(?:configmap|secret|persistentvolumeclaim) "[^"]+" not found',
    phase="launch",
    samples=(
        'Error: secret "hf-token-secret" not found',
        '  Warning  FailedMount  2s  kubelet  MountVolume.SetUp failed for volume "cfg" : configmap "engine-config" not found',
        'persistentvolumeclaim "models" not found.',
    ),
    near_misses=('secret "hf-token-secret" mounted',),
)
