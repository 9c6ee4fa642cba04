# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A folder of which every module describes one thing that has a code: the rules, the issues.

Being in the folder is the registration; the words of a thing are its docstring's paragraphs.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class Coded(Protocol):
    """What has a code and a name, and is asked for by either."""

    @property
    def code(self) -> str: ...  # noqa: D102 - as it says

    @property
    def name(self) -> str: ...  # noqa: D102 - as it says


_T = TypeVar("_T", bound=Coded)


def of(package: str, folder: Iterable[str], kind: type[_T]) -> tuple[_T, ...]:
    """Return what is of a kind in the modules of a package, by code.

    A leading underscore marks a module that the others share.
    """
    found = [
        value
        for module in pkgutil.iter_modules(folder)
        if not module.name.startswith("_")
        for value in vars(importlib.import_module(f"{package}.{module.name}")).values()
        if isinstance(value, kind)
    ]
    return tuple(sorted(found, key=lambda item: item.code))


def get(items: Iterable[_T], code: str) -> _T:
    """Return the one of that code or name.

    Raises:
        KeyError: there is none.
    """
    for item in items:
        if code in (item.code, item.name):
            return item
    raise KeyError(code)


def paragraphs(docstring: str | None, *titles: str) -> dict[str, str]:
    """Return a docstring's ``what``, and of each title the paragraphs from ``Title:`` on."""
    parts = dict.fromkeys(("what", *titles), "")
    current = "what"
    for paragraph in inspect.cleandoc(docstring or "").split("\n\n"):
        words = " ".join(paragraph.split())
        for title in titles:
            mark = f"{title.capitalize()}: "
            if words.startswith(mark):
                current, words = title, words.removeprefix(mark)
        parts[current] = f"{parts[current]}\n{words}".strip()
    return parts
