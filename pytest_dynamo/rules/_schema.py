# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which keys of TensorRT-LLM's YAML which release knows, from ``data/trtllm_keys.yaml``.

A window is open at its ends: between the last release seen without a key and the first seen with
it nobody looked, and nothing is said of a release there.
"""

from __future__ import annotations

import difflib
import importlib.resources
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.topology import versions, yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Path = tuple[str | int, ...]

_FILE = "trtllm_keys.yaml"
_NEVER: versions.Key = ((2**30,), 0, 0, 0, 0.0)

State = Literal["known", "early", "maybe early", "gone", "maybe gone", "unknown"]


#: A release, or with a 1 the builds that lie after it and before the next.
Point = tuple[versions.Key, int]


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of releases that know a key; see the head of the data file."""

    type: str | None = None
    absent: str | None = None
    since: str | None = None
    last: str | None = None
    gone: str | None = None
    to: str | None = None
    breaking: bool = False
    sure: Literal["high", "medium", "low"] = "high"
    scope: Literal["trt", "torch"] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a release does with a key: its state there, and the span that says so."""

    state: State
    span: Span | None


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole table."""

    releases: tuple[str, ...]
    exact: tuple[str, ...]
    exact_nested: tuple[str, ...]
    top_level: Mapping[str, str]
    nested: Mapping[str, str]
    open: frozenset[str]
    unions: frozenset[str]
    wrapper: frozenset[str]
    wrapper_before: str
    keys: Mapping[str, tuple[Span, ...]]
    sections: frozenset[str]


@cache
def schema() -> Schema:
    """Return the table."""
    file = importlib.resources.files("pytest_dynamo.data").joinpath(_FILE)
    data: dict[str, Any] = yaml_text.read(file.read_text("utf-8"), _FILE).data  # Any: YAML
    keys = {
        key: tuple(_span(words) for words in ([given] if isinstance(given, str) else given))
        for key, given in data["keys"].items()
    }
    return Schema(
        releases=tuple(data["releases"]),
        exact=tuple(data["exact"]),
        exact_nested=tuple(data["exact_nested"]),
        top_level=data["top_level"],
        nested=data["nested"],
        open=frozenset(data["open"]),
        unions=frozenset(data["unions"]),
        wrapper=frozenset(data["wrapper"]),
        wrapper_before=data["wrapper_before"],
        keys=keys,
        sections=frozenset(key.rpartition(".")[0] for key in keys if "." in key),
    )


def _span(words: str) -> Span:
    """Return the span of ``type int, absent 0.20.0, since 0.21.0``."""
    fields: dict[str, Any] = {}  # Any: the fields of Span
    for word in words.split(", "):
        name, _, value = word.partition(" ")
        fields[name] = value or True
    return Span(**fields)


@cache
def _order(version: str) -> versions.Key:
    """Return the order of a release; what is on the main branch only is after every release."""
    return _NEVER if version.startswith("main") else versions.key(version)


def at_or_after(version: str, other: str) -> bool:
    """Tell whether a release is the other one or a later one."""
    return _order(version) >= _order(other)


def dotted(path: Path) -> str:
    """Return a path as a person writes it."""
    return ".".join(str(part) for part in path)


def verdict(key: str, version: str) -> Verdict:
    """Return what a release does with a key."""
    return _verdict(key, (_order(version), 0))


@cache
def _verdict(key: str, here: Point) -> Verdict:
    spans = schema().keys.get(key, ())
    best = Verdict("unknown", None)
    for span in spans:
        state: State
        if span.absent is not None and here <= (_order(span.absent), 0):
            state = "early"
        elif span.gone is not None and here >= (_order(span.gone), 0):
            state = "gone"
        elif span.since and span.absent and here < (_order(span.since), 0):
            state = "maybe early"
        elif span.last is not None and here > (_order(span.last), 0):
            state = "maybe gone"
        else:
            return Verdict("known", span)
        if best.span is None or state.startswith("maybe") or best.state == "early":
            # of two closed windows the later one that is past says more than the one to come
            best = best if state == "early" and best.span is not None else Verdict(state, span)
    return best


