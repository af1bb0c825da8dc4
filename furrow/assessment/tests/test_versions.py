"""Drafts, publishing, TOML; bad cards are refused with a message that says where."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from furrow.assessment import versions
from furrow.assessment.models import CardVersion
from furrow.assessment.parsing import CardError, toml_of
from furrow.assessment.scorecards import current_card, shipped
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Definition = dict[str, Any]


def credit(change: Callable[[Definition], object]) -> Definition:
    made = copy.deepcopy(shipped("credit_5c"))
    change(made)
    return made


def criterion(number: int = 0) -> Callable[[Definition], Any]:
    return lambda card: card["factors"][0]["criteria"][number]


BAD: list[tuple[Callable[[Definition], object], str, str]] = [
    (lambda c: criterion()(c).update(weight=10), "factors.credit.criteria", "come to 90 instead of 100"),
    (lambda c: criterion()(c).update(weight=-20), "factors.credit", "above 0"),
    (lambda c: criterion()(c).update(weight="x"), "factors.credit.criteria.capital.weight", "Not a number"),
    (lambda c: criterion()(c).update(levels=criterion()(c)["levels"][:1]), "factors.credit.criteria.capital.levels", "one step says nothing"),
    (lambda c: c.update(scale={"low": 3, "high": 3}), "scale", "one step says nothing"),
    (lambda c: c.update(scale={"low": 1, "high": 10**9}), "scale", "between -1000 and 1000"),
    (lambda c: c["classes"][1].update({"from": "4.20"}), "classes.2.from", "thresholds overlap"),
    (lambda c: c["classes"][1].update({"from": "4.50"}), "classes.2.from", "thresholds overlap"),
    (lambda c: c["classes"][0].update({"from": "9"}), "classes.1.from", "within the scale"),
    (lambda c: c["classes"][3].update({"from": "1.5"}), "classes.4.from", "takes all that is left"),
    (lambda c: c["classes"][1].update(code="1"), "classes", "stands twice"),
    (lambda c: criterion(1)(c).update(code="capital"), "factors", "“capital” stands twice"),
    (lambda c: criterion()(c).update(kind="computed", fact="", levels=[], steps=[{"points": 1}, {"from": 5, "points": 5}]), "factors.credit.criteria.capital.fact", "Name the fact"),
    (lambda c: criterion()(c).update(kind="number", levels=[], fact="weather", steps=[{"points": 1}, {"from": 5, "points": 5}]), "factors.credit.criteria.capital.fact", "No room knows"),
    (lambda c: criterion()(c).update(kind="number", levels=[], steps=[{"points": 1}, {"from": 5, "points": 2}, {"from": 5, "points": 3}]), "factors.credit.criteria.capital.steps.3", "steps overlap"),
    (lambda c: criterion()(c).update(kind="computed", fact="card.nothing"), "factors.credit.criteria.capital.fact", "no card “nothing”"),
    (lambda c: criterion()(c).update(kind="computed", fact="card.yearly_class", levels=[{"zh": k, "en": k, "code": k} for k in ("watch", "plain", "key", "core")]), "factors", "builds on itself: credit_5c → yearly_class → credit_5c"),
    (lambda c: criterion()(c).update(kind="computed", fact="card.credit_5c", levels=[{"zh": k, "en": k, "code": k} for k in "4321"]), "factors", "builds on itself: credit_5c → credit_5c"),
    (lambda c: c["classes"].insert(3, {"code": "9", "name": "X", "from": "2"}), "yearly_class.factors.year.criteria.credit.fact", "No level stands for the class “9”"),
    (lambda c: c.update(factors=[]), "factors", "at least one group"),
    (lambda c: c.update(name=""), "name", "Chinese"),
    (lambda c: c.update(method="magic"), "method", "One of"),
    (lambda c: c.update(factors=7), "factors", "Not a list"),
    (lambda c: c.update(classes=["x"]), "classes.1", "Not a table"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "where", "text"), BAD, ids=[f"{n}-{where}" for n, (_c, where, _t) in enumerate(BAD)]
)
def test_bad_cards_are_refused_with_the_place(
    change: Callable[[Definition], object], where: str, text: str
) -> None:
    with pytest.raises(CardError) as caught:
        versions.read_card(credit(change))
    assert any(one.where == where and text in one.text for one in caught.value.problems), str(caught.value)


def test_bad_matrix_combinations_and_shares() -> None:
    for code, change, where in (
        (
            "customer_grade",
            lambda c: c["factors"][0].update(high_from="2.50"),
            "factors.importance.high_from",
        ),
        ("customer_grade", lambda c: c["matrix"]["low"].pop("low"), "matrix.low.low"),
        ("customer_grade", lambda c: c["classes"].reverse(), "classes"),
        ("man", lambda c: c["combinations"].pop(), "combinations"),
        ("man", lambda c: c["combinations"][0].update({"class": "Q"}), "combinations.MAN.class"),
        ("man", lambda c: c.update(unknown_class=""), "unknown_class"),
        ("class_532", lambda c: c.update(shares=[50, 30, 30]), "shares"),
        ("class_532", lambda c: c.update(ranked_by=""), "ranked_by"),
        (
            "yearly_class",
            lambda c: c["factors"][0]["criteria"][1].update(kind="number"),
            "factors.year.criteria.contribution.kind",
        ),
    ):
        definition = copy.deepcopy(shipped(code))
        change(definition)
        with pytest.raises(CardError) as caught:
            versions.read_card(definition)
        assert where in {one.where for one in caught.value.problems}, (where, str(caught.value))


def test_a_message_is_chinese_to_a_chinese_reader() -> None:
    with translation.override("zh-hans"), pytest.raises(CardError, match="权重合计 90，应为 100"):
        versions.read_card(credit(lambda c: criterion()(c).update(weight=10)))


def test_draft_publish_and_what_was_before(cast: Cast) -> None:
    draft = versions.start_draft("credit_5c", by=cast.manager)
    assert versions.start_draft("credit_5c", by=cast.director).pk == draft.pk
    changed = credit(lambda c: c["classes"][0].update({"from": "4.00"}))
    draft = versions.save_draft(draft, changed, by=cast.manager, version=draft.version)
    with pytest.raises(versions.ChangedElsewhere):
        versions.save_draft(draft, changed, by=cast.director, version=1)
    assert current_card("credit_5c").classes[0].start != 4
    made = versions.publish(draft, by=cast.manager, note="放宽甲级")
    assert (
        made.number,
        current_card("credit_5c").version,
        str(current_card("credit_5c").classes[0].start),
    ) == (2, 2, "4.00")
    assert CardVersion.objects.get(code="credit_5c", number=1).shipped
    again = versions.start_draft("credit_5c", by=cast.manager)
    versions.discard_draft(again, by=cast.manager)
    assert CardVersion.objects.filter(code="credit_5c").count() == 2


def test_a_bad_draft_is_kept_but_not_published(cast: Cast) -> None:
    draft = versions.start_draft("credit_5c", by=cast.manager)
    draft = versions.save_draft(draft, credit(lambda c: criterion()(c).update(weight=1)), by=cast.manager)
    with pytest.raises(CardError):
        versions.publish(draft, by=cast.manager)
    assert current_card("credit_5c").version == 1
    assert CardVersion.objects.get(pk=draft.pk).state == "draft"


def test_toml_in_and_out_and_a_card_of_our_own(cast: Cast) -> None:
    text = toml_of(shipped("dealer_selection")).replace('code = "dealer_selection"', 'code = "partner"', 1)
    draft = versions.take_toml(text, by=cast.manager)
    assert (draft.code, draft.state) == ("partner", "draft")
    assert versions.publish(draft, by=cast.manager).number == 1
    assert current_card("partner").name.zh == "经销商选择"
    with pytest.raises(CardError, match="in use"):
        versions.copy_card("man", "partner", by=cast.manager)
    with pytest.raises(CardError, match="small letters"):
        versions.copy_card("man", "X y", by=cast.manager)
    odd = toml_of(shipped("man")).replace(
        'code = "man"', 'code = "odd"\nday = 2026-11-26\nlarge = 1e400\nzero = "a\\u0000b"', 1
    )
    kept = versions.take_toml(odd, by=cast.manager)
    kept.refresh_from_db()
    assert (kept.definition["day"], kept.definition["zero"]) == ("2026-11-26", "ab")
    for bad in ("", "a = ", "x" * 10, 'code = "a"\nname = 5', "[[factors]]\n" * 50, "\x00"):
        with pytest.raises(CardError):
            versions.take_toml(bad, by=cast.manager)


def test_an_update_brings_new_shipped_cards_only_where_nobody_changed_them(cast: Cast) -> None:
    old = credit(lambda c: c.update(name={"zh": "旧", "en": "Old"}))
    CardVersion.objects.create(code="credit_5c", number=1, state="published", shipped=True, definition=old)
    CardVersion.objects.create(
        code="man", number=1, state="published", definition={**shipped("man"), "name": "Ours"}
    )
    assert versions.take_shipped_cards() == 1
    assert (current_card("credit_5c").version, current_card("man").name.zh) == (2, "Ours")
    assert versions.take_shipped_cards() == 0
