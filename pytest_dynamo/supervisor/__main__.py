# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""``python -m pytest_dynamo.supervisor RUN_DIR`` owns a run's deployment; ``--stop`` ends it."""

from __future__ import annotations

import sys
from pathlib import Path

from pytest_dynamo.errors import DynamoError
from pytest_dynamo.supervisor.control import stop
from pytest_dynamo.supervisor.rundir import RunDir
from pytest_dynamo.supervisor.supervise import Supervisor

_USAGE = 2


def main(arguments: list[str]) -> int:
    """Run or stop the supervisor of the run directory named in the arguments."""
    options = [item for item in arguments if item.startswith("--")]
    names = [item for item in arguments if not item.startswith("--")]
    if len(names) != 1 or options not in ([], ["--stop"]):
        sys.stderr.write("usage: python -m pytest_dynamo.supervisor [--stop] RUN_DIR\n")
        return _USAGE
    run = RunDir(Path(names[0]).resolve())
    if options:
        try:
            sys.stdout.write(f"{stop(run)}\n")
        except DynamoError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        return 0
    return Supervisor(run).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
