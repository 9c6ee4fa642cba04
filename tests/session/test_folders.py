# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of logs as other people keep them: who is who, what lies beside, and what is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_logs import AT, CRASH, LISTED, OOM, registered, said

from pytest_dynamo.supervisor import logfiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis

    Judge = Callable[..., Diagnosis | None]

LOADED = "Model init total -- 55.42s"
KERNEL = (
    "Aug 05 01:15:30 {} kernel: NVRM: Xid (PCI:0019:01:00): 79, pid=1, name=python3, "
    "GPU has fallen off the bus.\n"
)
PANIC = "thread 'tokio-runtime-worker' panicked at lib/llm/src/kv_router/indexer.rs:418:38:\nwhy\n"
NO_MODEL = AT + "ERROR dynamo_llm::http::service::openai: Model not found: m\n"
WELL = AT + " INFO dynamo_llm::http::service::metrics: request completed model=m status=success\n"


def labelled(ranks: range, *lines: str) -> str:
    return "".join(f"{rank:2}: {line.format(rank, 16)}\n" for line in lines for rank in ranks)


# -- who is who ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "worker"),
    [
        ("ctx2_gen1_dep16/output_gen_0.log", "decode0"),  # its folder names both
        ("ctx2_gen1_dep16/output_ctx_0.log", "prefill0"),
        ("decode/rank_3.log", "decode0"),
        ("eos0219_prefill_w0.out", "prefill0"),
    ],
)
def test_a_file_is_called_before_its_folder(judge: Judge, name: str, worker: str) -> None:
    found = judge("wide_ep_disagg", {name: said("on its way", OOM)})

    assert found
    assert worker == found.worker


@pytest.mark.parametrize(
    "names",
    [
        [f"{number}_prefill.out" for number in range(14)],  # as they sort, 10 comes before 2
        [f"{number}_prefill.out" for number in range(3, 17)],  # steps of a job before them
    ],
    ids=["from 0", "from 3"],
)
def test_a_number_before_a_role_is_that_of_its_worker(judge: Judge, names: list[str]) -> None:
    files = {name: said("on its way") for name in names}

    found = judge("mlperf_llama405b_disagg", {**files, names[9]: said("on its way", OOM)})

    assert found
    assert found.worker == "prefill9"


JOINED = "rank {0} in world size 16 is assigned as DP rank 0, PP rank 0, TP rank {0}, EP rank 0"
SERVES = "(APIServer pid=22) INFO:     Application startup complete."


@pytest.mark.parametrize(
    ("labels", "serves", "known"),
    [(2, [SERVES], None), (2, [], "DKI806"), (16, [SERVES], None)],
    ids=["tasks", "which never served", "ranks"],
)
def test_a_label_of_an_engine_of_one_task_for_each_node_is_no_rank(
    judge: Judge, labels: int, serves: list[str], known: str | None
) -> None:
    """Its ranks tell themselves which they are; they are started within the task."""
    lines = [
        f"{rank * labels // 16:2}: (RayWorkerWrapper pid=7) {JOINED.format(rank)}"
        for rank in range(16)
    ]
    lines += [f" 0: {line}" for line in serves]
    lines += [" 0: slurmstepd: error: *** STEP 7.1 ON n1 CANCELLED AT 2026-05-11T09:18:14 ***",
              "srun: error: n1: task 0: Terminated"]  # fmt: skip

    found = judge("vllm_r1_agg_ray", {"slurm-48990.out": said(*lines)})

    assert known == (found.known_issue if found else None)


def test_pods_of_one_number_are_told_apart_by_the_rest_of_their_names(judge: Judge) -> None:
    pods = ("8c7fd", "jp2zs", "kx9aa", "zz4tq")
    files = {f"r1-0-decode-{pod}.log": said("on its way") for pod in pods}
    files["r1-0-decode-jp2zs.previous.log"] = said("on its way", OOM)

    found = judge("mlperf_llama405b_disagg", files)

    assert found
    assert found.worker == "decode1"


