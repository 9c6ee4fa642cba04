# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a run was asked for and with what, pinned for comparison with another.

Two runs of one topology that end differently differ in here, in the nodes they had
(``nodes.json``), or in nothing that a configuration can say.
"""

from __future__ import annotations

import platform
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo.launch.plan import masked
from pytest_dynamo.topology import places
from pytest_dynamo.topology.overrides import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.topology.model import Topology

#: Distributions on this host whose release decides how a run goes.
_DISTRIBUTIONS = (
    "pytest-dynamo", "ai-dynamo", "ai-dynamo-runtime", "tensorrt-llm", "vllm", "pytest",
    "pytest-xdist", "pydantic", "httpx",
)  # fmt: skip
#: Variables that engines, Dynamo, MPI, containers and the loader read.
_PREFIXES = (
    "APPTAINER", "CUDA_", "DYN_", "ENROOT_", "ETCD_", "HF_", "LD_", "NATS_", "NCCL_", "NVIDIA_",
    "OMPI_", "PMIX_", "PYTHON", "RAY_", "SBATCH_", "STANDIN_", "SALLOC_", "TLLM_", "TORCH",
    "TRTLLM_", "UCX_", "VLLM_",
)  # fmt: skip
_NAMES = frozenset({"PATH", "SLURM_CONF", "SLURM_MPI_TYPE", *ENVIRONMENT})


def lock(topology: Topology, plan: LaunchPlan, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``lock.json`` holds, which is any JSON; secrets are masked."""
    data = topology.model_dump(mode="json", exclude_none=True, exclude={"description", "origin"})
    data["environment"] = masked(topology.environment)
    return {
        "topology": data,
        "engine files": {name: file.data for name, file in topology.engine_files.items()},
        "image": _file(topology.container.image),
        "model": _model(topology),
        "versions": {
            "python": platform.python_version(),
            **{name: found for name in _DISTRIBUTIONS if (found := _release(name))},
        },
        "launch": {
            "launcher": plan.launcher,
            "stand-in": plan.stand_in,
            "processes": len(plan.processes),
            "notes": list(plan.notes),
        },
        "environment": masked(
            {
                key: value
                for key, value in environ.items()
                if key.startswith(_PREFIXES) or key in _NAMES
            }
        ),
    }


def _release(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _file(name: str | None) -> dict[str, Any] | None:  # Any: JSON
    """Return a file's name, size and time as far as seen from here: a digest takes minutes."""
    if not name:
        return None
    try:
        info = Path(name).stat()
    except OSError:  # in a registry, or on the nodes only
        return {"name": name}
    modified = datetime.fromtimestamp(info.st_mtime, tz=timezone.utc)
    return {"name": name, "bytes": info.st_size, "modified": modified.isoformat()}


def _model(topology: Topology) -> dict[str, Any] | None:  # Any: JSON
    """Return the configuration of a model in a directory that this host sees."""
    path = topology.model.path
    if not path.startswith("/"):
        return None
    here = places.host_path(path, topology.container.mounts) or path
    return _file(f"{here}/config.json")
