# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An option of the command line has a value that it does not take, or lacks one.

Why: It is misspelt, of another type, or of another release; or an option that has to be given is
missing.

Remedy: Give one of the values that the message names; `--help` in the image lists them.

Source: CPython, `argparse.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI324",
    "option-value-refused",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "error: argument ",
        "error: the following arguments are required: ",
        "error: invalid value '",
        "error: a value is required for '",
        "Invalid value for '-",
        "Missing option '-",
    ),
    pattern=r"error: (?:argument (?!--disaggregation-)\S+: |the following arguments are required: |invalid value '|a value is required for ')|Invalid value for '-|Missing option '-",
    phase="launch",
    samples=(
        "__main__.py: error: argument --tensor-parallel-size: invalid int value: 'four'",
        "dynamo.frontend: error: the following arguments are required: --model",
        "error: invalid value 'abc' for '--http-port <HTTP_PORT>': invalid digit found in string",
        "error: a value is required for '--model-path <PATH>' but none was supplied",
        "Error: Invalid value for '--tp': 'four' is not a valid integer.",
        "Error: Missing option '--model'.",
    ),
    near_misses=("__main__.py: error: argument --disaggregation-mode: invalid choice: 'both'",),
)
