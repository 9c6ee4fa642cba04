# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What stands around a topology on this host: the model's directory, files, the allocation.

The rules read nothing themselves; this is where what they ask for is read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.rules import Context
from pytest_dynamo.rules import _statements as statements
from pytest_dynamo.rules._case import Directory, Statement
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_dynamo.topology.model import Topology
    from pytest_dynamo.topology.yaml_text import Document

_JSON = ("config.json", "hf_quant_config.json", "model.safetensors.index.json")
#: The largest JSON read; the index of DeepSeek-R1's 163 parts has 9 MB.
_MAX_JSON_BYTES = 64 * 1024 * 1024
#: The largest text in which statements are looked for.
_MAX_TEXT_BYTES = 2 * 1024 * 1024
_BALANCERS = (("moe_config", "load_balancer"), ("moe_load_balancer",),
              ("pytorch_backend_config", "moe_load_balancer"))  # fmt: skip


def around(topology: Topology, environ: Mapping[str, str], texts: Iterable[Path] = ()) -> Context:
    """Return what this host knows around a topology.

    ``texts`` are guides, batch scripts and benchmark settings that state numbers of it.

    Raises:
        TopologyError: a text or a file that an engine file names cannot be read.
    """
    nodes = environ.get("SLURM_JOB_NUM_NODES", "")
    return Context(
        allocated_nodes=int(nodes) if nodes.isascii() and nodes.isdecimal() else None,
        files=_files(topology),
        model=_model(topology, environ),
        statements=tuple(said for path in texts for said in _said(path)),
    )


def _on_host(topology: Topology, path: str) -> Path | None:
    """Return where a path of the container lies on this host, None where nobody knows."""
    if mapped := places.host_path(path, topology.container.mounts):
        return Path(mapped)
    seen_as_is = topology.container.runtime == "none" or not topology.container.mounts
    return Path(path) if seen_as_is or Path(path).exists() else None


def _files(topology: Topology) -> dict[str, Document | None]:
    found: dict[str, Document | None] = {}
    for engine in topology.engine_files.values():
        for keys in _BALANCERS:
            value: Any = engine.data  # Any: YAML data
            for key in keys:
                value = value.get(key) if isinstance(value, dict) else None
            if not isinstance(value, str) or not value.startswith("/"):
                continue
            mapped = places.host_path(value, topology.container.mounts)
            here = Path(mapped or value)
            if here.is_file():
                found[value] = places.read_document(here)
            elif mapped and here.parent.is_dir():
                found[value] = None
    return found


def _model(topology: Topology, environ: Mapping[str, str]) -> Directory | None:
    path = topology.model.path
    local = path.startswith("/")
    directory = _on_host(topology, path) if local else _in_cache(path, environ)
    if directory is None or not directory.is_dir():
        return None
    try:
        sizes = {item.name: _size(item) for item in sorted(directory.iterdir())}
    except OSError as error:
        return Directory(str(directory), {}, problems={".": f"cannot be listed: {error.strerror}"})
    data: dict[str, Mapping[str, object]] = {}
    problems: dict[str, str] = {}
    for name in _JSON:
        if name not in sizes:
            continue
        read = _json(directory / name)
        if isinstance(read, str):
            problems[name] = read
        else:
            data[name] = read
    return Directory(str(directory), sizes, data, problems)


def _in_cache(repository: str, environ: Mapping[str, str]) -> Path | None:
    """Return the snapshot of a repository in the Hugging Face cache, None if it is not there."""
    home = environ.get("HF_HOME") or f"{environ.get('HOME', '')}/.cache/huggingface"
    folder = Path(environ.get("HF_HUB_CACHE") or f"{home}/hub")
    folder /= f"models--{repository.replace('/', '--')}"
    main = folder / "refs" / "main"
    try:
        revision = main.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError, ValueError):
        return None  # not downloaded here: the table of known models is asked instead
    return folder / "snapshots" / revision


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0  # a dangling link of a cache: a part that is not there


def _json(path: Path) -> dict[str, object] | str:
    """Return the mapping of a JSON file, or what is wrong with it."""
    if not path.is_file():
        return "is no file"
    if path.stat().st_size > _MAX_JSON_BYTES:
        return f"has more than {_MAX_JSON_BYTES} bytes"
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except (ValueError, RecursionError) as error:
        return f"is not JSON: {error}"
    return data if isinstance(data, dict) else "holds no mapping"


def _said(path: Path) -> tuple[Statement, ...]:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_TEXT_BYTES)
    except OSError as error:
        raise TopologyError(
            f"cannot be read: {error.strerror}", where=str(path), remedy="check the path"
        ) from error
    return statements.read(raw.decode("utf-8", errors="replace"), str(path))
