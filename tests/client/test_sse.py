# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The grammar of a streamed answer: right streams have no fault, each wrong one has its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.client.chunks import Annotation
from pytest_dynamo.client.sse import Asked, Event, Reader, StreamCheck, StreamResult, check_stream
from pytest_dynamo.client.usage import Usage, Workers, usage_faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

TINY = Asked(model="tiny")
WITH_USAGE = Asked(model="tiny", usage=True)
COUNTED = {"prompt_tokens": 16, "completion_tokens": 3, "total_tokens": 19}
DONE = "[DONE]"


def chunk(
    delta: dict[str, Any] | None = None, finish: str | None = None, index: int = 0, **other: Any
) -> dict[str, Any]:
    choice = {"index": index, "delta": {} if delta is None else delta, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": "tiny",
        "choices": [choice],
        **other,
    }


FIRST = chunk({"role": "assistant", "content": "a"})
MORE = chunk({"content": "b"})
LAST = chunk(finish="stop")
END = {"delta": {"role": "assistant"}, "finish_reason": "stop"}
TWO = [{"index": 0, **END}, {"index": 1, **END}]
USAGE = chunk(usage=COUNTED, choices=[])


def stream(*parts: dict[str, Any] | str) -> bytes:
    texts = [part if isinstance(part, str) else json.dumps(part) for part in parts]
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def codes(result: StreamResult) -> list[str]:
    return [fault.code for fault in result.faults]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("1.6.1/stream", TINY),
        ("1.6.1/stream_usage", WITH_USAGE),
        ("1.6.1/stream_cont", WITH_USAGE),
        ("1.6.1/stream_worker", WITH_USAGE),
        ("1.6.1/stream_keep_alive", WITH_USAGE),
        (
            "1.6.1/stream_annot",
            Asked(annotations=frozenset({"request_id", "token_ids", "formatted_prompt"})),
        ),
        ("1.6.1/cmpl_stream", Asked("completion", usage=True)),
        ("1.6.1/cmpl_batch_stream", Asked("completion", choices=2, usage=True)),
        ("0.5.1/stream", TINY),
        ("0.4.1/stream", TINY),
        ("0.4.1/stream_usage", WITH_USAGE),
        ("0.4.1/cmpl_stream", Asked("completion", usage=True)),
    ],
)
def test_what_real_frontends_streamed_has_no_fault(
    name: str, asked: Asked, recorded_body: Callable[[str], bytes]
) -> None:
    result = check_stream(recorded_body(name), asked)

    assert () == result.faults
    assert result.done
    assert {"length"} == {choice.finish_reason for choice in result.choices}


@pytest.mark.parametrize(
    ("name", "asked", "expected"),
    [
        ("1.6.1/cut", WITH_USAGE, ["error-object"]),
        ("1.6.1/stream", WITH_USAGE, ["usage-missing"]),
        ("1.6.1/stream_annot", TINY, ["stray-event"]),
        ("1.6.1/stream", Asked(model="big"), ["wrong-model"]),
        ("0.5.1/stream_usage", WITH_USAGE, ["stray-event"]),
        ("0.5.1/cmpl_stream", Asked("completion", usage=True), ["stray-event"]),
        ("1.6.1/frontend_killed", TINY, ["finish-missing", "done-missing"]),
        ("0.4.1/cut", TINY, ["finish-missing", "done-missing"]),
        ("1.6.1/cmpl_stream", TINY, ["malformed-chunk", "wrong-object", "choice-missing"]),
    ],
)
def test_what_real_frontends_streamed_wrong_is_found(
    name: str, asked: Asked, expected: list[str], recorded_body: Callable[[str], bytes]
) -> None:
    assert expected == codes(check_stream(recorded_body(name), asked))


def test_a_recorded_stream_says_what_it_holds(recorded_body: Callable[[str], bytes]) -> None:
    result = check_stream(recorded_body("1.6.1/stream_worker"), WITH_USAGE)

    assert " w3304 w2624 w3603" == result.content
    assert "length" == result.finish_reason
    assert Usage(16, 3, 19) == result.usage
    assert Workers(4238398188525005307, 4238398188525005307) == result.workers
    assert 63.44110799999999 == result.nvext["timing"]["total_time_ms"]
    assert ("tiny", 3, 3) == (result.model, result.choices[0].pieces, result.keep_alives)


