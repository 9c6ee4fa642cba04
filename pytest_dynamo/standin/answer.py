# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a stand-in answers: tokens that are a pure function of the prompt and its images.

So a client predicts every answer, two workers given one prompt agree, and a prompt or an image
that was lost, cut or mixed up on its way shows in the answer.
"""

from __future__ import annotations

import hashlib
from itertools import count, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Ids of the shipped tokenizer that are each a word of their own: id 1234 reads " w1234". Below
#: are special tokens and pieces of words, which do not decode alone.
FIRST_WORD, END_OF_WORDS = 600, 4096


def digest(token_ids: Iterable[int], images: Sequence[str] = ()) -> str:
    """Return what identifies a prompt with its images; images are their URLs."""
    told = hashlib.sha256(b"".join(token.to_bytes(4, "big") for token in token_ids))
    for image in images:
        told.update(hashlib.sha256(image.encode()).digest())
    return told.hexdigest()


def tokens(prompt: str) -> Iterator[int]:
    """Yield the answer to the prompt with that digest; it has no end of its own."""
    for index in count():
        drawn = hashlib.sha256(f"{prompt} {index}".encode()).digest()
        yield FIRST_WORD + int.from_bytes(drawn[:4], "big") % (END_OF_WORDS - FIRST_WORD)


def answer(token_ids: Iterable[int], images: Sequence[str], n: int) -> list[int]:
    """Return the first n tokens of the answer to a prompt; images are their URLs."""
    return list(islice(tokens(digest(token_ids, images)), n))


def text(token_ids: Iterable[int]) -> str:
    """Return how the shipped tokenizer writes the tokens of an answer."""
    return "".join(f" w{token:04d}" for token in token_ids)
