# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One rank of a worker, in the place of a process with a GPU: says what it says, dies as it dies.

    python -E -s -S rank.py --worker decode0 --role agg|prefill|decode --rendezvous HOST:PORT
        --model-name NAME --model-path DIR --endpoint dynamo.backend.generate --load-seconds 0.2
        [--era 2025|2026] [--rendezvous-timeout 60] [--itl-ms 0]

Rank and world size are SLURM_PROCID and SLURM_NTASKS as srun gives them, else OMPI_COMM_WORLD_*.
Every rank prints the launch chain's lines, loads, and meets rank 0 at the rendezvous; rank 0
registers with the Dynamo runtime when all have met, and serves (``leader.py``). STANDIN_RUN names
the run, so that a rank left over from another one is refused. STANDIN_FAULT: see ``faults.py``.

Exit status: 0 told to stop, by SIGTERM or by rank 0; 1 failed; 2 wrong arguments or environment;
3 refused at the rendezvous, or rank 0 that had to refuse a rank of its own; 4 rank 0 lost a rank,
or one never came; 5 lost rank 0, or never reached it. While the runtime waits for etcd in rank 0,
SIGTERM is the end itself.

There is one such process for every GPU of a topology, so this file is written to start cheaply:
ranks other than 0 import nothing that costs, which is why options are parsed by hand.
"""

from __future__ import annotations

import _socket  # socket itself, with its enums, doubles what a rank costs: 14.5 ms of CPU, not 7.5
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType, ModuleType
    from typing import NoReturn

    from pytest_dynamo.standin.faults import Fault

# As _socket; and typeshed does not know it, so no import statement.
_signal: ModuleType = __import__("_signal")

STOPPED, FAILED, MISUSED, REFUSED, LOST_RANK, LOST_LEADER = range(6)

_OPTIONS = {
    "worker": None,
    "role": None,
    "rendezvous": None,
    "model-name": None,
    "model-path": None,
    "endpoint": None,
    "load-seconds": "0.2",
    "era": "2026",
    "rendezvous-timeout": "60",
    "itl-ms": "0",
}

# What tensorrt_llm/_torch/models/modeling_utils.py names its progress bar when modules load one
# after the other, and when they load in threads as they do by default since 2026 (1.3.0rc0).
_LOADING = {"2025": "Loading weights", "2026": "Loading weights concurrently"}
_MODULES = 801  # those of the model whose log was looked at


class Rank:
    """Who this process is, how it speaks and how it loads."""

    def __init__(self, options: Mapping[str, str], environ: Mapping[str, str]) -> None:
        self.worker = options["worker"]
        self.role = options["role"]
        self.model_name = options["model-name"]
        self.model_path = options["model-path"]
        self.endpoint = options["endpoint"]
        self.load_seconds = float(options["load-seconds"])
        self.era = options["era"]
        self.timeout_s = float(options["rendezvous-timeout"])
        self.itl_s = float(options["itl-ms"]) / 1000
        host, _, port = options["rendezvous"].rpartition(":")
        self.rendezvous = (host, int(port))
        self.number = int(environ.get("SLURM_PROCID") or environ.get("OMPI_COMM_WORLD_RANK") or 0)
        self.world = int(environ.get("SLURM_NTASKS") or environ.get("OMPI_COMM_WORLD_SIZE") or 1)
        self.host = environ.get("SLURMD_NODENAME") or os.uname().nodename
        self.run = environ.get("STANDIN_RUN", "")
        self.faults: tuple[Fault, ...] = ()
        if environ.get("STANDIN_FAULT"):
            from pytest_dynamo.standin import faults  # noqa: PLC0415 dear, and rarely wanted

            self.faults = faults.parse(environ["STANDIN_FAULT"])
        for option, value, accepted in (
            ("--role", self.role, ("agg", "prefill", "decode")),
            ("--era", self.era, tuple(_LOADING)),
        ):
            if value not in accepted:
                raise ValueError(f"{option} {value} is none of {', '.join(accepted)}")
        if not 0 <= self.number < self.world:
            raise ValueError(f"rank {self.number} is none of a world of {self.world}")

    @property
    def hello(self) -> str:
        """What this rank says at the rendezvous."""
        return "\t".join(("hello", self.run, self.worker, str(self.number), str(self.world)))

    @property
    def load_time_s(self) -> float:
        """How long this rank loads: within 25 % of what was asked for, and each time the same."""
        return self.load_seconds * (0.75 + 0.5 * _share(f"{self.number} {self.worker}"))

    def say(self, words: str, file: int = 2) -> None:
        """Write a line at once, so that ranks which share a file do not write into each other's."""
        os.write(file, f"{words}\n".encode())

    def leave(self, status: int, words: str) -> NoReturn:
        """Say why and end the process now, whatever its threads do."""
        self.say(f"rank{self.number}: {words}")
        os._exit(status)

    def reach(self, stage: str, at: float = 0.0) -> None:
        """Commit the fault of this rank at this point, if one was asked for."""
        for fault in self.faults:
            if (fault.stage, fault.at) == (stage, at) and fault.strikes(self.worker, self.number):
                fault.commit(self.number)

    def introduce(self, command: str) -> None:
        """Say what trtllm-llmapi-launch says, in yellow and on stderr as it does."""

        def launcher_says(words: str) -> None:
            self.say(f"\033[33m{words}\033[0m")

        launcher_says(f"mpi_rank: {self.number}")
        launcher_says(f"tllm_mpi_size: {self.world}")
        kind = "worker" if self.number else "leader"
        if not self.number:
            launcher_says(f"rank0 run {command} in background")
        launcher_says(
            f"rank{self.number} run mgmn {kind} node with mpi_world_size: {self.world} ..."
        )
        if not self.number:
            launcher_says(f"rank0 host: {self.host}")

    def load(self, began: float) -> None:
        """Take the time that loading takes since then, and say what the engine says meanwhile."""
        seconds = self.load_time_s
        struck = [fault.at for fault in self.faults if fault.stage == "load"]
        for part in sorted({0.0, 0.25, 0.5, 0.75, 1.0, *struck}):
            # The one place that sleeps on purpose: this is the loading.
            time.sleep(max(0.0, began + part * seconds - time.monotonic()))
            self.reach("load", part)
            self._show(part, time.monotonic() - began)
        self.say(f"Model init total -- {time.monotonic() - began:.2f}s", file=1)

    def _show(self, part: float, elapsed: float) -> None:
        """Write tqdm's bar, each state on a line of its own rather than over the one before."""
        done = int(part * _MODULES)
        full, eighths = divmod(int(part * 10 * 8), 8)
        bar = "█" * full + " ▏▎▍▌▋▊▉"[eighths].strip()
        rate = f"{done / elapsed:.2f}it/s" if done and elapsed else "?it/s"
        left = _clock(elapsed / part - elapsed) if done else "?"
        self.say(
            f"{_LOADING[self.era]}: {100 * part:3.0f}%|{bar:<10}| {done}/{_MODULES} "
            f"[{_clock(elapsed)}<{left}, {rate}]"
        )


