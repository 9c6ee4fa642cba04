# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the name of a log, a pod or a container tells: the service or the role, and numbers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.launch.plan import Process
from pytest_dynamo.watch.service_words import service

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import Kind
    from pytest_dynamo.topology.model import Topology

#: What a service or the frontend is called in names of logs, pods and containers.
_SERVICES: tuple[tuple[str, Kind, re.Pattern[str]], ...] = (
    ("etcd", "service", re.compile(r"(?<![a-z])etcd(?![a-z])|^infra$")),
    ("nats-server", "service", re.compile(r"(?<![a-z])nats(?![a-z])")),
    (
        "frontend",
        "frontend",
        re.compile(r"front-?end|ingress|(?<![a-z])(?:http|router)(?![a-z])|^(?:\d_)?output_server$"),
    ),
)
#: A role that deployments are called after.
_WHOLE = "agg"
#: How a node is called that no log names.
UNNAMED = "unnamed node"
#: What the log of a whole job is called, which names no step.
JOB = "srun"
#: Stands in the name of what others tell of a process, behind the name of that.
TOLD_BY = ", told by "
#: How a log is called of a container before it was started anew, and all behind that.
EARLIER = re.compile(r"[-_.](?:previous|prev)(?![a-z])")
#: How a rank tells of how many its world is.
_WORLD = re.compile(r"\b(?:tllm_mpi_size|mpi_world_size): (\d{1,5})\b|\bworld_size=(\d{1,5})\b")
#: How a rank tells which it is.
_SAYS = re.compile(r"\brank(\d{1,5}) run mgmn (?:leader|worker) node\b|\bmpi_rank: (\d{1,5})\b")
#: The daemons of Slurm, of a cluster and of each node.
_SLURMS = re.compile(r"(?<![a-z])slurm(?:ctld|dbd|d)(?![a-z])")
#: Who sends requests or measures, by the name of its log.
_CLIENT = re.compile(
    r"(?<![a-z])(?:bench(?:mark)?|loadgen|aiperf|genai[-_]perf|client|locust|k6|vegeta|wrk2?|jmeter"
    r"|mlperf_log_\w+"
    r"|(?:bash_)?history|wait[-_]for[-_]\w+|smoke[-_]?test"
    # and who watches it
    r"|prometheus|grafana|jaeger|tempo|loki|otel[-_]\w+|dcgm[-_]exporter|node[-_]exporter)(?![a-z])"
)
#: Who stands before a frontend, and passes requests on to it.
_PROXY = re.compile(r"(?<![a-z])(?:nginx|envoy|haproxy|traefik|istio|ingressgateway)(?![a-z])")
#: What runs on a node beside a deployment, by how it calls itself in the node's journal.
_DAEMON = re.compile(
    r"kernel|systemd|slurm|containerd|dockerd|kubelet|chronyd|ntpd|sshd|audit|nvidia-|nv-|dcgm|cron"
    r"|networkmanager|dhclient|rasdaemon|mcelog|opensm|crio|lldpd|rsyslogd|multipathd|smartd|earlyoom"
)
#: How what runs as no unit of its own is called there, after what runs it.
_PROGRAM = re.compile(r"python|bash$|sh$|env$|numactl$|mpirun$|run[-_.]")
#: What the lines of an engine or of Dynamo hold.
ENGINES = re.compile(r"TRT-LLM|TensorRT-LLM|\bvllm\b|EngineCore|\bWorker_\w+ pid=|\bdynamo_?\w*::")
#: What the lines of an engine hold, and no service's.
_RANKS = re.compile(r"TRT-LLM|TensorRT-LLM|EngineCore|\bWorker_\w+ pid=|\bmpi_rank\b|\bray::")
#: How a frontend begins.
LISTENS = ": Starting HTTP"
#: How NCCL heads its lines: node, process, thread, device.
_NCCL = re.compile(r"(?P<host>[A-Za-z][\w.-]*):\d+:\d+ \[\d+\] NCCL ")
#: How the name of a log ends that ``gzip`` packed.
PACKED = ".gz"
#: What a person writes notes and tables into.
_NOTES = (".txt", ".md")
_SUFFIX = re.compile(r"(?:\.(?:log|txt|out|err|o|e|stdout|stderr|jsonl?|ndjson))?(?:\.gz)?$")
#: What roles are called besides their names.
_ALIASES = {"prefill": ("ctx", "context"), "decode": ("gen", "generation")}
#: And by their first letter, alone or before a number, where both of them are.
_INITIALS = {"prefill": "p", "decode": "d"}
RANK = re.compile(r"(?:rank|task|procid|proc)[-_.]?(\d{1,6})(?!\d)")
#: A part of a Ray cluster, below a worker.
RAY = re.compile(r"(?<![a-z])ray[-_.]?(head|\d{1,3})(?![a-z0-9])")
#: What may be the name of a node, and no number of something.
_HOST = re.compile(
    r"(?!(?:node|host|worker|rank|task|proc|pod|server|slurm|output|out|job|step|dp|tp|ep|pp|dep|w|"
    r"replica|run|batch|attempt|ray|gpu|isl|osl|c|concurrency)[-.]?\d+$)[A-Za-z][\w.-]*\d[a-z]?"
)
#: What stands before the name of a node in that of a log.
_OF_WHAT = re.compile(
    r"^(?:(?:gpu-mon|nvidia-smi|dmesg|kern(?:el)?|journal(?:ctl)?|syslog|messages|ray)[-.]|node-(?=[A-Za-z]))"
)
#: What is no node's name, though it ends like one: that of a pod, or of a server.
_POD = re.compile(r"(?:worker|server|engine|replica)s?[-.]\d{1,4}$")
#: Not the digits of a hash, as pods have them.
_NUMBER = re.compile(
    r"(?:(?<![a-z0-9])|(?<=node)|(?<=host)|(?<=worker)|(?<=pod)|(?<=[-_.]w))\d{1,5}(?![a-z0-9])"
)
#: How a worker's first lines name its role.
_MODE = re.compile(r"disaggregation[-_]mode['\"]?[=: ]+['\"]?(?:\w+\.)?(\w+)", re.IGNORECASE)
#: What else a worker is given, or registers as, which one of its ranks alone may tell.
_GIVEN = re.compile(
    r"--is-(prefill|decode)-worker\b|\bworker_id=vllm-(prefill|decode)\b"
    r"|\bRegister(?:ed|ing) endpoint \S+?\.(prefill|decode)\."
    r"|\bcomponents\.(prefill|decode)_worker:",
)



