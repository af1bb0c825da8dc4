"""Import of bank statements: each incoming line becomes a payment of the customer it most likely comes from, with a proposal what it pays.

The customer is the one named in its own column, else whose name the payer is, else who paid under that name before. A line that was
imported already (same day, amount and reference) is left out. Undo reverses: the books are never deleted from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from furrow.customers.models import Customer
from furrow.customers.search import CUSTOMERS
from furrow.kit.figures import NOTHING, listed, money
from furrow.kit.folding import name_key
from furrow.kit.rows import Among
from furrow.kit.sheets import Cell
from furrow.kit.sheets.dates import parse_date
from furrow.kit.sheets.values import ValueProblem, is_blank, parse_decimal, parse_text, shown
from furrow.receivables import ledger, rules, services
from furrow.receivables.models import Direction, Method, Payment
from furrow.receivables.money import MOST, OURS, rounded
from furrow.receivables.parties import customers_called
from furrow.receivables.words import PROPOSAL, WHY_PROPOSED
from furrow.records.importing.importer import Checked, ImportField, Match, RecordImporter, SourceRow
from furrow.records.importing.models import ImportRow, Outcome
from furrow.team.models import User

SUGGESTED = 20  # searches for payers nobody knows

FIELDS = (
    ImportField("day", gettext_lazy("Date"), ("交易日期", "记账日期", "入账日期", "交易时间", "日期", "date", "booking date", "value date"), required=True, sample="2026-11-26"),
    ImportField("amount", gettext_lazy("Money in"), ("收入金额", "贷方发生额", "贷方金额", "贷方", "收入", "转入金额", "交易金额", "金额", "credit", "money in", "amount", "paid in"), sample="12,340.50"),
    ImportField("out", gettext_lazy("Money out"), ("支出金额", "借方发生额", "借方金额", "借方", "支出", "转出金额", "debit", "money out", "paid out"), sample=""),
    ImportField("payer", gettext_lazy("Payer"), ("对方户名", "对方名称", "对方账户名称", "付款人", "付款人名称", "付款方", "对手户名", "户名", "counterparty", "payer", "payer name"), sample="顺达通讯"),
    ImportField("customer", gettext_lazy("Customer"), ("客户编码", "客户编号", "客户名称", "客户", "customer code", "customer"), hint=gettext_lazy("Name or code"), sample="C-000001"),
    ImportField("reference", gettext_lazy("Reference"), ("交易流水号", "流水号", "凭证号", "交易参考号", "业务编号", "回单编号", "reference", "transaction id"), sample="2026112600017"),
    ImportField("text", pgettext_lazy("ledger", "Text"), ("摘要", "用途", "附言", "备注", "交易附言", "purpose", "memo", "description", "text"), sample="货款 INV-2026-000012"),
    ImportField("currency", gettext_lazy("Currency"), ("币种", "货币", "currency"), sample="CNY"),
)  # fmt: skip


class OptionsForm(forms.Form):
    """Asked once per file."""

    pays = forms.ChoiceField(
        label=gettext_lazy("What the payments pay"),
        choices=[
            (services.PROPOSED, gettext_lazy("As proposed")),
            ("", gettext_lazy("Nothing yet: keep it on account")),
        ],
        required=False,
        initial=services.PROPOSED,
        help_text=PROPOSAL,
    )
    method = forms.ChoiceField(
        label=pgettext_lazy("payment", "Method"), choices=Method.choices, initial=Method.TRANSFER
    )


class BankImporter(RecordImporter):
    """Statements of any bank, csv or xlsx."""

    fields = FIELDS

    def options_form(
        self, user: Any, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> forms.Form:
        return OptionsForm(data, initial=dict(initial or {}))

    def session(self, by: Any, options: Mapping[str, Any], note: str, source: UUID) -> BankSession:
        return BankSession(by, options, note)

    def matches(self, by: Any, ids: Sequence[int]) -> dict[int, Match]:
        rows = Payment.objects.visible_to(by).filter(pk__in=ids).select_related("customer")
        return {
            row.pk: Match(
                f"{row.number} {row.customer}", money(row.amount), reverse("payments:page", args=[row.pk])
            )
            for row in rows
        }


@dataclass(slots=True)
class _Line:
    """A bank line as read."""

    day: date | None = None
    amount: Decimal | None = None
    is_out: bool = False


def _text(cells: Mapping[str, Cell], name: str, length: int) -> str:
    cell = cells.get(name)
    return "" if cell is None else " ".join(parse_text(shown(cell)[:400]).split())[:length]


class BankSession:
    """One file's import, see records.importing.importer.Session."""

    def __init__(self, by: User, options: Mapping[str, Any], note: str) -> None:
        self.by, self.note = by, note
        self.pays = str(options.get("pays", services.PROPOSED))
        self.method = str(options.get("method") or Method.TRANSFER)
        self.seen: dict[tuple[date, Decimal, str, str], int] = {}
        self.open: dict[int, list[rules.OpenItem]] = {}
        self.searched = 0

    def check(self, rows: Sequence[SourceRow]) -> list[Checked]:
        known = self._customers(rows)
        booked = self._booked(rows)
        return [self._outcome(row, known, booked) for row in rows]

    def remember(self, rows: Sequence[SourceRow]) -> None:
        for row in rows:
            line, _problems = _read(row.cells)
            if line.day and line.amount:
                self.seen.setdefault(self._key(row, line), row.number)

    def _key(self, row: SourceRow, line: _Line) -> tuple[date, Decimal, str, str]:
        assert line.day is not None and line.amount is not None
        return line.day, line.amount, _text(row.cells, "reference", 80), _text(row.cells, "payer", 120)

    # Who paid -----------------------------------------------------------------------------------

    def _customers(self, rows: Sequence[SourceRow]) -> dict[str, list[Customer]]:
        """Every name or code in the rows -> customers in reach it may mean; a fixed number of queries."""
        texts = {_text(row.cells, name, 170) for row in rows for name in ("payer", "customer")}
        found = customers_called(self.by, texts)
        unknown = texts - found.keys() - {""}
        if unknown:
            paid = Payment.objects.visible_to(self.by).filter(Among(F("payer"), unknown), reversed_at=None)
            before: dict[str, set[int]] = {}
            for text, pk in paid.values_list("payer", "customer_id").distinct():
                before.setdefault(text, set()).add(pk)
            known = Customer.objects.visible_to(self.by).in_bulk(set().union(*before.values()))
            for text, ids in before.items():
                found[text] = [known[pk] for pk in sorted(ids) if pk in known]
        return {text: customers for text, customers in found.items() if customers}

    def _customer(self, cells: Mapping[str, Cell], known: Mapping[str, list[Customer]]) -> tuple[Customer | None, dict[str, Any] | None]:  # fmt: skip
        own, payer = _text(cells, "customer", 170), _text(cells, "payer", 170)
        found = known.get(own or payer, [])
        if len(found) == 1:
            return found[0], None
        problem: dict[str, Any] = {"field": "customer", "value": own or payer, "level": "error"}
        if found:
            return None, problem | {"text": _("Several customers are called so: write the code")}
        if not (own or payer):
            return None, problem | {"text": _("Nobody is named as payer: write the customer's code")}
        problem["text"] = _("No customer of yours is called so: write the code")
        if likely := self._likely(own or payer):
            problem |= {
                "text": _("No customer is called exactly so. Is it “%(name)s”?") % {"name": likely.name},
                "suggestion": f"{likely.code} {likely.name}",
            }
        return None, problem

    def _likely(self, text: str) -> Customer | None:
        if self.searched >= SUGGESTED:
            return None
        self.searched += 1
        reach = Customer.objects.visible_to(self.by)
        ids = CUSTOMERS.match(name_key(text) or text, limit=2, within=reach, slips=True)
        return reach.filter(pk=ids[0]).first() if ids else None

    def _booked(self, rows: Sequence[SourceRow]) -> set[tuple[Any, ...]]:
        """(day, amount, reference) of payments in the books, and (day, amount, "", payer) of those without a reference."""
        references = {_text(row.cells, "reference", 80) for row in rows} - {""}
        bare = [row for row in rows if not _text(row.cells, "reference", 80)]
        payers = {_text(row.cells, "payer", 120) for row in bare}
        days = {line.day for line, _problems in (_read(row.cells) for row in bare) if line.day}
        paid = Payment.objects.filter(direction=Direction.IN, reversed_at=None)
        found: set[tuple[Any, ...]] = set()
        if references:
            found |= set(
                paid.filter(Among(F("reference"), references)).values_list("day", "amount", "reference")
            )
        if days:
            same = paid.filter(Among(F("day"), days), reference="").filter(Among(F("payer"), payers))
            found |= set(same.values_list("day", "amount", "reference", "payer"))
        return found

    # What becomes of a row ------------------------------------------------------------------------

    def _outcome(self, row: SourceRow, known: Mapping[str, list[Customer]], booked: set[tuple[Any, ...]]) -> Checked:  # fmt: skip
        line, problems = _read(row.cells)
        payer, reference = _text(row.cells, "payer", 120), _text(row.cells, "reference", 80)
        title = f"{payer or _text(row.cells, 'customer', 120)} {money(line.amount) if line.amount else ''}".strip()
        checked = Checked(row.number, title[:120] or NOTHING, Outcome.ERROR)
        checked.messages = problems
        if line.is_out and not problems:
            checked.outcome, checked.reason = Outcome.UNCHANGED, ""
            checked.messages = [_info(_("Money that went out: not imported"))]
            return checked
        customer, problem = self._customer(row.cells, known)
        if problem:
            checked.messages = [*problems, problem]
        if customer is None or problems or line.day is None or line.amount is None:
            return checked
        first = self.seen.setdefault(self._key(row, line), row.number)
        if reference and (first != row.number or (line.day, line.amount, reference) in booked):
            checked.outcome = Outcome.UNCHANGED
            checked.messages = [_info(_("This line was imported already"))]
            return checked
        if twice := self._twice(row, line, payer, first, booked):
            checked.messages = [{"field": "reference", "value": "", "text": twice, "level": "error"}]
            return checked
        text = f"{reference} {_text(row.cells, 'text', 300)}"
        checked.outcome = Outcome.CREATED
        checked.messages = [_info(self._proposal(customer, line.amount, text))]
        checked.title = f"{customer.name} {money(line.amount)}"[:120]
        checked.values = {
            "customer": customer, "amount": line.amount, "day": line.day, "payer": payer, "reference": reference,
            "note": _text(row.cells, "text", 300),
        }  # fmt: skip
        return checked

    def _twice(
        self, row: SourceRow, line: _Line, payer: str, first: int, booked: set[tuple[Any, ...]]
    ) -> str:
        """Why a line without a reference may be money counted twice: the same said by a merged cell, or imported before."""
        if _text(row.cells, "reference", 80):
            return ""
        if first != row.number:
            return _("Row %(row)d says the same. A merged cell, or two equal payments? Write a reference to import this one too") % {"row": first}  # fmt: skip
        if (line.day, line.amount, "", payer) in booked:
            return _("A payment of this day, amount and payer is in the books. Write a reference to import this one too")  # fmt: skip
        return ""

    def _proposal(self, customer: Customer, amount: Decimal, text: str) -> str:
        """What the money would pay after the rows before it, in words."""
        if not self.pays:
            return _("Kept on account")
        items = self.open.setdefault(customer.pk, services.open_items(customer.pk))
        proposal = rules.propose(amount, items, text)
        paid = dict(proposal.parts)
        numbers = [item.number for item in items if item.id in paid]
        left = [
            rules.OpenItem(one.id, one.number, one.due, one.open - paid.get(one.id, Decimal(0)))
            for one in items
        ]
        self.open[customer.pk] = [item for item in left if item.open > 0]
        why = str(WHY_PROPOSED[proposal.why])
        return _("%(why)s: %(numbers)s") % {"why": why, "numbers": listed(numbers[:4])} if numbers else why

    def write(self, checked: Sequence[Checked]) -> None:
        ledger.locked_many(row.values["customer"].pk for row in checked)
        for row in checked:
            values = dict(row.values)
            payment = services.record_payment(
                values.pop("customer"),
                values.pop("amount"),
                by=self.by,
                method=self.method,
                pays=self.pays,
                **values,
            )
            row.record_id, row.version = payment.pk, payment.version

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        found = Payment.objects.select_related("customer").in_bulk(
            [row.record_id for row in rows if row.record_id]
        )
        kept: dict[int, str] = {}
        ledger.locked_many(payment.customer_id for payment in found.values())
        for row in rows:
            payment = found.get(row.record_id or 0)
            if payment is None or payment.version != row.version or payment.refunded or payment.reversed_at:
                kept[row.number] = row.title
                continue
            services.reverse_payment(payment, reason=self.note, by=self.by)
        return kept


