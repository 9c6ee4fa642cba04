# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How right a diagnosis is about a bundle, and a table of many.

Theory of operation. A bundle whose log shows the cause wants a class and a known issue; the first
cause is right when both are. A diagnosis that names nothing is an honest "unknown": a miss, and no
harm. One that names a class, an issue, a worker or a rank which is not the right one is wrong with
confidence, which sends a person to the wrong place; the class "unknown" names none. "decode0 or
prefill0", where a file does not tell whose lines it holds, leaves the worker open. A healthy
bundle, and one whose record does not show what failed, want no cause named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from corpus_logs.bundle import Bundle, Truth
    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

#: What stands among codes for no known issue.
NONE = "none"
#: Stands between workers of which one is meant.
_OR = " or "
#: Ways to keep logs in which nothing but the engine's own words may tell the rank.
_NO_LABELS = frozenset({"compose", "stern", "pods"})


@dataclass(frozen=True)
class Score:
    """One bundle, judged. ``None`` where there is nothing to be right about.

    ``issue_known`` says whether the catalogue has an issue for the symptom, ``sure`` whether the
    diagnosis calls its confidence high.
    """

    bundle: Bundle
    named: bool
    issue_named: bool
    rank_named: bool
    place_named: bool
    fault: bool | None
    issue: bool | None
    phase: bool | None
    place: bool | None
    rank: bool | None
    issue_known: bool = True
    fault_named: bool = True
    sure: bool = False

    @property
    def right(self) -> bool:
        """Whether the first cause is right; without one, whether none is named."""
        if self.bundle.truth.outcome != "cause":
            return not self.named
        return self.named and bool(self.fault) and bool(self.issue)

    @property
    def wrong_with_confidence(self) -> bool:
        """Whether it sends a person to a wrong place."""
        if self.bundle.truth.outcome != "cause":
            return self.named
        wrong_issue = self.issue_named and not self.issue
        wrong_rank = self.rank_named and self.rank is False
        wrong_place = self.place_named and not self.place
        wrong_fault = self.fault_named and not self.fault
        return self.named and (wrong_fault or wrong_issue or wrong_place or wrong_rank)


def score(
    bundle: Bundle,
    diagnosis: Diagnosis | None,
    accepted: Mapping[str, Sequence[str]],
    *,
    readers: int = 2,
) -> Score:
    """Judge a diagnosis; ``accepted`` are the codes that a symptom may be called by.

    Of two ``readers`` either may be right; of one, the label is.
    """
    truth = bundle.truth
    codes = [*(accepted.get(truth.symptom or "") or (NONE,))]
    faults = truth.faults
    if readers > 1 and bundle.reading:
        codes += bundle.reading.codes
        faults += bundle.reading.faults
    known = any(code != NONE for code in codes)
    named = diagnosis is not None and diagnosis.kind != "unknown"
    if diagnosis is None or not named or truth.outcome != "cause":
        issue_named = named and diagnosis is not None and diagnosis.known_issue is not None
        fault_named = named and diagnosis is not None and diagnosis.fault != "unknown"
        cause = truth.outcome == "cause"
        missed = False if cause else None
        rank = False if cause and truth.ranks else None
        return Score(
            bundle, named, issue_named, rank_named=False, place_named=False,
            fault=missed, issue=missed, phase=missed, place=missed, rank=rank,
            issue_known=known, fault_named=fault_named,
        )  # fmt: skip
    found = diagnosis.known_issue
    among = (diagnosis.worker or "").split(_OR)
    left_open = len(among) > 1 and truth.step in among
    return Score(
        bundle,
        named,
        issue_named=found is not None,
        rank_named=diagnosis.rank is not None and not (left_open and diagnosis.rank in truth.ranks),
        # Slurm may tell of a task without its step, or of a job with all of its steps
        place_named=not (left_open or diagnosis.where.startswith(("task", "srun", "the job"))),
        fault=diagnosis.fault in faults,
        issue=(found or NONE) in codes,
        phase=diagnosis.phase == truth.phase,
        place=_place(truth, diagnosis),
        rank=_rank(bundle, diagnosis),
        issue_known=known,
        fault_named=diagnosis.fault != "unknown",
        sure=diagnosis.confidence == "high",
    )


