# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a person gets wrong is said once, with its place and the remedy, and exit status 4."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from running import Run, needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TESTS = "def test_it(deployment): pass\ndef test_pure(topology): pass\n"


def refused(run: Run, *words: str) -> None:
    """Fail unless pytest refused with these words, once, without a traceback."""
    assert run.wait() == pytest.ExitCode.USAGE_ERROR, run.text
    for word in words:
        assert run.text.count(word) == 1, run.text
    assert "Traceback" not in run.text
    assert not (run.directory / "logs").exists()


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_an_unknown_topology_names_the_nearest(
    arguments: tuple[str, ...], start_pytest: Callable[..., Run]
) -> None:
    run = start_pytest("--topology=wide_ep_disag", *arguments)

    refused(run, "no topology is called 'wide_ep_disag'", "did you mean wide_ep_disagg?")


def test_an_unknown_key_has_its_line_and_the_nearest_name(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "mine.yaml").write_text(
        "description: x\nengine: trtllm\nversions: {dynamo: 1.6.1}\n"
        "model: {path: a, served_nam: b}\n"
    )

    refused(start_pytest("--topology=mine.yaml"), "mine.yaml:4:18: ", "did you mean served_name?")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tensor_parallel_size: 8\nbackend: pytorch\n", "a YAML of another kind"),
        ("- 1\n- 2\n", "the file holds no mapping"),
        ("a: [1\n", "not YAML"),
        ("", "the file is empty"),
    ],
)
def test_a_yaml_of_another_kind_is_no_topology(
    text: str, words: str, start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "mine.yaml").write_text(text)

    refused(start_pytest("--topology=mine.yaml"), words)


def test_a_missing_engine_config_is_named(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest(
        "--topology=wide_ep_agg", env={"ENGINE_CONFIG": "/mnt/engine_configs/none.yaml"}
    )

    refused(run, "ENGINE_CONFIG: engine config /mnt/engine_configs/none.yaml: no such")


def test_an_unknown_override_is_named(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--topology=local_agg", "--dynamo-set=model.served=x")

    refused(run, "unknown key 'model.served'", "did you mean served_name?")


def test_an_override_without_a_value_is_refused(start_pytest: Callable[..., Run]) -> None:
    refused(start_pytest("--topology=local_agg", "--dynamo-set=model"), "write KEY=VALUE")


def test_an_unknown_launcher_lists_the_known(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--topology=local_agg", "--dynamo-launcher=pbs")

    refused(run, "known launchers are auto, local, ")


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_tests_of_a_deployment_need_one_named(
    arguments: tuple[str, ...], start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest(*arguments)

    refused(run, "none is named", "pytest --topology=NAME; --topologies lists them")


def test_fixtures_and_parameters_of_a_project_are_left_alone(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.fixture\n"
        "def deployment(): return 'of a project'\n"
        "def test_it(deployment): assert deployment == 'of a project'\n"
        "@pytest.mark.parametrize('topology', ['ring', 'mesh'])\n"
        "def test_each(topology): assert topology in ('ring', 'mesh')\n"
    )
    without = start_pytest("test_it.py", name="without")
    ours = "-mdynamo or dynamo_config"
    named = start_pytest("--topology=local_agg", ours, "test_it.py", name="named")

    assert without.wait() == pytest.ExitCode.OK, without.text
    assert "3 passed" in without.text
    named.wait()
    assert "1 passed, 2 deselected" in named.text


def test_a_fixture_of_a_project_that_asks_for_ours_needs_one_named(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.fixture\n"
        "def deployment(deployment): return deployment\n"
        "def test_it(deployment): pass\n"
    )
    run = start_pytest("test_it.py")

    assert run.wait() == pytest.ExitCode.USAGE_ERROR, run.text
    assert "none is named" in run.text


@pytest.mark.parametrize(
    "arguments", [("--collect-only",), ("--fixtures",), ("--markers",), ("-m", "not dynamo")]
)
def test_looking_needs_no_topology(
    arguments: tuple[str, ...], start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text("def test_it(deployment): pass\ndef test_pure(): pass\n")

    assert start_pytest(*arguments).wait() == pytest.ExitCode.OK


def test_without_the_dynamo_runtime_the_extra_is_named(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "conftest.py").write_text(
        "import importlib.util\n"
        "find_spec = importlib.util.find_spec\n"
        "def without(name, *more):\n"
        "    return None if name.startswith('dynamo') else find_spec(name, *more)\n"
        "importlib.util.find_spec = without\n"
    )

    run = start_pytest("--topology=local_agg", "test_it.py")
    refused(run, "ai-dynamo-runtime is not installed", "pip install 'pytest-dynamo[dynamo]'")


@needs_dynamo
def test_a_second_run_in_the_same_directory_is_refused(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text("def test_it(topology): pass\n")
    start_pytest("--topology=local_agg").wait()

    second = start_pytest("--topology=local_agg")

    assert second.wait() == pytest.ExitCode.USAGE_ERROR
    assert second.text.count("holds a run already") == 1


@needs_dynamo
@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere: run as a user")
def test_a_run_directory_that_cannot_be_written_is_named_as_a_user(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "run").mkdir(mode=0o500)

    refused(start_pytest("--topology=local_agg"), "the run directory cannot be written")


@needs_dynamo
def test_a_run_directory_under_a_file_is_named(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "run").write_text("a file")

    refused(start_pytest("--topology=local_agg"), "the run directory cannot be written")


def test_ranks_that_do_not_fit_their_nodes_are_refused(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--topology=wide_ep_disagg", env={"NUM_DECODE_NODES": "3"})

    refused(run, "which 3 node(s) x 4 GPUs do not hold", "environment NUM_DECODE_NODES")
