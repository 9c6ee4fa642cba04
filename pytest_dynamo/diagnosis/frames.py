# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose code raised an error: what a traceback tells where the words of the exception do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.watch.lines import Line

_FRAME = re.compile(r'^(?:\S.*\] )?(?:\(\w+ pid=\d+\) *)*\s*File "(?P<path>[^"]+)", line \d')
#: Files that do no more than read what a person set, of vLLM, TensorRT-LLM, Dynamo and Python.
_SETTINGS = re.compile(
    r"/(?:config/\w+|\w*arg_utils|llm_args|disagg_utils|argparse|args|\w+_args|configuration_\w+"
    r"|generation_config|speculative_config|scheduler_config)\.py$"
)
_RAISED = re.compile(r"(?:^|[\s\])])(?:\w+\.)*[A-Z]\w*(?:Error|Exception)\b(?::|$)")


def refused_setting(lines: Sequence[Line]) -> Line | None:
    """Return the first exception that was raised where settings are read, None if none was."""
    path = ""
    for line in lines:
        if frame := _FRAME.search(line.text):
            path = frame["path"]
        elif path and _RAISED.search(line.text):
            if _SETTINGS.search(path):
                return line
            path = ""
    return None
