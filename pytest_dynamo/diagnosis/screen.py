# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which of a log's lines deserve a closer look, found in blocks of bytes at little cost.

Theory of operation. A line is picked if it holds one of a few dozen words. Looking for each word in
each line would cost more than reading the log. But a healthy log says the same few things over
and over, with other numbers in them: without its digits a block of thousands of lines is left with
a handful of different ones. So the digits are taken out of the whole block, equal lines are folded
together, and the words are looked for in what remains; only a block in which one is found is
looked at line by line.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, AnyStr

from pytest_dynamo.diagnosis.words import GATES, WELL, went_well
from pytest_dynamo.watch.slurm_words import SCANCEL, TRACED_SRUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DIGITS = b"0123456789"
#: Kinds of lines that are remembered, and how long one may be: 20 MB at the very most.
_MOST, _LONG = 20_000, 1_000
#: Words of lines that tell of trouble, whoever says them, and of what Slurm says.
_TROUBLE = (
    "rror", "ERR", "WARN", "FATAL", "CRITICAL", "[E]", "[F", "ail", "xception", "Interrupt",
    "Traceback", "panicked", "ssert", "srun: ", "slurmstepd", SCANCEL, TRACED_SRUN, "bort", "ABORT",
    "ut of memory", "lost ", "told to stop", "refused", "not reached", "gone already",
    "not arrive", "eset by peer", "closed by", "Killed", "Terminated", "terminate called",
    "ouble free", "free(): ", "alloc(): ", "munmap_chunk", "corrupted ", "tack smashing",
    "There are n", "Your job ", "request was made to", "Open MPI tried to", "as unable to ",
)  # fmt: skip
#: Words of lines that tell of progress: what was wrong before one of them is over.
_PROGRESS = (
    "mpi_world_size", "Model init total", "distributed_init_method=", "in world size",
    "model weights took", "Model loading took", "egistered", "dded model", "discovered model",
    "ecovered from", "untime started", "onnection restored to",
    "startup complete",
)  # fmt: skip


class Screen:
    """Picks lines; ``words`` are picked too, besides those that tell of trouble or of progress."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = _distinct(tuple(words))
        self._bytes = tuple(word.encode() for word in self.words)
        self._thin = tuple(
            dict.fromkeys(word.encode().translate(None, _DIGITS) for word in self.words)
        )
        self._known: set[bytes] = set()

    def _remember(self, kinds: set[bytes]) -> None:
        """Keep kinds of lines that hold nothing, so that they are not looked at again."""
        if len(self._known) > _MOST:
            self._known.clear()
        self._known.update(kind for kind in kinds if len(kind) < _LONG)

    def picks(self, text: str) -> bool:
        """Return whether a line is picked."""
        return went_well(text) or _holds(text, self.words)

    def pick(self, block: bytes) -> list[tuple[int, bytes]]:
        """Return the picked ones of the lines of a block, each with its number from 0.

        The block has to begin and to end where a line does. A line ends with a newline.
        """
        found = self._troubles(block)
        # so often that only the last of a block is picked, which says as much as all of them
        last = [line for request, _ in WELL if (line := _last_well(block, request))]
        return sorted({*found, *last}) if last else found

    def _troubles(self, block: bytes) -> list[tuple[int, bytes]]:
        thin = block.translate(None, _DIGITS).split(b"\n")
        kinds = set(thin) - self._known
        if not kinds:
            return []
        rest = b"\n".join(kinds)
        found = [word for word in self._thin if word in rest]
        wanted = {kind for kind in kinds if any(word in kind for word in found)}
        self._remember(kinds - wanted)
        if not wanted:
            return []
        return [
            (number, line)
            for number, (line, kind) in enumerate(zip(block.split(b"\n"), thin, strict=True))
            if kind in wanted and _holds(line, self._bytes)
        ]


def _holds(line: AnyStr, words: Sequence[AnyStr]) -> bool:
    """Return whether a line holds a word; ``any`` takes thrice as long."""
    for word in words:  # noqa: SIM110 - asked of every line
        if word in line:
            return True
    return False


@functools.lru_cache(maxsize=64)  # each word is looked for in all longer ones
def _distinct(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of trouble, and of the others those that hold none of these."""
    known = [*_TROUBLE, *_PROGRESS, *GATES]
    for word in sorted(words, key=len):
        if not any(each in word for each in known):
            known.append(word)
    return tuple(known)


def _last_well(block: bytes, of: str) -> tuple[int, bytes] | None:
    """Return the last line of a block that tells of a request which went well."""
    request = of.encode()
    at = len(block) if request in block else 0  # a look from the front is the quicker one
    while (at := block.rfind(request, 0, at)) >= 0:
        begin = block.rfind(b"\n", 0, at) + 1
        end = block.find(b"\n", at)
        line = block[begin : end if end >= 0 else len(block)]
        if went_well(line.decode(errors="replace")):
            return block.count(b"\n", 0, begin), line
    return None
