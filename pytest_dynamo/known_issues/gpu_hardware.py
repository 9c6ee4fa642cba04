# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A GPU is broken.

Why: The driver reports an error of its memory, its link or its bus.

Remedy: Leave the node out (--exclude), and have it drained and its GPU reset or changed.

Source: NVIDIA's driver, Xid messages
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI702",
    "gpu-hardware",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "uncorrectable ECC error",
        "Uncorrectable ECC error encountered (error",
        "NVRM: Xid",
        "fallen off the bus",
        "Uncorrectable NVLink error",
        "Invalid access of peer GPU memory over nvlink",
        "uncorrectable NVLink error",
        "GPU is lost",
        "GPU requires reset",
        "CUDA_ERROR_ECC_UNCORRECTABLE",
        "uncorrectable hardware error",
        "SXid (PCI",
        "Unable to determine the device handle for GPU",
        "CUDA_ERROR_NVLINK_UNCORRECTABLE",
        "remapping failure",
        "GPU requires a reset",
        " is lost. Reboot",
        "XidCriticalError: Xid=",
    ),
    pattern=r"(?<!\d )uncorrectable ECC error|Uncorrectable ECC error encountered \(error|NVRM: Xid (?!\([^)]*\): (?:6|8|13|25|31|32|43|45|63|65|68|69|92|93|121|137)\b|.*[Nn]on-?fatal)|GPU (?:\S+ .*)?has fallen off the bus|[Uu]ncorrectable NVLink error|Invalid access of peer GPU memory over nvlink|GPU (?:\S+ )?is lost|GPU requires (?:a )?reset|CUDA_ERROR_(?:ECC|NVLINK)_UNCORRECTABLE|uncorrectable hardware error|SXid \(PCI[^)]*\): \d+, Fatal|Unable to determine the device handle for GPU|[Rr]ow remapping failure|XidCriticalError: Xid=(?:48|62|64|74|79|94|95|119|120|140)\b",
    node=True,
    samples=(
        "   [[ Uncorrectable ECC error encountered (error 214) ]]",
        " 6: RuntimeError: CUDA error: uncorrectable ECC error encountered",
        "[ 8123.456789] NVRM: Xid (PCI:0000:1b:00): 48, pid=4711, name=python3, DBE",
        "[ 8123.456790] NVRM: GPU has fallen off the bus.",
        "NVRM: The NVIDIA GPU 0000:1a:00.0 (PCI ID: 10de:2330) installed in this system has fallen off the bus and is not responding to commands.",
        "CUDA error: Uncorrectable NVLink error detected during the execution",
        "torch.AcceleratorError: CUDA error: Invalid access of peer GPU memory over nvlink or a hardware error",
        "CUDA error: uncorrectable NVLink error detected during the execution",
        "Unable to determine the device handle for GPU0000:1B:00.0: GPU is lost.  Reboot the system to recover this GPU",
        "ERR! GPU requires reset",
        "CUDA_ERROR_ECC_UNCORRECTABLE in cuCtxSynchronize",
        "RuntimeError: CUDA error: an uncorrectable hardware error was encountered",
        "Unable to determine the device handle for GPU0000:1B:00.0: Unknown Error",
        "nvidia-nvswitch3: SXid (PCI:0000:c5:00.0): 20034, Fatal, Link 32 LTSSM Fault Up",
        "CUDA_ERROR_NVLINK_UNCORRECTABLE in cuStreamSynchronize",
        "Row remapping failure detected on GPU 3",
        "RuntimeError: CUDA error: GPU requires a reset before it can be used",
        "NVML: GPU 4 is lost. Reboot the system to recover this GPU",
        "I0810 15:36:05.551834       1 health.go:169] XidCriticalError: Xid=48 on Device=GPU-455e672a-0d6b-8e0c-3a0a-8f6bdc4e1b1c; marking device as unhealthy.",
    ),
    near_misses=(
        "NVML: 0 uncorrectable ECC errors, 14 correctable ECC errors",
        "ECC errors: 0",
        "NVRM: loading NVIDIA UNIX driver",
        "[ 8123.456789] NVRM: Xid (PCI:0000:1b:00): 45, pid=4711, name=python3, Ch 00000008",
        "[ 8123.456789] NVRM: Xid (PCI:0000:1b:00): 13, pid=4711, Graphics SM Warp Exception",
        "[ 8123.456789] NVRM: Xid (PCI:0000:1b:00): 121, pid=4711, C2C Link corrected error",
        "I0810 15:36:05.551834       1 health.go:169] XidCriticalError: Xid=31 on Device=GPU-455e672a",
    ),
)
