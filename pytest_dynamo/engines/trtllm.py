# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How TensorRT-LLM workers are started under Dynamo, and what their ranks say meanwhile.

The words are those of the guides' worker script, which no longer runs: no shell stands between
``srun`` and ``trtllm-llmapi-launch``. Two deviations from it:

- An unset SERVED_MODEL_NAME was passed as an empty string; a topology always names the model.
- The script of commit 45934797 ran ``/mnt/components/worker.py`` out of the mounted checkout. That
  is kept for topologies that name this commit; one that names the release or the commit which the
  image was built from runs the module inside the image, and needs no checkout.

``dynamo serve`` runs without ``SLURM_JOBID``, ``SLURM_JOB_ID`` and ``SLURM_NODELIST``: its engine
spawns by MPI, which would try to do so through Slurm (dynamo issues 808 and 992). Guide 004 sets
SLURM_NODELIST to the host's name to the same end.
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
    from pytest_dynamo.topology.versions import Era

#: What makes MPI believe that it has to ask Slurm for processes.
_SLURM_FOR_MPI = ("SLURM_JOBID", "SLURM_JOB_ID", "SLURM_NODELIST")
#: Characters that ``trtllm-llmapi-launch`` does not pass on: it runs its arguments unquoted.
_SPLITS = re.compile(r"[\s*?\[]|^$")

#: tensorrt_llm/llmapi/trtllm-llmapi-launch; older ones write ``Rank0``.
_JOINED = re.compile(
    r"\b[Rr]ank(?P<rank>\d+) run mgmn (?:(?P<leader>leader)|worker) node "
    r"with mpi_world_size: (?P<world>\d+)"
)
#: tensorrt_llm/_torch/pyexecutor: model_loader.py, once per rank and model, without a timestamp.
_LOADED = re.compile(r"Model init total -- (?P<seconds>\d+(?:\.\d+)?) ?s")
#: weight_loader.py and modeling_utils.py: progress bars, in the wording of every release.
_LOADING = re.compile(
    r"(?P<stage>Loading (?:safetensors |bin )?weights"
    r"(?: in parallel| concurrently| serially)?: +\d+%)"
)
#: Dynamo's runtime since 1.0, and the stand-in; older workers say nothing of the kind.
_REGISTERED = re.compile(r"\bRegistered endpoint '|\brank0 registered ")
_MILESTONES = (
    Milestone("joined", _JOINED, "joined the MPI world"),
    Milestone("progress", re.compile(r"Prefetching [\d.]+ ?GB checkpoint files"), "prefetching"),
    Milestone("progress", _LOADING, "loading weights"),
    Milestone("loaded", _LOADED, "weights loaded"),
    Milestone("progress", re.compile(r"Max KV cache blocks per sequence"), "KV cache sized"),
    Milestone("progress", re.compile(r"\[Autotuner\] Autotuning process starts"), "autotuning"),
    Milestone(
        "progress",
        re.compile(r"(?:Creating CUDA graph instances|Running CUDA graph capture) for \d+ batch"),
        "capturing CUDA graphs",
    ),
    Milestone(
        "progress",
        re.compile(r"Initializing the worker with config"),
        "starting the Dynamo worker",
    ),
    Milestone("registered", _REGISTERED, "registered"),
)


class TensorRTLLM:
    """TensorRT-LLM with the PyTorch backend, one MPI rank for each GPU."""

    name = "trtllm"

    def command(self, topology: Topology, role: str) -> tuple[str, ...]:
        """Return the words that each rank of a worker runs, or those that serve its graph.

        Raises:
            TopologyError: this release of Dynamo has no words for it.
        """
        era = versions.dynamo(topology.versions.dynamo)
        graph = role_of(topology, role).graph
        if graph is not None:
            unset = tuple(word for name in _SLURM_FOR_MPI for word in ("-u", name))
            return ("env", *unset, *era.serve(graph.target, graph.config, graph.service_name))
        config = engine_config(topology, role)
        words = (
            *era.trtllm_worker,
            era.model_flag,
            topology.model.path,
            era.served_name_flag,
            topology.model.served_name,
            *((era.engine_config_flag, config) if config else ()),
            *self._mode(topology, role, era),
            *self._extras(topology, era),
        )
        for word in words:
            if _SPLITS.search(word):
                raise TopologyError(
                    f"trtllm-llmapi-launch splits its words at blanks, so {word!r} would not "
                    "arrive as one word",
                    where=str(topology.where(("model",))),
                    remedy="use names and paths without blanks and wildcards",
                )
        return ("trtllm-llmapi-launch", *words)

    def ranks_are_tasks(self, topology: Topology, role: str) -> bool:
        """Return whether each rank is a task: not in a graph, which starts its engine itself."""
        return role_of(topology, role).graph is None

    def environment(self, topology: Topology, role: str) -> dict[str, str]:  # noqa: ARG002 - the contract
        """Return the variables that the words need: the KV transport where the era needs one."""
        era = versions.dynamo(topology.versions.dynamo)
        chosen = {"TRTLLM_USE_UCX_KVCACHE", "TRTLLM_USE_NIXL_KVCACHE"} & topology.environment.keys()
        return {"TRTLLM_USE_UCX_KVCACHE": "1"} if era.ucx_variable and not chosen else {}

    def milestones(self, topology: Topology) -> tuple[Milestone, ...]:  # noqa: ARG002 - the contract
        """Return the lines by which ranks tell their progress; every release has these."""
        return _MILESTONES

    def _mode(self, topology: Topology, role: str, era: Era) -> tuple[str, ...]:
        words: tuple[str, ...] = ()
        if mode := era.mode_words.get(role):
            words += (era.mode_flag, mode)
        strategy = topology.disaggregation_strategy
        if strategy and topology.disaggregated and era.strategy_flag:
            words += (era.strategy_flag, strategy)
        return words

    def _extras(self, topology: Topology, era: Era) -> tuple[str, ...]:
        words: tuple[str, ...] = ()
        if topology.model.modality == "multimodal":
            if era.multimodal is None:
                raise TopologyError(
                    f"TensorRT-LLM workers of Dynamo {era.asked} take no images",
                    where=str(topology.where(("model", "modality"))),
                    remedy="--modality came with Dynamo 0.4.1: name such an image and version",
                )
            words += era.multimodal
        if topology.frontend.router == "kv":
            words += era.kv_events
        return words


ENGINE = TensorRTLLM()
