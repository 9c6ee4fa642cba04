# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.topology import places
from pytest_dynamo.watch import foreign, log_names
from pytest_dynamo.watch.envelopes import recognise
from pytest_dynamo.watch.foreign import Teller
from pytest_dynamo.watch.log_names import Source

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import LaunchPlan

ALL = frozenset(range(16))


def cast(topology: str, *sources: Source) -> tuple[LaunchPlan, list[str]]:
    """Return the plan, and the name of the process that each source is of."""
    plan, whose = foreign.plan(places.load(topology, [places.bundled()]), sources)
    return plan, [whose[source] for source in sources]


def named(topology: str, *names: str) -> list[str]:
    return cast(topology, *(Source(name) for name in names))[1]


@pytest.mark.parametrize(
    ("name", "process"),
    [
        ("etcd.log", "etcd"),
        ("nats-server.out", "nats-server"),
        ("frontend.log", "frontend"),
        ("dynamo-platform-etcd-0.log", "etcd"),
        ("logs/http.txt", "frontend"),
        ("decode.log", "decode0"),
        ("PREFILL.out", "prefill0"),
        ("ctx.log", "prefill0"),
        ("gen.log", "decode0"),
        ("r1-disagg-trtllmdecodeworker-0-ldr-7d9f.log", "decode0"),
        ("disagg_router.log", "frontend"),
    ],
)
def test_a_name_tells_what_a_log_is_of(name: str, process: str) -> None:
    assert [process] == named("wide_ep_disagg", name)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("r1-d-0", "decode"), ("coder-p-0_main_previous", "prefill"), ("p0", "prefill"),
        ("x_d", "decode"), ("d12-gpu-3", "decode"),
        # of a hash, a word, a release, a count, or of both
        ("r1-d4711-0", None), ("r1-4d5-0", None), ("ada-1", None), ("pod-1", None),
        ("dynamo-0.7.p-1", None), ("1p1d-0", None), ("p-d-0", None),
    ],
)  # fmt: skip
def test_a_letter_may_tell_a_role_where_there_are_both(name: str, role: str | None) -> None:
    pair, alone = (
        places.load(each, [places.bundled()]) for each in ("trtllm_disagg", "trtllm_agg")
    )

    assert role == log_names.by_initial(pair, Source(f"{name}.log"))
    assert log_names.by_initial(alone, Source(f"{name}.log")) is None


@pytest.mark.parametrize(
    "form",
    ["decode_rank{}.log", "decode0.{}.log", "decode/{}.out", "decode-task-{}.txt", "decode.{}"],
)
def test_a_number_for_each_rank_is_its_rank(form: str) -> None:
    found = named("wide_ep_disagg", *(form.format(rank) for rank in range(16)))

    assert [f"decode0.{rank}" for rank in range(16)] == found


def test_ranks_without_a_role_count_through_all_workers() -> None:
    found = named("wide_ep_disagg", *(f"rank_{rank}.log" for rank in range(32)))

    assert found[0] == "prefill0.0"
    assert found[15:17] == ["prefill0.15", "decode0.0"]
    assert found[31] == "decode0.15"


def test_a_log_for_each_node_holds_the_ranks_of_that_node() -> None:
    ranks = [frozenset(range(4 * node, 4 * node + 4)) for node in range(4)]
    sources = [Source(f"decode_node{n}.log", ranks=ranks[n], labelled=True) for n in range(4)]

    plan, _ = cast("wide_ep_disagg", *sources)

    assert [(0, 1, 2, 3), (12, 13, 14, 15)] == [
        plan.processes[0].ranks,
        plan.processes[3].ranks,
    ]


@pytest.mark.parametrize("base", [0, 1])
def test_a_number_for_each_worker_is_its_replica(base: int) -> None:
    found = named(
        "mlperf_llama405b_disagg", *(f"prefill_{number + base}.log" for number in range(14))
    )

    assert [f"prefill{number}" for number in range(14)] == found


def test_replica_and_rank_stand_in_this_order() -> None:
    found = named("mlperf_llama405b_disagg", *(f"decode_3_{rank}.log" for rank in range(4)))

    assert ["decode3.0", "decode3.1", "decode3.2", "decode3.3"] == found


def test_the_first_lines_tell_the_role_where_the_name_does_not() -> None:
    head = "trtllm-llmapi-launch python3 -m dynamo.trtllm --disaggregation-mode {} --model x"

    sources = [Source(f"{role[0]}.log", head=head.format(role)) for role in ("decode", "prefill")]

    assert ["decode0", "prefill0"] == cast("wide_ep_disagg", *sources)[1]


def test_one_job_file_of_one_worker_has_all_of_its_ranks() -> None:
    plan, found = cast("wide_ep_agg", Source("slurm-4711.out", ranks=ALL, labelled=True))

    assert ["agg0"] == found
    assert tuple(range(16)) == plan.processes[0].ranks
    assert plan.processes[0].labelled
    assert plan.notes == ()


def test_one_job_file_of_two_workers_does_not_tell_them_apart() -> None:
    plan, found = cast("wide_ep_disagg", Source("slurm-4711.out", ranks=ALL, labelled=True))

    assert ["prefill0 or decode0"] == found
    assert [foreign.merged(worker) for worker in plan.workers] == [True]
    assert plan.notes == (
        "slurm-4711.out does not tell the ranks of prefill0 or decode0 apart",
    )


