# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The same evidence, however logs are cut, interleaved, or read by what the screen picks."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.evidence import KEPT, Evidence
from pytest_dynamo.engines.trtllm import _MILESTONES
from pytest_dynamo.watch.lines import Line, LineReader
from pytest_dynamo.watch.observations import Exited
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import LaunchPlan, Process

SAID = (
    "rank5 run mgmn worker node with mpi_world_size: 16 ...",
    "Loading weights:  45%|####      | 12/123 [00:12<00:12, 35.1it/s]",
    "Loading weights:  45%|\rLoading weights:  46%|",
    "Model init total -- 1.05s",
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB",
    "[11/21/2026-09:19:49] [TRT-LLM] [E] RuntimeError: Connection reset by peer",
    "    assert self.num_heads % tp_size == 0",
    "Traceback (most recent call last):",
    "ValueError: boom",
    "rank0: lost rank 5, aborting the world",
    "rank0 registered m at dynamo.backend.generate after 16 ranks",
    "\x1b[33mReceived signal 15, ending\x1b[0m",
    "2026-11-21T09:19:49.741499Z ERROR dynamo_runtime: keep alive task failed: grpc request error",
    "all is well 42",
)
SLURM = (
    "srun: error: node2: task 5: Exited with exit code 1",
    "srun: launch/slurm: _step_signal: Terminating StepId=2.0",
    " 0: slurmstepd-node1: error: *** STEP 2.0 ON node1 CANCELLED AT 2026-11-21T12:32:52 ***",
)
LABELLED = st.one_of(
    st.tuples(st.integers(0, 15), st.sampled_from(SAID)).map(lambda at: f"{at[0]:2}: {at[1]}"),
    st.sampled_from(SLURM),
)
LOGS = st.fixed_dictionaries(
    {
        "decode0": st.lists(LABELLED, max_size=30),
        "prefill0": st.lists(LABELLED, max_size=10),
        "frontend": st.lists(st.sampled_from(SAID).map("0: {}".format), max_size=10),
    }
)
FAILED = Failed(9.0, "load", "exit", "it ended", "decode0", code=1)


def reader_of(process: Process) -> LineReader:
    return LineReader(process.name, labelled=process.labelled)


def processes(plan: LaunchPlan) -> dict[str, Process]:
    return {process.name: process for process in plan.processes}


def whole(plan: LaunchPlan, logs: dict[str, list[str]]) -> Evidence:
    """Return the evidence of logs that are read one after the other."""
    evidence = Evidence(plan, _MILESTONES)
    for name, lines in logs.items():
        reader = reader_of(processes(plan)[name])
        data = "".join(f"{line}\n" for line in lines).encode()
        for line in (*reader.feed(data), *reader.close()):
            evidence.receive(line)
    return evidence


def answers(plan: LaunchPlan, evidence: Evidence) -> list[object]:
    """Return every diagnosis that the evidence leads to."""
    stall = replace(FAILED, kind="stall", code=None)
    ended = [Exited("decode0", 1), Exited("prefill0", 0)]
    return [
        diagnose(plan, FAILED, [], evidence),
        diagnose(plan, FAILED, ended, evidence),
        diagnose(plan, stall, [], evidence),
        diagnose(plan, None, [], evidence),
    ]


@given(logs=LOGS, seed=st.integers(0, 2**32))
@tried(500)
def test_cuts_and_interleavings_do_not_change_the_answer(
    steps: LaunchPlan, logs: dict[str, list[str]], seed: int
) -> None:
    left = {name: "".join(f"{line}\n" for line in lines).encode() for name, lines in logs.items()}
    readers = {name: reader_of(processes(steps)[name]) for name in logs}
    evidence = Evidence(steps, _MILESTONES)
    chance = Random(seed)  # noqa: S311 - which log speaks next
    while left:
        name = chance.choice(sorted(left))
        size = chance.randint(1, 400)
        for line in readers[name].feed(left[name][:size]):
            evidence.receive(line)
        left[name] = left[name][size:]
        if not left[name]:
            del left[name]
            for line in readers[name].close():
                evidence.receive(line)

    assert answers(steps, whole(steps, logs)) == answers(steps, evidence)


@given(logs=LOGS)
@tried(150)
def test_reading_what_the_screen_picks_does_not_change_the_answer(
    steps: LaunchPlan, logs: dict[str, list[str]]
) -> None:
    evidence = Evidence(steps, _MILESTONES)
    for name, texts in logs.items():
        process = processes(steps)[name]
        block = "\n".join(texts).encode()
        for number, raw in evidence.screen.pick(block):
            for line in reader_of(process).feed(raw + b"\n"):
                evidence.notice(replace(line, number=number + 1))
        reader = reader_of(process)
        evidence.last_words([*reader.feed(block), *reader.close()])

    assert answers(steps, whole(steps, logs)) == answers(steps, evidence)


