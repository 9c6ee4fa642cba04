# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The chat template of a model is missing or cannot be rendered.

Why: The checkpoint has none, the path that was given is of another machine, or the template uses
what the renderer does not know.

Remedy: Give a template that is there, on every node, or take the one of the model's own release.

Source: transformers, `tokenization_utils_base.py`; vLLM, `chat_utils.py`; Dynamo,
`preprocessor/prompt/template`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI343",
    "chat-template-unusable",
    role="root",
    fault="config",
    engine="hugging-face",
    texts=(
        "default chat template is no longer allowed",
        "syntax error: unknown statement ",
        "The supplied chat template ",
        "appears path-like, but doesn't exist",
        "jinja2.exceptions.TemplateSyntaxError",
        "jinja2.exceptions.TemplateNotFound",
        "Cannot use chat template functions because",
        "tokenizer.chat_template is not set",
        "hat template file not found",
        "inja template file not found",
        "does not contain a 'chat_template' field",
        "ailed to read custom template file",
        "ailed to read chat template file",
        "missing field `chat_template`",
        "ailed to load chat template",
        "ailed to parse chat_template",
        "jinja2.exceptions.TemplateRuntimeError",
        "jinja2.exceptions.TemplateAssertionError",
        "ailed to add template: ",
        "unknown filter: filter ",
        "unknown function: ",
        "unknown test: test ",
        " has no method named ",
        "PromptFormatter.from_mdc: syntax error",
        "kind: SyntaxError, detail:",
        "is not a built-in template name or a valid",
    ),
    pattern=r"^(?!.* has no method named )|unknown method: \S+ has no method named |is not a built-in template name",
    phase="load",
    samples=(
        "ERROR dynamo_llm::discovery::watcher: Error adding model: PromptFormatter.from_mdc: syntax error: unknown statement generation (in default:14)",
        "unknown method: string has no method named removeprefix (in default:87)",
        "ValueError: As of transformers v4.44, default chat template is no longer allowed, so you must provide a chat template if the tokenizer does not define one.",
        "ValueError: The supplied chat template (/templates/r1.jinja) looks like a file path, but it failed to be opened.",
        "ValueError: The supplied chat template string (/templates/r1.jinja) appears path-like, but doesn't exist!",
        " 0: jinja2.exceptions.TemplateSyntaxError: Encountered unknown tag 'generation'.",
        "jinja2.exceptions.TemplateNotFound: r1.jinja",
        "ValueError: Cannot use chat template functions because tokenizer.chat_template is not set and no template argument was passed!",
        "FileNotFoundError: Chat template file not found: /templates/r1.jinja",
        "FileNotFoundError: Custom Jinja template file not found: /templates/r1.jinja",
        "Exception: '/models/r1/chat_template.json' does not contain a 'chat_template' field",
        "Exception: Failed to read custom template file: No such file or directory (os error 2)",
        "Exception: Failed to read chat template file: No such file or directory (os error 2)",
        " 1: missing field `chat_template`",
        "RuntimeError: Failed to load chat template from /models/r1/tokenizer_config.json",
        "Exception: Failed to parse chat_template.json: expected value at line 1 column 1",
        "jinja2.exceptions.TemplateRuntimeError: No filter named 'tojson5'.",
        "jinja2.exceptions.TemplateAssertionError: No test named 'boolean2'.",
        "Exception: Failed to add template: syntax error: unexpected end of input (in tool_use:88)",
        'ERROR dynamo_llm::discovery::watcher: Error adding model from discovery error="build_routed_pipeline: PromptFormatter.from_mdc: syntax error: unexpected float, expected identifier"',
        "minijinja error: unknown filter: filter strftime is unknown (in default:12)",
        "minijinja error: unknown function: strftime_now is unknown (in default:12)",
        "minijinja error: unknown test: test boolean2 is unknown (in default:12)",
        'error=Error { kind: SyntaxError, detail: "unknown statement generation", name: "main", line: 73 }',
        "RuntimeError: Chat template qwen3_tools.jinja is not a built-in template name or a valid chat template file path.",
    ),
    near_misses=(
        "AttributeError: deployment 'x' has no method named 'y'",
        "INFO Using supplied chat template: /templates/r1.jinja",
        "jinja2.exceptions.TemplateError: Conversation roles must alternate user/assistant",
    ),
)
