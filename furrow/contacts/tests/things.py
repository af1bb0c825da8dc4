"""A contact of the rep with an answer, a consent, a link and a certificate, for tests/addresses.py."""

from __future__ import annotations

from django.utils import timezone

from furrow.contacts import answers, services
from furrow.contacts.catalogue import questions
from furrow.contacts.models import ContactLink, Erasure, ErasureGround
from furrow.customers.services import create_customer
from furrow.records.importing.services import take_file
from furrow.records.models import SavedView
from tests.cast import Cast

FILE = "姓名,客户,电话\n王敏,江岸通讯,13800002222\n".encode()


def things(cast: Cast) -> dict[str, object]:
    customer = create_customer(by=cast.director, name="江岸通讯", owner=cast.rep)
    contact = services.create_contact(
        by=cast.rep,
        customer=customer,
        name="周丽",
        phone="13800007788",
        wechat="zhouli88",
        birth_calendar="lunar",
        birth_month=8,
        birth_day=15,
    )
    known = questions()
    answers.switch_on(known["health"], purpose="用餐时照顾对方的饮食", by=cast.administrator)
    consent = answers.record_consent(
        contact,
        [known["health"]],
        way="paper",
        wording="同意贵公司保存",
        evidence="档案 7 号",
        given_on=timezone.localdate(),
        by=cast.rep,
    )[0]
    answers.answer_question(contact, known["health"], "对花生过敏", by=cast.rep)
    answers.answer_question(contact, known["key_problems"], "库存积压", by=cast.rep)
    erasure = Erasure.objects.create(
        number="E-20261101-ABCDEF",
        by=cast.manager,
        ground=ErasureGround.REQUEST,
        counts={"contact": 3},
        digest="0" * 64,
    )
    return {
        "contacts:pk": contact,
        "contacts:customer_id": customer,
        "contacts:link_id": ContactLink.objects.get(contact=contact),
        "contacts:consent_id": consent,
        "contacts:erasure_id": erasure,
        "contacts:code": "health",
        "question_code": "key_problems",
        "contacts:view_id": SavedView.objects.create(
            record="contacts", name="Mine", owner=cast.rep, query=""
        ),
        "contacts:batch_id": take_file("contacts", [FILE], "people.csv", by=cast.manager),
    }
