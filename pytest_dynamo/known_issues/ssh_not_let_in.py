# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node does not let the one in that starts ranks on it by ssh.

Why: The user has no key there, or the node's own key is not the one that is known.

Remedy: Give all nodes one key (ssh NODE true must ask for nothing), or start the ranks by srun, which
needs none.

Source: OpenSSH, `sshconnect2.c`; Open MPI, `orte/mca/plm/rsh`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI723",
    "ssh-not-let-in",
    role="root",
    fault="config",
    engine="mpi",
    texts=(
        "Permission denied (",
        "Host key verification failed",
        "Too many authentication failures",
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "host key is known for ",
        "Access denied by pam_slurm_adopt",
        "Permission denied, please try again.",
        "Connection closed by authenticating user",
        "AuthenticationException: Authentication failed",
    ),
    pattern=r"Permission denied \((?:publickey|password|keyboard|gssapi|hostbased)|Host key verification failed|Too many authentication failures|REMOTE HOST IDENTIFICATION HAS CHANGED|No \w+ host key is known for |Access denied by pam_slurm_adopt|Permission denied, please try again\.|Connection closed by authenticating user|AuthenticationException: Authentication failed",
    phase="launch",
    samples=(
        "dynamo@llm-agg0-worker-1.llm-agg0: Permission denied (publickey,password).",
        "Host key verification failed.",
        "Received disconnect from 10.0.0.4 port 22:2: Too many authentication failures",
        "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
        "No ED25519 host key is known for gpu-a09 and you have requested strict checking.",
        "Access denied by pam_slurm_adopt: you have no active jobs on this node",
        "vllm-mpi-launcher-7xk2p  Permission denied, please try again.",
        "Jun 12 10:00:01 node02 sshd[81234]: Connection closed by authenticating user root 10.0.0.1 port 51022 [preauth]",
        "paramiko.ssh_exception.AuthenticationException: Authentication failed.",
    ),
    near_misses=("PermissionError: [Errno 13] Permission denied (os error 13)",),
)
