# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A streamed answer as values: what was asked for, each chunk, and the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.client.faults import Malformed, named
from pytest_dynamo.client.usage import Choice, Usage, Workers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.client.faults import StreamFault

Kind = Literal["chat", "completion"]

#: Every place where a delta can bring output. vLLM writes ``reasoning`` where Dynamo writes
#: ``reasoning_content``.
_REASONING = ("reasoning_content", "reasoning")
_OTHER_OUTPUT = ("refusal", "tool_calls", "function_call", "audio")


@dataclass(frozen=True, slots=True)
class Manner:
    """What a server does otherwise than a frontend of Dynamo, and may by the OpenAI API.

    ``answers_as`` is the name that its answers give the model, where it is another than the one
    asked for. ``lenient``: it need not say the role in a stream, where every other field of the
    answer is required, nor count in a chunk of its own. ``counts`` is False where it sends no usage
    with whole answers, ``counts_streams`` where it refuses ``stream_options`` or takes no notice of
    them. ``events`` are names of events that it sends unasked.
    """

    answers_as: str | None = None
    lenient: bool = False
    counts: bool = True
    counts_streams: bool = True
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request asked for, as far as its stream has to show it.

    ``annotations`` are the names in ``nvext.annotations``; ``lenient`` is that of ``Manner``.
    """

    kind: Kind = "chat"
    model: str | None = None
    choices: int = 1
    usage: bool = False
    annotations: frozenset[str] = frozenset()
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Delta:
    """What one chunk adds to one choice; ``brought`` is True when that is any output."""

    index: int
    role: str | None = None
    content: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    brought: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk, and when it arrived: ``at`` seconds after the request was begun."""

    at: float
    deltas: tuple[Delta, ...]
    usage: Usage | None
    raw: Mapping[str, Any]  # Any: a JSON object

    @property
    def content(self) -> str:
        """The text that it adds to the first choice."""
        return "".join(delta.content for delta in self.deltas if delta.index == 0)

    @classmethod
    def parse(cls, raw: Mapping[str, Any], kind: Kind, at: float) -> Chunk:  # Any: a JSON object
        """Return the chunk that a JSON object is.

        Raises:
            Malformed: it is none; the message says where not.
        """
        if not isinstance(raw.get("id"), str):
            raise Malformed(f"id is {named(raw.get('id'))}, not a string")
        choices = raw.get("choices")
        if not isinstance(choices, list):
            raise Malformed(f"choices is {named(choices)}, not a list")
        usage = Usage.parse(raw.get("usage"))
        if not choices and usage is None and not raw.get("nvext"):
            raise Malformed("neither a choice nor usage")
        return cls(at, tuple(_delta(one, kind) for one in choices), usage, raw)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A named event without data: Dynamo says its value in the comment."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class StreamResult:
    """A streamed answer, as far as it came; a whole and right one has no faults.

    ``opened`` is when its status came and ``seconds`` when the last of it, ``done`` whether
    ``[DONE]`` did, ``nvext`` the union of what the chunks said under that key.
    """

    faults: tuple[StreamFault, ...]
    chunks: tuple[Chunk, ...]
    choices: tuple[Choice, ...]
    usage: Usage | None
    seconds: float
    done: bool
    id: str | None = None
    model: str | None = None
    annotations: tuple[Annotation, ...] = ()
    keep_alives: int = 0
    nvext: Mapping[str, Any] = field(default_factory=dict)  # Any: a JSON object
    counts: bool = True
    opened: float = 0.0

    @property
    def content(self) -> str:
        """The text of the first choice."""
        return self.choices[0].content if self.choices else ""

    @property
    def reasoning(self) -> str:
        """The reasoning of the first choice."""
        return self.choices[0].reasoning if self.choices else ""

    @property
    def text(self) -> str:
        """All that the first choice says, its reasoning first."""
        return self.choices[0].text if self.choices else ""

    @property
    def finish_reason(self) -> str | None:
        """Why the first choice ended."""
        return self.choices[0].finish_reason if self.choices else None

    @property
    def workers(self) -> Workers | None:
        """Who served it, None where the server does not say."""
        return Workers.parse(self.nvext)

    @property
    def arrivals(self) -> tuple[float, ...]:
        """When each chunk with output arrived, in seconds after the request was begun."""
        return tuple(one.at for one in self.chunks if any(delta.brought for delta in one.deltas))

    @property
    def first_s(self) -> float | None:
        """Seconds to the first output, None when there was none."""
        return next(iter(self.arrivals), None)

    @property
    def silent_s(self) -> float:
        """Longest that no chunk came, once it was open; comments break no silence."""
        came = [self.opened, *(one.at for one in self.chunks)]
        return max((later - before for before, later in pairwise(came)), default=0.0)


def text_of(data: Mapping[str, Any], key: str) -> str:  # Any: a JSON object
    """Return a text field; null and absent are no text.

    Raises:
        Malformed: it is something else.
    """
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise Malformed(f"{key} is {named(value)}, not a text")
    return value or ""


def reasoning_of(data: Mapping[str, Any]) -> str:  # Any: a JSON object
    """Return what a reasoning parser took out of the content of a delta or message.

    Raises:
        Malformed: it is no text.
    """
    return next((text for key in _REASONING if (text := text_of(data, key))), "")


def brings(data: Mapping[str, Any], *texts: str) -> bool:  # Any: a JSON object
    """Return whether a delta or message with these texts brings any output."""
    return any(texts) or any(data.get(key) for key in _OTHER_OUTPUT)


def finish_of(choice: Mapping[str, Any]) -> str | None:  # Any: a JSON object
    """Return the finish reason.

    Raises:
        Malformed: it is neither null nor a text.
    """
    return text_of(choice, "finish_reason") or None


def index_of(choice: object) -> tuple[int, Mapping[str, Any]]:  # Any: a JSON object
    """Return the index of a choice, and the choice as the object that it is.

    Raises:
        Malformed: it is no object or has no index.
    """
    if not isinstance(choice, dict):
        raise Malformed(f"a choice is {named(choice)}, not an object")
    index = choice.get("index")
    if type(index) is not int:  # a bool is an int too
        raise Malformed(f"the index of a choice is {named(index)}, not a number")
    return index, choice


def _delta(data: object, kind: Kind) -> Delta:
    index, choice = index_of(data)
    if kind == "completion":
        text = text_of(choice, "text")
        return Delta(
            index, content=text, finish_reason=finish_of(choice), brought=brings(choice, text)
        )
    delta = choice.get("delta")
    if not isinstance(delta, dict):
        raise Malformed(f"delta is {named(delta)}, not an object")
    content, reasoning = text_of(delta, "content"), reasoning_of(delta)
    return Delta(
        index,
        role=text_of(delta, "role") or None,
        content=content,
        reasoning=reasoning,
        finish_reason=finish_of(choice),
        brought=brings(delta, content, reasoning),
    )
