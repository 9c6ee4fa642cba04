# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the one shell that a run keeps on each node says, and what it can be told.

It hangs on its ``srun`` alone: neither the death of the node's ``slurmd`` nor that of Slurm's
controller parts it from us, and both are times when no new step can be started there. When its
standard input ends, it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.watch import probe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pytest_dynamo.watch.probe import NodeReport

#: What a node says of its own ``slurmd``: that it listens, or that it does not.
_UP, _ALONE = "up", "alone"
#: Seconds between two signs of life.
EVERY_S = 2

# $1 is the run's id, $2 what a listening slurmd looks like in /proc/net/tcp, the other arguments
# are paths that have to be visible. Signs of life go to stderr and answers to stdout, since an
# answer is longer than what a pipe takes in one piece. The sleep must not hold the pipe: Slurm
# would wait for it when the shell has ended.
_SCRIPT = r"""
answer() {
%(probe)s
}
run=$1 listens=$2; shift 2
(while :; do
  word=up
  grep -qsE "$listens" /proc/net/tcp /proc/net/tcp6 || word=alone
  echo "$SLURMD_NODENAME $word" >&2 || exit
  sleep %(every)d >/dev/null 2>&1
done) &
while read -r word what nodes steps; do
  case $word in
  look) printf '#%%s %%s\n' "$what" "$(answer "$run" "$@")" ;;
  end) case ",$nodes," in *",$SLURMD_NODENAME,"*)
    for file in $(grep -lszx "PYTEST_DYNAMO_RUN=$run" /proc/[0-9]*/environ); do
      step=$(tr '\0' '\n' <"$file" | sed -n 's/^SLURM_STEP_ID=//p')
      pid=${file#/proc/}
      case ",$steps," in *",$step,"*) kill -s "$what" "${pid%%/environ}" ;; esac
    done ;;
    esac ;;
  esac
done
kill $!
"""


def words(run_id: str, port: int | None, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the words of the shell; ``port`` is where ``slurmd`` listens, None if not known."""
    script = _SCRIPT % {"probe": probe.SCRIPT, "every": EVERY_S}
    listens = f":{port:04X} 0+:0000 0A" if port else "."
    return ("sh", "-c", script, "sentry", run_id, listens, *paths)


def heard(text: str, nodes: Collection[str]) -> tuple[str, bool] | None:
    """Return which node a line is a sign of life of, and whether its ``slurmd`` listens."""
    node, _, word = text.partition(" ")
    return (node, word == _UP) if node in nodes and word in (_UP, _ALONE) else None


def look(number: int) -> str:
    """Return what asks for everything that is on a node."""
    return f"look {number}\n"


def end(signal: str, nodes: Iterable[str], steps: Iterable[str]) -> str:
    """Return what signals the run's processes on these nodes, as far as they are of these steps."""
    numbers = ",".join(step.rpartition(".")[2] for step in steps)
    return f"end {signal} {','.join(nodes)} {numbers}\n"


def answers(output: str, number: int, nodes: Collection[str]) -> dict[str, NodeReport]:
    """Return the answers to that question, of those nodes that have answered it whole."""
    lines = [
        line
        for line in output.splitlines()
        if heard(line.lstrip().partition(": ")[2], nodes) is None
    ]
    return probe.reports("\n".join(lines), nodes, mark=f"#{number} ")
