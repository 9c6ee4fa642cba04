# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the command line, the ini file and the environment ask for, and who asked for what."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo import rules
from pytest_dynamo.errors import DynamoError
from pytest_dynamo.launch.dialect import Dialect, dialect
from pytest_dynamo.session.surroundings import around
from pytest_dynamo.topology import dialects, places

if TYPE_CHECKING:
    from pytest_dynamo.session.record import Foreign, Recorded
    from pytest_dynamo.topology.model import Topology

#: Stands for every topology on the search path; for the dry run only.
ALL = "all"
#: What names a request without a topology: a server that stands for itself.
BY_URL = "--dynamo-url"


@dataclass(frozen=True, slots=True)
class Request:
    """A resolved request. ``named_by`` says which option or ini key named the topology.

    ``url`` is a server to attach to; ``described`` is False where no topology says what should
    be there.
    """

    topologies: tuple[Topology, ...]
    named_by: str
    dry_run: bool
    launcher: str
    keep: bool
    allow: frozenset[str]
    run_dir: Path | None
    url: str | None = None
    described: bool = True
    stated: tuple[Path, ...] = ()
    allocate: bool = False
    dialect: Dialect = field(default_factory=Dialect)
    record: Recorded | Foreign | None = None

    def context(self, topology: Topology) -> rules.Context:
        """Return what this host knows around a topology.

        Raises:
            pytest.UsageError: a file that is named cannot be read.
        """
        try:
            return around(topology, os.environ, self.stated)
        except DynamoError as error:
            raise pytest.UsageError(str(error)) from error

    def memory_table(self, topology: Topology) -> list[str]:
        """Return what a rank of each worker holds in its GPU, as lines; none where unknown."""
        return rules.memory_table(topology, self.context(topology))

    @property
    def topology(self) -> Topology:
        """The one topology of a live run."""
        return self.topologies[0]


def search_path(config: pytest.Config) -> list[Path]:
    """Return the directories that topologies are looked for in, in order."""
    return [*config.getini("dynamo_topology_path"), places.bundled()]


def resolve(config: pytest.Config) -> Request | None:
    """Return what is asked for, None when neither a topology nor a URL is named.

    Raises:
        pytest.UsageError: it names something that does not exist or does not hold together.
    """
    option = config.getoption("dynamo_topology")
    name = option or config.getini("dynamo_topology")
    if config.getoption("dynamo_replay"):
        return _replay(config, option, name)
    url = config.getoption("dynamo_url")
    if not name and not url:
        return None
    dry_run = bool(config.getoption("dynamo_dry_run"))
    if url:
        _only_attach(config)
    if name == ALL and not dry_run:
        raise pytest.UsageError(
            "--topology=all is for --dynamo-dry-run; a live run brings up one topology"
        )
    directories = search_path(config)
    wanted = list(places.names(directories)) if name == ALL else [name or str(places.unnamed())]
    overrides = _overrides(config)
    try:
        foreign = _foreign(name, overrides) if dry_run else ()
        topologies = foreign or tuple(
            places.load(each, directories, overrides) for each in wanted
        )
    except DynamoError as error:
        raise pytest.UsageError(str(error)) from error
    named_by = "--topology" if option else "ini dynamo_topology" if name else BY_URL
    return _request(config, topologies, named_by, dry_run=dry_run)


def _request(
    config: pytest.Config,
    topologies: tuple[Topology, ...],
    named_by: str,
    *,
    dry_run: bool = False,
    record: Recorded | Foreign | None = None,
) -> Request:
    run_dir = config.getoption("dynamo_run_dir") or config.getini("dynamo_run_dir")
    return Request(
        topologies=topologies,
        named_by=named_by,
        dry_run=dry_run,
        launcher=config.getoption("dynamo_launcher") or config.getini("dynamo_launcher") or "auto",
        keep=bool(config.getoption("dynamo_keep")),
        allow=frozenset([*config.getini("dynamo_allow"), *config.getoption("dynamo_allow")]),
        run_dir=Path(run_dir) if run_dir else None,
        url=config.getoption("dynamo_url"),
        described=named_by != BY_URL,
        stated=tuple(Path(each) for each in config.getoption("dynamo_stated")),
        allocate=bool(config.getoption("dynamo_allocate")),
        dialect=_dialect(config),
        record=record,
    )


