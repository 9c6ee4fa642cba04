# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How a node is cleared of shared memory that a run left there, and what it answers.

Removed is only what provably is nobody's any more: a file of this user, under a name that engines
and NCCL give, that no process has open or mapped. Processes of other users cannot be looked into,
so what they may open is theirs to keep open; and while a process of this user cannot be looked into
- an agent, a program with capabilities - nothing is certain, and nothing is removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.watch.probe import labelled_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHM = "/dev/shm"  # noqa: S108 - the very directory that engines leave files in

# $1 is the directory. Each answer ends with a semicolon: srun cuts lines. Who may hold a file is
# found by its inode; a young tmpfs has the small numbers that devices have too, so an open file
# counts when it is the very one, which -ef tells. Of what is mapped only root could ask that: there
# an inode of any file system counts, rather one too many is kept; what has no name is no file here.
_SCRIPT = r"""
me=$(id -u)
say() { printf '%s;\n' "$*"; }
say node "${SLURMD_NODENAME:-$(uname -n)}"
cd "$1" 2>/dev/null || { say done; exit 0; }
hidden=
for status in $(grep -lsE "^Uid:[[:space:]]+$me[[:space:]]" /proc/[0-9]*/status); do
  place=${status%/status}
  ls "$place/fd" >/dev/null 2>&1 && continue
  [ ! -d "$place" ] || hidden=${place#/proc/}
done
held=$(
  ls -Li /proc/[0-9]*/fd 2>/dev/null | awk '
    /^\/proc\// { split($0, part, "/"); pid = part[3]; next }
    $1 ~ /^[0-9]+$/ { print $1, pid, "open" }'
  grep -s ' /' /proc/[0-9]*/maps | awk '
    !/ \(deleted\)$/ { split($1, part, "/"); print $5, part[3], "mapped" }'
)
holder() {
  printf '%s\n' "$held" | awk -v inode="$2" '$1 == inode { print $2, $3 }' | sort -u |
    while read -r pid how; do
      [ "$how" = open ] || { echo "$pid"; break; }
      for open in "/proc/$pid/fd/"*; do
        [ ! "$open" -ef "$1" ] || { echo "$pid"; break 2; }
      done
    done
}
for file in moe_* nccl-*; do
  [ -f "$file" ] && [ ! -L "$file" ] || continue
  case $file in *[!A-Za-z0-9._-]*)
    say kept "$(printf %s "$file" | tr -c 'A-Za-z0-9._-' '?')" its name is of no engine
    continue ;;
  esac
  set -- $(ls -lnid -- "$file")
  by=$(holder "$file" "$1")
  if [ "$4" != "$me" ]; then say "kept $file it is of user $4"
  elif [ -n "$by" ]; then say "kept $file process $by has it open"
  elif [ -n "$hidden" ]; then say "kept $file process $hidden of yours cannot be looked into"
  elif [ "$me" != 0 ] && case $2 in -??-------|-??-------.) false ;; esac
  then say "kept $file other users may have it open"
  elif rm -f -- "$file"; then say "removed $file $6"
  else say "kept $file it cannot be removed"
  fi
done
say done
"""
_REMOVED = re.compile(r"removed (?P<name>\S+) (?P<size>\d+)")
_KEPT = re.compile(r"kept (?P<name>\S+) (?P<why>.+)")


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was removed from a node, with sizes in bytes, and what was kept, and why."""

    removed: tuple[tuple[str, int], ...]
    kept: tuple[tuple[str, str], ...]


def words(directory: str = _SHM) -> tuple[str, ...]:
    """Return the words that clear a node."""
    return ("sh", "-c", _SCRIPT, "clear", directory)


def cleared(output: str, nodes: Iterable[str]) -> dict[str, Cleared]:
    """Return what the nodes answered in the output of a labelled step, of each that ended."""
    found = {}
    for text in labelled_texts(output):
        lines = text.split(";")
        if lines[0].startswith("node ") and lines[-2:] == ["done", ""]:
            found[lines[0].removeprefix("node ")] = Cleared(
                tuple((hit["name"], int(hit["size"])) for hit in map(_REMOVED.fullmatch, lines)
                      if hit),
                tuple((hit["name"], hit["why"]) for hit in map(_KEPT.fullmatch, lines) if hit),
            )  # fmt: skip
    return {node: found[node] for node in nodes if node in found}
