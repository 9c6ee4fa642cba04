# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Where topologies are found, and how a file and its overrides become a ``Topology``.

The one module below the supervisor that reads a user's files.
"""

from __future__ import annotations

import difflib
import posixpath
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import overrides as overriding
from pytest_dynamo.topology import recipes, strangers, yaml_text
from pytest_dynamo.topology.explain import explain
from pytest_dynamo.topology.model import EngineFile, Topology
from pytest_dynamo.topology.overrides import ENVIRONMENT, Override, from_environment
from pytest_dynamo.topology.parallel import assumed, parallel_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "ENVIRONMENT",
    "Override",
    "bundled",
    "find",
    "from_environment",
    "host_path",
    "load",
    "names",
    "read_document",
    "suites",
    "unnamed",
]

#: A file with fewer of a topology's keys, and no roles, is not one that lacks some.
_FEWEST = 3
SUFFIXES = (".yaml", ".yml")
#: What ``container.mounts`` may say for the directory of the topology file.
TOPOLOGY_DIR = "${TOPOLOGY_DIR}"


def bundled() -> Path:
    """Return the directory of the topologies that ship with the package."""
    return _beside_or_inside("topologies")


def suites() -> Path:
    """Return the directory of the suites that ship with the package."""
    return _beside_or_inside("suites")


def unnamed() -> Path:
    """Return the file that stands for a topology where a URL is given alone."""
    return Path(__file__).resolve().parent.parent / "data" / "a_server.yaml"


def _beside_or_inside(name: str) -> Path:
    package = Path(__file__).resolve().parent.parent
    inside = package / name  # a wheel; in a checkout it is beside the package
    return inside if inside.is_dir() else package.parent / name


def names(directories: Iterable[Path]) -> dict[str, Path]:
    """Return every topology on the search path by name; the first directory that has it wins.

    Raises:
        TopologyError: a directory of the search path cannot be listed.
    """
    found: dict[str, Path] = {}
    for directory in directories:
        if not directory.is_dir():
            continue
        try:
            files = sorted(directory.iterdir())
        except OSError as error:
            raise TopologyError(
                f"cannot be listed: {error.strerror}",
                where=str(directory),
                remedy="check its mode, or take it off dynamo_topology_path",
            ) from error
        for file in files:
            if file.suffix in SUFFIXES and file.is_file():
                found.setdefault(file.stem, file)
    return dict(sorted(found.items()))


def find(name: str, directories: Sequence[Path]) -> Path:
    """Return the file of a topology given by name or by path.

    Raises:
        TopologyError: there is none; names the nearest match and where was looked.
    """
    if _is_path(name):
        file = Path(name)
        if why_not := _why_not_a_file(file):
            raise TopologyError(why_not, where=f"--topology={name}", remedy="name a YAML file")
        return file
    known = names(directories)
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise TopologyError(
        f"no topology is called {name!r}",
        where=f"--topology={name}",
        evidence=f"looked in {', '.join(str(place) for place in directories)}",
        remedy=f"{hint}known: {', '.join(known) or 'none'}",
    )


def _is_path(name: str) -> bool:
    """Return whether a topology is named by its file, which may be called anything."""
    return "/" in name or name.endswith(SUFFIXES)


def read_document(path: Path, shown: str | None = None) -> yaml_text.Document:
    """Read one YAML file.

    Raises:
        TopologyError: it cannot be read, or is not one YAML document.
    """
    name = shown or str(path)
    if why_not := _why_not_a_file(path):
        raise TopologyError(why_not, where=name, remedy="name a YAML file")
    try:
        with path.open("rb") as file:
            raw = file.read(yaml_text.MAX_BYTES + 1)
    except OSError as error:
        raise TopologyError(
            f"cannot be read: {error.strerror}", where=name, remedy="check its mode"
        ) from error
    return yaml_text.read(yaml_text.decode(raw, name), name)


def load(
    name: str,
    directories: Sequence[Path],
    overrides: Iterable[Override] = (),
    *,
    of_logs: bool = False,
) -> Topology:
    """Return the topology called ``name``, with its engine files read and its overrides applied.

    Later overrides win. An override of a role that the topology does not have is left out when
    it comes from the environment, where the guides' variables of other examples may linger.
    With ``of_logs`` it only describes logs of somebody else's, whose engine files may be elsewhere:
    then a worker is taken to fill its GPUs, which is told as the source of ``roles.NAME.parallel``.

    Raises:
        TopologyError: with file and line, for a file or override that does not describe one.
    """
    path = find(name, directories)
    document = read_document(path, _shown(path))
    _check_kind(document)
    data = _copy(document.data)
    data.setdefault("name", path.stem)
    sources: dict[str, str] = {}
    splits: dict[str, str] = {}
    for override in overrides:
        if overriding.apply(data, override):
            sources[override.key] = override.source
    _expand_mounts(data, path, sources.get("container.mounts") or _at(document, "container.mounts"))
    files, problems = _engine_files(data, path)
    if of_logs:
        splits = _assume(data, files, problems)
        sources |= {f"roles.{name}.parallel": why for name, why in splits.items()}
        problems = {}
    try:
        topology = Topology.model_validate(data)
    except ValidationError as error:
        raise explain(error, document, sources) from error
    for role, problem in problems.items():
        key = f"roles.{role}.engine_config"
        problem.where = sources.get(key) or _at(document, key)
        raise problem
    if not _is_path(name) and topology.name != path.stem:
        raise TopologyError(
            f"name is {topology.name!r}, the file is called {path.stem!r}",
            where=sources.get("name") or _at(document, "name"),
            remedy="give both the same name",
        )
    topology._document = document  # noqa: SLF001 - ours; set once, here
    topology._sources = sources  # noqa: SLF001 - as above
    topology._engine_files = files  # noqa: SLF001 - as above
    topology._assumed = frozenset(splits)  # noqa: SLF001 - as above
    return topology


def host_path(container_path: str, mounts: str) -> str | None:
    """Return the host path that ``mounts`` shows as ``container_path``, None if none does."""
    wanted = posixpath.normpath(container_path)
    best: tuple[int, str] | None = None
    for pair in filter(None, mounts.split(",")):
        source, _, rest = pair.partition(":")
        target = (rest.split(":")[0] or source).rstrip("/")
        if wanted == target or wanted.startswith(f"{target}/"):
            here = source.rstrip("/") + wanted[len(target) :]
            if best is None or len(target) > best[0]:
                best = (len(target), here)
    return best[1] if best else None


def _why_not_a_file(path: Path) -> str | None:
    """Return what keeps a path from being a file to read, None when it is one."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "no such file"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except ValueError as error:  # a null byte
        return f"cannot be a path: {error}"
    if stat.S_ISDIR(mode):
        return "is a directory, not a file"
    return None if stat.S_ISREG(mode) else "is no regular file"


