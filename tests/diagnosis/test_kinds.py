# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose fault an error is that no known issue knows, and when nobody is blamed."""

from __future__ import annotations

import pytest

from pytest_dynamo.diagnosis.explanation import explain
from pytest_dynamo.diagnosis.kinds import kind, telling
from pytest_dynamo.diagnosis.words import by_kernel, exception
from pytest_dynamo.known_issues import Matcher, catalogue
from pytest_dynamo.watch.lines import Line

MATCH = Matcher(catalogue()).match


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line("p", 5, at, text) for at, text in enumerate(texts, start=1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cufile error: read of 4096 bytes: Input/output error", "infrastructure"),
        ("RuntimeError: HIP out of memory. Tried to allocate 2 GiB", "infrastructure"),
        ("OSError: [Errno 122] Disk quota exceeded", "infrastructure"),
        ("requests.exceptions.ReadTimeout: Read timed out. (read timeout=10)", "infrastructure"),
        ("HfHubHTTPError: 504 Server Error: Gateway Time-out for url", "infrastructure"),
        ("CUDA error: all CUDA-capable devices are busy or unavailable", "infrastructure"),
        ("ibv_create_qp failed: Cannot allocate memory", "infrastructure"),
        ("srun: error: fwd_tree_thread: can't find address, Socket timed out", "infrastructure"),
        ("httpx.ConnectTimeout: timed out", "infrastructure"),
        ("*** SIGBUS (@0x7f3a) received by PID 4711 ***", "infrastructure"),
        ("cuInit failed: CUDA_ERROR_NO_DEVICE", "infrastructure"),
        ("the raylet has died", "infrastructure"),
        ("Pod was evicted: The node had condition: [DiskPressure].", "infrastructure"),
        ("RuntimeError: Not enough GPU memory to load the model", "infrastructure"),
        ("etcdserver: request timed out", "infrastructure"),
        ("ConnectionRefusedError: [Errno 111]", "infrastructure"),
        ("ValueError: There is no module or parameter named 'lm_head.qweight'", "config"),
        ("ValueError: Invalid mode: both", "config"),
        ("ImportError: x requires torch>=2.9", "config"),
        ("RuntimeError: Could not find any free block", None),
        ("ValueError: top_k must be positive", "config"),
        ("etcdserver: user name is empty", "config"),
        ("ImportError: x requires transformers>=4.56, but 4.50 is installed", "config"),
        ("ValueError: LoRA rank 64 is greater than max_lora_rank 16.", "config"),
        ("RuntimeError: NCCL error: invalid usage", "config"),
        ("ValueError: Tensor parallel size 8 > available GPUs 4", "config"),
        ("OSError: Model path /models/r1 does not exist", "config"),
        ("NCCL WARN Duplicate GPU detected : rank 1 and rank 0", "config"),
        ("srun: error: Only allocated 2 nodes asked for 4", "config"),
        ("ValueError: rope_scaling is not supported with this backend", "config"),
        ("frontend: error: the following arguments are required: --port", "config"),
        ("KeyError: unrecognized quantization 'nvfp5'", "config"),
        ("PermissionError: [Errno 13] Permission denied: '/models'", "config"),
        ("assert hidden_size % group == 0", "config"),
        ("MPI size 3 != tp 4", "config"),
        ("AssertionError: the tp of prefill, 3, does not divide that of decode", "config"),
        ("ValueError: the quantisation of the draft and of the target do not match", "config"),
        ("AssertionError: decode and prefill have different layouts", "config"),
        ("ValueError: one_lb can only be set when data_parallel_size > 1", "config"),
        ("ValueError: EAGLE and chunks are not compatible when using V0", "config"),
        ("ValueError: the router supports at most one connector", "config"),
        ("ValueError: Expected num_speculative_tokens to be positive", "config"),
        ("argparse.ArgumentTypeError: expected one of: true/false", "config"),
        ("RuntimeError: Metadata upload requires msgspec", "config"),
        ("ValueError: port 80 is outside the registered ports", "config"),
        ("RuntimeError: such requests are NOT currently supported here", "config"),
        ("ValueError: Must be one of sha256, xxhash", "config"),
        ("ValueError: the runner of drafts has no support for prompts", "config"),
        ("ValueError: you need to pass the ENV: 'MOONCAKE_CONFIG_PATH'", "config"),
        ("ValueError: /models/r1/extra.json is not a file.", "config"),
        ("ValueError: Got priority 3 but Priority scheduling is not enabled.", "config"),
        ("ValueError: max_seq_len 131072 is too large for this KV cache", "config"),
        ("ValueError: the backend needs SM100, found SM90", "config"),
        ("ValueError: three layers of MTP is not available for this checkpoint", "config"),
        ("RuntimeError: Dynamo NIXL Connect library is not available.", "config"),
        ("ValueError: the endpoint of events must start with 'tcp://'", "config"),
        ("ValueError: Only softmax scoring is supported for such a topk", "config"),
        ("RuntimeError: 3 blocks in the pool is smaller than max blocks of a sequence", "config"),
        ("RuntimeError: CUTLASS requires intermediate_size (1408) to be aligned", "config"),
        ("malloc(): unaligned tcache chunk detected", "product"),
        ("free(): corrupted size vs. prev_size", "product"),
        ("RuntimeError: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx`", "product"),
        ("CUDA error: misaligned address", "product"),
        ("thread 'x': called `Option::unwrap()` on a `None` value", "product"),
        ("double free or corruption (!prev)", "product"),
        ("RuntimeError: CUDA driver error: CUDA_ERROR_ILLEGAL_ADDRESS", "product"),
        ("NVRM: Xid (PCI:0000:1b:00): 31, pid=4711", "product"),
        # nothing tells
        ("[TensorRT-LLM][ERROR] Assertion failed: status == NIXL_SUCCESS (/src/a.cpp:1)", None),
        ("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate`", None),
        ("zmq.error.Again: Resource temporarily unavailable", None),
        ("OSError: [Errno 107] Transport endpoint is not connected", None),
        ("Conditions: MemoryPressure False, DiskPressure False", None),
        ("GPU 3: 0 Xid so far", None),
        ("a page was retired: Xid 63 on GPU 2", None),
        ("srun: error: node1: launch failed: No such file or directory: /x.sh", "config"),
        ("rdma.cc:77] Check failed: post() == 0 Cannot allocate memory", "infrastructure"),
        ("RuntimeError: boom", None),
        ("There are some potential root causes. (1) OOM killer (3) crashed due to SIGSEGV", None),
        ("Exception: Executor returned error", None),
        ("AssertionError", None),
        # a frame of a traceback is no message, a mild line no error, and an echo no cause
        ('  File "/opt/out of memory/x.py", line 3, in must_be', None),
        ("    handle = check(cuda.cuMemCreate(size, must_be_even, 0))", None),
        ("    return self.require('x must be even')", None),
        ("    assert self.x % 2 == 0, 'x must be even'", "config"),
        ("ERROR 11-21 09:19:49 [core.py:1]     if x: raise ValueError('must be even')", None),
        ("error: couldn't chdir to `/w': No such file or directory: going to /tmp instead", None),
        ("[11/21/2026-09:19:49] [TRT-LLM] [W] fp8 is not supported, falling back", None),
        ("node1:12:34 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB", None),
        ("I1125 10:00:00.123 nixl.cpp:3] Connection refused, will retry", None),
        ("RuntimeError: Connection reset by peer, please set a timeout", None),
    ],
)
def test_words_tell_whose_fault_an_error_is(text: str, expected: str | None) -> None:
    assert expected == telling(lines(text)[0])


