# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The frontend refuses a worker whose model card is not that of the workers before it.

Why: Two releases or two configurations serve one model in one namespace, as during an update that
replaces workers one by one: the block size, the context length or the chat template differ.

Remedy: End all old workers of the namespace before the new ones start, or give these a namespace of
their own.

Source: Dynamo, `llm/src/discovery/watcher.rs`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI219",
    "model-cards-differ",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "Checksum for new worker does not match",
        "Checksum for new model does not match",
        "a model-card checksum that does not match the existing",
        "Rejected incompatible workers; the first accepted",
    ),
    phase="registration",
    noticed=True,
    samples=(
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::discovery::watcher\x1b[0m\x1b[2m:\x1b[0m Checksum for new worker does not match existing WorkerSet's checksum. Drain all old workers in this namespace before deploying a new version. model_name=\"tiny\" namespace=\"dynamo\" new_checksum=\"5d0c\"",
        " 0: 2026-03-02T09:19:49.741499Z ERROR dynamo_llm::discovery::watcher: Checksum for new worker does not match existing model's checksum. Drain all old workers in this namespace before deploying a new version.",
        '2026-03-02T09:19:49.741499Z ERROR dynamo_llm::discovery::watcher: Checksum for new model does not match existing model. model_name="tiny"',
        '2026-09-11T03:15:30.771845Z ERROR dynamo_llm::discovery::watcher: Reconciliation found a model-card checksum that does not match the existing WorkerSet. Drain all old workers in this namespace before deploying a new version. model_name="Qwen/Qwen3-32B"',
        "2026-09-02T16:22:00.012182Z ERROR dynamo_llm::discovery::controller: Rejected incompatible workers; the first accepted configuration retains the WorkerSet model=meta-llama/Llama-3.3-70B-Instruct",
    ),
    near_misses=(
        '{"level":"panic","ts":"2026-01-12T08:13:02Z","msg":"failed to open database","error":"checksum error"}',
    ),
)
