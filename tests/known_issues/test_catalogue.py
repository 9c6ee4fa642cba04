# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every known issue keeps the promises of the catalogue."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections import Counter
from dataclasses import replace
from typing import get_args

import pytest

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis.screen import Screen
from pytest_dynamo.known_issues import Issue, Matcher
from pytest_dynamo.topology.versions import key
from pytest_dynamo.watch.lines import LineReader

CATALOGUE = known_issues.catalogue()
every_issue = pytest.mark.parametrize("issue", CATALOGUE, ids=lambda item: item.code)


def text(sample: str) -> str:
    """Return what a line of a log says, without its label and terminal codes."""
    labelled = re.match(r" *\d+: ", sample) is not None
    reader = LineReader("p", labelled=labelled)
    (line,) = reader.feed(sample.encode() + b"\n")
    return line.text


def is_release(version: str | None) -> bool:
    """Return whether a version can be compared with others."""
    try:
        return version is None or bool(key(version))
    except ValueError:
        return False


def promises(item: Issue) -> dict[str, bool]:
    """Return what is promised of the words of an issue, and whether it holds."""
    return {
        "its code is of a band": bool(re.fullmatch(r"DKI[1-9]\d\d", item.code)),
        "its name is in kebab case": bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", item.name)),
        "what it is, is a sentence": item.what.endswith("."),
        "why it is, is a sentence": item.why.endswith("."),
        "its remedy is a sentence": item.remedy.endswith("."),
        "its source is none": bool(item.source) and not item.source.endswith("."),
        "its role is known": item.role in known_issues.ROLES,
        "its class is known": item.fault in get_args(known_issues.Fault)[:-1],
        "its phase is known": item.phase in (None, *get_args(known_issues.Phase)),
        "its versions compare": is_release(item.since) and is_release(item.before),
        "it has samples": bool(item.samples) and bool(item.near_misses),
    }


def complaints(item: Issue, others: tuple[Issue, ...]) -> list[str]:
    """Return the promises that an issue breaks, beside others."""
    broken = [f"not so: {promise}" for promise, kept in promises(item).items() if not kept]
    matcher = Matcher((item,))
    asked = [other for other in others if other.broad or not item.broad]  # not before it
    theirs = [each for other in asked if other.code != item.code for each in other.samples]
    return [
        *broken,
        *(f"not matched: {each}" for each in item.samples if not matcher.match(text(each))),
        *(f"matched: {each}" for each in item.near_misses if matcher.match(text(each))),
        *(f"matched, of another: {each}" for each in theirs if matcher.match(text(each))),
        *(
            f"no sample for: {each}"
            for each in item.texts
            if not any(each in text(sample) for sample in item.samples)
        ),
    ]


@every_issue
def test_an_issue_keeps_its_promises(issue: Issue) -> None:
    assert complaints(issue, CATALOGUE) == []


def test_no_code_and_no_name_is_used_twice() -> None:
    used = Counter(word for item in CATALOGUE for word in (item.code, item.name))

    assert [word for word, times in used.items() if times > 1] == []


def test_a_file_holds_one_issue_and_is_called_as_it_is() -> None:
    modules = [item.name for item in pkgutil.iter_modules(known_issues.__path__)]
    held = {
        name: [
            value
            for value in vars(importlib.import_module(f"{known_issues.__name__}.{name}")).values()
            if isinstance(value, Issue)
        ]
        for name in modules
    }

    assert {name: [name.replace("_", "-")] for name in modules} == {
        name: [item.name for item in items] for name, items in held.items()
    }
    assert {item.code for item in CATALOGUE} == {item.code for (item,) in held.values()}


@every_issue
def test_the_screen_picks_every_sample_as_bytes_and_as_text(issue: Issue) -> None:
    screen = Screen(each for item in CATALOGUE for each in item.texts)
    for sample in issue.samples:
        assert screen.pick(sample.encode() + b"\nall is well 42\n") == [(0, sample.encode())]
        assert screen.picks(text(sample))


@every_issue
def test_an_issue_is_explained_in_full(issue: Issue) -> None:
    told = known_issues.explain(issue.code)

    assert told == known_issues.explain(issue.name)
    for part in (issue.code, issue.name, issue.what, "Why:", "Remedy:", "Source:", "Seen as:"):
        assert part in told
    assert "\x1b" not in told


