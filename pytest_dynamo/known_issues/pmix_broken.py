# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""PMIx, by which ranks find each other, does not work on a node.

Why: Its directory is full or gone, or the step daemons do not reach each other.

Remedy: Look at slurmd's spool and /tmp of that node, and at the network between the nodes' daemons.

Source: Slurm, `src/plugins/mpi/pmix`; OpenPMIx
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI719",
    "pmix-broken",
    role="symptom",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "PMIX_ERR_FILE_OPEN_FAILURE",
        "OPAL ERROR: Unreachable in file",
        "send failed, rc=",
        "collective timeout",
        "PMIX_ERR_OUT_OF_RESOURCE",
        "PMIX ERROR: ERROR in file",
        "pmixp_utils.c",
        "pmixp_server.c",
        "Dumping collective state",
        "PMIX ERROR: UNREACHABLE in file",
        "Cannot establish the connection",
        "No process controlled by this slurmstepd is involved",
        "PMIX ERROR: OUT-OF-RESOURCE in file",
    ),
    pattern=r"PMIX_ERR_(?:FILE_OPEN_FAILURE|OUT_OF_RESOURCE)|PMIX ERROR: ERROR in file|OPAL ERROR: Unreachable in file|pmixp_\w+\.c:\d+: .*(?:send failed|collective timeout|Cannot create directory|Cannot send message to|Connection to \S+ timed out|Dumping collective state)|PMIX ERROR: UNREACHABLE in file|pmixp_\w+\.c:\d+: Cannot establish the connection|No process controlled by this slurmstepd is involved|PMIX ERROR: OUT-OF-RESOURCE in file|pmixp_\w+\.c:\d+ \[\w+\] .*Dumping collective state",
    samples=(
        "slurmstepd-node1: error:  mpi/pmix_v5: _slurm_send: node1 [1]: pmixp_server.c:1581: Cannot send message to /var/spool/slurmd/stepd.slurm.pmix.90233.3, size = 4715, hostlist:",
        "slurmstepd-node1: error:  mpi/pmix_v4: _server_conn_read: node1 [1]: pmixp_server.c:1523: Connection to node2 timed out",
        "slurmstepd-node1: error:  mpi/pmix_v4: pmixp_coll_log: node1 [0]: pmixp_coll.c:286: Dumping collective state",
        "[node1:04711] PMIX ERROR: PMIX_ERR_FILE_OPEN_FAILURE in file gds_shmem2.c at line 1056",
        "[node1:04711] OPAL ERROR: Unreachable in file ext3x_client.c at line 112",
        "slurmstepd-node1: error:  mpi/pmix_v5: pmixp_p2p_send: node1 [0]: pmixp_utils.c:469: send failed, rc=1001, exceeded the retry limit",
        "slurmstepd-node1: error:  mpi/pmix_v5: pmixp_coll_reset_if_to: node1 [0]: pmixp_coll_ring.c:742: 0x7f9c: collective timeout seq=0",
        "[node1:04711] PMIX ERROR: PMIX_ERR_OUT_OF_RESOURCE in file client/pmix_client.c at line 231",
        "[node1:04711] PMIX ERROR: ERROR in file gds_ds12_lock_pthread.c at line 169",
        'slurmstepd-node1: error:  mpi/pmix_v4: pmixp_server_init: node1 [0]: pmixp_utils.c:87: Cannot create directory "/var/spool/slurmd/pmix.12.0/"',
        "[n1:4411] PMIX ERROR: UNREACHABLE in file ptl_tcp_component.c at line 1800",
        "slurmstepd: error:  mpi/pmix_v2: _tcp_connect: lxbk1177 [0]: pmixp_dconn_tcp.c:139: Cannot establish the connection",
        "[2026-09-10T10:08:16.841] error:  mpi/pmix_v4: pmixp_coll_belong_chk: c110-014 [1]: pmixp_coll.c:280: No process controlled by this slurmstepd is involved in this collective.",
        "3: [gpu-a07:07143] PMIX ERROR: OUT-OF-RESOURCE in file gds_dstore.c at line 1017",
        "[2021-01-18T13:47:25.004] [142913.0] error: b1275 [0] pmixp_coll.c:281 [pmixp_coll_log] mpi/pmix: ERROR: Dumping collective state",
    ),
    near_misses=(
        "slurmstepd-node1: error:  mpi/pmix_v5: _errhandler: node1 [0]: pmixp_client_v2.c:211: Error handler invoked: status = -61",
    ),
)
