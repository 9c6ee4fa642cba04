# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import allocation


def test_ports_are_different_and_none_is_given_to_whoever_connects() -> None:
    text = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text()
    first, last = map(int, text.split())

    ports = allocation.free_ports(50)

    assert len(set(ports)) == 50
    assert [port for port in ports if first <= port <= last] == []


def test_a_port_in_use_is_not_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        drawn = iter([number, 0])  # 0: the kernel chooses
        monkeypatch.setattr(allocation, "_FIRST_PORT", 0)
        monkeypatch.setattr(allocation.secrets, "randbelow", lambda _: next(drawn))

        assert allocation.free_ports(1) != (number,)
        assert list(drawn) == []


def test_that_there_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(allocation, "_FIRST_PORT", 0)
        monkeypatch.setattr(allocation.secrets, "randbelow", lambda _: taken.getsockname()[1])

        with pytest.raises(LaunchError, match="0 free ports"):
            allocation.free_ports(2)
