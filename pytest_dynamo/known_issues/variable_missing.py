# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A program needs an environment variable that is not set.

Why: The scripts export it elsewhere, or srun and the container do not pass it on.

Remedy: Export it, and name it in --export or --container-env.

Source: bash; Python, `os.environ`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI917",
    "variable-missing",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "unbound variable",
        "KeyError: '",
        "nvironment variable",
        "must be set to a valid",
        "either ",
        "an `Err` value: NotPresent",
        "Service host/port is not set",
    ),
    pattern=r": unbound variable|KeyError: '[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+'|[Ee]nvironment variable \S+ (?:is |was |must be )?(?:not set|unset|missing|empty|not defined|required|expected, but not set)|[Ee]nvironment variable not found|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+ environment variable (?:is )?not set|\b[Nn]either \$?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+ nor \$?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+ (?:is|was|are|were) (?:set|defined)|ERROR: [A-Z][A-Z0-9_]+ (?:was not set|must be set)|an `Err` value: NotPresent|ConfigException: Service host/port is not set",
    phase="launch",
    samples=(
        "Exception: POD_NAME environment variable not set",
        "Error: Unable to determine MPI world size. Neither SLURM_NTASKS nor OMPI_COMM_WORLD_SIZE is set.",
        "ERROR: ENGINE_CONFIG must be set to a valid Dynamo+TRTLLM engine config file.",
        "/work/start_worker.sh: line 12: HEAD_NODE_IP: unbound variable",
        "KeyError: 'SERVED_MODEL_NAME'",
        "ValueError: Environment variable HF_TOKEN is not set",
        "ValueError: Error initializing torch.distributed using env:// rendezvous: environment variable MASTER_ADDR expected, but not set",
        "Error: environment variable not found: DYN_NAMESPACE",
        "called `Result::unwrap()` on an `Err` value: NotPresent",
        "kubernetes.config.config_exception.ConfigException: Service host/port is not set.",
    ),
    near_misses=(
        "Neither min_p nor top_k is set",
        "KeyError: 'layers'",
        "KeyError: 'model.layers.0'",
        "set the environment variable `X=1` for more",
    ),
)
