"""The contact book: lists of people go by pinyin, on the page, at a customer and on paper."""

from __future__ import annotations

from typing import Any

import pytest

from furrow.contacts import queries, services
from furrow.contacts.models import Contact
from furrow.contacts.tests.people import make_contact, make_customer
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NAMES = ["阿依古丽", "陈明", "万芳", "王敏"]


def test_people_stand_by_pinyin_whatever_they_were_called_first(cast: Cast, client_of: Any) -> None:
    shop = make_customer(cast)
    for name in ("王敏", "万芳", "阿依古丽"):
        make_contact(cast, shop, name=name, phone="")
    renamed = make_contact(cast, shop, name="张明", phone="")
    services.change_contact(renamed, by=cast.rep, name="陈明")
    page = client_of(cast.rep).get("/contacts/").text
    assert sorted(NAMES, key=page.index) == NAMES
    turned = client_of(cast.rep).get("/contacts/?sort=-name_order").text
    assert sorted(NAMES, key=turned.index) == NAMES[::-1]
    assert [person.contact.name for person in queries.people_at(shop, cast.rep)] == NAMES
    paper = queries.book_of(Contact.objects.all(), cast.rep, 10)
    assert [link.contact.name for link in paper] == NAMES
