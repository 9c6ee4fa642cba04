# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A request has an image, and the worker takes none.

Why: The worker was started without the option for it.

Remedy: Start the workers with --enable-multimodal, or --modality multimodal before 1.0.

Source: Dynamo 1.6.1 with vLLM, run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI212",
    "images-not-enabled",
    role="root",
    fault="config",
    engine="dynamo",
    texts=("multimodal processing is not enabled",),
    phase="serving",
    samples=(
        " 0: ValueError: Received multimodal data but multimodal processing is not enabled. Use --enable-multimodal",
    ),
    near_misses=("multimodal processing is enabled",),
)
