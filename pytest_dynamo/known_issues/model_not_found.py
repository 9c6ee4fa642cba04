# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The model is not where the process looks for it.

Why: The path is of another machine or not mounted, or the name is of a hub that the nodes do not
reach.

Remedy: Correct model.path, mount it on every node, or fetch the model beforehand.

Source: Dynamo 1.6.1, run; Hugging Face transformers
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI201",
    "model-not-found",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "Model snapshots for ",
        "is not a valid model identifier",
        "does not appear to have a file named",
    ),
    pattern=r"Model snapshots for .* not found|not a valid model identifier|does not appear to have a file named",
    samples=(
        " 0: Exception: Model snapshots for '/models/r1' not found in cache",
        "OSError: /models/r1 is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'",
        "OSError: /models/r1 does not appear to have a file named config.json.",
    ),
    near_misses=("Loading model /models/r1", "Model snapshot of /models/r1 found"),
)
