# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A proxy in front of a real frontend that lies: it changes what is asked or what is answered.

Theory of operation: one thread, one event loop, one listening socket for each lie. Every request
goes to the frontend on a connection of its own. Where the lie does not touch the answer, bytes are
relayed as they come, and a client that hangs up is passed on; else the whole answer is read,
changed and sent, a stream event by event. So that a cancelled stream is seen by the frontend, one
of many tokens is always relayed.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
import json
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: In the place of an event: the connection ends here, inside the answer.
HANG_UP = "\0"
#: From here on a stream is relayed while it comes.
MANY_TOKENS = 1000
#: An accepted connection has a task of ours after four rounds of the loop; twice as many, and some.
_QUIET_ROUNDS = 10


@dataclass(frozen=True)
class Ask:
    """A request; ``kept`` is what the lie remembers between requests."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    kept: Counter[str] = field(compare=False)

    @property
    def json(self) -> dict[str, Any]:
        try:
            data = json.loads(self.body)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}

    @property
    def streams(self) -> bool:
        return self.json.get("stream") is True

    @property
    def long(self) -> bool:
        """Whether many tokens are asked for; the suites also ask for what is no number."""
        wanted = self.json.get("max_tokens")
        return isinstance(wanted, int) and wanted >= MANY_TOKENS

    def but(self, **fields: Any) -> Ask:
        """Return it with other fields in its body; None takes a field away."""
        data = {**self.json, **fields}
        data = {key: value for key, value in data.items() if value is not None}
        return replace(self, body=json.dumps(data).encode())


@dataclass(frozen=True)
class Reply:
    """A whole answer; ``cut`` is how many bytes of it are sent before the connection ends."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: int | None = None

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def saying(self, data: Any, status: int | None = None) -> Reply:
        """Return it with another body, and perhaps another status."""
        body = data.encode() if isinstance(data, str) else json.dumps(data).encode()
        return replace(self, status=status or self.status, body=body)


def answer(data: Any, status: int = 200) -> Reply:
    """Return an answer of the proxy's own."""
    return Reply(status, {"content-type": "application/json"}, json.dumps(data).encode())


@dataclass(frozen=True)
class Lie:
    """What happens to requests, to whole answers and to the events of streams.

    ``piece`` changes what is relayed of a long stream as it comes. ``deaf``: clients that hang up
    are not noticed.
    """

    ask: Callable[[Ask], Ask | Reply] | None = None
    whole: Callable[[Ask, Reply], Reply] | None = None
    stream: Callable[[Ask, list[str]], list[str]] | None = None
    piece: Callable[[Ask, bytes], bytes] | None = None
    stream_type: str = "text/event-stream"
    deaf: bool = False


