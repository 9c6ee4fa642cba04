# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose memory it is that a GPU lacks: that of the program which asks, or that of others.

Who holds nearly all of a GPU itself was given too much to hold, and would lack it again after a
retry; what others hold is none of its settings. Without figures nothing tells.
"""

from __future__ import annotations

import re

#: PyTorch's words: how much a GPU has, and how much of it a process holds.
_CAPACITY = re.compile(r"has a total capacity of (?P<amount>[\d.]+) (?P<unit>[GM]iB)")
_OWN = re.compile(r"\bthis process has (?P<amount>[\d.]+) (?P<unit>[GM]iB) memory in use")
_OTHERS = re.compile(r"\bProcess \d+ has (?P<amount>[\d.]+) (?P<unit>[GM]iB) memory in use")
#: TensorRT-LLM's word that what its settings ask for is more than there is.
_ASKED = re.compile(r"Executor creation failed due to insufficient GPU memory")
#: The share of a GPU from which on it is nearly all: what is left holds no other engine.
_NEARLY = 0.9
_MIB = {"GiB": 1024.0, "MiB": 1.0}


def is_its_own(text: str) -> bool:
    """Return whether a line that tells of too little GPU memory says that its speaker holds it."""
    if _ASKED.search(text):
        return True
    capacity, own = _CAPACITY.search(text), _OWN.search(text)
    if not capacity or not own or _OTHERS.search(text):
        return False
    return _mib(own) >= _NEARLY * _mib(capacity)


def _mib(match: re.Match[str]) -> float:
    return float(match["amount"]) * _MIB[match["unit"]]
