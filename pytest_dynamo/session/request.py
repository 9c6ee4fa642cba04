# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the command line, the ini file and the environment ask for, and who asked for what."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.errors import DynamoError
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

#: Stands for every topology on the search path; for the dry run only.
ALL = "all"


@dataclass(frozen=True, slots=True)
class Request:
    """A resolved request. ``named_by`` says which option or ini key named the topology."""

    topologies: tuple[Topology, ...]
    named_by: str
    dry_run: bool
    launcher: str
    keep: bool
    allow: frozenset[str]
    run_dir: Path | None

    @property
    def topology(self) -> Topology:
        """The one topology of a live run."""
        return self.topologies[0]


def search_path(config: pytest.Config) -> list[Path]:
    """Return the directories that topologies are looked for in, in order."""
    return [*config.getini("dynamo_topology_path"), places.bundled()]


def resolve(config: pytest.Config) -> Request | None:
    """Return what is asked for, None when no topology is named.

    Raises:
        pytest.UsageError: it names something that does not exist or does not hold together.
    """
    option = config.getoption("dynamo_topology")
    name = option or config.getini("dynamo_topology")
    if not name:
        return None
    dry_run = bool(config.getoption("dynamo_dry_run"))
    if name == ALL and not dry_run:
        raise pytest.UsageError(
            "--topology=all is for --dynamo-dry-run; a live run brings up one topology"
        )
    directories = search_path(config)
    wanted = list(places.names(directories)) if name == ALL else [name]
    overrides = [
        *places.from_environment(os.environ),
        *_settings(config.getini("dynamo_set"), "ini dynamo_set"),
        *_settings(config.getoption("dynamo_set"), "--dynamo-set"),
    ]
    try:
        topologies = tuple(places.load(each, directories, overrides) for each in wanted)
    except DynamoError as error:
        raise pytest.UsageError(str(error)) from error
    run_dir = config.getoption("dynamo_run_dir") or config.getini("dynamo_run_dir")
    return Request(
        topologies=topologies,
        named_by="--topology" if option else "ini dynamo_topology",
        dry_run=dry_run,
        launcher=config.getoption("dynamo_launcher") or config.getini("dynamo_launcher") or "auto",
        keep=bool(config.getoption("dynamo_keep")),
        allow=frozenset([*config.getini("dynamo_allow"), *config.getoption("dynamo_allow")]),
        run_dir=Path(run_dir) if run_dir else None,
    )


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
