# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What TensorRT-LLM, vLLM and CUDA say of settings, of kernels and of themselves."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

PHRASES: tuple[Phrase, ...] = (
    # a test of an option at the top of a traceback, which names no more than the option
    Phrase(
        "config", r"^\s*assert \w+\.(?:enable|use)_\w+\s*$", "    assert args.enable_attention_dp"
    ),
    # -- compilers and kernels: what they say of themselves sounds like a wrong value -------------
    # who was built for other GPUs, which the compiler of Triton says of its own options
    Phrase(
        "config",
        r"\bis not defined for option 'gpu-name'|[Uu]nsupported gpu architecture",
        "ptxas fatal   : Value 'sm_103a' is not defined for option 'gpu-name'",
    ),
    # the last word of such an error is what was raised below, which has lines of its own
    Phrase(
        "product",
        r"\b(?:torch\._(?:dynamo|inductor|functorch)\.exc\.|ConstraintViolationError|LLVM ERROR:"
        r"|GuardOnDataDependent|triton\.compiler\.errors\.|PassManager::run failed)"
        r"(?!.*(?:compiler\.|nvcc|triton installation|No such file|No space|[Oo]ut ?[Oo]f ?[Mm]emory|raised:\s*$|: at \d+:\d+:\s*$))",
        "torch._dynamo.exc.Unsupported: call_function not supported",
    ),
    # an average of nothing
    Phrase(
        "product",
        r"\bcannot convert float (?:NaN|infinity) to integer",
        "ValueError: cannot convert float NaN to integer",
    ),
    Phrase(
        "product",
        r"[Tt]his is (?:\w+ )?a bug\b|[Pp]lease report (?:this|a bug)"
        r"|^(?!.*VLLM_USE_V1).*[Tt]his should (?:not|never) happen",
        "ValueError: foo is not supported here, this should never happen",
    ),
    Phrase(
        "product",
        r"stream is capturing|error during capture|cudaErrorStreamCapture|uncaptured work"
        r"|capture (?:was )?invalidated|outside graph capture|[Gg]raph is already captured"
        r"|invalid device pointer",
        "n1:56:57 [0] NCCL WARN Cuda failure 'dependency created on uncaptured work'",
    ),
    # what prefill answers to decode, and nobody sets
    Phrase(
        "product",
        r"[Dd]isaggregated.?params (?:are required|is None but required)",
        "ValueError: Disaggregated params are required for decode mode",
    ),
    Phrase(
        "product",
        r"\bNo free slots\b|fail to schedule any pending request",
        "[TRT-LLM] [E] Error in event loop: No free slots",
    ),
    Phrase(
        "product",
        r"CUDA error: (?:too many resources requested|named symbol not found|an unsupported value|operation failed due)"
        r"|(?:Cuda|CUDA) error \S+:\d+ '(?!out of memory|.*peer|.*ECC|no kernel|.*driver)",
        "RuntimeError: Failed: Cuda error /w/csrc/custom_all_reduce.cuh:455 'invalid argument'",
    ),
    Phrase(
        "product",
        r"Error in function '\w+' at \S+:\d+: (?!.*(?:[Ss]upported|out of memory))",
        "RuntimeError: Error in function 'Plan' at /w/scheduler.cuh:5: indptr[1] should be non-negative",
    ),
    Phrase(
        "product",
        r"Assertion error (?:\(|\S+:\d+ )(?!.*(?:compiler\.hpp|NVCC))|\b(?:EP|DG)_(?:HOST|DEVICE)_ASSERT\b",
        "RuntimeError: Assertion error (csrc/jit/handle.hpp:88): sf.size(-2) == ceil_div(m, 128)",
    ),
    Phrase(
        "product",
        r"[Nn]o valid (?:\w+ )?(?:tactic|config for)|[Nn]o kernel found for|\bError Internal\b|[Tt]actic not supported|running GEMM"
        r"|(?:[Cc]annot|[Cc]ould not|[Ff]ailed to) (?:find|get) (?:an? |any )?valid"
        r" (?:\w+ )?(?:tactic|config\b)",
        "RuntimeError: Tactic not supported: no valid cutlass config for profiler gemm id 0",
    ),
    # a kernel that a library has not, or has not for this problem; and what it says of a launch
    Phrase(
        "config",
        r"\bNo compiled \w+ for\b|Error: .*\bnot in (?:the )?(?:supported list|list of supported)\b",
        "RuntimeError: No compiled cutlass_scaled_mm for CUDA device capability: 120",
    ),
    Phrase(
        "product",
        r"[Mm]issing \S+ [Kk]ernel\b|(?i:cutlass\b.{0,60}\b(?:cannot|can't|will fail)\b)"
        r"|\b\w*(?:Cache|[Kk]ernel) failed with error(?: code)?:? (?:invalid|unspecified|mis)",
        "RuntimeError: [trtllm_fmha] Missing TRTLLM-GEN kernel (decode): qkvLayout=2",
    ),
    Phrase(
        "product",
        r"\bptxas (?:error|fatal|failed)\b|exceeds (?:\w+ )?(?:row|staging|buffer|workspace) capacity",
        "ptxas error   : Entry function uses too much shared data (0x41000 bytes, 0x38c00 max)",
    ),
    # grammars: what libraries of C++ say of their own files, and their exceptions
    Phrase(
        "product",
        r"\[\d\d:\d\d:\d\d\] /\S+\.(?:cc|cpp|h):\d+: (?!.*(?:[Ee]rrno|open|connect))"
        r"|\bxgrammar\.(?:\w+\.)*\w*Error\b|\bInvalid(?:Grammar|StructuralTag|JSONSchema)Error\b"
        r"|HarmonyError: (?!error downloading)|\b(?:Parser|Lexer)TooComplex\b|\boutlines_core\.\w*Error\b"
        r"|\bto token: out of vocab",
        "xgrammar.exception.InvalidGrammarError: EBNF lexer error at line 1, column 12",
    ),
    # cubins of FlashInfer, which it fetches
    Phrase(
        "infrastructure",
        r"[Ff]ailed to (?:get|download|load|fetch) (?:\w+ )?(?:cubin|artifact|checksums\.txt from)"
        r"|(?:MetaInfo\.h|checksums\.txt) not found|flashinfer\.jit: Max retries reached",
        "RuntimeError: Failed to get cubin: fmhaSm100aKernel_QkvE4m3OBfloat16HQk576",
    ),
    # -- tensors and calls that do not fit each other ---------------------------------------------
    Phrase(
        "product",
        r"\bmat\d\b.*\bmust\b|have the same (?:dtype|shape|device|batch|length|size|rank|number of dim)"
        r"|\bmust have (?:shape|dtype)\b|is not on the expected device|exceeds dimension size|\bExpected size for"
        r"|\b(?:logits|bitmask|strides?|q_?len|seqlens?|indices|hidden_states|input_ids|positions"
        r"|slot_mapping|block_tables?|topk_(?:ids|weights)|expert_ids)\b.*"
        r"\b(?:must|should|expected|mismatch\w*|same)\b"
        r"|\bmust be (?:contiguous|a (?:CUDA )?tensor|on CUDA|\dD\b)|not implemented for '|Could not run 'aten::"
        r"|view size is not compatible|expects split_sizes|is out of bounds for dimension"
        r"|Inplace update to inference tensor|with more than one value is ambiguous"
        r"|expected (?:at most|at least) \d+ argument\(s\) but received"
        r"|is missing value for argument|Expected a value of type '",
        "RuntimeError: self and mat2 must have the same dtype, but got BFloat16 and Float",
    ),
    Phrase(
        "product",
        r"TypeError: (?:\w+\.)*(?!__init__|\w*[Cc]onfig|\w*[Aa]rgs)\w*(?:forward|apply|call__|run"
        r"|load_weights|execute_model|process_weights\w*|step|schedule|update\w*|prepare\w*)\w*\(\)"
        r" (?:got an unexpected keyword|missing \d+ required|got multiple values|takes \d+)",
        "TypeError: FusedMoE.forward() got an unexpected keyword argument 'all_rank_num_tokens'",
    ),
    Phrase(
        "product",
        r"Attempted to assign .* to \d+ placeholders|Expected there to be \d+ prompt"
        r"|prompt (?:updates|replacements?) for mm_items|Cannot get \d+ free blocks"
        r"|[Nn]o (?:more )?free blocks left|msgspec\.(?:Validation|Decode)Error"
        r"|Encoding objects of type .* is unsupported|cannot pickle '"
        r"|(?:Input|Output) tensor '[^']*' (?:not found|has)|\bmatcher\.cc\b|GrammarMatcher"
        r"|\b(?:vector|basic_string|deque|map|array|_Map_base|unordered_map)::(?!iterator)"
        r"|_M_range_check|bad optional access|bad_array_new_length|Ptx assembly aborted",
        "TypeError: Encoding objects of type <class 'torch.Tensor'> is unsupported",
    ),
    # how an operator of PyTorch begins what it says of its arguments, and of a tensor of no use
    Phrase(
        "product",
        r"RuntimeError: (?:(?!torch\.cuda)[\w.]+\(\):? |(?:The |Trying to create )?tensor\b|numel: )"
        r"|\bmust be a (?:matrix|vector|scalar)\b|Assertion failed: \w+\(\) should",
        "RuntimeError: scatter(): Expected dtype int64 for index",
    ),
    # what a program got from itself
    Phrase(
        "product",
        r"\b(?:Value|Runtime)Error: (?!.*(?:[Dd]river|[Dd]evice|GPU|[Ff]ile|[Uu]ser|--)).*"
        r"\b(?:is None\b|returned (?:no|None|nothing|multiple|invalid|non-\w+)\b|received \w+ without\b)",
        "RuntimeError: LLM endpoint returned no terminal chunk",
    ),
    Phrase(
        "product",
        r"\b(?!terminate\b)\w+ (?:is |was )?called (?:without|while|twice|before|after|more than once|outside)\b"
        r"|[Ee]ncoder cache miss|\bfree[ _]block[ _]queue\b|total_num_tokens \(\d+\) should|[Ii]nvalid type of .*NoneType"
        r"|'\w*(?:Linear|MoE|Attention|Embedding|Norm|Layer)\w*' object has no attribute"
        r"|\bmust be (?:b?float\d+|u?int\d+|a? ?scalar|rank-\d|\d+-byte-aligned|on (?:the )?\w+ device|on CPU)\b",
        "RuntimeError: sample_tokens called without pending output from execute_model",
    ),
    # containers, threads and loops of Python that a program has lost count of
    Phrase(
        "product",
        r"\bx not in list\b|\d+ is not in (?:deque|list)\b|mutated during iteration"
        r"|no current event loop|cannot join (?:current )?thread|out of sync with the"
        r"|Warp Illegal|NVRTC_ERROR_(?:COMPILATION|INTERNAL)|No valid execution plans?",
        "ValueError: list.remove(x): x not in list",
    ),
    # -- settings ---------------------------------------------------------------------------------
    Phrase(
        "config",
        r"Assertion failed: .*/(?!sampling|decoding)\w*[Cc]onfig\w*\.(?:cpp|h):\d+\)",
        "[TensorRT-LLM][ERROR] Assertion failed: 0 < mWindow (/src/executor/kvCacheConfig.cpp:41)",
    ),
    # a sentence that goes on with what would have been right
    Phrase(
        "config",
        r"Error\b.*\b(?:(?<!not )[Ss]upported|[Aa]vailable|[Vv]alid|[Aa]llowed|[Pp]ossible|[Cc]hoo?se|[Oo]ne"
        r"|[Rr]egistered|[Oo]ptions)\b(?: \w+){0,3}(?: from| of| are| is)?:? ?[\[({'\"<]",
        "ValueError: There is no reasoning parser 'r1'. Available parsers: ['deepseek-r1']",
    ),
    Phrase(
        "config",
        r"\b(?:[Ii]nvalid|[Uu]nknown) (?:[\w-]+ ){0,3}(?:parser|type|method|backend|kind|role|level"
        r"|policy|connector|combination|scheme|architecture|algo\w*|settings?|dtype|format|modality)\b(?! size)",
        "RuntimeError: Unknown guided decoding backend outlinez",
    ),
    Phrase(
        "config",
        r"--[\w-]+['\"`]?(?: [\w.=/-]+)? (?:requires|conflicts with|needs) |\bbackend cannot run\b"
        r"|(?:Error|failed): Do not (?:set|use|enable) |\b[Oo]nly one (?:of\b|\w+ (?:\w+ )?can\b)|(?:[Uu]se exactly one|[Ee]xactly one of)\b"
        r"|Error\b.*\b(?:[Cc]annot|[Uu]nable to) (?:enable|use|set|specify|select|apply|combine)\b.*"
        r"\b(?:when|with|without|if|since|because|unless)\b"
        r"|\b[Cc]an(?:not|'t) (?:specify|use|set|have|enable|provide|combine) both\b"
        r"|\bmust (?:both|all|either) be\b",
        "TypeError: Error: --enable-auto-tool-choice requires --tool-call-parser",
    ),
    Phrase(
        "config",
        r"\b(?:is|was|are|were) (?:set|provided|given|specified|enabled|configured)"
        r"(?: to [\w.'\"]+)?,? but\b"
        r"|\bbut (?:\w+ )?\d+ (?:[\w-]+ ){0,2}(?:are|is|were|was) (?:used|given|found|visible)"
        r"|[Ee]ngine (?:was|is) built (?:for|with)\b|\bis (?:none|not one|not any) of\b"
        r"|Error: [Nn]o [\w ]+? (?:(?:is|are|was|were) )?(?:specified|given|provided|configured|set)\b"
        r"|[Pp]lease (?:re)?(?:install|upgrade|update|downgrade|compile|build)(?!.*[Dd]river)",
        "ValueError: num_speculative_tokens was provided but without speculative model",
    ),
    Phrase(
        "config",
        r"Error\b(?!.*(?:[Pp]rompt|[Rr]equest|[Tt]imeout)).*\bexceeds? (?:max|limit|\d|number of)",
        "ValueError: The sum of free_gpu_memory_fraction of the models exceeds 1.0",
    ),
    # engines of one data-parallel group that were not started alike; a long number is no rank
    Phrase(
        "config",
        r"unexpected data parallel rank: \d{1,4}$"
        r"|(?:HELLO|READY) message from (?:local|remote) engine \d+, expected it",
        "RuntimeError: Message from engine with unexpected data parallel rank: 9",
    ),
    Phrase(
        "config",
        r"[Ff]ailed to parse (?:\w+ )?(?:command|arguments?|options?|config\w*|yaml|overrides?)\b",
        "ERROR main.worker: Worker failed: Failed to parse command arguments: eagle33",
    ),
    Phrase(
        "config",
        r"expected target modules|adapter_config\.json|\bmax_lora_rank\b|\bmax_loras\b"
        r"|Too large swap space|specified in the (?:model config|`)|DP adjusted local rank",
        "ValueError: While loading adapter, expected target modules in ['qkv_proj']",
    ),
    Phrase(
        "config",
        r"\b[Oo]nly (?:implemented|available|works?|runs?|valid|compatible|built|compiled)\b"
        r".{0,20}\b(?:for|on|with|when|if)\b"
        r"|(?:[Rr]equires?|[Nn]eeds?) .{0,40}(?:\b[Ss][Mm][ _]?\d\d|[Hh]opper|[Bb]lackwell|[Aa]mpere"
        r"|compute capability)",
        "RuntimeError: The CuTe DSL backend is only available on SM100",
    ),
    Phrase(
        "config",
        r"Error\b(?!.*(?:TORCH|CUDA_LAUNCH|_DEBUG|LOGGING|TIMEOUT)).*\b[Ss]et (?:the env\w* var\w* )?"
        r"[`'\"]?(?:--[\w-]+|[A-Z]+_[A-Z_]+|[a-z]+_\w+)[`'\"]?(?:=| to )",
        "RuntimeError: hash mismatch, to bypass it set enforce_handshake_compat=False",
    ),
    # an identifier in CUDA_VISIBLE_DEVICES that is none
    Phrase(
        "config", r"NVMLError_InvalidArgument", "pynvml.NVMLError_InvalidArgument: Invalid Argument"
    ),
    # what a model or the environment says of it
    Phrase(
        "config",
        r"\b(?:Value|NotImplemented)Error: .*\b(?:[Qq]uanti[sz]\w+|quant_\w+|LoRAs?|lora_\w+)\b"
        r"|\b(?:Value|Key)Error: ['\"]?(?:Unknown|Unrecognized|Conflicting) \w+|\bExpected format\b|[Mm]issing or invalid '"
        r"|\bValueError: Invalid (?!token|prompt|request|image|base64|address|json|JSON|grammar|regex)"
        r"|Current node has no \w+ available",
        "ValueError: The Quark quantized model has the kv_cache_group setting, but none was found",
    ),
    Phrase(
        "config",
        r"\b(?:Value|Runtime|Key|Assertion)Error: (?!.*(?:TIMEOUT|LOGGING|[Tt]imed out)).*"
        r"\b(?:VLLM|TRTLLM|TLLM|DYN|LMCACHE)_[A-Z_]{3,}",
        "ValueError: VLLM_PORT 'tcp://10.0.0.1:80' appears to be a URI",
    ),
    # what to do about it, as a sentence of its own
    Phrase(
        "config",
        r"Error\b(?!.*(?:TORCH|CUDA_LAUNCH|HYDRA|[Tt]imeout|TIMEOUT|reshape|\bbug\b)).*[.,;!)] "
        r"(?:[Ee]nable|[Dd]isable|Set|Use|Lower|[Ii]ncrease|Raise|[Rr]educe|[Ii]nstall|Configure|Pass"
        r"|Specify|Choose|Remove|Add|[Rr]ebuild|[Rr]ecompile|Consider|Adjust|Change) [`'\w-]",
        "ValueError: Received decoded audio. Enable frontend decoding to transfer it",
    ),
    # what a program says that it does not do
    Phrase(
        "config", r"\bNotImplementedError: \S+ \S+ \S", "NotImplementedError: The page sizes differ"
    ),
    Phrase(
        "config",
        r"\b[Nn]ot enough (?:resources|GPUs|nodes) to\b|\brank \d+ is out of range for \d+ GPU"
        r"|AssertionError: (?:\w+\.)*\w*(?:draft|schedule|max_|enable_|_config)\w* (?:must|should|cannot)\b",
        "AssertionError: draft_len_schedule must start from batch size 1",
    ),
    # -- the node ---------------------------------------------------------------------------------
    Phrase(
        "infrastructure",
        r"peer access (?:is )?not supported|\.so\S*: file too short|contained memory error"
        r"|timed out waiting for (?:\d+|all) (?:workers|ranks|peers|nodes)\b|[Ff]ailed to reserve \d+ (?:\w+ )?ports"
        r"|(?:[Cc]ould not|[Cc]annot|[Uu]nable to) (?:find|allocate|reserve) .{0,20}free port",
        "RuntimeError: CUDA error: peer access is not supported between these two devices",
    ),
)
