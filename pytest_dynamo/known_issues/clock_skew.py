# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The clocks of nodes differ.

Why: Leases and credentials end early, or late, by that difference. A credential is rewound that
was made in the reader's future.

Remedy: Set the clocks of the nodes (chrony), and look at the one that drifts.

Source: etcd, `rafthttp/probing_status.go`; munge(3)
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI906",
    "clock-skew",
    role="root",
    fault="infrastructure",
    engine="etcd",
    texts=(
        "clock difference against peer",
        "clock-drift",
        "certificate is not yet valid",
        "invalid peer certificate: NotValidYet",
        "certificate not valid yet: verification time",
        "certificate has expired or is not yet valid",
        "Rewound credential",
        "Expired credential",
        "redential expired",
        "Check for out of sync clocks",
        "RequestTimeTooSkewed",
        "System clock wrong by",
        "Clock skew too great",
    ),
    pattern=(
        r"^(?!.*current time \S+ is after |.*redential expired|.*wrong by -?0\.\d)"
        r"|(?:[Jj]ob |[Mm]unge\b.*|slurm\w*: .*)(?i:credential expired)"
    ),
    samples=(
        "0: 2026-11-21 09:19:49.741499 W | rafthttp: the clock difference against peer 8211f1d0f64f3269 is too high [4.2s > 1s]",
        '{"level":"warn","ts":"2026-11-21T09:19:49.741Z","msg":"prober found high clock drift","clock-drift":"4.2s","rtt":"1ms"}',
        "curl: (60) SSL certificate problem: certificate is not yet valid",
        "Failed to connect to ETCD error=transport error: invalid peer certificate: NotValidYet",
        "invalid peer certificate: certificate not valid yet: verification time 1764142231 (UNIX), but certificate is not valid until 1764200000 (57769 seconds in future)",
        "x509: certificate has expired or is not yet valid: current time 2026-11-21T09:19:49Z is before 2026-11-22T00:00:00Z",
        "slurmstepd-node2: error: Munge decode failed: Rewound credential",
        "slurmd: error: Munge decode failed: Expired credential",
        "slurmd: error: Credential signature check: Job credential expired",
        "slurmd: error: Credential expired: possible clock skew",
        "[2026-03-02T09:19:49.774] error: Check for out of sync clocks",
        "botocore.exceptions.ClientError: An error occurred (RequestTimeTooSkewed) when calling the GetObject operation: The difference between the request time and the current time is too large.",
        "Nov 12 03:14:07 nid003412 chronyd[812]: System clock wrong by 312.443187 seconds",
        "gssproxy[1123]: (OID: { 1 2 840 113554 1 2 2 }) Unspecified GSS failure.  Minor code may provide more information, Clock skew too great",
    ),
    near_misses=(
        "etcdserver: clock synchronised",
        "x509: certificate has expired or is not yet valid: current time 2026-05-04T08:11:40Z is after 2026-05-03T23:59:59Z",
        "botocore.exceptions.CredentialRetrievalError: Kerberos credential expired",
        "May 28 15:40:00 n02 chronyd[655]: System clock wrong by 0.000412 seconds",
        "make: warning:  Clock skew detected.  Your build may be incomplete.",
    ),
)
