"""The API: tokens, reach, rights, versions, hostile input, constant queries."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from furrow.assessment.scorecards import card
from furrow.customers import services as customer_services
from furrow.customers.models import Customer
from furrow.team.models import User
from furrow.team.services import change_person, issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Call = Callable[..., Any]


@pytest.fixture
def call() -> Call:
    """call(user, "get", "/customers", body) with the user's own token; answers come in English."""
    tokens: dict[int, str] = {}

    def make(
        user: User, method: str, path: str, body: Any = None, *, language: str = "en", **extra: Any
    ) -> Any:
        if user.pk not in tokens:
            tokens[user.pk] = issue_api_token(user, by=user)
        headers = {"authorization": f"Bearer {tokens[user.pk]}", "accept-language": language}
        client = Client(headers=headers, enforce_csrf_checks=True)
        if body is not None:
            extra |= {
                "data": body if isinstance(body, str | bytes) else json.dumps(body),
                "content_type": "application/json",
            }
        return getattr(client, method)(f"/api{path}", **extra)

    return make


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return customer_services.create_customer(by=None, name="顺达通讯", owner=cast.rep, phone="13800001234")


@pytest.fixture
def foreign(cast: Cast) -> Customer:
    return customer_services.create_customer(by=None, name="武昌数码", owner=cast.other_rep)


