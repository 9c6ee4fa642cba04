# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A kernel that is compiled at run time does not compile.

Why: The image lacks nvcc or ninja, or its CUDA is older than what the kernel is written for.

Remedy: Take an image with the CUDA toolkit that the engine's release names, or ship the compiled kernels.

Source: FlashInfer, DeepGEMM
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI918",
    "kernel-not-compiled",
    role="symptom",
    fault="config",
    engine="cuda",
    texts=(
        "Ninja build failed",
        "NVCC compilation failed",
        "ninja: build stopped",
        "Could not find nvcc",
        "nvcc not found",
        "bin/nvcc'",
        "Error building extension",
        "'ninja', '-v'",
        "Failed to find C compiler",
        "CalledProcessError: Command '['",
        ": fatal error: ",
        "DeepGEMM backend requires nvcc",
        "ld: cannot find -l",
        "CalledProcessError(",
        "jit/compiler.hpp:",
        "error: #error ",
        "Cannot find CUDA_HOME",
        "No working C++ compiler found",
        "Ninja is required to load C++ extensions",
    ),
    pattern=r"Ninja build failed|NVCC compilation failed|ninja: build stopped|Could not find nvcc|nvcc not found|bin/nvcc'|Error building extension|'ninja', '-v'|Failed to find C compiler|CalledProcessError: Command '\['[^']*/(?:gcc|cc|g\+\+|c\+\+|clang(?:\+\+)?|nvcc|ptxas)'|\bld: cannot find -l(?!aio\b|cufile\b)|: (?:fatal )?error: #error |Error: Cannot find CUDA_HOME|No working C\+\+ compiler found|CalledProcessError\(\d+, \['[^']*/(?:gcc|cc|g\+\+|c\+\+|clang(?:\+\+)?|nvcc|ptxas)'|Assertion error \(\S*jit/compiler\.hpp:\d+\)|: fatal error: \S+\.(?:h|hpp|cuh): No such file|backend requires nvcc|Ninja is required to load C\+\+ extensions",
    samples=(
        "RuntimeError: Ninja build failed. Ninja output:",
        "NVCC compilation failed:",
        "ninja: build stopped: subcommand failed.",
        "RuntimeError: Could not find nvcc and default cuda_home='/usr/local/cuda' doesn't exist",
        "RuntimeError: nvcc not found",
        "RuntimeError: [Errno 2] cannot run '/usr/local/cuda/bin/nvcc'",
        "RuntimeError: Error building extension 'fused_moe_90'",
        "subprocess.CalledProcessError: Command '['ninja', '-v']' returned non-zero exit status 1.",
        "subprocess.CalledProcessError: Command '['/usr/bin/gcc', '/tmp/tmpc1/cuda_utils.c', '-O3', '-shared', '-fPIC']' returned non-zero exit status 1.",
        "/tmp/tmpc1/main.c:5:10: fatal error: Python.h: No such file or directory",
        "AssertionError: Cannot find CUDA_HOME. DeepGEMM backend requires nvcc to be available to build kernels.",
        "RuntimeError: Failed to find C compiler. Please specify via CC environment variable.",
        "/usr/bin/ld: cannot find -lcuda: No such file or directory",
        "ERROR 03-28 17:10:28 engine.py:140] CalledProcessError(1, ['/usr/bin/gcc', '/tmp/tmpc1/main.c', '-O3', '-lcuda'])",
        'RuntimeError: Assertion error (csrc/apis/../jit_kernels/impls/../../jit/compiler.hpp:187): (major > 12 or (major == 12 and minor >= 3)) and "NVCC version should be >= 12.3"',
        "/usr/local/cuda/include/crt/host_config.h:132:2: error: #error -- unsupported GNU version! gcc versions later than 13 are not supported!",
        "RuntimeError: Cannot find CUDA_HOME. CUDA must be available to build the package.",
        "torch._inductor.exc.InvalidCxxCompiler: No working C++ compiler found in torch._inductor.config.cpp.cxx: (None, 'g++')",
        "RuntimeError: Ninja is required to load C++ extensions (pip install ninja to get it)",
    ),
    near_misses=(
        "/usr/bin/ld: cannot find -laio: No such file or directory",
        "ninja: no work to do.",
        "subprocess.CalledProcessError: Command '['/usr/bin/nvidia-smi', '-L']' returned non-zero exit status 9.",
        "git: fatal error: the index is gone",
        "CalledProcessError(9, ['/usr/bin/nvidia-smi', '-L'])",
    ),
)
