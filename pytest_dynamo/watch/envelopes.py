# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What others write before each line of a log: who said it, which rank, and when.

Theory of operation. ``srun --label``, ``mpirun``, ``docker`` and ``kubectl`` each put an envelope
around what a process says, and they may lie within each other: a pod's name, then a time, then a
label. Which of them a log has is decided once, from its first lines: an envelope that a share of
them has is taken off, and the rest looked at again. A line that lacks it - Slurm's own, a
container's first words - is left as it is.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeAlias

from pytest_dynamo.watch.slurm_words import by_slurm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Data: TypeAlias = "dict[str, Any]"  # Any: a JSON object

#: The share of lines by which an envelope is known. Of a labelled log that ended badly many lines
#: are Slurm's own, which have no label.
_SHARE = 0.3
#: Envelopes within each other, at most.
_DEPTH = 3
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)"

#: By name: where the ``text`` is, and of ``stream``, ``rank`` and ``at`` those that it tells.
_ENVELOPES = {
    # kubectl logs --prefix
    "pod": re.compile(r"\[pod/(?P<stream>[^\]\s]+)\] (?P<text>.*)", re.DOTALL),
    # the files of a node's container runtime
    "cri": re.compile(rf"(?P<at>{_TIME}) (?:stdout|stderr) [FP] (?P<text>.*)", re.DOTALL),
    # a journal with the times of RFC 3339, or nearly: ``journalctl -o short-iso`` has no colon
    "journal-iso": re.compile(
        r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?[+-]\d\d:?\d\d) "
        r"(?P<stream>[\w.-]+ [\w.@:\\/-]+?)(?:\[\d+\])?: (?P<text>.*)",
        re.DOTALL,
    ),
    # docker logs --timestamps, kubectl logs --timestamps; not the time that Rust writes itself,
    # which its level follows
    "time": re.compile(
        rf"(?P<at>{_TIME}) (?! ?(?:ERROR|WARN|INFO|DEBUG|TRACE)\b)(?P<text>.*)", re.DOTALL
    ),
    # a journal, or syslog: what a unit of a node writes
    "journal": re.compile(
        r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?P<stream>[\w.-]+ [\w.@:\\/-]+?)(?:\[\d+\])?: "
        r"(?P<text>.*)",
        re.DOTALL,
    ),
    # stern: a pod, whose name has parts, and a container, perhaps behind an angle quotation mark
    "stern": re.compile(
        r"(?P<stream>[a-z0-9][a-z0-9.]*(?:-[a-z0-9.]+)+) (?:\u203a )?[a-z0-9][a-z0-9-]* "
        r"(?P<text>.*)", re.DOTALL
    ),
    # docker compose logs
    "compose": re.compile(r"(?P<stream>[\w.-]+?) +\| (?P<text>.*)", re.DOTALL),
    # a script that starts all steps and heads the lines of each: sed 's/^/[prefill0] /'
    "step": re.compile(
        r"\[(?P<stream>(?:prefill|decode|ctx|context|gen|generation|agg|frontend|ingress|etcd|nats"
        r"|worker|[pdw])(?:[-_.]?(?:worker|server))?[-_.]?\d{0,3})\] (?P<text>.*)", re.DOTALL
    ),
    # mpirun --tag-output, with the job before the rank, of Open MPI 4 and 5
    "mpirun": re.compile(
        r"\[(?:[\w.@-]+,)?(?P<rank>\d{1,6})\]<std(?:out|err)>: ?(?P<text>.*)", re.DOTALL
    ),
    # srun --label
    "label": re.compile(r" *(?P<rank>\d{1,6}): (?P<text>.*)", re.DOTALL),
}
#: A rank that the program names itself, at the beginning of a line: PyTorch, TensorRT-LLM, vLLM.
_OWN_RANK = re.compile(
    r"^\[rank(?P<torch>\d{1,6})\]:|^.{0,60}?\[RANK (?P<trtllm>\d{1,6})\]"
    r"|^\((?:VllmWorker rank=|Worker_TP)(?P<vllm>\d{1,6})"
)


#: Envelopes that tell who speaks.
_OF_SEVERAL = frozenset(
    {"pod", "compose", "stern", "step", "journal", "journal-iso", "json-pod", "json-journal"}
)
_KERNEL = " kernel"
_BYTE = 255
#: What ``docker compose`` says of a container itself.
_ENDED = re.compile(r"\S+ exited with code \d+\s*$")


