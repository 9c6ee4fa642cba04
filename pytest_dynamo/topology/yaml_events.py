# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""From the events of a YAML parser to plain data, without recursion.

Theory of operation: one pass with a stack of open collections. A key waits on its collection until
its value is complete; an anchor knows how many values and how much depth an alias to it repeats, so
that both limits hold before anything is built.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yaml.events import AliasEvent, Event, NodeEvent, ScalarEvent

    Path = tuple[str | int, ...]
    Place = tuple[int, int]

#: The deepest nesting read, through aliases too; engine files nest to 6.
MAX_DEPTH = 64
#: The most values one file may expand to through aliases.
MAX_VALUES = 200_000
#: The longest number read: Python refuses to print one of more than 4300 digits.
MAX_NUMBER = 400

_CORE = "tag:yaml.org,2002:"
_MERGE = f"{_CORE}merge"
_STR = f"{_CORE}str"
_SCALAR_TAGS = frozenset(
    f"{_CORE}{name}"
    for name in ("null", "bool", "int", "float", "str", "timestamp", "merge", "value")
)


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen."""

    value: dict[str, object] | list[object]
    path: Path
    place: Place
    anchor: str | None
    key: str | None = None
    merging: bool = False
    merged: list[dict[str, object]] = field(default_factory=list)

    @property
    def awaits_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None


def _place(event: Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class Builder:
    """The data of one document, and the place and text of what it was built from."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.stack: list[_Open] = []
        # A scalar is kept in a tuple; None while the collection is open: an alias to it is a cycle.
        self.anchors: dict[str, object] = {}
        # What an alias to a finished collection repeats: how many values, how deep.
        self.sizes: dict[int, tuple[int, int]] = {}
        self.places: dict[Path, Place] = {}
        self.scalars: dict[Path, str] = {}
        self.values = 0
        self.root: object = None
        self.done = False
        self.resolver: Any = Resolver()  # Any: its stubs leave out types
        self.constructor = SafeConstructor()

    def build(self, events: Iterable[Event]) -> None:
        """Take in all events of a document.

        Raises:
            TopologyError: at the first event that is refused.
        """
        for event in events:
            self._receive(event)

    def _receive(self, event: Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            if self.done:
                self._refuse(_place(event), "a second YAML document", "keep one in a file")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event, mapping=isinstance(event, yaml.MappingStartEvent))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentEndEvent):
            self.done = True

    def _open(self, event: NodeEvent, *, mapping: bool) -> None:
        place, tag = _place(event), getattr(event, "tag", None)
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(place, f"nested deeper than {MAX_DEPTH}", "flatten it")
        if tag not in (None, "!", f"{_CORE}map" if mapping else f"{_CORE}seq"):
            self._refuse(place, f"tag {tag!r} is not read here", "use plain values")
        if self.stack and self.stack[-1].awaits_key:
            self._refuse(place, "a mapping or list as a key", "use a plain word as the key")
        path = self._next_path()
        self._mark(path, place)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Open({} if mapping else [], path, place, event.anchor))

    def _close(self) -> None:
        done = self.stack.pop()
        if isinstance(done.value, dict):
            for source in done.merged:
                for key, value in source.items():
                    done.value.setdefault(key, value)
        if done.anchor:
            self.anchors[done.anchor] = done.value
        children = done.value.values() if isinstance(done.value, dict) else done.value
        sizes = [self._size(child) for child in children]
        self.sizes[id(done.value)] = (
            1 + sum(count for count, _ in sizes),
            1 + max((depth for _, depth in sizes), default=0),
        )
        self._put(done.value)

    def _scalar(self, event: ScalarEvent) -> None:
        tag: str = event.tag or "!"
        if tag == "!":
            tag = self.resolver.resolve(ScalarNode, event.value, event.implicit)
        if tag not in _SCALAR_TAGS:
            self._refuse(_place(event), f"tag {tag!r} is not read here", "use plain values")
        if self.stack and self.stack[-1].awaits_key:
            if event.anchor:
                self.anchors[event.anchor] = (event.value,)
            self._key(event, self.stack[-1], merging=tag == _MERGE)
            return
        value = self._construct(event, tag)
        if event.anchor:
            self.anchors[event.anchor] = (value,)
        path = self._next_path()
        self._mark(path, _place(event))
        self.scalars[path] = event.value
        self._put(value)

    def _construct(self, event: ScalarEvent, tag: str) -> object:
        text = event.value
        if tag in (_STR, _MERGE, f"{_CORE}value"):
            return text
        place, remedy = _place(event), "quote it if it is text"
        if len(text) > MAX_NUMBER:
            self._refuse(place, f"{tag.removeprefix(_CORE)} of {len(text)} characters", remedy)
        try:
            return self.constructor.construct_object(ScalarNode(tag, text))
        # an explicit tag on text that it does not fit: each type stumbles in its own way
        except (ValueError, LookupError, AttributeError, OverflowError, yaml.YAMLError) as error:
            what = f"{text!r} cannot be read as {tag.removeprefix(_CORE)}"
            raise self._error(place, what, remedy) from error

    def _key(self, event: ScalarEvent, top: _Open, *, merging: bool) -> None:
        key = event.value
        if not merging:
            path = (*top.path, key)
            if isinstance(top.value, dict) and key in top.value:
                first = self.places.get(path)
                line = f"; first in line {first[0]}" if first else ""
                self._refuse(
                    _place(event), f"key {key!r} is given twice{line}", "keep one of them"
                )
            self._mark(path, _place(event))
        top.key, top.merging = key, merging

    def _alias(self, event: AliasEvent) -> None:
        name, place = event.anchor, _place(event)
        if name not in self.anchors:
            self._refuse(place, f"alias *{name} has no anchor", "define it first")
        if self.stack and self.stack[-1].awaits_key:
            self._refuse(place, f"alias *{name} as a key", "write the key out")
        kept = self.anchors[name]
        if kept is None:
            self._refuse(place, f"alias *{name} contains itself", "break the cycle")
        value = kept[0] if isinstance(kept, tuple) else kept
        count, depth = self._size(value)
        if len(self.stack) + depth > MAX_DEPTH:
            self._refuse(place, f"nested deeper than {MAX_DEPTH} by alias *{name}", "flatten it")
        self.values += count - 1
        self._mark(self._next_path(), place)
        self._put(value)

    def _put(self, value: object) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise TopologyError(
                f"expands to more than {MAX_VALUES} values",
                where=self.file,
                remedy="write the values out; nested aliases multiply",
            )
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
            return
        if top.merging:
            for source in value if isinstance(value, list) else [value]:
                if not isinstance(source, dict):
                    self._refuse(
                        top.place,
                        "'<<' merges something that is no mapping",
                        "merge a mapping or a list of mappings",
                    )
                top.merged.append(source)
        else:
            top.value[top.key or ""] = value
        top.key, top.merging = None, False

    def _size(self, value: object) -> tuple[int, int]:
        return self.sizes[id(value)] if isinstance(value, dict | list) else (1, 0)

    def _next_path(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        last = len(top.value) if isinstance(top.value, list) else top.key or ""
        return (*top.path, last)

    def _mark(self, path: Path, place: Place) -> None:
        self.places.setdefault(path, place)

    def _error(self, place: Place, what: str, remedy: str) -> TopologyError:
        return TopologyError(what, where=str(Where(self.file, *place)), remedy=remedy)

    def _refuse(self, place: Place, what: str, remedy: str) -> NoReturn:
        raise self._error(place, what, remedy)
