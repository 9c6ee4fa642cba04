# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A GPU slows itself down, and with it each rank that waits for its own.

Why: It is too hot, or the power supply asks for less; its clock falls to a fifth, and every step
of the worker takes as long as that GPU does.

Remedy: Leave the node out, and look at its cooling and its power (nvidia-smi -q -d PERFORMANCE).

Source: NVIDIA's driver, `nvidia-smi -q`, clocks event reasons
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI724",
    "gpu-slowed",
    role="symptom",
    fault="infrastructure",
    engine="cuda",
    texts=("HW Slowdown", "HW Thermal Slowdown", "HW Power Brake Slowdown"),
    pattern=r"^\s+HW (?:Thermal |Power Brake )?Slowdown +: Active\s*$",
    node=True,
    samples=(
        "        HW Slowdown                       : Active",
        "            HW Thermal Slowdown           : Active",
        "            HW Power Brake Slowdown       : Active",
    ),
    near_misses=(
        "            HW Thermal Slowdown           : Not Active",
        "        SW Thermal Slowdown               : Active",
        "        SW Power Cap                      : Active",
        "    HW Slowdown : Active since the last reboot is what one looks for",
    ),
)
