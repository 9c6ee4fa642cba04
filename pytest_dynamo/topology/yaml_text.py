# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""YAML text to plain data, with the line and column of every key.

Built on the parser's events, not on its constructor: nothing recurses, so depth, size, duplicate
keys, unknown tags and alias cycles are each refused with their place instead of by a crash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Path = tuple[str | int, ...]
    Place = tuple[int, int]

#: The largest file read. The largest of 852 public worker configurations has 14 kB.
MAX_BYTES = 2 * 1024 * 1024
#: The deepest nesting read; engine files nest to 6.
MAX_DEPTH = 64
#: The most values one file may expand to through aliases.
MAX_VALUES = 200_000

_MERGE = "tag:yaml.org,2002:merge"
_KNOWN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("null", "bool", "int", "float", "str", "timestamp", "merge", "map", "seq", "value")
)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # Any: the C class has no stubs


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file says, and where it says each thing.

    ``places`` maps the path of a key or list item to its line and column, both from 1.
    ``scalars`` maps the path of each scalar to the text as it was written (``on``, ``1_000``).
    """

    file: str
    data: Any  # Any: whatever the file holds
    places: Mapping[Path, Place] = field(repr=False)
    scalars: Mapping[Path, str] = field(repr=False)

    def where(self, path: Path = ()) -> Where:
        """Return the place of ``path``, or of its nearest ancestor that stands in the file."""
        for length in range(len(path), -1, -1):
            if place := self.places.get(path[:length]):
                return Where(self.file, *place)
        return Where(self.file, 1, 1)


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen."""

    value: dict[Any, Any] | list[Any]
    path: Path
    anchor: str | None
    key: Any = None
    has_key: bool = False
    merged: list[dict[Any, Any]] = field(default_factory=list)


