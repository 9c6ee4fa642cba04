# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the client asks on the wire, and what it makes of the answers of real frontends."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client.openai import BadAnswer, Client, Usage, usage_faults

if TYPE_CHECKING:
    from collections.abc import Callable

CHAT = (
    b'{"id": "1", "model": "tiny", "choices": [{"index": 0, "message": {"content": "a"},'
    b' "finish_reason": "stop"}]}'
)


def asked(request: bytes) -> tuple[str, dict[str, str], Any]:
    """Return request line, headers and JSON body of what the server saw."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = {key.lower(): value for key, _, value in (text.partition(": ") for text in rest)}
    return line, headers, json.loads(body) if body else None


@pytest.mark.parametrize("name", ["1.6.1/chat", "0.4.1/chat"])
def test_a_recorded_chat_is_a_completion(
    name: str, serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    with Client(serve(recorded(name)).url, model="tiny") as client:
        answer = client.chat("Hello", max_tokens=3)

    assert (" w3304 w2624 w3603", "length") == (answer.content, answer.finish_reason)
    assert Usage(16, 3, 19) == answer.usage
    assert () == usage_faults(answer, 3)
    assert 0 < answer.seconds < 5


def test_a_chat_asks_what_it_was_told(
    serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    server = serve(http(CHAT))
    with Client(server.url, model="tiny") as client:
        client.chat("Hello", temperature=0, nvext={"extra_fields": ["worker_id"]})
        client.chat([{"role": "system", "content": "be"}], max_tokens=None, model="big")

    line, headers, body = asked(server.seen[0])
    assert "POST /v1/chat/completions HTTP/1.1" == line
    assert "application/json" == headers["content-type"]
    assert "authorization" not in headers
    assert {
        "model": "tiny",
        "messages": [{"role": "user", "content": "Hello"}],
        "max_tokens": 16,
        "temperature": 0,
        "nvext": {"extra_fields": ["worker_id"]},
    } == body
    assert {"model": "big", "messages": [{"role": "system", "content": "be"}]} == asked(
        server.seen[1]
    )[2]


@pytest.mark.parametrize(("installed", "said"), [("1.2.3", "1.2.3"), (None, "0.0.0+checkout")])
def test_the_client_says_who_it_is(
    installed: str | None,
    said: str,
    serve: Callable[..., Any],
    http: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def version(name: str) -> str:
        if installed is None:
            raise metadata.PackageNotFoundError(name)
        return installed

    monkeypatch.setattr(metadata, "version", version)
    server = serve(http(b"{}"))
    with Client(server.url) as client:
        client.get("/health")

    assert f"pytest-dynamo/{said}" == asked(server.seen[0])[1]["user-agent"]


@pytest.mark.parametrize("name", ["1.6.1/cmpl", "1.6.1/chat"])
def test_a_completion_continues_a_prompt(
    name: str, serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    server = serve(recorded(name))
    with Client(server.url, model="tiny") as client:
        answer = client.completions(["a", "b"], max_tokens=3)

    assert {"model": "tiny", "prompt": ["a", "b"], "max_tokens": 3} == asked(server.seen[0])[2]
    assert ("" if name == "1.6.1/chat" else " w0608 w4083 w2486") == answer.content


def test_a_stream_asks_for_usage_unless_told(
    serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    server = serve(recorded("1.6.1/stream"))
    with Client(server.url, model="tiny") as client:
        with_usage = client.stream_chat("Hello")
        without = client.stream_chat("Hello", stream_options=None)

    line, headers, body = asked(server.seen[0])
    assert "POST /v1/chat/completions HTTP/1.1" == line
    assert "text/event-stream" == headers["accept"]
    assert {"stream": True, "stream_options": {"include_usage": True}}.items() <= body.items()
    assert "stream_options" not in asked(server.seen[1])[2]
    assert ["usage-missing"] == [fault.code for fault in with_usage.faults]
    assert () == without.faults


def test_annotations_and_choices_are_expected_as_asked(
    serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    names = ["request_id", "token_ids", "formatted_prompt"]
    with Client(serve(recorded("1.6.1/stream_annot")).url, model="tiny") as client:
        right = client.stream_chat("x", stream_options={}, nvext={"annotations": names})
        stray = client.stream_chat("x", stream_options={}, nvext={"annotations": names[1:]})
        lacking = client.stream_chat("x", stream_options={}, nvext={"annotations": names}, n=2)

    assert () == right.faults
    assert ["stray-event"] == [fault.code for fault in stray.faults]
    assert ["choice-missing"] == [fault.code for fault in lacking.faults]


@pytest.mark.parametrize("prompt", [["a", "b"], [[1, 2], [3]]])
def test_a_batch_streams_a_choice_for_each_prompt(
    prompt: Any, serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    server = serve(recorded("1.6.1/cmpl_batch_stream"))
    with Client(server.url, model="tiny") as client:
        result = client.stream_completions(prompt, max_tokens=2)

    assert "POST /v1/completions HTTP/1.1" == asked(server.seen[0])[0]
    assert () == result.faults
    assert () == usage_faults(result, 2)
    assert ["length", "length"] == [choice.finish_reason for choice in result.choices]


@pytest.mark.parametrize("prompt", ["a", [1, 2, 3], ["a"], []])
def test_one_prompt_streams_one_choice(
    prompt: Any, serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    with Client(serve(recorded("1.6.1/cmpl_stream")).url, model="tiny") as client:
        assert () == client.stream_completions(prompt).faults


@pytest.mark.parametrize("name", ["1.6.1/unknown_model", "0.4.1/chat_dead", "1.6.1/err_stream"])
@pytest.mark.parametrize("method", ["chat", "stream_chat", "completions", "stream_completions"])
def test_a_refusal_is_a_bad_answer_with_its_status(
    name: str, method: str, serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    raw = recorded(name)
    with (
        Client(serve(raw).url, model="tiny") as client,
        pytest.raises(BadAnswer, match=r"POST http://127.0.0.1:\d+/v1/") as caught,
    ):
        getattr(client, method)("x")

    assert int(raw.split()[1]) == caught.value.status
    assert caught.value.reply.text in raw.decode()
    assert caught.value.reply.text


def test_models_and_health_are_read(
    serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    with Client(serve(recorded("1.6.1/models")).url) as client:
        assert ("tiny",) == client.models()
    with Client(serve(recorded("1.6.1/health")).url) as client:
        health = client.health()
    with Client(serve(recorded("1.6.1/nope")).url) as client:
        assert client.health() is None

    assert health is not None
    assert 1 == health.count("backend")


def test_readiness_is_read_and_the_model_is_quoted(
    serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    server = serve(recorded("1.6.1/ready"))
    with Client(server.url, model="meta/Llama 4?") as client:
        assert client.model_ready()

    assert "GET /v1/models/meta%2FLlama%204%3F/ready HTTP/1.1" == asked(server.seen[0])[0]


def test_a_model_that_is_not_ready_says_why(
    serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    body = b'{"model": "m", "ready": false, "reason": "missing worker types: prefill"}'
    with Client(serve(http(body, "503 Service Unavailable")).url) as client:
        ready = client.model_ready("m")

    assert ready is not None
    assert not ready
    assert "missing worker types: prefill" == ready.reason


def routes(*paths: str) -> bytes:
    return json.dumps({"paths": {path: {"get": {}} for path in paths}}).encode()


@pytest.mark.parametrize(
    ("openapi", "known"),
    [
        (routes("/v1/models/{*model_id}", "/v1/models/{model_id}/ready"), True),
        (routes("/v1/models/{*model_id}", "/health"), False),
        (b"[]", False),
        (b"", False),
    ],
)
def test_an_unknown_model_is_told_from_an_unknown_route(
    openapi: bytes,
    known: bool,  # noqa: FBT001  pytest passes by name
    serve: Callable[..., Any],
    recorded: Callable[[str], bytes],
    http: Callable[..., bytes],
) -> None:
    def script(peer: Any) -> None:
        if b"/openapi.json" in peer.request():
            peer.send(http(openapi))
        else:
            peer.send(recorded("1.6.1/ready_unknown"))

    with Client(serve(script).url) as client:
        ready = client.model_ready("tiny")

    assert known == (ready is not None)
    assert not ready


def test_an_old_frontend_has_no_readiness(
    serve: Callable[..., Any], recorded: Callable[[str], bytes]
) -> None:
    with Client(serve(recorded("0.4.1/ready")).url) as client:
        assert client.model_ready("tiny") is None


def test_a_post_returns_whatever_came(
    serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    server = serve(http(b"Failed to parse", "400 Bad Request", "text/plain"))
    with Client(server.url) as client:
        reply = client.post("/v1/chat/completions", "{", headers={"Content-Type": "text/x"})

    assert (400, "Failed to parse", None) == (reply.status, reply.text, reply.json)
    assert "text/plain" == reply.headers["content-type"]
    assert ("POST", f"{server.url}/v1/chat/completions") == (reply.method, reply.url)
    assert 0 < reply.seconds < 5
    assert b"\r\n\r\n{" in server.seen[0]
    assert b"text/x" in server.seen[0]


@pytest.mark.parametrize(("body", "value"), [(b"{}", {}), (b"\xff", None), (b"[" * 10**5, None)])
def test_a_body_is_json_or_none(
    body: bytes, value: Any, serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    with Client(serve(http(body)).url) as client:
        assert value == client.get("/").json


def test_a_redirect_is_an_answer_not_an_errand(
    serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    server = serve(http(b"", "307 Temporary Redirect\r\nLocation: /elsewhere"))
    with Client(server.url) as client:
        reply = client.get("/health")

    assert (307, "/elsewhere", 1) == (reply.status, reply.headers["location"], len(server.seen))


def test_the_environment_has_no_say(
    serve: Callable[..., Any], http: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Client(serve(http(b"{}")).url) as client:
        assert 200 == client.get("/health").status


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
def test_a_base_url_may_end_as_people_write_it(
    end: str, serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    server = serve(http(b"{}"))
    with Client(server.url + end) as client:
        client.get("/health")

    assert server.seen[0].startswith(b"GET /health HTTP/1.1")


@pytest.mark.parametrize("url", ["head:8000", "ftp://head", "http://", "", "http://[::1"])
def test_what_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Client(url)


def test_credentials_in_a_base_url_are_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match="give an api_key") as caught:
        Client("http://user:hunter2@head:8000")

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("status", ["401 Unauthorized", "200 OK"])
@pytest.mark.parametrize("method", ["chat", "stream_chat", "models", "health"])
def test_a_key_is_sent_and_never_shown(
    method: str, status: str, serve: Callable[..., Any], http: Callable[..., bytes]
) -> None:
    server = serve(http(b"data: wrong key sk-secret\n\n", status))
    with Client(server.url, model="tiny", api_key="sk-secret") as client:
        try:
            told = getattr(client, method)(*["x"] * ("chat" in method)).faults
        except BadAnswer as error:
            told = error
        shown = f"{told} {told!r} {client} {client!r}"

    assert "Bearer sk-secret" == asked(server.seen[0])[1]["authorization"]
    assert "wrong key ***" in shown
    assert "sk-secret" not in shown


def test_a_call_without_a_model_is_refused() -> None:
    with Client("http://head:8000") as client, pytest.raises(ValueError, match="no model"):
        client.chat("x")


def test_importing_the_client_imports_no_more_than_httpx() -> None:
    code = (
        "import sys, httpx; before = set(sys.modules);"
        "import pytest_dynamo.client.openai;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(*new - sys.stdlib_module_names)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "pytest_dynamo" == done.stdout.strip()
