# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The release that is stated against the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN514",
    "image-of-other-release",
    level="warning",
    since="0.1",
    strikes="parse",
    source="images of TensorRT-LLM are called release:VERSION; builds by commit carry it in their "
    "tag",
    bad="""
    versions: {trtllm: 1.1.0}
    container: {image: "nvcr.io/nvidia/tensorrt-llm/release:1.2.0"}
    """,
    good="""
    versions: {trtllm: 1.2.0}
    container: {image: "nvcr.io/nvidia/tensorrt-llm/release:1.2.0"}
    """,
)
def image_of_other_release(case: Case) -> Iterator[Flag]:
    """versions.trtllm that is not what the image is called after.

    Why: every rule that asks for the release then answers for another one.

    Remedy: the image's release as versions.trtllm.
    """
    stated, image = case.release, case.image_release
    if stated is not None and image is not None and stated.version != image.version:
        yield Flag(
            ("versions", "trtllm"),
            f"TensorRT-LLM {stated} is stated, the image {case.topology.container.image} is called "
            f"after {image}",
            f"trtllm: {image.version}",
        )
