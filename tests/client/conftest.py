# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Servers on loopback that say what a test tells them to, and what real frontends once said."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECORDED = Path(__file__).parent / "recorded"


@dataclass
class Peer:
    """The server's side of one connection."""

    sock: socket.socket
    stop: threading.Event
    seen: list[bytes]

    def request(self) -> bytes:
        """Read one request, head and body; empty when the client has hung up."""
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := self.sock.recv(65536)):
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length:")
            ),
            0,
        )
        while len(body) < length:
            body += self.sock.recv(65536)
        self.seen.append(head + b"\r\n\r\n" + body)
        return self.seen[-1]

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def send_cut(self, data: bytes, at: int) -> None:
        """Send in two pieces that arrive apart."""
        self.sock.sendall(data[:at])
        self.stop.wait(0.005)
        self.sock.sendall(data[at:])

    def drip(self, data: bytes, every_s: float) -> None:
        """Send the same again and again until the client hangs up or the test is over."""
        while not self.stop.wait(every_s):
            self.sock.sendall(data)

    def hold(self) -> None:
        """Say nothing until the client hangs up or the test is over."""
        self.sock.recv(1)

    def reset(self) -> None:
        """Break the connection as the death of a process does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()


@dataclass
class Server:
    """A listener whose every connection plays the same script."""

    script: Callable[[Peer], None]
    tls: ssl.SSLContext | None = None
    seen: list[bytes] = field(default_factory=list)
    connections: int = 0
    broken: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stop = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(sock)
            thread = threading.Thread(target=self._play, args=(sock,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _play(self, sock: socket.socket) -> None:
        try:
            if self.tls is not None:
                sock = self.tls.wrap_socket(sock, server_side=True)
                self.open.append(sock)
            self.script(Peer(sock, self.stop, self.seen))
        except (ConnectionError, ssl.SSLError):
            pass  # the client has hung up, which is its right
        except BaseException as error:  # noqa: BLE001  told when the test is over
            if not self.stop.is_set():
                self.broken.append(error)
        finally:
            sock.close()

    def close(self) -> None:
        self.stop.set()
        for sock in [self.listener, *self.open]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self.threads:
            thread.join(5)
            assert not thread.is_alive()
        assert self.broken == []


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start a server that answers every request with the same bytes, or plays a script."""
    servers: list[Server] = []

    def start(
        script: bytes | Callable[[Peer], None], tls: ssl.SSLContext | None = None
    ) -> Server:
        def answer(peer: Peer) -> None:
            assert isinstance(script, bytes)
            while peer.request():
                peer.send(script)
                if b"connection: close" in script.lower():
                    return

        servers.append(Server(answer if isinstance(script, bytes) else script, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def recorded() -> Callable[[str], bytes]:
    """Return what a real frontend answered, as it came from the socket."""
    return lambda name: (RECORDED / f"{name}.http").read_bytes()


@pytest.fixture
def recorded_body(recorded: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """Return the body of such an answer."""

    def body(name: str) -> bytes:
        head, _, rest = recorded(name).partition(b"\r\n\r\n")
        if b"transfer-encoding: chunked" not in head:
            return rest
        found = b""
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            found += rest[: int(size, 16)]
            rest = rest[int(size, 16) + 2 :]
        return found

    return body


@pytest.fixture
def http() -> Callable[..., bytes]:
    """Make an HTTP answer that keeps the connection."""

    def make(
        body: bytes = b"", status: str = "200 OK", content_type: str = "application/json"
    ) -> bytes:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}"
        return head.encode() + b"\r\n\r\n" + body

    return make
