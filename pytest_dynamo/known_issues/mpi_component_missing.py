# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Open MPI does not find a component that it was told to use.

Why: The option names a transport that this build lacks, or whose libraries are not in the image.

Remedy: Leave the option out (--mca, OMPI_MCA_*), or name a component of `ompi_info`.

Source: Open MPI 5.0, `help-mca-base.txt`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI777",
    "mpi-component-missing",
    role="root",
    fault="config",
    engine="mpi",
    texts=(
        "A requested component was not found",
        "No components were able to be opened in the",
        "PML ucx cannot be selected",
        "stopped checking at the first component that it did not find",
    ),
    phase="launch",
    samples=(
        "A requested component was not found, or was unable to be opened.  This",
        "No components were able to be opened in the pml framework.",
        "[nid003412:41822] PML ucx cannot be selected",
        "Open MPI stopped checking at the first component that it did not find.",
    ),
    near_misses=(
        "[node1:04711] mca: base: components_open: component self open function successful",
    ),
)
