# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Write docs/report.schema.json out of the models of ``report.json``; ``--check`` compares."""

from __future__ import annotations

import json
import sys

import _page

from pytest_dynamo.diagnosis.report import schema

if __name__ == "__main__":
    text = json.dumps(schema(), indent=1) + "\n"
    sys.exit(_page.main("report.schema.json", text, __doc__))
