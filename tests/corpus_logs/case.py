# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One case as its file describes it: who says what, when, how it ends, and what the truth is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CASES = Path(__file__).parent / "cases"
#: When a fault strikes, by phase, in the seconds of ``healthy.py``.
STRIKES = {"services": 1.5, "launch": 9.0, "load": 40.0, "registration": 88.0, "serving": 131.0}

_WHO = re.compile(r"(?P<srun>srun@)?(?P<step>[a-z]+[\w.]*)(?::(?P<ranks>\*|[\d,-]+))?")


@dataclass(frozen=True)
class Who:
    """Whose lines these are: a process, some ranks of it, or the ``srun`` that started it."""

    step: str
    ranks: tuple[int, ...] | None = None
    every: bool = False
    srun: bool = False

    @classmethod
    def parse(cls, text: str) -> Who:
        """Return who ``decode0:4-7``, ``agg0:*``, ``frontend`` and ``srun@decode0`` are."""
        match = _WHO.fullmatch(text)
        if match is None:
            raise ValueError(text)
        ranks, every = None, match["ranks"] == "*"
        if match["ranks"] and not every:
            ranks = tuple(
                rank
                for part in match["ranks"].split(",")
                for rank in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)
            )
        return cls(match["step"], ranks, every, match["srun"] is not None)


@dataclass(frozen=True)
class Act:
    """Something that happens at a time: lines, and perhaps an end.

    ``ends`` is an exit status, or minus a signal; None goes on. ``quiet`` says nothing after.
    """

    who: Who
    at: float
    says: str = ""
    ends: int | None = None
    quiet: bool = False
    spread: float = 0.0

    @classmethod
    def parse(cls, data: Mapping[str, Any], default_at: float) -> Act:
        """Return an act out of its YAML; ``after`` counts from the fault."""
        at = data.get("at", default_at + data.get("after", 0.0))
        return cls(
            Who.parse(data["who"]),
            float(at),
            data.get("says", ""),
            data.get("ends"),
            bool(data.get("quiet", data.get("ends") is not None)),
            float(data.get("spread", 0.0)),
        )


@dataclass(frozen=True)
class Case:
    """One bundle to make, with its label.

    ``symptom`` is None and ``faults`` is empty for a healthy one, and where the references leave
    two classes open both are in ``faults``; ``seen`` is whether a pattern was written with
    its words in sight; ``outcome`` is ``cause``, ``healthy``, or
    ``unknown`` where something failed and the logs do not say what. ``describe`` is what
    ``kubectl describe`` tells besides the pods that ended.
    """

    name: str
    world: str
    keep: str
    outcome: str
    symptom: str | None
    faults: tuple[str, ...]
    phase: str | None
    who: Who | None
    acts: tuple[Act, ...]
    echoes: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    until: float | None = None
    others_go_on: bool = False
    kill_on_bad_exit: bool | None = None
    jsonl: bool = False
    ansi: bool = False
    absent: tuple[str, ...] = ()
    stopped: float | None = None
    seen: bool = False
    describe: str = ""
    mutes: Mapping[str, float] = field(default_factory=dict)


def read(path: Path) -> Any:  # Any: YAML data
    """Return what a YAML file of this folder holds."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - both are safe ones


def cases() -> Iterator[Case]:
    """Yield every case of every file, in the order of their names."""
    for path in sorted(CASES.glob("*.yaml")):
        for symptom, block in read(path).items():
            for name, data in block["cases"].items():
                yield _case(f"{symptom}-{name}", symptom, block, data)


def _case(name: str, symptom: str, block: Mapping[str, Any], data: Mapping[str, Any]) -> Case:
    outcome = data.get("outcome", block.get("outcome", "cause"))
    phase = data.get("phase", block.get("phase"))
    at = float(data.get("at", STRIKES.get(phase, 150.0)))
    acts = [Act.parse(item, at) for item in data.get("also", ())]
    who = None
    if "who" in data:
        act = Act.parse(
            {
                "who": data["who"],
                **{key: data[key] for key in ("says", "ends", "quiet", "spread") if key in data},
            },
            at,
        )
        who = act.who
        acts.insert(0, act)
    caused = outcome == "cause"
    if blamed := data.get("blame"):
        who = Who.parse(blamed)
    return Case(
        name=name,
        world=data["world"],
        keep=data["keep"],
        outcome=outcome,
        symptom=symptom if caused else None,
        faults=several(data.get("class", block.get("class"))) if caused else (),
        phase=phase if outcome != "healthy" else None,
        who=who if outcome != "healthy" else None,
        acts=tuple(acts),
        echoes=tuple(data.get("echoes", ())),
        noise=tuple(data.get("noise", ())),
        until=data.get("until"),
        others_go_on=bool(data.get("others_go_on", False)),
        kill_on_bad_exit=data.get("kill_on_bad_exit"),
        jsonl=bool(data.get("jsonl", False)),
        ansi=bool(data.get("ansi", False)),
        absent=tuple(data.get("absent", ())),
        stopped=data.get("stopped"),
        seen=data.get("seen", False),
        describe=data.get("describe", ""),
        mutes=data.get("mutes", {}),
    )


def several(value: str | list[str]) -> tuple[str, ...]:
    """Return the classes that a label gives, of which there may be one."""
    return (value,) if isinstance(value, str) else tuple(value)
