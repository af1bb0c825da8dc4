"""Hand-computed cases of the pure rules."""

from datetime import date, time
from decimal import Decimal as D

import pytest
from django.utils.translation import override

from furrow.receivables.capitals import in_capitals
from furrow.receivables.collecting_rules import may_ask_at, narrowest
from furrow.receivables.credit_rules import (
    Given,
    Position,
    Reason,
    Terms,
    Tolerance,
    from_kept,
    hold_reasons,
    kept,
    terms_of,
)
from furrow.receivables.money import fen, rounded
from furrow.receivables.rules import (
    OpenItem,
    Taxed,
    aging,
    bucket_of,
    line_gross,
    oldest_first,
    propose,
    split_tax,
    total,
)
from furrow.receivables.words import kept_words

TODAY = date(2026, 11, 26)


def item(pk: int, due: str, open_: str, number: str = "") -> OpenItem:
    return OpenItem(pk, number or f"INV-2026-{pk:06}", date.fromisoformat(due), D(open_))


@pytest.mark.parametrize(
    ("amount", "rate", "net", "tax"),
    [
        ("113.00", 13, "100.00", "13.00"),
        ("0.01", 13, "0.01", "0.00"),
        ("0.05", 13, "0.04", "0.01"),  # 0.0442… and the rest
        ("100.00", 13, "88.50", "11.50"),  # 88.4955…
        ("99.99", 6, "94.33", "5.66"),
        ("50.00", 0, "50.00", "0.00"),
        ("-113.00", 13, "-100.00", "-13.00"),
    ],
)
def test_tax_is_taken_out_of_the_gross(amount: str, rate: int, net: str, tax: str) -> None:
    assert split_tax(D(amount), rate) == Taxed(D(net), D(tax), D(amount))


def test_a_line_is_rounded_once_and_a_document_never() -> None:
    assert line_gross(3, D("0.05"), D("10")) == D("0.14")  # 0.135 half up
    assert line_gross(7, D("1299.00"), D("12.5")) == D("7956.38")  # 7956.375
    lines = [split_tax(D("0.05"), 13)] * 3
    assert total(lines) == Taxed(D("0.12"), D("0.03"), D("0.15"))
    assert rounded(D("-0.005")) == D("-0.01")


def test_parts_of_a_fen_are_refused() -> None:
    assert fen(D("12.34")) == 1234
    with pytest.raises(ValueError, match="fen"):
        fen(D("0.001"))


def test_money_pays_what_fell_due_first() -> None:
    items = [item(2, "2026-10-01", "50.00"), item(1, "2026-10-01", "30.00"), item(3, "2026-09-01", "20.00")]
    assert oldest_first(D("60.00"), items) == [(3, D("20.00")), (1, D("30.00")), (2, D("10.00"))]
    assert oldest_first(D("500.00"), items)[-1] == (2, D("50.00"))


def test_a_bank_line_is_matched_by_number_then_amount_then_age() -> None:
    items = [item(1, "2026-09-01", "20.00"), item(2, "2026-10-01", "50.00"), item(3, "2026-11-01", "30.00")]
    assert propose(D("30.00"), items, "货款 inv-2026-000002").parts == [(2, D("30.00"))]
    assert propose(D("30.00"), items).parts == [(3, D("30.00"))]
    assert (propose(D("70.00"), items).why, propose(D("70.00"), items).parts) == (
        "prefix",
        [(1, D("20.00")), (2, D("50.00"))],
    )
    assert propose(D("25.00"), items).why == "oldest"
    assert propose(D("25.00"), []).why == "on_account"


