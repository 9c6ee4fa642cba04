# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The node's kernel does not let an ordinary user make the namespace that a container begins with.

Why: Its settings refuse user namespaces, or a limit of them is reached: user.max_user_namespaces,
kernel.unprivileged_userns_clone, or AppArmor.

Remedy: Allow user namespaces on the node, or leave it out.

Source: enroot, `bin/enroot-nsenter.c`; Apptainer; runc, `libcontainer/nsenter`; user_namespaces(7)
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI830",
    "user-namespaces-refused",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "ailed to create user namespace",
        "user namespaces are not enabled in",
        "cannot clone: ",
        "unshare failed: Operation not permitted",
        "No permissions to create new namespace",
        "/proc/self/exe: operation not permitted",
        "ould not write info to setgroups: ",
        "waiting event for user namespace mappings",
        'operation="userns_create"',
        "can't init user+mount namespaces",
    ),
    pattern=r"(?:enroot|FATAL: |apptainer|singularity|ERROR *: ).*[Ff]ailed to create user namespace|user namespaces are not enabled in|\bcannot clone: (?:Operation not permitted|No space left on device|Invalid argument|Permission denied)|unshare: unshare failed: Operation|\bNo permissions to create new namespace|fork/exec /proc/self/exe: operation not permitted|ERROR *: (?:Could not write info to setgroups|Error while waiting event for user namespace)|DENIED. operation=.userns_create|can't init user\+mount namespaces: Operation not permitted",
    phase="launch",
    node=True,
    samples=(
        "slurmstepd: error: pyxis:     enroot-nsenter: failed to create user namespace: Permission denied",
        "enroot-nsenter: failed to create user namespace: No space left on device",
        "FATAL:   extract command failed: Failed to create user namespace: user namespace disabled",
        "ERROR  : Failed to create user namespace: maximum number of user namespaces exceeded, check /proc/sys/user/max_user_namespaces",
        "cannot clone: Operation not permitted",
        "user namespaces are not enabled in /proc/sys/user/max_user_namespaces",
        "unshare: unshare failed: Operation not permitted",
        "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.",
        "ERROR  : Could not write info to setgroups: Permission denied",
        "ERROR  : Error while waiting event for user namespace mappings: no event received",
        "[rootlesskit:parent] error: failed to start the child: fork/exec /proc/self/exe: operation not permitted",
        'kernel: audit: type=1400 audit(1769268821.264:1554): apparmor="DENIED" operation="userns_create" class="namespace" info="Userns create restricted - failed to find unprivileged_userns profile" error=-13 comm="enroot-nsenter"',
        "4: ch-run[22456]: can't init user+mount namespaces: Operation not permitted (ch_core.c:358 1)",
    ),
    near_misses=(
        "INFO    : Waiting event for user namespace mappings",
        "git: cannot clone: repository not found",
        "ValueError: Failed to create user namespace",
        "INFO:    user namespaces are enabled",
    ),
)
