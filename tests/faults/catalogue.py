# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies of deployments, and for each exactly which tests have to fail.

A lie is what a client sees of a fault behind the frontend, or of the frontend: seen in the field or
one mistake away from it. A test is named ``file: function``, without their ``test_``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from faults.proxy import HANG_UP, MANY_TOKENS, Ask, Lie, Reply, answer

if TYPE_CHECKING:
    from collections.abc import Callable

CHAT, COMPLETIONS = "/v1/chat/completions", "/v1/completions"
OK, REFUSED = 200, 400


@dataclass(frozen=True)
class Fault:
    """One lie, the deployment it is told of, and the tests that fail."""

    name: str
    lie: Lie
    fails: frozenset[str] = frozenset()
    on: str = "even"


def _tests(**files: str) -> frozenset[str]:
    """Return the names of tests: under each file, its functions."""
    return frozenset(f"{file}: {name}" for file, names in files.items() for name in names.split())


def _asked(change: Callable[[Ask], Ask | Reply], path: str = CHAT) -> Lie:
    return Lie(ask=lambda ask: change(ask) if ask.path == path and ask.json else ask)


def _said(change: Callable[[Ask, dict[str, Any]], object], path: str = CHAT) -> Lie:
    """Change the JSON of a whole 200."""

    def whole(ask: Ask, reply: Reply) -> Reply:
        if ask.path != path or reply.status != OK:
            return reply
        data = reply.json
        changed = change(ask, data)
        if isinstance(changed, Reply):
            return changed
        return reply.saying(data)

    return Lie(whole=whole)


def _refused(change: Callable[[Reply], Reply]) -> Lie:
    return Lie(
        whole=lambda ask, reply: (
            change(reply) if ask.path == CHAT and reply.status >= REFUSED else reply
        )
    )


def _streamed(change: Callable[[list[str]], list[str]], path: str = CHAT) -> Lie:
    return Lie(stream=lambda ask, events: change(events) if ask.path == path else events)


def _chunks(change: Callable[[int, dict[str, Any]], object], path: str = CHAT) -> Lie:
    """Change the JSON of each chunk."""

    def stream(events: list[str]) -> list[str]:
        changed = []
        for number, event in enumerate(events):
            if not event.startswith("data: {"):
                changed.append(event)
                continue
            data = json.loads(event.removeprefix("data: "))
            change(number, data)
            changed.append(f"data: {json.dumps(data)}")
        return changed

    return _streamed(stream, path)


def _choice(**fields: Any) -> Callable[[Ask, dict[str, Any]], object]:
    return lambda _, data: data["choices"][0].update(fields)


def _content(change: Callable[[Ask, str], object]) -> Lie:
    def said(ask: Ask, data: dict[str, Any]) -> None:
        message = data["choices"][0]["message"]
        message["content"] = change(ask, message["content"])

    return _said(said)


def _usage(**more: int) -> Lie:
    def said(_: Ask, data: dict[str, Any]) -> None:
        for key, value in more.items():
            data["usage"][key] += value

    return _said(said)


def _once(ask: Ask, key: str, value: str) -> str:
    """Return what was kept under a key the first time."""
    for name in ask.kept:
        if name.startswith(f"{key} "):
            return name.removeprefix(f"{key} ")
    ask.kept[f"{key} {value}"] += 1
    return value


def _last(ask: Ask, key: str, value: str) -> str:
    """Return what was kept under a key the last time."""
    before = next((name for name in ask.kept if name.startswith(f"{key} ")), None)
    if before is not None:
        del ask.kept[before]
    ask.kept[f"{key} {value}"] += 1
    return value if before is None else before.removeprefix(f"{key} ")


def _without_images(ask: Ask, keep: Callable[[list[Any]], list[Any]]) -> Ask:
    messages = [
        {**message, "content": keep(message["content"])}
        if isinstance(message, dict) and isinstance(message.get("content"), list)
        else message
        for message in ask.json.get("messages") or []
    ]
    return ask.but(messages=messages) if isinstance(ask.json.get("messages"), list) else ask


def _is_image(part: dict[str, Any]) -> bool:
    return part.get("type") == "image_url"


def _texts(parts: list[Any]) -> list[Any]:
    return [part for part in parts if not _is_image(part)]


def _one_image(parts: list[Any]) -> list[Any]:
    return [*_texts(parts), *[part for part in parts if _is_image(part)][:1]]


def _sorted_images(parts: list[Any]) -> list[Any]:
    images = [part for part in parts if _is_image(part)]
    return [*_texts(parts), *sorted(images, key=json.dumps)]


def _models(change: Callable[[list[dict[str, Any]]], list[Any]]) -> Lie:
    return _said(lambda _, data: data.update(data=change(data["data"])), "/v1/models")


def _health(change: Callable[[list[dict[str, Any]]], list[Any]]) -> Lie:
    return _said(lambda _, data: data.update(instances=change(data["instances"])), "/health")


def _workers(change: Callable[[dict[str, int]], object]) -> Lie:
    """Change the ids of the workers that an answer or stream names."""

    def change_all(data: dict[str, Any]) -> None:
        if ids := (data.get("nvext") or {}).get("worker_id"):
            change(ids)

    def stream(ask: Ask, events: list[str]) -> list[str]:
        inner = _chunks(lambda _, data: change_all(data), ask.path).stream
        return inner(ask, events) if inner else events

    def whole(_: Ask, reply: Reply) -> Reply:
        if not isinstance(data := reply.json, dict):
            return reply
        change_all(data)
        return reply.saying(data)

    return Lie(whole=whole, stream=stream)


def _drop(numbers: slice) -> Callable[[list[str]], list[str]]:
    """Take chunks with text out of a stream that has more than a few."""

    def stream(events: list[str]) -> list[str]:
        texts = [number for number, event in enumerate(events) if '"content":" w' in event]
        gone = set(texts[numbers]) if len(texts) > 4 else set()
        return [event for number, event in enumerate(events) if number not in gone]

    return stream


def _finish(data: dict[str, Any], value: str | None) -> None:
    for choice in data["choices"]:
        if choice.get("finish_reason"):
            choice["finish_reason"] = value


