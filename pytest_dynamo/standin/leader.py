# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Rank 0 of a worker: waits for the other ranks, then registers with Dynamo and serves.

The ranks of one engine live and die together. The others connect when they have loaded; a
connection that ends without a word afterwards is a lost rank, and ends the world.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import site
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo.standin.rank import FAILED, LOST_RANK, REFUSED, STOPPED

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Coroutine
    from typing import NoReturn

    from pytest_dynamo.standin.engine import Engine
    from pytest_dynamo.standin.rank import Rank

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
#: Longest that requests in flight may take once the rank was told to stop.
DRAIN_S = 30.0
#: What the kernel's table of connections says, and in which words of a row.
_ESTABLISHED, _LISTENING = "01", "0A"
_HERE, _THERE, _STATE, _INODE = 1, 2, 3, 9


class World:
    """The other ranks of this worker as they arrive and go.

    ``whole`` is done when all are here, ``end`` when the world ends; its result is the exit status.
    """

    def __init__(self, rank: Rank) -> None:
        loop = asyncio.get_running_loop()
        self._rank = rank
        self._links: dict[int, StreamWriter] = {}
        self.whole: asyncio.Future[None] = loop.create_future()
        self.end: asyncio.Future[int] = loop.create_future()
        self._count()

    def _count(self) -> None:
        if len(self._links) == self._rank.world - 1:
            self.whole.set_result(None)

    def finish(self, status: int, words: str) -> None:
        """End this world with that status; the first reason counts."""
        if not self.end.done():
            self._rank.say(f"rank0: {words}")
            self.end.set_result(status)

    def time_out(self) -> None:
        """End this world if a rank has not arrived by now."""
        absent = sorted(set(range(1, self._rank.world)) - set(self._links))
        if absent:
            self.finish(
                LOST_RANK,
                f"rank {', '.join(map(str, absent))} of {self._rank.worker} did not arrive in "
                f"{self._rank.timeout_s:g} s, aborting the world",
            )

    async def receive(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Take in one rank, and watch it until it goes."""
        match (await _rest(reader.readline())).split("\t"):
            case ["hello", self._rank.run, worker, number, world] if (number + world).isdigit():
                objection = self._objection(worker, int(number), int(world))
            case _:
                peer = writer.get_extra_info("peername")
                self._rank.say(f"rank0: refused {peer}: not of this run")
                _refuse(writer, "not of this run")
                return
        if objection:
            _refuse(writer, objection)
            self.finish(REFUSED, f"refused rank {number}, which {objection}")
            return
        self._links[int(number)] = writer
        self._count()
        if await _rest(reader.read()) == "bye":
            self.finish(STOPPED, f"rank {number} was told to stop, stopping the world")
        else:
            self.finish(LOST_RANK, f"lost rank {number}, aborting the world")

    def _objection(self, worker: str, number: int, world: int) -> str | None:
        rank = self._rank
        if worker != rank.worker:
            return f"is of worker {worker}, this is {rank.worker}"
        if world != rank.world:
            return f"has a world of {world} ranks, this world has {rank.world}"
        if not 0 < number < world:
            return f"is none of 1 to {world - 1}"
        if number in self._links:
            return "has arrived already"
        return None

    def arrived(self, number: int) -> None:
        """Let all ranks know that the request of that number is here, for their faults' sake."""
        if self._rank.faults:
            for link in self._links.values():
                link.write(f"serving {number}\n".encode())
        self._rank.reach("serving", number)

    def dismiss(self) -> None:
        """Tell all other ranks that they may go."""
        for link in self._links.values():
            if not link.is_closing():
                link.write(b"bye\n")


async def _rest(read: Coroutine[None, None, bytes]) -> str:
    """Return what could be read before the other side went, however it went."""
    try:
        return (await read).decode(errors="replace").rstrip("\n")
    except ConnectionError:
        return ""


def _refuse(writer: StreamWriter, reason: str) -> None:
    writer.write(f"refused {reason}\n".encode())
    writer.close()


def live(rank: Rank, began: float) -> NoReturn:
    """Load, gather the world, serve, and end as the world ends."""
    site.main()  # started with -S: this is where the runtime's package is found
    try:
        from pytest_dynamo.standin.engine import Engine  # noqa: PLC0415 needs site.main
    except ModuleNotFoundError as error:
        rank.leave(FAILED, f"{error}; remedy: pip install 'pytest-dynamo[dynamo]'")
    try:
        engine = Engine(rank)
    except (OSError, ValueError, KeyError) as error:
        rank.leave(FAILED, f"no model in {rank.model_path}: {error!r}")
    listener = _listen(rank)
    rank.load(began)
    rank.reach("loaded")
    asyncio.run(_live(rank, engine, listener))


async def _live(rank: Rank, engine: Engine, listener: socket.socket) -> NoReturn:
    world = World(rank)
    _heed_signals(world)
    server = await asyncio.start_server(world.receive, sock=listener)
    asyncio.get_running_loop().call_later(rank.timeout_s, world.time_out)
    if await _before(world.end, world.whole):
        await _serve(rank, engine, world)
    server.close()
    if world.end.result() == STOPPED:
        world.dismiss()
    os._exit(world.end.result())  # as a crash ends: nothing but the stop above is told to anyone


async def _serve(rank: Rank, engine: Engine, world: World) -> None:
    """Register and serve until the world ends; a stop lets the requests in flight end."""
    engine.arrived = world.arrived
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)  # the kernel's: connecting can block all of Python
    engine.connect()
    _heed_signals(world)
    if not await _before(world.end, asyncio.ensure_future(engine.register())):
        return
    services = called()
    serving = asyncio.ensure_future(engine.serve())
    serving.add_done_callback(lambda _: world.finish(FAILED, "the runtime ended the endpoint"))
    rank.say(
        f"rank0 registered {rank.model_name} at {rank.endpoint} after {rank.world} ranks", file=1
    )
    if await world.end == STOPPED:
        await engine.deregister()
        drained = asyncio.create_task(drain(serving, services))
        _, late = await asyncio.wait({drained}, timeout=DRAIN_S)
        if late:
            rank.say(f"rank0: requests still in flight after {DRAIN_S:g} s are given up")


