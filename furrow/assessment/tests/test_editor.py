"""Cards made and changed in the interface: the method chosen, bad input refused with the place, the same as from TOML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from furrow.assessment.models import Assessment, CardVersion
from furrow.assessment.parsing import card_of, toml_of
from furrow.assessment.scorecards import current_card, shipped
from furrow.customers.models import Customer
from furrow.kit.places import Region
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


def at(name: str, *args: Any) -> str:
    return reverse(f"assessment:{name}", args=args)


def draft(code: str) -> CardVersion:
    return CardVersion.objects.get(code=code, state="draft")


def test_a_card_of_ones_own_from_nothing_to_a_judged_customer(client_of: ClientOf, cast: Cast) -> None:
    client, given = client_of(cast.manager), {"code": "channel", "zh": "渠道评估", "method": "combination"}
    assert client.get(at("new")).status_code == 200
    for bad in ({"code": "A b"}, {"code": "man"}, {"zh": "", "en": "\x00"}, {"method": "magic"}):
        assert client.post(at("new"), {**given, **bad}).status_code == 422
    assert not CardVersion.objects.exists()
    assert client.post(at("new"), given)["Location"] == at("edit", "channel")
    page = client.get(at("edit", "channel")).text
    assert "things to put right" not in page and 'name="combinations.3.class"' in page
    client.post(at("edit", "channel"), {"do": "add:factors.0.criteria"})
    assert len(draft("channel").definition["combinations"]) == 8  # three letters
    sent = {"factors.0.criteria.2.name.zh": "有意愿", "flags": "classes.2.final", "classes.2.final": "on"}
    weights = {f"factors.0.criteria.{n}.weight": w for n, w in enumerate(("40", "40", "20"))}
    answer = client.post(at("edit", "channel"), {**sent, **weights, "do": "publish"}, follow=True)
    assert "Version 1 is in force" in answer.text and current_card("channel").classes[2].final
    shop = Customer.objects.create(code="K1", name="顺达通讯", owner=cast.rep, status="active")
    codes = [one.code for one in current_card("channel").criteria()]
    client_of(cast.rep).post(at("assess_by", shop.pk, "channel"), {f"points_{code}": "yes" for code in codes})
    assert Assessment.objects.get().grade == "A"


def test_the_method_is_chosen_and_nothing_is_lost_on_the_way(client_of: ClientOf, cast: Cast) -> None:
    client, url = client_of(cast.manager), at("edit", "customer_grade")
    client.get(url)
    page = client.post(url, {"method": "score", "do": "save"}).text
    assert 'name="classes.0.from" value="4"' in page and 'name="matrix.high.high"' not in page
    assert draft("customer_grade").definition["matrix"] == shipped("customer_grade")["matrix"]
    page = client.post(url, {"method": "ranking", "do": "fit"}).text
    assert 'name="ranked_by"' in page and 'name="factors.0' not in page
    page = client.post(url, {"method": "matrix", "do": "save"}).text
    assert 'name="matrix.high.high"' in page and "to put right" not in page
    assert client.post(url, {"method": "magic", "do": "publish"}).status_code == 422
    client.post(url, {"method": "score", "do": "publish"})
    card = current_card("customer_grade")
    assert (card.method, dict(card.matrix), str(card.classes[0].start)) == ("score", {}, "4")
    # Graded row by row there is no importance and growth to pick any more; a grade can still be given.
    shop = Customer.objects.create(code="K1", name="顺达通讯", owner=cast.rep)
    page = client.post(at("bulk"), {"ids": [shop.pk]}).text
    assert f"grade_{shop.pk}" in page and "importance_" not in page
    picked = {"ids": [shop.pk], f"importance_{shop.pk}": "5", f"growth_{shop.pk}": "5", "reason": "x"}
    assert client.post(at("bulk"), {**picked, "save": "1"}).status_code == 422
    client.post(at("bulk"), {**picked, f"grade_{shop.pk}": "B", "save": "1"})
    shop.refresh_from_db()
    assert (
        shop.customer_grade == "B"
        and client.get(reverse("customers:page", args=[shop.pk])).status_code == 200
    )


ROW = "factors.0.criteria.0"
BAD = [
    ({f"{ROW}.weight": "19"}, "factors.credit.criteria", "come to 99 instead of 100"),
    ({"classes.1.from": "4.20"}, "classes.2.from", "thresholds overlap"),
    ({f"{ROW}.fact": "weather"}, "factors.credit.criteria.capital.fact", "No room knows"),
    ({f"{ROW}.fact": "card.credit_5c"}, "factors", "builds on itself"),
    ({f"{ROW}.kind": "computed"}, "factors.credit.criteria.capital.fact", "Name the fact"),
    ({"scale.low": "3", "scale.high": "3"}, "scale", "one step says nothing"),
    ({"scale.low": "x"}, "scale.low", "Not a number"),
    ({"classes.0.values.limit": "20万"}, "classes.1.values.limit", "an amount from 0 on"),
    ({"classes.0.values.limit": "-1"}, "classes.1.values.limit", "an amount from 0 on"),
    ({"classes.0.values.term_days": "30.0"}, "classes.1.values.term_days", "whole number of days"),
]


@pytest.mark.parametrize(
    ("wrong", "where", "text"), BAD, ids=[",".join(wrong.values()) for wrong, _where, _t in BAD]
)
def test_bad_input_is_refused_in_the_form_and_from_toml(
    client_of: ClientOf, cast: Cast, wrong: dict[str, str], where: str, text: str
) -> None:
    client, url = client_of(cast.manager), at("edit", "credit_5c")
    client.get(url)
    answer = client.post(url, {**wrong, "do": "publish"})
    assert answer.status_code == 422 and f"<code>{where}</code>" in answer.text and text in answer.text
    told = toml_of(draft("credit_5c").definition)
    client.post(at("discard", "credit_5c"))
    answer = client.post(at("take"), {"text": told}, follow=True)
    assert f"<code>{where}</code>" in answer.text and text in answer.text
    assert current_card("credit_5c").version == 1


def test_a_limit_left_empty_is_not_given_and_a_new_class_may_have_one(
    client_of: ClientOf, cast: Cast
) -> None:
    client, url = client_of(cast.manager), at("edit", "credit_5c")
    client.post(url, {"do": "add:classes"})
    sent = {
        "classes.4.name.zh": "戊",
        "classes.4.code": "5",
        "classes.3.from": "1.50",
        "classes.0.values.limit": "",
    }
    client.post(
        url, {**sent, "classes.4.values.limit": "5000", "classes.3.values.term_days": "7", "do": "save"}
    )
    card = card_of(draft("credit_5c").definition)
    assert [dict(one.values) for one in card.classes[:1]] == [{"term_days": 60}]
    assert (card.classes[3].values["term_days"], dict(card.classes[4].values)) == ("7", {"limit": "5000"})


def test_one_level_alone_and_a_draft_changed_elsewhere(client_of: ClientOf, cast: Cast) -> None:
    client, url = client_of(cast.manager), at("edit", "credit_5c")
    client.get(url)
    for _n in range(4):
        client.post(url, {"do": f"remove:{ROW}.levels.0"})
    answer = client.post(url, {"do": "publish"})
    assert answer.status_code == 422 and "factors.credit.criteria.capital.levels" in answer.text
    assert client.post(url, {"version": "1", "do": "save"}).status_code == 409


def test_whom_it_judges_and_what_weighs_is_chosen_in_the_form(client_of: ClientOf, cast: Cast) -> None:
    client, url = client_of(cast.manager), at("edit", "dealer_concerns")
    page = client.get(url).text
    assert 'name="kind_dealer" checked' in page and '<option value="care" selected>' in page
    sent = {"kinds": "retailer dealer", "kind_retailer": "on", "factors.1.weighed_by": "", "do": "save"}
    client.post(url, sent)
    card = card_of(draft("dealer_concerns").definition)
    assert (card.for_kinds, card.factors[1].weighed_by) == (("retailer",), "")
    client.post(
        url, {"kinds": "retailer dealer", "factors.1.weighed_by": "care", "do": "add:factors.0.criteria"}
    )
    seventh = {f"factors.0.criteria.6.{name}.zh": "返利" for name in ("name", "levels.0", "levels.1", "unit")}
    client.post(url, {**seventh, "factors.0.criteria.6.kind": "number", "do": "save"})
    assert card_of(draft("dealer_concerns").definition).factors[0].criteria[6].unit.zh == "返利"
    answer = client.post(url, {"factors.0.criteria.6.kind": "choice", "do": "publish"})
    assert answer.status_code == 422 and "Name a group with as many criteria" in answer.text
    wrong = toml_of({**shipped("dealer_concerns"), "for_kinds": ["moon"]})
    assert (
        "No kind of customer is called “moon”" in client.post(at("take"), {"text": wrong}, follow=True).text
    )


def test_a_card_for_regions_is_begun_published_and_used(client_of: ClientOf, cast: Cast) -> None:
    place = Region.objects.create(code="420199", name="试点区", full_name="湖北省武汉市试点区", level=3)
    client, given = client_of(cast.manager), {"code": "pilot", "zh": "试点评估", "subject": "region"}
    for bad in ({"subject": "moon"}, {"method": "ranking"}):
        assert client.post(at("new"), {**given, **bad}).status_code == 422
    client.post(at("new"), given)
    page = client.get(at("edit", "pilot")).text
    assert "Judges regions" in page and 'value="ranking"' not in page and ".fact" not in page
    client.post(at("edit", "pilot"), {"do": "publish"})
    assert current_card("pilot").subject == "region"
    page = client.get(at("region", place.pk) + "?card=pilot").text
    answers = {f"points_{one.code}": "3" for one in current_card("pilot").criteria()}
    assert all(name in page for name in answers)
    answer = client.post(at("region", place.pk) + "?card=pilot", answers)
    assert answer["Location"].endswith("?card=pilot")
    assert Assessment.objects.get().card_code == "pilot"
    assert "试点区" in client.get(at("regions") + "?card=pilot").text
    assert "试点区" not in client.get(at("regions")).text
    # What it judges stays, also from a file.
    told = toml_of({**shipped("customer_size"), "code": "pilot"})
    client.post(at("take"), {"text": told})
    answer = client.post(at("edit", "pilot"), {"do": "publish"})
    assert answer.status_code == 422 and "What a card judges stays as it is" in answer.text
