# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Judge every bundle of the corpus, write docs/diagnosis.md, hold the floors.

    python benchmarks/diagnosis.py           judge and write the page
    python benchmarks/diagnosis.py --check   judge; the page must be up to date and the floors hold
    python benchmarks/diagnosis.py --misses  list the misses of the training part instead

Each bundle is written into a directory and judged by the code that ``--dynamo-replay`` runs. Of the
held-out third nothing is listed by name: whoever has seen a miss can no longer call it held out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from pytest_dynamo import known_issues
from pytest_dynamo.session import judging
from pytest_dynamo.session.record import open_record

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from corpus_logs import bundles, worlds  # noqa: E402 - lies beside the tests
from corpus_logs.case import cases, read  # noqa: E402
from corpus_logs.scoring import NONE, Score, Summary, score, share, summary  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from corpus_logs.bundle import Bundle

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

PAGE = ROOT / "docs" / "diagnosis.md"
SYMPTOMS = ROOT / "tests" / "corpus_logs" / "symptoms.yaml"
#: What the held-out third is to reach, in per cent, and what CI holds it to meanwhile: what it has
#: reached by what was learned elsewhere, less two bundles.
GOAL_FIRST_CAUSE, GOAL_WRONG = 95.0, 2.0
FIRST_CAUSE, QUIET, WRONG = 89.9, 100.0, 6.3
_THIRD = 1 / 3
#: Of so many parts one is judged by another process, and after it what is unseen.
_PARTS = 3

#: Rows of the first table that are about failures, of which alone there are unseen ones.
_OF_FAILURES = 7

Judged = tuple[Score, "Diagnosis | None"]


def judged(bundle: Bundle, folder: Path) -> Diagnosis | None:
    """Return what a replay of the bundle says."""
    for name, data in bundle.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    found = judging.subject(open_record(folder), bundle.topology, _nobody)
    return judging.judge(found, _nobody).diagnosis


def _nobody(_count: int) -> None:
    """Take note of how many bytes were read, for nobody."""


def codes() -> dict[str, list[str]]:
    """Return the codes that each symptom may be called by.

    Raises:
        KeyError: an issue of that name does not exist.
    """
    return {
        symptom: [name if name == NONE else known_issues.get(name).code for name in names]
        for symptom, names in read(SYMPTOMS).items()
    }


def all_judged(part: int, of: int) -> list[Judged]:
    """Return the scores and diagnoses of one of so many parts of all bundles."""
    accepted = codes()
    found = []
    with tempfile.TemporaryDirectory() as base:
        for number, bundle in enumerate(bundles.bundles(part, of)):
            diagnosis = judged(bundle, Path(base) / str(number))
            found.append((score(_light(bundle), diagnosis, accepted), diagnosis))
    return found


def _light(bundle: Bundle) -> Bundle:
    """Return a bundle without its files, which are much to hand from process to process."""
    return replace(bundle, files={})


def unseen() -> list[Judged]:
    """Return failures of the training part, each without the known issues of its cause.

    Every third of them has drawn the lot, which makes this no longer than all the others.
    """
    names, whole = read(SYMPTOMS), known_issues.catalogue()
    found = []
    with tempfile.TemporaryDirectory() as base:
        for number, case in enumerate(cases()):
            own = {*names.get(case.symptom or "", ())} - {NONE}
            if bundles.held_out(case) or case.outcome != "cause" or not own:
                continue
            if worlds.dice(f"unseen {case.name}").random() > _THIRD:
                continue
            bundle = bundles.make(case)
            rest = tuple(item for item in whole if item.name not in own)
            with patch.object(known_issues, "catalogue", lambda rest=rest: rest):
                diagnosis = judged(bundle, Path(base) / str(number))
            found.append((score(_light(bundle), diagnosis, {}, readers=1), diagnosis))
    return found


# -- the page ----------------------------------------------------------------------------------


