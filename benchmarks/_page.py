# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What scripts that write a file of docs/ have in common: tables, and to write or compare."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pytest_dynamo.catalogues import Coded

DOCS = Path(__file__).resolve().parent.parent / "docs"


def tables(
    bands: Mapping[str, str],
    items: Iterable[Coded],
    head: tuple[str, ...],
    cells: Callable[[Coded], tuple[str, ...]],
) -> list[str]:
    """Return a table for each band of codes; every code leads to the heading below."""
    lines: list[str] = []
    for band, title in bands.items():
        lines += ["", f"## {title}", "", _row(("code", "name", *head))]
        lines.append(_row(("---",) * (2 + len(head))))
        lines += [
            _row((f"[{item.code}](#{item.code.lower()}-{item.name})", item.name, *cells(item)))
            for item in items
            if item.code[3] == band
        ]
    return lines


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def fenced(title: str, language: str, text: str) -> list[str]:
    """Return an example below its title."""
    return ["", f"{title}:", "", f"```{language}", text, "```"]


def main(name: str, text: str, description: str | None) -> int:
    """Write the file of that name, or with ``--check`` compare it; return the exit status."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true")
    file = DOCS / name
    if not parser.parse_args().check:
        file.write_text(text, "utf-8")
        return 0
    same = file.is_file() and file.read_text("utf-8") == text
    print(f"docs/{name} is {'up to date' if same else 'out of date'}")
    return 0 if same else 1
