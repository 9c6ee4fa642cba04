# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The grammar of a streamed OpenAI answer: events in, chunks out, and every fault on the way.

Theory of operation: ``StreamCheck`` does no I/O and reads no clock. It never raises for what a
server said: whatever is wrong becomes a ``StreamFault``, each code once for each choice, and
reading goes on. Status 200 and ``[DONE]`` are no proof of a whole answer: 1.6.1 ends a stream
whose worker died with an error object and ``[DONE]``, 0.4 with an ``error`` event or with nothing.

One cause is one fault: what merely follows from an error, a cut or a lack of chunks is not
reported again. Both shapes of usage are right where it was asked for: a last chunk without
choices (1.x), and a count in every chunk (0.3, 0.4). Who is no Dynamo may also count in the chunk
that finishes or beside an empty delta, and leave the role out (``Asked.lenient``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_dynamo.client.chunks import (
    Annotation,
    Asked,
    Chunk,
    Delta,
    Kind,
    StreamResult,
)
from pytest_dynamo.client.event_stream import Event, Reader
from pytest_dynamo.client.faults import Malformed, StreamFault, named, shown
from pytest_dynamo.client.usage import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Annotation",
    "Asked",
    "Chunk",
    "Delta",
    "Event",
    "Reader",
    "StreamCheck",
    "StreamFault",
    "StreamResult",
    "check_stream",
]

EVENT_STREAM = "text/event-stream"

_DONE = "[DONE]"
_OBJECTS: Mapping[Kind, str] = {"chat": "chat.completion.chunk", "completion": "text_completion"}
_FINISH_REASONS = ("stop", "length", "tool_calls", "content_filter", "function_call")

#: Faults that explain why the rest is missing, and those that explain a lack of chunks.
_ENDINGS = frozenset({"error-object", "truncated", "late"})
_NO_CHUNKS = frozenset({"wrong-content-type", "not-json", "malformed-chunk"})

_REMEDIES: Mapping[str, str] = {
    "choice-missing": "TensorRT-LLM needs TLLM_ALLOW_N_GREEDY_DECODING=1 for n > 1",
    "error-object": "read the log of the worker that served this request",
    "late": "look for a hung worker, or give the request a longer deadline",
    "stray-event": "OpenAI clients drop or refuse named events: ask for it in nvext.annotations, "
    "or use a release other than 0.5.1, which names one llm_metrics",
    "truncated": "look for the death of the frontend, or of a proxy in front of it",
    "usage-missing": "check that this release knows stream_options.include_usage",
    "wrong-content-type": "check that the server streams on this route",
}


@dataclass(slots=True)
class _Said:
    """What one choice has said so far."""

    content: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    finish_reason: str | None = None
    pieces: int = 0


