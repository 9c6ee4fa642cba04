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
    texts=(
        "HW Slowdown",
        "HW Thermal Slowdown",
        "HW Power Brake Slowdown",
        "clocks event due to thermal violation",
        "HW Slowdown is engaged",
        'clock_event="hw_thermal"',
        "GPU_TEMP_HW_SLOWDOWN_VIOLATION",
        "There were thermal violations totaling",
        "DCGM_FR_CLOCK_THROTTLE_",
    ),
    pattern=r"^\s+HW (?:Thermal |Power Brake )?Slowdown +: Active\s*$|clocks event due to thermal violation|HW Slowdown is engaged|clock_event=.hw_thermal|GPU_TEMP_HW_SLOWDOWN_VIOLATION|There were thermal violations totaling|DCGM_FR_CLOCK_THROTTLE_|HW Thermal Slowdown \(reducing",
    node=True,
    samples=(
        "        HW Slowdown                       : Active",
        "            HW Thermal Slowdown           : Active",
        "            HW Power Brake Slowdown       : Active",
        "ERROR [1514002:1514004] [[Health]] Detected a WARNING in health system Thermal: 'Detected clocks event due to thermal violation in GPU 2. Verify that the cooling on this machine is functional'",
        "HW Slowdown is engaged due to high temperature, power brake assertion, or high power draw ('HW Slowdown: Active' in nvidia-smi --query)",
        'DCGM_EXP_CLOCK_EVENTS_COUNT{gpu="3",Hostname="gpu-a07",clock_event="hw_thermal",window_size_in_ms="300000"} 41',
        "Message:ErrorCode:GPU_TEMP_HW_SLOWDOWN_VIOLATION GPU:0 PCI:0000:17:00.0 GPU 0 thermal margin -3°C below HW slowdown T.Limit",
        "There were thermal violations totaling 12.4 seconds for GPU 3",
        "ErrorCode:DCGM_FR_CLOCK_THROTTLE_THERMAL GPU:3 PCI:0000:1b:00 Recommended Action=CONTACT_SUPPORT;",
        "GPU-4c1d7c0e-9c1b-0a6f-6d3e-2b1f0f4b7a11: HW Thermal Slowdown (reducing the core clocks by a factor of 2 or more) is engaged (temperature being too high)",
    ),
    near_misses=(
        "            HW Thermal Slowdown           : Not Active",
        "        SW Thermal Slowdown               : Active",
        "        SW Power Cap                      : Active",
        "    HW Slowdown : Active since the last reboot is what one looks for",
    ),
)