class Proxy:
    """Serves on ``url`` until it is closed."""

    def __init__(self, upstream: str, lie: Lie) -> None:
        host, _, port = upstream.removeprefix("http://").partition(":")
        self._upstream = (host, int(port))
        self._lie = lie
        self._kept: Counter[str] = Counter()
        #: Once a client has hung up, nothing else holds what still relays for it: it would be
        #: collected as garbage, and its request to the frontend cancelled after all.
        self.under_way: set[asyncio.Task[None]] = set()

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Begin to answer one request of a client."""
        task = asyncio.ensure_future(self.handle(reader, writer))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        # one that is cancelled before its first step, or while a client that reads nothing is
        # waited for, would leave its socket open
        task.add_done_callback(lambda _: writer.transport.abort())

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request of a client."""
        try:
            # a client that hangs up resets the connection: that is its right, and no news
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                ask = await self._read(reader)
                if ask is not None:
                    await self._answer(ask, reader, writer)
        finally:
            writer.close()
            await _closed(writer)

    async def _read(self, reader: asyncio.StreamReader) -> Ask | None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, _, rest = head.partition(b"\r\n")
        method, path, _ = first.decode().split(" ", 2)
        headers = {
            name.lower(): value
            for name, value in http.client.parse_headers(io.BytesIO(rest)).items()
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Ask(method, path, headers, body, self._kept)

    async def _answer(
        self, ask: Ask, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        told = self._lie.ask(ask) if self._lie.ask else ask
        if isinstance(told, Reply):
            await _send(writer, told)
            return
        try:
            upstream, to_upstream = await asyncio.open_connection(*self._upstream)
        except ConnectionError:
            self._kept["unreachable"] += 1
            raise
        try:
            try:
                await self._forward(told, to_upstream)
            except ConnectionError:  # it was there, and went before it was asked
                self._kept["unreachable"] += 1
                raise
            relayed = ask.streams and (self._lie.stream is None or told.long)
            if relayed and self._lie.stream_type == "text/event-stream":
                await self._relay(ask, upstream, reader, writer)
                return
            try:
                data = await upstream.read()
            except ConnectionError:
                data = b""
            if not data:  # it has just gone
                self._kept["unreachable"] += 1
                return
            reply = _parsed(data)
            is_stream = reply.headers.get("content-type", "").startswith("text/event-stream")
            if is_stream and reply.status == http.client.OK:
                # comments come as time passes, and so does their number: lies are told of the rest
                events = [each for each in reply.body.decode().split("\n\n")[:-1] if each != ":"]
                if self._lie.stream:
                    events = self._lie.stream(ask, events)
                await _send_events(writer, events, self._lie.stream_type)
            else:
                await _send(writer, self._lie.whole(ask, reply) if self._lie.whole else reply)
        finally:
            to_upstream.transport.abort()
            await _closed(to_upstream)

    async def _forward(self, ask: Ask, writer: asyncio.StreamWriter) -> None:
        own = {
            "host": f"{self._upstream[0]}:{self._upstream[1]}",
            "connection": "close",
            "content-length": str(len(ask.body)),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in {**ask.headers, **own}.items())
        writer.write(f"{ask.method} {ask.path} HTTP/1.1\r\n{head}\r\n".encode() + ask.body)
        await writer.drain()

    async def _relay(
        self,
        ask: Ask,
        upstream: asyncio.StreamReader,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        hung_up = asyncio.ensure_future(reader.read(1))
        hung_up.add_done_callback(lambda task: task.cancelled() or task.exception())
        data: asyncio.Future[bytes] | None = None
        try:
            while True:
                data = asyncio.ensure_future(upstream.read(65536))
                waited = {data} if self._lie.deaf else {data, hung_up}
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if hung_up.done() and not self._lie.deaf:
                    return
                if not (piece := await data):
                    return
                if self._lie.piece:
                    piece = self._lie.piece(ask, piece)
                if not writer.is_closing():
                    writer.write(piece)
                if not self._lie.deaf:
                    await writer.drain()
        finally:
            for task in (hung_up, data):
                if task is not None:
                    task.cancel()


def _parsed(data: bytes) -> Reply:
    head, _, body = data.partition(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    headers = {
        name.lower(): value
        for name, value in http.client.parse_headers(io.BytesIO(rest + b"\r\n\r\n")).items()
    }
    if headers.pop("transfer-encoding", None) == "chunked":
        body = b"".join(_chunks(body))
    for name in ("content-length", "connection"):
        headers.pop(name, None)
    return Reply(int(first.split()[1]), headers, body)


def _chunks(data: bytes) -> Iterator[bytes]:
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size, 16)
        yield data[:length]
        data = data[length + 2 :]


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Return when a connection is closed, however it ended."""
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    own = {"content-length": str(len(reply.body)), "connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**reply.headers, **own}.items())
    writer.write(f"HTTP/1.1 {reply.status} X\r\n{head}\r\n".encode() + reply.body[: reply.cut])
    await writer.drain()


async def _send_events(writer: asyncio.StreamWriter, events: list[str], kind: str) -> None:
    head = f"content-type: {kind}\r\ntransfer-encoding: chunked\r\nconnection: close"
    writer.write(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
    for event in events:
        if event == HANG_UP:
            return
        data = f"{event}\n\n".encode()
        writer.write(b"%x\r\n%s\r\n" % (len(data), data))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()


@contextlib.contextmanager
def serving(upstream: str, lie: Lie) -> Iterator[str]:
    """Serve a lie on a loopback port; yield its URL."""
    loop = asyncio.new_event_loop()
    proxy = Proxy(upstream, lie)
    server = loop.run_until_complete(
        asyncio.start_server(proxy.take, "127.0.0.1", 0, limit=2**26)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_close(server, proxy), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: asyncio.Server, proxy: Proxy) -> None:
    """End what is under way; what was accepted a moment ago is let in first, to be closed too.

    The server closes last: one that is closed lets nobody in any more, and leaves open the socket
    of whom it has accepted.
    """
    for listening in server.sockets:
        asyncio.get_running_loop().remove_reader(listening.fileno())
    quiet = 0
    while quiet < _QUIET_ROUNDS:
        quiet = 0 if asyncio.all_tasks() - {asyncio.current_task()} else quiet + 1
        for task in proxy.under_way:
            task.cancel()
        await asyncio.sleep(0)
    server.close()
