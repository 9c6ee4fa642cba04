# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What etcd, NATS, Redis and the runtime of Dynamo say."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

_PRODUCT = (
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
            r"|wrong last sequence"
        ),
        "nats: wrong last sequence: 17",
    ),
)
_CONFIG = (
    (
        r"redis\.exceptions\.(?:Authentication|NoPermission)\w*Error|\b(?:NOAUTH|WRONGPASS) ",
        "redis.exceptions.AuthenticationError: Authentication required.",
    ),
    (r"time: (?:invalid|unknown|missing) ", 'error: time: missing unit in duration "5"'),
    (
        r"(?:Error|Exception|error|fatal)\b.*\b[A-Z][A-Z0-9]*_[A-Z0-9_]+ (?:is |was )?not set\b",
        "Exception: DYN_NAMESPACE not set",
    ),
    (
        (
            r"directory is not writ|[Aa]ccess ?(?:is |was )?[Dd]enied|[Nn]ot authorized|[Bb]ad credentials"
            r"|[Ii]nvalid (?:credential(?! \(|s? signature)|password|API key|api key)|\bForbidden\b"
        ),
        "Can't start JetStream: storage directory is not writable",
    ),
    (
        (
            r"bind: cannot assign requested address|[Bb]ind.*Cannot assign requested address"
            r"|ZMQError: Cannot assign requested address"
        ),
        "listen tcp 10.1.2.3:2379: bind: cannot assign requested address",
    ),
    (
        (
            r"etcdserver: (?:request is too large|too large lease TTL|rpc not supported for learner|bad URL"
            r"|role is not granted|root user|role name|user name)"
        ),
        "etcdserver: request is too large",
    ),
    (
        r"^nats-server: |(?:error|Error) parsing (?:config|configuration)|configuration file:\d+",
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
    (
        (
            r"(?:[Ii]nvalid|[Uu]nknown|[Uu]nsupported) DYN_\w+|Invalid (?:TCP address|ZMQ endpoint|event plane|request plane mode"
            r"|endpoint (?:path|type)|S3 endpoint)|NATS server URL is invalid|\bDYN_[A-Z_]+ must be"
            r"|\bDYN_[A-Z_]+ is set but|(?:POD|CONTAINER)_\w+ not available from file"
        ),
        "Error: POD_NAME not available from file or environment",
    ),
    (
        (
            r"^(?!.*(?:Value|Key|ArgumentType)Error).*\b(?:[Uu]nknown|[Ii]nvalid|[Uu]nsupported) (?:[\w-]+ ){1,3}['\"`]?[\w./-]+['\"`]?[,;:.]? \(?(?:expected|must be|valid|supported"
            r"|available|choose|allowed|possible)"
        ),
        "Error: unknown router mode 'kvv', expected one of: round-robin, random, kv, direct",
    ),
    (
        (
            r"\b(?:ResourceNotFound|ResourceExists|DefaultCredentials|CredentialUnavailable|ClientAuthentication)Error\b"
            r"|\bCredentialRetrievalError\b|\bhas no credentials?\b|[Nn]o (?:signing )?credentials (?:available|found|provided)|\b(?:NOAUTH|WRONGPASS)\b|googleapi: Error 4(?!29)\d\d"
            r"|(?:TLSV1|SSLV3)_ALERT_PROTOCOL|407 Proxy Authentication"
            r"|\b(?:[Dd]id you (?:set|pass|specify)|is --[\w-]+ set\?)|Missing apikey|errorCode=22\b|nginx: \[emerg\](?!.*\((?:98|99|24|28): )"
        ),
        "azure.core.exceptions.ResourceNotFoundError: The specified container does not exist.",
    ),
    (
        (
            r"\b(?:subject|name|namespace|endpoint|component|path|value|option|url|URL|address)\b"
            r"(?: .{1,60}?)? is invalid\b|\bcontains? (?:illegal|invalid) character"
        ),
        "Exception: endpoint subject 'dynamo.backend.generate' is invalid: it has a blank",
    ),
    (
        (
            r"does not use the 'tls://' scheme|\bplane mismatch: "
            r"|\bTLS (?:\w+ )*(?:certificate|key) not found"
        ),
        "Error: TLS certificate not found: /certs/tls.crt",
    ),
    (
        (
            r"\b(?:InvalidURL|MissingSchema|InvalidSchema|LocationParseError|AuthenticationException)\b"
            r"|ServiceException: 40[134]|not set \([A-Z]+_[A-Z_]+\)|\bcontains? (?:whitespace|blanks|spaces)\b"
            r"|\b(?:size|count|number|ranks?)\b.*\bdiffers from\b|received message larger than max"
            r"|message length too large|maximum messages exceeded|\bTCP_DENIED\b"
            r"|(?:ModelDeploymentCard|[Mm]odel card)\b.*(?:[Cc]hecksum|mismatch)"
        ),
        "requests.exceptions.InvalidURL: Failed to parse: http://[::1/metrics",
    ),
    # who names a variable of Dynamo's in an error has not liked its value
    (
        r"^(?!.*(?:DYN_LOG|not set|\b(?:see|set|via|export|with) DYN_)).*(?:Exception|Error|ERROR)\b.*\bDYN_[A-Z_]+\b",
        "Exception: DYN_REQUEST_PLANE differs: worker 77 serves tcp, the frontend dials nats",
    ),
    (
        r"\b[Bb]lock[ _]size mismatch|\bblock_size\b.*(?:differ|mismatch|does not match)",
        "ERROR dynamo_llm::kv_router::indexer: block size mismatch: worker 77 publishes 64, router has 16",
    ),
)
_INFRASTRUCTURE = (
    (
        (
            r"^(?=.*(?i:\b(?:etcd|nats)\b)).*(?:not connected|(?<!temporarily )unavailable|establish a connection|did not answer|unresponsive)"
            r"|\breqwest::Error \{ kind: (?!Builder|Decode)|SSLEOFError|unexpected eof while reading|\b416 Client Error: |EOF occurred in violation of protocol"
            r"|\b(?:[Cc]ould not|[Uu]nable to|[Ff]ailed to|[Cc]annot) reconnect\b"
            r"|another (?:\S+ )?(?:process|instance|server|\S+-server) (?:uses|is using|holds)"
            r"|\bIncompleteReadError\b|\brsync\b.*(?:unexplained error|unexpectedly closed)"
            r"|Only one usage of each socket|OOM command not allowed|lost connection to backend|[Cc]ommunication error: .*(?:timed out|refused|reset)|Drive is offline"
            r"|googleapi: Error (?:5\d\d|429)|[Mm]etadata [Ss]erver unavailable|expelled from the cluster"
        ),
        "wekafs: WekaFS client lost connection to backend 10.0.0.3, entering blocking mode",
    ),
    (
        r"\b(?:status: |code: |code = )(?:Unavailable|DeadlineExceeded)\b",
        'grpc request error: status: DeadlineExceeded, message: "Deadline expired"',
    ),
    (
        r"cannot lock data directory|data directory is locked by another",
        'etcd: "error":"cannot lock data directory: resource is busy"',
    ),
    (  # Dynamo: no address of its own, a key that etcd does not take, a stream without an owner
        r"\bLocalIpAddressNotFound\b|Check (?:etcd server|discovery service) status|from the stream: 503\b",
        "called `Result::unwrap()` on an `Err` value: LocalIpAddressNotFound",
    ),
    (
        r"cannot fetch cluster info|could not retrieve cluster information",
        "etcd: cannot fetch cluster info from peer urls",
    ),
    (
        (
            r"\binsufficient resources\b(?!:)|JetStream (?:system|cluster) (?:temporarily unavailable|not available)|no (?:raft )?quorum"
            r"|stream (?:is )?offline|consumer (?:is )?offline"
        ),
        "nats: JetStream system temporarily unavailable (10008)",
    ),
    (
        r"\bslow fdatasync\b|apply request took too long|lost leader|lost the TCP streaming connection",
        "etcd: lost leader 8e9e at term 3",
    ),
)

PHRASES: tuple[Phrase, ...] = (
    *(Phrase("product", words, said) for words, said in _PRODUCT),
    *(Phrase("config", words, said) for words, said in _CONFIG),
    *(Phrase("infrastructure", words, said) for words, said in _INFRASTRUCTURE),
)