def test_a_folder_for_each_node_holds_logs_of_one_name(judge: Judge) -> None:
    files = {
        f"h100-{node}/agg0.log": said(*(JOINED.format(rank) for rank in range(first, first + 8)))
        for node, first in (("017", 0), ("018", 8))
    }
    files["slurm-77120.out"] = said("srun: error: h100-018: task 1: Exited with exit code 1")
    files["h100-018/agg0.log"] += said(OOM)

    found = judge("vllm_r1_agg_ray", files)

    assert found
    assert (found.known_issue, found.worker) == ("DKI401", "agg0")
    assert "node 1" in found.where or "h100-018" in found.where


def test_a_deployment_may_be_called_after_its_role(judge: Judge) -> None:
    files = {"r1-agg-frontend-0.log": said(LISTED), "r1-agg-worker-0.log": said(OOM)}

    found = judge("trtllm_agg", files)

    assert found
    assert found.evidence
    assert found.evidence.startswith("r1-agg-worker-0.log")
    assert found.worker == "agg0"


def test_the_node_in_the_name_of_a_log_is_where_its_worker_runs(judge: Judge) -> None:
    files = {
        "ctx_server_0_a01r-p01.log": labelled(range(4), LOADED),
        "gen_server_0_a01r-p09.log": labelled(range(4), LOADED),
        "slurm-77.out": said("starting", "srun: error: Node failure on a01r-p09"),
    }

    found = judge("mlperf_llama405b_disagg", files)

    assert found
    assert ("decode0", "a01r-p09", "a01r-p09") == (found.worker, found.node, found.exclude_node)


STERN = "{}-8d9f main {}\n"


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (STERN, "stern.log"),
        ("Aug 02 01:02:05 gn-12 dynamo-{}[416]: {}\n", "journal.txt"),
    ],
    ids=["stern", "journald"],
)
def test_several_who_write_into_one_log_are_told_apart(judge: Judge, form: str, name: str) -> None:
    lines = [
        *(form.format("prefill", f"{AT.format(at)} INFO main: all is well") for at in range(9)),
        *(form.format("decode", f"{AT.format(at)} INFO main: all is well") for at in range(9)),
        form.format("decode", OOM),
    ]

    found = judge("trtllm_disagg", {name: "".join(lines)})

    assert found
    assert ("decode0", "DKI401") == (found.worker, found.known_issue)


UCX_ASSERTS = "[n1:7:0:1] proto_select.c:549  Assertion `khret == UCS_KH_PUT_BUCKET_EMPTY' failed"


@pytest.mark.parametrize(("how", "worker"), [("Aborted", "decode0"), ("Killed", None)])
def test_the_rank_that_crashed_by_the_log_of_a_job_is_the_one_with_an_error(
    judge: Judge, how: str, worker: str | None
) -> None:
    """Who was killed has said nothing of it, whatever else it said."""
    files = {
        "prefill/rank_3.log": said("on its way"),
        "decode/rank_3.log": said("on its way", UCX_ASSERTS),
        "slurm-77.out": said("starting", f"srun: error: n1: task 3: {how}"),
    }

    found = judge("wide_ep_disagg", files)

    assert found
    assert worker == found.worker


@pytest.mark.parametrize(
    ("after", "where"), [(NO_MODEL.format(10), "frontend"), (f"RuntimeError: {CRASH}\n", "agg0")]
)
def test_a_panic_in_the_log_of_a_job_is_of_who_fails_by_it(
    judge: Judge, after: str, where: str
) -> None:
    lines = [f"{LISTED}\n", *PANIC.splitlines(keepends=True), after]
    job = labelled(range(16), LOADED) + "".join(f" 0: {line}" for line in lines)

    found = judge("wide_ep_agg", {"slurm-48999.out": job})

    assert found
    assert found.where.startswith(where) or found.where.startswith(f"rank 0 of {where}")


BOUND = (
    "thread 'main' panicked at {}:243:52:\n"
    'could not bind to 0.0.0.0:8000: Os {{ code: 98, message: "Address already in use" }}\n'
)


