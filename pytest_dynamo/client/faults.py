# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an answer, as a value that a test compares and a person reads."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_dynamo.errors import DynamoError

#: How much of what a server said is shown as evidence.
EVIDENCE_LENGTH = 500


class Malformed(ValueError):
    """Raised when a part of an answer is not what the protocol says; becomes a fault or error."""


@dataclass(frozen=True, slots=True)
class StreamFault:
    """One promise of the protocol that an answer breaks; ``code`` is stable, for comparing.

    The other four are the parts of a message: where, what, evidence and remedy.
    """

    code: str
    where: str
    what: str
    evidence: str | None = None
    remedy: str | None = None

    def __str__(self) -> str:
        """Return the four parts, as an error of this package says them."""
        said = DynamoError(
            f"{self.what} [{self.code}]",
            where=self.where,
            evidence=self.evidence,
            remedy=self.remedy,
        )
        return str(said)


def shown(text: str, hide: tuple[str, ...] = (), length: int = EVIDENCE_LENGTH) -> str:
    """Return the beginning of a text without the secrets that are to be hidden."""
    for secret in hide:
        text = text.replace(secret, "***")
    return text if len(text) <= length else f"{text[:length]} ... ({len(text)} characters)"


def named(value: object) -> str:
    """Return a JSON value in words that fit in a message."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return "null" if value is None else shown(repr(value), length=80)
