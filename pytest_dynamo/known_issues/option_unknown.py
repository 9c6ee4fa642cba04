# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A program does not know one of its options.

Why: Options come and go with releases.

Remedy: Name the release of Dynamo in versions.dynamo as it is in the image, and correct what was
added by hand.

Source: argparse and clap, as Dynamo uses them
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI318",
    "option-unknown",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "error: unrecognized arguments: ",
        "unexpected argument '--",
        "No such option: --",
        "unknown flag: --",
        "flag provided but not defined: -",
        "error: ambiguous option: --",
        "Found argument '--",
        "error: unrecognized subcommand '",
        "No such command '",
        "Got unexpected extra argument",
        "No such option '--",
        "numactl: unrecognized option '",
        "mpirun: Error: unknown option ",
    ),
    phase="launch",
    samples=(
        " 0: __main__.py: error: unrecognized arguments: --publish-kv-events",
        "error: unexpected argument '--http-host' found",
        "Error: No such option: --enable-foo",
        "Error: unknown flag: --data-dirr",
        "flag provided but not defined: -jss",
        "frontend.py: error: ambiguous option: --model could match --model-path, --model-name",
        "error: Found argument '--foo' which wasn't expected, or isn't valid in this context",
        "error: unrecognized subcommand 'srv'",
        "Error: No such command 'disagg'.",
        "Error: Got unexpected extra argument (/configs/agg.yaml)",
        "5: Error: No such option '--kv_cache_fraction'.",
        "numactl: unrecognized option '--cpunodebindd=0'",
        'mpirun: Error: unknown option "--allow-run-as-roott"',
    ),
    near_misses=("unrecognized option '--container-image'",),
)