@dataclass(frozen=True, slots=True)
class Source:
    """One log, or one stream of a log that holds several.

    ``ranks`` are those that its first lines tell, ``labelled`` whether an envelope told them,
    ``hosts`` the nodes of ranks as far as Slurm names them, and ``speaks_on`` as far as NCCL does
    in its first lines, by their labels if it has any. ``ended`` is the exit status that was told of
    it, ``task`` that of the first of its tasks that Slurm tells of, ``node`` where Kubernetes runs
    its pod; ``of_step`` is set where the stream is called after a step of the job. ``told_of``
    marks what others say of it rather than itself, ``by_slurm`` what ``srun`` said of a whole job,
    and ``by_kernel`` what the kernel of a node did. ``speaks`` is unset for what a person wrote,
    whose lines neither bear times nor tell of an error.
    """

    log: str
    stream: str | None = None
    ranks: frozenset[int] = frozenset()
    labelled: bool = False
    head: str = ""
    hosts: tuple[tuple[int, str], ...] = ()
    speaks_on: tuple[tuple[int | None, str], ...] = ()
    ended: int | None = None
    task: int | None = None
    node: str | None = None
    of_step: bool = False
    told_of: bool = False
    by_slurm: bool = False
    by_kernel: bool = False
    speaks: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, in lower case and without a suffix: by itself, and with its folders.

        A unit of a node is called by itself, and after it as its log where an engine writes there.
        """
        unit = [self._unit] if self.stream else []
        if unit and not self.is_of_worker:
            return tuple(unit)
        whole = _SUFFIX.sub("", self.log.lower())
        return tuple(dict.fromkeys((*unit, whole.rpartition("/")[2], whole)))

    @property
    def _unit(self) -> str:
        return (self.stream or "").rpartition(" ")[2].lower()

    @property
    def whole(self) -> str:
        """What it is called with its folders."""
        return self.names[-1]

    @property
    def host(self) -> str | None:
        """The node whose journal it is out of, None if it is of none."""
        host, blank, _ = (self.stream or "").partition(" ")
        return host if blank else None

    @property
    def is_of_worker(self) -> bool:
        """Whether it is what an engine wrote into the journal of its node."""
        if self.host is None or _DAEMON.match(self._unit):
            return False
        return tells_of_engine(self) or _PROGRAM.match(self._unit) is not None

    @property
    def who(self) -> tuple[str | None, ...]:
        """What tells it from all others: its names, and the node whose journal it is out of."""
        return (self.host, *self.names)

    @property
    def is_log(self) -> bool:
        """Whether it is a log of a program or a kernel, and no table or note that lies beside."""
        return bool(self.stream or self.speaks or self.told_of or self.by_kernel)

    @property
    def is_clients(self) -> bool:
        """Whether it is of who sends requests, and so of no part of a deployment."""
        return _CLIENT.search(self.names[0]) is not None


def tells_of_engine(source: Source) -> bool:
    """Return whether an engine speaks in a log, or Dynamo, and not only those who start them."""
    return not source.by_slurm and ENGINES.search(source.head) is not None


def is_earlier(source: Source) -> bool:
    """Return whether a log is that of a container before it was started anew."""
    return EARLIER.search(source.whole) is not None


def told(topology: Topology, source: Source) -> tuple[str | None, Process | None]:
    """Return the role, or the service or frontend, that the name of a source tells.

    What it is called itself comes before its folders, which may name all roles of a run.
    """
    for name in source.names:
        roles = [role for role in map(str, topology.roles) if _word(role).search(name)]
        if roles == [_WHOLE] and (found := _service(source, name)):
            return None, found  # of a deployment that is called after its only role
        if roles and (name == source.names[0] or len(roles) == 1):
            return roles[0], None
        if found := _service(source, name):
            return None, found
    return None, _alone(source)


def role(topology: Topology, source: Source) -> str | None:
    """Return the role that a source's first lines tell; the only one, if it is one."""
    if len(topology.roles) == 1:
        return str(next(iter(topology.roles)))
    told = _MODE if RANK.search(source.whole) or _MODE.search(source.head) else _GIVEN
    said = Counter(match[match.lastindex or 0].lower() for match in told.finditer(source.head))
    roles = [str(role) for role in topology.roles if str(role) in said]
    return roles[0] if len(roles) == 1 else _by_size(topology, source)


