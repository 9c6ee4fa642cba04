# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""``--dynamo-launcher=virtual-slurm``: the same pytest, on a Slurm cluster inside this machine.

The ranks are stand-ins. Slurm, its steps and the words that start them are the real ones, and so is
the allocation that is asked for.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pytest_dynamo
from pytest_dynamo.errors import DynamoError
from pytest_dynamo.launch.plan import nodes_needed
from pytest_dynamo.session import request as requests
from pytest_dynamo.supervisor.virtual import rehearsal
from pytest_dynamo.supervisor.virtual.files import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "virtual-slurm"
#: What follows the words of the user, so that these win. The cluster has one partition, and knows
#: nothing of a site's segments and further words.
_INSIDE = (
    "--dynamo-launcher=slurm", "--dynamo-allocate", "--dynamo-set=rehearsal=true",
    "--dynamo-slurm=partition=none", "--dynamo-slurm=segment=none", "--dynamo-slurm=salloc=none",
    "--dynamo-slurm=gpus=--gres=gpu:{gpus}", "--dynamo-slurm=wait=10",
)  # fmt: skip


def asked(config: pytest.Config) -> bool:
    """Return whether this run is to go on inside of a virtual cluster."""
    named = config.getoption("dynamo_launcher") or config.getini("dynamo_launcher")
    live = not (config.option.collectonly or config.getoption("dynamo_dry_run"))
    return named == NAME and live and not config.option.help


def run(config: pytest.Config) -> int:
    """Run the same pytest inside of one; return its exit status.

    Raises:
        pytest.UsageError: the topology is not named or wrong, or no cluster can run here.
    """
    request = requests.resolve(config)
    if request is None:
        raise pytest.UsageError(f"--dynamo-launcher={NAME} needs --topology=NAME")
    words = map(str, config.invocation_params.args)
    command = [sys.executable, "-m", "pytest", *words, *_INSIDE]
    try:
        shape = Shape(nodes_needed(request.topology), request.topology.hardware.gpus_per_node)
        return rehearsal.run(command, shape, _seen(config, request), _tell)
    except DynamoError as error:
        raise pytest.UsageError(f"--dynamo-launcher={NAME}: {error}") from error


def _seen(config: pytest.Config, request: requests.Request) -> Iterator[Path]:
    """Yield what the run reads and writes: where it starts, its programs, topologies, results."""
    yield Path.cwd()
    yield config.rootpath
    yield from (Path(sys.prefix), Path(sys.base_prefix), Path(pytest_dynamo.__file__).parents[1])
    yield from requests.search_path(config)
    yield Path(request.topology.file).parent
    if request.run_dir:
        yield request.run_dir.absolute().parent
    yield from (Path(each).absolute().parent for each in config.args if Path(each).exists())


def _tell(text: str) -> None:
    sys.stdout.write(f"dynamo: {text}\n")
