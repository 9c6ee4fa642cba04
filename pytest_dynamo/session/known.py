# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Known issues of a project: asked of its hooks, written down for the supervisor and a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo import known_issues
from pytest_dynamo.known_issues import Issue
from pytest_dynamo.supervisor.rundir import read_json, write_json

if TYPE_CHECKING:
    from pytest_dynamo.supervisor.rundir import RunDir

def of_project(config: pytest.Config) -> tuple[Issue, ...]:
    """Return what the hook ``pytest_dynamo_known_issues`` adds.

    Raises:
        pytest.UsageError: something of it is no issue, or has the code or name of another.
    """
    taken = {word for item in known_issues.catalogue() for word in (item.code, item.name)}
    found: list[Issue] = []
    for more in config.hook.pytest_dynamo_known_issues():
        for item in more or ():
            if not isinstance(item, Issue):
                raise pytest.UsageError(
                    f"pytest_dynamo_known_issues: {item!r} is no Issue\n"
                    "  remedy: make it with pytest_dynamo.known_issues.issue()"
                )
            for word in (item.code, item.name):
                if word in taken:
                    raise pytest.UsageError(
                        f"pytest_dynamo_known_issues: {word} is another issue's\n"
                        "  remedy: take a code of your own, as SITE1"
                    )
                taken.add(word)
            found.append(item)
    return tuple(found)


def write(config: pytest.Config, run: RunDir) -> tuple[Issue, ...]:
    """Write down what the project adds, and return it."""
    found = of_project(config)
    write_json(run.known_issues, {"issues": [item.to_dict() for item in found]})
    return found


def read(run: RunDir) -> tuple[Issue, ...]:
    """Return what was written down."""
    data = read_json(run.known_issues) or {}
    return tuple(map(Issue.from_dict, data.get("issues", ())))