def _by_size(topology: Topology, source: Source) -> str | None:
    """Return the one role whose workers have as many ranks as a rank says that its world has."""
    told = {int(match[match.lastindex or 0]) for match in _WORLD.finditer(source.head)}
    roles = [str(name) for name, role in topology.roles.items() if role.parallel.world_size in told]
    return roles[0] if len(roles) == 1 else None


def rank_said(source: Source) -> int | None:
    """Return the rank that the first lines of a log say it is of, None if of none or several."""
    said = {int(match[match.lastindex or 0]) for match in _SAYS.finditer(source.head)}
    return said.pop() if len(said) == 1 else None


def by_initial(topology: Topology, source: Source) -> str | None:
    """Return the one role whose first letter stands alone in the name of a source, None if none."""
    if not topology.roles.keys() >= _INITIALS.keys():
        return None
    roles = [role for role in _INITIALS if _initial(role).search(source.names[0])]
    return roles[0] if len(roles) == 1 else None


def _word(role: str) -> re.Pattern[str]:
    """Return what finds a role in a name; "agg" is also in "disagg", "gen" in "agent"."""
    aliases = "".join(rf"|(?<![a-z]){word}(?![a-z])" for word in _ALIASES.get(role, ()))
    return re.compile(rf"(?:(?<!dis){re.escape(role)}{aliases})[a-z]*?(?P<number>\d{{1,5}})?(?!\d)")


def _initial(role: str) -> re.Pattern[str]:
    """Return what finds a role by its letter; hashes hold letters, too, and more digits."""
    letter = _INITIALS.get(role, "(?!)")
    return re.compile(rf"(?<![a-z0-9.]){letter}(?P<number>\d{{1,3}})?(?![a-z0-9])")


