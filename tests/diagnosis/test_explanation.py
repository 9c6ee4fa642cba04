# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from pytest_dynamo.diagnosis.explanation import explain, from_outside
from pytest_dynamo.diagnosis.words import exception
from pytest_dynamo.known_issues import Matcher, catalogue
from pytest_dynamo.watch.lines import Line

MATCH = Matcher(catalogue()).match


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line("p", 5, at, text) for at, text in enumerate(texts, start=1))


HEADS = (
    "Traceback (most recent call last):",
    '  File "attention.py", line 194, in __init__',
    "    assert self.num_heads % tp_size == 0",
    "           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    "AssertionError",
)


@pytest.mark.parametrize(
    ("texts", "code", "line", "fault"),
    [
        # the reason stands above the last line of a traceback, or below the first of a panic
        (HEADS, 1, 3, "config"),
        ((HEADS[0], "    check(self.num_heads % tp_size == 0)", "ValueError: x"), 1, 2, "config"),
        (("thread 'main' panicked at src/http.rs:1:2:", "could not bind to address: 0.0.0.0:8000",
          "note: run with `RUST_BACKTRACE=1`"), 101, 2, "infrastructure"),
        # a later error is a consequence of the one that is understood
        ((*HEADS, "more", "RuntimeError: Executor worker returned error"), 1, 3, "config"),
        (("torch.OutOfMemoryError: CUDA out of memory.", "ERROR the engine is dead"), 1, 1,
         "infrastructure"),
        # the last error, where none is understood
        (("ValueError: a", "INFO", "KeyError: 'b'", "INFO"), 1, 3, "product"),
        # no error at all: the last words
        (("x", "bash: line 1: trtllm-llmapi-launch: command not found"), 127, 2, "config"),
        (("x",), 127, None, "config"),
        (("x",), 1, None, "unknown"),
        ((), 1, None, "unknown"),
        # what an old error says is no reason for a signal, nor for a good end
        (("ValueError: a", *"123456"), -9, None, "infrastructure"),
        (("CUDA out of memory", *"123456"), -9, None, "infrastructure"),
        (("CUDA out of memory", *"123456"), 0, None, "product"),
        (("1", "CUDA out of memory", "2"), -9, 2, "infrastructure"),
        # a file that is not there is mentioned long before an end that has another reason
        (("FileNotFoundError: [Errno 2] No such file or directory", *"123456"), 0, None, "product"),
        # signals that a process sends to itself
        ((), -11, None, "product"),
        ((), -7, None, "infrastructure"),
        ((), 135, None, "infrastructure"),
    ],
)  # fmt: skip
def test_the_line_that_says_most_is_found(
    texts: tuple[str, ...], code: int, line: int | None, fault: str
) -> None:
    found = explain(lines(*texts), (), code, MATCH)

    assert (line, fault) == (found.line.number if found.line else None, found.fault)


RETRIED = (
    "'(ReadTimeoutError(\"HTTPSConnectionPool(host='huggingface.co', port=443): Read timed out\"), "
    "'(Request ID: 3c6d)')' thrown while requesting HEAD https://huggingface.co/m/resolve/main/a"
)


@pytest.mark.parametrize(
    ("texts", "issue"),
    [
        ((RETRIED, "OSError: [Errno 28] No space left on device"), "no-space"),
        ((RETRIED, "Retrying in 1s [Retry 1/5]."), "hub-unreachable"),
    ],
)
def test_a_request_that_was_made_again_is_not_what_one_fails_by(
    texts: tuple[str, ...], issue: str
) -> None:
    found = explain(lines(*texts), (), 1, MATCH)

    assert found.issue
    assert issue == found.issue.name


