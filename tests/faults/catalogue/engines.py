# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies of an engine and of its GPUs, told of ranks that pass for one.

Stand-ins do not do what only an engine does. Here the record calls them one, and the proxy does it
in their place, so that what is asked of engines is asked of a deployment whose truth is known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from faults.catalogue.records import in_plan
from faults.fault import Fault, tests
from faults.lies import CHAT, OK
from faults.proxy import Ask, Lie, Reply, answer
from pytest_dynamo.suites.test_multimodal import BLUE, CORRUPT, CUT, NO_BASE64

if TYPE_CHECKING:
    from pathlib import Path

Plan = dict[str, Any]
COLOUR = "Which colour is this?"
TEXT_MODEL = "--dynamo-set=model.modality=text"


def passes_for_an_engine(plan: Plan) -> None:
    plan["stand_in"] = None
    for process in plan["processes"]:
        process["tokens"] = [word.replace("standin", "engine") for word in process["tokens"]]


def with_gpus(run: Path, *, used_mib: int = 3, shm: tuple[str, ...] = ()) -> None:
    """Call the ranks an engine, and show GPUs where none were seen before the launch."""
    in_plan(passes_for_an_engine)(run)
    path = run / "events.jsonl"
    events = [json.loads(line) for line in path.read_text().splitlines()]
    for event in events:
        if event["kind"] == "baseline":
            event["gpu_memory_mib"] = [used_mib] * 4
            event["shm"] = [*event["shm"], *shm]
    path.write_text("".join(f"{json.dumps(event)}\n" for event in events))


def unnamed(run: Path) -> None:
    """Call the ranks an engine, though the plan shows what they are."""
    with_gpus(run)
    shown = json.loads((run / "plan.json").read_text())
    for process in shown["processes"]:
        process["tokens"] = [word.replace("engine", "standin") for word in process["tokens"]]
    (run / "plan.json").write_text(json.dumps(shown))


def images(ask: Ask) -> list[str]:
    """Return the URLs of the images that a request asks about."""
    parts = [
        part
        for message in ask.json.get("messages") or ()
        if isinstance(message, dict) and isinstance(message.get("content"), list)
        for part in message["content"]
    ]
    return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]


@dataclass(frozen=True)
class Engine:
    """What is done as an engine does it; ``entries`` is how many log probabilities are too many."""

    draws: bool = True
    seeds: bool = True
    several: bool = True
    entries: int = 0
    refuses: tuple[str, ...] = (NO_BASE64, CUT, CORRUPT)
    blue: str = "blue"

    def ask(self, ask: Ask) -> Ask | Reply:
        """Refuse broken images, and do not ask the stand-in for what it does not do."""
        if ask.path != CHAT or not ask.json:
            return ask
        if any(url in self.refuses for url in images(ask)):
            return answer({"message": "Failed to load image", "code": 400}, 400)
        ask.kept["asked"] += 1
        return ask.but(logprobs=None, top_logprobs=None, **({"n": None} if two(ask) else {}))

    def whole(self, ask: Ask, reply: Reply) -> Reply:
        """Add what it does not do."""
        if ask.path != CHAT or reply.status != OK:
            return reply
        data = reply.json
        (choice,) = data["choices"]
        message = choice["message"]
        if ask.json.get("logprobs"):
            likely = {"token": "w", "logprob": -0.5, "bytes": [119]}
            entry = {**likely, "top_logprobs": [likely] * ask.json["top_logprobs"]}
            count = data["usage"]["completion_tokens"] + self.entries
            choice["logprobs"] = {"content": [entry] * count}
        drawn = ask.json.get("temperature") == 1 and not two(ask)
        if drawn and ((self.draws and "seed" not in ask.json) or not self.seeds):
            message["content"] = f"{ask.kept['asked']}{message['content']}"
        if COLOUR in ask.body.decode(errors="replace"):
            message["content"] = self.blue if images(ask) == [BLUE] else "red"
        if two(ask) and self.several:
            data["choices"].append({**choice, "index": 1})
        return reply.saying(data)


def two(ask: Ask) -> bool:
    return ask.json.get("n") == len("ab")


def engine(**does: Any) -> Lie:
    acts = Engine(**does)
    return Lie(ask=acts.ask, whole=acts.whole)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "a seed is not heeded",
        engine(seeds=False),
        tests(chat="a_seed_repeats_what_was_drawn"),
        record=with_gpus,
    ),
    Fault(
        "a temperature is not heeded",
        engine(draws=False),
        tests(chat="a_temperature_draws_different_answers"),
        record=with_gpus,
    ),
    Fault(
        "of two answers one is given",
        engine(several=False),
        tests(chat="two_answers_are_two_when_asked_for"),
        record=with_gpus,
    ),
    Fault(
        "a log probability is missing",
        engine(entries=-1),
        tests(chat="every_token_has_a_log_probability_when_asked_for"),
        record=with_gpus,
    ),
    Fault(
        "broken images are answered",
        engine(refuses=()),
        tests(multimodal="a_broken_image_is_refused"),
        record=with_gpus,
    ),
    Fault(
        "every image is red",
        engine(blue="red"),
        tests(multimodal="the_model_sees_the_colour"),
        record=with_gpus,
    ),
    Fault(
        "a text model answers about images",
        engine(),
        tests(multimodal="a_text_model_refuses_an_image"),
        record=with_gpus,
        words=(TEXT_MODEL,),
    ),
    Fault(
        "stand-ins are called an engine",
        engine(),
        tests(startup="the_engine_is_real"),
        record=unnamed,
    ),
    Fault(
        "somebody holds the memory of the GPUs",
        engine(),
        tests(cleanliness="the_gpus_were_empty_before_the_launch"),
        record=partial(with_gpus, used_mib=4096),
    ),
    Fault(
        "an earlier run has left the memory of its experts",
        engine(),
        tests(known_issues="no_expert_memory_was_left_by_an_earlier_run"),
        record=partial(with_gpus, shm=("moe_shared_0",)),
    ),
)
