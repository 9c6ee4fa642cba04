# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A case on its world, played: every line and every end, with its second.

The deployment speaks as ``healthy.py`` has it until the fault. The culprits then say what the case
says; the other ranks of their worker cry after them, as the case's echoes have it, and end as the
launcher ends them; everyone else goes on for a moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus_logs import healthy
from corpus_logs.case import CASES, STRIKES, Act, read
from corpus_logs.voices import Speaker, Voice

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from corpus_logs.case import Case, Who
    from corpus_logs.worlds import World

#: What the others say, and scary lines that mean nothing.
LIBRARY = read(CASES.parent / "library.yaml")


@dataclass(frozen=True, order=True)
class Said:
    """One line; ``srun`` where the launcher says it and no rank."""

    at: float
    step: str
    rank: int | None
    text: str
    srun: bool = False


@dataclass(frozen=True, order=True)
class Ended:
    """The end of a rank, or of a process without ranks."""

    at: float
    step: str
    rank: int | None
    code: int


@dataclass
class Played:
    """Everything that was said and how it ended; ``over`` is when the record ends."""

    said: list[Said] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    over: float = 0.0


class Stage:
    """Plays one case."""

    def __init__(self, case: Case, world: World, voice: Voice, rng: random.Random) -> None:
        self.case, self.world, self.voice, self.rng = case, world, voice, rng
        self.fault = case.acts[0].at if case.acts else STRIKES["serving"]
        self.speakers = list(self._speakers())
        self.played = Played()

    def _speakers(self) -> Iterator[Speaker]:
        plan = self.world.plan
        shared = [item for item in plan.processes if item.kind != "worker"]
        shared += [
            item
            for item in plan.processes
            if item.kind == "worker" and item.step not in {w.name for w in plan.workers}
        ]
        rays = [item for item in plan.processes if item.kind == "worker" and ".ray" in item.name]
        for item in {each.name: each for each in (*shared, *rays)}.values():
            yield Speaker(item.name, None, item.nodes[0], 0, self.rng.randint(200, 90000), 1)
        for worker in plan.workers:
            ranks = [
                (node, gpu)
                for node, here in zip(worker.nodes, worker.gpus, strict=True)
                for gpu in here
            ]
            if self.world.engine == "vllm":
                yield Speaker(
                    worker.name, None, worker.nodes[0], 0, self.rng.randint(200, 90000), len(ranks)
                )
            for rank, (node, gpu) in enumerate(ranks):
                yield Speaker(
                    worker.name, rank, node, gpu, self.rng.randint(200, 90000), len(ranks)
                )

    def are(self, who: Who) -> list[Speaker]:
        found = [
            each
            for each in self.speakers
            if each.step == who.step
            and (
                (who.every and each.rank is not None)
                or (each.rank in who.ranks if who.ranks else not who.every)
            )
        ]
        if who.ranks is None and not who.every:
            # the process itself: of MPI ranks that is rank 0's task
            own = [each for each in found if each.rank is None]
            found = own or [each for each in found if each.rank == 0]
        if not found:
            raise ValueError(f"{self.case.name}: nobody is {who}")
        return found

    # -- the play --------------------------------------------------------------------------------

    def play(self) -> Played:
        """Return what the logs and the launcher would hold."""
        case = self.case
        quiet = self._silences()
        for speaker in self.speakers:
            if speaker.step in case.absent:
                continue
            until = quiet[speaker.step, speaker.rank]
            for at, text in self._script(speaker):
                if at < until:
                    self._say(at, speaker, text)
        for act in case.acts:
            self._act(act)
        for name in case.echoes:
            self._echo(name)
        for name in case.noise:
            self._noise(name, quiet)
        self.played.over = case.until or max(
            [item.at for item in (*self.played.said, *self.played.ended)], default=0.0
        )
        self.played.said = sorted(item for item in self.played.said if item.at <= self.played.over)
        self.played.ended = sorted(
            item for item in self.played.ended if item.at <= self.played.over
        )
        return self.played

    def _silences(self) -> dict[tuple[str, int | None], float]:
        """Return when each speaker stops saying healthy things."""
        case = self.case
        failed = case.outcome != "healthy" and not case.others_go_on
        culprits = {act.who.step for act in case.acts if act.quiet}
        quiet = {}
        for each in self.speakers:
            until = case.until or healthy.OVER
            if failed:
                near = each.step in culprits
                until = min(
                    until,
                    self.fault + (self.rng.uniform(0.3, 2.5) if near else self.rng.uniform(2, 7)),
                )
            mute = min(case.mutes.get(each.step, until), case.mutes.get("*", until))
            quiet[each.step, each.rank] = min(until, mute)
        for act in case.acts:
            if act.quiet:
                for each in self.are(act.who):
                    quiet[each.step, each.rank] = min(quiet[each.step, each.rank], act.at)
        return quiet

    def _script(self, by: Speaker) -> Iterator[healthy.Timed]:
        if by.step == "etcd":
            return healthy.etcd()
        if by.step == "nats":
            return healthy.nats()
        if by.step == "frontend":
            return healthy.frontend(self.world, self.rng)
        if ".ray" in by.step:
            return iter([(1.0, f"Local node IP: {by.node}"), (2.0, "Ray runtime started.")])
        if self.world.engine == "vllm":
            script = healthy.vllm_engine if by.rank is None else healthy.vllm_rank
            return script(self.world, by, self.rng)
        return healthy.trtllm_rank(self.world, by, self.rng)

    def _say(self, at: float, by: Speaker, text: str, *, srun: bool = False) -> None:
        rank = None if srun else by.rank
        words = text if srun else self.voice.line(text, by, at)
        self.played.said.append(Said(at, by.step, rank, words, srun))

    def _act(self, act: Act) -> None:
        for by in self.are(act.who):
            at = act.at + self.rng.uniform(0, act.spread or 0.01)
            for number, text in enumerate(act.says.splitlines()):
                words = self.voice.facts(text, by) if act.who.srun else text
                self._say(at + number * 0.0004, by, words, srun=act.who.srun)
            if act.ends is not None:
                self.played.ended.append(Ended(at + 0.3, by.step, by.rank, act.ends))

    def phase_of(self, culprits: Sequence[Speaker]) -> str | None:
        """Return the phase in which they failed, as a ledger of ranks has it.

        Only the case itself knows it of what has no ranks there: services, and vLLM's workers.
        """
        case = self.case
        worker = self.world.plan.worker(culprits[0].step)
        if worker is None or self.world.engine != "trtllm" or case.phase not in ("launch", "load"):
            return case.phase
        before = [item for item in self.played.said if item.step == worker.name]
        before = [item for item in before if item.at < self.fault]
        joined = {item.rank for item in before if " run mgmn " in item.text}
        loaded = {item.rank for item in before if item.text.startswith("Model init total")}
        first = culprits[0].rank
        if first not in joined:
            return "launch"
        if first in loaded and len(joined) < worker.world_size:
            return "launch"
        return "load" if len(loaded) < worker.world_size else "registration"

    # -- echoes and noise ------------------------------------------------------------------------

    def _echo(self, name: str) -> None:
        entry = LIBRARY["echoes"][name]
        who = self.case.acts[0].who
        culprits = {(each.step, each.rank) for each in self.are(who)}
        match entry["from"]:
            case "peers":
                found = [
                    each
                    for each in self.speakers
                    if each.step == who.step and each.rank is not None
                ]
            case "leader":
                found = [
                    each
                    for each in self.speakers
                    if each.step == who.step and each.rank in (0, None)
                ][:1]
            case "workers":
                found = [each for each in self.speakers if each.rank == 0 and each.step != who.step]
            case "ranks":
                found = [each for each in self.speakers if each.rank is not None]
            case step:
                found = [each for each in self.speakers if each.step == step]
        for by in found:
            if (by.step, by.rank) in culprits:
                continue
            at = (
                self.fault
                + float(entry.get("after", 0.6))
                + self.rng.uniform(0, float(entry.get("spread", 1.2)))
            )
            text = self.rng.choice(entry["says"])
            for number, line in enumerate(text.splitlines()):
                self._say(at + number * 0.0004, by, line)
            if (code := entry.get("ends")) is not None:
                self.played.ended.append(Ended(at + 0.2, by.step, by.rank, code))

    def _noise(self, name: str, quiet: dict[tuple[str, int | None], float]) -> None:
        entry = LIBRARY["noise"][name]
        if entry["from"] == "ranks":
            found = [each for each in self.speakers if each.rank is not None]
        elif entry["from"] == "leaders":
            found = [
                each
                for each in self.speakers
                if (each.rank in (0, None) and each.size > 1) or each.rank == 0
            ]
        elif entry["from"] == "one":
            found = [self.rng.choice([each for each in self.speakers if each.rank is not None])]
        else:
            found = [each for each in self.speakers if each.step == entry["from"]]
        low, high = entry["between"]
        for by in found:
            at = self.rng.uniform(low, high)
            for number, line in enumerate(entry["says"].splitlines()):
                if entry.get("always") or at < quiet[by.step, by.rank]:
                    self._say(at + number * 0.0004, by, line)
