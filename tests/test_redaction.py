# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""No secret is written or shown; what only looks like one is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo import redaction
from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Finding, Where
from pytest_dynamo.redaction import MASK, Redactor, is_secret, redact

VALUE = "hf_AbCdEfGhIjKlMnOpQrStUv"
#: A text, and the part of it that is secret.
SECRETS = (
    (f"export HF_TOKEN={VALUE}", VALUE),
    ("'NGC_API_KEY': 'dGhpcyBpcyBhIGtleQ=='", "dGhpcyBpcyBhIGtleQ=="),
    ('"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG"', "wJalrXUtnFEMI/K7MDENG"),
    ("CLIENT_SECRET=0123-4567", "0123-4567"),
    ("NATS_AUTH_PASSWORD=tiger", "tiger"),
    ("NATS_AUTH_CREDENTIALS_FILE=/home/me/nats.creds", "/home/me/nats.creds"),
    ("ETCD_AUTH_USERNAME: scott", "scott"),
    ("DB_PASSWORD=geheim, and more", "geheim"),
    ("Authorization: Bearer abc.def-ghi_jkl", "abc.def-ghi_jkl"),
    ("authorization: Basic c2NvdHQ6dGlnZXI=", "c2NvdHQ6dGlnZXI="),
    ("curl -H 'Authorization: bearer 0123456789abcdef'", "0123456789abcdef"),
    ("nats://scott:tiger@10.0.0.1:4222", "scott:tiger"),
    ("connecting to http://token@host/path", "token"),
    ("Namespace(api_key='sesame-open', port=8000)", "sesame-open"),
    ("{'hf_token': \"sesame-open\"}", "sesame-open"),
    ("vllm serve --api-key sesame-open --port 8000", "sesame-open"),
    ("--hf-token=sesame-open", "sesame-open"),
    (f"login with {VALUE} failed", VALUE),
    ("nvapi-AbCdEfGhIjKlMnOpQrStUvWxYz01 is not valid", "nvapi-AbCdEfGhIjKlMnOpQrStUvWxYz01"),
    ("ghp_AbCdEfGhIjKlMnOpQrStUvWxYz01", "ghp_AbCdEfGhIjKlMnOpQrStUvWxYz01"),
    ("sk-proj-AbCdEfGhIjKlMnOpQrStUv", "sk-proj-AbCdEfGhIjKlMnOpQrStUv"),
    ("key AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    (
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
    ),
)
HARMLESS = (
    "max_num_tokens: 8192, TRTLLM_MAX_NUM_TOKENS=8192",
    "input_tokens=17 output_tokens=4 total tokens: 21",
    "KeyError: 'kv_cache_config'",
    "api_key=None, hf_token=None",
    "http://127.0.0.1:8000/v1/models",
    "[pod/x/main] user@host: permission denied",
    "the bearer of this letter",
    "tokenizer_mode: auto, key=value",
    "torch.OutOfMemoryError: CUDA out of memory",
    "rank7 run mgmn worker node with mpi_world_size: 16 ...",
)


@pytest.mark.parametrize(("text", "secret"), SECRETS, ids=[each for each, _ in SECRETS])
def test_a_secret_is_taken_out_and_its_name_stays(text: str, secret: str) -> None:
    found = redact(text)

    assert secret not in found
    assert MASK in found
    assert found.startswith(text[: min(text.index(secret), 3)])


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert text == redact(text)


@pytest.mark.parametrize(("text", "_"), SECRETS, ids=[each for each, _ in SECRETS])
def test_what_was_redacted_is_not_redacted_again(text: str, _: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("rule", range(len(redaction._RULES)))
def test_each_rule_has_a_secret_that_no_other_takes_out(
    rule: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = redaction._RULES
    monkeypatch.setattr(redaction, "_RULES", (*rules[:rule], *rules[rule + 1 :]))

    assert [text for text, secret in SECRETS if secret in redact(text)]


@pytest.mark.parametrize(
    ("variable", "secret"),
    [("HF_TOKEN", True), ("my_api_key", True), ("NATS_AUTH_USER", True), ("NATS_SERVER", False)],
)
def test_the_name_of_a_variable_tells(variable: str, *, secret: bool) -> None:
    assert secret == is_secret(variable)


def test_the_values_of_secret_variables_are_taken_out_wherever_they_stand() -> None:
    redactor = Redactor({"HF_TOKEN": "opensesame", "HOME": "/home/scott", "A_KEY": "1"})

    found = redactor.data({"what": ["a 1 opensesame", {"opensesame": 1}], "at": 1.5})

    assert {"what": [f"a 1 {MASK}", {"opensesame": 1}], "at": 1.5} == found


@pytest.mark.parametrize(("text", "secret"), SECRETS, ids=[each for each, _ in SECRETS])
def test_a_log_keeps_its_length_and_its_lines(text: str, secret: str) -> None:
    block = f"before 1\n{text}\nafter, caf\xe9\n".encode("latin-1") * 2

    found = Redactor().block(block)

    assert secret.encode() not in found
    assert [len(line) for line in block.split(b"\n")] == [
        len(line) for line in found.split(b"\n")
    ]


@given(st.binary(max_size=200))
def test_any_bytes_keep_their_length(data: bytes) -> None:
    assert len(data) == len(Redactor({"HF_TOKEN": "01234567"}).block(data))


def test_a_value_of_digits_alone_is_found_in_a_log() -> None:
    assert b"pin ********!\n" == Redactor({"A_TOKEN": "01234567"}).block(b"pin 01234567!\n")


def test_errors_and_findings_show_no_secret() -> None:
    error = TopologyError("HF_TOKEN=opensesame", where="a", evidence="nats://a:b@c", remedy="x")
    finding = Finding("DYN1", "x", "error", Where("a"), "API_KEY=opensesame", "unset it")

    assert "opensesame" not in str(error)
    assert "a:b@" not in str(error)
    assert "opensesame" not in finding.render() + json.dumps(finding.to_dict())
