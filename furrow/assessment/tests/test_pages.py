"""Pages of the scorecards, boards, strategies, regions and the grid: what they say, what they save, what they refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from furrow.assessment import services, versions
from furrow.assessment.models import Assessment, CardVersion, PotentialEstimate, Strategy, TargetCustomer
from furrow.assessment.parsing import toml_of
from furrow.assessment.scorecards import card, current_card, shipped
from furrow.customers.models import Customer
from furrow.kit.facts import Fact
from furrow.kit.places import Region
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return Customer.objects.create(code="K1", name="顺达通讯", owner=cast.rep, status="active")


@pytest.fixture
def foreign(cast: Cast) -> Customer:
    return Customer.objects.create(code="K2", name="武昌数码", owner=cast.other_rep, status="active")


def points(code: str, value: int) -> dict[str, Any]:
    return {one.code: value for one in card(code).criteria() if one.levels and one.kind == "choice"}


def at(name: str, *args: Any) -> str:
    return reverse(f"assessment:{name}", args=args)


def earned(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """Stands for the fact of the books."""
    return {pk: Fact(Decimal("43210.00"), "2026", "Invoices and cost prices") for pk in ids}


def test_contribution_counts_but_is_shown_to_few(client_of: ClientOf, cast: Cast, shop: Customer, settings: Any) -> None:  # fmt: skip
    settings.FACTS = settings.FACTS | {"contribution.year": f"{__name__}.earned"}
    Customer.objects.filter(pk=shop.pk).update(kind="dealer")
    page = at("assess_by", shop.pk, "yearly_class")
    assert "43,210" in client_of(cast.manager).get(page).text
    seen = client_of(cast.rep).get(page).text
    assert "43,210" not in seen and "Known and counted" in seen
    facts = {"contribution.year": {"value": "43210.00", "period": "2026", "source": "x"}, "card.class_532": {"value": "3", "period": "2026", "source": "x"}}  # fmt: skip
    Assessment.objects.create(customer=shop, source="scorecard", card_code="yearly_class", card_version=1, grade="key", rank=2, answers={"contribution": "43210.00", "results": 2}, facts=facts, batch=uuid4(), by=cast.manager)  # fmt: skip
    for who, both in ((cast.manager, True), (cast.rep, False)):
        bearer = {"authorization": f"Bearer {issue_api_token(who, by=who)}"}
        (told,) = client_of(None).get(f"/api/customers/{shop.pk}/assessments?card=yearly_class", headers=bearer).json()  # fmt: skip
        assert set(told["answers"]) == {"results"} | ({"contribution"} if both else set())
        assert set(told["facts"]) == {"card.class_532"} | ({"contribution.year"} if both else set())


def test_man_on_a_customers_page(client_of: ClientOf, cast: Cast, shop: Customer) -> None:
    client = client_of(cast.rep)
    page = client.get(at("assess_by", shop.pk, "man")).text
    assert "The very person being persuaded decides" in page
    shown = client.post(
        at("outcome_by", shop.pk, "man"), {"points_money": "yes", "points_authority": "no"}
    ).text
    assert "M+a+?" in shown and "MaN" in shown and "Man" in shown and "Needs time" in shown
    answer = client.post(
        at("assess_by", shop.pk, "man"),
        {"points_money": "yes", "points_authority": "yes", "points_need": "yes"},
        follow=True,
    )
    assert "“顺达通讯”, M.A.N. rule: Deal near" in answer.text
    shop.refresh_from_db()
    assert shop.customer_grade == ""
    for bad in ({"points_money": "maybe"}, {}):
        assert client.post(at("assess_by", shop.pk, "man"), bad).status_code == 422


def test_what_no_room_keeps_is_said_aloud(
    client_of: ClientOf, cast: Cast, shop: Customer, settings: Any
) -> None:
    settings.FACTS = {**settings.FACTS, "complaints.year": None, "payment.late_days": None}
    page = client_of(cast.rep).get(at("assess_by", shop.pk, "relationship_year")).text
    assert (
        "No room keeps this yet, so it counts as unknown: Complaints of the last twelve months, Average days paid late"
        in page
    )
    assert client_of(cast.rep).get(at("assess_by", shop.pk, "class_532")).status_code == 404
    assert client_of(cast.rep).get(at("assess_by", shop.pk, "nothing")).status_code == 404


def test_credit_on_the_customers_page_and_its_history(
    client_of: ClientOf, cast: Cast, shop: Customer
) -> None:
    form = card("credit_5c")
    for value in (2, 5):
        services.assess_customer(
            shop, card=form, answers=points("credit_5c", value), evidence=f"第{value}次", by=cast.rep
        )
    address = reverse("customers:page", args=[shop.pk])
    assert "Limit ¥200,000.00" in client_of(cast.finance).get(address).text
    results = client_of(cast.finance).get(address + "?tab=results").text
    assert "60 days" in results and "Not judged yet" in results
    history = client_of(cast.finance).get(at("history", shop.pk, "credit_5c")).text
    assert "第2次" in history and "data-line" in history and "+0.59" in history and "−0.29" in history


def test_every_point_says_what_it_rests_on(client_of: ClientOf, cast: Cast, shop: Customer) -> None:
    client, page = client_of(cast.rep), at("assess_by", shop.pk, "credit_5c")
    form = card("credit_5c")
    sent = {f"points_{one.code}": "4" for one in form.criteria()} | {"why_capital": "看了报表，库存 30 万"}
    assert client.post(page, sent | {"why_capital": "x" * 201}).status_code == 422
    assert client.post(page, sent).status_code == 302
    assert "看了报表，库存 30 万" in client.get(at("history", shop.pk, "credit_5c")).text
    assert 'value="看了报表，库存 30 万"' in client.get(page).text


def test_groups_are_added_and_removed(client_of: ClientOf, cast: Cast) -> None:
    client, url = client_of(cast.manager), at("edit", "credit_5c")
    client.get(url)
    added = client.post(url, {"version": "1", "do": "add:factors"}).text
    assert 'name="factors.1.weight"' in added and "remove:factors.1" in added
    gone = client.post(url, {"version": "2", "do": "remove:factors.1"}).text
    assert 'name="factors.1.weight"' not in gone


def test_the_editor_saves_checks_previews_and_publishes(
    client_of: ClientOf, cast: Cast, shop: Customer
) -> None:
    services.assess_customer(
        shop, card=card("credit_5c"), answers=points("credit_5c", 4), evidence="", by=cast.rep
    )
    assert client_of(cast.rep).get(at("edit", "credit_5c")).status_code == 403
    client, url = client_of(cast.manager), at("edit", "credit_5c")
    page = client.get(url).text
    assert 'name="classes.0.from" value="4.20"' in page
    wrong = client.post(url, {"version": "1", "do": "publish", "factors.0.criteria.0.weight": "10"})
    assert (
        wrong.status_code == 422
        and "come to 90 instead of 100" in wrong.text
        and "factors.credit.criteria" in wrong.text
    )
    stale = client.post(url, {"version": "1", "do": "save"})
    assert stale.status_code == 409 and "someone else changed" in stale.text
    draft = CardVersion.objects.get(code="credit_5c", state="draft")
    good = {
        "factors.0.criteria.0.weight": "20",
        "classes.0.from": "4.00",
        "name.zh": "信用评估",
        "flags": "factors.0.criteria.0.judged",
    }
    seen = client.post(url, {**good, "version": draft.version, "do": "preview"}).text
    assert "Of 1 customers judged by this card, 1 would change: 1 up, 0 down." in seen and "顺达通讯" in seen
    draft.refresh_from_db()
    more = client.post(url, {"version": draft.version, "do": "add:factors.0.criteria.1.levels"}).text
    assert "factors.0.criteria.1.levels.5.zh" in more
    draft.refresh_from_db()
    client.post(url, {"version": draft.version, "do": "remove:factors.0.criteria.1.levels.5"})
    draft.refresh_from_db()
    done = client.post(url, {"version": draft.version, "do": "publish", "note": "放宽"}, follow=True)
    assert "Version 2 is in force" in done.text and "放宽" in done.text
    assert (current_card("credit_5c").name.zh, str(current_card("credit_5c").classes[0].start)) == (
        "信用评估",
        "4.00",
    )
    assert Assessment.objects.get().grade == "2"


HOSTILE = (
    "__class__.x",
    "factors.9.criteria.0.weight",
    "name.zh.x.y",
    "a" * 500,
    "..",
    "matrix.high.high\x00",
)


def test_hostile_paths_of_the_editor_change_nothing(client_of: ClientOf, cast: Cast) -> None:
    client, url = client_of(cast.manager), at("edit", "credit_5c")
    assert client.get(url).status_code == 200 and not CardVersion.objects.exists()  # looking begins nothing
    versions.start_draft("credit_5c", by=cast.manager)
    for do in ("save", "preview", *(f"{act}:{path}" for act in ("add", "remove") for path in HOSTILE)):
        assert client.post(url, {**dict.fromkeys(HOSTILE, "1"), "do": do}).status_code == 200
    assert CardVersion.objects.get(state="draft").definition == {**shipped("credit_5c")}


def test_toml_in_and_out(client_of: ClientOf, cast: Cast) -> None:
    client = client_of(cast.manager)
    text = client.get(at("toml", "man")).text
    assert text == toml_of(shipped("man"))
    bad = client.post(at("take"), {"text": "a ="})
    assert bad.status_code == 422 and "not TOML" in bad.text
    sent = SimpleUploadedFile("ours.toml", text.replace('code = "man"', 'code = "ours"', 1).encode())
    answer = client.post(at("take"), {"file": sent})
    assert answer.status_code == 302 and answer["Location"] == at("edit", "ours")
    assert client.post(at("copy", "man"), {"code": "Not good"}, follow=True).status_code == 200
    assert client.post(at("copy", "man"), {"code": "theirs"})["Location"] == at("edit", "theirs")
    assert client.post(at("discard", "theirs"))["Location"] == at("cards")
    assert {"ours"} == set(CardVersion.objects.filter(state="draft").values_list("code", flat=True))
    assert "ours" in client.get(at("cards")).text


def test_the_grid_saves_only_new_rows_and_marks_wrong_cells(
    client_of: ClientOf, cast: Cast, shop: Customer, foreign: Customer
) -> None:
    client, url = client_of(cast.rep), at("grid", "credit_5c")
    page = client.get(url).text
    assert "顺达通讯" in page and "武昌数码" not in page
    codes = [one.code for one in card("credit_5c").criteria()]
    wrong = client.post(url, {f"c{shop.pk}-{codes[0]}": "9", f"c{shop.pk}-{codes[1]}": "4"})
    assert wrong.status_code == 422 and "1 to 5" in wrong.text and 'value="9"' in wrong.text
    few = client.post(url, {f"c{shop.pk}-{codes[0]}": "4"})
    assert few.status_code == 422 and "Too few answers: Credit" in few.text
    assert not Assessment.objects.exists()
    cells = {f"c{shop.pk}-{code}": "4" for code in codes} | {f"c{foreign.pk}-{code}": "5" for code in codes}
    assert "1 customer judged" in client.post(url, {**cells, "evidence": "季度会"}, follow=True).text
    assert "0 customers judged" in client.post(url, cells, follow=True).text
    assert Assessment.objects.get().evidence == "季度会"
    assert client.get(at("grid", "class_532")).status_code == 404


def test_due_and_the_home_page(client_of: ClientOf, cast: Cast, shop: Customer, foreign: Customer) -> None:
    page = client_of(cast.rep).get(at("due")).text
    assert (
        "顺达通讯" in page
        and "武昌数码" not in page
        and "5C credit" in page
        and "Dealer concerns" not in page
    )
    assert "Assessments due" in client_of(cast.rep).get(reverse("home")).text
    for code in ("credit_5c", "relationship_quarter", "relationship_year"):
        services.assess_customer(shop, card=card(code), answers=points(code, 4), evidence="", by=cast.rep)
    assert "Nothing is due" in client_of(cast.rep).get(at("due")).text


def test_changes_say_who_moved_and_why(
    client_of: ClientOf, cast: Cast, shop: Customer, foreign: Customer
) -> None:
    form, now = card("credit_5c"), timezone.now()
    low, high = points("credit_5c", 3), {**points("credit_5c", 3), "character": 5, "capacity": 5}
    for days, answers in ((40, low), (20, high), (10, high), (1, low)):
        services.assess_customer(
            shop, card=form, answers=answers, evidence="", by=cast.rep, at=now - timedelta(days=days)
        )
    client, url = client_of(cast.manager), at("changes")
    page = client.get(url, {"card": "credit_5c"}).text
    assert "1 up, 1 down" in page and "Character" in page and "+0.59" in page and "−0.59" in page
    assert "Nobody moved" in client.get(url, {"card": "credit_5c", "to": "2020-01-01"}).text
    assert "0 up, 1 down" in client.get(url, {"card": "credit_5c", "way": "down"}).text
    assert "Nobody moved" in client.get(url, {"card": "credit_5c", "owner": cast.second_rep.pk}).text
    assert "Nobody moved" in client_of(cast.other_rep).get(url, {"card": "credit_5c"}).text
    assert client.get(url, {"card": "credit_5c", "format": "print"}).status_code == 200
    assert client.get(url, {"card": "credit_5c", "format": "xlsx"}).content[:2] == b"PK"
    assert client_of(cast.read_only).get(url, {"format": "xlsx"}).status_code == 403
    for bad in (
        {"from": "9999-99-99"},
        {"to": "x"},
        {"owner": "9" * 40},
        {"card": "\x00"},
        {"from": "2090-01-01"},
        {"way": "?"},
    ):
        assert client.get(url, bad).status_code == 200


def test_targets_and_those_who_wait_in_order(
    client_of: ClientOf, cast: Cast, shop: Customer, foreign: Customer
) -> None:
    other = Customer.objects.create(code="K3", name="诚信手机", owner=cast.rep)
    form = card()
    for one, value in ((shop, 4), (other, 5), (foreign, 5)):
        services.assess_customer(
            one, card=form, answers=points("customer_grade", value), evidence="", by=cast.director
        )
    client = client_of(cast.manager)
    page = client.get(at("targets")).text
    assert page.index("诚信手机") < page.index("顺达通讯") and "武昌数码" not in page
    assert "say why" in client.post(at("pick"), {"ids": [other.pk]}, follow=True).text
    ids = [other.pk, foreign.pk, "x", "9" * 30]
    assert (
        "1 target customer picked"
        in client.post(at("pick"), {"ids": ids, "reason": "新商圈"}, follow=True).text
    )
    client.post(at("pick"), {"ids": [other.pk], "reason": "又一次"})
    assert TargetCustomer.objects.get().reason == "新商圈"
    assert client_of(cast.rep).post(at("pick"), {"ids": [shop.pk], "reason": "x"}).status_code == 403
    assert client.get(at("targets") + "?format=print").status_code == 200
    assert client.get(at("targets") + "?format=xlsx").content[:2] == b"PK"
    assert client.post(at("release", other.pk)).status_code == 302
    assert client.post(at("release", other.pk)).status_code == 404
    assert not TargetCustomer.objects.standing().exists()


def test_the_upgrade_path(client_of: ClientOf, cast: Cast, shop: Customer) -> None:
    Customer.objects.filter(pk=shop.pk).update(status="prospect")
    answers: dict[str, Any] = {"money": "yes", "authority": "no", "need": "yes"}
    services.assess_customer(shop, card=card("man"), answers=answers, evidence="", by=cast.rep)
    page = client_of(cast.rep).get(at("upgrade")).text
    assert "顺达通讯" in page and "Missing: Authority" in page and "?aim=win" in page


def test_a_strategy_from_the_analysis_sheet_to_its_end(
    client_of: ClientOf, cast: Cast, shop: Customer
) -> None:
    client = client_of(cast.rep)
    form = {f"points_{code}": value for code, value in points("four_analyses", 4).items()}
    client.post(
        at("assess_by", shop.pk, "four_analyses"),
        {**form, "points_years": "8", "note_needs": "缺中端机", "note_objections": "怕压货"},
    )
    page = client.get(at("write", shop.pk)).text
    assert "缺中端机" in page and "怕压货" in page
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    values = {
        "aim": "win",
        "need": "缺中端机",
        "obstacle": "怕压货",
        "approach": "试销",
        "owner": cast.rep.pk,
    }
    half = client.post(at("write", shop.pk), {**values, "day_0": day})
    assert half.status_code == 422 and "A step needs a day and what is done then" in half.text
    foreign_owner = client.post(at("write", shop.pk), {**values, "owner": cast.other_rep.pk})
    assert foreign_owner.status_code == 422 and not Strategy.objects.exists()
    answer = client.post(at("write", shop.pk), {**values, "day_0": day, "text_0": "送样品"})
    one = Strategy.objects.get()
    assert answer["Location"] == at("strategy", one.pk) and one.assessment is not None
    step = one.steps.get()
    client.post(at("tick", one.pk, step.pk), {"done": "1", "result": "收下十台"})
    step.refresh_from_db()
    assert step.done_at is not None and step.result == "收下十台"
    assert "1 / 1" in client.get(at("strategies")).text
    client.post(at("strategy", one.pk), {**values, "approach": "先试两款", "day_1": day, "text_1": "对账"})
    one.refresh_from_db()
    assert (one.approach, one.steps.count()) == ("先试两款", 2)
    sheet = client.get(at("sheet", shop.pk)).text
    assert (
        "缺中端机" in sheet
        and "收下十台" in sheet
        and "Regional class A" in sheet
        and "Large, with several shops" in sheet
    )
    client.post(at("end", one.pk), {"state": "reached", "outcome": "签约"})
    one.refresh_from_db()
    assert (one.state, one.outcome) == ("reached", "签约")
    assert "Say how it ended" in client.post(at("end", one.pk), {"state": "?"}, follow=True).text
    for boss in (cast.manager, cast.director, cast.finance):
        assert client_of(boss).get(at("strategy", one.pk)).status_code == 200
    for name in ("strategy", "end"):
        assert client_of(cast.other_rep).post(at(name, one.pk), values).status_code == 404
    assert client_of(cast.read_only).post(at("end", one.pk), {"state": "open"}).status_code == 403


def test_a_region_with_its_market_and_its_judgement(client_of: ClientOf, cast: Cast) -> None:
    region = Region.objects.filter(pk="420102").first() or Region.objects.create(
        pk="420102", name="江岸区", level=3, full_name="湖北省武汉市江岸区"
    )
    client, url = client_of(cast.rep), at("region", region.pk)
    chain = {
        "do": "chain",
        "chain-way": "chain",
        "chain-buyers": "100,000",
        "chain-buying_share": "20",
        "chain-frequency": "2",
        "chain-quantity": "1",
        "chain-price": "1500",
    }
    bad = client.post(url, {**chain, "chain-buying_share": "120"})
    assert bad.status_code == 422 and "A number from 0 to 100" in bad.text
    huge = {"chain-buyers": "1" + "0" * 12, "chain-price": "1" + "0" * 8}
    assert "beyond all markets" in client.post(url, {**chain, **huge}).text
    assert client.get(at("regions"), {"q": "\x00"}).status_code == 200
    assert client.post(url, chain).status_code == 302
    kept = PotentialEstimate.objects.get()
    assert (str(kept.amount), kept.inputs["price"], kept.by) == ("60000000.00", "1500", cast.rep)
    page = client.get(url).text
    assert 'name="points_potential" value="6000.00"' in page and "¥60,000,000.00" in page
    form = {f"points_{code}": value for code, value in points("region_selection", 4).items()}
    assert client.post(url, {**form, "points_potential": "6000.00", "evidence": "走访"}).status_code == 302
    made = Assessment.objects.get()
    assert (made.grade, made.region_id, made.customer_id) == ("first", region.pk, None)
    listed = client_of(cast.other_rep).get(at("regions") + "?q=江岸").text
    assert "Open first" in listed and "江岸" in listed
    assert client.get(at("region", "999999999")).status_code == 404


def test_the_learning_check(client_of: ClientOf, cast: Cast) -> None:
    for number in range(6):
        one = Customer.objects.create(
            code=f"L{number}", name=f"店{number}", owner=cast.rep, status="active" if number < 3 else "lost"
        )
        services.assess_customer(
            one,
            card=card("credit_5c"),
            answers=points("credit_5c", 5 if number < 2 or number == 5 else 1),
            evidence="",
            by=cast.rep,
        )
    page = client_of(cast.rep).get(at("learning", "credit_5c")).text
    # Good 5 5 1, bad 1 1 5: pairs won 4, tied 4 of 9 (2×2 won, 2 tied at 5, 2 tied at 1, 1 lost): (4 + 2) / 9.
    assert "0.67" in page and "could be chance" in page and "66.7%" in page and "33.3%" in page
    assert "Nothing to check yet" in client_of(cast.rep).get(at("learning", "man") + "?outcome=growth").text