class StreamCheck:
    """The reading of one streamed answer, ``opened`` at this time.

    ``hide`` are texts that no fault may show.
    """

    def __init__(
        self,
        asked: Asked,
        *,
        content_type: str = EVENT_STREAM,
        hide: tuple[str, ...] = (),
        opened: float = 0.0,
    ) -> None:
        self._asked = asked
        self._opened = opened
        self._hide = hide
        self._faults: dict[tuple[str, int | None], StreamFault] = {}
        self._chunks: list[Chunk] = []
        self._said: dict[int, _Said] = {}
        self._model = asked.model
        self._ids: frozenset[str] = frozenset()  # what the id of the request may be
        self._annotations: list[Annotation] = []
        self._nvext: dict[str, Any] = {}  # Any: a JSON object
        self._last = ""  # the data of the last chunk
        self._keep_alives = 0
        self._events = 0
        self._done = False
        self._seconds = 0.0
        if content_type.partition(";")[0].strip().lower() != EVENT_STREAM:
            what = f"content type {content_type or 'none'}, not {EVENT_STREAM}"
            self._fault("wrong-content-type", what, where="the headers")

    def receive(self, events: Iterable[Event], at: float) -> tuple[Chunk, ...]:
        """Take the events that arrived ``at`` this time; return their chunks."""
        before = len(self._chunks)
        for event in events:
            self._events += 1
            self._seconds = at
            self._event(event, at)
        return tuple(self._chunks[before:])

    def end(self, at: float, *, broken: str | None = None, late: str | None = None) -> StreamResult:
        """Judge the whole; ``broken`` or ``late`` says how it ended if not by itself."""
        self._seconds = at
        where = f"the end, after {self._events} events"
        if broken is not None:
            self._fault("truncated", "the connection broke inside the answer", broken, where=where)
        if late is not None:
            self._fault("late", "the answer did not end in time", late, where=where)
        if not self._codes() & _ENDINGS:
            self._missing(where)
        return self.result()

    def result(self) -> StreamResult:
        """Return what has come so far."""
        usages = [chunk.usage for chunk in self._chunks if chunk.usage is not None]
        model = self._chunks[0].raw.get("model") if self._chunks else None
        return StreamResult(
            faults=tuple(self._faults.values()),
            chunks=tuple(self._chunks),
            choices=tuple(
                Choice(
                    index,
                    "".join(said.content),
                    said.finish_reason,
                    said.pieces,
                    "".join(said.reasoning),
                )
                for index, said in sorted(self._said.items())
            ),
            usage=usages[-1] if usages else None,
            seconds=self._seconds,
            done=self._done,
            id=max(self._ids, default=None),
            model=model if isinstance(model, str) else None,
            annotations=tuple(self._annotations),
            keep_alives=self._keep_alives,
            nvext=dict(self._nvext),
            counts=self._asked.usage,
            opened=self._opened,
        )

    def _event(self, event: Event, at: float) -> None:
        said = event.data if event.data is not None else event.comment
        if not event.whole:
            self._fault("truncated", "the answer ended inside an event", said or event.name)
        elif event.name == "error":
            self._fault("error-object", "an error event", said)
        else:
            if event.name not in {None, "message", *self._asked.annotations}:
                self._fault("stray-event", f"an event named {event.name}", said)
            if event.data is not None:
                self._data(event.data, at)
            elif event.name is not None:
                self._annotations.append(Annotation(event.name, event.comment or ""))
            elif event.comment is not None:
                self._keep_alives += 1

    def _data(self, data: str, at: float) -> None:
        if self._done:
            code = "done-twice" if data == _DONE else "data-after-done"
            self._fault(code, f"{'[DONE]' if data == _DONE else 'data'} after [DONE]", data)
        if data == _DONE:
            self._done = True
            return
        try:
            raw = json.loads(data, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            self._fault("not-json", f"data is neither JSON nor [DONE]: {error}", data)
            return
        if not isinstance(raw, dict):
            self._fault("malformed-chunk", "data is not a JSON object", data)
        elif raw.get("error") is not None or ("choices" not in raw and "message" in raw):
            self._fault("error-object", "an error behind status 200", data)
        else:
            self._chunk(raw, data, at)

    def _chunk(self, raw: Mapping[str, Any], data: str, at: float) -> None:  # Any: a JSON object
        try:
            chunk = Chunk.parse(raw, self._asked.kind, at)
        except Malformed as error:
            self._fault("malformed-chunk", str(error), data)
            return
        self._chunks.append(chunk)
        self._last = data
        self._head(chunk, data)
        for delta in chunk.deltas:
            self._delta(delta, data)

    def _head(self, chunk: Chunk, data: str) -> None:
        """Check what all chunks have in common."""
        raw, expected = chunk.raw, _OBJECTS[self._asked.kind]
        if raw.get("object") != expected:
            what = f"object {named(raw.get('object'))}, not {expected!r}"
            self._fault("wrong-object", what, data)
        model = raw.get("model")
        if self._model is None and isinstance(model, str):
            self._model = model
        if model is None or model != self._model:
            self._fault("wrong-model", f"model {named(model)}, not {named(self._model)}", data)
        names = _request_ids(chunk, self._asked)
        if self._ids and not self._ids & names:
            self._fault("id-changed", f"id {raw['id']!r} after {max(self._ids)!r}", data)
        else:
            self._ids = self._ids & names or names
        if isinstance(nvext := raw.get("nvext"), dict):
            self._nvext.update({key: value for key, value in nvext.items() if value is not None})

    def _delta(self, delta: Delta, data: str) -> None:
        index, first = delta.index, delta.index not in self._said
        said = self._said.setdefault(index, _Said())
        if index not in range(self._asked.choices):
            what = f"choice {index}, and {self._asked.choices} were asked for"
            self._fault("choice-unasked", what, data, choice=index)
        if delta.role not in {None, "assistant"}:
            self._fault("wrong-role", f"role {delta.role!r}, not 'assistant'", data, choice=index)
        elif (
            first
            and delta.role is None
            and self._asked.kind == "chat"
            and not self._asked.lenient
        ):
            what = f"the first delta of choice {index} has no role"
            self._fault("role-missing", what, data, choice=index)
        self._finish(said, delta, data)
        said.content.append(delta.content)
        said.reasoning.append(delta.reasoning)
        said.pieces += delta.brought

    def _finish(self, said: _Said, delta: Delta, data: str) -> None:
        reason, before, index = delta.finish_reason, said.finish_reason, delta.index
        nothing = reason is None and not delta.brought
        if before is not None and nothing and self._asked.lenient:
            return  # an empty delta beside the usage
        if before is not None:
            code = "delta-after-finish" if reason is None else "finish-twice"
            what = f"choice {index} had finished with {before!r}"
            self._fault(code, what, data, choice=index)
        elif reason is not None:
            said.finish_reason = reason
            if reason not in _FINISH_REASONS:
                what = f"finish_reason {reason!r}, not one of {', '.join(_FINISH_REASONS)}"
                self._fault("unknown-finish-reason", what, data, choice=index)

    def _missing(self, where: str) -> None:
        """Report what an answer that ended by itself did not hold."""
        if not self._chunks:
            if not self._codes() & _NO_CHUNKS:
                self._fault("no-chunks", "the answer has no chunk", where=where)
            return
        last = self._last
        for index in range(self._asked.choices):
            if index not in self._said:
                what = f"choice {index} of {self._asked.choices} never came"
                self._fault("choice-missing", what, choice=index, where=where)
        unfinished = [index for index, said in self._said.items() if said.finish_reason is None]
        for index in unfinished:
            what = f"choice {index} has no finish_reason"
            self._fault("finish-missing", what, last, choice=index, where=where)
        if not self._done:
            self._fault("done-missing", "ended without [DONE]", last, where=where)
        if not self._asked.usage or unfinished:
            return
        counted = [chunk for chunk in self._chunks if chunk.usage is not None]
        if not counted:
            self._fault("usage-missing", "usage was asked for and never came", last, where=where)
        elif self._chunks[-1].usage is None or (
            self._chunks[-1].deltas
            and len(counted) < len(self._chunks)
            and not self._asked.lenient
        ):
            what = "usage is neither in a last chunk without choices nor in every chunk"
            self._fault("usage-misplaced", what, last, where=where)

    def _codes(self) -> set[str]:
        return {code for code, _ in self._faults}

    def _fault(
        self,
        code: str,
        what: str,
        evidence: str | None = None,
        *,
        choice: int | None = None,
        where: str | None = None,
    ) -> None:
        fault = StreamFault(
            code,
            where or f"event {self._events}",
            shown(what, self._hide),
            None if evidence is None else shown(evidence, self._hide),
            _REMEDIES.get(code),
        )
        self._faults.setdefault((code, choice), fault)


def check_stream(
    data: bytes, asked: Asked | None = None, *, content_type: str = EVENT_STREAM
) -> StreamResult:
    """Return what a recorded stream holds and what is wrong with it."""
    reader, check = Reader(), StreamCheck(asked or Asked(), content_type=content_type)
    check.receive([*reader.feed(data), *reader.close()], 0.0)
    return check.end(0.0)


def _request_ids(chunk: Chunk, asked: Asked) -> frozenset[str]:
    """Return what the id of the request may be: 1.6.1 appends the choice to that of a batch."""
    name = str(chunk.raw["id"])
    if asked.choices > 1 and len(chunk.deltas) == 1:
        return frozenset({name, name.removesuffix(f"-{chunk.deltas[0].index}")})
    return frozenset({name})


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
