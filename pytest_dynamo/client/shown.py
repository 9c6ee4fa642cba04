# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a server shows of itself when it is asked: its name, whose way it answers in, what it lacks.

A refusal is honest, silence is not: what a server refuses it does not offer, and says so here in
its own words; what it takes and then ignores is for a test to find. Nothing is concluded from the
name of a product.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.client.answers import BadAnswer, listed_models
from pytest_dynamo.client.faults import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pytest_dynamo.client.answers import Reply
    from pytest_dynamo.client.openai import Client

#: Whose way a server answers in: an old or a new Dynamo's, or that of any other OpenAI server.
Era = Literal["0.x", "1.x", "openai"]

CHAT, COMPLETIONS = "/v1/chat/completions", "/v1/completions"
#: Begin the names of the metrics of a Dynamo frontend.
_DYNAMO_METRICS = ("dynamo_frontend_", "nv_llm_http_service_")
#: How much of a server's own words a reason carries.
_WORDS = 160
#: A grey square of 56 x 56 pixels, as no vision model takes it for too small.
_IMAGE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAADgAAAA4CAAAAACN7WTCAAAAJElEQVR42u3LMQ0AAAwDo"
    "Eqv9FpYdsNP+hRRFEVRFEVRFMWbAclXIFtsqkldAAAAAElFTkSuQmCC"
)
_TOOL: dict[str, Any] = {  # Any: JSON values
    "type": "function",
    "function": {"name": "roll", "parameters": {"type": "object", "properties": {}}},
}
_SAY = "Repeat this one word and say nothing else: blue"
_ID = "2c1743a3-91a0-4d6c-9c6f-0a5f8e7a1c55"


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that a test may require, and the request that shows whether it is offered.

    ``silent`` is what a server lacks that takes the request and does nothing about it, where that
    is allowed: beyond the OpenAI API.
    """

    word: str
    path: str
    fields: Mapping[str, Any]  # Any: JSON values
    heeded: Callable[[Reply], bool] | None = None
    silent: str = ""
    headers: Mapping[str, str] | None = None


def _says_who(reply: Reply) -> bool:
    said = reply.json.get("nvext") if isinstance(reply.json, dict) else None
    return isinstance(said, dict) and isinstance(said.get("worker_id"), dict)


def _speaks(reply: Reply) -> bool:
    return "blue" in reply.text.lower()


OFFERS = (
    Offer("completions", COMPLETIONS, {"prompt": "Hello."}),
    Offer("token-prompts", COMPLETIONS, {"prompt": [700, 701]}),
    Offer("batches", COMPLETIONS, {"prompt": ["Hello.", "Hi."]}),
    Offer("newer-limit", CHAT, {"max_tokens": None, "max_completion_tokens": 1}),
    Offer("log-probabilities", CHAT, {"logprobs": True, "top_logprobs": 2}),
    Offer("several-answers", CHAT, {"n": 2, "temperature": 1}),
    Offer("seeds", CHAT, {"seed": 7, "temperature": 1}),
    Offer("stop-texts", CHAT, {"stop": ["\u2603"]}),
    Offer("tools", CHAT, {"tools": [_TOOL]}),
    Offer("streamed-tools", CHAT, {"tools": [_TOOL], "stream": True}),
    Offer(
        "worker-ids",
        CHAT,
        {"nvext": {"extra_fields": ["worker_id"]}},
        _says_who,
        "does not say which worker answered",
    ),
    Offer(
        "request-ids",
        CHAT,
        {},
        lambda reply: reply.headers.get("x-request-id") == _ID,
        "does not send the id of a request back",
        headers={"x-request-id": _ID},
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a server shows at first: ``status`` is that of its list of models.

    ``models`` are the ids it lists, each once; ``problem`` is what is wrong with the list.
    """

    name: str
    era: Era
    status: int
    models: tuple[str, ...]
    problem: str | None


def first_look(client: Client) -> Shown:
    """Return the name, the era and the models of a server; any status is an answer.

    Raises:
        NoAnswer: there was none.
    """
    reply = client.get("/v1/models")
    models: tuple[str, ...] = ()
    problem = None
    try:
        models = tuple(dict.fromkeys(listed_models(reply)))
    except BadAnswer as error:
        problem = str(error)
    era: Era = "openai"
    if any(_signs_of_dynamo(client, reply)):
        new = all(entry.get("object") == "model" for entry in _entries(reply))
        era = "1.x" if new else "0.x"
    return Shown(_name(client, reply, era), era, reply.status, models, problem)


