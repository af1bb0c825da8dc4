"""Own fields: defined on the settings page; in the form, list, filter, export, import, its undo, and the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from furrow.customers.card.services import change_facts, undo_change
from furrow.customers.custom.models import CustomField, CustomValue
from furrow.customers.custom.queries import shown, values_of
from furrow.customers.custom.services import change_field, create_field, move_field, retire_field
from furrow.customers.models import Customer, Kind
from furrow.customers.services import create_customer
from furrow.kit import audit
from furrow.records.importing import engine, services
from furrow.records.importing.models import ImportBatch
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]
OPTIONS = {"existing": "fill", "system": "gcj02", "owner": None, "channel_type": "", "status": "active"}
Fields = dict[str, CustomField]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    settings.REACTIONS = {}
    yield


@pytest.fixture
def fields(cast: Cast) -> Fields:
    """One field of each type; the date is asked of dealers only."""
    made = {
        "text": create_field(by=cast.administrator, label="门头品牌", type="text"),
        "number": create_field(by=cast.administrator, label="货架米数", type="number"),
        "date": create_field(by=cast.administrator, label="授权到期", type="date", kind=Kind.DEALER),
        "choice": create_field(
            by=cast.administrator, label="合作意向", type="choice", choices=["高", "中", "低"]
        ),
        "person": create_field(by=cast.administrator, label="督导", type="person"),
    }
    return made


def shop(cast: Cast, name: str, **values: Any) -> Customer:
    return create_customer(by=cast.director, **{"name": name, "owner": cast.rep, **values})


def filled(
    cast: Cast, fields: Fields, name: str = "新华", number: str = "3.5", choice: str = "高"
) -> Customer:
    facts = {
        fields["text"].name: "华为",
        fields["number"].name: number,
        fields["choice"].name: choice,
        fields["person"].name: "rep",
    }
    return change_facts(shop(cast, name), facts, by=cast.director)


def told(customer: Customer) -> dict[str, str]:
    labels = dict(CustomField.objects.values_list("pk", "label"))
    return {labels[pk]: shown(value) for pk, value in values_of(customer).items()}


# Definition -------------------------------------------------------------------------------------


def test_an_administrator_defines_changes_orders_and_retires(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.administrator)
    assert "No custom fields yet" in client.get(reverse("customers:fields")).content.decode()
    new = reverse("customers:new_field")
    assert client.post(new, {"label": " \u202e ", "type": "text"}).status_code == 422
    assert (
        "at least one choice"
        in client.post(new, {"label": "意向", "type": "choice", "choices": " \n "}).content.decode()
    )
    assert (
        client.post(new, {"label": "意\u202e向\x07", "type": "choice", "choices": "高\n中\n高\n"}).status_code
        == 302
    )
    assert client.post(new, {"label": "米数", "type": "number", "kind": "dealer"}).status_code == 302
    assert "has this name" in client.post(new, {"label": "米数", "type": "text"}).content.decode()
    first, second = CustomField.objects.all()
    assert (first.label, [choice.label for choice in first.choices.all()]) == ("意向", ["高", "中"])
    client.post(reverse("customers:move_field", args=[second.pk]), {"to": "up"})
    assert [field.label for field in CustomField.objects.all()] == ["米数", "意向"]
    client.post(reverse("customers:field", args=[first.pk]), {"label": "合作意向", "choices": "低\n高"})
    first.refresh_from_db()
    assert (first.label, first.type) == ("合作意向", "choice")
    assert [choice.label for choice in first.choices.filter(retired_at=None)] == ["低", "高"]
    client.post(reverse("customers:retire_field", args=[second.pk]))
    assert "Use again" in client.get(reverse("customers:fields")).content.decode()
    client.post(reverse("customers:retire_field", args=[second.pk]), {"back": "1"})
    assert CustomField.objects.filter(retired_at=None).count() == 2
    assert {entry.action for entry in audit.history(second)} == {"create", "change", "retire", "restore"}


def test_only_the_administrator_defines_fields(cast: Cast, client_of: ClientOf, fields: Fields) -> None:
    for user in (cast.rep, cast.manager, cast.clerk, cast.read_only):
        client = client_of(user)
        assert client.get(reverse("customers:fields")).status_code == 403
        assert client.post(reverse("customers:retire_field", args=[fields["text"].pk])).status_code == 403


def test_a_retired_name_is_free_and_a_field_does_not_come_back_beside_it(cast: Cast, fields: Fields) -> None:
    retire_field(fields["text"], by=cast.administrator)
    create_field(by=cast.administrator, label="门头品牌", type="number")
    with pytest.raises(ValidationError, match="has this name"):
        retire_field(fields["text"], by=cast.administrator, retired=False)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("text", "长" * 201, "At most 200"),
        ("text", "长" * 10_000_000, "At most 200"),
        ("number", "9" * 30, "Write a number"),
        ("number", "9" * 10_000_000, "Write a number"),
        ("number", "NaN", "Write a number"),
        ("number", "1e999999999", "Write a number"),
        ("date", "2026-02-30", "2026-11-21"),
        ("date", "9999-01-01", "cannot be right"),
        ("choice", "极高", "none of the choices"),
        ("choice", 2**70, "none of the choices"),
        ("person", "nobody\x00", "Nobody of this name"),
    ],
)
def test_what_a_field_does_not_hold_is_said(
    cast: Cast, fields: Fields, name: str, value: Any, message: str
) -> None:
    dealer = shop(cast, "总代", kind=Kind.DEALER)
    with pytest.raises(ValidationError, match=message):
        change_facts(dealer, {fields[name].name: value}, by=cast.rep)
    assert not CustomValue.objects.exists()


def test_text_is_cleaned_and_emptied(cast: Cast, fields: Fields) -> None:
    one = change_facts(shop(cast, "新华"), {fields["text"].name: " =华\u202e为\x07 \U0001f4f1 "}, by=cast.rep)
    assert told(one) == {"门头品牌": "=华为 \U0001f4f1"}
    change_facts(one, {fields["text"].name: "\u200b \x01"}, by=cast.rep)
    assert told(one) == {}


def test_a_field_of_another_kind_or_a_retired_one_is_not_filled(cast: Cast, fields: Fields) -> None:
    one = shop(cast, "新华")
    with pytest.raises(ValidationError, match="not asked of this customer"):
        change_facts(one, {fields["date"].name: "2027-01-01"}, by=cast.rep)
    retire_field(fields["text"], by=cast.administrator)
    with pytest.raises(ValidationError, match="not asked of this customer"):
        change_facts(one, {fields["text"].name: "华为"}, by=cast.rep)


def test_undo_gives_a_value_back(cast: Cast, fields: Fields) -> None:
    one = filled(cast, fields)
    one = change_facts(one, {fields["choice"].name: "低", fields["number"].name: ""}, by=cast.rep)
    undo_change(one, audit.history(one)[0].pk, by=cast.rep)
    assert told(one)["合作意向"] == "高" and told(one)["货架米数"] == "3.5"


# List, filter, export ---------------------------------------------------------------------------


def listed(client: Client, **query: Any) -> str:
    return client.get(reverse("customers:list"), query).content.decode()


def test_columns_and_filters(cast: Cast, client_of: ClientOf, fields: Fields) -> None:
    one, other = filled(cast, fields), filled(cast, fields, "远帆", "12", "低")
    empty = shop(cast, "空白")
    client = client_of(cast.director)
    page = listed(client, cols=[fields["number"].name, fields["choice"].name, fields["person"].name])
    assert "货架米数" in page and "3.5" in page and "低" in page and "李伟" in page
    menu = client.get(reverse("customers:choices")).content.decode()
    assert f'name="{fields["number"].name}.from"' in menu and 'type="date"' in menu

    def names(**query: str) -> set[str]:
        text = listed(client, **query)
        return {customer.name for customer in (one, other, empty) if f">{customer.name}<" in text}

    high = fields["choice"].choices.get(label="高")
    assert names(**{fields["choice"].name: str(high.pk)}) == {"新华"}
    assert names(**{fields["choice"].name: "none"}) == {"空白"}
    assert names(**{fields["person"].name: str(cast.rep.pk)}) == {"新华", "远帆"}
    assert names(**{f"{fields['number'].name}.from": "4"}) == {"远帆"}
    assert names(**{f"{fields['number'].name}.to": "4", f"{fields['number'].name}.from": "3"}) == {"新华"}
    assert names(**{fields["text"].name: "华"}) == {"新华", "远帆"}
    everybody = {"新华", "远帆", "空白"}
    for hostile in ("NaN", "\x00", "9" * 400, "' OR 1=1", ""):
        assert names(**{f"{fields['number'].name}.from": hostile}) == everybody
    assert names(**{"custom.²": "1", "custom.99999999999999999999": "1"}) == everybody


def test_own_columns_cost_no_query_per_row_and_none_when_not_asked_for(
    cast: Cast, client_of: ClientOf, fields: Fields
) -> None:
    client = client_of(cast.director)
    filled(cast, fields)
    columns = {"cols": [field.name for field in fields.values()]}
    listed(client, **columns)
    with CaptureQueriesContext(connection) as few:
        listed(client, **columns)
    for number in range(6):
        filled(cast, fields, f"店{number}")
    with CaptureQueriesContext(connection) as many:
        listed(client, **columns)
    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as plain:
        listed(client)
    assert not any("customfield" in query["sql"] for query in plain)


def test_export_holds_typed_own_fields_and_no_formula(
    cast: Cast, client_of: ClientOf, fields: Fields
) -> None:
    one = filled(cast, fields)
    change_facts(one, {fields["text"].name: "=cmd|' /C calc'!A0"}, by=cast.rep)
    answer: HttpResponse = client_of(cast.director).get(reverse("customers:export"), {"format": "csv"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    head, row = lines[0].split(","), lines[1]
    assert head[-4:] == ["门头品牌", "货架米数", "合作意向", "督导"] or "门头品牌" in head
    assert "3.5" in row and "高" in row and ",=cmd" not in row and '"=cmd' not in row


# Form -------------------------------------------------------------------------------------------


def test_the_form_asks_what_the_kind_has_of_its_own(cast: Cast, client_of: ClientOf, fields: Fields) -> None:
    client = client_of(cast.rep)
    page = client.get(reverse("customers:new"), {"kind": "dealer"}).content.decode()
    assert 'name="dealer.tier"' in page and f'name="{fields["date"].name}"' in page
    part = client.get(reverse("customers:beside"), {"kind": "rival"}).content.decode()
    assert 'name="rival.maker"' in part and f'name="{fields["date"].name}"' not in part
    sent = {
        "name": "总代商行",
        "kind": "dealer",
        "status": "active",
        "owner": cast.rep.pk,
        "dealer.tier": "1",
        fields["date"].name: "2027-03-01",
    }
    answer = client.post(reverse("customers:new"), {**sent, "dealer.vehicles": "-1"})
    assert answer.status_code == 422 and not Customer.objects.exists()
    assert client.post(reverse("customers:new"), sent).status_code == 302
    one = Customer.objects.get()
    assert (one.dealer.tier, values_of(one)) == (1, {fields["date"].pk: date(2027, 3, 1)})
    assert audit.history(one)[0].changes["dealer.tier"] == [None, 1]
    edit = reverse("customers:edit", args=[one.pk])
    assert "2027-03-01" in client.get(edit).content.decode()
    answer = client.post(edit, {**sent, "dealer.tier": "2", fields["date"].name: "", "version": one.version})
    assert answer.status_code == 302
    one = Customer.objects.get()
    assert (one.dealer.tier, values_of(one)) == (2, {})


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_can_be_entered_whole(cast: Cast, client_of: ClientOf, fields: Fields, kind: str) -> None:
    """Every fact of the kind's own groups stands in the form, and an empty one is accepted."""
    client = client_of(cast.rep)
    page = client.get(reverse("customers:new"), {"kind": kind}).content.decode()
    answer = client.post(
        reverse("customers:new"), {"name": "一家", "kind": kind, "status": "active", "owner": cast.rep.pk}
    )
    assert answer.status_code == 302 and Customer.objects.get().kind == kind
    tables = {
        "dealer": "dealer.",
        "retailer": "outlet.",
        "carrier": "carrier_hall.",
        "key": "company.",
        "consumer": "consumer.",
        "rival": "rival.",
        "public": "public_body.",
    }
    assert f'name="{tables[kind]}' in page


