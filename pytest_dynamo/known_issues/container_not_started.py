# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Pyxis cannot make or start the container.

Why: The image is not there or cannot be fetched, a mounted path does not exist, or the image has no
shell.

Remedy: Check container.image and container.mounts: all nodes have to see both.

Source: Pyxis 0.24 with enroot 4.1, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI802",
    "container-not-started",
    role="symptom",
    fault="config",
    engine="pyxis",
    texts=(
        "pyxis: failed to",
        "pyxis: couldn't start",
        "pyxis: couldn't chdir",
        "pyxis: container start failed",
        "pyxis: --container-mounts",
        "returned error code: 40",
        "enroot-mount: failed to mount",
        "FATAL:   While making image",
        "FATAL:   container creation failed",
        "OCI runtime create failed",
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
        "enroot-switchroot: failed to execute",
        "required plugin spank_pyxis.so: task_init() failed",
        "pyxis:     [ERROR] No such file or directory",
        "error: pyxis: child ",
    ),
    pattern=r"pyxis: (?:failed to|couldn't (?:start|chdir)|container start failed|--container-mounts)|\[ERROR\] URL \S+ returned error code: 40[134]|enroot-mount: failed to mount|FATAL:   (?:While making image|container creation failed)(?!.*loop device)|OCI runtime create failed(?!.*(?:nvidia-persistenced|(?:libcuda|libnvidia)\S* to rootfs|executable file not found|nvml error|deadline exceeded|timeout|resource busy|temporarily unavailable|annot allocate|o space left|cgroup|is not connected|nput/output error|tale (?:NFS )?file handle))|CreateContainer(?:Config)?Error(?!.*(?:deadline exceeded|is reserved for))|RunContainerError|enroot-switchroot: failed to execute|spank_pyxis.so: task_init\(\) failed|pyxis:     \[ERROR\] No such file|pyxis: child \d+ failed with error code",
    phase="launch",
    samples=(
        "slurmstepd: error: pyxis:     [ERROR] URL https://nvcr.io/v2/nvidia/x/manifests/1.2.0 returned error code: 401 Unauthorized",
        "slurmstepd-node1: error: pyxis: container start failed with error code: 127",
        " 5: slurmstepd-node3: error: pyxis: failed to import docker image: nvcr.io/x",
        "slurmstepd-node1: error: pyxis: failed to create container filesystem for image: ./nope.sqsh",
        "slurmstepd-node1: error: pyxis: --container-mounts: source path does not exist: /x",
        "slurmstepd-node1: error: pyxis: couldn't start container",
        "slurmstepd-node1: error: pyxis: couldn't chdir to /workspace/x: No such file or directory",
        "slurmstepd-node1: error: pyxis:     enroot-mount: failed to mount: /lustre/models at /raid/enroot/data/pyxis_1/models: No such file or directory",
        "FATAL:   While making image from oci registry: error fetching image to cache",
        " 1: FATAL:   container creation failed: mount hook function failure",
        "Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init",
        "Warning  Failed  2s  kubelet  Error: CreateContainerConfigError",
        "Error: CreateContainerError: no command specified",
        "      Reason:       RunContainerError",
        "slurmstepd: error: pyxis:     enroot-switchroot: failed to execute: /bin/bash: No such file or directory",
        "slurmstepd: error: spank: required plugin spank_pyxis.so: task_init() failed with rc=-1",
        "slurmstepd: error: pyxis:     [ERROR] No such file or directory: /lustre/images/dynamo-vllm-0.9.sqsh",
        "[2025-11-06T20:36:19.163] [19.0] error: pyxis: child 70956 failed with error code: 1",
    ),
    near_misses=(
        "slurmstepd-node1: error: pyxis: container was not started successfully by another task",
        "pyxis: importing docker image: ubuntu:24.04",
        "OCI runtime create failed: timeout waiting for cgroup freeze",
        "OCI runtime create failed: runc create failed: error setting cgroup config for procHooks process: unable to freeze",
        "Error: CreateContainerError: context deadline exceeded",
    ),
)
