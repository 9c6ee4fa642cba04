# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a YAML file is that is none of those that are read, so that a person is told so by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_dynamo.topology import vllm_file
from pytest_dynamo.topology.recipes import Data, is_second_schema, section_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGINE_FILE = "name the engine's own file: that which a worker is given"


def name_of(data: Mapping[Any, Any]) -> tuple[str, str] | None:  # Any: YAML data
    """Return what a file is and what to do instead, None where it is nothing that we know."""
    backend = _backend(data)
    sglang = vllm_file.is_sglang(data) or any("sglang" in str(key).lower() for key in data)
    kinds = (
        ({"apiVersion", "kind"} <= data.keys(),
         f"a resource of Kubernetes, a {data.get('kind')}", ENGINE_FILE),
        (_some(section_of(data, "services"), ("image", "build")),
         "a file of Docker compose", ENGINE_FILE),
        (_some(section_of(data, "jobs"), ("steps", "runs-on", "uses")),
         "a GitHub workflow", "name a file of the repository that it checks"),
        (bool({"repository", "tag"} & section_of(data, "image").keys()),
         "the values of a Helm chart", ENGINE_FILE),
        (backend is not None,
         f"a recipe for {backend}", "recipes of TensorRT-LLM are read, and vLLM's own file"),
        (sglang, "a file of SGLang", "files of TensorRT-LLM and vLLM are read"),
    )  # fmt: skip
    return next(((name, instead) for holds, name, instead in kinds if holds), None)


def _some(section: Mapping[Any, Any], keys: tuple[str, ...]) -> bool:  # Any: YAML data
    """Tell whether an entry of a section has one of the keys."""
    return any(isinstance(item, dict) and set(keys) & item.keys() for item in section.values())


def _backend(data: Mapping[Any, Any]) -> str | None:  # Any: YAML data
    """Return the other engine that a recipe of srt-slurm is for, None where it is no recipe."""
    recipe: Data = section_of(data, "base") or dict(data)
    backend = section_of(recipe, "backend")
    given: object = None
    if is_second_schema(recipe):
        given = section_of(recipe, "engine").get("type") or recipe.get("engine")
    elif section_of(recipe, "resources"):
        named = [str(key) for key in backend if str(key).endswith("_config")]
        given = backend.get("type") or next((key.removesuffix("_config") for key in named), None)
        given = given or recipe.get("engine")
    return given if isinstance(given, str) and given != "trtllm" else None
