# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A virtual Slurm cluster from the command line.

python -m pytest_dynamo.supervisor.virtual start --nodes 8 [--rootless]
... exec -- srun -N4 --ntasks-per-node=4 -l hostname
... exec --on node1 -- bash
... power-off node3      boot node3
... link node3 down      link node3 up
... stop
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

if not __package__:  # run by its path, as a program on a host is
    sys.path[0] = str(Path(__file__).resolve().parents[3])

from pytest_dynamo.supervisor.virtual.cluster import (
    Cluster,
    ClusterError,
)
from pytest_dynamo.supervisor.virtual.files import Shape


def main() -> int:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = Path(tempfile.gettempdir()) / "virtual-slurm"
    parser.add_argument("--dir", type=Path, default=default, help="default: %(default)s")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start")
    start.add_argument("--nodes", type=int, default=4)
    start.add_argument("--gpus", type=int, default=4, help="on each node")
    start.add_argument("--share", action="append", default=[], help="a path below /tmp for all")
    start.add_argument("--conf", action="append", default=[], help="a line for slurm.conf")
    start.add_argument("--rootless", action="store_true")
    inside = commands.add_parser("exec")
    inside.add_argument("--on", default="login", help="login, ctl or nodeN")
    inside.add_argument("words", nargs=argparse.REMAINDER)
    for name in ("power-off", "boot", "kill-slurmd", "start-slurmd"):
        commands.add_parser(name).add_argument("node")
    link = commands.add_parser("link")
    link.add_argument("node")
    link.add_argument("way", choices=("up", "down"))
    commands.add_parser("stop")
    options = parser.parse_args()
    cluster = Cluster(options.dir)
    try:
        if options.command == "exec":
            words = options.words[1:] if options.words[:1] == ["--"] else options.words
            cluster.become(words or ["sh"], options.on)
        elif options.command == "start":
            shape = Shape(
                options.nodes, options.gpus, share=tuple(options.share), conf=tuple(options.conf)
            )
            cluster.start(shape, rootless=options.rootless)
        elif options.command == "link":
            cluster.link(options.node, options.way)
        else:
            act = getattr(cluster, options.command.replace("-", "_"))
            act(*([options.node] if "node" in options else []))
    except (ClusterError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(1)  # after a fork into a host this process is not the one that began
    return 0


if __name__ == "__main__":
    sys.exit(main())
