# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Workers that give out an address of their own host, at which the frontend reaches nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose, of_requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:19:{:02}.741499Z "
LISTED = AT.format(1) + ' INFO dynamo_llm::discovery::watcher: added model model_name="m"\n'
REGISTERED = AT.format(1) + " INFO x: Registered endpoint 'dynamo.{}.generate' on {}:41907\n"
DOWN = AT.format(20) + " WARN egress: TCP connection unavailable, instance marked down\n"
FAILED = AT.format(21) + "ERROR http-request: request completed status=error error_type=internal\n"
WELL = AT.format(30) + " INFO http-request: request completed status=success\n"
REFUSED = AT.format(20) + " WARN tcp_client: failed to connect to worker addr={}:41907 error=x\n"
TIMED_OUT = AT.format(20) + "ERROR openai: TCP connect timeout to {}:41907 error=x\n"
NO_ROUTE = AT.format(19) + "ERROR openai: Internal server error: No route to host (os error 113)\n"
BACKEND, PREFILL = "backend", "prefill"


@pytest.mark.parametrize(
    ("front", "prefills", "decodes", "issue"),
    [
        (DOWN + FAILED, "127.0.1.1", "10.0.0.1", "DKI783"),
        (DOWN + FAILED, "172.17.0.1", "10.0.0.1", None),  # Docker's bridge, which has no name
        # a frontend of the same host reaches it; and where both gave such a one out, who is meant
        (DOWN + FAILED, "10.0.0.5", "127.0.1.1", ""),
        (DOWN + FAILED, "10.0.0.5", "10.0.0.1", ""),
        # it fails for another reason, goes well again, or was never asked
        (FAILED, "127.0.1.1", "10.0.0.1", ""),
        (DOWN + FAILED + WELL, "127.0.1.1", "10.0.0.1", ""),
        ("", "127.0.1.1", "10.0.0.1", ""),
    ],
)
def test_who_gives_out_loopback_is_reached_by_nobody_else(  # noqa: PLR0917 - who gives out what
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    front: str,
    prefills: str,
    decodes: str,
    issue: str | None,
) -> None:
    said = {
        "frontend": LISTED + front,
        "decode0-rank0": REGISTERED.format(BACKEND, decodes),  # on the frontend's node
        "prefill0-rank0": REGISTERED.format(PREFILL, prefills),
    }
    evidence = spoken(plan, said)

    found = diagnose(plan, None, [], evidence) or of_requests(plan, evidence)

    if issue == "":
        assert found is None or found.worker is None
    else:
        assert found
        assert (found.where, found.fault, found.known_issue) == (
            "rank 0 of prefill0 on node5",
            "config",
            issue,
        )


@pytest.mark.parametrize(
    ("at", "where", "fault"),
    [
        ("172.17.0.1", "rank 0 of prefill0 on node5", "config"),
        ("10.0.0.5", "rank 0 of prefill0 on node5", "infrastructure"),
        ("10.0.0.9", "frontend on node1", "infrastructure"),  # which nobody gave out
        ("192.168.122.1", "rank 0 of prefill0 on node5", "config"),  # libvirt's bridge
    ],
)
@pytest.mark.parametrize("way", [REFUSED, TIMED_OUT])
def test_whom_a_frontend_could_not_connect_to_is_told_by_the_address_that_it_gave_out(  # noqa: PLR0917
    plan: LaunchPlan, spoken: Callable[..., Evidence], at: str, where: str, fault: str, way: str
) -> None:
    given = at if at != "10.0.0.9" else "10.0.0.5"
    front = way.format(at).replace("error=x", "error=No route to host") + FAILED
    said = {
        "frontend": LISTED + front + front,
        "prefill0-rank0": REGISTERED.format(PREFILL, given),
    }

    found = of_requests(plan, spoken(plan, said))

    assert found
    assert (found.where, found.fault) == (where, fault)


@pytest.mark.parametrize(
    ("after", "worker"), [(REFUSED.format("10.0.0.5"), "prefill0"), ("", None)]
)
def test_where_one_error_gives_no_address_another_of_the_same_frontend_does(
    plan: LaunchPlan, spoken: Callable[..., Evidence], after: str, worker: str | None
) -> None:
    said = {
        "frontend": LISTED + NO_ROUTE * 2 + after,
        "prefill0-rank0": REGISTERED.format(PREFILL, "10.0.0.5"),
    }

    found = of_requests(plan, spoken(plan, said))

    assert found
    assert found.worker == worker
