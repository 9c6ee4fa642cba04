# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import rundir
from pytest_dynamo.supervisor.rundir import Appender, RunDir


def test_a_run_directory_is_its_owners_alone(tmp_path: Path) -> None:
    run = RunDir.create(tmp_path / "a; 'run'")

    assert run.path.stat().st_mode & 0o777 == 0o700
    assert run.logs.is_dir()


def test_a_directory_holds_one_run(tmp_path: Path) -> None:
    run = RunDir.create(tmp_path / "run")
    rundir.write_json(run.run, {})

    with pytest.raises(LaunchError, match="holds a run already"):
        RunDir.create(tmp_path / "run")


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")

    with pytest.raises(LaunchError, match=r"cannot be written.*\n.*--dynamo-run-dir"):
        RunDir.create(tmp_path / "run")


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path, stop = tmp_path / "state.json", threading.Event()
    rundir.write_json(path, {"n": 0, "fill": "x" * 100_000})

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            rundir.write_json(path, {"n": number, "fill": "x" * 100_000})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = {len((rundir.read_json(path) or {})["fill"]) for _ in range(200)}
    finally:
        stop.set()
        writer.join()

    assert sizes == {100_000}


def test_a_record_still_being_written_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    appender = Appender(path)
    appender.append({"n": 1})
    appender.close()
    with path.open("a") as file:
        file.write('{"n": 2')

    assert list(rundir.read_lines(path)) == [{"n": 1}]


def test_what_does_not_exist_is_absent(tmp_path: Path) -> None:
    assert rundir.read_json(tmp_path / "none.json") is None
    assert list(rundir.read_lines(tmp_path / "none.jsonl")) == []
    assert RunDir(tmp_path).state() == {"state": "absent"}


def test_the_node_local_directory_is_refused_when_it_is_no_directory_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rundir.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    rundir.of_this_node().symlink_to(tmp_path / "elsewhere")

    with pytest.raises(LaunchError, match="belongs to someone else"):
        rundir.node_local("run")


def test_nodes_that_share_their_temporary_directory_have_registers_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = rundir.of_this_node()
    monkeypatch.setattr(rundir.socket, "gethostname", lambda: "another")

    assert rundir.of_this_node().parent == here.parent
    assert rundir.of_this_node() != here


def test_forgetting_keeps_the_locks_until_the_whole_goes(tmp_path: Path) -> None:
    for name in (rundir.REGISTER, rundir.SUPERVISOR, "controller.lock"):
        (tmp_path / name).touch()

    rundir.forget(tmp_path, whole=False)
    kept = [path.name for path in tmp_path.iterdir()]
    rundir.forget(tmp_path, whole=True)

    assert kept == ["controller.lock"]
    assert not tmp_path.exists()


def test_a_full_disk_is_noted_and_stops_nobody() -> None:
    events = Appender(Path("/dev/full"))

    events.append({"kind": "lost"})

    assert events.refused == "No space left on device"
    events.close()
