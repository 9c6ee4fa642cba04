# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.watch import lines as module
from pytest_dynamo.watch.lines import MAX_LINE, Line, LineReader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: What logs are made of, and what a cut may fall into the middle of.
BITS = st.sampled_from(
    [
        b"\n", b"\r", b"\r\n", b" ", b"\t", b"\0", b"\x1b", b"\x1b[33m", b"\x1b[0m",
        b"\x1b]0;t\x07", b"\x1b(B", "█▌".encode(),
        "é".encode(), b"\xff", b"\xe2\x96", b" 8: ", b"12: ", b"0: ",
        b"srun: error: node2: task 5: Killed", b"Model init total -- 55.42s",
        b"Loading weights:  45%|",
    ]
) | st.binary(max_size=8)  # fmt: skip
LOGS = st.lists(BITS, max_size=40).map(b"".join)
PRINTED = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x2FF, exclude_categories=("Cc", "Cs")),
    min_size=1,
).filter(lambda text: not text.isspace())  # a no-break space is printed, and says nothing


def read(parts: Iterable[bytes], *, labelled: bool = False, rank: int | None = None) -> list[Line]:
    reader = LineReader("p", labelled=labelled, rank=rank)
    found = [line for part in parts for line in reader.feed(part)]
    return [*found, *reader.close()]


@given(data=LOGS, cuts=st.lists(st.integers(0, 200)), labelled=st.booleans())
@example(data=b" 8: a\rb", cuts=[1, 4, 5, 6], labelled=True)
@tried(1000)
def test_where_the_bytes_are_cut_does_not_matter(
    data: bytes,
    cuts: list[int],
    labelled: bool,  # noqa: FBT001 - hypothesis names it
) -> None:
    whole = read([data], labelled=labelled)
    at = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]

    assert whole == read([data[start:end] for start, end in pairwise(at)], labelled=labelled)
    assert whole == read([data[n : n + 1] for n in range(len(data))], labelled=labelled)


@given(data=LOGS, cuts=st.lists(st.integers(0, 200)), labelled=st.booleans())
@tried(1000)
def test_it_does_not_matter_where_long_lines_are_cut(
    data: bytes,
    cuts: list[int],
    labelled: bool,  # noqa: FBT001 - hypothesis names it
) -> None:
    at = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_LINE", 7)
        whole = read([data], labelled=labelled)
        cut = read([data[a:b] for a, b in pairwise(at)], labelled=labelled)
        by_byte = read([data[n : n + 1] for n in range(len(data))], labelled=labelled)

    assert whole == cut
    assert whole == by_byte


@given(texts=st.lists(PRINTED | st.just("") | st.just("  \t")), ended=st.booleans())
@tried(1000)
def test_line_numbers_are_those_of_an_editor(
    texts: list[str],
    ended: bool,  # noqa: FBT001 - hypothesis names it
) -> None:
    data = "\n".join(texts).encode() + (b"\n" if ended else b"")

    expected = [(at, text) for at, text in enumerate(texts, start=1) if text.strip()]
    assert expected == [(line.number, line.text) for line in read([data])]


@given(rank=st.integers(0, 9999), width=st.integers(1, 4), text=PRINTED)
@tried(1000)
def test_a_label_of_any_width_is_the_rank(rank: int, width: int, text: str) -> None:
    data = f"{rank:>{width}d}: {text}\n".encode()

    assert [Line("p", rank, 1, text)] == read([data], labelled=True)


@pytest.mark.parametrize(
    ("label", "rank"), [(b"8: ", 8), (b" 8: ", 8), (b"  8: ", 8), (b"   8: ", 8)]
)
def test_a_label_is_taken_off_once(label: bytes, rank: int) -> None:
    assert [Line("p", rank, 1, "  5: x")] == read([label + b"  5: x\n"], labelled=True)


def test_without_labels_a_number_is_text() -> None:
    assert [Line("p", 3, 1, " 8: x")] == read([b" 8: x\n"], rank=3)


