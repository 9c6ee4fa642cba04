# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A pod names a secret, a config map, a volume claim or a class that does not exist.

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
    texts=(
        'configmap "',
        "Failed to apply DynamoWorkerMetadata CR",
        'secret "',
        'persistentvolumeclaim "',
        'serviceaccount "',
        "couldn't find key ",
        "references non-existent ",
        'configmaps "',
        'secrets "',
        'RuntimeClass "',
        "no PriorityClass with name ",
        '.k8s.io "',
        "find a network-attachment-definition (",
        'resourceclaim "',
        'resource claim template "',
        'ImagePullSecret "',
    ),
    pattern=r'(?:configmap|secret|persistentvolumeclaim|serviceaccount)s? "[^"]+" not found|couldn\'t find key \S+ in (?:Secret|ConfigMap)|references non-existent (?:secret|config) key'
    # kinds of which a pod names one
    r'|(?:RuntimeClass|ImagePullSecret|resourceclaim|resource claim template|(?:(?:storage|runtime|priority|device)class(?:es)?|resourceclaim(?:template)?s?)\.[\w.]*k8s\.io) "[^"]+" (?:was )?not found'
    r"|no PriorityClass with name \S+ was found|cannot find a network-attachment-definition \("
    r"|Failed to apply DynamoWorkerMetadata CR\b.*ApiError: (?:\W?404 |.*could not find the requested resource)",
    phase="launch",
    samples=(
        'Exception: Failed to apply DynamoWorkerMetadata CR: ApiError: "404 page not found\\n": Failed to parse error data',
        'Error creating: pods "llm-0" is forbidden: pod rejected: RuntimeClass "nvidia" not found',
        'Error creating: pods "llm-0" is forbidden: no PriorityClass with name high was found',
        'Warning  ProvisioningFailed  2s  persistentvolume-controller  storageclass.storage.k8s.io "fast" not found',
        "Multus: error getting k8s network: cannot find a network-attachment-definition (rdma-net) in namespace (dynamo)",
        'Warning  FailedScheduling  3s  default-scheduler  resourceclaim "decode-claim" not found',
        'failed to create ResourceClaim: resource claim template "imex-channel" not found',
        'Error: ImagePullSecret "ngc" not found',
        'deviceclasses.resource.k8s.io "gpu.nvidia.com" not found',
        'Error: secret "hf-token-secret" not found',
        '  Warning  FailedMount  2s  kubelet  MountVolume.SetUp failed for volume "cfg" : configmap "engine-config" not found',
        'persistentvolumeclaim "models" not found.',
        'Error creating: pods "llm-" is forbidden: error looking up service account dynamo/planner: serviceaccount "planner" not found',
        "  Warning  Failed  2s  kubelet  Error: couldn't find key HF_TOKEN in Secret dynamo/hf-token-secret",
        '  Warning  FailedMount  2s  kubelet  MountVolume.SetUp failed for volume "cfg" : references non-existent config key: engine.yaml',
        "E0831 04:12:41.868086    3570 configmap.go:157] Couldn't get configMap default/engine: configmaps \"engine\" not found",
        'secrets "hf-token-secret" not found',
    ),
    near_misses=('customresourcedefinitions.apiextensions.k8s.io "x" not found', 'secret "hf-token-secret" mounted'),
)
