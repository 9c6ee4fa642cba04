# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a frontend answers, as frozen values, and the two errors for what is no answer.

Pure: text in, values out. Old and new releases differ in what they say; each value says for both
what a test needs to know.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.client.chunks import (
    Kind,
    brings,
    finish_of,
    index_of,
    reasoning_of,
    text_of,
)
from pytest_dynamo.client.faults import Malformed, named, shown
from pytest_dynamo.client.usage import Choice, Usage, Workers
from pytest_dynamo.errors import DynamoError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer; ``json`` is None where the text is no JSON, header names are lower."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    text: str
    json: Any  # Any: a JSON value
    seconds: float


NoAnswerReason = Literal["unreachable", "closed", "deadline"]

_NO_ANSWER: Mapping[NoAnswerReason, tuple[str, str]] = {
    "unreachable": (
        "could not connect",
        "check that the frontend runs and listens there, on an address of this network",
    ),
    "closed": (
        "the connection broke before a whole answer",
        "look for the death of the frontend, or of a proxy in front of it",
    ),
    "deadline": (
        "no whole answer in {deadline_s:g} s",
        "look for a hung worker, or give the request a longer deadline",
    ),
}


class NoAnswer(DynamoError):
    """Raised when a request got no answer: nobody there, hung up, or not in time."""

    def __init__(
        self,
        reason: NoAnswerReason,
        *,
        seconds: float,
        deadline_s: float,
        where: str,
        evidence: str,
    ) -> None:
        what, remedy = _NO_ANSWER[reason]
        super().__init__(
            what.format(deadline_s=deadline_s), where=where, evidence=evidence, remedy=remedy
        )
        self.reason = reason
        self.seconds = seconds


#: With an empty body: 503 until 0.5, 404 in 1.x.
_NO_MODEL = (HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)


