"""What is not everyday CRUD: vCards, contact book, links, profile, consents, questions, birthdays, export and erasure of a person."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from furrow.contacts import answers, erasure, queries, rules, services, vault
from furrow.contacts.catalogue import GROUPS, Question, in_group, questions, sensitive
from furrow.contacts.forms import (
    AnswerForm,
    CardFileForm,
    ConsentForm,
    ContactForm,
    EraseForm,
    LinkForm,
    PurposeForm,
)
from furrow.contacts.importing import cards_as_csv
from furrow.contacts.models import Consent, Contact, ContactLink, Erasure, OpenQuestion, Reading, ReadingWay
from furrow.contacts.pages import RECORD
from furrow.contacts.person import holders
from furrow.contacts.vcards import MOST_BYTES, Card, CardError, card_text, read_cards
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.kit.sheets import SheetError
from furrow.kit.uploads import exceeded
from furrow.records.importing.services import take_file
from furrow.records.listing import Listing, chosen
from furrow.team.access import require, right_required

CARDS_AT_ONCE, BOOK_AT_ONCE = 2000, 2000
READINGS_SHOWN, DAYS = 100, (7, 30, 90, 365)


def _contact(request: HttpRequest, pk: int) -> Contact:
    """The contact in reach; 404 otherwise."""
    found: Contact = get_object_or_404(RECORD.rows(request), pk=pk)
    return found


def _question(code: str) -> Question:
    found = questions().get(code)
    if found is None:
        raise Http404
    return found


def _told(request: HttpRequest, error: ValidationError) -> None:
    flash(request, " ".join(error.messages), kind="bad")


# Contacts and customers -------------------------------------------------------------------------


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
    contact = _contact(request, pk)
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
    contact = _contact(request, pk)
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


# vCards -----------------------------------------------------------------------------------------


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
    return _card_response(_as_card(_contact(request, pk)), f"contact-{pk}")


@require_POST
@right_required("contacts.export")
def cards_of(request: HttpRequest) -> HttpResponse:
    """Bulk: the ticked contacts as one vCard file; the export is written down."""
    user: Any = request.user
    rows = list(chosen(RECORD, request).order_by("name", "pk")[:CARDS_AT_ONCE])
    if not rows:
        flash(request, _("Tick at least one contact first"), kind="bad")
        return redirect("contacts:list")
    audit.record(user, "export", by=user, note=f"contacts vcard: {len(rows)}")
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


# Profile ----------------------------------------------------------------------------------------


@right_required("contacts.profile")
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile by groups with its answers (reading is logged), and on top the question worth learning next."""
    user: Any = request.user
    contact = _contact(request, pk)
    if request.method == "POST":
        require(user, "contacts.answer")
    access = answers.access_of(contact, user)
    asked = [question for question in access.seen if access.writes(question)]
    form = AnswerForm(request.POST if request.method == "POST" else None, asked=asked)
    if form.is_bound:
        answered = _answer(request, contact, form)
        if answered is not None:
            return answered
    known = answers.read_profile(access, ReadingWay.PROFILE)
    suggestion = rules.worth_learning(asked, answers.answered_at(contact), timezone.now()) if asked else None
    chosen_code = request.GET.get("question", "")
    first: Question | None = next(
        (question for question in asked if question.code == chosen_code),
        suggestion.question if suggestion else None,
    )
    if not form.is_bound and first is not None:
        form.initial["question"] = first.code
    shares = rules.shares(access.asked, answers.answered_at(contact))
    context = {
        "contact": contact,
        "form": form,
        "asked": asked,
        "first": first,
        "suggestion": suggestion if suggestion and first == suggestion.question else None,
        "groups": _groups(access, known, shares),
        "complete": rules.completeness(shares),
        "problem": _problem(),
    }
    return render(request, "contacts/profile.html", context, status=422 if form.errors else 200)


def _problem() -> str:
    try:
        vault.keys()
    except vault.VaultError as error:
        return str(error)
    return ""


def _answer(request: HttpRequest, contact: Contact, form: AnswerForm) -> HttpResponse | None:
    """Keeps the answer and returns to the profile; None when there is something to correct."""
    user: Any = request.user
    if not form.is_valid():
        return None
    question: Question = form.cleaned_data["question"]
    try:
        answers.answer_question(contact, question, form.cleaned_data["text"], by=user)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    except vault.VaultError as error:
        form.add_error(None, str(error))
        return None
    flash(request, _("Saved: %(question)s") % {"question": question.label})
    return redirect("contacts:profile", contact.pk)


