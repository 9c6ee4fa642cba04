# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The sockets below the client: no wait is longer than a moment, and each looks up in between.

Theory of operation: every request has a ``Watch``. Sockets never block: an act that would is
wait is tried, polled for at most ``SLICE_S`` and tried again, and before each try the watch looks
whether time is up and whether what we wait for is alive. So the deadline is one for the whole
request, which a server that drips bytes cannot stretch, and a dead deployment ends the request
at once, with its diagnosis. Trying before polling is what finds the bytes that TLS has already
decrypted, which no poll reports.

The watch travels in a context variable, set around each step that may wait: httpcore hands a
timeout to its streams, but a connection outlives its request, and one thread can read two
answers in turns. Name resolution is the C library's and cannot be cut into slices.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import ssl
import time
from contextvars import ContextVar
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import httpcore
import httpx

from pytest_dynamo.client.waiting import NotAlive, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

#: How long an idle connection is kept for the next request.
KEEP_ALIVE_S = 5.0

_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
}

_watch: ContextVar[Watch] = ContextVar("_watch")


class Transport(httpx.BaseTransport):
    """HTTP/1.1 with keep-alive over watched sockets; no proxy, no retry.

    A request carries its watch in ``extensions["watch"]``. A refusal is the last answer of its
    connection: a server that refuses a request by its head does not read the body, and may then
    close without a word (RFC 9112, 9.6; hyper does when the body comes a moment after the head),
    which would look like the death of the server to the next request.
    """

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=None,  # with a limit, a request would wait in a place that is not ours
            # with a limit, the pool closes one as idle that another thread is about to ask
            max_keepalive_connections=None,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and return its answer, the body still to be read."""
        watch: Watch = request.extensions["watch"]
        url = request.url
        with _watched(watch):
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions={},
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer, watch))

    def close(self) -> None:
        """Close the idle connections, and those of unread answers."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, read under the watch of its request."""

    def __init__(self, answer: httpcore.Response, watch: Watch) -> None:
        self._answer = answer
        self._watch = watch

    def __iter__(self) -> Iterator[bytes]:
        parts = self._answer.iter_stream()
        while True:
            with _watched(self._watch):  # not across the yield: the caller may do other requests
                part = next(parts, None)
            if part is None:
                return
            yield part

    def close(self) -> None:
        if self._answer.status >= HTTPStatus.BAD_REQUEST:
            self._answer.extensions["network_stream"].close()
        self._answer.close()


class _Backend(httpcore.NetworkBackend):
    """Opens connections, one address after the other."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  the watch knows
        local_address: str | None = None,  # noqa: ARG002  never asked for
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002  never asked for
    ) -> httpcore.NetworkStream:
        watch = _watch.get()
        watch.look(httpcore.ConnectTimeout)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        problem: Exception | None = None
        for tried, (family, kind, protocol, _, address) in enumerate(found):
            now = time.monotonic()
            ends = now + (watch.connect_ends - now) / (len(found) - tried)
            try:
                return _connect(socket.socket(family, kind, protocol), address, ends)
            except (OSError, httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise httpcore.ConnectError(f"{host}: no address") if problem is None else problem


class _Stream(httpcore.NetworkStream):
    """A connection whose reads and writes are watched."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  ditto
        with _failing_as(httpcore.ReadError):
            return _patiently(
                self._sock, select.POLLIN, httpcore.ReadTimeout, lambda: self._sock.recv(max_bytes)
            )

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  ditto
        rest = memoryview(buffer)
        with _failing_as(httpcore.WriteError):
            while rest:
                sent = _patiently(
                    self._sock, select.POLLOUT, httpcore.WriteTimeout, self._send(rest)
                )
                rest = rest[sent:]

    def _send(self, rest: memoryview) -> Callable[[], int]:
        return lambda: self._sock.send(rest)

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  the watch knows
    ) -> httpcore.NetworkStream:
        try:
            with _failing_as(httpcore.ConnectError):
                sock = ssl_context.wrap_socket(
                    self._sock, server_hostname=server_hostname, do_handshake_on_connect=False
                )
                self._sock = sock  # the old one is detached
                ends = _watch.get().connect_ends
                _patiently(sock, select.POLLIN, httpcore.ConnectTimeout, sock.do_handshake, ends)
        except BaseException:
            self.close()
            raise
        return self

    def get_extra_info(self, info: str) -> object:
        if info == "is_readable":  # an idle connection that is readable has been closed
            if self._sock.fileno() < 0:
                return True
            poll = select.poll()
            poll.register(self._sock, select.POLLIN)
            return bool(poll.poll(0))
        if info == "ssl_object" and isinstance(self._sock, ssl.SSLSocket):
            return self._sock
        return None


def _connect(sock: socket.socket, address: Any, ends: float) -> _Stream:  # Any: by family
    try:
        with _failing_as(httpcore.ConnectError):
            sock.settimeout(0)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with contextlib.suppress(BlockingIOError):  # what a connection under way says
                sock.connect(address)
            _patiently(sock, select.POLLOUT, httpcore.ConnectTimeout, lambda: _arrive(sock), ends)
    except BaseException:
        sock.close()
        raise
    return _Stream(sock)


def _arrive(sock: socket.socket) -> None:
    """Return when the socket is connected, raise BlockingIOError while it is under way."""
    if code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(code, os.strerror(code))
    try:
        sock.getpeername()
    except OSError as error:
        if error.errno != errno.ENOTCONN:
            raise
        raise BlockingIOError from error


def _patiently(
    sock: socket.socket,
    ready: int,
    late: type[Exception],
    act: Callable[[], T],
    ends: float | None = None,
) -> T:
    """Return what the act returns, as soon as it does not have to wait."""
    watch = _watch.get()
    poll = select.poll()
    poll.register(sock, ready)
    while True:
        slice_s = watch.look(late, ends)
        try:
            return act()
        except ssl.SSLWantReadError:
            poll.modify(sock, select.POLLIN)
        except ssl.SSLWantWriteError:
            poll.modify(sock, select.POLLOUT)
        except BlockingIOError:
            pass
        poll.poll(slice_s * 1000)


@contextlib.contextmanager
def _failing_as(kind: type[Exception]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise kind(str(error)) from error


@contextlib.contextmanager
def _watched(watch: Watch) -> Iterator[None]:
    """Do a step under a watch, in the errors of httpx."""
    token = _watch.set(watch)
    try:
        yield
    except NotAlive as stopped:
        raise stopped.error from stopped.error.__cause__
    except tuple(_ERRORS) as error:
        raise _ERRORS[type(error)](str(error)) from error
    finally:
        _watch.reset(token)
