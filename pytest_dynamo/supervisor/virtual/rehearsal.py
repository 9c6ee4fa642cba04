# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Runs one command on the login host of a virtual cluster that is there for it alone.

The cluster ends with this process, however that ends: the kernel kills its PID 1 then, and with it
every daemon, step and rank.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor.identity import start_of
from pytest_dynamo.supervisor.rundir import node_local
from pytest_dynamo.supervisor.virtual import namespaces
from pytest_dynamo.supervisor.virtual.cluster import Cluster, ClusterError, obstacle
from pytest_dynamo.supervisor.virtual.files import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

_PREFIX = "virtual-"
#: Services of a deployment that a host takes from this machine.
_SERVICES = {"etcd": "etcd-server", "nats-server": "nats-server"}
#: A socket's path has 107 characters, and munge's is the longest.
_LONGEST = 80
#: What would tell a program on the cluster of another one.
_FOREIGN = ("SLURM_", "SBATCH_", "SALLOC_", "SRUN_")


def run(
    words: Sequence[str], shape: Shape, seen: Iterable[Path], tell: Callable[[str], None]
) -> int:
    """Bring a cluster up, run the words on its login host, and return their exit status.

    ``seen`` are paths that all hosts are to see; a host's /tmp is its own otherwise.

    Raises:
        LaunchError: no cluster can run on this machine.
    """
    rootless = os.geteuid() != 0
    if reason := obstacle(rootless=rootless) or _missing():
        raise LaunchError(reason, where="the virtual Slurm cluster")
    _forget_old()
    place = node_local() / f"{_PREFIX}{os.getpid()}-{start_of(os.getpid())}"
    if len(str(place)) > _LONGEST:
        raise LaunchError(
            f"{place} is too long for the path of a socket",
            where="the virtual Slurm cluster",
            remedy="set TMPDIR to a shorter one: TMPDIR=/tmp",
        )
    shared = dict.fromkeys(str(path.resolve()) for path in seen)
    cluster = Cluster(place)
    began = time.monotonic()
    try:
        whole = Shape(shape.nodes, shape.gpus, share=tuple(shared))
        cluster.start(whole, rootless=rootless, bound=True)
        tell(
            f"virtual Slurm cluster of {shape.nodes} node(s) x {shape.gpus} GPU(s) "
            f"in {time.monotonic() - began:.1f} s"
        )
        try:
            return _followed(cluster.command(words))
        finally:
            cluster.stop()
    except ClusterError as error:
        raise LaunchError(str(error), where="the virtual Slurm cluster") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _missing() -> str | None:
    paths = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [name for name in _SERVICES if not shutil.which(name, path=paths)]
    if not missing:
        return None
    packages = " ".join(_SERVICES[name] for name in missing)
    return f"{', '.join(missing)} not installed: apt-get install {packages}"


def _forget_old() -> None:
    """Remove the directories of clusters whose process was killed; the clusters went with it."""
    for place in node_local().glob(f"{_PREFIX}*-*"):
        pid, _, start = place.name.removeprefix(_PREFIX).partition("-")
        if start_of(int(pid)) != int(start):
            shutil.rmtree(place, ignore_errors=True)


def _followed(words: Sequence[str]) -> int:
    """Run words in the foreground; what is sent to this process goes on to them."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)
    }
    sys.stdout.flush()
    # a host's /tmp is its own, and so is what runs there write down of themselves
    process = subprocess.Popen(words, env={**environment, "TMPDIR": "/tmp"})  # noqa: S108
    code = namespaces.follow(process.pid)
    process.returncode = code  # it has been waited for
    return code
