# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The model hub refuses so many downloads.

Why: Each rank fetches the model by itself.

Remedy: Fetch the model beforehand, and set HF_HUB_OFFLINE=1.

Source: Dynamo issues 874, 3644 and 14315
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI211",
    "hub-refuses",
    role="root",
    fault="infrastructure",
    engine="hugging-face",
    texts=("429 Client Error", "Too Many Requests"),
    phase="load",
    samples=(
        "13: huggingface_hub.errors.HfHubHTTPError: 429 Client Error: Too Many Requests for url: https://huggingface.co/api/models/m",
    ),
    near_misses=("429 tokens generated",),
)
