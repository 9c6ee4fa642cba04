# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who is elsewhere than where others look, or waits for what is: nothing fails by that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.addresses import out_of_reach
from pytest_dynamo.diagnosis.backends import another_store
from pytest_dynamo.diagnosis.modes import another_part
from pytest_dynamo.diagnosis.namespaces import differ
from pytest_dynamo.diagnosis.placement import unplaced
from pytest_dynamo.diagnosis.served_names import another_name
from pytest_dynamo.diagnosis.unready import turned_away, unready

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan


def apart_from_others(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return who is where the others do not find it, None if nobody is known to be."""
    return (
        differ(plan, evidence)
        or another_store(plan, evidence)
        or another_name(plan, evidence)
        or another_part(plan, evidence)
        or unready(plan, evidence)
        or turned_away(plan, evidence)
        or unplaced(plan, evidence)
        or out_of_reach(plan, evidence)
    )
