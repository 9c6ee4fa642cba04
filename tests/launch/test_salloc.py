# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An allocation is asked for in words that can be typed."""

from __future__ import annotations

import pytest

from pytest_dynamo.launch.salloc import salloc
from pytest_dynamo.topology import places


@pytest.mark.parametrize(
    ("name", "nodes", "gpus"),
    [
        ("wide_ep_agg", 4, 4),
        ("wide_ep_disagg", 8, 4),
        ("mlperf_llama405b_disagg", 18, 4),
        ("trtllm_disagg_multinode", 2, 8),
    ],
)
def test_the_allocation_is_what_the_topology_needs(name: str, nodes: int, gpus: int) -> None:
    topology = places.load(name, [places.bundled()])

    assert salloc(topology, ("pytest", f"--topology={name}")) == (
        "salloc",
        f"--job-name=dynamo.{name}",
        "--time=05:00:00",
        f"--nodes={nodes}",
        f"--gres=gpu:{gpus}",
        "--exclusive",
        "pytest",
        f"--topology={name}",
    )
