# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What Slurm, shells, file systems and the kernels of nodes say, and what fetches and installs."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

_PRODUCT = (
    (r"\bslurm_(?:mutex|cond|rwlock)_\w+: |\bmutex lock failed", "slurmstepd: fatal: slurm_mutex_lock: Invalid argument"),
    (
        r"Assertion failed: .* \(src/\w+\.cpp:\d+\)",
        "Assertion failed: ok (src/mailbox.cpp:99)",
    ),
    (
        r"\bunsupported (?:operand type|format string)",
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
)
_CONFIG = (
    (
        (
            r"\bjq: (?:error|parse error)|\bawk: .*fatal|\bsed: -e expression|\benvsubst: "
            r"|only root can do that|Batch script is empty|kernel too old|^<[\d,-]+> is invalid|squash\w+ not found|getpw\w+\(\): \w+ not found"
            r"|^s(?:run|batch|alloc): error: (?:job_submit/)?lua: "
        ),
        "jq: parse error: Invalid numeric literal at line 1, column 10",
    ),
    (
        (
            r"^s(?:run|batch|alloc): (?:error|fatal): (?:.*\b[Ii]nvalid\b(?! (?:job )?credential"
            r"| (?:host|network|message|protocol|authen))|.*mutually exclusive|No command"
            r"|Unable to open (?:file|script)|Unable to parse|Can't find|Ambiguous|Missing|Unknown"
            r"|.*[Uu]nrecognized|.*is not (?:a valid|numeric)|Cannot (?:specify|use|find)"
            r"|(?!.*munged).*--[a-z][\w-]+)"
        ),
        "srun: error: Unable to parse gres=gpu:x:y",
    ),
    (
        r"option allow_other only allowed|mountpoint is not empty",
        "fusermount: option allow_other only allowed if 'user_allow_other' is set",
    ),
    (
        (
            r"\bReason=(?:Partition\w*Limit|BadConstraints|(?:Assoc|QOS)(?:Grp|Max)|Invalid(?:Account|QOS))"
            r"|cannot run on these nodes|specification can not be satisfied|node not in this partition"
            r"|can't honor --|TaskProlog failed"
        ),
        "   JobState=PENDING Reason=BadConstraints Dependency=(null)",
    ),
    (
        (
            r"curl: \((?:1|3|22|23|26|37|58|67|77)\)(?!.*error: (?:5\d\d|429))|\bERROR 40[0134]: "
            r"|unable to resolve host address|repository '[^']+' not found|could not read Username"
            r"|not a git repository|dubious ownership|No rule to make target|Unable to access jarfile"
            r"|su: Authentication failure"
        ),
        "curl: (22) The requested URL returned error: 404",
    ),
    (
        (
            r"\b(?:EnvironmentLocationNotFound|EnvironmentNameNotFound|CommandNotFoundError"
            r"|PackagesNotFoundError|ResolvePackageNotFound|NotWritableError)\b"
        ),
        "EnvironmentLocationNotFound: Not a conda environment: /home/u/.conda/envs/x",
    ),
    (
        (
            r"(?:^|: )line \d+: .*(?:numeric argument required|filename argument required|readonly variable"
            r"|division by 0|value too great for base|operator expected|unary operator|bad array subscript"
            r"|cannot execute(?!.*[Ff]ormat)|invalid option)"
        ),
        "run.sh: line 3: exit: x: numeric argument required",
    ),
    (r"^(?:usage|Usage): ", "usage: worker.py [-h] --model MODEL"),
    (
        r"Too many levels of symbolic links|File name too long|Argument list too long|cross-device link|\bELOOP\b|\bENAMETOOLONG\b",
        "OSError: [Errno 40] Too many levels of symbolic links: '/models/current'",
    ),
)
_INFRASTRUCTURE = (
    # file systems, quotas and clocks, by whoever looks at them
    (
        (
            r"(?:[Cc]ould not|[Cc]annot|[Ff]ail|[Ee]rror|ERROR|[Uu]nable).*\b(?:9\d|100)% full|\bstale mount|\bfile limit reached|[Tt]ime went backwards|[Cc]lock (?:jumped|stepped)(?! 0\.0)"
            r"|[Ss]ignature expired|InvalidSignatureException"
        ),
        "could not write to cache: file system /scratch is 100% full",
    ),
    # drivers, adapters and switches
    (
        (
            r"nouveau was loaded|\bhugetlb\b.*(?:limit|fail|cannot)|in use by another process|\block\b.*\bheld by\b|interruption notice|\bsysrq: |libibverbs: Fatal|[Aa]dmin queue timeout|\bstorm detected|traffic dropped(?!:)"
        ),
        "EFA device rdmap16s27: admin queue timeout; resetting device",
    ),
    (
        r"pyxis: (?:seccomp filter failed|couldn't (?:mkdir|chown|join|unshare|create|open|stat|get|set)\b)",
        "slurmstepd: error: pyxis: couldn't mkdir /run/pyxis/100005: No such file or directory",
    ),
    (
        (
            r"(?:bad|read) superblock|\bpids\.max\b|\bfork failed|[Qq]uota exceeded|\bE(?:MFILE|NFILE|DQUOT|IO)\b|\bmd/raid\S*: .*[Ff]ail|mdadm: .*fail|[Cc]ritical temperature"
            r"|temperature above threshold(?!.*throttled)|page allocation failure|[Pp]ower supply .*fail|systemd-shutdown|kex_exchange"
            r"|Unable to process configuration file"
        ),
        "md/raid0:md0: Disk failure on nvme3n1 detected, failing array.",
    ),
    (
        r"Could not establish a configuration source|ApiException: \(5\d\d\)",
        "srun: fatal: Could not establish a configuration source",
    ),
    (
        (
            r"curl: \((?:5|6|7|16|18|22|28|35|52|55|56|92)\)|\bERROR 5\d\d: |Hash Sum mismatch"
            r"|Could not get lock /var|Temporary failure resolving|DO NOT MATCH THE HASHES"
            r"|[Ff]ailed to fetch: `?http"
        ),
        "curl: (28) Operation timed out after 300000 milliseconds with 0 bytes received",
    ),
    (
        r"\bceph: mds\d+ |\blibceph: |fuse: device not found|modprobe fuse",
        "ceph: mds0 reconnect denied",
    ),
    (
        (
            r"\bReason=(?:batch job|Duplicate|Kill task|Resources|ReqNodeNotAvail|Node|Low RealMemory|NHC|gres/|Not responding)"
            r"|low real_memory size|\(ReqNodeNotAvail|Count reported: \d|establish control machine|this slurmd's NodeName"
            r"|io error with slurmstepd|[Jj]ob \d+ has been revoked|job that has ended|job_container/\w+: |[Ee]pilog (?:error|failed)|_half_duplex: wrote -1|Connection to StepId=\S+ lost|_server_read: "
        ),
        "   JobState=PENDING Reason=ReqNodeNotAvail,_UnavailableNodes:gb-1",
    ),
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
        r"\bText file busy|\[Errno 95\]|flock not supported",
        "OSError: [Errno 95] Operation not supported: '/mnt/x'",
    ),
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
            r"cgroup(?:/v[12])?: (?:.*(?:[Uu]nable|[Ff]ailed|cannot)|error)|slurm\w*: .*cgroup/v[12]|task/cgroup: (?:unable|failed)"
            r"|[Uu]nable to (?:create|move|mount|attach).*cgroup|cgroup.*(?:[Nn]o such file|not mounted)|/sys/fs/cgroup/.*Permission denied"
        ),
        "slurmstepd: error: task/cgroup: unable to create step cgroup",
    ),
    (
        r"LustreError: .*(?:rc = -\d|failed|evicted|timed out|refused)",
        "LustreError: 11-0: scratch-OST0012: operation ost_read to node 10.0.3.7@o2ib failed: rc = -107",
    ),
    (
        r"gres/\S+ count (?:reported )?(?:too )?low|configuration differs from hardware",
        "slurmd: error: gres/gpu count reported lower than configured (7 < 8)",
    ),
    (r"\bx?malloc\b.{0,12}fail", "srun: error: xmalloc.c:77: malloc failed"),
    (r"Machine check events logged|\bMCE\b|EDAC MC\d+: \d+ UE", "mcelog: MCE 0"),
    (
        (
            r"Too many links|\bEMLINK\b|\bENOLCK\b|\bEUCLEAN\b|\bESTALE\b|Key has expired"
            r"|Required key not available|No such device or address"
        ),
        "OSError: [Errno 31] Too many links: '/home/u/.cache/a' -> '/home/u/.cache/b'",
    ),
)

PHRASES: tuple[Phrase, ...] = (
    *(Phrase("product", words, said) for words, said in _PRODUCT),
    *(Phrase("config", words, said) for words, said in _CONFIG),
    *(Phrase("infrastructure", words, said) for words, said in _INFRASTRUCTURE),
)
