"""A contact to know things about, and a customer with a sensitive question switched on."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from furrow.contacts import answers, services
from furrow.contacts.catalogue import Question, questions
from furrow.contacts.models import Consent, Contact
from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.team.models import User
from tests.cast import Cast

PURPOSE = "用餐时照顾对方的饮食"


def asked(code: str) -> Question:
    return questions()[code]


def make_customer(cast: Cast, owner: User | None = None, **values: Any) -> Customer:
    return create_customer(by=None, owner=owner or cast.rep, **{"name": "江岸通讯", **values})


def make_contact(cast: Cast, customer: Customer | None = None, **values: Any) -> Contact:
    return services.create_contact(
        by=cast.rep,
        customer=customer or make_customer(cast),
        **{"name": "周丽", "phone": "13800007788", **values},
    )


def agree(contact: Contact, cast: Cast, code: str = "health") -> Consent:
    answers.switch_on(asked(code), purpose=PURPOSE, by=cast.administrator)
    return answers.record_consent(
        contact,
        [asked(code)],
        way="paper",
        wording="同意保存",
        evidence="档案 7 号",
        given_on=timezone.localdate(),
        by=cast.rep,
    )[0]
