# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A validation error as a person would want it told: the key, its place, what was meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology.model import Topology

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError

    from pytest_dynamo.topology.yaml_text import Document

    Path = tuple[str | int, ...]

#: Sections whose values may be secrets: they are never quoted.
_SECRET_SECTIONS = ("environment",)


def explain(
    error: ValidationError, document: Document, sources: Mapping[str, str]
) -> TopologyError:
    """Return the first complaint, an unknown key before all others, and count the rest."""
    details = error.errors(include_url=False, include_context=False)
    first = next((item for item in details if item["type"] == "extra_forbidden"), details[0])
    path = tuple(part for part in first["loc"] if part != "[key]")
    dotted = ".".join(str(part) for part in path)
    where = _source(path, sources) or str(document.where(path))
    remedy = None
    if first["type"] == "extra_forbidden":
        fields = _fields_at(path[:-1])
        near = difflib.get_close_matches(str(path[-1]), fields, n=1)
        what = f"unknown key {dotted!r}"
        hint = f"did you mean {near[0]}? " if near else ""
        remedy = f"{hint}accepted here: {', '.join(fields)}"
    elif first["type"] == "missing":
        what = f"key {dotted!r} is missing"
        lacking = [
            str(item["loc"][-1])
            for item in details
            if item["type"] == "missing" and item["loc"][:-1] == first["loc"][:-1]
        ]
        remedy = f"give {', '.join(lacking)}"
        # A section that an override made is not in the file.
        where = str(document.where(path[:-1]))
        if path[:-1] not in document.places:
            where = _source(path[:-1], sources) or where
    else:
        what = first["msg"].removeprefix("Value error, ")
        what = f"{dotted}{_shown(path, first.get('input'))}: {what[:1].lower()}{what[1:]}"
        if first["type"] == "string_type":
            remedy = "put it in quotes"
    if len(details) > 1:
        what += f" (and {len(details) - 1} more)"
    return TopologyError(what, where=where, remedy=remedy)


def _source(path: Path, sources: Mapping[str, str]) -> str | None:
    """Return who overrode a value at or below the path, or above it."""
    dotted = "".join(f"{part}." for part in path)
    return next(
        (
            said
            for key, said in sources.items()
            if f"{key}.".startswith(dotted) or dotted.startswith(f"{key}.")
        ),
        None,
    )


def _shown(path: Path, given: object) -> str:
    if path[0] in _SECRET_SECTIONS or not isinstance(given, str | int | float | bool):
        return ""
    return f" = {given!r}"


def _fields_at(path: Path) -> list[str]:
    """Return the keys that the model accepts at a path."""
    here: type[BaseModel] | None = Topology
    for part in path:
        if here and (field := here.model_fields.get(str(part))):
            here = _model_in(field.annotation)
    return list(here.model_fields) if here else []


def _model_in(annotation: Any) -> type[BaseModel] | None:  # Any: typing's own objects
    """Return the model class inside ``Model | None`` or ``dict[str, Model]``."""
    if arguments := getattr(annotation, "__args__", ()):  # Python 3.10 takes dict[...] for a class
        inner = (_model_in(item) for item in arguments)
        return next((item for item in inner if item is not None), None)
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_model else None
