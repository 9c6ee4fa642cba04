# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The options and ini keys, with their help texts.

A help text begins with a capital and, being one phrase, has no full stop: pytest-xdist's rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def add(parser: pytest.Parser) -> None:
    """Add all of them to pytest's own."""
    group = parser.getgroup("dynamo", "multi-node LLM deployments (pytest-dynamo)")
    group.addoption(
        "--topology",
        dest="dynamo_topology",
        metavar="NAME|FILE",
        help="Deployment to validate; 'all' with --dynamo-dry-run",
    )
    group.addoption(
        "--topologies",
        dest="dynamo_topologies",
        action="store_true",
        help="List the topologies with origin, shape and GPUs, and exit",
    )
    group.addoption(
        "--dynamo-dry-run",
        dest="dynamo_dry_run",
        action="store_true",
        help="Check the configuration and print the launch plan; start nothing",
    )
    group.addoption(
        "--dynamo-explain",
        dest="dynamo_explain",
        metavar="CODE",
        help="Print the documentation of a rule or a known issue, and exit",
    )
    group.addoption(
        "--dynamo-diff",
        dest="dynamo_diff",
        metavar="A,B",
        help="Print what differs between two run directories, and exit",
    )
    group.addoption(
        "--dynamo-clean",
        dest="dynamo_clean",
        action="store_true",
        help="Remove what runs that are over left on the allocation's nodes or here, and exit",
    )
    group.addoption(
        "--dynamo-launcher",
        dest="dynamo_launcher",
        metavar="NAME",
        help="auto (slurm inside an allocation, else local), slurm, ray, local, virtual-slurm",
    )
    group.addoption(
        "--dynamo-allocate",
        dest="dynamo_allocate",
        action="store_true",
        help="Outside an allocation, ask Slurm for one, wait for it, and give it back at the end",
    )
    group.addoption(
        "--dynamo-slurm",
        dest="dynamo_slurm",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="How this site's Slurm is spoken to: account, partition, time, wait, gpus, step_gpus, "
        "mpi, segment, salloc, srun; repeatable",
    )
    group.addoption(
        "--dynamo-replay",
        dest="dynamo_replay",
        metavar="DIR",
        help="Judge a recorded run, or a folder of logs with a topology; start nothing",
    )
    group.addoption(
        "--dynamo-url",
        dest="dynamo_url",
        metavar="URL",
        help="Judge a server that runs already, with or without --topology; start and stop nothing",
    )
    group.addoption(
        "--dynamo-keep",
        dest="dynamo_keep",
        action="store_true",
        help="Leave the deployment up at the end; print how to use and how to stop it",
    )
    group.addoption(
        "--dynamo-exclusive",
        dest="dynamo_exclusive",
        action="store_true",
        help="Run, after all others, also the tests that kill parts of what was launched",
    )
    group.addoption(
        "--dynamo-peer",
        dest="dynamo_peer",
        metavar="URL",
        help="Frontend that serves the same model aggregated, to compare greedy answers with",
    )
    group.addoption(
        "--dynamo-set",
        dest="dynamo_set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="Override one value of the topology, as in model.path=/models/r1; repeatable",
    )
    group.addoption(
        "--dynamo-allow",
        dest="dynamo_allow",
        metavar="CODE",
        action="append",
        default=[],
        help="Let a finding of this code or name pass; repeatable",
    )
    group.addoption(
        "--dynamo-run-dir",
        dest="dynamo_run_dir",
        metavar="DIR",
        help="Where the run is written (default: dynamo-runs/TIME-TOPOLOGY)",
    )
    group.addoption(
        "--dynamo-sarif",
        dest="dynamo_sarif",
        metavar="FILE",
        help="Write the findings as SARIF 2.1.0, for code scanning",
    )
    group.addoption(
        "--dynamo-stated",
        dest="dynamo_stated",
        metavar="FILE",
        action="append",
        default=[],
        help="Guide, batch script or user.conf whose numbers must agree; repeatable",
    )
    parser.addini("dynamo_topology", "Default of --topology", default="")
    parser.addini(
        "dynamo_topology_path", "Directories with topologies of your own", type="paths", default=[]
    )
    parser.addini("dynamo_launcher", "Default of --dynamo-launcher", default="")
    parser.addini("dynamo_set", "As --dynamo-set, one a line", type="linelist", default=[])
    parser.addini("dynamo_slurm", "As --dynamo-slurm, one a line", type="linelist", default=[])
    parser.addini("dynamo_allow", "As --dynamo-allow, one a line", type="linelist", default=[])
    parser.addini("dynamo_run_dir", "Default of --dynamo-run-dir", default="")
    parser.addini(
        "dynamo_exit_codes",
        "Exit with a status for each verdict: config 10, infrastructure 11, product 12, "
        "leftover 13, unproven 14",
        type="bool",
        default=False,
    )
