"""vCards out and in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.contacts.doors import contact_in_reach
from furrow.contacts.forms import (
    CardFileForm,
)
from furrow.contacts.importing import cards_as_csv
from furrow.contacts.pages import RECORD
from furrow.contacts.vcards import MOST_BYTES, Card, CardError, card_text, read_cards
from furrow.kit import audit
from furrow.kit.flash import flash
from furrow.kit.sheets import SheetError
from furrow.kit.uploads import exceeded
from furrow.records.importing.services import take_file
from furrow.records.listing import chosen
from furrow.team.access import right_required

CARDS_AT_ONCE = 2000


def _as_card(contact: Any) -> str:
    card = Card(
        name=contact.name,
        position=contact.position,
        organization=contact.customer_name or "",
        phones=contact.phone.replace("、", " ").split(),
        email=contact.email,
        wechat=contact.wechat,
    )
    return card_text(card, contact.birthday)


def _card_response(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.vcf"'
    return response


@require_safe
@right_required("contacts.view")
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One contact as vCard 4.0."""
    return _card_response(_as_card(contact_in_reach(request, pk)), f"contact-{pk}")


@require_POST
@right_required("contacts.export")
def cards_of(request: HttpRequest) -> HttpResponse:
    """Bulk: the ticked contacts as one vCard file; the export is written down."""
    user: Any = request.user
    rows = list(chosen(RECORD, request).order_by("name_order", "pk")[:CARDS_AT_ONCE])
    if not rows:
        flash(request, _("Tick at least one contact first"), kind="bad")
        return redirect("contacts:list")
    audit.exported(user, f"{RECORD.title} vCard", len(rows))
    return _card_response("".join(map(_as_card, rows)), "contacts")


@right_required("contacts.import")
def cards_in(request: HttpRequest) -> HttpResponse:
    """vCards in: turned into a list, then the everyday import with its check and its way back."""
    form = CardFileForm(request.POST, request.FILES) if request.method == "POST" else CardFileForm()
    if request.method == "POST":
        if exceeded(request):
            form.add_error(
                "file",
                _("The file is larger than %(limit)s MB. Leave photos out when exporting.")
                % {"limit": MOST_BYTES >> 20},
            )
        elif form.is_valid():
            user: Any = request.user
            file = form.cleaned_data["file"]
            try:
                cards = read_cards(file.read(MOST_BYTES + 1))
                batch = take_file("contacts", [cards_as_csv(cards)], f"{file.name[:100]}.csv", by=user)
            except (CardError, SheetError) as error:
                form.add_error("file", str(error))
            else:
                return redirect("contacts:import_batch", batch.pk)
    return render(request, "contacts/cards.html", {"form": form}, status=422 if form.errors else 200)
