# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Workers that a frontend does not find, or that take another part: nothing fails at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import of_requests
from pytest_dynamo.diagnosis.modes import mode_of
from pytest_dynamo.diagnosis.namespaces import looks_in, registered_in
from pytest_dynamo.diagnosis.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = "2026-11-21T09:19:{:02}.741499Z "
LISTED = AT.format(20) + ' INFO dynamo_llm::discovery::watcher: added model model_name="m"\n'
WELL = AT.format(50) + " INFO http-request: request completed endpoint={} status=success\n"
LACKS = AT.format(30) + " WARN openai: Model `m` is not ready to serve requests yet: {}\n"
LACKS_PREFILL = LACKS.format("missing worker types: prefill")
REGISTERED = AT.format(10) + " INFO network: Registered endpoint '{}.backend.generate' on node1\n"
LOOKS = "+ exec python3 -m dynamo.frontend --http-port 8000 --namespace {}\n"
GIVEN = "+ export ETCD_ENDPOINTS=http://{}:2379\n"
MODE = AT.format(5) + " INFO worker.init: Config(disaggregation_mode=DisaggregationMode.{})\n"
NOBODY = AT.format(30) + " INFO kube: KubeDiscoveryClient::list returning 0 instances for query=x\n"
UNREADY = "Warning  Unhealthy  1s  kubelet  Readiness probe failed: dial tcp 10.0.0.1:9090\n"
LISTENS = AT.format(2) + ' INFO service_v2: Starting HTTP(S) service address="127.0.0.1:8000"\n'
PROBED = "Warning  Unhealthy  4s (x{} over 2m14s)  kubelet  Readiness probe failed: {}\n"
IS_UNREADY = "  Ready             False \n"
REFUSED = "dial tcp 10.0.0.1:8000: connect: connection refused"
DECODE, PREFILL = "rank 0 of decode0 on node1", "rank 0 of prefill0 on node5"


@pytest.mark.parametrize(
    ("looks", "decode", "prefill", "after", "where"),
    [
        ("dynamo", "blue", "", "", DECODE),
        ("dynamo", "blue", "blue", "", "frontend on node1"),
        # the roles do not find each other, whatever the frontend finds
        ("dynamo", "blue", "dynamo", "", DECODE),
        ("dynamo", "dynamo", "blue", LISTED, PREFILL),
        ("", "dynamo", "blue", LISTED, PREFILL),
        ("blue", "blue", "dynamo", LISTED, PREFILL),
        ("dynamo", "dynamo", "dynamo", LISTED, None),
        # it finds one of them, or has found a model, or is not told where to look
        ("dynamo", "dynamo", "", "", None),
        ("dynamo", "blue", "", LISTED, None),
        ("", "blue", "", "", None),
        ("dynamo", "", "", "", None),
    ],
)
def test_who_registered_where_the_frontend_was_told_not_to_look_is_never_found(  # noqa: PLR0917
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    looks: str,
    decode: str,
    prefill: str,
    after: str,
    where: str | None,
) -> None:
    said = {
        "frontend": (LOOKS.format(looks) if looks else "") + after,
        "decode0-rank0": REGISTERED.format(decode) if decode else "on its way\n",
        "prefill0-rank0": REGISTERED.format(prefill) if prefill else "on its way\n",
    }

    found = of_requests(plan, spoken(plan, said))

    assert where == (found.where if found else None)
    assert found is None or found.fault == "config"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("+ export DYN_NAMESPACE=llm-prod", "llm-prod"),
        ("exec python3 -m dynamo.frontend --namespace=dynamo", "dynamo"),
        ("exec python3 -m dynamo.frontend --namespace-prefix dynamo", None),
        ("DYN_NAMESPACE_PREFIX=dynamo", None),
        ("INFO main.parse_args: namespace=llm-prod http_port=8000 router_mode=kv", "llm-prod"),
        ("INFO main: Config(http_host='0.0.0.0', http_port=8000, namespace='llm')", "llm"),
        ("      DYN_NAMESPACE:              team-a-llm", "team-a-llm"),
        ('INFO http: Filtering models by namespace namespace="llm-prod"', "llm-prod"),
        ("DYN_NAMESPACE: of the worker", None),
        # of none in particular, and not a frontend's
        ("INFO main: Config(http_port=8000, namespace=None, router_mode='kv')", None),
        ("INFO main: Config(namespace='llm', component='backend', endpoint='generate')", None),
    ],
)
def test_a_frontend_is_told_in_which_namespace_it_looks(text: str, name: str | None) -> None:
    assert name == looks_in(text)
    assert name is None or Screen().picks(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("INFO network: Registered endpoint 'dynamo.backend.generate' on node1", "dynamo"),
        ("INFO main.init: Serving endpoint dyn://llm-dev.tensorrt_llm.generate", "llm-dev"),
        ("INFO main.init: Serving endpoint 'dyn://llm.decode.generate'", "llm"),
        ("INFO endpoint: Registering endpoint endpoint=prod_r1.backend.generate id=1", "prod_r1"),
        ("INFO main.init: Model registered, serving endpoint llm-2.prefill.generate", "llm-2"),
        ("INFO endpoint: Registering endpoint in discovery endpoint=a_b.decode.generate", "a_b"),
        ('Registering endpoint health check target component="backend" namespace="llm"', "llm"),
        ("Registered endpoint health check target endpoint_name=generate namespace=a-b", "a-b"),
        ("INFO main.init: Calling endpoint dyn://llm.decode.generate", None),
        ("INFO main.init: serving endpoint of a probe. It is up.", None),
    ],
)
def test_a_worker_tells_in_which_namespace_it_serves(text: str, name: str | None) -> None:
    assert name == registered_in(text)
    assert name is None or Screen().picks(text)


