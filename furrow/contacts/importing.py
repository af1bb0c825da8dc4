"""Lists of contacts: columns with the words they go by, and what becomes of each row (records.importing.importer)."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from furrow.contacts import birthdays, services
from furrow.contacts.forms import birth_values
from furrow.contacts.models import Contact, ContactLink, ContactRole
from furrow.contacts.rules import phone_key
from furrow.contacts.vcards import Card
from furrow.customers.models import Customer
from furrow.customers.queries import customer_called
from furrow.kit import audit
from furrow.kit.figures import listed
from furrow.kit.folding import fold
from furrow.kit.sheets import Cell
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem, choice_table, parse_text, shown
from furrow.records.importing.importer import Checked, ImportField, Match, RecordImporter, SourceRow
from furrow.records.importing.models import Decision, ImportRow, Outcome
from furrow.team.access import sees_all
from furrow.team.models import User

FILL, OVERWRITE, SKIP = "fill", "overwrite", "skip"
FIELDS = (
    ImportField("name", pgettext_lazy("person", "Name"), ("姓名", "联系人", "联系人姓名", "名字", "contact", "contact name", "full name", "name"), required=True, sample="王敏"),
    ImportField("customer", gettext_lazy("Customer"), (
        "客户", "客户名称", "客户编码", "单位", "公司", "公司名称", "门店", "单位名称", "customer", "customer code", "customer name", "company", "organization",
    ), hint=gettext_lazy("Code or name of an existing customer"), sample="WH-0001"),
    ImportField("position", pgettext_lazy("job", "Position"), ("职务", "岗位", "职位", "头衔", "position", "title", "job title"), sample="店长"),
    ImportField("role", pgettext_lazy("contact", "Role"), ("角色", "联系人类型", "分工", "role", "contact role"), sample="业务"),
    ImportField("phone", gettext_lazy("Phone"), ("电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "phone", "mobile", "telephone", "tel"), sample="13800001234"),
    ImportField("wechat", gettext_lazy("WeChat"), ("微信", "微信号", "wechat", "wechat id", "weixin"), sample="wangmin88"),
    ImportField("email", gettext_lazy("E-mail"), ("邮箱", "电子邮箱", "邮件", "电子邮件", "email", "e-mail", "mail"), sample="wangmin@example.com"),
    ImportField("best_time", gettext_lazy("Best time to reach"), ("方便联系的时间", "联系时间", "方便时间", "best time", "best time to reach"), sample="工作日下午"),
    ImportField("birthday", gettext_lazy("Birthday"), ("生日", "出生日期", "出生年月日", "农历生日", "birthday", "birth date", "date of birth"), sample="农历八月十五"),
    ImportField("note", gettext_lazy("Note"), ("备注", "说明", "note", "notes", "remark", "remarks")),
)  # fmt: skip
_TEXTS = {"position": 60, "best_time": 100, "wechat": 40, "note": 1000}
_ROLE_WORDS = {
    "head": "负责人 老板 店主 总经理 经理 owner boss", "business": "业务 业务联系人 采购业务 sales", "settlement": "结算 财务 会计 对账 finance accounting",
    "purchasing": "采购 采购员 buyer", "warehouse": "仓库 收货 库管 receiving", "shop": "店长 店员 导购 营业员 staff", "other": "其他 其它",
}  # fmt: skip


def cards_as_csv(cards: Iterable[Card]) -> bytes:
    """vCards as a list with our own column names, so that they go through the same import as every list."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = ("name", "customer", "position", "phone", "wechat", "email", "birthday", "note")
    labels = {known.name: str(known.label) for known in FIELDS}
    writer.writerow([labels[name] for name in names])
    for card in cards:
        phones = " ".join(number.replace(" ", "") for number in card.phones)
        writer.writerow(
            [
                card.name,
                card.organization,
                card.position,
                phones,
                card.wechat,
                card.email,
                card.birthday,
                " ".join(card.note.split()),
            ]
        )
    return text.getvalue().encode("utf-8-sig")


