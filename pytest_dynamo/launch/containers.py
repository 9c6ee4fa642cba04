# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How a step gets its container: by Pyxis, with options of srun, or by Apptainer, which it runs.

Both take ``mounts`` as it is. Where they differ is evened out:

- Pyxis keeps the image's own variables unless each of the step's is named; Apptainer takes those
  that are set with a prefix. Neither is given values on its command line, where commas would cut
  them and others could read them.
- Apptainer shows an image that cannot be written and the host's ``/tmp``; the guides' images expect
  to be written, so what is written is kept in memory and goes with the step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.launch.plan import secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.topology.model import Container

#: Stands for the image in a plan that was made without one.
NO_IMAGE = "IMAGE-NOT-SET"
_PREFIX = "APPTAINERENV_"


def options(
    container: Container, process: Process, name: str | None, directory: str | None
) -> tuple[str, ...]:
    """Return what ``srun`` is told: Pyxis' options. Steps of one ``name`` share a container."""
    own = f"{container.name}_{process.step}" if container.name else None
    name = name or own
    return (
        "--container-image", container.image or NO_IMAGE,
        *(("--container-mounts", container.mounts) if container.mounts else ()),
        *(("--container-name", name) if name else ()),
        *(("--container-workdir", directory) if directory else ()),
        *_either(container.remap_root, "--container-remap-root", "--no-container-remap-root"),
        *_either(container.mount_home, "--container-mount-home", "--no-container-mount-home"),
        "--container-env", ",".join(process.env),
    )  # fmt: skip


def words(
    container: Container, process: Process, directory: str | None, run_dir: str
) -> tuple[str, ...]:
    """Return the words before those of the process: Apptainer's."""
    if container.runtime != "apptainer":
        return ()
    return (
        "apptainer", "exec",
        *(("--nv",) if process.kind == "worker" else ()),
        "--writable-tmpfs",
        *(("--bind", container.mounts) if container.mounts else ()),
        "--bind", run_dir,
        *(("--pwd", directory) if directory else ()),
        *_either(container.remap_root, "--fakeroot", None),
        *_either(container.mount_home, None, "--no-home"),
        container.image or NO_IMAGE,
    )  # fmt: skip


def environment(container: Container, env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a step so that they win over the image's own inside.

    Secrets come in as they are: no image sets them, and a plan hides them under one name only.
    """
    if container.runtime != "apptainer":
        return dict(env)
    hidden = secrets(env)
    return {**env, **{f"{_PREFIX}{key}": env[key] for key in env if key not in hidden}}


def _either(asked: bool | None, yes: str | None, no: str | None) -> tuple[str, ...]:  # noqa: FBT001 - a value, no switch
    word = None if asked is None else yes if asked else no
    return (word,) if word else ()
