# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Workers and frontends that look for each other in stores that are not the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.backends import backend_of
from pytest_dynamo.diagnosis.diagnose import of_requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:19:{:02}.741499Z "
STORE = AT.format(1) + " INFO dynamo_runtime::distributed: Initializing {}\n"
KV = STORE.format("KV store discovery backend: {}")
KUBERNETES = STORE.format("Kubernetes discovery backend")
ABSENT = AT.format(30) + "WARN http-request: request completed model=m http_status=404\n"
LISTED = AT.format(20) + ' INFO dynamo_llm::discovery::watcher: added model model_name="m"\n'
ETCD = '{"level":"info","ts":"2026-11-21T09:19:00Z","caller":"embed/serve.go:103","msg":"ready"}\n'
FILE, ETCDS = KV.format("File(/tmp/store)"), KV.format("Etcd")


@pytest.mark.parametrize(
    ("frontend", "decode", "prefill", "etcd", "where"),
    [
        (ETCDS, FILE, ETCDS, "", "rank 0 of decode0 on node1"),
        (KUBERNETES, FILE, FILE, "", "frontend on node1"),
        # who does not say looks in etcd, where one runs and it finds nothing
        (ABSENT, ETCDS, FILE, ETCD, "rank 0 of prefill0 on node5"),
        ("", ETCDS, FILE, ETCD, None),
        (ABSENT, ETCDS, FILE, "", None),
        # a file of another host, or another file
        (FILE + ABSENT, FILE, FILE, "", "frontend on node1"),
        (FILE, FILE, FILE, "", None),
        (FILE, KV.format("File(/tmp/other)"), FILE, "", "rank 0 of decode0 on node1"),
        # all look in one, or the model is listed
        (ETCDS + ABSENT, ETCDS, ETCDS, ETCD, None),
        (ETCDS + LISTED, FILE, FILE, ETCD, None),
    ],
)
def test_who_looks_in_another_store_is_never_found(  # noqa: PLR0917 - who says what
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    frontend: str,
    decode: str,
    prefill: str,
    etcd: str,
    where: str | None,
) -> None:
    said = {"etcd": etcd, "frontend": frontend, "decode0-rank0": decode, "prefill0-rank0": prefill}

    found = of_requests(plan, spoken(plan, said))

    assert where == (found.where if found else None)
    assert found is None or (found.fault, found.kind) == ("config", "exit")


@pytest.mark.parametrize(
    ("text", "store"),
    [
        ("Initializing KV store discovery backend: File(/tmp/kv)", ("file", "/tmp/kv")),
        ("Initializing KV store discovery backend: file root=/tmp/kv", ("file", "/tmp/kv")),
        ("Initializing KV store discovery backend: Etcd", ("etcd", None)),
        ("Initializing Kubernetes discovery backend", ("kubernetes", None)),
        ("Initializing KV store discovery backend", None),
    ],
)
def test_a_process_says_in_which_store_it_looks(
    text: str, store: tuple[str, str | None] | None
) -> None:
    assert store == backend_of(text)
