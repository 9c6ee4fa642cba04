# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every file of a virtual cluster: what its hosts run as PID 1, and Slurm's configuration."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NET = "198.18.0."  # of the range for benchmarks (RFC 2544); exists only inside the cluster
CTL, LOGIN, MAX_NODES = 254, 253, 250
_FOLDERS = ("state", "spool", "run", "hosts", "log", "init", "etc", "dev", "munge")

# PID 1 of the whole, on the host "ctl". A shell's ``wait`` reaps adopted orphans too.
_CTL = r"""
set -eu
hostname ctl
mount --bind "$VC/etc/hosts" /etc/hosts
mount --bind "$VC/etc" /etc/slurm
ip link set lo up
ip link add br0 type bridge
ip link set br0 up
ip addr add @NET@@CTL@/24 dev br0
munged --force --key-file="$VC/munge/key" --socket="$VC/munge/socket" \
  --pid-file="$VC/munge/pid" --log-file="$VC/log/munged.log" --seed-file="$VC/munge/seed"
sh "$VC/init/slurmctld.sh"
sleep infinity &
: >"$VC/run/ctl.ready"
wait
"""

_SLURMCTLD = r"""
slurmctld -D $* >>"$VC/log/slurmctld.out" 2>&1 &
echo $! >"$VC/run/slurmctld.number"
"""

# In the namespaces of ctl: makes each host of NAME=NUMBER, and waits for it.
_ADD = r"""
set -eu
add() {
  d="$VC/hosts/$1"
  rm -f "$d/ready" "$d/pid"
  setsid unshare --mount --net --uts --ipc --pid --fork --kill-child --mount-proc \
    sh "$VC/init/host.sh" "$1" "$2" <"$VC/run/null" >"$VC/log/init.$1.log" 2>&1 &
  p=$!
  mine=$(readlink /proc/self/ns/net)
  n=0
  while :; do
    c=$(cat "/proc/$p/task/$p/children" 2>/dev/null || :); c=${c%% *}
    [ -n "$c" ] && [ "$(readlink "/proc/$c/ns/net")" != "$mine" ] && break
    n=$((n + 1)); [ $n -lt 1000 ] || exit 1
    sleep 0.01
  done
  ip link add "v-$1" type veth peer name eth0 netns "$c"
  ip link set "v-$1" master br0 up
  echo "$c" >"$d/pid"
  n=0; until [ -e "$d/ready" ]; do n=$((n + 1)); [ $n -lt 1000 ] || exit 1; sleep 0.01; done
}
jobs=
for host in "$@"; do add "${host%=*}" "${host#*=}" & jobs="$jobs $!"; done
for job in $jobs; do wait "$job"; done
"""

_IDLE = r"""
n=0
until [ -z "$(squeue -h)" ] && [ "$(sinfo -h -N -t idle -o %N | sort -u | wc -l)" = "$1" ]; do
  n=$((n + 1)); [ $n -lt 1000 ] || exit 1
  sleep 0.05
done
"""

# PID 1 of one host. Its /tmp is a directory of the cluster, into which the paths that have to stay
# visible although they lie below /tmp are bound first.
_HOST = r"""
set -eu
d="$VC/hosts/$1"
hostname "$1"
mount -t tmpfs -o mode=1777 shm /dev/shm
for s in @SHARED@; do
  case $s in /tmp/*) mkdir -p "$d/tmp/${s#/tmp/}"; mount --rbind "$s" "$d/tmp/${s#/tmp/}" ;; esac
done
mount --rbind "$d/tmp" /tmp
ip link set lo up
n=0; until [ -e "$d/pid" ]; do n=$((n + 1)); [ $n -lt 1000 ] || exit 1; sleep 0.01; done
ip addr add @NET@$2/24 dev eth0
ip link set eth0 up
: >"$d/ready"
cd /
case $1 in node*) slurmd -D >"$VC/log/slurmd.$1.out" 2>&1 & echo $! >"$d/slurmd.pid" ;; esac
sleep infinity &
wait
"""

