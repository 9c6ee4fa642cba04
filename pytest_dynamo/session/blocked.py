# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Tells one failure of the deployment once, and marks what it blocks and what stays unproven."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.errors import NotReady
from pytest_dynamo.redaction import Redactor
from pytest_dynamo.session import sharing
from pytest_dynamo.session.requires import UNPROVEN

if TYPE_CHECKING:
    from pathlib import Path


def hide(report: pytest.TestReport) -> None:
    """Take secrets out of what a failed test shows, and JUnit writes."""
    redactor = Redactor(os.environ)
    said = report.longreprtext
    if (clean := redactor.text(said)) != said:
        report.longrepr = clean
    report.sections = [(name, redactor.text(text)) for name, text in report.sections]


def mark(report: pytest.TestReport, error: BaseException, run: tuple[Path, Path]) -> None:
    """Shorten a report to one line where the failure was told before; mark the unproven.

    The marks are plain attributes, which travel from an xdist worker to the controller.
    """
    if isinstance(error, pytest.skip.Exception) and str(error.msg).startswith(UNPROVEN):
        vars(report)["dynamo_unproven"] = str(error.msg).removeprefix(UNPROVEN)
        return
    if not isinstance(error, NotReady):
        return
    if sharing.first_to_tell(run[1]):
        # the diagnosis is the message; the frames of this package would only hide it
        report.longrepr = str(error)
        return
    report.longrepr = f"blocked: {error.what.splitlines()[0]}"
    vars(report)["dynamo_blocked"] = True
