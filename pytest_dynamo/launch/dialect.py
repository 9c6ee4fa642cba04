# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How a site's Slurm wants to be spoken to: what the guides leave to each site, flag by flag."""

from __future__ import annotations

import difflib
import re
import shlex
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from pytest_dynamo.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable

_TIME = re.compile(r"(?:(?P<days>\d+)-)?(?P<first>\d+)(?::(?P<second>\d+))?(?::(?P<third>\d+))?")
#: Says of a flag that the site does not want it.
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words of one site. Those for GPUs may say ``{gpus}``, the number of each node.

    ``time`` is the limit of an allocation and ``wait`` how long to wait for it, as Slurm writes
    times. ``gpus`` asks for GPUs when allocating, ``step_gpus`` in the steps of workers, which
    otherwise inherit them. ``segment`` is the nodes of one NVLink domain. ``salloc`` and ``srun``
    are words that are added as they are.
    """

    account: str | None = None
    partition: str | None = None
    time: str = "05:00:00"
    wait: str = "1-00:00:00"
    gpus: tuple[str, ...] = ("--gres=gpu:{gpus}",)
    step_gpus: tuple[str, ...] = ()
    mpi: str | None = "pmix"
    segment: str | None = None
    salloc: tuple[str, ...] = ()
    srun: tuple[str, ...] = ()

    @property
    def wait_s(self) -> float:
        """How long to wait for an allocation."""
        return seconds(self.wait)


def dialect(settings: Iterable[tuple[str, str, str]]) -> Dialect:
    """Return the dialect of settings: key, value, and who said it; the last of a key wins.

    Raises:
        PlanError: there is no such key, or its value is no word of Slurm's.
    """
    found = Dialect()
    names = [field.name for field in fields(Dialect)]
    for key, value, source in settings:
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1)
            raise PlanError(
                f"no such key; there are {', '.join(names)}",
                where=f"{source}={key}",
                remedy=f"{near[0]}=..." if near else None,
            )
        found = replace(found, **{key: _value(key, value.strip(), source)})
    return found


def counted(words: Iterable[str], gpus: int) -> tuple[str, ...]:
    """Return the words with the number of GPUs of a node put in."""
    return tuple(word.replace("{gpus}", str(gpus)) for word in words)


def seconds(time: str) -> float:
    """Return the seconds of a time as Slurm writes it: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S.

    Raises:
        ValueError: it is none.
    """
    match = _TIME.fullmatch(time)
    if match is None:
        raise ValueError(time)
    first, second, third = (int(match[name] or 0) for name in ("first", "second", "third"))
    if match["days"] is not None:
        return ((int(match["days"]) * 24 + first) * 60 + second) * 60 + third
    if match["third"] is not None:
        return (first * 60 + second) * 60 + third
    return first * 60 + second


def _value(key: str, value: str, source: str) -> Any:  # Any: a field of Dialect
    default = next(field.default for field in fields(Dialect) if field.name == key)
    if isinstance(default, tuple):
        try:
            return () if value == _NONE else tuple(shlex.split(value))
        except ValueError as error:
            raise PlanError(f"{value}: {error}", where=f"{source}={key}") from error
    if key in ("time", "wait"):
        try:
            seconds(value)
        except ValueError as error:
            raise PlanError(
                f"{value!r} is no time",
                where=f"{source}={key}",
                remedy="as Slurm writes it: minutes, H:MM:SS or D-HH:MM:SS",
            ) from error
        return value
    if not value or len(value.split()) > 1:
        raise PlanError(f"{value!r} is not one word", where=f"{source}={key}")
    return None if value == _NONE else value