@every_issue
def test_an_issue_can_be_written_and_read_again(issue: Issue) -> None:
    assert issue == Issue.from_dict(json.loads(json.dumps(issue.to_dict())))


def test_samples_have_the_shapes_that_systems_print() -> None:
    samples = [sample for item in CATALOGUE for sample in item.samples]

    assert any(re.match(r" \d: ", each) for each in samples)  # srun --label, padded
    assert any("\x1b[31mERROR" in each for each in samples)
    assert any(re.search(r"T[\d:]{8}\.\d{3}Z", each) for each in samples)  # before 0.4
    assert any(re.search(r"T[\d:]{8}\.\d{6}Z", each) for each in samples)  # since
    assert any("[TRT-LLM] [E]" in each for each in samples)


# -- each promise can be broken ------------------------------------------------------------------

GOOD = CATALOGUE[0]
BROKEN = {
    "DKI001": {"code": "DKI001"},
    "Upper": {"name": "Upper-Case"},
    "no what": {"what": ""},
    "no why": {"why": "because"},
    "no remedy": {"remedy": ""},
    "no source": {"source": ""},
    "role": {"role": "culprit"},
    "class": {"fault": "unknown"},
    "phase": {"phase": "teardown"},
    "since": {"since": "deadbeef01"},
    "before": {"before": "one"},
    "no samples": {"samples": ()},
    "no near misses": {"near_misses": ()},
    "own samples": {"pattern": "never printed"},
    "near misses": {"near_misses": GOOD.samples[:1]},
    "others": {"texts": (*GOOD.texts, "r"), "pattern": ""},
    "unused text": {"texts": (*GOOD.texts, "never printed")},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_broken_promise_is_noticed(change: dict[str, object]) -> None:
    assert complaints(GOOD, CATALOGUE) == []
    assert complaints(replace(GOOD, **change), CATALOGUE) != []


def test_an_unknown_code_has_no_explanation() -> None:
    with pytest.raises(KeyError, match="DKI000"):
        known_issues.explain("DKI000")


@pytest.mark.parametrize(
    ("versions", "expected"),
    [({}, True), ({"trtllm": "1.0.0rc3"}, False), ({"trtllm": "1.0.0rc4"}, True),
     ({"trtllm": "1.2.0"}, True), ({"trtllm": "cd2f9fa62f1c"}, True), ({"vllm": "0.1"}, True)],
)  # fmt: skip
def test_an_issue_is_of_some_releases_only(
    versions: dict[str, str],
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    assert expected == known_issues.get("cache-transceiver-off").applies(versions)


def test_a_matcher_prefers_what_comes_first() -> None:
    two = (replace(GOOD, code="DKI998"), replace(GOOD, code="DKI999"))
    line = text(GOOD.samples[0])

    found = [Matcher(each).match(line) for each in (two, two[::-1], ())]
    assert ["DKI998", "DKI999", None] == [item.code if item else None for item in found]


def test_a_broad_issue_is_asked_last() -> None:
    wrapped = (
        "  Value error, max_num_batched_tokens (2048) is smaller than max_model_len (8192)."
        " [type=value_error, input_value=ArgsKwargs(()), input_type=ArgsKwargs]"
    )
    narrow = tuple(replace(item, broad=False) for item in CATALOGUE)

    found = [Matcher(each).match(wrapped) for each in (CATALOGUE, CATALOGUE[::-1], narrow)]
    assert ["token-budget-contradicts"] * 2 + ["engine-value-refused"] == [
        item.name if item else None for item in found
    ]


def test_a_line_that_quotes_why_is_of_what_it_quotes() -> None:
    why = "[TRT-LLM] [RANK 2] [E] Error in event loop: CUDA error: misaligned address"
    last_first = Matcher(sorted(CATALOGUE, key=lambda item: item.code, reverse=True))

    found = [each.match(why) for each in (Matcher(CATALOGUE), last_first)]
    assert ["cuda-illegal-access"] * 2 == [item.name if item else None for item in found]
