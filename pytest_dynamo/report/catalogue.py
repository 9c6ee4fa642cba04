# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What there is: the list of topologies, and the documentation behind a code."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pytest_dynamo import known_issues, rules
from pytest_dynamo.errors import DynamoError
from pytest_dynamo.launch.plan import nodes_needed
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.topology.model import Topology


def topologies(directories: Sequence[Path]) -> str:
    """Return a line for each topology: name, origin, nodes and GPUs, roles, description."""
    rows = [("NAME", "GUIDE", "NODES", "GPUS", "WORKERS", "WHAT IT IS")]
    for name, file in places.names(directories).items():
        try:
            topology = places.load(str(file), directories)
            nodes = nodes_needed(topology)
        except DynamoError as error:
            rows.append((name, "-", "-", "-", "-", f"cannot be read: {error}".splitlines()[0]))
            continue
        hardware = topology.hardware
        rows.append(
            (
                name,
                topology.origin.guide if topology.origin else "-",
                f"{nodes} x {hardware.gpus_per_node} {hardware.gpu}",
                str(topology.ranks),
                _workers(topology),
                topology.description,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        + "\n"
        for row in rows
    )


def explain(code: str, extra: Iterable[Issue] = ()) -> str:
    """Return the documentation of a rule or a known issue by code or name.

    ``extra`` are known issues from elsewhere.

    Raises:
        KeyError: nothing is called so; holds the nearest codes and names.
    """
    issues = (*known_issues.catalogue(), *extra)
    if any(code in (item.code, item.name) for item in issues):
        return known_issues.explain(code, issues)
    try:
        return rules.explain(code)
    except KeyError as error:
        known = [word for rule in rules.catalogue() for word in (rule.code, rule.name)]
        known += [word for item in issues for word in (item.code, item.name)]
        near = difflib.get_close_matches(code, known, n=3, cutoff=0.5)
        raise KeyError(*near) from error


def _workers(topology: Topology) -> str:
    return " + ".join(
        f"{role.workers} {name} x TP{role.parallel.tp}"
        + (f"/PP{role.parallel.pp}" if role.parallel.pp > 1 else "")
        for name, role in topology.roles.items()
    )