def test_words_count_before_the_type_of_an_exception() -> None:
    both = lines("KeyError: 'x'", "ValueError: x must be even")
    assert (both[1], "config") == kind(both)
    bare = lines("RuntimeError: boom", "AttributeError: 'A' object has no attribute 'b'")
    assert (bare[1], "product") == kind(bare)
    assert kind(bare[:1]) is None


def test_what_python_could_raise_to_nobody_is_no_reason() -> None:
    noise = (
        "Exception ignored in: <function LLM.__del__ at 0x7f3a>",
        "Traceback (most recent call last):",
        '  File "llm.py", line 3, in __del__',
        "AttributeError: 'LLM' object has no attribute '_executor'",
    )
    assert kind(lines(*noise)) is None
    after = lines(*noise, "TypeError: 'int' object is not callable")
    assert (after[4], "product") == kind(after)
    assert exception(lines("ok", *noise)) is None
    told = lines("RuntimeError: boom", *noise)
    assert told[0] == exception(told)


def test_an_exception_is_known_behind_the_label_of_its_process() -> None:
    label = "(EngineCore_DP0 pid=7)"
    heads = ("", f"{label} ", f"{label} ERROR 11-21 09:19:49 [core.py:720] ")
    for head in (*heads, "(VllmWorker rank=3 pid=7) ", "(RayWorkerWrapper pid=7, ip=10.0.0.1) "):
        said = lines(f"{head}ValueError: boom")
        assert said[0] == exception(said)
    assert exception(lines(f"{label} INFO 11-21 09:19:49 [core.py:720] ValueError: boom")) is None


