"""Mackay 66 (P1.5): the profile by groups, one question with its history, the printed form, who read what."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.contacts import answers, rules, vault
from furrow.contacts.catalogue import GROUPS, Question, in_group
from furrow.contacts.doors import contact_in_reach, question_called, vault_problem
from furrow.contacts.forms import (
    AnswerForm,
)
from furrow.contacts.models import Contact, Reading, ReadingWay
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.team.access import require, right_required

READINGS_SHOWN = 100


@right_required("contacts.profile")
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile by groups with its answers (reading is logged), and on top the question worth learning next."""
    user: Any = request.user
    contact = contact_in_reach(request, pk)
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
        "problem": vault_problem(),
    }
    return render(request, "contacts/profile.html", context, status=422 if form.errors else 200)


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
    contact, question = contact_in_reach(request, pk), question_called(code)
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
    contact, question = contact_in_reach(request, pk), question_called(code)
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
    contact = contact_in_reach(request, pk)
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
    contact = contact_in_reach(request, pk)
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
