# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies of a server that somebody else runs, of which a run knows nothing but its URL.

It has ways of its own, and may have them; what it may not is lie.
"""

from __future__ import annotations

from dataclasses import replace

from faults import another
from faults.catalogue import answers, streams
from faults.fault import Fault, tests

TOLD = {fault.name: fault for fault in (*answers.FAULTS, *streams.FAULTS)}
#: Of a server that does not say who answered, nor how often a silent stream is kept alive, and need
#: not take what only Dynamo does.
NOT_ASKED = tests(
    chat="an_answer_that_may_not_end_goes_on_to_its_limit",
    coverage="every_worker_answers_when_it_is_asked_itself",
    disaggregation="a_long_prompt_crosses",
    streaming="comments_come_while_the_engine_is_silent",
)
#: Learnt from the count of an answer of one token.
LEARNT = tests(chat="the_limit_may_have_its_newer_name")


def at_a_url(name: str, excused: frozenset[str] = NOT_ASKED) -> Fault:
    fault = TOLD[name]
    lie = another.that_lies(fault.lie)
    fails = fault.fails - excused
    return replace(fault, name=f"{name}, at a URL", lie=lie, fails=fails, attached=True)


FAULTS: tuple[Fault, ...] = (
    at_a_url("one completion token too many", NOT_ASKED | LEARNT),
    at_a_url("no [DONE]"),
    at_a_url("chunks name another model"),
    at_a_url("the usage of streams is off by one"),
    at_a_url("two chunks are swapped"),
)