@pytest.mark.parametrize(
    "text",
    [
        "srun: error: node2: task 5: Exited with exit code 9",
        "srun: launching StepId=1.0 on host node2, 4 tasks: [4-7]",
        "slurmstepd-node1: error: *** STEP 22.0 ON node1 CANCELLED AT 2026-11-21T09:49:01 ***",
        "12:30:45 something that has a clock in front",
    ],
)
def test_what_has_no_label_is_said_by_no_rank(text: str) -> None:
    data = f" 8: before\n{text}\n 9: after".encode()

    expected = [Line("p", 8, 1, "before"), Line("p", None, 2, text), Line("p", 9, 3, "after")]
    assert expected == read([data], labelled=True)


def test_what_srun_says_of_a_step_of_one_rank_is_said_by_no_rank() -> None:
    data = b"0: hello\nsrun: error: node2: task 0: Killed\n"

    assert [0, None] == [line.rank for line in read([data], labelled=True, rank=0)]


@pytest.mark.parametrize(
    "written",
    [
        "\x1b[33mrank7 run\x1b[0m",
        "\x1b[1;31mrank7\x1b[0m run",
        "rank7 \x1b[38;5;208mrun\x1b[K",
        "\x1b[33mrank7 run\x1b(B\x1b[m",
        "\x1b]0;a title\x07rank7 run",
        "\x1b]8;;http://x\x1b\\rank7 run\x1b]8;;\x1b\\",
        "rank7 run\x00\x00\x00",
        "\x1b[?25lrank7 run\x1b[?25h",
    ],
)
def test_what_shows_nothing_is_taken_off(written: str) -> None:
    assert ["rank7 run"] == [line.text for line in read([written.encode() + b"\n"])]
    assert [Line("p", 8, 1, "rank7 run")] == read([f" 8: {written}".encode()], labelled=True)


def test_lines_that_show_nothing_are_left_out_and_counted() -> None:
    data = b"\x1b[0m\n\n 8: \n\x00\n9: x\n"

    assert [Line("p", 9, 5, "x")] == read([data], labelled=True)


def test_a_progress_bar_is_many_lines_of_one_number_and_rank() -> None:
    data = b"one\n 8: \rLoading:  10%|\rLoading:  45%|\r\n 9: Loading: 5: 1%\r12: x\n"

    expected = [
        Line("p", None, 1, "one"),
        Line("p", 8, 2, "Loading:  10%|"),
        Line("p", 8, 2, "Loading:  45%|"),
        Line("p", 9, 3, "Loading: 5: 1%"),
        Line("p", 9, 3, "12: x"),
    ]
    assert expected == read([data], labelled=True)


def test_a_progress_bar_is_read_before_its_line_ends() -> None:
    reader = LineReader("p", rank=3)

    assert [Line("p", 3, 1, "10%")] == reader.feed(b"10%\r45%")
    assert [Line("p", 3, 1, "45%")] == reader.feed(b"\r")


def test_bytes_that_are_no_utf8_are_shown_as_such() -> None:
    assert ["caf\ufffd \u2588"] == [line.text for line in read([b"caf\xe9 \xe2\x96\x88\n"])]


def test_a_line_of_a_megabyte_takes_bounded_memory_and_loses_nothing() -> None:
    data = b" 8: " + b"x" * 2**20
    reader = LineReader("p", labelled=True)
    found, held = [], []
    for at in range(0, len(data), 5000):
        found += reader.feed(data[at : at + 5000])
        held.append(len(reader._rest))
    found += reader.feed(b"\nnext\n")

    assert max(held) <= MAX_LINE
    assert max(len(line.text) for line in found) <= MAX_LINE
    assert 2**20 == sum(len(line.text) for line in found[:-1])
    assert {(8, 1)} == {(line.rank, line.number) for line in found[:-1]}
    assert Line("p", None, 2, "next") == found[-1]


def test_an_unended_line_is_told_once_at_the_end() -> None:
    reader = LineReader("p")

    assert [] == reader.feed(b"last words")
    assert [Line("p", None, 1, "last words")] == reader.close()
    assert [] == reader.close()


def test_a_recorded_log_has_its_ranks_and_numbers(recorded: Path) -> None:
    data = (recorded / "rank5_killed.log").read_bytes()
    found = read([data], labelled=True)

    assert {None, *range(16)} == {line.rank for line in found}
    joined = {line.rank for line in found if "run mgmn" in line.text}
    assert set(range(16)) == joined
    shown = data.decode().split("\n")
    assert all(line.text == shown[line.number - 1] for line in found if line.rank is None)
    assert not any("\x1b" in line.text for line in found)
