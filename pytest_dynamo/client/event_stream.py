# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Bytes of a ``text/event-stream`` in, events out.

Theory of operation: ``Reader`` does no I/O. It keeps the bytes of the line that has not ended
and the fields of the block that has not ended, nothing else, so where the stream was cut into
pieces cannot change the events. The grammar is section 9.2 of the WHATWG HTML standard, with one
intended difference: a block without data is an event too. A browser drops it; Dynamo says
keep-alive, annotations and, until 0.4, errors that way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Event:
    """One block of an event stream: what its fields said, None where it had no such field.

    ``data`` and ``comment`` hold the lines of their kind, joined. ``whole`` is False for what was
    left over when the stream ended inside a block.
    """

    name: str | None = None
    data: str | None = None
    comment: str | None = None
    id: str | None = None
    retry: int | None = None
    whole: bool = True


class Reader:
    """The reading side of one event stream."""

    def __init__(self) -> None:
        self._start: bytes | None = b""  # what may become a byte order mark, None when past it
        self._line = bytearray()  # what has come of a line that has not ended
        self._after_cr = False
        self._block = _Block()
        self._closed = False

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that these bytes complete.

        Raises:
            ValueError: the stream was closed.
        """
        if self._closed:
            raise ValueError("bytes after the end of the stream")
        if self._start is not None:
            self._start += data
            if len(self._start) < len(_BOM) and _BOM.startswith(self._start):
                return []  # not to be told yet
            data, self._start = self._start.removeprefix(_BOM), None
        return self._events(data)

    def close(self) -> list[Event]:
        """Return the events that the end completes: what it cut off, as an event not whole."""
        self._closed = True
        events = self._events(self._start or b"")
        if self._line:
            self._block.add(bytes(self._line))
        event = self._block.event(whole=False)
        self._start, self._line, self._block = None, bytearray(), _Block()
        return events if event is None else [*events, event]

    def _events(self, data: bytes) -> list[Event]:
        events = []
        for line in self._lines(data):
            if line:
                self._block.add(line)
                continue
            event = self._block.event(whole=True)
            self._block = _Block()
            if event is not None:
                events.append(event)
        return events

    def _lines(self, data: bytes) -> list[bytes]:
        lines = []
        start = int(self._after_cr and data[:1] == b"\n")  # the second half of a CRLF
        for end in _LINE_END.finditer(data, start):
            lines.append(bytes(self._line) + data[start : end.start()])
            self._line.clear()
            start = end.end()
        self._line += data[start:]
        if data:
            self._after_cr = data.endswith(b"\r")
        return lines


class _Block:
    """The fields of the block that is being read."""

    def __init__(self) -> None:
        self._data: list[str] = []
        self._comment: list[str] = []
        self._name: str | None = None
        self._id: str | None = None
        self._retry: int | None = None
        self._said = False

    def add(self, line: bytes) -> None:
        field, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif not field:
            self._comment.append(value)
        elif field == "event":
            self._name = value
        elif field == "id" and "\0" not in value:
            self._id = value
        elif field == "retry" and re.fullmatch(r"[0-9]{1,18}", value):
            self._retry = int(value)
        else:
            return  # the standard: other fields are ignored
        self._said = True

    def event(self, *, whole: bool) -> Event | None:
        if not self._said:
            return None
        return Event(
            name=self._name,
            data="\n".join(self._data) if self._data else None,
            comment="\n".join(self._comment) if self._comment else None,
            id=self._id,
            retry=self._retry,
            whole=whole,
        )
