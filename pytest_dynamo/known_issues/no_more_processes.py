# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node gives no more processes or threads.

Why: A limit of the user or of the container is reached.

Remedy: Raise the limit (ulimit -u, TasksMax), or set OMP_NUM_THREADS.

Source: The kernel's EAGAIN
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI905",
    "no-more-processes",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "Resource temporarily unavailable",
        "can't start new thread",
        "pthread_create failed",
        "fork rejected by pids controller",
        "resource temporarily unavailable",
        "failed to create new OS thread",
    ),
    pattern=r"can't start new thread|pthread_create failed|(?:fork(?!: retry)|clone|spawn\w*|[Tt]hread\w*(?!\])(?: creation)?|BlockingIOError|tokio runtime|ThreadPoolBuildError)\b.*[Rr]esource temporarily unavailable|fork rejected by pids controller|failed to create new OS thread",
    samples=(
        " 3: BlockingIOError: [Errno 11] Resource temporarily unavailable",
        "RuntimeError: can't start new thread",
        "OpenBLAS blas_thread_init: pthread_create failed for thread 63 of 64",
        "cgroup: fork rejected by pids controller in /slurm/uid_1000/job_77/step_0",
        "fork/exec /usr/bin/runc: resource temporarily unavailable",
        'unable to create tokio runtime: Os { code: 11, kind: WouldBlock, message: "Resource temporarily unavailable" }',
        "runtime: failed to create new OS thread (have 811 already; errno=11)",
        "libgomp: Thread creation failed: Resource temporarily unavailable",
    ),
    near_misses=(
        "64 threads started",
        "zmq.error.Again: Resource temporarily unavailable",
        "NCCL WARN [Service thread] Accept failed Resource temporarily unavailable",
        "bash: fork: retry: Resource temporarily unavailable",
        "cannot lock data directory: resource temporarily unavailable",
    ),
)
