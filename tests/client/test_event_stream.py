# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The event stream grammar, and that cutting the bytes changes nothing."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.client.event_stream import Event, Reader

if TYPE_CHECKING:
    from collections.abc import Callable


def read(*pieces: bytes) -> list[Event]:
    reader = Reader()
    events = [event for piece in pieces for event in reader.feed(piece)]
    return [*events, *reader.close()]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"", []),
        (b"\n\r\n\r", []),
        (b"data: a\n\n", [Event(data="a")]),
        (b"data:a\n\n", [Event(data="a")]),
        (b"data:  a\n\n", [Event(data=" a")]),
        (b"data\n\n", [Event(data="")]),
        (b"data\n\ndata\ndata\n\n", [Event(data=""), Event(data="\n")]),
        (b"data:", [Event(data="", whole=False)]),
        (b"data: a\r\rdata: b\r\n\r\ndata: c\n\n", [Event(data=text) for text in "abc"]),
        (b"data: a\r\n\ndata: b\n\r\n", [Event(data="a"), Event(data="b")]),
        (b"data: a\ndata: b\n\n", [Event(data="a\nb")]),
        (b"data: a: b\n\n", [Event(data="a: b")]),
        (b":\n\n", [Event(comment="")]),
        (b": ping\n\n", [Event(comment="ping")]),
        (b": one\n:two\n\n", [Event(comment="one\ntwo")]),
        (b'event: request_id\n: "1"\n\n', [Event(name="request_id", comment='"1"')]),
        (b"event: a\nevent: b\ndata: c\n\n", [Event(name="b", data="c")]),
        (b"id: 7\nretry: 100\ndata: a\n\n", [Event(data="a", id="7", retry=100)]),
        (b"id: 7\0\nretry: soon\ndata: a\n\n", [Event(data="a")]),
        ("retry: ٣\ndata: a\n\n".encode(), [Event(data="a")]),
        (b"retry: " + b"9" * 5000 + b"\ndata: a\n\n", [Event(data="a")]),
        (b"id\ndata: a\n\n", [Event(data="a", id="")]),
        (b"foo: bar\n\n", []),
        (b" data: a\n\n", []),
        (b"\xef\xbb\xbfdata: a\n\n", [Event(data="a")]),
        (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", []),
        (b"\xef\xbbdata: a\n\n", []),
        ("data: ü€😀\n\n".encode(), [Event(data="ü€😀")]),
        (b"data: \xe2\x82\n\n", [Event(data="\ufffd")]),
        (b"data: a\n\ndata: b", [Event(data="a"), Event(data="b", whole=False)]),
        (b"data: a\n\ndata: b\n", [Event(data="a"), Event(data="b", whole=False)]),
        (b"data: a\n\n\xef\xbb", [Event(data="a")]),
        (b"\xef\xbb", []),
    ],
)
def test_the_grammar_of_the_standard_is_read(stream: bytes, events: list[Event]) -> None:
    assert events == read(stream)
    assert events == read(*(bytes([byte]) for byte in stream))


# The alphabet is what matters to the grammar, so that a thousand examples meet every corner.
_MARKS = [b"\r", b"\n", b"\r\n", b":", b" ", b"data", b"data: ", b"event: ", b"id: ", b"retry: "]
_TEXTS = [b"7", b"{}", b"[DONE]", b"\xef\xbb\xbf", b"\xef", b"\xe2\x82\xac", b"\xff", b"\0", b"x"]
_STREAMS = st.lists(st.sampled_from([*_MARKS, *_TEXTS]), max_size=40).map(b"".join)


@tried(1500)
@given(_STREAMS | st.binary(max_size=60), st.lists(st.integers(0, 200), max_size=8))
def test_cutting_the_stream_anywhere_does_not_change_the_events(
    stream: bytes, cuts: list[int]
) -> None:
    ends = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[start:end] for start, end in itertools.pairwise(ends)]

    assert read(stream) == read(*pieces)


@tried(1000)
@given(_STREAMS)
def test_byte_by_byte_gives_the_same_events(stream: bytes) -> None:
    assert read(stream) == read(*(bytes([byte]) for byte in stream))


_LINES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)


@tried(300)
@given(
    st.lists(st.lists(_LINES, min_size=1, max_size=3), max_size=5),
    st.sampled_from(["\n", "\r", "\r\n"]),
)
def test_what_was_written_is_read(blocks: list[list[str]], end: str) -> None:
    written = "".join(
        "".join(f"data: {line}{end}" for line in lines) + end for lines in blocks
    ).encode()

    assert [Event(data="\n".join(lines)) for lines in blocks] == read(written)


@tried(200)
@given(_STREAMS, st.integers(0, 200))
def test_an_event_comes_as_soon_as_its_block_ends(stream: bytes, cut: int) -> None:
    first, whole = Reader(), Reader()

    early = first.feed(stream[:cut])

    assert whole.feed(stream)[: len(early)] == early


def test_a_block_that_ends_with_a_carriage_return_is_not_held_back() -> None:
    assert [Event(data="a")] == Reader().feed(b"data: a\r\r")


def test_an_empty_piece_does_not_part_a_line_end() -> None:
    assert [Event(data="a\nb")] == read(b"data: a\r", b"", b"\ndata: b\n\n")


def test_bytes_after_the_end_are_a_mistake_of_the_caller() -> None:
    reader = Reader()
    reader.close()

    with pytest.raises(ValueError, match="after the end"):
        reader.feed(b"x")


def test_closing_twice_says_nothing_new() -> None:
    reader = Reader()
    reader.feed(b"data: a")

    assert [Event(data="a", whole=False)] == reader.close()
    assert [] == reader.close()


def test_a_line_of_a_megabyte_in_small_pieces_takes_linear_time() -> None:
    reader = Reader()
    begun = time.process_time()
    for _ in range(100_000):
        reader.feed(b"0123456789")
    reader.feed(b"\n\n")

    assert time.process_time() - begun < 3  # 0.1 s; copying what came before takes 10 s


@pytest.mark.parametrize("name", ["1.6.1/stream_annot", "0.5.1/stream_usage", "0.4.1/cmpl_stream"])
def test_recorded_streams_are_read_byte_by_byte(
    name: str, recorded_body: Callable[[str], bytes]
) -> None:
    stream = recorded_body(name)

    whole = read(stream)

    assert all(event.whole for event in whole)
    assert Event(data="[DONE]") == whole[-1]
    assert whole == read(*(bytes([byte]) for byte in stream))
