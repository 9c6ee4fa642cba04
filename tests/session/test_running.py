# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A run that goes well: what a person sees, what is written, and what is shared."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from running import Run, needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = needs_dynamo


def outcomes(run: Run) -> dict[str, str]:
    """Return the outcome of every test of a verbose run, by node id."""
    pattern = re.compile(r"(?:\[gw\d+\] \[ *\d+%\] )?(?:([A-Z]+) )?(\S+::\S+)(?: ([A-Z]+))?")
    found = {}
    for line in run.text.splitlines():
        match = pattern.match(line)
        if match and (word := match[1] or match[3]) and not word.startswith("SUB"):
            found[match[2]] = word
    return found


def test_the_bundled_suites_run_from_anywhere_and_under_xdist_with_the_same_results(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    alone = start_pytest("--topology=wide_ep_disagg", "-v", "--junit-xml=junit.xml", name="alone")
    assert alone.wait() == pytest.ExitCode.OK, alone.text
    alone.nothing_left(1)
    says_what_it_ran_on(alone, place / "junit.xml")
    writes_every_stage_down(alone)
    shared = start_pytest("--topology=wide_ep_disagg", "-v", "-n", "4", name="shared")
    assert shared.wait() == pytest.ExitCode.OK, shared.text

    assert outcomes(shared) == outcomes(alone)
    assert len(outcomes(alone)) > 40
    assert len(shared.events("ready")) == 1
    assert len(shared.events("spawned")) == len(shared.json("plan.json")["processes"])
    shared.nothing_left(1)


def says_what_it_ran_on(run: Run, junit: Path) -> None:
    assert "dynamo: topology wide_ep_disagg (--topology, guide 001): 32 ranks" in run.text
    assert "dynamo: STAND-IN: " in run.text
    assert "decode0: 16/16 loaded, slowest rank" in run.text
    last = run.text.strip().splitlines()[-1]
    assert last.startswith("dynamo: verdict: pass (stand-in): ")
    assert str(run.directory) in last
    report = run.json("report.json")
    assert report["verdict"] == "pass"
    assert report["stand_in"]
    assert report["unproven"] > 0
    suite = ET.parse(junit).getroot().find("testsuite/properties")  # noqa: S314 - ours
    assert suite is not None
    properties = {each.get("name"): each.get("value") for each in suite}
    assert properties["dynamo.verdict"] == "pass"
    assert properties["dynamo.topology"] == "wide_ep_disagg"
    assert properties["dynamo.ranks"] == "32"


def writes_every_stage_down(run: Run) -> None:
    names = {path.name for path in run.directory.iterdir()}
    assert {
        "topology.yaml", "findings.json", "plan.json", "plan.sh", "processes.jsonl", "logs",
        "events.jsonl", "lock.json", "nodes.json", "deployment.json", "teardown.json",
        "report.json", "run.json",
    } <= names  # fmt: skip
    assert run.directory.stat().st_mode & 0o777 == 0o700
    assert [event["kind"] for event in run.events()][-2:] == ["stopping", "stopped"]
    assert len((run.directory / "processes.jsonl").read_text().splitlines()) == len(
        run.json("plan.json")["processes"]
    )


def test_the_deployment_serves_within_half_a_second_of_being_able_to(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(
        "import time\n"
        "def test_first(deployment): open('first', 'w').write(str(time.time()))\n"
    )
    run = start_pytest("--topology=wide_ep_disagg", "test_it.py")

    assert run.wait() == pytest.ExitCode.OK, run.text
    ready = run.events("ready")[0]["at"]
    assert float((place / "first").read_text()) - ready < 0.5


def test_keep_leaves_it_up_and_says_how_to_stop_it(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text("def test_it(deployment): pass\n")
    run = start_pytest("--topology=local_agg", "--dynamo-keep", "test_it.py")
    assert run.wait() == pytest.ExitCode.OK, run.text
    base = run.json("deployment.json")["base_url"]

    with urllib.request.urlopen(f"{base}/v1/models", timeout=5) as answer:  # noqa: S310 - loopback
        listed = json.load(answer)
    stopped = subprocess.run(
        [sys.executable, "-m", "pytest_dynamo.supervisor", "--stop", str(run.directory)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert [entry["id"] for entry in listed["data"]] == [run.json("deployment.json")["model"]]
    assert f"kept: {base}" in run.text
    assert "pytest_dynamo.supervisor --stop" in run.text
    assert stopped.returncode == 0, stopped.stderr
    assert "nothing left" in stopped.stdout
    assert run.json("deployment.json")["state"] == "stopped"
    assert run.processes() == []


def test_the_guides_variables_override_and_the_header_says_so(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(
        "def test_it(deployment): assert deployment.client.models() == ('mine/model',)\n"
    )
    run = start_pytest(
        "--topology=local_disagg", "test_it.py", env={"SERVED_MODEL_NAME": "mine/model"}
    )

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert "dynamo: model.served_name from environment SERVED_MODEL_NAME" in run.text


def test_no_secret_reaches_the_run_directory(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(
        "from pathlib import Path\n"
        "def test_it(deployment):\n"
        "    pid = next(e['pid'] for e in deployment.events if e.get('process') == 'agg0.1')\n"
        "    assert b'HF_TOKEN=hf_verysecret' in Path(f'/proc/{pid}/environ').read_bytes()\n"
    )
    run = start_pytest(
        "--topology=local_agg",
        "--dynamo-set=environment.HF_TOKEN=hf_verysecret",
        "test_it.py",
        env={"NGC_API_KEY": "verysecret2"},
    )

    assert run.wait() == pytest.ExitCode.OK, run.text
    written = [path.read_bytes() for path in run.directory.rglob("*") if path.is_file()]
    assert not any(b"verysecret" in data for data in written)
    assert "verysecret" not in run.text


def test_the_dry_run_prints_the_plan_and_starts_nothing(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--topology=mlperf_llama405b_disagg", "--dynamo-dry-run")

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert run.text.count("\n  srun ") + run.text.count("\n  srun \\") >= 21
    assert "--ntasks 4" in run.text
    assert "dynamo: dry run: 0 error(s)" in run.text
    assert not run.directory.exists()


def test_the_dry_run_takes_every_topology(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--topology=all", "--dynamo-dry-run")

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert "dry run of 14 topologies" in run.text


def test_a_run_without_live_checks_is_no_pass(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.dynamo_requires('gpu')\n"
        "def test_gpu(deployment): pass\n"
    )
    run = start_pytest("--topology=local_agg", "test_it.py")

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert "1 unproven" in run.text
    assert run.json("report.json")["verdict"] == "unproven"


def test_the_dry_run_speaks_to_ci_of_a_config_repository(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    run = start_pytest(
        "--topology=local_agg",
        "--dynamo-dry-run",
        "--dynamo-set=services.nats_port=8000",
        "--dynamo-sarif=found.sarif",
        env={"GITHUB_ACTIONS": "true"},
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    results = json.loads((place / "found.sarif").read_text())["runs"][0]["results"]
    assert "DYN405" in {result["ruleId"] for result in results}
    assert re.search(r"^::error file=.*title=DYN405 ports-collide::", run.text, re.MULTILINE)


def test_the_embedded_default_stays_on_loopback_whatever_is_named(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text("def test_it(deployment): pass\n")
    run = start_pytest(
        "--topology=local_agg",
        "test_it.py",
        env={"ETCD_ENDPOINTS": "192.0.2.1:2379", "NATS_SERVER": "nats://192.0.2.1:4222"},
    )

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert "services.etcd_endpoints from environment ETCD_ENDPOINTS" in run.text
    assert "note: addresses of etcd, NATS and a head node are not used" in run.text
    assert "192.0.2.1" not in json.dumps(run.json("plan.json"))
