# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the last words of a process mean: whose fault its end is, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis import roots
from pytest_dynamo.diagnosis.kinds import kind, telling
from pytest_dynamo.diagnosis.memory import is_its_own
from pytest_dynamo.diagnosis.words import (
    LAST_WORDS,
    TRACEBACK,
    is_mild,
    lost_lease,
    signalled,
    tells_of_error,
    warns,
    was_told,
)
from pytest_dynamo.watch.observations import signal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pytest_dynamo.diagnosis.diagnosis import Confidence
    from pytest_dynamo.known_issues import Fault, Issue, Role
    from pytest_dynamo.watch.lines import Line

    Match = Callable[[str], Issue | None]

#: SIGHUP, SIGINT, SIGQUIT, SIGKILL and SIGTERM are sent by someone else; the other signals are
#: what a process does to itself.
_FROM_OUTSIDE = frozenset({1, 2, 3, 9, 15})
#: How Rust writes a chain of causes, and how many lines of it are looked at.
_CAUSED = re.compile(r"^\s*(?:Caused by: |\d+: )")
_ONE_CAUSE = re.compile(r"^\s*Caused by:\s*$|^(?:\S+ )?Last error:\s*$")  # NCCL's, the second
_CHAIN = 6
_SENT = "find who sent the signal: the kernel's out-of-memory killer, Slurm, a person"
#: SIGBUS: what a process does to itself where its node lacks something.
_BY_NODE = {7: "enlarge /dev/shm, or free memory on this node"}
#: SIGILL, SIGFPE and SIGSEGV.
_CRASHES = frozenset({4, 8, 11})
#: What an end by these signals is called, though nobody says a word.
_NAMES = {7: "bus-error", 11: "segmentation-fault"}
#: Ports that every worker of a node needs one of its own of: the status server's, NIXL's.
_OWN_PORT = re.compile(
    r"system[_ ]status[_ ]server|DYN_SYSTEM_PORT|side.channel|nixl|zmq\.error\.ZMQError"
    r"|addr='tcp://(?:localhost|127\.0\.0\.1|\*|0\.0\.0\.0):56\d\d'",
    re.IGNORECASE,
)
#: Where a known issue is of the speaker's own making, and what helps then: nearly all of a GPU's
#: memory is its own, or it was given the port of another worker, or limits that are too low.
_ITS_OWN: tuple[tuple[str, Callable[[str], object], str], ...] = (
    (
        "gpu-out-of-memory",
        is_its_own,
        "lower the share for the KV cache, max_num_tokens or batch sizes, or use more GPUs",
    ),
    (
        "address-in-use",
        _OWN_PORT.search,
        ("give each worker of a node a port of its own: DYN_SYSTEM_PORT, "
        "VLLM_NIXL_SIDE_CHANNEL_PORT"),
    ),
    (
        "services-unreachable",  # nobody speaks gRPC where it was sent: at the peers' port
        re.compile(r"\bgrpc-status header missing\b|\bhttps?://[\w.-]+:2380\b").search,
        "give it the port at which etcd takes clients: 2379",
    ),
    (
        "rdma-refused",
        re.compile(r"max locked memory|ulimit -l|RLIMIT_MEMLOCK").search,
        "let the container or the step lock memory: ulimits.memlock -1, LimitMEMLOCK=infinity",
    ),
    (
        "pod-not-placed",
        re.compile(
            r"^(?!.*\bInsufficient ).*\bnode\(s\) (?:had untolerated taint"
            r"|didn't match Pod's node affinity)"
        ).search,
        "give the pod the tolerations of the nodes that are meant, and a selector that they match",
    ),
)
#: Issues of an engine that is no more, whatever it was that ended it.
OF_ENGINES = frozenset(
    {"executor-crashed", "executor-not-started", "vllm-engine-failed", "engine-is-dead"}
)
#: Issues that tell how one ended, and not of what.
_UNTOLD = frozenset({"segmentation-fault", "bus-error"})
#: How an engine tells of an error by the words of that.
_QUOTES = re.compile(
    r"Error in event loop: |Encountered an error in forward function: "
    r"|EngineCore encountered a fatal error"
)
#: How an engine tells that it kills its ranks itself, for the error that it told of before.
_BY_ITSELF = "on this rank; hard-killing all "
PROBE = "probe-failed"
_MPIRUN, _KILLED = "mpirun-saw-end", -9
_NAMELESS = "name-not-resolved"
_NOT_FOUND = frozenset({126, 127})  # as a shell, ``env`` and ``srun`` say it
_MISUSED = 2  # as argparse, clap, Go's flag and shells refuse a command line


@dataclass(frozen=True, slots=True)
class Explanation:
    """The line that says most about an end, what it means, and the known issue it is of."""

    line: Line | None
    fault: Fault
    remedy: str | None
    issue: Issue | None = None
    confidence: Confidence = "high"

    @property
    def sure(self) -> Confidence:
        """How sure the class is: less where a line tells what was met with in somebody else."""
        noticed = self.issue is not None and self.issue.noticed
        return "medium" if noticed and self.confidence == "high" else self.confidence

    @property
    def is_root(self) -> bool:
        """Whether a line says why, rather than that."""
        return self.issue is not None and self.issue.role == "root"

    @property
    def is_symptom(self) -> bool:
        """Whether a line says why where nothing else does."""
        return self.issue is not None and self.issue.role == "symptom"

    @property
    def is_echo(self) -> bool:
        """Whether the lines tell no more than that others are gone."""
        return self.issue is not None and self.issue.role == "echo"


