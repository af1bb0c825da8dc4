"""Completeness and the question worth learning next, computed by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from furrow.contacts.catalogue import GROUPS, PURPOSES, WEIGHTS, in_group, questions, sensitive
from furrow.contacts.rules import askable, completeness, shares, worth_learning

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_the_catalogue_is_the_one_of_the_method() -> None:
    """Seven groups with 6, 6, 7, 15, 6, 18 and 8 questions; eight of them sensitive (P1.5)."""
    assert [question.number for question in questions().values()] == list(range(1, 67))
    assert [len(in_group(group)) for group in GROUPS] == [6, 6, 7, 15, 6, 18, 8]
    assert {question.number for question in sensitive()} == {6, 17, 18, 19, 36, 38, 39, 41}
    assert all(question.kind and question.purpose in PURPOSES for question in sensitive())
    assert (
        sum(WEIGHTS.values()) == 100 and max(WEIGHTS, key=lambda group: WEIGHTS[group]) == "customer_and_us"
    )


def test_sensitive_questions_need_the_company_and_the_contact() -> None:
    codes = {question.code for question in askable([], [])}
    assert len(codes) == 58 and "health" not in codes
    assert "health" not in {question.code for question in askable(["health"], [])}
    assert "health" not in {question.code for question in askable([], ["health"])}
    assert "health" in {question.code for question in askable(["health"], ["health"])}


def test_completeness_weighs_the_last_group_most() -> None:
    asked = askable([], [])
    assert completeness(shares(asked, [])) == 0
    # half of the last group: 38 / 100 × 4/8
    assert (
        completeness(shares(asked, ["key_problems", "management_priorities", "better_answer", "ethics"]))
        == 19
    )
    # all six of education: 6 / 100
    assert completeness(shares(asked, [question.code for question in in_group("education")])) == 6
    assert completeness(shares(asked, [question.code for question in asked])) == 100


def test_answers_to_questions_that_may_not_be_asked_do_not_count() -> None:
    found = {
        share.group: share for share in shares(askable([], []), ["children", "children_school", "marriage"])
    }
    assert (found["family"].known, found["family"].askable) == (1, 4)


def test_a_group_in_which_nothing_may_be_asked_is_left_out() -> None:
    only = [question for question in questions().values() if question.group == "customer_and_us"]
    assert completeness(shares(only, [question.code for question in only[:2]])) == 25


def test_next_is_first_what_matters_most_then_what_is_old_then_the_largest_gain() -> None:
    asked = askable([], [])
    first = worth_learning(asked, {}, NOW)
    assert first is not None and (first.question.code, first.reason) == ("key_problems", "matters")
    assert first.gain == 4.8  # 38 points over 8 questions
    known = {question.code: NOW - timedelta(days=10) for question in in_group("customer_and_us")}
    gain = worth_learning(asked, known, NOW)
    # business: 20 / 15 = 1.3; lifestyle 12 / 17 = 0.7; person 10 / 5 = 2.0; interests 8 / 3 = 2.7; family 6 / 4 = 1.5
    assert gain is not None and (gain.question.code, gain.reason, gain.gain) == ("clubs", "gain", 2.7)
    known["key_problems"] = NOW - timedelta(days=400)
    stale = worth_learning(asked, known, NOW)
    assert stale is not None and (stale.question.code, stale.reason) == ("key_problems", "stale")
    everything = {question.code: NOW for question in asked}
    assert worth_learning(asked, everything, NOW) is None
