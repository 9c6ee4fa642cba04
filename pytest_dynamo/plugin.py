# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The door: what pytest sees of this package - options, ini keys, markers and fixtures.

pytest imports this module in every run of every project that has the package installed, so it
imports nothing but pytest, the standard library and its own options until a topology is named.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo import options

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from pytest_dynamo.findings import Finding
    from pytest_dynamo.session.controller import Controller
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.session.outage import Outage
    from pytest_dynamo.session.replay import Replay
    from pytest_dynamo.session.request import Request
    from pytest_dynamo.topology.model import Topology

REQUEST: pytest.StashKey[Request] = pytest.StashKey()
#: The run directory, and this node's directory for its locks.
RUN: pytest.StashKey[tuple[Path, Path]] = pytest.StashKey()
CONTROLLER: pytest.StashKey[Controller] = pytest.StashKey()
DEPLOYMENT: pytest.StashKey[Deployment] = pytest.StashKey()
TURN: pytest.StashKey[ExitStack] = pytest.StashKey()
FINDINGS: pytest.StashKey[dict[str, tuple[Finding, ...]]] = pytest.StashKey()

_MARKERS = (
    "dynamo: uses a deployment; set on every test that requests the `deployment` fixture",
    "dynamo_config: judges a topology without a deployment",
    (
        "dynamo_requires(*what): runs where the deployment has all of it, as `disaggregation`, "
        "`images`, `kv-router`, `ranks`, `worker-ids`, `gpu`; an unknown word lists all there are; "
        "what a stand-in cannot prove is reported unproven"
    ),
    (
        "dynamo_exclusive: has parts of the deployment ended, so it runs alone, last, and only if "
        "asked for (--dynamo-exclusive); set on every test that requests the `outage` fixture"
    ),
)

