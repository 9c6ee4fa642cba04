# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Deployments come up across real nodes of a real Slurm, serve, and leave nothing."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cluster.conftest import FOUR_NODES
from running import needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable

    from cluster.inside import InsideRun

    from pytest_dynamo.supervisor.virtual.cluster import Cluster

pytestmark = needs_dynamo

REHEARSAL = "--dynamo-set=rehearsal=true"


@pytest.mark.parametrize(
    ("topology", "nodes", "steps", "ranks"),
    [
        ("trtllm_disagg_multinode", 2, 2, 2),
        ("wide_ep_disagg", 8, 2, 32),
        ("mlperf_llama405b_disagg", 18, 18, 72),
    ],
)
def test_the_guides_serve_on_as_many_nodes_as_they_need(  # noqa: PLR0917 - a table
    topology: str,
    nodes: int,
    steps: int,
    ranks: int,
    start: Callable[..., InsideRun],
    place: Path,
) -> None:
    (place / "test_it.py").write_text("from pytest_dynamo.suites.test_startup import *\n")

    as_here = "--dynamo-set=hardware.gpus_per_node=4"  # one of them describes nodes of eight
    launch = ("salloc", f"-N{nodes}", "--gres=gpu:4")
    run = start(REHEARSAL, as_here, launch=launch, topology=topology)

    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left()
    workers = [item for item in run.json("plan.json")["processes"] if item["ranks"]]
    assert len(workers) == steps
    shared = {"etcd", "nats", "frontend", "beat"}
    assert {*shared, *(item["name"] for item in workers)} == run.steps().keys()
    assert run.json("teardown.json")["leftover"] == []
    assert sum("mgmn" in line for line in run.logs().splitlines()) == ranks
    assert run.json("report.json")["verdict"] == "pass"


#: Open MPI's ranks spin while they wait, and have no more than two cores here. Debian's 4.1.4 takes
#: libfabric on these nodes, whatever its BTLs: on two busy cores a message of an allreduce was lost
#: within three worlds, and ob1 over TCP crashed within thirteen. UCX over TCP lost none in sixty.
MPI = tuple(
    f"--dynamo-set=environment.{name}"
    for name in (
        "STANDIN_MPI=1",
        "OMPI_MCA_mpi_yield_when_idle=1",
        "OMPI_MCA_pml=ucx",
        "OMPI_MCA_pml_ucx_tls=any",
        "OMPI_MCA_pml_ucx_devices=any",
        "UCX_TLS=tcp,self",
    )
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


FAILING = "def test_it(deployment): assert 0\n"


def test_all_suites_pass_in_a_terminal_and_the_exit_code_through_sbatch_is_the_verdict(
    start: Callable[..., InsideRun], place: Path
) -> None:
    (place / "test_it.py").write_text(FAILING)
    terminal = ("srun", "--pty", "--overlap", "-N1", "-n1")
    batch = ("sbatch", "--wait", "-N4", "-w", "node[5-8]", "--gres=gpu:4", "--wrap")

    whole = start(launch=(*FOUR_NODES, *terminal), test="")
    failing = start(launch=batch, name="batch")  # the other nodes are free meanwhile

    for run, status in ((whole, 0), (failing, 1)):
        assert run.wait(240) == status, run.text
        run.nothing_left()
        assert run.json("teardown.json")["leftover"] == []
        assert run.json("report.json")["verdict"] == ("product" if status else "pass")
    outcomes = Counter(item["outcome"] for item in whole.json("report.json")["tests"])
    assert outcomes.keys() <= {"passed", "unproven", "skipped"}
    assert outcomes["passed"] > 150  # suites, and not what lies in the project


def test_the_exit_code_passes_through_a_step_that_holds_the_node(
    start: Callable[..., InsideRun], place: Path
) -> None:
    (place / "test_it.py").write_text(FAILING)

    run = start(launch=(*FOUR_NODES, "srun", "-N1", "-n1", "--gres=none"))

    assert run.wait() == 1, run.text
    run.nothing_left()
    assert run.json("teardown.json")["leftover"] == []
    assert run.events("ready")


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
    ports = {
        process["name"]: process["ports"][0]["host"]
        for process in run.json("plan.json")["processes"]
    }
    assert ports == {  # where all nodes reach them
        "etcd": "198.18.0.1",
        "nats": "198.18.0.1",
        "frontend": "198.18.0.1",
        "prefill0": "198.18.0.1",
        "decode0": "198.18.0.3",
    }
