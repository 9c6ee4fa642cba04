# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Topologies and clusters for the tests of engines and launchers."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from pytest_dynamo.launch.plan import Cluster, command_line, nodes_needed
from pytest_dynamo.topology.model import Topology

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.launch.plan import LaunchPlan, Process

#: A path with everything that a shell gives a meaning to.
HOSTILE = "/run dir/it's; \"quoted\"\n$(touch /tmp/pwned) `x` *\\"


def topology(**changes: Any) -> Topology:  # Any: YAML data
    """Return a small topology with some of its values changed."""
    values = {
        "name": "t",
        "description": "",
        "engine": "trtllm",
        "versions": {"dynamo": "0.4.1", "trtllm": "1.0.0rc6"},
        "model": {"path": "org/model", "served_name": "org/model"},
        "hardware": {"gpu": "GB200", "gpus_per_node": 4},
        "roles": {"agg": {}},
        "container": {"runtime": "none"},
    }
    return Topology.model_validate({**values, **changes})


def disaggregated(**changes: Any) -> Topology:  # Any: YAML data
    """Return a topology with a TP4 prefill and a TP4 decode worker, some of its values changed."""
    role = {"parallel": {"tp": 4}}
    return topology(**{"roles": {"prefill": role, "decode": role}, **changes})


def cluster(described: Topology, **changes: Any) -> Cluster:  # Any: fields of a cluster
    """Return a cluster that holds a topology, some of its fields changed."""
    fields = {
        "nodes": tuple(f"node{number + 1}" for number in range(nodes_needed(described))),
        "gpus_per_node": described.hardware.gpus_per_node,
        "run_id": "run-1",
        "run_dir": "/runs/run-1",
        "job_id": "4242",
        "account": "lab",
        "ports": tuple(range(20000, 20400)),
        "directory": "/home/me/checkout",
        "programs": {
            "python": "/venv/bin/python",
            "standin": "/venv/standin",
            "etcd": "/usr/bin/etcd",
            "nats-server": "/usr/sbin/nats-server",
        },
    }
    return Cluster(**{**fields, **changes})


def process(plan: LaunchPlan, name: str) -> Process:
    """Return the process of that name."""
    return next(item for item in plan.processes if item.name == name)


def words_after(tokens: tuple[str, ...], option: str) -> str:
    """Return the word that follows an option."""
    return tokens[tokens.index(option) + 1]


def probe(directory: Path) -> Path:
    """Return a program that says the variables and words it was started with."""
    file = directory / "probe; it's \"quoted\""
    says = "env -0; printf '\\0'; for word; do printf '%s\\0' \"$word\"; done"
    file.write_text(f"#!/bin/sh\n{says}\n")
    file.chmod(0o700)
    return file


def as_the_shell_reads_it(item: Process) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the variables and words of a process that runs a ``probe``, as ``sh`` takes them."""
    out = subprocess.run(
        ["/bin/sh", "-c", command_line(item)],
        capture_output=True,
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    ).stdout.decode()
    variables, _, words = out.partition("\0\0")
    found = dict(entry.split("=", 1) for entry in variables.split("\0") if entry)
    return found, tuple(words.split("\0")[:-1])
