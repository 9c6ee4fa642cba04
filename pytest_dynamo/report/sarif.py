# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Findings for other tools: SARIF 2.1.0 for code scanning, and GitHub's workflow commands."""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pytest_dynamo import rules
from pytest_dynamo.redaction import Redactor
from pytest_dynamo.release import version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_dynamo.findings import Finding, Level, Where

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: SARIF 2.1.0 section 3.27.10, and GitHub's names of the same.
_SARIF_LEVEL: dict[Level, str] = {"error": "error", "warning": "warning", "info": "note"}
_GITHUB_LEVEL: dict[Level, str] = {"error": "error", "warning": "warning", "info": "notice"}


def sarif(findings: Sequence[Finding], release: str) -> dict[str, Any]:  # Any: a JSON object
    """Return the SARIF log of a run; rules that were not flagged are listed with it."""
    known = {rule.code: rule for rule in rules.catalogue()}
    described = [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.what},
            "fullDescription": {"text": rule.why},
            "help": {"text": rule.remedy},
            "defaultConfiguration": {"level": _SARIF_LEVEL[rule.level]},
        }
        for rule in known.values()
    ]
    extra = {finding.code: finding.name for finding in findings if finding.code not in known}
    described += [{"id": code, "name": name} for code, name in sorted(extra.items())]
    index = {rule["id"]: number for number, rule in enumerate(described)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "pytest-dynamo",
                        "semanticVersion": release,
                        "rules": described,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": finding.code,
                        "ruleIndex": index[finding.code],
                        "level": _SARIF_LEVEL[finding.level],
                        "message": {"text": _message(finding)},
                        "locations": [_location(finding.where)],
                    }
                    for finding in findings
                ],
            }
        ],
    }


def write(path: Path, findings: Sequence[Finding]) -> None:
    """Write the SARIF log of a run.

    Raises:
        OSError: the file cannot be written.
    """
    log = sarif(findings, version())
    path.write_text(json.dumps(Redactor().data(log), indent=1) + "\n", encoding="utf-8")


def workflow_commands(findings: Iterable[Finding]) -> list[str]:
    """Return the workflow commands by which GitHub shows findings beside the lines they are on."""
    lines = []
    for finding in findings:
        place = {
            "file": finding.where.file,
            "line": finding.where.line,
            "col": finding.where.column,
            "title": f"{finding.code} {finding.name}",
        }
        properties = ",".join(
            f"{key}={_escaped(str(value), ',:')}" for key, value in place.items() if value
        )
        level = _GITHUB_LEVEL[finding.level]
        lines.append(f"::{level} {properties}::{_escaped(_message(finding))}")
    return lines


def _message(finding: Finding) -> str:
    return finding.message + (f"\nremedy: {finding.remedy}" if finding.remedy else "")


def _location(where: Where) -> dict[str, Any]:  # Any: a JSON object
    """Return a place in a file, or the name of what was said on a command line."""
    if where.line is None:
        return {"logicalLocations": [{"name": where.file}]}
    path = PurePath(where.file)
    uri = ("file://" if path.is_absolute() else "") + quote(path.as_posix())
    region = {"startLine": where.line}
    if where.column is not None:
        region["startColumn"] = where.column
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _escaped(text: str, more: str = "") -> str:
    """Return text as GitHub's toolkit escapes it in the data and the properties of a command."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
