"""The journal as a workbook for accounting programs (docs/en/receivables.md, “Layout for accounting”): one row per side of each entry,
debit = credit for every document, so that Kingdee 金蝶 and Yonyou 用友 take it through their voucher import."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from furrow.kit import audit
from furrow.kit.sheets import Column, write_xlsx
from furrow.receivables.models import EntryKind, LedgerEntry
from furrow.receivables.money import CURRENCY, NOTHING
from furrow.team.models import User

# Subjects of the Chinese chart of accounts 会计科目: code, name.
RECEIVABLE, BANK, SALES, OUTPUT_TAX, BAD_DEBT = (
    ("1122", "应收账款"), ("1002", "银行存款"), ("6001", "主营业务收入"), ("22210106", "应交税费-应交增值税-销项税额"), ("1231", "坏账准备"),
)  # fmt: skip
Side = tuple[tuple[str, str], Decimal]


def sides_of(kind: str, amount: Decimal, net: Decimal, tax: Decimal) -> list[Side]:
    """The sides of one entry, debits above zero, credits below; their sum is always zero."""
    if kind in (EntryKind.INVOICE, EntryKind.CREDIT_NOTE):
        sign = 1 if kind == EntryKind.INVOICE else -1
        sides = [(RECEIVABLE, amount), (SALES, -sign * net), (OUTPUT_TAX, -sign * tax)]
    else:
        sides = [(RECEIVABLE, amount), (BAD_DEBT if kind == EntryKind.WRITE_OFF else BANK, -amount)]
    return [side for side in sides if side[1]]


def accounting_export(user: User, start: date, end: date) -> FileResponse:
    """The workbook of all entries in reach in a period; the export goes into the audit trail."""
    heads = [
        Column(_("Date"), "date"), Column(_("Document"), "text"), Column(_("Summary"), "text"), Column(_("Subject code"), "text"),
        Column(_("Subject"), "text"), Column(_("Customer code"), "text"), Column(_("Customer"), "text"), Column(_("Debit"), "decimal", places=2),
        Column(pgettext("bookkeeping", "Credit"), "decimal", places=2), Column(_("Currency"), "text"), Column(_("Tax invoice number"), "text"),
    ]  # fmt: skip
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by the response
    number = write_xlsx(file, _("Journal"), heads, _rows(user, start, end))
    audit.exported(user, f"{_('Journal')} {start} – {end}", number)
    file.seek(0)
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(
        file, as_attachment=True, filename=f"journal-{start}-{end}.xlsx", content_type=content
    )


def _rows(user: User, start: date, end: date) -> Iterator[list[Any]]:
    entries = LedgerEntry.objects.visible_to(user).filter(day__range=(start, end)).order_by("day", "id")
    fields = ("day", "document", "kind", "text", "amount", "customer__code", "customer__name", "invoice__net", "invoice__tax", "invoice__tax_number")  # fmt: skip
    for day, document, kind, text, amount, code, name, net, tax, tax_number in entries.values_list(*fields).iterator(chunk_size=2000):  # fmt: skip
        summary = f"{EntryKind(kind).label} {text}".strip()
        for (subject, title), value in sides_of(kind, amount, net or NOTHING, tax or NOTHING):
            debit, credit = (value, None) if value > 0 else (None, -value)
            yield [
                day,
                document,
                summary,
                subject,
                title,
                code,
                name,
                debit,
                credit,
                CURRENCY,
                tax_number or "",
            ]
