# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Where topologies are found, and how a file and its overrides become a ``Topology``.

The one module below the supervisor that reads files.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Where
from pytest_dynamo.topology import yaml_text
from pytest_dynamo.topology.model import EngineFile, Parallel, Topology

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SUFFIXES = (".yaml", ".yml")

#: The guides' environment variables and the topology value each one is. ``{role}`` variables
#: apply where the topology has that role.
ENVIRONMENT: Mapping[str, str] = {
    "IMAGE": "container.image",
    "MOUNTS": "container.mounts",
    "MODEL_PATH": "model.path",
    "SERVED_MODEL_NAME": "model.served_name",
    "MODALITY": "model.modality",
    "NUM_GPUS_PER_NODE": "hardware.gpus_per_node",
    "NUM_NODES": "roles.agg.nodes_per_worker",
    "NUM_PREFILL_NODES": "roles.prefill.nodes_per_worker",
    "NUM_DECODE_NODES": "roles.decode.nodes_per_worker",
    "NUM_PREFILL_WORKERS": "roles.prefill.workers",
    "NUM_DECODE_WORKERS": "roles.decode.workers",
    "ENGINE_CONFIG": "roles.agg.engine_config",
    "PREFILL_ENGINE_CONFIG": "roles.prefill.engine_config",
    "DECODE_ENGINE_CONFIG": "roles.decode.engine_config",
    "DISAGGREGATION_STRATEGY": "disaggregation_strategy",
    "HEAD_NODE_IP": "services.head_node_ip",
    "ETCD_ENDPOINTS": "services.etcd_endpoints",
    "NATS_SERVER": "services.nats_server",
}

#: The engines' own names of what ``Parallel`` holds.
_PARALLEL_KEYS: Mapping[str, Sequence[str]] = {
    "tp": ("tensor_parallel_size", "tensor-parallel-size"),
    "pp": ("pipeline_parallel_size", "pipeline-parallel-size"),
    "cp": ("context_parallel_size",),
    "ep": ("moe_expert_parallel_size",),
    "attention_dp": ("enable_attention_dp",),
}


@dataclass(frozen=True, slots=True)
class Override:
    """One value that replaces the file's: dotted key, text, and who said so."""

    key: str
    value: str
    source: str


def bundled() -> Path:
    """Return the directory of the topologies that ship with the package."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "topologies"
    return inside if inside.is_dir() else package.parent / "topologies"


def suites() -> Path:
    """Return the directory of the suites that ship with the package."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "suites"
    return inside if inside.is_dir() else package.parent / "suites"


def names(directories: Iterable[Path]) -> dict[str, Path]:
    """Return every topology on the search path by name; the first directory that has it wins."""
    found: dict[str, Path] = {}
    for directory in directories:
        if not directory.is_dir():
            continue
        for file in sorted(directory.iterdir()):
            if file.suffix in SUFFIXES and file.is_file():
                found.setdefault(file.stem, file)
    return dict(sorted(found.items()))


def find(name: str, directories: Sequence[Path]) -> Path:
    """Return the file of a topology given by name or by path.

    Raises:
        TopologyError: there is none; names the nearest match and where was looked.
    """
    if "/" in name or name.endswith(SUFFIXES):
        file = Path(name)
        if file.is_file():
            return file
        what = "is a directory, not a topology file" if file.is_dir() else "no such file"
        raise TopologyError(what, where=f"--topology={name}", remedy="name a YAML file")
    known = names(directories)
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise TopologyError(
        f"no topology is called {name!r}",
        where=f"--topology={name}",
        evidence=f"looked in {', '.join(str(place) for place in directories)}",
        remedy=f"{hint}known: {', '.join(known)}",
    )


def from_environment(environ: Mapping[str, str]) -> list[Override]:
    """Return the overrides that the guides' environment variables ask for."""
    return [
        Override(key, environ[name], f"environment {name}")
        for name, key in ENVIRONMENT.items()
        if environ.get(name)
    ]


def read_document(path: Path, shown: str | None = None) -> yaml_text.Document:
    """Read one YAML file.

    Raises:
        TopologyError: it cannot be read, or is not one YAML document.
    """
    name = shown or str(path)
    try:
        if path.is_file() and path.stat().st_size > yaml_text.MAX_BYTES:
            raw = b"\0" * (yaml_text.MAX_BYTES + 1)
        else:
            raw = path.read_bytes()
    except OSError as error:
        raise TopologyError(
            f"cannot be read: {error.strerror}", where=name, remedy="check the path and its mode"
        ) from error
    return yaml_text.read(yaml_text.decode(raw, name), name)