def is_certain(key: str, found: Verdict, version: str) -> bool:
    """Tell whether the release is known, not merely believed, to be outside a key's window.

    Whatever the source of a window, a whole schema that lies between it and the release settles
    it. From 1.3 on there is no such schema, and keys come and go with every candidate. Nothing
    else settles that a key is not there yet: a candidate's name is also that of the builds on the
    way to the next one, which is what people run who use its newest keys.
    """
    span, state = found.span, found.state
    if span is None or span.sure == "low":
        return False
    if span.sure == "high" and state == "gone":
        return True
    here, table = _order(version), schema()
    exact = [_order(item) for item in (table.exact_nested if "." in key else table.exact)]
    if state == "gone" and span.gone is not None:
        return any(_order(span.gone) <= item <= here for item in exact)
    if state == "early" and span.absent is not None:
        return any(here <= item <= _order(span.absent) for item in exact)
    return False


def refuses_nested(version: str) -> bool | None:
    """Tell whether a release refuses unknown keys of its sections, None where nobody knows."""
    table = schema().nested
    if at_or_after(version, table["refused"]):
        return True
    return None if not at_or_after(table["ignored"], version) else False


def refuses(key: str, version: str) -> bool | None:
    """Tell whether a release refuses this key, were it unknown to it; None: nobody knows."""
    if "." in key:
        return refuses_nested(version)
    return at_or_after(version, schema().top_level["refused"])


def walk(data: Mapping[Any, Any]) -> Iterator[tuple[Path, Any]]:  # Any: YAML data
    """Yield every key that the table can say something about, with its value."""
    table = schema()
    stack: list[tuple[Path, Mapping[Any, Any]]] = [((), data)]
    while stack:
        path, section = stack.pop()
        for key, value in section.items():
            here = (*path, str(key))
            yield here, value
            name = dotted(here)
            if isinstance(value, dict) and name in table.sections and name not in table.open:
                stack.append((here, value))


def accepting(data: Mapping[Any, Any]) -> list[str]:  # Any: YAML data
    """Return the releases of the table that take every key of an engine file.

    A key that a release may know is not held against it, nor one of a section that it drops
    without a word.
    """
    known = _known(data)
    return [
        version
        for version in schema().releases
        if not any(_is_refused(key, (_order(version), 0)) for key in known)
    ]


def is_of_no_release(data: Mapping[Any, Any]) -> bool:  # Any: YAML data
    """Tell whether no release, and no build between two of them, takes every key."""
    known = _known(data)
    return all(
        any(_is_refused(key, (_order(version), after)) for key in known)
        for version in schema().releases
        for after in (0, 1)
    )


def _known(data: Mapping[Any, Any]) -> list[str]:  # Any: YAML data
    return [key for key in (dotted(path) for path, _ in walk(data)) if key in schema().keys]


def written_for(data: Mapping[Any, Any]) -> str:  # Any: YAML data
    """Return the releases that use every key of an engine file, as a person says them.

    Empty where no release does, as after half a migration.
    """
    keys = _known(data)
    found = [
        version
        for version in schema().releases
        if all(verdict(key, version).state not in ("early", "gone") for key in keys)
    ]
    return span_of_releases(found) if found else ""


@cache
def _is_refused(key: str, here: Point) -> bool:
    found = _verdict(key, here)
    if found.state not in ("early", "gone") or found.span is None:
        return False
    if "." not in key:
        return True
    refused = here >= (_order(schema().nested["refused"]), 0)
    return refused or (found.span.breaking and found.state == "gone")


def span_of_releases(releases: list[str]) -> str:
    """Return the releases as a person says them: ``0.21.0 to 1.0.0rc2``."""
    if not releases:
        return "no release"
    if len(releases) == 1:
        return releases[0]
    return f"{releases[0]} to {releases[-1]}"


def near(path: Path) -> str | None:
    """Return the known key of the same section that is spelled most nearly alike."""
    section, name = dotted(path[:-1]), str(path[-1])
    prefix = f"{section}." if section else ""
    siblings = [
        key.removeprefix(prefix)
        for key in schema().keys
        if key.startswith(prefix) and "." not in key.removeprefix(prefix)
    ]
    found = difflib.get_close_matches(name, siblings, n=1, cutoff=0.8)
    if found:
        return f"{prefix}{found[0]}"
    # the right word in the wrong section
    elsewhere = [key for key in schema().keys if key.rpartition(".")[2] == name]
    return elsewhere[0] if elsewhere else None


