# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What lines tell that no known issue is needed for: errors, and who lost whom."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from pytest_dynamo.watch.log_names import LISTENS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_dynamo.watch.lines import Line

#: How many of the last lines count where a process did not end by an error of its own.
LAST_WORDS = 5

#: How Rust heads what a thread ends by.
PANIC = "panicked at"
TRACEBACK = re.compile(r"Traceback \(most recent call last\)|\bpanicked at\b")
_EXCEPTION = re.compile(
    # behind the label of a process of vLLM, too
    r"^\s*(?:\(\w+ (?:rank=\d+ )?pid=\d+(?:, ip=[\w.:-]+)?\) *)*"
    r"(?:ERROR [\d-]+ [\d:]+ \[[^\]]*\] *)?"
    r"(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Interrupt)(?:: |$)|\bpanicked at\b"
)
_GAVE_UP = re.compile(
    r"\bModel not found: |\bhttp_status=404\b"
    r"|\bConnection closed unexpectedly(?: by the client)?(?:; issuing| request_id=)"
    r"|\bstatus=404 (?:path=|method=POST uri=)/v1/(?:chat/)?completions\b"
    r"|\berror_type=(?:cancelled|not_found|\w*timeout)\b|\brequest timed out\b"
)
_WARNS = re.compile(r"\b[A-Z]\w*Warning: ")
_FRAME = re.compile(
    r"^(?:\([^)]*\) *)*ERROR [\d-]+ [\d:]+ \[[^\]]*\](?: {2,}(?!\s*assert\b)|\s*$)"
)
_RECOVERED = re.compile(
    r"^(?!.*\b(?:not|cannot|never)\b).*\b[Rr]ecovered from\b|\bRay runtime started\b"
)
#: How a kernel tells that a file server answers again, and what it tells of who waits for any.
_ANSWERS = re.compile(
    r"\b(?P<nfs>nfs: server \S+ )OK\b|\bLustre: .*?(?P<lustre>\S+) Connection restored to\b"
)
_WAITS = "blocked for more than"
_IGNORED = re.compile(
    r"^\s*(?:\^C)*Exception ignored (?:in|while)\b"
    r"|\bsys\.meta_path is None, Python is likely shutting down\b"
)
_ERROR = re.compile(
    r"\b[A-Za-z]\w*(?:Error|Exception)\b|\bException: "
    r"|\b(?:ERROR|FATAL|CRITICAL|Traceback|panicked)\b"
    r"|\b[Ee]rror: |\[(?:E|ERR|FTL)\]|\b[Aa]ssert(?:ion)?\b|out of memory|\b(?:fatal|panic): "
    r"|\bError (?:response )?from \w|\blevel\"?[=:] ?\"?(?:error|fatal|panic|critical)\b"
    # the C library and C++, who say it before a stack
    r"|^\s*(?:free|malloc|realloc|munmap_chunk|malloc_consolidate)\(\): |\*\*\* stack smashing"
    r"|^(?:corrupted|double free) |\bterminate called (?:after|without|recursively)"
    # glog, NCCL, C++ and curl
    # Open MPI, which calls nothing an error
    r"|^(?:There are n\w+ \w+ (?:resources|slots)|Your job (?:has requested|failed to map)"
    r"|A request was made to|Open MPI tried to|\w+ was unable to (?:find|start|launch|reliably))\b"
    r"|^\s*Failed[:,] (?:Cuda|NCCL) error"
    r"|^[EF]\d{4} \d\d:\d\d:|\bNCCL WARN\b|^\s*what\(\): |^curl: \("
)
#: Whom a line names as the rank that ended its world: words of the stand-in (lost, refused, told
#: to stop, did not arrive, not reached, gone already) and of Open MPI.
_BLAME = re.compile(
    r"(?:\blost rank|\brefused rank|process rank|MPI_ABORT was invoked on rank"
    r"|\brank(?= \d+ (?:was told to stop|not reached at|was gone already))"
    r"|\brank(?= [\d, ]+ of \S+ did not arrive))"
    r" (?P<ranks>\d+(?:, \d+)*)"
)
#: Of these words, those that the named rank had gone before they were said.
_GONE = re.compile(r"\blost rank \d|\brank \d+ was gone already|process rank \d+ .*\bexited on\b")
_OWN_END = re.compile(r"rank(?P<rank>\d+): told to stop")
#: How mpirun tells of the signal that ended a rank which it names.
_SIGNALLED = re.compile(r"process rank \d+ .*exited on signal (?P<signal>\d+)")
#: Words of a survivor that do not name whom it lost: the kernel's, Gloo's, NCCL's
#: and TensorRT-LLM's.
_PEERS_LOST = re.compile(
    r"Connection reset by peer|Connection closed by (?:remote )?peer"
    r"|remote process exiting prematurely"
    r"|Remote MPI worker died|MPI worker future failed|Peer rank reported a fatal error"
)
#: How decode tells what prefill answered.
_QUOTED = re.compile(
    r"\bremote_prefill: Prefill error\b|\bErrors in the prefill response\b"
    r"|\bremote prefill failed\b"
)
#: How a frontend and an engine log what a client sent.
_ASKED = re.compile(r"\bprompt(?:_text)?[\"']?[=:] ?[\"']|\b[Rr]eceived request \S+: prompt\b")
#: How an engine tells of a request that its client gave up, as an error of its own.
_BY_CLIENT = re.compile(
    r"\b(?:cancell?ed|aborted) by (?:the |its )?client\b|\bclient disconnected\b"
)
#: Words of UCX and NIXL of a peer that has gone, or of the way to it.
_TRANSPORT_LOST = re.compile(
    r"Transport retry count exceeded|Connection reset by remote peer|[Ee]ndpoint timeout"
    r"|NIXL_ERR_REMOTE_DISCONNECT"
)
_KERNEL = re.compile(
    # as journals have it
    r"^(?:(?:[A-Z][a-z]{2} +\d+ [\d:]+|\d{4}-\d\d-\d\dT[\d:.,]+[+-]\d\d:?\d\d) \S+ )?"
    # as ``dmesg`` shows its times, too
    r"(?:kernel: |\[ *\d+\.\d{6}\] |\[[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ [\d:]+ \d{4}\] "
    r"|\d{4}-\d\d-\d\dT[\d:]+,\d{6}[+-]\d\d:\d\d )"
)
_LEASE_LOST = re.compile(r"keep alive task failed|requested lease not found")
#: How Dynamo of old tells of an end as of none (``log::info!`` in `transports/etcd/lease.rs`), and
#: etcd that it ends by its flags; and a worker that it drops what it is asked.
_GRAVE = re.compile(
    r"\bkeep alive task failed: (?!.*operation was canceled)|\"msg\":\"failed to verify flags\""
    r"|\bNo handler found for endpoint\b"
)
#: What a process says when it is told to end; what it says after that is about its end.
_TOLD = re.compile(
    r"\btold to stop\b"
    # but for the banners of a crash
    r"|\b(?:[Rr]eceived|[Cc]aught|[Gg]ot)\b.{0,40}"
    r"\b(?:SIG(?:TERM|INT)|signal(?! (?:\*\*\*|[346789]\b|11\b))|shutdown)"
    r"|(?<!regarding )\bSIG(?:TERM|INT) received\b|\b[Ss]hut\w+.{0,20}\(SIG(?:TERM|INT)\)"
    r"|\bSignal: (?:Terminated|Interrupt) \("
    r"|\b[Gg]raceful(?:ly)? shut(?:ting )?down\b(?! (?:due to|timeout|period|enabled|handler))"
    r"|\b[Ss]hutdown signal|\bHTTP service stopped\b"
)
#: But for who gets ready for that when it begins, as Dynamo's workers do.
_READY_TO = re.compile(
    r"\b[Hh]andlers?\b"
    r"|\b(?:for|on|until|wait\w*|send|upon) (?:an? |the )?(?:[Gg]raceful|[Ss]hutdown|SIG)"
)
#: But for what Kubernetes could not do, which it calls a warning.
_NO_EVENT = (
    r"(?!\s+(?-i:Failed[A-Z]\w+|BackOff|Evicted|NodeNotReady|UnexpectedAdmissionError"
    r"|TaintManagerEviction|ProvisioningFailed|NetworkNotReady)\s|\s{2,}(?-i:Failed)\s{2,})"
)
#: How a line says that it is no error: the level that Dynamo, etcd, NATS, TensorRT-LLM, vLLM and
#: Python's warnings write before it, as text or as JSON.
_MILD = re.compile(
    rf"^(?:\([^)]*\) *)*(?:\S*T[\d:.]+Z? +)?(?:TRACE|DEBUG|INFO|WARN(?:ING)?)\b{_NO_EVENT}"
    r"|^(?:\([^)]*\) *)*(?:DEBUG|INFO|WARNING) \d\d-\d\d "
    r'|"(?:level|severity)": ?"(?:trace|debug|info|notice|warn(?:ing)?)"'
    r"|\blevel=(?:debug|info|notice|warn(?:ing)?)\b"
    r"|^(?:\[[\d/:-]+\] )?\[TRT(?:-LLM)?\](?: \[RANK \d+\])? \[[DIVW]\]"
    r"|^\[TensorRT-LLM\]\[(?:INFO|WARNING)\]"
    r"|^\[\d+\] [\d/]+ [\d:.]+ \[(?:DBG|INF|WRN)\]"
    r"|^[DIW]\d{4} \d\d:\d\d:|^(?:\[[^\]]*\] *)*\[(?:DEBUG|INFO|WARN(?:ING)?)\]|\bNCCL INFO\b"
    r"|^(?:DEBUG|INFO|WARN(?:ING)?):"
    rf"|^[\d-]+[ T][\d:,.]+Z?\s+(?:- )?(?:\S+ - )?(?:INFO|WARNING)\b{_NO_EVENT}"
    # PyTorch, etcd of old, Ray, UCX and NIXL, libfabric, the loader; Kubernetes' events
    r"|^(?:\[rank\d+\]:)?\[[DIW]\d{0,4} |^\S+ \S+ [DINW] \| |\[[\d-]+ [\d:,.]+ [DIW] \d+ \d+\]"
    r"|\b(?:UCX|NIXL) +(?:WARN|DIAG|INFO|DEBUG|TRACE)\b|<(?:info|warn)>|\bld\.so: .*\bignored\b"
    r"|^\s+Normal\s(?!\s*Evicted\s)|going to /tmp instead$|TIOCGWINSZ|unlink domain socket"
    r"|\bSlow Consumer\b"  # NATS, which serves all others
    r"|^\S*\bwhich: no |failed to sync (?:configmap|secret) cache|the object has been modified; "
    r"|: fork: retry: |\bUnhealthy\b.*\bprobe failed"
    # a level behind a time and a name, as many a logger is told to write it
    r"|^.{0,12}\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*(?:(?!(?-i:ERR|FATAL|CRIT)).){1,40}?"
    r"\b(?-i:DEBUG|INFO|WARN(?:ING)?)\b"
    r"|^\S+: [Ww]arning: |\b[A-Z]\w*Warning: "
    # what slurmstepd could not do for a task that it starts all the same
    r"|Could not run slurm task_prolog|Can't propagate RLIMIT_|xcpuinfo_hwloc_topo_load"
    r"|Open MPI process but cannot find"
    r"|\bpmixp_p2p_send: .*send failed, rc=-?\d+, try #"
    r"|Unable to create TMPDIR \[|TMPDIR \[.*not writeable|couldn't open the help file"
    # of an address of a family that a node lacks, and of a client that a server does not believe
    r"|errno: 97 - Address family not|\bhttp: TLS handshake error from\b"
    r"|overlayfs: upper fs does not support"
    # small tools, whose scripts go on
    r"|^(?:rm|tee|mkdir|chmod|chown|cp|mv|ln|ls|cat|touch|find|du|grep|head|tail|sed|stat|dmesg"
    r"|ulimit|sysctl): .*(?:No such file|Permission denied|not permitted|File exists)"
    # what Python cannot do any more while it ends
    r"|\bat interpreter shutdown$"
    # a port that came back
    r"|\basync (?:error )?event ?: port active\b"
    # who says how it goes on
    r"|\bfalling back to\b|\busing (?:the |built-in )?default\b|\btrying (?:the next|a different)\b"
    r"|(?<!not )(?<!before )\bcontinuing\b|\bwill be ignored\b|\bretrying\b|\bretry \d+/\d"
    r"|\bwill (?:be )?retr(?:y|ied)\b|\battempt (?P<nth>\d+) ?(?:/|of) ?(?!(?P=nth)\b)\d"
    r"|\bwarnings\.warn\("
    # Python's tracker of shared memory, of what another one has unlinked
    r"|: '/(?:psm|mp|loky)[_-]\w+'\s*$",
    re.IGNORECASE,
)
#: What Kubernetes says of a pod that it had been unable to do before, and how it said that; pyxis
#: of an image, at another attempt; and the kernel of a link that came back.
_AT_LAST: dict[str, tuple[str, ...]] = {
    "Successfully assigned": ("FailedScheduling",),
    "Successfully pulled image": ("Failed to pull", "ErrImagePull", "ImagePullBackOff"),
    "SuccessfulAttachVolume": ("FailedAttachVolume",),
    "pyxis: imported docker image": ("pyxis: ", "spank"),
    ": Link up": (": Link down",),
    " Link ACTIVE": (" Link DOWN",),
    " NIC Link is Up": (" NIC Link is Down",),
    "async event : port active": ("async event : port error",),
    "async event: port active": ("async event: port error",),
    "async error event: port active": ("async error event: port error",),
}
#: Words that lines hold which these expressions match, for the screen.
GATES = (
    "process rank", "exiting prematurely", "worker died", "SIGTERM", "SIGINT", "hutdown",
    "shutting down", "Signal: Term", "Signal: Inter", "ot signal", "eceived signal", "aught signal",
    "ng model outside", "ng model from", "ng model due", "missing worker types",
    "odel not found", "ETCD_ENDPOINTS=", "DYN_NAMESPACE=", " --namespace",
    "http_port=", "egistering endpoint ", "egistered endpoint health", "models by namespace",
    "DYN_NAMESPACE:", "SIDE_CHANNEL_HOST",
    "Restart Count:",
    "  False",
    LISTENS,
    "uerying metadata on path: tcp://", "endpoint dyn://", "endpoint 'dyn://",
    "disaggregation_mode=", "list returning 0 ", "eadiness probe failed",
    "serving client ", "serving insecure client ",
    "ening for client conn", "iscovery backend", "service stopped", "o platform detected, ",
    "ally detected platform ",
    "status=404 path", "status=404 method",
    " -m dynamo.", "vllm serve", "trtllm-serve", "non-default args: ", "engine args: ",
    "LLM API server version", "LLM engine (v", "LLM version:", "Successful requests:",
    "Failed requests:", "Allocate JobId=",
    *_AT_LAST,
)  # fmt: skip


