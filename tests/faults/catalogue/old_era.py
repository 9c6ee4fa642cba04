# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A lie of releases that are asked no longer: told of an engine that names its workers so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from faults.catalogue.engines import Engine, with_gpus
from faults.catalogue.records import in_plan
from faults.fault import Fault, tests
from faults.proxy import Ask, Lie, Reply

if TYPE_CHECKING:
    from pathlib import Path

PREFILL_FIRST = {"prefill": "tensorrt_llm", "backend": "tensorrt_llm_next"}
ENGINE = Engine()
DECODE_FIRST = {"prefill": "tensorrt_llm_next", "backend": "tensorrt_llm"}


def old(run: Path) -> None:
    """Have the record tell of workers of 0.4, of which the prefill workers are asked first."""

    def change(plan: dict[str, Any]) -> None:
        for worker in plan["workers"]:
            worker["component"] = PREFILL_FIRST[worker["component"]]

    with_gpus(run)
    in_plan(change)(run)


def named(components: dict[str, str], ask: Ask, reply: Reply) -> Reply:
    """Name the components of workers as 0.4 does."""
    if ask.path != "/health":
        return ENGINE.whole(ask, reply)
    data = reply.json
    for each in data["instances"]:
        each["component"] = components.get(each["component"], each["component"])
    return reply.saying(data)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "the strategy is not heeded",
        Lie(ask=ENGINE.ask, whole=partial(named, DECODE_FIRST)),
        tests(
            disaggregation="the_role_that_the_strategy_names_is_asked_first",
            startup="every_worker_is_registered_with_its_role",
        ),
        record=old,
        words=(
            "--dynamo-set=versions.dynamo=0.4.1",
            "--dynamo-set=disaggregation_strategy=prefill_first",
        ),
    ),
)