def _shown(path: Path) -> str:
    """Return the path relative to the working directory where it lies in it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (OSError, ValueError):  # elsewhere, or the working directory is gone
        return str(path)


def _at(document: yaml_text.Document, dotted: str) -> str:
    return str(document.where(tuple(dotted.split("."))))


def _check_kind(document: yaml_text.Document) -> None:
    data = document.data
    remedy = f"a topology has the keys {', '.join(Topology.model_fields)}"
    if not isinstance(data, dict) or not data:
        what = "the file is empty" if not data else "not a topology: the file holds no mapping"
        raise TopologyError(what, where=document.file, remedy=remedy)
    ours = "roles" in data and not recipes.is_second_schema(data)
    if not ours and (stranger := strangers.name_of(data)) is not None:
        what, instead = stranger
        raise TopologyError(
            f"neither a topology nor an engine's file: {what}",
            where=str(document.where()),
            remedy=instead,
        )
    if "roles" not in data and len(Topology.model_fields.keys() & data.keys()) < _FEWEST:
        if {"tensor_parallel_size", "tensor-parallel-size"} & data.keys():
            remedy = "this is an engine config: name it in roles.<role>.engine_config of a topology"
        raise TopologyError(
            f"a YAML of another kind: its keys are {', '.join(list(data)[:4])}, ...",
            where=str(document.where()),
            remedy=remedy,
        )


def _copy(value: Any) -> Any:  # Any: YAML data
    """Return YAML data whose mappings are no longer shared through aliases."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _expand_mounts(data: dict[str, Any], topology_file: Path, where: str) -> None:
    container = data.get("container")
    mounts = container.get("mounts") if isinstance(container, dict) else None
    if not isinstance(mounts, str) or TOPOLOGY_DIR not in mounts:
        return
    directory = str(topology_file.absolute().parent)
    if {":", ","} & set(directory):
        raise TopologyError(
            f"{TOPOLOGY_DIR} is {directory!r}, and mounts are separated by ':' and ','",
            where=where,
            remedy="move the topology to a directory without them",
        )
    data["container"]["mounts"] = mounts.replace(TOPOLOGY_DIR, directory)