def test_annotations_are_told(recorded_body: Callable[[str], bytes]) -> None:
    result = check_stream(recorded_body("0.4.1/stream_annot"))

    assert Annotation("request_id", '"c561067c-250f-4a85-8e6d-974f836da0db"') in result.annotations
    assert {"request_id", "token_ids", "formatted_prompt"} == {
        annotation.name for annotation in result.annotations
    }


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("not-json", stream(FIRST, "{", LAST, USAGE, DONE)),
        ("not-json", stream(FIRST, "[DONE] ", LAST, USAGE, DONE)),
        ("not-json", stream(FIRST, '{"id": NaN}', LAST, USAGE, DONE)),
        ("not-json", stream(FIRST, "[" * 200_000, LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, "[]", LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, "{}", LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk(choices=None), LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk(choices=[]), LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk(choices=[1]), LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk(choices=[{"index": True}]), LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk(choices=[{"index": 0}]), LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk({"content": 1}), LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk({}, usage=[]), LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk({}, usage={}), LAST, USAGE, DONE)),
        ("malformed-chunk", stream(FIRST, chunk(id=None), LAST, USAGE, DONE)),
        ("error-object", stream(FIRST, {"error": {"message": "gone", "code": 503}}, DONE)),
        ("error-object", stream(FIRST, {"error": "gone"})),
        ("error-object", stream({"error": {"message": "gone"}}, DONE)),
        ("error-object", stream(FIRST, {"message": "gone", "type": "Internal", "code": 500}, DONE)),
        ("error-object", stream(FIRST) + b"event: error\n: no instances\n\n"),
        ("error-object", stream(FIRST, LAST, USAGE, {"error": {"message": "late"}}, DONE)),
        ("role-missing", stream(MORE, LAST, USAGE, DONE)),
        ("wrong-role", stream(chunk({"role": "user", "content": "a"}), LAST, USAGE, DONE)),
        ("wrong-role", stream(FIRST, chunk({"role": "tool"}), LAST, USAGE, DONE)),
        ("id-changed", stream(FIRST, {**MORE, "id": "chatcmpl-2"}, LAST, USAGE, DONE)),
        ("id-changed", stream(FIRST, {**MORE, "id": "chatcmpl-1-0"}, LAST, USAGE, DONE)),
        ("wrong-model", stream(FIRST, {**MORE, "model": "big"}, LAST, USAGE, DONE)),
        ("wrong-model", stream(FIRST, {**MORE, "model": None}, LAST, USAGE, DONE)),
        ("wrong-object", stream(FIRST, {**MORE, "object": "chat.completion"}, LAST, USAGE, DONE)),
        ("finish-missing", stream(FIRST, MORE, USAGE, DONE)),
        ("finish-missing", stream(FIRST, MORE, DONE)),
        ("finish-twice", stream(FIRST, LAST, LAST, USAGE, DONE)),
        ("delta-after-finish", stream(FIRST, LAST, MORE, USAGE, DONE)),
        ("unknown-finish-reason", stream(FIRST, chunk(finish="error"), USAGE, DONE)),
        ("choice-unasked", stream(FIRST, {**LAST, "choices": TWO}, USAGE, DONE)),
        ("done-missing", stream(FIRST, LAST, USAGE)),
        ("done-twice", stream(FIRST, LAST, USAGE, DONE, DONE)),
        ("data-after-done", stream(FIRST, LAST, DONE, USAGE)),
        ("usage-missing", stream(FIRST, LAST, DONE)),
        ("usage-missing", stream(FIRST, {**LAST, "usage": None}, DONE)),
        ("usage-misplaced", stream(FIRST, {**LAST, "usage": COUNTED}, DONE)),
        ("usage-misplaced", stream(FIRST, USAGE, LAST, DONE)),
        ("stray-event", stream(FIRST, LAST) + b"event: llm_metrics\n" + stream(USAGE, DONE)),
        ("stray-event", stream(FIRST, LAST, USAGE) + b"event: llm_metrics\n\n" + stream(DONE)),
        ("truncated", stream(FIRST, LAST, USAGE) + b"data: [DONE]\n"),
        ("truncated", stream(FIRST, MORE)[:-9]),
        ("no-chunks", stream(DONE)),
        ("no-chunks", b": ping\n\n"),
        ("no-chunks", b""),
    ],
)
def test_each_wrong_stream_has_its_fault_and_no_other(code: str, data: bytes) -> None:
    result = check_stream(data, WITH_USAGE)

    assert [code] == codes(result)


def test_who_is_no_dynamo_may_leave_the_role_out_and_count_in_the_chunk_that_finishes() -> None:
    lenient = Asked(model="tiny", usage=True, lenient=True)

    assert [] == codes(check_stream(stream(MORE, {**LAST, "usage": COUNTED}, DONE), lenient))
    beside = chunk(usage=COUNTED)
    assert [] == codes(check_stream(stream(FIRST, LAST, beside, DONE), lenient))
    assert ["delta-after-finish"] == codes(
        check_stream(stream(FIRST, LAST, {**MORE, "usage": COUNTED}, DONE), lenient)
    )
    assert ["usage-misplaced"] == codes(check_stream(stream(MORE, USAGE, LAST, DONE), lenient))
    assert ["usage-missing"] == codes(check_stream(stream(MORE, LAST, DONE), lenient))


