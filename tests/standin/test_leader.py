# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A world of ranks: it meets, serves with the real runtime, and ends as one."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import signal
import socket
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.standin.answer import answer, text
from pytest_dynamo.standin.leader import called, drain

if TYPE_CHECKING:
    from conftest import Stage

pytestmark = pytest.mark.usefixtures("runtime")

PIXEL, OTHER = "data:image/png;base64,AAAA", "data:image/png;base64,AAAB"


def streamed_tokens(stage: Stage, content: object) -> list[int]:
    """Return what the frontend made of a prompt, as its annotation tells."""
    asked = {"stream": True, "max_tokens": 1, "nvext": {"annotations": ["token_ids"]}}
    _, events = stage.chat(content, **asked)
    tokens: list[int] = json.loads(re.findall(r'event: token_ids\n: "(.*)"', events)[0])
    return tokens


def connected(port: int) -> bool:
    """Return whether somebody is connected to the port, as the kernel sees it."""
    table = Path("/proc/net/tcp").read_text("ascii")
    return f" 0100007F:{port:04X} 01 " in table


def with_image(url: str) -> list[dict[str, object]]:
    return [{"type": "text", "text": "hi"}, {"type": "image_url", "image_url": {"url": url}}]


def content_of(completion: dict[str, object]) -> object:
    return completion["choices"][0]["message"]["content"]  # type: ignore[index]


def test_rank_0_says_what_the_launch_chain_says_and_registers_last(stage: Stage) -> None:
    ranks = stage.up("agg0", 4)
    lines = ranks[0].text.splitlines()
    said = [line for line in lines if "\033" in line or line.startswith(("Model", "rank0"))]

    assert said[:2] == ["\033[33mmpi_rank: 0\033[0m", "\033[33mtllm_mpi_size: 4\033[0m"]
    assert re.fullmatch(r"\033\[33mrank0 run \S*python\S* .*rank.py .* in background.*", said[2])
    assert said[3] == "\033[33mrank0 run mgmn leader node with mpi_world_size: 4 ...\033[0m"
    assert said[4] == f"\033[33mrank0 host: {socket.gethostname()}\033[0m"
    assert re.fullmatch(r"Model init total -- \d\.\d\ds", said[5])
    assert said[6:] == [
        "rank0 registered nvidia/DeepSeek-R1-FP4 at dynamo.backend.generate after 4 ranks"
    ]


def test_an_aggregated_worker_answers_as_predicted(stage: Stage) -> None:
    stage.frontend()
    stage.up("agg0", 4)
    stage.until_served()
    prompt = streamed_tokens(stage, "Tell me a story")
    completion = stage.answered("Tell me a story", max_tokens=5)

    assert content_of(completion) == text(answer(prompt, [], 5))
    assert completion["choices"][0]["finish_reason"] == "length"
    assert completion["usage"]["completion_tokens"] == 5
    assert completion["usage"]["prompt_tokens"] == len(prompt)


def test_prefill_and_decode_answer_together_and_name_themselves(stage: Stage) -> None:
    stage.frontend()
    for name in ("prefill0", "decode0"):
        stage.up(name, 4)
    stage.until_served()
    prompt = streamed_tokens(stage, "hello")
    completion = stage.answered("hello", max_tokens=4, nvext={"extra_fields": ["worker_id"]})
    _, health = stage.request("GET", "/health")
    ids = {one["component"]: one["instance_id"] for one in json.loads(health)["instances"]}
    named = completion["nvext"]["worker_id"]

    assert content_of(completion) == text(answer(prompt, [], 4))
    assert ids == {"prefill": named["prefill_worker_id"], "backend": named["decode_worker_id"]}


def test_an_image_changes_the_answer_and_nothing_else_does(stage: Stage) -> None:
    stage.frontend()
    stage.up("prefill0", 1)
    stage.up("decode0", 1)
    stage.until_served()
    prompt = streamed_tokens(stage, with_image(PIXEL))
    contents = [
        content_of(stage.answered(with_image(url), max_tokens=4)) for url in (PIXEL, OTHER, PIXEL)
    ]

    assert contents == [text(answer(prompt, [url], 4)) for url in (PIXEL, OTHER, PIXEL)]


