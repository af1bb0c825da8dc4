"""Export and erasure of one person: nothing forgotten, nothing left, nobody else touched."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from furrow.assessment.models import Assessment, Source
from furrow.attachments import services as files
from furrow.attachments.models import Attachment
from furrow.attachments.tests.things import picture
from furrow.contacts import answers, erasure, services
from furrow.contacts.models import Answer, Contact, ContactLink, Erasure, Reading
from furrow.contacts.tests.people import agree, asked, make_contact, make_customer
from furrow.contacts.tests.walk import traces
from furrow.customers.card.models import CompanyFacts
from furrow.customers.duplicate_models import LikenessKey
from furrow.customers.duplicates import Likeness, keys_of
from furrow.customers.models import Customer
from furrow.customers.services import change_customer
from furrow.customers.tests.keys import keys_out_of_step
from furrow.field.models import FieldCommand
from furrow.kit import jobs
from furrow.kit.audit import Changes
from furrow.kit.models import AuditEntry
from furrow.kit.ordering import name_order
from furrow.leads.models import Lead, LeadKey, Talk
from furrow.leads.tests.leads import enter
from furrow.records.importing import services as importing
from furrow.records.importing.models import ImportBatch
from furrow.records.models import SavedView
from furrow.visits.models import ContactRecord, RecordComment
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NAME, OLD_NAME, PHONE, OLD_PHONE = "欧阳语嫣", "欧阳雨烟", "13912345678", "13887654321"
WECHAT, EMAIL, SECRET = "ouyang_yuyan", "yuyan.ouyang@example.cn", "对青霉素过敏"
IN_ORDER = name_order(NAME)
WORDS = [NAME, IN_ORDER, OLD_NAME, PHONE, "139-1234-5678", OLD_PHONE, WECHAT, EMAIL, SECRET]


def workbook(*rows: tuple[str, ...]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Files of other tests are not this person's."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def person(cast: Cast, client_of: Any) -> Contact:
    """Someone whose traces lie wherever Furrow keeps things."""
    customer = make_customer(
        cast,
        contact_name=NAME,
        phone=f"{PHONE} 027-85550000",
        note=f"对账找{NAME}，139-1234-5678",
        legal_representative=NAME,
    )
    contact = make_contact(
        cast, customer, name=OLD_NAME, phone=OLD_PHONE, wechat=WECHAT, email=EMAIL, note="老客户"
    )
    contact = services.change_contact(contact, by=cast.rep, name=NAME, phone=PHONE)
    change_customer(customer, by=cast.rep, note=f"找{NAME}结算，电话 {PHONE}")
    agree(contact, cast)
    answers.answer_question(contact, asked("health"), SECRET, by=cast.rep)
    answers.answer_question(contact, asked("key_problems"), f"{NAME}觉得库存多", by=cast.rep)
    Assessment.objects.create(
        customer=customer,
        source=Source.MANUAL,
        grade="A",
        evidence=f"{NAME}说明年扩店",
        by=cast.rep,
        batch=uuid4(),
    )
    SavedView.objects.create(
        record="contacts", name="找人", query="q=%E6%AC%A7%E9%98%B3%E8%AF%AD%E5%AB%A3", owner=cast.rep
    )
    SavedView.objects.create(record="customers", name="电话", query=f"q={PHONE}", owner=cast.rep)
    job = jobs.start("records.import", by=cast.rep, params={"who": PHONE})
    job.message = f"第 3 行：{EMAIL}"
    job.save()
    batch = importing.take_file(
        "contacts",
        [f"姓名,客户,手机\n{NAME},{customer.code},{PHONE}\n".encode("gb18030")],
        f"{NAME}.csv",
        by=cast.manager,
    )
    importing.match(
        batch, batch.columns, {"existing": "overwrite", "customer": ""}, by=cast.manager, at_once=True
    )
    batch.refresh_from_db()
    importing.start(batch, by=cast.manager, at_once=True)
    importing.take_file(
        "customers",
        [workbook(("客户名称", "联系人", "电话"), ("新店", "店主", PHONE))],
        "shops.xlsx",
        by=cast.manager,
    )
    _said_elsewhere(cast, customer, contact)
    client = client_of(cast.manager)
    client.post(reverse("contacts:delete", args=[contact.pk]))  # its message waits in the session
    services.restore_contact(contact, by=cast.manager)
    return Contact.objects.get(pk=contact.pk)


def _said_elsewhere(cast: Cast, customer: Customer, contact: Contact) -> None:
    """In rooms above, in rows that lead to the customer only through another row, and in files."""
    lead = enter(cast.rep, "江岸通讯二店", contact_name=NAME, phone=PHONE, situation=f"{NAME}介绍")
    Lead.objects.filter(pk=lead.pk).update(customer=customer)
    now = timezone.now()
    Talk.objects.create(lead=lead, method="phone", at=now, present=f"{NAME}、店员", next_step="寄样品")
    visit = ContactRecord.objects.create(customer=customer, by=cast.rep, started_at=now, people=NAME)
    RecordComment.objects.create(record=visit, by=cast.manager, text=f"下次带{NAME}看样品")
    said = {"customer": customer.pk, "people": NAME}
    FieldCommand.objects.create(
        client_id=uuid4(), by=cast.rep, name="visit.end", payload=said, outcome="accepted"
    )
    files.add_file("contacts", contact.pk, picture(), "名片.jpg", by=cast.rep)
    files.add_file("customers", customer.pk, picture(61), f"与{NAME}合影.jpg", by=cast.rep)
    files.add_file("customers", customer.pk, picture(62), "开业.jpg", by=cast.rep)
    files.add_file("visits", visit.pk, picture(63), "门头.jpg", by=cast.rep)
    body = f"<w:p><w:t>{NAME[:2]}</w:t><w:t>{NAME[2:]}签字</w:t></w:p>".encode()
    packed = workbook_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": body})
    files.add_file("customers", customer.pk, packed, "合同.docx", by=cast.rep)
    files.add_file("leads", lead.pk, io.BytesIO(f"手机 {PHONE}".encode("gb18030")), "记录.txt", by=cast.rep)


def workbook_of(members: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out


def test_the_fixture_leaves_traces_everywhere(person: Contact) -> None:
    """Else the next test could not fail."""
    places = {hit.split(":")[0] for hit in traces(WORDS)}
    assert {"contacts_contact.name", "contacts_contact.name_order", "contacts_contact.phone", "customers_customer.note", "customers_customer.contact_name",
            "customers_customer.legal_representative", "kit_auditentry.changes", "kit_job.params", "kit_job.message",
            "assessment_assessment.evidence", "records_savedview.query", "django_session.session_data", "leads_lead.contact_name",
            "leads_talk.present", "visits_contactrecord.people", "visits_recordcomment.text", "field_fieldcommand.payload",
            "attachments_attachment.name"} <= places  # fmt: skip
    assert any(not place.count(".") for place in places), "no kept file holds the person"
    assert any(place.startswith("contacts_search") for place in places)
    assert any(place.startswith("leads_search") for place in places)


def test_erasing_leaves_no_trace_and_a_certificate(
    cast: Cast, person: Contact, django_capture_on_commit_callbacks: Any
) -> None:
    customer = ContactLink.objects.get(contact=person).customer
    shown = Attachment.objects.get(name="开业.jpg")
    with django_capture_on_commit_callbacks() as afterwards:
        made = erasure.erase_person(
            person, ground="request", by=cast.manager, looked_at=all_files(), showing=[shown.pk]
        )
    for act in afterwards:
        if act is not erasure._empty_log:  # the test's own transaction is still open
            act()
    assert traces(WORDS) == []
    assert Attachment.objects.get().name == "门头.jpg"
    assert [made.counts[name] for name in ("files", "phone", "picked", "looked_at")] == [4, 1, 1, 1]
    assert "not_seen" not in made.counts
    assert not LikenessKey.objects.filter(key__in=keys_of(Likeness("", (PHONE,)))).exists()
    assert keys_out_of_step() == set()
    assert not LeadKey.objects.filter(key__in=keys_of(Likeness("", (PHONE,)))).exists()
    assert (
        not Contact.objects.filter(pk=person.pk).exists()
        and not Answer.objects.exists()
        and not Reading.objects.exists()
    )
    customer.refresh_from_db()
    assert (customer.contact_name, customer.legal_representative) == ("", "")
    assert "85550000" in customer.phone, "the number of the shop is not the person's"
    assert "结算" in customer.note
    assert made.digest == erasure.digest_of(Erasure.objects.get(pk=made.pk))
    assert made.counts["contact"] >= 5 and made.counts["imports"] == 2 and made.counts["sessions"] == 1
    told = json.dumps(made.counts) + made.number
    assert not any(word in told for word in WORDS)


def test_the_index_keeps_no_pieces_of_the_person(cast: Cast, person: Contact) -> None:
    """Name pairs and the number backwards are what the search tables hold; the shadow tables are searched as bytes."""
    other = make_contact(cast, name="何建国", phone="13800001111")
    erasure.erase_person(person, ground="request", by=cast.manager, looked_at=all_files())
    pieces = ["语嫣", "雨烟", PHONE[::-1], OLD_PHONE[::-1], "ouyangyu"]
    assert [hit for hit in traces(pieces) if "search" in hit] == []
    from furrow.contacts.search import CONTACTS

    assert CONTACTS.match("何建国", limit=5) == [other.pk]


def all_files() -> list[int]:
    return list(Attachment.objects.values_list("pk", flat=True))


def listed(page: Any) -> str:
    """Which files the page showed, as it sends it back."""
    found = re.search(r'name="listed" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_pictures_nobody_can_search_are_looked_through_first(
    cast: Cast, person: Contact, client_of: Any
) -> None:
    """The page lists those in reach, and takes no erasure before they were looked at; what was ticked goes with the person. A file that
    came after the page was opened was not looked at, whatever is ticked."""
    late = Attachment.objects.get(name="开业.jpg")
    files.delete_file(late, by=cast.manager)
    with pytest.raises(erasure.NotLookedThrough):
        erasure.erase_person(person, ground="request", by=cast.manager)
    client, address = client_of(cast.manager), reverse("contacts:erase", args=[person.pk])
    page = client.get(address)
    assert "门头.jpg" in page.text and "开业.jpg" not in page.text and "合影" not in page.text
    sent = {"name": NAME, "ground": "request", "showing": [Attachment.objects.get(name="门头.jpg").pk]}
    sent |= {"listed": listed(page)}
    ticked = {"looked_through": "on"}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | ticked | {"showing": "x"}).status_code == 422
    assert client.post(address, sent | ticked | {"listed": "made:up"}).status_code == 422
    files.restore_file(late, by=cast.manager)
    refused = client.post(address, sent | ticked)
    assert refused.status_code == 422 and "1 file was not on the page you confirmed" in refused.text
    assert refused.text.index("开业.jpg") < refused.text.index("门头.jpg")
    assert not re.search(r'name="looked_through"[^>]*checked', refused.text)
    assert Contact.objects.filter(pk=person.pk).exists() and Attachment.objects.count() > 2
    done = client.post(address, sent | ticked | {"listed": listed(refused)})
    assert "looked through by hand" in client.get(done["Location"]).text
    assert [row.name for row in Attachment.objects.all()] == ["开业.jpg"]


def test_colleagues_with_the_same_name_or_a_shared_number_are_left_alone(cast: Cast) -> None:
    shared = "13700001111"
    one = make_contact(cast, make_customer(cast, name="甲店"), name="王敏", phone=shared)
    other_shop = make_customer(cast, name="乙店", contact_name="王敏", note="王敏在二楼")
    other = make_contact(cast, other_shop, name="王敏", phone=shared)
    erasure.erase_person(one, ground="purpose", by=cast.manager)
    other.refresh_from_db()
    other_shop.refresh_from_db()
    assert (other.name, other.phone) == ("王敏", shared)
    assert (other_shop.contact_name, other_shop.note) == ("王敏", "王敏在二楼")


def test_a_name_taken_out_of_a_colleagues_row_leaves_its_key_of_order_too(cast: Cast) -> None:
    """The row says the number, so it is about the person; the sweep does not find the name in the key, which is worked out anew."""
    one = make_contact(cast, name=NAME, phone=PHONE)
    mate = make_contact(cast, name=f"{NAME}的助理", phone="13700001111", note=f"急事打 {PHONE}")
    erasure.erase_person(one, ground="request", by=cast.manager)
    mate.refresh_from_db()
    assert (mate.name, mate.name_order) == ("＊＊＊的助理", name_order("＊＊＊的助理"))
    assert traces([NAME, IN_ORDER, PHONE]) == []


def test_a_number_taken_out_of_a_company_leaves_no_key(cast: Cast) -> None:
    customer = make_customer(cast)
    contact = make_contact(cast, customer, name=NAME, phone=PHONE)

    def registered(row: Customer) -> Changes:
        CompanyFacts.objects.create(customer=row, registration_number=PHONE)
        return {"company.registration_number": ["", PHONE]}

    change_customer(customer, by=None, also=registered)
    assert keys_out_of_step() == set()
    with CaptureQueriesContext(connection) as asked_for:
        erasure.erase_person(contact, ground="request", by=cast.manager)
    if connection.vendor == "postgresql":
        said = [query["sql"] for query in asked_for]
        locked = [n for n, sql in enumerate(said) if '"customers_customer"' in sql and "FOR UPDATE" in sql]
        written = [n for n, sql in enumerate(said) if sql.startswith('UPDATE "customers_companyfacts"')]
        assert locked[0] < written[0]
    assert PHONE not in CompanyFacts.objects.get().registration_number
    assert keys_out_of_step() == set()


def test_only_who_leads_may_export_or_erase_and_only_once(cast: Cast, client_of: Any) -> None:
    contact = make_contact(cast)
    for who in (cast.rep, cast.clerk, cast.finance, cast.read_only):
        with pytest.raises(PermissionDenied):
            erasure.erase_person(contact, ground="request", by=who)
        with pytest.raises(PermissionDenied):
            erasure.export_person(contact, by=who)
    assert (
        client_of(cast.other_manager)
        .post(reverse("contacts:erase", args=[contact.pk]), {"name": "周丽", "ground": "request"})
        .status_code
        == 404
    )
    wrong = client_of(cast.manager).post(
        reverse("contacts:erase", args=[contact.pk]), {"name": "周莉", "ground": "request"}
    )
    assert wrong.status_code == 422 and Contact.objects.filter(pk=contact.pk).exists()
    right = client_of(cast.manager).post(
        reverse("contacts:erase", args=[contact.pk]), {"name": "周丽", "ground": "request"}
    )
    assert right.status_code == 302 and "erasures" in right["Location"]
    with pytest.raises(ValidationError):
        erasure.erase_person(contact, ground="request", by=cast.manager)
    entry = AuditEntry.objects.get(action="erase_person")
    assert entry.by == cast.manager and "周丽" not in json.dumps(
        [entry.changes, entry.note], ensure_ascii=False
    )


def test_a_softly_deleted_contact_can_be_erased(cast: Cast) -> None:
    contact = make_contact(cast)
    services.delete_contact(contact, by=cast.manager)
    erasure.erase_person(Contact.objects.get(pk=contact.pk), ground="request", by=cast.manager)
    assert traces(["13800007788"]) == []


def test_everything_held_is_handed_out_and_logged(cast: Cast, person: Contact, client_of: Any) -> None:
    answer = client_of(cast.manager).post(
        reverse("contacts:personal_data", args=[person.pk]), {"format": "json"}
    )
    told = answer.content.decode()
    assert answer["Content-Type"].startswith("application/json")
    assert all(
        word in told
        for word in (NAME, OLD_NAME, PHONE, OLD_PHONE, WECHAT, EMAIL, SECRET, "档案 7 号", "说明年扩店")
    )
    data = json.loads(told)
    assert {
        "contact",
        "customers",
        "answers",
        "consents",
        "readings",
        "history",
        "texts",
        "imports",
    } <= data.keys()
    assert Reading.objects.filter(contact=person, way="export", sensitive=True, by=cast.manager).count() == 1
    page = client_of(cast.manager).post(
        reverse("contacts:personal_data", args=[person.pk]), {"format": "page"}
    )
    assert SECRET in page.content.decode()


def test_locked_answers_are_named_but_not_opened_in_the_export(cast: Cast, person: Contact) -> None:
    answers.withdraw_consent(person.consents.get(), erase=False, by=cast.rep)
    told = json.dumps(erasure.export_person(person, by=cast.manager), ensure_ascii=False)
    assert SECRET not in told and "Locked" in told


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file of SQLite")
@pytest.mark.django_db(transaction=True)
def test_the_database_file_itself_keeps_no_bytes_of_the_person(cast: Cast, tmp_path: Path) -> None:
    """Removed rows stay in free pages unless overwritten: the whole database is copied byte by byte and searched."""
    contact = make_contact(cast, name=NAME, phone=PHONE, wechat=WECHAT, email=EMAIL, note="x" * 900 + WECHAT)
    answers.answer_question(contact, asked("key_problems"), "库存", by=cast.rep)
    assert NAME.encode() in _bytes()
    erasure.erase_person(contact, ground="request", by=cast.manager)
    left = _bytes()
    assert not any(word.encode() in left for word in (NAME, PHONE, WECHAT, EMAIL))
    assert Customer.objects.exists() and not ImportBatch.objects.exists() and settings.MEDIA_ROOT


def _bytes() -> bytes:
    connection.ensure_connection()
    return bytes(connection.connection.serialize())
