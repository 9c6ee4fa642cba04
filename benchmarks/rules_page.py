# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Write docs/rules.md out of the rules' own files; ``--check`` compares instead."""

from __future__ import annotations

import sys

import _page

from pytest_dynamo import rules

BANDS = {
    "1": "Parallelism",
    "2": "Memory and lengths",
    "3": "Disaggregation",
    "4": "Placement and launch",
    "5": "The engine's file",
    "6": "Model and hardware",
}


def page() -> str:
    """Return the page: a table of each band, then every rule."""
    lines = [
        "# Rules",
        "",
        "What `pytest --topology=NAME --dynamo-dry-run` checks before any GPU is asked for,",
        "and what a live run checks first.",
        "An error fails its test and blocks the launch; `--dynamo-allow=CODE` lets one pass.",
        "A code is never used again.",
        "",
        "This page is written by `python benchmarks/rules_page.py` from the rules' own files.",
    ]
    lines += _page.tables(
        BANDS, rules.catalogue(), ("level", "what"), lambda rule: (rule.level, rule.what)
    )
    for rule in rules.catalogue():
        lines += [
            "",
            f"### {rule.code} {rule.name}",
            "",
            f"*{rule.level}, since {rule.since}.*",
            rule.what,
            "",
            f"**Why:** {rule.why}",
            "",
            f"**It strikes** {rules.STRIKES[rule.strikes]}.",
        ]
        if rule.text:
            lines += ["", f"**The engine says:** `{rule.text.replace('`', '')}`"]
        lines += ["", f"**Remedy:** {rule.remedy}", "", f"**Source:** {rule.source}."]
        for title, example in (("Flagged", rule.bad), ("Not flagged", rule.good)):
            lines += _page.fenced(title, "yaml", example.rstrip())
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(_page.main("rules.md", page(), __doc__))
