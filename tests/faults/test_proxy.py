# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The proxy itself: what it tells the frontend, and what it keeps from it."""

from __future__ import annotations

import gc
import json
import select
import socket
import warnings

import pytest
from faults.proxy import Ask, Lie, Reply, answer, serving

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
BODY = json.dumps({"stream": True, "max_tokens": 4000}).encode()
ASKED = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)


@pytest.mark.parametrize("deaf", [True, False])
def test_that_a_client_hung_up_is_passed_on_unless_the_lie_is_that_it_is_not(*, deaf: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as frontend:
        with serving(f"http://127.0.0.1:{frontend.getsockname()[1]}", Lie(deaf=deaf)) as url:
            port = int(url.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(ASKED)
                upstream, _ = frontend.accept()
                while not upstream.recv(65536).endswith(BODY):
                    pass
                upstream.sendall(HEAD + b"data: 1\n\n")
                client.recv(1)
            # each piece finds the client gone; what serves on for it must not become garbage, which
            # would be closed as soon as another client comes
            heard = False
            for _ in range(8):
                if heard := bool(select.select([upstream], [], [], 0.02)[0]):
                    break
                upstream.sendall(b"data: 2\n\n")
                gc.collect()
                socket.create_connection(("127.0.0.1", port)).close()

        assert heard is not deaf
        upstream.close()


def test_a_proxy_closes_also_whom_it_has_just_let_in() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(40):
            with serving("http://127.0.0.1:9", Lie()) as url:
                port = int(url.rpartition(":")[2])
                client = socket.create_connection(("127.0.0.1", port))
                socket.create_connection(("127.0.0.1", port)).close()
            client.close()
            gc.collect()

    assert [str(each.message) for each in told] == []


def test_a_frontend_that_goes_while_it_is_asked_counts_as_unreachable() -> None:
    def counted(ask: Ask) -> Ask | Reply:
        return answer({"unreachable": ask.kept["unreachable"]}) if ask.path == "/told" else ask

    asked = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 8000000\r\n\r\n" + bytes(8_000_000)
    with (
        socket.create_server(("127.0.0.1", 0)) as frontend,
        serving(f"http://127.0.0.1:{frontend.getsockname()[1]}", Lie(ask=counted)) as url,
    ):
        at = ("127.0.0.1", int(url.rpartition(":")[2]))
        with socket.create_connection(at) as client:
            client.sendall(asked)
            frontend.accept()[0].close()  # with what was not read: a reset
            assert client.recv(1) == b""
        with socket.create_connection(at) as client:
            client.sendall(b"GET /told HTTP/1.1\r\nhost: x\r\n\r\n")
            told = client.makefile("rb").read()

    assert told.endswith(b'{"unreachable": 1}')
