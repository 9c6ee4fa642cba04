# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The processor, the memory or the bus of a node is broken.

Why: The kernel reports an error that could not be corrected.

Remedy: Leave the node out (--exclude), and have it drained and looked at.

Source: Linux, `arch/x86/kernel/cpu/mce`, `drivers/edac`, `drivers/pci/pcie/aer.c`, `mm/memory-
failure.c`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI922",
    "node-hardware",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "Machine Check Exception",
        "Fatal machine check",
        "Uncorrected hardware",
        "Uncorrected (",
        "severity=Uncorrected",
        "UE memory ",
        "hardware memory corruption",
        "NMI watchdog: ",
        "soft lockup - CPU",
        "Kernel panic - not syncing",
        "Memory failure: 0x",
        "severity: fatal",
        "bad device here",
        "health compromised",
        "self-detected stall on CPU",
        "detected stalls on CPUs",
        "Machine Check: ",
        "detected expedited stalls on CPUs",
        "Uncorrectable ECC",
        "AER: Uncorrectable (Fatal) error message received",
    ),
    pattern=r"Machine Check Exception|Fatal machine check|Uncorrected hardware|Uncorrected \(Fatal\)|EDAC .*\bUE memory |hardware memory corruption|hard LOCKUP|soft lockup - CPU#\d+ stuck|Kernel panic - not syncing|Hardware Error\]: event severity: fatal|handling bad device here|health compromised - reached|self-detected stall on CPU|detected stalls on CPUs|Machine Check: \d+ Bank \d+: (?:0x)?[abefABEF]|detected expedited stalls on CPUs|Memory #0x\w+ \| Uncorrectable ECC|AER: Uncorrectable \(Fatal\) error message received",
    node=True,
    samples=(
        "[ 8123.456789] mce: [Hardware Error]: CPU 12: Machine Check Exception: 5 Bank 7: be00000000800400",
        "Kernel panic - not syncing: Fatal machine check",
        "{1}[Hardware Error]: Uncorrected hardware memory error in user-access at 7f3c0000",
        "pcieport 0000:00:01.0: AER: Uncorrected (Fatal) error received: 0000:17:00.0",
        "mlx5_core 0000:17:00.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer, (Requester ID)",
        "EDAC MC0: 1 UE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0",
        "Memory failure: 0x1f3: Sending SIGBUS to python3:8812 due to hardware memory corruption",
        "NMI watchdog: Watchdog detected hard LOCKUP on cpu 14",
        "watchdog: BUG: soft lockup - CPU#14 stuck for 22s! [python3:4711]",
        "Kernel panic - not syncing: Hard LOCKUP",
        "Memory failure: 0x1f3: Killing python3:4711 due to hardware memory corruption; recovery action for dirty LRU page: Failed",
        "{1}[Hardware Error]: event severity: fatal",
        "mlx5_core 0000:3b:00.0: mlx5_health_try_recover:308:(pid 552): handling bad device here",
        "mlx5_core 0000:3b:00.0: poll_health:800:(pid 0): device's health compromised - reached miss count",
        "rcu: INFO: rcu_sched self-detected stall on CPU",
        "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
        "mce: [Hardware Error]: CPU 33: Machine Check: 0 Bank 7: be00000000800400",
        "rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 4-... }",
        "  3f | 03/02/2026 | 09:19:49 | Memory #0x53 | Uncorrectable ECC (UnCorrectable ECC |  DIMMA3) | Asserted",
        "[Wed Jun  3 12:01:44 2025] pcieport 0000:c0:01.1: AER: Uncorrectable (Fatal) error message received from 0000:c1:00.0",
    ),
    near_misses=(
        "mce: [Hardware Error]: Machine check events logged",
        "EDAC MC0: 1 CE memory read error on CPU_SrcID#0",
        "pcieport 0000:00:01.0: AER: Corrected error received: 0000:17:00.0",
        "mlx5_core 0000:17:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer",
        "pcieport 0000:00:01.0: AER: Uncorrected (Non-Fatal) error received: 0000:17:00.0",
        "NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.",
        "mce: [Hardware Error]: CPU 33: Machine Check: 0 Bank 7: 8c00004000010091",
    ),
)
