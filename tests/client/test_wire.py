# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""No request waits longer than its deadline, nor for what is known to be dead."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client.openai import Client, NoAnswer
from pytest_dynamo.errors import Lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
KEEP_ALIVE = b"3\r\n:\n\n\r\n"
#: How soon after the death a blocked request has to end.
SOON_S = 1.5


@dataclass
class Pulse:
    """Alive until a moment that the test names; remembers when it was asked."""

    dies_after_s: float = float("inf")
    asked: list[float] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def __call__(self) -> None:
        now = time.monotonic() - self.begun
        self.asked.append(now)
        if now >= self.dies_after_s:
            raise Lost("decode0 rank 3 exited 137", where="node2") from OSError("killed")


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose backlog is full: nobody refuses the connection, and nobody takes it."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(20):
            sock = stack.enter_context(socket.socket())
            sock.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                sock.connect(listener.getsockname())
            if not select.select([], [sock], [], 0.1)[1]:
                break
        else:
            pytest.fail("the backlog of the listener never got full")
        yield listener.getsockname()[1]


def headers_never(peer: Any) -> None:
    peer.request()
    peer.hold()


def body_never(peer: Any) -> None:
    peer.request()
    peer.send(HEAD + KEEP_ALIVE)
    peer.hold()


def keep_alive_for_ever(peer: Any) -> None:
    peer.request()
    peer.send(HEAD)
    peer.drip(KEEP_ALIVE, 0.01)


def headers_drip(peer: Any) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    peer.drip(b"X-Still: here\r\n", 0.01)


def request_unread(peer: Any) -> None:
    peer.stop.wait(30)


BLOCKED = [headers_never, body_never, keep_alive_for_ever, headers_drip]


@pytest.mark.parametrize("script", BLOCKED)
def test_a_death_ends_a_blocked_request_at_once(
    script: Callable[[Any], None], serve: Callable[..., Any]
) -> None:
    pulse = Pulse(dies_after_s=0.5)
    with Client(serve(script).url, pulse, model="tiny") as client:
        with pytest.raises(Lost, match="decode0 rank 3 exited 137") as caught:
            client.stream_chat("x")
        ended = time.monotonic() - pulse.begun

    assert 0.5 <= ended < 0.5 + SOON_S
    assert "killed" == str(caught.value.__cause__)
    assert len(pulse.asked) >= 3  # every 100 ms, on a machine that may have other things to do


def test_a_death_ends_a_connection_attempt_at_once(full_port: int) -> None:
    pulse = Pulse(dies_after_s=0.2)
    with Client(f"http://127.0.0.1:{full_port}", pulse) as client:
        with pytest.raises(Lost):
            client.health()
        ended = time.monotonic() - pulse.begun

    assert 0.2 <= ended < 0.2 + SOON_S
    assert len(pulse.asked) >= 3  # every 100 ms


def test_a_death_ends_a_request_that_nobody_reads(serve: Callable[..., Any]) -> None:
    pulse = Pulse(dies_after_s=0.2)
    with Client(serve(request_unread).url, pulse) as client:
        with pytest.raises(Lost):
            client.post("/v1/chat/completions", b"x" * 50_000_000)
        ended = time.monotonic() - pulse.begun

    assert 0.2 <= ended < 0.5 + SOON_S  # writing 50 MB into buffers takes its time


def test_a_death_known_before_ends_a_request_before_it_connects(serve: Callable[..., Any]) -> None:
    server = serve(headers_never)
    with Client(server.url, Pulse(dies_after_s=0)) as client, pytest.raises(Lost):
        client.health()

    assert 0 == server.connections


@pytest.mark.parametrize("script", [headers_never, body_never, headers_drip])
def test_a_whole_answer_has_a_deadline(
    script: Callable[[Any], None], serve: Callable[..., Any]
) -> None:
    with Client(serve(script).url) as client:
        begun = time.monotonic()
        with pytest.raises(NoAnswer, match=r"no whole answer in 0.3 s") as caught:
            client.get("/health", deadline_s=0.3)

    assert 0.3 <= time.monotonic() - begun < 0.3 + SOON_S
    assert "deadline" == caught.value.reason


def test_a_deadline_is_for_the_whole_request_not_for_each_read(serve: Callable[..., Any]) -> None:
    with Client(serve(keep_alive_for_ever).url, model="tiny", deadline_s=0.4) as client:
        begun = time.monotonic()
        result = client.stream_chat("x")

    assert 0.4 <= time.monotonic() - begun < 0.4 + SOON_S
    assert ["late"] == [fault.code for fault in result.faults]
    assert result.keep_alives > 5


def test_a_connection_attempt_has_its_own_deadline(full_port: int) -> None:
    with Client(f"http://127.0.0.1:{full_port}", connect_s=0.3) as client:
        begun = time.monotonic()
        with pytest.raises(NoAnswer, match="could not connect") as caught:
            client.health()

    assert 0.3 <= time.monotonic() - begun < 0.3 + SOON_S
    assert "unreachable" == caught.value.reason


def test_nobody_there_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with (
        Client(f"http://127.0.0.1:{port}") as client,
        pytest.raises(NoAnswer, match="Connection refused") as caught,
    ):
        client.health()

    assert "unreachable" == caught.value.reason
    assert f"GET http://127.0.0.1:{port}/health" == caught.value.where
    assert caught.value.seconds < 1


