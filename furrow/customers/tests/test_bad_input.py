"""Bad input to a customer by every door: the form, one fact in place, the API, an import. Nothing is an error of ours, nothing half-saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from furrow.customers.card.groups import facts_of
from furrow.customers.forms import CustomerForm
from furrow.customers.models import Customer, Kind
from furrow.customers.services import create_customer
from furrow.kit.places import Region
from furrow.records.importing import engine, services
from furrow.records.importing.models import ImportBatch
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]
UNSEEN = "新\u202e华\u2066通\x07讯\x00\x1b"
LIMITS = {
    name: field.max_length
    for name in ("name", "short_name", "contact_name", "phone", "address", "legal_representative", "code", "note")
    if (field := Customer._meta.get_field(name))
}  # fmt: skip
OPTIONS = {"existing": "fill", "system": "gcj02", "owner": None, "channel_type": "", "status": "active"}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    settings.REACTIONS = {}
    yield


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(by=cast.director, name="新华通讯", owner=cast.rep)


def sent(cast: Cast, **values: Any) -> dict[str, Any]:
    return {"name": "新华通讯", "status": "active", "owner": cast.rep.pk, **values}


@pytest.fixture
def api(cast: Cast, client_of: ClientOf) -> Callable[..., Any]:
    bearer = {"authorization": f"Bearer {issue_api_token(cast.rep, by=cast.rep)}"}

    def call(method: str, path: str, body: Any) -> Any:
        return client_of(None).generic(
            method, f"/api/{path}", json.dumps(body), content_type="application/json", headers=bearer
        )

    return call


# Form and API -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIMITS)
def test_every_text_has_its_limit(cast: Cast, api: Callable[..., Any], name: str) -> None:
    filler = "1" if name == "phone" else "长"
    assert CustomerForm(sent(cast, **{name: filler * (LIMITS[name] + 1)}), user=cast.rep).errors.keys() == {
        name
    }
    fits = CustomerForm(sent(cast, **{name: filler * min(LIMITS[name], 7)}), user=cast.rep)
    assert fits.is_valid(), fits.errors
    answer = api("POST", "customers", {"name": "新华通讯", name: filler * (LIMITS[name] + 1)})
    assert answer.status_code == 422 and name in answer.json()["fields"]
    assert not Customer.objects.exists()


def test_unseen_characters_go_and_emoji_stay(
    cast: Cast, client_of: ClientOf, api: Callable[..., Any]
) -> None:
    form = CustomerForm(
        sent(cast, name=UNSEEN.replace("\x00", ""), note="一\u2067行\n二\x0b行 \U0001f4f1"), user=cast.rep
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "新华通讯" and "\U0001f4f1" in form.cleaned_data["note"]
    answer = client_of(cast.rep).post(reverse("customers:new"), sent(cast, name=UNSEEN))
    assert answer.status_code in {302, 422}
    answer = api("POST", "customers", {"name": "\u202e\U0001f4f1新华\u200f手机", "confirm": True})
    assert answer.status_code == 201 and answer.json()["name"] == "\U0001f4f1新华手机"
    assert api("POST", "customers", {"name": "\u202e\x07 \u2066"}).status_code == 422


def test_swapped_positions_are_offered_back(cast: Cast, client_of: ClientOf, api: Callable[..., Any]) -> None:
    told = api("POST", "customers", {"name": "新华", "longitude": 30.59, "latitude": 114.29})
    assert told.status_code == 422 and "swapped" in told.json()["fields"]["longitude"]
    client = client_of(cast.rep)
    swapped = sent(cast, longitude="30.59", latitude="114.29", position_system="gcj02")
    answer = client.post(reverse("customers:new"), swapped)
    assert answer.status_code == 422 and 'name="swap"' in answer.content.decode()
    assert client.post(reverse("customers:new"), {**swapped, "swap": "1"}).status_code == 302
    assert round(Customer.objects.get().longitude or 0) == 114


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [("NaN", "30"), ("1e999", "30"), ("181", "30"), ("0", "0"), ("114.3", ""), ("一百", "30")],
)
def test_positions_that_are_none_are_refused(cast: Cast, longitude: str, latitude: str) -> None:
    form = CustomerForm(sent(cast, longitude=longitude, latitude=latitude), user=cast.rep)
    assert {"longitude", "latitude"} & form.errors.keys()


@pytest.mark.parametrize("region", ["亚特兰蒂斯", "999999", "'; DROP TABLE--", "江" * 60])
def test_an_unknown_region_is_refused(cast: Cast, api: Callable[..., Any], region: str) -> None:
    assert CustomerForm(sent(cast, region=region), user=cast.rep).errors.keys() == {"region"}
    answer = api("POST", "customers", {"name": "新华", "region": region})
    assert answer.status_code == 422 and answer.json()["fields"].keys() == {"region"}


def test_a_region_of_unseen_characters_is_none(cast: Cast) -> None:
    form = CustomerForm(sent(cast, region="\u202e"), user=cast.rep)
    assert form.is_valid() and form.cleaned_data["region"] is None


# One fact in place ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("value", ["\x00\u202e", "9" * 400, "-1", "2026-02-30", "' OR 1=1 --<b>"])
def test_every_fact_takes_or_refuses_what_is_sent(
    cast: Cast, client_of: ClientOf, kind: str, value: str
) -> None:
    shop = create_customer(by=cast.director, name="新华通讯", owner=cast.rep, kind=kind)
    client = client_of(cast.rep)
    for _group, fact in facts_of(kind):
        if fact.path in {"name", "position", "kind", "owner"}:
            continue
        address = reverse("customers:fact", args=[shop.pk, fact.path])
        answer = client.post(address, {fact.path: value}, headers={"hx-request": "true"})
        assert answer.status_code in {200, 422}, fact.path


@pytest.mark.parametrize(
    ("path", "value", "refused"),
    [
        ("card.began_on", (date.today() + timedelta(days=2)).isoformat(), True),
        ("card.began_on", "1700-01-01", True),
        ("card.contract_end", "2199-01-01", False),
        ("card.contract_end", "9999-12-31", True),
        ("card.sales_capacity", "1000000000000000", True),
        ("card.outlet_count", "1000001", True),
        ("lines.prices", f"{(date.today() + timedelta(days=2)).isoformat()}, 快充头, 9", True),
    ],
)
def test_dates_and_amounts_have_bounds(
    cast: Cast, client_of: ClientOf, shop: Customer, path: str, value: str, refused: bool
) -> None:
    answer = client_of(cast.rep).post(reverse("customers:fact", args=[shop.pk, path]), {path: value})
    assert (answer.status_code == 422) is refused
    assert timezone.localdate().year < 2200


# Import and export ------------------------------------------------------------------------------


def bring(cast: Cast, text: str) -> ImportBatch:
    batch = services.take_file("customers", [text.encode()], "list.csv", by=cast.director)
    services.match(batch, batch.columns, OPTIONS, by=cast.director)
    services.start(batch, by=cast.director)
    batch = ImportBatch.objects.select_related("by").get(pk=batch.pk)
    while not engine.advance(batch, seconds=60):
        pass
    return ImportBatch.objects.get(pk=batch.pk)


def test_bad_rows_of_a_list_are_named_and_the_others_come_in(cast: Cast) -> None:
    Region.objects.get_or_create(code="42", defaults={"name": "湖北省", "level": 1, "full_name": "湖北省"})
    batch = bring(
        cast,
        "客户名称,电话,省份,经度,纬度,备注\n"
        f"{'长' * 121},,,,,\n"
        "反了,,,30.59,114.29,\n"
        "无此省,,亚特兰蒂斯,,,\n"
        "号码少,1380000,,,,\n"
        "新\u202e华\x07通讯,,湖北,,,=1+1 \U0001f4f1\n",
    )
    assert batch.counts == {"error": 4, "created": 1} or batch.counts == {"error": 3, "created": 2}
    assert services.suggestions(batch)[3] == {"longitude": "114.29", "latitude": "30.59"}
    one = Customer.objects.get(name="新华通讯")
    assert one.note.endswith("\U0001f4f1") and "=1+1" in one.note


def test_what_looks_like_a_formula_leaves_as_text(cast: Cast, client_of: ClientOf) -> None:
    for lead in "=+-@":
        create_customer(by=cast.director, name=f"{lead}cmd|' /C calc'!A0", address=f"{lead}1+1")
    create_customer(by=cast.director, name="\t=1+1")
    answer = client_of(cast.director).get(reverse("customers:export"), {"format": "csv"})
    text = b"".join(answer).decode("utf-8-sig")
    cells = [cell.strip('"') for line in text.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "@", "\t"} or cell.startswith("-c")]
