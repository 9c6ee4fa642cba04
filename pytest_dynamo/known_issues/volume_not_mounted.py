# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A volume of a pod cannot be mounted.

Why: The storage does not answer, or another node holds the volume.

Remedy: Look at the events of the pod and at the storage behind the volume.

Source: Kubernetes, `pkg/kubelet`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI823",
    "volume-not-mounted",
    role="symptom",
    fault="infrastructure",
    engine="kubernetes",
    texts=(
        "MountVolume.SetUp failed",
        "MountVolume.MountDevice failed",
        "FailedAttachVolume",
        "Unable to attach or mount volumes",
        "AttachVolume.Attach failed",
        "ProvisioningFailed",
        "Multi-Attach error for volume",
        "mount.nfs: Connection timed out",
    ),
    pattern=r"(?:MountVolume\.(?:SetUp|MountDevice) failed|FailedAttachVolume|AttachVolume\.Attach failed|ProvisioningFailed|Unable to attach or mount volumes)(?!.*(?:configmap|secret|persistentvolumeclaim) .*not found|.*references non-existent|.*failed to sync \w+ cache|.*not registered|.*storageclass\S* .*not found)|Multi-Attach error for volume|mount\.nfs: Connection timed out",
    phase="launch",
    samples=(
        '  Warning  FailedMount  2s  kubelet  MountVolume.SetUp failed for volume "models" : mount failed: exit status 32',
        'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = DeadlineExceeded',
        '  Warning  FailedAttachVolume  2s  attachdetach-controller  Multi-Attach error for volume "pvc-1"',
        "  Warning  FailedMount  2m  kubelet  Unable to attach or mount volumes: unmounted volumes=[models], unattached volumes=[models dshm]: timed out waiting for the condition",
        'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal',
        '  Warning  ProvisioningFailed  1m  csi.weka.io  failed to provision volume with StorageClass "wekafs": rpc error',
        'Multi-Attach error for volume "pvc-2f6a1c3e-7a61-4c0e-9f0a-6d1d1a2b3c4d" Volume is already used by pod(s) vllm-decode-5c9d-abcde',
        "Output: mount.nfs: Connection timed out for 10.8.0.4:/export/models on /var/lib/kubelet/pods/5b0f2c1e/volumes/kubernetes.io~nfs/models",
    ),
    near_misses=(
        "  Normal  SuccessfulAttachVolume  2s  attachdetach-controller",
        '  Warning  FailedMount  2s  kubelet  MountVolume.SetUp failed for volume "kube-api-access-x7k2p" : failed to sync configmap cache: timed out waiting for the condition',
        'Warning ProvisioningFailed pvc/model-cache storageclass.storage.k8s.io "fast-nfs" not found',
    ),
)