def from_outside(code: int | None) -> bool:
    """Return whether someone else sent the signal that ended a process."""
    return code is not None and signal_of(code) in _FROM_OUTSIDE


def by_itself(lines: Iterable[Line]) -> bool:
    """Return whether an engine says that it kills its ranks, one of which failed."""
    return any(_BY_ITSELF in line.text for line in lines)


def explain(  # noqa: PLR0913 - what tells of an end
    lines: Sequence[Line],
    others: Sequence[Line],
    code: int | None,
    match: Match,
    *,
    several: bool = False,
    starting: bool = False,
    mild: bool = False,
) -> Explanation:
    """Return what explains an end.

    ``lines`` are the culprit's own; ``others`` what was said about it, asked second. A process that
    a signal from outside ended, or that ended well, said its reason last or not at all; any other
    said it in the first line that can be a cause, and so did one of ``several`` that speak as one.
    ``starting`` is whether the deployment has not served yet, ``mild`` whether warnings count as
    errors do.
    What only tells that something ended counts where nothing says why. Where no known issue does,
    the kind of the error tells whose fault it is, or else the way of the end; and where neither
    tells, nobody is blamed.
    """
    quiet, last = not several and (code == 0 or from_outside(code)), lines[-LAST_WORDS:]
    quiet = quiet and not by_itself(lines)
    own = [line for line in lines if lost_lease(line.text) or line in last] if quiet else [*lines]
    matched = [(line, issue) for line in (*own, *others) if (issue := match(line.text))]

    def is_error(line: Line) -> bool:
        return (mild and not warns(line.text)) or not is_mild(line.text)

    plain = [item for item in matched if is_error(item[0])]
    # of what is between roles no engine knows that it is an error; where one does, it says so
    grave = [item for item in matched if item[1].between_roles or is_error(item[0])]
    if root := roots.root(plain) or roots.root(grave):
        return _of_root(*(roots.warned(*root, matched) or root), grave, own, match)
    told = {line for line, issue in matched if issue.role != "symptom"}
    reasons = [line for line in _errors(own) if line not in told]
    why = kind([*reasons, *(line for line in others if line not in told)], starting=starting)
    symptoms = (item for item in grave if item[1].role == "symptom")
    if symptom := next((item for item in symptoms if not _overruled(*item, why)), None):
        line, issue = roots.warned(*symptom, matched) or symptom
        return _its_own(line, issue) or Explanation(line, issue.fault, issue.hint, issue, "medium")
    hint = _first([item for item in matched if item[0] in own[-LAST_WORDS:]], "root")
    # who ends by itself has often said the reason as a warning, and who was ended, who does it
    counts = hint and (hint[1].fault == "infrastructure" or not from_outside(code))
    if warning := roots.foretold(why[0], matched) if why else hint if counts else None:
        return _warned(*warning)
    confirming = [item for item in matched if _confirms(item, own)]
    if confirmed := _first(confirming, "confirmation"):
        return _confirmed(*confirmed, why, reasons, starting=starting)
    echoes = [(line, issue) for line, issue in matched if issue.role == "echo" and line in own]
    if why is None and echoes:
        line, issue = echoes[0]
        return Explanation(line, "unknown", issue.hint, issue, "low")
    asked = _asked_to_end(own) if code == 0 and why is None else None
    return asked or (_of_kind(why) if why else _by_its_end(_telling(own), code, starting=starting))


def _asked_to_end(own: Sequence[Line]) -> Explanation | None:
    """Return who ended well as one that was told to, where it says so."""
    issue = known_issues.get("told-to-stop")
    line = next((line for line in own if was_told(line.text)), None)
    return Explanation(line, issue.fault, issue.hint, issue, "medium") if line else None


def _of_root(
    line: Line,
    issue: Issue,
    matched: Sequence[tuple[Line, Issue]],
    own: Sequence[Line],
    match: Match,
) -> Explanation:
    """Return what a line that can be a cause explains, or what it says that it was caused by.

    Of a cause that is no known issue the words may tell the class.
    """
    heads = {each.number + 1 for each in own if _ONE_CAUSE.search(each.text)}
    chain = [
        each
        for each in own
        if _below(each, line) and (_CAUSED.search(each.text) or each.number in heads)
    ]
    for other, its in matched:
        if other in chain and its.role == "root":
            # what was asked for stands at the head of the chain, and what it lacks at the end
            both = match(f"{line.text} {other.text}") if its.name == _NAMELESS else None
            why = both or its
            return Explanation(other, why.fault, why.hint, why)
    for other in reversed(chain):
        if fault := telling(other):
            sure: Confidence = "high" if fault == issue.fault else "medium"
            return Explanation(line, fault, issue.hint, issue, sure)
    if own_making := _its_own(line, issue):
        return own_making
    # who tells of two causes has told first of the one that led to the other, for most
    several = any(
        its.role == "root" and its.name != issue.name and other in own for other, its in matched
    )
    unsure = several or issue.name in _UNTOLD
    return Explanation(line, issue.fault, issue.hint, issue, "medium" if unsure else "high")