def test_a_host_without_address_is_told() -> None:
    with (
        Client("http://no-such-host.invalid:8000") as client,
        pytest.raises(NoAnswer, match=r"no-such-host.invalid") as caught,
    ):
        client.health()

    assert "unreachable" == caught.value.reason


def test_the_second_address_of_a_host_is_tried(
    serve: Callable[..., Any], http: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = serve(http(b"{}")).port
    addresses = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)

    with Client(f"http://head:{port}") as client:
        assert {} == client.get("/health").json


def dies_before_the_answer(peer: Any) -> None:
    peer.request()


def resets_before_the_answer(peer: Any) -> None:
    peer.request()
    peer.reset()


def dies_in_the_answer(peer: Any) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def resets_in_the_answer(peer: Any) -> None:
    peer.request()
    peer.send(HEAD + KEEP_ALIVE)
    peer.reset()


def speaks_no_http(peer: Any) -> None:
    peer.request()
    peer.send(b"-ERR unknown protocol\r\n\r\n")


DYING = [
    dies_before_the_answer,
    resets_before_the_answer,
    dies_in_the_answer,
    resets_in_the_answer,
    speaks_no_http,
]


@pytest.mark.parametrize("script", DYING)
def test_a_server_that_dies_is_no_answer_and_no_retry(
    script: Callable[[Any], None], serve: Callable[..., Any]
) -> None:
    server = serve(script)
    with Client(server.url) as client, pytest.raises(NoAnswer) as caught:
        client.get("/health")

    assert "closed" == caught.value.reason
    assert 1 == server.connections


def test_what_a_broken_server_says_is_shown_without_the_key(serve: Callable[..., Any]) -> None:
    def echo(peer: Any) -> None:
        peer.send(peer.request().partition(b"Bearer ")[2])

    with (
        Client(serve(echo).url, api_key="sk-secret") as client,
        pytest.raises(NoAnswer, match=r"illegal status line.*\*\*\*") as caught,
    ):
        client.get("/health")

    assert "sk-secret" not in str(caught.value)


def test_what_alive_knows_of_a_broken_connection_is_what_is_told(
    serve: Callable[..., Any],
) -> None:
    asked: list[int] = []

    def alive() -> None:
        asked.append(1)
        if len(asked) > 1:  # the death shows only after the connection broke
            raise Lost("frontend exited 1")

    with Client(serve(dies_before_the_answer).url, alive) as client, pytest.raises(Lost):
        client.get("/health")


def test_a_connection_is_used_again(serve: Callable[..., Any], http: Callable[..., bytes]) -> None:
    server = serve(http(b"{}"))
    with Client(server.url) as client:
        for _ in range(5):
            client.get("/health")

    assert (5, 1) == (len(server.seen), server.connections)


def test_a_connection_that_the_server_closed_is_not_used_again(serve: Callable[..., Any]) -> None:
    def once(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    server = serve(once)
    with Client(server.url) as client:
        client.get("/health")
        deadline = time.monotonic() + 5
        while server.threads[-1].is_alive() and time.monotonic() < deadline:
            server.threads[-1].join(0.1)
        client.get("/health")

    assert 2 == server.connections


@pytest.mark.parametrize("status", ["400 Bad Request", "415 Unsupported", "503 Unavailable"])
def test_a_connection_is_not_used_again_after_a_refusal(
    status: str, serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    def closes_late(peer: Any) -> None:
        peer.request()
        peer.send(http(b"no", status) if peer.seen[1:] == [] else http(b"yes"))
        peer.request()  # says nothing to a second one

    server = serve(closes_late)
    with Client(server.url) as client:
        replies = [client.post("/", b"{}").text for _ in range(2)]

    assert (["no", "yes"], 2) == (replies, server.connections)


def test_a_connection_is_not_used_again_after_a_death(
    serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    def first_never(peer: Any) -> None:
        peer.request()
        if len(peer.seen) == 1:
            peer.hold()
        else:
            peer.send(http(b"{}"))

    server = serve(first_never)
    pulse = Pulse(dies_after_s=0.1)
    with Client(server.url, pulse) as client:
        with pytest.raises(Lost):
            client.get("/health")
        pulse.dies_after_s = float("inf")

        assert {} == client.get("/health").json
    assert 2 == server.connections


@pytest.mark.parametrize("size", [0, 1, 100_000, 5_000_000])
def test_bodies_of_any_size_pass_both_ways(
    size: int, serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    server = serve(http(b"y" * size))
    with Client(server.url) as client:
        reply = client.post("/", b"x" * size)

    assert size == len(reply.text)
    assert b"x" * size == server.seen[0].partition(b"\r\n\r\n")[2]


def test_no_connection_is_closed_for_being_one_of_many(serve: Callable[..., Any]) -> None:
    """The pool may close one as idle that it has given to a thread which has not asked yet."""
    many, rounds = 12, 3
    gate = threading.Barrier(many)

    def answer(peer: Any) -> None:
        while peer.request():
            with contextlib.suppress(threading.BrokenBarrierError):
                gate.wait(5)  # each answer waits until all are asked, on a connection of its own
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    server = serve(answer)
    with Client(server.url) as client, ThreadPoolExecutor(many) as at_once:
        for _ in range(rounds):
            asked = [at_once.submit(client.get, "/health", deadline_s=10) for _ in range(many)]
            assert [each.result().status for each in asked] == [200] * many

    assert server.connections == many

