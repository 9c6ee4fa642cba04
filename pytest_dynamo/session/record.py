# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``--dynamo-replay=DIR`` names: a run directory of ours, or logs that somebody else wrote.

It is only ever read. What cannot be judged is said here, once, before anything else happens.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import yaml

from pytest_dynamo.diagnosis.report import Report
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.diagnosis.words import by_kernel, tells_of_error
from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Finding
from pytest_dynamo.launch.plan import LaunchPlan
from pytest_dynamo.supervisor import logfiles
from pytest_dynamo.supervisor.rundir import RunDir, read_json, read_lines
from pytest_dynamo.topology.model import Topology
from pytest_dynamo.watch import (
    accounting,
    cluster_events,
    containers,
    envelopes,
    gpu_tables,
    sections,
    tables,
    traced,
)
from pytest_dynamo.watch.lines import shown
from pytest_dynamo.watch.log_names import PACKED, Source, host_by_nccl, is_of_daemon, may_be_note
from pytest_dynamo.watch.slurm_words import by_slurm, tasks_ended, tasks_launched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

#: Files that lie beside logs and are none.
_NO_LOGS = (
    ".yaml", ".yml", ".toml", ".ini", ".conf", ".py", ".sh", ".sbatch",
    ".service", ".env", ".cfg", ".csv", ".html", ".xml", ".png", ".sqlite", ".pt", ".safetensors",
)  # fmt: skip
#: Files in which GPUs may be measured.
_TABLES = ".csv"
#: Files that are logs if their first lines are those of a program that writes each as an object.
_OBJECTS = (".json", ".jsonl", ".ndjson")
_OBJECT = re.compile(
    rb'^\{.*"(?:level|podName|pod_name|MESSAGE)"\s*:\s*"', re.MULTILINE
)
#: Files that are read where no other holds a log: an issue is pasted into one.
_PASTED = (".md",)
#: Files whose logs cannot be read before they are unpacked.
_PACKED = {".xz": "unxz", ".bz2": "bunzip2", ".zst": "unzstd", ".tar": "tar xf",
           ".tar.gz": "tar xzf", ".tgz": "tar xzf", ".zip": "unzip"}  # fmt: skip
#: Bytes that no log has, above this share of its first ones.
_BINARY = 0.1
_TEXT = bytes([*range(0x20, 0x7F), *range(0x80, 0x100), 0x09, 0x0A, 0x0D, 0x1B])
#: How what others tell of pods, or of steps, begins.
_TOLD = ("Name:", *cluster_events.HEADS, accounting.HEAD)
#: How a table of Slurm's begins, among the first lines of what one pastes.
_TABLE = re.compile(
    r"^\s*JOBID\s+PARTITION\b|^\s*JobID(?:Raw)?[\s|]+.*\b(?:State|JobName)\b|^NODELIST\s"
)
_HEADING = 3
#: How ``nvidia-smi -q`` begins.
_DRIVER = "=NVSMI LOG="
#: And what it tells of the speed of each GPU.
_CLOCKS = re.compile(r"\s+Clocks (?:Event|Throttle) Reasons$")
#: So many commands in one file are no log of which the first line tells how it was got.
_SEVERAL = 2
#: The share of lines with a time that a log has at least.
_TIMED = 0.2
#: How ``srun`` begins what it tells of tasks.
_SRUN = (b"srun: error: ", b"srun: launching ")
_EXITED = b" exited with code "
#: How ``docker compose`` tells that a person stops all containers, whose ends are none then.
_STOPPING = b"Gracefully stopping..."
#: How many bytes stand before the name of a stream, or all to the first blank, and what behind it.
_STREAM: dict[str, tuple[int | None, bytes]] = {
    "pod": (0, b"]"),
    "step": (0, b"]"),
    "compose": (0, b"|"),
    "stern": (0, b" "),
    "journal": (16, b":"),
    "journal-iso": (None, b":"),
}
#: What names the stream of a line that is an object.
_STREAM_OF: dict[str, re.Pattern[bytes]] = {
    "json-pod": re.compile(rb'"pod_?[nN]ame"\s*:\s*"[^"\\]*"'),
    "json-journal": re.compile(rb'"(?:_HOSTNAME|SYSLOG_IDENTIFIER|_COMM)"\s*:\s*"[^"\\]*"'),
}
#: Bytes of a description that are read: one of a pod has some ten thousand.
_DESCRIBED = 16 << 20


