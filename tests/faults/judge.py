# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process that has everything imported, and forks for each run of pytest that it is asked for.

A line on its standard input is a run: arguments, environment, and the file that gets the output. A
line on its standard output is the exit status of one. It ends when its input does, and the run with
it, so nothing is left when whoever asks is killed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import sys

import pytest

import pytest_dynamo
from pytest_dynamo import suites


def main() -> None:
    for package in (pytest_dynamo, suites):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # what begins with two underscores runs when it is imported
            if "__main__" not in found.name:
                importlib.import_module(found.name)
    gc.freeze()  # what is here stays: no run has to look through it, or copies its pages
    for line in sys.stdin:
        run = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(judge(run))
        ended = os.pidfd_open(child)
        heard = select.select([ended, sys.stdin], [], [])[0]
        if ended not in heard:  # nothing more is asked for while one runs: this is the end
            os.kill(child, signal.SIGKILL)
        os.close(ended)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def judge(run: dict[str, object]) -> int:
    log = os.open(str(run["log"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in ((0, nothing), (1, log), (2, log)):
        os.dup2(file, number)
    environment = run["environment"]
    assert isinstance(environment, dict)
    os.environ.update(environment)
    arguments = run["arguments"]
    assert isinstance(arguments, list)
    status = int(pytest.main(arguments))
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    main()
