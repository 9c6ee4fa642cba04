# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Addresses are taken apart, and what is none is told from one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.rules import _address as address
from pytest_dynamo.rules._address import Address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1:2379", Address("", "10.0.0.1", 2379)),
        ("http://head:2379", Address("http", "head", 2379)),
        ("http://head:2379/", Address("http", "head", 2379)),
        ("nats://user:word@node-1.cluster:4222", Address("nats", "node-1.cluster", 4222)),
        ("[::1]:2379", Address("", "::1", 2379)),
        ("http://[fe80::1]", Address("http", "fe80::1", None)),
        ("head", Address("", "head", None)),
    ],
)
def test_an_address_has_scheme_host_and_port(text: str, expected: Address) -> None:
    assert expected == address.parse(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "10.0.0.1 10.0.1.1:2379", "head:", "head:0", "head:70000", "head:x", "://head:1",
     "a b://head:1", "[::1", "[::1]x", "[head]:1", "head;rm:1", "-head:1", "head:\uff11\uff12"],
)  # fmt: skip
def test_what_is_no_address_is_none(text: str) -> None:
    assert address.parse(text) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.0.1.1", True), ("0.0.0.0", True), ("::", True), ("::1", True),
     ("localhost", True), ("10.0.0.1", False), ("head", False)],
)  # fmt: skip
def test_loopback_and_wildcard_are_reached_from_their_own_node_only(
    host: str, expected: object
) -> None:
    assert expected == address.is_local_only(host)


@given(st.text(max_size=30))
def test_no_text_makes_it_fail(text: str) -> None:
    found = address.parse(text)

    assert found is None or found.host