@dataclass(frozen=True)
class Recorded:
    """A run directory of ours; what the run itself wrote is taken as it is."""

    path: Path
    alone = False

    @property
    def run(self) -> RunDir:
        """The names of its files."""
        return RunDir(self.path)

    @cached_property
    def topology(self) -> Topology:
        """The topology that ran."""
        return Topology.model_validate(yaml.safe_load(self.run.topology.read_text("utf-8")))

    @cached_property
    def plan(self) -> LaunchPlan:
        """How it was launched."""
        return LaunchPlan.from_dict(read_json(self.run.plan) or {})

    @cached_property
    def report(self) -> Report | None:
        """What its controller concluded; None where that was killed before it could."""
        data = read_json(self.run.report)
        return Report.model_validate(data) if data else None

    @cached_property
    def findings(self) -> tuple[Finding, ...] | None:
        """What the checks found before the launch, None where they were not written down."""
        if not self.run.findings.is_file():
            return None
        text = self.run.findings.read_text("utf-8")
        return tuple(Finding.from_dict(each) for each in json.loads(text))

    @cached_property
    def end(self) -> dict[str, Any] | None:  # Any: a JSON object
        """The event by which the supervisor told that it failed, with all that it knew."""
        found = [each for each in self.events if each["kind"] in ("failed", "lost")]
        return found[-1] if found else None

    @cached_property
    def events(self) -> tuple[dict[str, Any], ...]:  # Any: JSON objects
        """What happened."""
        return tuple(read_lines(self.run.events))