def test_equal_prompts_hit_the_cache_of_one_worker_behind_the_kv_router(stage: Stage) -> None:
    stage.frontend("kv")
    stage.up("agg0", 1)
    stage.up("agg1", 1)
    stage.until_served()
    asked = {"max_tokens": 1, "nvext": {"extra_fields": ["worker_id"]}}
    prompts = [f"{name} " * 100 for name in ("alpha", "beta", "alpha", "beta")]
    completions = [stage.answered(prompt, **asked) for prompt in prompts]
    workers = [one["nvext"]["worker_id"]["decode_worker_id"] for one in completions]
    cached = [one["usage"]["prompt_tokens_details"]["cached_tokens"] for one in completions]

    assert workers[:2] == workers[2:]
    assert cached[:2] == [0, 0]
    assert min(cached[2:]) >= 160
    assert {count % 32 for count in cached} == {0}


def test_a_prompt_beyond_the_context_is_an_error(stage: Stage) -> None:
    stage.frontend()
    stage.up("agg0", 1)
    stage.until_served()
    body = {"model": "nvidia/DeepSeek-R1-FP4", "prompt": [700] * 131072, "max_tokens": 1}
    status, said = stage.request("POST", "/v1/completions", body)

    assert status == 400, said
    assert "default_max_tokens (0) must be greater than 0" in said


@pytest.mark.parametrize("victim", [0, 1, 3])
def test_the_world_ends_with_any_rank(stage: Stage, victim: int) -> None:
    ranks = stage.up("agg0", 4)
    ranks[victim].process.kill()
    statuses = [rank.ended(1) for rank in ranks]
    said = [rank.text.splitlines()[-1] for rank in ranks]

    if victim:
        assert said[0] == f"rank0: lost rank {victim}, aborting the world"
    survivors = [rank for rank in (1, 2, 3) if rank != victim]
    assert [said[rank] for rank in survivors] == [f"rank{rank}: lost rank 0" for rank in survivors]
    assert statuses == [-9 if rank == victim else 5 if rank else 4 for rank in range(4)]


@pytest.mark.parametrize("signalled", [(0, 1, 2, 3), (0,), (2,)])
def test_sigterm_to_any_rank_stops_the_world_cleanly(
    stage: Stage, signalled: tuple[int, ...]
) -> None:
    ranks = stage.up("agg0", 4)
    for rank in signalled:
        ranks[rank].process.terminate()

    assert [rank.ended(1) for rank in ranks] == [0, 0, 0, 0], ranks[0].text
    assert not list((stage.directory / "discovery").rglob("*generate*"))


def test_sigterm_lets_a_stream_end_whole(stage: Stage) -> None:
    stage.frontend()
    ranks = stage.up("agg0", 2, "--itl-ms", "20")
    stage.until_served()
    prompt = streamed_tokens(stage, "long")
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=10)
    body = json.dumps(
        {
            "model": "nvidia/DeepSeek-R1-FP4",
            "messages": [{"role": "user", "content": "long"}],
            "max_tokens": 20,
            "stream": True,
        }
    )
    connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    begun = response.readline().decode()
    ranks[0].process.terminate()
    events = begun + response.read().decode()
    connection.close()
    contents = re.findall(r'"content":"([^"]*)"', events)

    assert "".join(contents) == text(answer(prompt, [], 20))
    assert events.rstrip().endswith("data: [DONE]")
    assert [rank.ended(1) for rank in ranks] == [0, 0]


def test_a_stop_waits_until_the_connection_of_an_answer_is_closed() -> None:
    async def stop(frontend: socket.socket) -> list[bool]:
        serving = asyncio.get_running_loop().create_future()
        serving.set_result(None)
        before = called()
        with socket.create_connection(frontend.getsockname()):
            drained = asyncio.ensure_future(drain(serving, before))
            await asyncio.wait({drained}, timeout=0.05)
            seen = [drained.done()]
        await asyncio.wait({drained}, timeout=10)
        return [*seen, drained.done()]

    with socket.create_server(("127.0.0.1", 0)) as frontend:
        assert asyncio.run(stop(frontend)) == [False, True]