async def drain(serving: asyncio.Future[None], services: frozenset[str]) -> None:
    """Return when every answer has ended, and its last words have left this process.

    1.6.1 holds a request for ended before it has written the end of its answer to the connection
    that it made for it, and a process that goes then cuts a whole stream: the client is told 503.
    """
    await serving
    while called() - services:  # noqa: ASYNC110  the runtime tells nobody when it hangs up
        await asyncio.sleep(0.01)


def called() -> frozenset[str]:
    """Return where this process has called, and not hung up yet."""
    sockets = set()
    for number in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile, as this listing's own is
            sockets.add(str(number.readlink()))
    rows = [
        row
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/self/net/{table}").read_text(encoding="ascii").splitlines()
        if f"socket:[{(row := line.split())[_INODE]}]" in sockets
    ]
    heard = {row[_HERE].rpartition(":")[2] for row in rows if row[_STATE] == _LISTENING}
    return frozenset(
        row[_THERE]
        for row in rows
        if row[_STATE] == _ESTABLISHED and row[_HERE].rpartition(":")[2] not in heard
    )


def _heed_signals(world: World) -> None:
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(
            number, world.finish, STOPPED, "told to stop"
        )


async def _before(end: asyncio.Future[int], done: asyncio.Future[None]) -> bool:
    """Wait for one of the two, and return whether it was not the end."""
    both: set[asyncio.Future[Any]] = {end, done}  # Any: one has a result, the other has none
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if done.done():
        done.result()
    return not end.done()


def _listen(rank: Rank) -> socket.socket:
    host, port = rank.rendezvous
    # A name can stand for loopback in this host's /etc/hosts, where others do not reach it.
    local = host == "localhost" or host[0].isdigit()
    try:
        return socket.create_server((host if local else "", port), backlog=rank.world)
    except OSError as error:
        rank.leave(REFUSED, f"cannot listen at {host}:{port}: {error}")
