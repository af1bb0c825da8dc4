"""Rules of the visit policy, with hand-computed cases."""

from __future__ import annotations

from datetime import date

import pytest

from furrow.planning import rules
from furrow.planning.problem import Outlet, Traveler, cycle_days, planning_problem
from furrow.planning.rules import GradeRule, PolicyRules


def test_every_second_cycle_means_one_visit_in_two_cycles_for_each_customer() -> None:
    rule = GradeRule(visits=1, every_cycles=2)
    for customer in ("1", "2", "37", "S-004"):
        due = [rules.visits_due(rule, customer, number) for number in range(100, 104)]
        assert due in ([0, 1, 0, 1], [1, 0, 1, 0])


def test_half_of_the_customers_of_every_second_cycle_come_now() -> None:
    rule = GradeRule(visits=1, every_cycles=2)
    now = sum(rules.visits_due(rule, str(pk), 38) for pk in range(1000))
    assert 450 < now < 550


def test_three_visits_in_two_cycles_are_spread_as_one_and_two() -> None:
    rule = GradeRule(visits=3, every_cycles=2)
    assert sorted(rules.visits_due(rule, "7", number) for number in (0, 1)) == [1, 2]


@pytest.mark.parametrize(
    ("weeks", "due"),
    [(4, [4]), (2, [2]), (8, [8]), (1, [1])],
)
def test_rules_speak_of_four_weeks_and_other_lengths_are_scaled(weeks: int, due: list[int]) -> None:
    assert [rules.visits_due(GradeRule(visits=4), "5", 11, weeks)] == due


def test_cycles_are_numbered_so_that_neighbors_differ_by_one() -> None:
    assert rules.cycle_number(date(2024, 1, 1), 4) == 0
    assert rules.cycle_number(date(2024, 1, 29), 4) == 1
    assert rules.cycle_number(date(2026, 11, 30), 4) == 38  # 152 weeks later


def test_next_monday_is_never_today() -> None:
    assert rules.next_monday(date(2026, 11, 22)) == date(2026, 11, 23)
    assert rules.next_monday(date(2026, 11, 23)) == date(2026, 11, 30)


def test_workload_counts_time_at_customers_and_a_flat_drive() -> None:
    policy = PolicyRules(
        "p", {"A": GradeRule(4, service_minutes=40), "D": GradeRule(1, 2, service_minutes=20)}
    )
    # 10 A: 40 visits of 40 + 12 minutes; 4 D: 2 visits of 20 + 12 minutes
    assert rules.workload_minutes(policy, {"A": 10, "D": 4}) == 40 * 52 + 2 * 32
    assert rules.visits_per_cycle(policy, {"A": 10, "D": 4}) == 42


def test_without_mixing_each_grade_has_weekdays_of_its_own() -> None:
    policy = PolicyRules("p", {g: GradeRule(service_minutes=28) for g in "ABCD"}, allow_mixing=False)
    days = rules.weekdays_of_grades(policy, {"A": 20, "B": 10, "C": 10, "D": 10})
    assert {g: sorted(d - {5, 6}) for g, d in days.items()} == {"A": [0, 1], "B": [2], "C": [3], "D": [4]}
    assert rules.weekdays_of_grades(policy, {"B": 3}) == {"B": frozenset(range(7))}


def test_presets_are_whole_in_both_languages() -> None:
    for code in rules.PRESETS:
        shipped = rules.preset(code)
        assert set(shipped.rules.lines) == set(rules.GRADES)
        assert shipped.rules.channel_limits.keys() == {"wholesale", "modern", "traditional", "closed"}
        for grade in rules.GRADES:
            for language in ("en", "zh-hans"):
                text = shipped.text(grade, language)
                assert text.portrait and text.direction and text.content
        assert PolicyRules.from_json(shipped.rules.as_json()) == shipped.rules
    assert [rules.preset("intensive_channel_work").rules.lines[g].visits for g in "AB"] == [2, 1]


def test_grades_by_share_are_exact_and_the_same_every_time() -> None:
    ids = [f"c{i}" for i in range(200)]
    drawn = rules.grades_by_share(ids)
    assert [list(drawn.values()).count(g) for g in "ABCD"] == [30, 50, 70, 50]
    assert rules.grades_by_share(reversed(ids)) == drawn


def test_the_problem_takes_rules_limits_and_calendar_over() -> None:
    days = cycle_days(date(2026, 11, 30), 4, lambda day: day.weekday() < 5 and day != date(2026, 12, 2))
    outlets = [Outlet("1", 114.3, 30.6, "A", "modern", "r"), Outlet("2", None, None, "", "modern")]
    problem = planning_problem(
        outlets, [Traveler("r", 114.3, 30.5)], rules.preset("four_week_cycle").rules, days, number=38
    )
    assert sum(day.working for day in problem.days) == 19
    (site,) = problem.sites  # without a grade nothing is due
    assert (site.visits, site.min_gap, site.max_gap, site.half, site.preferred_weeks) == (
        4,
        5,
        9,
        "morning",
        (0,),
    )
    assert problem.reps[0].class_limits["modern"] == 9 and site.classes == ("modern",)


def test_who_owes_is_seen_in_the_last_week_or_as_often_as_ever() -> None:
    rule = rules.preset("four_week_cycle").rules
    days = cycle_days(date(2026, 11, 30), 4, lambda day: day.weekday() < 5)
    number = next(n for n in (38, 39) if not rules.visits_due(rule.lines["D"], "3", n))
    outlets = [Outlet("1", 114.3, 30.6, "A", collect=True), Outlet("2", 114.3, 30.6, "C", collect=True), Outlet("3", 114.3, 30.6, "D", collect=True), Outlet("4", 114.3, 30.6, "C")]  # fmt: skip
    problem = planning_problem(outlets, [Traveler("r")], rule, days, number=number)
    assert [(site.visits, site.preferred_weeks) for site in problem.sites] == [(4, (0,)), (1, (3,)), (1, (3,)), (1, (2,))]  # fmt: skip


def test_without_mixing_a_site_is_open_on_its_grades_days_only() -> None:
    rule = PolicyRules("p", {"A": GradeRule(), "B": GradeRule()}, allow_mixing=False)
    days = cycle_days(date(2026, 11, 30), 4, lambda day: day.weekday() < 5)
    outlets = [Outlet(str(i), 114.3, 30.6, grade) for i, grade in enumerate("AB")]
    problem = planning_problem(outlets, [Traveler("r")], rule, days, number=0)
    open_on = [{window.weekday for window in site.windows} for site in problem.sites]
    assert open_on[0] & open_on[1] == {5, 6} and open_on[0] | open_on[1] == set(range(7))