def _at(role: str, called: str) -> re.Match[str] | None:
    """Return where a name tells a role."""
    return _word(role).search(called) or _initial(role).search(called)


def _service(source: Source, called: str) -> Process | None:
    found = (name for name, _, pattern in _SERVICES if pattern.search(called))
    return _process(source, next(found, "frontend" if is_proxy(called) else None))


def _alone(source: Source) -> Process | None:
    """Return the one service that speaks in a log whose name tells nothing, None if others do."""
    if source.labelled or _RANKS.search(source.head):
        return None
    lines = [line for line in source.head.splitlines() if line.strip()]
    said = Counter(name for line in lines if (name := service(line)))
    begins = LISTENS in source.head  # it says little until somebody asks
    if begins:
        return _process(source, "frontend")  # which one may have started with what it needs
    if len(said) != 1:
        return None
    ((name, times),) = said.items()
    return _process(source, name) if times > len(lines) / 2 else None


def is_proxy(log: str) -> bool:
    """Return whether a log is that of who stands before a frontend, by its name."""
    return _PROXY.search(log.lower()) is not None


def _process(source: Source, name: str | None) -> Process | None:
    kind = next((kind for known, kind, _ in _SERVICES if known == name), None)
    if name is None or kind is None:
        return None
    nodes = tuple(dict.fromkeys(host for _, host in source.hosts)) or (UNNAMED,)
    return Process(name, name, kind, (), source.log, nodes, labelled=source.labelled)


def numbers(source: Source, role: str) -> list[int]:
    """Return the numbers of a name, without that of an explicit rank: first that of the role."""
    called = source.names[0]
    if role and not _at(role, called):
        called = source.whole
    if role:  # digits of a node's name are no numbers
        parts = called.split("_")
        called = "_".join(p for p in parts if _at(role, p) or not _is_host(p))
    called = RANK.sub(" ", called)
    at = _at(role, called) if role else None
    own = [int(at["number"])] if at and at["number"] else []
    rest = called[at.end() :] if at else called
    found = own + [int(each) for each in _NUMBER.findall(rest)]
    if at and not found:
        found = [int(each) for each in _NUMBER.findall(called[: at.start()])]
    return found


def host_by_nccl(text: str) -> str | None:
    """Return the node on which NCCL says that it speaks, None where no line of its is."""
    match = _NCCL.match(text)
    return match["host"] if match else None


def is_of_daemon(name: str) -> bool:
    """Return whether a file is called after a daemon of Slurm's, whose log it is then."""
    return _SLURMS.search(name.rpartition("/")[2]) is not None


def may_be_note(name: str) -> bool:
    """Return whether a file may be notes, a table or a setting, by a name that no log has."""
    called = name.removesuffix(PACKED).rpartition("/")[2]
    return called.endswith(_NOTES) or ("." in called and _SUFFIX.sub("", called) == called)


def host_of(topology: Topology, source: Source) -> str | None:
    """Return the node that the name of a worker's log tells besides its role and its numbers."""
    if source.stream or source.told_of:
        return None
    parts = _SUFFIX.sub("", source.log.rpartition("/")[2]).split("_")
    named = (
        part
        for part in parts
        if _HOST.fullmatch(part) and not _tells_role(topology, part.lower())
    )
    return next(named, None)


def _tells_role(topology: Topology, part: str) -> bool:
    """Return whether a part of a name tells a role, or is no more than its letter and a number."""
    roles = [*map(str, topology.roles)]
    return any(_word(role).search(part) or _initial(role).fullmatch(part) for role in roles)


def _is_host(part: str) -> bool:
    pod = _POD.search(part) is not None
    return "-" in part and not pod and _HOST.fullmatch(part) is not None


def hosts(source: Source) -> list[str]:
    """Return what may be the name of a node in that of a log of it: what has a digit."""
    parts = [part for cut in ("_", r"[_.]") for part in re.split(cut, source.log.split("/")[-1])]
    folder = source.log.rpartition("/")[0].split("/")[-1]
    whole = [_SUFFIX.sub("", part) for part in (*parts, folder)]
    tokens = (each for part in whole for each in (_OF_WHAT.sub("", part), part))
    return list(dict.fromkeys(each for each in tokens if re.search(r"\d", each)))
