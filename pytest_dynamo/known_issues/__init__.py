# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What systems print when something is wrong, and what that means: one file for each issue.

An issue is found because its module lies in this folder. It is data: the texts that a line holds,
what part such a line plays, whose fault it is, where it applies, samples and words. Codes: DKI1xx
services and discovery, 2xx requests and registration, 3xx the engine's configuration, 4xx memory
and storage, 5xx ranks and executors, 6xx the transfer of the KV cache, 7xx GPUs, NCCL and MPI, 8xx
Slurm and containers, 9xx the host and what is installed. A code is never used again.
"""

from __future__ import annotations

import functools
import re
import textwrap
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo import catalogues
from pytest_dynamo.topology.versions import between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: What a line of an issue is. A root can be a first cause, a symptom only where nothing else can; an
#: echo tells that others are gone, a confirmation that something ended which had another reason.
Role = Literal["root", "symptom", "echo", "confirmation"]
Fault = Literal["config", "infrastructure", "product", "unknown"]
#: Where it strikes; None for what can strike at any time.
Phase = Literal["services", "launch", "load", "registration", "serving"]

ROLES: dict[Role, str] = {
    "root": "such a line can be the first cause",
    "symptom": "such a line is the first cause only where nothing else can be",
    "echo": "such a line follows from the end of something else, and is never the first cause",
    "confirmation": "such a line says that something ended, not why",
}
NOTICED = "its writer met with it in somebody else, so that it is believed less"


@dataclass(frozen=True, slots=True)
class Issue:
    """A known issue: how it shows in a log, and what to do about it.

    A line is of the issue if it holds one of ``texts`` and, where there is one, matches the regular
    expression ``pattern``. ``engine`` says whose words these are; with ``since`` and ``before``
    they are those of some releases only. ``node`` is whether the node is to be left out for it,
    ``between_roles`` whether it means nothing where prefill and decode are one worker. ``broad`` is
    an issue whose words wrap those of others, which are asked before it, ``one_request`` one of a
    request that is refused, and of nothing else. ``noticed`` is one whose lines tell what their
    writer met with in somebody else, whose own reason may stand elsewhere or nowhere. ``samples``
    are lines as a log holds them, with labels and terminal codes; ``near_misses`` look like them.
    """

    code: str
    name: str
    role: Role
    fault: Fault
    engine: str
    texts: tuple[str, ...]
    what: str
    why: str
    remedy: str
    source: str
    samples: tuple[str, ...]
    near_misses: tuple[str, ...]
    pattern: str = ""
    phase: Phase | None = None
    since: str | None = None
    before: str | None = None
    node: bool = False
    between_roles: bool = False
    broad: bool = False
    one_request: bool = False
    noticed: bool = False

    @property
    def hint(self) -> str:
        """What to do, as the end of a line: a remedy begins with a verb."""
        return self.remedy[:1].lower() + self.remedy[1:].rstrip(".")

    def matches(self, text: str) -> bool:
        """Return whether a line, without label and terminal codes, is of this issue."""
        return any(each in text for each in self.texts) and (
            not self.pattern or _compiled(self.pattern).search(text) is not None
        )

    def applies(self, versions: Mapping[str, str]) -> bool:
        """Return whether it can happen with these releases, by engine; a commit may be any."""
        version = versions.get(self.engine)
        if version is None or (self.since is None and self.before is None):
            return True
        try:
            return between(version, self.since, self.before)
        except ValueError:
            return True

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what the run directory holds of an issue from elsewhere."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Issue:
        """Return the issue that ``to_dict`` was called on."""
        lists = {key: tuple(data[key]) for key in ("texts", "samples", "near_misses")}
        return cls(**{**data, **lists})


def issue(  # noqa: PLR0913 - the parts of an issue, each by its name
    docstring: str | None,
    code: str,
    name: str,
    *,
    role: Role,
    fault: Fault,
    engine: str,
    texts: tuple[str, ...],
    samples: tuple[str, ...],
    near_misses: tuple[str, ...],
    pattern: str = "",
    phase: Phase | None = None,
    since: str | None = None,
    before: str | None = None,
    node: bool = False,
    between_roles: bool = False,
    broad: bool = False,
    one_request: bool = False,
    noticed: bool = False,
) -> Issue:
    """Return the issue that a module with this docstring describes.

    The docstring's first paragraph is *What*; those that begin with ``Why:``, ``Remedy:`` and
    ``Source:`` are those.
    """
    return Issue(
        code=code,
        name=name,
        role=role,
        fault=fault,
        engine=engine,
        texts=texts,
        samples=samples,
        near_misses=near_misses,
        pattern=pattern,
        phase=phase,
        since=since,
        before=before,
        node=node,
        between_roles=between_roles,
        broad=broad,
        one_request=one_request,
        noticed=noticed,
        **catalogues.paragraphs(docstring, "why", "remedy", "source"),
    )


@functools.cache
def catalogue() -> tuple[Issue, ...]:
    """Return every known issue that ships, by code."""
    return catalogues.of(__name__, __path__, Issue)


#: Letters of the parts of texts by which they are found, and lines that are remembered.
_PART = 4
_MOST, _LONG = 1024, 1000
#: A text of an issue and its place in the order.
_Text = tuple[int, str, Issue]


class Matcher:
    """Tells which of some issues a line is of; the first of them where it is of several.

    A line that says that something ended often quotes why, so those that say why come first; and of
    these the ones of particular words before the broad ones, which often hold such words.
    """

    def __init__(self, issues: Iterable[Issue]) -> None:
        rank = {role: number for number, role in enumerate(ROLES)}
        ordered = sorted(issues, key=lambda item: (rank.get(item.role, len(rank)), item.broad))
        self._short: list[_Text] = []
        self._texts: dict[str, list[_Text]] = {}
        every = [(text, item) for item in ordered for text in item.texts]
        common = Counter(part for text, _ in every for part in _parts(text))
        for number, (text, item) in enumerate(every):
            rarest = min(_parts(text), key=lambda part: (common[part], part), default=None)
            texts = self._texts.setdefault(rarest, []) if rarest else self._short
            texts.append((number, text, item))
        self._remembered = functools.lru_cache(maxsize=_MOST)(self._find)

    def match(self, line: str) -> Issue | None:
        """Return the issue that a line is of, None when it is of none."""
        return self._remembered(line) if len(line) < _LONG else self._find(line)

    def _find(self, line: str) -> Issue | None:
        """Look for the texts of which the line holds the part that is rarest among all texts."""
        parts = _parts(line) & self._texts.keys()
        able = [each for part in parts for each in self._texts[part]]
        for _, text, item in sorted([*self._short, *able], key=lambda each: each[0]):
            if text in line and item.matches(line):
                return item
        return None


@functools.lru_cache(maxsize=64)  # of every release and kind of deployment there is one
def matcher(issues: tuple[Issue, ...]) -> Matcher:
    """Return what tells which of these issues a line is of."""
    return Matcher(issues)


def _parts(text: str) -> set[str]:
    return {text[at : at + _PART] for at in range(len(text) - _PART + 1)}


def get(code: str, extra: Iterable[Issue] = ()) -> Issue:
    """Return the issue of that code or name.

    Raises:
        KeyError: there is none.
    """
    return catalogues.get((*catalogue(), *extra), code)


def explain(code: str, extra: Iterable[Issue] = ()) -> str:
    """Return the documentation of the issue of that code or name.

    Raises:
        KeyError: there is no such issue.
    """
    item = get(code, extra)
    lines = [f"{item.code} {item.name} ({item.fault}, {item.role})", "", item.what, ""]
    for title, words in (
        ("Why", item.why),
        ("Remedy", item.remedy),
        ("Applies to", applies_to(item)),
        ("Part", f"{part(item)}."),
        ("Source", item.source),
    ):
        folded = textwrap.fill(words, width=88, initial_indent="  ", subsequent_indent="  ")
        lines += [f"{title}:", folded, ""]
    for title, samples in (("Seen as", item.samples), ("Not to be taken for", item.near_misses)):
        lines += [f"{title}:", "", *(f"    {shown(sample)}" for sample in samples), ""]
    return "\n".join(lines)


def applies_to(item: Issue) -> str:
    """Return whose words an issue is made of, of which releases, and when they are said."""
    words = item.engine
    if item.since:
        words += f" from {item.since}"
    if item.before:
        words += f" before {item.before}"
    if item.phase:
        words += f", in phase {item.phase}"
    if item.between_roles:
        words += ", with prefill and decode apart"
    return f"{words}."


def part(item: Issue) -> str:
    """Return what a line of an issue may be, and how far it is to be believed."""
    words = ROLES[item.role]
    return f"{words}; {NOTICED}" if item.noticed else words


def shown(sample: str) -> str:
    """Return a sample as a person can read it: terminal codes by their names."""
    return sample.replace("\x1b", "\\e")


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
