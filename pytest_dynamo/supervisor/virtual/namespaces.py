# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Enters the Linux namespaces of another process, and knows which process is PID 1 of some."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

# setns(2); Python has these constants from 3.12 on
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
HOST = NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET
_FORWARDED = (
    signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT,
    signal.SIGUSR1, signal.SIGUSR2, signal.SIGCONT,
)  # fmt: skip
_MASK = {signal.SIGCHLD, *_FORWARDED}
_SIGNALLED = 128  # a shell's status for the end by signal N is 128 + N


def enter(pid: int, flags: int) -> None:
    """Join namespaces of a process; for the PID namespace a fork has to follow."""
    handle = os.pidfd_open(pid)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(handle, flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    os.close(handle)


def fork_followed() -> None:
    """Fork; the child returns, the parent passes signals on to it and ends as it ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _MASK)  # before the fork, to miss no SIGCHLD
    pid = os.fork()
    if pid == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        return
    os._exit(follow(pid))


def follow(pid: int) -> int:
    """Pass signals on to a child until it ends; return its status as a shell would."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _MASK)
    try:
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else _SIGNALLED - code
            info = signal.sigwaitinfo(_MASK)
            # sent by a process: what a terminal sends reaches the child too
            if info.si_signo != signal.SIGCHLD and info.si_code <= 0:
                os.kill(pid, info.si_signo)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def first_process(parent: int) -> int | None:
    """Return the child of ``unshare`` that is PID 1 of its namespace, None while there is none.

    It has other children for a moment: newuidmap and newgidmap.
    """
    try:
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            if inner_pid(int(child)) == 1:
                return int(child)
    except FileNotFoundError:  # ended between the two looks
        return None
    return None


def inner_pid(pid: int) -> int:
    """Return the number that a process has in its own PID namespace."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("NSpid:"))
    return int(line.split()[-1])
