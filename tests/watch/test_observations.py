# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from pytest_dynamo.watch.observations import ended_how, signal_of


@pytest.mark.parametrize(
    ("code", "how", "signal"),
    [
        (0, "exit 0", None),
        (1, "exit 1", None),
        (128, "exit 128", None),
        (-9, "SIGKILL", 9),
        (-15, "SIGTERM", 15),
        (-34, "signal 34", 34),
        (137, "exit 137 (SIGKILL)", 9),
        (143, "exit 143 (SIGTERM)", 15),
        (134, "exit 134 (SIGABRT)", 6),
        (233, "exit 233", None),
        (255, "exit 255", None),
    ],
)
def test_a_status_is_told_as_exit_or_signal(code: int, how: str, signal: int | None) -> None:
    assert how == ended_how(code)
    assert signal == signal_of(code)
