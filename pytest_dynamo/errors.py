# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, one type for each reaction a caller can have.

DynamoError
├── TopologyError      what the user wrote cannot be read or does not hold: correct the file
├── PlanError          the topology is sound, this cluster cannot hold it: allocate another
├── LaunchError        the plan is sound, but a process could not be started: look at this node
├── NotReady           started, and never became able to serve: read the diagnosis
│   └── Lost           was able to serve, and no longer is
└── StopError          could not be stopped, or left something behind: clean it before the next run
"""

from __future__ import annotations

from pytest_dynamo.redaction import redact


class DynamoError(Exception):
    """Everything this package raises on purpose.

    A message has four parts, of which only *what* is always there: where it is, what is wrong,
    the evidence for it, and the remedy.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        evidence: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.evidence = evidence
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the four parts, one line each where they are long."""
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.evidence:
            lines.append(f"  evidence: {self.evidence}")
        if self.remedy:
            lines.append(f"  remedy: {self.remedy}")
        return redact("\n".join(lines))


class TopologyError(DynamoError):
    """Raised when what the user wrote cannot be read or does not hold together."""


class PlanError(DynamoError):
    """Raised when this cluster cannot hold this topology."""


class LaunchError(DynamoError):
    """Raised when a planned process could not be started."""


class NotReady(DynamoError):
    """Raised when a started deployment never became able to serve."""


class Lost(NotReady):
    """Raised when a deployment that was able to serve no longer is."""


class StopError(DynamoError):
    """Raised when a deployment could not be stopped or left something behind."""
