# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The parser for tools or for reasoning that is asked for does not exist.

Why: Its name is of another release or another engine, which write some with a hyphen and some with
an underscore, or the option that it needs is missing.

Remedy: Take one of the names in the message.

Source: vLLM, `entrypoints/openai/api_server.py`; TensorRT-LLM, `llmapi/reasoning_parser.py`;
Dynamo, `parsers`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI353",
    "parser-unknown",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "invalid tool call parser",
        "invalid reasoning parser",
        "easoning parser ",
        "ool parser ",
        "ool call parser ",
        "requires --tool-call-parser",
        "requires a tool-call parser",
        "Parser for '",
        "--tool-call-parser to be set",
        "not found in reasoning_parsers",
        "not found in tool_parsers",
        "is not implemented. Available parsers:",
        "Unsupported tool_call_parser: ",
    ),
    pattern=r"invalid (?:tool call|reasoning) parser|(?:Cannot find|Unknown|Unsupported|Invalid) (?:[Rr]easoning|[Tt]ool)(?: call)? parser|(?:[Rr]easoning|[Tt]ool(?: call)?) parser '[^']*' (?:is )?not (?:found|registered|supported)|requires --tool-call-parser|requires a tool-call parser|Parser (?:for )?'\S+' is not implemented|--tool-call-parser to be set|not found in (?:reasoning|tool)_parsers|Unsupported tool_call_parser: ",
    samples=(
        " 0: KeyError: 'invalid tool call parser: hermess (chose from { hermes,llama3_json })'",
        "KeyError: 'invalid reasoning parser: r1 (chose from { deepseek_r1,qwen3 })'",
        "ValueError: Cannot find reasoning parser 'deepseek_r1'. Available: ['deepseek-r1', 'qwen3']",
        "KeyError: \"Tool parser 'hermess' not found.\"",
        "ValueError: Unknown tool call parser 'hermess'. Available parsers: ['hermes']",
        "TypeError: Error: --enable-auto-tool-choice requires --tool-call-parser",
        "ValueError: --enable-structural-tag requires a tool-call parser",
        "Exception: Parser for 'x' is not implemented. Available parsers: ['hermes']",
        'ValueError: "auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        "1: KeyError: \"reasoning helper: 'qwen3_thinking' not found in reasoning_parsers\"",
        "KeyError: \"tool helper: 'llama3' not found in tool_parsers\"",
        "Parser 'hermes_json' is not implemented. Available parsers: [\"hermes\", \"nemotron_deci\", \"llama3_json\"]",
        "ValueError: Unsupported tool_call_parser: deepseek_v31",
    ),
    near_misses=(
        "INFO 11-21 09:19:49 [api_server.py:1] Using reasoning parser deepseek_r1",
        "ERROR: the tool parser hermes failed in request 3",
        "Error in extracting tool call from response: the tool call parser found none",
    ),
)
