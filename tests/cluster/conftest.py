# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One real Slurm cluster of eighteen nodes for all tests here, mended after each."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cluster.inside import PAIR, TESTS, InsideRun
from running import PYTEST

from pytest_dynamo.supervisor.virtual.cluster import Cluster, obstacle
from pytest_dynamo.supervisor.virtual.files import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NODES = 18
#: A partition whose jobs end those of the other one.
PREEMPTING = (
    "PreemptType=preempt/partition_prio",
    "PreemptMode=CANCEL",
    "PartitionName=urgent Nodes=ALL PriorityTier=10 OverSubscribe=EXCLUSIVE",
)
CHECKOUT = Path(__file__).parents[2]
#: Named, since nodes of the job before may not be free as yet.
FOUR_NODES = ("salloc", "-N4", "-w", "node[1-4]", "--gres=gpu:4")


@pytest.fixture(scope="session")
def eighteen_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster whose hosts all see this session's directories, the checkout and this Python.

    A host has a /tmp of its own: whatever of those lies there must be shared by name.
    """
    if reason := obstacle():
        pytest.skip(reason)
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    seen = (tmp_path_factory.getbasetemp(), CHECKOUT, Path(sys.prefix), Path(sys.base_prefix))
    share = tuple(dict.fromkeys(str(path.resolve()) for path in seen))
    shape = Shape(NODES, share=share, conf=PREEMPTING)
    cluster.start(shape, bound=True)
    yield cluster
    cluster.stop()


@pytest.fixture
def cluster(eighteen_nodes: Cluster) -> Iterator[Cluster]:
    """The cluster, whole at the beginning and at the end."""
    yield eighteen_nodes
    eighteen_nodes.mend()
    for node in eighteen_nodes.up():  # what one test left would have every later run refused
        for path in (eighteen_nodes.root(node) / "dev/shm").glob("nccl-*"):
            path.unlink()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory for a project whose name is no friend of shells."""
    path = tmp_path / "it's; a \"place\""
    path.mkdir()
    (path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    (path / "pair.yaml").write_text(PAIR)
    (path / "test_it.py").write_text(TESTS)
    (path / "tmp").mkdir()
    return path


@pytest.fixture
def start(
    cluster: Cluster, place: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., InsideRun]]:
    """Start pytest in a job of its own: four nodes, unless other words launch it.

    It runs the project's tests, or all suites where no test is named.

    What became of each run is a property of the test: benchmarks/slurm.py makes a table of them.
    """
    runs: list[InsideRun] = []

    def start(
        *arguments: str,
        launch: tuple[str, ...] = FOUR_NODES,
        topology: str = "pair.yaml",
        name: str = "run",
        test: str = "test_it.py",
    ) -> InsideRun:
        output = place / f"{name}.out"
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTEST_", "SLURM_"))
        }
        command = [
            *PYTEST, f"--topology={topology}", f"--dynamo-run-dir={place / name}", *arguments,
            *filter(None, [test]),
        ]  # fmt: skip
        wrapped = launch[-1:] == ("--wrap",)
        words = [*launch, *([shlex.join(command)] if wrapped else command)]
        with output.open("w") as out:
            process = subprocess.Popen(
                cluster.command(words),
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=place,
                text=True,
                env={**environment, "TMPDIR": str(place / "tmp")},
                start_new_session=True,
            )
        run = InsideRun(process, place / name, place / "tmp", output, cluster)
        runs.append(run)
        return run

    yield start
    if any(run.process.poll() is None for run in runs):
        cluster.call("scancel", "--user=root")
    for run in runs:
        run.process.wait(60)
        request.node.user_properties += [("run", json.dumps(row)) for row in run.rows()]
