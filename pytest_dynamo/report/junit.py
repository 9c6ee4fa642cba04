# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The run's properties in JUnit XML, where CI reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_dynamo.supervisor.rundir import read_json

if TYPE_CHECKING:
    import pytest

    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.supervisor.rundir import RunDir
    from pytest_dynamo.topology.model import Topology


def properties(
    config: pytest.Config, run: RunDir, plan: LaunchPlan, topology: Topology
) -> None:
    """Add the verdict and what it is about to the test suite's properties, if JUnit is written."""
    xml = _log_xml(config)
    if xml is None:
        return
    report = read_json(run.report) or {}
    cause = report.get("diagnosis") or {}
    values = {
        "verdict": report.get("verdict", "unknown"),
        "why": report.get("why", ""),
        "exit_status": str(report.get("exit_status", "")),
        **{key: cause[key] for key in ("phase", "where", "evidence") if cause.get(key)},
        "topology": topology.name,
        "launcher": plan.launcher,
        "ranks": str(plan.ranks),
        "nodes": str(len(plan.nodes)),
        "stand_in": plan.stand_in or "",
        "url": report.get("url") or "",
        "server": report.get("server") or "",
        "dynamo_version": topology.versions.dynamo,
        "run_directory": str(run.path),
    }
    for name, value in values.items():
        xml.add_global_property(f"dynamo.{name}", value)


def _log_xml(config: pytest.Config) -> Any:  # Any: pytest's private LogXML
    """Return pytest's JUnit writer; private, as there is no public way from the controller."""
    from _pytest.junitxml import xml_key  # noqa: PLC0415 - see above; hypothesis does so too

    return config.stash.get(xml_key, None)
