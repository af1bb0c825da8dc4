"""Whatever is asked, the answer is a plan that the judge passes, or a stated reason."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings

from furrow.routing import ProblemError
from furrow.routing.tests.problems import judged, problems


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(problems())
def test_any_problem_gets_a_plan_or_a_reason(made: dict[str, Any]) -> None:
    report = judged(made)
    assert isinstance(report, ProblemError) or report.feasible, report.violations
