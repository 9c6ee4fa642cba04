# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Bundles that were not made up: stand-in ranks that a rehearsal broke, as they were recorded.

``recorded/NAME`` is a run directory whose verdict was taken out; ``log`` names a file of a real
``srun`` under ``tests/watch/recorded``. Their words are those of our own stand-in, which whoever
writes patterns has seen, so none of them is ever held out.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from corpus_logs.bundle import Bundle, Truth
from corpus_logs.case import read, several
from pytest_dynamo.topology.model import Topology

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HERE = Path(__file__).parent
_RUNS = _HERE / "recorded"
_SRUNS = _HERE.parent / "watch" / "recorded"
#: The deployment that wrote the files of ``tests/watch/recorded``.
_SIXTEEN = {
    "name": "recorded",
    "description": "sixteen stand-in ranks on four nodes of a virtual cluster",
    "engine": "trtllm",
    "versions": {"dynamo": "1.6.1", "trtllm": "1.3.0rc29"},
    "model": {"path": "m", "served_name": "m"},
    "hardware": {"gpu": "GB200", "gpus_per_node": 4},
    "roles": {"agg": {"nodes_per_worker": 4, "parallel": {"tp": 16}}},
    "container": {"runtime": "none"},
}


def recorded() -> Iterator[Bundle]:
    """Yield every recorded bundle."""
    for name, label in read(_HERE / "recorded.yaml").items():
        if log := label.get("log"):
            topology = Topology.model_validate(_SIXTEEN)
            files = {
                "agg0.log": (_SRUNS / log).read_bytes(),
                "topology.yaml": yaml.safe_dump(_SIXTEEN).encode(),
            }
        else:
            folder = _RUNS / name
            files = {
                str(path.relative_to(folder)): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
            topology = Topology.model_validate(yaml.safe_load(files["topology.yaml"]))
        keep = "srun" if log else "run-local"
        yield Bundle(f"recorded-{name}", False, keep, topology, files, _truth(label))  # noqa: FBT003


def _truth(label: Mapping[str, Any]) -> Truth:
    return Truth(
        outcome=label.get("outcome", "cause"),
        symptom=label.get("symptom"),
        faults=several(label["class"]) if "class" in label else (),
        phase=label.get("phase"),
        step=label.get("step"),
        role=label["step"].rstrip("0123456789") if "step" in label else None,
        ranks=tuple(label.get("ranks", ())),
        nodes=(label["node"],) if "node" in label else (),
        whole=len(label.get("ranks", ())) > 1,
    )
