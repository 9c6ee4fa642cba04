# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every bundle of the corpus, made anew from its case, with its label and its side of the split.

The same code makes the same bytes on every machine: each case has a generator of random numbers
whose seed is its name.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_logs import worlds
from corpus_logs.bundle import Bundle, Reading, Truth
from corpus_logs.case import Case, cases, read
from corpus_logs.packing import pack
from corpus_logs.recorded import recorded
from corpus_logs.scoring import NONE
from corpus_logs.staging import Stage
from corpus_logs.voices import Voice
from pytest_dynamo import known_issues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: What splits the corpus: chosen before any bundle was judged.
SPLIT_SEED = 20251125
_THIRD = 1 / 3
_SECOND = Path(__file__).parent / "second_reader.yaml"


def held_out(case: Case) -> bool:
    """Return whether a case is of the third that patterns may not be written from.

    Each name draws its own lot, so that a new case leaves the others where they are.
    """
    return not case.seen and worlds.dice(f"{SPLIT_SEED} {case.name}").random() < _THIRD


def bundles(
    part: int = 0, of: int = 1, wanted: Callable[[Case], bool] | None = None
) -> Iterator[Bundle]:
    """Yield every bundle, or of so many parts one; of cases, those that are ``wanted``."""
    chosen = (case for case in cases() if wanted is None or wanted(case))
    for number, case in enumerate(chosen):
        if number % of == part:
            yield make(case)
    if part == 0:
        yield from recorded()


def make(case: Case) -> Bundle:
    """Return the bundle of one case.

    Raises:
        ValueError: a failure without a class or a place, or whose words are not in the logs.
    """
    rng = worlds.dice(case.name)
    by = "local" if case.keep == "run-local" else "slurm"
    world = worlds.world(case.world, rng, by=by)
    voice = Voice(world, rng, jsonl=case.jsonl, ansi=case.ansi)
    stage = Stage(case, world, voice, rng)
    played = stage.play()
    truth = _truth(case, world, stage)
    files = pack(case, world, voice, rng, played)
    if case.outcome == "cause":
        _prove(case, truth, files)
    reading = readings().get(case.name)
    return Bundle(case.name, held_out(case), case.keep, world.topology, files, truth, reading)


def _prove(case: Case, truth: Truth, files: Mapping[str, bytes]) -> None:
    if truth.step is None or not truth.faults:
        raise ValueError(f"{case.name}: a cause has a class, and somebody whose it is")
    spoken = [line for act in case.acts[:1] for line in act.says.splitlines() if line.strip()]
    if not spoken:
        return
    # the end of the longest run of words without a fact in the last line
    said = re.sub(r"^%\S+ (?:[A-Za-z]+ )?", "", spoken[-1])
    words = max(re.split(r"@[\w-]+@", said), key=len).strip()[-15:].encode()
    as_json = words.replace(b'"', b'\\"')
    if not any(words in data or as_json in data for data in files.values()):
        raise ValueError(f"{case.name}: no log holds {words.decode()!r}")


@functools.cache
def readings() -> Mapping[str, Reading]:
    """Return what the second reader made of cases, by their names.

    Raises:
        KeyError: an issue of that name does not exist.
    """
    codes = {item.name: item.code for item in known_issues.catalogue()} | {NONE: NONE}
    return {
        name: Reading(tuple(found["class"]), tuple(codes[each] for each in found["issues"]))
        for name, found in read(_SECOND).items()
    }


def _truth(case: Case, world: worlds.World, stage: Stage) -> Truth:
    if case.who is None:
        return Truth(case.outcome, None, (), case.phase, None, None, (), ())
    worker = world.plan.worker(case.who.step)
    found = stage.are(case.who)
    ranks = tuple(each.rank for each in found if each.rank is not None)
    return Truth(
        outcome=case.outcome,
        symptom=case.symptom,
        faults=case.faults,
        phase=stage.phase_of(found),
        step=case.who.step,
        role=worker.role if worker else None,
        ranks=ranks,
        nodes=tuple(dict.fromkeys(each.node for each in found)),
        whole=worker is not None and len(ranks) == worker.world_size,
    )
