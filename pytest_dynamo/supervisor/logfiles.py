# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Reads finished logs of any size: in blocks of whole lines from the front, and from the end.

Of gigabytes, only the lines that a screen picks and the last words of each speaker are ever made
into text, so memory does not grow with a log, and the time is that of reading it. One that ``gzip``
packed is unpacked while it is read, and its end is looked for in a temporary file.
"""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Protocol

from pytest_dynamo.watch.log_names import PACKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from io import FileIO
    from pathlib import Path

    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.watch.lines import Line

#: Bytes of a log in memory at once.
BLOCK = 1 << 20
#: Bytes from the front that show what kind of log it is.
HEAD = 64 * 1024
#: The first step back from the end of a log, where its last words mostly are.
_STEP = 8 * 1024
#: How far back the last words are looked for where every line has to be made out for it.
_FAR = 16 << 20

#: A process, and a rank of it where its log has several.
Speaker = tuple[str, int | None]


class Teller(Protocol):
    """Makes lines of one line of a log."""

    def whole(self, number: int, data: bytes) -> list[Line]:
        """Return the lines of the ``number``-th line."""
        ...


def speakers(process: Process) -> tuple[Speaker, ...]:
    """Return who speaks in the log of a process that we started."""
    if process.labelled:
        return tuple((process.name, rank) for rank in process.ranks or (0,))
    return ((process.name, process.ranks[0] if len(process.ranks) == 1 else None),)


def labels(found: Iterable[Speaker]) -> dict[bytes, Speaker]:
    """Return what stands before the first colon of the lines of each speaker of a labelled log."""
    return {str(rank).encode(): (name, rank) for name, rank in found if rank is not None}


def head(path: Path) -> bytes:
    """Return the first lines of a log, the last of them whole if there is more than one.

    Raises:
        OSError: it cannot be read, or is no log that ``gzip`` packed whatever it is called.
    """
    with _opened(path) as file:
        data = _read(file, HEAD)
    whole, newline, _ = data.rpartition(b"\n")
    return whole if newline else data


def blocks(path: Path, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield blocks of whole lines, each with the number of its first line, from 1.

    A line longer than a block comes in pieces. ``upto`` ends the log after so many bytes.
    """
    number, rest, read = 1, b"", 0
    with _opened(path) as file:
        while data := _read(file, BLOCK if upto is None else min(BLOCK, upto - read)):
            read += len(data)
            data = rest + data if rest else data
            cut = data.rfind(b"\n") + 1
            if not cut and len(data) < BLOCK:
                rest = data
                continue
            cut = cut or len(data)
            yield number, data[:cut]
            number += data.count(b"\n", 0, cut)
            rest = data[cut:]
    if rest:
        yield number, rest


def last_words(  # noqa: PLR0913 - of which log, of whom, how many, and how it is read
    path: Path,
    teller: Teller,
    wanted: Iterable[Speaker],
    *,
    keep: int,
    newlines: int,
    upto: int | None = None,
    labels: Mapping[bytes, Speaker] | None = None,
) -> list[Line]:
    """Return the last ``keep`` lines of each of the wanted speakers, in the order of the log.

    ``newlines`` is how many the log has. With ``labels``, which are what stands before the first
    colon of a line, lines of those who have said enough are passed over unread, all the way to the
    front; else the search ends after a while.
    """
    found: dict[Speaker, list[Line]] = {speaker: [] for speaker in wanted}
    missing = set(found)
    last, seen = newlines + 1, 0
    for block in _backwards(path, upto):
        if not missing or (labels is None and seen >= _FAR):
            break
        lines = block.split(b"\n")
        for offset, data in enumerate(reversed(lines)):
            if labels is not None and labels.get(data.partition(b": ")[0].strip()) not in missing:
                continue
            for line in reversed(teller.whole(last - offset, data)):
                speaker = (line.process, line.rank)
                if speaker in missing:
                    found[speaker].append(line)
                    if len(found[speaker]) == keep:
                        missing.discard(speaker)
        last -= len(lines) - 1
        seen += len(block)
    return sorted(
        (line for lines_of in found.values() for line in reversed(lines_of)),
        key=lambda line: line.number,
    )


def _backwards(path: Path, upto: int | None) -> Iterator[bytes]:
    """Yield blocks of whole lines from the end to the front."""
    rest = b""
    with _seekable(path) as file:
        at = file.seek(0, os.SEEK_END)
        at = at if upto is None else min(at, upto)
        step = min(_STEP, BLOCK)
        while at:
            size = min(at, step)
            step = min(2 * step, BLOCK)
            at -= size
            file.seek(at)
            data = file.read(size) + rest
            cut = data.find(b"\n") + 1 if at else 0
            if at and not cut and len(data) < _FAR:
                rest = data
                continue
            rest = data[:cut]
            yield data[cut:]
    if rest:
        yield rest


def _opened(path: Path) -> FileIO | gzip.GzipFile:
    return gzip.open(path, "rb") if path.suffix == PACKED else path.open("rb", buffering=0)


@contextmanager
def _seekable(path: Path) -> Iterator[IO[bytes]]:
    """Yield a log that can be read from its end, a packed one as a temporary file."""
    with _opened(path) as file:
        if not isinstance(file, gzip.GzipFile):
            yield file
            return
        with tempfile.TemporaryFile() as whole:
            while data := _read(file, BLOCK):
                whole.write(data)
            yield whole


def _read(file: FileIO | gzip.GzipFile, size: int) -> bytes:
    """Return so many bytes, or what is left; of a packed log that is damaged all that is whole.

    Raises:
        OSError: it cannot be read, or no part of it is whole.
    """
    if not isinstance(file, gzip.GzipFile):
        return file.read(size)
    data = bytearray()
    try:
        while len(data) < size and (more := file.read1(size - len(data))):
            data += more
    except EOFError:  # the copy ends here, and so does the log
        return bytes(data)
    except (gzip.BadGzipFile, zlib.error) as error:
        if not file.tell():
            raise OSError(str(error)) from error
    return bytes(data)