def _dialect(config: pytest.Config) -> Dialect:
    said = [
        *_settings(config.getini("dynamo_slurm"), "ini dynamo_slurm"),
        *_settings(config.getoption("dynamo_slurm"), "--dynamo-slurm"),
    ]
    try:
        return dialect((each.key, each.value, each.source.partition("=")[0]) for each in said)
    except DynamoError as error:
        raise pytest.UsageError(str(error)) from error


def _overrides(config: pytest.Config) -> list[places.Override]:
    return [
        *places.from_environment(os.environ),
        *_settings(config.getini("dynamo_set"), "ini dynamo_set"),
        *_settings(config.getoption("dynamo_set"), "--dynamo-set"),
    ]


def _replay(config: pytest.Config, option: str | None, name: str | None) -> Request:
    """Return the request to judge a record: with its own topology unless one is named.

    Raises:
        pytest.UsageError: there is no record, no topology, or one of what only a live run has.
    """
    from pytest_dynamo.session import record as records  # noqa: PLC0415 - for a replay alone

    directory = config.getoption("dynamo_replay")
    for other in ("dry_run", "keep", "launcher", "allocate", "url"):
        if config.getoption(f"dynamo_{other}"):
            flag = f"--dynamo-{other.replace('_', '-')}"
            raise pytest.UsageError(
                f"{flag} with --dynamo-replay={directory}: a recorded run is neither planned nor "
                f"started\n  remedy: leave out {flag}"
            )
    record = records.open_record(Path(directory))
    if isinstance(record, records.Recorded) and not option:
        return _request(config, (record.topology,), "--dynamo-replay", record=record)
    beside = record.path / "topology.yaml"
    named = option or (str(beside) if beside.is_file() else name)
    if not named:
        raise pytest.UsageError(
            f"{directory}: no topology says what these logs are of\n"
            "  remedy: --topology=NAME names one, --topologies lists them"
        )
    try:
        topology = places.load(named, search_path(config), _overrides(config), of_logs=True)
    except DynamoError as error:
        raise pytest.UsageError(str(error)) from error
    by = "--topology" if option else "--dynamo-replay" if beside.is_file() else "ini"
    return _request(config, (topology,), by, record=record)
def _only_attach(config: pytest.Config) -> None:
    """Refuse what asks for a launch beside a URL, which starts nothing."""
    asked = {
        "--dynamo-dry-run": config.getoption("dynamo_dry_run"),
        "--dynamo-keep": config.getoption("dynamo_keep"),
        "--dynamo-launcher": config.getoption("dynamo_launcher"),
        "--dynamo-allocate": config.getoption("dynamo_allocate"),
    }
    for option, value in asked.items():
        if value:
            raise pytest.UsageError(
                f"--dynamo-url starts nothing and stops nothing, and {option} is about a launch\n"
                "  remedy: leave one of them out"
            )


def _foreign(name: str, overrides: list[places.Override]) -> tuple[Topology, ...]:
    """Return what a file in the dialect of an engine or of another tool describes, if it is one.

    Only versions can be said of it: ``--dynamo-set=versions.trtllm=1.1.0``.
    """
    file = Path(name)
    if not name.endswith(places.SUFFIXES) or not file.is_file():
        return ()
    document = places.read_document(file)
    if dialects.kind(document.data) in (None, "topology"):
        return ()
    said = {
        override.key.removeprefix("versions."): override.value
        for override in overrides
        if override.key.startswith("versions.")
    }
    return tuple(dialects.read(document, said))


def _settings(words: list[str], source: str) -> list[places.Override]:
    overrides = []
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise pytest.UsageError(
                f"{source}={word}: write KEY=VALUE, as in model.path=/models/r1"
            )
        overrides.append(places.Override(key.strip(), value, f"{source}={key.strip()}"))
    return overrides
