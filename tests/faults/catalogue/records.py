# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies in what is written of a run: its plan, its events, the logs of its ranks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from faults.fault import Fault, tests
from faults.lies import asked
from faults.proxy import Ask, Lie, Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Plan = dict[str, Any]

JOINED = "rank0 run mgmn leader node with mpi_world_size: 1 ...\n"


def in_plan(change: Callable[[Plan], object]) -> Callable[[Path], None]:
    def lie(run: Path) -> None:
        plan = json.loads((run / "plan.json").read_text())
        change(plan)
        (run / "plan.json").write_text(json.dumps(plan))

    return lie


def in_log(process: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def lie(run: Path) -> None:
        path = run / "logs" / f"{process}.log"
        text = path.read_text()
        path.write_text(change(text))
        assert path.read_text() != text

    return lie


def ended(run: Path) -> None:
    with (run / "events.jsonl").open("a") as events:
        events.write(json.dumps({"at": 0, "kind": "exited", "process": "frontend", "code": 1}))
        events.write("\n")


def never_listened(run: Path) -> None:
    path = run / "events.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    heard = [line for line in lines if '"listening", "process": "etcd"' not in line]
    assert len(heard) < len(lines)
    path.write_text("".join(heard))


def env(plan: Plan, process: str) -> dict[str, str]:
    found = next(each for each in plan["processes"] if each["name"] == process)
    environment: dict[str, str] = found["env"]
    return environment


def of_the_other_role(plan: Plan) -> None:
    worker = next(each for each in plan["workers"] if each["role"] == "prefill")
    worker.update(role="decode", component="backend")


def one_transport(plan: Plan) -> None:
    for process in plan["processes"]:
        if process["step"].startswith("prefill"):
            process["env"]["TRTLLM_USE_UCX_KVCACHE"] = "1"


def unscrubbed(plan: Plan) -> None:
    for process in plan["processes"]:
        process["scrub"] = []


def everywhere(ask: Ask, reply: Reply) -> Reply:
    if ask.path != "/health":
        return reply
    return reply.saying(reply.body.decode().replace("127.0.0.1:", "0.0.0.0:"))


def never_released(ask: Ask, reply: Reply) -> Reply:
    """Each stream is counted as under way for ever."""
    if ask.path != "/metrics":
        return reply
    more = f"\ndynamo_frontend_worker_active_decode_blocks {ask.kept['streams']}\n"
    return reply.saying(reply.body.decode() + more)


def counted(ask: Ask) -> Ask:
    ask.kept["streams"] += ask.streams
    return ask


FAULTS: tuple[Fault, ...] = (
    Fault(
        "a rank joined twice",
        Lie(),
        tests(startup="every_rank_joins_once_with_the_world_size_of_its_worker"),
        record=in_log("decode0.0", lambda text: f"{text}{JOINED}"),
    ),
    Fault(
        "nobody leads",
        Lie(),
        tests(startup="every_worker_has_one_leader_and_it_is_rank_0"),
        record=in_log("decode0.0", lambda text: text.replace("mgmn leader", "mgmn worker")),
    ),
    Fault(
        "a rank loaded nothing",
        Lie(),
        tests(startup="every_rank_loads_its_weights_once"),
        record=in_log("decode0.0", lambda text: text.replace("Model init total", "Model total")),
    ),
    Fault(
        "a worker was launched in the other role",
        Lie(),
        tests(startup="the_ranks_are_those_of_the_topology"),
        record=in_plan(of_the_other_role),
    ),
    Fault(
        "a process ended and nobody said so",
        Lie(),
        tests(cleanliness="every_process_of_the_plan_was_started_and_lives"),
        record=ended,
    ),
    Fault(
        "etcd was not waited for",
        Lie(),
        tests(known_issues="what_others_need_listened_before_they_started"),
        record=never_listened,
        needs="etcd",
    ),
    Fault(
        "one rank has a setting of its own",
        Lie(),
        tests(known_issues="every_rank_has_the_same_settings"),
        record=in_plan(lambda plan: env(plan, "prefill1.0").update(UCX_TLS="tcp")),
    ),
    Fault(
        "one role has another transport",
        Lie(),
        tests(known_issues="prefill_and_decode_hand_over_by_the_same_transport"),
        record=in_plan(one_transport),
    ),
    Fault(
        "two workers share their experts",
        Lie(),
        tests(known_issues="expert_memory_of_each_worker_has_a_name_of_its_own"),
        record=in_plan(
            lambda plan: env(plan, "prefill1.0").update(
                TRTLLM_EPLB_SHM_NAME=env(plan, "prefill0.0")["TRTLLM_EPLB_SHM_NAME"]
            )
        ),
    ),
    Fault(
        "a variable was exported with blanks",
        Lie(),
        tests(known_issues="every_variable_has_a_name"),
        record=in_plan(lambda plan: env(plan, "frontend").update({"MODEL =": "a/model"})),
    ),
    Fault(
        "processes are part of the job around them",
        Lie(),
        tests(known_issues="no_process_takes_itself_for_a_part_of_the_job_around_it"),
        record=in_plan(unscrubbed),
    ),
    Fault(
        "a frontend colours its log",
        Lie(),
        tests(known_issues="the_frontend_writes_no_colours_into_its_log"),
        record=in_log("frontend", lambda text: f"\x1b[2m{text}"),
    ),
    Fault(
        "blocks of requests are never released",
        Lie(ask=counted, whole=never_released),
        tests(known_issues="nothing_stays_in_use_when_requests_are_over"),
    ),
    Fault(
        "workers are advertised at every address",
        Lie(whole=everywhere),
        tests(known_issues="no_worker_is_advertised_at_every_address"),
    ),
    Fault(
        "answers without a limit stop at 32 tokens",
        asked(lambda ask: ask if "max_tokens" in ask.json else ask.but(max_tokens=32)),
        tests(known_issues="an_answer_without_a_limit_does_not_stop_at_32_tokens"),
    ),
)
