# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The files of a model's directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKENIZERS = {"tokenizer.json", "tokenizer.model", "vocab.json", "tiktoken.model", "tekken.json"}


def _OTHER_WEIGHTS(sizes: Mapping[str, int]) -> bool:  # noqa: N802 - reads as a name above
    return any(name.endswith((".bin", ".pt", ".gguf", ".nemo")) for name in sizes)


@rule(
    "DYN603",
    "model-directory-incomplete",
    level="error",
    since="0.1",
    strikes="load",
    text="OSError, FileNotFoundError or SafetensorError while loading - by every rank",
    source="what a Hugging Face checkpoint consists of; guide 003 lists config.json, "
    "model-*.safetensors and tokenizer.json",
    bad="""
    model: {path: /models/r1, served_name: r1}
    context:
      model:
        path: /models/r1
        sizes: {config.json: 1700, tokenizer.json: 7800000, model-00001-of-00002.safetensors: 4000}
        json:
          model.safetensors.index.json:
            weight_map: {a: model-00001-of-00002.safetensors, b: model-00002-of-00002.safetensors}
    """,
    good="""
    model: {path: /models/r1, served_name: r1}
    context:
      model:
        path: /models/r1
        sizes:
          config.json: 1700
          tokenizer.json: 7800000
          model-00001-of-00002.safetensors: 4000
          model-00002-of-00002.safetensors: 4000
        json:
          model.safetensors.index.json:
            weight_map: {a: model-00001-of-00002.safetensors, b: model-00002-of-00002.safetensors}
    """,
)
def model_directory_incomplete(case: Case) -> Iterator[Flag]:
    """A model's directory without its configuration, its tokenizer or a part of its weights.

    Why: a download that was cut short looks like a model until every rank has opened its part.

    Remedy: download it again; the index names every part.
    """
    directory = case.context.model
    if directory is None:
        return
    at = ("model", "path")
    for name, problem in directory.problems.items():
        yield Flag(at, f"{directory.path}/{name} {problem}", "download it again")
    if "config.json" not in directory.sizes:
        yield Flag(at, f"{directory.path} has no config.json", "name the checkpoint's directory")
        return
    if not _TOKENIZERS & set(directory.sizes):
        yield Flag(
            at,
            f"{directory.path} has no tokenizer: none of {', '.join(sorted(_TOKENIZERS))}",
            "download the tokenizer's files too",
        )
    index = directory.json.get("model.safetensors.index.json", {}).get("weight_map")
    named = set(index.values()) if isinstance(index, dict) else set()
    missing = sorted(str(part) for part in named if not directory.sizes.get(str(part)))
    if missing:
        yield Flag(
            at,
            f"{directory.path} lacks {len(missing)} of {len(named)} parts of the weights: "
            f"{', '.join(missing[:3])}{' ...' if len(missing) > 3 else ''}",  # noqa: PLR2004 - enough
            "download them again",
        )
    elif directory.weights is None and not _OTHER_WEIGHTS(directory.sizes):
        yield Flag(at, f"{directory.path} has no weights", "download the *.safetensors files")
