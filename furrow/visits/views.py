"""What is no everyday page: comments, review, the visit record book, a new record for one customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.customers.models import Customer
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.team.access import Role, right_required
from furrow.team.models import User
from furrow.visits import queries, services
from furrow.visits.forms import CommentForm, RecordForm
from furrow.visits.models import ContactRecord
from furrow.visits.pages import RECORD

BOOK_DAYS = 31
BOOK_ROWS = 500


def _record(request: HttpRequest, pk: int) -> ContactRecord:
    user: Any = request.user
    return get_object_or_404(ContactRecord.objects.visible_to(user).select_related("customer", "by"), pk=pk)


@right_required("customers.view")
@require_safe
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """To the customer of a record."""
    return redirect("customers:page", _record(request, pk).customer_id)


@right_required("visits.add")
@require_http_methods(["GET", "HEAD", "POST"])
def new_for(request: HttpRequest, pk: int) -> HttpResponse:
    """A new contact record of one customer, who is filled in."""
    user: Any = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = RecordForm(posted, user=user, initial={"customer": f"{customer.code} {customer.name}"})
    if posted is not None and form.is_valid():
        try:
            made = RECORD.create(by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash(request, _("Saved “%(name)s”") % {"name": made})
            return redirect("visits:page", made.pk)
    context = {"record": RECORD, "thing": None, "form": form, "back": reverse("customers:page", args=[pk])}
    return render(request, RECORD.form_template, context, status=422 if form.is_bound else 200)


@right_required("visits.add")
@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a comment."""
    record, user = _record(request, pk), request.user
    form = CommentForm(request.POST)
    try:
        text = form.cleaned_data["text"] if form.is_valid() else ""
        assert isinstance(user, User)
        services.comment_on(record, text, by=user)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    else:
        flash(request, _("Comment added; %(name)s sees it on the phone") % {"name": record.by.name})
    return redirect("visits:page", pk)


@right_required("visits.review")
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as reviewed."""
    record, user = _record(request, pk), request.user
    assert isinstance(user, User)
    try:
        services.review_record(record, by=user)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    else:
        flash(request, _("Reviewed"))
    return redirect("visits:page", pk)


@right_required("visits.view")
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """访问记录簿: one person's visits of up to a month, as the paper book; `?format=pdf` as PDF."""
    user: Any = request.user
    today = timezone.localdate()
    first = _day(request.GET.get("start", ""), today - timedelta(days=today.weekday()))
    last = min(_day(request.GET.get("end", ""), first + timedelta(days=6)), first + timedelta(days=BOOK_DAYS))
    people = list(User.objects.visible_to(user).filter(is_active=True)[:200])
    wanted = request.GET.get("by", "")
    person = next((one for one in people if str(one.pk) == wanted), None) or _keeper(user, people)
    begin, end = queries.day_bounds(first, last)
    rows = ContactRecord.objects.visible_to(user).filter(by=person, started_at__gte=begin, started_at__lt=end)
    context = {
        "rows": list(rows.select_related("customer").order_by("started_at", "pk")[:BOOK_ROWS]),
        "person": person,
        "people": people,
        "first": first,
        "last": last,
        "pdf": pdf_available(),
    }
    if request.GET.get("format") == "pdf":
        return pdf_response(request, "visits/print_book.html", context, f"visits-{first}.pdf")
    return render(request, "visits/print_book.html", context)


def _keeper(user: User, people: Sequence[User]) -> User:
    """Whose book lies open first: a rep's own, for others that of the first rep in reach."""
    reps = [one for one in people if one.role == Role.REP]
    return user if user.role == Role.REP or not reps else reps[0]


def _day(text: str, default: date) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        return default
    return found if found and 2000 <= found.year <= 2200 else default