def _with_status(status: int) -> Callable[[Reply], Reply]:
    return lambda reply: Reply(status, reply.headers, reply.body)


def _not_there(status: int) -> Callable[[Ask], Ask | Reply]:
    return lambda _: answer({"message": "Service temporarily unavailable"}, status)


def _dies_of(what: Callable[[Ask], bool]) -> Callable[[Ask], Ask | Reply]:
    """Serve nothing after a request of a kind, for the next two requests."""

    def change(ask: Ask) -> Ask | Reply:
        if ask.kept["dead"]:
            ask.kept["dead"] -= 1
            return answer({"message": "Service temporarily unavailable"}, 503)
        if what(ask):
            ask.kept["dead"] = 1
        return ask

    return change


def _dead_worker(ask: Ask, reply: Reply) -> Reply:
    """One prefill worker is listed and does not answer; the router has learned to avoid it."""
    if ask.path == "/health":
        ids = [each["instance_id"] for each in reply.json["instances"] if _prefill(each)]
        for number, each in enumerate(sorted(ids)):
            ask.kept[f"prefill {number}"] = each
        return reply
    wanted = (ask.json.get("nvext") or {}).get("prefill_worker_id")
    dead, other = ask.kept["prefill 0"], ask.kept["prefill 1"]
    if wanted and wanted == dead:
        return answer({"message": "Service temporarily unavailable", "code": 503}, 503)
    if dead and reply.body:
        return reply.saying(reply.body.decode().replace(str(dead), str(other)))
    return reply


def _learned(ask: Ask, reply: Reply) -> Reply:
    """Remember the first prefill worker that an answer names."""
    if isinstance(reply.json, dict):
        ids = (reply.json.get("nvext") or {}).get("worker_id") or {}
        ask.kept["prefill"] = ask.kept["prefill"] or ids.get("prefill_worker_id", 0)
    return reply


def _pinned(ask: Ask) -> Ask:
    """Send all to that worker that do not say themselves where they go."""
    nvext = ask.json.get("nvext") or {}
    if ask.path != CHAT or not ask.kept["prefill"] or not ask.json.get("messages"):
        return ask
    return ask.but(nvext={"prefill_worker_id": ask.kept["prefill"], **nvext})


def _stale_cache(_: Ask, data: dict[str, Any]) -> None:
    details = data["usage"].get("prompt_tokens_details") or {}
    if (details.get("cached_tokens") or 0) > 200:
        message = data["choices"][0]["message"]
        message["content"] = message["content"][::-1]


def _missing_worker(ask: Ask, reply: Reply) -> Reply:
    """One prefill worker never came up: it is neither listed nor used."""
    told = _dead_worker(ask, reply)
    if ask.path != "/health":
        return told
    gone = ask.kept["prefill 0"]
    left = [each for each in told.json["instances"] if each["instance_id"] != gone]
    return told.saying({**told.json, "instances": left})


def _prefill(instance: dict[str, Any]) -> bool:
    return instance["component"] == "prefill"


def _told_to(ask: Ask, *keys: str) -> tuple[int, ...]:
    nvext = ask.json.get("nvext") or {}
    return tuple(nvext[key] for key in keys if key in nvext)


def _broken_link(ask: Ask) -> Ask | Reply:
    pair = _told_to(ask, "prefill_worker_id", "decode_worker_id")
    if len(pair) == 2 and _once(ask, "link", str(pair)) == str(pair):
        return answer({"message": "KV transfer failed", "code": 500}, 500)
    return ask


def _other_weights(ask: Ask, data: dict[str, Any]) -> None:
    pinned = _told_to(ask, "prefill_worker_id")
    if pinned and _once(ask, "weights", str(pinned)) == str(pinned):
        message = data["choices"][0]["message"]
        message["content"] = message["content"][::-1]


def _not_pinned(ask: Ask) -> Ask:
    nvext = dict(ask.json.get("nvext") or {})
    for key in ("prefill_worker_id", "decode_worker_id"):
        nvext.pop(key, None)
    return ask.but(nvext=nvext or None)


def _long(ask: Ask) -> bool:
    return len(ask.body) > 1_000_000 and "image_url" not in ask.json["messages"][0]["content"][0]


def _first_words(length: int) -> Callable[[Ask], Ask]:
    def change(ask: Ask) -> Ask:
        messages = ask.json.get("messages")
        if not isinstance(messages, list) or len(ask.body) > 100_000:
            return ask
        return ask.but(
            messages=[
                {**message, "content": message["content"][:length]}
                if isinstance(message, dict) and isinstance(message.get("content"), str)
                else message
                for message in messages
            ]
        )

    return change


def _ascii(ask: Ask) -> Ask:
    text = ask.json.get("messages")
    words = json.dumps(text, ensure_ascii=False).encode("ascii", "replace").decode()
    return ask.but(messages=json.loads(words))


def _kept_stream(ask: Ask, events: list[str]) -> list[str]:
    """Hand out the stream of the request before."""
    return json.loads(_last(ask, "stream", json.dumps(events)))


def _begun(*, stream: bool) -> Callable[[Ask], Ask]:
    """Count the streams, or the whole answers, that are under way."""

    def change(ask: Ask) -> Ask:
        counted = ask.path == CHAT and (ask.json.get("max_tokens") or 0) < MANY_TOKENS
        ask.kept["under way"] += counted and ask.streams is stream
        return ask

    return change


def _exchanged(ask: Ask, events: list[str]) -> list[str]:
    """Of streams that are read at the same time, each gets that of the one before."""
    if ask.path != CHAT:
        return events
    alone = ask.kept["under way"] == 1
    ask.kept["under way"] -= 1
    given = _last(ask, "stream", json.dumps(events))
    return events if alone else list(json.loads(given))


def _exchanged_answers(ask: Ask, reply: Reply) -> Reply:
    """The same of whole answers."""
    if ask.path != CHAT or ask.streams or (ask.json.get("max_tokens") or 0) >= MANY_TOKENS:
        return reply
    alone = ask.kept["under way"] == 1
    ask.kept["under way"] -= 1
    if reply.status != OK:
        return reply
    given = _last(ask, "answer", reply.body.decode())
    return reply if alone else reply.saying(given)