def _engine_files(
    data: dict[str, Any], topology_file: Path
) -> tuple[dict[str, EngineFile], dict[str, TopologyError]]:
    """Read the engine file of each role and put its ``Parallel`` into ``data``."""
    files: dict[str, EngineFile] = {}
    problems: dict[str, TopologyError] = {}
    container, roles = data.get("container"), data.get("roles")
    stated = container.get("mounts") if isinstance(container, dict) else None
    mounts = stated if isinstance(stated, str) else ""
    for name, role in roles.items() if isinstance(roles, dict) else ():
        config = role.get("engine_config") if isinstance(role, dict) else None
        if not isinstance(config, str) or not config:
            continue
        path = _engine_path(config, topology_file, mounts)
        if path is None:
            if "parallel" not in role:
                problems[name] = TopologyError(
                    f"engine config {config} is under none of the mounts, so it cannot be read",
                    evidence=f"mounts: {mounts or 'none'}",
                    remedy=f"mount it, or state roles.{name}.parallel",
                )
            continue
        if why_not := _why_not_a_file(path):
            problems[name] = TopologyError(
                f"engine config {config}: {why_not}",
                evidence=f"looked for {path}",
                remedy="correct the path, or the mounts it is seen through",
            )
            continue
        document = read_document(path, _shown(path))
        if not isinstance(document.data, dict):
            problems[name] = TopologyError(
                f"engine config {document.file} holds no mapping",
                remedy="name the engine's YAML file",
            )
            continue
        file = EngineFile(path=str(path), data=document.data)
        file._document = document  # noqa: SLF001 - ours; set once, here
        files[name] = file
        given = role.get("parallel") or {}
        if isinstance(given, dict):
            role["parallel"] = {**parallel_of(document, name), **given}
    return files, problems


def _assume(
    data: dict[str, Any], files: Mapping[str, EngineFile], problems: Mapping[str, TopologyError]
) -> dict[str, str]:
    """Put the ``Parallel`` of roles that nothing tells into ``data``; return why, by role."""
    sources = {}
    roles = data.get("roles")
    for name, role in roles.items() if isinstance(roles, dict) else ():
        if not isinstance(role, dict) or "parallel" in role or name in files:
            continue
        if split := assumed(data, role):
            role["parallel"] = split
            why = problems[name].what if name in problems else "nothing tells how it is split"
            sources[name] = f"its GPUs, {split['tp']} a worker: {why}"
    return sources


def _engine_path(config: str, topology_file: Path, mounts: str) -> Path | None:
    if not config.startswith("/"):
        return topology_file.absolute().parent / config
    if mapped := host_path(config, mounts):
        return Path(mapped)
    return Path(config) if _why_not_a_file(Path(config)) is None else None
