# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Secrets that are words of a command line: out of the written plan, and back where it is run.

A launcher of somebody else's may word ``--api-key X``, ``env HF_TOKEN=X`` or a header. The written
plan holds the name of a variable in the secret's place; whoever runs the plan has that variable in
its environment, as it has those that ``plan.secrets`` hides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.redaction import secrets_among

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAME = "DYNAMO_SECRET_WORD_"


def hidden(process: str, tokens: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the words of a process with a name for each secret, and what the names stand for."""
    words, values = list(tokens), {}
    called = "".join(letter if letter.isalnum() else "_" for letter in process).upper()
    for at, secret in secrets_among(tokens):
        name = f"{_NAME}{called}_{at}"
        values[name] = secret
        words[at] = words[at].replace(secret, f"{{{name}}}")
    return tuple(words), values


def revealed(tokens: Sequence[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of a written plan with their secrets, as far as the environment has them."""
    values = {f"{{{name}}}": environment[name] for name in environment if name.startswith(_NAME)}
    words = list(tokens)
    for name, secret in values.items():
        words = [word.replace(name, secret) for word in words]
    return tuple(words)


def without(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process, which is told its secrets by its words alone."""
    return {name: value for name, value in environment.items() if not name.startswith(_NAME)}
