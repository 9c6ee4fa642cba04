# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The router does what its mode says: spreads evenly, or goes where the prefix is cached."""

from __future__ import annotations

import math
import uuid
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.topology.model import Topology

#: Asks for the ids of the workers that served a request.
WHO: dict[str, Any] = {"extra_fields": ["worker_id"]}  # Any: JSON values

#: Twenty requests to each worker: enough for the chi-square law to hold.
EACH = 20
#: The quantile of the normal law that is exceeded once in 100,000 times.
ONCE_IN_100_000 = 4.265


@pytest.mark.dynamo_requires("worker-ids", "even-router", "several-workers")
def test_requests_are_spread_evenly(
    deployment: Deployment, topology: Topology, subtests: pytest.Subtests
) -> None:
    """The counts of each role pass a chi-square test against an even spread.

    Of two roles, a router that draws at random fails less than once in 10,000 runs, and one that
    goes round never. The limit is Wilson and Hilferty's approximation, which is not below the
    exact quantile by more than its last digit: with one degree of freedom it is 21.7 for 19.5.
    """
    most = max(role.workers for role in topology.roles.values())
    served = [
        deployment.client.chat(f"{number} is a number.", max_tokens=1, nvext=WHO).workers
        for number in range(EACH * most)
    ]
    for name, role in topology.roles.items():
        with subtests.test(name):
            chosen = [each.prefill if name == "prefill" else each.decode for each in served if each]
            counts = [Counter(chosen)[worker] for worker in deployment.instances(name)]
            freedom = max(role.workers - 1, 1)
            part = 2 / (9 * freedom)
            limit = freedom * (1 - part + ONCE_IN_100_000 * math.sqrt(part)) ** 3
            even = len(served) / role.workers
            off = sum((count - even) ** 2 / even for count in counts)

            assert sum(counts) == len(served), counts
            assert off <= limit, counts


@pytest.mark.dynamo_requires("worker-ids", "kv-router")
def test_a_repeated_prefix_goes_to_the_worker_that_holds_it(deployment: Deployment) -> None:
    """The worker stays, and says that most of the prompt came out of its cache."""
    story = f"{uuid.uuid4()} begins a story. " + "The dragon counts its gold again. " * 60
    answers = [
        deployment.client.chat(f"{story} Part {part}.", max_tokens=2, nvext=WHO)
        for part in range(6)
    ]
    counted = [answer.usage for answer in answers if answer.usage]

    assert len({answer.workers and answer.workers.prefill for answer in answers}) == 1
    assert len(counted) == len(answers)
    assert (counted[0].cached_tokens or 0) < counted[0].prompt_tokens / 2
    assert all((each.cached_tokens or 0) > each.prompt_tokens / 2 for each in counted[1:])


@pytest.mark.dynamo_requires("worker-ids", "kv-router", "several-workers")
def test_different_prefixes_are_spread(deployment: Deployment, topology: Topology) -> None:
    """Prompts with nothing in common do not all queue at one worker.

    Idle workers are drawn from at random: all 40 prompts meet one of two once in 10^11 runs.
    """
    served = [
        deployment.client.chat(f"{uuid.uuid4()} " * 20, max_tokens=2, nvext=WHO).workers
        for _ in range(40)
    ]
    for name, role in topology.roles.items():
        chosen = {each.prefill if name == "prefill" else each.decode for each in served if each}

        assert len(chosen) >= min(role.workers, 2), name


@pytest.mark.dynamo_requires("worker-ids", "kv-router")
def test_a_prefix_that_was_never_seen_is_not_in_the_cache(deployment: Deployment) -> None:
    """Cached tokens are counted, not claimed."""
    answer = deployment.client.chat(f"{uuid.uuid4()} " * 20, max_tokens=2)

    assert answer.usage is not None
    assert (answer.usage.cached_tokens or 0) < answer.usage.prompt_tokens / 2


@pytest.mark.dynamo_requires("worker-ids", "kv-router", "repeatable")
def test_the_cache_does_not_change_the_answer(deployment: Deployment) -> None:
    """A greedy answer from a cached prefix is the answer without it, of three stories for one.

    An engine that computes less for a cached prefix may sum in another order.
    """
    gold = "The dragon counts its gold again. " * 60
    stories = [f"{uuid.uuid4()} begins a story. {gold}" for _ in range(3)]
    ask = partial(deployment.client.chat, max_tokens=8, temperature=0)
    pairs = [(ask(story).text, ask(story).text) for story in stories]

    assert any(cold == warm for cold, warm in pairs), pairs
