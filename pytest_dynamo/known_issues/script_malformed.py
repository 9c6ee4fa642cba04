# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A script or a Python file that a user wrote cannot be parsed.

Why: A bracket, a quote or an indent is wrong, or the file needs a newer Python.

Remedy: Correct the file in the line that the error names.

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
    ),
    pattern=r"(?:^|[\s(])(?:SyntaxError|IndentationError|TabError): (?!Failed)|sh: (?:.*: )?(?:line \d+: )?syntax error|: line \d+: syntax error|sh: (?:\d+: )?[sS]yntax error: unexpected|unexpected EOF while looking for matching",
    phase="launch",
    samples=(
        " 0: SyntaxError: '{' was never closed",
        "IndentationError: unexpected indent",
        "TabError: inconsistent use of tabs and spaces in indentation",
        "/workspace/start.sh: line 12: syntax error near unexpected token `fi'",
        "sh: 3: Syntax error: unexpected end of file",
        "sh: syntax error: unexpected word",
        "bash: -c: line 1: unexpected EOF while looking for matching `\"'",
    ),
    near_misses=(
        "jinja2.exceptions.TemplateSyntaxError: unexpected '}'",
        "triton.SyntaxErrors: 0",
    ),
)
