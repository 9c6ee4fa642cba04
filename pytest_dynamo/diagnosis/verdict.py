# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One word for a whole run, and one sentence for why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_dynamo.diagnosis.diagnose import Diagnosis

Word = Literal["pass", "config", "infrastructure", "product", "unproven", "leftover"]

#: Exit statuses for a CI that retries infrastructure and never configuration, with the ini key
#: ``dynamo_exit_codes``. pytest's own end at 5, and a shell's begin at 126.
STATUS: Mapping[Word, int] = {
    "pass": 0, "config": 10, "infrastructure": 11, "product": 12, "leftover": 13, "unproven": 14,
}  # fmt: skip
#: pytest's own: all passed, some failed, interrupted.
_OK, _FAILED, _INTERRUPTED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Node ids of the tests that did not pass, and how many live checks did.

    A live check is a test that uses the deployment; ``unproven`` are those that only real
    hardware can prove.
    """

    live_passed: int = 0
    live_failed: tuple[str, ...] = ()
    config_failed: tuple[str, ...] = ()
    unproven: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word that CI gates on, and why."""

    word: Word
    why: str


def verdict(
    outcomes: Outcomes,
    *,
    diagnosis: Diagnosis | None,
    leftover: Sequence[str],
    interrupted: bool = False,
    live: bool = True,
) -> Verdict:
    """Return the verdict; the gravest and earliest reason wins.

    ``live`` is False for a run that was asked for the configuration alone.
    """
    return next(_reasons(outcomes, diagnosis, leftover, interrupted=interrupted, live=live))


def exit_status(word: Word, pytests: int, *, distinct: bool) -> int:
    """Return the exit status of a run whose own is ``pytests``.

    Only ``pass`` is a success. With ``distinct`` the verdict has a status of its own; misuse, an
    error inside pytest and a run without tests keep pytest's.
    """
    if distinct and pytests in (_OK, _FAILED, _INTERRUPTED):
        return STATUS[word] or pytests
    return _FAILED if pytests == _OK and word != "pass" else pytests


def _reasons(
    outcomes: Outcomes,
    diagnosis: Diagnosis | None,
    leftover: Sequence[str],
    *,
    interrupted: bool,
    live: bool,
) -> Iterator[Verdict]:
    """Yield every verdict that the run gives reason for, the gravest first."""
    if count := len(outcomes.config_failed):
        first = outcomes.config_failed[0]
        yield Verdict("config", f"{count} configuration check(s) failed: {first}")
    if diagnosis is not None:
        word: Word = "product" if diagnosis.fault == "unknown" else diagnosis.fault
        doubt = "; nothing tells whose fault it is" if diagnosis.fault == "unknown" else ""
        yield Verdict(word, f"{diagnosis.where}: {diagnosis.what}{doubt}")
    if count := len(outcomes.live_failed):
        yield Verdict("product", f"{count} live check(s) failed: {outcomes.live_failed[0]}")
    if leftover:
        yield Verdict("leftover", "; ".join(leftover))
    if interrupted:
        yield Verdict("unproven", "the run was interrupted")
    if not live:
        yield Verdict("unproven", "the configuration holds; no live check was asked for")
    if not outcomes.live_passed:
        yield Verdict("unproven", "no live check ran")
    why = f"{outcomes.live_passed} live check(s)"
    if outcomes.unproven:
        why += f"; {outcomes.unproven} could not be proven here"
    yield Verdict("pass", why)
