# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A real multi-node Slurm inside this machine, to be thrown away.

Theory of operation. A node is a set of Linux namespaces with a hostname, an address, a process
table, a /tmp and a /dev/shm of its own, in which an unmodified slurmd runs; the file system is
shared otherwise, as a parallel one would be. All hosts live inside one outer set of namespaces:

    machine
      '- cluster    PID 1 is a shell; bridge, munged, slurmctld     (host "ctl")
           |- login     no slurmd; where users type                 (host "login")
           |- node1     slurmd, its steps and their tasks
           '- nodeN

so that the kernel itself ends every daemon, step and rank when the outer PID 1 ends: ``stop`` is
one SIGKILL to one recorded process. No network namespace has a name, no bridge is on the machine,
nothing is mounted in it, and no file lies outside the cluster's directory.

Needs root, or a range in /etc/subuid and /etc/subgid; see ``obstacle``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_dynamo.supervisor.identity import Identity
from pytest_dynamo.supervisor.virtual import files, namespaces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_dynamo.supervisor.virtual.files import Shape

_PROGRAMS = ("unshare", "ip", "munged", "slurmctld", "slurmd", "sinfo", "srun", "salloc")
#: Debian's names of the packages that hold them.
PACKAGES = "slurmctld slurmd slurm-client munge libpmix2 iproute2"
_NO_SUCH_PROGRAM = 127


class ClusterError(Exception):
    """Raised when the cluster cannot do what it is asked for."""


