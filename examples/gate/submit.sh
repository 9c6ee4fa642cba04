#!/usr/bin/env bash
# For a CI job on a host where jobs are submitted: submit.sh TOPOLOGY [SBATCH OPTIONS]
#
# Waits for the job and ends with its exit status. When the CI job is cancelled the Slurm job is,
# too: sbatch --wait alone would leave it running.
set -euo pipefail
topology=$1
shift
here=$(dirname "$0")
job=$(sbatch --parsable "$@" "$here/gate.sbatch" "$topology")
job=${job%%;*}
echo "job $job: gate-$job.out, gate-$job/"
trap 'scancel "$job"' INT TERM

state() { scontrol -o show job "$job" | grep -oE "(^| )$1=[^ ]+" | head -n 1 | cut -d= -f2; }
while :; do
  # a controller that is away for a while is asked again; the job's own time limit ends the wait
  now=$(state JobState) || now=UNKNOWN
  case $now in
    PENDING | CONFIGURING | RUNNING | COMPLETING | SUSPENDED | STOPPED | REQUEUED | UNKNOWN) ;;
    *) break ;;
  esac
  sleep "${EVERY:-10}" &
  wait $! || true
done
cat "gate-$job.out" || true
code=$(state ExitCode)
echo "job $job: $now, exit status ${code%:*}"
[ "$now" = COMPLETED ] || [ "${code%:*}" -ne 0 ] || exit 1
exit "${code%:*}"
