# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A worker has another number of ranks than its engine config asks for.

Why: Ranks are tasks of the step; the engine wants tp times pp times cp of them.

Remedy: Start as many tasks as tensor_parallel_size x pipeline_parallel_size x
context_parallel_size.

Source: TensorRT-LLM pull request 11294; before it this hangs
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI307",
    "world-size-differs",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "!= TP size",
        "External MPI session has ",
        "world_size must equal to",
        "MPI world size ",
        "equal to the MPI world size",
        "n_workers must be equal to",
        "is not equal to tensor",
        "MPI worldSize is expected to be equal",
        "mpiSize == tp * pp",
        "should be equal to tp_size * pp_size",
        "!= Runtime world size (",
        "does not match parallel_config.n_workers",
    ),
    pattern=r"MPI size \d+ != TP size|External MPI session has \d+ workers|world_size must equal to tp_size|MPI world size \d+ (?:is |does |!=|<|>)|less than or equal to the MPI world size|n_workers must be equal to|world_size \(\d+\) is not equal to tensor|MPI worldSize is expected to be equal|mpiSize == tp \* pp|world_size \d+ should be equal to tp_size|Engine world size \(|does not match parallel_config.n_workers",
    samples=(
        " 0: [TensorRT-LLM][ERROR] MPI size 8 != TP size 16 * PP size 1",
        "ValueError: External MPI session has 8 workers but the model needs world_size=16",
        "ValueError: world_size must equal to tp_size * pp_size * cp_size, but got 8 != 16 * 1 * 1",
        "ValueError: n_workers must be equal to the number of processes in MPI, got 8 vs 16",
        "AssertionError: n_workers must be less than or equal to the MPI world size, got 32 > 16",
        "AssertionError: MPI world size 4 is smaller than the model's world size 8",
        "RuntimeError: world_size (8) is not equal to tensor_model_parallel_size (4) x pipeline_model_parallel_size (1)",
        "[TensorRT-LLM][ERROR] Assertion failed: With communicationMode kLEADER, MPI worldSize is expected to be equal to tp*pp when participantIds are not specified (/workspace/tensorrt_llm/cpp/tensorrt_llm/executor/executorImpl.cpp:357)",
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: mpiSize == tp * pp (/app/tensorrt_llm/cpp/tensorrt_llm/runtime/worldConfig.cpp:80)",
        "ValueError: world_size 32 should be equal to tp_size * pp_size 16 ",
        "AssertionError: Engine world size (8 * 2) != Runtime world size (8)",
        "RuntimeError: MPI world size (4) does not match parallel_config.n_workers (8). Launch exactly n_workers MPI ranks under trtllm-llmapi-launch.",
    ),
    near_misses=(
        "tllm_mpi_size: 16",
        "rank5 run mgmn worker node with mpi_world_size: 16 ...",
        "MPI world size 8, rank 3",
    ),
)
