# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Finding, reading and loading a topology, and what is said when that fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Where
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology


class Shelf(Protocol):
    directory: Path

    def write(self, text: str, name: str = ...) -> Path: ...
    def load(self, *overrides: places.Override, name: str = ...) -> Topology: ...
    def refusal(self, *overrides: places.Override, name: str = ...) -> TopologyError: ...


# --- finding ----------------------------------------------------------------------------------


def test_the_first_directory_that_has_a_name_wins(tmp_path: Path) -> None:
    for number in ("one", "two"):
        (tmp_path / number).mkdir()
        (tmp_path / number / "same.yaml").write_text("")
    (tmp_path / "two" / "other.yml").write_text("")
    (tmp_path / "two" / "notes.txt").write_text("")
    (tmp_path / "two" / "directory.yaml").mkdir()
    directories = [tmp_path / "one", tmp_path / "absent", tmp_path / "two"]

    assert {
        "other": tmp_path / "two" / "other.yml",
        "same": tmp_path / "one" / "same.yaml",
    } == places.names(directories)


def test_an_unknown_name_gets_the_nearest_one(shelf: Shelf) -> None:
    error = shelf.refusal(name="pear")

    assert (
        "no topology is called 'pear'",
        "--topology=pear",
        f"looked in {shelf.directory}",
        "did you mean pair? known: decode, pair, prefill",
    ) == (error.what, error.where, error.evidence, error.remedy)


def test_an_unknown_name_near_to_nothing_gets_the_list(shelf: Shelf) -> None:
    assert "known: decode, pair, prefill" == shelf.refusal(name="xyzzy").remedy


def test_no_topology_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(TopologyError, match="known: none"):
        places.find("x", [tmp_path])


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nowhere/x.yaml", "no such file"),
        ("x.yaml", "no such file"),
        ("pair.yaml/x.yaml", "no such file"),
        ("./", "is a directory, not a file"),
        ("/dev/null", "is no regular file"),
        ("x" * 5000 + ".yaml", "cannot be read: File name too long"),
        ("a\0b.yaml", "cannot be a path: "),  # its words differ between Pythons
    ],
)
@pytest.mark.usefixtures("shelf")
def test_a_path_that_is_no_file_is_told(name: str, what: str) -> None:
    with pytest.raises(TopologyError) as caught:
        places.find(name, [])

    assert (what, f"--topology={name}") == (caught.value.what[: len(what)], caught.value.where)


def test_a_path_needs_no_search_path(shelf: Shelf) -> None:
    topology = places.load(str(shelf.directory / "pair.yaml"), [])

    assert ("pair", "pair.yaml") == (topology.name, topology.file)


def test_a_file_elsewhere_is_shown_whole(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    topology = shelf.load()

    assert str(shelf.directory / "pair.yaml").removeprefix("/") == topology.file


def test_a_working_directory_that_is_gone_does_not_matter(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert str(shelf.directory / "pair.yaml") == shelf.load().file


def test_bundled_topologies_and_suites_are_there() -> None:
    assert (True, True) == (
        "wide_ep_disagg" in places.names([places.bundled()]),
        places.suites().is_dir(),
    )


# --- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("", "the file is empty", "pair.yaml"),
        ("# a comment\n", "the file is empty", "pair.yaml"),
        ("{}", "the file is empty", "pair.yaml"),
        ("- a\n", "not a topology: the file holds no mapping", "pair.yaml"),
        ("words", "not a topology: the file holds no mapping", "pair.yaml"),
        (
            "apiVersion: v1\nkind: Pod\n",
            "neither a topology nor an engine's file: a resource of Kubernetes, a Pod",
            "pair.yaml:1:1",
        ),
        ("a: b: c", "not YAML: mapping values are not allowed in this context", "pair.yaml:1:5"),
    ],
)
def test_a_file_that_is_no_topology_is_told(
    shelf: Shelf, text: str, what: str, where: str
) -> None:
    shelf.write(text)
    error = shelf.refusal()

    assert (what, where, True) == (error.what, error.where, bool(error.remedy))


