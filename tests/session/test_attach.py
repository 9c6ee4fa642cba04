# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is asked of a server at a URL, what is concluded, and what a person gets wrong."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from faults.proxy import Ask, Lie, Reply, answer, serving

from pytest_dynamo.client.answers import NoAnswer
from pytest_dynamo.client.openai import usage_faults
from pytest_dynamo.errors import Lost, NotReady
from pytest_dynamo.session import attach, requires
from pytest_dynamo.session.deployment import attached
from pytest_dynamo.session.pulse import Pulse, address
from pytest_dynamo.session.request import Request
from pytest_dynamo.supervisor.rundir import RunDir, read_json, write_json
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHAT = "/v1/chat/completions"
NOBODY = "http://127.0.0.1:1"
SECRET = "sk-not-to-be-seen"


def completion(ask: Ask) -> Reply:
    """Answer a question as an OpenAI server does that does what it is told."""
    said = {"role": "assistant", "content": "blue"}
    return answer(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": ask.json["model"],
            "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
        }
    )


def refusal(words: str, status: int = 400) -> Reply:
    return answer({"error": {"message": words, "type": "invalid_request_error"}}, status)


def listing(*models: str, owner: str = "someone") -> Reply:
    data = [{"id": each, "object": "model", "created": 1, "owned_by": owner} for each in models]
    return answer({"object": "list", "data": data})


@contextlib.contextmanager
def server(
    *models: str, chat: Callable[[Ask], Reply] = completion, **routes: Reply
) -> Iterator[str]:
    """Serve these models; ``routes`` are what other paths answer, by the last part of each."""
    others = {"models": listing(*models), **routes}

    def told(ask: Ask) -> Reply:
        if ask.path.endswith(CHAT):
            return chat(ask) if ask.json.get("model") in models else refusal("no such model", 404)
        return others.get(ask.path.rpartition("/")[2], answer({"detail": "Not Found"}, 404))

    with serving(NOBODY, Lie(ask=told)) as url:
        yield url


def request(url: str, name: str = "", **overrides: str) -> Request:
    changed = [
        places.Override(key.replace("__", "."), value, "--dynamo-set")
        for key, value in overrides.items()
    ]
    topology = places.load(name or str(places.unnamed()), [places.bundled()], changed)
    return Request((topology,), "", False, "auto", False, frozenset(), None, url, bool(name))  # noqa: FBT003 - a row


def reason(tmp_path: Path, asked: Request, found: attach.Server, word: str) -> str:
    """Return why a test that wants this is skipped, nothing when it runs."""
    run = RunDir(tmp_path)
    write_json(run.plan, attach.plan(asked, found, str(tmp_path), "run").to_dict())
    write_json(run.server, found.to_dict())
    topology = asked.topology
    if not asked.described:
        topology = attach.taken_for(topology, found.to_dict())
    try:
        requires.check((word,), topology, tmp_path, described=asked.described)
    except pytest.skip.Exception as skip:
        return str(skip.msg)
    return ""


def test_a_url_alone_is_taken_for_what_it_shows() -> None:
    with server("a", version=answer({"version": "1.2"})) as url:
        found = attach.attach(request(url))

    assert ("someone 1.2", "openai", "a") == (found.name, found.era, found.model)
    assert {} == found.workers
    assert found.diagnosis is None
    topology = attach.taken_for(request(url).topology, found.to_dict())
    assert ("a", "multimodal") == (topology.model.served_name, topology.model.modality)


def test_what_a_server_refuses_it_does_not_offer_and_its_words_say_so(tmp_path: Path) -> None:
    def chat(ask: Ask) -> Reply:
        return refusal("tools are off") if "tools" in ask.json else completion(ask)

    with server("a", chat=chat) as url:
        found = attach.attach(request(url))

    asked = request(url)
    assert "does not apply: someone refuses it: HTTP 400 tools are off" == reason(
        tmp_path, asked, found, "tools"
    )
    assert "" == reason(tmp_path, asked, found, "system-messages")
    assert "someone refuses it: HTTP 404 Not Found" in reason(
        tmp_path, asked, found, "token-prompts"
    )


def uncounted(ask: Ask) -> Reply:
    """Answer whole, or in a stream that is not counted."""
    if not ask.streams:
        return completion(ask)
    return Reply(200, {"content-type": "text/event-stream"}, b"data: [DONE]\n\n")


SILENT = {
    "log-probabilities": "gives no log probabilities",
    "several-answers": "gives one answer where two are asked for",
    "stream-usage": "does not count what it streams",
}