def page(scores: list[Score], labels: list[Score], strange: list[Score]) -> str:
    """Return the page; ``labels`` are the scores by the labels alone."""
    train = [item for item in scores if not item.bundle.held_out]
    apart = [item for item in scores if item.bundle.held_out]
    alone = [item for item in labels if item.bundle.held_out]
    groups = (summary(train), summary(apart), summary(alone), summary(strange))
    return "\n".join([*_head(scores), *_tables(*groups), *_groups(scores)])


def _head(scores: list[Score]) -> Iterator[str]:
    outcomes = Counter(item.bundle.truth.outcome for item in scores)
    yield from (
        "# How right the diagnosis is",
        "",
        f"{len(scores)} bundles of logs whose truth is known",
        f"([tests/corpus_logs](../tests/corpus_logs/README.md)): {outcomes['cause']} failures,",
        f"{outcomes['healthy']} healthy runs, and {outcomes['unknown']} whose record does not show",
        "what failed. Each is judged by the code that `--dynamo-replay` runs.",
        "",
        "A third is held out: each name has drawn its lot with a seed before anything was judged,",
        "and no pattern was written from it. What the catalogue has learned since from misses of",
        "the other two thirds is in those two thirds' figures, so the held-out ones count.",
        "",
        "This page is written by `python benchmarks/diagnosis.py`; `--check` is part of CI and",
        f"holds the held-out third to at least {FIRST_CAUSE:g} % first causes right, no cause in",
        f"any healthy run, and less than {WRONG:g} % wrong with confidence. The goal is",
        f"{GOAL_FIRST_CAUSE:g} % and {GOAL_WRONG:g} %, and it is missed.",
        "",
        "Most bundles come from authors who had seen no pattern and no verdict, and each set of",
        "theirs was judged once before anybody learned from it: that is what logs of a kind that",
        "nobody here has met will get. Of the 300 failures of `more_*` and `exam_*` 67 % were",
        "right at first sight and 20 % wrong with confidence; of the 100 of `last_*`, after the",
        "catalogue had been widened by field and not by example, 75 % and 15 %. By the authors'",
        "labels alone: of the 159 of `fresh_field`, `fresh_threads` and `fresh_reference` 80 % and",
        "9 %, of the 106 of `fresh_mixed` and `fresh_more_threads`, written next, 88 % and 10 %,",
        "of the 101 of `fresh_last_*` 91 % and 5 %, of the 359 of `new_*` 86 % and 8 %, of the",
        "260 of `round_*` 87 % and 5 %, and of the 422 of `late_*` but for `late_quiet` 83 % and",
        "11 %, in 4 % with high confidence: 80 % and 12 % of the 267 of its first five sets, and",
        "88 % and 8 % of the 155 that were judged after something was learned from those. In most",
        "of all these the name alone was wrong or missed. Of the 48 of `late_quiet`, the last to",
        "be written, in which nothing ends and requests fail, 33 % were right and 15 % wrong, and",
        "in 42 % nothing was seen to fail. `later_*` is training as a whole. Of the 95 of",
        "`final_clusters` and `final_reference` 88 % and 12 %; and where nothing ends again, of",
        "the 40 of `final_silent` 40 % and 8 %, and of the 32 of `final_requests` 47 % and 9 %,",
        "or 59 % and 6 % after something was learned from the former.",
        "",
        "Folders of logs as other people keep them are another thing than their words. Of the 117",
        "failures in 132 that five authors wrote in layouts of their own 80 % were right at first",
        "sight and 17 % wrong, and 9 of 26 healthy ones were named a cause. Of the 112 in 168",
        "that seven more wrote, who were asked for large worlds and loud echoes, it was 71 % and",
        "27 %, and 9 of 42 healthy ones; of the 134 in 186 that eight more wrote, over all layouts",
        "and phases, 73 % and 25 %, and 4 of 37 healthy ones; of the 46 in 61 of three more 80 %",
        "and 17 %, and 4 of 12 healthy ones. tests/session/test_folders.py,",
        "tests/session/test_layouts.py and tests/diagnosis/test_blame.py hold what was learned.",
        "",
        "*First cause right* is class and known issue. *Wrong with confidence* is a named class,",
        "known issue, worker or rank that is not the right one, however sure the diagnosis calls",
        "itself; *named with high confidence* is what says so of itself, which it does not where",
        "the kind of an error alone tells the class. *Class left open* names who failed and not",
        "whose fault it is, *honest unknown* is a failure for which nothing was named.",
        "Precision is of what was named, recall of all there was.",
        "",
        *_readers(scores),
        "*Unseen* judges a third of the training part anew, each bundle without the issues of its",
        "cause: what is left are the ways to read words that no catalogue holds. No issue can be",
        "right there, so *first cause right* is the class alone, with no issue named.",
        "",
    )


