# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A model brings code of its own, which is not allowed to run.

Why: Its directory holds Python files that the engine runs only when told to.

Remedy: Read that code, and set trust_remote_code if it may run; or use an engine that knows the
model.

Source: transformers, `dynamic_module_utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI217",
    "remote-code-not-allowed",
    role="root",
    fault="config",
    engine="hugging-face",
    texts=(
        "contains custom code which must be executed",
        "to execute the configuration file in that repo",
        "or using the `--trust-remote-code` flag",
        "to allow custom code to be run",
        "to execute the tokenizer file in that repo",
        "Do you wish to run the custom code",
        "references custom code contained in",
        "requires you to execute custom code contained in",
    ),
    samples=(
        "ValueError: The repository for /models/kimi contains custom code which must be executed to correctly load the model. You can inspect the repository content at https://hf.co//models/kimi. Please pass the argument `trust_remote_code=True` to allow custom code to be run.",
        "ValueError: Loading /models/kimi requires you to execute the configuration file in that repo on your local machine.",
        "RuntimeError: Failed to load the model config. If the model is a custom model not yet available in the HuggingFace transformers library, consider setting `trust_remote_code=True` in LLM or using the `--trust-remote-code` flag in the CLI.",
        "Please pass the argument `trust_remote_code=True` to allow custom code to be run.",
        "ValueError: Tokenizer class ChatGLM4Tokenizer requires you to execute the tokenizer file in that repo on your local machine.",
        "Do you wish to run the custom code? [y/N] ",
        "The repository nvidia/Llama-3_3-Nemotron-Super-49B-v1 references custom code contained in nvidia/Llama-3_3-Nemotron-Super-49B-v1-FP8 which must be executed to correctly load the model.",
        "ValueError: Loading this model requires you to execute custom code contained in the model repository on your local machine. Please set the option `trust_remote_code=True` to permit loading of this model.",
    ),
    near_misses=("non-default args: {'model': '/models/kimi', 'trust_remote_code': True}",),
)
