# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What stands in logs that somebody else keeps, for tests of folders of them."""

from __future__ import annotations

AT = "2026-05-11T09:{:02}:00.000000Z "
OOM = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.62 GiB."
LISTED = AT.format(9) + ' INFO dynamo_llm::discovery::watcher: added model model_name="m"'
LOADED = "[05/11/2026-09:01:00] [TRT-LLM] [RANK 0] [I] Model init total -- 55.42s"
JOURNAL = "May 11 09:{:02}:00 {} {}[4711]: {}"
XID = "NVRM: Xid (PCI:0019:01:00): 79, pid=1, name=python3, GPU has fallen off the bus."
CRASH = "RuntimeError: CUDA error: unspecified launch failure"


def said(*lines: str) -> str:
    """Return a log of these lines."""
    return "".join(f"{line}\n" for line in lines)


def registered(namespace: str, component: str, at: str = "a:1") -> str:
    """Return how a worker tells in which namespace it registered, as what, and at which address."""
    what = f"Registered endpoint '{namespace}.{component}.generate' with shared TCP server on {at}"
    return f"{AT.format(2)} INFO dynamo_runtime::pipeline::network: {what}"