def former(key: str, version: str) -> str | None:
    """Return the key that a release uses for what later releases call ``key``."""
    for old, spans in schema().keys.items():
        for span in spans:
            if span.to is None or span.to.partition(" ")[0] != key:
                continue
            if verdict(old, version).state == "known":
                return old
    return None


def is_enumerated(path: Path) -> bool:
    """Tell whether the table means to hold every key of the section that a path is in."""
    return not path[:-1] or (
        dotted(path[:-1]) in schema().sections and str(path[0]) not in schema().unions
    )


def is_of_wrapper(key: str, version: str | None) -> bool:
    """Tell whether a key is read, and taken out, by the Dynamo of that time."""
    table = schema()
    return key in table.wrapper and (
        version is None or not at_or_after(version, table.wrapper_before)
    )


def is_refused_unknown(path: Path, version: str) -> bool:
    """Tell whether a release is known to refuse a key that is nowhere in the table.

    It must refuse unknown keys there, and lie no later than the last whole schema.
    """
    exact = schema().exact if len(path) == 1 else schema().exact_nested
    if not at_or_after(exact[-1], version):
        return False
    return refuses(dotted(path), version) is True


def furthest_apart(data: Mapping[Any, Any]) -> tuple[str, str]:  # Any: YAML data
    """Return the key that went first and the key that came last."""
    gone = {key: span.gone for key in _known(data) for span in schema().keys[key] if span.gone}
    new = {key: span.absent for key in _known(data) for span in schema().keys[key] if span.absent}
    return (
        min(gone, key=lambda key: _order(gone[key]), default=""),
        max(new, key=lambda key: _order(new[key]), default=""),
    )


def misfit(key: str, value: object) -> str | None:
    """Return what a key needs where its value cannot be that, None where it can.

    Only what no reading allows: text that is no number, a list for a number, a number for a
    section.
    """
    spans = schema().keys.get(key, ())
    kind = spans[0].type if spans else None
    if kind is None or value is None or is_placeholder(value):
        return None
    plain = not isinstance(value, list | dict)
    needed, fits = "", True
    if kind.partition(">")[0].partition(" ")[0] in ("int", "float"):
        needed, fits = "a number", plain and _numeric(value)
    elif kind == "bool":
        needed, fits = "true or false", plain and str(value).lower() in _BOOLEANS
    elif kind == "str":
        needed, fits = "text", plain
    elif kind.startswith("list["):
        needed, fits = "a list", isinstance(value, list)
    elif kind.endswith("Config"):
        needed, fits = "a section", isinstance(value, dict)
    return None if fits else needed


#: What the engine reads as true or false.
_BOOLEANS = frozenset(
    ("true", "false", "yes", "no", "on", "off", "1", "0", "1.0", "0.0", "t", "f", "y", "n")
)


def is_placeholder(value: object) -> bool:
    """Tell whether a value is yet to be filled in: ``<tp_size>``, ``${TP}``, ``{{ tp }}``."""
    return isinstance(value, str) and bool({"<", "$", "{"} & set(value[:2]))


def _numeric(value: object) -> bool:
    try:
        float(str(value).lower().replace("true", "1").replace("false", "0"))
    except ValueError:
        return False
    return True


def shown(value: object) -> str:
    """Return a value as YAML shows it, cut where it is long."""
    if value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


_LONGEST = 40


def moved(key: str, to: str, value: object) -> str:
    """Return a value where it lives now, in the words of that place."""
    name = to.partition(" ")[0].strip("()")
    if key == "use_cuda_graph":  # a switch became a section
        return f"{name}: {'{}' if value else 'null'}"
    if key.endswith("enable_overlap_scheduler") and isinstance(value, bool):
        return f"{name}: {shown(not value)}"
    if key.endswith("moe_backend") and isinstance(value, str):
        return f"{name}: {value.upper()}"
    if name == "sampler_type" and isinstance(value, bool):  # three switches became a word
        kind = "TRTLLMSampler" if (key == "enable_trtllm_sampler") is value else "TorchSampler"
        return f"{name}: {kind if value or key == 'use_torch_sampler' else 'auto'}"
    if " " in to.strip("()"):
        return to.strip("()")
    return f"{name}: {shown(value)}"
