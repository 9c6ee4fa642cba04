# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.watch.lines import Line, LineReader
from pytest_dynamo.watch.startup import (
    PHASES,
    Exited,
    Failed,
    Listening,
    Pending,
    Probed,
    Ready,
    Spawned,
    Startup,
    Tick,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pytest_dynamo.engines import Milestone
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.topology.model import Budgets

Observation = Line | Spawned | Listening | Exited | Probed | Tick

#: One prefill of two ranks on one node, one decode of three ranks on three nodes.
SMALL = {"prefill": (1, 1, 2), "decode": (1, 3, 1)}
WHOLE = Probed(("the/model",), {"prefill": 1, "decode": 1}, ready=True, unary="", stream="")
LATE = 10_000.0


@dataclass(frozen=True)
class Stage:
    """A plan of the small shape, and what happens to it."""

    plan: LaunchPlan
    milestones: tuple[Milestone, ...]
    budgets: Budgets
    ranks: tuple[str, ...] = field(default=())

    def startup(self, now: float = 0.0) -> Startup:
        return Startup(self.plan, self.milestones, self.budgets, now)

    def after(self, observations: Iterable[Observation], now: float = 1.0) -> Startup:
        startup = self.startup()
        for item in observations:
            startup.receive(item, now)
        return startup

    def script(self, process: str) -> list[Observation]:
        """Return what a healthy rank says, in order."""
        item = next(each for each in self.plan.processes if each.name == process)
        world = next(w.world_size for w in self.plan.workers if w.name == item.step)
        texts = hello(item.ranks[0], world), "Loading weights:  45%|", "Model init total -- 55.42s"
        return [Line(process, item.ranks[0], at, text) for at, text in enumerate(texts, start=1)]


def hello(rank: int, world: int, kind: str | None = None) -> str:
    kind = kind or ("worker" if rank else "leader")
    return f"rank{rank} run mgmn {kind} node with mpi_world_size: {world} ..."


@pytest.fixture(scope="session")
def stage(
    make_plan: Callable[..., LaunchPlan], milestones: tuple[Milestone, ...], budgets: Budgets
) -> Stage:
    plan = make_plan(**SMALL)
    ranks = tuple(item.name for item in plan.processes if item.kind == "worker")
    return Stage(plan, milestones, budgets, ranks)


@pytest.fixture(scope="session")
def of_srun(stage: Stage, make_plan: Callable[..., LaunchPlan]) -> Stage:
    """Return a stage on which one labelled srun speaks for 16 ranks."""
    return replace(stage, plan=make_plan(labelled=True, decode=(1, 4, 4)))


SERVICES = (Listening("etcd"), Listening("frontend"))
RANKS = ("prefill0-rank0", "prefill0-rank1", "decode0-rank0", "decode0-rank1", "decode0-rank2")
#: The order in which the ranks speak, three lines each; each rank's own order is kept.
TURNS = st.permutations([name for name in RANKS for _ in range(3)])


def woven(scripts: dict[str, list[Observation]], turns: list[str]) -> list[Observation]:
    """Return the scripts' lines in the order of the turns; a script may end before its turns."""
    waiting = {name: iter(script) for name, script in scripts.items()}
    drawn = (next(waiting[name], None) for name in turns)
    return [item for item in drawn if item is not None]


# -- what does not matter ------------------------------------------------------------------------


def broken(stage: Stage, name: str, how: str) -> dict[str, list[Observation]]:
    """Return every rank's script, that of one rank broken."""
    scripts = {each: stage.script(each) for each in RANKS}
    first = scripts[name][0]
    assert isinstance(first, Line)
    assert first.rank is not None
    world = 2 if name.startswith("prefill") else 3
    match how:
        case "healthy":
            pass
        case "never speaks":
            scripts[name] = []
        case "joins and goes silent":
            scripts[name] = scripts[name][:1]
        case "goes silent while loading":
            scripts[name] = scripts[name][:2]
        case "is of another world":
            scripts[name][0] = replace(first, text=hello(first.rank, 16))
        case "says it is another":
            scripts[name][0] = replace(first, text=hello(first.rank + 1, world))
        case "leads though it should not, or the reverse":
            kind = "worker" if first.rank == 0 else "leader"
            scripts[name][0] = replace(first, text=hello(first.rank, world, kind))
        case "dies while loading":
            scripts[name] = [*scripts[name][:2], Exited(name, -9)]
    return scripts


HOW = (
    "healthy", "never speaks", "joins and goes silent", "goes silent while loading",
    "is of another world", "says it is another", "leads though it should not, or the reverse",
    "dies while loading",
)  # fmt: skip


@given(turns=TURNS, name=st.sampled_from(RANKS), how=st.sampled_from(HOW))
@tried(1000)
def test_interleaving_of_ranks_does_not_change_the_outcome(
    stage: Stage, turns: list[str], name: str, how: str
) -> None:
    scripts = broken(stage, name, how)
    ordered = [item for script in scripts.values() for item in script]
    outcomes = []
    for lines in (ordered, woven(scripts, turns)):
        startup = stage.after([*SERVICES, *lines, WHOLE])
        startup.receive(Tick(), LATE)
        outcomes.append(startup.state)

    assert outcomes[0] == outcomes[1]
    assert isinstance(outcomes[0], Ready) == (how == "healthy")


@given(order=st.permutations([*range(7)]), missing=st.integers(0, 12), turns=TURNS)
@tried(1000)
def test_ready_needs_every_observation_in_any_order(
    stage: Stage, order: list[int], missing: int, turns: list[str]
) -> None:
    lines = woven({name: stage.script(name) for name in RANKS}, turns)
    needed = [*SERVICES, WHOLE, *(line for line in lines if "45%" not in line.text)]
    blocks = [needed[:1], needed[1:2], needed[2:3], *(needed[3 + n :: 4] for n in range(4))]
    shuffled = [item for n in order for item in blocks[n]]
    dropped = needed[missing]
    startup = stage.after(item for item in shuffled if item is not dropped)

    assert isinstance(startup.state, Pending)
    startup.receive(dropped, 2.0)
    assert isinstance(startup.state, Ready)


@given(
    data=st.data(),
    end=st.sampled_from([Ready, Failed]),
    more=st.lists(
        st.sampled_from(
            [
                WHOLE, Probed(problem="refused"), Exited("etcd", 1), Exited("decode0-rank1", 0),
                Listening("etcd"), Tick(), Spawned("decode0-rank1"),
                Line("decode0-rank1", 1, 9, hello(2, 16)), Line("decode0-rank1", 1, 9, "noise"),
                Line("prefill0-rank1", 1, 9, hello(1, 2, "leader")),
            ]
        ),
        max_size=10,
    ),
)  # fmt: skip
@tried(1000)
def test_nothing_after_the_end_changes_it(
    stage: Stage,
    data: st.DataObject,
    end: type,
    more: list[Observation],
) -> None:
    healthy = [*SERVICES, *(item for name in RANKS for item in stage.script(name)), WHOLE]
    bad = data.draw(st.integers(0, len(healthy) - 1))
    fatal = data.draw(
        st.sampled_from([Exited("frontend", 0), Line("decode0-rank1", 1, 9, hello(1, 9))])
    )
    startup = stage.after(healthy if end is Ready else [*healthy[:bad], fatal])
    ended, took, ledger = startup.state, dict(startup.took), repr(startup.ledger())
    for item in more:
        startup.receive(item, LATE)

    assert isinstance(ended, end)
    assert ended is startup.state
    assert took == startup.took
    assert ledger == repr(startup.ledger())


def test_exits_are_noted_after_the_end_too(stage: Stage) -> None:
    ends = [Exited("decode0-rank1", -9), Exited("decode0-rank0", 4), Exited("decode0-rank2", 5)]

    assert ends == stage.after(ends).ended


# -- ready ---------------------------------------------------------------------------------------

PROBES = st.builds(
    Probed,
    models=st.sampled_from([("the/model",)] * 4 + [(), ("the/model",) * 2, ("other", "the/model")]),
    instances=st.sampled_from([None, {"prefill": 1, "decode": 1}] * 3)
    | st.dictionaries(st.sampled_from(["prefill", "decode", "agg"]), st.integers(0, 2)),
    ready=st.sampled_from([True, None, False]),
    unary=st.sampled_from(["", "", None, "no finish_reason"]),
    stream=st.sampled_from(["", "", None, "an error event"]),
    problem=st.sampled_from(["", "", "", "connection refused"]),
)


@given(probe=PROBES)
@tried(1000)
def test_ready_needs_a_whole_probe(stage: Stage, probe: Probed) -> None:
    lines = (item for name in RANKS for item in stage.script(name))
    startup = stage.after([*SERVICES, *lines, probe])

    counted = {role: count for role, count in (probe.instances or {}).items() if count}
    whole = (
        probe.models == ("the/model",)
        and (probe.instances is None or counted == {"prefill": 1, "decode": 1})
        and probe.ready is not False
        and (probe.unary, probe.stream, probe.problem) == ("", "", "")
    )
    assert whole == isinstance(startup.state, Ready)


def test_only_the_last_probe_counts(stage: Stage) -> None:
    lines = [item for name in RANKS for item in stage.script(name)]
    startup = stage.after([*SERVICES, WHOLE, replace(WHOLE, problem="gone"), *lines])

    assert Pending("registration") == startup.state


def test_ready_tells_what_each_phase_took(stage: Stage) -> None:
    startup = stage.startup()
    scripts = [stage.script(name) for name in RANKS]
    for at, items in (
        (2.0, SERVICES),
        (5.0, [script[0] for script in scripts]),
        (15.0, [script[1] for script in scripts]),
        (20.0, [script[2] for script in scripts]),
        (21.0, [replace(WHOLE, unary=None, stream=None)]),
        (23.5, [WHOLE]),
    ):
        for item in items:
            startup.receive(item, at)

    took = {"services": 2.0, "launch": 3.0, "load": 15.0, "registration": 1.0, "serving": 2.5}
    assert Ready(23.5, took) == startup.state


def test_the_ranks_are_done_before_the_frontend_is_asked(stage: Stage) -> None:
    lines = [item for name in RANKS for item in stage.script(name)]

    assert not stage.after([*SERVICES, *lines[:-1]]).ranks_done
    assert not stage.after([SERVICES[0], *lines]).ranks_done
    assert stage.after([*SERVICES, *lines]).ranks_done


def test_workers_whose_ranks_are_inside_are_judged_by_the_probe(
    stage: Stage, make_plan: Callable[..., LaunchPlan]
) -> None:
    plan = make_plan(labelled=True, **SMALL)
    inside = tuple(replace(item, ranks=(), labelled=False) for item in plan.processes)
    startup = replace(stage, plan=replace(plan, processes=inside)).after(SERVICES)

    assert Pending("registration") == startup.state
    startup.receive(Line("decode0", None, 1, hello(0, 3)), 2.0)
    startup.receive(WHOLE, 2.0)
    assert isinstance(startup.state, Ready)


# -- contradiction -------------------------------------------------------------------------------


def test_a_wrong_world_size_names_rank_and_node(stage: Stage) -> None:
    state = stage.after([Line("decode0-rank2", 2, 7, hello(2, 1))]).state

    assert state == Failed(
        at=1.0, phase="launch", kind="contradiction",
        what="rank 2 of decode0 joined a world of 1; the topology makes it 3",
        process="decode0-rank2", worker="decode0", ranks=(2,), nodes=("node4",),
        log="logs/decode0-rank2.log", line=7,
    )  # fmt: skip


def test_a_rank_that_says_it_is_another_is_named(stage: Stage) -> None:
    state = stage.after([Line("decode0-rank2", 2, 7, hello(1, 3))]).state

    assert isinstance(state, Failed)
    assert state.what == "rank 2 of decode0 says it is rank 1"
    assert ("contradiction", (2,), ("node4",)) == (state.kind, state.ranks, state.nodes)


def test_a_rank_that_the_plan_does_not_have_is_named(
    stage: Stage, make_plan: Callable[..., LaunchPlan]
) -> None:
    stage = replace(stage, plan=make_plan(labelled=True, **SMALL))
    noise = stage.after(
        [Line("decode0", 3, 1, "noise"), Line("decode0", 3, 2, "Loading weights: 1%|")]
    )
    state = stage.after([Line("decode0", 3, 1, hello(3, 3))]).state

    assert Pending("services") == noise.state
    assert isinstance(state, Failed)
    assert state.what == "decode0 has a rank 3; the plan has 0-2"
    assert ("node2", "node3", "node4") == state.nodes


@pytest.mark.parametrize("order", [(0, 2), (2, 0)])
def test_two_leaders_are_both_named(stage: Stage, order: tuple[int, int]) -> None:
    lines = [Line(f"decode0-rank{n}", n, 1, hello(n, 3, "leader")) for n in order]
    state = stage.after(lines).state

    assert isinstance(state, Failed)
    assert state.what == "ranks 0, 2 of decode0 all say that they lead it"
    assert ((0, 2), ("node2", "node4")) == (state.ranks, state.nodes)
    assert ("decode0-rank0", 1) == (state.process, state.line)


def test_a_world_without_leader_fails_when_all_have_joined(stage: Stage) -> None:
    lines = [Line(f"decode0-rank{n}", n, 1, hello(n, 3, "worker")) for n in range(3)]

    assert isinstance(stage.after(lines[:2]).state, Pending)
    state = stage.after(lines).state
    assert isinstance(state, Failed)
    assert state.what == "none of the 3 rank(s) of decode0 says that it leads"


def test_a_leader_of_each_worker_is_no_contradiction(stage: Stage) -> None:
    lines = [Line(f"{name}-rank0", 0, 1, hello(0, world)) for name, world in
             (("prefill0", 2), ("decode0", 3))]  # fmt: skip

    assert Pending("services") == stage.after(lines).state


def test_saying_hello_again_changes_nothing(stage: Stage) -> None:
    # the launch script runs with its trace on, so its words come two or three times
    once = stage.script("decode0-rank0")[0]
    startup = stage.after([once, once, once])

    assert isinstance(startup.state, Pending)
    assert startup.counts() == {"ranks": 5, "joined": 1, "loaded": 0}


# -- exit ----------------------------------------------------------------------------------------


def up_to(stage: Stage, phase: str) -> list[Observation]:
    """Return what brings the stage into a phase."""
    scripts = [stage.script(name) for name in RANKS]
    steps: list[list[Observation]] = [
        [*map(Spawned, RANKS), *SERVICES],
        [script[0] for script in scripts],
        [item for script in scripts for item in script[1:]],
        [replace(WHOLE, unary=None, stream=None)],
    ]
    return [item for step in steps[: PHASES.index(phase)] for item in step]


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(("code", "how"), [(0, "exit 0"), (1, "exit 1"), (-9, "SIGKILL")])
@pytest.mark.parametrize("name", ["etcd", "frontend", "decode0-rank2"])
def test_any_end_in_any_phase_fails_it(
    stage: Stage, phase: str, code: int, how: str, name: str
) -> None:
    startup = stage.after(up_to(stage, phase))
    assert Pending(phase) == startup.state
    startup.receive(Exited(name, code), 2.0)

    state = startup.state
    assert isinstance(state, Failed)
    assert ("exit", code, name) == (state.kind, state.code, state.process)
    if name == "decode0-rank2":
        said = {"services": "not started", "launch": "start", "load": "joined the MPI world"}
        seen = said.get(phase, "weights loaded")
        assert state.what == (
            f"rank 2 of decode0 ended with {how} before the deployment could serve, "
            f"last seen at {seen}"
        )
        assert ("decode0", (2,), ("node4",)) == (state.worker, state.ranks, state.nodes)
        assert state.phase == ("launch" if phase == "services" else phase)
    else:
        assert phase == state.phase
        assert state.what == f"{name} ended with {how} before the deployment could serve"
        assert (None, (), ("node1",)) == (state.worker, state.ranks, state.nodes)


@pytest.mark.parametrize(
    ("said", "other", "phase"),
    [(0, 0, "launch"), (1, 0, "load"), (3, 0, "launch"), (3, 2, "load"), (3, 3, "services")],
)
def test_a_rank_ends_in_a_phase_of_its_own(stage: Stage, said: int, other: int, phase: str) -> None:
    others = ("decode0-rank0", "decode0-rank1")
    lines = [
        *stage.script("decode0-rank2")[:said],
        *(item for name in others for item in stage.script(name)[:other]),
    ]
    state = stage.after([*lines, Exited("decode0-rank2", 1)]).state

    assert isinstance(state, Failed)
    assert phase == state.phase


def test_an_end_while_serving_is_told_as_such(stage: Stage) -> None:
    startup = stage.after([*up_to(stage, "serving"), WHOLE])
    failed = startup.exit_failure(Exited("decode0-rank2", -9), 9.0)

    assert isinstance(startup.state, Ready)
    assert failed.served
    assert failed.what == "rank 2 of decode0 ended with SIGKILL while it was serving"


def test_where_a_rank_was_last_heard_is_kept(stage: Stage) -> None:
    startup = stage.after(stage.script("decode0-rank2")[:2])
    startup.receive(Exited("decode0-rank2", 1), 2.0)

    assert isinstance(startup.state, Failed)
    assert startup.state.what.endswith("last seen at Loading weights:  45%")
    assert ("logs/decode0-rank2.log", 2) == (startup.state.log, startup.state.line)


@pytest.mark.parametrize(
    ("log", "what", "ranks", "node"),
    [
        ("rank5_killed", "rank 5 of decode0 ended with SIGKILL", (5,), "node2"),
        ("rank5_exit1", "rank 5 of decode0 ended with exit 1", (5,), "node2"),
        ("rank5_exit0", "rank 5 of decode0 ended with exit 0", (5,), "node2"),
        ("rank0_killed", "rank 0 of decode0 ended with SIGKILL", (0,), "node1"),
        ("heads", "rank 0-3 of decode0 ended with exit 1", (0, 1, 2, 3), "node1"),
    ],
)
def test_a_rank_ends_while_its_srun_goes_on(  # noqa: PLR0917 - fixtures are arguments
    of_srun: Stage, recorded: Path, log: str, what: str, ranks: tuple[int, ...], node: str
) -> None:
    reader = LineReader("decode0", labelled=True)
    state = of_srun.after(reader.feed((recorded / f"{log}.log").read_bytes())).state

    assert isinstance(state, Failed)
    assert state.what.startswith(f"{what} before the deployment could serve, last seen at ")
    assert ("exit", ranks, (node,)) == (state.kind, state.ranks, state.nodes)


def test_srun_of_a_service_says_nothing_of_ranks(
    stage: Stage, make_plan: Callable[..., LaunchPlan]
) -> None:
    plan = make_plan(labelled=True, **SMALL)
    labelled = tuple(replace(item, labelled=True) for item in plan.processes)
    stage = replace(stage, plan=replace(plan, processes=labelled))
    line = Line("etcd", None, 1, "srun: error: node1: task 0: Exited with exit code 1")
    startup = stage.after([line])

    assert Pending("services") == startup.state
    assert startup.rank_failure(line, 2.0) is None


# -- stall ---------------------------------------------------------------------------------------


@given(
    spent=st.lists(st.integers(0, 9), min_size=5, max_size=5),
    phase=st.sampled_from(PHASES),
    began=st.integers(0, 1000),
)
@tried(1000)
def test_a_budget_counts_from_the_start_of_its_phase(
    stage: Stage, spent: list[int], phase: str, began: int
) -> None:
    startup, now = stage.startup(began), began
    done: list[Observation] = []
    for each in PHASES[: PHASES.index(phase)]:
        now += spent[PHASES.index(each)]
        reached = up_to(stage, PHASES[PHASES.index(each) + 1])
        for item in reached[len(done) :]:
            startup.receive(item, now)
        done = reached
    budget = getattr(stage.budgets, phase)
    startup.receive(Tick(), now + budget)

    assert Pending(phase) == startup.state
    startup.receive(Tick(), now + budget + 0.001)
    assert isinstance(startup.state, Failed)
    assert ("stall", phase) == (startup.state.kind, startup.state.phase)
    assert startup.state.what.startswith(f"{phase} took longer than its budget of {budget:g} s: ")


def test_what_came_in_the_same_wake_up_counts(stage: Stage) -> None:
    startup = stage.after(SERVICES, now=0.0)
    for name in RANKS:
        startup.receive(stage.script(name)[0], 20.5)
    startup.receive(Tick(), 20.5)

    assert Pending("load") == startup.state


def test_a_stall_names_the_lagging_ranks_with_node_and_stage(
    stage: Stage, make_plan: Callable[..., LaunchPlan]
) -> None:
    stage = replace(stage, plan=make_plan(decode=(1, 4, 4)))
    scripts = {rank: stage.script(f"decode0-rank{rank}") for rank in range(16)}
    startup = stage.after([*SERVICES, *(script[0] for script in scripts.values())])
    for rank, script in scripts.items():
        for item in script[1 : 2 if rank in (5, 6, 7) else 3]:
            startup.receive(item, 4.0)
    startup.receive(Tick(), 32.0)

    assert startup.state == Failed(
        at=32.0, phase="load", kind="stall",
        what="load took longer than its budget of 30 s: decode0: 13/16 loaded; missing 5-7 on "
        "node2, last seen at Loading weights:  45% and silent for 28.0 s; the last of the other "
        "13 was there 28.0 s ago",
        process="decode0-rank5", worker="decode0", ranks=(5, 6, 7), nodes=("node2",),
        log="logs/decode0-rank5.log", line=2, since_s=28.0,
    )  # fmt: skip


def test_the_worker_that_is_silent_for_longest_is_named(stage: Stage) -> None:
    startup = stage.after([*SERVICES, *map(Spawned, RANKS)])
    startup.receive(Line("prefill0-rank0", 0, 1, "noise"), 3.0)
    startup.receive(Line("prefill0-rank1", 1, 1, "noise"), 3.0)
    startup.receive(Line("decode0-rank1", 1, 1, "noise"), 9.0)
    startup.receive(Line("decode0-rank2", 2, 1, "noise"), 9.0)
    startup.receive(Tick(), 22.0)

    assert isinstance(startup.state, Failed)
    assert (startup.state.worker, startup.state.process) == ("decode0", "decode0-rank0")
    assert "decode0: 0/3 joined; missing 0-2 on node2, node3, node4, last seen at start" in (
        startup.state.what
    )
    assert [lag.worker for lag in startup.lagging(22.0)] == ["prefill0", "decode0"]


def test_ranks_that_lag_at_different_stages_are_told_apart(stage: Stage) -> None:
    script = stage.script("decode0-rank0")
    startup = stage.after([*SERVICES, *map(Spawned, RANKS)])
    startup.receive(replace(script[1], text="Loading weights:   7%|"), 5.0)

    told = [str(lag) for lag in startup.lagging(8.0)]
    assert told[1].endswith("on node2, node3, node4, rank 1 last seen at start")


def test_services_that_do_not_listen_are_named_in_the_order_of_the_plan(stage: Stage) -> None:
    startup = stage.after([])
    startup.receive(Tick(), 10.5)

    state = startup.state
    assert isinstance(state, Failed)
    assert state.what.endswith(": etcd, frontend accept(s) no connection")
    assert ("etcd", ("node1",), "logs/etcd.log") == (state.process, state.nodes, state.log)


@pytest.mark.parametrize(
    ("probe", "phase", "detail"),
    [
        (Probed(problem="HTTP 503"), "registration", "HTTP 503"),
        (Probed(), "registration", "/v1/models lists nothing, not exactly the/model"),
        (replace(WHOLE, unary=None, stream=None), "serving", "no answer yet"),
        (replace(WHOLE, unary="HTTP 500", stream=None), "serving", "HTTP 500"),
        (replace(WHOLE, stream="no [DONE]"), "serving", "no [DONE]"),
    ],
)
def test_what_the_frontend_said_last_is_what_it_stalls_at(
    stage: Stage, probe: Probed, phase: str, detail: str
) -> None:
    startup = stage.after([*up_to(stage, "registration"), probe])
    startup.receive(Tick(), 100.0)

    state = startup.state
    assert isinstance(state, Failed)
    assert state.what == (
        f"{phase} took longer than its budget of {getattr(stage.budgets, phase):g} s: {detail}"
    )
    assert (phase, "frontend", "logs/frontend.log") == (state.phase, state.process, state.log)


# -- what it costs -------------------------------------------------------------------------------


class NeverWalked(dict[int, object]):
    """Ranks that can be looked up, and not gone through."""

    def refuse(self) -> None:
        raise AssertionError("went through all ranks")

    __iter__ = values = items = keys = refuse


def test_no_line_goes_through_the_ranks(
    stage: Stage, make_plan: Callable[..., LaunchPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = replace(stage, plan=make_plan(labelled=True, decode=(1, 1024, 4)))
    startup = stage.after(SERVICES)
    ledger = startup._workers["decode0"]
    ledger.ranks = NeverWalked(ledger.ranks)
    for rank in range(4096):
        startup.receive(Line("decode0", rank, 1, hello(rank, 4096)), 1.0)
        startup.receive(Line("decode0", rank, 2, "Loading weights:  45%|"), 1.0)
    advanced: list[float] = []
    monkeypatch.setattr(startup, "_advance", lambda now, **_: advanced.append(now))
    for number in range(20_000):
        startup.receive(Line("decode0", number % 4096, number, "I0912 nothing of note"), 1.0)

    assert Pending("load") == startup.state
    assert startup.counts() == {"ranks": 4096, "joined": 4096, "loaded": 0}
    assert advanced == []