@pytest.mark.parametrize(
    ("text", "issue", "sure"),
    [
        ("torch.OutOfMemoryError: CUDA out of memory.", "gpu-out-of-memory", "high"),
        # what one has met with in another may have its reason there, or in what is between
        ("[Errno 113] No route to host", "network-unreachable", "medium"),
        ("RuntimeError: No CUDA GPUs are available", "no-gpu", "medium"),
    ],
)
def test_who_tells_of_another_is_believed_less(text: str, issue: str, sure: str) -> None:
    found = explain(lines(text), (), 1, MATCH)

    assert (issue, sure) == (found.issue.name if found.issue else None, found.sure)


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        ('Caused by: grpc request error: "etcdserver: authentication failed"', "DKI118"),
        ("    1: etcdserver: user name is empty", "DKI118"),
        ("etcdserver: user name is empty", "DKI101"),
    ],
)
def test_what_a_line_says_it_was_caused_by_says_more(cause: str, code: str) -> None:
    found = explain(lines("Failed to connect to etcd server with config X", cause), (), 1, MATCH)

    assert found.issue
    assert code == found.issue.code


@pytest.mark.parametrize(
    ("cause", "fault"),
    [
        ("    3: connection error: unknown option of TLS", "config"),
        ("    3: connection refused", "infrastructure"),
        ("    3: something else", "infrastructure"),
        ("connection error: unknown option of TLS", "infrastructure"),  # no part of the chain
    ],
)
def test_the_end_of_a_chain_of_causes_tells_the_class(cause: str, fault: str) -> None:
    head = "Failed to connect to etcd server with config X"

    found = explain(lines(head, "    2: transport error", cause), (), 1, MATCH)

    assert found.issue
    assert ("DKI101", fault) == (found.issue.code, found.fault)


GPU = "CUDA out of memory. Tried to allocate 2 GiB. GPU 1 has a total capacity of 139.80 GiB"
OWN = "Including non-PyTorch memory, this process has 138.51 GiB memory in use."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{GPU}. {OWN}", "config"),
        (f"{GPU}. {OWN.replace('138.51 GiB', '800.00 MiB')}", "infrastructure"),
        (f"{GPU}. Process 7 has 60.00 GiB memory in use. {OWN}", "infrastructure"),
        (GPU, "infrastructure"),
        ("RuntimeError: Executor creation failed due to insufficient GPU memory.", "config"),
    ],
)  # fmt: skip
def test_who_holds_all_of_a_gpu_itself_was_given_too_much(text: str, fault: str) -> None:
    found = explain(lines(text), (), 1, MATCH)

    assert found.issue
    assert ("DKI401", fault) == (found.issue.code, found.fault)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("ERROR dynamo_runtime::system_status_server: Failed to bind: Address already in use",
         "config"),
        ("zmq.error.ZMQError: Address already in use (addr='tcp://localhost:5600')", "config"),
        ("Failed to bind to address 0.0.0.0:8000: Address already in use", "infrastructure"),
    ],
)  # fmt: skip
def test_workers_of_a_node_that_share_a_port_were_given_it(text: str, fault: str) -> None:
    found = explain(lines(text), (), 1, MATCH)

    assert (found.fault, found.issue and found.issue.code) == (fault, "DKI105")


CQ = "UCX  ERROR mlx5_2: ibv_create_cq(cqe=4096) failed: Cannot allocate memory"
NODES = "FailedScheduling  0/22 nodes are available: "


@pytest.mark.parametrize(
    ("text", "name", "fault"),
    [
        ("Unable to create lease. Check etcd server status at http://n1:2380",
         "services-unreachable", "config"),
        ("Unable to create lease. Check etcd server status at http://n1:2379",
         "services-unreachable", "infrastructure"),
        (f"{CQ} : Please set max locked memory (ulimit -l)", "rdma-refused", "config"),
        (CQ, "rdma-refused", "infrastructure"),
        (f"{NODES}22 node(s) didn't match Pod's node affinity.", "pod-not-placed", "config"),
        (f"{NODES}4 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint {{a: }}.",
         "pod-not-placed", "infrastructure"),
    ],
)  # fmt: skip
def test_what_a_setting_rules_out_is_a_setting(text: str, name: str, fault: str) -> None:
    found = explain(lines(text), (), 1, MATCH)

    assert found.issue
    assert (found.issue.name, found.fault) == (name, fault)


