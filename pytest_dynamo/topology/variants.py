# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The variants of a recipe of srt-slurm: what is laid over its base, and submitted in its place.

``override_NAME`` is one variant. ``zip_override_NAME`` is as many as its lists are long: each list
holds a value for every variant, or one for all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_dynamo.topology.recipes import Data

_KEY = re.compile(r"(?P<zip>zip_)?override_(?P<name>.*)", re.DOTALL)


def of(data: Mapping[Any, Any]) -> Iterator[tuple[str, str, Data]]:  # Any: YAML data
    """Yield the key, a name, and what is laid over the base, for every variant.

    Lists of several lengths describe none: srt-slurm refuses them.
    """
    for key, section in data.items():
        match = _KEY.fullmatch(str(key))
        if match is None or not isinstance(section, dict):
            continue
        name = re.sub("[^a-z0-9]+", "_", f"variant_{match['name'].lower()}").rstrip("_")
        if not match["zip"]:
            yield str(key), name[:64], section
            continue
        lengths = set(_lengths(section)) - {1} or {1}
        for index in range(lengths.pop() if len(lengths) == 1 else 0):
            yield str(key), f"{name[:58]}_{index}", _slice(section, index)


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> Data:  # Any: YAML data
    """Return ``base`` with the keys of ``over`` put into it, section by section."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = merged(below, value)
        else:
            result[key] = value
    return result


def _lengths(section: Data) -> Iterator[int]:
    for value in section.values():
        if isinstance(value, list):
            yield len(value)
        elif isinstance(value, dict):
            yield from _lengths(value)


def _slice(section: Data, index: int) -> Data:
    """Return a section with one value of each of its lists."""
    result: Data = {}
    for key, value in section.items():
        if isinstance(value, list):
            result[key] = value[0 if len(value) == 1 else index]
        else:
            result[key] = _slice(value, index) if isinstance(value, dict) else value
    return result
