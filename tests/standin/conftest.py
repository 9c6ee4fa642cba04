# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A stage on which stand-ins are started as the local launcher starts them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import pytest_dynamo.standin
from pytest_dynamo.supervisor.allocation import free_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(pytest_dynamo.standin.__file__).parent
MODEL = "nvidia/DeepSeek-R1-FP4"
#: More than the workers of the largest guide, and their frontend.
PORTS = 32


@dataclass
class Actor:
    """One started process and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def ended(self, within_s: float = 5) -> int:
        """Return the exit status."""
        return self.process.wait(within_s)


@dataclass
class Stage:
    """Starts actors, waits for what they say, and clears itself away."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    actors: list[Actor] = field(default_factory=list)
    port: int = 0
    _ports: Iterator[int] = field(default_factory=lambda: iter(free_ports(PORTS)))

    def free_port(self) -> int:
        """Return a port that no other actor of this stage was given."""
        return next(self._ports)

    def start(self, name: str, tokens: list[str], **environment: str) -> Actor:
        log = self.directory / f"{len(self.actors)}-{name}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                tokens,
                cwd=self.directory,
                env=self.environment | environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.actors.append(Actor(name, process, log))
        return self.actors[-1]

    def frontend(self, router: str = "round-robin", *more: str, port: int = 0) -> Actor:
        self.port = port or self.free_port()
        words = ["--host", "127.0.0.1", "--port", str(self.port), "--router", router, *more]
        return self.start("frontend", [sys.executable, str(HERE / "frontend.py"), *words])

    def rank(
        self,
        worker: str,
        number: int,
        world: int,
        rendezvous: int,
        *more: str,
        python: str = sys.executable,
        **env: str,
    ) -> Actor:
        role = worker.rstrip("0123456789")
        component = "prefill" if role == "prefill" else "backend"
        words = {
            "worker": worker,
            "role": role,
            "rendezvous": f"127.0.0.1:{rendezvous}",
            "model-name": MODEL,
            "model-path": str(HERE / "tokenizer"),
            "endpoint": f"dynamo.{component}.generate",
            "load-seconds": "0.2",
        }
        options = [word for name, value in words.items() for word in (f"--{name}", value)]
        tokens = [python, "-E", "-s", "-S", str(HERE / "rank.py"), *options, *more]
        place = {"SLURM_PROCID": str(number), "SLURM_NTASKS": str(world)}
        return self.start(f"{worker}.{number}", tokens, **place, **env)

    def worker(self, name: str, world: int, *more: str, **env: str) -> list[Actor]:
        rendezvous = self.free_port()
        return [self.rank(name, number, world, rendezvous, *more, **env) for number in range(world)]

    def until(self, what: str, happened: Callable[[], Any], within_s: float = 20) -> Any:
        """Return the first true answer; fail when time is up or an actor ends meanwhile."""
        deadline = time.monotonic() + within_s
        while True:
            if answer := happened():
                return answer
            ended = [actor for actor in self.actors if actor.process.poll() is not None]
            assert not ended, f"{what}: ended: {[(one.name, one.text) for one in ended]}"
            assert time.monotonic() < deadline, f"{what}: {[one.text for one in self.actors]}"
            time.sleep(0.01)

    def until_said(self, actor: Actor, words: str) -> None:
        self.until(f"{actor.name}: {words}", lambda: words in actor.text)

    def up(self, name: str, world: int, *more: str, **env: str) -> list[Actor]:
        """Return the ranks of a worker that has registered."""
        ranks = self.worker(name, world, "--load-seconds", "0", *more, **env)
        self.until_said(ranks[0], "rank0 registered")
        return ranks

    def until_served(self) -> None:
        """Wait for a chat that ends well; it is the first request, so faults may count on it."""
        self.until("a listed model", lambda: MODEL in self.request("GET", "/v1/models")[1])
        self.until("a served chat", lambda: self.chat("up", max_tokens=1)[0] == 200)

    def request(
        self, method: str, path: str, body: object = None, timeout_s: float = 10
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        with contextlib.closing(connection):
            try:
                connection.connect()
            except ConnectionRefusedError:
                return 0, ""
            headers = {"Content-Type": "application/json"}
            connection.request(method, path, json.dumps(body) if body else None, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    def chat(
        self, content: object, timeout_s: float = 10, **more: object
    ) -> tuple[int, str]:
        messages = [{"role": "user", "content": content}]
        body = {"model": MODEL, "messages": messages, **more}
        return self.request("POST", "/v1/chat/completions", body, timeout_s)

    def answered(self, content: object, **more: object) -> dict[str, Any]:
        """Return the chat completion, which must be one."""
        status, text = self.chat(content, **more)
        assert status == 200, text
        completion: dict[str, Any] = json.loads(text)
        return completion

    def clear(self) -> None:
        for actor in self.actors:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(actor.process.pid, signal.SIGKILL)
            actor.process.wait(5)


@pytest.fixture
def runtime() -> None:
    """Skip where the real Dynamo runtime is not installed."""
    if find_spec("dynamo") is None or find_spec("dynamo._core") is None:
        pytest.skip("ai-dynamo-runtime is not installed: pip install 'pytest-dynamo[dynamo]'")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    (tmp_path / "home").mkdir()
    (tmp_path / "discovery").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "DYN_DISCOVERY_BACKEND": "file",
        "DYN_FILE_KV": str(tmp_path / "discovery"),
        "DYN_REQUEST_PLANE": "tcp",
        "DYN_TCP_RPC_HOST": "127.0.0.1",
        "DYN_SDK_DISABLE_ANSI_LOGGING": "1",
    }
    stage = Stage(tmp_path, environment)
    yield stage
    stage.clear()