def _readers(scores: list[Score]) -> Iterator[str]:
    """Yield how far the two readers of the held-out failures agree."""
    accepted = codes()
    both = [
        (item.bundle.truth, reading)
        for item in scores
        if item.bundle.held_out and (reading := item.bundle.reading)
    ]
    same = {"class": 0, "issue": 0, "first": 0}
    for truth, reading in both:
        names = accepted.get(truth.symptom or "") or [NONE]
        one = {*truth.faults} & {*reading.faults}, {*names} & {*reading.codes}
        same["class"] += bool(one[0])
        same["issue"] += all(one)
        same["first"] += reading.faults[0] in truth.faults and reading.codes[0] in names
    yield from (
        f"A second reader, from whom names and labels were withheld, read {len(both)} held-out",
        f"failures. The two share a class in {same['class']} of them, and a class and a known",
        f"issue in {same['issue']}; of the second reader's first answers",
        f"{share(same['first'], len(both)):.1f} % would be right by the labels. So a cause counts",
        "as right if either reader gives it; *by the label alone* shows it without the second.",
        "",
    )


def _tables(train: Summary, apart: Summary, alone: Summary, strange: Summary) -> Iterator[str]:
    yield from (
        "|  | training | held out | by the label alone | unseen |",
        "| --- | ---: | ---: | ---: | ---: |",
    )
    rows: list[tuple[str, Callable[[Summary], str]]] = [
        ("failures", lambda item: str(item.failing)),
        ("first cause right", lambda item: f"{item.first_cause:.1f} %"),
        ("wrong with confidence", lambda item: f"{item.wrong:.1f} %"),
        ("named with high confidence", lambda item: f"{item.sure:.1f} %"),
        ("and wrong", lambda item: f"{item.sure_and_wrong:.1f} %"),
        ("class left open", lambda item: f"{item.open:.1f} %"),
        ("honest unknown", lambda item: f"{item.unknown:.1f} %"),
        ("healthy runs", lambda item: str(item.healthy)),
        ("no cause named in them", lambda item: f"{item.healthy_quiet:.1f} %"),
        ("records that do not show what failed", lambda item: str(item.unclear)),
        ("no cause named in them", lambda item: f"{item.unclear_quiet:.1f} %"),
        ("neither a class nor an issue named", lambda item: f"{item.unclear_blameless:.1f} %"),
    ]
    yield from (
        f"| {name} | {told(train)} | {told(apart)} | {told(alone)} | "
        f"{told(strange) if at < _OF_FAILURES else ''} |"
        for at, (name, told) in enumerate(rows)
    )
    yield from (
        "",
        "| | training precision | recall | held-out precision | recall |",
        "| --- | ---: | ---: | ---: | ---: |",
    )
    for name, (precision, recall) in train.fields.items():
        other = apart.fields[name]
        figures = (f"{each:.1f} %" for each in (precision, recall, *other))
        yield f"| {name} | {' | '.join(figures)} |"


