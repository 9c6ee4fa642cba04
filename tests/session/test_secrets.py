# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a run writes and shows holds no secret, even if a process or a test prints one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import Run, needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "opensesame-1234"
TESTS = """
import os
def test_told(deployment):
    with (deployment.run_dir / "logs" / "agg0.1.log").open("a") as log:
        log.write(f"{os.environ['HF_TOKEN']} at nats://scott:tiger@host, as always\\n")
    assert not os.environ["HF_TOKEN"], f"nats://scott:tiger@host: {os.environ['HF_TOKEN']}"
def test_sent(deployment):
    raise RuntimeError("Authorization: Bearer " + os.environ["HF_TOKEN"])
"""


@needs_dynamo
def test_no_secret_is_written_or_shown(start_pytest: Callable[..., Run], place: Path) -> None:
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest(
        "--topology=local_agg",
        "--dynamo-set=environment.NGC_API_KEY=hide-and-seek",
        "--junit-xml=junit.xml",
        "test_it.py",
        env={"HF_TOKEN": SECRET},
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    run.nothing_left(1)
    files = (path for path in place.rglob("*") if path.is_file())
    written = [path for path in files if not path.name.startswith("test_it.")]
    assert len(written) > 10
    for path in written:
        text = path.read_text(errors="replace")
        found = [word for word in (SECRET, "tiger", "hide-and-seek") if word in text]
        assert found == [], f"{path.name}: {found}"
    assert "*************** at nats://***********@host, as always\n" in run.logs()
    assert "Authorization: Bearer ***" in run.text
