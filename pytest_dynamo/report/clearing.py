# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Shows what ``--dynamo-clean`` removed, and what it kept and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_dynamo.supervisor.control import Orphan
    from pytest_dynamo.watch.clearing import Cleared


def told(orphans: Iterable[Orphan], nodes: Mapping[str, Cleared | None]) -> tuple[str, bool]:
    """Return the lines for a person, and whether nothing is left that could be in the way."""
    lines = [f"cleaned: {orphan}" for orphan in orphans]
    removed = kept = silent = 0
    for node, found in nodes.items():
        if found is None:
            silent += 1
            lines.append(f"{node}: no answer; look at it: scontrol show node {node}")
            continue
        removed += len(found.removed)
        kept += len(found.kept)
        lines += [f"{node}: removed {name} ({size} bytes)" for name, size in found.removed]
        lines += [f"{node}: kept {name}: {why}" for name, why in found.kept]
    counts = f"{len(nodes)} node(s): {removed} file(s) of shared memory removed, {kept} kept"
    lines.append(counts + (f", {silent} node(s) without an answer" if silent else ""))
    return "".join(f"dynamo: {line}\n" for line in lines), not kept and not silent