@pytest.mark.parametrize(("starting", "fault"), [(True, "config"), (False, "product")])
def test_a_probe_that_ends_a_load_gave_it_too_little_time(
    starting: bool,  # noqa: FBT001 - a table
    fault: str,
) -> None:
    killing = "Normal  Killing  1m  kubelet  Container x failed liveness probe, will be restarted"

    found = explain((), lines(killing), 137, MATCH, starting=starting)

    assert (found.issue and found.issue.name, found.fault) == ("probe-failed", fault)


@pytest.mark.parametrize(
    ("killing", "code"),
    [("Executor loop crashed on this rank; hard-killing all 16 ranks", "DKI512"), ("a", None)],
)
def test_who_kills_its_ranks_itself_has_told_why_before(killing: str, code: str | None) -> None:
    said = ("CUDA error: device-side assert triggered", killing, *"bcdef")

    found = explain(lines(*said), (), -9, MATCH)

    assert code == (found.issue and found.issue.code)


def test_a_chain_of_one_cause_has_no_numbers() -> None:
    head = "Failed to connect to etcd server with config X"
    cause = "    grpc request error: etcdserver: user name is empty"

    found = explain(lines(head, "", "Caused by:", cause), (), 1, MATCH)
    apart = explain(lines(head, "", cause), (), 1, MATCH)

    assert found.issue
    assert apart.issue
    assert ("DKI118", "DKI101") == (found.issue.code, apart.issue.code)


def test_what_nccl_says_last_is_what_its_error_is_of() -> None:
    head = "torch.distributed.DistBackendError: NCCL error in: x.cpp:93, unhandled system error"
    last = "Bootstrap : no socket interface found"

    found = explain(lines(head, "Last error:", last), (), 1, MATCH)

    assert found.issue
    assert found.issue.name == "no-socket-interface"


def test_the_kernels_word_of_a_device_goes_before_what_a_program_made_of_it() -> None:
    crash = "RuntimeError: CUDA error: unspecified launch failure"
    kernel = "NVRM: Xid (PCI:0000:9b:00): 79, GPU has fallen off the bus."

    for both in (lines(crash, kernel), lines(kernel, crash)):
        assert "infrastructure" == explain(both, (), 1, MATCH).fault
    assert "product" == explain(lines(crash), (), 1, MATCH).fault


@pytest.mark.parametrize(
    ("warning", "code", "known"),
    [
        ("x.py:3: UserWarning: ImportError: cannot import name 'b' from 'a'", 1, True),
        # what ended it from outside is nothing that it was configured with
        ("x.py:3: UserWarning: ImportError: cannot import name 'b' from 'a'", 143, False),
        ("INFO 11-21 09:19:49 [core.py:901] Shutdown initiated (signal=SIGTERM)", 143, True),
    ],
)
def test_a_warning_is_the_reason_of_an_end_it_can_lead_to(
    warning: str,
    code: int,
    known: bool,  # noqa: FBT001 - a table
) -> None:
    assert known == (explain(lines(warning), (), code, MATCH).issue is not None)


@pytest.mark.parametrize(
    ("cause", "known"),
    [
        ("dns error: failed to lookup address information: Name or service not known",
         "service-name-unknown"),
        ("dns error: Temporary failure in name resolution", "name-not-resolved"),
    ],
)  # fmt: skip
def test_whose_name_is_unknown_stands_at_the_head_of_a_chain(cause: str, known: str) -> None:
    head = "Exception: Unable to create lease. Check etcd server status at http://haed:2379"

    found = explain(lines(head, "Caused by:", f"    0: {cause}"), (), 1, MATCH)

    assert found.issue
    assert known == found.issue.name


