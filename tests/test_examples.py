# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The examples do what they say they do; the gate itself runs in tests/cluster."""

from __future__ import annotations

import re
import shutil
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from commands import said
from running import PYTEST, needs_dynamo

from pytest_dynamo.launch.plan import nodes_needed
from pytest_dynamo.topology import places

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the example project, away from the checkout."""
    hidden = shutil.ignore_patterns("__pycache__", ".pytest_cache", "dynamo-runs")
    return Path(shutil.copytree(EXAMPLES / "site", tmp_path / "site", ignore=hidden))


def run(site: Path, *arguments: str, **variables: str) -> str:
    """Return what pytest says in the example project."""
    return said(*PYTEST, *arguments, cwd=site, **variables)


@needs_dynamo
def test_a_sites_own_tests_judge_its_own_topology(site: Path) -> None:
    text = run(site, "--topology=our_8b", ".")

    assert "== 2 passed in" in text
    assert "dynamo: verdict: pass (stand-in): 1 live check(s)" in text


def test_a_sites_rule_is_heard(site: Path) -> None:
    dry = ("--topology=our_8b", "--dynamo-dry-run")

    assert "environment IMAGE: warning SITE1" in run(site, *dry, IMAGE="nvcr.io/x")
    assert "SITE1" not in run(site, *dry)


def test_a_sites_launcher_words_every_step(site: Path) -> None:
    text = run(site, "--topology=our_8b", "--dynamo-dry-run")

    steps = text.count("  srun \\\n")
    assert steps > 0
    assert text.count("--reservation=llm") == steps


def gate(name: str) -> tuple[list[str], list[str]]:
    """Return the commands of a CI's job, and the patterns of what it keeps."""
    data = yaml.safe_load((EXAMPLES / "gate" / name).read_text())
    if name.startswith("gitlab"):
        job = data["dynamo"]
        kept = job["artifacts"]
        return job["script"], [*kept["paths"], kept["reports"]["junit"]]
    steps = data["jobs"]["gate"]["steps"]
    kept = next(step["with"]["path"] for step in steps if "upload" in step.get("uses", ""))
    return [step["run"] for step in steps if "run" in step], kept.split()


@pytest.mark.parametrize("name", ["gitlab-ci.yml", "github-workflow.yml"])
def test_a_ci_job_runs_the_gate_and_keeps_what_it_writes(name: str) -> None:
    commands, kept = gate(name)
    script = (EXAMPLES / "gate" / "gate.sbatch").read_text()
    (output,) = re.findall(r"--output=(\S+)", script)
    (run,) = re.findall(r"^run=(\S+)", script, re.MULTILINE)

    submits = [line.split() for line in commands if line.startswith("gate/")]
    assert [(EXAMPLES / words[0]).is_file() for words in submits] == [True]
    assert any(fnmatch(output.replace("%j", "7"), pattern) for pattern in kept)
    assert any(fnmatch(f"{run.replace('$SLURM_JOB_ID', '7')}/", pattern) for pattern in kept)


@pytest.mark.parametrize("name", ["gitlab-ci.yml", "github-workflow.yml"])
def test_a_ci_job_asks_for_the_nodes_that_its_topology_needs(name: str) -> None:
    commands, _ = gate(name)
    words = next(line.split() for line in commands if line.startswith("gate/"))

    topology = places.load(words[1], [places.bundled()])

    asked = {
        f"--nodes={nodes_needed(topology)}", f"--gres=gpu:{topology.hardware.gpus_per_node}"
    }  # fmt: skip
    assert asked <= set(words)
    assert any(f"--topology={words[1]} --dynamo-dry-run" in line for line in commands)
