# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The pages of docs/ that are written by a command say what is so now."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "script", ["rules_page.py", "known_issues_page.py", "mutations.py", "report_schema.py"]
)
def test_a_generated_page_is_up_to_date(script: str) -> None:
    command = [sys.executable, str(PROJECT / "benchmarks" / script), "--check"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=300
    )

    assert 0 == done.returncode, done.stdout + done.stderr
