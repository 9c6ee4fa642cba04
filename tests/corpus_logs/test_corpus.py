# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus_logs import bundles, worlds
from corpus_logs.case import cases
from corpus_logs.packing import KEEPS
from corpus_logs.staging import LIBRARY

if TYPE_CHECKING:
    from corpus_logs.bundle import Bundle

CASES = {case.name: case for case in cases()}
#: Enough cases for every way to keep logs, and every era, at little cost.
FEW = ("heads-mla", "gpu-oom-one-rank", "killed-local", "nats-unreachable-old", "stall-local",
       "illegal-access-torch", "kv-does-not-fit-trtllm-cpp", "healthy-agg16-job")  # fmt: skip


def make(name: str) -> Bundle:
    return bundles.make(CASES[name])


def digest(names: tuple[str, ...]) -> str:
    whole = hashlib.sha256()
    for name in names:
        for path, data in make(name).files.items():
            whole.update(path.encode() + b"\0" + data)
    return whole.hexdigest()


def test_there_are_enough_of_every_kind() -> None:
    outcomes = Counter(case.outcome for case in CASES.values())
    sizes = {name: worlds.size(name) for name in worlds.names()}
    used = {sizes[case.world] for case in CASES.values()}

    assert sum(outcomes.values()) >= 150
    assert outcomes["healthy"] >= 40
    assert {min(used), max(used)} == {1, 72}
    assert {case.keep for case in CASES.values()} == set(KEEPS)
    assert {case.world for case in CASES.values()} == set(worlds.names())
    assert {fault for case in CASES.values() for fault in case.faults} == {
        "config", "infrastructure", "product",
    }  # fmt: skip
    assert {case.phase for case in CASES.values()} >= {
        "services", "launch", "load", "registration", "serving",
    }  # fmt: skip


def test_a_third_is_held_out_and_nothing_recorded() -> None:
    apart = [case for case in CASES.values() if bundles.held_out(case)]

    assert 0.28 < len(apart) / sum(not case.seen for case in CASES.values()) < 0.4
    assert Counter(case.outcome for case in apart)["healthy"] >= 12
    assert Counter(case.outcome for case in apart)["cause"] >= 50
    assert not any(bundle.held_out for bundle in bundles.recorded())


def test_every_held_out_failure_has_a_second_reader() -> None:
    every = CASES.values()
    apart = {case.name for case in every if case.outcome == "cause" and bundles.held_out(case)}

    assert apart <= bundles.readings().keys() <= CASES.keys()


def test_the_same_bytes_come_out_of_every_process() -> None:
    words = f"from corpus_logs.test_corpus import *; print(digest({FEW!r}))"
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }

    other = subprocess.run(
        [sys.executable, "-c", words], env=environment, capture_output=True, text=True, check=True
    )

    assert other.stdout.strip() == digest(FEW)


def test_every_echo_and_every_noise_is_used() -> None:
    assert {name for case in CASES.values() for name in case.echoes} == set(LIBRARY["echoes"])
    assert {name for case in CASES.values() for name in case.noise} == set(LIBRARY["noise"])


def test_a_bundle_is_not_made_whose_label_its_logs_do_not_bear_out() -> None:
    case = CASES["gpu-oom-one-rank"]
    too_late = replace(case.acts[0], at=case.acts[0].at + 10_000)

    with pytest.raises(ValueError, match="no log holds"):
        bundles.make(replace(case, acts=(too_late,), until=5.0))
    with pytest.raises(ValueError, match="has a class"):
        bundles.make(replace(case, faults=()))
