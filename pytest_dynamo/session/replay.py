# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""``--dynamo-replay=DIR``: judges a recorded run, in the controller's place.

Nothing is started and nothing stopped, and the record is never written to. Of a run of ours the
outcomes are those that were recorded, and the first cause is found again from the logs as far as
the supervisor had read them when it concluded. Of somebody else's logs only what they tell is
judged: a record that tells of no failure is no pass, since none of it can be asked.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.diagnosis.report import Judged, Report, TakeDown
from pytest_dynamo.diagnosis.timeline import Announced, RankFacts
from pytest_dynamo.diagnosis.verdict import exit_status
from pytest_dynamo.errors import DynamoError, NotReady
from pytest_dynamo.launch.plan import masked
from pytest_dynamo.redaction import Redactor
from pytest_dynamo.session import judging, known
from pytest_dynamo.session.controller import HANDOVER
from pytest_dynamo.session.deployment import Announcement, Deployment, Rank, told
from pytest_dynamo.session.outcomes import Tally
from pytest_dynamo.session.record import Foreign, Recorded
from pytest_dynamo.session.requires import UNPROVEN
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
from pytest_dynamo.watch import foreign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.client.openai import Client
    from pytest_dynamo.diagnosis.timeline import Timeline
    from pytest_dynamo.findings import Finding
    from pytest_dynamo.launch.plan import Worker
    from pytest_dynamo.session.request import Request
    from pytest_dynamo.supervisor.control import Orphan
    from pytest_dynamo.topology.model import Topology

#: Between two lines about how much was read, in seconds.
_TELL_S = 10.0
_ASKED = f"{UNPROVEN}a recorded run cannot be asked"