def _groups(
    access: answers.Access, known: dict[str, answers.Known], shares: list[rules.GroupShare]
) -> list[dict[str, Any]]:
    """The seven groups, the one that matters most first, with a line per question the reader may know of."""
    personal = access.user.may("contacts.personal")
    found = []
    for share in reversed(shares):
        lines = [
            {
                "question": question,
                "known": known.get(question.code),
                "open": question in access.asked,
                "on": not question.is_sensitive or question.code in access.purposes,
                "purpose": access.purposes.get(question.code, question.purpose_label),
                "writes": access.writes(question),
            }
            for question in in_group(share.group)
            if personal or not question.is_personal
        ]
        found.append({"name": share.group, "label": GROUPS[share.group], "share": share, "lines": lines})
    return found


@right_required("contacts.profile")
def question_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One question: asked with POST, its answers are revealed with their history, and the reading is logged."""
    contact, question = _contact(request, pk), _question(code)
    user: Any = request.user
    access = answers.access_of(contact, user)
    if not access.sees(question):
        raise Http404
    known = None
    if request.method == "POST":
        known = answers.read_answers(
            access, question, ReadingWay.REVEAL if question.is_sensitive else ReadingWay.HISTORY
        )
    context = {
        "contact": contact,
        "question": question,
        "known": known,
        "since": answers.answered_at(contact).get(code),
        "purpose": access.purposes.get(code, question.purpose_label),
        "writes": access.writes(question),
        "consent": access.consents.get(code),
        "group": GROUPS[question.group],
    }
    return render(request, "contacts/question.html", context)


@require_POST
@right_required("contacts.answer")
def forget(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Remove the answers to one question for good."""
    contact, question = _contact(request, pk), _question(code)
    user: Any = request.user
    gone = answers.forget_answer(contact, question, by=user)
    flash(
        request,
        _("Removed: %(question)s") % {"question": question.label} if gone else _("There was no answer"),
    )
    return redirect("contacts:profile", pk)


@require_safe
@right_required("contacts.profile")
def print_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Mackay 66 on paper: what the reader sees, sensitive answers left out; blanks can be filled in by hand."""
    user: Any = request.user
    contact = _contact(request, pk)
    access = answers.access_of(contact, user)
    known = answers.read_profile(access, ReadingWay.PRINT)
    shares = rules.shares(access.asked, answers.answered_at(contact))
    context = {
        "contact": contact,
        "groups": list(reversed(_groups(access, known, shares))),
        "complete": rules.completeness(shares),
        "pdf": pdf_available(),
    }
    if request.GET.get("format") == "pdf":
        return pdf_response(request, "contacts/print_profile.html", context, f"profile-{pk}.pdf")
    return render(request, "contacts/print_profile.html", context)


@require_safe
@right_required("contacts.personal_data")
def readings(request: HttpRequest, pk: int) -> HttpResponse:
    """Who read which answers, latest first."""
    contact = _contact(request, pk)
    user: Any = request.user
    rows = Reading.objects.filter(
        contact_id=contact.pk, contact__in=Contact.objects.visible_to(user)
    ).select_related("by")
    only = "sensitive" if request.GET.get("only") == "sensitive" else ""
    if only:
        rows = rows.filter(sensitive=True)
    context = {
        "contact": contact,
        "readings": rows.order_by("-pk")[:READINGS_SHOWN],
        "only": only,
        "most": READINGS_SHOWN,
    }
    return render(request, "contacts/readings.html", context)


# Consent and questions --------------------------------------------------------------------------


@right_required("contacts.personal")
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a contact agreed to sensitive questions."""
    user: Any = request.user
    contact = _contact(request, pk)
    purposes = answers.open_purposes()
    holding = answers.agreed(contact, purposes)
    wanted = [
        question for question in sensitive() if question.code in purposes and question.code not in holding
    ]
    choices = [
        (
            q.code,
            _("%(question)s (purpose: %(purpose)s)") % {"question": q.label, "purpose": purposes[q.code]},
        )
        for q in wanted
    ]
    initial = {
        "given_on": timezone.localdate(),
        "wording": _wording(),
        "questions": [request.GET.get("question", "")],
    }
    form = ConsentForm(request.POST if request.method == "POST" else None, choices=choices, initial=initial)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            with transaction.atomic():
                made = answers.record_consent(
                    contact, values["questions"], way=values["way"], wording=values["wording"], evidence=values["evidence"],
                    given_on=values["given_on"], by=user,
                )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = ngettext(
                "Consent to %(number)s question recorded",
                "Consent to %(number)s questions recorded",
                len(made),
            )
            flash(request, text % {"number": len(made)})
            return redirect("contacts:profile", pk)
    context = {"contact": contact, "form": form, "choices": choices, "off": len(sensitive()) - len(purposes)}
    return render(request, "contacts/consent.html", context, status=422 if form.errors else 200)


