# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Docker compose does not take its file.

Why: A key, a service, a volume or a network is not known, or a variable in a path is empty.

Remedy: Try it with `docker compose config`.

Source: compose-go, `loader` and `errdefs`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI828",
    "compose-refused",
    role="root",
    fault="config",
    engine="docker",
    texts=(
        "invalid compose project",
        "no configuration file provided: not found",
        "Additional property ",
        "depends on undefined service",
        "refers to undefined ",
        "env file ",
        "invalid spec: ",
        "empty section between colons",
        "no such service: ",
        "nvalid interpolation format",
        "required variable ",
        "declared as external, but could not be found",
        "additional properties '",
        "Compose file '",
        "Unsupported config option for services",
    ),
    pattern=r"invalid compose project|no configuration file provided: not found|Additional property \S+ is not allowed|depends on undefined service|refers to undefined (?:volume|network|config|secret)|env file \S+ not found|invalid spec: .*(?:empty section|colons)|no such service: |nvalid interpolation format|required variable \S+ is missing a value|declared as external, but could not be found|additional properties '\S+' not allowed|The Compose file '\S+' is invalid because|Unsupported config option for services",
    phase="launch",
    samples=(
        'service "worker" depends on undefined service "etcdd": invalid compose project',
        "no configuration file provided: not found",
        "validating /opt/docker-compose.yml: services.etcd Additional property imagee is not allowed",
        'service "worker" depends on undefined service etcdd',
        'service "worker" refers to undefined volume models: invalid compose project',
        "env file /opt/.env not found: stat /opt/.env: no such file or directory",
        "invalid spec: :/models: empty section between colons",
        "no such service: etcdd",
        'invalid interpolation format for services.worker.command: "${MODEL"',
        "error while interpolating services.worker.environment.MODEL: required variable MODEL is missing a value: set MODEL",
        "network dynamo-net declared as external, but could not be found",
        "validating /home/mlops/dynamo/deploy/docker-compose.yml: services.prefill additional properties 'gpu_count' not allowed",
        "ERROR: The Compose file './docker-compose.yml' is invalid because:",
        "Unsupported config option for services.worker: 'gpus'",
    ),
    near_misses=(
        "Container dynamo-etcd-1  Started",
        "the additional property is allowed",
        "the required variable is set",
    ),
)