@pytest.mark.parametrize(
    ("error", "known"),
    [
        ("[TRT-LLM] [E] Error in event loop: 'NoneType' object has no attribute 'x'", None),
        ("[TRT-LLM] [E] Executor loop crashed on this rank; hard-killing all 16 ranks",
         "executor-crashed"),
    ],
)  # fmt: skip
def test_a_bug_that_an_engine_quotes_has_no_name(error: str, known: str | None) -> None:
    raised = "AttributeError: 'NoneType' object has no attribute 'x'"

    found = explain(lines(error, raised), (), 1, MATCH)

    assert (known, "product") == (found.issue and found.issue.name, found.fault)


@pytest.mark.parametrize(
    ("raised", "fault"),
    [
        ("RuntimeError: CUDA error: CUDA-capable device(s) is/are busy or unavailable",
         "infrastructure"),
        ("ValueError: Unsupported kv_role: producer. Supported roles are ('kv_producer',)",
         "config"),
    ],
)  # fmt: skip
def test_the_kernels_word_goes_before_what_a_program_makes_of_a_device_and_not_before_a_setting(
    raised: str, fault: str
) -> None:
    kernel = "[18331.204417] NVRM: Xid (PCI:0000:ab:00): 119, pid=7, Timeout after 6s of waiting"

    found = explain(lines(raised, kernel), (), 1, MATCH)

    assert found.issue
    assert (fault, fault == "infrastructure") == (found.fault, found.issue.name == "gpu-hardware")


def test_a_panic_with_words_that_nobody_knows_is_a_bug() -> None:
    head = "thread 'x' panicked at src/stream/unfold.rs:108:21:"
    said = "the indexer saw a parent of its own"

    assert "product" == explain(lines(head, said), (), 1, MATCH).fault
    assert "unknown" == explain(lines(said), (), 1, MATCH).fault


@pytest.mark.parametrize(
    ("code", "fault"),
    [(-9, "infrastructure"), (-7, "infrastructure"), (-11, "product"), (0, "product"),
     (127, "config"), (-6, "unknown"), (1, "unknown")],
)  # fmt: skip
def test_of_an_end_without_a_word_its_way_may_tell_the_class(code: int, fault: str) -> None:
    # who aborts has found something wrong, which may be anybody's
    assert fault == explain(lines("Loading weights:  45%|"), (), code, MATCH).fault


@pytest.mark.parametrize(
    ("code", "known"),
    [(-7, "DKI404"), (135, "DKI404"), (-11, "DKI511"), (139, "DKI511"), (-4, None)],
)
def test_an_end_without_a_word_is_called_after_its_signal(code: int, known: str | None) -> None:
    issue = explain(lines("Loading weights:  45%"), (), code, MATCH).issue

    assert known == (issue.code if issue else None)


def test_what_others_say_is_asked_second() -> None:
    others = lines("slurmstepd-node2: error: Detected 1 oom-kill event(s) in StepId=7.0.")

    assert others[0] == explain(lines("Loading weights:  45%|"), others, -9, MATCH).line
    own = lines("CUDA out of memory")
    assert own[0] == explain(own, others, 1, MATCH).line


@pytest.mark.parametrize(
    ("code", "expected"),
    [(-9, True), (-15, True), (137, True), (143, True), (-6, False), (-11, False), (139, False),
     (0, False), (1, False), (None, False)],
)  # fmt: skip
def test_signals_from_outside_are_told_from_ones_own(
    code: int | None,
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    assert expected == from_outside(code)


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (HEADS, 5),
        (("ValueError: boom", "1", "2"), 1),
        (("ValueError: boom", *"12345"), None),
        (("thread 'x' panicked at src/a.rs:1", "why"), 1),
        (("WARN no ImportError: this is fine",), None),
        (("nothing",), None),
        ((), None),
    ],
)
def test_an_exception_counts_as_last_words_only(texts: tuple[str, ...], line: int | None) -> None:
    found = exception(lines(*texts))

    assert line == (found.number if found else None)