def test_what_is_kept_does_not_grow_with_the_logs(steps: LaunchPlan) -> None:
    evidence = Evidence(steps, _MILESTONES)
    counts = []
    for number in range(1, 40_001):
        text = SAID[number % len(SAID)] if number % 3 else "ValueError: boom"
        evidence.receive(Line("decode0", number % 16, number, text))
        evidence.receive(Line("decode0", None, number, SLURM[0]))
        if number % 20_000 == 0:
            heard = evidence.heard["decode0"]
            counts.append(len(heard.own()) + len(heard.by_slurm()))

    assert max(counts) < 16 * 40 + 1200
    assert counts[1] < counts[0] * 1.1


def test_lines_of_unplanned_processes_say_nothing(steps: LaunchPlan) -> None:
    evidence = Evidence(steps)
    line = Line("stranger", None, 1, "CUDA out of memory")
    evidence.receive(line)
    evidence.notice(line)
    evidence.last_words([line])

    assert diagnose(steps, None, [], evidence) is None


def test_the_last_words_are_the_last_ones(steps: LaunchPlan) -> None:
    evidence = Evidence(steps)
    for number in range(100):
        evidence.receive(Line("decode0", number % 2, number, f"words {number}"))

    said = evidence.heard["decode0"].said(1)
    assert [99 - 2 * back for back in range(KEPT)][::-1] == [line.number for line in said]


# -- what is over --------------------------------------------------------------------------------


def heard(plan: LaunchPlan, *texts: str, **more: str) -> Evidence:
    return whole(plan, {"decode0": list(texts), **{name: [text] for name, text in more.items()}})


OOM = " 5: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB"


def test_an_error_that_was_recovered_from_is_no_cause(steps: LaunchPlan) -> None:
    recovered = heard(steps, OOM, " 5: Model init total -- 1.05s")

    assert diagnose(steps, None, [], recovered) is None
    found = diagnose(steps, FAILED, [Exited("decode0", 1)], recovered)
    assert (None, "unknown") == (found.known_issue, found.fault)
    assert found.dismissed[0].startswith("rank 5 of decode0 on node2 went on after it: torch.Out")
    assert found.dismissed[0].endswith("(logs/decode0.log:1)")


def test_an_error_after_the_progress_is_one(steps: LaunchPlan) -> None:
    found = diagnose(steps, None, [], heard(steps, " 5: Model init total -- 1.05s", OOM))

    assert found is not None
    assert ("DKI401", 5, "node2") == (found.known_issue, found.rank, found.node)
    assert found.evidence == "logs/decode0.log:2"
    assert found.what.startswith("cannot go on during ")


def test_a_worker_that_registered_has_recovered_from_all_before(steps: LaunchPlan) -> None:
    registered = " 0: rank0 registered m at dynamo.backend.generate after 16 ranks"

    assert diagnose(steps, None, [], heard(steps, OOM, registered)) is None
    assert diagnose(steps, None, [], heard(steps, registered, OOM)) is not None


def test_what_is_said_while_being_stopped_is_no_cause(steps: LaunchPlan) -> None:
    stopped = heard(steps, " 5: Received signal 15, ending", OOM)

    assert diagnose(steps, None, [], stopped) is None
    found = diagnose(steps, FAILED, [Exited("decode0", 1)], stopped)
    assert found.known_issue is None
    assert "rank 5 of decode0 on node2 was being stopped: torch.Out" in found.dismissed[0]


def test_what_matters_between_roles_only_is_nothing_to_one(steps: LaunchPlan) -> None:
    off = " 5: [11/21/2026-09:19:49] [TRT-LLM] [W] cache_transceiver is disabled"
    alone = replace(steps, workers=steps.workers[:1])

    assert diagnose(alone, None, [], heard(alone, off)) is None
    found = diagnose(steps, None, [], heard(steps, off))
    assert found is not None
    assert found.known_issue == "DKI303"


@pytest.mark.parametrize(("version", "known"), [("1.0.0rc3", None), ("1.0.0rc4", "DKI303")])
def test_an_issue_of_other_releases_is_not_recognised(
    steps: LaunchPlan, version: str, known: str | None
) -> None:
    evidence = Evidence(steps, versions={"trtllm": version})
    evidence.receive(Line("decode0", 5, 1, "[TRT-LLM] [E] cache_transceiver is disabled"))

    assert known == diagnose(steps, FAILED, [Exited("decode0", 1)], evidence).known_issue
