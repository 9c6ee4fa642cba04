# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The connector for the KV cache is not one that vLLM knows, or its role is missing.

Why: The JSON of --kv-transfer-config names a class and a role, and nothing corrects them.

Remedy: Write the class by its name (NixlConnector, LMCacheConnectorV1, ...) and one of kv_producer,
kv_consumer and kv_both as kv_role.

Source: vLLM, `distributed/kv_transfer/kv_connector/factory.py` and `config/kv_transfer.py`; Dynamo,
`vllm/args.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI354",
    "kv-connector-refused",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "Unsupported connector type",
        "Unsupported kv_role",
        "Please specify kv_role",
        "Unknown connector",
        "Invalid connector",
        "does not support HMA but HMA is enabled",
        "must explicitly provide --kv-transfer-config",
        "Please specify kv_disagg_role",
        "assert issubclass(connector_cls, KVConnectorBase",
        "Input should be 'kv_producer'",
        "not found in lmcache.integration.vllm",
    ),
    samples=(
        " 0: ValueError: Unsupported connector type: NixlConector",
        "ValueError: Unsupported kv_role: producer. Supported roles are ('kv_producer', 'kv_consumer', 'kv_both')",
        "ValueError: Please specify kv_role when kv_connector is set, supported roles are ('kv_producer', 'kv_consumer', 'kv_both')",
        "ValueError: Unknown connector(s): nixxl. Valid options are: kvbm, lmcache, nixl, none",
        "ValueError: Invalid connector 'nixxl'",
        "ValueError: Connector LMCacheConnectorV1 does not support HMA but HMA is enabled. Please set `--disable-hybrid-kv-cache-manager`.",
        "ValueError: --connector is deprecated and the default is no longer nixl. When using --disaggregation-mode prefill, you must explicitly provide --kv-transfer-config. Example:",
        "ValueError: Please specify kv_disagg_role when kv_connector is set, supported roles are ('kv_producer', 'kv_both', 'kv_consumer')",
        "ERROR 07-11 12:29:03 [core.py:588]     assert issubclass(connector_cls, KVConnectorBase)",
        "  Input should be 'kv_producer', 'kv_both' or 'kv_consumer' [type=literal_error, input_value='prefill', input_type=str]",
        "AttributeError: Class LMCacheConnector not found in lmcache.integration.vllm.vllm_v1_adapter",
    ),
    near_misses=("Creating v1 connector with name: NixlConnector and engine_id: 4711",),
)
