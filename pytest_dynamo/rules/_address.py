# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the addresses of etcd and NATS are made of."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_MOST = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """``scheme://user@host:port`` in its parts; a part that is not given is empty or None."""

    scheme: str
    host: str
    port: int | None


def parse(text: str) -> Address | None:
    """Return the parts of an address, None when the text is none."""
    scheme, mark, rest = text.rpartition("://")
    if mark and not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme):
        return None
    rest = rest.rpartition("@")[2].removesuffix("/")
    if rest.startswith("["):  # IPv6
        host, mark, tail = rest[1:].partition("]")
        port = tail.removeprefix(":") if tail.startswith(":") else tail
        if not mark or not _is_ip(host) or (tail and not tail.startswith(":")):
            return None
    else:
        host, mark, port = rest.partition(":")
        if not _HOST.fullmatch(host) or (mark and not port):
            return None
    if port and not (port.isdecimal() and port.isascii() and 0 < int(port) <= _MOST):
        return None
    return Address(scheme, host, int(port) if port else None)


def is_local_only(host: str) -> bool:
    """Tell whether a host means this machine, or every address of it: no other node gets there."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    if not _is_ip(host):
        return False
    address = ipaddress.ip_address(host)
    return address.is_loopback or address.is_unspecified


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
