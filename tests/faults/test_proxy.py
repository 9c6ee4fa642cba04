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
from faults.proxy import Lie, serving

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