def test_an_engine_config_is_recognised(shelf: Shelf) -> None:
    assert (
        "this is an engine config: name it in roles.<role>.engine_config of a topology"
        == shelf.refusal(name="prefill").remedy
    )


def test_a_binary_file_is_refused(shelf: Shelf) -> None:
    (shelf.directory / "pair.yaml").write_bytes(b"\x80\x02}q\x00.")

    assert "byte 0 is not UTF-8" == shelf.refusal().what


def test_a_checkpoint_is_not_read_whole(shelf: Shelf) -> None:
    with (shelf.directory / "pair.yaml").open("wb") as file:
        file.truncate(1 << 40)  # a hole: takes no space, and no memory would hold it

    assert "more than 2097152 bytes; a configuration has a few thousand" == shelf.refusal().what


def test_what_cannot_be_opened_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root opens everything: chmod would prove nothing
    error = shelf.refusal()

    assert ("cannot be read: Permission denied", "pair.yaml") == (error.what, error.where)


def test_what_cannot_be_listed_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    error = shelf.refusal()

    assert ("cannot be listed: Permission denied", str(shelf.directory)) == (
        error.what,
        error.where,
    )


def test_a_directory_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(TopologyError, match="is a directory, not a file"):
        places.read_document(tmp_path)


def test_a_symbolic_link_to_itself_is_told(tmp_path: Path) -> None:
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)

    with pytest.raises(TopologyError, match="cannot be read: Too many levels of symbolic links"):
        places.find(str(loop), [])


# --- the name ---------------------------------------------------------------------------------


def test_the_name_is_the_files_unless_it_is_given(shelf: Shelf, sound: str) -> None:
    shelf.write(sound.replace("name: pair\n", ""), "other.yaml")

    assert "other" == shelf.load(name="other").name


def test_another_name_than_the_files_is_refused(shelf: Shelf, sound: str) -> None:
    shelf.write(sound, "other.yaml")
    error = shelf.refusal(name="other")

    assert ("name is 'pair', the file is called 'other'", "other.yaml:1:1") == (
        error.what,
        error.where,
    )


def test_a_topology_that_is_named_by_its_file_may_be_called_anything(
    shelf: Shelf, sound: str, tmp_path: Path
) -> None:
    shelf.write(sound, "other.yaml")
    (path,) = tmp_path.rglob("other.yaml")

    assert "pair" == places.load(str(path), []).name


def test_an_overridden_name_blames_the_option(shelf: Shelf) -> None:
    error = shelf.refusal(places.Override("name", "other", "--dynamo-set name=other"))

    assert "--dynamo-set name=other" == error.where


# --- engine files -----------------------------------------------------------------------------


def test_parallelism_is_read_from_the_engines_file(shelf: Shelf) -> None:
    roles = shelf.load().roles

    assert ((4, False, 8, True), 16) == (
        (
            roles["prefill"].parallel.tp,
            roles["prefill"].parallel.attention_dp,
            roles["decode"].parallel.tp,
            roles["decode"].parallel.attention_dp,
        ),
        shelf.load().ranks,
    )


def test_stated_parallelism_wins_and_the_rest_stays(shelf: Shelf) -> None:
    topology = shelf.load(places.Override("roles.decode.parallel.tp", "2", "--dynamo-set"))
    parallel = topology.roles["decode"].parallel

    assert (2, True) == (parallel.tp, parallel.attention_dp)


def test_an_engine_file_knows_its_own_lines(shelf: Shelf) -> None:
    file = shelf.load().engine_files["decode"]

    assert (
        str(shelf.directory / "decode.yaml"),
        {"tensor_parallel_size": 8, "enable_attention_dp": True},
        Where("decode.yaml", 2, 1),
    ) == (file.path, file.data, file.where(("enable_attention_dp",)))


