"""Interview guide, sales doctor, gaps of store checks, steps of a visit type: what is kept, what is refused, what the pages show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.kit.models import AuditEntry
from furrow.team.models import User
from furrow.team.services import issue_api_token
from furrow.visits import checks, guide, need_queries, needs, services
from furrow.visits.check_models import StoreCheck
from furrow.visits.models import StepPlan
from furrow.visits.need_models import NeedAnswer, NeedCase, Stage
from furrow.visits.rules import Step
from furrow.visits.services import ChangedElsewhere
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(by=cast.director, name="楚翼数码", owner=cast.rep)


def test_every_question_has_its_place_in_the_funnel() -> None:
    codes = [one.code for need in guide.NEEDS for one in need.questions]
    assert len(codes) == len(set(codes)) == len(guide.QUESTIONS)
    order = list(guide.STAGES)
    for need in guide.NEEDS:
        stages = [order.index(one.stage) for one in need.questions]
        assert stages == sorted(stages) and set(stages) == {0, 1, 2}
        assert all(one.word in guide.WORDS and len(one.code) <= 40 for one in need.questions)
    assert {one.word for one in guide.QUESTIONS.values()} == set(guide.WORDS)
    first, second, *_rest = guide.NEEDS[0].questions
    assert first.is_open and guide.gaps(guide.NEEDS[0], {first.code})[0] == second


def answer(shop: Customer, cast: Cast, text: str, days_ago: int = 0) -> list[NeedAnswer]:
    at = timezone.now() - timedelta(days=days_ago)
    return needs.answer_needs(
        shop, {"goods_sells": text, "goods_who": " "}, by=cast.rep, client_id=uuid4(), at=at
    )


def test_the_latest_answer_stands_and_gaps_are_shown(shop: Customer, cast: Cast) -> None:
    answer(shop, cast, "快充头", 3)
    answer(shop, cast, "数据线")
    goods = need_queries.needs_of(shop, cast.rep)[0]
    assert (goods.answered, goods.known[0].before) == (1, 1)
    assert goods.known[0].answer is not None and goods.known[0].answer.text == "数据线"
    assert goods.next is not None and goods.next.code == "goods_who"
    assert need_queries.needs_of(shop, cast.other_rep)[0].answered == 0
    assert need_queries.answers_for_phone(cast.rep, [shop.pk])[str(shop.pk)]["goods_sells"][0] == "数据线"


@pytest.mark.parametrize("said", [{}, {"goods_sells": "  "}, {"nonsense": "x"}, {"goods_sells": "长" * 501}])
def test_answers_that_are_none_are_refused(shop: Customer, cast: Cast, said: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        needs.answer_needs(shop, said, by=cast.rep, client_id=uuid4(), at=timezone.now())
    assert not NeedAnswer.objects.exists()


def test_the_same_answers_twice_are_kept_once(shop: Customer, cast: Cast) -> None:
    key = uuid4()
    for _turn in range(2):
        needs.answer_needs(shop, {"goods_sells": "壳"}, by=cast.rep, client_id=key, at=timezone.now())
    assert NeedAnswer.objects.count() == 1


def test_the_doctor_examines_then_diagnoses_then_prescribes(shop: Customer, cast: Cast) -> None:
    today = timezone.localdate()
    begun = today - timedelta(days=3)
    case = needs.examine(shop, by=cast.rep, need="display", findings="货架在角落", day=begun, owner=cast.rep)
    with pytest.raises(ValidationError, match="stands elsewhere"):
        needs.prescribe(case, by=cast.rep, prescription="换位置", day=today, act_on=today)
    with pytest.raises(ValidationError, match="follows the examination"):
        needs.diagnose(case, by=cast.rep, diagnosis="没人管", day=begun - timedelta(days=1))
    case = needs.diagnose(case, by=cast.rep, diagnosis="没人管", day=begun)
    with pytest.raises(ValidationError, match="pitches at the first call"):
        needs.prescribe(case, by=cast.rep, prescription="换位置", day=begun, act_on=today)
    with pytest.raises(ChangedElsewhere):
        needs.prescribe(case, by=cast.rep, prescription="换", day=today, act_on=today, version=99)
    case = needs.prescribe(
        case, by=cast.rep, prescription="换位置", day=today, act_on=today + timedelta(days=7)
    )
    assert case.stage == Stage.PRESCRIBED
    case = needs.close_case(case, by=cast.rep, outcome="多卖两成", day=today)
    with pytest.raises(ValidationError):
        needs.close_case(case, by=cast.rep, outcome="又一次", day=today)
    assert NeedCase.objects.get().stage == Stage.CLOSED
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[-4:]
    assert actions == ["create", "diagnose", "prescribe", "close"]


def checked(shop: Customer, cast: Cast, due: date | None) -> StoreCheck:
    items = [checks.Item("pop", 2, "缺海报", due), checks.Item("price", 5)]
    return checks.check_store(shop, by=cast.rep, client_id=uuid4(), at=timezone.now(), items=items)


def test_a_gap_has_an_owner_and_a_day_until_it_is_closed(shop: Customer, cast: Cast) -> None:
    due = timezone.localdate() - timedelta(days=2)
    check = checked(shop, cast, due)
    (gap,) = need_queries.gaps_due(cast.rep)
    assert (gap.owner, gap.late_days, gap.customer) == (cast.rep.name, 2, shop)
    assert need_queries.gaps_for_phone(cast.rep, [shop.pk])[str(shop.pk)][0][2] == due.isoformat()
    item = check.items.get(code="pop")
    checks.assign_gap(item, by=cast.manager, owner=cast.manager, due=due + timedelta(days=9))
    assert need_queries.gaps_due(cast.rep)[0].owner == cast.manager.name
    for _turn in range(2):
        closed = checks.close_gap(item, by=cast.rep)
    assert closed.gap_closed_by == cast.rep and not need_queries.gaps_due(cast.rep)
    with pytest.raises(ValidationError, match="closed"):
        checks.assign_gap(item, by=cast.rep, owner=cast.rep, due=due)
    with pytest.raises(ValidationError, match="Full points"):
        checks.assign_gap(check.items.get(code="price"), by=cast.rep, owner=cast.rep, due=due)


def test_steps_of_a_type_are_the_companys_own_and_go_back(cast: Cast) -> None:
    services.save_step_plan(
        "routine",
        by=cast.manager,
        steps=[Step("stock", True), Step("decide", False)],
        checklist=["样品"],
        script="先寒暄",
    )
    assert services.steps_of("routine") == (Step("stock", True), Step("decide", False))
    for steps, take in (
        ([], []),
        ([Step("stock", True)] * 2, []),
        ([Step("nothing", True)], []),
        ([Step("stock", True)], ["x" * 61]),
    ):
        with pytest.raises(ValidationError):
            services.save_step_plan("routine", by=cast.manager, steps=steps, checklist=take)
    services.reset_step_plan("routine", by=cast.manager)
    assert services.steps_of("routine") == services.rules.STEPS["routine"] and not StepPlan.objects.exists()


def test_the_pages_keep_and_refuse(shop: Customer, cast: Cast, client_of: ClientOf) -> None:
    rep, manager = client_of(cast.rep), client_of(cast.manager)
    page = f"/visits/needs/{shop.pk}/"
    assert rep.post(page, {"need": "goods", "sent": str(uuid4())}).status_code == 422
    assert rep.post(page, {"need": "goods", "goods_sells": "壳", "sent": "no id"}).status_code == 302
    assert "壳" in rep.get(page).content.decode()
    assert client_of(cast.other_rep).get(page).status_code == 404
    today = timezone.localdate()
    sent = {"need": "goods", "findings": "缺货", "examined_on": today.isoformat(), "owner": cast.rep.pk}
    assert rep.post(f"{page}case/", sent | {"examined_on": "1970-01-01"}).status_code == 422
    assert rep.post(f"{page}case/", sent).status_code == 302
    case = NeedCase.objects.get()
    act = f"/visits/cases/{case.pk}/"
    rep.post(
        act,
        {
            "act": "diagnose",
            f"diagnose{case.pk}-diagnosis": "订货晚",
            f"diagnose{case.pk}-diagnosed_on": today.isoformat(),
        },
    )
    case.refresh_from_db()
    assert case.stage == Stage.DIAGNOSED
    assert rep.post(act, {"act": "pitch"}).status_code == 302
    item = checked(shop, cast, today).items.get(code="pop")
    assert "缺海报" in rep.get("/visits/gaps/").content.decode()
    rep.post(f"/visits/gaps/{item.pk}/", {"owner": "x", "due": "never"})
    rep.post(f"/visits/gaps/{item.pk}/", {"done": "1"})
    assert not need_queries.gaps_due(cast.rep)
    steps = {
        "use_stock": "must",
        "place_stock": "2",
        "use_open": "may",
        "place_open": "1",
        "checklist": "样品\n\n价目表",
        "script": "",
    }
    assert manager.post("/visits/steps/cold/", steps).status_code == 302
    assert services.steps_of("cold") == (Step("open", False), Step("stock", True))
    assert StepPlan.objects.get().checklist == ["样品", "价目表"]
    assert manager.post("/visits/steps/cold/", {"checklist": ""}).status_code == 422
    assert manager.get("/visits/steps/none/").status_code == 404
    assert rep.get("/visits/steps/").status_code == 403
    manager.post("/visits/steps/cold/", {"reset": "1"})
    assert not StepPlan.objects.exists()


def test_the_api_writes_and_reads(shop: Customer, cast: Cast) -> None:
    token = issue_api_token(cast.rep, by=cast.rep)
    client = Client(headers={"authorization": f"Bearer {token}"})
    at = timezone.now() - timedelta(hours=2)
    sent = {"customer": shop.pk, "started_at": at.isoformat(), "content": "电话谈补货", "goal_reached": "yes"}
    made = client.post("/api/visits", sent, content_type="application/json")
    assert made.status_code == 201, made.content
    record = made.json()
    assert (record["customer"], record["method"], record["content"], record["by"]) == (
        shop.pk,
        "phone",
        "电话谈补货",
        cast.rep.name,
    )
    assert abs(datetime.fromisoformat(record["started_at"]) - at) < timedelta(seconds=1)
    for wrong in (
        {"started_at": "2026-01-01T09:00:00"},
        {"started_at": "1970-01-01T00:00:00Z"},
        {"goal_reached": "maybe"},
        {"customer": 10**15},
        {"nonsense": 1},
    ):
        assert client.post("/api/visits", sent | wrong, content_type="application/json").status_code in (
            404,
            422,
        ), wrong
    today = timezone.localdate(at).isoformat()
    listed = client.get(f"/api/visits?customer={shop.pk}&by={cast.rep.pk}&start={today}&end={today}").json()
    assert [one["id"] for one in listed["items"]] == [record["id"]] and listed["next"] is None
    assert client.get(f"/api/visits/{record['id']}").json()["version"] == 1
    answer(shop, cast, "壳")
    assert client.get(f"/api/visits/needs/{shop.pk}").json()[0]["answer"] == "壳"
    other = Client(headers={"authorization": f"Bearer {issue_api_token(cast.other_rep, by=cast.other_rep)}"})
    assert other.get(f"/api/visits/{record['id']}").status_code == 404


def test_a_company_writes_its_own_guide(shop: Customer, cast: Cast, client_of: ClientOf) -> None:
    answer(shop, cast, "快充头")
    page = client_of(cast.manager)
    assert client_of(cast.rep).get("/visits/guide/").status_code == 403
    sells = guide.NEEDS[0].questions[0]
    sent = {
        "name": "好卖的货", "stage_0": sells.stage, "word_0": sells.word, "text_0": "哪一款走得最快？",
        "stage_4": "open", "word_4": "who", "text_4": "谁来买？",
    }  # fmt: skip
    assert page.post("/visits/guide/goods/", sent).status_code == 302
    goods = need_queries.needs_of(shop, cast.rep)[0]
    assert [str(one.question.text) for one in goods.known] == ["哪一款走得最快？", "谁来买？"]
    assert goods.known[0].answer is not None  # the answer stays with the question
    new = goods.known[1].question.code
    needs.answer_needs(shop, {new: "学生"}, by=cast.rep, client_id=uuid4(), at=timezone.now())
    assert need_queries.needs_of(shop, cast.rep)[0].answered == 2
    assert page.post("/visits/guide/new/", {"name": "资金", "text_0": "压货的钱从哪来？"}).status_code == 302
    assert str(need_queries.company_guide()[-1].label) == "资金"
    assert page.post("/visits/guide/new/", {"name": "空的"}).status_code == 422
    assert page.post("/visits/guide/goods/", {"reset": "1"}).status_code == 302
    assert need_queries.needs_of(shop, cast.rep)[0].known[0].question == sells
    own = need_queries.company_guide()[-1].code
    assert page.post(f"/visits/guide/{own}/", {"reset": "1"}).status_code == 302
    assert len(need_queries.company_guide()) == len(guide.NEEDS)
    for need in guide.NEEDS[1:]:
        needs.save_question_set(need.code, by=cast.manager, name="x", questions=need.questions, hidden=True)
    with pytest.raises(ValidationError):  # somebody must be asked something
        needs.save_question_set("goods", by=cast.manager, name="x", questions=[], hidden=True)


def test_promises_and_the_standard_have_their_pages(shop: Customer, cast: Cast, client_of: ClientOf) -> None:
    rep, manager = client_of(cast.rep), client_of(cast.manager)
    sent = {"kind": "promise", "text": "带样品", "due": "", "sent": str(uuid4())}
    for _turn in range(2):
        rep.post(f"/visits/needs/{shop.pk}/matter/", sent)
    assert "带样品" in rep.get("/visits/matters/").content.decode()
    assert "带样品" not in client_of(cast.other_rep).get("/visits/matters/").content.decode()
    matter = shop.matters.get()
    assert rep.post(f"/visits/matters/{matter.pk}/close/", {"back": "1"}).status_code == 302
    assert "带样品" not in rep.get("/visits/matters/").content.decode()
    saved = manager.post(
        "/visits/standard/", {"days": "7", "text_0": "灯箱完好", "must_0": "5", "text_2": "胸牌"}
    )
    assert saved.status_code == 302
    assert "胸牌" in manager.get("/visits/standard/").content.decode()
    assert manager.post("/visits/standard/", {"days": "0", "text_0": "x", "must_0": "9"}).status_code == 422
    assert rep.get("/visits/standard/").status_code == 403
    rep.post(f"/visits/needs/{shop.pk}/exclusive/", {"on": "1"})
    assert shop.exclusive_shop.by == cast.rep
