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

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Where
from pytest_dynamo.topology.yaml_events import MAX_DEPTH, Builder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yaml.events import Event

    from pytest_dynamo.topology.yaml_events import Path, Place

#: The largest file read. The largest of 852 public worker configurations has 14 kB.
MAX_BYTES = 2 * 1024 * 1024

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # Any: the C class has no stubs


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file says, and where it says each thing.

    ``places`` maps the path of a key or list item to its line and column, both from 1.
    ``scalars`` maps the path of each scalar to the text as it was written (``on``, ``1_000``).
    Keys are the text as it was written: ``on:`` and ``8:`` are "on" and "8".
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


def decode(raw: bytes, file: str) -> str:
    """Return the text of a YAML file.

    Raises:
        TopologyError: larger than ``MAX_BYTES``, or not UTF-8 text.
    """
    if len(raw) > MAX_BYTES:
        raise TopologyError(
            f"more than {MAX_BYTES} bytes; a configuration has a few thousand",
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
    builder = Builder(file)
    try:
        builder.build(_events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        indent = _indent_of(text, mark.line) if mark else ""
        what = f"not YAML: {error.problem or error.context}"
        if "nesting depth" in what:  # libyaml 0.2.6 looks ahead, and has a limit of its own
            what = f"nested deeper than {MAX_DEPTH}"
        raise TopologyError(
            what,
            where=f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file,
            remedy="indent with blanks; YAML refuses tabs" if "\t" in indent else "correct it here",
        ) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # the reader: control characters
        raise TopologyError(
            f"not YAML: {str(error).splitlines()[0]}", where=file, remedy="save it as plain text"
        ) from error
    return Document(file, builder.root, builder.places, builder.scalars)


def _events(text: str) -> Iterator[Event]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _indent_of(text: str, number: int) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = lines[number] if number < len(lines) else ""
    return line[: len(line) - len(line.lstrip(" \t"))]