def test_a_relative_engine_file_lies_beside_the_topology(
    shelf: Shelf, sound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.write(sound.replace("/mnt/decode.yaml", "decode.yaml"))
    monkeypatch.chdir("/")

    assert 8 == shelf.load().roles["decode"].parallel.tp


def test_an_absolute_engine_file_may_be_outside_the_mounts(shelf: Shelf, sound: str) -> None:
    shelf.write(sound.replace("/mnt/decode.yaml", str(shelf.directory / "decode.yaml")))

    assert 8 == shelf.load().roles["decode"].parallel.tp


@pytest.mark.parametrize(
    ("config", "what", "evidence"),
    [
        ("/mnt/none.yaml", "engine config /mnt/none.yaml: no such file", "looked for {}/none.yaml"),
        ("none.yaml", "engine config none.yaml: no such file", "looked for {}/none.yaml"),
        ("/mnt/", "engine config /mnt/: is a directory, not a file", "looked for {}"),
        (
            "/opt/x.yaml",
            "engine config /opt/x.yaml is under none of the mounts, so it cannot be read",
            "mounts: {}:/mnt",
        ),
    ],
)
def test_an_engine_file_that_is_not_there_is_told(
    shelf: Shelf, sound: str, config: str, what: str, evidence: str
) -> None:
    shelf.write(sound.replace("/mnt/decode.yaml", config))
    error = shelf.refusal()

    assert (what, "pair.yaml:19:5", evidence.format(shelf.directory)) == (
        error.what,
        error.where,
        error.evidence,
    )


def test_an_engine_file_nobody_can_read_may_be_replaced_by_parallel(
    shelf: Shelf, sound: str
) -> None:
    shelf.write(
        sound.replace(
            "engine_config: /mnt/decode.yaml",
            "engine_config: /opt/x.yaml\n    parallel: {tp: 8}",
        )
    )
    topology = shelf.load()

    assert (8, {"prefill"}) == (topology.roles["decode"].parallel.tp, set(topology.engine_files))


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("engine_config: /mnt/gone.yaml", "engine config /mnt/gone.yaml: no such file"),
        ("own_nodes: true", "nothing tells how it is split"),
        ("engine_config: /mnt/decode.yaml", None),
        ("engine_config: /opt/x.yaml\n    parallel: {tp: 8}", None),
    ],
)
def test_who_describes_logs_needs_no_engine_files(
    shelf: Shelf, sound: str, config: str, told: str | None
) -> None:
    shelf.write(sound.replace("engine_config: /mnt/decode.yaml", config))

    topology = places.load("pair", [shelf.directory], of_logs=True)

    assert topology.roles["decode"].parallel.tp == 8
    assert topology.roles["prefill"].parallel.tp == 4
    source = {} if told is None else {"roles.decode.parallel": f"its GPUs, 8 a worker: {told}"}
    assert source == topology.sources


def test_a_missing_engine_file_blames_the_variable_that_named_it(shelf: Shelf) -> None:
    override = places.Override(
        "roles.decode.engine_config", "/mnt/gone.yaml", "environment DECODE_ENGINE_CONFIG"
    )

    assert "environment DECODE_ENGINE_CONFIG" == shelf.refusal(override).where


def test_an_engine_file_without_keys_is_refused(shelf: Shelf) -> None:
    shelf.write("- 1\n", "decode.yaml")
    error = shelf.refusal()

    assert ("engine config decode.yaml holds no mapping", "pair.yaml:19:5") == (
        error.what,
        error.where,
    )


def test_a_broken_engine_file_is_refused_at_its_own_line(shelf: Shelf) -> None:
    shelf.write("a: 1\na: 2\n", "decode.yaml")

    assert "decode.yaml:2:1" == shelf.refusal().where