def obstacle(*, rootless: bool = False) -> str | None:
    """Return why no cluster can run on this machine, None when one can."""
    paths = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    needed = (*_PROGRAMS, *(("newuidmap",) if rootless else ()))
    packages = f"{PACKAGES} uidmap" if rootless else PACKAGES
    if missing := [name for name in needed if not shutil.which(name, path=paths)]:
        return f"{', '.join(missing)} not installed: apt-get install {packages}"
    if os.geteuid() and not rootless:
        return "a Slurm of its own needs root here"
    words = [*_outer_words(rootless=rootless), "true"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip()
        if "/etc/sub" in said:
            return f"{said}: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER"
        return f"namespaces are not allowed here: {said}"
    return None


def _outer_words(*, rootless: bool) -> list[str]:
    return [
        "unshare", *(("--user", "--map-root-user", "--map-auto") if rootless else ()), "--mount",
        "--net", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc",
    ]  # fmt: skip


def _first(parent: int) -> Identity | None:
    pid = namespaces.first_process(parent)
    return Identity.of(pid) if pid else None


class Cluster:
    """One cluster, known by its directory; several programs may use it at once."""

    def __init__(self, directory: Path) -> None:
        self.place = directory.resolve()
        self._record = self.place / "cluster.json"
        self._undo: list[Callable[[], object]] = []
        self._again: Callable[[], None] | None = None
        self._spoiled = False

    # -- life ------------------------------------------------------------------------------------

    def start(self, shape: Shape, *, rootless: bool = False, bound: bool = False) -> None:
        """Bring it up, and return when every node is idle; ``bound``, it ends with its starter."""
        if not 1 <= shape.nodes <= files.MAX_NODES:
            raise ClusterError(f"{shape.nodes} nodes: 1 to {files.MAX_NODES} are possible")
        if reason := obstacle(rootless=rootless):
            raise ClusterError(reason)
        files.write(self.place, shape)
        environment = {**os.environ, "VC": str(self.place)}
        environment["PATH"] = f"{environment.get('PATH', '')}:/usr/sbin:/sbin"
        environment.pop("SLURM_CONF", None)
        with (self.place / "log/init.ctl.log").open("wb") as log:
            outer = subprocess.Popen(
                [
                    *(("setpriv", "--pdeathsig", "KILL") if bound else ()),
                    *_outer_words(rootless=rootless),
                    "sh", str(self.place / "init/ctl.sh"),
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                cwd="/", start_new_session=True,
            )  # fmt: skip
        try:
            identity = _wait("PID 1", lambda: _living(outer) and _first(outer.pid))
            record = {**identity.to_dict(), "nodes": shape.names, "rootless": rootless}
            self._record.write_text(json.dumps(record))
            ready = self.place / "run/ctl.ready"
            _wait("host ctl", lambda: _living(outer) and ready.exists())
            self.add_hosts(["login", *shape.names])
            self._do("idle.sh", str(shape.nodes))
        except BaseException:
            outer.kill()  # with --kill-child, all of it
            outer.wait()
            sys.stderr.write(self._tails())
            raise
        self._outer = outer
        self._again = lambda: self.start(shape, rootless=rootless, bound=bound)
        self._spoiled = False

    def stop(self) -> None:
        """End everything in it by ending its PID 1."""
        data = self._data()
        identity = Identity.from_dict(data)
        identity.signal(signal.SIGKILL)
        _wait("the end of the cluster", lambda: not identity.alive)
        self._record.unlink()
        if outer := getattr(self, "_outer", None):
            outer.wait(10)

    @property
    def nodes(self) -> list[str]:
        """The names of the nodes."""
        return list(self._data()["nodes"])

    def _data(self) -> dict[str, Any]:  # Any: a JSON object
        try:
            data: dict[str, Any] = json.loads(self._record.read_text())
        except FileNotFoundError:
            raise ClusterError(f"no cluster in {self.place}") from None
        if not Identity.from_dict(data).alive:
            raise ClusterError(f"the cluster in {self.place} has ended")
        return data

    def _tails(self) -> str:
        logs = sorted((self.place / "log").glob("*"))
        return "".join(f"--- {log.name}\n{log.read_text(errors='replace')[-600:]}" for log in logs)

    # -- programs inside -------------------------------------------------------------------------

    def command(self, words: Sequence[str], on: str = "login") -> list[str]:
        """Return the words that run a program on a host; its status and signals pass through."""
        me = str(Path(__file__).parent)
        return [sys.executable, "-E", "-s", me, "--dir", str(self.place), "exec", "--on", on, "--",
                *words]  # fmt: skip

    def call(self, *words: str, on: str = "login", timeout_s: float = 60) -> str:
        """Run a program on a host and return what it says."""
        done = subprocess.run(
            self.command(words, on), capture_output=True, text=True, timeout=timeout_s, check=False
        )
        if done.returncode:
            raise ClusterError(f"{words} on {on}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def become(self, words: Sequence[str], on: str = "login") -> NoReturn:
        """Turn this process into a program on a host."""
        data = self._data()
        os.environ.pop("SLURM_CONF", None)  # a host finds /etc/slurm
        os.environ["PATH"] += ":/usr/sbin:/sbin"
        os.environ["VC"] = str(self.place)
        here = Path.cwd()
        flags = namespaces.HOST | (namespaces.NEWUSER if data["rootless"] else 0)
        namespaces.enter(int(data["pid"]), flags)
        namespaces.fork_followed()
        if on != "ctl":
            namespaces.enter(self._inner_init(on), namespaces.HOST)
            namespaces.fork_followed()
        os.chdir(here if here.is_dir() else "/")  # not every path is shared with every host
        try:
            os.execvp(words[0], list(words))  # noqa: S606 - no shell is what is wanted
        except OSError as error:
            sys.stderr.write(f"{words[0]}: {error.strerror}\n")
        os._exit(_NO_SUCH_PROGRAM)

    def _inner_init(self, host: str) -> int:
        try:
            return int((self.place / "hosts" / host / "pid").read_text())
        except FileNotFoundError:
            raise ClusterError(f"no host {host}, or it is down") from None

    def _do(self, script: str, *words: str) -> None:
        self.call("sh", str(self.place / "init" / script), *words, on="ctl")

    # -- hosts and faults ------------------------------------------------------------------------

    def add_hosts(self, names: Sequence[str]) -> None:
        """Make hosts and start their slurmd."""
        self._do("add.sh", *(f"{name}={files.number(name)}" for name in names))

    def power_off(self, node: str) -> None:
        """End every process of a node at once, none of which says goodbye to its peers."""
        words = 'ip link set "v-$2" down && kill -KILL "$1"'
        self.call("sh", "-c", words, "sh", str(self._inner_init(node)), node, on="ctl")
        (self.place / "hosts" / node / "pid").unlink()
        self._undo.append(lambda: self.boot(node))

    def boot(self, node: str) -> None:
        """Start a node that was powered off; the kernel has removed its interface or does so."""
        self.call("sh", "-c", 'ip link del "v-$1" || :', "sh", node, on="ctl")
        self.add_hosts([node])

    def kill_slurmd(self, node: str) -> None:
        """End the daemon of a node; its steps and ranks live on."""
        pid = (self.place / "hosts" / node / "slurmd.pid").read_text().strip()
        self.call("kill", "-KILL", pid, on=node)
        self._undo.append(lambda: self.start_slurmd(node))

    def start_slurmd(self, node: str) -> None:
        """Start the daemon of a node again."""
        words = 'slurmd -D >"$VC/log/slurmd.$1.out" 2>&1 & echo $! >"$VC/hosts/$1/slurmd.pid"'
        self.call("sh", "-c", words, "sh", node, on=node)

    def link(self, node: str, way: str) -> None:
        """Cut a node's cable (``down``) or mend it (``up``)."""
        self.call("ip", "link", "set", f"v-{node}", way, on="ctl")
        if way == "down":
            self._undo.append(lambda: self.link(node, "up"))

    def drain(self, node: str, reason: str) -> None:
        """Take a node out of service; what runs there runs on."""
        update = ("scontrol", "update", f"nodename={node}")
        self.call(*update, "state=drain", f"reason={reason}")
        self._undo.append(lambda: self.call(*update, "state=resume"))

    def stop_controller(self) -> None:
        """Have slurmctld save its state and end; killed, it forgets the jobs just begun."""
        pid = (self.place / "run/slurmctld.number").read_text().strip()
        words = 'kill -TERM "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.05; done'
        self.call("sh", "-c", words, "sh", pid, on="ctl")
        self._spoiled = True

    def start_controller(self) -> None:
        """Start slurmctld again with its saved state."""
        self._do("slurmctld.sh")

    def root(self, host: str) -> Path:
        """Return where this machine sees the files of a host, with its own /tmp and /dev/shm."""
        return Path(f"/proc/{self._data()['pid']}/root/proc/{self._inner_init(host)}/root")

    def up(self) -> list[str]:
        """Return the nodes that are not powered off."""
        return [name for name in self.nodes if (self.place / "hosts" / name / "pid").exists()]

    def mend(self) -> None:
        """Undo every fault, and wait until every node is idle again.

        After a controller that was away nodes and jobs may take minutes to agree: then it is made
        anew.
        """
        if self._spoiled and self._again:
            self._undo.clear()
            self.stop()
            self._again()
            return
        while self._undo:
            self._undo.pop()()
        self.call("scancel", "--user=root")
        self._do("idle.sh", str(len(self.nodes)))


def _living(process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise ClusterError("the cluster ended while it started")
    return True


def _wait(what: str, probe: Callable[[], Any], timeout_s: float = 30) -> Any:  # Any: the probe's
    deadline = time.monotonic() + timeout_s
    while not (result := probe()):
        if time.monotonic() > deadline:
            raise ClusterError(f"{what}: not within {timeout_s} s")
        time.sleep(0.01)
    return result
