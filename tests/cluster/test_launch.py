# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Deployments come up across real nodes of a real Slurm, serve, and leave nothing."""

from __future__ import annotations

import importlib.util
import re
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable

    from cluster.inside import InsideRun

    from pytest_dynamo.supervisor.virtual.cluster import Cluster

pytestmark = needs_dynamo

REHEARSAL = "--dynamo-set=rehearsal=true"


def test_the_guides_32_ranks_on_8_nodes_serve(
    start: Callable[..., InsideRun], place: Path
) -> None:
    (place / "test_it.py").write_text("from pytest_dynamo.suites.test_startup import *\n")

    run = start(
        REHEARSAL, launch=("salloc", "-N8", "--gres=gpu:4"), topology="wide_ep_disagg"
    )

    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left()
    assert {"etcd", "nats", "frontend", "prefill0", "decode0", "beat"} == run.steps().keys()
    assert run.json("teardown.json")["leftover"] == []
    spoke = [line for line in run.logs().splitlines() if "mgmn" in line]
    assert len(spoke) == 32
    assert run.json("report.json")["verdict"] == "pass"


#: Open MPI's ranks spin while they wait, and have no more than two cores here.
MPI = tuple(
    f"--dynamo-set=environment.{name}"
    for name in ("STANDIN_MPI=1", "OMPI_MCA_mpi_yield_when_idle=1", "OMPI_MCA_btl=tcp,self")
)
needs_mpi = pytest.mark.skipif(
    importlib.util.find_spec("mpi4py") is None
    or find_library("mpi") is None
    or not list(Path("/usr/lib").glob("*/pmix2/lib/libpmix.so")),
    reason="needs an MPI library: tests/install-debian-packages, and pip install mpi4py",
)


@pytest.mark.parametrize(
    ("name", "more", "worlds"),
    [
        pytest.param("wide_ep_agg", MPI, ["16 ranks on 4 nodes"], marks=needs_mpi),
        ("llama4_multimodal_disagg", (), []),
    ],
    ids=["one MPI world", "two workers"],
)
def test_the_guides_on_four_nodes_serve(
    name: str,
    more: tuple[str, ...],
    worlds: list[str],
    start: Callable[..., InsideRun],
    place: Path,
) -> None:
    (place / "test_it.py").write_text("from pytest_dynamo.suites.test_startup import *\n")

    run = start(REHEARSAL, *more, topology=name)

    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left()
    assert run.logs().count("mgmn") == 16
    assert re.findall(r"MPI world of (.*); their numbers sum to 120", run.logs()) == worlds
    assert run.json("report.json")["verdict"] == "pass"


@pytest.mark.parametrize(
    ("launch", "verdict"),
    [
        (("sbatch", "--wait", "-N4", "--gres=gpu:4", "--wrap"), "fail"),
        (("salloc", "-N4", "--gres=gpu:4", "srun", "--pty", "--overlap", "-N1", "-n1"), "pass"),
        (("salloc", "-N4", "--gres=gpu:4", "srun", "-N1", "-n1", "--gres=none"), "fail"),
    ],
    ids=["sbatch", "terminal of a step", "step that holds the node"],
)
def test_the_exit_code_passes_through_wherever_pytest_runs(
    launch: tuple[str, ...], verdict: str, start: Callable[..., InsideRun], place: Path
) -> None:
    words = "deployment.client.chat('one', max_tokens=2)" if verdict == "pass" else "assert 0"
    (place / "test_it.py").write_text(f"def test_it(deployment): {words}\n")

    run = start(launch=launch, wrapped=launch[0] == "sbatch")

    assert run.wait() == int(verdict == "fail"), run.text
    run.nothing_left()
    assert run.json("teardown.json")["leftover"] == []
    assert run.events("ready")


def test_the_services_listen_where_all_nodes_reach_them(
    start: Callable[..., InsideRun], place: Path
) -> None:
    (place / "enough").touch()

    run = start()

    assert run.wait() == pytest.ExitCode.OK, run.text
    ports = {
        process["name"]: process["ports"][0]["host"]
        for process in run.json("plan.json")["processes"]
    }
    assert ports == {
        "etcd": "198.18.0.1",
        "nats": "198.18.0.1",
        "frontend": "198.18.0.1",
        "prefill0": "198.18.0.1",
        "decode0": "198.18.0.3",
    }


def test_a_run_directory_that_only_pytest_sees_is_said_and_does(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    (place / "enough").touch()

    run = start("--dynamo-run-dir=/tmp/only-here")

    run.directory = cluster.root("login") / "tmp/only-here"
    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left()
    assert "node1: does not see the run directory" in run.text
    assert run.json("teardown.json")["leftover"] == []