def _error_inside(events: list[str]) -> list[str]:
    error = {"message": "Service temporarily unavailable", "code": 503}
    return [events[0], f"data: {json.dumps({'error': error})}", "data: [DONE]"]


def _one_chunk(events: list[str]) -> list[str]:
    texts = [json.loads(event[6:]) for event in events if '"content":" w' in event]
    rest = [event for event in events if '"content":" w' not in event]
    if not texts:
        return events
    first, last = texts[0], texts[-1]
    first["choices"][0]["delta"]["content"] = "".join(
        each["choices"][0]["delta"]["content"] for each in texts
    )
    first["choices"][0]["finish_reason"] = last["choices"][0]["finish_reason"]
    return [f"data: {json.dumps(first)}", *rest]


def _doubled(events: list[str]) -> list[str]:
    return [*events[:1], *events[:1], *events[1:]] if len(events) > 6 else events


def _swapped(events: list[str]) -> list[str]:
    if len(events) < 8:
        return events
    return [events[0], events[2], events[1], *events[3:]]


def _no_prefill_metrics(ask: Ask, reply: Reply) -> Reply:
    if ask.path != "/metrics":
        return reply
    lines = reply.body.decode().splitlines(keepends=True)
    return reply.saying("".join(line for line in lines if 'worker_type="prefill"' not in line))


def _vanishing(ask: Ask, reply: Reply) -> Reply:
    """The list of models is empty after a request that came right after it was asked for."""
    ask.kept["asked"] = ask.path == CHAT
    if ask.path == "/v1/models" and ask.kept["chats"] > 3:
        ask.kept["chats"] = 0
        return reply.saying({"object": "list", "data": []})
    ask.kept["chats"] = ask.kept["chats"] + 1 if ask.path == CHAT else 0
    return reply


#: After each refusal it is asked whether it serves on.
SERVES_ON = _tests(
    errors=(
        "a_prompt_longer_than_the_model_reads_is_refused a_refusal_is_json_with_a_message "
        "a_value_out_of_range_is_refused_by_name a_wrong_body_is_refused "
        "an_unknown_model_is_not_found an_unknown_route_is_not_found "
        "another_content_type_is_refused chat_is_asked_by_post malformed_json_is_refused"
    ),
    multimodal=(
        "an_image_larger_than_a_message_is_answered_or_refused "
        "an_image_that_cannot_be_had_is_refused"
    ),
)
#: Look at the counts of a whole answer to a chat.
COUNTED = _tests(
    chat="any_text_may_be_asked the_limit_may_have_its_newer_name usage_is_what_was_generated",
    coverage="every_worker_answers_when_it_is_asked_itself",
    disaggregation="a_long_prompt_crosses",
    multimodal=(
        "a_multimodal_model_answers_text_alone every_kind_of_image_is_taken "
        "the_guides_request_is_answered the_image_may_stand_before_the_text"
    ),
    streaming="a_stream_says_what_a_whole_answer_says",
)
#: Need a whole answer to a chat.
ANSWERED = (
    COUNTED
    | SERVES_ON
    | _tests(
        chat=(
            "a_longer_limit_gives_a_longer_answer a_longer_prompt_counts_more_prompt_tokens "
            "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
            "different_prompts_get_different_answers every_answer_has_an_id_of_its_own "
            "greedy_answers_repeat no_character_is_lost_on_its_way the_guides_request_is_answered "
            "the_limit_may_be_left_out the_same_prompt_counts_the_same "
            "the_whole_conversation_is_the_prompt tools_may_be_offered"
        ),
        completions="no_chat_template_is_put_around_a_prompt",
        concurrency="two_streams_read_in_turns_stay_apart",
        coverage="every_worker_gives_the_same_answer requests_reach_every_worker_by_themselves",
        disaggregation=(
            "every_prefill_worker_hands_over_to_every_decode_worker "
            "prefill_and_decode_are_two_workers_of_the_right_roles "
            "the_end_of_a_long_prompt_crosses_too the_frontend_measures_both_roles"
        ),
        models="the_list_is_the_same_before_and_after_requests",
        multimodal=(
            "an_image_of_an_earlier_turn_is_seen every_image_counts_and_so_does_their_order "
            "the_answer_depends_on_the_image the_same_image_gets_the_same_answer"
        ),
        routing="requests_are_spread_evenly",
    )
)
#: Hold a streamed chat to the grammar.
WHOLE_STREAMS = _tests(
    concurrency="two_streams_read_in_turns_stay_apart",
    multimodal="the_guides_request_streams",
    streaming=(
        "a_stop_text_ends_the_stream_before_it a_stream_is_whole "
        "a_stream_may_leave_its_limit_out a_stream_without_usage_asked_for_is_whole_too "
        "any_text_may_be_streamed tools_may_be_offered_to_a_stream"
    ),
)
#: Ask for a streamed chat.
STREAMED = _tests(
    disaggregation="a_stream_is_disaggregated_too",
    multimodal="the_guides_request_streams",
    streaming=(
        "a_client_that_hangs_up_ends_its_request a_stop_text_ends_the_stream_before_it "
        "a_stream_comes_in_pieces a_stream_is_whole a_stream_may_leave_its_limit_out "
        "a_stream_without_usage_asked_for_is_whole_too a_streams_usage_is_what_was_streamed "
        "any_text_may_be_streamed every_stream_has_an_id_of_its_own "
        "the_stream_names_the_model_that_was_asked tools_may_be_offered_to_a_stream "
        "usage_comes_when_the_era_says"
    ),
)


