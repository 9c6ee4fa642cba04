# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The client of a Dynamo frontend: what the OpenAI routes and Dynamo's own are asked and answer."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from pytest_dynamo.client.answers import (
    BadAnswer,
    Completion,
    Health,
    Instance,
    NoAnswer,
    Readiness,
    Reply,
    cancelled,
    listed_models,
)
from pytest_dynamo.client.chunks import Asked, Chunk, Kind, Manner, StreamResult
from pytest_dynamo.client.connection import Connection
from pytest_dynamo.client.faults import StreamFault
from pytest_dynamo.client.streaming import OpenStream
from pytest_dynamo.client.usage import Choice, Usage, Workers, counted_tokens, usage_faults

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

__all__ = [
    "BadAnswer",
    "Choice",
    "Chunk",
    "Client",
    "Completion",
    "Health",
    "Instance",
    "Manner",
    "NoAnswer",
    "OpenStream",
    "Readiness",
    "Reply",
    "StreamFault",
    "StreamResult",
    "Usage",
    "Workers",
    "counted_tokens",
    "usage_faults",
]

Messages: TypeAlias = str | Sequence[Mapping[str, Any]]  # Any: JSON objects
Prompt: TypeAlias = str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]]

CONNECT_S = 5.0
#: The first request to a large model may wait for a compilation and for a KV transfer set up.
DEADLINE_S = 120.0


