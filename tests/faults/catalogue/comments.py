# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies in the place of the comments that keep a silent stream alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.fault import Fault, tests
from faults.proxy import Lie
from pytest_dynamo.suites.test_streaming import LONG

if TYPE_CHECKING:
    from faults.proxy import Ask

CAUGHT = tests(streaming="comments_come_while_the_engine_is_silent")
EMPTY = (
    'data: {"id":"chatcmpl-0","object":"chat.completion.chunk","created":0,"model":"a/model",'
    '"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n'
)


def framed(text: str) -> bytes:
    """Return a chunk of HTTP."""
    return b"%X\r\n%s\r\n" % (len(text), text.encode())


#: What 1.6.1 sends after every interval of silence.
COMMENT = framed(":\n\n")


def instead(text: str | None) -> Lie:
    """Say something else, or nothing, where an engine that reads a long prompt is silent."""

    def change(ask: Ask, piece: bytes) -> bytes:
        told = b"" if text is None else framed(text)
        return piece.replace(COMMENT, told) if LONG in ask.body.decode() else piece

    return Lie(piece=change)


FAULTS: tuple[Fault, ...] = (
    Fault("a silent engine keeps no stream alive", instead(None), CAUGHT),
    Fault("a keep-alive is data", instead("data: keep-alive\n\n"), CAUGHT),
    Fault("a keep-alive is a chunk of another answer", instead(EMPTY), CAUGHT),
    Fault("a comment cuts an event in two", instead('data: {"id":\n:\n\n'), CAUGHT),
)