def test_nobody_generates_for_a_client_that_left(stage: Stage) -> None:
    stage.frontend()
    ranks = stage.up("agg0", 1, "--itl-ms", "20")
    stage.until_served()
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=10)
    message = {"role": "user", "content": "long"}
    body = {"model": "nvidia/DeepSeek-R1-FP4", "messages": [message], "stream": True}
    headers = {"Content-Type": "application/json"}
    asked = json.dumps(body | {"max_tokens": 1000})
    connection.request("POST", "/v1/chat/completions", asked, headers)
    connection.getresponse().readline()
    connection.close()
    ranks[0].process.terminate()

    assert ranks[0].ended(2) == 0


def test_a_rank_that_never_comes_is_named(stage: Stage) -> None:
    port = stage.free_port()
    options = ("--load-seconds", "0", "--rendezvous-timeout", "3")
    ranks = [stage.rank("decode0", rank, 4, port, *options) for rank in (0, 2)]

    assert [rank.ended() for rank in ranks] == [4, 5]
    assert "rank0: rank 1, 3 of decode0 did not arrive in 3 s, aborting" in ranks[0].text
    assert "registered" not in ranks[0].text


def test_ranks_may_arrive_in_any_order(stage: Stage) -> None:
    port = stage.free_port()
    ranks = []
    for rank in (2, 0, 1):
        ranks.append(stage.rank("agg0", rank, 3, port, "--load-seconds", "0"))
        stage.until_said(ranks[-1], "Model init total")

    stage.until_said(ranks[1], "after 3 ranks")


@pytest.mark.parametrize(
    ("worker", "number", "world", "said"),
    [
        ("agg0", 1, 3, "rank 1, which has arrived already"),
        ("agg0", 2, 4, "rank 2, which has a world of 4 ranks, this world has 3"),
        ("agg1", 2, 3, "rank 2, which is of worker agg1, this is agg0"),
    ],
)
def test_a_rank_that_does_not_belong_ends_the_world(
    stage: Stage, worker: str, number: int, world: int, said: str
) -> None:
    port = stage.free_port()
    ours = [stage.rank("agg0", rank, 3, port, "--load-seconds", "0") for rank in (0, 1)]
    stage.until("rank 1 at the rendezvous", lambda: connected(port))
    stranger = stage.rank(worker, number, world, port, "--load-seconds", "0")

    assert [one.ended() for one in (*ours, stranger)] == [3, 5, 3]
    assert f"rank0: refused {said}" in ours[0].text
    assert f"rank{number}: refused by rank 0: " in stranger.text


def test_a_rank_of_another_run_is_refused_and_the_world_goes_on(stage: Stage) -> None:
    port = stage.free_port()
    first = stage.rank("agg0", 0, 2, port, STANDIN_RUN="new")
    leftover = stage.rank("agg0", 1, 2, port, "--load-seconds", "0", STANDIN_RUN="old")

    assert leftover.ended() == 3
    stage.actors.remove(leftover)
    stage.rank("agg0", 1, 2, port, "--load-seconds", "0", STANDIN_RUN="new")
    stage.until_said(first, "after 2 ranks")


def test_what_is_no_rank_is_refused_and_the_world_goes_on(stage: Stage) -> None:
    port = stage.free_port()
    first = stage.rank("agg0", 0, 2, port, "--load-seconds", "0")
    stage.until_said(first, "Model init total")
    with socket.create_connection(("127.0.0.1", port), 5) as scanner:
        scanner.send(b"GET / HTTP/1.1\r\n\r\n")
        told = scanner.recv(100)
    stage.rank("agg0", 1, 2, port, "--load-seconds", "0")
    stage.until_said(first, "after 2 ranks")

    assert told == b"refused not of this run\n"