@pytest.mark.parametrize("word", SILENT)
def test_what_other_servers_are_known_to_ignore_is_named_and_a_dynamo_is_held_to_it(
    tmp_path: Path, word: str
) -> None:
    with server("a", chat=uncounted) as url:
        other = attach.attach(request(url))
    with server("a", chat=uncounted, models=listing("a", owner="nvidia")) as url:
        dynamo = attach.attach(request(url))

    assert f"does not apply: someone {SILENT[word]}" == reason(
        tmp_path, request(url), other, word
    )
    assert "" == reason(tmp_path, request(url), dynamo, word)


def test_answers_that_are_not_counted_are_no_fault_where_the_server_shows_that_it_counts_none(
    tmp_path: Path,
) -> None:
    def chat(ask: Ask) -> Reply:
        told = completion(ask)
        return told.saying({**told.json, "usage": None})

    with server("a", chat=chat) as url:
        found = attach.attach(request(url))
        assert "does not apply: someone does not count its answers" == reason(
            tmp_path, request(url), found, "usage"
        )
        write_json(RunDir(tmp_path).deployment, found.state())
        held = attached(request(url).topology, RunDir(tmp_path))

        assert () == usage_faults(held.client.chat("Hello."), None)


def test_a_model_that_answers_under_another_name_is_held_to_that_one(tmp_path: Path) -> None:
    def chat(ask: Ask) -> Reply:
        told = completion(ask)
        return told.saying({**told.json, "model": "a-2026-11-25"})

    with server("a", chat=chat) as url:
        found = attach.attach(request(url))
        described = attach.attach(request(url, "local_agg", model__served_name="a"))

    assert ("a", "a-2026-11-25") == (found.model, found.answers_as)
    assert "answers as a-2026-11-25" in found.notes[0]
    assert described.answers_as is None
    reason(tmp_path, request(url), found, "tools")
    write_json(RunDir(tmp_path).deployment, found.state())
    held = attached(request(url).topology, RunDir(tmp_path))
    assert ("a", "a-2026-11-25") == (held.model, held.answers_as)
    assert "a-2026-11-25" == held.client.manner.answers_as


@pytest.mark.parametrize(("same", "words"), [(True, ""), (False, "unproven: someone gives one")])
def test_who_answers_at_random_is_asked_for_greedy_answers_once(
    tmp_path: Path, words: str, *, same: bool
) -> None:
    def chat(ask: Ask) -> Reply:
        ask.kept["asked"] += not same
        told = completion(ask)
        return told.saying(told.body.decode().replace('"blue"', f'"blue {ask.kept["asked"]}"'))

    with server("a", chat=chat) as url:
        found = attach.attach(request(url))

    assert reason(tmp_path, request(url), found, "repeatable").startswith(words)
    assert bool(reason(tmp_path, request(url), found, "repeatable")) is bool(words)
    assert "" == reason(tmp_path, request(url), found, "greedy")
    assert bool(reason(tmp_path, request(url), found, "seeds")) is not same


def test_what_fails_is_not_excused(tmp_path: Path) -> None:
    def chat(ask: Ask) -> Reply:
        return answer({"error": "oh"}, 500) if "tools" in ask.json else completion(ask)

    with server("a", chat=chat) as url:
        found = attach.attach(request(url))

    assert "" == reason(tmp_path, request(url), found, "tools")


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("ranks", "unproven: attached to http"),
        ("launched", "unproven: attached to http"),
        ("gpu", "unproven: attached to http"),
        ("described", "does not apply: no topology says"),
        ("even-router", "does not apply: no topology says"),
        ("worker-ids", "does not apply: someone does not say which worker answered"),
        ("worker-counts", "does not apply: someone does not list its workers"),
        ("cancellations", "does not apply: someone counts no cancelled requests"),
        ("request-ids", "does not apply: someone does not send the id"),
        ("api-1.x", "does not apply: someone does not answer in the way of Dynamo"),
        ("engine", ""),
        ("repeatable", ""),
        ("refusals", ""),
    ],
)
def test_what_a_url_cannot_show_is_named(tmp_path: Path, word: str, words: str) -> None:
    with server("a") as url:
        found = attach.attach(request(url))

    told = reason(tmp_path, request(url), found, word)
    assert told.startswith(words)
    assert bool(told) is bool(words)


def test_a_rehearsal_is_a_stand_in_at_a_url_too(tmp_path: Path) -> None:
    with server("a") as url:
        asked = request(url, rehearsal="true")
        found = attach.attach(asked)

    assert reason(tmp_path, asked, found, "engine").startswith("unproven: a stand-in answers")


def test_a_text_model_is_one_that_refuses_an_image() -> None:
    def chat(ask: Ask) -> Reply:
        return refusal("no images") if "image_url" in ask.body.decode() else completion(ask)

    with server("a", chat=chat) as url:
        found = attach.attach(request(url))
        stated = attach.attach(request(url, model__modality="multimodal"))

    assert found.multimodal is False
    assert stated.multimodal is True


