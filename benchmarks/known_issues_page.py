# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Write docs/known_issues.md out of the issues' own files; ``--check`` compares instead."""

from __future__ import annotations

import sys

import _page

from pytest_dynamo import known_issues

BANDS = {
    "1": "Services and discovery",
    "2": "Registration and requests",
    "3": "The engine's configuration",
    "4": "Memory and storage",
    "5": "Ranks and executors",
    "6": "Transfer of the KV cache",
    "7": "GPUs, NCCL and MPI",
    "8": "Slurm and containers",
    "9": "The host and what is installed",
}


def page() -> str:
    """Return the page: a table of each band, then every issue."""
    lines = [
        "# Known issues",
        "",
        "What is recognised in the logs of a deployment, and what it means.",
        "The diagnosis names an issue by its code; `pytest --dynamo-explain=CODE` prints one.",
        "A code is never used again.",
        "A `conftest.py` adds issues of its own by the hook `pytest_dynamo_known_issues`.",
        "",
        "| part | meaning |",
        "| --- | --- |",
        *(f"| {role} | {words} |" for role, words in known_issues.ROLES.items()),
        "",
        "This page is written by `python benchmarks/known_issues_page.py` from the issues' files.",
    ]
    lines += _page.tables(
        BANDS,
        known_issues.catalogue(),
        ("class", "part", "what"),
        lambda item: (item.fault, item.role, item.what),
    )
    for item in known_issues.catalogue():
        lines += [
            "",
            f"### {item.code} {item.name}",
            "",
            f"*{item.fault}, {item.role}{f'; {known_issues.NOTICED}' if item.noticed else ''}.*",
            item.what,
            "",
            f"**Why:** {item.why}",
            "",
            f"**Remedy:** {item.remedy}",
            "",
            f"**Applies to** {known_issues.applies_to(item)}",
            "",
            f"**Source:** {item.source}.",
        ]
        for title, samples in (("Seen as", item.samples), ("Not", item.near_misses)):
            lines += _page.fenced(title, "text", "\n".join(map(known_issues.shown, samples)))
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(_page.main("known_issues.md", page(), __doc__))