@pytest.mark.parametrize(
    "text",
    [
        "RuntimeError: The size of tensor a (8) must match the size of tensor b (4)",
        "terminate called after throwing an instance of 'std::out_of_range'",
        "[TensorRT-LLM][ERROR] Assertion failed: mBlocks.empty() (/src/kv.cpp:1)",
        "torch._dynamo.exc.BackendCompilerFailed: backend='inductor' raised:",
        "NotImplementedError",
        "RuntimeError: CUDA error: invalid configuration argument",
        "ValueError: not enough values to unpack (expected 3, got 2)",
        "    assert request in self.requests",
        "(EngineCore_DP0 pid=7) ERROR 11-21 09:19:49 [core.py:720] AssertionError",
        "[TensorRT-LLM][ERROR] Assertion failed: no room in it (/src/kernels/moe/routing.cu:12)",
        "[TensorRT-LLM][ERROR] Assertion failed: it was freed (/src/kvCacheManager.cpp:12)",
        "[TensorRT-LLM][ERROR] Assertion failed: it was freed (/trt/plugins/gemm/gemm.cpp:12)",
        "[TensorRT-LLM][ERROR] Assertion failed: it was freed (/trt/common/attentionOp.cpp:12)",
        "[TensorRT-LLM][ERROR] Assertion failed: it was freed (/trt/runtime/iBuffer.cpp:12)",
        "[TensorRT-LLM][ERROR] Assertion failed: the event must be nullopt. (/src/model.cpp:12)",
        "RuntimeError: CHECK_EQ(indptr.size(0), n + 1) failed. 33 vs 32",
        "RuntimeError: Check failed: (token < vocab_size) is false",
        "TypeError: '<' not supported between instances of 'int' and 'NoneType'",
        "AssertionError: cached slot mapping is None during decode",
        "AssertionError: All layers in the same group must be the same.",
        "RuntimeError: Chunk table buffers not initialized",
        "ValueError: could not broadcast input array from shape (4,) into shape (3,)",
        "RuntimeError: Unable to cast Python instance of type <class 'NoneType'> to C++ type",
        "TypeError: allocate(): incompatible function arguments.",
        "RuntimeError: Task got Future <Future pending> attached to a different loop",
        "RuntimeError: Request 1043 not found in KV cache manager",
        "RuntimeError: Unexpected READY message for remote engine 3",
        "TypeError: int() argument must be a string, not 'NoneType'",
        "wireup.c:553  Assertion `ep->flags & UCP_EP_FLAG_REMOTE_ID' failed",
        "panic: close of closed channel",
        'ERROR Observed a panic {"panic": "index out of its slice"}',
        "pyo3_async_runtimes.RustPanic: rust future panicked",
        "ERROR dynamo_runtime::worker: scheduler: division by zero",
        "attempt to subtract with overflow",
        "RuntimeError: bad any_cast",
        "  what():  std::future_error: Broken promise",
        "[TensorRT-LLM][ERROR] Assertion failed: no such block (/batch_manager/kvCacheUtils.h:84)",
    ],
)
def test_what_a_program_asserts_of_itself_tells_less_than_any_other_word(text: str) -> None:
    own = lines(text)
    assert telling(own[0]) is None
    assert (own[0], "product") == kind(own)
    both = lines(text, "ValueError: x must be even")
    assert (both[1], "config") == kind(both)


def test_code_that_raises_is_not_what_the_exception_says() -> None:
    """Where several processes write, the lines of one are not next to each other."""
    said = lines("    raise ValueError(", "RuntimeError: something else")

    assert kind(said, starting=True) is None
    assert kind(lines("ValueError: a"), starting=True)


def test_a_panic_is_the_programs_own_whatever_it_says() -> None:
    panic = lines("thread 'main' panicked at src/x.rs:1:2:", "x must not be polled again")
    assert (panic[0], "product") == kind(panic)
    network = lines(panic[0].text, "connection refused, x must be up")
    assert (network[1], "infrastructure") == kind(network)
    named = lines(panic[0].text, "DYN_X must be set: NotPresent")
    assert (named[1], "config") == kind(named)