@pytest.mark.parametrize(
    ("file", "issue"),
    [("lib/llm/src/http/service/service_v2.rs", "DKI105"), ("lib/engines/src/lib.rs", None)],
    ids=["the frontend's", "a rank's, which goes on"],
)
def test_a_panic_of_the_frontend_is_not_over_when_a_rank_of_its_number_does_well(
    judge: Judge, file: str, issue: str | None
) -> None:
    job = "".join(f"0: {line}" for line in BOUND.format(file).splitlines(keepends=True))
    job += labelled(range(16), JOINED) + labelled(range(16), LOADED)

    found = judge("wide_ep_agg", {"slurm-48999.out": job})

    assert issue == (found.known_issue if found else None)


# -- what lies beside ------------------------------------------------------------------------------


def test_notes_tables_and_benchmarks_are_of_no_worker(judge: Judge) -> None:
    files = {
        "prefill.log": said(AT.format(1) + " INFO main: all is well"),
        "decode.log": said(AT.format(1) + " INFO main: all is well", OOM),
    }
    beside = {
        "README.txt": "both workers returned\n",
        "sacct.txt": "JobID State\n1 FAILED\n",
        "bench.log": said(AT.format(2) + "ERROR CUDA out of memory, they answered"),
    }

    assert judge("trtllm_disagg", files | beside) == judge("trtllm_disagg", files)


ANSWERED = ("$ docker exec -it r1 python3 -c 'import x'", "OSError: libx.so: cannot open it")


@pytest.mark.parametrize(
    ("lines", "failed"),
    [
        (("$ docker compose ps", "r1  Up 47 minutes", *ANSWERED), False),
        (ANSWERED, True),  # how a log was got
        (("$ docker compose ps", ANSWERED[0], AT.format(1) + " ERROR main: " + OOM), True),
    ],
)
def test_what_a_person_asked_at_a_prompt_is_no_log(
    judge: Judge, lines: tuple[str, ...], *, failed: bool
) -> None:
    files = {
        "prefill.log": said(AT.format(1) + " INFO main: all is well"),
        "decode.log": said(AT.format(1) + " INFO main: all is well"),
        "asked.txt": said(*lines),
    }

    assert failed == (judge("trtllm_disagg", files) is not None)


def test_an_issue_that_was_pasted_into_a_file_is_a_log(judge: Judge) -> None:
    found = judge("trtllm_agg", {"issue.md": said("It says", "```", OOM, "```")})

    assert found
    assert found.known_issue == "DKI401"


@pytest.mark.parametrize(
    ("host", "fault"),
    [("gb-02", "infrastructure"), ("gb-03", "product")],
    ids=["of its node", "of another"],
)
def test_the_kernel_of_its_node_tells_why_a_rank_failed(
    judge: Judge, host: str, fault: str
) -> None:
    files = {
        "prefill0_gb-01.log": labelled(range(4), LOADED),
        "decode0_gb-02.log": labelled(range(4), LOADED)
        + f" 1: {CRASH}\nsrun: error: gb-02: task 1: Aborted\n",
        f"journalctl_{host}.txt": KERNEL.format(host),
    }

    found = judge("mlperf_llama405b_disagg", files)

    assert found
    assert ("decode0", 1, fault) == (found.worker, found.rank, found.fault)


def test_what_the_kernel_of_a_node_says_alone_is_told_of_that_node(judge: Judge) -> None:
    files = {
        "prefill.log": labelled(range(4), LOADED),
        "decode.log": labelled(range(4), LOADED),
        "dmesg_gb-09.txt": KERNEL.format("gb-09"),
    }

    found = judge("mlperf_llama405b_disagg", files)

    assert found
    assert (None, "gb-09", "gb-09") == (found.worker, found.node, found.where)


