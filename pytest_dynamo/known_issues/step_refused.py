# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm does not grant what was asked for, and never will.

Why: The account, the partition or the quality of service does not exist for this user, no node
is as asked, or srun is too old for an option. Inside a job srun takes any account, partition and
quality of service: these are salloc's to refuse.

Remedy: Correct the words of --dynamo-slurm; `sacctmgr show assoc` and `sinfo` tell what there is.

Source: Slurm 22.05, observed; `src/common/slurm_errno.c`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

#: What Slurm's controller answers to a request that it can never grant, by its list of errors.
NEVER = (
    r"Invalid (?:account|partition|qos|generic|feature|node name|Trackable|license|wckey|user id"
    r"|burst buffer|GRES|gres|prefer|dependency|container|job array|reservation|cluster)"
    r"|violates accounting|not permitted to use|[Tt]ime limit|More processors requested"
    r"|Memory required by task|node configuration is not available|specification (?:is )?invalid"
    r"|specification needs to be|No partition specified|nodes not in this partition"
    r"|Access/permission denied|Access denied to requested reservation|reservation is invalid"
    r"|Job script not specified|parameter too long|CPU count|Requested GRES option unsupported"
    r"|Job dependency problem|Step limit reached|Unable to satisfy cpu bind"
    r"|Requested topology|Job size specification|Insufficient GRES"
)

ISSUE = issue(
    __doc__,
    "DKI820",
    "step-refused",
    role="root",
    fault="config",
    engine="slurm",
    texts=(
        "nvalid partition",
        "srun: unrecognized option '--",
        "srun: error: Unable to create step",
        "Unable to allocate resources",
        "Job submit/allocate failed",
        "Batch job submission failed",
        "sbatch: unrecognized option '--",
        "This does not look like a batch script",
        "MaxSubmitJob",
        "binding outside of job step allocation",
        "srun: error: Only allocated ",
        "error: QOSM",
        "error: AssocGrp",
    ),
    pattern=rf"(?:create step|allocate resources|allocate failed|submission failed).*(?:{NEVER})|nvalid partition|s(?:run|batch): unrecognized option '--(?!container-)|Only allocated \d+ nodes? asked for|This does not look like a batch script|error: (?:Assoc|QOS)(?:Grp|Max|Min)\w+|binding outside of job step allocation",
    phase="launch",
    samples=(
        "srun: error: Unable to allocate resources: Invalid account or account/partition combination specified",
        "srun: error: invalid partition specified: nopart",
        "salloc: error: Job submit/allocate failed: Invalid qos specification",
        "srun: error: Unable to allocate resources: Invalid partition name specified",
        "srun: error: Unable to create step for job 1: Invalid generic resource (gres) specification",
        "salloc: error: Job submit/allocate failed: Invalid feature specification",
        "srun: unrecognized option '--segment=4'",
        "srun: error: Unable to create step for job 12: More processors requested than permitted",
        "srun: error: Unable to create step for job 12: Memory required by task is not available",
        "srun: error: Unable to allocate resources: Requested node configuration is not available",
        "srun: error: Unable to allocate resources: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
        "srun: error: Only allocated 2 nodes asked for 4",
        "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified",
        "sbatch: unrecognized option '--segment=4'",
        "sbatch: error: This does not look like a batch script.  The first",
        "sbatch: error: QOSMaxSubmitJobPerUserLimit",
        "slurmstepd: error: CPU binding outside of job step allocation, allocated CPUs are: 0x00F.",
        "salloc: error: Job submit/allocate failed: Requested nodes not in this partition",
        "srun: error: Unable to create step for job 5: Task count specification invalid",
        "sbatch: error: QOSMaxGRESPerUser",
        "sbatch: error: AssocGrpGRES limit reached",
    ),
    near_misses=(
        "srun: partition batch is up",
        "srun: unrecognized option '--container-image=./x.sqsh'",
        "srun: error: Unable to create step for job 3: Requested nodes are busy",
        "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
    ),
)