def test_a_fact_refused_by_the_service_is_said_beside_its_field(cast: Cast, client_of: ClientOf) -> None:
    top = shop(cast, "总代", kind=Kind.DEALER)
    below = change_facts(shop(cast, "分销", kind=Kind.DEALER), {"dealer.parent": top}, by=cast.rep)
    sent = {
        "name": "总代",
        "kind": "dealer",
        "status": "active",
        "owner": cast.rep.pk,
        "dealer.parent": below.code,
        "version": top.version,
    }
    answer = client_of(cast.rep).post(reverse("customers:edit", args=[top.pk]), sent)
    assert answer.status_code == 422 and "already stands below" in answer.content.decode()


# Import -----------------------------------------------------------------------------------------


def bring(cast: Cast, text: str, **options: Any) -> ImportBatch:
    batch = services.take_file("customers", [text.encode()], "list.csv", by=cast.director)
    services.match(batch, batch.columns, {**OPTIONS, **options}, by=cast.director)
    services.start(batch, by=cast.director)
    return work(batch)


def work(batch: ImportBatch) -> ImportBatch:
    batch = ImportBatch.objects.select_related("by").get(pk=batch.pk)
    while not engine.advance(batch, seconds=60):
        pass
    return ImportBatch.objects.get(pk=batch.pk)