_MISSING = (
    "these tests judge a deployment, and none is named\n"
    "  remedy: pytest --topology=NAME; --topologies lists them; --dynamo-url=URL judges a server"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and ini keys."""
    options.add(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make our hooks known."""
    from pytest_dynamo import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Do what an option alone asks for, without running a test."""
    if config.getoption("dynamo_topologies"):
        from pytest_dynamo.report.catalogue import topologies
        from pytest_dynamo.session.request import search_path

        sys.stdout.write(topologies(search_path(config)))
        return 0
    if code := config.getoption("dynamo_explain"):
        from pytest_dynamo.report.catalogue import explain
        from pytest_dynamo.session.known import of_project

        try:
            text = explain(code, of_project(config))
        except KeyError as error:
            near = f"; did you mean {', '.join(error.args)}?" if error.args else ""
            what = f"--dynamo-explain={code}: nothing has that code{near}"
            raise pytest.UsageError(what) from error
        sys.stdout.write(text)
        return 0
    if pair := config.getoption("dynamo_diff"):
        from pytest_dynamo.errors import DynamoError
        from pytest_dynamo.report import difference

        try:
            sys.stdout.write(difference.told(pair))
        except DynamoError as error:
            raise pytest.UsageError(f"--dynamo-diff={pair}: {error}") from error
        return 0
    if config.getoption("dynamo_clean"):
        return _clean()
    if "virtual-slurm" in (config.getoption("dynamo_launcher"), config.getini("dynamo_launcher")):
        from pytest_dynamo.session import virtual

        if virtual.asked(config):
            return virtual.run(config)
    return None


def _clean() -> int:
    """Clear the nodes; return 1 when something is still in the way."""
    import os

    from pytest_dynamo.errors import DynamoError
    from pytest_dynamo.report import clearing as shown
    from pytest_dynamo.supervisor import clearing, control

    try:
        text, clean = shown.told(control.clean_orphans(), clearing.clear(os.environ))
    except DynamoError as error:
        raise pytest.UsageError(f"--dynamo-clean: {error}") from error
    sys.stdout.write(text)
    return 0 if clean else 1


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Resolve what is asked for; everything heavy happens here, and only if a topology is named."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if config.option.help or config.getoption("dynamo_topologies"):
        return
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Misuse(), "dynamo-misuse")
    named = config.getoption("dynamo_topology") or config.getini("dynamo_topology")
    instead = config.getoption("dynamo_replay") or config.getoption("dynamo_url")
    if not named and not instead:
        return
    from pytest_dynamo.session import request as requests

    request = requests.resolve(config)
    if request is None:
        return
    config.stash[REQUEST] = request
    _run_bundled_suites(config)
    if config.option.collectonly:
        return
    recorded = getattr(request.record, "findings", None)
    config.stash[FINDINGS] = {
        topology.name: _findings(config, topology, request) if recorded is None else recorded
        for topology in request.topologies
    }
    if hasattr(config, "workerinput"):
        _join(config, request)
    else:
        _begin(config, request)


def _join(config: pytest.Config, request: Request) -> None:
    """Take over, in a worker of xdist, the run that the process a person started has begun."""
    from pytest_dynamo.session import controller as controllers

    if handover := getattr(config, "workerinput", {}).get(controllers.HANDOVER):
        config.stash[RUN] = (Path(handover["run"]), Path(handover["local"]))
        config.stash[REQUEST] = controllers.refined(request, config.stash[RUN][0])


def _begin(config: pytest.Config, request: Request) -> None:
    """Register what shows, holds and judges the run, in the process that a person started."""
    from pytest_dynamo.report.summary import DryRun, Summary

    findings = [each for found in config.stash[FINDINGS].values() for each in found]
    if config.getoption("dynamo_sarif"):
        _write_sarif(config.getoption("dynamo_sarif"), findings)
    if request.dry_run:
        tables = [request.memory_table(each) for each in request.topologies]
        script = _script(config, request)
        show = DryRun(request.topologies, request.named_by, findings, tables, script)
        config.pluginmanager.register(show, "dynamo-dry-run")
        return
    from pytest_dynamo.session import controller as controllers

    controller: Controller | Replay
    if request.record:
        from pytest_dynamo.session.replay import Replay

        controller = Replay(config, request, findings)
    else:
        controller = controllers.Controller(config, request, findings)
        config.stash[CONTROLLER] = controller
        config.stash[REQUEST] = request = controller.request
    config.stash[RUN] = (controller.run.path, controller.node_local)
    summary = Summary(
        config,
        topology=request.topology,
        named_by=request.named_by,
        run=controller.run,
        plan=controller.plan,
        orphans=controller.orphans,
        replay_of=request.record.path if request.record else None,
    )
    config.pluginmanager.register(summary, "dynamo-summary")
    config.pluginmanager.register(controller, "dynamo-controller")


def _script(config: pytest.Config, request: Request) -> str | None:
    if len(request.topologies) > 1:
        return None
    from pytest_dynamo.session import controller as controllers

    return controllers.draft(config, request)


def _write_sarif(name: str, findings: Sequence[Finding]) -> None:
    from pytest_dynamo.report import sarif

    try:
        sarif.write(Path(name), findings)
    except OSError as error:
        raise pytest.UsageError(f"--dynamo-sarif={name}: {error.strerror}") from error


def _run_bundled_suites(config: pytest.Config) -> None:
    """Run the suites that ship when neither a path nor ``testpaths`` says what to run."""
    if config.args_source == pytest.Config.ArgsSource.INVOCATION_DIR:
        from pytest_dynamo.topology import places

        # All others ask a deployment: in a dry run they would be collected to be left out.
        rules_only = "test_rules.py" if config.stash[REQUEST].dry_run else ""
        config.args = [str(places.suites() / rules_only)]


def _findings(
    config: pytest.Config, topology: Topology, request: Request
) -> tuple[Finding, ...]:
    from pytest_dynamo import rules

    found = [*rules.check(topology, allow=request.allow, context=request.context(topology))]
    for extra in config.hook.pytest_dynamo_rules(topology=topology):
        found += extra or ()
    return tuple(
        finding
        for finding in found
        if finding.code not in request.allow and finding.name not in request.allow
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of the configuration once for each topology of ``--topology=all``."""
    request = metafunc.config.stash.get(REQUEST, None)
    if request and len(request.topologies) > 1 and "topology" in metafunc.fixturenames:
        metafunc.parametrize(
            "topology", [each.name for each in request.topologies], indirect=True, scope="session"
        )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses a deployment; leave out what this run cannot judge."""
    request = config.stash.get(REQUEST, None)
    for item in items:
        used = _used(item, overridden=request is not None)
        if "deployment" in used:
            item.add_marker("dynamo")
        elif "topology" in used:
            item.add_marker("dynamo_config")
        if "outage" in used:
            item.add_marker("dynamo_exclusive")
    if request is None:
        return
    # what costs nothing comes first, what does harm last; the sort is stable, so nothing else moves
    items.sort(key=lambda item: sum(map(_marked(item), ("dynamo", "dynamo_exclusive"))))
    if not request.described:
        _deselect(config, items, "dynamo_config")
    if request.dry_run:
        _deselect(config, items, "dynamo")
    elif not (
        config.getoption("dynamo_exclusive") or "dynamo_exclusive" in config.option.markexpr
    ):
        _deselect(config, items, "dynamo_exclusive")


def _marked(item: pytest.Item) -> Callable[[str], bool]:
    return lambda marker: item.get_closest_marker(marker) is not None


def _deselect(config: pytest.Config, items: list[pytest.Item], marker: str) -> None:
    out: list[pytest.Item] = []
    kept: list[pytest.Item] = []
    for item in items:
        (out if _marked(item)(marker) else kept).append(item)
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Refuse to run tests of a deployment when none is named; listing them works without."""
    config = session.config
    if REQUEST in config.stash or config.option.collectonly or hasattr(config, "workerinput"):
        return
    if any(_used(item) for item in session.items):
        raise pytest.UsageError(_MISSING)


def _used(item: pytest.Item, *, overridden: bool = False) -> set[str]:
    """Return which of our fixtures a test uses.

    The names are common, and a project may have fixtures or parameters of its own under them: those
    are not ours unless they ask for ours; with ``overridden`` its fixtures count as ours.
    """
    found = set()
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    given = getattr(getattr(item, "callspec", None), "params", {})
    for name in {"topology", "deployment", "outage"} & set(known):
        for each in reversed(known[name]):
            if each.func.__module__ == __name__ or (overridden and name not in given):
                found.add(name)
            if name not in each.argnames:
                break  # the ones before it are never called
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what does not apply; block what would ask a deployment that is lost."""
    wanted = [word for marker in item.iter_markers("dynamo_requires") for word in marker.args]
    if _marked(item)("dynamo_exclusive"):
        wanted.append("launched")  # what does harm does it to processes of this run
    request = item.config.stash.get(REQUEST, None)
    if request is None and _used(item):
        raise pytest.UsageError(_MISSING)
    if wanted and request and RUN in item.config.stash:
        from pytest_dynamo.session import requires

        requires.check(
            tuple(wanted), request.topology, item.config.stash[RUN][0], described=request.described
        )
    _take_turn(item)
    deployment = item.config.stash.get(DEPLOYMENT, None)
    if deployment is not None and item.get_closest_marker("dynamo"):
        deployment.check()


def _take_turn(item: pytest.Item) -> None:
    """Have no other test beside one that does harm, in whatever process it runs."""
    if RUN not in item.config.stash or not _marked(item)("dynamo"):
        return
    if not any(_marked(each)("dynamo_exclusive") for each in item.session.items):
        return
    from pytest_dynamo.session import sharing

    turns = item.stash[TURN] = ExitStack()
    node_local = item.config.stash[RUN][1]
    turns.enter_context(sharing.turn(node_local, alone=_marked(item)("dynamo_exclusive")))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Let the next test have its turn when all of this one is over, its fixtures included."""
    try:
        yield
    finally:
        if turns := item.stash.get(TURN, None):
            turns.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell a failed deployment once; every other test that needed it is blocked by it."""
    report = yield
    if call.excinfo is not None and call.excinfo.errisinstance(pytest.UsageError):
        vars(report)["dynamo_misuse"] = str(call.excinfo.value)
    if call.excinfo is not None and RUN in item.config.stash:
        from pytest_dynamo.session import blocked

        blocked.mark(report, call.excinfo.value, item.config.stash[RUN])
        if report.failed:
            blocked.hide(report)
    return report


class Misuse:
    """Ends the run where a worker of xdist reports misuse: it cannot refuse to run by itself."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Refuse in the worker's place, before anything is shown."""
        if misuse := getattr(report, "dynamo_misuse", None):
            raise pytest.UsageError(misuse)


def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport,
) -> tuple[str, str, str] | None:
    """Give blocked and unproven tests letters of their own."""
    if getattr(report, "dynamo_blocked", False):
        return "blocked", "B", "BLOCKED"
    if getattr(report, "dynamo_unproven", None):
        return "unproven", "U", "UNPROVEN"
    return None


