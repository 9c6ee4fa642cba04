# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A step has its container whichever program makes it, and its variables inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import planning
import pytest

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.launch import slurm
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import LaunchPlan, Process

APPTAINER = {"runtime": "apptainer", "image": "dynamo.sif", "mounts": "/a:/mnt,/b:/b:ro"}
PYXIS = {"runtime": "pyxis", "image": "dynamo.sqsh"}


def plan(container: dict[str, Any], **changes: Any) -> LaunchPlan:  # Any: YAML data
    topology = planning.disaggregated(container=container, **changes)
    return slurm.LAUNCHER.plan(topology, planning.cluster(topology))


def inside(process: Process) -> tuple[str, ...]:
    """Return the words of Apptainer, before those of the program in it."""
    at = process.tokens.index("apptainer")
    return process.tokens[at : process.tokens.index("dynamo.sif") + 1]


def test_apptainer_runs_every_step_in_the_image_and_workers_with_gpus() -> None:
    found = {item.name: inside(item) for item in plan(APPTAINER).processes}

    common = ("--writable-tmpfs", "--bind", "/a:/mnt,/b:/b:ro", "--bind", "/runs/run-1")
    for name, words in found.items():
        gpus = ("--nv",) if name in ("prefill0", "decode0") else ()
        assert words == ("apptainer", "exec", *gpus, *common, "dynamo.sif"), name


def test_the_words_of_a_step_are_the_same_in_either_container() -> None:
    for one, other in zip(plan(APPTAINER).processes, plan(PYXIS).processes, strict=True):
        after = one.tokens[one.tokens.index("dynamo.sif") + 1 :]
        if one.kind != "service":  # whose data lies elsewhere
            assert other.tokens[-len(after) :] == after
        assert not any(token.startswith("--container") for token in one.tokens)


def test_a_relative_image_starts_where_pytest_did() -> None:
    for item in plan(APPTAINER).processes:
        assert planning.words_after(item.tokens, "--chdir") == "/home/me/checkout"


def test_variables_win_over_those_of_the_image_with_their_commas() -> None:
    environment = {"UCX_TLS": "rc,cuda_copy", "HF_TOKEN": "secret"}

    env = planning.process(plan(APPTAINER, environment=environment), "decode0").env

    assert env["APPTAINERENV_UCX_TLS"] == env["UCX_TLS"] == "rc,cuda_copy"
    assert env["HF_TOKEN"] == "secret"
    assert "APPTAINERENV_HF_TOKEN" not in env


def test_data_of_services_is_not_in_a_directory_that_others_share() -> None:
    etcd = planning.process(plan(APPTAINER), "etcd")

    assert planning.words_after(etcd.tokens, "--data-dir") == "/runs/run-1/etcd"


@pytest.mark.parametrize(
    ("given", "pyxis", "apptainer"),
    [
        ({}, set(), set()),
        ({"remap_root": True}, {"--container-remap-root"}, {"--fakeroot"}),
        ({"remap_root": False}, {"--no-container-remap-root"}, set()),
        ({"mount_home": True}, {"--container-mount-home"}, set()),
        ({"mount_home": False}, {"--no-container-mount-home"}, {"--no-home"}),
        ({"name": "r1"}, {"--container-name", "r1_decode0"}, set()),
    ],
)
def test_what_is_asked_of_a_container_is_said(
    given: dict[str, Any], pyxis: set[str], apptainer: set[str]
) -> None:
    for container, expected in ((PYXIS, pyxis), (APPTAINER, apptainer)):
        plain = planning.process(plan(container), "decode0").tokens
        said = planning.process(plan({**container, **given}), "decode0").tokens

        assert set(said) - set(plain) == expected
        assert set(plain) <= set(said)


def test_steps_at_the_same_time_share_no_named_container() -> None:
    processes = plan({**PYXIS, "name": "r1"}).processes

    names = [planning.words_after(item.tokens, "--container-name") for item in processes]
    assert len(set(names)) == len(names) == 5


def test_a_name_is_one_word() -> None:
    with pytest.raises(TopologyError, match="container"):
        places.load(
            "local_agg",
            [places.bundled()],
            [places.Override("container.name", "a b", "--dynamo-set")],
        )
