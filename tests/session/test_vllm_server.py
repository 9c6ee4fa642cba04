# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A healthy vLLM passes at a URL, and what it does not offer is skipped with its name.

It takes minutes on a CPU, and vLLM is no dependency: ``VLLM`` is its program where it is not on
PATH, ``VLLM_MODEL`` the directory of a model, of random weights or not.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.openai import Client, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from running import Run

PROGRAM = os.environ.get("VLLM") or shutil.which("vllm")
MODEL = os.environ.get("VLLM_MODEL")

pytestmark = pytest.mark.skipif(
    not (PROGRAM and MODEL), reason="needs vLLM and a model: VLLM=.../bin/vllm VLLM_MODEL=DIR"
)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A server of the model, on the CPU build as well as on GPUs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "VLLM_NO_USAGE_STATS": "1",
    }  # fmt: skip
    with (tmp_path / "vllm.log").open("w") as log:
        server = subprocess.Popen(
            [
                str(PROGRAM), "serve", str(MODEL), "--served-model-name", "tiny",
                "--host", "127.0.0.1", "--port", str(port), "--max-model-len", "2048",
                "--enforce-eager",
            ],
            env={**os.environ, **settings},
            stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        found = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 600
        with Client(found) as client:
            while not _listed(client):
                assert server.poll() is None, (tmp_path / "vllm.log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "vllm.log").read_text()
                time.sleep(0.5)
        yield found
    finally:
        server.terminate()
        server.wait(60)


def _listed(client: Client) -> bool:
    try:
        return client.models() == ("tiny",)
    except NoAnswer:
        return False


def test_a_healthy_vllm_passes(start_pytest: Callable[..., Run], url: str) -> None:
    run = start_pytest(f"--dynamo-url={url}", "-rs")

    assert run.wait(600) == pytest.ExitCode.OK, run.text
    assert "vllm " in run.json("server.json")["name"]
    assert run.json("report.json")["live_passed"] > 80
    assert " does not say which worker answered" in run.text