def test_a_model_that_does_not_do_as_told_is_not_asked_what_it_sees(tmp_path: Path) -> None:
    def chat(ask: Ask) -> Reply:
        told = completion(ask)
        return told.saying(told.body.decode().replace("blue", "w1 w2"))

    with server("a", chat=chat) as url:
        found = attach.attach(request(url))

    assert reason(tmp_path, request(url), found, "understanding").startswith("unproven: a does not")


def test_another_name_is_asked_for_and_both_are_named() -> None:
    asked = request("", "local_agg")
    with server("another") as url:
        found = attach.attach(request(url, "local_agg"))

    assert "another" == found.model
    assert ("another",) == found.listed
    (note,) = found.notes
    assert asked.topology.model.served_name in note
    assert "'another'" in note


def test_a_name_that_is_served_is_asked_for_whatever_is_listed() -> None:
    name = request("", "local_agg").topology.model.served_name
    with server(name, models=listing("another")) as url:
        found = attach.attach(request(url, "local_agg"))

    assert name == found.model


@pytest.mark.parametrize("listed", [(), ("b", "c")], ids=["none", "others"])
def test_a_model_that_is_not_served_fails_the_deployment(
    tmp_path: Path, listed: tuple[str, ...]
) -> None:
    with server(models=listing(*listed)) as url:
        asked = request(url, "local_agg")
        found = attach.attach(asked)

    assert found.diagnosis is not None
    write_json(RunDir(tmp_path).deployment, found.state())
    with pytest.raises(NotReady) as told:
        attached(asked.topology, RunDir(tmp_path))
    assert f"lists {', '.join(listed) or 'no model'}, and answers a chat with" in str(told.value)


@pytest.mark.parametrize(
    ("listed", "words"),
    [((), "lists no model"), (("a", "b"), "serves 2 models: a, b")],
    ids=["none", "several"],
)
def test_a_url_alone_has_to_serve_one_model(listed: tuple[str, ...], words: str) -> None:
    with server(*listed) as url, pytest.raises(pytest.UsageError) as told:
        attach.attach(request(url))

    assert words in str(told.value)
    assert "--dynamo-set=model.served_name=NAME" in str(told.value)


def test_one_of_several_models_may_be_named(tmp_path: Path) -> None:
    with server("a", "b") as url:
        asked = request(url, model__served_name="b")
        found = attach.attach(asked)

    assert "b" == found.model
    assert "does not apply: someone serves 2 models" == reason(tmp_path, asked, found, "one-model")


@pytest.mark.parametrize("name", ["", "local_agg"], ids=["alone", "topology"])
def test_what_is_no_openai_server_is_refused(name: str) -> None:
    page = Reply(404, {"content-type": "text/html"}, b"<html>Nothing here</html>")
    with serving(NOBODY, Lie(ask=lambda _: page)) as url, pytest.raises(pytest.UsageError) as told:
        attach.attach(request(url, name))

    assert f"--dynamo-url={url}: " in str(told.value)
    assert "Nothing here" in str(told.value)
    assert "remedy: name" in str(told.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (NOBODY, "could not connect"),
        ("http://no-such-host.invalid:8000", "could not connect"),
        ("ftp://127.0.0.1", "not http://HOST:PORT or https://HOST:PORT"),
        ("head:8000", "not http://HOST:PORT or https://HOST:PORT"),
        ("http://me:word@127.0.0.1", "credentials end up in logs"),
    ],
)
def test_a_url_where_nobody_can_be_is_refused(url: str, words: str) -> None:
    with pytest.raises(pytest.UsageError) as told:
        attach.attach(request(url))

    assert words in str(told.value)
    assert "word@" not in str(told.value)


@pytest.mark.parametrize(
    ("evidence", "remedy"),
    [
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)", "http rather than https"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer", "SSL_CERT_FILE=/path/"),
        ("[Errno 111] Connection refused", "check the URL"),
    ],
)
def test_what_kept_a_connection_from_being_made_has_its_remedy(evidence: str, remedy: str) -> None:
    error = NoAnswer("unreachable", seconds=0, deadline_s=1, where="GET x", evidence=evidence)

    told = str(attach._unreachable("https://head", error))
    assert evidence in told
    assert f"remedy: {remedy}" in told.replace("check whether it speaks ", "").replace(
        "name the authority that signed its certificate: ", ""
    )


def key_asked_for(ask: Ask) -> Reply:
    if ask.headers.get("authorization") != f"Bearer {SECRET}":
        return answer({"detail": f"no key: {ask.headers.get('authorization')}"}, 401)
    return completion(ask) if ask.path == CHAT else listing("a")