def load(
    name: str, directories: Sequence[Path], overrides: Iterable[Override] = ()
) -> Topology:
    """Return the topology called ``name``, with its engine files read and its overrides applied.

    Later overrides win. An override of a role that the topology does not have is left out when
    it comes from the environment, where the guides' variables of other examples may linger.

    Raises:
        TopologyError: with file and line, for a file or override that does not describe one.
    """
    path = find(name, directories)
    document = read_document(path, _shown(path))
    if not isinstance(document.data, dict):
        raise TopologyError(
            "not a topology: the file holds no mapping",
            where=document.file,
            remedy=f"a topology has the keys {', '.join(Topology.model_fields)}",
        )
    if not {"roles", "model"} & document.data.keys():
        keys = ", ".join(str(key) for key in list(document.data)[:4])
        raise TopologyError(
            f"a YAML of another kind: its keys are {keys}, ...",
            where=str(document.where()),
            remedy=f"a topology has the keys {', '.join(Topology.model_fields)}",
        )
    data = _copy(document.data)
    data.setdefault("name", path.stem)
    sources: dict[str, str] = {}
    for override in overrides:
        if _apply(data, override):
            sources[override.key] = override.source
    files, problems = _engine_files(data, path)
    try:
        topology = Topology.model_validate(data)
    except ValidationError as error:
        raise _explain(error, document, sources, data) from error
    for role, problem in problems.items():
        key = f"roles.{role}.engine_config"
        problem.where = sources.get(key) or str(document.where(("roles", role, "engine_config")))
        raise problem
    if topology.name != path.stem:
        raise TopologyError(
            f"name is {topology.name!r}, the file is called {path.stem!r}",
            where=str(document.where(("name",))),
            remedy="give both the same name",
        )
    topology._document = document  # noqa: SLF001 - ours; set once, here
    topology._sources = sources  # noqa: SLF001
    topology._engine_files = files  # noqa: SLF001
    return topology


def host_path(container_path: str, mounts: str) -> str | None:
    """Return the path on the host that ``mounts`` shows as ``container_path``, None if none does."""
    best: tuple[int, str] | None = None
    for pair in filter(None, mounts.split(",")):
        source, _, rest = pair.partition(":")
        target = (rest.split(":")[0] or source).rstrip("/")
        if container_path == target or container_path.startswith(target + "/"):
            here = source.rstrip("/") + container_path[len(target) :]
            if best is None or len(target) > best[0]:
                best = (len(target), here)
    return best[1] if best else None


def _shown(path: Path) -> str:
    """Return the shorter of the path as given and relative to here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _copy(value: Any) -> Any:  # Any: YAML data
    """Return YAML data whose mappings are no longer shared through aliases."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _apply(data: dict[str, Any], override: Override) -> bool:
    parts = override.key.split(".")
    if not all(parts):
        raise TopologyError(
            f"{override.key!r} is not a dotted key",
            where=override.source,
            remedy="write KEY=VALUE, as in model.path=/models/r1",
        )
    if parts[0] == "roles" and len(parts) > 1 and parts[1] not in (data.get("roles") or {}):
        if override.source.startswith("environment "):
            return False
        raise TopologyError(
            f"this topology has no role {parts[1]!r}",
            where=override.source,
            remedy=f"its roles: {', '.join(data.get('roles') or {})}",
        )
    here = data
    for part in parts[:-1]:
        below = here.setdefault(part, {})
        if not isinstance(below, dict):
            raise TopologyError(
                f"{part!r} holds a plain value, not a section", where=override.source
            )
        here = below
    here[parts[-1]] = None if override.value in ("null", "~") else override.value
    return True


