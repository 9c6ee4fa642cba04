# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What was said as a warning, or of a client, and whether an end follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.words import is_mild, quotes_client
from pytest_dynamo.watch.observations import Exited

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:19:{:02}.741499Z "
LOST = AT + " INFO dynamo_runtime::transports::etcd::lease: keep alive task failed: {}\n"
DEVICE = (
    "[1.2] [n1:9:0] ucp_context.c:1134 UCX  WARN  network device '{}' is not available, "
    "please use one or more of: 'eth0'(tcp)\n"
)
NIXL = "[11/21/2026-09:19:49] [TRT-LLM] [E] NIXL transfer setup failed: NIXL_ERR_BACKEND\n"
UCX = "[1.9] [n1:9:0] select.c:644  UCX  ERROR no active messages transport to <no debug data>\n"
BOUND = "[11/21/2026-09:19:10] [TRT-LLM] [RANK 3] [I] Model init total -- 55.42s\n"


@pytest.mark.parametrize(
    ("text", "mild"),
    [
        (LOST.format(1, "lease expired or revoked"), False),
        (LOST.format(1, 'status: Cancelled, message: "operation was canceled"'), True),
        (AT.format(1) + " INFO dynamo_runtime::transports::etcd::lease: granted", True),
        ('{"level":"warn","ts":"2026-11-21","msg":"failed to verify flags","error":"--a"}', False),
        ('{"level":"warn","ts":"2026-11-21","msg":"apply request took too long"}', True),
        (f"(Worker_TP3 pid=7) {AT.format(1)}WARNING worker.get_finished: failed", True),
        (f"(Worker_TP3 pid=7) {AT.format(1)}ERROR worker.get_finished: failed", False),
    ],
)
def test_some_end_by_what_they_call_no_error(
    text: str,
    mild: bool,  # noqa: FBT001 - a table
) -> None:
    assert mild == is_mild(text)


def test_who_lost_its_lease_and_ended_well_has_told_so_before_its_last_words(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    after = "".join(AT.format(second) + " INFO main: it ends\n" for second in range(10, 18))
    said = {"decode0-rank0": LOST.format(1, "failed to issue heartbeat in time") + after}

    found = diagnose(plan, None, [Exited("decode0-rank0", 0)], spoken(plan, said))

    assert found
    assert (found.known_issue, found.rank) == ("DKI103", 0)


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("[E] Error in kv cache transfer: request 4411 cancelled by the client", True),
        ("ERROR handler: client disconnected, request 4411 aborted", True),
        ("[E] Error in kv cache transfer: request 4411 timed out", False),
        ("INFO main: connected by the client", False),
    ],
)
def test_what_a_client_gave_up_is_no_failure(
    text: str,
    client: bool,  # noqa: FBT001 - a table
) -> None:
    assert client == quotes_client(text)


@pytest.mark.parametrize(
    ("device", "error", "known"),
    [
        ("mlx5_9:1", NIXL, "DKI612"),
        ("mlx5_bond_0:1", UCX, "DKI612"),
        ("ens5f0", NIXL, "DKI602"),  # no device of RDMA, whose data take another way
        ("ens5f0", UCX, None),
        ("mlx5_9:1", "RuntimeError: it broke in words of its own\n", None),
    ],
)
def test_what_is_lacking_at_the_start_shows_when_it_is_needed(
    plan: LaunchPlan, spoken: Callable[..., Evidence], device: str, error: str, known: str | None
) -> None:
    """The rank has come up in between: nothing needed the device then."""
    evidence = spoken(plan, {"decode0-rank3": DEVICE.format(device) + BOUND + error})

    found = diagnose(plan, None, [Exited("decode0-rank3", 1)], evidence)

    assert found
    assert known == found.known_issue


CLIENT = '[1] 2026/11/21 09:19:24.0 [ERR] 10.4.3.31:52114 - cid:5 - {} - User "user"\n'
FULL = "maximum connections exceeded"
REFUSED = (
    AT.format(25) + "ERROR worker: Application shutdown with error: Failed to connect to NATS\n"
    "Exception: Unable to connect to NATS: authorization violation: nats: authorization violation\n"
)


@pytest.mark.parametrize(
    ("others", "where"),
    [(REFUSED, "rank 3 of decode0 on node1"), ("", "etcd on node1")],
    ids=["told by both", "told by the service"],
)
def test_a_client_that_is_refused_has_that_trouble_itself(
    plan: LaunchPlan, spoken: Callable[..., Evidence], others: str, where: str
) -> None:
    said = {"etcd": CLIENT.format("authentication error"), "decode0-rank3": others}
    ended = [Exited("decode0-rank3", 1)] if others else [Exited("etcd", 1)]

    found = diagnose(plan, None, ended, spoken(plan, said))

    assert found
    assert (found.known_issue, found.where) == ("DKI113", where)


def test_a_frontend_that_refuses_what_workers_are_too_busy_for_was_told_to(
    plan: LaunchPlan, spoken: Callable[..., Evidence]
) -> None:
    listed = AT.format(1) + " INFO dynamo_llm::discovery::watcher: added model model_name=m\n"
    request = AT + "ERROR http-request: request completed status=error error_type={} status={}\n"
    of = {
        kind: "".join(request.format(second, kind, status) for second in range(20, 24))
        for kind, status in (("overload", 529), ("internal", 500))
    }

    found = {
        kind: diagnose(
            plan, None, [Exited("frontend", 1)], spoken(plan, {"frontend": listed + text})
        )
        for kind, text in of.items()
    }

    assert {kind: each and each.fault for kind, each in found.items()} == {
        "overload": "config",
        "internal": "product",
    }