class Client:
    """A client of the frontend at ``base_url``.

    ``alive`` is called at least every 100 ms while a request waits; what it raises ends the
    request; it sees the server from ``outside`` where it knows nothing of deaths behind it.
    ``model`` is asked for where a call names none, ``manner`` is what the server may do otherwise
    than a frontend of Dynamo. ``tls`` replaces the default trust.
    Every call takes ``deadline_s``, in which all of it has to be over.

    Raises:
        ValueError: the base URL is no http or https URL, or holds credentials.
    """

    def __init__(  # noqa: PLR0913  what can be told of a client
        self,
        base_url: str,
        alive: Callable[[], None] | None = None,
        *,
        model: str | None = None,
        api_key: str | None = None,
        connect_s: float = CONNECT_S,
        deadline_s: float = DEADLINE_S,
        tls: ssl.SSLContext | None = None,
        outside: bool = False,
        manner: Manner | None = None,
    ) -> None:
        self.model = model
        self.manner = manner or Manner()
        self._http = Connection(
            base_url,
            alive,
            api_key=api_key,
            connect_s=connect_s,
            deadline_s=deadline_s,
            tls=tls,
            outside=outside,
        )
        self.base_url = self._http.base_url
        self._hide = self._http.hide

    def __repr__(self) -> str:
        return f"Client({self.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def chat(
        self,
        messages: Messages,
        *,
        max_tokens: int | None = 16,
        model: str | None = None,
        deadline_s: float | None = None,
        **fields: Any,  # Any: JSON values
    ) -> Completion:
        """Return the answer to messages, or to one message of a user.

        Raises:
            BadAnswer: the answer is no completion.
            NoAnswer: there was none.
        """
        body = self._body(model, max_tokens, fields, messages=_messages(messages))
        reply = self.post("/v1/chat/completions", json=body, deadline_s=deadline_s)
        return Completion.parse(reply, "chat", self._hide, counts=self.manner.counts)

    def completions(
        self,
        prompt: Prompt,
        *,
        max_tokens: int | None = 16,
        model: str | None = None,
        deadline_s: float | None = None,
        **fields: Any,  # Any: JSON values
    ) -> Completion:
        """Return the continuation of a prompt, or of each prompt of a batch.

        Raises:
            BadAnswer: the answer is no completion.
            NoAnswer: there was none.
        """
        body = self._body(model, max_tokens, fields, prompt=prompt)
        reply = self.post("/v1/completions", json=body, deadline_s=deadline_s)
        return Completion.parse(
            reply, "completion", self._hide, counts=self.manner.counts
        )

    def open_stream(
        self,
        messages: Messages,
        *,
        max_tokens: int | None = 16,
        model: str | None = None,
        deadline_s: float | None = None,
        **fields: Any,  # Any: JSON values
    ) -> OpenStream:
        """Begin a streamed answer to messages; ``stream_options=None`` asks for no usage.

        Raises:
            BadAnswer: the status is not 200.
            NoAnswer: there was no answer.
        """
        body = self._body(model, max_tokens, fields, messages=_messages(messages))
        return self._stream("chat", "/v1/chat/completions", body, deadline_s)

    def stream_chat(
        self,
        messages: Messages,
        *,
        max_tokens: int | None = 16,
        model: str | None = None,
        deadline_s: float | None = None,
        **fields: Any,  # Any: JSON values
    ) -> StreamResult:
        """Return a streamed answer, read to its end and judged.

        Raises:
            BadAnswer: the status is not 200.
            NoAnswer: there was no answer.
        """
        return self.open_stream(
            messages, max_tokens=max_tokens, model=model, deadline_s=deadline_s, **fields
        ).finish()

    def stream_completions(
        self,
        prompt: Prompt,
        *,
        max_tokens: int | None = 16,
        model: str | None = None,
        deadline_s: float | None = None,
        **fields: Any,  # Any: JSON values
    ) -> StreamResult:
        """Return a streamed continuation of a prompt, read to its end and judged.

        Raises:
            BadAnswer: the status is not 200.
            NoAnswer: there was no answer.
        """
        body = self._body(model, max_tokens, fields, prompt=prompt)
        return self._stream("completion", "/v1/completions", body, deadline_s).finish()

    def models(self, *, deadline_s: float | None = None) -> tuple[str, ...]:
        """Return the ids of the listed models; a listed model is not yet a ready one.

        Raises:
            BadAnswer: the answer is no list of models.
            NoAnswer: there was none.
        """
        return listed_models(self.get("/v1/models", deadline_s=deadline_s), self._hide)

    def model_ready(
        self, model: str | None = None, *, deadline_s: float | None = None
    ) -> Readiness | None:
        """Return what the frontend says of the readiness of a model, None where it cannot.

        Raises:
            BadAnswer: the answer says neither ready nor not ready.
            NoAnswer: there was none.
        """
        name = quote(self._named(model), safe="")
        reply = self.get(f"/v1/models/{name}/ready", deadline_s=deadline_s)
        if isinstance(reply.json, dict) and "ready" in reply.json:
            return Readiness.parse(reply, self._hide)
        # Where only /v1/models/{id} exists, the route is taken for a model of a longer name, and
        # the answer is that of an unknown model, or of any: only the list of routes tells them
        # apart.
        routes = self.get("/openapi.json", deadline_s=deadline_s).json
        paths = routes.get("paths") if isinstance(routes, dict) else None
        if not (isinstance(paths, dict) and any(path.endswith("}/ready") for path in paths)):
            return None
        if reply.status == HTTPStatus.NOT_FOUND:
            return Readiness(ready=False, reason="unknown model", raw={})
        return Readiness.parse(reply, self._hide)

    def health(self, *, deadline_s: float | None = None) -> Health | None:
        """Return what ``/health`` says, None where the route does not exist (0.2).

        Raises:
            BadAnswer: the answer is of no known form.
            NoAnswer: there was none.
        """
        reply = self.get("/health", deadline_s=deadline_s)
        return None if reply.status == HTTPStatus.NOT_FOUND else Health.parse(reply, self._hide)

    def cancelled_requests(self, *, deadline_s: float | None = None) -> int | None:
        """Return how many requests the server says were given up, None where it does not count.

        Raises:
            NoAnswer: there was no answer.
        """
        return cancelled(self.get("/metrics", deadline_s=deadline_s).text)

    def get(self, path: str, *, deadline_s: float | None = None) -> Reply:
        """Return the whole answer to a GET, whatever its status.

        Raises:
            NoAnswer: there was none.
        """
        return self._http.get(path, deadline_s)

    def post(
        self,
        path: str,
        content: bytes | str | None = None,
        *,
        json: Any = None,  # Any: a JSON value
        headers: Mapping[str, str] | None = None,
        deadline_s: float | None = None,
    ) -> Reply:
        """Return the whole answer to a POST of raw content or of JSON, whatever its status.

        Raises:
            NoAnswer: there was none.
        """
        raw = json_text.dumps(json) if content is None else content
        return self._http.post(path, raw, headers or {}, deadline_s)

    def _stream(
        self,
        kind: Kind,
        path: str,
        body: Mapping[str, Any],  # Any: JSON values
        deadline_s: float | None,
    ) -> OpenStream:
        counts = {"include_usage": True} if self.manner.counts_streams else None
        asking = {"stream": True, "stream_options": counts, **body}
        if asking["stream_options"] is None:  # the caller wants none, not null
            del asking["stream_options"]
        accept = {"Accept": "text/event-stream"}
        response, watch = self._http.open(path, json_text.dumps(asking), accept, deadline_s)
        if response.status_code != HTTPStatus.OK:
            raise BadAnswer("no stream", self._http.whole(response, watch), self._hide)
        return OpenStream(response, watch, _asked(kind, asking, self.manner), self._hide)

    def _named(self, model: str | None) -> str:
        name = model or self.model
        if name is None:
            raise ValueError("no model: name one in this call or when making the client")
        return name

    def _body(
        self,
        model: str | None,
        max_tokens: int | None,
        fields: Mapping[str, Any],  # Any: JSON values
        **question: Any,  # Any: messages or a prompt
    ) -> dict[str, Any]:
        limit = {} if max_tokens is None else {"max_tokens": max_tokens}
        return {"model": self._named(model), **question, **limit, **fields}


def _messages(said: Messages) -> Sequence[Mapping[str, Any]]:  # Any: JSON objects
    return [{"role": "user", "content": said}] if isinstance(said, str) else said


def _asked(kind: Kind, body: Mapping[str, Any], manner: Manner) -> Asked:  # Any: JSON values
    """Return what the stream of a request has to show."""
    prompt = body.get("prompt", "")
    several = bool(prompt) and not isinstance(prompt, str) and not isinstance(prompt[0], int)
    return Asked(
        kind,
        model=manner.answers_as or body["model"],
        choices=(len(prompt) if several else 1) * (body.get("n") or 1),
        usage=bool((body.get("stream_options") or {}).get("include_usage")),
        annotations=manner.events | frozenset((body.get("nvext") or {}).get("annotations") or ()),
        lenient=manner.lenient,
    )