class Replay:
    """Holds one replay from configuration to exit."""

    def __init__(
        self, config: pytest.Config, request: Request, findings: Sequence[Finding]
    ) -> None:
        assert request.record is not None  # noqa: S101 - only then is one made
        self.config = config
        self.topology = request.topology
        self.record = request.record
        self.run_id = f"{self.topology.name}-{secrets.token_hex(4)}"
        stamp = dt.datetime.now(tz=dt.timezone.utc).strftime("%Y%m%d-%H%M%S")
        path = request.run_dir or Path("dynamo-runs") / f"{stamp}-{self.run_id}"
        if path.resolve().is_relative_to(self.record.path) and not self.record.alone:
            raise pytest.UsageError(
                f"{path}: lies in what is judged, which is never changed\n"
                "  remedy: name a run directory elsewhere: --dynamo-run-dir=DIR"
            )
        self.orphans: list[Orphan] = []
        self.redactor = Redactor(os.environ, self.topology.environment)
        self._bytes, self._told = 0, time.monotonic()
        try:
            self.subject = judging.subject(self.record, self.topology, lambda _: None)
            self.plan = self.subject.plan
            self.run = RunDir.create(path)
            self.node_local = node_local(self.run_id)
        except DynamoError as error:
            raise pytest.UsageError(str(error)) from error
        except OSError as error:
            raise _unreadable(error, self.record.path) from error
        self._write_run(findings)
        self.tally = Tally()
        self.diagnosis: Diagnosis | None = None

    def _write_run(self, findings: Sequence[Finding]) -> None:
        me = Identity.of(os.getpid())
        record = {
            "run_id": self.run_id,
            "run_dir": str(self.run.path),
            "node_local": str(self.node_local),
            "controller": me.to_dict() if me else None,
            "replay_of": str(self.record.path),
        }
        write_json(self.node_local / REGISTER, record)
        write_json(self.run.run, record)
        data = self.topology.model_dump(mode="json", exclude_none=True)
        data["environment"] = masked(self.topology.environment)
        write_text(self.run.topology, yaml.safe_dump(data, sort_keys=False, width=100))
        self.known = known.write(self.config, self.run)
        write_json(self.run.findings, [finding.to_dict() for finding in findings])
        write_json(self.run.plan, self.plan.to_dict())
        if isinstance(self.record, Recorded):
            write_text(self.run.script, self.plan.script())
            for name in ("events.jsonl", "teardown.json"):
                if (file := self.record.path / name).is_file():
                    shutil.copyfile(file, self.run.path / name)

    # -- reading ---------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Read the logs, name the first cause, and write it where the tests find it."""
        if self.config.option.collectonly:
            return
        began = time.monotonic()
        try:
            found = judging.judge(self.subject, self._noted, self.known)
        except OSError as error:
            raise _unreadable(error, self.record.path) from error
        took = time.monotonic() - began
        count = len(self.subject.logs)
        self._say(f"read {self._bytes / 1e6:.1f} MB of {count} log(s) in {took:.1f} s")
        for line in found.timeline.summary():
            self._say(line)
        first = found.diagnosis
        if first:  # as it would have been written down when it happened
            first = Diagnosis.from_dict(self.redactor.data(first.to_dict()))
        self.diagnosis = self._concluded(first)
        self._write_state(found.timeline)

    def _noted(self, count: int) -> None:
        self._bytes += count
        if time.monotonic() - self._told > _TELL_S:
            self._told = time.monotonic()
            self._say(f"read {self._bytes / 1e6:.0f} MB")

    def _concluded(self, found: Diagnosis | None) -> Diagnosis | None:
        """Return the first cause: the one just found, unless the logs could not tell it."""
        if isinstance(self.record, Foreign):
            return found
        recorded = _recorded(self.record)
        if self.subject.failed is None and (recorded or self.record.report):
            return recorded  # known from elsewhere: a rule, a port, the scheduler; or no failure
        if recorded and found != recorded:
            self._say(f"the first cause differs from the recorded one: {recorded.where}: ")
            self._say(f"  {recorded.what}")
        return found

    def _write_state(self, timeline: Timeline) -> None:
        recorded = (
            RunDir(self.record.path).state() if isinstance(self.record, Recorded) else {}
        )
        write_json(
            self.run.deployment,
            {
                "state": "failed" if self.diagnosis else "stopped",
                "at": round(time.time(), 3),
                "base_url": self.plan.base_url,
                "model": self.plan.model,
                **{key: value for key, value in recorded.items() if value != "absent"},
                "took_s": recorded.get("took_s") or timeline.took_s() or None,
                "diagnosis": self.diagnosis.to_dict() if self.diagnosis else None,
                "replay_of": str(self.record.path),
                "ranks": [asdict(facts) for facts in timeline.ranks()],
            },
        )

    # -- outcomes and the end --------------------------------------------------------------------

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # Any: xdist's WorkerController
        """Tell a worker where the run is."""
        node.workerinput[HANDOVER] = {"run": str(self.run.path), "local": str(self.node_local)}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what was judged again."""
        self.tally.hear(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge, and write the report."""
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        report = self._report(interrupted=interrupted)
        found = report.judge()
        distinct = bool(self.config.getini("dynamo_exit_codes"))
        session.exitstatus = exit_status(found.word, exitstatus, distinct=distinct)
        report = report.model_copy(
            update={"verdict": found.word, "why": found.why, "exit_status": session.exitstatus}
        )
        write_json(self.run.report, self.redactor.data(report.to_dict()))

    def _report(self, *, interrupted: bool) -> Report:
        """Return the report without its verdict: what was recorded, and what was judged again."""
        recorded = self.record.report if isinstance(self.record, Recorded) else None
        again = self.tally.outcomes
        state = self.run.state()
        teardown = read_json(self.run.teardown)
        if recorded:
            tests = {each.test: each for each in recorded.tests}
            tests |= {each.test: each for each in self.tally.tests if _is_news(each, tests)}
            return recorded.model_copy(
                update={
                    "live_failed": _both(recorded.live_failed, again.live_failed),
                    "config_failed": _both(recorded.config_failed, again.config_failed),
                    "interrupted": recorded.interrupted or interrupted,
                    "diagnosis": self.diagnosis,
                    "replay_of": str(self.record.path),
                    "tests": tuple(tests.values()),
                }
            )
        return Report(
            verdict="unproven",
            why="",
            exit_status=0,
            topology=self.topology.name,
            launcher=self.plan.launcher,
            stand_in=self.plan.stand_in,
            live_passed=0,
            live_failed=again.live_failed,
            config_failed=again.config_failed,
            unproven=again.unproven,
            interrupted=interrupted,
            took_s=state.get("took_s"),
            diagnosis=self.diagnosis,
            teardown=TakeDown.model_validate(teardown) if teardown else None,
            kept=False,
            replay_of=str(self.record.path),
            tests=self.tally.tests,
        )

    def pytest_unconfigure(self) -> None:
        """Let go of the run."""
        forget(self.node_local, whole=True)

    def _say(self, text: str) -> None:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(f"dynamo: {text}")