# Timings are those of a test bed: sites have SlurmdTimeout=300 and KillWait=30. No cgroups and no
# binding, so that it works in a container. ``login`` is named because srun on a host that
# slurm.conf does not know never hears from slurmctld (22.05.7, 22.05.8, 23.02.0, 23.02.1).
_SLURM_CONF = """\
ClusterName=virtual
SlurmctldHost=ctl(@NET@@CTL@)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=@VC@/munge/socket
CredType=cred/munge
StateSaveLocation=@VC@/state
SlurmdSpoolDir=@VC@/spool/%n
SlurmctldPidFile=@VC@/run/slurmctld.pid
SlurmdPidFile=@VC@/run/slurmd.%n.pid
SlurmctldLogFile=@VC@/log/slurmctld.log
SlurmdLogFile=@VC@/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MailProg=/bin/true
MpiDefault=none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
GresTypes=gpu
SlurmdTimeout=@SLURMD_TIMEOUT@
KillWait=5
InactiveLimit=0
MinJobAge=600
ReturnToService=2
SchedulerParameters=sched_interval=2,batch_sched_delay=0
@EXTRA@
@NODES@
NodeName=login NodeAddr=@NET@@LOGIN@ State=FUTURE
PartitionName=batch Nodes=node[1-@COUNT@] Default=YES MaxTime=INFINITE State=UP \
OverSubscribe=EXCLUSIVE
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a cluster looks like; ``share`` are paths below /tmp that all hosts are to see."""

    nodes: int = 4
    gpus: int = 4
    cpus: int = 72
    memory_mb: int = 16000
    slurmd_timeout_s: int = 10
    share: tuple[str, ...] = ()
    conf: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the nodes."""
        return [f"node{number}" for number in range(1, self.nodes + 1)]


def write(place: Path, shape: Shape) -> None:
    """Write the files of a cluster afresh: a spool that outlives the jobs revokes new ones."""
    for name in _FOLDERS:
        shutil.rmtree(place / name, ignore_errors=True)
        (place / name).mkdir(parents=True)
    place.chmod(0o755)
    for name in ("login", *shape.names):
        (place / "hosts" / name / "tmp").mkdir(parents=True)
        (place / "hosts" / name / "tmp").chmod(0o1777)
        (place / "spool" / name).mkdir()
    (place / "run/null").touch()
    (place / "munge/key").write_bytes(os.urandom(1024))
    (place / "munge/key").chmod(0o600)
    hosts = {"ctl": CTL, "login": LOGIN, **{name: number(name) for name in shape.names}}
    (place / "etc/hosts").write_text(
        "127.0.0.1\tlocalhost\n" + "".join(f"{NET}{n}\t{name}\n" for name, n in hosts.items())
    )
    # slurmd drops a GPU without a file, and shows none to tasks whose file is no device
    for index in range(shape.gpus):
        (place / f"dev/nvidia{index}").symlink_to("/dev/null")
    files = f"Name=gpu File={place}/dev/nvidia[0-{shape.gpus - 1}]\n" if shape.gpus else ""
    (place / "etc/gres.conf").write_text(files)
    (place / "etc/plugstack.conf").write_text("")
    values = {
        "NET": NET,
        "CTL": CTL,
        "LOGIN": LOGIN,
        "VC": place,
        "SLURMD_TIMEOUT": shape.slurmd_timeout_s,
        "EXTRA": "\n".join(shape.conf),
        "NODES": "\n".join(_node_line(shape, name) for name in shape.names),
        "COUNT": shape.nodes,
        "SHARED": " ".join(map(shlex.quote, (str(place), *shape.share))),
    }
    texts = {
        "etc/slurm.conf": _SLURM_CONF,
        "init/ctl.sh": _CTL,
        "init/slurmctld.sh": _SLURMCTLD,
        "init/add.sh": _ADD,
        "init/idle.sh": _IDLE,
        "init/host.sh": _HOST,
    }
    for path, text in texts.items():
        filled = text
        for key, value in values.items():
            filled = filled.replace(f"@{key}@", str(value))
        (place / path).write_text(filled)


def number(host: str) -> int:
    """Return the last part of a host's address."""
    return LOGIN if host == "login" else int(host.removeprefix("node"))


def _node_line(shape: Shape, name: str) -> str:
    gpus = f" Gres=gpu:{shape.gpus}" if shape.gpus else ""
    return (
        f"NodeName={name} NodeAddr={NET}{number(name)} CPUs={shape.cpus} "
        f"RealMemory={shape.memory_mb}{gpus} State=UNKNOWN"
    )
