"""One person's data: handed out or erased with a certificate (P1.5)."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from furrow.contacts import erasure
from furrow.contacts.doors import contact_in_reach
from furrow.contacts.forms import EraseForm
from furrow.contacts.models import Contact, Erasure
from furrow.contacts.person import holders, person_of
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.records import record as records
from furrow.team.access import right_required


def _told(request: HttpRequest, error: ValidationError) -> None:
    flash(request, " ".join(error.messages), kind="bad")


@right_required("contacts.personal_data")
def personal_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything held about one person: GET says what there is, POST hands it out as a page to print, PDF or JSON."""
    contact = contact_in_reach(request, pk)
    if request.method != "POST":
        return render(
            request,
            "contacts/personal_data.html",
            {"contact": contact, "held": erasure.held_of(contact), "pdf": pdf_available()},
        )
    user: Any = request.user
    data = erasure.export_person(contact, by=user)
    kind = request.POST.get("format")
    if kind == "json":
        response = HttpResponse(
            json.dumps(data, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="personal-data-{pk}.json"'
        return response
    context = {"contact": contact, "data": data, "pdf": False}
    if kind == "pdf":
        return pdf_response(request, "contacts/print_data.html", context, f"personal-data-{pk}.pdf")
    return render(request, "contacts/print_data.html", context)


@right_required("contacts.personal_data")
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase a person: shows what goes, asks for the name, gives the certificate. Deleted contacts can be erased too."""
    user: Any = request.user
    contact = get_object_or_404(Contact.objects.all_within_reach(user), pk=pk)
    person = person_of(contact)
    unread = list(erasure.unread_by(person, user))
    data = request.POST if request.method == "POST" else None
    looked_at = erasure.listed(data.get("listed", ""), person, user) if data else frozenset()
    added = [file for file in unread if file.pk not in looked_at] if data else []
    form = EraseForm(data, contact=contact, unread=unread, added=added)
    if form.is_bound and form.is_valid():
        try:
            made = erasure.erase_person(
                contact,
                ground=form.cleaned_data["ground"],
                by=user,
                looked_at=looked_at,
                showing=form.cleaned_data["showing"],
            )
        except erasure.NotErased as error:
            _told(request, error)
            still = isinstance(error, erasure.NotLookedThrough)
            return redirect("contacts:erase", pk) if still else redirect("contacts:list")
        list(messages.get_messages(request))  # a message that waits may name the person
        flash(request, _("All personal information is erased. This is the certificate."))
        return redirect("contacts:certificate", made.pk)
    files = sorted(unread, key=lambda file: file.pk in looked_at)
    context = {
        "contact": contact,
        "form": form,
        "held": erasure.held_of(contact),
        "unread": [(file, records.get(file.record).title_one) for file in files],
        "added": added,
        "listed": erasure.signed_list(person, user, unread),
    }
    return render(
        request,
        "contacts/erase.html",
        context,
        status=422 if form.errors else 200,
    )


@require_safe
@right_required("contacts.personal_data")
def erasures(request: HttpRequest) -> HttpResponse:
    """The certificates; they name nobody, so everyone who may erase may see them all."""
    return render(request, "contacts/erasures.html", {"erasures": _certificates()[:200]})


def _certificates() -> Any:
    return Erasure.objects.select_related("by").order_by("-pk")


@require_safe
@right_required("contacts.personal_data")
def certificate(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """One certificate, to print."""
    made = get_object_or_404(_certificates(), pk=erasure_id)
    labels = {holder.name: holder.label for holder in holders()} | erasure.BY_HAND
    context = {
        "erasure": made,
        "counts": [(labels.get(name, name), number) for name, number in made.counts.items()],
        "intact": erasure.digest_of(made) == made.digest,
        "pdf": pdf_available(),
    }
    if request.GET.get("format") == "pdf":
        return pdf_response(request, "contacts/certificate.html", context, f"{made.number}.pdf")
    return render(request, "contacts/certificate.html", context)