def _its_own(line: Line, issue: Issue) -> Explanation | None:
    """Return what a line explains by which its speaker was told to do what it cannot."""
    for name, its_own, remedy in _ITS_OWN:
        if issue.name == name and its_own(line.text):
            return Explanation(line, "config", remedy, issue, "medium")
    return None


def _below(other: Line, line: Line) -> bool:
    """Return whether a line stands right below another of the same log."""
    return 0 < other.number - line.number <= _CHAIN and other.process == line.process


def _first(
    matched: Sequence[tuple[Line, Issue]], role: Role
) -> tuple[Line, Issue] | None:
    return next((item for item in matched if item[1].role == role), None)


def _confirms(item: tuple[Line, Issue], own: Sequence[Line]) -> bool:
    """Return whether a line says more than by which signal another ended."""
    return item[0] in own or signalled(item[0].text) is None


def _errors(own: Sequence[Line]) -> list[Line]:
    """Return the lines from the first on that tells of an error, and at least the last words."""
    severe = [line for line in own if not is_mild(line.text)]
    last = max(0, len(severe) - LAST_WORDS)
    begin = next((at for at, line in enumerate(severe) if tells_of_error(line.text)), last)
    return severe[min(begin, last) :]


def _of_kind(why: tuple[Line, Fault]) -> Explanation:
    return Explanation(why[0], why[1], None, confidence="medium")


def _warned(line: Line, issue: Issue) -> Explanation:
    return Explanation(line, issue.fault, issue.hint, issue, "medium")


def _overruled(line: Line, issue: Issue, why: tuple[Line, Fault] | None) -> bool:
    """Return whether an error tells of another class than a symptom does.

    Of what never began there is nobody whose error it could be.
    """
    return issue.phase != "launch" and why is not None and why[0] != line and why[1] != issue.fault


def _confirmed(
    line: Line,
    issue: Issue,
    why: tuple[Line, Fault] | None,
    reasons: Sequence[Line],
    *,
    starting: bool,
) -> Explanation:
    """Return what explains an end that a line confirms, whose reason other lines may tell.

    The line itself often quotes the reason. If there is one which nobody knows, it is not told
    whose fault it is: the same line follows from each of them.
    """
    if fault := _by_words(line, issue, starting=starting):
        return Explanation(line, fault, issue.hint, issue, "medium")
    why = why or kind([line])
    named = issue.phase != "load"  # what keeps one from starting is called by its own name
    if why and why[1] == issue.fault and named and telling(why[0]) is None:
        # a bug, which has no other name, and none at all where the engine quotes what it met
        name = None if _QUOTES.search(line.text) else issue
        return Explanation(line if name else why[0], issue.fault, issue.hint, name, "medium")
    if why:
        return _of_kind(why)
    if error := _telling(reasons):
        return Explanation(error, "unknown", None, confidence="low")
    if issue.name in OF_ENGINES:  # which ended for what it does not say here
        return Explanation(line, "unknown", issue.hint, None, "low")
    return Explanation(line, issue.fault, issue.hint, issue, "medium")


def _by_words(line: Line, issue: Issue, *, starting: bool) -> Fault | None:
    """Return whose fault the words of a line tell that an end is, None where they do not.

    A probe gave a model too little time to load; and mpirun tells of a rank that was killed.
    """
    if issue.name == PROBE and starting:
        return "config"
    killed = issue.name == _MPIRUN and signalled(line.text) == _KILLED
    return "infrastructure" if killed else None


def _by_its_end(error: Line | None, code: int | None, *, starting: bool) -> Explanation:
    """Return what an end tells of which no line says whose fault it is."""
    number = None if code is None else signal_of(code)
    fault: Fault = "unknown"
    remedy: str | None = None
    sure: Confidence = "medium"
    name = _NAMES.get(number or 0)
    issue = known_issues.get(name) if name else None
    if from_outside(code):
        fault, remedy = "infrastructure", _SENT
    elif number in _BY_NODE:
        fault, remedy = "infrastructure", _BY_NODE[number]
    elif code in _NOT_FOUND:
        fault, remedy = "config", "install the program, or correct its path"
    elif code == _MISUSED and starting:
        fault, remedy = "config", "correct the command line"
    elif code == 0 or number in _CRASHES:
        fault = "product"
    else:  # an error in words that nobody knows, or in none, may be anybody's
        sure = "low"
    return Explanation(error, fault, remedy, issue, confidence=sure)


def _telling(lines: Sequence[Line]) -> Line | None:
    """Return the last error; of a traceback that is the line which names the exception."""
    errors = [line for line in lines if tells_of_error(line.text)]
    named = [line for line in errors if not TRACEBACK.search(line.text)]
    return named[-1] if named else None