def test_only_a_valid_token_opens_the_api(
    cast: Cast, shop: Customer, client_of: Callable[[User | None], Client]
) -> None:
    token = issue_api_token(cast.rep, by=cast.rep)
    anonymous = Client(headers={"accept-language": "en"})
    for header in (None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {token}", "Bearer \u00e9\udc80"):
        extra: Any = {} if header is None else {"HTTP_AUTHORIZATION": header}
        answer = anonymous.get("/api/customers", **extra)
        assert answer.status_code == 401 and answer.json()["error"].startswith("No valid token"), header
    assert client_of(cast.rep).get("/api/customers").status_code == 401  # a session is no token
    assert anonymous.get("/api/customers", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 200
    issue_api_token(cast.rep, by=cast.rep)
    assert anonymous.get("/api/customers", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 401
    token = issue_api_token(cast.rep, by=cast.rep)
    change_person(cast.rep, by=cast.administrator, is_active=False)
    assert anonymous.get("/api/customers", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 401


def test_the_description_needs_no_token_and_there_is_no_page_from_elsewhere(client: Client) -> None:
    assert client.get("/api/openapi.json").json()["info"]["title"] == "Furrow"
    assert client.get("/api/docs").status_code == 404


def test_a_customer_from_making_to_deleting(cast: Cast, call: Call) -> None:
    body = {
        "name": "汉口配件",
        "phone": "027-85550000",
        "longitude": 114.29,
        "latitude": 30.59,
        "position_system": "gcj02",
    }
    made = call(cast.rep, "post", "/customers", body)
    assert made.status_code == 201
    shop = made.json()
    assert (shop["name"], shop["longitude"], shop["latitude"]) == ("汉口配件", 114.29, 30.59)
    assert shop["owner"]["id"] == cast.rep.pk  # who may not hand customers over keeps what they find
    stored = Customer.objects.get(pk=shop["id"])
    assert stored.longitude != 114.29  # kept as WGS-84
    changed = call(
        cast.rep, "patch", f"/customers/{shop['id']}", {"version": shop["version"], "note": "早上去"}
    )
    assert (changed.status_code, changed.json()["note"], changed.json()["phone"]) == (
        200,
        "早上去",
        "027-85550000",
    )
    stored.refresh_from_db()
    conflict = call(
        cast.rep, "patch", f"/customers/{shop['id']}", {"version": shop["version"], "note": "晚上去"}
    )
    assert (
        conflict.status_code == 409 and "someone changed this customer meanwhile" in conflict.json()["error"]
    )
    assert call(cast.rep, "delete", f"/customers/{shop['id']}").status_code == 403
    assert call(cast.manager, "delete", f"/customers/{shop['id']}").status_code == 204
    assert call(cast.manager, "get", f"/customers/{shop['id']}").status_code == 404


def test_a_change_keeps_the_exact_position(cast: Cast, call: Call, shop: Customer) -> None:
    exact = {"longitude": 114.2912345678, "latitude": 30.5912345678, "position_system": "gcj02"}
    Customer.objects.filter(pk=shop.pk).update(**exact)
    assert (
        call(cast.rep, "patch", f"/customers/{shop.pk}", {"version": shop.version, "note": "x"}).status_code
        == 200
    )
    assert Customer.objects.filter(pk=shop.pk, **exact).exists()


def test_lists_page_by_id_and_filter(cast: Cast, call: Call) -> None:
    for number in range(5):
        customer_services.create_customer(
            by=None, name=f"店{number}", owner=cast.rep, visit_grade="A" if number % 2 else ""
        )
    first = call(cast.rep, "get", "/customers?limit=3").json()
    second = call(cast.rep, "get", f"/customers?limit=3&after={first['next']}").json()
    names = [item["name"] for item in first["items"] + second["items"]]
    assert names == ["店0", "店1", "店2", "店3", "店4"] and second["next"] is None
    assert [item["name"] for item in call(cast.rep, "get", "/customers?grade=A").json()["items"]] == [
        "店1",
        "店3",
    ]
    assert len(call(cast.rep, "get", "/customers?grade=none").json()["items"]) == 3
    assert [item["name"] for item in call(cast.rep, "get", "/customers?q=店4").json()["items"]] == ["店4"]


def test_out_of_reach_is_404_and_lists_leave_it_out(
    cast: Cast, call: Call, shop: Customer, foreign: Customer
) -> None:
    answers = {"answers": {criterion.code: 3 for criterion in card().criteria()}}
    for method, path, body in [
        ("get", "", None),
        ("patch", "", {"version": 1, "note": "x"}),
        ("delete", "", None),
        ("get", "/assessments", None),
        ("post", "/assessments", answers),
    ]:
        asked = cast.manager if method == "delete" else cast.rep
        answer = call(asked, method, f"/customers/{foreign.pk}{path}", body)
        assert (answer.status_code, answer.json()) == (404, {"error": "Not found"}), method
    assert [item["id"] for item in call(cast.rep, "get", "/customers").json()["items"]] == [shop.pk]
    assert call(cast.rep, "get", "/customers?q=数码").json()["items"] == []
    refused = call(cast.rep, "post", "/customers", {"name": "新店", "owner": cast.other_rep.pk})
    assert refused.status_code == 422 and "owner" in refused.json()["fields"]


def test_rights_are_those_of_the_role(cast: Cast, call: Call, shop: Customer) -> None:
    assert call(cast.finance, "get", f"/customers/{shop.pk}").status_code == 200
    for method, path, body in [
        ("post", "/customers", {"name": "x"}),
        ("patch", f"/customers/{shop.pk}", {"version": 1}),
        ("delete", f"/customers/{shop.pk}", None),
        ("post", f"/customers/{shop.pk}/assessments", {"answers": {}}),
        ("post", "/cycles", {"start": "2026-11-30"}),
    ]:
        assert call(cast.finance, method, path, body).status_code == 403, path


def test_grading_by_the_card(cast: Cast, call: Call, shop: Customer) -> None:
    codes = [
        one["code"]
        for factor in call(cast.rep, "get", "/scorecards/customer_grade").json()["factors"]
        for one in factor["criteria"]
    ]
    made = call(
        cast.rep,
        "post",
        f"/customers/{shop.pk}/assessments",
        {"answers": dict.fromkeys(codes, 5), "evidence": "看过"},
    )
    assert made.status_code == 201 and (made.json()["grade"], made.json()["by"]) == ("A", "李伟")
    assert call(cast.rep, "get", f"/customers/{shop.pk}").json()["visit_grade"] == "A"
    assert len(call(cast.rep, "get", f"/customers/{shop.pk}/assessments").json()) == 1
    few = call(cast.rep, "post", f"/customers/{shop.pk}/assessments", {"answers": {"credit": 5}})
    assert few.status_code == 422 and "Too few points" in few.json()["error"]
    for answers in ({"nonsense": 3}, {"credit": 9}):
        assert (
            call(cast.rep, "post", f"/customers/{shop.pk}/assessments", {"answers": answers}).status_code
            == 422
        )


def test_a_plan_is_begun_and_read(
    cast: Cast, call: Call, shop: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("furrow.kit.jobs._enqueue", lambda job: None, raising=False)
    begun = call(cast.manager, "post", "/cycles", {"start": "2026-11-30", "weeks": 4, "iterations": 50})
    assert begun.status_code == 202, begun.content
    cycle = begun.json()
    read = call(cast.manager, "get", f"/cycles/{cycle['id']}").json()
    assert read["start"] == "2026-11-30" and isinstance(read["visits"], list) and read["job"]["status"]
    assert [item["id"] for item in call(cast.manager, "get", "/cycles").json()["items"]] == [cycle["id"]]
    assert call(cast.rep, "get", f"/cycles/{cycle['id']}").status_code == 404  # not published
    tuesday = call(cast.manager, "post", "/cycles", {"start": "2026-12-01"})
    assert tuesday.status_code == 422 and "Monday" in tuesday.json()["error"]
    foreign = call(cast.manager, "post", "/cycles", {"start": "2026-11-30", "reps": [cast.other_rep.pk]})
    assert foreign.status_code == 422 and "reps" in foreign.json()["fields"]


HOSTILE_QUERIES = [
    "limit=0", "limit=201", "limit=x", "limit=99999999999999999999999", "after=-1", "after=1e5", "after=" + "9" * 40, "grade=E",
    "owner=x", "owner=99999999999999999999999999", "status=%00", "region=%00", "region=" + "1" * 50, "q=" + "x" * 101,
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE_QUERIES)
def test_hostile_queries_get_a_sentence(cast: Cast, call: Call, query: str) -> None:
    answer = call(cast.rep, "get", f"/customers?{query}")
    assert answer.status_code == 422, answer.content
    assert answer.json()["error"].endswith(".") and set(answer.json()["fields"])


@pytest.mark.parametrize(
    "text", ["%00", "%ff%fe", "' OR 1=1 --", "*", '"', "(((", "\\", "%", "_", "𠮷" * 50, "%F0%9F%98%80"]
)
def test_strange_searches_find_nothing(cast: Cast, call: Call, shop: Customer, text: str) -> None:
    answer = call(
        cast.rep,
        "get",
        "/customers?q=" + (text if text.startswith("%") and len(text) > 1 else text.replace("%", "%25")),
    )
    assert (answer.status_code, answer.json()["items"]) in [(200, []), (200, [])], answer.content


HOSTILE_BODIES: list[Any] = [
    "", "{", "[]", "null", "1", '"x"', b"\xff\xfe\x00", '{"name": "x", "name2": 1}', '{"name": 5}', '{"name": null}', '{"name": ""}',
    '{"name": "a\\u0000b\\u0000"}', '{"name": "\\ud800"}', json.dumps({"name": "x" * 121}), '{"name": "x", "owner": -1}',
    '{"name": "x", "owner": 1e400}', '{"name": "x", "owner": 99999999999999999999999}', '{"name": "x", "longitude": NaN, "latitude": 1}',
    '{"name": "x", "longitude": 1e999, "latitude": 1}', '{"name": "x", "longitude": 500, "latitude": 1}',
    '{"name": "x", "longitude": 114.3}', '{"name": "x", "status": "x"}', '{"name": "x", "region": "999999"}',
    '{"name": "x", "region": {"a": 1}}', '{"name": "x", "phone": "<script>"}', '{"name": "x", "code": "' + "c" * 41 + '"}',
    "[" * 5000, '{"name": ' + "9" * 5000 + "}",
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=range(len(HOSTILE_BODIES)))
def test_hostile_bodies_get_a_sentence_and_change_nothing(cast: Cast, call: Call, body: Any) -> None:
    answer = call(cast.rep, "post", "/customers", body)
    assert answer.status_code in {400, 422}, answer.content
    assert answer.json()["error"].endswith(".")
    assert not Customer.objects.exists()


@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 30])
def test_ids_that_cannot_be_are_not_found(cast: Cast, call: Call, pk: str) -> None:
    asked: list[tuple[str, str, Any]] = [
        ("get", f"/customers/{pk}", None),
        ("patch", f"/customers/{pk}", {"version": 1}),
        ("get", f"/cycles/{pk}", None),
        ("post", f"/customers/{pk}/assessments", {"answers": {}}),
    ]
    for method, path, body in asked:
        assert call(cast.rep, method, path, body).status_code == 404


def test_errors_come_in_the_language_asked_for(cast: Cast, call: Call) -> None:
    assert call(cast.rep, "get", "/customers/1", language="zh-CN").json() == {"error": "未找到"}
    assert "整数" in call(cast.rep, "get", "/customers?limit=x", language="zh-CN").json()["error"]


def test_a_page_costs_constant_queries(cast: Cast, call: Call, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        customer_services.create_customer(by=None, name=f"店{number}", owner=cast.rep, region_id=None)
    call(cast.rep, "get", "/customers?limit=1")  # customers, their owners along, their own fields
    with django_assert_max_num_queries(3):
        assert len(call(cast.rep, "get", "/customers?limit=200").json()["items"]) == 30