@pytest.mark.parametrize(
    ("decode", "prefill", "front", "where"),
    [
        ("head", "other", LISTED + LACKS_PREFILL, PREFILL),
        # nobody says whom the frontend lacks; it was served since; all are given one
        ("head", "other", LISTED, None),
        ("head", "other", LISTED + LACKS_PREFILL + WELL.format("chat"), None),
        ("head", "head", LISTED + LACKS_PREFILL, None),
    ],
)
def test_of_two_that_are_given_an_etcd_each_the_frontend_lacks_the_one_with_another(  # noqa: PLR0917
    plan: LaunchPlan,
    spoken: Callable[..., Evidence],
    decode: str,
    prefill: str,
    front: str,
    where: str | None,
) -> None:
    said = {
        "frontend": front,
        "decode0-rank0": GIVEN.format(decode),
        "prefill0-rank0": GIVEN.format(prefill),
    }

    found = of_requests(plan, spoken(plan, said))

    assert where == (found.where if found else None)


@pytest.mark.parametrize(
    ("mode", "where"), [("AGGREGATED", PREFILL), ("DECODE", PREFILL), ("PREFILL", None)]
)
def test_a_worker_that_takes_another_part_than_its_role_was_started_wrong(
    plan: LaunchPlan, spoken: Callable[..., Evidence], mode: str, where: str | None
) -> None:
    said = {"frontend": LISTED, "prefill0-rank0": MODE.format(mode)}

    found = of_requests(plan, spoken(plan, said))

    assert where == (found.where if found else None)
    assert found is None or (found.fault, found.confidence) == ("config", "medium")


def test_what_an_engine_says_of_its_part_may_be_a_repr() -> None:
    assert mode_of("disaggregation_mode=<DisaggregationMode.PREFILL: 'prefill'>") == "PREFILL"
    assert mode_of("--disaggregation-mode prefill") is None


@pytest.mark.parametrize(
    ("front", "decode", "where"),
    [
        (NOBODY, REGISTERED.format("dynamo"), "frontend on node1"),
        (NOBODY, REGISTERED.format("dynamo") + UNREADY, DECODE),
        # nobody can be found yet, or somebody is since
        (NOBODY, "on its way\n", None),
        (NOBODY + WELL.format("chat"), REGISTERED.format("dynamo"), None),
        # who looks which models there are is answered without one
        (NOBODY + WELL.format("models"), REGISTERED.format("dynamo"), "frontend on node1"),
        ("", REGISTERED.format("dynamo") + UNREADY, None),
    ],
)
def test_a_frontend_finds_nobody_in_kubernetes_who_is_not_ready(
    plan: LaunchPlan, spoken: Callable[..., Evidence], front: str, decode: str, where: str | None
) -> None:
    found = of_requests(plan, spoken(plan, {"frontend": front, "decode0-rank0": decode}))

    assert where == (found.where if found else None)
    assert found is None or found.fault == "config"


@pytest.mark.parametrize(
    ("front", "decode", "where"),
    [
        (LISTENS + PROBED.format(5, REFUSED) + IS_UNREADY, "", "frontend on node1"),
        # what answers otherwise tells nothing of how it is probed
        (LISTENS + LISTED + PROBED.format(5, "jq: absent") + IS_UNREADY, "", "frontend on node1"),
        ("", REGISTERED.format("dynamo") + PROBED.format(14, REFUSED) + IS_UNREADY, DECODE),
        # it does not listen yet, or is not there yet, or takes its time
        (PROBED.format(5, REFUSED) + IS_UNREADY, "", None),
        ("", PROBED.format(14, REFUSED) + IS_UNREADY, None),
        (LISTENS + PROBED.format(4, REFUSED) + IS_UNREADY, "", None),
        # it is ready since, or what describes it has told so before
        (LISTENS + PROBED.format(5, REFUSED) + IS_UNREADY.replace("False", "True"), "", None),
        (LISTED, REGISTERED.format("dynamo") + PROBED.format(14, REFUSED) + IS_UNREADY, None),
        # it waits for others, or for processors
        (LISTENS + PROBED.format(5, "with statuscode: 503") + IS_UNREADY, "", None),
        (LISTENS + PROBED.format(5, "timed out after 1s") + IS_UNREADY, "", None),
        (LISTENS + PROBED.format(5, "dial tcp: i/o timeout") + IS_UNREADY, "", None),
        (LISTENS + PROBED.format(5, "Client.Timeout exceeded") + IS_UNREADY, "", None),
        (LISTENS + PROBED.format(5, "context deadline exceeded") + IS_UNREADY, "", None),
    ],
)
def test_who_is_up_and_never_found_so_by_its_probe_is_probed_wrong(
    plan: LaunchPlan, spoken: Callable[..., Evidence], front: str, decode: str, where: str | None
) -> None:
    found = of_requests(plan, spoken(plan, {"frontend": front, "decode0-rank0": decode}))

    assert where == (found.where if found else None)
    assert found is None or (found.fault, found.confidence) == ("config", "medium")
