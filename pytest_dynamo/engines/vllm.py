# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How vLLM workers are started under Dynamo, and what their ranks say meanwhile.

One task is started for each worker, and its ranks live inside: on one node as its children, over
several as actors of the Ray cluster that it finds there (guide 002). So one log holds the lines of
all ranks, and only what Ray or vLLM writes before them tells which.

A worker of guide 002 is a graph of ``dynamo serve``; one without a graph is ``python3 -m
dynamo.vllm``, which came with Dynamo 0.4.0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.engines import Milestone
from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import versions
from pytest_dynamo.topology.seen import engine_config, role_of

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

#: vllm/distributed/parallel_state.py: the first line since 0.10, the second since 0.7.
_JOINED = re.compile(
    r"world_size=(?P<world>\d+) rank=(?P<rank>\d+) local_rank=\d+ distributed_init_method="
)
_ASSIGNED = re.compile(r"rank (?P<rank>\d+) in world size (?P<world>\d+) is assigned as DP rank \d")
#: model_runner.py and gpu_model_runner.py: "Loading model weights took 14.99 GB" (before 0.8, then
#: with seconds), "Model loading took 14.99 GiB and 4.2 seconds" (engine V1).
_LOADED = re.compile(
    r"(?:Loading model weights|Model loading) took [\d.]+ Gi?B"
    r"(?:(?: memory)? and (?P<seconds>\d+(?:\.\d+)?) seconds)?"
)
_MILESTONES = (
    Milestone("joined", _JOINED, "joined the world"),
    Milestone("joined", _ASSIGNED, "joined the world"),
    Milestone("progress", re.compile(r"Starting to load model"), "loading weights"),
    Milestone(
        "progress",
        re.compile(r"(?P<stage>Loading \w+ checkpoint shards: +\d+%)"),
        "loading weights",
    ),
    Milestone("loaded", _LOADED, "weights loaded"),
    Milestone("progress", re.compile(r"Memory profiling takes"), "memory profiled"),
    Milestone("progress", re.compile(r"GPU KV cache size:|# \w+ blocks: \d+"), "KV cache sized"),
    Milestone("progress", re.compile(r"Capturing (?:CUDA|cudagraph)"), "capturing CUDA graphs"),
    Milestone(
        "progress",
        re.compile(r"init engine \(profile, create kv cache, warmup"),
        "engine initialised",
    ),
    Milestone("registered", re.compile(r"\bRegistered endpoint '"), "registered"),
    # vllm serve, which has no frontend of Dynamo before it and registers nowhere
    Milestone("registered", re.compile(r"\bINFO: +Application startup complete\."), "serves"),
)


class VLLM:
    """vLLM, one task for each worker."""

    name = "vllm"

    def command(self, topology: Topology, role: str) -> tuple[str, ...]:
        """Return the words of a worker's one task.

        Raises:
            TopologyError: this release of Dynamo has no words for it.
        """
        era = versions.dynamo(topology.versions.dynamo)
        here = role_of(topology, role)
        if here.graph is not None:
            return era.serve(here.graph.target, here.graph.config, here.graph.service_name)
        if era.graphs or not era.vllm_roles:
            raise TopologyError(
                f"Dynamo {era.asked} starts vLLM by `dynamo serve` only",
                where=str(topology.where(("roles", role))),
                remedy="give the role a graph, or name Dynamo 0.4.0 or later",
            )
        words: tuple[str, ...] = (
            "python3", "-m", "dynamo.vllm",
            "--model", topology.model.path,
            "--served-model-name", topology.model.served_name,
            "--tensor-parallel-size", str(here.parallel.tp),
        )  # fmt: skip
        if here.parallel.pp > 1:
            words += ("--pipeline-parallel-size", str(here.parallel.pp))
        if config := engine_config(topology, role):
            words += ("--config", config)
        if here.nodes_per_worker > 1:
            words += ("--distributed-executor-backend", "ray")
        words += era.vllm_roles.get(role, ())
        if topology.model.modality == "multimodal":
            words += ("--enable-multimodal",)
        return words

    def ranks_are_tasks(self, topology: Topology, role: str) -> bool:  # noqa: ARG002 - the contract
        """Return False: vLLM starts its ranks itself."""
        return False

    def environment(self, topology: Topology, role: str) -> dict[str, str]:  # noqa: ARG002 - the contract
        """Return the variables that the words need: none."""
        return {}

    def milestones(self, topology: Topology) -> tuple[Milestone, ...]:  # noqa: ARG002 - the contract
        """Return the lines by which ranks tell their progress; each era has some of them."""
        return _MILESTONES


ENGINE = VLLM()
