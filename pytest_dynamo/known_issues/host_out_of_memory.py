# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node has run out of memory, not a GPU.

Why: The kernel or Slurm ends a process for it, often without a word in its own log. Engines with
wide expert parallelism hold all experts of a node in host memory.

Remedy: Free memory on this node, or ask Slurm for all of it (--mem=0).

Source: Slurm 22.05; TensorRT-LLM pull request 11962
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI901",
    "host-out-of-memory",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "MemoryError",
        "Cannot allocate memory",
        "oom-kill event",
        "oom_kill event",
        ": Out Of Memory",
        "OOM Killed",
        "the node running low on memory",
        "OOMKilled",
        "oom-kill:",
        "std::bad_alloc",
        "memory allocation of ",
        "exceeded memory limit",
        "oom_reaper: reaped process",
        "runtime: out of memory",
        "DefaultCPUAllocator: can't allocate memory",
        "Killed process ",
        "cudaHostAlloc failed",
        # memory of the host that a GPU reaches
        "pinned memory: ",
        "CUDA runtime error in ",
        "xceeded job memory limit",
        "xceeded step memory limit",
        "killed due to memory pressure (OOM)",
        "System OOM encountered",
        "System OOM encountered",
        "earlyoom: sending SIG",
        "with result 'oom-kill'",
        "due to memory pressure for",
        "Out of memory: Kill process",
        "invoked oom-killer: ",
        "killed as a result of limit of",
        "JobState=OUT_OF_MEMORY",
        "emory cgroup out of memory",
        "cannot allocate memory",
        "Killed signal terminated program ",
        "killed by the OOM killer",
    ),
    pattern=r"(?<!OutOf)(?:\b|Array)MemoryError|^(?!.*(?:UCX|\b(?:ibv|fi|rdma)_|mlx5|[Ll]ibfabric|LIBFABRIC|\bNET/|mlock|HUGETLB|[Hh]uge ?[Pp]ages|locked memory)).*[Cc]annot allocate memory|oom[-_]kill event|: Out Of Memory$|OOM ?Killed(?!.{0,3}false)|oom-kill:|Killed process \d+ \(|the node running low on memory|std::bad_alloc|memory allocation of \d+ bytes failed|[Ee]xceeded (?:step |job )?memory limit|oom_reaper: reaped|fatal error: runtime: out of memory|DefaultCPUAllocator: can't allocate|cuda(?:HostAlloc|MallocHost) failed|[Ff]ailed to allocate pinned memory: .*(?:out of memory|OUT_OF_MEMORY)|CUDA runtime error in (?:::)?cuda(?:HostAlloc|MallocHost|HostRegister)\(.*: out of memory|earlyoom: sending SIG|with result 'oom-kill'|System OOM encountered|System OOM encountered|due to memory pressure for|Out of memory: Kill process|invoked oom-killer: |killed as a result of limit of|JobState=OUT_OF_MEMORY|(?<!\b0) Workers \(tasks / actors\) killed due to memory pressure|[Mm]emory cgroup out of memory|fatal error: Killed signal terminated program|been killed by the OOM killer",
    samples=(
        "  Warning  SystemOOM   61s   kubelet  System OOM encountered, victim process: VLLM::Worker_TP, pid: 118301",
        "c++: fatal error: Killed signal terminated program cc1plus",
        "(raylet) node_manager.cc:3219: 1 Workers (tasks / actors) killed due to memory pressure (OOM), 0 Workers crashed due to other reasons at node (ID: 41, IP: 192.0.2.4) over the last time period.",
        "MemoryError",
        "OSError: [Errno 12] Cannot allocate memory",
        " 4: slurmstepd-node2: error: Detected 1 oom-kill event(s) in StepId=7.0. Some of your processes may have been killed by the cgroup out-of-memory handler.",
        "slurmstepd: error: Detected 1 oom_kill event in StepId=7.0. Some of the step tasks have been OOM Killed.",
        "srun: error: node2: task 5: Out Of Memory",
        "[ 8123.456789] Out of memory: Killed process 4711 (python3) total-vm:812345678kB, anon-rss:612345678kB",
        "(raylet) Task was killed due to the node running low on memory.",
        "      Reason:       OOMKilled",
        "kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x",
        "kernel: Memory cgroup out of memory: Killed process 3141 (python3) total-vm:1kB",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "memory allocation of 17179869184 bytes failed",
        "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 3.00 GiB for an array with shape (1, 2)",
        "slurmstepd: error: Step 12.0 exceeded memory limit (1234567 > 1000000), being killed",
        "slurmstepd: error: StepId=12.0 exceeded step memory limit at some point.",
        "slurmstepd: error: Job 12 exceeded job memory limit, being killed",
        "[ 8123.456789] oom_reaper: reaped process 4711 (python3), now anon-rss:0kB",
        "fatal error: runtime: out of memory",
        "RuntimeError: [enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 17179869184 bytes.",
        "RuntimeError: cudaHostAlloc failed: out of memory",
        'Failed to allocate pinned memory: DriverError(CUDA_ERROR_OUT_OF_MEMORY, "out of memory")',
        "[TensorRT-LLM][ERROR] CUDA runtime error in ::cudaHostAlloc(ptr, n, cudaHostAllocDefault): out of memory",
        "slurmstepd: error: Exceeded step memory limit at some point.",
        "slurmstepd: error: Exceeded job memory limit at some point.",
        'earlyoom: sending SIGTERM to process 8812 uid 1000 "python3": badness 991, VmRSS 412000 MiB',
        "systemd[1]: llm.service: Failed with result 'oom-kill'.",
        "systemd-oomd[612]: Killed /user.slice/user-1000.slice due to memory pressure for /user.slice being 72.11% > 50.00% for > 20s with reclaim activity",
        "Out of memory: Kill process 4711 (python3) score 912 or sacrifice child",
        "python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
        "Task in /slurm/uid_1000/job_7 killed as a result of limit of /slurm/uid_1000/job_7",
        "   JobState=OUT_OF_MEMORY Reason=OutOfMemory Dependency=(null)",
        "Command terminated with exit code 137, memory cgroup out of memory",
        "fork/exec /usr/bin/nvidia-container-runtime: cannot allocate memory",
        "systemd[1]: slurmd.service: A process of this unit has been killed by the OOM killer.",
    ),
    near_misses=(
        "[TensorRT-LLM][ERROR] CUDA runtime error in cudaMalloc(&ptr, size): out of memory",
        "Available memory: 460 GiB",
        "torch.OutOfMemoryError: CUDA out of memory.",
        "memory allocation of the KV cache took 3 s",
        "RuntimeError: LIBFABRIC backend: fi_mr_regattr failed: Cannot allocate memory",
        '            "OOMKilled": false,',
        "mmap(MAP_HUGETLB) failed: Cannot allocate memory",
        "mlock failed: Cannot allocate memory",
        "mlx5dv_devx_alloc_uar failed: Cannot allocate memory, out of doorbells",
    ),
)
