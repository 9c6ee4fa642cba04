# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Write docs/report.schema.json out of the models of ``report.json``; ``--check`` compares."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pytest_dynamo.diagnosis.report import schema

FILE = Path(__file__).resolve().parent.parent / "docs" / "report.schema.json"


def main() -> int:
    """Write or compare the schema."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = json.dumps(schema(), indent=1) + "\n"
    if not parser.parse_args().check:
        FILE.write_text(text, "utf-8")
        return 0
    same = FILE.is_file() and FILE.read_text("utf-8") == text
    print(f"docs/{FILE.name} is {'up to date' if same else 'out of date'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
