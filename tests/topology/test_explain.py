# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a person reads when a topology does not hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from pytest_dynamo.topology.places import Override

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.errors import TopologyError


class Shelf(Protocol):
    def write(self, text: str, name: str = ...) -> Path: ...
    def refusal(self, *overrides: Override, name: str = ...) -> TopologyError: ...


@pytest.mark.parametrize(
    ("change", "where", "told"),
    [
        (
            ("description: two", "desciption: two"),
            "2:1",
            ("unknown key 'desciption' (and 1 more)", "did you mean description? accepted here: "),
        ),
        (
            ("  gpus_per_node: 4", "  gpus_per_nodes: 4"),
            "12:3",
            ("unknown key 'hardware.gpus_per_nodes' (and 1 more)", "did you mean gpus_per_node? "),
        ),
        (
            ("    workers: 2", "    worker: 2"),
            "15:5",
            ("unknown key 'roles.prefill.worker'", "did you mean workers? accepted here: "),
        ),
        (
            ("    workers: 2", "    graph: {directroy: d, target: t, config: c}"),
            "15:13",
            ("unknown key 'roles.prefill.graph.directroy' (and 1 more)", "did you mean directory?"),
        ),
        (
            ("  path: org/m", "  path: org/m\n  quux: 1"),
            "9:3",
            ("unknown key 'model.quux'", "accepted here: path, served_name, modality, "),
        ),
    ],
)
def test_an_unknown_key_has_its_line_and_the_nearest_name(
    shelf: Shelf, sound: str, change: tuple[str, str], where: str, told: tuple[str, str]
) -> None:
    shelf.write(sound.replace(*change))
    error = shelf.refusal()

    assert (f"pair.yaml:{where}", told[0], True) == (
        error.where,
        error.what,
        (error.remedy or "").startswith(told[1]),
    )


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (("workers: 2", "workers: two"), "15:5", "roles.prefill.workers = 'two': input should be "),
        (("workers: 2", "workers: yes"), "15:5", "roles.prefill.workers = True: a number is "),
        (("workers: 2", "workers: 0"), "15:5", "roles.prefill.workers = 0: input should be "),
        (("workers: 2", "workers: 257"), "15:5", "roles.prefill.workers = 257: input should be "),
        (("workers: 2", "workers: [2]"), "15:5", "roles.prefill.workers: input should be a "),
        (("engine: trtllm", "engine: sglang"), "3:1", "engine = 'sglang': input should be 'trtllm"),
        (("gpu: GB200", "gpu: 200"), "11:3", "hardware.gpu = 200: input should be a valid string"),
        (("path: org/m", "path: ''"), "8:3", "model.path = '': string should have at least 1"),
        (("name: pair", "name: Pair"), "1:1", "name = 'Pair': string should match pattern"),
        (("name: pair", "name: -pair"), "1:1", "name = '-pair': string should match pattern"),
        (("  decode:", "  decoder:"), "17:3", "roles.decoder = 'decoder': input should be 'agg'"),
        (("container:", "budgets: {load: .inf}\ncontainer:"), "20:11", "budgets.load = inf: "),
        (("container:", "budgets: {load: .nan}\ncontainer:"), "20:11", "budgets.load = nan: "),
        (("container:", "frontend: {http_port: 65536}\ncontainer:"), "20:12", "frontend.http_port"),
    ],
)
def test_a_value_of_the_wrong_type_has_its_line(
    shelf: Shelf, sound: str, change: tuple[str, str], where: str, what: str
) -> None:
    shelf.write(sound.replace(*change))
    error = shelf.refusal()

    assert (f"pair.yaml:{where}", what) == (error.where, error.what[: len(what)])


def test_a_missing_key_is_told_where_it_belongs(shelf: Shelf, sound: str) -> None:
    shelf.write(sound.replace("  served_name: m\n", ""))
    error = shelf.refusal()

    assert ("pair.yaml:7:1", "key 'model.served_name' is missing") == (error.where, error.what)


def test_a_section_made_by_an_option_blames_the_option(shelf: Shelf) -> None:
    error = shelf.refusal(Override("origin.section", "x", "--dynamo-set origin.section=x"))

    assert ("--dynamo-set origin.section=x", "key 'origin.guide' is missing") == (
        error.where,
        error.what,
    )


def test_roles_that_do_not_belong_together_are_told_at_the_roles(shelf: Shelf, sound: str) -> None:
    shelf.write(sound.replace("  decode:", "  agg:"))
    error = shelf.refusal()

    assert (
        "pair.yaml:13:1",
        "roles: agg, prefill: a topology has agg alone, or prefill and decode",
    ) == (error.where, error.what)


def test_a_number_where_text_belongs_is_told_to_be_quoted(shelf: Shelf, sound: str) -> None:
    shelf.write(sound.replace("dynamo: 0.3.2", "dynamo: 0.3"))
    error = shelf.refusal()

    assert ("pair.yaml:5:3", "put it in quotes") == (error.where, error.remedy)


def test_the_value_of_a_variable_is_never_shown(shelf: Shelf, sound: str) -> None:
    shelf.write(sound.replace("secret-word", "12345"))
    error = shelf.refusal()

    assert ("environment.HF_TOKEN: input should be a valid string", False) == (
        error.what,
        "12345" in str(error),
    )


def test_more_complaints_are_counted(shelf: Shelf, sound: str) -> None:
    shelf.write(sound.replace("workers: 2", "workers: 0").replace("GB200", "8"))

    assert shelf.refusal().what.endswith("(and 1 more)")
