# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A file of the model is not whole.

Why: It was cut off while it was copied or fetched, or the file system gave back something else.

Remedy: Compare its size with the original, and copy it again.

Source: safetensors, `SafeTensorError`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI907",
    "checkpoint-unreadable",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "SafetensorError",
        "PytorchStreamReader failed",
        "Consistency check failed: file should be of size",
        "invalid load key",
        "EOFError: Ran out of input",
        "without having git-lfs installed",
        "GGUF magic invalid",
        "Unable to load weights from pytorch checkpoint",
        "not a ZIP archive",
        "The file might be corrupted",
    ),
    pattern=r"^(?!.*SafetensorError: (?:File does not contain|(?:device|framework) \S+ is invalid|File is closed|.*[Nn]o space left))",
    samples=(
        " 3: safetensors_rust.SafetensorError: Error while deserializing header: MetadataIncompleteBuffer",
        "RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory",
        "OSError: Consistency check failed: file should be of size 4976698672 but has size 1073741824 (model-00001-of-00004.safetensors).",
        "_pickle.UnpicklingError: invalid load key, 'v'.",
        "EOFError: Ran out of input",
        "OSError: You seem to have cloned a repository without having git-lfs installed. Please install git-lfs and run `git lfs install` followed by `git lfs pull` in the folder you cloned.",
        "ValueError: GGUF magic invalid",
        "OSError: Unable to load weights from pytorch checkpoint file for '/models/x/pytorch_model.bin'",
        "RuntimeError: unexpected EOF, the file is not a ZIP archive",
        "RuntimeError: unexpected EOF, expected 4831838208 more bytes. The file might be corrupted.",
    ),
    near_misses=(
        "Loading safetensors checkpoint shards:  45%",
        "safetensors_rust.SafetensorError: File does not contain tensor lm_head.weight",
    ),
)
