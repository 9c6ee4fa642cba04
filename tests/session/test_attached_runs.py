# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A run that attaches judges what is there as a run that launched it does, and leaves it alone.

One deployment is brought up and kept; all runs attach to it, some through a proxy that makes it
look like another server.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from faults import another
from faults.proxy import serving
from running import PYTEST, Run, needs_dynamo

from pytest_dynamo.supervisor import control
from pytest_dynamo.supervisor.rundir import RunDir, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = needs_dynamo

REHEARSAL = "--dynamo-set=rehearsal=true"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunDir]:
    """A deployment that another run has brought up and left."""
    place = tmp_path_factory.mktemp("kept")
    (place / "test_up.py").write_text("def test_up(deployment): pass\n")
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTEST_", "SLURM_"))
    }
    done = subprocess.run(
        [
            *PYTEST, "-p", "no:cacheprovider", "--topology=local_disagg", "--dynamo-keep",
            f"--dynamo-run-dir={place / 'run'}", "test_up.py",
        ],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    run = RunDir(place / "run")
    yield run
    control.stop(run)


def url_of(run: RunDir) -> str:
    found: str = (read_json(run.plan) or {})["base_url"]
    return found


def lives(run: RunDir) -> bool:
    owner = control.supervisor_of(run)
    return owner is not None and owner.alive and run.state()["state"] == "ready"


def test_a_topology_is_judged_at_a_url_and_the_deployment_is_left_alone(
    start_pytest: Callable[..., Run], kept: RunDir, place: Path
) -> None:
    run = start_pytest(
        "--topology=local_disagg", f"--dynamo-url={url_of(kept)}", REHEARSAL, "--junit-xml=x.xml",
        "-k", "startup or cleanliness or models or errors or disaggregation or rules",
    )  # fmt: skip

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert lives(kept)
    assert f"dynamo: attached to {url_of(kept)}: Dynamo (1.x), model deepseek-ai/" in run.text
    report = run.json("report.json")
    assert ("pass", url_of(kept), "Dynamo (1.x)", None) == (
        report["verdict"], report["url"], report["server"], report["teardown"],
    )  # fmt: skip
    assert report["live_passed"] > 30
    assert report["unproven"] > 5
    assert "dynamo: verdict: pass (attached, stand-in): " in run.text.splitlines()[-1]
    names = {path.name for path in run.directory.iterdir()}
    assert names.isdisjoint({"plan.sh", "processes.jsonl", "supervisor.json", "teardown.json"})
    suite = ET.parse(place / "x.xml").getroot()  # noqa: S314 - ours
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert url_of(kept) == properties["dynamo.url"]
    assert "attached" == properties["dynamo.launcher"]
    told = {each.get("message") for each in suite.iter("skipped")}
    for what in ("ranks", "processes"):
        assert f"unproven: attached to {url_of(kept)}, which shows no {what}" in told


def test_a_url_alone_is_judged_by_all_workers_of_xdist(
    start_pytest: Callable[..., Run], kept: RunDir
) -> None:
    run = start_pytest(
        f"--dynamo-url={url_of(kept)}", REHEARSAL, "-n", "2", "-k", "coverage or chat"
    )

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert lives(kept)
    assert "dynamo: no topology is named: the API is judged" in run.text
    assert {"prefill": 1, "decode": 1} == run.json("server.json")["workers"]
    assert run.json("report.json")["live_passed"] > 20
    assert run.json("findings.json") == []


def test_another_openai_server_is_held_to_the_openai_api(
    start_pytest: Callable[..., Run], kept: RunDir
) -> None:
    with serving(url_of(kept), another.SERVER) as url:
        run = start_pytest(f"--dynamo-url={url}", REHEARSAL, "-rs")
        status = run.wait()

    assert status == pytest.ExitCode.OK, run.text
    shown = run.json("server.json")
    assert ("openai", "someone") == (shown["era"], shown["name"])
    assert f"{shown['model']}-2026-11-25" == shown["answers_as"]
    assert {
        "api-1.x", "cancellations", "log-probabilities", "several-answers", "understanding",
        "worker-counts", "worker-ids",
    } == set(shown["lacks"])  # fmt: skip
    assert run.json("report.json")["live_passed"] > 50
    assert "does not apply: someone does not say which worker answered" in run.text


def test_a_wrong_name_is_one_failure_that_names_both(
    start_pytest: Callable[..., Run], kept: RunDir
) -> None:
    run = start_pytest(
        "--topology=wide_ep_disagg", f"--dynamo-url={url_of(kept)}", REHEARSAL,
        "-k", "test_models",
    )  # fmt: skip

    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    report = run.json("report.json")
    assert "product" == report["verdict"]
    (failed,) = report["live_failed"]
    assert failed.endswith("test_exactly_the_served_name_is_listed")
    names = "listed: deepseek-ai/DeepSeek-R1-Distill-Llama-8B; described: nvidia/DeepSeek-R1-FP4"
    assert names in run.text
    assert "the server serves 'deepseek-ai/DeepSeek-R1-Distill-Llama-8B'" in run.text


@pytest.mark.parametrize(
    "option", ["--dynamo-dry-run", "--dynamo-keep", "--dynamo-launcher=local"]
)
def test_what_is_about_a_launch_is_refused(
    option: str, start_pytest: Callable[..., Run]
) -> None:
    run = start_pytest("--topology=local_agg", "--dynamo-url=http://127.0.0.1:1", option)

    assert run.wait() == pytest.ExitCode.USAGE_ERROR, run.text
    assert f"and {option.partition('=')[0]} is about a launch" in run.text


def test_nobody_there_is_told_once_and_nothing_is_run(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--dynamo-url=http://127.0.0.1:1", "-n", "2")

    assert run.wait() == pytest.ExitCode.USAGE_ERROR, run.text
    assert run.text.count("could not connect") == 1
    assert "Traceback" not in run.text
    assert not run.directory.exists()


# The last one, as it takes the deployment of all the others down.
def test_a_server_that_dies_ends_who_waits_and_blocks_the_rest(
    start_pytest: Callable[..., Run], kept: RunDir, place: Path
) -> None:
    (place / "test_it.py").write_text(
        "import subprocess, sys\n"
        "def test_first(deployment):\n"
        f"    stop = [sys.executable, '-m', 'pytest_dynamo.supervisor', '--stop',"
        f" {str(kept.path)!r}]\n"
        "    with deployment.client.open_stream('Hello.', max_tokens=4000) as stream:\n"
        "        next(stream)\n"
        "        subprocess.run(stop, check=True)\n"
        "    deployment.client.chat('Hello.')\n"
        "def test_second(deployment):\n"
        "    deployment.client.chat('Hello.')\n"
    )
    run = start_pytest(f"--dynamo-url={url_of(kept)}", REHEARSAL, "test_it.py", "-rA")

    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    assert run.text.count("remedy: look on its host why it ended") == 1, run.text
    assert "1 failed, 1 blocked" in run.text.replace("errors", "blocked"), run.text
    report = run.json("report.json")
    assert "product" == report["verdict"]
    assert "nobody listens there any more" in report["why"]
    assert "lost" == run.json("deployment.json")["state"]
    assert ["lost"] == [event["kind"] for event in run.events()]