@pytest.mark.parametrize(
    ("key", "words"), [(None, "asks for a key"), ("sk-another", "does not take the key")]
)
def test_a_key_that_is_missing_or_wrong_is_one_error(
    key: str | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(attach.KEY, raising=False)
    if key:
        monkeypatch.setenv(attach.KEY, key)
    with serving(NOBODY, Lie(ask=key_asked_for)) as url, pytest.raises(pytest.UsageError) as told:
        attach.attach(request(url))

    assert words in str(told.value)
    assert "DYNAMO_API_KEY" in str(told.value)
    assert "sk-" not in str(told.value)


def test_the_key_of_the_environment_is_sent_and_not_written_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(attach.KEY, SECRET)
    with serving(NOBODY, Lie(ask=key_asked_for)) as url:
        asked = request(url)
        found = attach.attach(asked)
        write_json(RunDir(tmp_path).deployment, found.state())
        reason(tmp_path, asked, found, "tools")
        held = attached(asked.topology, RunDir(tmp_path))

        assert held.client.chat("Hello.").content

    assert "a" == found.model
    assert [path for path in tmp_path.iterdir() if SECRET in path.read_text()] == []


def test_a_path_before_v1_is_kept() -> None:
    def under(ask: Ask) -> Reply:
        if not ask.path.startswith("/gate/v1/"):
            return answer({"detail": "Not Found"}, 404)
        return completion(ask) if ask.path.endswith(CHAT) else listing("a")

    with serving(NOBODY, Lie(ask=under)) as url:
        found = attach.attach(request(f"{url}/gate/v1/"))

    assert f"{url}/gate" == found.url


@pytest.mark.parametrize(
    ("sign", "route"),
    [
        ("health", {"health": answer({"status": "healthy", "endpoints": [], "instances": []})}),
        ("metrics", {"metrics": Reply(200, {}, b"dynamo_frontend_inflight_requests 0\n")}),
        ("routes", {"openapi.json": answer({"paths": {"/v1/models/{*id}/ready": {}}})}),
        ("owner", {"models": listing("a", owner="nvidia")}),
    ],
)
def test_a_frontend_of_dynamo_shows_itself_by_any_of_its_own(
    sign: str, route: dict[str, Reply]
) -> None:
    with server("a", **route) as url:
        found = attach.attach(request(url))

    assert "1.x" == found.era, sign


def test_workers_are_counted_where_they_are_listed() -> None:
    def listed(*components: str) -> Reply:
        each = [
            {"namespace": "n", "component": name, "endpoint": "generate", "instance_id": number}
            for number, name in enumerate(components)
        ]
        clear = {"namespace": "n", "component": "backend", "endpoint": "clear", "instance_id": 9}
        return answer({"status": "healthy", "endpoints": [], "instances": [*each, clear]})

    counts = []
    for components in (("backend",), ("backend", "backend"), ("prefill", "backend", "prefill")):
        with server("a", health=listed(*components)) as url:
            asked = request(url)
            found = attach.attach(asked)
        counts.append(dict(found.workers))
        seen = Request(
            (attach.taken_for(asked.topology, found.to_dict()),),
            "", False, "auto", False, frozenset(), None, url, False,  # noqa: FBT003 - a row
        )  # fmt: skip
        workers = attach.plan(seen, found, "/run", "run").workers
        assert sorted(components) == sorted(worker.component for worker in workers)

    assert [{"agg": 1}, {"agg": 2}, {"prefill": 2, "decode": 1}] == counts


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://head:8000/v1", ("head", 8000)),
        ("https://head/gate", ("head", 443)),
        ("http://[::1]", ("::1", 80)),
    ],
)
def test_where_a_url_is_asked(url: str, expected: tuple[str, int]) -> None:
    assert expected == address(url)


def test_who_waits_for_a_server_that_dies_is_told_at_once(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    run = RunDir(tmp_path)
    write_json(run.deployment, {"state": "ready"})
    asked = request(url)
    found = attach.Server(url, "someone", "openai", "a", ("a",), False, {}, {}, ())  # noqa: FBT003 - a row
    write_json(run.plan, attach.plan(asked, found, str(tmp_path), "run").to_dict())
    held = attached(asked.topology, run)
    pulse = Pulse(url, run)
    pulse.start()
    began = time.monotonic()

    def waits() -> None:
        # the listener closes while the question waits, and its connection stays open
        closer = threading.Timer(0.3, listener.close)
        closer.start()
        held.client.get("/v1/models")

    with pytest.raises(Lost) as told:
        waits()
    held.client.close()
    pulse.stop()

    assert time.monotonic() - began < 10
    assert "nobody listens there any more" in str(told.value)
    assert "lost" == (read_json(run.deployment) or {})["state"]
    assert not pulse.is_alive()
