# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Prefill and decode that do not fit: whose fault it is tells what their replicas have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.replicas import odd, settings
from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_dynamo.diagnosis.evidence import Evidence

RUN = "rank0 run python3 -m dynamo.trtllm --model-path m --extra-engine-args {} in background\n"
ALIKE, ODD = RUN.format("/mnt/prefill.yaml"), RUN.format("/mnt/prefill.yaml.bak")
ARGUMENTS = "(APIServer pid=1) INFO 12-18 15:14:02 [utils.py:253] non-default args: {{{}}}\n"
ENGINE = "[TRT-LLM] [I] TensorRT-LLM engine args: {{'kv_cache_config': {{'dtype': '{}'}}}}\n"
RELEASE = "(APIServer pid=1) INFO 12-18 15:14:03 [api_server.py:1351] vLLM API server version {}\n"
DIFFER = (
    "[TensorRT-LLM][ERROR] Assertion failed: Disagg server does not currently support these "
    "cacheState, please check the cacheState of the context and gen executors\n"
)
DECODE = "decode0 on node-decode0"


def of_prefills(count: int) -> LaunchPlan:
    """Return a plan of so many prefill workers and of decode0, each with one log."""
    names = [*(f"prefill{number}" for number in range(count)), "decode0"]
    workers = tuple(
        Worker(name, name[:-1], 0, name[:-1], (f"node-{name}",), ((0, 1),)) for name in names
    )
    processes = tuple(
        Process(name, name, "worker", ("rank",), f"{name}.log", (f"node-{name}",), ranks=(0, 1))
        for name in names
    )
    nodes = tuple(f"node-{name}" for name in names)
    return LaunchPlan("test", "local", "m", "http://node1:8000", "node1", nodes, workers, processes)


@pytest.mark.parametrize(
    ("prefills", "decode", "where", "remedy"),
    [
        ((ALIKE, ALIKE, ODD), "", "prefill2 on node-prefill2",
         "--extra-engine-args /mnt/prefill.yaml.bak, and they have --extra-engine-args /mnt/pre"),
        ((ODD, ALIKE, ALIKE), "", "prefill0 on node-prefill0", "start prefill0 as its replicas"),
        # an option that others do not have, and one that it lacks
        ((ALIKE, ALIKE.replace(" --e", " --trust --e"), ALIKE), "", "prefill1 on node-prefill1",
         "it has --trust, and they have no --trust"),
        ((ALIKE, ALIKE, RUN.replace(" --extra-engine-args {}", "")), "",
         "prefill2 on node-prefill2", "it has no --extra-engine-args, and they"),
        ((ARGUMENTS.format("'kv_cache_dtype': 'fp8'"), ARGUMENTS.format("'kv_cache_dtype': 'fp8'"),
          ARGUMENTS.format("'kv_cache_dtype': 'auto'")), "", "prefill2 on node-prefill2",
         "it has --kv-cache-dtype auto, and they have --kv-cache-dtype fp8"),
        ((ENGINE.format("fp8"), ENGINE.format("fp8"), ENGINE.format("auto")), "",
         "prefill2 on node-prefill2", "it has --dtype auto, and they have --dtype fp8"),
        # of two, what decode has too tells which
        ((RELEASE.format("0.13.0"), RELEASE.format("0.14.0rc1")), RELEASE.format("0.13.0"),
         "prefill1 on node-prefill1", "it has release 0.14.0rc1, and they have release 0.13.0"),
        ((RELEASE.format("0.14.0rc1"), RELEASE.format("0.14.0rc1")), RELEASE.format("0.13.0"),
         DECODE, None),
        ((RELEASE.format("0.13.0"), RELEASE.format("0.14.0rc1")), "",
         DECODE, None),
        ((ALIKE, ODD), ALIKE, DECODE, None),
        # nobody is odd where all are alike, or two are, each in its own way
        ((ALIKE, ALIKE, ALIKE), "", DECODE, None),
        ((ALIKE, ODD, RUN.format("/mnt/other.yaml")), "", DECODE, None),
        # or one does not tell, or they differ in what each has of its own
        ((ALIKE, ODD, ""), "", DECODE, None),
        (tuple(ALIKE.replace(" in", f" --port {port} in") for port in (1, 1, 2)), "",
         DECODE, None),
    ],
)  # fmt: skip
def test_the_worker_that_was_started_in_another_way_is_to_blame(
    spoken: Callable[..., Evidence],
    prefills: Sequence[str],
    decode: str,
    where: str,
    remedy: str | None,
) -> None:
    plan = of_prefills(len(prefills))
    said = {f"prefill{number}": text for number, text in enumerate(prefills)}
    said["decode0"] = decode + DIFFER

    found = diagnose(plan, None, [], spoken(plan, said))

    assert found
    assert (found.where, found.fault, found.known_issue) == (where, "config", "DKI306")
    assert found.remedy
    assert (remedy or "give both roles the same") in found.remedy


def test_the_odd_one_may_tell_of_it_itself(spoken: Callable[..., Evidence]) -> None:
    plan = of_prefills(3)
    said = {f"prefill{number}": ALIKE for number in range(2)} | {"prefill2": ODD + DIFFER}

    found = diagnose(plan, None, [], spoken(plan, said))

    assert found
    assert found.worker == "prefill2"
    assert "start prefill2 as its replicas" in str(found.remedy)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("+ vllm serve m --block-size=64 --seed 3 --host 10.0.0.1", {"block-size": "64"}),
        ("trtllm-serve m --tp_size 4 --backend 'x'", {"tp-size": "4", "backend": "x"}),
        ("args --block-size 64", {}),
        ("+ vllm serve m --api-key sk-123 --hf-token hf_123", {}),
        ("[TensorRT-LLM] TensorRT LLM version: 1.2.0rc3", {"release": "1.2.0rc3"}),
        ("[core.py:93] Initializing a V1 LLM engine (v0.13.0) with config", {"release": "0.13.0"}),
    ],
)
def test_what_a_line_tells_of_how_its_speaker_was_started(line: str, told: dict[str, str]) -> None:
    assert dict(settings(line)) == told


def test_of_two_processes_of_a_worker_the_first_tells_whichever_spoke_first(
    spoken: Callable[..., Evidence],
) -> None:
    plan = of_prefills(3)
    beside = replace(plan.processes[0], name="prefill0 (2)", log="prefill0_2.log")
    plan = replace(plan, processes=(*plan.processes, beside))
    said = {"prefill0 (2)": ODD} | {f"prefill{number}": ALIKE for number in range(3)}

    for order in (list(said), list(reversed(said))):
        evidence = spoken(plan, {name: said[name] for name in order})

        assert odd(plan, evidence) is None
        assert evidence.where.settings.of("prefill0", plan)["extra-engine-args"].value == (
            "/mnt/prefill.yaml"
        )