def test_a_parallelism_that_cannot_be_is_refused_at_its_own_line(shelf: Shelf) -> None:
    shelf.write("x: 1\ntensor_parallel_size: eight\n", "decode.yaml")
    error = shelf.refusal()

    assert ("decode.yaml:2:1", True) == (
        error.where,
        error.what.startswith("tensor_parallel_size is 'eight'"),
    )


# --- hostile paths ----------------------------------------------------------------------------


def test_a_hostile_directory_is_only_a_directory(hostile_shelf: Shelf) -> None:
    topology = hostile_shelf.load()

    assert (16, f"{hostile_shelf.directory}:/mnt", {"prefill", "decode"}) == (
        topology.ranks,
        topology.container.mounts,
        set(topology.engine_files),
    )


def test_a_hostile_directory_is_named_in_errors(hostile_shelf: Shelf) -> None:
    hostile_shelf.write("a: b: c", "decode.yaml")

    assert f"{hostile_shelf.directory.name}/decode.yaml:1:5" == hostile_shelf.refusal().where


@pytest.mark.parametrize("name", ["with:colon", "with,comma"])
def test_a_directory_that_mounts_cannot_say_is_refused(
    tmp_path: Path, sound: str, name: str
) -> None:
    directory = tmp_path / name
    directory.mkdir()
    (directory / "pair.yaml").write_text(sound)

    with pytest.raises(TopologyError, match="mounts are separated by ':' and ','"):
        places.load("pair", [directory])


# --- mounts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "mounts", "expected"),
    [
        ("/mnt/a.yaml", "/here:/mnt", "/here/a.yaml"),
        ("/mnt/a.yaml", "/here:/mnt:ro", "/here/a.yaml"),
        ("/mnt/a.yaml", "/here/:/mnt/", "/here/a.yaml"),
        ("/mnt/x/a.yaml", "/one:/mnt,/two:/mnt/x", "/two/a.yaml"),
        ("/mnt/x/a.yaml", "/two:/mnt/x,/one:/mnt", "/two/a.yaml"),
        ("/lustre/a.yaml", "/here:/mnt,/lustre", "/lustre/a.yaml"),
        ("/a.yaml", "/here:/", "/here/a.yaml"),
        ("/mnt", "/here/a.yaml:/mnt", "/here/a.yaml"),
        ("/mnt/../etc/a.yaml", "/here:/mnt", None),
        ("/mnt2/a.yaml", "/here:/mnt", None),
        ("/mnt/a.yaml", "", None),
        ("/mnt/a.yaml", ",,", None),
    ],
)
def test_the_longest_mount_that_covers_a_path_shows_it(
    path: str, mounts: str, expected: str | None
) -> None:
    assert expected == places.host_path(path, mounts)


@given(st.text("abc/.", max_size=20), st.text("abc:,/.", max_size=30))
def test_no_path_climbs_out_of_a_mount(path: str, mounts: str) -> None:
    found = places.host_path(f"/{path}", mounts)

    assert found is None or ".." not in found.split("/") or ".." in mounts


# --- any mapping ------------------------------------------------------------------------------

SECTIONS = st.sampled_from(
    ["roles", "model", "container", "name", "engine", "versions", "hardware", "ray", "environment"]
)
KEYS = st.sampled_from(["agg", "decode", "path", "tp", "mounts", "engine_config", "parallel"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
OVERRIDES = st.sampled_from(
    ["roles.agg.workers", "roles.agg.parallel.tp", "roles", "container.mounts", "model.path",
     "ray.port", "environment.A", "x", "a..b", ""]
)  # fmt: skip


@tried(300)
@given(st.dictionaries(SECTIONS, VALUES), OVERRIDES)
def test_any_mapping_and_override_give_a_topology_or_say_why_not(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object], key: str
) -> None:
    directory = tmp_path_factory.mktemp("drawn")
    (directory / "t.yaml").write_text(yaml.safe_dump(data))
    try:
        taken: object = places.load("t", [directory], [places.Override(key, "1", "--dynamo-set")])
    except TopologyError as error:
        taken = error.where

    assert taken