def _info(text: str) -> dict[str, Any]:
    return {"field": "", "value": "", "text": text, "level": "info"}


def _read(cells: Mapping[str, Cell]) -> tuple[_Line, list[dict[str, Any]]]:
    """Day, amount and direction of a row, and what is wrong with them."""
    line, problems = _Line(), []
    for name, read in (("amount", _read_amount), ("day", _read_day), ("currency", _read_currency)):
        try:
            read(line, cells)
        except (ValueProblem, ValidationError, ArithmeticError) as error:
            said = getattr(error, "message", None) or " ".join(
                getattr(error, "messages", [_("Write how much came in")])
            )
            value = shown(cells.get(name, ""))[:200]
            problems.append({"field": name, "value": value, "text": str(said), "level": "error"})
    return line, problems


def _read_amount(line: _Line, cells: Mapping[str, Cell]) -> None:
    money_in, money_out = (parse_decimal(cells.get(name)) for name in ("amount", "out"))
    line.is_out = (not money_in and bool(money_out)) or bool(money_in and money_in < 0)
    amount = money_in or money_out
    if not amount:
        raise ValueProblem(_("Write how much came in"))
    if abs(amount) > MOST:
        raise ValueProblem(_("At most %(number)s") % {"number": money(MOST)})
    line.amount = rounded(amount)
    if line.amount != amount:
        raise ValueProblem(_("At most two decimals"))


def _read_day(line: _Line, cells: Mapping[str, Cell]) -> None:
    line.day = parse_date(cells.get("day"))
    if line.day is None:
        raise ValueProblem(_("Write the day it was booked"))
    try:
        ledger.check_day(line.day)
    except ValidationError as error:
        raise ValueProblem(" ".join(error.messages)) from error


def _read_currency(line: _Line, cells: Mapping[str, Cell]) -> None:
    currency = cells.get("currency")
    if currency is not None and not is_blank(currency) and shown(currency).strip().upper() not in OURS:
        raise ValueProblem(_("The books are kept in CNY; record this payment by hand at its value in CNY"))
