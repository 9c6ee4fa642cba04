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
        "Missing argument '",
        "error: the following required arguments were not provided",
        "error: the argument '",
        "error: one of the arguments ",
        "error: equal sign is needed when assigning values",
        "requires a subcommand but one was not provided",
        "' requires an argument.",
        "' does not take a value.",
    ),
    pattern=r"error: (?:argument (?!--disaggregation-)\S+: |the following arguments are required: |invalid value '|a value is required for '|the following required arguments were not provided|the argument '.*(?:cannot be used|more than once)|one of the arguments .* is required|equal sign is needed)|requires a subcommand but one|Option '--?[\w-]+' (?:requires an argument|does not take a value)|Invalid value for '-|Missing (?:option '-|argument '[A-Z])",
    phase="launch",
    samples=(
        "__main__.py: error: argument --tensor-parallel-size: invalid int value: 'four'",
        "dynamo.frontend: error: the following arguments are required: --model",
        "error: invalid value 'abc' for '--http-port <HTTP_PORT>': invalid digit found in string",
        "error: a value is required for '--model-path <PATH>' but none was supplied",
        "Error: Invalid value for '--tp': 'four' is not a valid integer.",
        "Error: Missing option '--model'.",
        "Error: Missing argument 'MODEL'.",
        "error: the following required arguments were not provided:",
        "error: the argument '--model-path <MODEL_PATH>' cannot be used with '[MODEL]'",
        "serve.py: error: one of the arguments --config --model is required",
        "error: equal sign is needed when assigning values to '--tp=<TP>'",
        "error: 'dynamo' requires a subcommand but one was not provided",
        "Error: Option '--tp' requires an argument.",
        "Error: Option '--help' does not take a value.",
    ),
    near_misses=("__main__.py: error: argument --disaggregation-mode: invalid choice: 'both'",),
)