_Told: TypeAlias = containers.Description | tables.Table


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first lines of a log tell: how to open the others, and who writes which log.

    ``of_kernels`` is whether they are those of the kernels of nodes.
    """

    opener: envelopes.Opener
    of_kernels: bool
    traced: tuple[traced.Traced, ...]


def _head(lines: list[str]) -> _Head:
    opener = envelopes.recognise(lines)
    said = sections.without_host(lines) or lines
    of_kernels = _of_node([opener.letter(line) for line in said])
    return _Head(opener, of_kernels, tuple(traced.traced(lines)))


@dataclass(frozen=True)
class Foreign:
    """Logs of somebody else's: the files, by their names below ``path``; ``alone`` if one file.

    ``gpu_tables`` are what was measured of the GPUs of nodes beside them.
    """

    path: Path
    logs: tuple[str, ...]
    alone: bool = False
    gpu_tables: tuple[str, ...] = ()

    @cached_property
    def described(self) -> dict[str, _Told]:
        """The files that are no logs of pods or steps, but tell of them."""
        found: dict[str, _Told] = {}
        for name in self.logs:
            head = (shown(line) for line in logfiles.head(self.path / name).split(b"\n"))
            first = tables.first_line(head).lstrip()
            if not (first.startswith(_TOLD) or cluster_events.is_event(first)):
                continue
            lines = self._all(name)
            of_pods = containers.description(lines) or cluster_events.events(lines)
            of_pods = of_pods or cluster_events.states(lines)
            if told := of_pods or accounting.accounts(lines):
                found[name] = told
        return found

    def _all(self, name: str) -> list[str]:
        """Return the lines of a file that is small."""
        return [
            shown(line)
            for _, block in logfiles.blocks(self.path / name, _DESCRIBED)
            for line in block.removesuffix(b"\n").split(b"\n")
        ]

    @cached_property
    def of_nodes(self) -> dict[str, sections.Sections]:
        """The files in which the kernels of several nodes, or their drivers, speak in turn."""
        return {
            name: found
            for name, head in self._heads.items()
            if head.of_kernels and (found := sections.sections(self._all(name)))
        }

    @cached_property
    def nodes(self) -> dict[str, str]:
        """The node of each pod, by its name, as far as tables and descriptions tell."""
        return {pod: node for told in self.described.values() for pod, node in told.nodes}

    def _node(self, called: str) -> str | None:
        """Return the node of the pod whose name is in what a log or a stream of one is called.

        A follower in a group is called as its leader, and by a number behind that; a log may be
        called without what all pods of a deployment begin with.
        """
        base = f"-{PurePosixPath(called).stem}"
        found = [pod for pod in self.nodes if pod in called or pod.endswith(base)]
        return self.nodes[max(found, key=len)] if found else None

    @cached_property
    def openers(self) -> dict[str, envelopes.Opener]:
        """What takes the envelopes off the lines of each log."""
        return {name: head.opener for name, head in self._heads.items()}

    @cached_property
    def _heads(self) -> dict[str, _Head]:
        """What the first lines of each log tell of the whole of it, and of others."""
        return {name: _head(_lines(self.path / name)) for name in self.logs}

    def _hosts(self, name: str) -> tuple[tuple[int, str], ...]:
        """Return the nodes of the tasks that write a log, as the only trace of it tells."""
        every = (each for head in self._heads.values() for each in head.traced)
        mine = {each.hosts for each in every if each.wrote(name)}
        return next(iter(mine)) if len(mine) == 1 else ()

    def sources(self, noted: Callable[[int], None]) -> Iterator[Source]:
        """Yield each log or stream of one; ``noted`` is told of every block that was read."""
        for name in self.logs:
            if told := self.described.get(name):
                last = dict(told.ended)
                for pod in told.pods:
                    yield Source(name, pod, ended=last.get(pod), told_of=True)
                continue
            if in_turn := self.of_nodes.get(name):
                for node in in_turn.streams:
                    yield Source(name, node, by_kernel=True)
                continue
            opener = self.openers[name]
            head = _lines(self.path / name)
            told_of = _Tasks()
            streams: set[str] = set()
            codes: dict[str, int] = {}
            stopped = False
            for _, block in logfiles.blocks(self.path / name):
                if opener.several:
                    streams |= _streams(opener, block)
                told_of.take(opener, block)
                before, stops, _ = block.partition(_STOPPING)
                if not stopped and (codes or _EXITED in before):
                    codes = _goes_on(codes, before) | _codes(before)
                stopped = stopped or bool(stops)
                noted(len(block))
            letters = [opener.letter(line) for line in head]
            found: list[str | None] = [*sorted(streams)]
            for stream in found or [None]:
                mine = [each for each in letters if each.stream == stream]
                labelled = opener.ranks
                ranks = {
                    each.rank if labelled else envelopes.own_rank(each.text) for each in mine
                }
                yield Source(
                    log=name,
                    stream=stream,
                    ranks=frozenset(rank for rank in ranks if rank is not None),
                    labelled=labelled,
                    head="\n".join(each.text for each in mine[:200]),
                    hosts=told_of.where(stream) or self._hosts(name),
                    speaks_on=tuple(_speaks_on(mine, labelled=labelled)),
                    ended=codes.get(stream or ""),
                    task=told_of.ended(stream),
                    node=self._node(stream or name)
                    or next((each.node for each in mine if each.node), None),
                    of_step="step" in opener.names,
                    by_slurm=is_of_daemon(name)
                    or (bool(head) and sum(map(by_slurm, head)) > len(head) // 2),
                    by_kernel=_of_node(mine),
                    speaks=not (_is_table(mine) or (may_be_note(name) and not _speaks(mine))),
                )


def open_record(path: Path) -> Recorded | Foreign:
    """Return what a path names.

    Raises:
        pytest.UsageError: there is nothing that can be judged.
    """
    if not path.exists():
        raise _misuse(path, "there is no such directory", "name the directory of a run, or of logs")
    run = RunDir(path)
    if run.run.is_file() or run.plan.is_file():
        return _recorded(Recorded(path.resolve()))
    if path.is_file():
        try:
            _readable(path)
        except _Unusable as error:
            raise pytest.UsageError(str(error)) from error
        return Foreign(path.resolve().parent, (path.name,), alone=True)
    return _foreign(path)


def _recorded(record: Recorded) -> Recorded:
    """Read what a run wrote of itself.

    Raises:
        pytest.UsageError: a part of it is missing or cut off.
    """
    for file, read in (
        (record.run.plan, lambda: record.plan),
        (record.run.topology, lambda: record.topology),
        (record.run.findings, lambda: record.findings),
        (record.run.report, lambda: record.report),
        (record.run.events, lambda: record.end),
    ):
        _whole(record, file, read)
    return record


def _whole(record: Recorded, file: Path, read: Callable[[], object]) -> None:
    """Read one part of a record.

    Raises:
        pytest.UsageError: it is missing or cut off.
    """
    remedy = (
        "copy the whole run directory once more, or judge its logs alone: "
        f"--topology=NAME --dynamo-replay={record.run.logs}"
    )
    try:
        read()
    except OSError as error:
        raise _misuse(file, f"cannot be read: {error.strerror}", remedy) from error
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        said = str(error).splitlines()[0]
        what = f"is cut off, or was written by another version: {said}"
        raise _misuse(file, what, remedy) from error


def _foreign(path: Path) -> Foreign:
    logs: list[str] = []
    pasted: list[str] = []
    measured: list[str] = []
    problem: str | None = None
    for folder, folders, files in os.walk(path, onerror=_unlisted):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(files):
            file = Path(folder) / name
            kind = Path(name.removesuffix(PACKED)).suffix
            if name.startswith("."):
                continue
            if name.endswith(_TABLES) and _measures(file):
                measured.append(str(file.relative_to(path)))
            if kind in _NO_LOGS:
                continue
            try:
                size = _readable(file)
            except _Unusable as error:
                problem = problem or str(error)
                continue
            if size and (kind not in _OBJECTS or _OBJECT.search(logfiles.head(file))):
                found = pasted if kind in _PASTED else logs
                found.append(str(file.relative_to(path)))
    logs = logs or pasted
    if not logs:
        if problem:
            raise pytest.UsageError(problem)
        remedy = "name a directory with the output of the job, one file or many"
        raise _misuse(path, "holds no log", remedy)
    return Foreign(path.resolve(), tuple(logs), gpu_tables=tuple(measured))


def _measures(file: Path) -> bool:
    """Return whether a table is one of the clocks of GPUs; one that nobody may read is none."""
    able = os.access(file, os.R_OK) and file.is_file()
    return able and gpu_tables.is_table(logfiles.head(file))


class _Unusable(Exception):
    """A file that is no log; only if there is nothing else is that said."""


def _readable(file: Path) -> int:
    """Return the size of a log.

    Raises:
        pytest.UsageError: it cannot be opened.
        _Unusable: it is no log.
    """
    if packed := next((kind for kind in _PACKED if file.name.endswith(kind)), None):
        raise _Unusable(_said(file, "is packed", f"{_PACKED[packed]} {file.name}"))
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise _Unusable(_said(file, "is no file", "name a directory of files"))
        head = logfiles.head(file)
    except OSError as error:
        why = error.strerror or str(error)
        remedy = f"chmod u+r {file.name}, or leave it out"
        raise _misuse(file, f"cannot be read: {why}", remedy) from error
    if len(head.translate(None, _TEXT)) > _BINARY * len(head):
        remedy = "name the text that the job wrote, not its data"
        raise _Unusable(_said(file, "is binary, and no log", remedy))
    return file.stat().st_size


def _unlisted(error: OSError) -> None:
    raise _misuse(
        Path(str(error.filename)), f"cannot be listed: {error.strerror}", "chmod u+rx, or copy it"
    ) from error


def _misuse(place: Path, what: str, remedy: str) -> pytest.UsageError:
    return pytest.UsageError(_said(place, what, remedy))


def _speaks_on(
    letters: Iterable[envelopes.Letter], *, labelled: bool
) -> Iterator[tuple[int | None, str]]:
    """Yield on which node NCCL says that each rank speaks, or who has no label."""
    known = set()
    for letter in letters:
        rank = letter.rank if labelled else None
        if rank not in known and (host := host_by_nccl(letter.text)):
            known.add(rank)
            yield rank, host


def _of_node(letters: Sequence[envelopes.Letter]) -> bool:
    """Return whether lines are those of a node's kernel, or of the driver of its GPUs."""
    told = sum(by_kernel(each.text) for each in letters)
    if told > len(letters) // 2 or any(_DRIVER in each.text for each in letters[:_HEADING]):
        return True
    return any(_CLOCKS.match(each.text) for each in letters)