class OptionsForm(forms.Form):
    """Asked once per file."""

    existing = forms.ChoiceField(
        label=gettext_lazy("Contacts that exist already"),
        choices=[
            (FILL, gettext_lazy("Fill in what is empty")),
            (OVERWRITE, gettext_lazy("Take the values of the list")),
            (SKIP, gettext_lazy("Leave as they are")),
        ],
        help_text=gettext_lazy("Empty cells never empty a field"),
        initial=FILL,
    )
    customer = forms.CharField(
        label=gettext_lazy("Customer of rows that name none"),
        required=False,
        max_length=170,
        help_text=gettext_lazy("Code or exact name"),
    )

    def __init__(self, user: User, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.user = user

    def clean_customer(self) -> str:
        text = str(self.cleaned_data["customer"]).strip()
        if not text:
            return ""
        found = customer_called(Customer.objects.visible_to(self.user), text)
        if found is None:
            raise forms.ValidationError(_("No such customer. Write its code or exact name."))
        return found.code


class ContactSession:
    """One file's import of contacts, see records.importing.importer.Session."""

    def __init__(self, by: User, options: Mapping[str, Any], note: str) -> None:
        self.by, self.note = by, note
        self.existing = str(options.get("existing") or FILL)
        self.default_customer = str(options.get("customer") or "")
        self.roles = {fold(word): code for code, words in _ROLE_WORDS.items() for word in words.split()}
        self.roles |= choice_table(ContactRole.choices)
        self.customer = lru_cache(maxsize=5000)(self._customer)
        self.seen: dict[tuple[str, str, int | None], int] = {}

    def _customer(self, text: str) -> Customer | None:
        return customer_called(Customer.objects.visible_to(self.by), text)

    # Checking -----------------------------------------------------------------------------------

    def check(self, rows: Sequence[SourceRow]) -> list[Checked]:
        read = [self._read(row) for row in rows]
        known = self._known(read)
        return [self._outcome(row, checked, known) for row, checked in zip(rows, read, strict=True)]

    def remember(self, rows: Sequence[SourceRow]) -> None:
        for row in rows:
            checked = self._read(row)
            if checked.outcome != Outcome.ERROR:
                self.seen.setdefault(self._key(checked), row.number)

    def _read(self, row: SourceRow) -> Checked:
        checked = Checked(row.number, "", Outcome.CREATED)
        values = checked.values
        for name, limit in _TEXTS.items():
            self._take(checked, row, name, lambda cell, limit=limit: parse_text(cell, max_length=limit))
        self._take(checked, row, "name", lambda cell: parse_text(cell, max_length=60))
        self._take(checked, row, "phone", lambda cell: " ".join(parse_phones(cell))[:100])
        self._take(checked, row, "email", _email)
        checked.title = values.get("name", "")
        if not checked.title and not checked.messages:
            _say(checked, "name", "", _("The name is missing. Fill it in."))
        if "birthday" in row.cells:
            self._birthday(checked, row.cells["birthday"])
        if "role" in row.cells:
            self._role(checked, row.cells["role"])
        self._belongs(checked, row.cells.get("customer"))
        return checked

    @staticmethod
    def _take(checked: Checked, row: SourceRow, name: str, parse: Any) -> None:
        if name not in row.cells:
            return
        try:
            value = parse(row.cells[name])
        except ValueProblem as problem:
            _say(checked, name, row.cells[name], problem.message)
        else:
            if value:
                checked.values[name] = value

    @staticmethod
    def _birthday(checked: Checked, cell: Cell) -> None:
        try:
            birthday = birthdays.parse(shown(cell))
            if birthday is not None:
                birthday.check(timezone.localdate())
                checked.values |= birth_values(birthday)
        except birthdays.NoBirthday as problem:
            _say(checked, "birthday", cell, str(problem))

    def _role(self, checked: Checked, cell: Cell) -> None:
        code = self.roles.get(fold(shown(cell)))
        if code:
            checked.values["role"] = code
        else:
            labels = listed(ContactRole.labels)
            _say(
                checked,
                "role",
                cell,
                _("Left empty: this is none of %(choices)s") % {"choices": labels},
                error=False,
            )

    def _belongs(self, checked: Checked, cell: Cell | None) -> None:
        text = shown(cell).strip() if cell is not None else ""
        found = self.customer(text) if text else None
        if found is None and self.default_customer:
            found = self.customer(self.default_customer)
        if found is not None:
            checked.values["customer_id"] = found.pk
        elif text:
            _say(
                checked,
                "customer",
                cell,
                _(
                    "No customer in your reach has this code or name. Correct it, or choose one for the whole file."
                ),
            )
        elif not sees_all(self.by):
            _say(checked, "customer", "", _("Name the customer the contact belongs to"))

    def _key(self, checked: Checked) -> tuple[str, str, int | None]:
        return (
            fold(checked.title),
            phone_key(checked.values.get("phone", "")),
            checked.values.get("customer_id"),
        )

    def _known(self, read: Sequence[Checked]) -> dict[str, list[Contact]]:
        """Contacts in reach by phone key (p…) and, for the customers of these rows, by name and customer (n…)."""
        sound = [row for row in read if row.outcome != Outcome.ERROR]
        phones = {phone_key(row.values.get("phone", "")) for row in sound} - {""}
        customers = {row.values["customer_id"] for row in sound if "customer_id" in row.values}
        found: dict[str, list[Contact]] = defaultdict(list)
        reach = Contact.objects.visible_to(self.by)
        for contact in reach.filter(phone_key__in=phones).order_by("pk"):
            found[f"p{contact.phone_key}"].append(contact)
        links = (
            ContactLink.objects.visible_to(self.by).filter(customer__in=customers).select_related("contact")
        )
        for link in links.order_by("pk"):
            found[f"n{link.customer_id} {fold(link.contact.name)}"].append(link.contact)
        return found

    def _outcome(self, row: SourceRow, checked: Checked, known: Mapping[str, list[Contact]]) -> Checked:
        if checked.outcome == Outcome.ERROR:
            checked.values = {}
            return checked
        first = self.seen.setdefault(self._key(checked), row.number)
        name, phone, customer = self._key(checked)
        same_phone = known.get(f"p{phone}", []) if phone else []
        same_name = known.get(f"n{customer} {name}", [])
        sure = next((one for one in same_phone if fold(one.name) == name), None)
        if sure is None and same_name and not (phone and same_name[0].phone_key):
            sure = same_name[0]
        likely = sure or next(iter([*same_phone, *same_name]), None)
        known_as = likely if row.decision == Decision.UPDATE else sure
        if row.decision == Decision.SKIP:
            checked.outcome, checked.reason = Outcome.UNCHANGED, "skipped"
        elif row.decision == Decision.CREATE:
            pass
        elif known_as is not None:
            self._update(checked, known_as, "phone" if same_phone else "name")
        elif first != row.number:
            checked.outcome, checked.matched_row, checked.reason = Outcome.DUPLICATE, first, "row"
        elif likely is not None:
            checked.outcome, checked.matched_id = Outcome.DUPLICATE, likely.pk
            checked.reason = "phone" if same_phone else "name"
        return checked

    def _update(self, checked: Checked, contact: Contact, why: str) -> None:
        link_to = checked.values.get("customer_id")
        linked = link_to is None or ContactLink.objects.filter(contact=contact, customer=link_to).exists()
        values = {name: value for name, value in checked.values.items() if name in services.FIELDS}
        new = {name: value for name, value in values.items() if getattr(contact, name) != value}
        if self.existing == SKIP:
            new = {}
        elif self.existing == FILL:
            new = {name: value for name, value in new.items() if getattr(contact, name) in ("", None)}
            if contact.birthday is not None:
                new = {name: value for name, value in new.items() if not name.startswith("birth_")}
            elif "birth_month" in values:
                new |= {name: value for name, value in values.items() if name.startswith("birth_")}
        kept = (
            {}
            if linked or self.existing == SKIP
            else {"customer_id": link_to, "role": checked.values.get("role")}
        )
        checked.current, checked.record_id, checked.reason = contact, contact.pk, why
        checked.values = new | kept
        checked.outcome = Outcome.UPDATED if checked.values else Outcome.UNCHANGED

    # Writing ------------------------------------------------------------------------------------

    def write(self, checked: Sequence[Checked]) -> None:
        for row in checked:
            values = {name: value for name, value in row.values.items() if name in services.FIELDS}
            customer_id, role = row.values.get("customer_id"), row.values.get("role") or ContactRole.BUSINESS
            customer = Customer.objects.get(pk=customer_id) if customer_id else None
            if row.current is None:
                made = services.create_contact(by=self.by, customer=customer, role=role, **values)
                row.record_id, row.version = made.pk, made.version
                continue
            row.before = {name: audit.plain(getattr(row.current, name)) for name in values}
            changed = services.change_contact(row.current, by=self.by, **values)
            if customer is not None:
                services.link_customer(changed, customer, by=self.by, role=role)
                row.before["customer_id"] = customer.pk
            row.record_id, row.version = changed.pk, changed.version

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        kept: dict[int, str] = {}
        for row in rows:
            contact = Contact.objects.alive().filter(pk=row.record_id or 0).first()
            if contact is None or contact.version != row.version:
                kept[row.number] = contact.name if contact else row.title
            elif row.before is None:
                services.delete_contact(contact, by=self.by)
            else:
                before = dict(row.before)
                link = ContactLink.objects.filter(
                    contact=contact, customer=before.pop("customer_id", None)
                ).first()
                if link is not None:
                    services.unlink_customer(link, by=self.by)
                services.change_contact(contact, by=self.by, **before)
        return kept


def _email(cell: Cell) -> str:
    text = parse_text(cell, max_length=120, narrow=True)
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValueProblem(_("“%(value)s” is not an e-mail address") % {"value": text[:40]}) from error
    return text


def _say(checked: Checked, name: str, cell: Cell | None, text: str, *, error: bool = True) -> None:
    level = "error" if error else "warning"
    checked.messages.append(
        {"field": name, "value": shown(cell)[:200] if cell is not None else "", "text": text, "level": level}
    )
    if error:
        checked.outcome = Outcome.ERROR


class ContactImporter(RecordImporter):
    """Lists of contacts, and vCards turned into one."""

    fields = FIELDS
    reasons = {
        "phone": gettext_lazy("same phone"),
        "name": gettext_lazy("same name at the same customer"),
        "row": gettext_lazy("same person in an earlier row"),
        "skipped": gettext_lazy("skipped"),
    }

    def options_form(
        self, user: Any, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> forms.Form:
        return OptionsForm(user, data, initial)

    def session(self, by: Any, options: Mapping[str, Any], note: str, source: UUID) -> ContactSession:
        return ContactSession(by, options, note)

    def matches(self, by: Any, ids: Sequence[int]) -> dict[int, Match]:
        found: Iterable[Any] = Contact.objects.visible_to(by).filter(pk__in=ids).with_customer(by)
        return {
            contact.pk: Match(
                contact.name,
                " ".join(text for text in (contact.customer_name, contact.phone) if text),
                reverse("contacts:page", args=[contact.pk]),
            )
            for contact in found
        }
