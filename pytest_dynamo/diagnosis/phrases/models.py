# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is said of models, weights, tokenizers, datasets and Python packages."""

from __future__ import annotations

from pytest_dynamo.diagnosis.phrases.phrase import Phrase

PHRASES: tuple[Phrase, ...] = (
    # a model type that the installed transformers does not have
    Phrase(
        "config",
        r"KeyError: '(?:qwen|llama|deepseek|glm|kimi|mistral|phi|gemma|gpt|nemotron)\w*'",
        "KeyError: 'qwen3_next'",
    ),
    # a tensor that the checkpoint has and the model of this release has not, or the other way round
    Phrase(
        "config",
        r"KeyError: ['\"](?:\w+\.)*(?:layers|blocks|experts|lm_head|embed_tokens|vision_\w+|mtp)\.[\w.]*"
        r"(?:weight|scale|bias|zeros|zero_point|qweight|scales|g_idx|input_scale)\w*['\"]",
        "KeyError: 'model.layers.0.self_attn.qkv_proj.k_scale'",
    ),
    # who refuses a value by the name of its option
    Phrase(
        "config",
        r"\b(?:Value|Argument|ArgumentType|Usage|Parser)Error: "
        r"(?!.*(?:memory|connect|timed out|unreachable))(?:.*[\s`'\"(])?--[a-z][a-z0-9_-]+",
        "ValueError: --is-prefill-worker contradicts --disaggregation-mode",
    ),
    # a graph of services of Dynamo's first releases
    Phrase(
        "config",
        r"\bDynamoService\b.*\bfound\b|not found in the bundle|[Nn]o entry service"
        r"|\bGPUs?\b.*\bbut only \d+",
        "ValueError: No root DynamoService found in module 'graphs.disagg'.",
    ),
    # what a release no longer takes
    Phrase(
        "config",
        r"Error: .*\b(?:is|are) no longer (?:supported|read|accepted|available)\b",
        "ValueError: aic_perf_model is no longer supported; use ais_perf_model.roles",
    ),
    # a value of a closed list, by whoever tells the list
    Phrase(
        "config",
        r"\b(?:Value|Key|ArgumentType)Error: .*(?:[Ee]xpected one of|\b[Cc]h(?:oo|[ou])se from"
        r"|[Vv]alid (?:options|values|choices|modes|names) ?(?:are|:)|[Aa]vailable(?: \w+)?:) [\w-]",
        "ValueError: unknown router mode kvv; expected one of random, round_robin, kv",
    ),
    # a text where a number was to be written
    Phrase(
        "config",
        r"\bValueError: (?:invalid literal for int\(\)|could not convert string to float)",
        "ValueError: invalid literal for int() with base 10: '8,8'",
    ),
    # what a prompt may hold by the options of the engine
    Phrase(
        "config",
        r"At most \d+ (?:image|video|audio)\S* may be provided",
        "ValueError: At most 0 image(s) may be provided in one prompt.",
    ),
    # who rents out files: an NFS without its lock daemon
    Phrase(
        "infrastructure",
        r"[Nn]o locks available|\bENOLCK\b",
        "OSError: [Errno 37] No locks available",
    ),
    # pip, where no index has the package
    Phrase(
        "config",
        r"^ERROR: (?:No matching distribution found for|Failed building wheel for|Invalid requirement)",
        "ERROR: Failed building wheel for flash-attn",
    ),
    # what Rust says of a text that is no number, no address and no URL
    Phrase(
        "config",
        r"invalid digit found in string|number too (?:large|small) to fit in target type"
        r"|cannot parse integer from empty string|provided string was not `true` or `false`"
        r"|invalid float literal|invalid (?:socket|IP) address syntax|relative URL without a base",
        "Error: relative URL without a base",
    ),
    # settings out of the environment
    Phrase(
        "config",
        r"SettingsError: error parsing value for field|environment variable not (?:found|unicode)",
        'pydantic_settings.exceptions.SettingsError: error parsing value for field "engine_args"',
    ),
    # a model's own configuration, in a release of transformers that words it otherwise
    Phrase(
        "config",
        r"AttributeError: '(?:Qwen|Llama|Deepseek|DeepSeek|Glm|Kimi|Mi[sx]tral|Phi|Gemma|GptOss"
        r"|Nemotron|Pretrained)\w*Config' object has no attribute",
        "AttributeError: 'Qwen3MoeConfig' object has no attribute 'num_experts_per_token'",
    ),
    # a lock in a cache that ranks share
    Phrase(
        "infrastructure",
        r"The file lock '.*' could not be acquired",
        "filelock._error.Timeout: The file lock '/cache/hub/.locks/m/a.lock' could not be acquired.",
    ),
    # the vocabulary that openai-harmony fetches
    Phrase(
        "infrastructure",
        r"HarmonyError: error downloading or loading vocab file",
        "openai_harmony.HarmonyError: error downloading or loading vocab file",
    ),
    # a daemon of Ray that has not come up
    Phrase(
        "infrastructure",
        r"The current node timed out during startup",
        "Exception: The current node timed out during startup.",
    ),
    # Python's packages where the system keeps them to itself
    Phrase(
        "config",
        r"error: externally-managed-environment",
        "error: externally-managed-environment",
    ),
    # what serde says of a file or a value that it cannot take
    Phrase(
        "config",
        r"\b(?:missing|duplicate|unknown) field `|unknown variant `"
        r"|\binvalid (?:type|length|value): .*, expected\b"
        r"|\b(?:trailing (?:comma|characters)|key must be a string|EOF while parsing"
        r" \w+|expected `.`(?: or `.`)?) at line \d+ column \d+",
        "Error: missing field `namespace` at line 12 column 1",
    ),
    # a panic of Rust that Python sees
    Phrase("product", r"\bPanicException: ", "pyo3_runtime.PanicException: no entry found for key"),
    # a name in a form that has parts
    Phrase(
        "config",
        r"\bis not valid: expected\b|\bInvalid \w+ format: ",
        "ValueError: Endpoint 'dyn://a/b' is not valid: expected namespace.component.endpoint",
    ),
    # a store of objects: what it refuses, and what it is too busy for
    Phrase(
        "config",
        r"An error occurred \((?:40[0134]|AccessDenied|NoSuch\w+|Invalid\w+|Signature\w+|Expired\w+"
        r"|AuthorizationHeader\w+|UnrecognizedClient\w*)\)|\bNoCredentialsError\b",
        "botocore.exceptions.ClientError: An error occurred (403) when calling the HeadObject",
    ),
    Phrase(
        "infrastructure",
        r"An error occurred \((?:5\d\d|SlowDown|ServiceUnavailable|InternalError|RequestTimeout)\)",
        "botocore.exceptions.ClientError: An error occurred (SlowDown) when calling the GetObject",
    ),
    # files of settings that are put together out of others
    Phrase(
        "config",
        r"\b(?:omegaconf\.errors|hydra\.errors|jsonschema\.exceptions|dacite\.exceptions)\."
        r"|\bConfig(?:Composition|Attribute|Key|Parse)(?:Exception|Error)\b",
        "omegaconf.errors.InterpolationKeyError: Interpolation key 'model.path' not found",
    ),
    # a name in capitals that nobody has set, in a table or a template
    Phrase(
        "config",
        r"KeyError: '[A-Z][A-Z0-9_]{2,}'|UndefinedError: '[A-Z][A-Z0-9_]+' is undefined",
        "jinja2.exceptions.UndefinedError: 'HEAD_IP' is undefined",
    ),
    # names and addresses that are none
    Phrase(
        "config",
        r"\bValueError: (?!.*\b(?:[Rr]equest|[Pp]rompt|[Mm]essage|[Rr]esponse)\b)"
        r"(?:[Ii]nvalid (?:[\w-]+ ){0,3}(?:name|ur[il]|address|setting|spec|version|template|group size"
        r"|pattern|size string)\b|.*\bmalformed\b)",
        "ValueError: RAY_ADDRESS 'ray://head' is malformed",
    ),
    # Ray's head has been started anew below those who had joined the last one
    Phrase(
        "infrastructure",
        r"Session name \S+ does not match persisted value",
        "RuntimeError: Session name session_2_1 does not match persisted value session_1_1.",
    ),
    # a cache of the Hub that was filled in part
    Phrase(
        "config",
        r"\b(?:IncompleteSnapshot|CachedRepoTreeNotFound|CacheNotFound)Error: ",
        "IncompleteSnapshotError: The cached snapshot for 'm/x' is incomplete: 3 file(s) are gone",
    ),
    # who answers in the Hub's place
    Phrase(
        "config",
        r"does not seem to be served by a Hugging Face Hub endpoint|If HF_ENDPOINT is set",
        "FileMetadataError: Response from x does not seem to be served by a Hugging Face Hub endpoint",
    ),
    # an extra package that a feature needs
    Phrase(
        "config",
        r"Error: .*\b(?:you need to|[Pp]lease|[Tt]ry|[Rr]un:?) [`'\"]?(?:pip )?install [`'\"\w\[]",
        "ValueError: To use Xet storage, you need to install the hf_xet package.",
    ),
    # a value of config.json that is of another type than the model's class takes
    Phrase(
        "config",
        r"\bStrictDataclass\w*Error: |TypeError: Field '\w+' expected |ValidationError for field '",
        "TypeError: Field 'num_experts' expected int, got str (value: 'many')",
    ),
    # an archive that is not whole
    Phrase(
        "infrastructure",
        r"\bzlib\.error: |\btarfile\.\w*Error: |\bBadGzipFile\b|\bBadZipFile\b|\bLZMAError\b",
        "zlib.error: Error -3 while decompressing data: incorrect header check",
    ),
    # what a variable or an address says that nobody can read
    Phrase(
        "config",
        r"\bis set to an? (?:invalid|unknown|unsupported)\b"
        r"|[Ff]ailed to parse (?:ur[il]|address|endpoint|host)\b",
        "RuntimeError: Failed to parse uri 'head-node:2379': no scheme",
    ),
    # what Rust is handed by Python and cannot take
    Phrase(
        "product",
        r"TypeError: argument '\w+': '\w+' object cannot be",
        "TypeError: argument 'ids': 'NoneType' object cannot be interpreted as an integer",
    ),
    # what cannot be carried from one process to another
    Phrase(
        "product",
        r"UnpicklingError: (?:NEWOBJ|state is not|global|unsupported persistent)",
        "pickle.UnpicklingError: NEWOBJ class argument must be a type, not _LazyModule",
    ),
    # a command line or a file of settings that cannot be taken apart
    Phrase(
        "config",
        r"ValueError: No closing quotation|ValueError: No escaped character"
        r"|[Ff]ailed to (?:load|read|open) (?:the )?config\w*\b(?!.*(?:timed|refused|os error 5\b))",
        "ValueError: No closing quotation",
    ),
    # a store that does not answer
    Phrase(
        "infrastructure",
        r"\b(?:Connect|Read) timeout on endpoint\b|\bFSTimeoutError\b|\btcp connect error\b"
        r"|libstreamer due to: b'(?:File access|Curl|Remote)",
        'botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "https://s3"',
    ),
    # a tokenizer or a processor, in a release of transformers that words it otherwise
    Phrase(
        "config",
        r"AttributeError: '\w*(?:Tokenizer(?:s?\w*)|ImageProcessor\w*|VideoProcessor)' object has no attribute",
        "AttributeError: 'Qwen2Tokenizer' object has no attribute 'all_special_tokens_extended'",
    ),
    # a cache of kernels that several write, on a disk that they share
    Phrase(
        "infrastructure",
        r"No such file or directory: '(?:/(?:sys|proc|dev)/|.*(?:/torchinductor|/\.triton/|/triton/"
        r"|/\.cache/(?:vllm|flashinfer|triton|torch|tensorrt_llm)/|/\.deep_gemm/))",
        "FileNotFoundError: [Errno 2] No such file or directory: '/root/.triton/cache/9Q/moe.json'",
    ),
    # a library that a model's engine loads by its name
    Phrase(
        "config",
        r"[Cc]ould not load (?:plugin |dynamic |shared )+library",
        "RuntimeError: Could not load plugin library libnvinfer_plugin_tensorrt_llm.so",
    ),
    # two workers that call different models by one name
    Phrase(
        "config",
        r"\b[Mm]odel\b.*\bdifferent (?:\w+ )?checksum\b|\bmdcsum\b|[Cc]hecksum for model .* does not match",
        "Exception: Model 'r1' is already registered with a different checksum by another worker",
    ),
    # what small tools of the shell refuse
    Phrase(
        "config",
        r"\billegal (?:option --|character in)|^(?:sed: -e expression|jq: error|awk: .*syntax error)",
        "./launch.sh: illegal option -- z",
    ),
    # a release that is too old, by whoever checks it
    Phrase(
        "config",
        r"\bversion (?:\S+ )?is too (?:old|new|low)\b(?!.*[Dd]river)|\bversion must be (?:at least |[<>=])",
        "AssertionError: flash_attn version must be >= 2.7.1",
    ),
    # a cluster of Ray that asks for a token
    Phrase(
        "config",
        r"ray\.exceptions\.AuthenticationError",
        "ray.exceptions.AuthenticationError: InvalidCredentials: the token is another one",
    ),
)
