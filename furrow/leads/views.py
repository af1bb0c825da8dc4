"""What is done to leads: the acts of acts.py, many at once, the desk, the inquiry book, the pool."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from furrow.customers.matching import likeness
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.leads import converting, feedback, handover, papers, queries, services
from furrow.leads.acts import BY_NAME, Act
from furrow.leads.course_models import SheetKind
from furrow.leads.forms import (
    AssignForm,
    ConvertForm,
    LeadForm,
    LoseForm,
    MergeForm,
    ReleaseForm,
    ReportForm,
    SimilarForm,
    TalkForm,
    one_line,
)
from furrow.leads.matching import Found, alike, probable
from furrow.leads.models import Lead
from furrow.leads.moving import settings_now
from furrow.leads.pages import RECORD
from furrow.leads.papers import table_response
from furrow.records.listing import chosen
from furrow.team.access import require, right_required

FORMS: dict[str, type[forms.BaseForm]] = {
    "assign": AssignForm, "report": ReportForm, "talk": TalkForm, "lose": LoseForm, "release": ReleaseForm, "merge": MergeForm,
    "convert": ConvertForm,
}  # fmt: skip
MOST_AT_ONCE = 500


def lead_or_404(request: HttpRequest, pk: int) -> Lead:
    """The lead in reach."""
    found: Lead = get_object_or_404(RECORD.page_rows(request), pk=pk)
    return found


def tell(request: HttpRequest, error: ValidationError) -> None:
    """Why something was not done."""
    flash(request, " ".join(error.messages), kind="bad")


def day_asked(request: HttpRequest) -> date:
    """The day of ?day=, today for none, a wrong one, and one that no company has lived through."""
    try:
        asked = date.fromisoformat(request.GET.get("day", "")[:10])
    except ValueError:
        return timezone.localdate()
    return asked if 2000 <= asked.year < 2100 else timezone.localdate()


# One lead ---------------------------------------------------------------------------------------


def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act on one lead: its form, or at once where nothing is to be asked."""
    known = BY_NAME.get(name)
    if known is None:
        raise Http404
    require(request.user, known.right)
    lead, user = lead_or_404(request, pk), request.user
    if not known.possible(lead, user):  # type: ignore[arg-type]
        said = _("“%(act)s” does not go now: “%(lead)s” is %(state)s")
        words = {"act": known.label, "lead": lead.name, "state": lead.get_state_display()}
        flash(request, said % words, kind="bad")
        return redirect("leads:page", pk)
    if not known.asks:
        return _at_once(request, lead, known)
    found = _alike(lead, known, request)
    form = _form(request, lead, known, found)
    if form.is_bound and form.is_valid() and _run(request, lead, known, form):
        return redirect(_after(request, lead, known))
    context = {
        "record": RECORD, "lead": lead, "act": known, "form": form, "found": found, "back": reverse("leads:page", args=[pk]),
        "next": request.GET.get("next", "") == "desk",
    }  # fmt: skip
    return render(request, "leads/act.html", context, status=422 if form.is_bound else 200)


def _alike(lead: Lead, known: Act, request: HttpRequest) -> Found:
    user: Any = request.user
    return queries.similar_to(lead, user) if known.name in ("merge", "convert") else Found()


def _form(request: HttpRequest, lead: Lead, known: Act, found: Found) -> Any:
    more: dict[str, Any] = {}
    if known.name == "merge":
        more["among"] = [one.pk for one in found.leads if one.pk]
    if known.name == "convert":
        more["among"] = [one.pk for one in found.customers if one.pk]
        more["grade"] = converting.FIRST_GRADE[lead.prospect_class]
    data = request.POST if request.method == "POST" else None
    form: Any = FORMS[known.name]
    return form(data, lead=lead, user=request.user, **more)