def test_import_maps_reads_updates_and_undoes(cast: Cast, fields: Fields) -> None:
    batch = bring(
        cast, "客户编码,客户名称,客户类型,门头品牌,货架米数,授权到期,合作意向,督导\n"
        "K1,新华,零售商,华为,3.5,,高,李伟\nK2,总代,经销商,,,2027/3/1,,\nK3,远帆,零售商,,,2027-03-01,,\nK4,坏行,零售商,,三米,,极高,无此人\n",
    )  # fmt: skip
    assert batch.counts == {"created": 3, "error": 1}
    by_code = {customer.code: customer for customer in Customer.objects.all()}
    assert told(by_code["K1"]) == {"门头品牌": "华为", "货架米数": "3.5", "合作意向": "高", "督导": "李伟"}
    assert (by_code["K2"].kind, told(by_code["K2"])) == ("dealer", {"授权到期": "2027-03-01"})
    assert told(by_code["K3"]) == {}
    warned = batch.rows.get(number=4).messages
    assert [(m["level"], m["field"]) for m in warned] == [("warning", fields["date"].name)]
    wrong = batch.rows.get(number=5).messages
    assert {m["field"] for m in wrong} == {fields[name].name for name in ("number", "choice", "person")}

    second = bring(
        cast, "客户编码,客户名称,门头品牌,货架米数\nK1,新华,小米,4\nK2,总代,荣耀,\n", existing="overwrite"
    )
    assert second.counts == {"updated": 2}
    assert told(by_code["K1"])["门头品牌"] == "小米" and told(by_code["K1"])["货架米数"] == "4"
    assert audit.history(by_code["K1"])[0].changes[fields["text"].name] == ["华为", "小米"]
    again = bring(cast, "客户编码,客户名称,门头品牌\nK1,新华,小米\n", existing="overwrite")
    assert again.counts == {"unchanged": 1}
    filling = bring(cast, "客户编码,客户名称,门头品牌,货架米数\nK1,新华,苹果,\nK2,总代,,7\n")
    assert (told(by_code["K1"])["门头品牌"], told(by_code["K2"])["货架米数"]) == ("小米", "7")
    services.undo(filling, by=cast.director)
    work(filling)
    services.undo(second, by=cast.director)
    work(second)
    # The second import's row of K2 was changed again since, by the third and its undo: it is left alone.
    assert told(by_code["K2"]) == {"授权到期": "2027-03-01", "门头品牌": "荣耀"}
    assert told(by_code["K1"])["门头品牌"] == "华为"


