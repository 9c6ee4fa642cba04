# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Some bundles of the training part, judged: what each way to keep logs needs to be read right.

All of them are judged by ``benchmarks/diagnosis.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus_logs import bundles
from corpus_logs.case import cases
from corpus_logs.scoring import score
from pytest_dynamo import known_issues
from pytest_dynamo.session import judging
from pytest_dynamo.session.record import open_record

if TYPE_CHECKING:
    from pathlib import Path

CASES = {case.name: case for case in cases()}


@pytest.mark.parametrize(
    ("name", "issue"),
    [
        ("gpu-oom-one-rank", "gpu-out-of-memory"),  # a run directory that was concluded
        ("killed-rank5", "none"),  # one whose supervisor was killed before
        ("exit-zero-local", "none"),  # an end with 0 among its events
        ("healthy-stopped-disagg", "none"),  # a wanted stop, and ends after it
        ("frontend-gone-traceback", "none"),  # a service that is a step of its own
        ("assertion-key", "none"),  # a file for each rank, and one of what srun said
        ("no-step-busy", "no-step"),  # no rank ever spoke
        ("kv-does-not-fit-vllm", "vllm-cache-too-small"),  # docker compose
        ("healthy-all-at-once", "none"),  # everything that sounds bad
    ],
)
def test_a_bundle_is_judged_right(name: str, issue: str, tmp_path: Path) -> None:
    bundle = bundles.make(CASES[name])
    assert not bundle.held_out
    for path, data in bundle.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)

    record = open_record(tmp_path)
    found = judging.judge(judging.subject(record, bundle.topology, print), print).diagnosis

    accepted = {bundle.truth.symptom or "": [known(issue)]}
    assert score(bundle, found, accepted).right, found
    assert not score(bundle, found, accepted).wrong_with_confidence


def known(name: str) -> str:
    """Return the code of an issue, or that there is none."""
    return name if name == "none" else known_issues.get(name).code
