# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The order of releases, and the eras of Dynamo."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import versions

IN_ORDER = (
    "0.2.1", "0.3.0", "0.3.2", "0.10.0", "1.0.0.dev1", "1.0.0rc0", "1.0.0rc4", "1.0.0rc10",
    "1.0.0", "1.0.0.post1", "1.0.1rc0", "1.2.0rc6", "1.2.0rc6.post1", "1.2.0rc6.post2", "1.2.0",
)  # fmt: skip
RELEASES = st.sampled_from(
    [release for era in versions._eras() for release in era["releases"]]
)


def test_releases_are_ordered_as_they_were_published() -> None:
    wrong = [pair for pair in pairwise(IN_ORDER) if versions.key(pair[0]) >= versions.key(pair[1])]

    assert wrong == []


@pytest.mark.parametrize("same", ["1.0", "v1.0.0", "1.0.0+cu129", " 1.0.0 "])
def test_one_release_has_one_place_however_it_is_written(same: str) -> None:
    assert versions.key("1.0.0") == versions.key(same)


@pytest.mark.parametrize("other", ["", "main", "f9b1757f32d0", "1.0.x", "1..0"])
def test_what_is_no_release_has_no_place(other: str) -> None:
    with pytest.raises(ValueError, match="is no release"):
        versions.key(other)


@given(
    st.tuples(*[st.integers(0, 99)] * 3),
    st.sampled_from(["rc", "dev", "a", "b"]),
    st.integers(0, 40),
)
def test_what_comes_before_a_release_is_below_it(
    numbers: tuple[int, int, int], stage: str, number: int
) -> None:
    final = ".".join(map(str, numbers))

    assert versions.between(f"{final}{stage}{number}", before=final)
    assert versions.between(f"{final}.post{number}", since=final)


@given(RELEASES)
def test_every_published_release_has_an_era_of_its_own(release: str) -> None:
    era = versions.dynamo(release)

    assert (release, release, True, None) == (era.asked, era.release, era.exact, era.note)


def test_eras_begin_in_the_order_of_their_releases() -> None:
    order = [versions.key(era["since"]) for era in versions._eras() if era["since"]]

    assert sorted(order) == order


def test_releases_belong_to_the_last_era_that_began_before_them() -> None:
    began = [era["since"] for era in versions._eras() if era["since"]]

    for era in versions._eras():
        for release in era["releases"]:
            assert era["since"] == [b for b in began if versions.between(release, since=b)][-1]


@pytest.mark.parametrize(
    ("asked", "release"),
    [("1.7.0", "1.6.1"), ("0.3.5", "0.3.2"), ("1.0.0rc1", "0.9.1"), ("0.0.9", "0.1.0")],
)
def test_an_unknown_release_takes_the_words_of_the_nearest_and_says_so(
    asked: str, release: str
) -> None:
    era = versions.dynamo(asked)

    assert (release, False) == (era.release, era.exact)
    assert era.note is not None
    assert asked in era.note
    assert release in era.note


@pytest.mark.parametrize("digits", [7, 12, 40])
def test_a_commit_is_known_by_its_first_digits(digits: int) -> None:
    era = versions.dynamo("f9b1757f32d0793abbb625ed4467eab133924671"[:digits])

    assert ("0.3.2", True) == (era.release, era.exact)


def test_the_build_of_the_405b_guide_runs_modules_and_its_script_commit_runs_a_script() -> None:
    build = versions.dynamo("f9b1757f32d0793abbb625ed4467eab133924671")
    script = versions.dynamo("45934797234430f6c96a439c4be58da501a1391e")

    assert ("python3", "-m", "dynamo.trtllm") == build.trtllm_worker
    assert ("python3", "-m", "dynamo.frontend") == build.frontend
    assert ("python3", "/mnt/components/worker.py") == script.trtllm_worker
    assert ("dynamo-run", "in=http", "out=dyn") == script.frontend
    assert "--disaggregation-strategy" == build.strategy_flag == script.strategy_flag


@pytest.mark.parametrize("asked", ["deadbeef99", "main", "f9b175", ""])
def test_what_is_neither_release_nor_known_commit_is_refused(asked: str) -> None:
    with pytest.raises(TopologyError, match="neither a release nor a commit") as raised:
        versions.dynamo(asked)

    assert "0.4.1" in str(raised.value.remedy)


@pytest.mark.parametrize(
    ("release", "words"),
    [
        ("0.2.1", ("dynamo-run", "in=http", "out=dyn://dynamo.backend.generate")),
        ("0.3.1", ("dynamo-run", "in=http", "out=dyn")),
        ("0.4.0", ("python3", "-m", "dynamo.frontend")),
        ("1.6.1", ("python3", "-m", "dynamo.frontend")),
    ],
)
def test_the_frontend_is_told_its_port_in_every_era(release: str, words: tuple[str, ...]) -> None:
    era = versions.dynamo(release)

    assert (*words, "--http-port", "8000") == era.listen(8000, router="round-robin")
    assert (*words, "--http-port", "8000", "--router-mode", "kv") == era.listen(8000, router="kv")


def test_the_frontend_is_told_its_address_where_it_takes_one() -> None:
    old, new = versions.dynamo("0.4.0"), versions.dynamo("0.4.1")

    assert "--http-host" not in old.listen(1, router="kv", host="127.0.0.1")
    assert ("--http-host", "127.0.0.1") == new.listen(1, router="random", host="127.0.0.1")[5:7]


