# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A Slurm cluster comes up inside the machine for one run, for any user, and goes with it."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cluster.inside import PAIR, TESTS
from running import needs_dynamo

from pytest_dynamo.supervisor.identity import labelled
from pytest_dynamo.supervisor.virtual.cluster import obstacle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from running import Run

LAUNCHER = "--dynamo-launcher=virtual-slurm"
here = pytest.mark.skipif(
    (reason := obstacle(rootless=os.geteuid() != 0)) is not None, reason=reason or ""
)


@pytest.fixture
def short() -> Iterator[Path]:
    """A temporary directory whose path leaves room for a socket's."""
    path = Path(tempfile.mkdtemp(prefix="v-", dir="/tmp"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def ordinary(short: Path) -> list[str]:
    """Words that start Python as an ordinary user, who may write to ``short``."""
    if os.geteuid():
        return [sys.executable]
    listed = Path("/etc/subuid").read_text().splitlines()
    known = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid}
    users = [known[name] for line in listed if (name := line.split(":")[0]) in known]
    if not users:
        pytest.skip("no ordinary user has a range in /etc/subuid: useradd gives one")
    words = ["setpriv", f"--reuid={users[0].pw_uid}", f"--regid={users[0].pw_gid}",
             "--clear-groups"]  # fmt: skip
    # An environment made by root may lead to its interpreter through a directory of root's.
    python = short / "venv/bin/python"
    subprocess.run(
        [Path(sys.executable).resolve(), "-m", "venv", "--without-pip", short / "venv"], check=True
    )
    purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
    place = subprocess.check_output([python, "-c", purelib], text=True).strip()
    (Path(place) / "packages.pth").write_text(
        f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    )
    shutil.chown(short, users[0].pw_uid, users[0].pw_gid)
    # Through env, for what setpriv starts may still enter directories that are closed to the user.
    seen = subprocess.run(
        [*words, "env", python, "-c", "import pytest_dynamo, pytest"], check=False, cwd="/",
        capture_output=True,
    )  # fmt: skip
    if not seen.returncode:
        return [*words, str(python)]
    pytest.skip(f"{users[0].pw_name} cannot read this checkout or its interpreter")


@here
@needs_dynamo
def test_an_ordinary_user_rehearses_on_a_slurm_of_their_own(
    ordinary: list[str], short: Path
) -> None:
    (short / "pair.yaml").write_text(PAIR)
    (short / "test_it.py").write_text(TESTS)
    (short / "enough").touch()
    command = [
        *ordinary, "-m", "pytest", "-p", "pytest_dynamo.plugin", "-p",
        "no:cacheprovider", "--topology=pair.yaml", LAUNCHER, "--dynamo-run-dir=run", "test_it.py",
    ]  # fmt: skip
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}

    done = subprocess.run(
        command, cwd=short, env={**clean, "TMPDIR": str(short), "HOME": str(short)}, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=90,
    )  # fmt: skip

    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "dynamo: virtual Slurm cluster of 4 node(s) x 2 GPU(s) in" in done.stdout
    assert "dynamo: launcher slurm, 5 processes" in done.stdout
    assert "dynamo: verdict: pass (stand-in)" in done.stdout
    plan = json.loads((short / "run/plan.json").read_text())
    assert {process["tokens"][0] for process in plan["processes"]} == {"srun"}
    assert plan["nodes"] == ["node1", "node2", "node3", "node4"]
    assert labelled(json.loads((short / "run/run.json").read_text())["run_id"]) == []
    assert list(short.glob("pytest-dynamo-*/*")) == []


@here
@needs_dynamo
def test_a_killed_pytest_takes_its_cluster_along(
    start_pytest: Callable[..., Run], place: Path, short: Path
) -> None:
    (place / "pair.yaml").write_text(PAIR)
    (place / "test_it.py").write_text(TESTS)
    run = start_pytest("--topology=pair.yaml", LAUNCHER, "test_it.py", env={"TMPDIR": str(short)})
    run.until("it serves", (place / "serving").exists)
    run_id = run.json("run.json")["run_id"]
    assert len(labelled(run_id)) > 8

    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait(10)

    deadline = time.monotonic() + 10
    while alive := labelled(run_id):
        assert time.monotonic() < deadline, alive
        time.sleep(0.02)


def test_what_is_missing_is_named_with_the_words_that_install_it(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    run = start_pytest("--topology=local_agg", LAUNCHER, env={"PATH": str(place)})

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert "unshare, " in run.text
    assert "salloc not installed: apt-get install slurmctld slurmd slurm-client munge" in run.text


@pytest.mark.parametrize(
    ("topology", "says"),
    [((), "needs --topology=NAME"), (("--topology=wide_ep_ag",), "did you mean wide_ep_agg")],
)
def test_what_is_wrong_is_told_before_anything_is_started(
    topology: tuple[str, ...], says: str, start_pytest: Callable[..., Run]
) -> None:
    run = start_pytest(LAUNCHER, *topology)

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert says in run.text
    assert "virtual Slurm cluster of" not in run.text


def test_a_dry_run_shows_the_lines_of_slurm(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--topology=local_agg", LAUNCHER, "--dynamo-dry-run")

    assert run.wait() == pytest.ExitCode.OK
    assert "--job-name" not in run.text
    assert "  srun \\\n" in run.text
    assert "virtual Slurm cluster of" not in run.text