def _is_table(letters: Sequence[envelopes.Letter]) -> bool:
    """Return whether lines are a table of Slurm's: its accounting, its queue, or its nodes."""
    return any(_TABLE.search(each.text) for each in letters[:_HEADING])


def _speaks(letters: Sequence[envelopes.Letter]) -> bool:
    """Return whether lines bear times, or tell of an error, as those of programs do.

    What commands answered that a person typed, one after another, tells of no program of a run.
    """
    timed = sum(bool(each.at or stamp(each.text)) for each in letters)
    if timed >= _TIMED * len(letters):
        return True
    typed = sum(tables.is_prompt(each.text) for each in letters)
    return typed < _SEVERAL and any(tells_of_error(each.text) for each in letters)


def _said(place: Path, what: str, remedy: str) -> str:
    return str(TopologyError(what, where=str(place), remedy=remedy))


def _lines(file: Path) -> list[str]:
    return [
        shown(line.partition(b"\r")[0])
        for line in logfiles.head(file).split(b"\n")
        if line.strip()
    ]


def _streams(opener: envelopes.Opener, block: bytes) -> set[str]:
    """Return the streams in a block, which stand before the first bracket, blank or colon.

    Only one line of each that begins alike is opened.
    """
    name = next(name for name in opener.names if name in _STREAM or name in _STREAM_OF)
    lines = block.split(b"\n")
    begins: dict[bytes, bytes]
    if found := _STREAM_OF.get(name):
        begins = {b"".join(sorted(found.findall(line))): line for line in lines}
    else:
        skipped, end = _STREAM[name]
        rests = (line.partition(b" ")[2] if skipped is None else line[skipped:] for line in lines)
        begins = dict(zip((rest.partition(end)[0] for rest in rests), lines, strict=True))
    letters = (opener.letter(shown(line)) for line in begins.values())
    return {letter.stream for letter in letters if letter.stream}


