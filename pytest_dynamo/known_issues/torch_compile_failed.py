# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""PyTorch or Triton cannot compile a part of the model.

Why: A graph is traced and compiled for each model, and a change of either breaks the other.

Remedy: Start without compilation (--enforce-eager, or enable_torch_compile off for TensorRT-LLM) to
see whether it holds, and report the model and both releases.

Source: PyTorch, `torch/_dynamo/exc.py` and `torch/_inductor/exc.py`; Triton, `compiler/errors.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI550",
    "torch-compile-failed",
    role="symptom",
    fault="product",
    engine="torch",
    texts=(
        "torch._dynamo.exc.",
        "torch._inductor.exc.",
        "BackendCompilerFailed",
        "ConstraintViolationError",
        "GuardOnDataDependentSymNode",
        "triton.compiler.errors.CompilationError",
        "triton.runtime.errors.",
        "LoweringException",
        "PassManager::run failed",
        "vLLM failed to compile the model",
    ),
    pattern=r"(?:torch\._(?:dynamo|inductor)\.exc\.\w+|BackendCompilerFailed|ConstraintViolationError|GuardOnDataDependentSymNode|triton\.compiler\.errors\.CompilationError|triton\.runtime\.errors\.(?!PTXAS)\w+|LoweringException): (?!.*(?:C compiler|C\+\+ compiler|CalledProcessError: Command '\['[^']*/(?:gcc|cc|g\+\+|c\+\+|clang(?:\+\+)?)'|nvcc|[Nn]inja|triton installation))|PassManager::run failed|vLLM failed to compile the model",
    samples=(
        " 0: torch._dynamo.exc.Unsupported: Data-dependent branching",
        "torch._inductor.exc.InductorError: RuntimeError: the reduction has no such dimension",
        "BackendCompilerFailed: backend='<vllm.compilation.backends.VllmBackend object at 0x7f1>' raised:",
        "torch.fx.experimental.symbolic_shapes.ConstraintViolationError: Constraints violated (L['positions'].size()[0])",
        "torch.fx.experimental.symbolic_shapes.GuardOnDataDependentSymNode: Could not guard on data-dependent expression Eq(u0, 1)",
        "triton.compiler.errors.CompilationError: at 34:19:",
        "triton.runtime.errors.OutOfResources: out of resource: shared memory, Required: 114688, Hardware limit: 101376.",
        "LoweringException: AssertionError: target: aten.view.default",
        "RuntimeError: PassManager::run failed",
        "RuntimeError: vLLM failed to compile the model. The most likely reason for this is that a previous compilation failed, leading to a corrupted compilation artifact.",
    ),
    near_misses=(
        "torch._inductor.exc.InductorError: RuntimeError: Cannot find a working triton installation. Either the package is not installed or it is too old.",
        "torch._inductor.exc.InductorError: RuntimeError: Failed to find C compiler. Please specify via CC",
        "[11/21/2026-09:19:49] torch.compile takes 31.1 s in total",
        "Set TORCHDYNAMO_VERBOSE=1 for the internal stack trace",
        "triton.runtime.errors.PTXASError: PTXAS error: Internal Triton PTX codegen error",
        "torch._inductor.exc.InductorError: CalledProcessError: Command '['/usr/bin/g++', '/tmp/torchinductor_root/ab/x.cpp']' returned non-zero exit status 1.",
        "torch._inductor.exc.InvalidCxxCompiler: No working C++ compiler found in torch._inductor.config.cpp.cxx: (None, 'g++')",
    ),
)
