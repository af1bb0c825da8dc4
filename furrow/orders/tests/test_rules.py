"""Hand-computed cases of the pure rules."""

from datetime import date
from decimal import Decimal as D

from furrow.orders.rules import CHANNEL, CUSTOMER, EVERYBODY, Offer, choose_price, suggested_quantity


def test_the_narrowest_list_wins_then_the_newest_then_the_larger_quantity() -> None:
    old, new = date(2026, 1, 1), date(2026, 11, 1)
    offers = [
        Offer(D("100"), EVERYBODY, 1, new),
        Offer(D("98"), CHANNEL, 1, old),
        Offer(D("95"), CHANNEL, 10, old),
        Offer(D("99"), CUSTOMER, 50, old),
    ]
    assert choose_price(offers, 1, D("110")) == D("98")
    assert choose_price(offers, 10, D("110")) == D("95")
    assert choose_price(offers, 50, D("110")) == D("99")  # the customer's own, though dearer
    assert choose_price([*offers, Offer(D("97"), CHANNEL, 1, new)], 10, None) == D("97")
    assert choose_price([], 1, D("110")) == D("110")
    assert choose_price([Offer(D("1"), CUSTOMER, 5, new)], 4, None) is None


def test_a_suggestion_covers_a_month_in_whole_cases() -> None:
    assert suggested_quantity(31, 31, 10, 0, None) == 20
    assert suggested_quantity(31, 31, 10, 0, 12) == 24
    assert suggested_quantity(31, 31, 10, 15, None) == 5
    assert suggested_quantity(31, 31, 40, 0, None) == 0
    assert suggested_quantity(10, 30, None, 0, None) == 10
    assert suggested_quantity(1, 31, 0, 0, None) == 1  # rounded up, never left without
    assert suggested_quantity(None, 31, 0, 0, None) == suggested_quantity(0, 31, 0, 0, None) == 0
