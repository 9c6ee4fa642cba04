# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An answer that is still coming: its chunks one by one, its judgement at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from pytest_dynamo.client.sse import Reader, StreamCheck

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import TracebackType

    from typing_extensions import Self

    from pytest_dynamo.client.chunks import Asked, Chunk, StreamResult
    from pytest_dynamo.client.waiting import Watch

#: The faults that a death behind the frontend shows as.
_CUT = frozenset({"truncated", "late"})
_TOLD = frozenset({"error-object"})


class OpenStream:
    """A streamed answer under way; iterating yields each chunk as it arrives.

    A connection that breaks and a deadline that passes end the iteration and are faults of the
    ``result``; what ``alive`` raises is raised. Closing before the end closes the connection.
    """

    def __init__(
        self, response: httpx.Response, watch: Watch, asked: Asked, hide: tuple[str, ...]
    ) -> None:
        self._response = response
        self._watch = watch
        self._reader = Reader()
        self._check = StreamCheck(
            asked,
            content_type=response.headers.get("content-type", ""),
            hide=hide,
            opened=watch.elapsed(),
        )
        self._chunks = self._read()

    @property
    def result(self) -> StreamResult:
        """What has come so far; judged as a whole once the iteration has ended."""
        return self._check.result()

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        return next(self._chunks)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; what has not been read is not judged."""
        self._chunks.close()
        self._response.close()

    def finish(self) -> StreamResult:
        """Read to the end and return the whole, judged."""
        with self:
            for _ in self._chunks:
                pass
        return self.result

    def _read(self) -> Generator[Chunk, None, None]:
        broken = late = None
        try:
            for data in self._response.iter_bytes():
                yield from self._check.receive(self._reader.feed(data), self._watch.elapsed())
        except httpx.TimeoutException as error:
            late = f"deadline {self._watch.deadline_s:g} s; {error}"
        except httpx.RequestError as error:
            broken = str(error)
        at = self._watch.elapsed()
        if not late:
            self._check.receive(self._reader.close(), at)
        self._check.end(at, broken=broken, late=late)
        codes = {fault.code for fault in self.result.faults}
        if _CUT & codes:
            self._watch.look_closely()
        elif _TOLD & codes:
            self._watch.look_behind()