HANGS = "[TRT-LLM] [RANK 3] [E] Hang detected after 300 seconds."
OVER = "slurmstepd: error: *** JOB 7 ON node1 CANCELLED AT 2026-11-21T09:49 DUE TO TIME LIMIT ***"
GIVEN = (
    "[W1121 09:19:49.741 ProcessGroupGloo.cpp:514] Warning: Unable to resolve hostname to a "
    "(local) address. Using the loopback address as fallback."
)
TOO_SMALL = (
    "[TensorRT-LLM][WARNING] CacheTransceiver getOrAllocateBuffers: bufferCoverTargetNum:0 < "
    "targetNum:1, may use dynamic buffer which will fail with NIXL backend"
)
EVICTED = (
    "[TensorRT-LLM][ERROR] Exception in sendAndRemoveResponse: [TensorRT-LLM][ERROR] Assertion "
    "failed: Couldn't find the requested block in the reuse tree (/src/kvCacheUtils.h:84)"
)
UNREACHED = "RuntimeError: Gloo connectFullMesh failed with timed out connecting"


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ((HANGS, OVER), "hang-detected"),
        ((OVER, HANGS), "time-limit"),
        ((OVER,), "time-limit"),
        ((GIVEN, UNREACHED), "loopback-given-out"),
        ((UNREACHED, GIVEN), "rendezvous-timed-out"),
        ((UNREACHED,), "rendezvous-timed-out"),
        # a warning of what the other backend needs, and an error
        ((TOO_SMALL, EVICTED), "transfer-state-lost"),
        ((TOO_SMALL,), "transfer-buffer-too-small"),
        ((TOO_SMALL, "RuntimeError: NIXL_ERR_BACKEND"), "transfer-buffer-too-small"),
    ],
)
def test_what_led_to_an_error_is_deeper_than_it(texts: tuple[str, ...], name: str) -> None:
    found = explain(lines(*texts), (), 1, MATCH)

    assert found.issue
    assert found.issue.name == name


@pytest.mark.parametrize(
    ("how", "fault"), [("signal 9 (Killed)", "infrastructure"), ("signal 11 (Segfault)", "product")]
)
def test_a_signal_from_outside_is_no_bug_by_mpiruns_word(how: str, fault: str) -> None:
    said = f"mpirun noticed that process rank 6 with PID 0 on node n exited on {how}."

    assert explain(lines(said), (), 1, MATCH).fault == fault


MEMORY = "torch.OutOfMemoryError: CUDA out of memory."
FULL = "OSError: [Errno 28] No space left on device"


@pytest.mark.parametrize(
    ("texts", "sure"), [((MEMORY,), "high"), ((MEMORY, MEMORY), "high"), ((MEMORY, FULL), "medium")]
)
def test_who_tells_of_two_causes_is_less_sure(texts: tuple[str, ...], sure: str) -> None:
    found = explain(lines(*texts), (), 1, MATCH)

    assert found.issue
    assert (found.issue.name, found.confidence) == ("gpu-out-of-memory", sure)


EXPIRED = "ERROR Releasing expired KV blocks for request 7 which were retrieved by 0 workers"
READ = "ERROR Potentially invalid KV blocks for unrecognized request 7 were retrieved"


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ((EXPIRED, READ), "cache-read-after-lease"),
        ((EXPIRED, "ERROR it goes on"), "transfer-timed-out"),
        ((EXPIRED, "ValueError: invalid literal for int()"), None),
    ],
)
def test_of_two_symptoms_the_one_is_told_that_the_error_is_of(
    texts: tuple[str, ...], name: str | None
) -> None:
    issue = explain(lines(*texts), (), 1, MATCH).issue

    assert name == (issue.name if issue else None)
