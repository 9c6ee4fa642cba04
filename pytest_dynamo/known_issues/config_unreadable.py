# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A configuration file cannot be read as YAML or JSON.

Why: It has a mistake of spelling, such as a tab or a missing quote.

Remedy: Correct the file; the dry run names the line.

Source: PyYAML and Python
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI915",
    "config-unreadable",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "yaml.scanner.ScannerError",
        "yaml.parser.ParserError",
        "json.decoder.JSONDecodeError",
        "yaml.composer.ComposerError",
        "yaml.constructor.ConstructorError",
        "TOMLDecodeError",
        "did not find expected",
        "while parsing a block mapping",
        "while parsing a flow ",
        "could not find expected ':'",
        "trailing comma at line",
        "as JSON: ",
        "yaml.reader.ReaderError",
        "is not a valid JSON file",
        "TOML parse error at line",
        "yaml.error.",
        "xpecting property name enclosed",
        "Value error, Expecting ",
        "Value error, Extra data: line",
        "Value error, Unterminated string starting",
        "Value error, Invalid control character at",
        "daemon.json: invalid character",
        "error converting YAML to JSON",
        "mapping values are not allowed in this context",
        "found character that cannot start any token",
        "found character '\\t' that cannot start any token",
        "[json.exception.parse_error.",
    ),
    pattern=r"^(?!.*_tool_parser\.py|.*as JSON: )|(?:arg|config|option|setting)\w*[^:]* as JSON: |cannot start any token|json\.exception\.parse_error",
    phase="launch",
    samples=(
        " 0: yaml.scanner.ScannerError: mapping values are not allowed here",
        "yaml.parser.ParserError: while parsing a block mapping",
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "yaml.composer.ComposerError: found undefined alias 'x'",
        "yaml.constructor.ConstructorError: could not determine a constructor for the tag '!x'",
        "tomllib.TOMLDecodeError: Invalid statement (at line 1, column 1)",
        "error: yaml: line 5: did not find expected key",
        "while parsing a block mapping",
        "while parsing a flow mapping",
        "yaml: line 9: could not find expected ':'",
        " 0: trailing comma at line 5 column 1",
        "ERROR main.init: Failed to parse override_engine_args as JSON: Expecting value",
        "OSError: It looks like the config file at '/models/r1/config.json' is not a valid JSON file.",
        "TOML parse error at line 3, column 9",
        "yaml.error.MarkedYAMLError: bad indentation of a mapping entry",
        "yaml.reader.ReaderError: unacceptable character #x0000: special characters are not allowed",
        "ValueError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        "  Value error, Expecting value: line 1 column 1 (char 0) [type=value_error, input_value=ArgsKwargs((), {'model': '/m'}), input_type=ArgsKwargs]",
        "  Value error, Extra data: line 2 column 1 (char 41) [type=value_error, input_value=ArgsKwargs((), {}), input_type=ArgsKwargs]",
        "  Value error, Unterminated string starting at: line 1 column 9 (char 8) [type=value_error, input_value=ArgsKwargs((), {}), input_type=ArgsKwargs]",
        "  Value error, Invalid control character at: line 1 column 9 (char 8) [type=value_error, input_value=ArgsKwargs((), {}), input_type=ArgsKwargs]",
        "unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character '}' looking for beginning of object key string",
        "Error: INSTALLATION FAILED: failed to parse values-gb200.yaml: error converting YAML to JSON: yaml: line 31: found a tab character that violates indentation",
        "yaml: line 14: mapping values are not allowed in this context",
        "yaml: line 3: found character that cannot start any token",
        "found character '\\t' that cannot start any token",
        "[TensorRT-LLM][ERROR] [json.exception.parse_error.101] parse error at line 3, column 1: syntax error while parsing object key - unexpected '}'; expected string literal",
    ),
    near_misses=(
        "read /mnt/agg.yaml",
        "cannot read the answer as JSON: html",
        "ValueError: Extra data: line 2 column 1 (char 41)",
        "ERROR 03-02 09:19:49 [hermes_tool_parser.py:137] json.decoder.JSONDecodeError: Extra data: line 1 column 118 (char 117)",
    ),
)
