# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The hooks by which a ``conftest.py`` or another plugin extends this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_dynamo.findings import Finding
    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.launch.plan import Launcher
    from pytest_dynamo.topology.model import Topology


@pytest.hookspec
def pytest_dynamo_rules(topology: Topology) -> Iterable[Finding]:  # type: ignore[empty-body]  # a specification
    """Return findings of your own about a topology, before anything is launched.

    Called once for each topology, after the rules that ship. An example::

        def pytest_dynamo_rules(topology):
            if topology.container.image is None:
                yield Finding("SITE1", "no-image", "error", topology.where(("container",)),
                              "no image is named", "export IMAGE=...")
    """


@pytest.hookspec
def pytest_dynamo_known_issues() -> Iterable[Issue]:  # type: ignore[empty-body]  # a specification
    """Return known issues of your own: what systems print here, and what that means.

    Called once when a run begins, and for ``--dynamo-explain``; they are asked before those that
    ship. An example::

        from pytest_dynamo.known_issues import issue

        SCRATCH = '''The scratch file system of this site is being served.

        Why: It is away on the first Monday of a month, from six to nine.

        Remedy: Start again after nine.

        Source: The site's calendar
        '''

        def pytest_dynamo_known_issues():
            yield issue(SCRATCH, "SITE1", "scratch-served", role="root", fault="infrastructure",
                        engine="site", texts=("scratch: maintenance",),
                        samples=(" 3: scratch: maintenance until 09:00",),
                        near_misses=("scratch: mounted",))
    """


@pytest.hookspec(firstresult=True)
def pytest_dynamo_make_launcher(name: str) -> Launcher | None:
    """Return the launcher of that name, None when it is not yours.

    Called for ``--dynamo-launcher=NAME`` before the launchers that ship. An example::

        def pytest_dynamo_make_launcher(name):
            return MyLauncher() if name == "flux" else None
    """
