# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Two Python packages are of releases that do not fit together.

Why: One of them was installed into the image afterwards, or a checkout lies before it on
PYTHONPATH.

Remedy: Use the image as it was released, and remove what PYTHONPATH puts before it.

Source: CPython, `ImportError`; NumPy, `numpy/__init__.cython-30.pxd`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI916",
    "packages-do-not-fit",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "cannot import name ",
        "may indicate binary incompatibility",
        "undefined symbol: ",
        "VersionConflict: ",
        "compiled using NumPy 1.x",
        "RuntimeError: operator ",
        "'_OpNamespace' '",
        "failed to open libnvrtc-builtins",
        "numpy.core.multiarray failed to import",
        "has no attribute",
        "EngineArgs.__init__() got an unexpected keyword",
        "TypeError: Dynamo",
        "is required for a normal functioning",
        "different CUDA major versions",
        "conflicting dependencies",
        "ResolutionImpossible: ",
        "Descriptors cannot be created directly",
        "Could not import module '",
        "compiled using NumPy 2",
        "data did not match any variant of untagged enum",
        "requires a different Python",
        "is incompatible with protobuf runtime",
        "No solution found when resolving dependencies",
        "that was used to compile",
        "nsatisfiableError",
        "Numpy is not available",
        "_ARRAY_API not found",
        "with link time reference",
        "Can't instantiate abstract class",
        "registered via torch::class_",
        "Can't get attribute '",
        "Version tag does not match",
        "engine plan file is not compatible",
        "does not match flashinfer version",
        "SUBLIBRARY_VERSION_MISMATCH",
        "Unable to load any of {lib",
    ),
    pattern=r"cannot import name |may indicate binary incompatibility|undefined symbol: (?!_ZN12nixl)|VersionConflict: |compiled using NumPy 1\.x|RuntimeError: operator \w+::\w+ does not exist|failed to open libnvrtc-builtins|'_OpNamespace' '\w+' object has no attribute|numpy\.core\.multiarray failed to import|EngineArgs\.__init__\(\) got an unexpected keyword|TypeError: Dynamo\w+\.\w+\(\) (?:got an unexpected keyword|takes|missing)|is required for a normal functioning|different CUDA major versions|conflicting dependencies|ResolutionImpossible: |Descriptors cannot be created directly|Could not import module '\w+'\. Are this object|compiled using NumPy 2|untagged enum (?:Model|PreTokenizer|Normalizer|Decoder|PostProcessor)\w*|requires a different Python|is incompatible with protobuf runtime|No solution found when resolving dependencies|mismatches the version that was used to compile|UnsatisfiableError|Numpy is not available|_ARRAY_API not found|not defined in file \S+ with link time reference|Can't instantiate abstract class|registered via torch::class_|Can't get attribute '\w+' on <module '(?!__mp_)|Version tag does not match|engine plan file is not compatible|does not match flashinfer version|SUBLIBRARY_VERSION_MISMATCH|Unable to load any of \{lib|module '[\w.]+' has no attribute|TokenizersBackend has no attribute",
    samples=(
        "AttributeError: TokenizersBackend has no attribute all_special_tokens_extended",
        "ERROR 07-15 15:32:16 [async_llm.py:542] TypeError: DynamoStatLoggerPublisher.record() got an unexpected keyword argument 'mm_cache_stats'",
        " 0: ImportError: cannot import name 'LlmArgs' from 'tensorrt_llm.llmapi' (/usr/lib/python3/dist-packages/tensorrt_llm/llmapi/__init__.py)",
        "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from PyObject",
        "ImportError: /opt/venv/lib/x.so: undefined symbol: _ZN3c105ErrorC2E",
        "pkg_resources.VersionConflict: (transformers 4.50.0)",
        "A module that was compiled using NumPy 1.x cannot be run in",
        "RuntimeError: operator torchvision::nms does not exist",
        "ImportError: numpy.core.multiarray failed to import",
        "AttributeError: module 'tensorrt_llm' has no attribute 'LLM'",
        "TypeError: AsyncEngineArgs.__init__() got an unexpected keyword argument 'disable_log_requests'",
        "ImportError: transformers>=4.51.0 is required for a normal functioning of this module, but found transformers==4.48.0.",
        "RuntimeError: Detected that PyTorch and torchvision were compiled with different CUDA major versions.",
        "ERROR: Cannot install ai-dynamo and tensorrt-llm==1.0.0 because these package versions have conflicting dependencies.",
        "ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/",
        "TypeError: Descriptors cannot be created directly.",
        "ModuleNotFoundError: Could not import module 'AutoProcessor'. Are this object's requirements defined correctly?",
        "RuntimeError: module was compiled using NumPy 2.0 and is imported into 1.26",
        "Exception: data did not match any variant of untagged enum ModelWrapper at line 757443 column 3",
        "ERROR: Package 'ai-dynamo' requires a different Python: 3.9.2 not in '>=3.10'",
        "google.protobuf.runtime_version.VersionError: gencode 6.31.1 is incompatible with protobuf runtime 5.29.0",
        "  No solution found when resolving dependencies:",
        "The detected CUDA version (12.4) mismatches the version that was used to compile",
        "RuntimeError: Numpy is not available",
        "AttributeError: _ARRAY_API not found",
        "OSError: libcusparse.so.12: symbol __nvJitLinkComplete_12_4, version libnvJitLink.so.12 not defined in file libnvJitLink.so.12 with link time reference",
        "TypeError: Can't instantiate abstract class MyConnector with abstract methods get_count",
        "RuntimeError: Tried to instantiate class '_core_C.ScalarType', but it does not exist! Ensure that it is registered via torch::class_",
        "AttributeError: Can't get attribute 'VllmConfigV2' on <module 'vllm.config' from '/opt/vllm/config/__init__.py'>",
        "[TRT] [E] IRuntime::deserializeCudaEngine: Error Code 1: Serialization (Version tag does not match. Note: Current Version: 240, Serialized Engine Version: 238)",
        "[TRT] [E] 6: The engine plan file is not compatible with this version of TensorRT, expecting library version 10.9",
        "RuntimeError: flashinfer-cubin version (0.5.2) does not match flashinfer version (0.5.3). Please install the same version of both packages.",
        "RuntimeError: cuDNN error: CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH",
        "RuntimeError: Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9}",
        "RuntimeError: nvrtc: error: failed to open libnvrtc-builtins.so.12.8.",
        "AttributeError: '_OpNamespace' '_C' object has no attribute 'rms_norm'",
        "LibMambaUnsatisfiableError: Encountered problems while solving:",
    ),
    near_misses=(
        "importing name resolver",
        "data did not match any variant of untagged enum ChatMessage at line 1 column 9",
    ),
)
