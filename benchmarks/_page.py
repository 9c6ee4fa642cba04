# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the scripts that write a file of docs/ have in common: write it, or compare."""

from __future__ import annotations

import argparse
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


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
