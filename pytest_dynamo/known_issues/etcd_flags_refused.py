# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""etcd does not take its flags.

Why: The URLs of its members contradict each other, or a flag is not known to this release.

Remedy: Make --initial-cluster name this member with the URL of --initial-advertise-peer-urls, or
leave both out for a single member.

Source: etcd, `server/embed/config.go` and `etcdmain`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI121",
    "etcd-flags-refused",
    role="root",
    fault="config",
    engine="etcd",
    texts=(
        "error verifying flags",
        "must include ",
        "error setting up initial cluster",
        "onflicting environment variable",
        "--initial-cluster has ",
        "couldn't find local name",
        "member count is unequal",
        "failed to verify flags",
        "client-urls: ",
        "peer-urls: ",
    ),
    pattern=r"(?:error verifying|failed to verify) flags(?!.*flag provided but not)|--initial-cluster (?:must include|has) |error setting up initial cluster|onflicting environment variable|couldn't find local name|member count is unequal|invalid value \S+ for flag -[\w-]*(?:client|peer)-urls: ",
    samples=(
        "etcdmain: error verifying flags, expected IP in URL for binding (http://etcd:2380). See 'etcd --help'.",
        '{"level":"fatal","msg":"--initial-cluster must include default=http://10.0.0.4:2380 given --initial-advertise-peer-urls=http://10.0.0.4:2380"}',
        '{"level":"fatal","msg":"failed to start","error":"error setting up initial cluster: URL scheme must be http"}',
        '{"level":"fatal","msg":"conflicting environment variable is shadowed by corresponding command-line flag"}',
        '{"level":"fatal","msg":"--initial-cluster has default but missing from --initial-advertise-peer-urls=http://10.0.0.4:2380"}',
        "couldn't find local name \"etcd0\" in the initial cluster configuration",
        "error validating peerURLs: member count is unequal",
        '{"level":"fatal","msg":"failed to verify flags","error":"x"}',
        'invalid value "nid003412:2379" for flag -listen-client-urls: URL scheme must be http, https, unix, or unixs: nid003412:2379',
        'invalid value "nid003412:2380" for flag -listen-peer-urls: URL scheme must be http, https, unix, or unixs: nid003412:2380',
    ),
    near_misses=(
        "the request must include a model",
        '{"level":"warn","msg":"failed to verify flags","error":"flag provided but not defined: -listen-client-url"}',
    ),
)
