"""The five tables of this room as columns and rows, for export: 客户咨询记录本, 客户信息移交表, 客户名录表, 转介绍客户名录表, 有效客户名单表."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.kit.regions import region_book
from furrow.kit.sheets import Column, write_csv, write_xlsx
from furrow.leads.course_models import HandoverSheet
from furrow.leads.models import Lead
from furrow.leads.table_models import ValidLine, ValidList

CONTENT = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Paper:
    """A table to take away."""

    title: str
    file: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def place(code: str | None) -> str:
    """A region in full, in the reader's language."""
    return region_book().full_name(code, get_language() or "") if code else ""


def goods(lead: Lead) -> str:
    """The product wanted, else the brand."""
    wanted = lead.product or lead.brand
    return str(wanted) if wanted else ""


def _yes(value: bool) -> str:
    return _("Yes") if value else ""


def inquiry_book(lines: Sequence[Lead], day: date) -> Paper:
    """客户咨询记录本 of a day."""
    heads = [
        Column(_("Time"), "datetime"), Column(pgettext("lead", "Name")), Column(_("Contact")), Column(_("Phone")), Column(_("Region")),
        Column(_("Situation")), Column(_("Product wanted")), Column(_("Lead channel")), Column(_("Source")), Column(_("Referrer")), Column(_("Remark")),
        Column(_("Urgent")), Column(_("Entered afterwards")), Column(_("Entered by")),
    ]  # fmt: skip
    rows = [
        (
            lead.inquired_at, lead.name, lead.contact_name, lead.phone, place(lead.region_id), lead.situation, goods(lead), str(lead.channel), lead.source,
            lead.referrer, lead.remark, _yes(lead.is_urgent), _yes(lead.entered_afterwards), lead.entered_by.name if lead.entered_by else "",
        )
        for lead in lines
    ]  # fmt: skip
    return Paper(_("Inquiry book"), f"inquiries-{day}", heads, rows)


def handover_sheet(sheet: HandoverSheet, leads: Sequence[Lead]) -> Paper:
    """客户信息移交表."""
    heads = [
        Column(_("Time"), "datetime"), Column(pgettext("lead", "Name")), Column(_("Contact")), Column(_("Phone")), Column(_("Region")),
        Column(_("Situation")), Column(_("Product wanted")), Column(_("Lead channel")), Column(_("Source")), Column(_("Referrer")), Column(_("Remark")),
        Column(_("Urgent")), Column(_("Holder")), Column(_("Feedback due"), "datetime"), Column(_("State")), Column(_("Feedback")),
    ]  # fmt: skip
    rows = [
        (
            lead.inquired_at, lead.name, lead.contact_name, lead.phone, place(lead.region_id), lead.situation, goods(lead), str(lead.channel), lead.source,
            lead.referrer, lead.remark, _yes(lead.is_urgent), lead.holder.name if lead.holder else "", lead.feedback_due,
            str(lead.get_state_display()), feedback_of(lead),
        )
        for lead in leads
    ]  # fmt: skip
    return Paper(_("Handover sheet"), f"handover-{sheet.number}", heads, rows)


def feedback_of(lead: Lead) -> str:
    """The latest feedback in words; reads prefetched reports."""
    reports = list(lead.reports.all())
    if not reports:
        return ""
    last = max(reports, key=lambda report: (report.at, report.pk))
    reason = str(last.get_reason_display()) if last.reason else ""
    return " ".join(part for part in (reason, last.text) if part)


def valid_list(listed: ValidList, lines: Sequence[ValidLine]) -> Paper:
    """有效客户名单表 of a week, by brand."""
    heads = [
        Column(_("Brand")), Column(pgettext("lead", "Name")), Column(_("Contact")), Column(_("Phone")), Column(_("Region")),
        Column(_("Situation")), Column(_("Product wanted")), Column(_("Lead channel")), Column(_("Prospect class")), Column(_("Follow-up by")), Column(_("State")),
    ]  # fmt: skip
    rows = [
        (
            line.lead.brand.name if line.lead.brand else "", line.lead.name, line.lead.contact_name, line.lead.phone, place(line.lead.region_id),
            line.lead.situation, goods(line.lead), str(line.lead.channel), str(line.lead.get_prospect_class_display()),
            line.lead.holder.name if line.lead.holder else "", str(line.lead.get_state_display()),
        )
        for line in lines
    ]  # fmt: skip
    return Paper(_("Valid-customer list"), f"valid-{listed.week}", heads, rows)


def table_response(request: HttpRequest, paper: Paper, kind: str) -> HttpResponse:
    """The table as xlsx or csv; the export goes into the audit trail of the user."""
    file = tempfile.TemporaryFile(suffix=f".{kind}")  # noqa: SIM115  closed by the response
    write: Any = write_csv if kind == "csv" else write_xlsx
    number = (
        write(file, paper.columns, paper.rows)
        if kind == "csv"
        else write(file, paper.title, paper.columns, paper.rows)
    )
    user: Any = request.user
    audit.exported(user, paper.title, number)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{paper.file}.{kind}", content_type=CONTENT[kind])  # type: ignore[return-value]
