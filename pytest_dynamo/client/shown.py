# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a server shows of itself when it is asked: its name, whose way it answers in, what it lacks.

A refusal is honest: what a server refuses it does not offer, and says so here in its own words.
Silence is not: what a frontend of Dynamo takes and then ignores is for a test to find, and so is
what every OpenAI server has to do. Only of what such servers are known to differ in is it enough to
look at the answer, and to say that nothing came of it. Nothing is concluded from the name of a
product.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.client.answers import BadAnswer, NoAnswer, listed_models
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
#: A red square, losslessly.
WEBP = "data:image/webp;base64,UklGRiQAAABXRUJQVlA4TBcAAAAvP8APAAdQinKXov8BICH8f69F9D/1AwA="
#: A grey square of 56 x 56 pixels, as no vision model takes it for too small.
_IMAGE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAADgAAAA4CAAAAACN7WTCAAAAJElEQVR42u3LMQ0AAAwDo"
    "Eqv9FpYdsNP+hRRFEVRFEVRFMWbAclXIFtsqkldAAAAAElFTkSuQmCC"
)
_TOOL: dict[str, Any] = {  # Any: JSON values
    "type": "function",
    "function": {"name": "roll", "parameters": {"type": "object", "properties": {}}},
}
_SYSTEM = {"role": "system", "content": "You answer in one word."}
_USER = {"role": "user", "content": "Hello."}
_SAY = "Repeat this one word and say nothing else: blue"
_ID = "2c1743a3-91a0-4d6c-9c6f-0a5f8e7a1c55"


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that a test may require, and the request that shows whether it is offered.

    ``silent`` is what a server lacks that takes the request and does nothing about it. That is
    allowed to every server ``beyond`` the OpenAI API, else to one that is no frontend of Dynamo.
    What is ``rare`` is refused by some with an error of their own.
    """

    word: str
    path: str
    fields: Mapping[str, Any]  # Any: JSON values
    heeded: Callable[[Reply], bool] | None = None
    silent: str = ""
    headers: Mapping[str, str] | None = None
    beyond: bool = False
    rare: bool = False


def image_question(url: str) -> dict[str, Any]:  # Any: a JSON object
    """Return a message that asks about an image."""
    image = {"type": "image_url", "image_url": {"url": url}}
    return {"role": "user", "content": [{"type": "text", "text": "Describe the image"}, image]}


def _says_who(reply: Reply) -> bool:
    said = _field(reply, "nvext")
    return isinstance(said, dict) and isinstance(said.get("worker_id"), dict)


def _speaks(reply: Reply) -> bool:
    return "blue" in reply.text.lower()


def _two(reply: Reply) -> bool:
    return len(_objects(reply, "choices")) == len(("one", "other"))


def _one_token(reply: Reply) -> bool:
    usage = _field(reply, "usage")
    return not isinstance(usage, dict) or usage.get("completion_tokens") in (0, 1, None)


OFFERS = (
    Offer("completions", COMPLETIONS, {"prompt": "Hello."}),
    Offer(
        "usage",
        CHAT,
        {},
        lambda reply: isinstance(_field(reply, "usage"), dict),
        "does not count its answers",
    ),
    Offer("token-prompts", COMPLETIONS, {"prompt": [700, 701]}, rare=True),
    Offer(
        "batches",
        COMPLETIONS,
        {"prompt": ["Hello.", "Hi."]},
        _two,
        "answers one prompt of a batch alone",
    ),
    Offer(
        "streamed-batches",
        COMPLETIONS,
        {"prompt": ["Hello.", "Hi."], "stream": True},
        lambda reply: bool(re.search(r'"index":\s*1\b', reply.text)),
        "streams the answers of a batch as one",
    ),
    Offer(
        "newer-limit",
        CHAT,
        {"max_tokens": None, "max_completion_tokens": 1},
        _one_token,
        "takes no notice of max_completion_tokens",
    ),
    Offer(
        "log-probabilities",
        CHAT,
        {"logprobs": True, "top_logprobs": 2},
        lambda reply: any(
            isinstance(each.get("logprobs"), dict) for each in _objects(reply, "choices")
        ),
        "gives no log probabilities",
    ),
    Offer(
        "several-answers",
        CHAT,
        {"n": 2, "temperature": 1},
        _two,
        "gives one answer where two are asked for",
    ),
    Offer("system-messages", CHAT, {"messages": [_SYSTEM, _USER]}),
    Offer(
        "stream-usage",
        CHAT,
        {"stream": True, "stream_options": {"include_usage": True}},
        lambda reply: bool(re.search(r'"usage":\s*\{', reply.text)),
        "does not count what it streams",
    ),
    Offer(
        "model-names",
        CHAT,
        {"model": "no-such-model"},
        lambda reply: reply.status != HTTPStatus.OK,
        "answers to any name of a model",
    ),
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
        beyond=True,
    ),
    Offer(
        "request-ids",
        CHAT,
        {},
        lambda reply: reply.headers.get("x-request-id") == _ID,
        "does not send the id of a request back",
        headers={"x-request-id": _ID},
        beyond=True,
    ),
)
#: What only a server that sees images is asked.
OF_IMAGES = (Offer("webp-images", CHAT, {"messages": [image_question(WEBP)]}),)


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
        new = all(entry.get("object") == "model" for entry in _objects(reply, "data"))
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
    question = {"messages": [image_question(_IMAGE)]}
    return _ask(client, model, CHAT, question).status == HTTPStatus.OK


def lacking(
    client: Client, model: str, name: str, *, era: Era = "1.x", images: bool = False
) -> dict[str, str]:
    """Return a reason for each word that the server does not offer; it has to serve the model.

    Raises:
        NoAnswer: nobody is there any more.
    """
    found: dict[str, str] = {}
    for offer in (*OFFERS, *(OF_IMAGES if images else ())):
        try:
            reply = _ask(client, model, offer.path, offer.fields, offer.headers)
        except NoAnswer as error:
            if error.reason == "unreachable":
                raise
            continue  # what does not answer in time is for a test to tell
        fails = offer.rare and era == "openai" and reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if (refused(reply) or fails) and offer.word != "model-names":
            found[offer.word] = f"{name} refuses it: HTTP {reply.status} {words(reply)}"
        elif (
            offer.heeded
            and (offer.beyond or era == "openai")
            and reply.status == HTTPStatus.OK
            and not offer.heeded(reply)
        ):
            found[offer.word] = f"{name} {offer.silent}"
    if era == "openai" and "seeds" not in found and not repeats(client, model, seed=7):
        found["seeds"] = f"{name} draws anew for the same seed"
    if "completions" in found:
        reason = found["completions"]
        found |= dict.fromkeys(("token-prompts", "batches", "streamed-batches"), reason)
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


def repeats(client: Client, model: str, **fields: float) -> bool:
    """Return whether one question gets one answer: two of three, as a greedy token may turn.

    Raises:
        NoAnswer: nobody is there any more.
    """
    story = [{"role": "user", "content": "Tell me a story."}]
    asked = {"messages": story, "max_tokens": 16, "temperature": 1, **fields}
    said = []
    for _ in range(3):
        try:
            reply = _ask(client, model, CHAT, asked)
        except NoAnswer as error:
            if error.reason == "unreachable":
                raise
            return True  # for a test to tell
        said.append(str([each.get("message") for each in _objects(reply, "choices")]))
    return len(set(said)) < len(said)


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
    said = [entry.get("owned_by") for entry in _objects(models, "data")]
    return [name for name in said if isinstance(name, str) and name]


def _objects(reply: Reply, name: str) -> list[dict[str, Any]]:  # Any: JSON objects
    said = _field(reply, name)
    return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []


def _field(reply: Reply, name: str) -> Any:  # Any: a JSON value
    return reply.json.get(name) if isinstance(reply.json, dict) else None


def words(reply: Reply) -> str:
    """Return the message of a refusal, wherever it stands."""
    said: object = reply.json
    for key in ("error", "message", "detail"):
        if isinstance(said, dict) and key in said:
            said = said[key]
    return shown(" ".join((said if isinstance(said, str) else reply.text).split()), length=_WORDS)

