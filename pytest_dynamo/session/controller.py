# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The pytest process that a person started: it makes the run, holds it, ends it and judges it."""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import os
import pkgutil
import secrets
import shlex
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pytest_dynamo import launch
from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.diagnosis.report import Report, TakeDown, left_behind
from pytest_dynamo.diagnosis.verdict import Verdict, exit_status, verdict
from pytest_dynamo.errors import DynamoError, LaunchError, PlanError, StopError
from pytest_dynamo.launch import local
from pytest_dynamo.launch.plan import Cluster, LaunchPlan, check_plan, masked, nodes_needed
from pytest_dynamo.launch.salloc import salloc
from pytest_dynamo.redaction import Redactor
from pytest_dynamo.session import attach, known, sharing, virtual
from pytest_dynamo.session.allocating import allocated
from pytest_dynamo.session.lockfile import lock
from pytest_dynamo.session.outcomes import Tally
from pytest_dynamo.session.progress import Progress, ProgressThread
from pytest_dynamo.session.pulse import Pulse
from pytest_dynamo.supervisor import allocation, control
from pytest_dynamo.supervisor.identity import Identity
from pytest_dynamo.supervisor.rundir import (
    REGISTER,
    RunDir,
    forget,
    node_local,
    read_json,
    write_json,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from pytest_dynamo.findings import Finding
    from pytest_dynamo.launch.plan import Launcher
    from pytest_dynamo.session.request import Request

#: What a worker of an xdist run is told.
HANDOVER = "dynamo_run"
#: The launchers whose nodes are those of an allocation.
_ON_SLURM = ("slurm", "ray")
#: Said of a run whose supervisor did not live to look.
_UNPROVEN = "the supervisor was killed: nobody has looked at what the deployment left"


def make_launcher(config: pytest.Config, name: str) -> Launcher:
    """Return the launcher of that name; ``auto`` is Slurm inside an allocation, else local.

    Raises:
        pytest.UsageError: there is none of that name.
    """
    if name == virtual.NAME:  # what it runs inside is Slurm, and so is what a dry run shows
        name = "slurm"
    if name == "auto":
        name = "slurm" if allocation.slurm_job(os.environ) else "local"
    made: Launcher | None = config.hook.pytest_dynamo_make_launcher(name=name)
    if made is not None:
        return made
    known = [module.name for module in pkgutil.iter_modules(launch.__path__)]
    modules = {each: importlib.import_module(f"{launch.__name__}.{each}") for each in known}
    launchers = {each: module for each, module in modules.items() if hasattr(module, "LAUNCHER")}
    if name not in launchers:
        raise pytest.UsageError(
            f"--dynamo-launcher={name}: known launchers are auto, {', '.join(sorted(launchers))}, "
            f"{virtual.NAME}"
        )
    found: Launcher = launchers[name].LAUNCHER
    return found


def make_plan(
    config: pytest.Config, request: Request, run: Path, run_id: str, *, live: bool
) -> LaunchPlan:
    """Return the launch plan of what is asked for on what this host offers.

    A dry run words the commands for Slurm unless another launcher is named: that is what a person
    will run.

    Raises:
        pytest.UsageError: the topology does not fit, there is no such launcher, or it would be
            ``live`` on Slurm without an allocation.
    """
    topology = request.topology
    name = "slurm" if request.launcher == "auto" and not live else request.launcher
    launcher = make_launcher(config, name)
    try:
        if live and launcher.name in _ON_SLURM and not allocation.slurm_job(os.environ):
            command = ("pytest", *map(str, config.invocation_params.args))
            raise PlanError(
                f"{topology.name} needs an allocation of {nodes_needed(topology)} node(s), and "
                "this is none: SLURM_JOB_ID is not set",
                remedy=f"{shlex.join(salloc(topology, command, request.dialect))}\n"
                "  or add --dynamo-allocate; what your site asks for besides is "
                "--dynamo-slurm=partition=..., account=...",
            )
        if launcher.name in _ON_SLURM and allocation.slurm_job(os.environ):
            job = allocation.slurm_allocation(os.environ)
            cluster = Cluster(
                nodes=job.nodes,
                gpus_per_node=job.gpus_per_node or topology.hardware.gpus_per_node,
                run_id=run_id,
                run_dir=str(run),
                job_id=job.job,
                account=request.dialect.account or os.environ.get("SLURM_JOB_ACCOUNT"),
                head_ip=topology.services.head_node_ip,
                programs=allocation.programs(),
                extra_srun=("--overlap",) if job.inside_step else (),
                addresses=job.addresses,
                directory=str(Path.cwd()),
                dialect=request.dialect,
            )
        else:
            cluster = Cluster(
                nodes=tuple(f"node{number + 1}" for number in range(nodes_needed(topology))),
                gpus_per_node=topology.hardware.gpus_per_node,
                run_id=run_id,
                run_dir=str(run),
                account=request.dialect.account,
                ports=allocation.free_ports(local.ports_needed(topology)),
                programs=allocation.programs(),
                dialect=request.dialect,
            )
        plan = launcher.plan(topology, cluster)
        check_plan(plan)
    except DynamoError as error:
        raise pytest.UsageError(str(error)) from error
    return plan


def refined(request: Request, run: Path) -> Request:
    """Return a request whose topology is what a server showed, where none was named."""
    server = read_json(RunDir(run).server)
    if server is None or request.described:
        return request
    return replace(request, topologies=(attach.taken_for(request.topology, server),))


def draft(config: pytest.Config, request: Request) -> str | None:
    """Return the launch plan of a dry run as a script, None where the topology fits on no nodes."""
    try:
        plan = make_plan(config, request, Path("/RUN_DIR"), "RUN_ID", live=False)
    except pytest.UsageError:
        return None  # a rule has said so, with its place
    return plan.script()


class Controller:
    """Holds one live run from configuration to exit."""

    def __init__(
        self, config: pytest.Config, request: Request, findings: Sequence[Finding]
    ) -> None:
        self.config = config
        self.run_id = f"{request.topology.name}-{secrets.token_hex(4)}"
        # who attaches stops nothing, not even what an earlier run left
        self.orphans = [] if request.url else control.clean_orphans()
        stamp = dt.datetime.now(tz=dt.timezone.utc).strftime("%Y%m%d-%H%M%S")
        path = request.run_dir or Path("dynamo-runs") / f"{stamp}-{self.run_id}"
        self.server = attach.attach(request) if request.url else None
        if self.server and not request.described:
            seen = attach.taken_for(request.topology, self.server.to_dict())
            request = replace(request, topologies=(seen,))
        self.request = request
        self.topology = request.topology
        self.allocated = None if self.server else allocated(request, findings)
        try:
            self.plan = (
                attach.plan(request, self.server, str(path.resolve()), self.run_id)
                if self.server
                else make_plan(config, request, path.resolve(), self.run_id, live=True)
            )
            _require_parts(self.plan)
            self.run = RunDir.create(path)
            self.node_local = node_local(self.run_id)
        except LaunchError as error:
            self._give_back()
            raise pytest.UsageError(str(error)) from error
        except BaseException:
            self._give_back()
            raise
        self._refusal = None if self.server else _refusal(findings)
        self._write_run(findings)
        self.lease = sharing.Lease(self.node_local)
        self.progress = Progress(self.run, self._say)
        self.thread: ProgressThread | None = None
        self.tally = Tally()
        self.redactor = Redactor(os.environ, self.topology.environment)
        self.verdict: Verdict | None = None
        self._old_handler = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, _interrupt)
        self.pulse = Pulse(self.server.url, self.run) if self.server else None
        if self.pulse and self.run.state()["state"] == "ready":
            self.pulse.start()

    def _write_run(self, findings: Sequence[Finding]) -> None:
        me = Identity.of(os.getpid())
        record = {
            "run_id": self.run_id,
            "run_dir": str(self.run.path),
            "node_local": str(self.node_local),
            "lock": str(self.node_local / sharing.CONTROLLER_LOCK),
            "controller": me.to_dict() if me else None,
            "keep": self.request.keep,
            "allocation": str(self.allocated.pipe) if self.allocated else None,
        }
        # the register first: whatever is made after it can be found and cleaned
        write_json(self.node_local / REGISTER, record)
        write_json(self.run.run, record)
        data = self.topology.model_dump(mode="json", exclude_none=True)
        data["environment"] = masked(self.topology.environment)
        data = Redactor(os.environ, self.topology.environment).data(data)
        write_text(self.run.topology, yaml.safe_dump(data, sort_keys=False, width=100))
        known.write(self.config, self.run)
        write_json(self.run.findings, [finding.to_dict() for finding in findings])
        # whoever starts the supervisor, a worker of xdist too, hands them on
        os.environ.update(self.plan.secret_words())
        write_json(self.run.plan, self.plan.to_dict())
        if self.server:
            write_json(self.run.server, self.server.to_dict())
            write_json(self.run.deployment, self.server.state())
        else:
            write_json(self.run.lock, lock(self.topology, self.plan, os.environ))
            write_text(self.run.script, self.plan.script())

    # -- xdist -----------------------------------------------------------------------------------

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # Any: xdist's WorkerController
        """Tell a worker where the run is."""
        node.workerinput[HANDOVER] = {"run": str(self.run.path), "local": str(self.node_local)}
        if self.thread is None:
            self.thread = ProgressThread(self.progress)
            self.thread.start()

    # -- outcomes --------------------------------------------------------------------------------

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what the verdict needs; arrives in the controller from every worker."""
        self.tally.hear(report)
        if report.failed and self.thread is None:
            self.progress.poll()  # a deployment that was lost is named now, not with the summary

    # -- the end ---------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Take the deployment down, prove it gone, judge, and write the report."""
        if self.thread:
            self.thread.stop()
        if self.pulse and self.pulse.is_alive():
            self.pulse.stop()
        problem: str | None = None
        started = control.supervisor_of(self.run) is not None
        kept = started and self.request.keep and self.run.state()["state"] == "ready"
        if started and not kept:
            try:
                control.stop(self.run)
            except StopError as error:
                problem = str(error)
        recorded = read_json(self.run.teardown)
        if started and not kept and recorded is None:
            problem = problem or _UNPROVEN
        teardown = TakeDown.model_validate(recorded) if recorded else None
        state = self.run.state()
        diagnosis = state.get("diagnosis") or self._refusal
        found = Diagnosis.from_dict(diagnosis) if diagnosis else None
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        outcomes = self.tally.outcomes
        self.verdict = verdict(
            outcomes,
            diagnosis=found,
            leftover=left_behind(teardown, problem),
            interrupted=interrupted,
        )
        session.exitstatus = exit_status(
            self.verdict.word, exitstatus, distinct=bool(self.config.getini("dynamo_exit_codes"))
        )
        report = Report(
            verdict=self.verdict.word,
            why=self.verdict.why,
            exit_status=session.exitstatus,
            topology=self.topology.name,
            launcher=self.plan.launcher,
            url=self.server.url if self.server else None,
            server=self.server.name if self.server else None,
            stand_in=self.plan.stand_in,
            live_passed=outcomes.live_passed,
            live_failed=outcomes.live_failed,
            config_failed=outcomes.config_failed,
            unproven=outcomes.unproven,
            interrupted=interrupted,
            took_s=state.get("took_s"),
            diagnosis=found,
            teardown=teardown,
            not_stopped=problem,
            kept=kept,
            tests=self.tally.tests,
        )
        write_json(self.run.report, self.redactor.data(report.to_dict()))

    def pytest_unconfigure(self) -> None:
        """Let go of the run, whatever happened before."""
        if self.thread:
            self.thread.stop()
        self.lease.release()
        supervisor = control.supervisor_of(self.run)
        if supervisor is None or not supervisor.alive:
            forget(self.node_local, whole=True)
        self._give_back(kept=supervisor is not None and supervisor.alive)
        signal.signal(signal.SIGTERM, self._old_handler)

    def _give_back(self, *, kept: bool = False) -> None:
        """Give back what was allocated for this run, unless its deployment stays up."""
        if self.allocated:
            self.allocated.release(kept=kept)
            self.allocated = None

    def _say(self, text: str) -> None:
        """Write one progress line, past pytest's capture."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        capture = self.config.pluginmanager.get_plugin("capturemanager")
        if reporter is None:
            return
        if capture is None:
            reporter.ensure_newline()
            reporter.write_line(text)
            return
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(text)


def _refusal(findings: Sequence[Finding]) -> dict[str, Any] | None:  # Any: a JSON object
    """Return why a deployment with such findings is never launched, None when it is."""
    errors = [finding for finding in findings if finding.level == "error"]
    if not errors:
        return None
    first = errors[0]
    return Diagnosis(
        phase="configuration",
        kind="finding",
        where=str(first.where),
        what=f"{first.code} {first.name}: {first.message}",
        fault="config",
        remedy=first.remedy,
    ).to_dict()


def _require_parts(plan: LaunchPlan) -> None:
    """Refuse to start what cannot start for want of the real Dynamo runtime."""
    if plan.launcher != "local":
        return
    # `dynamo` alone is a namespace that other packages share
    if not all(importlib.util.find_spec(name) for name in ("dynamo", "dynamo._core")):
        raise pytest.UsageError(
            "the local launcher starts the real Dynamo frontend, and ai-dynamo-runtime is not "
            "installed\n  remedy: pip install 'pytest-dynamo[dynamo]'"
        )


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Batch systems end a job with SIGTERM; pytest knows how to end on a KeyboardInterrupt."""
    raise KeyboardInterrupt



