# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A stream under way: chunks as they come, an end of any kind, other requests between."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client.openai import Client
from pytest_dynamo.errors import Lost

if TYPE_CHECKING:
    from collections.abc import Callable

#: How much later than sent a chunk may seem to arrive on a busy machine.
LATE_S = 0.15
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunked(text: str) -> bytes:
    return b"%x\r\n%s\r\n" % (len(text), text.encode())


def delta(content: str, finish: str | None = None) -> bytes:
    said = {"role": "assistant", "content": content}
    chunk = {
        "id": "1",
        "model": "tiny",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": said, "finish_reason": finish}],
    }
    return chunked(f"data: {json.dumps(chunk)}\n\n")


END = delta("", "stop") + chunked("data: [DONE]\n\n") + b"0\r\n\r\n"


@pytest.mark.parametrize("step", [1, 7, 64])
def test_where_the_network_cuts_does_not_matter(
    step: int, serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    raw = recorded("1.6.1/stream_worker")

    def script(peer: Any) -> None:
        peer.request()
        for start in range(0, len(raw), step):
            peer.send(raw[start : start + step])

    with Client(serve(script).url, model="tiny") as client:
        result = client.stream_chat("Hello")

    assert () == result.faults
    assert " w3304 w2624 w3603" == result.content


@pytest.mark.parametrize("part", range(0, 100, 9))
def test_where_two_packets_part_does_not_matter(
    part: int, serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    raw = recorded("1.6.1/stream_usage")

    def script(peer: Any) -> None:
        peer.request()
        peer.send_cut(raw, len(raw) * part // 100)

    with Client(serve(script).url, model="tiny") as client:
        assert () == client.stream_chat("Hello").faults


def test_chunks_come_while_the_server_still_speaks(serve: Callable[..., Any]) -> None:
    go_on = threading.Semaphore(0)

    def script(peer: Any) -> None:
        peer.request()
        peer.send(HEAD)
        for text in "abc":
            peer.send(delta(text))
            assert go_on.acquire(timeout=5)
        peer.send(END)

    with (
        Client(serve(script).url, model="tiny") as client,
        client.open_stream("x", stream_options=None) as stream,
    ):
        seen = []
        for chunk in stream:
            seen.append(chunk.content)
            assert seen == [one.content for one in stream.result.chunks]
            go_on.release()

    assert ["a", "b", "c", ""] == seen
    assert () == stream.result.faults
    assert sorted(stream.result.arrivals) == list(stream.result.arrivals)


def test_arrivals_are_when_the_chunks_came(serve: Callable[..., Any]) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.stop.wait(0.1)
        peer.send(HEAD + delta("a"))
        peer.stop.wait(0.2)
        peer.send(delta("b") + END)

    with Client(serve(script).url, model="tiny") as client:
        result = client.stream_chat("x", stream_options=None)

    first, second = result.arrivals
    assert 0.1 <= first
    assert 0.2 - LATE_S < second - first  # a late first one shortens what lies between
    assert first == result.first_s
    assert second <= result.seconds


def test_other_requests_can_be_made_between_chunks(
    serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    go_on = threading.Semaphore(0)

    def script(peer: Any) -> None:
        if b"GET" in peer.request():
            peer.send(http(b"{}"))
            return
        peer.send(HEAD + delta("a"))
        assert go_on.acquire(timeout=5)
        peer.send(delta("b") + END)

    server = serve(script)
    with Client(server.url, model="tiny") as client, client.open_stream("x") as one:
        other = client.open_stream("x")
        contents = [next(one).content, next(other).content]
        assert {} == client.get("/health").json
        go_on.release(2)
        contents += [next(other).content, next(one).content]
        other.close()

    assert ["a", "a", "b", "b"] == contents
    assert 3 == server.connections


def test_two_streams_keep_their_own_deadlines(serve: Callable[..., Any]) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(HEAD + delta("a"))
        peer.hold()

    with Client(serve(script).url, model="tiny") as client:
        patient = client.open_stream("x", deadline_s=30)
        hasty = client.open_stream("x", deadline_s=0.2)
        next(patient)
        result = hasty.finish()
        patient.close()

    assert ["late"] == [fault.code for fault in result.faults]
    assert "a" == result.content
    assert () == patient.result.faults


def test_closing_early_hangs_up_and_judges_nothing(serve: Callable[..., Any]) -> None:
    hung_up = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(HEAD + delta("a"))
        peer.hold()
        hung_up.set()

    with Client(serve(script).url, model="tiny") as client:
        with client.open_stream("x") as stream:
            next(stream)

        assert hung_up.wait(5)
        assert ("a", (), False) == (
            stream.result.content,
            stream.result.faults,
            stream.result.done,
        )
        assert [] == list(stream)


@pytest.mark.parametrize("name", ["1.6.1/frontend_killed", "0.4.1/cut", "0.5.1/cut"])
def test_a_body_that_breaks_off_is_truncated(
    name: str, serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    with Client(serve(recorded(name)).url, model="tiny") as client:
        result = client.stream_chat("Hello")

    assert ["truncated"] == [fault.code for fault in result.faults]
    assert " w3304 w2624 w3603" == result.content
    assert "incomplete chunked read" in str(result.faults[0])


def test_a_reset_is_truncated(serve: Callable[..., Any]) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(HEAD + delta("a"))
        peer.stop.wait(0.1)
        peer.reset()

    with Client(serve(script).url, model="tiny") as client:
        result = client.stream_chat("x")

    assert [("truncated", "a")] == [(fault.code, result.content) for fault in result.faults]


def test_a_worker_that_dies_is_an_error_behind_status_200(
    serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    with Client(serve(recorded("1.6.1/cut")).url, model="tiny") as client:
        result = client.stream_chat("Hello")

    assert ["error-object"] == [fault.code for fault in result.faults]
    assert (True, None) == (result.done, result.finish_reason)


def test_an_answer_that_does_not_stream_is_one_fault(
    serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    with Client(serve(recorded("1.6.1/chat")).url, model="tiny") as client:
        result = client.stream_chat("Hello")

    assert ["wrong-content-type"] == [fault.code for fault in result.faults]


def test_a_death_between_chunks_is_raised_by_the_next(serve: Callable[..., Any]) -> None:
    dead = threading.Event()

    def alive() -> None:
        if dead.is_set():
            raise Lost("decode0 exited 1")

    def script(peer: Any) -> None:
        peer.request()
        peer.send(HEAD + delta("a"))
        peer.hold()

    with (
        Client(serve(script).url, alive, model="tiny") as client,
        client.open_stream("x") as stream,
    ):
        assert "a" == next(stream).content
        dead.set()
        with pytest.raises(Lost, match="decode0"):
            next(stream)

    assert "a" == stream.result.content


def test_a_death_that_breaks_the_stream_is_raised(serve: Callable[..., Any]) -> None:
    dead = threading.Event()

    def alive() -> None:
        if dead.is_set():
            raise Lost("frontend exited 1")

    def script(peer: Any) -> None:
        peer.request()
        peer.send(HEAD + delta("a"))
        dead.set()
        peer.reset()

    with Client(serve(script).url, alive, model="tiny") as client, pytest.raises(Lost):
        client.stream_chat("x")