class RecordedDeployment(Deployment):
    """A deployment that was: what its record tells, without anything that could be asked."""

    def __init__(self, topology: Topology, run: RunDir, record: Recorded | Foreign) -> None:
        super().__init__(topology, run)
        self.run_dir = record.path  # where the logs are
        self._record = record

    @property
    def client(self) -> Client:
        """Skip the test: nobody would answer."""
        pytest.skip(_ASKED)

    @property
    def events(self) -> list[dict[str, Any]]:  # Any: JSON objects
        """What was recorded; logs alone have none."""
        if isinstance(self._record, Foreign):
            pytest.skip(f"{UNPROVEN}logs alone do not tell when each process began and ended")
        return super().events

    @property
    def workers(self) -> tuple[Worker, ...]:
        """Every worker of the plan; skips where the logs do not tell them apart."""
        if any(foreign.merged(worker) for worker in self.plan.workers):
            pytest.skip(f"{UNPROVEN}the logs do not tell the ranks of several workers apart")
        return self.plan.workers

    @property
    def ranks(self) -> tuple[Rank, ...]:
        """Every rank, as its log tells it; skips where logs of others lack some of them."""
        facts = [_facts(each) for each in self._run.state()["ranks"]]
        planned = sum(worker.world_size for worker in self.workers)
        silent = [each for each in facts if not (each.announced and each.load_seconds)]
        if isinstance(self._record, Foreign) and (silent or len(facts) < planned):
            pytest.skip(f"{UNPROVEN}the logs do not show every rank joining and loading")
        worlds = {worker.name: worker.world_size for worker in self.workers}
        return tuple(
            Rank(
                each.worker,
                each.rank,
                worlds[each.worker],
                each.node,
                each.log,
                tuple(Announcement(**asdict(said)) for said in each.announced),
                each.load_seconds,
            )
            for each in facts
        )

    def check(self) -> None:
        """Return: it is over already."""

    def close(self) -> None:
        """Return: nothing was opened."""


def recall(topology: Topology, run: RunDir, record: Recorded | Foreign) -> Deployment:
    """Return the recorded deployment.

    Raises:
        NotReady: it failed; with the diagnosis.
    """
    state = run.state()
    if state.get("diagnosis"):
        raise NotReady(told(state, run))
    return RecordedDeployment(topology, run, record)


def _recorded(record: Recorded) -> Diagnosis | None:
    """Return the first cause that was recorded."""
    if record.report:
        return record.report.diagnosis
    found = record.run.state().get("diagnosis")
    return Diagnosis.from_dict(found) if found else None


def _unreadable(error: OSError, path: Path) -> pytest.UsageError:
    place = error.filename or path
    return pytest.UsageError(
        f"{place}: cannot be read: {error.strerror}\n  remedy: copy the record to where it can"
    )


def _is_news(test: Judged, recorded: dict[str, Judged]) -> bool:
    """Return whether a test tells more now than it did then."""
    return test.test not in recorded or test.outcome not in ("unproven", "skipped", "blocked")


def _both(recorded: Sequence[str], again: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*recorded, *again)))


def _facts(data: dict[str, Any]) -> RankFacts:  # Any: a JSON object
    said = tuple(Announced(**each) for each in data["announced"])
    return RankFacts(**{**data, "announced": said, "load_seconds": tuple(data["load_seconds"])})


