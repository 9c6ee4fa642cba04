# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which words, log lines and answers belong to which release: the only place that compares them.

A topology names a release ("0.3.2", "1.0.0rc4") or a commit. For Dynamo that gives an ``Era``, a
value that says how things are worded; for an engine a ``Release``. Both say whether the version is
known or the nearest one below it is taken instead. The table is ``data/versions.yaml``.
"""

from __future__ import annotations

import importlib.resources
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = "versions.yaml"
#: Shorter than this, a run of hex digits is a release like "1" rather than a commit.
_COMMIT_DIGITS = 7
_RELEASE = re.compile(
    r"v?(?P<numbers>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<stage>dev|a|alpha|b|beta|rc)[-_.]?(?P<stage_number>\d*))?"
    r"(?:[-_.]?post(?P<post>\d+))?"
    r"(?:[-_.]?dev(?P<dev>\d+))?"
    r"(?:\+[0-9a-z.]+)?",
    re.IGNORECASE,
)
_STAGES = {"dev": 0, "a": 1, "alpha": 1, "b": 2, "beta": 2, "rc": 3}
_FINAL_STAGE = 4

Key = tuple[tuple[int, ...], int, int, int, float]


def key(version: str) -> Key:
    """Return what orders releases: 1.0.0rc4 < 1.0.0 < 1.0.0.post1 < 1.0.1rc0.

    Raises:
        ValueError: it is no release; a commit has no place in the order.
    """
    match = _RELEASE.fullmatch(version.strip())
    if match is None:
        message = f"{version!r} is no release like 0.3.2 or 1.0.0rc4"
        raise ValueError(message)
    numbers = [int(number) for number in match["numbers"].split(".")]
    while numbers and not numbers[-1]:  # 1.0 is 1.0.0
        numbers.pop()
    stage = _STAGES[match["stage"].lower()] if match["stage"] else _FINAL_STAGE
    return (
        tuple(numbers),
        stage,
        int(match["stage_number"] or 0),
        int(match["post"] or -1) if match["post"] else -1,
        int(match["dev"]) if match["dev"] else float("inf"),
    )


def between(version: str, since: str | None = None, before: str | None = None) -> bool:
    """Return whether a release is at or after ``since`` and before ``before``."""
    here = key(version)
    return (since is None or key(since) <= here) and (before is None or here < key(before))


@dataclass(frozen=True, slots=True)
class Release:
    """The release of an engine: ``version`` is what to compare, ``asked`` what the topology says.

    ``exact`` is false for a build between releases, which is treated as the one named.
    """

    asked: str
    version: str
    exact: bool

    def between(self, since: str | None = None, before: str | None = None) -> bool:
        """Return whether this is at or after ``since`` and before ``before``."""
        return between(self.version, since, before)

    def __str__(self) -> str:
        """Return what a person reads: the release, and what was asked for where they differ."""
        if self.asked == self.version:
            return self.version
        return f"{self.version} ({'' if self.exact else 'about; '}{self.asked[:12]})"


@dataclass(frozen=True, slots=True)
class Lines:
    """What the frontend logs, as patterns; None where the era has no such line.

    Named groups: ``address`` in ``http_up``, ``model`` in ``model_added`` and ``model_removed``.
    """

    watching: re.Pattern[str] | None
    http_up: re.Pattern[str]
    model_added: re.Pattern[str]
    model_removed: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Era:
    """How one stretch of Dynamo's releases is spoken to, and how it answers.

    ``asked`` is what the topology says, ``release`` the release that the words are taken from, and
    ``exact`` whether that is known to be right rather than the nearest below.

    Words: ``frontend`` and ``trtllm_worker`` are programs with their first arguments; a flag is
    None, and so is ``multimodal``, where the era has no such option. ``mode_words`` has no entry
    for a role that needs none. ``graphs`` is whether there is ``dynamo serve``.

    Services: ``needs_etcd`` and ``needs_nats`` as the era is by default; ``discovery_variable``
    selects another discovery backend where the era has one.

    Answers: ``health`` is what ``/health`` lists, ``health_when_idle`` its status without any
    worker, ``model_ready_route`` whether ``/v1/models/{id}/ready`` exists. ``lease_s`` is how long
    a worker that has died stays registered, by discovery backend.
    """

    asked: str
    release: str
    exact: bool
    since: str
    frontend: tuple[str, ...]
    http_host_flag: str | None
    graphs: bool
    trtllm_worker: tuple[str, ...]
    model_flag: str
    served_name_flag: str
    engine_config_flag: str
    mode_flag: str
    mode_words: Mapping[str, str] = field(hash=False)
    strategy_flag: str | None
    multimodal: tuple[str, ...] | None
    kv_events: tuple[str, ...]
    vllm_roles: Mapping[str, tuple[str, ...]] = field(hash=False)
    ucx_variable: bool
    needs_etcd: bool
    needs_nats: bool
    discovery_flag: str | None
    discovery_variable: str | None
    request_plane: Literal["nats", "tcp"]
    event_plane: Literal["nats", "zmq"]
    components: Mapping[str, str] = field(hash=False)
    lines: Lines
    metrics_prefix: str
    health: Literal["none", "endpoints", "instances"]
    health_when_idle: int
    model_ready_route: bool
    openapi_route: bool
    lease_s: Mapping[str, int] = field(hash=False)

    def component(self, role: str, strategy: str | None = None) -> str:
        """Return the Dynamo component that workers of a role register as.

        Where workers call each other, the one asked first has the public name: decode, unless the
        strategy is ``prefill_first``.
        """
        if "next" in self.components:
            first = "prefill" if strategy == "prefill_first" else "decode"
            return self.components["backend" if role in ("agg", first) else "next"]
        return self.components["prefill" if role == "prefill" else "backend"]

    def serve(
        self, target: str, config: str, service_name: str | None = None
    ) -> tuple[str, ...]:
        """Return the words that serve a graph, or one service of it.

        Raises:
            TopologyError: the era has no graphs.
        """
        if not self.graphs:
            raise TopologyError(
                f"Dynamo {self.asked} has no `dynamo serve`, which {target} needs",
                remedy="name a release up to 0.3.2, or leave out the graphs",
            )
        only = ("--service-name", service_name) if service_name else ()
        return ("dynamo", "serve", target, "-f", config, *only)

    def listen(self, port: int, *, router: str, host: str | None = None) -> tuple[str, ...]:
        """Return the words of the frontend; every era routes round-robin when not told.

        The port is always said: its default was 8080 before 0.5.0.
        """
        words = (*self.frontend, "--http-port", str(port))
        if host is not None and self.http_host_flag:
            words += (self.http_host_flag, host)
        return words if router == "round-robin" else (*words, "--router-mode", router)

    @property
    def note(self) -> str | None:
        """What a person should know about the choice of this era, None when it is exact."""
        if self.exact:
            return None
        return (
            f"Dynamo {self.asked} is no release that is known; the words are those of "
            f"{self.release}, the nearest one"
        )


def dynamo(asked: str) -> Era:
    """Return the era of a Dynamo release or commit.

    Raises:
        TopologyError: it is neither a release nor a known commit.
    """
    eras = _eras()
    for values in eras:
        if asked in values["releases"]:
            return _era(values, asked, asked, exact=True)
        for commit, release in values["commits"].items():
            if _same_commit(asked, commit):
                return _era(values, asked, release, exact=True)
    order = _order(asked, "dynamo")
    released = [
        (key(release), release, values) for values in eras for release in values["releases"]
    ]
    below = [item for item in released if item[0] <= order]
    _, release, values = max(below or released[:1], key=lambda item: item[0])
    return _era(values, asked, release, exact=order == key(release))


def trtllm(asked: str) -> Release:
    """Return the release of TensorRT-LLM that a release or commit stands for.

    Raises:
        TopologyError: it is neither a release nor a known commit.
    """
    return _release(asked, "trtllm")


def trtllm_commit(commit: str) -> Release | None:
    """Return the release that a commit of TensorRT-LLM stands for, None where it is not known."""
    return _of_commit(commit, "trtllm")


def vllm(asked: str) -> Release:
    """Return the release of vLLM that a release or commit stands for.

    Raises:
        TopologyError: it is neither a release nor a known commit.
    """
    return _release(asked, "vllm")


def _release(asked: str, product: str) -> Release:
    if found := _of_commit(asked, product):
        return found
    _order(asked, product)
    return Release(asked, asked.strip().removeprefix("v"), exact=True)


def _of_commit(asked: str, product: str) -> Release | None:
    table = _table()[product]
    for exact, commits in ((True, table["commits"]), (False, table["near"])):
        for commit, version in commits.items():
            if _same_commit(asked, commit):
                return Release(asked, version, exact)
    return None


def _order(asked: str, product: str) -> Key:
    try:
        return key(asked)
    except ValueError as error:
        raise TopologyError(
            f"versions.{product} is {asked!r}, neither a release nor a commit that is known",
            remedy="name the release that the build is nearest to, as in 0.4.1 or 1.0.0rc4",
        ) from error


def _same_commit(asked: str, commit: str) -> bool:
    asked = asked.strip().lower()
    if len(asked) < _COMMIT_DIGITS or not re.fullmatch("[0-9a-f]+", asked):
        return False
    return commit.startswith(asked) or asked.startswith(commit)


@cache
def _table() -> dict[str, Any]:  # Any: the table's own shape, given types by _era and Release
    resource = importlib.resources.files("pytest_dynamo.data") / _FILE
    table: dict[str, Any] = yaml_text.read(resource.read_text(encoding="utf-8"), _FILE).data
    return table


@cache
def _eras() -> list[dict[str, Any]]:  # Any: as _table
    """Return the eras in order, each with everything that holds in it."""
    whole: dict[str, Any] = {}
    eras = []
    for changes in _table()["dynamo"]["eras"]:
        own = {"releases": (), "commits": {}, **changes}
        whole = {**whole, **own}
        eras.append({**whole, "releases": own["releases"], "commits": own["commits"]})
    return eras


def _era(values: Mapping[str, Any], asked: str, release: str, *, exact: bool) -> Era:
    fields = {name: value for name, value in values.items() if name not in ("releases", "commits")}
    lines = values["lines"]
    for name in ("frontend", "trtllm_worker", "kv_events"):
        fields[name] = tuple(values[name])
    fields["multimodal"] = None if values["multimodal"] is None else tuple(values["multimodal"])
    fields["vllm_roles"] = {role: tuple(words) for role, words in values["vllm_roles"].items()}
    fields["lines"] = Lines(
        watching=re.compile(lines["watching"]) if lines["watching"] else None,
        http_up=re.compile(lines["http_up"]),
        model_added=re.compile(lines["model_added"]),
        model_removed=re.compile(lines["model_removed"]),
    )
    fields["since"] = values["since"] or release
    return Era(asked=asked, release=release, exact=exact, **fields)
