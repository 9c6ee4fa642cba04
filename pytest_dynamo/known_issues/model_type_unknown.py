# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An engine does not know the architecture of a model.

Why: The model is newer than the engine or than its release of transformers, or its config.json is
not the model's.

Remedy: Use a release that lists the model, or correct its config.json.

Source: TensorRT-LLM, `_torch/models/modeling_auto.py`; transformers, `configuration_auto.py`; vLLM,
`model_executor/models/registry.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI218",
    "model-type-unknown",
    role="root",
    fault="config",
    engine="hugging-face",
    texts=(
        "does not recognize this architecture",
        "Model architectures [",
        "Unrecognized model in ",
        "has no vLLM implementation",
        "Unrecognized configuration class",
        "nsupported architecture",
        "nsupported model architecture",
        "nsupported model type",
        "Unknown architecture",
        "nknown gguf model_type",
        "GGUF model with architecture ",
        "has no SGlang implementation",
        "Cannot find model module. '",
    ),
    pattern=r"does not recognize this architecture|Unknown architecture|nknown gguf model_type|GGUF model with architecture \S+ is not supported|Model architectures \[.*\] (?:are not supported|failed to be(?! inspected))|Unrecognized model in |has no vLLM implementation|Unrecognized configuration class|nsupported (?:model )?(?:architecture|model type)|has no SGlang implementation|Cannot find model module\. '",
    samples=(
        "ValueError: The checkpoint you are trying to load has model type `qwen9` but Transformers does not recognize this architecture.",
        " 2: ValueError: Unknown architecture for AutoModelForCausalLM: GraniteForCausalLM",
        "ValueError: Model architectures ['FooForCausalLM'] are not supported for now. Supported architectures: dict_keys(['AquilaModel'])",
        "ValueError: Unrecognized model in /models/x. Should have a `model_type` key in its config.json.",
        "  Value error, Model architectures ['Glm9ForCausalLM'] are not supported for now. Supported architectures: dict_keys([ [type=value_error, input_value=ArgsKwargs(()), input_type=ArgsKwargs]",
        "ValueError: Glm9ForCausalLM has no vLLM implementation and the Transformers implementation is not compatible with vLLM.",
        "ValueError: Unrecognized configuration class <class 'x.Glm9Config'> for this kind of AutoModel: AutoModelForCausalLM.",
        "ValueError: Unsupported architecture: Glm9ForCausalLM",
        "NotImplementedError: Unsupported model architecture: Glm9ForCausalLM",
        "ValueError: Unsupported model type glm9",
        "RuntimeError: Unknown gguf model_type: qwen3_5",
        "ValueError: GGUF model with architecture deepseek2 is not supported yet.",
        "ValueError: Step3p5ForCausalLM has no SGlang implementation and the Transformers implementation is not compatible with SGLang.",
        "ValueError: Cannot find model module. 'MiniMaxM2ForCausalLM' is not a registered model in the Transformers library",
    ),
    near_misses=("Resolved architecture: LlamaForCausalLM",),
)
