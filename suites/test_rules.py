# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration is right: what can be known before any GPU is asked for.

One test for each rule. An error fails; warnings and remarks are recorded with the test and pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo import rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.findings import Finding
    from pytest_dynamo.topology.model import Topology


@pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=f"{rule.code}-{rule.name}") for rule in rules.catalogue()]
)
def test_rule(
    rule: rules.Rule,
    topology: Topology,
    dynamo_findings: Callable[[Topology], tuple[Finding, ...]],
    request: pytest.FixtureRequest,
) -> None:
    """Nothing in the topology and its engine files is what the rule calls an error."""
    found = [finding for finding in dynamo_findings(topology) if finding.code == rule.code]
    for finding in found:
        request.node.user_properties.append((f"dynamo_{finding.level}", finding.render()))

    errors = [finding.render() for finding in found if finding.level == "error"]

    assert not errors, "\n".join(errors)
