# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node is cleared of what is this user's and nobody's any more, and of nothing else."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.report.clearing import told
from pytest_dynamo.watch import clearing
from pytest_dynamo.watch.clearing import Cleared

if TYPE_CHECKING:
    from pathlib import Path

FREE = (("moe_free", 4096), ("nccl-free", 4096))


@pytest.fixture
def shm(tmp_path: Path) -> Path:
    """Two files that nobody holds, and two that are none of ours to judge."""
    for name in ("moe_free", "nccl-free", "other", "sem.moe_x"):
        (tmp_path / name).write_bytes(bytes(4096))
        (tmp_path / name).chmod(0o600)
    return tmp_path


def clear(directory: Path, **user: int) -> Cleared:
    done = subprocess.run(
        clearing.words(str(directory)),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "SLURMD_NODENAME": "here"},
        timeout=30,
        **user,
    )
    assert done.stderr == ""
    output = "".join(f" 7: {line}\n" for line in done.stdout.splitlines())
    return clearing.cleared(output, ["here"])["here"]


def make(directory: Path, name: str) -> Path:
    path = directory / name
    path.write_bytes(bytes(4096))
    path.chmod(0o600)
    return path


def test_what_nobody_holds_is_removed(shm: Path) -> None:
    assert clear(shm) == Cleared(FREE, ())
    assert sorted(path.name for path in shm.iterdir()) == ["other", "sem.moe_x"]


def test_what_a_process_has_open_or_mapped_is_kept(shm: Path) -> None:
    mapped, opened = make(shm, "moe_mapped"), make(shm, "moe_opened")
    with mapped.open("r+b") as file:
        view = mmap.mmap(file.fileno(), 0)
    with opened.open("rb"):
        found = clear(shm)
    view.close()

    why = f"process {os.getpid()} has it open"
    assert found == Cleared(FREE, (("moe_mapped", why), ("moe_opened", why)))
    assert mapped.exists()
    assert opened.exists()
    assert clear(shm).removed == (("moe_mapped", 4096), ("moe_opened", 4096))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system")
def test_a_device_with_the_number_of_a_file_does_not_hold_it(tmp_path: Path) -> None:
    names = [f"moe_{number}" for number in range(40)]
    make_and_clear = (
        'mount -t tmpfs young "$1" && cd "$1" || exit; shift; place=$PWD; '
        'for name in $NAMES; do : > "$name"; done; exec "$@" "$place" < /dev/null'
    )
    unshared = ("unshare", "--mount", "sh", "-c", make_and_clear, "sh", str(tmp_path))
    done = subprocess.run(
        (*unshared, *clearing.words("")[:-1]),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "NAMES": " ".join(names)},
        timeout=30,
    )
    found = clearing.cleared("".join(f"0: {line}\n" for line in done.stdout.splitlines()),
                             [os.uname().nodename])[os.uname().nodename]  # fmt: skip

    assert () == found.kept
    assert sorted(names) == sorted(name for name, _ in found.removed)


def test_what_is_no_file_of_an_engine_is_kept(shm: Path) -> None:
    make(shm, "moe_a;\nremoved moe_b 1")
    (shm / "moe_directory").mkdir()
    (shm / "moe_link").symlink_to("other")

    found = clear(shm)

    assert found == Cleared(FREE, (("moe_a??removed?moe_b?1", "its name is of no engine"),))
    assert (shm / "other").exists()
    assert (shm / "moe_link").is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_what_others_own_or_may_hold_is_kept(shm: Path) -> None:
    uid = 31_999
    os.chown(shm, uid, uid)
    for parent in list(shm.parents)[:3]:
        parent.chmod(parent.stat().st_mode | 0o011)
    for name in ("moe_mine", "moe_open_to_all"):
        os.chown(make(shm, name), uid, uid)
    (shm / "moe_open_to_all").chmod(0o666)

    found = clear(shm, user=uid, group=uid)

    assert found.removed == (("moe_mine", 4096),)
    assert dict(found.kept) == {
        "moe_free": "it is of user 0",
        "nccl-free": "it is of user 0",
        "moe_open_to_all": "other users may have it open",
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_nothing_is_removed_while_a_process_of_ours_hides_what_it_holds(shm: Path) -> None:
    uid = 31_998
    for parent in list(shm.parents)[:3]:
        parent.chmod(parent.stat().st_mode | 0o011)
    os.chown(shm, uid, uid)
    os.chown(make(shm, "moe_mine"), uid, uid)
    hide = "import ctypes, sys; ctypes.CDLL(None).prctl(4, 0); print(flush=True); sys.stdin.read()"
    words = ["setpriv", f"--reuid={uid}", "--clear-groups", sys.executable, "-S", "-c", hide]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as agent:
        assert agent.stdout
        agent.stdout.readline()
        found = clear(shm, user=uid, group=uid)
        agent.communicate()

    kept = dict(found.kept)
    assert found.removed == ()
    assert kept["moe_mine"] == f"process {agent.pid} of yours cannot be looked into"


@pytest.mark.parametrize("output", ["", "0: node n1;", "0: sh: 1: awk: not found", "0: done;"])
def test_what_did_not_end_is_no_answer(output: str) -> None:
    assert clearing.cleared(output, ["n1"]) == {}


def test_answers_that_srun_has_cut_are_whole() -> None:
    output = "0: node n1;\n1: node n2;\n0: remo\n0: ved moe_a 12;\n1: done;\n0: do\n0: ne;\n"

    assert clearing.cleared(output, ["n1", "n2"]) == {
        "n1": Cleared((("moe_a", 12),), ()),
        "n2": Cleared((), ()),
    }


def test_each_node_is_told_with_what_is_still_in_the_way() -> None:
    clean = Cleared((("moe_a", 12),), ())

    assert told([], {"n1": clean}) == (
        (
            "dynamo: n1: removed moe_a (12 bytes)\n"
            "dynamo: 1 node(s): 1 file(s) of shared memory removed, 0 kept\n"
        ),
        True,
    )
    assert told([], {"n1": Cleared((), (("moe_b", "it is of user 5"),))}) == (
        (
            "dynamo: n1: kept moe_b: it is of user 5\n"
            "dynamo: 1 node(s): 0 file(s) of shared memory removed, 1 kept\n"
        ),
        False,
    )
    assert told([], {"n1": clean, "n2": None})[1] is False
