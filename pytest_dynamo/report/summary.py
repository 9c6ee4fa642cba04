# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a run: the header, and the verdict as the last line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.findings import LEVELS
from pytest_dynamo.launch.plan import nodes_needed
from pytest_dynamo.report import junit
from pytest_dynamo.report.sarif import workflow_commands
from pytest_dynamo.supervisor.rundir import read_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_dynamo.findings import Finding
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.supervisor.control import Orphan
    from pytest_dynamo.supervisor.rundir import RunDir
    from pytest_dynamo.topology.model import Topology

#: The property of a test by which it says that a workaround is not needed any more.
FIXED = "dynamo_fixed_upstream"


class Summary:
    """Shows a live run."""

    def __init__(  # noqa: PLR0913 - each is one thing the header says
        self,
        config: pytest.Config,
        *,
        topology: Topology,
        named_by: str,
        run: RunDir,
        plan: LaunchPlan,
        orphans: Sequence[Orphan],
        replay_of: Path | None = None,
    ) -> None:
        self.config = config
        self.topology = topology
        self.named_by = named_by
        self.run = run
        self.plan = plan
        self.orphans = orphans
        self.replay_of = replay_of
        self.fixed: dict[str, None] = {}  # in the order in which it was told

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the known issues that do not show any more."""
        for name, told in report.user_properties:
            if name == FIXED:
                self.fixed[str(told)] = None

    def pytest_report_header(self) -> list[str]:
        """Say what will be judged, where every value comes from, and what is not real."""
        server = read_json(self.run.server)
        if server is None:
            lines = _header(self.topology, self.named_by)
            if self.replay_of:
                what = f"replay of {self.replay_of}: starts nothing, and stops nothing"
                lines.append(f"dynamo: {what}")
            processes = f"{len(self.plan.processes)} processes"
            lines.append(f"dynamo: launcher {self.plan.launcher}, {processes}")
        else:
            lines = [_attached(server)]
            if self.named_by == "--dynamo-url":
                lines.append(
                    "dynamo: no topology is named: the API is judged, and no number of workers"
                )
                lines += _sources(self.topology)
            else:
                lines += _header(self.topology, self.named_by)
        if self.plan.stand_in:
            lines.append(f"dynamo: STAND-IN: {self.plan.stand_in}")
        lines += [f"dynamo: note: {note}" for note in self.plan.notes]
        lines += [f"dynamo: cleaned: {orphan}" for orphan in self.orphans]
        lines.append(f"dynamo: run directory {self.run.path}")
        return lines

    # Registered before the controller, so among the first it comes right after it: the verdict is
    # written by then, and JUnit's file is not.
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Hand the verdict to JUnit."""
        junit.properties(self.config, self.run, self.plan, self.topology)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Write the verdict below everything else."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        report = read_json(self.run.report)
        if reporter is None or report is None:
            return
        if report["kept"]:
            reporter.write_line(f"dynamo: kept: {self.plan.base_url}, model {self.plan.model}")
            reporter.write_line(
                f"dynamo: stop it with: python -m pytest_dynamo.supervisor --stop {self.run.path}"
            )
        for told in self.fixed:
            reporter.write_line(f"dynamo: {told}")
        good = report["verdict"] == "pass"
        said = {"attached": report["url"], "stand-in": report["stand_in"]}
        how = ", ".join(word for word, true in said.items() if true)
        verdict = f"{report['verdict']} ({how})" if how else report["verdict"]
        reporter.write_line(
            f"dynamo: verdict: {verdict}: {report['why']}; see {self.run.path}",
            green=good,
            red=not good,
        )


class DryRun:
    """Shows a run of the configuration alone.

    ``memory`` is a table for each topology, ``script`` a single topology's launch plan.
    """

    def __init__(
        self,
        topologies: Sequence[Topology],
        named_by: str,
        findings: Sequence[Finding],
        memory: Sequence[Sequence[str]],
        script: str | None,
    ) -> None:
        self.topologies = topologies
        self.named_by = named_by
        self.findings = findings
        self.memory = memory
        self.script = script

    def pytest_report_header(self) -> list[str]:
        """Say what is checked."""
        if len(self.topologies) == 1:
            return [*_header(self.topologies[0], self.named_by), "dynamo: dry run: starts nothing"]
        return [f"dynamo: dry run of {len(self.topologies)} topologies: starts nothing"]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show every finding, and the launch plan of a single topology."""
        for finding in self.findings:
            terminalreporter.write_line(finding.render())
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for line in workflow_commands(self.findings):
                terminalreporter.write_line(line)
        for topology, lines in zip(self.topologies, self.memory, strict=True):
            if lines:
                terminalreporter.section(f"memory of a GPU, {topology.name}")
                terminalreporter.write_line("\n".join(lines))
        if self.script is not None:
            terminalreporter.section("launch plan, to paste into a shell")
            terminalreporter.write_line(self.script)


    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Count what was found, below everything else."""
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None:
            return
        levels = [finding.level for finding in self.findings]
        counts = ", ".join(f"{levels.count(level)} {level}(s)" for level in LEVELS)
        bad = "error" in levels
        reporter.write_line(f"dynamo: dry run: {counts}", green=not bad, red=bad)


def _header(topology: Topology, named_by: str) -> list[str]:
    hardware = topology.hardware
    origin = f", guide {topology.origin.guide}" if topology.origin else ""
    lines = [
        (
            f"dynamo: topology {topology.name} ({named_by}{origin}): {topology.ranks} ranks, "
            f"{nodes_needed(topology)} nodes x {hardware.gpus_per_node} {hardware.gpu}"
        )
    ]
    return [*lines, *_sources(topology)]


def _sources(topology: Topology) -> list[str]:
    return [f"dynamo: {key} from {source}" for key, source in topology.sources.items()]


def _attached(server: dict[str, Any]) -> str:  # Any: a JSON object
    return f"dynamo: attached to {server['url']}: {server['name']}, model {server['model']}"
