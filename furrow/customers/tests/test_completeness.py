"""Completeness by hand-computed cases."""

from __future__ import annotations

import doctest

import pytest

from furrow.customers.card import completeness as room
from furrow.customers.card.completeness import Missing, Wanted, completeness, weights
from furrow.customers.card.groups import (
    GROUPS,
    KIND_GROUPS,
    column_of,
    facts_of,
    groups_of,
    label_of,
    wanted_of,
)
from furrow.customers.card.lines import LISTS
from furrow.customers.models import Kind

ROWS = [
    Wanted("phone", weights("9999")),
    Wanted("address", weights("8887")),
    Wanted("card.staff_count", weights("3100")),
]


def test_doctests() -> None:
    assert doctest.testmod(room).failed == 0


@pytest.mark.parametrize(
    ("grade", "known", "percent", "asked"),
    [
        ("A", {"phone", "address", "card.staff_count"}, 100, 3),
        ("A", {"phone"}, 45, 3),  # 9 of 20
        ("A", {"card.staff_count"}, 15, 3),  # 3 of 20
        ("B", {"phone"}, 50, 3),  # 9 of 18
        ("C", {"phone"}, 52, 2),  # 9 of 17, rounded down
        ("D", {"address"}, 43, 2),  # 7 of 16, rounded down
        ("", {"phone"}, 52, 2),  # not graded: asked as a C
        ("A", set(), 0, 3),
    ],
)
def test_percent_is_the_known_weight(grade: str, known: set[str], percent: int, asked: int) -> None:
    found = completeness(ROWS, known, grade)
    assert (found.percent, found.asked) == (percent, asked)


def test_next_is_the_heaviest_unknown_and_says_what_it_brings() -> None:
    found = completeness(ROWS, {"phone"}, "A")
    assert found.missing == (Missing("address", 8, 40), Missing("card.staff_count", 3, 15))
    assert found.next == Missing("address", 8, 40)
    assert completeness(ROWS, {"phone", "address", "card.staff_count"}, "A").next is None


def test_equal_weights_keep_the_order_of_the_card() -> None:
    rows = [Wanted("b", weights("5555")), Wanted("a", weights("5555")), Wanted("c", weights("6666"))]
    assert [one.path for one in completeness(rows, set(), "B").missing] == ["c", "b", "a"]


def test_nothing_asked_is_complete() -> None:
    assert completeness([], set(), "A").percent == 100


def test_the_seventeen_groups_are_there_in_order() -> None:
    numbers = [group.number for group in GROUPS]
    assert sorted(set(numbers)) == list(range(1, 18))
    assert numbers == sorted(numbers)
    computed = {group.number for group in GROUPS if not group.facts}
    assert computed == {5, 6, 11, 13, 15, 16, 17}


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_has_its_own_facts_and_every_fact_a_column(kind: str) -> None:
    assert any(group in KIND_GROUPS for group in groups_of(kind))
    paths = [fact.path for _group, fact in facts_of(kind)]
    assert len(paths) == len(set(paths))
    for path in paths:
        assert label_of(path)
        if path not in LISTS and path != "position":
            assert column_of(path) is not None


@pytest.mark.parametrize("kind", Kind.values)
def test_an_a_customer_is_asked_at_least_as_much_as_a_d_customer(kind: str) -> None:
    for wanted in wanted_of(kind):
        assert list(wanted.weights) == sorted(wanted.weights, reverse=True), wanted.path
        assert wanted.weights[0] > 0


def test_every_fact_that_counts_says_why() -> None:
    silent = [
        fact.path
        for group in (*GROUPS, *KIND_GROUPS)
        for fact in group.facts
        if fact.digits != "0000" and not fact.why
    ]
    assert not silent
