# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What every node is asked before a launch and after its end, and what its answer means.

One POSIX shell script runs on each node and writes one JSON document: what the node's own programs
said, as text, which is read here. ``srun --label`` cuts a long line into labelled pieces, so the
pieces of each label are put together again before they are read.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Seconds until a node that has not answered is given up.
DEADLINE_S = 10.0

# $1 is the run's id; the other arguments are paths that have to be visible. The script itself does
# not carry the label that it looks for.
SCRIPT = r"""
text() { sed 's/\\/\\\\/g; s/"/\\"/g' | tr -d '\001-\011\013-\037' | awk '{printf "%s\\n", $0}'; }
run=$1; shift
printf '{"node": "%s", "time": "%s"' "${SLURMD_NODENAME:-$(uname -n)}" "$(date +%s)"
printf ', "shm": "%s"' "$(cd /dev/shm && ls -ln 2>/dev/null | grep -E ' (moe_|nccl-)' | text)"
printf ', "user": "%s", "holders": "%s"' "$(id -u)" "$(
  { ls -l /proc/[0-9]*/fd 2>/dev/null | awk '
      /^\/proc\// { split($0, part, "/"); pid = part[3]; next }
      $NF ~ /^\/dev\/shm\/(moe_|nccl-)/ { print pid, $NF }'
    grep -sE ' /dev/shm/(moe_|nccl-)' /proc/[0-9]*/maps | awk '
      !/ \(deleted\)$/ { split($1, part, "/"); print part[3], $NF }'; } | sort -u |
  while read -r pid path; do
    echo "$pid $(stat -c %u "/proc/$pid" 2>/dev/null) ${path#/dev/shm/}"
  done | text)"
printf ', "processes": "%s"' "$(grep -lszx "PYTEST_DYNAMO_RUN=$run" /proc/[0-9]*/environ | text)"
printf ', "listening": "%s"' "$(awk '$4 == "0A" {print $2}' /proc/net/tcp /proc/net/tcp6 | text)"
printf ', "space": "%s"' "$(df -Pk /dev/shm /tmp . 2>/dev/null | text)"
printf ', "memory": "%s"' "$(grep MemAvailable: /proc/meminfo | text)"
printf ', "kernel": "%s"' "$(uname -sr | text)"
printf ', "runtimes": "%s"' "$(
  for name in apptainer enroot nvidia-container-cli; do
    command -v $name >/dev/null 2>&1 || continue
    case $name in enroot) said=$(enroot version 2>&1) ;; *) said=$($name --version 2>&1) ;; esac
    printf '%s: %s\n' $name "$(printf '%s\n' "$said" | head -n 1)"
  done | text)"
if command -v nvidia-smi >/dev/null 2>&1; then
  q=index,uuid,name,memory.total,memory.used,driver_version
  printf ', "gpus": "%s"' "$(nvidia-smi --query-gpu=$q --format=csv 2>&1 | text)"
  q=gpu_uuid,pid,process_name,used_memory
  printf ', "apps": "%s"' "$(nvidia-smi --query-compute-apps=$q --format=csv 2>&1 | text)"
fi
absent=
for path; do [ -e "$path" ] || absent="$absent$path
"; done
printf ', "absent": "%s"}\n' "$(printf %s "$absent" | text)"
"""
_SHM = re.compile(
    r"\S+\s+\d+\s+(?P<uid>\d+)\s+\d+\s+(?P<size>\d+)\s+.*?\s(?P<name>(?:moe_|nccl-).*)"
)
_HOLDER = re.compile(r"(?P<pid>\d+) (?P<uid>\d+) (?P<name>\S+)")
_PID = re.compile(r"/proc/(\d+)/")
_LABEL = re.compile(r" *(\d{1,6}): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file in ``/dev/shm`` that engines or NCCL make; sizes are in bytes."""

    name: str
    uid: int
    size: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A living process that has such a file open or mapped, and whose it is."""

    pid: int
    uid: int
    name: str


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU as ``nvidia-smi`` shows it, memory in MiB; ``holders`` are those who use it."""

    index: int
    uuid: str
    name: str
    total_mib: int
    used_mib: int
    driver: str
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeReport:
    """What one node answered.

    ``uid`` is whose shell answered, None where it did not say; ``holders`` are those processes that
    have such shared memory open and may be looked into. ``processes`` are the numbers of those that
    belong to the run. ``gpus`` is None where there is no driver.
    """

    node: str
    time: int
    shm: tuple[SharedFile, ...]
    uid: int | None
    holders: tuple[Holder, ...]
    processes: tuple[int, ...]
    listening: frozenset[int]
    space_kib: Mapping[str, int]
    memory_kib: int | None
    gpus: tuple[Gpu, ...] | None
    absent: tuple[str, ...]
    kernel: str = ""
    runtimes: tuple[str, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        """What is installed on the node, by what it is: the same on every node of a cluster."""
        gpus = self.gpus or ()
        return {
            "kernel": self.kernel,
            "driver": ", ".join(sorted({gpu.driver for gpu in gpus})) or "none",
            "GPUs": ", ".join(f"{count} x {name}" for name, count in _counted(gpus)) or "none",
            "container runtime": "; ".join(self.runtimes) or "none",
        }


def words(run_id: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the words that make a node answer."""
    return ("sh", "-c", SCRIPT, "probe", run_id, *paths)


def reports(output: str, nodes: Iterable[str], mark: str = "") -> dict[str, NodeReport]:
    """Return the answers of these nodes in a labelled step's output, each after the mark."""
    found = {}
    for text in labelled_texts(output):
        try:
            begin = text.index("{", text.index(mark))
            report = _report(json.JSONDecoder().raw_decode(text, begin)[0])
        except (ValueError, KeyError):  # cut off, or not by our script: that is no answer
            continue
        found[report.node] = report
    return {node: found[node] for node in nodes if node in found}


def labelled_texts(output: str) -> list[str]:
    """Return what each label of a step said, its pieces put together."""
    pieces: dict[str, str] = {}
    for line in output.splitlines():
        if match := _LABEL.fullmatch(line):
            pieces[match[1]] = pieces.get(match[1], "") + match[2]
    return list(pieces.values())


def _report(data: Mapping[str, str]) -> NodeReport:
    memory = re.search(r"\d+", data["memory"])
    return NodeReport(
        node=data["node"],
        time=int(data["time"]),
        shm=tuple(
            SharedFile(match["name"], int(match["uid"]), int(match["size"]))
            for line in data["shm"].splitlines()
            if (match := _SHM.fullmatch(line))
        ),
        uid=int(data["user"]) if data.get("user", "").isdigit() else None,
        holders=tuple(
            Holder(int(match["pid"]), int(match["uid"]), match["name"])
            for line in data["holders"].splitlines()
            if (match := _HOLDER.fullmatch(line))
        ),
        processes=_pids(data["processes"]),
        listening=frozenset(
            int(line.rpartition(":")[2], 16) for line in data["listening"].splitlines()
        ),
        space_kib=_space(data["space"]),
        memory_kib=int(memory[0]) if memory else None,
        gpus=gpus(data["gpus"], data["apps"]) if "gpus" in data else None,
        absent=tuple(data["absent"].splitlines()),
        kernel=data.get("kernel", "").strip(),
        runtimes=tuple(data.get("runtimes", "").splitlines()),
    )


def _counted(gpus: Iterable[Gpu]) -> list[tuple[str, int]]:
    return sorted(Counter(gpu.name for gpu in gpus).items())


def gpus(devices: str, apps: str) -> tuple[Gpu, ...] | None:
    """Return the GPUs of two answers of ``nvidia-smi --format=csv``, None where it failed."""
    table = _csv(devices)
    if table is None:
        return None
    holders: dict[str, list[str]] = {}
    for row in _csv(apps) or ():
        memory = next((value for key, value in row.items() if key.startswith("used")), "")
        who = f"process {row.get('pid')} ({row.get('process_name')}, {memory})"
        holders.setdefault(row.get("gpu_uuid", ""), []).append(who)
    return tuple(
        Gpu(
            index=int(row["index"]),
            uuid=row["uuid"],
            name=row["name"],
            total_mib=_mib(row["memory.total"]),
            used_mib=_mib(row["memory.used"]),
            driver=row.get("driver_version", ""),
            holders=tuple(holders.get(row["uuid"], ())),
        )
        for row in table
    )


def _csv(text: str) -> list[dict[str, str]] | None:
    """Return the rows of a table by its header's names without units, None if it is no table."""
    head, *rows = [line for line in text.splitlines() if line.strip()] or [""]
    names = [name.partition(" [")[0].strip() for name in head.split(",")]
    if not {"uuid", "gpu_uuid"} & set(names):
        return None
    return [
        dict(zip(names, (value.strip() for value in row.split(",")), strict=False)) for row in rows
    ]


def _mib(value: str) -> int:
    number = value.partition(" ")[0]
    return int(number) if number.isdigit() else 0


def _pids(text: str) -> tuple[int, ...]:
    return tuple(int(match[1]) for line in text.splitlines() if (match := _PID.match(line)))


def _space(text: str) -> dict[str, int]:
    """Return the free space in KiB by mount point, of the answer of ``df -Pk``."""
    found = {}
    for line in text.splitlines()[1:]:
        fields = line.split(None, 5)
        if len(fields) > 5 and fields[3].isdigit():  # noqa: PLR2004 - the columns of df -P
            found[fields[5]] = int(fields[3])
    return found
