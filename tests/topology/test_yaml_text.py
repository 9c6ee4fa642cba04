# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the reader makes of YAML: data, places, and refusals with a place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Where
from pytest_dynamo.topology import yaml_events, yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "topologies/x.yaml"

#: Pieces that YAML gives a meaning to, so that fuzzing gets past the first character.
PIECES = st.sampled_from(
    ["a", "b", "1", "on", "~", ": ", ":\n", "- ", "\n", "\n  ", "\t", "&a ", "*a", "<<", "? ",
     "[", "]", "{", "}", ", ", "'", '"', "|\n", ">\n", "!!int ", "!!str ", "!!map ", "!x ", "# c",
     "---\n", "...\n", "%YAML 1.1\n", "=", "0x_", "1:30", ".inf", "2025-13-45", "\ufeff", "\r\n",
     "\x85", "\u2028", "\0", "\ud800", "é", "\U0001f600"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@pytest.fixture(params=["C", "Python"])
def _either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with libyaml and with the parser of a machine that lacks it."""
    loader = yaml.CSafeLoader if request.param == "C" else yaml.SafeLoader
    monkeypatch.setattr(yaml_text, "_Loader", loader)


def data_of(text: str) -> Any:
    return yaml_text.read(text, FILE).data


def refusal(text: str) -> TopologyError:
    with pytest.raises(TopologyError) as caught:
        yaml_text.read(text, FILE)
    return caught.value


def paths(value: object, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*here, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*here, index))


# --- fuzz: a Document or a TopologyError, never anything else ---------------------------------


def take(text: str) -> yaml_text.Document | TopologyError:
    try:
        return yaml_text.read(text, FILE)
    except TopologyError as error:
        return error


@tried(1000)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    taken = take(text)

    assert isinstance(taken, yaml_text.Document) or str(taken).startswith(FILE)


@tried(1000)
@given(st.lists(PIECES, max_size=40).map("".join))
@example("!!int ''")
@example("!!float ''")
@example("!!bool x")
@example("!!timestamp x")
@example("!!map x")
@example("&a a: *a")
@example("? &a [*a]\n: b")
@example("a: !!int " + "9" * 5000)
def test_any_text_with_yaml_in_it_is_read_or_refused(text: str) -> None:
    taken = take(text)

    assert isinstance(taken, yaml_text.Document) or str(taken).startswith(FILE)


@tried(1000)
@given(st.binary(max_size=200))
@example(b"\xff\xfea\x00:\x00")
@example(b"\xef\xbb\xbfa: 1")
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        taken: object = yaml_text.read(yaml_text.decode(raw, FILE), FILE)
    except TopologyError as error:
        taken = error

    assert isinstance(taken, yaml_text.Document) or str(taken).startswith(FILE)


@tried(300)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_both_parsers_are_safe(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_text, "_Loader", yaml.SafeLoader)
        taken = take(text)

    assert isinstance(taken, yaml_text.Document) or str(taken).startswith(FILE)


@tried(500)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_read_says_where_each_value_is(text: str) -> None:
    taken = take(text)
    if isinstance(taken, TopologyError):
        return
    breaks = sum(text.count(mark) for mark in "\n\r\x85\u2028")
    lines = breaks + 2  # an empty value at the end of the text stands after its last line
    outside = [
        path
        for path in paths(taken.data)
        if not 1 <= (taken.where(path).line or 0) <= lines or (taken.where(path).column or 0) < 1
    ]

    assert [] == outside


# --- data -------------------------------------------------------------------------------------


@tried(1000)
@given(JSON, st.sampled_from(["block", "flow"]))
def test_what_yaml_dumps_comes_back(value: object, style: str) -> None:
    text = yaml.safe_dump(value, default_flow_style=style == "flow")

    assert value == data_of(text)


@tried(300)
@given(st.dictionaries(st.text("abcxyz_", min_size=1), JSON, min_size=1, max_size=5))
def test_places_point_at_the_text_of_the_key(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value, default_flow_style=False)
    document = yaml_text.read(text, FILE)
    lines = text.split("\n")
    found = {}
    for key in value:
        line, column = document.places[(key,)]
        found[key] = lines[line - 1][column - 1 :].lstrip("'\"")

    assert [] == [key for key, rest in found.items() if not rest.startswith(key)]


@pytest.mark.usefixtures("_either_parser")
def test_places_of_keys_and_items() -> None:
    document = yaml_text.read("a:\n  b: 1\n  c:\n  - x\n  - d: 2\n", FILE)

    assert {
        (): (1, 1),
        ("a",): (1, 1),
        ("a", "b"): (2, 3),
        ("a", "c"): (3, 3),
        ("a", "c", 0): (4, 5),
        ("a", "c", 1): (5, 5),
        ("a", "c", 1, "d"): (5, 5),
    } == document.places


def test_a_path_that_is_not_there_is_where_its_parent_is() -> None:
    document = yaml_text.read("a:\n  b: 1\n", FILE)

    assert Where(FILE, 2, 3) == document.where(("a", "b", "c", 3))


def test_an_empty_file_is_nothing_at_its_first_line() -> None:
    document = yaml_text.read("", FILE)

    assert (None, Where(FILE, 1, 1)) == (document.data, document.where(("a",)))


@pytest.mark.parametrize("word", ["yes", "No", "on", "OFF", "true", "y", "8", "1_000", "~", "1.5"])
def test_a_key_is_what_was_typed(word: str) -> None:
    assert {word: 1} == data_of(f"{word}: 1")


def test_values_are_what_yaml_11_says() -> None:
    text = "[yes, Off, y, 0o17, 017, 0x1F, 1_000, 1:30, 1e3, 1.5e+3, ~, null, None, =, <<]"

    assert [
        True, False, "y", "0o17", 15, 31, 1000, 90, "1e3", 1500.0, None, None, "None", "=", "<<",
    ] == data_of(text)  # fmt: skip


def test_the_text_of_a_scalar_is_kept_as_written() -> None:
    document = yaml_text.read("a: on\nb: [1_000, 0x10]\n", FILE)

    assert {("a",): "on", ("b", 0): "1_000", ("b", 1): "0x10"} == document.scalars


def test_quotes_make_text() -> None:
    assert {"a": "1", "b": "on", "8": "~"} == data_of("a: '1'\nb: \"on\"\n'8': '~'")


def test_a_byte_order_mark_is_no_text() -> None:
    assert {"a": 1} == data_of(yaml_text.decode(b"\xef\xbb\xbfa: 1", FILE))


@pytest.mark.usefixtures("_either_parser")
def test_aliases_repeat_a_value() -> None:
    text = "a: &x {p: 1}\nb: *x\nc: &s 5\nd: [*s, *s]"

    assert {"a": {"p": 1}, "b": {"p": 1}, "c": 5, "d": [5, 5]} == data_of(text)


def test_an_alias_stands_where_it_is_used() -> None:
    document = yaml_text.read("a: &x {p: 1}\nb: *x\n", FILE)

    assert (Where(FILE, 2, 1), Where(FILE, 2, 1)) == (
        document.where(("b",)),
        document.where(("b", "p")),
    )


def test_an_anchor_on_a_key_can_be_used() -> None:
    assert {"k": 1, "b": "k"} == data_of("&a k: 1\nb: *a")


@pytest.mark.usefixtures("_either_parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("b: {<<: {x: 1, y: 1}, y: 2}", {"b": {"y": 2, "x": 1}}),
        ("b: {y: 2, <<: {x: 1, y: 1}}", {"b": {"y": 2, "x": 1}}),
        ("b: {<<: [{x: 1}, {x: 2, y: 2}]}", {"b": {"x": 1, "y": 2}}),
        ("'<<': {x: 1}", {"<<": {"x": 1}}),
        ("a: &a {x: 1}\nb:\n  <<: *a\n  z: 3", {"a": {"x": 1}, "b": {"x": 1, "z": 3}}),
    ],
)
def test_merging_fills_in_what_is_not_there(text: str, expected: object) -> None:
    assert expected == data_of(text)


# --- refusals, each with its place ------------------------------------------------------------


@pytest.mark.usefixtures("_either_parser")
@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a: 1\nb: 2\na: 3", "3:1", "key 'a' is given twice; first in line 1"),
        ("on: 1\non: 2", "2:1", "key 'on' is given twice; first in line 1"),
        ("8: 1\n8: 2", "2:1", "key '8' is given twice; first in line 1"),
        ("r:\n  x: {p: 1, p: 2}", "2:13", "key 'p' is given twice; first in line 2"),
        ("a: 1\n---\nb: 2", "2:1", "a second YAML document"),
        ("a: &x [*x]", "1:8", "alias *x contains itself"),
        ("a: &x {b: {c: *x}}", "1:15", "alias *x contains itself"),
        ("a: &x 1\n*x : 2", "2:1", "alias *x as a key"),
        ("a: *x", "1:4", "alias *x has no anchor"),
        ("? [a]\n: b", "1:3", "a mapping or list as a key"),
        ("a:\n  <<: 3", "2:3", "'<<' merges something that is no mapping"),
        ("a: !!python/name:os.system x", "1:4", "tag 'tag:yaml.org,2002:python/name:os.system'"),
        ("a: !mine x", "1:4", "tag '!mine' is not read here"),
        ("a: !!binary aGk=", "1:4", "tag 'tag:yaml.org,2002:binary' is not read here"),
        ("a: !!set {x}", "1:4", "tag 'tag:yaml.org,2002:set' is not read here"),
        ("a: !!seq x", "1:4", "tag 'tag:yaml.org,2002:seq' is not read here"),
        ("a: !!str [x]", "1:4", "tag 'tag:yaml.org,2002:str' is not read here"),
        ("a: !!int x1", "1:4", "'x1' cannot be read as int"),
        ("a: !!int ''", "1:4", "'' cannot be read as int"),
        ("a: !!bool maybe", "1:4", "'maybe' cannot be read as bool"),
        ("a: 2025-13-45", "1:4", "'2025-13-45' cannot be read as timestamp"),
        ("a: " + "7" * 401, "1:4", "int of 401 characters"),
    ],
)
def test_a_refusal_has_its_place(text: str, place: str, what: str) -> None:
    error = refusal(text)

    assert (f"{FILE}:{place}", True, True) == (
        error.where,
        error.what.startswith(what),
        bool(error.remedy),
    )


@pytest.mark.parametrize("text", ["a:\n\tb: 1", "a:\r\n\tb: 1", "a:\r\tb: 1"])
def test_a_tab_is_called_a_tab(text: str) -> None:
    error = refusal(text)

    assert (f"{FILE}:2:1", "indent with blanks; YAML refuses tabs") == (error.where, error.remedy)


def test_a_tab_inside_a_value_is_not_blamed() -> None:
    assert "correct it here" == refusal("a: 'x\ty': z: 1").remedy


@pytest.mark.usefixtures("_either_parser")
def test_broken_syntax_has_its_place() -> None:
    error = refusal("a: 1\nb: c: d")

    assert (f"{FILE}:2:5", True) == (error.where, error.what.startswith("not YAML: "))


@pytest.mark.usefixtures("_either_parser")
@pytest.mark.parametrize("text", ["\0", "a: \x07", "a: \ud800"])
def test_what_is_no_text_is_refused(text: str) -> None:
    assert refusal(text).what.startswith("not YAML: ")


def test_too_many_bytes_are_not_parsed() -> None:
    with pytest.raises(TopologyError) as caught:
        yaml_text.decode(b"x" * (yaml_text.MAX_BYTES + 1), FILE)

    assert (FILE, "more than 2097152 bytes; a configuration has a few thousand") == (
        caught.value.where,
        caught.value.what,
    )


def test_as_many_bytes_as_allowed_are_text() -> None:
    raw = b"x" * yaml_text.MAX_BYTES

    assert raw.decode() == yaml_text.decode(raw, FILE)


@pytest.mark.parametrize("raw", [b"\x80\x02}q\x00.", b"a: \xff", "a: é".encode("utf-16")])
def test_bytes_that_are_no_utf8_are_refused(raw: bytes) -> None:
    with pytest.raises(TopologyError, match="is not UTF-8"):
        yaml_text.decode(raw, FILE)


@pytest.mark.usefixtures("_either_parser")
@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_before_it_is_built(opening: str) -> None:
    error = refusal(opening * 50_000)

    assert "nested deeper than 64" == error.what


def test_nesting_as_deep_as_allowed_is_read() -> None:
    text = "[" * yaml_events.MAX_DEPTH + "]" * yaml_events.MAX_DEPTH

    assert text == json.dumps(data_of(text))


def test_aliases_do_not_get_around_the_depth() -> None:
    levels = [f"a{n}: &a{n} {'[' * 10}{f'*a{n - 1}' if n else ''}{']' * 10}" for n in range(20)]

    assert "nested deeper than 64 by alias *a5" == refusal("\n".join(levels)).what


def test_nested_aliases_do_not_multiply_without_end() -> None:
    levels = [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'lol'] * 10)}]" for n in range(10)
    ]

    assert "expands to more than 200000 values" == refusal("\n".join(levels)).what


def test_merged_aliases_do_not_multiply_without_end() -> None:
    keys = ", ".join(f"k{n}: 1" for n in range(1000))
    uses = "\n".join(f"b{n}: {{<<: *a}}" for n in range(1000))

    assert "expands to more than 200000 values" == refusal(f"a: &a {{{keys}}}\n{uses}").what


def test_many_plain_values_are_read() -> None:
    assert 50_000 == len(data_of("\n".join(f"k{n}: {n}" for n in range(50_000))))
