"""Hand-computed cases of the pure rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from furrow.kit.workdays import Workdays
from furrow.leads import rules
from furrow.leads.rules import AskFacts, Hand, Line, PoolRules, Route
from furrow.leads.states import CLOSED, DUE, HELD, MOVES, OWNERLESS, Move, NotNow, State, after, can

# 2026: Friday 25 September is the Mid-Autumn Festival, 1 to 7 October National Day; Saturday 10 October is worked.
CALENDAR = Workdays(
    exceptions={
        date(2026, 9, 25): False,
        **{date(2026, 10, day): False for day in range(1, 8)},
        date(2026, 10, 10): True,
    },
    published=frozenset({2026}),
)
NOW = datetime(2026, 11, 26, 10, 0)


@pytest.mark.parametrize(
    ("assigned", "due"),
    [
        (date(2026, 11, 26), date(2026, 11, 27)),  # Thursday → Friday
        (date(2026, 11, 27), date(2026, 11, 30)),  # Friday → Monday
        (date(2026, 9, 24), date(2026, 9, 28)),  # over the festival and its weekend
        (date(2026, 9, 30), date(2026, 10, 8)),  # over National Day
        (date(2026, 10, 9), date(2026, 10, 10)),  # a Saturday that is worked
    ],
)
def test_feedback_is_due_on_the_next_working_day(assigned: date, due: date) -> None:
    assert rules.next_working_day(assigned, CALENDAR) == due


def test_holidays_do_not_make_anybody_late() -> None:
    due = date(2026, 9, 30)
    assert rules.working_days_late(due, due, CALENDAR) == 0
    assert rules.working_days_late(due, date(2026, 10, 7), CALENDAR) == 0
    assert rules.working_days_late(due, date(2026, 10, 8), CALENDAR) == 1
    assert rules.working_days_late(due, date(2026, 10, 10), CALENDAR) == 3
    assert [rules.escalation_level(days) for days in (0, 1, 2, 3, 9)] == [1, 1, 1, 2, 2]


def test_a_sheet_is_due_from_its_hour_on_working_days_only() -> None:
    hour = time(17, 30)
    assert not rules.is_time_for(date(2026, 11, 26), time(17, 29), hour, CALENDAR)
    assert rules.is_time_for(date(2026, 11, 26), time(17, 30), hour, CALENDAR)
    assert not rules.is_time_for(date(2026, 10, 1), time(18, 0), hour, CALENDAR)
    assert rules.is_time_for(date(2026, 10, 10), time(18, 0), hour, CALENDAR)


def test_the_narrowest_rule_wins_then_load_then_turn() -> None:
    hands = {
        1: Hand(1, load=4, last=NOW),
        2: Hand(2, load=2, last=NOW),
        3: Hand(3, load=2, last=NOW - timedelta(days=1)),
        4: Hand(4, load=9),
    }
    city, district, brand = Route(1, "4201"), Route(4, "420103"), Route(1, "", 7)
    goods = Route(4, "", None, 70)
    # nobody named: 2 and 3 hold the fewest, 3 has waited longer
    assert rules.suggest(Line("420103"), [], hands) == rules.Suggestion(3, "turn")
    assert rules.suggest(Line("420106"), [city, district], hands) == rules.Suggestion(1, "rule")
    assert rules.suggest(Line("420103"), [city, district], hands) == rules.Suggestion(4, "rule")
    assert rules.suggest(Line("420103", 7), [city, district, brand], hands) == rules.Suggestion(1, "rule")
    # a product before its brand; with the region named as well before the product alone; another product is not meant
    assert rules.suggest(Line("420103", 7, 70), [brand, goods], hands) == rules.Suggestion(4, "rule")
    there = Route(2, "4201", None, 70)
    assert rules.suggest(Line("420103", 7, 70), [goods, there], hands) == rules.Suggestion(2, "rule")
    assert rules.suggest(Line("420103", 7, 71), [brand, goods], hands) == rules.Suggestion(1, "rule")
    assert rules.suggest(Line("420103", 7, 70, 2), [city, goods], hands) == rules.Suggestion(2, "finder")
    # two of the same rule: the one with less to do
    assert rules.suggest(Line("4201"), [city, Route(2, "4201")], hands) == rules.Suggestion(2, "load")
    # a rule that names somebody who has left counts for nothing
    assert rules.suggest(Line("4201"), [Route(99, "4201")], hands) == rules.Suggestion(3, "turn")
    assert rules.suggest(Line("4201"), [city], {}) is None


def test_lines_of_one_sheet_are_dealt_in_turn() -> None:
    hands = {1: Hand(1), 2: Hand(2), 3: Hand(3, load=1)}
    lines = {number: Line() for number in range(10, 15)}
    dealt = rules.dealt(lines, [], hands, NOW)
    # 1 and 2 are empty, 1 first; then 2; then all hold one: 3 has never got one, then 1, then 2
    assert [dealt[pk].person for pk in range(10, 15)] == [1, 2, 3, 1, 2]


def test_idle_leads_return_by_class() -> None:
    pool = PoolRules()
    for letter, days in (("A", 3), ("B", 7), ("C", 15), ("", 10)):
        assert not rules.is_idle(letter, NOW - timedelta(days=days, minutes=-1), NOW, pool)
        assert rules.is_idle(letter, NOW - timedelta(days=days), NOW, pool)


def test_picks_are_limited() -> None:
    pool = PoolRules(most_held=3, most_picks=2, rest_days=7)
    assert rules.pick_refusal(2, 1, None, NOW, pool) == ""
    assert rules.pick_refusal(3, 0, None, NOW, pool) == "held"
    assert rules.pick_refusal(2, 2, None, NOW, pool) == "picks"
    assert rules.pick_refusal(0, 0, NOW - timedelta(days=6), NOW, pool) == "rest"
    assert rules.pick_refusal(0, 0, NOW - timedelta(days=7), NOW, pool) == ""


def test_costs_are_shared_by_days() -> None:
    month = (date(2026, 10, 1), date(2026, 10, 31))
    amount = Decimal("1000")
    # 1000 / 31 = 32.258 a day: 6 days of the week from 26 October, the seventh is November
    assert rules.cost_within(amount, *month, date(2026, 10, 26), date(2026, 11, 1)) == Decimal("193.55")
    assert rules.cost_within(amount, *month, *month) == Decimal("1000.00")
    assert rules.cost_within(amount, *month, date(2026, 11, 1), date(2026, 11, 7)) == 0
    assert rules.each(Decimal("100"), 3) == Decimal("33.33")
    assert rules.each(Decimal("100"), 0) is None
    assert rules.share(1, 0) is None and rules.share(1, 4) == 0.25


def test_the_middle_of_response_times() -> None:
    spans = [timedelta(minutes=minutes) for minutes in (10, 30, 6000)]
    assert rules.middle_minutes(spans) == 30
    assert rules.middle_minutes(spans[:2]) == 20
    assert rules.middle_minutes([]) is None


def test_whom_to_ask_for_a_referral() -> None:
    assert rules.ask_reasons(AskFacts("A", 200, None)) == ("best_grade",)
    assert rules.ask_reasons(AskFacts("B", 200, None)) == ("never_asked",)
    assert rules.ask_reasons(AskFacts("B", 200, 120)) == ()
    assert rules.ask_reasons(AskFacts("A", 30, 90, signed=1)) == ("named_before", "just_signed", "best_grade")
    assert rules.ask_reasons(AskFacts("A", 10, 89, signed=3)) == ()
    assert rules.ask_reasons(AskFacts("", None, None)) == ()


def test_every_state_is_left_somehow_or_is_an_end() -> None:
    """Nothing vanishes: from each state that is no end some move goes on, and every state can be reached."""
    left = {state for ways in MOVES.values() for state in ways}
    reached = {state for ways in MOVES.values() for state in ways.values()} | {State.ENTERED}
    assert set(State) - left == {State.CONVERTED, State.MERGED}
    assert reached == set(State)
    assert {*HELD, *CLOSED, *OWNERLESS} == set(State)
    assert HELD.isdisjoint(OWNERLESS) and DUE <= HELD


def test_moves_that_do_not_go_are_refused() -> None:
    assert after(Move.CONFIRM, "needs_more") == State.VALID
    assert after(Move.ASSIGN, "talk") == State.TALK
    assert not can(Move.CONVERT, State.ASSIGNED)
    with pytest.raises(NotNow):
        after(Move.CONFIRM, "valid")
