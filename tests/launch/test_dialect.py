# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Each flag that sites differ in is said as the site wants it."""

from __future__ import annotations

import planning
import pytest

from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import slurm
from pytest_dynamo.launch.dialect import Dialect, dialect, seconds
from pytest_dynamo.launch.salloc import salloc

TOPOLOGY = planning.topology(roles={"agg": {"parallel": {"tp": 4}}})


def said(*settings: str) -> Dialect:
    pairs = (setting.split("=", 1) for setting in settings)
    return dialect((key, value, "--dynamo-slurm") for key, value in pairs)


def words(*settings: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of salloc and those of a worker's srun."""
    spoken = said(*settings)
    plan = slurm.LAUNCHER.plan(TOPOLOGY, planning.cluster(TOPOLOGY, dialect=spoken))
    return salloc(TOPOLOGY, (), spoken), planning.process(plan, "agg0").tokens


ALLOCATE, WORKER = words()


@pytest.mark.parametrize(
    ("setting", "gone", "come"),
    [
        ("account=lab", set(), {"--account=lab"}),
        ("partition=gb200", set(), {"--partition=gb200"}),
        ("time=1:00:00", {"--time=05:00:00"}, {"--time=1:00:00"}),
        ("gpus=--gpus-per-node={gpus}", {"--gres=gpu:4"}, {"--gpus-per-node=4"}),
        ("gpus=none", {"--gres=gpu:4"}, set()),
        ("segment=16", set(), {"--segment=16"}),
        ("salloc=--qos=high '--comment=a b'", set(), {"--qos=high", "--comment=a b"}),
        ("wait=10", set(), set()),
        ("srun=--mem=0", set(), set()),
        ("mpi=pmi2", set(), set()),
    ],
)
def test_a_setting_changes_these_words_of_salloc(
    setting: str, gone: set[str], come: set[str]
) -> None:
    found, _ = words(setting)

    assert set(ALLOCATE) - set(found) == gone
    assert set(found) - set(ALLOCATE) == come


@pytest.mark.parametrize(
    ("setting", "gone", "come"),
    [
        ("mpi=pmi2", {"pmix"}, {"pmi2"}),
        ("mpi=none", {"--mpi", "pmix"}, set()),
        ("step_gpus=--gpus-per-node={gpus}", set(), {"--gpus-per-node=4"}),
        ("srun=--mem=0 --cpu-bind=none", set(), {"--mem=0", "--cpu-bind=none"}),
        ("partition=gb200", set(), set()),
        ("gpus=none", set(), set()),
    ],
)
def test_a_setting_changes_these_words_of_a_worker(
    setting: str, gone: set[str], come: set[str]
) -> None:
    _, found = words(setting)

    assert set(WORKER) - set(found) == gone
    assert set(found) - set(WORKER) == come


def test_only_workers_ask_for_gpus() -> None:
    spoken = said("step_gpus=--gpus-per-node={gpus}")

    plan = slurm.LAUNCHER.plan(TOPOLOGY, planning.cluster(TOPOLOGY, dialect=spoken))

    asking = [item.name for item in plan.processes if "--gpus-per-node=4" in item.tokens]
    assert ["agg0"] == asking


def test_the_last_word_counts() -> None:
    assert said("account=a", "account=b").account == "b"


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("acount=lab", "--dynamo-slurm=acount: no such key.*\n.*account=..."),
        ("time=soon", "'soon' is no time"),
        ("wait=1:2:3:4", "is no time"),
        ("account=a b", "'a b' is not one word"),
        ("account=", "'' is not one word"),
        ("salloc='open", "No closing quotation"),
    ],
)
def test_what_is_no_setting_is_refused_with_its_place(setting: str, says: str) -> None:
    with pytest.raises(PlanError, match=says):
        said(setting)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30", 1800),
        ("1:30", 90),
        ("05:00:00", 18000),
        ("1-00", 86400),
        ("1-12:30", 131400),
        ("2-00:00:01", 172801),
    ],
)
def test_times_are_read_as_slurm_reads_them(text: str, expected: float) -> None:
    assert seconds(text) == expected
