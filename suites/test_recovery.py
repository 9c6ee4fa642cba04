# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What dies is noticed, costs its own requests alone, and comes back.

These tests end parts of what this run has started, so they are exclusive: they run alone, last, and
only if asked for. After each of them the deployment is mended, which proves that it comes back.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.openai import BadAnswer, NoAnswer, usage_faults
from pytest_dynamo.watch.leftovers import SETTLE_MIB

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.session.outage import Outage

#: Long enough to be under way when the worker is struck.
TOKENS = 2000
#: In which a stream of so many has to be over, several at a time.
STREAM_S = 120.0
#: A request to what has died is refused, or its deadline in the frontend passes: 6 s in 1.6.1,
#: 10 s in 0.3. One that takes longer hangs.
REFUSED_S = 30.0
#: Beyond the lease: discovery that only looks now and then, and a busy host.
SLACK_S = 10.0
#: The frontend leaves out a worker that did not answer, and tries it again every 5 s.
BEST_OF_20 = 16


def answering_role(deployment: Deployment) -> str:
    """Return the role whose workers stream the answer."""
    return next(role for role in ("agg", "decode") if role in deployment.topology.roles)


def victim(deployment: Deployment, role: str) -> str:
    """Return the name of one worker of a role."""
    return next(worker.name for worker in deployment.workers if worker.role == role)


def refused_well(refused: BadAnswer) -> bool:
    """Return whether it is a server error with a message, or that of a model nobody serves."""
    reply = refused.reply
    nobody = reply.status == HTTPStatus.NOT_FOUND and not reply.text
    return nobody or (reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR and bool(reply.json))


def tried(deployment: Deployment, question: str) -> str:
    """Return "" for a whole answer, "refused" for a good refusal, else what is wrong."""
    try:
        answer = deployment.client.chat(question, max_tokens=2, deadline_s=REFUSED_S)
    except BadAnswer as error:
        return "refused" if refused_well(error) else str(error)
    except NoAnswer as error:
        return str(error)
    return "; ".join(map(str, usage_faults(answer, 2)))


def tries(deployment: Deployment, count: int) -> tuple[int, set[str]]:
    """Ask that often; return how often it was answered, and what is wrong with the rest."""
    outcomes = Counter(tried(deployment, f"What is {number}?") for number in range(count))
    return outcomes[""], outcomes.keys() - {"", "refused"}


def test_a_killed_worker_costs_its_own_streams_and_these_end_with_an_error(
    deployment: Deployment, outage: Outage
) -> None:
    """No stream of it ends as if it were whole, and none hangs; the others go on."""
    role = answering_role(deployment)
    workers = [worker for worker in deployment.workers if worker.role == role]
    # one that goes round meets every worker twice, the KV router nearly surely
    each = 4 if deployment.topology.frontend.router == "kv" else 2
    ask = partial(deployment.client.open_stream, max_tokens=TOKENS, deadline_s=STREAM_S)
    with ExitStack() as streams:
        under_way = [
            streams.enter_context(ask(f"Tell me story number {number}."))
            for number in range(each * len(workers))
        ]
        for stream in under_way:
            next(stream)
        outage.kill(workers[0].name)
        results = [stream.finish() for stream in under_way]
    whole = [result for result in results if not result.faults]
    broken = [result for result in results if result.faults]

    assert broken
    assert {fault.code for result in broken for fault in result.faults} <= {
        "error-object",
        "truncated",
    }
    assert [usage_faults(result, TOKENS) for result in whole] == [()] * len(whole)
    assert bool(whole) is (len(workers) > 1)


def test_the_rest_serves_on_when_a_worker_was_killed(
    deployment: Deployment, outage: Outage
) -> None:
    """Its replicas answer; where it has none, requests are refused, and none hangs."""
    role = answering_role(deployment)
    workers = [worker for worker in deployment.workers if worker.role == role]
    outage.kill(workers[0].name)
    answered, wrong = tries(deployment, 20)

    assert wrong == set()
    assert answered >= BEST_OF_20 if len(workers) > 1 else answered == 0


