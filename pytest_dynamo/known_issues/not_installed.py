# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A program, a module or a file is not there.

Why: The image lacks it, or a path is that of another machine; a mounted directory hides what the
image has.

Remedy: Install it, or correct the path, in the image that this process runs in.

Source: Observed with bash, Python and srun
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI911",
    "not-installed",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "No module named",
        "command not found",
        "No such file or directory",
        "executable file not found in $PATH",
        ": not found",
        "find the specified executable",
        "could not find executable",
        "PackageNotFoundError: ",
        "ailed to spawn: `",
        "not found. Please follow https://",
        "not found in your environment",
        "lease install ",
        "is not installed",
    ),
    pattern=r"No module named|^(?!.*\\r|.*\^M|.*[: ](?:nvidia-smi|module|ml|lscpu|lspci|ib\w+|ifconfig|netstat|ss|rocm-smi|hipconfig|git|tput|clear|which|dcgmi|modprobe|sysctl|ulimit|locale-gen|ldconfig|free|hostnamectl): command).*command not found|^(?!.*\\r.?: |.*\^M).*(?:execve\(\)|\bexec\b|can't open file|FileNotFoundError(?=.*directory: )(?!.*(?:\.(?:safetensors|gguf|bin|sock|lock)[\x22']|'/(?:psm_|dev/|proc/|sys/|tmp/(?:torchinductor|triton))|/(?:\.triton|\.cache/(?:vllm|flashinfer|triton|torch|tensorrt_llm)|\.deep_gemm)/|/\.nfs0))|env: |\b(?:ba|da|)sh: (?!warning)(?:line \d+: )?\S+:).*No such file or directory|executable file not found in \$PATH|failed to run command .*No such file|^(?!.*(?:connect|[Ss]ocket|\.sock\b)).*(?:Error|Exception|error): .*No such file or directory \(os error 2\)|\b(?:ba|da|)sh: (?:line )?\d+: (?!(?:nvidia-smi|module|ml|lscpu|lspci|ib\w+|ifconfig|netstat|ss|rocm-smi|hipconfig|git|tput|clear|which|dcgmi|modprobe|sysctl|ulimit|locale-gen|ldconfig|free|hostnamectl): )(?:exec: )?\S+: not found|(?:unable to|could not) find (?:the specified )?executable|metadata\.PackageNotFoundError: |[Ff]ailed to spawn: `|kernels not found\. Please follow https://|(?:library but it was|packages that were) not found in your environment\b|(?:Import|ModuleNotFound)Error: (?:[\w.-]+ ){1,4}is not installed\b|ImportError: (?!.*(?:version is|too old)).*[Pp]lease install [\w\[\]>=<.,~!-]+(?: (?:via|with|using|by|for|from|to)\b|: )",
    broad=True,
    samples=(
        "ModuleNotFoundError: No module named 'tensorrt_llm'",
        " 0: bash: line 1: trtllm-llmapi-launch: command not found",
        "slurmstepd-node1: error: execve(): sh: No such file or directory",
        "FileNotFoundError: [Errno 2] No such file or directory: 'config.json'",
        'exec: "trtllm-llmapi-launch": executable file not found in $PATH',
        "sh: 1: trtllm-llmapi-launch: not found",
        "/entrypoint.sh: line 22: exec: dynamo: not found",
        "/usr/bin/env: 'python3': No such file or directory",
        "/bin/bash: /workspace/start.sh: No such file or directory",
        "mpirun was unable to find the specified executable file, and therefore did",
        "could not find executable trtllm-llmapi-launch",
        "importlib.metadata.PackageNotFoundError: No package metadata was found for nixl",
        "error: Failed to spawn: `dynamo-run`",
        "Exception: Failed to create TLS config: No such file or directory (os error 2)",
        "timeout: failed to run command 'python3.13': No such file or directory",
        "AssertionError: DeepEP kernels not found. Please follow https://github.com/vllm-project/vllm/blob/main/tools/ep_kernels/README.md to install DeepEP kernels.",
        "ImportError: This modeling file requires the following packages that were not found in your environment: blobfile, tiktoken. Run `pip install blobfile tiktoken`",
        "ImportError: Qwen2VLVideoProcessor requires the Torchvision library but it was not found in your environment.",
        "ImportError: To use the bitsandbytes quantization, please install bitsandbytes>=0.46.1 via `pip install bitsandbytes>=0.46.1`",
        "ImportError: Please install mooncake by following the instructions at https://github.com/kvcache-ai/Mooncake to run VLLM with MooncakeTransferEngine.",
        "ImportError: Please install vllm[runai] for runai streamer support",
        "ImportError: FlashInfer is not installed. Please install with `pip install flashinfer-python`.",
    ),
    near_misses=(
        "ERROR 11-21 09:19:49 [multiproc_executor.py:827] sampling.cuh:20:10: fatal error: curand.h: No such file or directory",
        "torch._inductor.exc.InductorError: FileNotFoundError: [Errno 2] No such file or directory",
        "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/torchinductor_root/ab/cd.cubin'",
        "FileNotFoundError: [Errno 2] No such file or directory: '/root/.triton/cache/9Q/fused_moe_kernel.json'",
        "FileNotFoundError: [Errno 2] No such file or directory: '/sys/class/infiniband'",
        "INFO cache /root/.cache: No such file or directory, creating it",
        "/usr/bin/bash: warning: setlocale: LC_ALL: cannot change locale (en_US.UTF-8): No such file or directory",
        "cat: /sys/class/net/ib0/address: No such file or directory",
        "FileNotFoundError: [Errno 2] No such file or directory: '/psm_3d1f'",
        "start.sh: line 3: nvidia-smi: command not found",
        "sh: 1: lspci: not found",
        "bash: module: command not found",
        "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/dynamo_ipc_7.sock'",
        "Error: failed to connect to unix:///shared/gms.sock: No such file or directory (os error 2)",
        "RuntimeError: Trtllm-gen kernels not found: qkvLayout=2",
        "ImportError: bitsandbytes version is wrong. Please install bitsandbytes>=0.46.1 via `pip install bitsandbytes>=0.46.1`",
        "WARNING flash_attn is not installed, the slower kernel is taken",
    ),
)
