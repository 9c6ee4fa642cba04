# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every rule keeps the promises of the catalogue."""

from __future__ import annotations

import inspect
import re
from collections import Counter

import pytest

from pytest_dynamo import rules
from pytest_dynamo.findings import LEVELS
from pytest_dynamo.rules._examples import example

CATALOGUE = rules.catalogue()
every_rule = pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: f"{rule.code}-{rule.name}")


def codes(text: str) -> set[str]:
    topology, context = example(text)
    return {
        finding.code
        for finding in rules.check(topology, context=context)
        if finding.level != "info"
    }


def test_no_code_and_no_name_is_used_twice() -> None:
    used = Counter(name for rule in CATALOGUE for name in (rule.code, rule.name))

    assert not [name for name, times in used.items() if times > 1]


@every_rule
def test_a_code_is_of_the_known_bands(rule: rules.Rule) -> None:
    assert re.fullmatch(r"DYN[1-6]\d\d", rule.code)


@every_rule
def test_the_file_is_called_as_the_rule_is(rule: rules.Rule) -> None:
    module = inspect.getmodule(rule.check)
    assert module is not None

    assert rule.name.replace("-", "_") == module.__name__.rpartition(".")[2]
    assert rule.name.replace("-", "_") == rule.check.__name__


@every_rule
def test_a_file_holds_one_rule(rule: rules.Rule) -> None:
    module = inspect.getmodule(rule.check)

    assert [rule] == [value for value in vars(module).values() if isinstance(value, rules.Rule)]


@every_rule
def test_the_words_are_complete(rule: rules.Rule) -> None:
    assert rule.level in LEVELS
    assert rule.strikes in rules.STRIKES
    assert rule.what.endswith(".")
    assert rule.why.endswith(".")
    assert rule.remedy.endswith(".")
    assert rule.source
    for part in (rule.code, rule.name, rule.what, "Why:", "Remedy:", "Source:", "It strikes:"):
        assert part in rules.explain(rule.code)


@every_rule
def test_the_bad_example_is_flagged_by_this_rule_alone(rule: rules.Rule) -> None:
    topology, context = example(rule.bad)
    found = rules.check(topology, context=context)

    assert rule.level in {item.level for item in found if item.code == rule.code}
    assert codes(rule.bad) | {rule.code} == {rule.code}


@every_rule
def test_the_good_example_is_not_flagged(rule: rules.Rule) -> None:
    topology, context = example(rule.good)

    assert rule.code not in {item.code for item in rules.check(topology, context=context)}
    assert set() == codes(rule.good)


@every_rule
def test_every_finding_has_a_place_a_message_and_a_remedy(rule: rules.Rule) -> None:
    topology, context = example(rule.bad)
    for finding in rules.check(topology, context=context):
        assert finding.where.file
        assert finding.message
        assert not finding.message.endswith(".")
        assert finding.remedy


@every_rule
def test_an_allowed_rule_is_silent_by_code_and_by_name(rule: rules.Rule) -> None:
    topology, context = example(rule.bad)
    for word in (rule.code, rule.name):
        found = rules.check(topology, context=context, allow={word})

        assert rule.code not in {item.code for item in found}


def test_an_unknown_code_has_no_explanation() -> None:
    with pytest.raises(KeyError, match="DYN999"):
        rules.explain("DYN999")