@pytest.mark.parametrize(
    ("well", "failed"), [("", True), (f"{LISTED}\n{WELL.format(10)}", False)],
    ids=["nobody tells", "answers"],
)  # fmt: skip
def test_the_kernel_may_tell_of_what_was_long_before_a_deployment_that_answers(
    judge: Judge,
    well: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    files = {
        "prefill.log": said(registered("d", "prefill")),
        "decode.log": said(registered("d", "backend")),
        "frontend.log": said(well),
        "dmesg_gb-09.txt": KERNEL.format("gb-09"),
    }

    assert failed == (judge("trtllm_disagg", files) is not None)


WATCHDOG = (
    "[rank{0}]:[E0719 07:00:30.323969855 ProcessGroupNCCL.cpp:685] [Rank {0}] Watchdog caught "
    "collective operation timeout: WorkNCCL(SeqNum=4, OpType=ALLREDUCE)"
)
NOT_JOINED = (
    "[rank{0}]: torch.distributed.DistNetworkError: The client socket has timed out after "
    "600000ms while trying to connect to (cn44, 29500)."
)
NFS = "Jul 19 06:30:09 {} kernel: nfs: server 172.20.9.2 not responding, still trying"
NFS_OK = "Jul 19 06:30:12 {} kernel: nfs: server 172.20.9.2 OK"


@pytest.mark.parametrize(
    ("kernels", "told"),
    [
        ({"cn43": [NFS, NFS_OK], "cn44": [NFS]}, True),
        ({"cn43": [NFS], "cn44": [NFS]}, False),
        ({"cn44": [NFS, NFS_OK]}, False),
    ],
    ids=["one node", "two", "none any more"],
)
@pytest.mark.parametrize(
    ("waits", "known"), [(WATCHDOG, "DKI704"), (NOT_JOINED, "DKI707")], ids=["NCCL", "rendezvous"]
)
def test_who_was_waited_for_may_be_told_by_the_kernel_of_its_node(
    judge: Judge,
    kernels: dict[str, list[str]],
    told: bool,  # noqa: FBT001 - a table
    waits: str,
    known: str,
) -> None:
    files = {
        f"cn4{node}/agg_rank{node}.log": said(*(waits.format(4 * node + n) for n in range(4)))
        for node in range(1, 4)
    }
    files["cn44/agg_rank0.log"] = said("loading")
    files |= {
        f"{host}/kern.log": said(*(line.format(host) for line in lines))
        for host, lines in kernels.items()
    }

    found = judge("wide_ep_agg", files)

    assert found
    assert found.known_issue == ("DKI923" if told else known)


EVENTS = (
    "LAST SEEN   TYPE      REASON             OBJECT             MESSAGE\n"
    "12m         Warning   FailedScheduling   pod/r1-decode-0    0/9 nodes are available: 9 "
    "Insufficient nvidia.com/gpu.\n"
)
PLACED = (
    "9m          Normal    Scheduled          pod/r1-decode-0    Successfully assigned r1 to n\n"
)


@pytest.mark.parametrize(
    ("events", "worker"), [(EVENTS, "decode0"), (EVENTS + PLACED, None)], ids=["never", "at last"]
)
def test_events_of_a_cluster_tell_of_their_pods(
    judge: Judge, events: str, worker: str | None
) -> None:
    files = {"r1-prefill-0.log": said(AT.format(1) + " INFO main: on its way")}

    found = judge("trtllm_disagg", {**files, "events.txt": events})

    assert worker == (found.worker if found else None)


@pytest.mark.parametrize(
    ("reason", "known"), [("OOMKilled", "DKI901"), ("Error", None)], ids=["out of memory", "none"]
)
def test_a_description_tells_why_a_service_was_killed(
    judge: Judge, reason: str, known: str | None
) -> None:
    """Its pod has a number, which the name of its log does not."""
    files = {
        "r1-nats.log": "[1] 2026/05/11 09:00:00.000000 [INF] Server is ready\n",
        "r1-agg-worker.log": said(registered("d", "backend")),
        "describe.txt": "Name:             r1-nats-0\nContainers:\n  nats:\n"
        f"    State:          Terminated\n      Reason:       {reason}\n"
        "      Exit Code:    137\n",
    }

    found = judge("trtllm_agg", files)

    assert found
    assert (known, "nats-server") == (found.known_issue, found.where.split(" on ")[0])


@pytest.mark.parametrize(
    ("kernel", "known"),
    [("mlx5_core 0000:5e:00.0 ibp94s0: Link down", "DKI710"), ("eth0: entered promiscuous", None)],
)
def test_what_dmesg_printed_into_a_text_file_is_a_log(
    judge: Judge, kernel: str, known: str | None
) -> None:
    """Its times are of a form that no program of a deployment writes."""
    files = {
        "prefill_gb-01.log": labelled(range(4), LOADED),
        "decode_gb-02.log": labelled(range(4), LOADED),
        "gb-02_dmesg.txt": f"[Fri May 16 12:27:45 2025] {kernel}\n",
    }

    found = judge("mlperf_llama405b_disagg", files)

    assert known == (found.known_issue if found else None)


# -- what is over, and what is not -----------------------------------------------------------------


UNREACHABLE = "Exception: Unable to create lease. Check etcd server status"


@pytest.mark.parametrize(
    ("who", "known"), [("arbiter: watchers: 1, processes: 0", "DKI101"), ("main: serving", None)]
)
def test_what_watches_a_worker_does_not_show_that_it_goes_on(
    judge: Judge, who: str, known: str | None
) -> None:
    after = [f"{AT.format(minute)} INFO {who}" for minute in range(20)]

    found = judge("trtllm_agg", {"agg.log": said(UNREACHABLE, *after)})

    assert known == (found.known_issue if found else None)


@pytest.mark.parametrize("well", [True, False])
def test_a_container_that_was_started_anew_and_does_well_has_not_failed(
    judge: Judge,
    well: bool,  # noqa: FBT001 - a table
) -> None:
    since = [registered("d", "backend")] if well else []
    files = {
        "decode-0.previous.log": said(OOM),
        "decode-0.log": said(AT.format(1) + " INFO main: on its way", *since),
        "prefill-0.log": said(registered("d", "prefill")),
    }

    assert well == (judge("local_disagg", files) is None)


@pytest.mark.parametrize(
    ("began", "failed"), [(5, False), (30, True)], ids=["answers since", "answered before"]
)
def test_a_container_whose_deployment_answers_since_has_not_failed(
    judge: Judge,
    began: int,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    """Its own log may not say that it serves, and no other can answer for it."""
    files = {
        "agg-0-previous.log": said(AT.format(began) + " INFO main: begins", UNREACHABLE),
        "agg-0.log": said(AT.format(6) + " INFO main: begins"),
        "frontend.log": said(LISTED) + WELL.format(20),
    }

    assert failed == (judge("trtllm_agg", files) is not None)


COMPOSE = "{:10}| {}\n"


@pytest.mark.parametrize(
    ("since", "failed"),
    [(COMPOSE.format("decode-1", "on its way"), False), ("", True)],
    ids=["anew", "never again"],
)
def test_a_container_that_speaks_after_its_end_was_started_anew(
    judge: Judge,
    since: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    serves = [
        COMPOSE.format(f"{role}-1", line)
        for role in ("decode", "prefill")
        for line in ["on its way"] * 9 + [registered("d", role)]
    ]
    log = "".join(serves) + "decode-1 exited with code 0\n" + since

    found = judge("trtllm_disagg", {"docker_compose_logs.txt": log})

    assert failed == (found is not None)


EVICTED = (
    "LAST SEEN   TYPE      REASON    OBJECT              MESSAGE\n"
    "9m          Warning   Evicted   pod/r1-{}-old11   The node was low on resource: memory.\n"
)


@pytest.mark.parametrize(("who", "failed"), [("frontend", False), ("decode-0", True)])
def test_a_frontend_that_was_replaced_has_not_failed(
    judge: Judge,
    who: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    files = {
        "r1-decode-0.log": said(registered("d", "decode")),
        "r1-prefill-0.log": said(registered("d", "prefill")),
        "r1-frontend-new22.log": said(LISTED) + WELL.format(20),
        "events.txt": EVICTED.format(who),
    }

    assert failed == (judge("trtllm_disagg", files) is not None)


REPLACED = (
    "LAST SEEN   TYPE      REASON    OBJECT              MESSAGE\n"
    "9m   Warning   {}   pod/r1-decode-0-old11   {}\n"
    "8m   Warning   FailedScheduling   pod/r1-decode-0-new22   0/9 nodes are available: 9 "
    "Insufficient nvidia.com/gpu.\n"
)


@pytest.mark.parametrize(
    ("reason", "what", "issue"),
    [
        ("Evicted", "The node was low on resource: memory.", "DKI818"),
        ("Killing", "Stopping container main", "DKI817"),
    ],
)
def test_a_pod_without_a_node_comes_of_the_end_of_the_one_before_it(
    judge: Judge, reason: str, what: str, issue: str
) -> None:
    files = {
        "r1-prefill-0.log": said(registered("d", "prefill")),
        "events.txt": REPLACED.format(reason, what),
    }

    found = judge("trtllm_disagg", files)

    assert found
    assert issue == found.known_issue


RAY_TRIES = (
    "[2026-05-11 09:00:20,402 E 211 211] gcs_rpc_client.h:179: Failed to connect to GCS at address "
    "10.12.0.5:6379 within 5 seconds."
)
RAY_STARTED = "2026-05-11 09:01:30,771\tSUCC scripts.py:1064 -- Ray runtime started."


@pytest.mark.parametrize(
    ("after", "known"), [([RAY_STARTED], None), ([], "DKI336")], ids=["at last", "never"]
)
def test_a_part_of_a_ray_cluster_that_joins_late_has_not_failed(
    judge: Judge, after: list[str], known: str | None
) -> None:
    files = {"agg_head.log": said("on its way"), "agg_ray1.log": said(RAY_TRIES, RAY_TRIES, *after)}

    found = judge("vllm_r1_agg_ray", files)

    assert known == (found.known_issue if found else None)


CANCELLED = "slurmstepd-gb-01: error: *** STEP 7.2 ON gb-01 CANCELLED AT 2026-08-05T10:08:40 ***\n"


@pytest.mark.parametrize("listed", [True, False])
def test_a_job_that_ends_itself_after_it_served_has_not_failed(
    judge: Judge,
    listed: bool,  # noqa: FBT001 - a table
) -> None:
    job = labelled(range(16), LOADED) + (f"{LISTED}\n" if listed else "") + CANCELLED

    found = judge("wide_ep_agg", {"slurm-48999.out": job})

    assert listed == (found is None)


PROBE = (
    "Name:             r1-agg-worker-0\nEvents:\n  Type     Reason     Age  From     Message\n"
    "  Normal   Killing    9m   kubelet  Container main failed startup probe, will be restarted\n"
)


@pytest.mark.parametrize("listed", [True, False])
def test_a_probe_that_ends_every_start_is_a_failure_until_one_succeeds(
    judge: Judge,
    listed: bool,  # noqa: FBT001 - a table
) -> None:
    own = said(AT.format(1) + " INFO main: on its way")
    files = {"describe.txt": PROBE, "r1-agg-worker-0.log": own}
    files |= {"frontend.log": said(LISTED)} if listed else {}

    found = judge("trtllm_agg", files)

    assert listed == (found is None)
    assert found is None or ("DKI819", "config") == (found.known_issue, found.fault)


TOLD = AT.format(12) + " INFO main: SIGTERM received, starting graceful shutdown\n"


@pytest.mark.parametrize(
    ("after", "failed"),
    [
        (NO_MODEL.format(10), True),
        (WELL.format(10), False),
        (NO_MODEL.format(10) + NO_MODEL.format(11) + TOLD, True),
        (NO_MODEL.format(10) + TOLD, False),
    ],
    ids=["answers no more", "answers", "and was stopped", "may have been stopped"],
)
def test_a_frontend_that_panicked_and_answers_no_more_has_failed(
    judge: Judge,
    after: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    roles = ("decode", "prefill")
    workers = {f"{role}.log": said(registered("d", role)) for role in roles}

    found = judge("trtllm_disagg", {**workers, "frontend.log": said(LISTED) + PANIC + after})

    assert failed == (found is not None)
    assert found is None or (found.where, found.fault) == ("frontend on unnamed node", "product")


# -- who registered elsewhere ----------------------------------------------------------------------

PASSED_OVER = (
    AT + "DEBUG dynamo_llm::discovery::watcher: Ignoring model outside of namespace scope "
    'model_name="m" model_namespace="dynamo" watched_namespace="prod"\n'
)
LACKS = (
    AT + "WARN dynamo_llm::http::service::openai: Model `m` is not ready to serve requests yet. "
    'namespace=prod reason="missing worker types: prefill" status=503\n'
)


@pytest.mark.parametrize(
    ("listed", "where"),
    # of several deployments that share an etcd one hears of all models
    [("", "frontend on unnamed node"), (f"{LISTED}\n", None)],
)
def test_a_frontend_that_looks_elsewhere_than_workers_registered_is_named(
    judge: Judge, listed: str, where: str | None
) -> None:
    roles = ("decode", "prefill")
    workers = {f"{role}.log": said(registered("dynamo", role)) for role in roles}

    found = judge("trtllm_disagg", {**workers, "frontend.log": PASSED_OVER.format(5) + listed})

    assert where == (found.where if found else None)
    assert found is None or (found.fault, "DYN_NAMESPACE" in str(found.remedy)) == ("config", True)


def given(etcd: str) -> str:
    return f"+ export ETCD_ENDPOINTS=http://{etcd}:2379"


@pytest.mark.parametrize(
    ("etcds", "listed", "worker"),
    [
        (["n1", "n1", "n9", "n1"], "", "decode2"),
        (["n1", "n1", "n9", "n1"], f"{LISTED}\n", None),  # it is well all the same
        (["n1", "n1", "n1", "n1"], "", None),
        (["n1", "n1", "n9", "n9"], "", None),  # either may be the right one
    ],
    ids=["another", "listed", "one", "two of two"],
)
def test_a_worker_that_was_given_another_etcd_than_the_others_is_named(
    judge: Judge, etcds: list[str], listed: str, worker: str | None
) -> None:
    files = {
        f"decode{number}.log": said(given(etcd), registered("d", "decode"))
        for number, etcd in enumerate(etcds)
    }

    found = judge("mlperf_llama405b_disagg", {**files, "frontend.log": said("waits") + listed})

    assert worker == (found.worker if found and found.fault == "config" else None)


@pytest.mark.parametrize(("namespace", "worker"), [("staging", "prefill0"), ("prod", None)])
def test_a_worker_that_registered_elsewhere_than_the_others_is_named(
    judge: Judge, namespace: str, worker: str | None
) -> None:
    files = {
        "decode.log": said(registered("prod", "decode")),
        "prefill.log": said(registered(namespace, "prefill")),
        "frontend.log": said(LISTED) + LACKS.format(10) + LACKS.format(11),
    }

    found = judge("trtllm_disagg", files)

    assert worker == (found.worker if found and found.fault == "config" else None)


@pytest.mark.parametrize(
    ("stops", "failed"),
    [("Gracefully stopping... (press Ctrl+C again to force)", False), ("Attaching to x", True)],
)
def test_containers_that_a_person_stops_end_by_that(
    judge: Judge,
    monkeypatch: pytest.MonkeyPatch,
    stops: str,
    failed: bool,  # noqa: FBT001 - a table
) -> None:
    monkeypatch.setattr(logfiles, "BLOCK", 200)
    log = said(
        *(f"{name}-1 | {LOADED}" for name in ("prefill", "decode") * 3),
        f"frontend-1 | {LISTED}",
        stops,
        "decode-1 exited with code 137",
        "prefill-1 exited with code 0",
    )

    found = judge("trtllm_disagg", {"compose.log": log})

    assert failed == (found is not None)
