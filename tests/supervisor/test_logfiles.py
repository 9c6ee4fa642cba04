# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_dynamo.supervisor import logfiles
from pytest_dynamo.watch.lines import LineReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEEP = 3
RANKS = range(3)
SPEAKERS = [("step", rank) for rank in RANKS]
LABELS = {str(rank).encode(): ("step", rank) for rank in RANKS}
WRITTEN = st.lists(
    st.tuples(st.sampled_from(RANKS), st.text("ab \r:1", max_size=12)), max_size=40
)
#: A log, and one that is packed.
NAMES = st.sampled_from(["log", "log.gz"])
REUSED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logfiles, "BLOCK", 32)


def write(path: Path, lines: list[tuple[int, str]], end: bytes = b"\n") -> bytes:
    data = b"\n".join(f"{rank}: {text}".encode() for rank, text in lines) + end
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return data


@REUSED
@given(lines=WRITTEN, end=st.sampled_from([b"", b"\n"]), name=NAMES)
def test_blocks_are_the_log_in_whole_lines(
    lines: list[tuple[int, str]], end: bytes, name: str, tmp_path: Path
) -> None:
    data = write(tmp_path / name, lines, end)

    found = list(logfiles.blocks(tmp_path / name))

    assert data == b"".join(block for _, block in found)
    read = 0
    for number, block in found:
        assert data[:read].count(b"\n") + 1 == number
        read += len(block)


@REUSED
@given(lines=WRITTEN, labelled=st.booleans(), cut=st.integers(0, 400), name=NAMES)
def test_the_last_words_are_those_that_following_the_log_would_keep(
    lines: list[tuple[int, str]], cut: int, name: str, *, labelled: bool, tmp_path: Path
) -> None:
    data = write(tmp_path / name, lines)[:cut]
    follower = LineReader("step", labelled=True)
    followed = [*follower.feed(data), *follower.close()]
    kept = [
        line
        for rank in RANKS
        for line in [each for each in followed if each.rank == rank][-KEEP:]
    ]

    found = logfiles.last_words(
        tmp_path / name,
        LineReader("step", labelled=True),
        SPEAKERS,
        keep=KEEP,
        newlines=data.count(b"\n"),
        upto=len(data),
        labels=LABELS if labelled else None,
    )

    assert sorted(kept, key=lambda line: line.number) == found


def test_a_line_longer_than_a_block_comes_in_pieces(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * 100 + b"\nend\n")

    found = list(logfiles.blocks(tmp_path / "log"))

    assert max(len(block) for _, block in found) <= 64
    assert found[-1][1].endswith(b"end\n")
    assert {number for number, _ in found} == {1}


def test_the_head_ends_with_a_whole_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logfiles, "HEAD", 10)
    (tmp_path / "log").write_bytes(b"first\nsecond\n")

    assert b"first" == logfiles.head(tmp_path / "log")


@pytest.mark.parametrize(
    ("damage", "least"),
    [
        (lambda packed: packed[: len(packed) // 2], 1 / 3),
        (lambda packed: packed[: len(packed) // 2] + bytes(99) + packed[len(packed) // 2 :], 1 / 3),
        (lambda packed: packed[:-8] + bytes(8), 1),
    ],
    ids=["cut off", "overwritten", "another sum"],
)
def test_of_a_packed_log_that_is_damaged_all_is_read_that_is_whole(
    damage: Callable[[bytes], bytes], least: float, tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311 - so that it does not shrink to nothing
    data = b"".join(b"%d\n" % chance.randrange(10**9) for _ in range(9000))
    (tmp_path / "log.gz").write_bytes(damage(gzip.compress(data)))

    found = b"".join(block for _, block in logfiles.blocks(tmp_path / "log.gz"))

    assert data[: int(least * len(data))] == found[: int(least * len(data))]


def test_what_only_is_called_packed_cannot_be_read(tmp_path: Path) -> None:
    packed = gzip.compress(b"a\n" * 99)
    for number, data in enumerate((b"a\n", packed[:10] + b"\xff" * 40)):
        (tmp_path / f"{number}.gz").write_bytes(data)
        with pytest.raises(OSError, match=r"."):
            logfiles.head(tmp_path / f"{number}.gz")
