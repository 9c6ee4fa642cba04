# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Public configurations: no false error, every true finding.

The files are third-party data and no part of the project; without them the tests skip.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pytest_dynamo import rules
from pytest_dynamo.topology import dialects, places

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
INDEX = CORPUS / "INDEX.yaml"
if not INDEX.is_file():
    pytest.skip("no corpus beside the project: ../shared/corpus", allow_module_level=True)

#: The release that a directory of engine files was written for.
RELEASES = {
    "dynamo_0.20_nested": "0.20.0",
    "dynamo_1.0.0rc0_flat": "1.0.0rc0",
    "dynamo_1.0.0rc6": "1.0.0rc6",
    "dynamo_1.1.0rc5": "1.1.0rc5",
    "dynamo_1.3.0rc24": "1.3.0rc24",
}
#: What is wrong with a file at its release, errors and warnings; nothing with the others.
TRUE = {
    # cuda_graph_config came between 1.0.0rc0 and rc3, and these two were run with such a build
    "dynamo_1.0.0rc0_flat/llama4__eagle_one_model__eagle_agg.yml": {("DYN504", "warning")},
    "dynamo_1.0.0rc0_flat/llama4__eagle_one_model__eagle_decode.yaml": {("DYN504", "warning")},
    # padding_enabled was enable_padding by then
    "dynamo_1.0.0rc6/llama4__eagle_one_model__eagle_agg.yml": {("DYN502", "warning")},
    "dynamo_1.0.0rc6/llama4__eagle_one_model__eagle_decode.yaml": {("DYN502", "warning")},
    # a batch of 640 in steps of 512 tokens
    "recipes_whole/b200-fp8__8k1k__stp__ctx2_gen1_dep8_batch640_eplb0_mtp0_640.yaml": {
        ("DYN202", "warning")
    },
    # tp 1 and tp 2 on nodes of 4 GPUs
    "recipes_whole/gb300-fp4__disagg__agentx__disagg-gb300-1p1d-dep1-tep2-c44-b8-mtp-kvoffload"
    ".yaml": {("DYN404", "warning")},
}
FILES = [entry["file"] for entry in yaml.safe_load(INDEX.read_text("utf-8"))["files"]]


def findings(name: str, release: str | None) -> set[tuple[str, str]]:
    document = places.read_document(CORPUS / name, name)
    versions = {"trtllm": release} if release else None
    return {
        (finding.code, finding.level)
        for topology in dialects.read(document, versions)
        for finding in rules.check(topology)
    }


@pytest.mark.parametrize("name", FILES)
def test_a_public_file_at_its_release_has_its_true_findings_only(name: str) -> None:
    found = findings(name, RELEASES.get(name.partition("/")[0]))

    assert TRUE.get(name, set()) == {item for item in found if item[1] != "info"}


@pytest.mark.parametrize("name", FILES)
def test_a_public_file_of_an_unknown_release_has_no_error(name: str) -> None:
    assert "error" not in {level for _, level in findings(name, None)}
