# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Workers of vLLM that tell others to ask them for their caches at their own loopback.

A worker gives out ``VLLM_NIXL_SIDE_CHANNEL_HOST`` with each cache that it keeps for another, which
asks there how to fetch it. At a loopback that asks itself: nobody answers, or it does so itself and
is not the one that was asked for. Each transfer fails, and both workers go on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis.candidates import Candidate
from pytest_dynamo.diagnosis.ends import told_of
from pytest_dynamo.diagnosis.explanation import Explanation

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

_LOOPBACK = r"(?:127\.\d+\.\d+\.\d+|localhost\b|\[?::1\b)"
#: In a script that tells what it does, or in the description of a pod.
_GIVEN = re.compile(rf"\bVLLM_NIXL_SIDE_CHANNEL_HOST(?:=|:\s+)['\"]?{_LOOPBACK}")
_ASKS = re.compile(rf"\bQuerying metadata on path: tcp://{_LOOPBACK}")
#: How a worker tells that it could not fetch a cache.
_FAILS = re.compile(r"\bNIXL\b|\bKV load failure\b|\bnixl_connector\b|\bzmq\.error\.Again\b")
_ISSUE = "loopback-given-out"
_GIVE_OUT = "set VLLM_NIXL_SIDE_CHANNEL_HOST of each worker to an address that the others reach"


def is_given(text: str) -> bool:
    """Return whether a line tells that a worker gives its own loopback out."""
    return _GIVEN.search(text) is not None


def asks_itself(text: str) -> bool:
    """Return whether a worker asks its own loopback for the caches of another."""
    return _ASKS.search(text) is not None


def asked_at_loopback(
    plan: LaunchPlan, cause: Candidate, evidence: Evidence
) -> Candidate | None:
    """Return the worker of the other role that gave its loopback out, None if none did.

    A worker that runs on a node of the one that asks may do so.
    """
    line, mine = cause.why.line, plan.worker(cause.end.process.step)
    if line is None or mine is None or not _FAILS.search(line.text):
        return None
    others = {
        item.name: item
        for item in plan.processes
        if (worker := plan.worker(item.step)) and worker.role != mine.role
        if not {*worker.nodes} & {*mine.nodes}
    }
    given = {name: its for name, its in evidence.where.side_hosts.items() if name in others}
    asked = evidence.where.side_asks.get(cause.end.process.name)
    if not given and (asked is None or not others):
        return None
    name, told = next(iter(given.items()), (next(iter(others)), asked or line))
    why = Explanation(told, "config", _GIVE_OUT, known_issues.get(_ISSUE), "medium")
    return Candidate(told_of(others[name], told, evidence), why, (), zone=cause.zone)
