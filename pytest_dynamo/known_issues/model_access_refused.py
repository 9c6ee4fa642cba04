# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The hub refuses the model to this account.

Why: The model is gated, and HF_TOKEN is missing or of someone who did not accept its terms.

Remedy: Set HF_TOKEN, accept the model's terms, or give the path of a local copy.

Source: huggingface_hub, `errors.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI214",
    "model-access-refused",
    role="root",
    fault="config",
    engine="hugging-face",
    texts=(
        "GatedRepoError",
        "access gated repo",
        "access a gated repo",
    ),
    samples=(
        "huggingface_hub.errors.GatedRepoError: 401 Client Error.",
        " 0: Cannot access gated repo for url https://huggingface.co/m/resolve/main/config.json.",
        "OSError: You are trying to access a gated repo.",
    ),
    near_misses=("INFO HF_TOKEN is set, gated models can be fetched",),
)