def _run(request: HttpRequest, lead: Lead, known: Act, form: Any) -> bool:
    try:
        known.run(lead, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error) if not hasattr(error, "error_dict") else _on_fields(form, error)
        return False
    undo = (
        reverse("leads:act", args=[lead.pk, {"convert": "undo", "merge": "unmerge"}[known.name]])
        if known.name in ("convert", "merge")
        else ""
    )
    flash(
        request,
        f"{known.done}{pgettext('label and value', ': ')}{lead.name}",
        label=_("Undo") if undo else "",
        url=undo,
    )
    return True


def _on_fields(form: Any, error: ValidationError) -> None:
    for name, texts in error.message_dict.items():
        form.add_error(name if name in form.fields else None, texts)


def _after(request: HttpRequest, lead: Lead, known: Act) -> str:
    if request.GET.get("next") == "desk":
        return reverse("leads:desk")
    lead.refresh_from_db()
    if known.name == "convert" and lead.customer_id:
        return reverse("customers:page", args=[lead.customer_id])
    if not RECORD.rows(request).filter(pk=lead.pk).exists():
        return reverse("leads:list")
    return reverse("leads:page", args=[lead.pk])


def _at_once(request: HttpRequest, lead: Lead, known: Act) -> HttpResponse:
    if request.method == "POST":
        try:
            known.run(lead, by=request.user)
            flash(request, str(known.done))
        except ValidationError as error:
            tell(request, error)
    return redirect("leads:page", lead.pk)


# Many leads -------------------------------------------------------------------------------------


@require_POST
@right_required("leads.assign")
def assign_many(request: HttpRequest) -> HttpResponse:
    """Bulk: asks to whom, then gives the ticked leads there; those that cannot be given stay and are counted."""
    user: Any = request.user
    rows = list(chosen(RECORD, request).order_by("pk")[:MOST_AT_ONCE])
    if not rows:
        flash(request, _("Tick at least one lead first"), kind="bad")
        return redirect("leads:list")
    person = request.POST.get("person", "")
    to = (
        handover.assignees(user).filter(pk=int(person)).first()
        if person.isascii() and person.isdigit() and len(person) < 18
        else None
    )
    if to is None:
        context = {"record": RECORD, "rows": rows, "people": handover.assignees(user)}
        return render(request, "leads/assign_many.html", context, status=422 if person else 200)
    done = 0
    for lead in rows:
        try:
            handover.assign_lead(lead, to, by=user, instead_of=lead.holder_id if lead.is_ours else None)
            done += 1
        except ValidationError:
            continue
    said = ngettext("%(number)d lead assigned to %(name)s", "%(number)d leads assigned to %(name)s", done)
    text = said % {"number": done, "name": to.name}
    if done < len(rows):
        text += _("; %(left)d left as they are: their state does not allow it") % {"left": len(rows) - done}
    flash(request, text, kind="ok" if done else "bad")
    return redirect("leads:list")


@require_POST
@right_required("leads.hand_over")
def sheet_of(request: HttpRequest) -> HttpResponse:
    """Bulk: the ticked leads onto a handover sheet of their own; how lists of the directory get there."""
    rows = list(chosen(RECORD, request).order_by("pk")[:MOST_AT_ONCE])
    try:
        made = handover.make_sheet(SheetKind.NOW, by=request.user, leads=rows)  # type: ignore[arg-type]
    except ValidationError as error:
        tell(request, error)
        return redirect("leads:list")
    return redirect("leads:sheet", made.pk)


# Desk -------------------------------------------------------------------------------------------


