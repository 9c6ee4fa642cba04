# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""UCX settings for rank 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN423",
    "ucx-settings-lost",
    level="info",
    since="0.1",
    strikes="silent",
    source="trtllm-llmapi-launch unsets UCX_* and others for the task of rank 0",
    bad="""
    environment: {UCX_TLS: "rc,cuda_copy"}
    """,
    good="""
    environment: {TLLM_LOG_LEVEL: INFO}
    """,
)
def ucx_settings_lost(case: Case) -> Iterator[Flag]:
    """UCX_* variables, which the main process of rank 0 does not see.

    Why: the launcher unsets them where it starts the server, so that it is no MPI rank by mistake;
    the other ranks keep them.

    Remedy: none where only ranks use UCX; the server's own traffic goes by the defaults.
    """
    lost = sorted(name for name in case.topology.environment if name.startswith("UCX_"))
    if lost and case.topology.engine == "trtllm":
        yield Flag(
            ("environment", lost[0]),
            f"{', '.join(lost)} do not reach the main process of rank 0",
            "set them in the image where the server needs them too",
        )
