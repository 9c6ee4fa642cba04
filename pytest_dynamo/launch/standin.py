# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How the stand-ins are worded: a rank in the place of a GPU's, and the real Dynamo frontend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.errors import PlanError
from pytest_dynamo.topology import versions

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import Cluster, Worker
    from pytest_dynamo.topology.model import Topology

#: The first TensorRT-LLM that loads weights in threads and says so.
_CONCURRENT = "1.3.0rc0"


def component(role: str) -> str:
    """Return the component that a stand-in registers as: that of Dynamo 1.3 and later."""
    return "prefill" if role == "prefill" else "backend"


def rank(
    topology: Topology, cluster: Cluster, worker: Worker, rendezvous: str
) -> tuple[str, ...]:
    """Return the words of a rank; which one it is comes from SLURM_PROCID and SLURM_NTASKS.

    Without site-packages (-S), with which each rank would take twice as long to start; rank 0
    looks for them itself.
    """
    release = topology.versions.trtllm
    new = release is None or versions.trtllm(release).between(since=_CONCURRENT)
    return (
        program(cluster, "python"), "-E", "-s", "-S", f"{program(cluster, 'standin')}/rank.py",
        "--worker", worker.name,
        "--role", worker.role,
        "--rendezvous", rendezvous,
        "--model-name", topology.model.served_name,
        "--model-path", tokenizer(cluster),
        "--endpoint", f"dynamo.{worker.component}.generate",
        "--load-seconds", f"{topology.local.load_seconds:g}",
        "--era", "2026" if new else "2025",
    )  # fmt: skip


def frontend(topology: Topology, cluster: Cluster, host: str, port: int) -> tuple[str, ...]:
    """Return the words of the frontend."""
    return (
        program(cluster, "python"), "-E", "-s", f"{program(cluster, 'standin')}/frontend.py",
        "--host", host,
        "--port", str(port),
        "--router", topology.frontend.router,
    )  # fmt: skip


def tokenizer(cluster: Cluster) -> str:
    """Return the directory of the model that the stand-ins serve."""
    return f"{program(cluster, 'standin')}/tokenizer"


def program(cluster: Cluster, name: str) -> str:
    """Return the path of a program of this host.

    Raises:
        PlanError: it was not found.
    """
    if name not in cluster.programs:
        raise PlanError(
            f"the path of {name} is not known",
            evidence=f"known: {', '.join(sorted(cluster.programs)) or 'nothing'}",
            remedy=f"install {name}, or put it on PATH",
        )
    return cluster.programs[name]
