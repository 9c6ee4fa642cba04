# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A script or a Python file that a user wrote cannot be parsed.

Why: A bracket, a quote or an indent is wrong, the lines end as those of DOS do, a variable that the
script cannot do without is empty, or the file needs a newer Python.

Remedy: Correct the file in the line that the error names; dos2unix takes carriage returns out.

Source: CPython and bash
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI931",
    "script-malformed",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "SyntaxError: ",
        "IndentationError: ",
        "TabError: ",
        "syntax error near unexpected token",
        "yntax error: unexpected",
        "unexpected EOF while looking for matching",
        "bad substitution",
        "parameter null or not set",
        "parameter not set",
        "ambiguous redirect",
        "$'\\r': command not found",
        "\\r': ",
        "^M: ",
        "not a valid identifier",
        "invalid option name",
        "script contains DOS line breaks",
        "bash\\r",
        "unary operator expected",
    ),
    pattern=r"(?:^|[\s(])(?:SyntaxError|IndentationError|TabError): (?!Failed)|sh: (?:.*: )?(?:line \d+: )?syntax error|: line \d+: syntax error|sh: (?:\d+: )?[sS]yntax error: unexpected|unexpected EOF while looking for matching|(?:\bline |: )\d+: .*(?:bad substitution|parameter (?:null or )?not set|ambiguous redirect|not a valid identifier|invalid option name)|\$'\\r': command not found|\\r.: No such file|\^M: bad interpreter|script contains DOS line breaks|env: .*\\r.: No such file|: line \d+: \[: .*unary operator expected",
    phase="launch",
    samples=(
        " 0: SyntaxError: '{' was never closed",
        "IndentationError: unexpected indent",
        "TabError: inconsistent use of tabs and spaces in indentation",
        "/workspace/start.sh: line 12: syntax error near unexpected token `fi'",
        "sh: 3: Syntax error: unexpected end of file",
        "sh: syntax error: unexpected word",
        "bash: -c: line 1: unexpected EOF while looking for matching `\"'",
        "/opt/run.sh: line 3: ${MODEL:u}: bad substitution",
        "./run_worker.sh: line 9: MODEL: parameter null or not set",
        "sh: 1: HEAD: parameter not set",
        "run.sh: line 12: $LOG: ambiguous redirect",
        "run.sh: line 2: $'\\r': command not found",
        "/usr/bin/env: 'bash\\r': No such file or directory",
        "bash: ./run.sh: /bin/bash^M: bad interpreter: No such file or directory",
        "run.sh: line 4: export: `2=x': not a valid identifier",
        "run.sh: line 2: set: pipefail: invalid option name",
        "sbatch: error: Batch script contains DOS line breaks (\\r\\n)",
        "/usr/bin/env: 'bash\\r': No such file or directory",
        "start_server.sh: line 19: [: -gt: unary operator expected",
    ),
    near_misses=(
        "jinja2.exceptions.TemplateSyntaxError: unexpected '}'",
        "triton.SyntaxErrors: 0",
    ),
)
