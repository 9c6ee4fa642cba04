# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""HTTP to one server: every request has a deadline, and looks whether it is vain.

No retry, no redirect, no proxy, nothing from the environment: a test sees what the server did.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from typing import TYPE_CHECKING

import httpx

from pytest_dynamo.client.answers import NoAnswer, NoAnswerReason, Reply, parsed
from pytest_dynamo.client.faults import shown
from pytest_dynamo.client.waiting import Watch
from pytest_dynamo.release import version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: How long it is tried whether somebody listens.
_LOOK_S = 0.5
JSON = {"Content-Type": "application/json"}


class Connection:
    """Keep-alive connections to the server at ``base_url``; see ``Client`` for the rest."""

    def __init__(  # noqa: PLR0913  what can be told of a connection
        self,
        base_url: str,
        alive: Callable[[], None] | None,
        *,
        api_key: str | None,
        connect_s: float,
        deadline_s: float,
        tls: ssl.SSLContext | None,
        outside: bool,
    ) -> None:
        from pytest_dynamo.client.wire import Transport  # noqa: PLC0415  httpcore takes 13 ms

        self.base_url = _checked(base_url)
        self.hide = (api_key,) if api_key else ()
        self._alive = alive
        self._outside = outside
        self._connect_s = connect_s
        self._deadline_s = deadline_s
        headers = {"User-Agent": f"pytest-dynamo/{version()}", "Accept-Encoding": "identity"}
        if api_key:
            headers["Authorization"] = f"Bearer {api_key}"
        if tls is None and self.base_url.startswith("https:"):
            tls = ssl.create_default_context()
        self._http = httpx.Client(
            transport=Transport(tls),
            headers=headers,
            timeout=None,  # noqa: S113  the watch of each request is its timeout
            trust_env=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def get(self, path: str, deadline_s: float | None) -> Reply:
        """Return the whole answer to a GET.

        Raises:
            NoAnswer: there was none.
        """
        return self.whole(*self._send("GET", path, b"", {}, deadline_s))

    def post(
        self,
        path: str,
        content: bytes | str,
        headers: Mapping[str, str],
        deadline_s: float | None,
    ) -> Reply:
        """Return the whole answer to a POST.

        Raises:
            NoAnswer: there was none.
        """
        return self.whole(*self.open(path, content, headers, deadline_s))

    def open(
        self,
        path: str,
        content: bytes | str,
        headers: Mapping[str, str],
        deadline_s: float | None,
    ) -> tuple[httpx.Response, Watch]:
        """Return the answer to a POST of which only the head has come.

        Raises:
            NoAnswer: there was none.
        """
        return self._send("POST", path, content, {**JSON, **headers}, deadline_s)

    def whole(self, response: httpx.Response, watch: Watch) -> Reply:
        """Return an answer with the rest of it.

        Raises:
            NoAnswer: the rest did not come.
        """
        with self._explained(response.request, watch), contextlib.closing(response):
            text = response.read().decode("utf-8", "replace")
        if response.is_server_error:
            watch.look_behind()
        return Reply(
            method=response.request.method,
            url=str(response.request.url),
            status=response.status_code,
            headers=dict(response.headers),
            text=text,
            json=parsed(text),
            seconds=watch.elapsed(),
        )

    def _send(
        self,
        method: str,
        path: str,
        content: bytes | str,
        headers: Mapping[str, str],
        deadline_s: float | None,
    ) -> tuple[httpx.Response, Watch]:
        watch = Watch(
            self._alive,
            connect_s=self._connect_s,
            deadline_s=self._deadline_s if deadline_s is None else deadline_s,
            listens=self._listens if self._outside else None,
        )
        request = self._http.build_request(
            method,
            f"{self.base_url}{path}",
            content=content,
            headers=dict(headers),
            extensions={"watch": watch},
        )
        with self._explained(request, watch):
            return self._http.send(request, stream=True), watch

    def _listens(self) -> bool:
        """Return whether a connection to the server can be opened."""
        url = httpx.URL(self.base_url)
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            socket.create_connection((url.host, port), timeout=_LOOK_S).close()
        except OSError:
            return False
        return True

    @contextlib.contextmanager
    def _explained(self, request: httpx.Request, watch: Watch) -> Iterator[None]:
        """Turn what the wire raises into a NoAnswer, or into what ``alive`` knows better."""
        try:
            yield
        except httpx.LocalProtocolError:
            raise  # the request itself is wrong
        except httpx.RequestError as error:
            watch.look_closely()
            seconds = watch.elapsed()
            raise NoAnswer(
                _reason(error),
                seconds=seconds,
                deadline_s=watch.deadline_s,
                where=f"{request.method} {request.url}",
                evidence=shown(f"{error}, {seconds:.2f} s after the request", self.hide),
            ) from error


def _checked(base_url: str) -> str:
    """Return the base URL without a final slash or ``/v1``, which the paths begin with."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"base URL: {error}") from error
    if url.userinfo:
        raise ValueError(f"base URL of {url.host}: credentials end up in logs, give an api_key")
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"base URL {base_url!r}: not http://HOST:PORT or https://HOST:PORT")
    return base_url.rstrip("/").removesuffix("/v1")


def _reason(error: httpx.RequestError) -> NoAnswerReason:
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return "unreachable"
    return "deadline" if isinstance(error, httpx.TimeoutException) else "closed"