class Follower:
    """What a rank other than 0 does: meet rank 0, and live as long as rank 0 does."""

    def __init__(self, rank: Rank) -> None:
        self._rank = rank
        self._link: _socket.socket | None = None

    def stop(self, _number: int, _frame: FrameType | None) -> NoReturn:
        """Tell rank 0 that this end is wanted; the way out on SIGTERM."""
        if self._link is not None:
            try:
                self._link.send(b"bye\n")
            except OSError as error:
                self._rank.say(f"rank{self._rank.number}: rank 0 was gone already: {error}")
        os._exit(STOPPED)

    def live(self, began: float) -> NoReturn:
        """Load, meet rank 0, and stay until it goes."""
        rank = self._rank
        rank.load(began)
        rank.reach("loaded")
        self._link = self._meet()
        try:
            self._follow(self._link)
        except ConnectionError as error:
            rank.leave(LOST_LEADER, f"lost rank 0: {error}")
        rank.leave(LOST_LEADER, "lost rank 0")

    def _follow(self, link: _socket.socket) -> None:
        """Do what rank 0 says, until it has gone."""
        link.send(f"{self._rank.hello}\n".encode())
        told = b""
        while more := link.recv(4096):
            *lines, told = (told + more).split(b"\n")
            for line in lines:
                self._heed(line.decode())

    def _heed(self, told: str) -> None:
        verb, _, rest = told.partition(" ")
        if verb == "refused":
            self._rank.leave(REFUSED, f"refused by rank 0: {rest}")
        elif verb == "bye":
            os._exit(STOPPED)
        elif verb == "serving":
            self._rank.reach("serving", float(rest))

    def _meet(self) -> _socket.socket:
        rank = self._rank
        deadline = time.monotonic() + rank.timeout_s
        while True:
            link = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
            try:
                link.connect(rank.rendezvous)
            except OSError as error:
                link.close()
                if time.monotonic() > deadline:
                    where = "{}:{}".format(*rank.rendezvous)
                    words = f"rank 0 not reached at {where} in {rank.timeout_s:g} s: {error}"
                    rank.leave(LOST_LEADER, words)
                time.sleep(0.02)  # until rank 0 listens, or the deadline
            else:
                return link


def parse(words: list[str]) -> dict[str, str]:
    """Return the options by name.

    Raises:
        ValueError: one is unknown, has no value, or is missing.
    """
    given = {name: value for name, value in _OPTIONS.items() if value is not None}
    for name, value in zip(words[::2], [*words[1::2], None], strict=False):
        if not name.startswith("--") or name[2:] not in _OPTIONS or value is None:
            raise ValueError(f"{name} is none of --{' VALUE, --'.join(_OPTIONS)} VALUE")
        given[name[2:]] = value
    if missing := [name for name in _OPTIONS if name not in given]:
        raise ValueError(f"--{', --'.join(missing)} missing")
    return given


def _share(name: str) -> float:
    """Return a number in [0, 1] that depends on the name alone (FNV-1a)."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value / 0xFFFFFFFF


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def main() -> None:
    """Be the rank that the arguments and the environment describe."""
    began = time.monotonic()
    sys.path.append(__file__.rsplit("/", 3)[0])  # where this package is; with -S nobody else did
    try:
        rank = Rank(parse(sys.argv[1:]), os.environ)
    except ValueError as error:
        os.write(2, f"rank.py: {error}\n".encode())
        sys.exit(MISUSED)
    follower = Follower(rank)
    for number in (_signal.SIGTERM, _signal.SIGINT):
        _signal.signal(number, follower.stop)
    rank.reach("start")
    rank.introduce(" ".join(sys.orig_argv))
    if os.environ.get("STANDIN_MPI"):
        from pytest_dynamo.standin import mpi  # noqa: PLC0415 dear, and rarely wanted

        mpi.meet(rank)
    if rank.number:
        follower.live(began)
    from pytest_dynamo.standin import leader  # noqa: PLC0415 dear, and for rank 0 alone

    leader.live(rank, began)


if __name__ == "__main__":
    main()