def _wording() -> str:
    """A wording to begin with, as put before the contact."""
    return _(
        "I agree that your company keeps my answers to the questions named here, for the purposes named here. They are stored encrypted, each "
        "reading is logged. I may see them, have them corrected or erased, and withdraw this consent at any time."
    )


@right_required("contacts.personal")
def withdraw(request: HttpRequest, pk: int, consent_id: int) -> HttpResponse:
    """Take a consent back: lock the answers, or erase them."""
    user: Any = request.user
    contact = _contact(request, pk)
    held = get_object_or_404(
        Consent.objects.filter(contact__in=Contact.objects.visible_to(user), contact_id=contact.pk),
        pk=consent_id,
    )
    if request.method == "POST":
        erase = request.POST.get("answers") == "erase"
        answers.withdraw_consent(held, erase=erase, by=user)
        flash(
            request,
            _("Consent withdrawn; the answers are erased")
            if erase
            else _("Consent withdrawn; the answers are locked"),
        )
        return redirect("contacts:page", pk)
    return render(request, "contacts/withdraw.html", {"contact": contact, "consent": held})


@require_safe
@right_required("contacts.questions")
def question_settings(request: HttpRequest) -> HttpResponse:
    """All questions with sensitivity and purpose; the sensitive ones can be switched on."""
    return render(request, "contacts/questions.html", _settings_context())


def _settings_context(code: str = "", form: PurposeForm | None = None) -> dict[str, Any]:
    rows = {row.question: row for row in _open_rows()}
    lines = [
        {
            "question": question,
            "row": rows.get(question.code),
            "form": form if question.code == code and form else PurposeForm(auto_id=f"id_{question.code}_%s"),
        }
        for question in sensitive()
    ]
    return {
        "lines": lines,
        "groups": [(label, in_group(group)) for group, label in GROUPS.items()],
        "problem": _problem(),
    }


def _open_rows() -> Any:
    return OpenQuestion.objects.select_related("by")


@require_POST
@right_required("contacts.questions")
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a sensitive question on for a purpose, or off."""
    user: Any = request.user
    question = _question(code)
    if request.POST.get("to") == "off":
        answers.switch_off(question, by=user)
        flash(
            request, _("Off: %(question)s. Its answers can no longer be read.") % {"question": question.label}
        )
        return redirect("contacts:questions")
    form = PurposeForm(request.POST, auto_id=f"id_{code}_%s")
    if form.is_valid():
        try:
            answers.switch_on(question, purpose=form.cleaned_data["purpose"], by=user)
        except ValidationError as error:
            form.add_error("purpose", [str(text) for text in error.messages])
        else:
            flash(
                request,
                _("On: %(question)s. It is asked once the contact has agreed.")
                % {"question": question.label},
            )
            return redirect("contacts:questions")
    return render(request, "contacts/questions.html", _settings_context(code, form), status=422)


# One person's data ------------------------------------------------------------------------------


@right_required("contacts.personal_data")
def personal_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything held about one person: GET says what there is, POST hands it out as a page to print, PDF or JSON."""
    contact = _contact(request, pk)
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
    form = EraseForm(request.POST if request.method == "POST" else None, contact=contact)
    if form.is_bound and form.is_valid():
        try:
            made = erasure.erase_person(contact, ground=form.cleaned_data["ground"], by=user)
        except ValidationError as error:
            _told(request, error)
            return redirect("contacts:list")
        list(messages.get_messages(request))  # a message that waits may name the person
        flash(request, _("All personal information is erased. This is the certificate."))
        return redirect("contacts:certificate", made.pk)
    held = erasure.held_of(contact)
    return render(
        request,
        "contacts/erase.html",
        {"contact": contact, "form": form, "held": held},
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
    labels = {holder.name: holder.label for holder in holders()}
    context = {
        "erasure": made,
        "counts": [(labels.get(name, name), number) for name, number in made.counts.items()],
        "intact": erasure.digest_of(made) == made.digest,
        "pdf": pdf_available(),
    }
    if request.GET.get("format") == "pdf":
        return pdf_response(request, "contacts/certificate.html", context, f"{made.number}.pdf")
    return render(request, "contacts/certificate.html", context)
