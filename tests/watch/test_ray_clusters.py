# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Ray clusters by what ``ray start`` prints, and whose they are by who connects to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.launch.plan import Worker
from pytest_dynamo.watch.log_names import Source
from pytest_dynamo.watch.ray_clusters import clusters, owners

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCAL = "2026-05-19 21:40:02,000\tINFO scripts.py:865 -- Local node IP: 10.7.4.{}"
NEXT = "2026-05-19 21:40:06,000\tINFO scripts.py:909 -- To add another node to this Ray cluster"
USE = "2026-05-19 21:40:06,000\tINFO scripts.py:912 --   ray start --address='10.7.4.{}:6379'"
CONNECTS = "INFO worker.py:1694 -- Connecting to existing Ray cluster at address: 10.7.4.{}:6379..."
DECODE = Worker("decode0", "decode", 0, "backend", ("a", "b"), ((0,), (0,)))
PREFILL = Worker("prefill0", "prefill", 0, "prefill", ("c", "d"), ((0,), (0,)))


def head(name: str, at: int) -> Source:
    return Source(name, head="\n".join([LOCAL.format(at), NEXT, USE.format(at)]))


def part(name: str, at: int, of: int | None = None) -> Source:
    joins = [f"+ ray start --address=10.7.4.{of}:6379"] if of else []
    return Source(name, head="\n".join([*joins, LOCAL.format(at)]))


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        # as they say themselves, before or behind their head
        ([part("1", 12, of=13), head("2", 11), head("3", 13), part("4", 14, of=11)],
         [["2", "4"], ["3", "1"]]),
        # by the order of names
        ([head("1", 11), part("2", 12), head("3", 13), part("4", 14), part("5", 15)],
         [["1", "2"], ["3", "4", "5"]]),
        # of no cluster that is known, and no part of one
        ([part("1", 12), head("2", 11), part("3", 13, of=99), Source("4", head="Ray")], [["2"]]),
        ([Source("1", head=CONNECTS.format(11))], []),
    ],
)  # fmt: skip
def test_parts_are_of_the_cluster_that_they_join(
    sources: Sequence[Source], found: list[list[str]]
) -> None:
    assert found == [[each.log for each in cluster.parts] for cluster in clusters(sources)]


@pytest.mark.parametrize(
    ("engines", "whose"),
    [
        ({Source("x.log", head=CONNECTS.format(13)): DECODE}, ["prefill0", "decode0"]),
        ({Source("x.log", head=CONNECTS.format(11)): DECODE}, ["decode0", "prefill0"]),
        ({Source("n3/x.log", head="it says nothing"): DECODE}, ["prefill0", "decode0"]),
        ({Source("n2/x.log", head="of another node"): DECODE}, ["decode0", "prefill0"]),
        ({}, ["decode0", "prefill0"]),
    ],
    ids=["connects", "connects to the other", "in its folder", "in none", "nothing tells"],
)
def test_a_cluster_is_that_of_the_engine_which_connects_to_it(
    engines: dict[Source, Worker], whose: list[str]
) -> None:
    found = clusters([head("n1/r.log", 11), part("n2/r.log", 12), head("n3/r.log", 13)])

    known = {cluster.address: worker.name for worker, cluster in
             owners(found, engines, (DECODE, PREFILL))}  # fmt: skip

    assert whose == [known[each.address] for each in found]


def test_of_clusters_that_are_more_than_workers_none_is_guessed() -> None:
    found = clusters([head("1", 11), head("2", 12), head("3", 13)])

    assert not list(owners(found, {}, (DECODE, PREFILL)))