def test_the_right_stream_has_no_fault() -> None:
    result = check_stream(stream(FIRST, MORE, LAST, USAGE, DONE), WITH_USAGE)

    assert () == result.faults
    assert ("ab", "stop", Usage(16, 3, 19)) == (result.content, result.finish_reason, result.usage)


@pytest.mark.parametrize("kind", ["application/json", "text/plain; charset=utf-8", ""])
def test_an_answer_that_is_no_event_stream_is_one_fault(kind: str) -> None:
    result = check_stream(b'{"id": "chatcmpl-1", "choices": []}', TINY, content_type=kind)

    assert ["wrong-content-type"] == codes(result)


@pytest.mark.parametrize("kind", ["text/event-stream; charset=utf-8", "Text/Event-Stream"])
def test_a_content_type_may_have_parameters(kind: str) -> None:
    assert () == check_stream(stream(FIRST, LAST, DONE), TINY, content_type=kind).faults


def test_every_choice_has_its_own_grammar() -> None:
    two = Asked(choices=2)
    data = [chunk({"role": "assistant"}, index=index) for index in (0, 1)]

    assert ["finish-missing"] == codes(
        check_stream(stream(*data, chunk(finish="stop", index=1), DONE), two)
    )
    assert ["choice-missing"] == codes(check_stream(stream(FIRST, LAST, DONE), two))
    assert ["finish-missing", "finish-missing"] == codes(check_stream(stream(*data, DONE), two))


def batch(*ids: str) -> list[str]:
    parts: list[dict[str, Any] | str] = [
        chunk({"role": "assistant"}, "stop", index, id=name) for index, name in enumerate(ids[:2])
    ]
    parts += [chunk(choices=[], usage=COUNTED, id=name) for name in ids[2:]]
    return codes(check_stream(stream(*parts, DONE), Asked(choices=2)))


def test_the_ids_of_a_batch_differ_by_the_choice_alone() -> None:
    assert [] == batch("a", "a", "a")
    assert [] == batch("a-0", "a-1", "a")
    assert [] == batch("a-1", "a-1", "a-1")
    assert ["id-changed"] == batch("a-0", "a-1", "a-1")
    assert ["id-changed"] == batch("a-0", "a-0", "a")
    assert ["id-changed"] == batch("a-0", "b-1", "a")


def test_a_stream_has_to_name_its_model() -> None:
    nameless = [{**part, "model": None} for part in (FIRST, LAST)]

    assert ["wrong-model"] == codes(check_stream(stream(*nameless, DONE)))


def test_a_fault_is_told_once_for_each_choice() -> None:
    wrong = [{**MORE, "id": f"chatcmpl-{number}"} for number in range(2, 50)]

    assert ["id-changed"] == codes(check_stream(stream(FIRST, *wrong, LAST, DONE), TINY))


def test_reading_goes_on_after_a_fault() -> None:
    result = check_stream(stream(FIRST, "{", MORE, {**LAST, "id": "x"}, DONE), TINY)

    assert ["not-json", "id-changed"] == codes(result)
    assert ("ab", "stop") == (result.content, result.finish_reason)


def test_reasoning_and_tool_calls_are_output() -> None:
    result = check_stream(
        stream(
            chunk({"role": "assistant", "content": None, "reasoning_content": "hm"}),
            chunk({"reasoning": "!"}),
            chunk({"tool_calls": [{"index": 0}]}),
            chunk({"content": ""}),
            chunk(finish="tool_calls"),
            DONE,
        ),
        TINY,
    )

    assert () == result.faults
    assert ("", "hm!", 3) == (result.content, result.reasoning, result.choices[0].pieces)


def test_a_fault_reads_in_four_parts(recorded_body: Callable[[str], bytes]) -> None:
    (fault,) = check_stream(recorded_body("1.6.1/cut"), WITH_USAGE).faults

    assert (
        "event 7: an error behind status 200 [error-object]\n"
        '  evidence: {"error":{"message":"Service temporarily unavailable",'
        '"type":"service_unavailable","code":503}}\n'
        "  remedy: read the log of the worker that served this request"
    ) == str(fault)


def test_evidence_is_short_and_holds_no_secret() -> None:
    check = StreamCheck(TINY, hide=("sk-secret",))
    check.receive([Event(data="sk-secret" + "x" * 10_000)], 0.0)

    (fault,) = check.end(0.0).faults

    assert fault.evidence is not None
    assert fault.evidence.startswith("***xxx")
    assert len(fault.evidence) < 600


