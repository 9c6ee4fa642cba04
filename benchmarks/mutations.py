# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Break one thing at a time in clean configurations, and see which rules notice.

``python benchmarks/mutations.py`` writes docs/mutations.md; ``--check`` compares instead. With
``--corpus=DIR`` the configurations of that directory are broken too, and the table is only shown.
What is broken how is in the folder ``breaking``.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import breaking
from breaking import config as configs_of

from pytest_dynamo import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from breaking.config import Config

    from pytest_dynamo.findings import Finding

PAGE = Path(__file__).resolve().parent.parent / "docs" / "mutations.md"
_HEAD = (
    "| rule | name | broken | detected | others |",
    "| --- | --- | ---: | ---: | --- |",
)


@dataclass
class Row:
    """What became of the mutations of one rule: tried, detected, and what else was alarmed."""

    code: str
    tried: int = 0
    detected: int = 0
    others: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    alarmed: list[str] = field(default_factory=list)

    def count(self, config: Config, loud: set[str], *, found: bool) -> None:
        """Count a configuration that was broken; ``loud`` are the others that woke."""
        self.tried += 1
        self.detected += found
        if not found:
            self.missed.append(config.name)
        for other in loud:
            self.others[other] = self.others.get(other, 0) + 1
            self.alarmed.append(f"{other} in {config.name}")


def run(configs: list[Config]) -> list[Row]:
    """Apply every mutation to every clean configuration that it can be applied to.

    A rule that is an error must say so, and no other error may wake. One that is only shown must
    newly be among the findings, and nothing but notes may come with it.
    """
    rows = {rule.code: Row(rule.code) for rule in rules.catalogue()}
    before = [_codes(config.findings()) for config in configs]
    for mutation in breaking.catalogue():
        row, is_error = rows[mutation.code], _is_error(mutation.code)
        for original, known in zip(configs, before, strict=True):
            if mutation.code in known:
                continue  # it says so already, and cannot wake
            config = original.copy()
            if not mutation.apply(config):
                continue
            now = config.findings()
            found = _codes(now, ("error",)) if is_error else _codes(now)
            levels = ("error",) if is_error else ("error", "warning")
            loud = _codes(now, levels) - known - {mutation.code}
            row.count(original, loud, found=mutation.code in found)
    return list(rows.values())


def _codes(found: Iterable[Finding], levels: tuple[str, ...] | None = None) -> set[str]:
    return {item.code for item in found if levels is None or item.level in levels}


def _is_error(code: str) -> bool:
    return rules.get(code).level == "error"


def page(rows: list[Row], configs: list[Config]) -> str:
    """Return the page of docs: two tables, one line for each rule."""
    errors = [row for row in rows if _is_error(row.code)]
    shown = [row for row in rows if not _is_error(row.code)]
    lines = [
        "# Mutations",
        "",
        "Clean configurations - what ships, and the good example of every rule - are broken in",
        "one thing at a time, for every rule. *Detected* is how often the intended rule noticed.",
        "",
        "Written by `python benchmarks/mutations.py`; `--check` is part of CI.",
        "",
        f"{len(configs)} configurations, {len(breaking.catalogue())} mutations.",
        "",
        "## Errors",
        "",
        f"{_sum(errors)}.",
        "*Others* is how often another rule called it an error too.",
        "",
        *_HEAD,
        *_table(errors),
        "",
        "## Warnings and notes",
        "",
        f"{_sum(shown)}.",
        "*Others* is how often another error or warning came with it.",
        "",
        *_HEAD,
        *_table(shown),
    ]
    return "\n".join([*lines, ""])


def _sum(rows: list[Row]) -> str:
    tried, detected = sum(row.tried for row in rows), sum(row.detected for row in rows)
    alarms = sum(sum(row.others.values()) for row in rows)
    return (
        f"{len(rows)} rules, {tried} broken configurations: {detected} detected, "
        f"{alarms} false alarms"
    )


def _table(rows: list[Row]) -> list[str]:
    lines = []
    for row in rows:
        others = ", ".join(f"{code} {count}" for code, count in sorted(row.others.items())) or "0"
        name = rules.get(row.code).name
        lines.append(f"| {row.code} | {name} | {row.tried} | {row.detected} | {others} |")
    return lines


def main() -> int:
    """Write or compare the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--corpus", type=Path)
    options = parser.parse_args()
    configs = configs_of.clean(options.corpus)
    rows = run(configs)
    text = page(rows, configs)
    for row in rows:
        if row.missed:
            print(f"{row.code} missed in {', '.join(row.missed[:5])}")
        if row.alarmed:
            print(f"{row.code} woke {', '.join(row.alarmed[:5])}")
        if not row.tried:
            print(f"{row.code} applies nowhere")
    if options.corpus:
        print(text)
        return 0
    if options.check:
        if any(row.missed or row.others or not row.tried for row in rows):
            print("a mutation is missed, alarms another rule, or applies nowhere")
            return 1
        same = PAGE.is_file() and PAGE.read_text("utf-8") == text
        print("docs/mutations.md is up to date" if same else "docs/mutations.md is out of date")
        return 0 if same else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