class BadAnswer(DynamoError):
    """Raised when an answer is not what the request asked for; ``reply`` is what came."""

    def __init__(self, what: str, reply: Reply, hide: tuple[str, ...] = ()) -> None:
        nobody = reply.status in _NO_MODEL and not reply.text
        super().__init__(
            shown(what, hide),
            where=f"{reply.method} {reply.url}",
            evidence=f"HTTP {reply.status}: {shown(reply.text, hide) or 'an empty body'}",
            remedy="a frontend that serves no model answers so: look why no worker has registered"
            if nobody
            else None,
        )
        self.reply = reply
        self.status = reply.status


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer of the model."""

    id: str
    model: str
    choices: tuple[Choice, ...]
    usage: Usage | None
    seconds: float
    raw: Mapping[str, Any]  # Any: a JSON object
    counts: bool = True

    @property
    def content(self) -> str:
        """The text of the first choice; null is no text."""
        return self.choices[0].content

    @property
    def reasoning(self) -> str:
        """The reasoning of the first choice."""
        return self.choices[0].reasoning

    @property
    def text(self) -> str:
        """All that the first choice says, its reasoning first."""
        return self.choices[0].text

    @property
    def finish_reason(self) -> str | None:
        """Why the first choice ended."""
        return self.choices[0].finish_reason

    @property
    def workers(self) -> Workers | None:
        """Who served it, None where the server does not say."""
        return Workers.parse(self.raw.get("nvext"))

    @classmethod
    def parse(
        cls, reply: Reply, kind: Kind, hide: tuple[str, ...] = (), *, counts: bool = True
    ) -> Completion:
        """Return the completion that an answer holds, of a server that ``counts`` or does not.

        Raises:
            BadAnswer: it holds none.
        """
        if reply.status != HTTPStatus.OK:
            raise BadAnswer("no completion", reply, hide)
        data = reply.json
        if not isinstance(data, dict):
            raise BadAnswer("no completion: the body is not a JSON object", reply, hide)
        if data.get("error") is not None:
            raise BadAnswer("an error behind status 200", reply, hide)
        try:
            return cls(
                id=text_of(data, "id"),
                model=_required(data, "model"),
                choices=_choices(data.get("choices"), kind),
                usage=Usage.parse(data.get("usage")),
                seconds=reply.seconds,
                raw=data,
                counts=counts,
            )
        except Malformed as error:
            raise BadAnswer(f"no completion: {error}", reply, hide) from error


@dataclass(frozen=True, slots=True)
class Instance:
    """A registered endpoint of a worker, as ``/health`` lists it since 0.4."""

    namespace: str
    component: str
    endpoint: str
    id: int


@dataclass(frozen=True, slots=True)
class Health:
    """What ``/health`` says. It is no proof of readiness: 1.x is healthy without any worker."""

    status: int
    healthy: bool
    endpoints: tuple[str, ...]
    instances: tuple[Instance, ...]
    raw: Mapping[str, Any]  # Any: a JSON object

    def count(self, component: str, endpoint: str = "generate") -> int:
        """Return how many workers serve an endpoint of a component.

        Before 0.4 only the role that registers the model is listed, one URL for each worker.
        """
        if "instances" in self.raw:
            return len(
                {
                    (one.namespace, one.id)
                    for one in self.instances
                    if (one.component, one.endpoint) == (component, endpoint)
                }
            )
        return sum(url.endswith(f".{component}.{endpoint}") for url in self.endpoints)

    @classmethod
    def parse(cls, reply: Reply, hide: tuple[str, ...] = ()) -> Health:
        """Return what a ``/health`` answer says.

        Raises:
            BadAnswer: it is no JSON object of the known form.
        """
        data = reply.json
        if not isinstance(data, dict):
            raise BadAnswer("no health: the body is not a JSON object", reply, hide)
        endpoints, instances = data.get("endpoints") or [], data.get("instances") or []
        if not isinstance(endpoints, list) or not isinstance(instances, list):
            raise BadAnswer("no health: endpoints or instances is not an array", reply, hide)
        try:
            found = tuple(_instance(one) for one in instances)
        except Malformed as error:
            raise BadAnswer(f"no health: {error}", reply, hide) from error
        return cls(
            status=reply.status,
            healthy=reply.status == HTTPStatus.OK and data.get("status") == "healthy",
            endpoints=tuple(str(url) for url in endpoints),
            instances=found,
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class Readiness:
    """What ``/v1/models/{id}/ready`` says; true when the model can be served."""

    ready: bool
    reason: str | None
    raw: Mapping[str, Any]  # Any: a JSON object

    def __bool__(self) -> bool:
        return self.ready

    @classmethod
    def parse(cls, reply: Reply, hide: tuple[str, ...] = ()) -> Readiness:
        """Return what the answer for a known model says.

        Raises:
            BadAnswer: it says neither ready nor not ready.
        """
        data = reply.json
        if not isinstance(data, dict) or not isinstance(data.get("ready"), bool):
            raise BadAnswer("neither ready nor not ready", reply, hide)
        reason = data.get("reason")
        return cls(data["ready"], None if reason is None else str(reason), data)


def parsed(text: str) -> Any:  # Any: a JSON value
    """Return the JSON value that a text is, None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def listed_models(reply: Reply, hide: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the ids that ``/v1/models`` lists.

    Raises:
        BadAnswer: it is no list of models.
    """
    data = reply.json.get("data") if isinstance(reply.json, dict) else None
    if reply.status != HTTPStatus.OK or not isinstance(data, list):
        raise BadAnswer("no list of models", reply, hide)
    ids = [one.get("id") if isinstance(one, dict) else None for one in data]
    if not all(isinstance(name, str) for name in ids):
        raise BadAnswer("no list of models: an entry has no id", reply, hide)
    return tuple(str(name) for name in ids)


#: What counts the requests that their clients gave up. vLLM has a counter of aborted requests too,
#: but one that hangs up is not counted in it (0.31.0).
_CANCELLED = "dynamo_frontend_model_cancellation_total"
_COUNT = re.compile(rf"^{_CANCELLED}(?:\{{.*\}})? (\d+)", re.MULTILINE)


def cancelled(metrics: str) -> int | None:
    """Return how many requests were given up by their clients, None where that is not counted."""
    # the family comes with the first one; its neighbours say that it will
    counts = "dynamo_frontend_" in metrics
    return sum(map(int, _COUNT.findall(metrics))) if counts else None


def _required(data: Mapping[str, Any], key: str) -> str:  # Any: a JSON object
    text = text_of(data, key)
    if not text:
        raise Malformed(f"{key} is missing")
    return text


def _choices(data: object, kind: Kind) -> tuple[Choice, ...]:
    if not isinstance(data, list) or not data:
        raise Malformed(f"choices is {named(data)}, not an array with a choice")
    return tuple(sorted((_choice(one, kind) for one in data), key=lambda one: one.index))


def _choice(data: object, kind: Kind) -> Choice:
    index, choice = index_of(data)
    said = choice.get("message") if kind == "chat" else choice
    if not isinstance(said, dict):
        raise Malformed(f"message is {named(said)}, not an object")
    content = text_of(said, "content" if kind == "chat" else "text")
    reasoning = reasoning_of(said)
    pieces = int(brings(said, content, reasoning))
    return Choice(index, content, finish_of(choice), pieces, reasoning)


def _instance(data: object) -> Instance:
    if not isinstance(data, dict) or type(data.get("instance_id")) is not int:
        raise Malformed(f"an instance is {named(data)} without a number as instance_id")
    return Instance(
        text_of(data, "namespace"),
        text_of(data, "component"),
        text_of(data, "endpoint"),
        data["instance_id"],
    )
