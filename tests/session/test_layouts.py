# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders whose names tell little: journals of nodes, numbers of jobs, containers beside others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, CRASH, JOURNAL, LISTED, LOADED, OOM, XID, registered, said

from pytest_dynamo.watch import log_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

SHORT_ISO = "2026-05-11T09:{:02}:00+0000 {} {}[4711]: {}"


# -- journals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "worker"), [("trtllm-llmapi-launch", "decode0"), ("slurmd", None)]
)
def test_what_an_engine_writes_into_a_journal_is_of_the_worker_that_its_file_names(
    judge: Judge, unit: str, worker: str | None
) -> None:
    """A daemon of the node is no worker, whatever the file is called."""
    files = {
        f"n{number}_{role}@0.journal": said(
            JOURNAL.format(1, f"n{number}", unit, LOADED),
            JOURNAL.format(2, f"n{number}", unit, says),
        )
        for number, role, says in ((1, "prefill", "on its way"), (2, "decode", OOM))
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", worker)


@pytest.mark.parametrize(
    ("unit", "worker"),
    [("python3", "prefill0"), ("bash", "prefill0"), ("run-worker.sh", "prefill0"), ("sshd", None)],
)
def test_a_program_that_could_not_begin_is_the_worker_that_its_file_names(
    judge: Judge, unit: str, worker: str | None
) -> None:
    """It said nothing of an engine by then."""
    ends = "main.py: error: unrecognized arguments: --enable-chunk-prefill"
    files = {
        "h22/journal-prefill.log": said(JOURNAL.format(1, "h22", unit, ends)),
        "h21/journal-decode.log": said(JOURNAL.format(1, "h21", "dynamo-decode", LOADED)),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI318", worker)


@pytest.mark.parametrize("failed", [0, 1])
def test_journals_of_units_that_bear_one_name_are_told_apart_by_their_nodes(
    judge: Judge, failed: int
) -> None:
    files = {
        f"n{number}/journal.log": said(
            JOURNAL.format(1, f"n{number}", "vllm-prefill", "EngineCore begins"),
            JOURNAL.format(2, f"n{number}", "vllm-prefill", OOM if number == failed else "on"),
        )
        for number in range(2)
    }

    found = judge("vllm_405b_kv_router", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", f"prefill{failed}")


def _objects(form: str, role: str, text: str) -> str:
    """Return a line as one who keeps logs as objects has it."""
    data: dict[str, object] = {
        "stern": {"message": text, "nodeName": f"n-{role}", "podName": f"llm-{role}-7d9f-x1"},
        "fluent-bit": {
            "log": f"{text}\n",
            "kubernetes": {"pod_name": f"llm-{role}-7d9f-x1", "host": f"n-{role}"},
        },
        "journalctl": {
            "_HOSTNAME": f"n-{role}", "SYSLOG_IDENTIFIER": f"dynamo-{role}", "MESSAGE": text,
        },
    }[form]  # fmt: skip
    return json.dumps(data)


@pytest.mark.parametrize("form", ["stern", "fluent-bit", "journalctl"])
@pytest.mark.parametrize("name", ["all.log", "all.json"])
def test_logs_of_all_may_be_kept_in_one_file_of_objects(judge: Judge, form: str, name: str) -> None:
    lines = [
        _objects(form, role, text)
        for role, says in (("prefill", "on its way"), ("decode", OOM))
        for text in (LOADED, says)
    ]

    found = judge("trtllm_disagg", {name: said(*lines)})

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", "decode0")


@pytest.mark.parametrize("form", ["stern", "fluent-bit"])
@pytest.mark.parametrize("role", ["prefill", "decode"])
def test_an_object_tells_on_which_node_its_pod_runs(judge: Judge, form: str, role: str) -> None:
    lines = [_objects(form, each, LOADED) for each in ("prefill", "decode")]
    files = {"all.log": said(*lines), f"dmesg-n-{role}.log": said(XID)}

    found = judge("trtllm_disagg", files)

    assert found
    assert found.worker == f"{role}0"


def test_a_journal_may_be_kept_with_the_times_of_iso(judge: Judge) -> None:
    files = {
        f"n{number}.journal": said(
            SHORT_ISO.format(1, f"n{number}", f"dynamo-{role}", LOADED),
            SHORT_ISO.format(2, f"n{number}", f"dynamo-{role}", says),
        )
        for number, role, says in ((1, "prefill", "on its way"), (2, "decode", OOM))
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", "decode0")


@pytest.mark.parametrize(
    ("own", "rank"), [("Hang detected after 300 seconds.", None), (CRASH, 1)]
)
def test_the_kernel_names_a_device_and_not_whose_it_is(
    judge: Judge, own: str, rank: int | None
) -> None:
    files = {
        "decode_n2_rank_0.log": said(LOADED),
        "decode_n2_rank_1.log": said(LOADED, f"[TRT-LLM] [E] {own}"),
        "prefill_n1.log": said(LOADED),
        "n2_dmesg.log": said(f"[Mon May 11 09:03:00 2026] {XID}"),
        "slurm-4711.out": "srun: error: n2: task 1: Aborted\n",
    }

    found = judge("local_disagg", files)

    assert found
    assert (found.known_issue, found.worker, found.rank) == ("DKI702", "decode0", rank)


@pytest.mark.parametrize(("folder", "known"), [("node2", "DKI702"), ("elsewhere9", "DKI512")])
def test_the_kernel_of_a_node_is_that_of_the_worker_whose_log_lies_in_its_folder(
    judge: Judge, folder: str, known: str
) -> None:
    files = {
        "node1/prefill.log": said(LOADED),
        "node2/decode.log": said(LOADED, CRASH),
        f"{folder}/journal-k.txt": said(JOURNAL.format(3, "dgx-b", "kernel", XID)),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == (known, "decode0")


AT_NODE = "{}:4711:4711 [{}] NCCL INFO cudaDriverVersion 12090"
CRASHED = "[TRT-LLM] [RANK 3] [E] Error in event loop: CUDA error: an illegal memory access"


def of_nodes(nodes: tuple[str, ...], at_last: str) -> str:
    """Return the log of a step of four ranks a node, one of which fails."""
    ranks = range(4 * len(nodes))
    lines = [f"{rank:2}: {AT_NODE.format(nodes[rank // 4], rank % 4)}" for rank in ranks]
    return said(*lines, *(f"{rank:2}: {LOADED}" for rank in ranks), f" 3: {at_last}")


@pytest.mark.parametrize(
    ("node", "worker"),
    [("gb-1", "decode0"), ("gb-3", "decode0"), ("gb-6", "prefill0"), ("gb-9", None)],
)
def test_nccl_names_the_nodes_of_a_worker_of_whose_hardware_their_kernels_tell(
    judge: Judge, node: str, worker: str | None
) -> None:
    files = {
        "decode0.log": of_nodes(("gb-1", "gb-2", "gb-3", "gb-4"), CRASHED),
        "prefill0.log": of_nodes(("gb-5", "gb-6", "gb-7", "gb-8"), "on its way"),
        f"kernel/{node}.log": said(JOURNAL.format(3, node, "kernel", XID)),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI702", worker)
    assert node in found.where


@pytest.mark.parametrize(
    ("words", "kernel", "known", "where", "exclude"),
    [
        ("Segmentation fault (core dumped)", "gb-3", "DKI702", "decode0 on gb-3", "gb-3"),
        ("OSError: [Errno 28] No space left on device", "gb-3", "DKI902",
         "rank 3 of decode0 on gb-1", "gb-1"),
        ("OSError: [Errno 28] No space left on device", "gb-1", "DKI902",
         "rank 3 of decode0 on gb-1", "gb-1"),
        ("RuntimeError: No CUDA GPUs are available", "gb-1", "DKI702", "decode0 on gb-1", "gb-1"),
        ("RuntimeError: No CUDA GPUs are available", "gb-3", "DKI706", "rank 3 of decode0 on gb-1",
         "gb-1"),
        ("error: unrecognized arguments: --fast", "gb-3", "DKI318", "rank 3 of decode0 on gb-1",
         None),
    ],
)  # fmt: skip
def test_a_rank_may_have_failed_by_the_hardware_of_a_node_of_its_worker(  # noqa: PLR0917
    judge: Judge, words: str, kernel: str, known: str, where: str, exclude: str | None
) -> None:
    """And what the kernel of that node says is told of that node, not of the rank on another."""
    files = {
        "decode0.log": of_nodes(("gb-1", "gb-2", "gb-3", "gb-4"), words),
        f"kernel/{kernel}.log": said(JOURNAL.format(0, kernel, "kernel", XID)),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.known_issue, found.where) == (known, where)
    assert found.exclude_node == exclude


@pytest.mark.parametrize(("engine", "named"), [("wide_ep_agg", True), ("vllm_r1_agg_ray", False)])
def test_where_a_label_may_be_that_of_a_task_nccl_names_no_nodes(
    judge: Judge,
    engine: str,
    named: bool,  # noqa: FBT001 - a table
) -> None:
    found = judge(engine, {"agg0.log": of_nodes(("gb-1", "gb-2", "gb-3", "gb-4"), OOM)})

    assert found
    assert named == ("gb-" in found.where)


@pytest.mark.parametrize(("label", "where"), [(3, "rank 3 of"), (35, "task 35 of the job")])
def test_a_label_that_is_no_workers_is_that_of_a_task_of_the_job(
    judge: Judge, label: int, where: str
) -> None:
    ranks = [f"{rank:2}: {LOADED}" for rank in range(48)]

    found = judge("wide_ep_disagg", {"slurm-7.out": said(*ranks, f"{label}: {OOM}")})

    assert found
    assert found.where.startswith(where)


TABLE = (
    "         JobID      JobName            State ExitCode\n"
    "           7.1     prefill0        CANCELLED     0:15\n"
    "           7.2      decode0 {:>16} 0:125\n"
)
ENDED = (
    "srun: error: n1: task 2: Killed\n"
    "slurmstepd: error: *** STEP 7.2 ON n1 CANCELLED AT 2026-05-11T09:05:00 ***\n"
)


@pytest.mark.parametrize(
    ("state", "known"),
    [("OUT_OF_MEMORY", "DKI901"), ("OUT_OF_ME+", "DKI901"), ("NODE_FAIL", "DKI803"),
     ("FAILED", "DKI806")],
)  # fmt: skip
def test_accounting_tells_why_a_step_ended_of_which_no_log_does(
    judge: Judge, state: str, known: str
) -> None:
    files = {
        "prefill0.log": said(*(f"{rank}: {LOADED}" for rank in range(16))),
        "decode0.log": said(*(f"{rank}: {LOADED}" for rank in range(16))),
        "slurm-7.out": ENDED,
        "sacct.txt": TABLE.format(state),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert known == found.known_issue
    assert known == "DKI806" or found.worker == "decode0"


@pytest.mark.parametrize(
    ("code", "order", "known"),
    [
        ("Exited with exit code 1", 1, None),
        ("Exited with exit code 1", -1, "DKI806"),
        ("Killed", 1, "DKI806"),
    ],
    ids=["left before", "left after", "was killed"],
)
def test_that_a_step_is_cancelled_whose_task_has_left_it_is_no_reason(
    judge: Judge, code: str, order: int, known: str | None
) -> None:
    files = {
        "prefill0.log": said(*(f"{rank}: {LOADED}" for rank in range(16))),
        "decode0.log": said(*(f"{rank}: {LOADED}" for rank in range(16))),
        "steps.err": said(*ENDED.replace("Killed", code).splitlines()[::order]),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.known_issue, found.fault == "unknown") == (known, known is None)


# -- numbers and names -----------------------------------------------------------------------------


SAYS = "rank{} run mgmn {} node with mpi_world_size: 16"


@pytest.mark.parametrize("failed", range(4))
def test_the_number_of_a_job_is_that_of_no_worker(judge: Judge, failed: int) -> None:
    files = {
        f"decode.48990.{number}": said(LOADED, OOM if number == failed else "on its way")
        for number in range(4)
    }

    found = judge("mlperf_llama405b_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", f"decode{failed}")


@pytest.mark.parametrize(
    ("name", "says", "rank"),
    [
        ("decode0-c12-{node:02}-{rank}.log", "begins", 9),
        ("decode0.{node:02}.{rank:03}.log", "begins", 9),
        ("decode0.{rank:02}.{back}.log", "begins", 9),
        # where ranks are counted anew on each node, they have to say which they are themselves
        ("decode0-c12-{node:02}-{local}.log", SAYS, 9),
        ("decode0-{local}-c{node:02}.log", SAYS, 9),
        # one that says that it is another is what its name tells
        ("decode0.{rank}.log", "rank3 run mgmn worker node with mpi_world_size: 16", None),
    ],
)
def test_the_number_of_a_rank_stands_behind_that_of_its_node(
    judge: Judge, name: str, says: str, rank: int | None
) -> None:
    files = {
        name.format(node=4 + number // 4, rank=number, local=number % 4, back=15 - number): said(
            says.format(number, "worker" if number else "leader"),
            OOM if number == 9 else "on its way",
        )
        for number in range(16)
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.known_issue, rank or found.rank) == ("DKI401" if rank else "DKI307", found.rank)


def test_the_log_of_a_node_is_not_that_of_the_rank_which_says_who_it_is(judge: Judge) -> None:
    """The others say it later than its first lines."""
    files = {
        f"decode0.n{node}.log": said(
            f"{4 * node}: {SAYS.format(4 * node, 'worker' if node else 'leader')}",
            *(f"{4 * node + local}: on its way" for local in range(4)),
            *([f"9: {OOM}"] if node == 2 else []),
        )
        for node in range(4)
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.known_issue, found.rank) == ("DKI401", 9)


@pytest.mark.parametrize(
    ("mute", "logs", "rank"),
    [({3}, 16, 9), (set[int](), 1, None)],
    ids=["one does not say it", "one log of all"],
)
def test_a_log_is_that_of_the_rank_that_it_tells_if_each_tells_of_another(
    judge: Judge, mute: set[int], logs: int, rank: int | None
) -> None:
    files = {
        f"decode0.{number}.log": said(
            "begins" if number in mute else SAYS.format(number, "worker" if number else "leader"),
            OOM if number == 9 % logs else "on its way",
        )
        for number in range(logs)
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert (found.known_issue, found.rank) == ("DKI401", rank)


def test_one_log_is_not_that_of_the_role_which_speaks_first(judge: Judge) -> None:
    """Its name tells none, and there is no other log."""
    mode = f"{AT.format(1)} INFO main: disaggregation_mode='prefill'"

    found = judge("local_disagg", {"slurm-4711.out": said(mode, OOM)})

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", None)


@pytest.mark.parametrize(
    ("first", "service"),
    [
        ('{"level":"info","ts":"2026-05-11T09:00:00Z","caller":"embed/etcd.go:1","msg":"x"}', True),
        ("[1] 2026/05/11 09:00:00.000000 [INF] Starting nats-server", True),
        (f"{AT.format(1)} INFO dynamo_llm::http::service: Starting HTTP service on 0.0.0.0", True),
        (LOADED, False),
    ],
    ids=["etcd", "nats", "a frontend", "a rank"],
)
def test_files_that_are_called_after_their_steps_alone_are_told_apart_by_who_speaks(
    judge: Judge, first: str, service: bool  # noqa: FBT001 - a table
) -> None:
    """The numbers are those of the job, of the step and of the task."""
    files = {f"slurm-4711_3_{task}.out": said(LOADED) for task in range(16)}
    files["slurm-4711_3_2.out"] = said(LOADED, OOM)
    files["slurm-4711_0_0.out"] = said(first)

    found = judge("wide_ep_agg", files)

    assert found
    assert (found.known_issue, found.rank == 2) == ("DKI401", service)


@pytest.mark.parametrize(
    ("topology", "rank"), [("vllm_r1_agg_ray", None), ("wide_ep_agg", 0)], ids=["Ray", "MPI"]
)
def test_the_task_of_an_engine_that_holds_several_ranks_is_none_of_them(
    judge: Judge, topology: str, rank: int | None
) -> None:
    files = {
        "agg_n1.log": said("(EngineCore pid=1) begins"),
        "agg_n2.log": said("(EngineCore pid=1) begins"),
        "slurm-4711.err": said("srun: error: n2: task 0: Out Of Memory"),
        "sacct.txt": said("JobID  JobName  State", "4711.1  agg  OUT_OF_MEMORY ERROR"),
    }

    found = judge(topology, files)

    assert found
    assert (found.known_issue, found.rank) == ("DKI901", rank)


@pytest.mark.parametrize("other", ["slurm-4711.err", "slurm-4712.err"])
def test_the_errors_of_a_job_are_those_of_all_that_its_output_is_of(
    judge: Judge, other: str
) -> None:
    found = judge("local_disagg", {"slurm-4711.out": said(LOADED), other: said(LOADED, OOM)})

    assert found
    assert (found.worker is None) == (other == "slurm-4711.err")


@pytest.mark.parametrize(
    ("head", "worker"),
    [
        ("JobID           JobName      State ExitCode", None),
        ("  JOBID PARTITION     NAME     USER ST", None),
        ("Job 4711 of prefill", "decode0"),
    ],
)
def test_a_table_of_slurms_is_the_log_of_no_worker(
    judge: Judge, head: str, worker: str | None
) -> None:
    table = said(head, "4711.0  prefill0  RUNNING  0:0")

    found = judge("local_disagg", {"slurm-4711.out": said(LOADED, OOM), "sacct.out": table})

    assert found
    assert found.known_issue == "DKI401"
    assert worker == found.worker


@pytest.mark.parametrize(
    ("before", "steps", "known"),
    [("", 2, None), ("", 1, "DKI806"), (f"[RANK 0] {OOM}", 2, "DKI401")],
    ids=["all of them", "one alone", "after a failure"],
)
def test_a_job_that_ends_its_steps_after_it_served_has_not_failed(
    judge: Judge, before: str, steps: int, known: str | None
) -> None:
    end = "slurmstepd-n{0}: error: *** STEP 7.{0} ON n{0} CANCELLED AT 2026-05-11T09:10:00 ***"
    ends = [end.format(step) for step in range(steps)]
    log = said(LOADED, LOADED, LISTED, *filter(None, [before]), *ends)

    found = judge("local_disagg", {"slurm-4711.out": log})

    assert known == (found.known_issue if found else None)


@pytest.mark.parametrize(
    ("whose", "where"),
    [("axum::serve", "frontend"), ("worker::serve", "rank 0 of prefill0 or decode0")],
)
def test_who_takes_no_more_connections_in_the_log_of_a_job_is_the_frontend(
    judge: Judge, whose: str, where: str
) -> None:
    full = f"0: {AT.format(10)}ERROR {whose}: accept error: Too many open files (os error 24)"
    begun = [f"0: {line}" for line in (LOADED, LOADED, LISTED)]

    found = judge("local_disagg", {"slurm-4711.out": said(*begun, full, full)})

    assert found
    assert (found.known_issue, found.where) == ("DKI903", where)


@pytest.mark.parametrize(("says", "worker"), [(LOADED, "decode0"), ("+ srun prefill", None)])
def test_the_log_of_a_job_is_that_of_the_one_role_that_has_no_other(
    judge: Judge, says: str, worker: str | None
) -> None:
    """If anybody of it speaks there: the script of a job says what it starts."""
    files = {
        "slurm-4711-prefill.out": said(LOADED),
        "slurm-4711.out": said(says, OOM, "srun: error: n2: task 0: Exited with exit code 1"),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", worker)


def test_who_waits_for_a_deployment_is_no_part_of_it(judge: Judge) -> None:
    compose = "{:18}| {}"
    files = {
        "compose.log": said(
            compose.format("vllm-worker-1", LOADED),
            compose.format("frontend-1", LISTED),
            compose.format("wait-for-model-1", "wait: ERROR m is not listed after 600 s"),
            "wait-for-model-1 exited with code 1",
        )
    }

    assert judge("trtllm_agg", files) is None


@pytest.mark.parametrize(("client", "known"), [("k6-1", None), ("vllm-worker-2", "DKI401")])
def test_who_sends_requests_is_no_rank_of_a_worker(
    judge: Judge, client: str, known: str | None
) -> None:
    compose = "{:18}| {}"
    files = {
        "compose.log": said(
            compose.format("vllm-worker-1", LOADED),
            compose.format("frontend-1", LISTED),
            compose.format(client, OOM),
        )
    }

    found = judge("local_disagg" if known else "trtllm_agg", files)

    assert known == (found.known_issue if found else None)


@pytest.mark.parametrize(
    ("down", "after", "known"),
    [
        ("ibp3s0: Link down", "ibp3s0: Link up", None),
        ("mlx5_5: Port: 1 Link DOWN", "mlx5_5: Port: 1 Link ACTIVE", None),
        ("mlx5_5: Port: 1 Link DOWN", "mlx5_5: Port: 1 Link INIT", "DKI710"),
        ("ibp3s0: Link down", "ibp3s0: carrier lost", "DKI710"),
    ],
)
def test_a_link_that_came_back_is_no_failure(
    judge: Judge, down: str, after: str, known: str | None
) -> None:
    link = "[Mon May 11 09:0{}:00 2026] mlx5_core 0002:03:00.0 {}"
    files = {
        "node2/decode.log": said(LOADED),
        "node1/prefill.log": said(LOADED),
        "node2/dmesg.txt": said(link.format(3, down), link.format(4, after)),
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)


@pytest.mark.parametrize(
    ("name", "role", "numbers"),
    [
        ("llama70-trtllmworker-1.log", "agg", [1]),
        ("vllm-server-3.log", "agg", [3]),
        ("agg_gb-nvl-021.log", "agg", []),
        ("gb-nvl-021.log", "agg", []),
    ],
)
def test_a_pod_is_no_node_though_its_name_ends_like_one(
    name: str, role: str, numbers: list[int]
) -> None:
    assert numbers == log_names.numbers(log_names.Source(name), role)


# -- containers ------------------------------------------------------------------------------------

MOUNT = "Warning   FailedMount   pod/decode-0   MountVolume.SetUp failed for volume x"


@pytest.mark.parametrize(("since", "known"), [(True, None), (False, "DKI823")])
def test_what_kept_a_pod_from_starting_is_over_once_it_has_registered(
    judge: Judge,
    since: bool,  # noqa: FBT001 - a table
    known: str | None,
) -> None:
    files = {
        "decode-0.log": said(*([registered("d", "backend")] if since else ["begins"])),
        "prefill-0.log": said(registered("d", "prefill")),
        "frontend.log": said(LISTED) if since else "begins\n",
        "events.txt": f"LAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n5m   {MOUNT}\n",
    }

    found = judge("trtllm_disagg", files)

    assert known == (found.known_issue if found else None)


PODS = """Name:             worker-0
Containers:
  main:
    State:          Running
    Last State:     Terminated
      Exit Code:    1
"""


@pytest.mark.parametrize("kept", [True, False])
def test_the_end_of_a_container_that_was_started_anew_is_that_of_the_log_before(
    judge: Judge,
    kept: bool,  # noqa: FBT001 - a table
) -> None:
    files = {
        "worker-0.log": said(registered("d", "backend"), "ERROR handler: one request, boom"),
        "frontend.log": said(LISTED),
        "describe.txt": PODS,
        **({"worker-0.previous.log": said(NO_ETCD)} if kept else {}),
    }

    found = judge("trtllm_agg", files)

    assert kept == (found is None)


NO_ETCD = "Exception: Unable to create lease. Check etcd server status at http://etcd:2379"
NOT_YET = "WARN dynamo_runtime::transports::nats: NATS not reachable yet; retrying {}"
GIVES_UP = "Exception: NATS startup connection timed out after 120 seconds (26 attempts)"


@pytest.mark.parametrize(
    ("server", "fault"),
    [("server=nats://localhost:4222", "config"), ("server=nats://nats:4222", "infrastructure")],
)
def test_a_container_that_asks_itself_for_a_service_was_told_to(
    judge: Judge, server: str, fault: str
) -> None:
    compose = "{:12}| {}"
    files = {
        "compose.log": said(
            compose.format("nats-1", "[1] 2026/05/11 09:00:00.1 [INF] Server is ready"),
            compose.format("prefill-1", "begins"),
            compose.format("decode-1", AT.format(1) + NOT_YET.format(server)),
            compose.format("decode-1", GIVES_UP),
            "decode-1 exited with code 1",
        )
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.fault) == ("DKI101", fault)


SERVES = (
    '{{"level":"info","ts":"2026-05-11T09:00:00Z","caller":"embed/serve.go:210","msg":"serving '
    'client traffic insecurely; this is strongly discouraged!","address":"{}:2379"}}'
)


@pytest.mark.parametrize(
    ("takes", "asked", "where", "fault"),
    [
        (["127.0.0.1"], "etcd", "etcd on unnamed node", "config"),
        (["127.0.0.1", "10.0.0.4"], "etcd", "frontend on unnamed node", "infrastructure"),
        (["0.0.0.0"], "etcd", "frontend on unnamed node", "infrastructure"),
    ],
)
def test_a_service_that_its_own_container_alone_reaches_is_named(
    judge: Judge, takes: list[str], asked: str, where: str, fault: str
) -> None:
    compose = "{:12}| {}"
    files = {
        "compose.log": said(
            *(compose.format("etcd-1", SERVES.format(at)) for at in takes),
            compose.format("frontend-1", NO_ETCD.replace("//etcd", f"//{asked}")),
            compose.format("worker-1", NO_ETCD.replace("//etcd", f"//{asked}")),
            "frontend-1 exited with code 1",
        )
    }

    found = judge("trtllm_agg", files)

    assert found
    assert (found.where, found.fault, found.known_issue) == (where, fault, "DKI101")


SEGMENT = (
    "n1:9:9 [0] NCCL WARN Error while creating shared memory segment /dev/shm/nccl-Qa "
    "(size 33030528), error: No space left on device (28)"
)


@pytest.mark.parametrize(
    ("label", "sure", "remedy"), [("", "medium", True), ("0: ", "high", False)]
)
def test_a_container_has_the_shared_memory_that_it_was_given(
    judge: Judge, label: str, sure: str, *, remedy: bool
) -> None:
    """That of a node is another matter: there somebody holds it."""
    found = judge("trtllm_agg", {"agg.log": said(label + LOADED, label + SEGMENT)})

    assert found
    assert (found.known_issue, found.fault, found.confidence) == ("DKI902", "infrastructure", sure)
    assert remedy == ("shm_size" in (found.remedy or ""))


TOLD = AT + " INFO main: Received shutdown signal, shutting down"


@pytest.mark.parametrize(("code", "failed"), [(1, False), (2, True)])
def test_a_service_may_end_with_1_when_a_deployment_is_stopped(
    judge: Judge,
    code: int,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    """NATS does, at a keyboard's interrupt."""
    compose = "{:12}| {}"
    files = {
        "compose.log": said(
            compose.format("nats-1", "[1] 2026/05/11 09:00:00.1 [INF] Server is ready"),
            compose.format("worker-1", registered("d", "backend")),
            compose.format("frontend-1", LISTED),
            compose.format("worker-1", TOLD.format(20)),
            "worker-1 exited with code 0",
            "frontend-1 exited with code 0",
            f"nats-1 exited with code {code}",
        )
    }

    assert failed == (judge("trtllm_agg", files) is not None)


ATTACH = 'Warning   FailedAttachVolume   pod/{}   Multi-Attach error for volume "pvc-7f"'


@pytest.mark.parametrize(
    ("pod", "where"), [("etcd-0", "etcd on unnamed node"), ("other-0", "frontend on unnamed node")]
)
def test_what_keeps_a_service_from_starting_is_why_others_miss_it(
    judge: Judge, pod: str, where: str
) -> None:
    files = {
        "frontend-0.log": said(NO_ETCD),
        "agg-0.log": said(NO_ETCD),
        "events.txt": f"LAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n5m   {ATTACH.format(pod)}\n",
    }

    found = judge("trtllm_agg", files)

    assert found
    assert found.where == where


# -- what the frontend says alone ------------------------------------------------------------------

REFUSED = AT + "ERROR dynamo_llm::discovery::watcher: Error adding model from discovery error=why"
ASKED = AT + " INFO tower_http: finished processing request status=200 method=GET uri=/{}"
SPLIT = AT + (
    "WARN dynamo_llm::discovery::watcher: Worker set is not servable: missing worker types: {} "
    'namespace="{}"'
)
DOWN = AT + (
    "WARN dynamo_runtime::pipeline: Service temporarily unavailable: TCP connection to {} "
    "unavailable, instance marked down error=No route to host (os error 113)"
)
FAILED = AT + "ERROR dynamo_llm::http: request completed status=error error_type=cannot_connect"


@pytest.mark.parametrize(
    ("uri", "known"), [("v1/models", "DKI202"), ("health", "DKI202"), ("v1/chat/completions", None)]
)
def test_that_somebody_looked_whether_a_frontend_lives_is_no_request(
    judge: Judge, uri: str, known: str | None
) -> None:
    files = {
        "agg.log": said(registered("d", "backend")),
        "frontend.log": said(REFUSED.format(5), ASKED.format(6, uri)),
    }

    found = judge("trtllm_agg", files)

    assert known == (found.known_issue if found else None)


def test_a_frontend_that_refused_a_model_does_not_go_on_by_what_it_answers(judge: Judge) -> None:
    asked = "status=404 method=POST uri=/v1/chat/completions"
    answers = [ASKED.format(minute, "a").replace("status=200", asked) for minute in range(6, 30)]
    files = {
        "agg.log": said(registered("d", "backend")),
        "frontend.log": said(REFUSED.format(5), *answers),
    }

    found = judge("trtllm_agg", files)

    assert found
    assert (found.known_issue, found.where) == ("DKI202", "frontend on unnamed node")


@pytest.mark.parametrize(("others", "where"), [(LISTED, None), ("", "frontend on unnamed node 1")])
def test_a_frontend_in_the_log_of_a_job_goes_on_only_if_it_does_itself(
    judge: Judge, others: str, where: str | None
) -> None:
    """Its lines bear the number 0, as those of etcd and of a rank do."""
    after = [f"0: {LOADED}".replace("09:01", f"09:{minute}") for minute in range(20, 40)]
    log = said(f"0: {REFUSED.format(5)}", *after, *([f"0: {others}"] if others else []))

    found = judge("trtllm_agg", {"slurm-4711.out": log})

    assert where == (found.where if found else None)


@pytest.mark.parametrize(
    ("names", "worker"), [(("prod", "canary"), "decode0"), (("prod", "prod"), None)]
)
def test_roles_that_are_each_alone_in_a_namespace_are_told(
    judge: Judge, names: tuple[str, str], worker: str | None
) -> None:
    lacks = [SPLIT.format(5, "decode", names[0]), SPLIT.format(6, "prefill", names[1])]
    files = {
        "decode.log": said("on its way"),
        "prefill-0.log": said("on its way"),
        "prefill-1.log": said("on its way"),
        "frontend.log": said(*lacks),
    }

    found = judge("vllm_405b_kv_router", files)

    assert worker == (found.worker if found and found.fault == "config" else None)


@pytest.mark.parametrize(
    ("at", "worker", "fault"),
    [
        ("172.17.0.1:4001", "decode0", "config"),
        ("10.0.0.8:4001", "decode0", "infrastructure"),
        ("10.0.0.9:4001", None, "infrastructure"),  # at which nobody registered
    ],
)
def test_a_worker_that_is_not_reached_where_it_registered_is_named(
    judge: Judge, at: str, worker: str | None, fault: str
) -> None:
    given = at if worker else "10.0.0.8:4001"
    files = {
        "decode.log": said(registered("d", "backend", given)),
        "prefill.log": said(registered("d", "prefill")),
        "frontend.log": said(LISTED, *(each.format(20, at) for each in (DOWN, FAILED) * 2)),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.worker, found.fault) == (worker, fault)


PANIC = "thread 'tokio-runtime-worker' panicked at lib/llm/src/model_card.rs:596:56:\nwhy"


@pytest.mark.parametrize("registers", [True, False])
def test_a_worker_that_panicked_and_never_registered_has_failed(
    judge: Judge,
    registers: bool,  # noqa: FBT001 - a table
) -> None:
    after = [f"INFO 05-11 09:{minute}:00 [core.py:1] it goes on" for minute in range(10, 20)]
    since = [registered("d", "backend")] if registers else []
    files = {"agg.log": said(LOADED, PANIC, *after, *since), "frontend.log": "waits\n"}

    found = judge("trtllm_agg", files)

    assert registers == (found is None)
    assert found is None or (found.worker, found.fault) == ("agg0", "product")


@pytest.mark.parametrize(
    "name", ["decode0.log.gz", "decode0.gz", "n7_decode.err.gz", "decode0/stdout.txt.gz"]
)
def test_a_packed_log_is_read_as_what_it_holds(judge: Judge, name: str) -> None:
    files = {"prefill0.log.gz": said(LOADED, "on its way"), name: said(LOADED, OOM)}

    found = judge("trtllm_disagg", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", "decode0")
    assert found.evidence == f"{name}:2"
