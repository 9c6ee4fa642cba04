# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What docs/field_issues.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PAGE = (PROJECT / "docs" / "field_issues.md").read_text()


def test_every_test_of_the_page_exists() -> None:
    suites = "".join(path.read_text() for path in (PROJECT / "suites").glob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))

    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in suites} == set()


def test_every_code_of_the_page_exists() -> None:
    pages = ("rules.md", "known_issues.md")
    known = "".join((PROJECT / "docs" / name).read_text() for name in pages)
    named = set(re.findall(r"\bD(?:YN|KI)\d{3}\b", PAGE))

    assert len(named) > 20
    assert {code for code in named if f"| [{code}](" not in known} == set()


def test_no_issue_is_told_twice() -> None:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if re.match(r"\| .*\d{3}", line)]
    numbers = [number for row in rows for number in re.findall(r"\d{3,}", row)]

    assert len(numbers) > 70
    assert sorted(numbers) == sorted(set(numbers))
