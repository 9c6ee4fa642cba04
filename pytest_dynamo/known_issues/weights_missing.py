# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The directory of a model holds no weights.

Why: It is the directory above or beside the model's, or the weights were not copied.

Remedy: Name the directory in which the .safetensors files lie.

Source: TensorRT-LLM, `_torch/models/checkpoints`; transformers, `modeling_utils.py`; vLLM,
`model_loader`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI909",
    "weights-missing",
    role="root",
    fault="config",
    engine="hugging-face",
    texts=(
        "No weight files found in",
        "Cannot find any model weights with",
        "Error no file named ",
        "weights found for",
        "weight files found",
        "files found in",
        "No such file or directory",
        "Could not find checkpoint files '",
        "Cannot find any safetensors model weights with",
        "file named pytorch_model.bin, model.safetensors",
        "No model weights found in: ",
    ),
    pattern=r"Could not find checkpoint files \'|No weight files found in|Cannot find any model weights with|Error no file named |No (?:safetensors |model )?weights? (?:files )?found (?:for|in)\b|No (?:safetensors|model|checkpoint|bin)(?: or \w+)? files found in|FileNotFoundError: .*No such file or directory: ?[\x22'].*\.(?:safetensors|gguf|bin)[\x22']|Cannot find any safetensors model weights with|file named pytorch_model\.bin, model\.safetensors|No model weights found in: ",
    phase="load",
    samples=(
        "RuntimeError: No weight files found in /models/r1.",
        "RuntimeError: Cannot find any model weights with `/models/r1`",
        "OSError: Error no file named pytorch_model.bin, model.safetensors, tf_model.h5 found in directory /models/r1.",
        "ValueError: No safetensors weights found for model /models/r1",
        "RuntimeError: No model weight files found in /models/r1",
        "FileNotFoundError: No safetensors files found in /models/r1",
        "RuntimeError: No safetensors or bin files found in /models/r1",
        'FileNotFoundError: No such file or directory: "/models/r1/model-00041-of-00080.safetensors"',
        "ValueError: Could not find checkpoint files '/models/x/model-rank-3-part-*.safetensors', only pre-sharded checkpoints are currently supported!",
        "RuntimeError: Cannot find any safetensors model weights with `s3://models/llama-3.1-70b`",
        "OSError: meta-llama/Llama-3.1-8B-Instruct does not appear to have a file named pytorch_model.bin, model.safetensors, tf_model.h5, model.ckpt or flax_model.msgpack.",
        "RuntimeError: No model weights found in: `/models/Qwen3-235B-A22B`",
    ),
    near_misses=(
        "Prefetching 390.12GB checkpoint files.",
        "2 weight files found in /models/r1",
        "FileNotFoundError: [Errno 2] No such file or directory: '/models/r1/config.json'",
    ),
)
