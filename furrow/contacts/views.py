"""Contacts and their customers, birthdays, the contact book."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.contacts import queries, services
from furrow.contacts.doors import contact_in_reach
from furrow.contacts.forms import (
    ContactForm,
    LinkForm,
)
from furrow.contacts.models import ContactLink
from furrow.contacts.pages import RECORD
from furrow.customers.models import Customer
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.records.listing import Listing, chosen
from furrow.team.access import right_required

BOOK_AT_ONCE = 2000
DAYS = (7, 30, 90, 365)


@right_required("contacts.add")
def new_at(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A new contact from the customer's page, which it returns to."""
    user: Any = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=customer_id)
    form = ContactForm(
        request.POST if request.method == "POST" else None, user=user, initial={"customer": customer}
    )
    if form.is_bound and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("version", None)
        try:
            made = services.create_contact(by=user, **values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash(request, _("Saved “%(name)s”") % {"name": made})
            return redirect("customers:page", customer.pk)
    context = {
        "record": RECORD,
        "thing": None,
        "form": form,
        "back": reverse("customers:page", args=[customer.pk]),
    }
    return render(request, RECORD.form_template, context, status=422 if form.is_bound else 200)


@require_safe
@right_required("contacts.view")
def customers_found(request: HttpRequest) -> HttpResponse:
    """Choices of the customer field while typing."""
    user: Any = request.user
    names = queries.customers_called(request.GET.get("customer", "")[:60], user)
    return render(request, "contacts/_choices.html", {"names": names})


@require_POST
@right_required("contacts.change")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """One more customer, or another role at one."""
    user: Any = request.user
    contact = contact_in_reach(request, pk)
    form = LinkForm(request.POST, user=user)
    if not form.is_valid():
        flash(request, " ".join(str(text) for texts in form.errors.values() for text in texts), kind="bad")
    else:
        made = form.cleaned_data
        services.link_customer(contact, made["customer"], role=made["role"], is_main=made["is_main"], by=user)
        flash(request, _("Saved “%(name)s”") % {"name": made["customer"]})
    return redirect("contacts:page", pk)


@require_POST
@right_required("contacts.change")
def unlink(request: HttpRequest, pk: int, link_id: int) -> HttpResponse:
    """No longer at this customer; the last one stays, for who sees only customers."""
    user: Any = request.user
    contact = contact_in_reach(request, pk)
    found = get_object_or_404(ContactLink.objects.visible_to(user).filter(contact=contact), pk=link_id)
    if len(queries.links_of(contact, user)) == 1:
        flash(
            request,
            _("Not removed: it is the only customer. Add the new one first, or delete the contact."),
            kind="bad",
        )
    else:
        services.unlink_customer(found, by=user)
        flash(request, _("Removed from “%(name)s”") % {"name": found.customer})
    return redirect("contacts:page", pk)


@require_safe
@right_required("contacts.view")
def birthdays(request: HttpRequest) -> HttpResponse:
    """Birthdays coming up, by both calendars."""
    user: Any = request.user
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(known) for known in DAYS} else 30
    context = {
        "coming": queries.upcoming_birthdays(user, timezone.localdate(), days),
        "days": days,
        "choices": DAYS,
    }
    return render(request, "contacts/birthdays.html", context)


@require_safe
@right_required("contacts.view")
def book(request: HttpRequest) -> HttpResponse:
    """The contact book as a paper table, of the list as it is filtered."""
    return _book(request, Listing(RECORD, request).rows)


@right_required("contacts.view")
def book_of(request: HttpRequest) -> HttpResponse:
    """Bulk: the contact book of the ticked rows."""
    return _book(request, chosen(RECORD, request))


def _book(request: HttpRequest, rows: Any) -> HttpResponse:
    user: Any = request.user
    lines = queries.book_of(rows, user, BOOK_AT_ONCE)
    context = {
        "lines": lines,
        "limit": BOOK_AT_ONCE if len(lines) == BOOK_AT_ONCE else 0,
        "pdf": pdf_available() and request.method == "GET",
    }
    if request.GET.get("format") == "pdf":
        return pdf_response(request, "contacts/print_book.html", context, "contacts.pdf")
    return render(request, "contacts/print_book.html", context)