def _engine_files(
    data: dict[str, Any], topology_file: Path
) -> tuple[dict[str, EngineFile], dict[str, TopologyError]]:
    """Read the engine file of each role and put its ``Parallel`` into ``data``."""
    files: dict[str, EngineFile] = {}
    problems: dict[str, TopologyError] = {}
    container = data.get("container") or {}
    if isinstance(container, dict) and isinstance(container.get("mounts"), str):
        container["mounts"] = container["mounts"].replace(
            "${TOPOLOGY_DIR}", str(topology_file.resolve().parent)
        )
    roles = data.get("roles")
    for name, role in roles.items() if isinstance(roles, dict) else ():
        config = role.get("engine_config") if isinstance(role, dict) else None
        if not isinstance(config, str) or not config:
            continue
        mounts = container.get("mounts") if isinstance(container, dict) else None
        path = _engine_path(config, topology_file, mounts if isinstance(mounts, str) else "")
        if path is None:
            if "parallel" not in role:
                problems[name] = TopologyError(
                    f"engine config {config} is under none of the mounts, so it cannot be read",
                    evidence=f"mounts: {mounts or 'none'}",
                    remedy="mount it, or state roles.{name}.parallel".replace("{name}", name),
                )
            continue
        if not path.is_file():
            problems[name] = TopologyError(
                f"engine config {config} does not exist",
                evidence=f"looked for {path}",
                remedy="correct the path, or the mounts it is seen through",
            )
            continue
        document = read_document(path, _shown(path))
        if not isinstance(document.data, dict):
            problems[name] = TopologyError(
                f"{document.file} holds no mapping, so it is no engine config",
                remedy="name the engine's YAML file",
            )
            continue
        file = EngineFile(path=document.file, data=document.data)
        file._document = document  # noqa: SLF001 - ours; set once, here
        files[name] = file
        if "parallel" not in role:
            role["parallel"] = _parallel(document)
    return files, problems


def _engine_path(config: str, topology_file: Path, mounts: str) -> Path | None:
    if not config.startswith("/"):
        return topology_file.resolve().parent / config
    if mapped := host_path(config, mounts):
        return Path(mapped)
    return Path(config) if Path(config).is_file() else None


def _parallel(document: yaml_text.Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    sections: list[tuple[tuple[str | int, ...], Mapping[str, Any]]] = [((), document.data)]
    # ``dynamo serve`` files name a component first: VllmWorker: {tensor-parallel-size: 8}
    sections += [((key,), value) for key, value in document.data.items() if isinstance(value, dict)]
    for field, keys in _PARALLEL_KEYS.items():
        for path, section in sections:
            key = next((key for key in keys if key in section), None)
            if key is None or section[key] is None:
                continue
            try:
                found[field] = Parallel.model_validate({field: section[key]}).model_dump()[field]
            except ValidationError as error:
                raise TopologyError(
                    f"{key} is {section[key]!r}: {error.errors()[0]['msg'].lower()}",
                    where=str(document.where((*path, key))),
                    remedy="give a whole number of at least 1",
                ) from error
            break
    return found


def _explain(
    error: ValidationError,
    document: yaml_text.Document,
    sources: Mapping[str, str],
    data: Mapping[str, Any],
) -> TopologyError:
    """Return the first of pydantic's complaints as a person would want it told; count the rest."""
    details = error.errors(include_url=False, include_context=False)
    first = next((item for item in details if item["type"] == "extra_forbidden"), details[0])
    path = tuple(part for part in first["loc"] if part != "[key]")
    dotted = ".".join(str(part) for part in path)
    source = next(
        (said for key, said in sources.items() if f"{key}.".startswith(f"{dotted}.")), None
    )
    where = source or str(document.where(path))
    remedy = None
    if first["type"] == "extra_forbidden":
        fields = _fields_at(path[:-1])
        near = difflib.get_close_matches(str(path[-1]), fields, n=1)
        what = f"unknown key {dotted!r}"
        hint = f"did you mean {near[0]}? " if near else ""
        remedy = f"{hint}accepted here: {', '.join(fields)}"
    elif first["type"] == "missing":
        what = f"key {dotted!r} is missing"
        where = str(document.where(path[:-1]))
    else:
        what = first["msg"].removeprefix("Value error, ")
        what = what[:1].lower() + what[1:]
        given = first.get("input")
        shown = f" = {given!r}" if isinstance(given, str | int | float | bool) else ""
        what = f"{dotted}{shown}: {what}" if dotted else what
    if len(details) > 1:
        what += f" (and {len(details) - 1} more)"
    return TopologyError(what, where=where, remedy=remedy)


def _fields_at(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the model accepts at a path."""
    here: Any = Topology  # Any: a model class or an annotation
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(part))
            here = _model_in(field.annotation) if field else None
        if here is None:
            return []
    return list(here.model_fields) if isinstance(here, type) else []


def _model_in(annotation: Any) -> Any:  # Any: typing's own objects
    """Return the model class inside ``Model | None`` or ``dict[str, Model]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_model_in(item) for item in getattr(annotation, "__args__", ())]
    return next((item for item in inner if item is not None), None)


__all__ = ["ENVIRONMENT", "Override", "Where", "bundled", "find", "from_environment", "host_path",
           "load", "names", "read_document", "suites"]