#: How vLLM looks for its GPUs, and Dynamo for its services.
_BEGINS = re.compile(
    r"\b(?:No platform detected, |Automatically detected platform )"
    r"|\bdynamo_runtime::distributed: Initializing .*\bdiscovery backend\b"
)
#: How a frontend tells of a request, and that it went well; a pattern that begins with a letter is
#: looked for as fast as a word.
WELL = (
    ("request completed", re.compile(r"status\W{1,4}success\b")),
    ("finished processing request", re.compile(r"status\W{1,4}200\b")),
    ('"POST /v1/', re.compile(r'HTTP/1\.[01]" 200\b')),  # as uvicorn writes, without a time
)
#: But for who looked whether it lives, or which models it lists.
_LOOKED = re.compile(r"=/(?:health|live|ready|metrics|v1/models)\b|\bendpoint=\W?models\b")


def went_well(text: str) -> bool:
    """Return whether a frontend says that a request went well, which was one for tokens."""
    told = any(request in text and well.search(text) is not None for request, well in WELL)
    return told and _LOOKED.search(text) is None


def begins(text: str) -> bool:
    """Return whether an engine, or Dynamo, says that it begins, as it does when it is started anew.

    In the log of a container the words of all of its starts stand behind each other.
    """
    return _BEGINS.search(text) is not None