def test_aging_by_days_overdue() -> None:
    cases = {"2026-11-26": "current", "2026-12-30": "current", "2026-11-25": "d30", "2026-10-27": "d30", "2026-10-26": "d60",
             "2026-09-27": "d60", "2026-09-26": "d90", "2026-08-28": "d90", "2026-08-27": "older"}  # fmt: skip
    assert {due: bucket_of(date.fromisoformat(due), TODAY) for due in cases} == cases
    sums = aging([(date(2026, 11, 25), D("1.10")), (date(2026, 11, 1), D("2.20"))], TODAY)
    assert sums == {"current": D(0), "d30": D("3.30"), "d60": D(0), "d90": D(0), "older": D(0)}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("12340.50", "壹万贰仟叁佰肆拾元伍角整"),
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10.00", "壹拾元整"),
        ("107.05", "壹佰零柒元零伍分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000001.00", "壹亿零壹元整"),
        ("1000100000.00", "壹拾亿零壹拾万元整"),
        ("1200300000000.00", "壹万贰仟零叁亿元整"),
        ("1000000000000.00", "壹万亿元整"),
        ("-20.30", "负贰拾元叁角整"),
    ],
)
def test_sums_in_capitals(amount: str, words: str) -> None:
    assert in_capitals(D(amount)) == f"人民币{words}"


COMPANY = Given(D("5000.00"), 30)


def test_each_figure_of_the_terms_comes_from_the_nearest_level() -> None:
    of_class = Given(D("80000.00"), None, "甲")
    own = Given(None, 60, expires=date(2026, 12, 31))
    assert terms_of(own, of_class, COMPANY) == Terms(
        D("80000.00"), 60, "class", "customer", "甲", date(2026, 12, 31)
    )
    assert terms_of(None, None, COMPANY) == Terms(D("5000.00"), 30, "company", "company")
    assert terms_of(Given(D("0.00")), of_class, COMPANY).limit == 0  # cash only, said so


def test_an_order_is_held_for_each_reason() -> None:
    terms, tolerance = terms_of(None, None, COMPANY), Tolerance(7, 1)
    fine = Position(D("3000"), D("500"), D("1000"), D("200"), 7, D("10"), 1)
    assert fine.exposure == D("4300")
    assert hold_reasons(fine, terms, tolerance, D("700.00")) == []  # exactly at the limit
    assert hold_reasons(fine, terms, tolerance, D("700.01")) == [Reason("limit", D("0.01"))]
    late = Position(D(0), D(0), D(0), D(0), 8, D("10"), 2, True)
    assert [reason.code for reason in hold_reasons(late, terms, tolerance)] == [
        "stopped",
        "overdue",
        "promises",
    ]


def test_reasons_are_kept_without_words_and_told_in_the_readers_language() -> None:
    reasons = [Reason("limit", D("100.00")), Reason("overdue", D(12)), Reason("stopped", D(0))]
    assert kept(reasons) == "limit=100.00;overdue=12;stopped=0"
    assert from_kept(kept(reasons)) == reasons
    with override("en"):
        assert (
            kept_words(kept(reasons))
            == "over the credit limit by ¥100.00; 12 days overdue; supply is stopped"
        )
    with override("zh-hans"):
        assert "逾期 12 天" in kept_words(kept(reasons))
    for other in ("", "逾期 12 天", "limit=", "limit=1;limit", "drop=1"):
        assert kept_words(other) == other


def test_the_narrowest_region_counts() -> None:
    assert narrowest("420103001", {"42", "4201", "43"}) == "4201"
    assert narrowest("420103", {"420103", "42"}) == "420103"
    assert narrowest("430102", {"42"}) is None
    assert narrowest("", {"42"}) is None


@pytest.mark.parametrize(
    ("start", "end", "at", "free"),
    [
        (7, 12, 6, True), (7, 12, 7, False), (7, 12, 11, False), (7, 12, 12, True),
        (22, 6, 21, True), (22, 6, 22, False), (22, 6, 0, False), (22, 6, 5, False), (22, 6, 6, True),
    ],
)  # fmt: skip
def test_hours_not_to_ask_may_run_over_midnight(start: int, end: int, at: int, free: bool) -> None:
    assert may_ask_at(time(at), time(start), time(end)) is free
