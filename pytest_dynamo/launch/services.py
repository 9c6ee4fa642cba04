# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How etcd and NATS are worded for one run: own ports, own data, an address that others can reach.

Deviations from the guides, whose commands are ``nats-server -js`` and ``etcd --listen-client-urls
http://0.0.0.0:2379 --advertise-client-urls http://0.0.0.0:2379 --data-dir /tmp/etcd``:

- What is advertised is the head's address: clients of a cluster learn it from there, and 0.0.0.0
  is every node's own. What is listened on is that address and loopback, where it is known.
- The data of a run is its own. What a former run left in ``/tmp/etcd`` is read back, stale keys
  included; JetStream keeps its own under ``/tmp/nats`` likewise.
- Peers of etcd are spoken to on loopback only, since there are none.
"""

from __future__ import annotations

import ipaddress

_LOOPBACK = "127.0.0.1"


def etcd(program: str, address: str, port: int, peer_port: int, data: str) -> tuple[str, ...]:
    """Return the words of an etcd that serves at ``address:port``."""
    hosts = dict.fromkeys((address, _LOOPBACK)) if is_address(address) else (bindable(address),)
    peer = f"http://{_LOOPBACK}:{peer_port}"
    return (
        program,
        "--data-dir", data,
        "--listen-client-urls", ",".join(f"http://{host_in_url(host)}:{port}" for host in hosts),
        "--advertise-client-urls", f"http://{host_in_url(address)}:{port}",
        "--listen-peer-urls", peer,
        "--initial-advertise-peer-urls", peer,
        "--initial-cluster", f"default={peer}",
    )  # fmt: skip


def nats(program: str, address: str, port: int, data: str) -> tuple[str, ...]:
    """Return the words of a NATS server with JetStream that serves at ``address:port``."""
    bound = ("--addr", address) if is_address(address) else ()
    return (program, "-js", *bound, "--port", str(port), "--store_dir", data)


def bindable(host: str) -> str:
    """Return the address to listen on as ``host``: its own where it is one, else every one.

    etcd and Dynamo's frontend take no names; what a name stands for is not known here.
    """
    return host if is_address(host) else "0.0.0.0"  # noqa: S104 - other nodes must reach it


def is_address(host: str) -> bool:
    """Return whether a host is given by address rather than by name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def host_in_url(host: str) -> str:
    """Return a host as URLs have it: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host