def _place(truth: Truth, diagnosis: Diagnosis) -> bool:
    """Return whether the worker or process is the right one."""
    if diagnosis.worker is not None:
        return diagnosis.worker == truth.step
    return truth.step is not None and truth.step in diagnosis.where


def _rank(bundle: Bundle, diagnosis: Diagnosis) -> bool | None:
    truth = bundle.truth
    if not truth.ranks:
        return None
    if diagnosis.rank is not None:
        return diagnosis.worker == truth.step and diagnosis.rank in truth.ranks
    inside = bundle.keep in _NO_LABELS or bundle.topology.engine == "vllm"
    return _place(truth, diagnosis) if truth.whole or inside else False


# -- tables ------------------------------------------------------------------------------------


def share(part: int, whole: int) -> float:
    """Return a percentage, 100 of nothing."""
    return 100.0 * part / whole if whole else 100.0


@dataclass(frozen=True)
class Summary:
    """What is said of a group of bundles, in per cent."""

    failing: int
    healthy: int
    unclear: int
    first_cause: float
    healthy_quiet: float
    unclear_quiet: float
    unclear_blameless: float
    wrong: float
    sure: float
    sure_and_wrong: float
    unknown: float
    open: float
    fields: Mapping[str, tuple[float, float]]


def summary(scores: Iterable[Score]) -> Summary:
    """Return the figures of a group.

    Precision is over what was named, recall over what there was to name.
    """
    every = list(scores)
    failing = [item for item in every if item.bundle.truth.outcome == "cause"]
    healthy = [item for item in every if item.bundle.truth.outcome == "healthy"]
    unclear = [item for item in every if item.bundle.truth.outcome == "unknown"]
    return Summary(
        failing=len(failing),
        healthy=len(healthy),
        unclear=len(unclear),
        first_cause=share(sum(item.right for item in failing), len(failing)),
        healthy_quiet=share(sum(item.right for item in healthy), len(healthy)),
        unclear_quiet=share(sum(item.right for item in unclear), len(unclear)),
        unclear_blameless=share(
            sum(not (item.fault_named or item.issue_named) for item in unclear), len(unclear)
        ),
        wrong=share(sum(item.wrong_with_confidence for item in failing), len(failing)),
        sure=share(sum(item.sure for item in failing), len(failing)),
        sure_and_wrong=share(
            sum(item.sure and item.wrong_with_confidence for item in failing), len(failing)
        ),
        unknown=share(sum(not item.named for item in failing), len(failing)),
        open=share(sum(item.named and not item.fault_named for item in failing), len(failing)),
        fields={
            "class": _quality(failing, lambda item: item.fault_named, lambda item: item.fault),
            "known issue": _quality(
                [item for item in failing if item.issue_known or item.issue_named],
                lambda item: item.issue_named,
                lambda item: item.issue,
            ),
            "phase": _quality(failing, lambda item: item.named, lambda item: item.phase),
            "worker": _quality(failing, lambda item: item.named, lambda item: item.place),
            "rank": _quality(
                [item for item in failing if item.rank is not None],
                lambda item: item.named,
                lambda item: item.rank,
            ),
        },
    )


def _quality(
    scores: Sequence[Score],
    named: Callable[[Score], bool],
    right: Callable[[Score], bool | None],
) -> tuple[float, float]:
    """Return precision and recall."""
    told = [item for item in scores if named(item)]
    return (
        share(sum(bool(right(item)) for item in told), len(told)),
        share(sum(bool(right(item)) for item in scores), len(scores)),
    )
