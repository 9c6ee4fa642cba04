# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The name a model is served under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN406",
    "served-name-malformed",
    level="error",
    since="0.1",
    strikes="first request",
    text='404 {"error":"Model not found"}',
    source="the guides' scripts pass an unset SERVED_MODEL_NAME on as an empty name",
    bad="""
    model: {served_name: "deepseek-ai/DeepSeek-R1-Distill-Llama-8B "}
    """,
    good="""
    model: {served_name: "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"}
    """,
)
def served_name_malformed(case: Case) -> Iterator[Flag]:
    """A served name that no client will send: empty, with stray blanks, or a directory's.

    Why: the frontend compares names as they are, so every request is answered with 404 although
    all workers are up.

    Remedy: give the name that clients send in "model".
    """
    name = case.topology.model.served_name
    meant = "".join(sign for sign in name if sign.isprintable()).strip().rstrip("/")
    if name == meant:
        return
    if not meant:
        problem = "holds nothing that could be seen"
    elif name != name.strip():
        problem = "begins or ends with blanks"
    elif name.endswith("/"):
        problem = "ends with a slash, as a directory does"
    else:
        problem = "holds a character that is not printable"
    yield Flag(
        ("model", "served_name"),
        f"{name!r} {problem}",
        f"served_name: {meant or case.topology.model.path.strip().rstrip('/')}",
    )
