# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the corpus is made of: a folder of logs, and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.topology.model import Topology


@dataclass(frozen=True)
class Truth:
    """What is known of a bundle.

    ``outcome`` is ``cause`` (the log shows it), ``healthy``, or ``unknown`` (something failed, and
    the log does not show what). ``faults`` holds both classes where the references leave two open.
    ``ranks`` are those any of which is right, empty where it is none; ``whole`` says that they are
    all ranks of the worker, so that naming the worker alone is right too.
    """

    outcome: str
    symptom: str | None
    faults: tuple[str, ...]
    phase: str | None
    step: str | None
    role: str | None
    ranks: tuple[int, ...]
    nodes: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True)
class Reading:
    """What a second reader makes of a bundle: classes, and codes of known issues."""

    faults: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Bundle:
    """One folder of logs, the truth, and what a second reader made of it if one did."""

    name: str
    held_out: bool
    keep: str
    topology: Topology
    files: Mapping[str, bytes]
    truth: Truth
    reading: Reading | None = None
