# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Token counts: what an answer says of itself, and what can be counted in it.

No tokenizer is needed. An answer that ended with ``length`` holds exactly the tokens that were
asked for, any other at most as many, and no content delta holds less than one token.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pytest_dynamo.client.faults import Malformed, StreamFault, named

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Usage:
    """What the server counted; ``cached_tokens`` of the prompt came out of a KV cache."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cached_tokens: int | None = None

    @classmethod
    def parse(cls, data: object) -> Usage | None:
        """Return what a ``usage`` field says, None for null.

        Raises:
            Malformed: it is neither null nor an object with three counts.
        """
        if data is None:
            return None
        if not isinstance(data, dict):
            raise Malformed(f"usage is {named(data)}, not an object")
        details = data.get("prompt_tokens_details") or {}
        if not isinstance(details, dict):
            raise Malformed(f"prompt_tokens_details is {named(details)}, not an object")
        cached = None if details.get("cached_tokens") is None else _count(details, "cached_tokens")
        return cls(
            prompt_tokens=_count(data, "prompt_tokens"),
            completion_tokens=_count(data, "completion_tokens"),
            total_tokens=_count(data, "total_tokens"),
            cached_tokens=cached,
        )


@dataclass(frozen=True, slots=True)
class Workers:
    """Which instances served a request, as asked with ``nvext.extra_fields: ["worker_id"]``.

    An aggregated worker is named under both roles.
    """

    prefill: int | None
    decode: int | None

    @classmethod
    def parse(cls, nvext: object) -> Workers | None:
        """Return what an ``nvext`` field says of the workers, None when nothing."""
        said = nvext.get("worker_id") if isinstance(nvext, dict) else None
        if not isinstance(said, dict):
            return None
        prefill, decode = said.get("prefill_worker_id"), said.get("decode_worker_id")
        return cls(
            prefill if isinstance(prefill, int) else None,
            decode if isinstance(decode, int) else None,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to a request: its text, why it ended, in how many pieces it came.

    ``reasoning`` is what a reasoning parser took out of the content. ``pieces`` counts the deltas
    that brought something; a unary answer is one piece, or none when it is empty.
    """

    index: int
    content: str
    finish_reason: str | None
    pieces: int
    reasoning: str = ""

    @property
    def text(self) -> str:
        """Everything it says, what it thought first: a short answer may be all thought."""
        return self.reasoning + self.content


class Answer(Protocol):
    """What a whole and a streamed completion have in common."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The answers, by index."""
        ...

    @property
    def usage(self) -> Usage | None:
        """What the server counted."""
        ...

    @property
    def counts(self) -> bool:
        """Whether it was to count: some servers do not, and say so at first."""
        ...


def counted_tokens(answer: Answer, asked: int | None) -> range:
    """Return every number of completion tokens that this answer can hold.

    ``asked`` is the ``max_tokens`` of each choice. The range has one member where all choices
    ended with ``length``, and none where the answer contradicts itself.
    """
    least = most = 0
    for choice in answer.choices:
        limit = sys.maxsize if asked is None else asked
        if choice.finish_reason == "length" and asked is not None:
            if choice.pieces > asked:
                return range(0)
            least += asked
        elif choice.pieces > limit:
            return range(0)
        else:
            least += choice.pieces
        most = min(most + limit, sys.maxsize - 1)
    return range(least, most + 1)


def usage_faults(
    answer: Answer, asked: int | None, *, prompt_tokens: int | None = None
) -> tuple[StreamFault, ...]:
    """Return what is wrong with the usage of an answer to a request for ``asked`` tokens.

    ``prompt_tokens`` is their expected number where the caller knows it, for example from the
    same prompt before: a migrated request counts generated tokens as prompt (1.6.1).
    """
    usage = answer.usage
    if usage is None and not answer.counts:
        return ()
    if usage is None:
        return (
            _fault(
                "usage-missing",
                "the answer has no usage",
                "usage: null",
                "0.5.1 answers chat that way; use another release, or count content deltas",
            ),
        )
    counts = (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)
    if min(*counts, usage.cached_tokens or 0) < 0:
        return (_fault("usage-negative", "a count is below zero", str(usage)),)
    faults = []
    if usage.total_tokens != usage.prompt_tokens + usage.completion_tokens:
        sums = f"{usage.prompt_tokens} + {usage.completion_tokens}"
        faults.append(_fault("usage-sum", f"total {usage.total_tokens} is not {sums}", str(usage)))
    if usage.cached_tokens is not None and usage.cached_tokens > usage.prompt_tokens:
        what = f"{usage.cached_tokens} of {usage.prompt_tokens} prompt tokens came from the cache"
        faults.append(_fault("usage-cached", what, str(usage)))
    if prompt_tokens is not None and usage.prompt_tokens != prompt_tokens:
        what = f"{usage.prompt_tokens} prompt tokens, {prompt_tokens} expected"
        remedy = "a migrated request counts generated tokens as prompt (1.6.1): look for a lost one"
        faults.append(_fault("usage-prompt", what, str(usage), remedy))
    counted = counted_tokens(answer, asked)
    if usage.completion_tokens not in counted:
        what = f"{usage.completion_tokens} completion tokens, {_range(counted)} in the answer"
        ends = ", ".join(f"{one.pieces} pieces, {one.finish_reason}" for one in answer.choices)
        faults.append(_fault("usage-count", what, f"max_tokens {asked}; {ends or 'no choice'}"))
    return tuple(faults)


def _count(data: Mapping[str, Any], key: str) -> int:  # Any: a JSON object
    value = data.get(key)
    if type(value) is not int:  # a bool is an int too
        raise Malformed(f"usage: {key} is {named(value)}, not a count")
    return value


def _fault(code: str, what: str, evidence: str, remedy: str | None = None) -> StreamFault:
    return StreamFault(code, "usage", what, evidence, remedy)


def _range(counted: range) -> str:
    if not counted:
        return "more than were asked for"
    if len(counted) == 1:
        return f"{counted[0]}"
    return f"{counted[0]} or more" if counted[-1] > 2**40 else f"{counted[0]} to {counted[-1]}"