def ask(client: Client, model: str) -> Reply:
    """Return the answer to a chat of one token.

    Raises:
        NoAnswer: there was no answer at all.
    """
    return _ask(client, model, CHAT, {})


def takes_images(client: Client, model: str) -> bool:
    """Return whether a question about an image is answered, be the image looked at or not.

    Raises:
        NoAnswer: there was no answer at all.
    """
    parts = [
        {"type": "text", "text": "Describe the image"},
        {"type": "image_url", "image_url": {"url": _IMAGE}},
    ]
    messages = [{"role": "user", "content": parts}]
    return _ask(client, model, CHAT, {"messages": messages}).status == HTTPStatus.OK


def lacking(client: Client, model: str, name: str) -> dict[str, str]:
    """Return a reason for each word that the server does not offer; it has to serve the model.

    Raises:
        NoAnswer: there was no answer at all.
    """
    found: dict[str, str] = {}
    for offer in OFFERS:
        reply = _ask(client, model, offer.path, offer.fields, offer.headers)
        if refused(reply):
            found[offer.word] = f"{name} refuses it: HTTP {reply.status} {words(reply)}"
        elif offer.heeded and reply.status == HTTPStatus.OK and not offer.heeded(reply):
            found[offer.word] = f"{name} {offer.silent}"
    if "completions" in found:
        reason = found["completions"]
        found |= {"token-prompts": reason, "batches": reason}
    if client.cancelled_requests() is None:
        found["cancellations"] = f"{name} counts no cancelled requests in /metrics"
    return found


def speaks(client: Client, model: str) -> bool:
    """Return whether a model does as it is told; one of random weights does not.

    Raises:
        NoAnswer: there was no answer at all.
    """
    messages = [{"role": "user", "content": _SAY}]
    reply = _ask(client, model, CHAT, {"messages": messages, "max_tokens": 200, "temperature": 0})
    return reply.status != HTTPStatus.OK or _speaks(reply)


def refused(reply: Reply) -> bool:
    """Return whether an answer says that the server does not offer what was asked for."""
    client_error = HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return client_error or reply.status == HTTPStatus.NOT_IMPLEMENTED


def _ask(
    client: Client,
    model: str,
    path: str,
    fields: Mapping[str, Any],  # Any: JSON values
    headers: Mapping[str, str] | None = None,
) -> Reply:
    question: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello."}]}
    body = {"model": model, "max_tokens": 1, **(question if path == CHAT else {}), **fields}
    body = {key: value for key, value in body.items() if value is not None}
    return client.post(path, json=body, headers=headers)


def _signs_of_dynamo(client: Client, models: Reply) -> Iterator[str]:
    """Yield every sign that this is a Dynamo frontend: routes and metrics that are its own."""
    health = client.get("/health").json
    if isinstance(health, dict) and {"endpoints", "instances"} & health.keys():
        yield "/health"
    routes = client.get("/openapi.json").json
    paths = routes.get("paths") if isinstance(routes, dict) else None
    if isinstance(paths, dict) and any(path.endswith("}/ready") for path in paths):
        yield "/openapi.json"
    if any(line.startswith(_DYNAMO_METRICS) for line in client.get("/metrics").text.splitlines()):
        yield "/metrics"
    if "nvidia" in _owners(models):
        yield "/v1/models"


def _name(client: Client, models: Reply, era: Era) -> str:
    """Return what a server calls itself, as far as it does."""
    if era != "openai":
        return f"Dynamo ({era})"
    version = client.get("/version").json
    number = version.get("version") if isinstance(version, dict) else None
    owners = _owners(models)
    header = models.headers.get("server", "").partition("/")[0]
    name = owners[0] if owners else header or "the server"
    return shown(f"{name} {number}" if isinstance(number, str) else name, length=80)


def _owners(models: Reply) -> list[str]:
    said = [entry.get("owned_by") for entry in _entries(models)]
    return [name for name in said if isinstance(name, str) and name]


def _entries(models: Reply) -> list[dict[str, Any]]:  # Any: JSON objects
    entries = models.json.get("data") if isinstance(models.json, dict) else None
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []


def words(reply: Reply) -> str:
    """Return the message of a refusal, wherever it stands."""
    said: object = reply.json
    for key in ("error", "message", "detail"):
        if isinstance(said, dict) and key in said:
            said = said[key]
    return shown(" ".join((said if isinstance(said, str) else reply.text).split()), length=_WORDS)