def test_what_a_frontend_answers_tells_of_no_end() -> None:
    answer = "ERROR dynamo_llm::http::service::openai: the 'messages' field cannot be empty"
    assert kind(lines(answer)) is None


CRASHED = "[TRT-LLM] [E] Executor loop crashed on this rank; hard-killing all 8 ranks"
NOT_STARTED = "[TRT-LLM] [E] Failed to initialize executor on rank 0: list index out of range"


@pytest.mark.parametrize(
    ("texts", "code", "expected"),
    [
        # a known issue is sure, and so is nothing else
        (("torch.OutOfMemoryError: CUDA out of memory.",), 1, ("infrastructure", "DKI401", "high")),
        (("OSError: [Errno 99] Cannot assign requested address",), 1,
         ("infrastructure", None, "medium")),
        (("RuntimeError: boom",), 1, ("unknown", None, "low")),
        ((), 1, ("unknown", None, "low")),
        ((), -11, ("product", "DKI511", "medium")),
        ((), -9, ("infrastructure", None, "medium")),
        # that an executor crashed is known; why, the error before it tells, or nobody
        (("IndexError: list index out of range", CRASHED), 1, ("product", "DKI504", "medium")),
        (("ValueError: x must be even", CRASHED), 1, ("config", None, "medium")),
        (("CUBLAS_STATUS_EXECUTION_FAILED", CRASHED), 1, ("product", None, "medium")),
        (("RuntimeError: boom", CRASHED), 1, ("unknown", None, "low")),
        ((CRASHED,), 1, ("unknown", None, "low")),
        # what keeps an executor from starting has its own name, or none
        ((NOT_STARTED,), 1, ("product", None, "medium")),
        (("IndexError: list index out of range", NOT_STARTED), 1,
         ("product", None, "medium")),
        # a symptom is overruled by an error of another class
        (("Disagg KV cache transfer error",), 1, ("infrastructure", "DKI607", "medium")),
        (("Disagg KV cache transfer error", "ValueError: x must be even"), 1,
         ("config", None, "medium")),
        ((CRASHED, "IndexError: pop from an empty deque", "Disagg KV cache transfer error"), 1,
         ("product", "DKI504", "medium")),
        # who only lost others is not to blame, whoever says so
        (("ncclRemoteError: A call failed",), 1, ("unknown", "DKI703", "low")),
    ],
)  # fmt: skip
def test_an_explanation_is_as_sure_as_its_evidence(
    texts: tuple[str, ...], code: int, expected: tuple[str, str | None, str]
) -> None:
    found = explain(lines(*texts), (), code, MATCH)

    issue = found.issue.code if found.issue else None
    assert expected == (found.fault, issue, found.confidence)


@pytest.mark.parametrize(
    "label", ["", "[rank3]: ", "(Worker pid=7, ip=10.1.1.2) ", "(W pid=7) ERROR [x.py:7] "]
)
def test_a_file_that_is_called_after_a_device_tells_nothing(label: str) -> None:
    frame = f'{label}  File "/opt/lib/nvlink_errors.py", line 5, in check_driver'

    assert telling(*lines(frame)) is None
    assert telling(*lines(f"{label}nvlink error")) == "infrastructure"


@pytest.mark.parametrize(
    ("before", "who"),
    [
        ("[91120.551093] ", "kernel"),
        ("[Mon May 11 09:03:00 2026] ", "kernel"),
        ("May 11 09:03:00 n1 kernel: ", "kernel"),
        ("2026-05-11T09:03:00,551093+00:00 ", "kernel"),
        ("2026-05-11T09:03:00.551093+0200 n1 kernel: ", "kernel"),
        ("2026-05-11T09:03:00+02:00 n1 kernel: ", "kernel"),
        ("2026-05-11T09:03:00+02:00 n1 nvidia-persistenced: ", "another"),
        ("2026-05-11T09:03:00.551093Z ", "another"),
        ("epilog: ", "another"),
    ],
)
def test_the_kernel_is_known_by_what_stands_before_its_lines(before: str, who: str) -> None:
    assert by_kernel(f"{before}NVRM: Xid (PCI:0009:01:00): 79") == (who == "kernel")