def test_a_taken_rendezvous_is_named(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        first = stage.rank("agg0", 0, 2, port)

        assert first.ended() == 3
    assert f"rank0: cannot listen at 127.0.0.1:{port}: [Errno 98] Address already" in first.text


def test_sigterm_ends_a_rank_0_that_waits_for_etcd(stage: Stage) -> None:
    nobody = f"http://127.0.0.1:{stage.free_port()}"
    stage.environment |= {"DYN_DISCOVERY_BACKEND": "etcd", "ETCD_ENDPOINTS": nobody}
    first = stage.rank("agg0", 0, 1, stage.free_port(), "--load-seconds", "0")
    stage.until_said(first, "dynamo runtime configuration")
    first.process.terminate()

    assert first.ended(1) == -signal.SIGTERM


def test_a_missing_model_is_named(stage: Stage) -> None:
    first = stage.rank("agg0", 0, 1, 1, "--model-path", "/nowhere")

    assert first.ended() == 1
    assert "rank0: no model in /nowhere: FileNotFoundError(2" in first.text


def test_without_the_runtime_rank_0_says_what_to_install(stage: Stage) -> None:
    venv.create(stage.directory / "bare", symlinks=True)
    first = stage.rank("agg0", 0, 1, 1, python=str(stage.directory / "bare/bin/python"))

    assert first.ended() == 1
    assert "No module named 'dynamo'; remedy: pip install 'pytest-dynamo[dynamo]'" in first.text


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        ("agg0:0@serving=2:kill", [-9, 5]),
        ("agg0:0@serving=2:exit0", [0, 5]),
        ("agg0:1@serving=2:kill", [4, -9]),
        ("agg0:*@serving=2:oom", [1, 1]),
    ],
)
def test_a_fault_while_serving_strikes_at_its_request(
    stage: Stage, fault: str, statuses: list[int]
) -> None:
    stage.frontend()
    ranks = stage.up("agg0", 2, STANDIN_FAULT=fault)
    stage.until_served()
    stage.chat("second", max_tokens=1)

    assert [rank.ended(1) for rank in ranks] == statuses


def test_an_exception_while_serving_fails_that_request_alone(stage: Stage) -> None:
    stage.frontend()
    stage.up("agg0", 1, STANDIN_FAULT="agg0:0@serving=2:exception")
    stage.until_served()
    statuses = [stage.chat("again", max_tokens=1)[0] for _ in range(3)]

    assert statuses == [500, 200, 200]


def test_a_worker_that_hangs_while_serving_answers_nobody(stage: Stage) -> None:
    stage.frontend()
    (rank,) = stage.up("agg0", 1, STANDIN_FAULT="agg0:0@serving=2:hang")
    stage.until_served()
    with pytest.raises(TimeoutError):
        stage.chat("second", max_tokens=1, timeout_s=0.5)
    rank.process.terminate()

    assert rank.ended(1) == -signal.SIGTERM


def test_the_18_workers_of_the_largest_guide_come_up(stage: Stage) -> None:
    frontend = stage.frontend()
    names = [f"prefill{number}" for number in range(14)] + [f"decode{n}" for n in range(4)]
    leaders = [stage.worker(name, 4)[0] for name in names]
    for leader in leaders:
        stage.until_said(leader, "after 4 ranks")
    stage.until_served()
    _, health = stage.request("GET", "/health")
    components = [one["component"] for one in json.loads(health)["instances"]]
    for actor in stage.actors:
        actor.process.terminate()

    assert (components.count("prefill"), components.count("backend")) == (14, 4)
    assert {actor.ended() for actor in stage.actors} == {0}
    assert "ERROR" not in "".join(leader.text for leader in leaders), frontend.text


def test_nothing_is_written_at_home(stage: Stage) -> None:
    stage.frontend()
    stage.up("agg0", 2)
    stage.until_served()
    for actor in stage.actors:
        actor.process.terminate()

    assert {actor.ended() for actor in stage.actors} == {0}
    assert list((stage.directory / "home").iterdir()) == []
