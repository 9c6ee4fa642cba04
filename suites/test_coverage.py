# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every worker serves: not only those that the first requests happen to reach.

A worker that is registered and does not answer is the commonest lie of a deployment: with 14 of
them, one request in 14 fails.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client.openai import usage_faults

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.topology.model import Topology

pytestmark = pytest.mark.dynamo_requires("worker-ids")

#: Asks for the ids of the workers that served a request.
WHO: dict[str, Any] = {"extra_fields": ["worker_id"]}  # Any: JSON values

#: An engine whose sums depend on what else it computes turns a greedy token now and then.
TRIES = 3
#: How a request is sent to one worker of a role.
TO = {"agg": "decode_worker_id", "prefill": "prefill_worker_id", "decode": "decode_worker_id"}


def test_every_worker_answers_when_it_is_asked_itself(
    deployment: Deployment, topology: Topology, subtests: pytest.Subtests
) -> None:
    """A canary through each worker of each role: it answers, and says that it was that worker.

    Twice in a row: a router that goes round whatever it is told may meet the order once.
    """
    for role in topology.roles:
        for worker in sorted(deployment.instances(role)):
            for _ in range(2):
                with subtests.test(f"{role} {worker}"):
                    answer = deployment.client.chat(
                        "Who are you?", max_tokens=2, nvext={**WHO, TO[role]: worker}
                    )

                    assert answer.workers is not None
                    assert worker in (answer.workers.prefill, answer.workers.decode)
                    assert usage_faults(answer, 2) == ()


@pytest.mark.dynamo_requires("worker-ids", "repeatable")
def test_every_worker_gives_the_same_answer(
    deployment: Deployment, topology: Topology, subtests: pytest.Subtests
) -> None:
    """Replicas hold one model: a greedy answer does not depend on who is asked."""
    ask = partial(deployment.client.chat, "Count to ten.", max_tokens=8, temperature=0)
    said = {ask().text for _ in range(TRIES)}
    for role in topology.roles:
        for worker in sorted(deployment.instances(role)):
            with subtests.test(f"{role} {worker}"):
                own = {ask(nvext={TO[role]: worker}).text for _ in range(TRIES)}

                assert own & said


def test_requests_reach_every_worker_by_themselves(
    deployment: Deployment, topology: Topology
) -> None:
    """All replicas are seen. A router that draws at random is flagged once in 100,000 runs.

    Of k workers, n requests at random miss one with a probability below k * exp(-n / k).
    """
    most = max(role.workers for role in topology.roles.values())
    served = [
        deployment.client.chat(f"{number} is a number.", max_tokens=1, nvext=WHO).workers
        for number in range(math.ceil(most * math.log(most * 1e5)))
    ]
    seen = {each.prefill for each in served if each} | {each.decode for each in served if each}

    assert seen == {worker for role in topology.roles for worker in deployment.instances(role)}
    assert len(seen) == sum(role.workers for role in topology.roles.values())
