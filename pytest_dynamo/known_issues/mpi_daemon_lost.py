# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""mpirun has lost the daemon of a node.

Why: The node went down, or the network to it, or something ended the daemon.

Remedy: Look at that node and leave it out.

Source: Open MPI, `orte/mca/errmgr`; PRRTE
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI722",
    "mpi-daemon-lost",
    role="symptom",
    fault="infrastructure",
    engine="mpi",
    texts=(
        "lost communication with a remote daemon",
        "daemon has unexpectedly failed after launch",
        "start one or more daemons",
        "ssh: connect to host",
        "does not know how to route a message",
        "died unexpectedly with status",
        "assert (!closed) failed",
        "could not be ordered to kill their local processes",
    ),
    noticed=True,
    samples=(
        "ORTE has lost communication with a remote daemon.",
        "An ORTE daemon has unexpectedly failed after launch and before",
        "ORTE was unable to start one or more daemons.",
        "ORTE was unable to reliably start one or more daemons.",
        "ssh: connect to host llm-agg-worker-1 port 2222: Connection refused",
        "launcher-1  | ORTE does not know how to route a message to the specified daemon",
        "A daemon (pid 4411) died unexpectedly with status 255 while attempting",
        "[proxy:0:1@node02] HYD_pmcd_pmip_control_cmd_cb (proxy/pmip_cb.c:480): assert (!closed) failed",
        "One or more daemons could not be ordered to kill their local processes.",
    ),
    near_misses=("ORTE daemon started",),
)
