# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What containers and Kubernetes say."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

_CONFIG = (
    (
        r"namespace from the provided object|no objects passed to|Duplicate mount point",
        "error: no objects passed to apply",
    ),
    (
        r"FATAL: +(?:could not open image|.*no loader found|[Ii]mage .* not found|stat |.*unsupported (?:uri|transport))",
        "FATAL:   could not open image /shared/dynamo.sif: no x",
    ),
    (
        (
            r"Error response from daemon: (?:Conflict\.|network \S+ not found|No such (?:container|image)"
            r"|invalid (?:mount|volume|CapAdd|port|tmpfs)|unknown log|cannot set|error while creating mount|endpoint with name)"
        ),
        'Error response from daemon: Conflict. The container name "/etcd" is already taken',
    ),
    (
        r"unknown (?:shorthand )?flag: |unknown docker command|is not a docker command",
        "docker: 'compose' is not a docker command.",
    ),
    (
        r"no (?:context|current context) exists|context \S+ does not exist|couldn't get current server API",
        "error: no context exists with the name: x",
    ),
    (
        r"namespaces \"[^\"]+\" not found",
        'namespaces "dynamo" not found',
    ),
    (
        r"storageclass\S* \"[^\"]+\" not found|no storage class is set",
        "no persistent volumes available for this claim and no storage class is set",
    ),
    (
        r"failed to download \"|INSTALLATION FAILED|UPGRADE FAILED|values don't meet the specifications",
        "Error: INSTALLATION FAILED: cannot re-use a name that is still in use",
    ),
    (r"\bunknown command \"", 'Error: unknown command "applyy" for "kubectl"'),
    (
        r"connection to the server localhost:8080 was refused",
        "The connection to the server localhost:8080 was refused",
    ),
    (r"not a shared (?:or slave )?mount", 'Error: path "/data" is mounted on "/" but it is not a shared mount'),
    (
        r"Service host/port is not set|ApiException: \((?:40[0349]|422)\)|no unqualified-search",
        "kubernetes.client.exceptions.ApiException: (404)",
    ),
    (
        r"Error from server \((?:NotFound|AlreadyExists|Conflict|MethodNotAllowed|Unauthorized)\)",
        'Error from server (AlreadyExists): dynamographdeployments.nvidia.com "agg" already exists',
    ),
    (
        (
            r"image will run as root|verify user is non-root|failed to prepare subPath|flag needs an argument|executable \S+ not found"
            r"|Unknown runtime specified|No such container: |localhost:8080/api"
        ),
        "Error: container has runAsNonRoot and image will run as root",
    ),
    (
        (
            r"\[ERROR\] (?:Command not found: |No such file or directory: |Invalid (?:image|argument)"
            r"|File already exists: |Could not find)|device error: .*unknown device"
        ),
        "[ERROR] Command not found: squashfuse, fuse-overlayfs",
    ),
)
_INFRASTRUCTURE = (
    (
        r"reached the (?:allowable )?limit of GPUs|Envoy proxy is NOT ready|register with kubelet|preparing devices|unexpected commit digest|no IP addresses available|ensure pod container exists|raylet exited immediately|register worker with raylet|failed to create endpoint|\b[Uu]nschedulable\b(?!: *false)|\bnode ?lock\b|didn't trigger scale-up|volume node affinity conflict|is over \d+% full|\b(?:ObjectStoreFull|OutOfDisk)Error\b|keepalive watchdog timeout",
        "ray.exceptions.ObjectStoreFullError: Failed to put object ffff in object store because it is full.",
    ),
    (
        r"\benroot-(?:nsenter|aufs2ovlfs|mksquashovlfs|switchroot): .*Operation not permitted",
        "enroot-aufs2ovlfs: failed to set capabilities: Operation not permitted",
    ),
    (
        r"\bslurmd(?:\[\d+\])?: (?:slurmd: )?fatal: ",
        "slurmd[57977]: fatal: gres.conf duplicate records for gpu",
    ),
    (
        r"DRA driver \S+ (?:is )?not (?:registered|found)|\bprepare dynamic resources: ",
        '"Failed to prepare dynamic resources" err="DRA driver gpu.nvidia.com is not registered"',
    ),
    (
        r"[Tt]he connection to the server \S+ was refused",
        "The connection to the server 10.0.0.1:6443 was refused",
    ),
    (
        r"hooks\.d/9\d-(?:nvidia|mellanox)\S* exited",
        "[ERROR] /etc/enroot/hooks.d/98-nvidia.sh exited with return code 1",
    ),
    (
        (
            r"Error from server \((?:Timeout|ServiceUnavailable|InternalError|TooManyRequests)\)"
            r"|net/http: TLS handshake timeout"
        ),
        "Error from server (ServiceUnavailable): the server is currently unable to handle it",
    ),
    (
        (
            r"assigned flavor|insufficient unused quota|PersistentVolumeClaims? (?:\S+ )?is not bound"
            r'|persistentvolumeclaim "\S+" is not bound|has been rebooted|System OOM|PLEG is not healthy'
            r"|network not ready|runtime is down|GCFailed|InvalidDiskCapacity|FreeDiskSpaceFailed"
            r"|WaitForAttach failed|device plugin unregistered|connection is unauthorized"
            r"|cgroup mountpoint does not exist"
        ),
        'persistentvolumeclaim "models" is not bound',
    ),
    (
        r"iptables failed|no loop devices? available|find loop device|failed to reserve container name|name is reserved for|[Dd]evice or resource busy|non-overlapping IPv4|waiting for cgroup freeze|setting cgroup config|unable to freeze",
        "error creating overlay mount to /var/lib/docker: device or resource busy",
    ),
    (
        (
            r"failed calling webhook|context deadline exceeded while awaiting|etcd leader changed"
            r"|[Ff]ailed to (?:create|set ?up) (?:pod )?(?:sandbox|network for)|FailedCreatePodSandBox"
            r"|networkPlugin cni|imminent node shutdown|Multi-Attach error|was active (?:on the node )?longer than"
            r"|NodeShutdown|[Pp]reempted by|PreemptionByScheduler|preempting to|OutOf(?:cpu|memory|nvidia)|Predicate \w+ failed"
        ),
        'Internal error occurred: failed calling webhook "x.grove.io": EOF',
    ),
    (
        r"Cannot connect to the Docker daemon|Client\.Timeout exceeded|dockerd .*not running|containerd\.sock|failed to dial",
        "Cannot reach containerd at /run/containerd/containerd.sock",
    ),
)

PHRASES: tuple[Phrase, ...] = (
    *(Phrase("config", words, said) for words, said in _CONFIG),
    *(Phrase("infrastructure", words, said) for words, said in _INFRASTRUCTURE),
)