@dataclass(frozen=True, slots=True)
class Letter:
    """A line out of its envelopes; ``at`` is the time that they tell, in seconds.

    ``node`` is where the pod runs that wrote it, as far as they tell that.
    """

    text: str
    stream: str | None = None
    rank: int | None = None
    at: float | None = None
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Opener:
    """Takes the envelopes of one log off its lines; ``names`` are they, from without."""

    names: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether its envelopes tell of several who write into one log."""
        return not _OF_SEVERAL.isdisjoint(self.names)

    @property
    def ranks(self) -> bool:
        """Whether its envelopes tell the rank."""
        return "label" in self.names or "mpirun" in self.names

    def letter(self, line: str) -> Letter:
        """Return a line without its envelopes, and what they tell."""
        text, stream, rank, at, node = line, None, None, None, None
        for name in self.names:
            if name in _OBJECTS:
                held = _held(name, _object(text))
                if held is None:
                    continue
                text, said = held.text, held.stream
                at, node = held.at or at, held.node or node
            else:
                match = _ENVELOPES[name].fullmatch(text)
                if match is None:
                    break
                told = match.groupdict()
                text, said = told["text"], told.get("stream")
                rank = int(told["rank"]) if told.get("rank") else rank
                at = seconds(told["at"]) if told.get("at") else at
            stream = said or stream
            if stream and stream.endswith(_KERNEL):
                text = f"kernel: {text}"  # who says it is half of what it says
        return Letter(text, stream, rank, at, node)


def recognise(lines: Sequence[str]) -> Opener:
    """Return what takes the envelopes off the lines of a log that begins like this."""
    # of a service that ended at once most lines are those of the srun that started it
    rest = [line for line in lines if line.strip() and not by_slurm(line)]
    rest = [line for line in rest if not _ENDED.match(line)] or rest
    names: list[str] = []
    while rest and len(names) < _DEPTH:
        if objects := _objects(rest, names):
            name, rest = objects
            names.append(name)
            continue
        for name, pattern in _ENVELOPES.items():
            inside = [match for line in rest if (match := pattern.fullmatch(line))]
            alone = name == "step" and len({match["stream"] for match in inside}) == 1
            if name not in names and not alone and _enough(len(inside), len(rest)):
                names.append(name)
                rest = [match["text"] for match in inside]
                break
        else:
            break
    return Opener(tuple(names))


def own_rank(text: str) -> int | None:
    """Return the rank that a program calls itself in a line."""
    match = _OWN_RANK.match(text)
    return int(match["torch"] or match["trtllm"] or match["vllm"]) if match else None


def seconds(time: str) -> float | None:
    """Return a time of RFC 3339 in seconds; None where the calendar has no such time."""
    whole, dot, rest = time.removesuffix("Z").partition(".")
    fraction = rest
    zone = re.search(r"([+-]\d\d):?(\d\d)$", time)
    if zone:
        whole, fraction = whole.removesuffix(zone[0]), rest.removesuffix(zone[0])
    try:
        at = datetime.fromisoformat(f"{whole}{f'{zone[1]}:{zone[2]}' if zone else '+00:00'}")
    except ValueError:
        return None
    exact = at.astimezone(timezone.utc).timestamp()
    return exact + (int(fraction) / 10 ** len(fraction) if dot else 0.0)


def _objects(lines: Sequence[str], names: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return whose objects lines are, and what those hold; None where they are nobody's."""
    data = [_object(line) for line in lines]
    for name in _OBJECTS:
        held = [found.text for each in data if (found := _held(name, each))]
        if name not in names and _enough(len(held), len(lines)):
            return name, held
    return None


def _object(line: str) -> _Data | None:
    """Return the object that a line is, None when it is none."""
    if not line.startswith("{"):
        return None
    try:
        data: _Data = json.loads(line)
    except ValueError:  # the last one of a log that was cut
        return None
    return data


def _held(name: str, data: _Data | None) -> Letter | None:
    """Return what an object of that writer's holds, None when it is none."""
    return _OBJECTS[name](data) if data else None


def _of_docker(data: _Data) -> Letter | None:
    if "log" not in data:
        return None
    return Letter(str(data["log"]).rstrip("\r\n"), at=seconds(str(data.get("time", ""))))


def _of_pod(data: _Data) -> Letter | None:
    about = data.get("kubernetes")
    if isinstance(about, dict) and "pod_name" in about:
        text, time = str(data.get("log", data.get("message", ""))), str(data.get("time", ""))
        node = about.get("host")
        return Letter(text.rstrip("\r\n"), str(about["pod_name"]), at=seconds(time), node=node)
    if "podName" in data and "message" in data:
        return Letter(
            str(data["message"]).rstrip("\r\n"), str(data["podName"]), node=data.get("nodeName")
        )
    return None


def _of_journal(data: _Data) -> Letter | None:
    if "MESSAGE" not in data or "_HOSTNAME" not in data:
        return None
    said = data["MESSAGE"]
    if isinstance(said, list):  # of bytes: what is not UTF-8, or holds terminal codes
        byte = (each for each in said if isinstance(each, int) and 0 <= each <= _BYTE)
        said = bytes(byte).decode(errors="replace")
    text = str(said or "")  # what was too long is null
    time = str(data.get("__REALTIME_TIMESTAMP", ""))  # microseconds
    unit = data.get("SYSLOG_IDENTIFIER") or data.get("_COMM") or "unknown"
    at = int(time) / 1e6 if time.isdecimal() else None
    return Letter(text, f"{data['_HOSTNAME']} {unit}", at=at)


#: Who writes each line as an object, and what takes it out of there. That of a pod comes before
#: Docker's, whose it may hold.
_OBJECTS: dict[str, Callable[[_Data], Letter | None]] = {
    # stern -o json; fluent-bit with its filter of Kubernetes
    "json-pod": _of_pod,
    # journalctl -o json
    "json-journal": _of_journal,
    # the json-file driver of Docker
    "json": _of_docker,
}


def _enough(some: int, of: int) -> bool:
    return some > 0 and some >= _SHARE * of