def test_a_log_in_which_nobody_says_who_is_has_no_ranks() -> None:
    plan, _ = cast("wide_ep_agg", Source("worker.log"))

    assert plan.processes[0].ranks == ()
    assert plan.notes == ("worker.log does not tell the ranks of agg0",)


def test_a_worker_without_a_log_is_noted() -> None:
    plan, _ = cast("wide_ep_disagg", Source("decode.log", ranks=ALL, labelled=True))

    assert plan.notes == ("no log of prefill0 was found",)


def test_nodes_are_named_as_slurm_names_them() -> None:
    hosts = ((5, "gb-07"), (6, "gb-07"), (12, "gb-09"))

    plan, _ = cast("wide_ep_agg", Source("job.out", ranks=ALL, labelled=True, hosts=hosts))

    (worker,) = plan.workers
    assert [worker.node_of(rank) for rank in (0, 4, 12)] == ["unnamed node 1", "gb-07", "gb-09"]


def test_a_pod_is_the_node_of_its_ranks() -> None:
    ranks = [frozenset(range(4 * node, 4 * node + 4)) for node in range(4)]
    pods = (Source("pods.log", f"r1-agg-0-{node}/main", ranks[node]) for node in range(4))

    plan, found = cast("wide_ep_agg", *pods)

    assert ["agg0 node 0", "agg0 node 1", "agg0 node 2", "agg0 node 3"] == found
    assert plan.workers[0].node_of(4) == "r1-agg-0-1/main"


def test_standard_error_may_lie_beside_the_output() -> None:
    found = named("trtllm_agg", "agg.out", "agg.err")

    assert ["agg0", "agg0 (agg.err)"] == found


def test_a_line_is_that_of_its_streams_process_and_rank() -> None:
    opener = recognise(["[pod/a/main] x", "[pod/b/main] y"])
    teller = Teller(opener, {"a/main": ("agg0", 3)})

    (line,) = teller.whole(7, b"[pod/a/main] \x1b[33mhello\x1b[0m")

    assert ("agg0", 3, 7, "hello") == (line.process, line.rank, line.number, line.text)
    assert teller.whole(8, b"[pod/b/main] hello") == []


def test_pytorchs_own_label_is_taken_off() -> None:
    teller = Teller(recognise(["x"]), {None: ("agg0", None)}, own=True)

    (line,) = teller.whole(1, b"[rank7]: torch.OutOfMemoryError: CUDA out of memory")

    assert (7, "torch.OutOfMemoryError: CUDA out of memory") == (line.rank, line.text)


def test_a_log_that_tells_of_no_role_is_of_the_worker_that_has_none() -> None:
    labelled = Source("slurm-4711.out", ranks=ALL, labelled=True)

    assert ["decode0", "prefill0"] == cast("wide_ep_disagg", Source("decode.log"), labelled)[1]


def test_a_log_that_may_be_anybodys_takes_nothing_from_those_that_have_logs() -> None:
    sources = (Source("decode.log"), Source("prefill.log"), Source("events.txt"))

    plan, found = cast("wide_ep_disagg", *sources)

    assert ["decode0", "prefill0", "srun"] == found
    assert ["prefill0", "decode0"] == [each.name for each in plan.workers]


def test_who_is_not_told_apart_is_known_by_its_size() -> None:
    topology = places.load("wide_ep_disagg", [places.bundled()])
    plan, _ = foreign.plan(topology, [Source("slurm-1.out", ranks=ALL, labelled=True)])

    found = foreign.together(topology, plan)

    assert {"prefill0 or decode0": ["prefill0", "decode0"]} == {
        name: [worker.name for worker in workers] for name, workers in found.items()
    }
    assert not foreign.together(topology, cast("wide_ep_disagg", Source("decode.log"))[0])


@pytest.mark.parametrize(("hosts", "node"), [(((0, "ray26"),), "ray26"), ((), None)])
def test_a_part_of_a_ray_cluster_is_a_step_of_its_own(
    hosts: tuple[tuple[int, str], ...], node: str | None
) -> None:
    log = Source("agg0.ray0.log", labelled=True, hosts=hosts)

    plan, (name, _) = cast("wide_ep_agg", log, Source("agg0.log"))

    part = next(each for each in plan.processes if each.name == name)
    assert (part.step, part.nodes) == ("agg0.ray0", (node or "unnamed node of agg0.ray0",))


@pytest.mark.parametrize(("ranks", "process"), [(ALL, "decode0"), (frozenset(), "decode0.0")])
def test_a_log_in_which_all_ranks_speak_is_that_of_no_rank(
    ranks: frozenset[int], process: str
) -> None:
    """Its leader, the other node, and what the leader said before it was started anew."""
    names = ("l4-decode-0-1.log", "l4-decode-0-ldr.log", "l4-decode-0-ldr.previous.log")
    _, found = cast(
        "llama4_multimodal_disagg", *map(Source, names[:2]), Source(names[2], ranks=ranks)
    )

    assert found[2].partition(" (")[0] == process