@require_safe
@right_required("leads.view")
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the reader: to report, to follow up, to assign, escalated, to sign, to thank."""
    user: Any = request.user
    context = {"desk": queries.desk_of(user), "now": timezone.now()}
    return render(request, "leads/desk.html", context)


# Inquiry book -----------------------------------------------------------------------------------


@right_required("leads.add")
def inquiries(request: HttpRequest) -> HttpResponse:
    """客户咨询记录本: a form for a clerk on the phone above the day's lines. One that is probably here already is saved only when
    confirmed, or added to the lead it is."""
    user: Any = request.user
    found = Found()
    form = LeadForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_bound and form.is_valid():
        if "confirm" not in request.POST:
            found = probable(form.cleaned_data, user)
        add_to = request.POST.get("add_to", "")
        if add_to.isascii() and add_to.isdigit() and len(add_to) < 18:
            return _added(request, int(add_to), form)
        if not found:
            return _entered(request, form)
    day = day_asked(request)
    context = {
        "form": form,
        "found": found,
        "refused": bool(found),
        "once": request.POST.get("once") or secrets.token_urlsafe(16),
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "is_today": day == timezone.localdate(),
        "lines": queries.book_of(user, day)[:300],
    }
    return render(request, "leads/inquiries.html", context, status=422 if form.is_bound else 200)


def _entered(request: HttpRequest, form: LeadForm) -> HttpResponse:
    values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    made = services.record_lead(
        by=request.user,  # type: ignore[arg-type]
        client_id=f"book:{once}" if (once := one_line(request.POST.get("once"))[:50]) else None,
        **values,
    )
    said = (
        _("Entered “%(name)s”; it is on the desk of whoever assigns")
        if made.is_urgent
        else _("Entered “%(name)s”")
    )
    flash(
        request,
        said % {"name": made.name},
        label=_("Open"),
        url=reverse("leads:page", args=[made.pk]),
        post=False,
    )
    return redirect("leads:inquiries")


def _added(request: HttpRequest, pk: int, form: LeadForm) -> HttpResponse:
    lead = lead_or_404(request, pk)
    services.add_inquiry(lead, form.cleaned_data["situation"], by=request.user)  # type: ignore[arg-type]
    flash(
        request,
        _("Added to “%(name)s”") % {"name": lead.name},
        label=_("Open"),
        url=reverse("leads:page", args=[pk]),
        post=False,
    )
    return redirect("leads:inquiries")


@require_safe
@right_required("leads.add")
def similar(request: HttpRequest) -> HttpResponse:
    """While an inquiry is typed in: which leads and customers it may be."""
    user: Any = request.user
    values = SimilarForm(request.GET).values()
    found = alike(likeness(values), user) if values else Found()
    return render(request, "leads/_similar.html", {"found": found})


@require_safe
@right_required("leads.view")
def print_inquiries(request: HttpRequest) -> HttpResponse:
    """The day's inquiry book on paper, as PDF or as a table to take away."""
    user: Any = request.user
    day = day_asked(request)
    lines = list(queries.book_of(user, day)[:1000])
    kind = request.GET.get("format", "")
    if kind in ("xlsx", "csv"):
        require(user, "leads.export")
        return table_response(request, papers.inquiry_book(lines, day), kind)
    context = {"day": day, "lines": lines, "blanks": range(max(0, 12 - len(lines))), "pdf": pdf_available()}
    if kind == "pdf":
        return pdf_response(request, "leads/print_inquiries.html", context, f"inquiries-{day}.pdf")
    return render(request, "leads/print_inquiries.html", context)


# Pool -------------------------------------------------------------------------------------------


@require_safe
@right_required("leads.view")
def pool(request: HttpRequest) -> HttpResponse:
    """公海: what anybody may take, masked until taken, and the rules."""
    user: Any = request.user
    context = {
        "rows": queries.pool_of(user),
        "rules": settings_now(),
        "may_pick": user.may("leads.pick"),
    }
    return render(request, "leads/pool.html", context)


@require_POST
@right_required("leads.pick")
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one."""
    user: Any = request.user
    lead = Lead.objects.pool_within_reach(user).filter(pk=pk).first()
    if lead is None:
        if RECORD.rows(request).filter(pk=pk, holder=user).exists():
            return redirect("leads:page", pk)
        flash(request, _("Somebody else took it first"), kind="bad")
        return redirect("leads:pool")
    try:
        feedback.pick_lead(lead, by=user)
    except ValidationError as error:
        tell(request, error)
        return redirect("leads:pool")
    flash(request, _("Yours now: report by the next working day"))
    return redirect("leads:page", pk)