@pytest.fixture(scope="session")
def topology(request: pytest.FixtureRequest) -> Topology:
    """The deployment as it should be: a frozen value, with no deployment behind it."""
    asked = request.config.stash.get(REQUEST, None)
    if asked is None:
        raise pytest.UsageError(_MISSING)
    name = getattr(request, "param", None)
    return next(each for each in asked.topologies if name in (None, each.name))


@pytest.fixture(scope="session")
def dynamo_findings(
    pytestconfig: pytest.Config,
) -> Callable[[Topology], tuple[Finding, ...]]:
    """What the checks without a cluster found in a topology, less what is allowed to pass."""
    return lambda topology: pytestconfig.stash[FINDINGS][topology.name]


@pytest.fixture(scope="session")
def deployment(topology: Topology, pytestconfig: pytest.Config) -> Iterator[Deployment]:
    """A deployment of the topology that serves; the first test to ask for it brings it up.

    With ``--dynamo-url`` it is the server that runs there.
    """
    from pytest_dynamo.session.deployment import attached, obtain, refuse
    from pytest_dynamo.supervisor.rundir import RunDir

    run, node_local = pytestconfig.stash[RUN]
    controller = pytestconfig.stash.get(CONTROLLER, None)
    asked = pytestconfig.stash[REQUEST]
    if asked.record:
        from pytest_dynamo.session.replay import recall

        found = recall(topology, RunDir(run), asked.record)
    elif asked.url:
        found = attached(topology, RunDir(run))
    else:
        refuse(pytestconfig.stash[FINDINGS][topology.name])
        poll = controller.progress.poll if controller else _nothing
        found = obtain(topology, RunDir(run), node_local, poll)
    pytestconfig.stash[DEPLOYMENT] = found
    yield found
    found.close()


@pytest.fixture
def outage(deployment: Deployment) -> Iterator[Outage]:
    """Has parts of what this run started killed or frozen; mends them when the test is over."""
    from pytest_dynamo.session.outage import Outage

    found = Outage(deployment)
    yield found
    found.mend()


@pytest.fixture(scope="session")
def dynamo_peer(pytestconfig: pytest.Config) -> str:
    """Where the same model is served aggregated."""
    peer = pytestconfig.getoption("dynamo_peer")
    if not peer:
        pytest.skip("does not apply: no frontend with the same model is named by --dynamo-peer")
    return str(peer)


def _nothing() -> None:
    """Leave the progress to the controller."""
