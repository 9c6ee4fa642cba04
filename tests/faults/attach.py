# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Given to pytest with -p: the suites judge the deployment of another run, through a proxy.

``FAULTS_RUN`` is the run directory of the deployment that is up, ``FAULTS_URL`` the proxy - none
where the run itself was told of it - and ``FAULTS_OUTCOMES`` the file that gets the outcome of
every test.
"""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.openai import Client
from pytest_dynamo.session import requires
from pytest_dynamo.session.deployment import Deployment
from pytest_dynamo.supervisor.rundir import RunDir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.topology.model import Topology

#: Outcomes by the name of the test function: of several parameters, the worst.
OUTCOMES: dict[str, str] = {}
ORDER = ("skipped", "passed", "failed")


def pytest_configure() -> None:
    """Ask what a test requires of the deployment that is judged, not of the one of this run."""
    if not os.environ["FAULTS_URL"]:
        return
    check = requires.check

    def checked(wanted: tuple[str, ...], topology: Topology, _: Path, **more: bool) -> None:
        check(wanted, topology, Path(os.environ["FAULTS_RUN"]), **more)

    requires.check = checked


class Attached(Deployment):
    """A deployment that is up, asked through a proxy."""

    @property
    def base_url(self) -> str:
        return os.environ["FAULTS_URL"]

    @cached_property
    def client(self) -> Client:
        # without a look at the processes after each broken answer: it is the proxy that broke it
        return Client(self.base_url, model=self.model, deadline_s=20)


if os.environ["FAULTS_URL"]:

    @pytest.fixture(scope="session")
    def deployment(topology: Topology) -> Iterator[Deployment]:
        found = Attached(topology, RunDir(Path(os.environ["FAULTS_RUN"])))
        yield found
        found.client.close()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    name = Path(report.nodeid.partition("::")[0]).stem.removeprefix("test_")
    test = f"{name}: {report.nodeid.partition('::test_')[2].partition('[')[0]}"
    if report.when == "call" or report.outcome != "passed":
        OUTCOMES[test] = max(OUTCOMES.get(test, "skipped"), report.outcome, key=ORDER.index)


def pytest_sessionfinish() -> None:
    Path(os.environ["FAULTS_OUTCOMES"]).write_text(json.dumps(OUTCOMES))