def is_frame(text: str) -> bool:
    """Return whether a line is a frame of a traceback, or its code, behind a label of vLLM.

    Code that asserts says what it asserts.
    """
    return _FRAME.search(text) is not None


def warns(text: str) -> bool:
    """Return whether a line is a warning of Python's own, as packages write while they are read."""
    return _WARNS.search(text) is not None


def gave_up(text: str) -> bool:
    """Return whether a frontend tells of a request that its client gave up, or of no such model."""
    return _GAVE_UP.search(text) is not None


def has_recovered(text: str) -> bool:
    """Return whether a line tells that what was wrong has been mended, as vLLM's scheduler does."""
    return _RECOVERED.search(text) is not None


def done_at_last(text: str) -> tuple[str, ...]:
    """Return the words of the failures that a line of Kubernetes or a kernel says are over."""
    if answers := _ANSWERS.search(text):
        return (answers[answers.lastgroup or 0], _WAITS)
    return next((before for words, before in _AT_LAST.items() if words in text), ())


def is_ignored(text: str) -> bool:
    """Return whether a line heads an exception that Python could raise to nobody."""
    return _IGNORED.search(text) is not None


def without_ignored(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines but for exceptions that Python could raise to nobody.

    They are what is left of objects while a process ends, and no reason for that.
    """
    inside = False
    for line in lines:
        if is_ignored(line.text):
            inside = True
        elif inside and (line.text[:1].isspace() or TRACEBACK.search(line.text)):
            continue
        elif inside:  # the line that names the exception
            inside = False
        else:
            yield line


@functools.lru_cache(maxsize=1024)  # of a line it is asked often, and its words are many
def tells_of_error(text: str) -> bool:
    """Return whether a line tells of an error."""
    return _ERROR.search(text) is not None


def first_error(lines: Sequence[Line]) -> Line | None:
    """Return the first of the lines that tells of an error."""
    return next((line for line in lines if tells_of_error(line.text)), None)


def exception(lines: Sequence[Line]) -> Line | None:
    """Return the line that names the exception, if the last words are those of one."""
    last = list(without_ignored(lines))[-LAST_WORDS:]
    named = (line for line in reversed(last) if _EXCEPTION.search(line.text))
    return next((line for line in named if not is_mild(line.text)), None)


def blamed(text: str) -> Iterator[int]:
    """Yield the ranks that a line names as those that ended a world."""
    if own := _OWN_END.search(text):
        yield int(own["rank"])
    elif match := _BLAME.search(text):
        yield from map(int, match["ranks"].split(", "))


def aborts(text: str) -> bool:
    """Return whether a line names the rank that ended a world itself, for whatever it had met."""
    return "MPI_ABORT was invoked on rank" in text


def had_gone(text: str) -> bool:
    """Return whether a line that names a rank says that it had gone by then."""
    return _GONE.search(text) is not None


def signalled(text: str) -> int | None:
    """Return the signal that a line says has ended the rank that it names, as an exit status."""
    match = _SIGNALLED.search(text)
    return -int(match["signal"]) if match else None


def lost_peers(text: str) -> bool:
    """Return whether a line says that its speaker lost others, without a name."""
    return _PEERS_LOST.search(text) is not None or quotes_another(text)


def quotes_another(text: str) -> bool:
    """Return whether a line tells of an error that another worker answered with."""
    return _QUOTED.search(text) is not None


def quotes_client(text: str) -> bool:
    """Return whether a line that is no error quotes what a client sent, who may quote anything.

    Or whether one tells that a client gave its request up.
    """
    if _BY_CLIENT.search(text):
        return True
    return _ASKED.search(text) is not None and is_mild(text)


def lost_transport(text: str) -> bool:
    """Return whether a line says that what moves data no longer reaches another."""
    return _TRANSPORT_LOST.search(text) is not None


def by_kernel(text: str) -> bool:
    """Return whether the kernel of a node says a line, and nobody who runs there."""
    return _KERNEL.search(text) is not None


def wanted(text: str) -> bool:
    """Return whether a line names an exception by which somebody is told to stop."""
    return "Interrupt" in text or "CancelledError" in text


def lost_lease(text: str) -> bool:
    """Return whether a line says that its speaker lost its lease in etcd."""
    return _LEASE_LOST.search(text) is not None


def was_told(text: str) -> bool:
    """Return whether a line says that its speaker was told to end."""
    return _TOLD.search(text) is not None and _READY_TO.search(text) is None


@functools.lru_cache(maxsize=1024)  # of a line it is asked often, and its words are many
def is_mild(text: str) -> bool:
    """Return whether a line says itself that it tells of no error.

    Who goes on after such a line has not failed by it, whatever it quotes; but who ends has often
    said the reason as a warning.
    """
    return _MILD.search(text) is not None and _GRAVE.search(text) is None


def blames_anyone(text: str) -> bool:
    """Return whether a line says that its speaker lost others, or was told to end."""
    return lost_peers(text) or next(blamed(text), None) is not None
