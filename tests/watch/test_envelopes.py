# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.watch.envelopes import Letter, own_rank, recognise, seconds

AT = "2026-11-25T10:00:00.250000000Z"
WHEN = 1795600800.25
#: How each writer puts it, and what is told beside the text.
WRITERS = {
    "nobody": ("{text}", {}),
    "srun --label": (" 7: {text}", {"rank": 7}),
    "mpirun 4": ("[1,7]<stdout>:{text}", {"rank": 7}),
    "mpirun 5": ("[prterun-node1-123@1,7]<stderr>: {text}", {"rank": 7}),
    "docker logs -t": (f"{AT} {{text}}", {"at": WHEN}),
    "docker compose logs": ("decode-1  | {text}", {"stream": "decode-1"}),
    "kubectl logs --prefix": ("[pod/r1-decode-0/main] {text}", {"stream": "r1-decode-0/main"}),
    "kubectl logs --prefix --timestamps": (
        f"[pod/r1-decode-0/main] {AT} {{text}}",
        {"stream": "r1-decode-0/main", "at": WHEN},
    ),
    "stern": ("r1-decode-7d9f main {text}", {"stream": "r1-decode-7d9f"}),
    "stern, by a template": ("r1-decode-7d9f \u203a main {text}", {"stream": "r1-decode-7d9f"}),
    "journald": (
        "Aug 02 01:02:05 gn-12 dynamo-decode[416]: {text}", {"stream": "gn-12 dynamo-decode"},
    ),
    "a node's container runtime": (f"{AT} stderr F {{text}}", {"at": WHEN}),
    "srun --label within a pod": (
        f"[pod/r1-decode-0/main] {AT}  7: {{text}}",
        {"stream": "r1-decode-0/main", "at": WHEN, "rank": 7},
    ),
}
TEXTS = (
    "rank7 run mgmn worker node with mpi_world_size: 16 ...",
    "Model init total -- 55.42s",
    "2026-11-25T10:00:00.25Z  INFO dynamo_llm: added model",
    "torch.OutOfMemoryError: CUDA out of memory.",
)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_writers_envelope_is_taken_off(writer: str, text: str) -> None:
    form, told = WRITERS[writer]
    lines = [form.format(text=each) for each in TEXTS]

    found = recognise(lines).letter(form.format(text=text))

    assert Letter(text, **told) == found


def test_a_kernel_is_known_by_its_name_in_a_journal() -> None:
    line = "Aug 02 01:02:05 gn-12 kernel: mlx5_core 0000:29:00.0: Link down"

    letter = recognise([line]).letter(line)

    assert ("gn-12 kernel", "kernel: mlx5_core 0000:29:00.0: Link down") == (
        letter.stream,
        letter.text,
    )


def test_what_docker_keeps_of_a_line_is_opened() -> None:
    data = {"log": f"{TEXTS[1]}\n", "stream": "stdout", "time": AT}

    line = json.dumps(data)

    assert Letter(TEXTS[1], at=WHEN) == recognise([line]).letter(line)


JOURNALED = {"__REALTIME_TIMESTAMP": "1795600800250000", "_HOSTNAME": "gn-12"}


@pytest.mark.parametrize(
    ("data", "letter"),
    [
        (
            {"message": "x y\n", "nodeName": "gn-12", "podName": "r1-0", "containerName": "main"},
            Letter("x y", "r1-0", node="gn-12"),
        ),
        (
            {"log": "x y\n", "time": AT, "kubernetes": {"pod_name": "r1-0", "host": "gn-12"}},
            Letter("x y", "r1-0", at=WHEN, node="gn-12"),
        ),
        (
            {**JOURNALED, "SYSLOG_IDENTIFIER": "slurmd", "_COMM": "x", "MESSAGE": "x y"},
            Letter("x y", "gn-12 slurmd", at=WHEN),
        ),
        (
            {**JOURNALED, "SYSLOG_IDENTIFIER": "kernel", "MESSAGE": "x y"},
            Letter("kernel: x y", "gn-12 kernel", at=WHEN),
        ),
        # with a terminal code in it
        (
            {**JOURNALED, "_COMM": "python3", "MESSAGE": [27, 91, 51, 49, 109, 120]},
            Letter("\x1b[31mx", "gn-12 python3", at=WHEN),
        ),
    ],
)
def test_a_line_is_taken_out_of_the_object_that_holds_it(
    data: dict[str, object], letter: Letter
) -> None:
    line = json.dumps(data)
    opener = recognise([line])

    assert letter == opener.letter(line)
    assert opener.several


