# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a check has to say: where, what, how bad, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Where:
    """A place a person can go to: a file with line and column (both from 1), or a node or rank."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return ``file:line:column`` as far as they are known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found; ``code`` is stable, ``name`` says what is wrong."""

    code: str
    name: str
    level: Level
    where: Where
    message: str
    remedy: str

    def render(self) -> str:
        """Return the two lines a terminal shows."""
        head = f"{self.where}: {self.level} {self.code} {self.name}: {self.message}"
        return redact(f"{head}\n    remedy: {self.remedy}" if self.remedy else head)

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``findings.json`` holds."""
        return {**asdict(self), "message": redact(self.message), "remedy": redact(self.remedy)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """Return the finding that ``to_dict`` was called on."""
        return cls(**{**data, "where": Where(**data["where"])})


def worst(findings: Iterable[Finding]) -> Level | None:
    """Return the gravest level among the findings, None when there is none."""
    seen = {finding.level for finding in findings}
    return next((level for level in LEVELS if level in seen), None)
