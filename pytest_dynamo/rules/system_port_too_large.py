# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The port of a worker's own server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN411",
    "system-port-too-large",
    level="error",
    since="0.1",
    strikes="submit",
    text='invalid value unsigned int ... expected i16 for key "SYSTEM_PORT"',
    source="observed with the published Dynamo wheels; the value is read as a signed 16-bit number",
    bad="""
    environment: {DYN_SYSTEM_PORT: "40000"}
    """,
    good="""
    environment: {DYN_SYSTEM_PORT: "9090"}
    """,
)
def system_port_too_large(case: Case) -> Iterator[Flag]:
    """A DYN_SYSTEM_PORT above 32767.

    Why: the runtime reads it as a 16-bit number with a sign and exits before anything else.

    Remedy: a port from 1024 to 32767.
    """
    text = case.topology.environment.get("DYN_SYSTEM_PORT")
    if text is None:
        return
    port = int(text) if text.isdecimal() and text.isascii() else None
    if port is None or port > 32767:  # noqa: PLR2004 - the largest of a signed 16-bit number
        yield Flag(
            ("environment", "DYN_SYSTEM_PORT"),
            f"DYN_SYSTEM_PORT {text!r} is no number up to 32767",
            "DYN_SYSTEM_PORT: 9090",
        )
