# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The frontend cannot use what a worker has registered.

Why: The model's card is not in the store or not readable: frontend and worker are of different
releases, or look at different stores.

Remedy: Run frontend and workers from one image, with the same etcd and NATS; on 1.4 set
DYN_SYSTEM_PORT on the worker.

Source: Dynamo, `llm/src/discovery/watcher.rs`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI202",
    "model-card-missing",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "error adding model",
        "Error adding model",
        "load_mdc did not complete",
        "Missing model deployment card",
        "Failed to deserialize model deployment card",
        "Invalid JSON in model entry",
        "Failed to deserialize model card",
        "ModelDeploymentCard not found for model",
    ),
    # what its disk lacked has a name of its own
    pattern=r"^(?!.*os error (?:28|122|13|30)\b)(?!.*No space left).*(?:[Ee]rror adding model|load_mdc did not complete|(?:Missing|Failed to deserialize) model deployment card|Invalid JSON in model entry)|Failed to deserialize model card err=|ModelDeploymentCard not found for model: ",
    phase="registration",
    broad=True,
    samples=(
        '2026-09-15T01:30:30.752042Z ERROR dynamo_llm::discovery::watcher: Failed to deserialize model deployment card key="v1/mdc/dynamo/backend/generate/694d9a1c" error="missing field `worker_type` at line 1 column 3112"',
        "0: \x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::discovery::watcher\x1b[0m\x1b[2m:\x1b[0m error adding model m: load_mdc did not complete",
        '\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::discovery::watcher\x1b[0m\x1b[2m:\x1b[0m Error adding model from discovery model_name="tiny" error="Missing model deployment card"',
        "\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::discovery::watcher\x1b[0m\x1b[2m:\x1b[0m Invalid JSON in model entry: expected value at line 1",
        "2026-01-19T22:01:13.204331Z ERROR dynamo_llm::discovery::watcher: Failed to deserialize model card err=unknown variant `Tensor`, expected `Text` or `Tokens` instance_id=7587888423158276100",
        "Exception: ModelDeploymentCard not found for model: Qwen/Qwen3-0.6B",
    ),
    near_misses=(
        'ERROR dynamo_llm::discovery::watcher: Error adding model from discovery model_name="m" error="symlinking /root/.cache/dynamo/mdc/m/config.json.tmp: No space left on device (os error 28)"',
        '\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_llm::discovery::watcher\x1b[0m\x1b[2m:\x1b[0m added model model_name="m"',
    ),
)
