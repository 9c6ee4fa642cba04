# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Disaggregation is used: a request is prefilled by one worker and decoded by another.

A frontend whose prefill workers are gone or unknown may serve on with decode alone, and nothing
shows it but the ids of the workers that took part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client.openai import BadAnswer, Client, usage_faults
from pytest_dynamo.topology import versions

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.session.outage import Outage
    from pytest_dynamo.topology.model import Topology

#: Asks for the ids of the workers that served a request.
WHO: dict[str, Any] = {"extra_fields": ["worker_id"]}  # Any: JSON values

#: An engine whose sums depend on what else it computes turns a greedy token now and then.
TRIES = 3
#: About 2,000 tokens: many KV blocks, and within every context length of the guides.
LONG = "The dragon counts its gold again and finds it short. " * 150
#: A worker that is told to stop takes itself off the list at once (1.6.1); this is for a busy host.
UNLISTED_S = 10.0


@pytest.mark.dynamo_requires("disaggregation", "strategy", "described", "worker-counts")
def test_the_role_that_the_strategy_names_is_asked_first(
    deployment: Deployment, topology: Topology
) -> None:
    """In 0.x the role that is asked first has the public name, and calls the other by another.

    Only that name is seen from outside, and it tells the roles apart by their numbers of workers.
    """
    workers = {name: role.workers for name, role in topology.roles.items()}
    if len(set(workers.values())) == 1:
        pytest.skip("unproven: as many workers of one role as of the other")
    first = "prefill" if topology.disaggregation_strategy == "prefill_first" else "decode"
    (other,) = workers.keys() - {first}
    era = versions.dynamo(topology.versions.dynamo)
    health = deployment.client.health()

    assert health is not None
    public, called = health.count(era.components["backend"]), health.count(era.components["next"])
    assert {first: public, other: called} == workers


@pytest.mark.dynamo_requires("disaggregation", "worker-ids")
@pytest.mark.parametrize("prompt", ["Hello.", LONG], ids=["short", "long"])
def test_prefill_and_decode_are_two_workers_of_the_right_roles(
    deployment: Deployment, prompt: str
) -> None:
    """Each is registered under its own role, whatever the length of the prompt."""
    answer = deployment.client.chat(prompt, max_tokens=2, nvext=WHO)

    assert answer.workers is not None
    assert answer.workers.prefill != answer.workers.decode
    assert answer.workers.prefill in deployment.instances("prefill")
    assert answer.workers.decode in deployment.instances("decode")


@pytest.mark.dynamo_requires("disaggregation", "worker-ids")
def test_a_stream_is_disaggregated_too(deployment: Deployment) -> None:
    """Streaming takes the same way."""
    result = deployment.client.stream_chat("Hello.", max_tokens=4, nvext=WHO)

    assert result.workers is not None
    assert result.workers.prefill in deployment.instances("prefill")
    assert result.workers.decode in deployment.instances("decode")


@pytest.mark.dynamo_requires("disaggregation", "worker-ids", "completions")
def test_a_completion_is_disaggregated_too(deployment: Deployment) -> None:
    """``/v1/completions`` takes the same way."""
    answer = deployment.client.completions("Once upon a time", max_tokens=4, nvext=WHO)

    assert answer.workers is not None
    assert answer.workers.prefill in deployment.instances("prefill")
    assert answer.workers.decode in deployment.instances("decode")


@pytest.mark.dynamo_requires("disaggregation", "worker-ids")
def test_the_frontend_measures_both_roles(deployment: Deployment) -> None:
    """The metrics of the workers name the same prefill and decode workers as the answer."""
    answer = deployment.client.chat("Hello.", max_tokens=4, nvext=WHO)
    assert answer.workers is not None
    lines = deployment.client.get("/metrics").text.splitlines()

    for role, worker in (("prefill", answer.workers.prefill), ("decode", answer.workers.decode)):
        of_both = [line for line in lines if f'worker_id="{worker}",worker_type="{role}"' in line]
        assert of_both, f"no metric of {role} {worker}"


@pytest.mark.dynamo_requires("disaggregation", "worker-ids")
def test_every_prefill_worker_hands_over_to_every_decode_worker(
    deployment: Deployment, subtests: pytest.Subtests
) -> None:
    """Each link between two workers carries a request: one broken pair is found by its ids."""
    for prefill in sorted(deployment.instances("prefill")):
        for decode in sorted(deployment.instances("decode")):
            with subtests.test(f"prefill {prefill} to decode {decode}"):
                answer = deployment.client.chat(
                    "Hello.",
                    max_tokens=2,
                    nvext={**WHO, "prefill_worker_id": prefill, "decode_worker_id": decode},
                )

                assert answer.workers is not None
                assert (answer.workers.prefill, answer.workers.decode) == (prefill, decode)


@pytest.mark.dynamo_requires("disaggregation", "usage")
def test_a_long_prompt_crosses(deployment: Deployment) -> None:
    """A prompt of many KV blocks is handed over whole: its answer is counted right."""
    answer = deployment.client.chat(LONG, max_tokens=16)

    assert answer.usage is not None
    assert answer.usage.prompt_tokens > 1500
    assert usage_faults(answer, 16) == ()


@pytest.mark.dynamo_requires("disaggregation", "repeatable")
def test_the_end_of_a_long_prompt_crosses_too(deployment: Deployment) -> None:
    """Two long prompts that differ in their last words get two answers."""
    answers = {
        deployment.client.chat(f"{LONG} It misses {coins} coins.", max_tokens=48).text
        for coins in ("seven", "eight", "nine")
    }

    assert len(answers) > 1


@pytest.mark.dynamo_requires("disaggregation")
def test_without_prefill_requests_are_refused_until_it_returns(
    deployment: Deployment, outage: Outage
) -> None:
    """Decode alone does not serve: 1.x answers 503, 0.x fails in the worker with a 500.

    TensorRT-LLM has no conditional disaggregation, so there is nothing to fall back to. A worker
    that was told to stop and is still listed may be handed a request, which then fails in it with
    a 500 (1.6.1, on a busy host): so the frontend is asked once it lists none of them.
    """
    status = {"0.x": 500, "1.x": 503}[deployment.frontend_era]
    for worker in deployment.workers:
        if worker.role == "prefill":
            outage.stop(worker.name)
    outage.until(lambda: not deployment.instances("prefill"), UNLISTED_S)
    refusals = []
    for prompt in ("Hello.", LONG):
        with pytest.raises(BadAnswer) as refused:
            deployment.client.chat(prompt, max_tokens=2, deadline_s=30)
        refusals.append(refused.value.status)
    outage.mend()
    answer = deployment.client.chat(LONG, max_tokens=2)

    assert refusals == [status] * 2
    assert usage_faults(answer, 2) == ()


@pytest.mark.dynamo_requires("disaggregation", "repeatable")
@pytest.mark.parametrize("prompt", ["Count to ten.", LONG], ids=["short", "long"])
def test_an_aggregated_worker_says_the_same(
    deployment: Deployment, dynamo_peer: str, prompt: str
) -> None:
    """What crosses is the whole state: the first greedy tokens are those without a hand-over."""
    with Client(dynamo_peer, deployment.check, model=deployment.model) as aggregated:
        alone = {aggregated.chat(prompt, max_tokens=8, temperature=0).text for _ in range(TRIES)}
    said = {
        deployment.client.chat(prompt, max_tokens=8, temperature=0).text for _ in range(TRIES)
    }

    assert said & alone
