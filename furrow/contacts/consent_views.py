"""Consents of contacts to sensitive questions, and which of these the company has switched on (P1.5)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from furrow.contacts import answers
from furrow.contacts.catalogue import GROUPS, in_group, sensitive
from furrow.contacts.doors import contact_in_reach, question_called, vault_problem
from furrow.contacts.forms import (
    ConsentForm,
    PurposeForm,
)
from furrow.contacts.models import Consent, Contact, OpenQuestion
from furrow.kit.flash import flash
from furrow.team.access import right_required


@right_required("contacts.personal")
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a contact agreed to sensitive questions."""
    user: Any = request.user
    contact = contact_in_reach(request, pk)
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
    contact = contact_in_reach(request, pk)
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
        "problem": vault_problem(),
    }


def _open_rows() -> Any:
    return OpenQuestion.objects.select_related("by")


@require_POST
@right_required("contacts.questions")
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a sensitive question on for a purpose, or off."""
    user: Any = request.user
    question = question_called(code)
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