def decode(raw: bytes, file: str) -> str:
    """Return the text of a YAML file.

    Raises:
        TopologyError: larger than ``MAX_BYTES``, or not UTF-8 text.
    """
    if len(raw) > MAX_BYTES:
        raise TopologyError(
            f"{len(raw)} bytes; a configuration has at most {MAX_BYTES}",
            where=file,
            remedy="name the YAML file itself, not a checkpoint or an archive",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TopologyError(
            f"byte {error.start} is not UTF-8",
            where=file,
            remedy="save the file as UTF-8 text; a binary file is no configuration",
        ) from error
    return text


def read(text: str, file: str) -> Document:
    """Return the data of the first and only YAML document in ``text``.

    Raises:
        TopologyError: with file, line and column, for whatever YAML or this reader refuses.
    """
    try:
        return _Builder(file).build(_Loader(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        tabs = "\t" in text.splitlines()[mark.line] if mark and text.splitlines()[mark.line:] else False
        raise TopologyError(
            f"not YAML: {error.problem or error.context}",
            where=place,
            remedy="indent with blanks; YAML refuses tabs" if tabs else "correct the syntax here",
        ) from error
    except yaml.YAMLError as error:  # the reader: control characters
        raise TopologyError(
            f"not YAML: {str(error).splitlines()[0]}", where=file, remedy="save it as plain text"
        ) from error


class _Builder:
    """Theory of operation: one pass over the events with a stack of open collections."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.stack: list[_Open] = []
        self.anchors: dict[str, Any] = {}
        self.sizes: dict[int, int] = {}
        self.places: dict[Path, Place] = {}
        self.scalars: dict[Path, str] = {}
        self.values = 0
        self.root: Any = None
        self.done = False
        self.resolver = Resolver()
        self.constructor = SafeConstructor()

    def build(self, loader: Any) -> Document:  # Any: the C class has no stubs
        try:
            for event in self._events(loader):
                self._receive(event)
        finally:
            loader.dispose()
        return Document(self.file, self.root, self.places, self.scalars)

    def _events(self, loader: Any) -> Iterator[Any]:
        while loader.check_event():
            yield loader.get_event()

    def _receive(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            if self.done:
                self._refuse(event, "a second YAML document", "keep one document in a file")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentEndEvent):
            self.done = True

    def _open(self, event: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(event, f"nested deeper than {MAX_DEPTH}", "flatten it")
        self._check_tag(event, event.tag)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and not top.has_key:
            self._refuse(event, "a mapping or list as a key", "use a plain word as the key")
        path = self._next_path()
        self._mark(path, event)
        value: dict[Any, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if event.anchor:
            self.anchors[event.anchor] = None  # open: an alias to it now would be a cycle
        self.stack.append(_Open(value, path, event.anchor))

    def _close(self) -> None:
        done = self.stack.pop()
        if isinstance(done.value, dict):
            for source in done.merged:
                for key, value in source.items():
                    done.value.setdefault(key, value)
        if done.anchor:
            self.anchors[done.anchor] = done.value
        self._put(done.value)

    def _scalar(self, event: Any) -> None:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self.resolver.resolve(ScalarNode, event.value, event.implicit)
        self._check_tag(event, tag)
        value = self._construct(event, tag)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and not top.has_key:
            self._key(event, top, value, tag)
            return
        path = self._next_path()
        if path not in self.places:
            self._mark(path, event)
        self.scalars[path] = event.value
        if event.anchor:
            self.anchors[event.anchor] = (value,)
        self._put(value)

    def _construct(self, event: Any, tag: str) -> Any:
        if tag == _MERGE or tag.endswith(":value"):
            return event.value
        try:
            return self.constructor.construct_object(ScalarNode(tag, event.value))
        except (ValueError, OverflowError, yaml.YAMLError) as error:
            what = f"{event.value[:40]!r} cannot be read as {tag.rpartition(':')[2]}"
            raise self._error(event, what, "quote it if it is text") from error

    def _key(self, event: Any, top: _Open, key: Any, tag: str) -> None:
        if tag == _MERGE:
            top.key, top.has_key = _MERGE, True
            return
        if not isinstance(key, str | int | bool) and key is not None:
            key = event.value
        path = (*top.path, event.value if not isinstance(key, str) else key)
        if key in top.value:
            first = self.places.get(path)
            line = f"; first in line {first[0]}" if first else ""
            self._refuse(event, f"key {event.value!r} is given twice{line}", "keep one of them")
        self._mark(path, event)
        # A key is what the person typed: ``on:`` stays "on", not True.
        top.key, top.has_key = (event.value if not isinstance(key, str) else key), True

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            self._refuse(event, f"alias *{event.anchor} has no anchor", "define it first")
        value = self.anchors[event.anchor]
        if value is None:
            self._refuse(event, f"alias *{event.anchor} contains itself", "break the cycle")
        value = value[0] if isinstance(value, tuple) else value
        self.values += self.sizes.get(id(value), 1)
        path = self._next_path()
        self.places.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))
        self._put(value)

    def _put(self, value: Any) -> None:
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
        elif top.key == _MERGE:
            sources = value if isinstance(value, list) else [value]
            if not all(isinstance(source, dict) for source in sources):
                raise TopologyError(
                    "'<<' merges something that is no mapping",
                    where=str(Where(self.file, *self.places.get(top.path, (1, 1)))),
                    remedy="merge a mapping or a list of mappings",
                )
            top.merged.extend(sources)
            top.key, top.has_key = None, False
        else:
            top.value[top.key] = value
            top.key, top.has_key = None, False
        if isinstance(value, dict | list):
            # the size of what an alias to it would repeat
            children = value.values() if isinstance(value, dict) else value
            self.sizes[id(value)] = 1 + sum(self.sizes.get(id(child), 1) for child in children)

    def _next_path(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            return (*top.path, len(top.value))
        return (*top.path, top.key)

    def _mark(self, path: Path, event: Any) -> None:
        self.places.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))

    def _check_tag(self, event: Any, tag: str | None) -> None:
        if tag and tag not in _KNOWN_TAGS and tag != "!":
            self._refuse(event, f"tag {tag!r} is not read", "use plain values")

    def _error(self, event: Any, what: str, remedy: str) -> TopologyError:
        mark = event.start_mark
        return TopologyError(
            what, where=f"{self.file}:{mark.line + 1}:{mark.column + 1}", remedy=remedy
        )

    def _refuse(self, event: Any, what: str, remedy: str) -> None:
        raise self._error(event, what, remedy)
