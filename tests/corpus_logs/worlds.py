# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The deployments whose logs the corpus holds: 1 to 72 ranks, and every era that ships logs.

A world is a topology, a way of naming nodes, and how its releases write the time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from pytest_dynamo.launch import local, slurm
from pytest_dynamo.launch.plan import Cluster, LaunchPlan, nodes_needed
from pytest_dynamo.topology.model import Topology

_R1 = {"path": "nvidia/DeepSeek-R1-FP4", "served_name": "nvidia/DeepSeek-R1-FP4"}
_MAVERICK = {
    "path": "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
    "served_name": "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
    "modality": "multimodal",
}
_405B = {
    "path": "nvidia/Llama-3.1-405B-Instruct-FP4",
    "served_name": "meta-llama/Llama-3.1-405B-Instruct",
}
_8B = {
    "path": "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    "served_name": "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
}
_GPT_OSS = {"path": "openai/gpt-oss-120b", "served_name": "openai/gpt-oss-120b"}
_F9B = "f9b1757f32d0793abbb625ed4467eab133924671"
_459 = "45934797234430f6c96a439c4be58da501a1391e"
_GB200 = {"gpu": "GB200", "gpus_per_node": 4}
_H100 = {"gpu": "H100", "gpus_per_node": 8}
_H200 = {"gpu": "H200", "gpus_per_node": 8}


def _role(tp: int, nodes: int = 1, workers: int = 1) -> dict[str, Any]:
    return {"parallel": {"tp": tp}, "nodes_per_worker": nodes, "workers": workers}


#: name: engine, Dynamo, engine's version, model, hardware, roles, how nodes are named
_WORLDS: dict[str, tuple[Any, ...]] = {
    "agg1": ("trtllm", "0.3.2", "0.21.0", _8B, _H100, {"agg": _role(1)}, "dgx{:02d}"),
    "agg1_new": ("trtllm", "1.6.1", "1.3.0rc29", _8B, _H200, {"agg": _role(1)}, "h200-{:03d}"),
    "agg4": ("trtllm", "0.9.1", "1.2.0rc6", _GPT_OSS, _GB200, {"agg": _role(4)}, "gb-nvl-{:02d}"),
    "agg8": ("trtllm", "0.5.1", "1.1.0rc3", _GPT_OSS, _H100, {"agg": _role(8)}, "ip-10-4-3-{:d}"),
    "agg16": ("trtllm", _F9B, "1.0.0rc0", _R1, _GB200, {"agg": _role(16, 4)}, "node{:d}"),
    "agg16_new": ("trtllm", "1.6.1", "1.3.0rc29", _R1, _GB200, {"agg": _role(16, 4)},
                  "gb300r2n{:02d}"),
    "disagg2": ("trtllm", "0.6.1", "1.1.0rc5", _8B, _H100,
                {"prefill": _role(1), "decode": _role(1)}, "hgx{:02d}"),
    "disagg4": ("trtllm", "1.2.1", "1.3.0rc11", _GPT_OSS, _H200,
                {"prefill": _role(2), "decode": _role(2)}, "c{:04d}"),
    "maverick16": ("trtllm", "0.4.1", "1.0.0rc6", _MAVERICK, _GB200,
                   {"prefill": _role(8, 2), "decode": _role(8, 2)}, "nid{:06d}"),
    "disagg32": ("trtllm", _F9B, "1.0.0rc0", _R1, _GB200,
                 {"prefill": _role(16, 4), "decode": _role(16, 4)}, "gb200-{:02d}"),
    "disagg32_new": ("trtllm", "1.4.2", "1.3.0rc24", _R1, _GB200,
                     {"prefill": _role(16, 4), "decode": _role(16, 4)}, "lyris{:04d}"),
    "mlperf72": ("trtllm", _459, "1.0.0rc0", _405B, _GB200,
                 {"prefill": _role(4, 1, 14), "decode": _role(4, 1, 4)}, "t{:02d}"),
    "many72": ("trtllm", "1.0.2", "1.3.0rc1", _405B, _GB200,
               {"prefill": _role(8, 2, 5), "decode": _role(32, 8)}, "nvl72d{:03d}"),
    "vllm8": ("vllm", "0.5.1", "0.10.1", _8B, _H100, {"agg": _role(8)}, "a3-{:02d}"),
    "vllm_disagg8": ("vllm", "1.6.1", "0.31.0", _8B, _H100,
                     {"prefill": _role(4), "decode": _role(4)}, "cw-h100-{:02d}"),
    "vllm_ray16": ("vllm", "0.9.1", "0.13.0", _405B, _H100, {"agg": _role(16, 2)}, "ray{:02d}"),
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """One deployment on one cluster, planned."""

    name: str
    engine: str
    dynamo: str
    topology: Topology
    plan: LaunchPlan

    @property
    def era(self) -> tuple[int, int]:
        """The release of Dynamo whose words its lines have."""
        version = "0.3.2" if len(self.dynamo) == 40 else self.dynamo
        major, minor, *_ = version.split(".")
        return int(major), int(minor)

    @property
    def model(self) -> str:
        """The served name."""
        return self.topology.model.served_name


def dice(name: str) -> random.Random:
    """Return a generator that draws the same for the same name."""
    return random.Random(name)  # noqa: S311 - the same logs on every run


def names() -> list[str]:
    """Return the worlds there are."""
    return list(_WORLDS)


def size(name: str) -> int:
    """Return how many ranks a world has."""
    roles = _WORLDS[name][5]
    return sum(role["parallel"]["tp"] * role["workers"] for role in roles.values())


def world(name: str, rng: random.Random, *, by: str = "slurm") -> World:
    """Return a world on nodes of its own naming, planned by a launcher."""
    engine, dynamo, version, model, hardware, roles, scheme = _WORLDS[name]
    topology = Topology.model_validate(
        {
            "name": name,
            "description": "a deployment of the corpus",
            "engine": engine,
            "versions": {"dynamo": dynamo, engine: version},
            "model": model,
            "hardware": hardware,
            "roles": roles,
            "container": {"runtime": "none"},
            **({"ray": {"port": 6379}} if "ray" in name else {}),
        }
    )
    first = rng.randint(1, 40)
    count = nodes_needed(topology)
    cluster = Cluster(
        nodes=tuple(scheme.format(first + number) for number in range(count)),
        gpus_per_node=hardware["gpus_per_node"],
        run_id=f"run-{rng.randint(1000, 9999)}",
        run_dir="/lustre/runs/run",
        job_id=str(rng.randint(1000, 2_000_000)),
        account="lab",
        ports=tuple(range(20000, 20000 + 400)),
        programs={
            "python": "/venv/bin/python",
            "standin": "/venv/standin",
            "etcd": "/usr/bin/etcd",
            "nats-server": "/usr/sbin/nats-server",
        },
        directory="/home/user/dynamo",
    )
    launcher = {"slurm": slurm.LAUNCHER, "local": local.LAUNCHER}[by]
    return World(name, engine, dynamo, topology, launcher.plan(topology, cluster))
