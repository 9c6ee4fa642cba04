# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The promises of the wire hold under TLS: what is decrypted is read, no wait is blind."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client.openai import Client, NoAnswer
from pytest_dynamo.client.waiting import Watch
from pytest_dynamo.client.wire import _Backend, _watched
from pytest_dynamo.errors import Lost

if TYPE_CHECKING:
    from collections.abc import Callable


def context(purpose: ssl.Purpose) -> ssl.SSLContext:
    """A context that needs no certificate, so that no key lies in the repository."""
    made = ssl.SSLContext(
        ssl.PROTOCOL_TLS_SERVER if purpose is ssl.Purpose.CLIENT_AUTH else ssl.PROTOCOL_TLS_CLIENT
    )
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.maximum_version = ssl.TLSVersion.TLSv1_2  # the last with anonymous key exchange
    made.set_ciphers("AECDH-AES256-SHA:@SECLEVEL=0")
    return made


SERVER = context(ssl.Purpose.CLIENT_AUTH)
CLIENT = context(ssl.Purpose.SERVER_AUTH)
#: How soon after the death a blocked request has to end.
SOON_S = 1.5


def test_an_answer_comes_through(serve: Callable[..., Any], http: Callable[..., bytes]) -> None:
    server = serve(http(b'{"status": "healthy"}'), SERVER)
    with Client(server.url, tls=CLIENT) as client:
        answers = [client.get("/health").json for _ in range(2)]

    assert [{"status": "healthy"}] * 2 == answers
    assert 1 == server.connections


@pytest.mark.parametrize("size", [16_384, 1_000_000])
def test_large_bodies_come_through_both_ways(
    size: int, serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    server = serve(http(b"y" * size), SERVER)
    with Client(server.url, tls=CLIENT) as client:
        reply = client.post("/", b"x" * size)

    assert (size, size) == (len(reply.text), server.seen[0].count(b"x" * 64) * 64)


def test_bytes_already_decrypted_are_read_without_waiting(serve: Callable[..., Any]) -> None:
    def one_record(peer: Any) -> None:
        peer.send(b"0123456789")
        peer.hold()

    server = serve(one_record, SERVER)
    with _watched(Watch(None, connect_s=5, deadline_s=5)):
        stream = _Backend().connect_tcp("127.0.0.1", server.port).start_tls(CLIENT)
        first = stream.read(1)
        begun = time.monotonic()
        rest = [stream.read(1) for _ in range(9)]
        stream.close()

    assert [b"0", b"123456789"] == [first, b"".join(rest)]
    assert time.monotonic() - begun < 0.5  # polling for each byte takes 0.9 s


def test_a_death_ends_a_handshake_that_nobody_answers(serve: Callable[..., Any]) -> None:
    begun = time.monotonic()

    def alive() -> None:
        if time.monotonic() - begun > 0.2:
            raise Lost("gone")

    server = serve(lambda peer: peer.stop.wait(30))
    with Client(server.url.replace("http:", "https:"), alive, tls=CLIENT) as client:
        with pytest.raises(Lost):
            client.health()
        ended = time.monotonic() - begun

    assert 0.2 <= ended < 0.2 + SOON_S


def test_a_death_ends_a_blocked_answer(serve: Callable[..., Any]) -> None:
    begun = time.monotonic()

    def alive() -> None:
        if time.monotonic() - begun > 0.3:
            raise Lost("gone")

    def half(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        peer.hold()

    with Client(serve(half, SERVER).url, alive, tls=CLIENT) as client:
        with pytest.raises(Lost):
            client.health()
        ended = time.monotonic() - begun

    assert 0.3 <= ended < 0.3 + SOON_S


def test_a_certificate_that_nobody_vouches_for_is_refused(serve: Callable[..., Any]) -> None:
    with (
        Client(serve(b"", SERVER).url) as client,
        pytest.raises(NoAnswer, match=r"(?i)ssl|tls|handshake") as caught,
    ):
        client.health()

    assert "unreachable" == caught.value.reason