FAULTS: tuple[Fault, ...] = (
    # -- at once
    Fault(
        "streams at once are exchanged",
        Lie(ask=_begun(stream=True), stream=_exchanged),
        _tests(
            concurrency=("streams_at_once_are_all_whole streams_at_once_are_not_mixed_up"),
        ),
    ),
    Fault(
        "answers at once are exchanged",
        Lie(ask=_begun(stream=False), whole=_exchanged_answers),
        _tests(concurrency="answers_at_once_are_not_mixed_up"),
    ),
    # -- whole answers
    Fault(
        "the content is empty",
        _content(lambda *_: ""),
        SERVES_ON
        | _tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "different_prompts_get_different_answers no_character_is_lost_on_its_way "
                "the_guides_request_is_answered the_limit_may_be_left_out "
                "tools_may_be_offered"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            disaggregation="the_end_of_a_long_prompt_crosses_too",
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen "
                "every_image_counts_and_so_does_their_order the_answer_depends_on_the_image "
                "the_guides_request_is_answered"
            ),
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "the content is null",
        _content(lambda *_: None),
        SERVES_ON
        | _tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "different_prompts_get_different_answers no_character_is_lost_on_its_way "
                "the_guides_request_is_answered the_limit_may_be_left_out "
                "tools_may_be_offered"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            disaggregation="the_end_of_a_long_prompt_crosses_too",
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen "
                "every_image_counts_and_so_does_their_order the_answer_depends_on_the_image "
                "the_guides_request_is_answered"
            ),
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "no finish_reason",
        _said(_choice(finish_reason=None)),
        _tests(
            chat=(
                "a_stop_text_ends_the_answer_before_it the_guides_request_is_answered "
                "the_limit_may_be_left_out tools_may_be_offered"
            ),
        ),
    ),
    Fault(
        "an unknown finish_reason",
        _said(_choice(finish_reason="error")),
        _tests(
            chat=(
                "a_stop_text_ends_the_answer_before_it the_guides_request_is_answered "
                "the_limit_may_be_left_out tools_may_be_offered"
            ),
        ),
    ),
    Fault(
        "another model answers",
        _said(lambda _, data: data.update(model="b/model")),
        _tests(
            chat="the_guides_request_is_answered",
            multimodal="the_guides_request_is_answered",
        ),
    ),
    Fault(
        "one id for all",
        _said(lambda _, data: data.update(id="chatcmpl-1")),
        _tests(
            chat="every_answer_has_an_id_of_its_own",
        ),
    ),
    Fault(
        "one completion token too many",
        _usage(completion_tokens=1, total_tokens=1),
        COUNTED
        | _tests(
            chat="a_longer_limit_gives_a_longer_answer",
        ),
    ),
    Fault(
        "one completion token too few",
        _usage(completion_tokens=-1, total_tokens=-1),
        COUNTED
        | _tests(
            chat="a_longer_limit_gives_a_longer_answer",
        ),
    ),
    Fault(
        "a total that is no sum",
        _usage(total_tokens=1),
        COUNTED
        | _tests(
            chat="the_limit_may_be_left_out",
        ),
    ),
    Fault(
        "completion tokens are counted as prompt too",
        _said(
            lambda _, data: data["usage"].update(
                prompt_tokens=data["usage"]["prompt_tokens"] + data["usage"]["completion_tokens"],
                total_tokens=data["usage"]["total_tokens"] + data["usage"]["completion_tokens"],
            )
        ),
        _tests(
            chat="the_same_prompt_counts_the_same",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "no prompt token is counted",
        _said(
            lambda _, data: data["usage"].update(
                prompt_tokens=0,
                total_tokens=data["usage"]["completion_tokens"],
                prompt_tokens_details=None,
            )
        ),
        _tests(
            chat="a_longer_prompt_counts_more_prompt_tokens the_whole_conversation_is_the_prompt",
            completions="no_chat_template_is_put_around_a_prompt",
            disaggregation="a_long_prompt_crosses",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "no usage",
        _said(lambda _, data: data.update(usage=None)),
        COUNTED
        | _tests(
            chat=(
                "a_longer_limit_gives_a_longer_answer "
                "a_longer_prompt_counts_more_prompt_tokens the_limit_may_be_left_out "
                "the_same_prompt_counts_the_same the_whole_conversation_is_the_prompt"
            ),
            completions="no_chat_template_is_put_around_a_prompt",
        ),
    ),
    Fault(
        "no choice",
        _said(lambda _, data: data.update(choices=[])),
        ANSWERED,
    ),
    Fault(
        "an error behind 200",
        _said(lambda _, data: data.update(error={"message": "no"})),
        ANSWERED,
    ),
    Fault(
        "a page behind 200",
        _said(lambda *_: Reply(200, {"content-type": "text/html"}, b"<html>Welcome</html>")),
        ANSWERED
        | _tests(
            chat="the_id_of_a_request_comes_back",
        ),
    ),
    Fault(
        "the connection ends inside the answer",
        Lie(
            whole=lambda ask, reply: (
                Reply(reply.status, reply.headers, reply.body, 60)
                if ask.path == CHAT and reply.status == 200
                else reply
            )
        ),
        ANSWERED
        | _tests(
            chat="the_id_of_a_request_comes_back",
        ),
    ),
    Fault(
        "answers are those of the request before",
        _content(lambda a, t: _last(a, "text", t)),
        _tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "greedy_answers_repeat"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            coverage="every_worker_gives_the_same_answer",
            multimodal=(
                "every_image_counts_and_so_does_their_order the_same_image_gets_the_same_answer"
            ),
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "all answers are the first one",
        _content(lambda a, t: _once(a, "text", t)),
        _tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "different_prompts_get_different_answers no_character_is_lost_on_its_way"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            disaggregation="the_end_of_a_long_prompt_crosses_too",
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen "
                "every_image_counts_and_so_does_their_order the_answer_depends_on_the_image"
            ),
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "the first token is lost",
        _content(lambda _, text: text[6:]),
        _tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "the last token is lost",
        _content(lambda _, text: text[:-6]),
        _tests(
            chat="a_stop_text_ends_the_answer_before_it",
            concurrency="two_streams_read_in_turns_stay_apart",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "greedy answers differ",
        _content(lambda a, t: f"{a.kept.update(['n']) or a.kept['n']} {t}"),
        _tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "greedy_answers_repeat"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            coverage="every_worker_gives_the_same_answer",
            multimodal="the_same_image_gets_the_same_answer",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "nothing is served",
        _asked(_not_there(503)),
        ANSWERED
        | STREAMED
        | _tests(
            chat="the_id_of_a_request_comes_back",
        ),
    ),
    Fault(
        "completions are not served",
        _asked(_not_there(503), COMPLETIONS),
        _tests(
            completions=(
                "a_prompt_is_continued a_stop_text_ends_the_continuation "
                "a_streamed_continuation_is_whole "
                "a_streamed_continuation_says_what_a_whole_one_says "
                "an_empty_prompt_is_refused every_prompt_of_a_batch_has_its_own_answer "
                "every_prompt_of_a_streamed_batch_has_its_own_answer "
                "no_chat_template_is_put_around_a_prompt token_ids_are_a_prompt"
            ),
            disaggregation="a_completion_is_disaggregated_too",
        ),
    ),
    Fault(
        "the id of the request is dropped",
        Lie(
            whole=lambda _, reply: Reply(
                reply.status,
                {key: value for key, value in reply.headers.items() if key != "x-request-id"},
                reply.body,
            )
        ),
        _tests(
            chat="the_id_of_a_request_comes_back",
        ),
    ),
    # -- what reaches the engine
    Fault(
        "answers end after 32 tokens",
        _asked(lambda a: a.but(max_tokens=32) if a.json.get("max_tokens") in (100, 128) else a),
        _tests(
            chat="a_longer_limit_gives_a_longer_answer usage_is_what_was_generated",
            streaming="a_streams_usage_is_what_was_streamed",
        ),
    ),
    Fault(
        "max_tokens is lost",
        _asked(lambda a: a if (a.json.get("max_tokens") == 4000) else a.but(max_tokens=None)),
        _tests(
            chat=(
                "a_longer_limit_gives_a_longer_answer a_short_answer_begins_the_long_one "
                "any_text_may_be_asked usage_is_what_was_generated"
            ),
            coverage="every_worker_answers_when_it_is_asked_itself",
            errors="a_value_out_of_range_is_refused_by_name a_wrong_body_is_refused",
            multimodal=(
                "a_multimodal_model_answers_text_alone every_kind_of_image_is_taken "
                "the_guides_request_is_answered the_guides_request_streams "
                "the_image_may_stand_before_the_text"
            ),
            streaming="a_streams_usage_is_what_was_streamed",
        ),
    ),
    Fault(
        "max_completion_tokens is lost",
        _asked(lambda a: a.but(max_completion_tokens=None)),
        _tests(
            chat="the_limit_may_have_its_newer_name",
        ),
    ),
    Fault(
        "stop texts are lost",
        _asked(lambda ask: ask.but(stop=None)),
        _tests(
            chat="a_stop_text_ends_the_answer_before_it",
            streaming="a_stop_text_ends_the_stream_before_it",
        ),
    ),
    Fault(
        "only the last message is read",
        _asked(
            lambda ask: (
                ask.but(messages=ask.json["messages"][-1:])
                if isinstance(ask.json.get("messages"), list) and ask.json["messages"]
                else ask
            )
        ),
        _tests(
            chat="the_whole_conversation_is_the_prompt",
            multimodal="an_image_of_an_earlier_turn_is_seen",
        ),
    ),
    Fault(
        "prompts are cut",
        _asked(_first_words(80)),
        _tests(
            disaggregation="a_long_prompt_crosses the_end_of_a_long_prompt_crosses_too",
        ),
    ),
    Fault(
        "only ASCII arrives",
        _asked(_ascii),
        _tests(
            chat="no_character_is_lost_on_its_way",
        ),
    ),
    Fault(
        "a batch is its first prompt",
        _asked(
            lambda ask: (
                ask.but(prompt=ask.json["prompt"][0])
                if isinstance(ask.json["prompt"], list) and isinstance(ask.json["prompt"][0], str)
                else ask
            ),
            COMPLETIONS,
        ),
        _tests(
            completions=(
                "every_prompt_of_a_batch_has_its_own_answer "
                "every_prompt_of_a_streamed_batch_has_its_own_answer"
            ),
        ),
    ),
    Fault(
        "stop texts of completions are lost",
        _asked(lambda a: a.but(stop=None), COMPLETIONS),
        _tests(
            completions="a_stop_text_ends_the_continuation",
        ),
    ),
    Fault(
        "the usage of completions is off by one",
        _said(lambda _, data: data["usage"].update(completion_tokens=99), COMPLETIONS),
        _tests(
            completions=(
                "a_prompt_is_continued a_streamed_continuation_says_what_a_whole_one_says "
                "every_prompt_of_a_batch_has_its_own_answer token_ids_are_a_prompt"
            ),
        ),
    ),
    # -- refusals
    Fault(
        "any model is served",
        _asked(lambda ask: ask.but(model="a/model")),
        _tests(
            errors="an_unknown_model_is_not_found",
        ),
    ),
    Fault(
        "refusals are 500",
        _refused(_with_status(500)),
        _tests(
            errors=(
                "a_prompt_longer_than_the_model_reads_is_refused "
                "a_refusal_is_json_with_a_message a_value_out_of_range_is_refused_by_name "
                "a_wrong_body_is_refused an_unknown_model_is_not_found "
                "another_content_type_is_refused chat_is_asked_by_post "
                "malformed_json_is_refused"
            ),
            multimodal="an_image_that_cannot_be_had_is_refused",
        ),
    ),
    Fault(
        "refusals are 200",
        _refused(_with_status(200)),
        _tests(
            errors=(
                "a_prompt_longer_than_the_model_reads_is_refused "
                "a_refusal_is_json_with_a_message a_value_out_of_range_is_refused_by_name "
                "a_wrong_body_is_refused an_unknown_model_is_not_found "
                "another_content_type_is_refused chat_is_asked_by_post "
                "malformed_json_is_refused"
            ),
            multimodal="an_image_that_cannot_be_had_is_refused",
        ),
    ),
    Fault(
        "refusals are empty",
        _refused(lambda reply: Reply(reply.status, {}, b"")),
        _tests(
            errors=(
                "a_prompt_longer_than_the_model_reads_is_refused "
                "a_refusal_is_json_with_a_message a_value_out_of_range_is_refused_by_name "
                "a_wrong_body_is_refused an_unknown_model_is_not_found "
                "malformed_json_is_refused"
            ),
            multimodal="an_image_that_cannot_be_had_is_refused",
        ),
    ),
    Fault(
        "refusals say nothing",
        _refused(lambda reply: reply.saying({"message": "no"})),
        _tests(
            errors=(
                "a_refusal_is_json_with_a_message a_value_out_of_range_is_refused_by_name "
                "a_wrong_body_is_refused an_unknown_model_is_not_found"
            ),
        ),
    ),
    Fault(
        "unknown fields are dropped",
        _asked(lambda ask: ask.but(no_such_field=None)),
        _tests(
            errors="a_value_out_of_range_is_refused_by_name",
        ),
    ),
    Fault(
        "no token is taken for the default",
        _asked(lambda ask: ask.but(max_tokens=ask.json.get("max_tokens") or None)),
        _tests(
            errors="a_value_out_of_range_is_refused_by_name",
        ),
    ),
    Fault(
        "tokens below zero are taken for one",
        _asked(lambda ask: ask.but(max_tokens=1) if ask.json.get("max_tokens") == -1 else ask),
        _tests(
            errors="a_wrong_body_is_refused",
        ),
    ),
    Fault(
        "the temperature is lost",
        _asked(lambda ask: ask.but(temperature=None)),
        _tests(
            errors="a_value_out_of_range_is_refused_by_name a_wrong_body_is_refused",
        ),
    ),
    Fault(
        "any content type is JSON",
        Lie(
            ask=lambda ask: (
                Ask(
                    ask.method,
                    ask.path,
                    {**ask.headers, "content-type": "application/json"},
                    b'{"model": "a/model", "messages": [{"role": "user", "content": "Hi."}]}',
                    ask.kept,
                )
                if ask.headers.get("content-type") == "text/plain"
                else ask
            )
        ),
        _tests(
            errors="another_content_type_is_refused",
        ),
    ),
    Fault(
        "every route is there",
        Lie(whole=lambda _, reply: reply.saying({}, 200) if reply.status == 404 else reply),
        _tests(
            errors="an_unknown_model_is_not_found an_unknown_route_is_not_found",
        ),
    ),
    Fault(
        "chat is got",
        Lie(
            ask=lambda ask: answer({}) if (ask.method, ask.path) == ("GET", CHAT) else ask,
        ),
        _tests(
            errors="chat_is_asked_by_post",
        ),
    ),
    Fault(
        "a long prompt kills the engine",
        _asked(_dies_of(_long)),
        _tests(
            errors="a_prompt_longer_than_the_model_reads_is_refused",
            multimodal="an_image_larger_than_a_message_is_answered_or_refused",
        ),
    ),
    Fault(
        "a wrong value kills the engine",
        _asked(_dies_of(lambda ask: ask.json.get("top_p") == 2)),
        _tests(
            errors="a_value_out_of_range_is_refused_by_name",
        ),
    ),
    # -- what is listed
    Fault(
        "another name is listed",
        _models(lambda data: [{**data[0], "id": "model"}]),
        _tests(
            models="exactly_the_served_name_is_listed",
        ),
    ),
    Fault(
        "a model is listed twice",
        _models(lambda data: data * 2),
        _tests(
            models="exactly_the_served_name_is_listed",
        ),
    ),
    Fault(
        "a stranger is listed",
        _models(lambda data: [*data, {**data[0], "id": "b/model"}]),
        _tests(
            models="exactly_the_served_name_is_listed",
        ),
    ),
    Fault(
        "the model is not listed",
        _models(lambda _: []),
        _tests(
            models="exactly_the_served_name_is_listed",
        ),
    ),
    Fault(
        "requests empty the list",
        Lie(whole=_vanishing),
        _tests(
            models="the_list_is_the_same_before_and_after_requests",
        ),
    ),
    Fault(
        "no time of creation",
        _models(lambda data: [{**data[0], "created": None}]),
        _tests(
            models="an_entry_has_the_shape_of_the_openai_list",
        ),
    ),
    Fault(
        "the list is no list",
        _said(lambda _, data: data.update(object="object"), "/v1/models"),
        _tests(
            models="an_entry_has_the_shape_of_the_openai_list",
        ),
    ),
    Fault(
        "one worker is missing",
        Lie(whole=_missing_worker),
        _tests(
            coverage="requests_reach_every_worker_by_themselves",
            startup="every_worker_is_registered_with_its_role",
        ),
    ),
    Fault(
        "a worker is registered twice",
        _health(lambda all_: [*all_, {**all_[0], "instance_id": 7}]),
        _tests(
            coverage=(
                "every_worker_answers_when_it_is_asked_itself "
                "every_worker_gives_the_same_answer requests_reach_every_worker_by_themselves"
            ),
            disaggregation="every_prefill_worker_hands_over_to_every_decode_worker",
            routing="requests_are_spread_evenly",
            startup="every_worker_is_registered_with_its_role",
        ),
    ),
    Fault(
        "a stranger is registered",
        _health(lambda a: [*a, {**a[0], "component": "other"}]),
        _tests(
            startup="no_stranger_is_registered",
        ),
    ),
    Fault(
        "healthy without workers",
        _health(lambda _: []),
        _tests(
            coverage="requests_reach_every_worker_by_themselves",
            disaggregation=(
                "a_completion_is_disaggregated_too a_stream_is_disaggregated_too "
                "prefill_and_decode_are_two_workers_of_the_right_roles"
            ),
            routing="requests_are_spread_evenly",
            startup="every_worker_is_registered_with_its_role",
        ),
    ),
    Fault(
        "never ready",
        Lie(
            ask=lambda ask: (
                answer({"ready": False, "reason": "no prefill"}, 503)
                if ask.path.endswith("/ready")
                else ask
            )
        ),
        _tests(
            startup="the_frontend_calls_the_model_ready",
        ),
    ),
    # -- streams
    Fault(
        "a stream ends with [DONE] and no finish_reason",
        _chunks(lambda _, data: _finish(data, None)),
        WHOLE_STREAMS,
    ),
    Fault(
        "a stream finishes for no known reason",
        _chunks(lambda _, d: _finish(d, "done")),
        WHOLE_STREAMS,
    ),
    Fault(
        "no [DONE]",
        _streamed(lambda events: events[:-1]),
        WHOLE_STREAMS,
    ),
    Fault(
        "streams hang up",
        _streamed(lambda events: [*events[:1], HANG_UP]),
        WHOLE_STREAMS
        | _tests(
            streaming=(
                "a_stream_comes_in_pieces a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "an error inside the stream",
        _streamed(_error_inside),
        WHOLE_STREAMS
        | _tests(
            streaming=(
                "a_stream_comes_in_pieces a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "streams are empty",
        _streamed(lambda _: []),
        WHOLE_STREAMS
        | _tests(
            disaggregation="a_stream_is_disaggregated_too",
            streaming=(
                "a_stream_comes_in_pieces a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed every_stream_has_an_id_of_its_own "
                "the_stream_names_the_model_that_was_asked"
            ),
        ),
    ),
    Fault(
        "streams are only [DONE]",
        _streamed(lambda _: ["data: [DONE]"]),
        WHOLE_STREAMS
        | _tests(
            disaggregation="a_stream_is_disaggregated_too",
            streaming=(
                "a_stream_comes_in_pieces a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed every_stream_has_an_id_of_its_own "
                "the_stream_names_the_model_that_was_asked"
            ),
        ),
    ),
    Fault(
        "the first chunk is lost",
        _streamed(_drop(slice(1))),
        WHOLE_STREAMS
        | _tests(
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "a chunk in the middle is lost",
        _streamed(_drop(slice(2, 3))),
        _tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "a chunk comes twice",
        _streamed(_doubled),
        _tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            multimodal="the_guides_request_streams",
            streaming=(
                "a_stream_may_leave_its_limit_out a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "two chunks are swapped",
        _streamed(_swapped),
        _tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "a stream is one chunk",
        _streamed(_one_chunk),
        _tests(
            streaming="a_stream_comes_in_pieces",
        ),
    ),
    Fault(
        "the usage of streams is off by one",
        _chunks(
            lambda _, data: (
                data.get("usage")
                and data["usage"].update(
                    completion_tokens=data["usage"]["completion_tokens"] + 1,
                    total_tokens=data["usage"]["total_tokens"] + 1,
                )
            )
        ),
        _tests(
            multimodal="the_guides_request_streams",
            streaming=(
                "a_stream_says_what_a_whole_answer_says a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "streams are not counted",
        _streamed(lambda events: [each for each in events if '"choices":[]' not in each]),
        _tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            multimodal="the_guides_request_streams",
            streaming=(
                "a_stop_text_ends_the_stream_before_it a_stream_is_whole "
                "a_stream_may_leave_its_limit_out a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed any_text_may_be_streamed "
                "tools_may_be_offered_to_a_stream"
            ),
        ),
    ),
    Fault(
        "streams have no role",
        _chunks(lambda _, data: [each["delta"].pop("role", 0) for each in data["choices"]]),
        WHOLE_STREAMS,
    ),
    Fault(
        "chunks name another model",
        _chunks(lambda _, data: data.update(model="b/model")),
        WHOLE_STREAMS
        | _tests(
            streaming="the_stream_names_the_model_that_was_asked",
        ),
    ),
    Fault(
        "every chunk has its own id",
        _chunks(lambda number, d: d.update(id=f"chat-{number}")),
        WHOLE_STREAMS
        | _tests(
            streaming="every_stream_has_an_id_of_its_own",
        ),
    ),
    Fault(
        "all streams have one id",
        _chunks(lambda _, data: data.update(id="chatcmpl-1")),
        _tests(
            streaming="every_stream_has_an_id_of_its_own",
        ),
    ),
    Fault(
        "data after [DONE]",
        _streamed(lambda events: [*events, events[0]]),
        WHOLE_STREAMS
        | _tests(
            streaming=(
                "a_stream_says_what_a_whole_answer_says a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "[DONE] twice",
        _streamed(lambda events: [*events, events[-1]]),
        WHOLE_STREAMS,
    ),
    Fault(
        "chunks are cut JSON",
        _streamed(lambda e: [e[0], e[1][:-5], *e[2:]]),
        WHOLE_STREAMS
        | _tests(
            streaming=(
                "a_stream_says_what_a_whole_answer_says a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "streams are called text",
        Lie(stream=lambda _, events: events, stream_type="text/plain"),
        WHOLE_STREAMS
        | _tests(
            completions=(
                "a_streamed_continuation_is_whole "
                "every_prompt_of_a_streamed_batch_has_its_own_answer"
            ),
            streaming="a_client_that_hangs_up_ends_its_request",
        ),
    ),
    Fault(
        "streams are those of the request before",
        Lie(stream=_kept_stream),
        _tests(
            completions=(
                "a_streamed_continuation_is_whole "
                "a_streamed_continuation_says_what_a_whole_one_says "
                "every_prompt_of_a_streamed_batch_has_its_own_answer"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            disaggregation="a_stream_is_disaggregated_too",
            multimodal="the_guides_request_streams",
            streaming=(
                "a_stop_text_ends_the_stream_before_it a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "streams do not stop",
        _asked(lambda ask: ask.but(stop=None) if ask.streams else ask),
        _tests(
            streaming="a_stop_text_ends_the_stream_before_it",
        ),
    ),
    Fault(
        "usage is streamed unasked",
        _asked(lambda ask: ask.but(stream_options={"include_usage": True}) if ask.streams else ask),
        _tests(
            streaming="usage_comes_when_the_era_says",
        ),
    ),
    Fault(
        "those who hang up are not noticed",
        Lie(deaf=True),
        _tests(
            streaming="a_client_that_hangs_up_ends_its_request",
        ),
    ),
    Fault(
        "tools break streams",
        _asked(
            lambda ask: (
                answer({"message": "no"}, 501) if ask.streams and "tools" in ask.json else ask
            )
        ),
        _tests(
            streaming="tools_may_be_offered_to_a_stream",
        ),
    ),
    Fault(
        "streams of completions have no end",
        _streamed(lambda e: e[:-1], COMPLETIONS),
        _tests(
            completions=(
                "a_streamed_continuation_is_whole "
                "every_prompt_of_a_streamed_batch_has_its_own_answer"
            ),
        ),
    ),
    # -- who serves
    Fault(
        "prefill is never used",
        _workers(lambda ids: ids.update(prefill_worker_id=ids["decode_worker_id"])),
        _tests(
            coverage=(
                "every_worker_answers_when_it_is_asked_itself "
                "requests_reach_every_worker_by_themselves"
            ),
            disaggregation=(
                "a_completion_is_disaggregated_too a_stream_is_disaggregated_too "
                "every_prefill_worker_hands_over_to_every_decode_worker "
                "prefill_and_decode_are_two_workers_of_the_right_roles "
                "the_frontend_measures_both_roles"
            ),
            routing="requests_are_spread_evenly",
        ),
    ),
    Fault(
        "the roles are swapped",
        _workers(
            lambda ids: ids.update(
                prefill_worker_id=ids["decode_worker_id"], decode_worker_id=ids["prefill_worker_id"]
            )
        ),
        _tests(
            disaggregation=(
                "a_completion_is_disaggregated_too a_stream_is_disaggregated_too "
                "every_prefill_worker_hands_over_to_every_decode_worker "
                "prefill_and_decode_are_two_workers_of_the_right_roles "
                "the_frontend_measures_both_roles"
            ),
            routing="requests_are_spread_evenly",
        ),
    ),
    Fault(
        "a worker is listed and dead",
        Lie(whole=_dead_worker),
        _tests(
            coverage=(
                "every_worker_answers_when_it_is_asked_itself "
                "every_worker_gives_the_same_answer requests_reach_every_worker_by_themselves"
            ),
            disaggregation="every_prefill_worker_hands_over_to_every_decode_worker",
            routing="requests_are_spread_evenly",
        ),
    ),
    Fault(
        "one link between two workers is broken",
        _asked(_broken_link),
        _tests(
            disaggregation="every_prefill_worker_hands_over_to_every_decode_worker",
        ),
    ),
    Fault(
        "one worker holds other weights",
        _said(_other_weights),
        _tests(
            coverage="every_worker_gives_the_same_answer",
        ),
    ),
    Fault(
        "requests go where they want",
        _asked(_not_pinned),
        _tests(
            coverage="every_worker_answers_when_it_is_asked_itself",
            disaggregation="every_prefill_worker_hands_over_to_every_decode_worker",
        ),
    ),
    Fault(
        "prefill is not measured",
        Lie(whole=_no_prefill_metrics),
        _tests(
            disaggregation="the_frontend_measures_both_roles",
        ),
    ),
    Fault(
        "prefixes are not cached",
        _said(lambda _, data: data["usage"].update(prompt_tokens_details={"cached_tokens": 0})),
        _tests(
            routing="a_repeated_prefix_goes_to_the_worker_that_holds_it",
        ),
        on="kv",
    ),
    Fault(
        "everything is cached",
        _said(
            lambda _, data: data["usage"].update(
                prompt_tokens_details={"cached_tokens": data["usage"]["prompt_tokens"] - 1}
            )
        ),
        _tests(
            routing=(
                "a_prefix_that_was_never_seen_is_not_in_the_cache "
                "a_repeated_prefix_goes_to_the_worker_that_holds_it"
            ),
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
        on="kv",
    ),
    Fault(
        "more is cached than was asked",
        _said(
            lambda _, data: data["usage"].update(prompt_tokens_details={"cached_tokens": 999_999})
        ),
        COUNTED
        | _tests(
            chat="the_limit_may_be_left_out",
        ),
    ),
    Fault(
        "a cached prefix is another prompt",
        _said(_stale_cache),
        _tests(routing="the_cache_does_not_change_the_answer"),
        on="kv",
    ),
    Fault(
        "one worker gets all requests",
        Lie(ask=_pinned, whole=_learned),
        _tests(
            coverage="requests_reach_every_worker_by_themselves",
            routing="different_prefixes_are_spread",
        ),
        on="kv",
    ),
    # -- images
    Fault(
        "images are ignored",
        _asked(lambda ask: _without_images(ask, _texts)),
        _tests(
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen an_image_that_cannot_be_had_is_refused "
                "every_image_counts_and_so_does_their_order the_answer_depends_on_the_image"
            ),
        ),
    ),
    Fault(
        "only one image is read",
        _asked(lambda ask: _without_images(ask, _one_image)),
        _tests(
            multimodal="every_image_counts_and_so_does_their_order",
        ),
    ),
    Fault(
        "images have no order",
        _asked(lambda ask: _without_images(ask, _sorted_images)),
        _tests(
            multimodal="every_image_counts_and_so_does_their_order",
        ),
    ),
    Fault(
        "images are not served",
        _asked(lambda ask: answer({"message": "no"}, 400) if b"image_url" in ask.body else ask),
        _tests(
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen "
                "every_image_counts_and_so_does_their_order every_kind_of_image_is_taken "
                "the_answer_depends_on_the_image the_guides_request_is_answered "
                "the_guides_request_streams the_image_may_stand_before_the_text "
                "the_same_image_gets_the_same_answer"
            ),
        ),
    ),
    Fault(
        "WebP is not known",
        _asked(lambda ask: answer({"message": "no"}, 400) if b"image/webp" in ask.body else ask),
        _tests(
            multimodal="every_kind_of_image_is_taken",
        ),
    ),
    Fault(
        "large images time out",
        _asked(
            lambda ask: (
                answer({"message": "deadline"}, 504)
                if b"image_url" in ask.body and len(ask.body) > 1_000_000
                else ask
            )
        ),
        _tests(
            multimodal="an_image_larger_than_a_message_is_answered_or_refused",
        ),
    ),
    Fault(
        "what is no image is answered",
        _asked(lambda ask: answer({"choices": []}) if b"not a url" in ask.body else ask),
        _tests(
            multimodal="an_image_that_cannot_be_had_is_refused",
        ),
    ),
)