@pytest.mark.parametrize("said", [None, ["a", None, 300], [[1], [2]]])
def test_what_a_journal_could_not_keep_of_a_line_is_nothing(said: object) -> None:
    line = json.dumps({**JOURNALED, "SYSLOG_IDENTIFIER": "slurmd", "MESSAGE": said})

    assert Letter("", "gn-12 slurmd", at=WHEN) == recognise([line]).letter(line)


def test_an_object_may_lie_within_the_envelope_that_names_its_pod() -> None:
    line = "[pod/r1-0/main] " + json.dumps({"log": "x y", "stream": "stdout", "time": AT})

    assert Letter("x y", "r1-0/main", at=WHEN) == recognise([line]).letter(line)


@pytest.mark.parametrize(
    "data",
    [
        {"time": AT, "level": "INFO", "target": "dynamo_llm", "message": "x"},
        {"MESSAGE": "of no node"},
        {"podName": "r1-0"},
        {"kubernetes": {"namespace": "llm"}, "message": "of no pod"},
    ],
)
def test_what_a_program_writes_as_an_object_is_no_envelope(data: dict[str, object]) -> None:
    assert recognise([json.dumps(data)]).names == ()


def test_a_json_line_that_was_cut_stays_as_it_is() -> None:
    line = json.dumps({"log": "x\n", "stream": "stdout", "time": AT})
    cut = line[:12]

    assert cut == recognise([line, line]).letter(cut).text


def test_a_line_without_the_envelope_of_its_log_is_left_alone() -> None:
    opener = recognise([" 3: a", " 4: b", "srun: error: node2: task 3: Exited with exit code 1"])

    assert opener.ranks
    assert Letter("srun: error: node2: task 3: Killed") == opener.letter(
        "srun: error: node2: task 3: Killed"
    )


def test_the_time_that_rust_writes_is_the_programs_own() -> None:
    lines = [TEXTS[2], "2026-11-25T10:00:01Z ERROR dynamo_llm: failed"]

    assert recognise(lines).names == ()


def test_numbers_at_the_beginning_of_some_lines_are_no_labels() -> None:
    lines = ["12: a line of a listing", *["Loading weights: 50%"] * 9]

    assert recognise(lines).names == ()


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("[rank3]: Traceback (most recent call last):", 3),
        ("[11/25/2026-10:00:00] [TRT-LLM] [RANK 5] [I] iter = 1", 5),
        ("(VllmWorker rank=2 pid=81) INFO loading", 2),
        ("(Worker_TP6 pid=81) INFO loading", 6),
        ("rank 3 is lost", None),
    ],
)
def test_a_rank_that_a_program_calls_itself_is_found(text: str, rank: int | None) -> None:
    assert rank == own_rank(text)


@pytest.mark.parametrize(
    ("time", "at"),
    [
        (AT, WHEN),
        ("2026-11-25T10:00:00Z", WHEN - 0.25),
        ("2026-11-25T12:00:00.25+02:00", WHEN),
        ("2026-13-25T10:00:00Z", None),
        ("", None),
    ],
)
def test_times_of_rfc_3339_are_seconds(time: str, at: float | None) -> None:
    assert at == seconds(time)


@given(st.lists(st.text(st.characters(blacklist_characters="\n\r")), max_size=9))
def test_any_lines_can_be_opened(lines: list[str]) -> None:
    opener = recognise(lines)

    for line in lines:
        assert line.endswith(opener.letter(line).text) or opener.names[:1] == ("json",)
