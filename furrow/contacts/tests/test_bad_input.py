"""Bad input to a contact by every door: form, API, import, export, vCard. A sentence names the field, nothing is half-saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from furrow.contacts.forms import ContactForm
from furrow.contacts.models import Contact
from furrow.contacts.tests.people import make_contact, make_customer
from furrow.customers.models import Customer
from furrow.records.importing import engine
from furrow.records.importing import services as importing
from furrow.records.importing.models import ImportBatch, ImportRow
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
TEXTS = {
    "name": "长",
    "position": "长",
    "phone": "1",
    "wechat": "a",
    "email": "a",
    "best_time": "长",
    "note": "长",
}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.REACTIONS = tmp_path, {}


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return make_customer(cast)


def form(cast: Cast, shop: Customer, **values: Any) -> ContactForm:
    return ContactForm({"name": "周丽", "customer": shop.code, **values}, user=cast.rep)


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_has_its_limit(cast: Cast, shop: Customer, name: str) -> None:
    most = Contact._meta.get_field(name).max_length
    assert form(cast, shop, **{name: TEXTS[name] * (most + 1)}).errors.keys() == {name}


@pytest.mark.parametrize(
    ("birthday", "said"),
    [
        ((timezone.localdate() + timedelta(days=2)).isoformat(), "future"),
        ("9999-01-01", ""),
        ("2023-02-29", ""),
        ("农历1975年闰三月初三", ""),
        ("农历十三月初一", ""),
        ("1980-13-40", ""),
        ("\u202e1980-05", ""),
        ("=1+1", ""),
        ("5" * 41, ""),
    ],
)
def test_days_that_are_no_birthday_are_refused(cast: Cast, shop: Customer, birthday: str, said: str) -> None:
    errors = form(cast, shop, birthday=birthday).errors
    assert errors.keys() == {"birthday"} and said in str(errors)


def test_unseen_characters_go_and_emoji_stay(cast: Cast, shop: Customer) -> None:
    made = form(
        cast, shop, name="周\u202e丽\u2066\x07", position="店\u200f长", note="一\u2067行\n二\x0b行 \U0001f4f1"
    )
    assert made.is_valid(), made.errors
    assert (made.cleaned_data["name"], made.cleaned_data["position"]) == ("周丽", "店长")
    assert made.cleaned_data["note"].startswith("一行\n") and "\U0001f4f1" in made.cleaned_data["note"]
    assert form(cast, shop, name="\u202e\x07 ").errors.keys() == {"name"}
    for name, value in (
        ("phone", "电话'; DROP--"),
        ("phone", "1380000777"),
        ("wechat", "<b>"),
        ("email", "a@b@c"),
    ):
        assert form(cast, shop, **{name: value}).errors.keys() == {name}, (name, value)


def test_a_customer_out_of_reach_is_none(cast: Cast, client_of: ClientOf) -> None:
    hidden = make_customer(cast, owner=cast.other_rep, name="别人的店")
    answer = client_of(cast.rep).post(reverse("contacts:new"), {"name": "周丽", "customer": hidden.code})
    assert answer.status_code == 422 and "别人的店" not in answer.content.decode()
    assert not Contact.objects.exists()


def test_the_api_names_the_field(cast: Cast, client_of: ClientOf, shop: Customer) -> None:
    bearer = {"authorization": f"Bearer {issue_api_token(cast.rep, by=cast.rep)}"}

    def call(body: Any) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return client_of(None).generic(
            "POST", "/api/contacts", text, content_type="application/json", headers=bearer
        )

    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()
    for name, value in (
        ("name", "长" * 61),
        ("birthday", tomorrow),
        ("phone", "x"),
        ("email", "@"),
        ("name", "\u202e"),
    ):
        answer = call({"name": "周丽", "customer": shop.pk, name: value})
        assert answer.status_code == 422 and name in answer.content.decode(), (name, answer.content)
    assert call("{").status_code in {400, 422} and call([]).status_code == 422
    assert not Contact.objects.exists()


def test_bad_rows_of_a_list_are_named_and_the_others_come_in(cast: Cast, shop: Customer) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()
    text = (
        "姓名,客户,手机,生日\n"
        f"来日,{shop.code},,{tomorrow}\n"
        f"{'长' * 61},{shop.code},,\n"
        "无此店,C-999999,,\n"
        f"周\u202e丽\x07,{shop.code},13800007788,农历八月十五\n"
    )
    batch = importing.take_file("contacts", [text.encode()], "people.csv", by=cast.manager)
    importing.match(batch, batch.columns, {"existing": "fill", "customer": ""}, by=cast.manager)
    importing.start(batch, by=cast.manager)
    batch = ImportBatch.objects.select_related("by").get(pk=batch.pk)
    while not engine.advance(batch, seconds=60):
        pass
    bad = ImportRow.objects.filter(batch=batch).exclude(messages=[])
    assert {row.number for row in bad} >= {2, 3, 4}
    assert [one.name for one in Contact.objects.all()] == ["周丽"]


def test_what_looks_like_a_formula_leaves_as_text(cast: Cast, client_of: ClientOf, shop: Customer) -> None:
    for number, lead in enumerate("=+-@"):
        make_contact(
            cast, shop, name=f"{lead}cmd|' /C calc'!A0", phone=f"1380000778{number}", note=f"{lead}1+1"
        )
    answer = client_of(cast.manager).get(reverse("contacts:export"), {"format": "csv"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()[1:]
    cells = [cell.strip('"') for line in lines for cell in line.split(",")]
    assert len(lines) == 4 and not [cell for cell in cells if cell[:1] in set("=+-@\t")]