def _codes(block: bytes) -> dict[str, int]:
    """Return the containers that ended and said no more, with their exit status."""
    found: dict[str, int] = {}
    rest = block
    while (at := rest.find(_EXITED)) >= 0:
        begin, end = rest.rfind(b"\n", 0, at) + 1, rest.find(b"\n", at)
        ended = containers.compose_end(shown(rest[begin : end if end >= 0 else len(rest)]))
        rest = rest[end:] if end >= 0 else b""
        found = _goes_on(found | ({ended[0]: ended[1]} if ended else {}), rest)
    return found


def _goes_on(codes: dict[str, int], rest: bytes) -> dict[str, int]:
    """Return the ends but for those of containers that speak again, as one started anew does."""
    return {
        name: code
        for name, code in codes.items()
        if not re.search(rb"(?m)^" + re.escape(name.encode()) + rb" +\|", rest)
    }


@dataclass(slots=True)
class _Tasks:
    """What Slurm tells in a log of tasks: where they run, and how the first of them ended.

    By the stream in which it tells that; what is told in none is of all of them.
    """

    hosts: dict[str | None, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    #: Those on which each is launched; where steps count from 0 in one log, they are several.
    launched: dict[str | None, dict[int, set[str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    codes: dict[str | None, int] = field(default_factory=dict)

    def take(self, opener: envelopes.Opener, block: bytes) -> None:
        """Take what it tells in a block."""
        if not any(words in block for words in _SRUN):
            return
        for line in block.split(b"\n"):
            if any(words in line for words in _SRUN):
                letter = opener.letter(shown(line))
                self._note(letter.stream, letter.text)

    def _note(self, stream: str | None, text: str) -> None:
        if launched := tasks_launched(text):
            node, ranks = launched
            for rank in ranks:
                self.launched[stream].setdefault(rank, set()).add(node)
        elif ended := tasks_ended(text):
            self.hosts[stream] |= dict.fromkeys(ended.ranks, ended.node)
            self.codes.setdefault(stream, ended.code)

    def where(self, stream: str | None) -> tuple[tuple[int, str], ...]:
        """Return the nodes of ranks."""
        began = self.launched[None] | self.launched[stream]
        hosts = {rank: next(iter(nodes)) for rank, nodes in began.items() if len(nodes) == 1}
        return tuple(sorted((hosts | self.hosts[None] | self.hosts[stream]).items()))

    def ended(self, stream: str | None) -> int | None:
        """Return the exit status of the first task that ended, None where none did."""
        return self.codes.get(stream, self.codes.get(None))