@pytest.mark.parametrize(
    ("release", "strategy", "prefill", "decode"),
    [
        ("0.4.1", None, "tensorrt_llm_next", "tensorrt_llm"),
        ("0.4.1", "decode_first", "tensorrt_llm_next", "tensorrt_llm"),
        ("0.4.1", "prefill_first", "tensorrt_llm", "tensorrt_llm_next"),
        ("0.7.1", None, "prefill", "tensorrt_llm"),
        ("1.6.1", None, "prefill", "backend"),
    ],
)
def test_workers_register_under_the_names_of_their_era(
    release: str, strategy: str | None, prefill: str, decode: str
) -> None:
    era = versions.dynamo(release)

    assert prefill == era.component("prefill", strategy)
    assert decode == era.component("decode", strategy)
    assert era.component("agg") == versions.dynamo(release).components["backend"]


def test_graphs_ended_with_july_2025() -> None:
    words = versions.dynamo("0.3.2").serve("graphs.agg:Frontend", "a.yaml", "VllmWorker")

    assert words == (
        "dynamo", "serve", "graphs.agg:Frontend", "-f", "a.yaml", "--service-name", "VllmWorker",
    )  # fmt: skip
    with pytest.raises(TopologyError, match="no `dynamo serve`"):
        versions.dynamo("0.4.0").serve("graphs.agg:Frontend", "a.yaml")


# As the frontends wrote them, without time and level: the guides' output, and runs of the releases.
LINES = {
    "0.2.1": {
        "watching": "Watching for remote model at dynamo_backend",
        "http_up": 'Starting HTTP service on: 0.0.0.0:8000 address="0.0.0.0:8000"',
        "model_added": 'dynamo_llm::http::service::discovery: added model model_name="org/m"',
    },
    "0.3.1": {
        "watching": "dynamo_run::input::http: Watching for remote model at models",
        "http_up": 'Starting HTTP service on: 0.0.0.0:8000 address="0.0.0.0:8000"',
        "model_added": 'dynamo_llm::discovery::watcher: added model model_name="org/m"',
        "model_removed": "dynamo_llm::discovery::watcher: removed model org/m",
    },
    "0.4.1": {
        "watching": "dynamo_llm::entrypoint::input::http: Watching for remote model at models",
        "http_up": 'Starting HTTP(S) service protocol="HTTP" address="0.0.0.0:18100"',
        "model_added": 'dynamo_llm::discovery::watcher: added model model_name="org/m"',
    },
    "0.5.1": {
        "http_up": 'Starting HTTP(S) service protocol="HTTP" address="0.0.0.0:18100"',
        "model_added": 'added model model_name="org/m" namespace="dynamo"',
        "model_removed": 'removed model model_name="org/m"',
    },
    "1.4.2": {"model_added": 'added model model_name="org/m" namespace="dynamo"'},
    "1.6.1": {
        "http_up": 'Starting HTTP(S) service protocol="HTTP" address="127.0.0.1:18100"',
        "model_added": 'Committed discovered model group model_name="org/m" group=[..] members=1',
        "model_removed": 'Removed discovered model group model_name="org/m"',
    },
}


@pytest.mark.parametrize(
    ("release", "what", "line"),
    [(release, what, line) for release, lines in LINES.items() for what, line in lines.items()],
)
def test_the_frontends_lines_are_recognised(release: str, what: str, line: str) -> None:
    pattern = getattr(versions.dynamo(release).lines, what)

    match = pattern.search(line)

    assert match is not None
    assert "org/m" == match.groupdict().get("model", "org/m")


def test_the_frontend_of_today_does_not_say_that_it_watches() -> None:
    assert versions.dynamo("1.6.1").lines.watching is None


@pytest.mark.parametrize(
    ("asked", "version", "exact"),
    [
        ("1.0.0rc4", "1.0.0rc4", True),
        ("v1.2.0", "1.2.0", True),
        ("45d7022c", "1.3.0rc1", True),
        ("31116825", "1.2.0rc2", True),
        ("cd2f9fa62f1c7d9fa35c23518092d45d022f226c", "1.0.0rc2", False),
        ("cd2f9fa62f1c", "1.0.0rc2", False),
    ],
)
def test_builds_of_tensorrt_llm_stand_for_releases(asked: str, version: str, exact: bool) -> None:  # noqa: FBT001 - an example
    release = versions.trtllm(asked)

    assert (version, exact) == (release.version, release.exact)


def test_a_release_says_what_it_stands_for() -> None:
    assert "1.0.0" == str(versions.trtllm("1.0.0"))
    assert "1.3.0rc1 (45d7022c)" == str(versions.trtllm("45d7022c"))
    assert "1.0.0rc2 (about; cd2f9fa62f1c)" == str(versions.trtllm("cd2f9fa62f1c7d9fa35c235180"))


def test_an_unknown_commit_of_an_engine_is_refused() -> None:
    with pytest.raises(TopologyError, match=r"versions\.vllm"):
        versions.vllm("0123456789ab")


def test_a_release_is_compared_where_it_stands() -> None:
    release = versions.trtllm("cd2f9fa62f1c")

    assert release.between(since="0.21.0", before="1.0.0rc3")
    assert not release.between(since="1.0.0rc3")
    assert not release.between(before="1.0.0rc2")
