# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The options of a stated worker command against the Dynamo release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.topology.versions import Era

_ENCODES = "encode"  # no role of a topology, and a mode word of every era that has modes


@rule(
    "DYN426",
    "word-of-other-release",
    level="warning",
    since="0.1",
    strikes="parse",
    text="error: argument --disaggregation-mode: invalid choice: 'prefill_and_decode'",
    source="the worker options of Dynamo 0.2.0 to 1.4.0: prefill_and_decode became agg with "
    "1.3.0, --task became --disaggregation-mode before 0.4.0, --disaggregation-strategy went "
    "with 0.7.0, --modality came with 0.4.1 and became --enable-multimodal with 1.3.0",
    bad="""
    versions: {dynamo: 1.3.1, trtllm: 1.3.0rc20}
    context:
      statements:
        - {key: command.mode, value: --disaggregation-mode prefill_and_decode, words: in a script}
    """,
    good="""
    versions: {dynamo: 1.3.1, trtllm: 1.3.0rc20}
    context:
      statements:
        - {key: command.mode, value: --disaggregation-mode agg, words: in a script}
    """,
)
def word_of_other_release(case: Case) -> Iterator[Flag]:
    """An option of a written-down worker command that this Dynamo spells otherwise or lacks.

    Why: the worker leaves with a usage error after the nodes were allocated and the services
    started. The plugin's own commands take the words of the release; a script does not.

    Remedy: the word that the release has, or the release that the script was written for.
    """
    era = case.era
    if era is None or not era.exact or case.topology.engine != "trtllm":
        return
    for said in case.context.statements:
        remedy = _remedy(era, said.key, str(said.value))
        if remedy is not None:
            yield Flag(
                said.where,
                f"{said.words!r}: Dynamo {era.release} has no {said.value}",
                remedy or "leave it out",
            )


def _remedy(era: Era, key: str, value: str) -> str | None:
    """Return what the release has instead, empty for nothing, None where it has the words."""
    flag, _, word = value.partition(" ")
    if key == "command.mode":
        known = {*era.mode_words.values(), _ENCODES}
        if flag == era.mode_flag and word in known:
            return None
        role = "agg" if word in ("agg", "prefill_and_decode") else word
        instead = word if role == _ENCODES else era.mode_words.get(role)
        return f"{era.mode_flag} {instead}" if instead else ""
    if key == "command.strategy":
        return None if flag == era.strategy_flag else ""
    if key == "command.modality":
        wanted = " ".join(era.multimodal or ())
        return None if flag == wanted.partition(" ")[0] else wanted
    return None