def test_the_matching_page_and_the_error_file_name_own_fields(
    cast: Cast, client_of: ClientOf, fields: Fields
) -> None:
    batch = services.take_file(
        "customers", ["客户名称,货架米数\n甲,三米\n".encode()], "list.csv", by=cast.director
    )
    assert fields["number"].name in batch.columns
    page = client_of(cast.director).get(reverse("customers:import_batch", args=[batch.pk])).content.decode()
    assert "货架米数" in page


# API --------------------------------------------------------------------------------------------


@pytest.fixture
def ask(cast: Cast, client_of: ClientOf) -> Callable[..., Any]:
    bearer = {"authorization": f"Bearer {issue_api_token(cast.rep, by=cast.rep)}"}

    def call(method: str, path: str, body: Any = None) -> Any:
        return client_of(None).generic(
            method,
            f"/api/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=bearer,
        )

    return call


def test_api_of_own_fields(cast: Cast, fields: Fields, ask: Callable[..., Any]) -> None:
    known = ask("GET", "customers/fields").json()
    assert [(one["label"], one["type"], one["kind"]) for one in known][2] == ("授权到期", "date", "dealer")
    assert known[3]["choices"] == ["高", "中", "低"]
    number, choice, person, day = (str(fields[name].pk) for name in ("number", "choice", "person", "date"))
    answer = ask("POST", "customers", {"name": "新华", "own": {number: 3.5, choice: "高", person: "rep"}})
    assert answer.status_code == 201 and answer.json()["own"] == {number: "3.5", choice: "高", person: "rep"}
    pk = answer.json()["id"]
    answer = ask("PATCH", f"customers/{pk}", {"version": 1, "own": {number: None, choice: "低"}})
    assert answer.status_code == 200 and answer.json()["own"] == {choice: "低", person: "rep"}
    assert answer.json()["name"] == "新华"
    for own in ({day: "2027-01-01"}, {choice: "极高"}, {"²": "1"}, {"99999": "1"}, {number: "9" * 50}):
        assert ask("PATCH", f"customers/{pk}", {"version": 2, "own": own}).status_code == 422
    assert [one["id"] for one in ask("GET", f"customers?field={choice}&value=低").json()["items"]] == [pk]
    assert ask("GET", f"customers?field={choice}&value=高").json()["items"] == []
    assert ask("GET", "customers?field=99999").status_code == 422


def test_choices_and_values_stay_readable_after_changes(cast: Cast, fields: Fields) -> None:
    one = filled(cast, fields)
    change_field(fields["choice"], by=cast.administrator, label="意向", choices=["中"])
    assert told(one)["意向"] == "高"
    retire_field(fields["number"], by=cast.administrator)
    move_field(fields["person"], up=True, by=cast.administrator)
    assert values_of(one)[fields["number"].pk] == Decimal("3.5")
