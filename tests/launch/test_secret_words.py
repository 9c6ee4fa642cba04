# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A secret that is a word of a command line is in no written plan, and in the command that runs."""

from __future__ import annotations

import json
import selectors
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
from pytest_dynamo.launch.secret_words import revealed, without
from pytest_dynamo.redaction import Redactor
from pytest_dynamo.supervisor.children import Children

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "sesame-open-9"
LINES = [
    ("serve", "--api-key", SECRET, "--port", "8000"),
    ("serve", f"--api-key={SECRET}", "--port", "8000"),
    ("env", f"HF_TOKEN={SECRET}", "serve"),
    ("curl", "-H", f"Authorization: Bearer {SECRET}"),
    ("curl", "-H", "Authorization: Bearer", SECRET),
    ("etcdctl", f"http://user:{SECRET}@node1:2379"),
    ("serve", "--hf-token", SECRET, "--api-key", SECRET),
]
HARMLESS = [
    ("serve", "--max-num-tokens", "8192", "--tokenizer-mode", "auto"),
    ("serve", "--api-key", "--port", "8000"),
    ("env", "TRTLLM_MAX_NUM_TOKENS=8192", "serve"),
    ("serve", "--container-env", "ETCD_ENDPOINTS,NATS_SERVER"),
]


def with_words(tokens: tuple[str, ...]) -> LaunchPlan:
    process = Process("agg0.0", "agg0", "worker", tokens, "logs/agg0.log", ("node1",), (0,))
    worker = Worker("agg0", "agg", 0, "backend", ("node1",), ((0,),))
    return LaunchPlan(
        "t", "mine", "m", "http://node1:8000", "node1", ("node1",), (worker,), (process,)
    )


@pytest.mark.parametrize("tokens", LINES, ids=" ".join)
def test_no_written_plan_holds_it_and_whoever_runs_it_gets_it_back(tokens: tuple[str, ...]) -> None:
    made = with_words(tokens)

    written = json.dumps(made.to_dict())
    read = LaunchPlan.from_dict(json.loads(written)).processes[0]

    assert SECRET not in written
    assert SECRET not in made.script()
    assert tokens == revealed(read.tokens, made.secret_words())
    assert SECRET not in json.dumps(Redactor().data({"argv": list(tokens)}))


@pytest.mark.parametrize("tokens", HARMLESS, ids=" ".join)
def test_other_words_are_written_as_they_are(tokens: tuple[str, ...]) -> None:
    made = with_words(tokens)

    assert list(tokens) == list(made.to_dict()["processes"][0]["tokens"])
    assert made.secret_words() == {}
    assert Redactor().data(list(tokens)) == list(tokens)


def test_a_process_is_told_its_secret_by_its_words_alone(tmp_path: Path) -> None:
    program = "import os, sys; print(sys.argv[1:], [n for n in os.environ if 'SECRET_WORD' in n])"
    made = with_words((sys.executable, "-c", program, "--api-key", SECRET))
    process = LaunchPlan.from_dict(made.to_dict()).processes[0]
    with selectors.DefaultSelector() as selector:
        children = Children(tmp_path, selector)
        child = children.start(process, {"PATH": "/bin", **made.secret_words()})
        child.popen.wait(timeout=60)
        children.reap()

    assert f"['--api-key', '{SECRET}'] []" == (tmp_path / process.log).read_text().strip()
    assert without({"A": "1", **made.secret_words()}) == {"A": "1"}
