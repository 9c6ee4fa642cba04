# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Graphs against the Dynamo release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN415",
    "graph-without-serve",
    level="error",
    since="0.1",
    strikes="submit",
    text="dynamo: command not found",
    source="the dynamo serve SDK of guides 002 and 004 ended in the middle of 2025",
    bad="""
    versions: {dynamo: 0.6.0}
    roles:
      agg:
        graph:
          directory: examples/tensorrt_llm
          target: graphs.agg:Frontend
          config: configs/agg.yaml
    """,
    good="""
    versions: {dynamo: 0.2.1, trtllm: 0.20.0}
    roles:
      agg:
        graph:
          directory: examples/tensorrt_llm
          target: graphs.agg:Frontend
          config: configs/agg.yaml
    """,
)
def graph_without_serve(case: Case) -> Iterator[Flag]:
    """A graph for dynamo serve and a Dynamo that has no such command.

    Why: the SDK that read graphs was removed; there is nothing to start.

    Remedy: roles with engine_config, or the Dynamo release that the guide was written for.
    """
    era = case.era
    if era is None or era.graphs:
        return
    for name, role in case.roles:
        if role.graph is not None:
            yield Flag(
                ("roles", name, "graph"),
                f"Dynamo {era.release} has no 'dynamo serve' to start {role.graph.target}",
                "engine_config instead of graph",
            )
