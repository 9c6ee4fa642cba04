# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What schedulers, containers, file systems and kernels of nodes say, and services."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

_CONFIG = (
    # a quoted price of a Go parser: a size or time that is none
    (r"time: (?:invalid|unknown|missing) ", 'error: time: missing unit in duration "5"'),
    # -- Slurm: options that srun, sbatch and salloc refuse themselves
    (
        (
            r"^s(?:run|batch|alloc): (?:error|fatal): (?:.*\b[Ii]nvalid\b(?! (?:job )?credential"
            r"| (?:host|network|message|protocol|authen))|.*mutually exclusive|No command"
            r"|Unable to open (?:file|script)|Unable to parse|Can't find|Ambiguous|Missing|Unknown"
            r"|.*[Uu]nrecognized|.*is not (?:a valid|numeric)|Cannot (?:specify|use|find))"
        ),
        "srun: error: Unable to parse gres=gpu:x:y",
    ),
    # -- containers
    (
        r"user namespaces? (?:is |are )?(?:disabled|not enabled)",
        "FATAL:   extract command failed: Failed to create user namespace: user namespace disabled",
    ),
    (
        r"FATAL: +(?:could not open image|[Ii]mage .* not found|stat |.*unsupported (?:uri|transport))",
        "FATAL:   could not open image /shared/dynamo.sif: no x",
    ),
    (
        (
            r"Error response from daemon: (?:Conflict\.|network \S+ not found|No such (?:container|image)"
            r"|invalid (?:mount|volume|CapAdd|port|tmpfs)|unknown log|cannot set|endpoint with name)"
        ),
        'Error response from daemon: Conflict. The container name "/etcd" is already taken',
    ),
    (
        r"unknown (?:shorthand )?flag: |unknown docker command|is not a docker command",
        "docker: 'compose' is not a docker command.",
    ),
    # -- Kubernetes
    (
        r"no (?:context|current context) exists|context \S+ does not exist|couldn't get current server API",
        "error: no context exists with the name: x",
    ),
    (
        r"namespaces \"[^\"]+\" not found",
        'Error from server (NotFound): namespaces "dynamo" not found',
    ),
    (
        r"storageclass\S* \"[^\"]+\" not found|no storage class is set",
        "no persistent volumes available for this claim and no storage class is set",
    ),
    (
        r"INSTALLATION FAILED|UPGRADE FAILED|values don't meet the specifications",
        "Error: INSTALLATION FAILED: cannot re-use a name that is still in use",
    ),
    (r"\bunknown command \"", 'Error: unknown command "applyy" for "kubectl"'),
    (
        r"connection to the server localhost:8080 was refused",
        "The connection to the server localhost:8080 was refused",
    ),
    (
        r"option allow_other only allowed|mountpoint is not empty",
        "fusermount: option allow_other only allowed if 'user_allow_other' is set",
    ),
    (r"not a shared mount", 'Error: path "/data" is mounted on "/" but it is not a shared mount'),
    (
        r"Service host/port is not set|ApiException: \((?:40[0349]|422)\)|no unqualified-search",
        "kubernetes.client.exceptions.ApiException: (404)",
    ),
    (
        r"(?:Error|Exception|error|fatal)\b.*\b[A-Z][A-Z0-9]*_[A-Z0-9_]+ (?:is |was )?not set\b",
        "Exception: DYN_NAMESPACE not set",
    ),
    (
        (
            r"directory is not writ|[Aa]ccess (?:is |was )?denied|[Nn]ot authorized|[Bb]ad credentials"
            r"|[Ii]nvalid (?:credential(?! \(|s? signature)|password|API key|api key)|\bForbidden\b"
        ),
        "Can't start JetStream: storage directory is not writable",
    ),
    # -- shells and what they start
    (
        (
            r"(?:^|: )line \d+: .*(?:numeric argument required|filename argument required|readonly variable"
            r"|division by 0|value too great for base|operator expected|unary operator|bad array subscript"
            r"|cannot execute(?!.*[Ff]ormat)|invalid option)"
        ),
        "run.sh: line 3: exit: x: numeric argument required",
    ),
    (r"^(?:usage|Usage): ", "usage: worker.py [-h] --model MODEL"),
    # -- errno
    (
        r"Too many levels of symbolic links|File name too long|Argument list too long|cross-device link|\bELOOP\b|\bENAMETOOLONG\b",
        "OSError: [Errno 40] Too many levels of symbolic links: '/models/current'",
    ),
    (
        r"bind: cannot assign requested address|[Bb]ind.*Cannot assign requested address",
        "listen tcp 10.1.2.3:2379: bind: cannot assign requested address",
    ),
    (
        (
            r"\[ERROR\] (?:Command not found: |No such file or directory: |Invalid (?:image|argument)"
            r"|File already exists: |Could not find)|device error: .*unknown device"
        ),
        "[ERROR] Command not found: squashfuse, fuse-overlayfs",
    ),
    # -- etcd and NATS
    (
        (
            r"etcdserver: (?:request is too large|too large lease TTL|rpc not supported for learner|bad URL"
            r"|role is not granted|root user|role name|user name)"
        ),
        "etcdserver: request is too large",
    ),
    (
        r"nats-server: |(?:error|Error) parsing (?:config|configuration)|configuration file:\d+",
        "nats-server: Parse error on line 3: 'Expected a map key, got a '}''",
    ),
    (
        (
            r"replicas > 1 not supported|already in use with a different configuration"
            r"|subjects overlap with|invalid stream name|maximum (?:number of streams|consumers limit) reached"
            r"|attempted to connect to (?:route|leaf ?node|wrong|gateway) port"
        ),
        "nats: stream name already in use with a different configuration (10058)",
    ),
    # -- the frontend and the router
    (
        (
            r"Invalid (?:DYN_\w+ value|TCP address|ZMQ endpoint|event plane|request plane mode"
            r"|endpoint (?:path|type)|S3 endpoint)|NATS server URL is invalid|\bDYN_[A-Z_]+ must be"
            r"|\bDYN_[A-Z_]+ is set but|(?:POD|CONTAINER)_\w+ not available from file"
        ),
        "Error: POD_NAME not available from file or environment",
    ),
)
_INFRASTRUCTURE = (
    (
        r"Could not establish a configuration source|ApiException: \(5\d\d\)",
        "srun: fatal: Could not establish a configuration source",
    ),
    # -- the kernel, and who ends a node
    (
        (
            r"NIC Link is Down|\bLink [Dd]own\b|without any active interface|NETDEV WATCHDOG"
            r"|kernel BUG at|BUG: unable to handle|\bOops: |[Bb]uffer I/O error|(?:BTRFS|JBD2)\S* .*error"
        ),
        "bond0: now running without any active interface!",
    ),
    (
        r"[Tt]he system (?:will|is going)\b|[Pp]ower key pressed|\breboot: |Rebooting\.",
        "systemd-logind: The system will power off now!",
    ),
    (
        r"not yet valid|(?:iat|issued) in the future|used before issued",
        "Error: token is not yet valid: iat in the future",
    ),
    (
        r"[Dd]evice or resource busy|non-overlapping IPv4|waiting for cgroup freeze",
        "error creating overlay mount to /var/lib/docker: device or resource busy",
    ),
    (
        r"cannot fetch cluster info|could not retrieve cluster information",
        "etcd: cannot fetch cluster info from peer urls",
    ),
    (
        r"\bText file busy|\[Errno 95\]|flock not supported",
        "OSError: [Errno 95] Operation not supported: '/mnt/x'",
    ),
    # -- Slurm's daemons
    (
        r"srun: Job has been cancelled|hit memory limit at least once",
        "srun: Job has been cancelled",
    ),
    (
        r"JOB NOT ENDING WITH SIGNALS|Kill task failed|Abandoning IO|Timed out waiting for job step",
        "srun: error: eio_handle_mainloop: Abandoning IO 60 secs after job shutdown initiated",
    ),
    (
        (
            r"slurm_(?:receive|send|open|load|auth|unpack)\w*: .*(?:error|[Ff]ail|Zero|timed)"
            r"|Unspecified error|Slurmd could not|(?:User|Group ID) not found on host"
            r"|Communication (?:connection|shutdown) failure|Unexpected message received"
        ),
        "srun: error: Task launch for StepId=4.0: User not found on host",
    ),
    (
        (
            r"cgroup(?:/v[12])?: (?:.*(?:[Uu]nable|[Ff]ailed|cannot)|error)|task/cgroup: (?:unable|failed)"
            r"|[Uu]nable to (?:create|move|mount|attach).*cgroup|cgroup.*(?:[Nn]o such file|not mounted)"
        ),
        "slurmstepd: error: task/cgroup: unable to create step cgroup",
    ),
    (r"Machine check events logged|\bMCE\b|EDAC MC\d+: \d+ UE", "mcelog: MCE 0"),
    (
        (
            r"Too many links|\bEMLINK\b|\bENOLCK\b|\bEUCLEAN\b|\bESTALE\b|Key has expired"
            r"|Required key not available|No such device or address"
        ),
        "OSError: [Errno 31] Too many links: '/home/u/.cache/a' -> '/home/u/.cache/b'",
    ),
    (
        (
            r"failed calling webhook|context deadline exceeded while awaiting|etcd leader changed"
            r"|[Ff]ailed to (?:create|set ?up) (?:pod )?(?:sandbox|network for)|FailedCreatePodSandBox"
            r"|networkPlugin cni|imminent node shutdown|Multi-Attach error|was active (?:on the node )?longer than"
            r"|NodeShutdown|Preempted by|PreemptionByScheduler|preempting to|OutOf(?:cpu|memory|nvidia)|Predicate \w+ failed"
        ),
        'Error from server (InternalError): failed calling webhook "x.grove.io": EOF',
    ),
    (
        r"Cannot connect to the Docker daemon|dockerd .*not running|containerd\.sock|failed to dial",
        "Cannot reach containerd at /run/containerd/containerd.sock",
    ),
    (
        (
            r"JetStream (?:system|cluster) (?:temporarily unavailable|not available)|no (?:raft )?quorum"
            r"|stream (?:is )?offline|consumer (?:is )?offline"
        ),
        "nats: JetStream system temporarily unavailable (10008)",
    ),
    (
        r"\bslow fdatasync\b|apply request took too long|lost leader|lost the TCP streaming connection",
        "etcd: lost leader 8e9e at term 3",
    ),
)
_PRODUCT = (
    (
        r"TypeError: unsupported (?:operand|format)",
        "TypeError: unsupported operand type(s) for /: 'NoneType' and 'float'",
    ),
    (
        r"panic: runtime error: |fatal error: (?:concurrent map|all goroutines)",
        "fatal error: concurrent map writes",
    ),
    (
        r"Duplicate metrics collector registration|Duplicated timeseries in CollectorRegistry",
        "ValueError: Duplicated timeseries in CollectorRegistry: {'x'}",
    ),
    # what etcd answers to a client that asks wrongly
    (
        (
            r"etcdserver: (?:key is not provided|too many operations|duplicate key|value is provided"
            r"|lease is provided|lease already exists|mvcc: required revision)"
        ),
        "etcdserver: duplicate key given in txn request",
    ),
    (
        (
            r"nats: (?:slow consumer|wrong last sequence|invalid subject|stale connection|invalid JSON)"
            r"|Slow Consumer Detected|wrong last sequence"
        ),
        "[7] 2026/01/12 08:13:02.224107 [ERR] Slow Consumer Detected",
    ),
)

PHRASES: tuple[Phrase, ...] = (
    *(Phrase("product", words, said) for words, said in _PRODUCT),
    *(Phrase("config", words, said) for words, said in _CONFIG),
    *(Phrase("infrastructure", words, said) for words, said in _INFRASTRUCTURE),
)
