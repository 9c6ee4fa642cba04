# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The words of etcd and NATS."""

from __future__ import annotations

import planning
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.launch import services


@pytest.mark.parametrize(
    ("address", "listens", "advertises"),
    [
        ("127.0.0.1", "http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("10.0.0.1", "http://10.0.0.1:1,http://127.0.0.1:1", "http://10.0.0.1:1"),
        ("fd00::1", "http://[fd00::1]:1,http://127.0.0.1:1", "http://[fd00::1]:1"),
        ("node1", "http://0.0.0.0:1", "http://node1:1"),
    ],
)
def test_etcd_listens_where_it_can_and_advertises_where_it_is(
    address: str, listens: str, advertises: str
) -> None:
    words = services.etcd("etcd", address, 1, 2, "/data")

    assert listens == planning.words_after(words, "--listen-client-urls")
    assert advertises == planning.words_after(words, "--advertise-client-urls")
    assert "http://127.0.0.1:2" == planning.words_after(words, "--listen-peer-urls")


def test_nats_listens_at_an_address_and_not_at_a_name() -> None:
    bound, open_ = (services.nats("nats-server", host, 1, "/d") for host in ("10.0.0.1", "node1"))

    assert "10.0.0.1" == planning.words_after(bound, "--addr")
    assert "--addr" not in open_
    assert ("nats-server", "-js") == open_[:2]


@given(st.ip_addresses())
def test_every_address_is_one_and_can_be_bound(address: object) -> None:
    assert services.is_address(str(address))
    assert str(address) == services.bindable(str(address))


@pytest.mark.parametrize("name", ["node1", "head.lab", "10.0.0", "", "10.0.0.1:80"])
def test_a_name_is_no_address(name: str) -> None:
    assert not services.is_address(name)
    assert "0.0.0.0" == services.bindable(name)