def _groups(scores: list[Score]) -> Iterator[str]:
    """Yield a table by how the logs were kept, and one by how many ranks there are."""
    by_keep: dict[str, list[Score]] = defaultdict(list)
    by_size: dict[int, list[Score]] = defaultdict(list)
    for item in scores:
        by_keep[item.bundle.keep].append(item)
        roles = item.bundle.topology.roles.values()
        by_size[sum(role.workers * role.parallel.world_size for role in roles)].append(item)
    for title, groups in (
        ("kept as", sorted(by_keep.items())),
        ("ranks", sorted(by_size.items())),
    ):
        yield from (
            "",
            f"| {title} | bundles | failures | first cause right | wrong with confidence |",
            "| --- | ---: | ---: | ---: | ---: |",
        )
        for name, group in groups:
            found = summary(group)
            right = f"{found.first_cause:.1f} %" if found.failing else ""
            wrong = f"{found.wrong:.1f} %" if found.failing else ""
            yield f"| {name} | {len(group)} | {found.failing} | {right} | {wrong} |"
    yield ""


# -- the floors ----------------------------------------------------------------------------------


def below(apart: Summary) -> list[str]:
    """Return which floors do not hold."""
    found = []
    if apart.first_cause < FIRST_CAUSE:
        found.append(f"first cause right in {apart.first_cause:.1f} %, floor {FIRST_CAUSE:g} %")
    if apart.healthy_quiet < QUIET:
        found.append(f"no cause named in {apart.healthy_quiet:.1f} % of the healthy, floor 100 %")
    if apart.wrong >= WRONG:
        found.append(f"wrong with confidence in {apart.wrong:.1f} %, must be below {WRONG:g} %")
    return found


def misses(found: Iterable[Judged]) -> Iterator[str]:
    """Yield a line for each training bundle that is not right."""
    for each, diagnosis in found:
        truth, bundle = each.bundle.truth, each.bundle
        if bundle.held_out or (each.right and not each.wrong_with_confidence):
            continue
        told = (
            f"{diagnosis.known_issue} {diagnosis.fault} {diagnosis.phase} {diagnosis.where}: "
            f"{diagnosis.what}"
            if diagnosis
            else "nothing"
        )
        ranks = truth.ranks if len(truth.ranks) < 5 else "all"
        yield (
            f"{bundle.name} [{bundle.keep}] {truth.symptom} {'/'.join(truth.faults)} "
            f"{truth.phase} {truth.step} {ranks} -> {told[:240]}"
        )


def main() -> int:
    """Judge, and write or compare the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    began = time.monotonic()
    with ProcessPoolExecutor(1) as pool:
        other, last = pool.submit(all_judged, 1, _PARTS), pool.submit(unseen)
        mine = (part for part in range(_PARTS) if part != 1)
        found = [each for part in mine for each in all_judged(part, _PARTS)]
        found += other.result()
        strange = last.result()
    scores = [each for each, _ in found]
    if options.misses:
        print(*misses(found), sep="\n")
        print("unseen:", *misses(strange), sep="\n")
    accepted = codes()
    labels = [score(each.bundle, diagnosis, accepted, readers=1) for each, diagnosis in found]
    text = page(scores, labels, [each for each, _ in strange])
    alone = summary(item for item in labels if item.bundle.held_out)
    apart = summary(item for item in scores if item.bundle.held_out)
    train = summary(item for item in scores if not item.bundle.held_out)
    without = summary(each for each, _ in strange)
    groups = {"training": train, "held out": apart, "by the label alone": alone, "unseen": without}
    for name, group in groups.items():
        print(
            f"{name}: {group.failing} failures, first cause right {group.first_cause:.1f} %, "
            f"wrong with confidence {group.wrong:.1f} %, class left open {group.open:.1f} %, "
            f"honest unknown {group.unknown:.1f} %; "
            f"quiet in {group.healthy_quiet:.1f} % of {group.healthy} healthy and "
            f"{group.unclear_quiet:.1f} % of {group.unclear} unclear"
        )
    print(f"{len(scores)} bundles made and judged in {time.monotonic() - began:.1f} s")
    if not options.check:
        if not options.misses:
            PAGE.write_text(text, "utf-8")
        return 0
    problems = below(apart)
    if not PAGE.is_file() or PAGE.read_text("utf-8") != text:
        problems.append("docs/diagnosis.md is out of date")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
