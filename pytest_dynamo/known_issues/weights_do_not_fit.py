# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The weights of a checkpoint are not those that the engine's model has.

Why: Engine and checkpoint are of different releases, the quantisation is another one than
config.json tells, or files of two models lie in one directory.

Remedy: Fetch the checkpoint whole into an empty directory, and use a release that its card names.

Source: PyTorch, `load_state_dict`; vLLM, `model_loader`; TensorRT-LLM, `modeling_utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI340",
    "weights-do-not-fit",
    role="root",
    fault="config",
    engine="hugging-face",
    texts=(
        "size mismatch for ",
        "Error executing load_single_module with args",
        "Tried to load weights of size",
        "Attempted to load weight (",
        "weights were not initialized from checkpoint",
        "There is no module or parameter named",
        "Missing key(s) in state_dict",
        "Unexpected key(s) in state_dict",
        "SafetensorError: File does not contain tensor",
        "in loading state_dict for",
        "Weight shape mismatch",
        "cannot be found in the checkpoint",
        "Trying to set a tensor of shape",
        "not loaded from the checkpoint",
        "not found in Safetensor files",
        "KeyError: '",
        "assert param_data.shape == loaded_weight.shape",
        "assert param.shape == loaded_weight.shape",
        "assert param.size() == loaded_weight.size()",
        "assert loaded_weight.shape[output_dim] == ",
    ),
    pattern=r"^(?!.*load_single_module with args (?!.*: The size of tensor a ))(?!.*(?:adapter|size mismatch for (?!.*copying a param)))(?!.*KeyError: '(?![^']*cannot be found|(?:\w+\.)*(?:layers|blocks|experts|lm_head|embed_tokens|mtp)\.[\w.]*(?:weight|scale|bias|zeros|zero_point|g_idx)\w*'|\d+\.w[123]\.\w*scale\w*'))",
    phase="load",
    samples=(
        "[TRT-LLM] [E] Error executing load_single_module with args ('model.layers.61.mlp.shared_experts', Linear()): The size of tensor a (256) must match the size of tensor b (4096) at non-singleton dimension 0",
        "\tsize mismatch for model.embed_tokens.weight: copying a param with shape torch.Size([128256, 16384]) from checkpoint, the shape in current model is torch.Size([128258, 16384]).",
        " 3: AssertionError: Tried to load weights of size torch.Size([151936, 4096]) to a parameter of size torch.Size([152064, 4096])",
        "AssertionError: Attempted to load weight (torch.Size([1])) into parameter (torch.Size([]))",
        "ValueError: Following weights were not initialized from checkpoint: {'model.layers.3.mlp.gate.e_score_correction_bias'}",
        "ValueError: There is no module or parameter named 'mtp' in Glm9ForCausalLM",
        "RuntimeError: Missing key(s) in state_dict: 'lm_head.weight'.",
        "RuntimeError: Unexpected key(s) in state_dict: 'lm_head.weight_scale'.",
        "safetensors_rust.SafetensorError: File does not contain tensor lm_head.weight",
        "RuntimeError: Error(s) in loading state_dict for LlamaForCausalLM:",
        "ValueError: Weight shape mismatch for lm_head: (128256, 8192) and (128000, 8192)",
        "KeyError: 'lm_head.weight cannot be found in the checkpoint'",
        'ValueError: Trying to set a tensor of shape torch.Size([32000, 4096]) in "weight" (which has shape torch.Size([32064, 4096])), this looks incorrect.',
        "ValueError: Key output.weight_scale_inv not found in Safetensor files",
        "KeyError: 'model.layers.1.mlp.experts.w13_weight'",
        "KeyError: '0.w3.input_scale'",
        "RuntimeError: The following layers were not loaded from the checkpoint: model.layers.61.eh_proj",
        "ERROR 06-09 19:41:51 [core.py:500]     assert param_data.shape == loaded_weight.shape",
        "    assert param.shape == loaded_weight.shape, f'{name}'",
        "    assert param.size() == loaded_weight.size()",
        "    assert loaded_weight.shape[output_dim] == self.org_vocab_size",
    ),
    near_misses=(
        "KeyError: 'model.layers.1.mlp'",
        "Loading weights: 100%|##########| 1120/1120",
        "RuntimeError: Error(s) in loading state_dict for the adapter",
        "KV cache block size mismatch for model 'x': 16 vs 32",
        "block_size mismatch for model=qwen: worker 11 has 64, worker 12 has 16",
        "    assert x.shape == loaded_weight.shape",
    ),
)