def test_a_killed_worker_is_forgotten_within_its_lease(
    deployment: Deployment, outage: Outage
) -> None:
    """``/health`` counts it no longer, nor is a model listed that nobody serves."""
    role = answering_role(deployment)
    before = deployment.instances(role)
    outage.kill(victim(deployment, role))
    limit_s = deployment.lease_s + SLACK_S
    took_s = outage.until(lambda: len(deployment.instances(role)) == len(before) - 1, limit_s)

    assert took_s <= limit_s
    assert bool(deployment.client.models()) is (len(before) > 1)


@pytest.mark.dynamo_requires("gpu")
def test_a_killed_worker_gives_the_memory_of_its_gpus_back(
    deployment: Deployment, outage: Outage
) -> None:
    """What is held after a death is an out-of-memory error of the next start, which this waits for.

    An H200 gave 20 GiB back within 0.2 s of SIGKILL; ranks that live on hold it for ever.
    """
    name = victim(deployment, answering_role(deployment))
    outage.kill(name)
    outage.mend()
    gpus = [
        gpu
        for event in deployment.events
        if (event["kind"], event.get("step")) == ("vacated", name)
        for gpu in event["gpus"]
    ]

    assert gpus, "no GPU was seen"
    assert [gpu for gpu in gpus if gpu["now_mib"] > gpu["before_mib"] + SETTLE_MIB] == []


def test_a_frozen_worker_lets_no_new_request_hang(deployment: Deployment, outage: Outage) -> None:
    """Alive and silent is the death that no process table shows: its requests have to end."""
    outage.freeze(victim(deployment, answering_role(deployment)))
    _, wrong = tries(deployment, 4)

    assert wrong == set()


@pytest.mark.dynamo_requires("api-1.x")
def test_a_worker_told_to_stop_finishes_its_streams(
    deployment: Deployment, outage: Outage
) -> None:
    """SIGTERM drains: what is under way ends whole, and nothing new is sent there."""
    role = answering_role(deployment)
    ask = partial(deployment.client.open_stream, max_tokens=TOKENS, deadline_s=STREAM_S)
    with ask("Tell me a story.") as stream:
        next(stream)
        for worker in deployment.workers:
            if worker.role == role:
                outage.stop(worker.name)
        result = stream.finish()

    assert result.faults == ()
    assert usage_faults(result, TOKENS) == ()


def test_the_frontend_comes_back_and_finds_every_worker(
    deployment: Deployment, outage: Outage
) -> None:
    """It keeps nothing that it could lose: the same workers serve under the same ids."""
    before = {role: deployment.instances(role) for role in deployment.topology.roles}
    outage.kill("frontend")
    with pytest.raises(NoAnswer):
        deployment.client.models(deadline_s=REFUSED_S)
    outage.mend()

    assert {role: deployment.instances(role) for role in before} == before
    assert tries(deployment, 4) == (4, set())


@pytest.mark.parametrize("service", ["nats", "etcd"])
def test_requests_are_answered_after_a_service_was_away(
    deployment: Deployment, outage: Outage, service: str
) -> None:
    """A restart of etcd or NATS ends nobody: they go on under their old ids.

    Mended is what has outlived its lease: a frontend of 1.6.1 that does not renew it in time - of
    10 s, three of eight did not, of 30 s all 48 did - ends by itself, with exit status 0.
    """
    if service not in {process.name for process in deployment.plan.processes}:
        pytest.skip(f"does not apply: this deployment has no {service} of its own")
    before = {role: deployment.instances(role) for role in deployment.topology.roles}
    outage.kill(service)
    outage.mend()

    assert {role: deployment.instances(role) for role in before} == before
    assert tries(deployment, 4) == (4, set())
