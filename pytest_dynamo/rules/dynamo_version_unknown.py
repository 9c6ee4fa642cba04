# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The release of Dynamo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN515",
    "dynamo-version-unknown",
    level="warning",
    since="0.1",
    strikes="silent",
    source="flags, mode words and log lines differ between releases of Dynamo",
    bad="""
    versions: {dynamo: nightly}
    """,
    good="""
    versions: {dynamo: 0.6.0}
    """,
)
def dynamo_version_unknown(case: Case) -> Iterator[Flag]:
    """A release of Dynamo that is no known release or commit.

    Why: the words of the command line are chosen by it.

    Remedy: versions.dynamo as a release, or the release that the build is nearest to.
    """
    asked = case.topology.versions.dynamo
    if case.era is None and asked != "unknown":
        yield Flag(
            ("versions", "dynamo"),
            f"{asked!r} is no known release or commit of Dynamo",
            "the release that the build is nearest to, 0.6.1 for instance",
        )
