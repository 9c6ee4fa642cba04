# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""``report.json``: what a run came to, and the facts that its verdict follows from.

The models are the published format: ``docs/report.schema.json`` is made from them by
``benchmarks/report_schema.py``. What is added is optional; what is taken away or means something
else gets a new ``VERSION``.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pytest_dynamo.diagnosis.diagnose import Diagnosis  # noqa: TC001 - pydantic reads it
from pytest_dynamo.diagnosis.verdict import Outcomes, Verdict, Word, verdict

VERSION: Literal[1] = 1

#: What became of a test; ``blocked`` by a deployment that failed, ``unproven`` for want of
#: hardware or of a deployment that can be asked.
Outcome = Literal["passed", "failed", "error", "blocked", "skipped", "unproven"]


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Judged(_Value):
    """One test, and what became of it: the gravest of its phases and subtests."""

    test: str = Field(description="node id")
    outcome: Outcome
    subject: Literal["deployment", "configuration", "other"] = Field(
        description="what it judges: a running deployment, a topology, or neither"
    )
    reason: str | None = Field(default=None, description="of one that was skipped or is unproven")


class Left(BaseModel):
    """One thing that was left behind on a node."""

    model_config = ConfigDict(frozen=True)

    kind: str
    where: str
    what: str
    remedy: str


class TakeDown(BaseModel):
    """How the deployment was ended, and what it left behind; as ``teardown.json`` has it."""

    model_config = ConfigDict(frozen=True)

    reason: str
    seconds: float
    killed: tuple[str, ...] = Field(description="what did not end by itself in its grace")
    removed: tuple[str, ...] = Field(description="what was left, carried our label and was removed")
    leftover: tuple[Left, ...]
    unproven: tuple[str, ...] = Field(description="what could not be looked at")


class Report(_Value):
    """The verdict of one run, and what it follows from."""

    version: Literal[1] = VERSION
    verdict: Word
    why: str
    exit_status: int = Field(description="of pytest, as far as the verdict decides it")
    topology: str
    launcher: str
    url: str | None = Field(default=None, description="of a server that was attached to")
    server: str | None = Field(default=None, description="what that server calls itself")
    stand_in: str | None = Field(description="what was not real about it")
    live_passed: int = Field(description="passed checks of the deployment, subtests included")
    live_failed: tuple[str, ...] = Field(description="node ids, in order")
    config_failed: tuple[str, ...]
    unproven: int = Field(description="checks that could not be made here")
    interrupted: bool
    took_s: dict[str, float] | None = Field(description="seconds of each phase of the bring-up")
    diagnosis: Diagnosis | None = Field(description="the first cause, where it failed")
    teardown: TakeDown | None
    not_stopped: str | None = Field(default=None, description="why the take-down itself failed")
    kept: bool = Field(description="whether it was left up on request")
    replay_of: str | None = Field(default=None, description="the record that was judged")
    tests: tuple[Judged, ...] = ()

    def judge(self) -> Verdict:
        """Return the verdict that the recorded facts give."""
        return verdict(
            Outcomes(self.live_passed, self.live_failed, self.config_failed, self.unproven),
            diagnosis=self.diagnosis,
            leftover=left_behind(self.teardown, self.not_stopped),
            interrupted=self.interrupted,
        )

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``report.json`` holds."""
        return self.model_dump(mode="json")


def left_behind(teardown: TakeDown | None, not_stopped: str | None) -> list[str]:
    """Return what was left, in words; a deployment that could not be stopped is left whole."""
    left = [item.what for item in teardown.leftover] if teardown else []
    return left or ([not_stopped] if not_stopped else [])


def schema() -> dict[str, Any]:  # Any: a JSON object
    """Return the JSON schema of ``report.json``."""
    made = Report.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"pytest-dynamo/report.schema.json?version={VERSION}",
        **made,
    }
