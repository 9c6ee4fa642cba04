# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The example project does what it says it does."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from commands import said
from running import needs_dynamo

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the example project, away from the checkout."""
    hidden = shutil.ignore_patterns("__pycache__", ".pytest_cache", "dynamo-runs")
    return Path(shutil.copytree(EXAMPLES / "site", tmp_path / "site", ignore=hidden))


def run(site: Path, *arguments: str, **variables: str) -> str:
    """Return what pytest says in the example project."""
    command = (sys.executable, "-m", "pytest", "-p", "pytest_dynamo.plugin", *arguments)
    return said(*command, cwd=site, **variables)


@needs_dynamo
def test_a_sites_own_tests_judge_its_own_topology(site: Path) -> None:
    text = run(site, "--topology=our_8b", ".")

    assert "== 2 passed in" in text
    assert "dynamo: verdict: pass (stand-in): 1 live check(s)" in text


def test_a_sites_rule_is_heard(site: Path) -> None:
    dry = ("--topology=our_8b", "--dynamo-dry-run")

    assert "environment IMAGE: warning SITE1" in run(site, *dry, IMAGE="nvcr.io/x")
    assert "SITE1" not in run(site, *dry)


def test_a_sites_launcher_words_every_step(site: Path) -> None:
    text = run(site, "--topology=our_8b", "--dynamo-dry-run")

    steps = text.count("  srun \\\n")
    assert steps > 0
    assert text.count("--reservation=llm") == steps