def test_arrival_times_are_those_of_the_events() -> None:
    check = StreamCheck(WITH_USAGE)
    for number, part in enumerate([FIRST, MORE, LAST, USAGE, DONE]):
        text = part if isinstance(part, str) else json.dumps(part)
        check.receive([Event(comment=""), Event(data=text)], number / 4)

    result = check.end(1.5)

    assert (0.0, 0.25) == result.arrivals
    assert (0.0, 1.5, 5) == (result.first_s, result.seconds, result.keep_alives)
    assert [0.0, 0.25, 0.5, 0.75] == [one.at for one in result.chunks]


def test_comments_break_no_silence() -> None:
    check = StreamCheck(TINY, opened=0.5)
    check.receive([Event(comment="")], 1.0)
    check.receive([Event(data=json.dumps(FIRST)), Event(data=json.dumps(MORE))], 2.0)
    check.receive([Event(comment=""), Event(data=json.dumps(LAST))], 2.25)

    assert (1.5, 2) == (check.result().silent_s, check.result().keep_alives)
    assert 0.0 == StreamCheck(TINY, opened=0.5).result().silent_s


def test_the_comments_of_a_silent_engine_are_counted_apart(
    recorded_body: Callable[[str], bytes],
) -> None:
    result = check_stream(recorded_body("1.6.1/stream_keep_alive"), WITH_USAGE)

    assert (5, 3) == (result.keep_alives, result.choices[0].pieces)
    assert () == usage_faults(result, 3)


@pytest.mark.parametrize(("how", "code"), [("broken", "truncated"), ("late", "late")])
def test_an_end_from_outside_is_the_only_fault(how: str, code: str) -> None:
    check = StreamCheck(WITH_USAGE)
    check.receive(Reader().feed(stream(FIRST, MORE)), 0.1)

    result = check.end(0.2, **{how: "said so"})

    assert [code] == codes(result)
    assert "ab" == result.content


def test_what_has_come_so_far_is_not_judged_as_a_whole() -> None:
    check = StreamCheck(WITH_USAGE)
    check.receive(Reader().feed(stream(FIRST, MORE)), 0.1)

    assert ("ab", ()) == (check.result().content, check.result().faults)


_TOKENS = st.lists(st.text(max_size=5), min_size=1, max_size=6)


@tried(300)
@given(
    st.lists(_TOKENS, min_size=1, max_size=3),
    st.randoms(use_true_random=False),
    st.sampled_from(["none", "last", "every"]),
    st.booleans(),
)
def test_every_interleaving_of_right_choices_is_right(
    texts: list[list[str]],
    random: Random,
    usage: str,
    keep_alive: bool,  # noqa: FBT001  hypothesis passes by position
) -> None:
    counted: dict[str, Any] = {"usage": COUNTED} if usage == "every" else {}
    queues = []
    for index, tokens in enumerate(texts):
        deltas: list[dict[str, Any]] = [{"content": token} for token in tokens]
        deltas[0]["role"] = "assistant"
        queues.append(
            [chunk(delta, index=index, **counted) for delta in deltas]
            + [chunk(finish="length", index=index, **counted)]
        )
    parts: list[dict[str, Any] | str] = []
    while any(queues):
        parts.append(random.choice([queue for queue in queues if queue]).pop(0))
    parts += [USAGE] if usage == "last" else []
    data = stream(*parts, DONE)
    data = data.replace(b"\n\n", b"\n\n:\n\n") if keep_alive else data

    result = check_stream(data, Asked("chat", "tiny", len(texts), usage=usage != "none"))

    assert () == result.faults
    assert ["".join(tokens) for tokens in texts] == [choice.content for choice in result.choices]


@tried(300)
@given(st.integers(1, 500))
def test_a_stream_cut_anywhere_is_never_right(cut: int) -> None:
    whole = stream(FIRST, MORE, LAST, USAGE, DONE)

    assert () != check_stream(whole[: -(cut % len(whole)) - 1], WITH_USAGE).faults


_KEYS = ["id", "object", "model", "choices", "index", "delta", "role", "content", "usage"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([*_KEYS, "finish_reason", "error", "message", "nvext", "worker_id"]),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)
_EVENTS = st.builds(
    Event,
    name=st.none() | st.text(max_size=5) | st.just("error"),
    data=st.none() | st.text(max_size=9) | st.just(DONE) | _JSON.map(json.dumps),
    comment=st.none() | st.text(max_size=5),
    whole=st.booleans(),
)


@tried(1000)
@given(st.lists(_EVENTS, max_size=8), st.sampled_from(["chat", "completion"]))
def test_nothing_a_server_says_raises(events: list[Event], kind: Any) -> None:
    check = StreamCheck(Asked(kind, usage=True))

    check.receive(events, 0.0)
    result = check.end(0.0)

    assert len({(fault.code, fault.what) for fault in result.faults}) == len(result.faults)
    assert all(str(fault) for fault in result.faults)
    assert result.workers is None or isinstance(result.workers, Workers)
