# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Takes secrets out of text before it is written or shown.

What is taken for one: the value of a variable whose name says so (``SECRET_MARKS``), bearer and
basic credentials, the password in a URL, and tokens that are known by their form. Names stay, so
that a person sees what was there. A text keeps its lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

#: What marks a variable whose value no plan, event, log or report may show.
SECRET_MARKS = ("TOKEN", "_KEY", "SECRET", "PASSWORD", "NATS_AUTH_", "ETCD_AUTH_")
#: What is shown instead.
MASK = "***"
#: A value of fewer characters is not looked for where its name is not beside it: "1" is everywhere.
_LONG_ENOUGH = 8

_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"',;)}\]]+)"""
#: Each finds one kind of secret, and names it.
_RULES: tuple[re.Pattern[str], ...] = (
    # NAME=value, "NAME": "value", as environments and commands are shown; MAX_NUM_TOKENS is none
    re.compile(
        r"\b(?:[A-Z][A-Z0-9_]*)?(?:TOKEN|_KEY|SECRET|PASSWORD|(?:NATS|ETCD)_AUTH_[A-Z_]+)"
        rf"['\"]?\s?[=:]\s?(?P<secret>{_VALUE})"
    ),
    # api_key='value': a name in lower case is a secret's where its value is quoted
    re.compile(
        r"(?i)\b(?:(?:api|access|secret|private)[_-]key|(?:hf|auth|access|api|refresh)[_-]token"
        r"|password|passwd)['\"]?\s?[=:]\s?(?P<secret>\"[^\"\n]+\"|'[^'\n]+')"
    ),
    # --hf-token value
    re.compile(
        r"(?i)--(?:[a-z]+-)*(?:api-key|token|password|secret)(?:=|\s+)(?P<secret>[^\s-]\S*)"
    ),
    # a header
    re.compile(
        r"(?i)\b(?:bearer|authorization['\"]?\s?[=:]\s?['\"]?basic)\s+(?P<secret>[\w.~+/=-]{8,})"
    ),
    # scheme://user:password@host
    re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://(?P<secret>[^\s/@'\"<>]+)@"),
    # Hugging Face, NVIDIA, GitHub, OpenAI, Slack, AWS, and JSON web tokens
    re.compile(
        r"\b(?P<secret>hf_[A-Za-z0-9]{16,}|nvapi-[\w-]{20,}|gh[pousr]_[A-Za-z0-9]{20,}"
        r"|github_pat_\w{20,}|sk-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}"
        r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+)"
    ),
)
#: Every text that a rule strikes holds one of these; they are cheaper to look for.
_HINTS = (
    "TOKEN", "_KEY", "SECRET", "PASSWORD", "_AUTH_", "_key", "-key", "-KEY", "_Key", "-Key",
    "f_token", "f-token", "h_token", "h-token", "s_token", "s-token", "i_token", "i-token",
    "-token", "-TOKEN", "assword", "asswd", "ASSWD", "-secret", "earer", "EARER", "asic ", "ASIC ",
    "://", "hf_", "nvapi-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "sk-", "xox",
    "AKIA", "eyJ",
)  # fmt: skip
_DIGITS = b"0123456789"
#: What ``Redactor.block`` leaves of a secret.
_STARRED = re.compile(r"\*{4,}")


def is_secret(variable: str) -> bool:
    """Return whether the value of a variable may not be shown."""
    return any(mark in variable.upper() for mark in SECRET_MARKS)


def redact(text: str) -> str:
    """Return a text without the secrets that show themselves."""
    return _redacted(text, lambda _: MASK)


def secrets_among(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the secrets among the words of a command line, each with the number of its word."""
    for at, word in enumerate(words):
        before = f"{words[at - 1]} {word}" if at else word
        secret = _secret(word) or _secret(before)
        if secret and secret in word:
            yield at, secret


def _secret(text: str) -> str | None:
    if not any(hint in text for hint in _HINTS):
        return None
    found = (rule.search(text) for rule in _RULES)
    return next((match["secret"] for match in found if match and match["secret"] != MASK), None)


def _redacted(text: str, mask: Callable[[str], str]) -> str:
    if not any(hint in text for hint in _HINTS):
        return text
    for rule in _RULES:
        text = rule.sub(lambda match: _without(match, mask), text)
    return text


def _without(match: re.Match[str], mask: Callable[[str], str]) -> str:
    whole, secret = match[0], match["secret"]
    at = match.start("secret") - match.start()
    return f"{whole[:at]}{mask(secret)}{whole[at + len(secret) :]}"


class Redactor:
    """Also takes out the values of the secret variables of environments, wherever they stand."""

    def __init__(self, *environments: Mapping[str, str]) -> None:
        values = {
            value
            for environment in environments
            for name, value in environment.items()
            if is_secret(name) and len(value) >= _LONG_ENOUGH
        }
        # the longest first: one may be part of another
        self._values = sorted(values, key=len, reverse=True)
        thin = (text.encode().translate(None, _DIGITS) for text in (*_HINTS, *self._values))
        self._thin = tuple(dict.fromkeys(thin))

    def text(self, text: str) -> str:
        """Return a text without secrets; what was starred in a log before looks the same."""
        return _STARRED.sub(MASK, self._text(text, lambda _: MASK))

    def data(self, data: Any) -> Any:  # Any: JSON, as it comes and goes
        """Return JSON with every text in it redacted; the names of fields stay."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {key: self.data(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            words = [self.data(value) for value in data]
            if all(isinstance(word, str) for word in words):  # perhaps of a command line
                for at, secret in secrets_among(words):
                    words[at] = words[at].replace(secret, MASK)
            return words
        return data

    def block(self, block: bytes) -> bytes:
        """Return whole lines of a log with as many stars in place of each secret as it is long.

        So every line keeps its place. Lines that are alike but for their digits are looked at once,
        since a healthy log says the same few things over and over.
        """
        thin = block.translate(None, _DIGITS).split(b"\n")
        kinds = set(thin)
        rest = b"\n".join(kinds)
        found = [hint for hint in self._thin if hint in rest]
        if not found:
            return block
        wanted = {kind for kind in kinds if any(hint in kind for hint in found)}
        lines = [
            self._line(line) if kind in wanted else line
            for line, kind in zip(block.split(b"\n"), thin, strict=True)
        ]
        return b"\n".join(lines)

    def _line(self, line: bytes) -> bytes:
        text = line.decode("utf-8", "surrogateescape")
        return self._text(text, _stars).encode("utf-8", "surrogateescape")

    def _text(self, text: str, mask: Callable[[str], str]) -> str:
        for value in self._values:
            if value in text:
                text = text.replace(value, mask(value))
        return _redacted(text, mask)


def _stars(secret: str) -> str:
    return "*" * len(secret.encode("utf-8", "surrogateescape"))
