"""Every change of what is known about a contact: sensitive questions switched on, consents, answers; and every reading (P1.5).

Answers are sealed (vault.py) and each reading is written down. A sensitive question can be asked, and its answer be read, only while the
company has it switched on and the contact's consent to the stated purpose holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.contacts import vault
from furrow.contacts.catalogue import Question, questions
from furrow.contacts.models import (
    Answer,
    Consent,
    Contact,
    OpenQuestion,
    Reading,
    ReadingWay,
)
from furrow.contacts.rules import askable
from furrow.kit import audit
from furrow.team.access import require
from furrow.team.models import User

LONGEST_ANSWER = 2000


class NotAsked(ValidationError):
    """The question is off, or the contact has not agreed to it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This question is off, or the contact's consent is missing. Record the consent first; administrators switch questions on."
            )
        )


# Sensitive questions ----------------------------------------------------------------------------


def open_purposes() -> dict[str, str]:
    """Sensitive questions that are switched on -> the stated purpose."""
    return dict(OpenQuestion.objects.values_list("question", "purpose"))


@transaction.atomic
def switch_on(question: Question, *, purpose: str, by: User) -> OpenQuestion:
    """Let a sensitive question be asked for a purpose; another purpose than before ends the consents given to that one."""
    require(by, "contacts.questions")
    purpose = " ".join(purpose.split())
    if not question.is_sensitive:
        raise ValidationError(_("Only sensitive questions are switched on and off"))
    if len(purpose) < 4:
        raise ValidationError({"purpose": _("State what the answer is needed for")})
    row = OpenQuestion.objects.select_for_update().filter(question=question.code).first()
    before = row.purpose if row else None
    if row is None:
        row = OpenQuestion(question=question.code)
    elif before != purpose:
        row.version += 1
        row.updated_at = timezone.now()
    row.purpose, row.by = purpose, by
    row.save()
    if before != purpose:
        audit.record(row, "switch_on", by=by, changes={"purpose": [before, purpose]}, note=question.code)
    return row


@transaction.atomic
def switch_off(question: Question, *, by: User) -> None:
    """Stop asking; answers already there can no longer be read until it is switched on again for the purpose agreed to."""
    require(by, "contacts.questions")
    row = OpenQuestion.objects.select_for_update().filter(question=question.code).first()
    if row is not None:
        audit.record(row, "switch_off", by=by, changes={"purpose": [row.purpose, None]}, note=question.code)
        row.delete()


# Consent ----------------------------------------------------------------------------------------


def agreed(contact: Contact, purposes: dict[str, str]) -> dict[str, Consent]:
    """The sensitive questions to which a consent holds: not withdrawn, and given for the purpose stated now."""
    rows = Consent.objects.filter(contact=contact, withdrawn_at=None, question__in=list(purposes)).order_by(
        "pk"
    )
    return {row.question: row for row in rows if row.purpose == purposes[row.question]}


@transaction.atomic
def record_consent(
    contact: Contact,
    asked: Iterable[Question],
    *,
    way: str,
    wording: str,
    evidence: str,
    given_on: date,
    by: User,
) -> list[Consent]:
    """Keep that the contact agreed to these sensitive questions, each for the purpose stated for it. Raises ValidationError for a
    question that is off, a date to come, or missing words or evidence."""
    require(by, "contacts.personal")
    _hold(contact)
    purposes = open_purposes()
    wanted = list(asked)
    if not wanted or any(question.code not in purposes for question in wanted):
        raise ValidationError({"questions": _("Choose questions that are switched on")})
    if given_on > timezone.localdate():
        raise ValidationError({"given_on": _("A consent cannot be given in the future")})
    if not wording.strip() or not evidence.strip():
        raise ValidationError(_("Keep the wording the contact agreed to, and where the evidence is"))
    holding = agreed(contact, purposes)
    made = []
    for question in wanted:
        if question.code in holding:
            continue
        consent = Consent.objects.create(
            contact=contact,
            question=question.code,
            purpose=purposes[question.code],
            wording=wording.strip(),
            way=way,
            evidence=evidence.strip(),
            given_on=given_on,
            recorded_by=by,
        )
        audit.record(contact, "consent", by=by, note=question.code)
        made.append(consent)
    return made


@transaction.atomic
def withdraw_consent(consent: Consent, *, erase: bool, by: User) -> None:
    """The contact takes a consent back: its answers can no longer be read, or with `erase` are gone with their history."""
    require(by, "contacts.personal")
    _hold(consent.contact)
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = timezone.now(), by
        audit.record(row.contact, "withdraw", by=by, note=row.question)
    if erase:
        Answer.objects.filter(contact=row.contact_id, question=row.question).delete()
        row.erased = True
    row.save()


# Answers ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Access:
    """What one user may do with one contact's profile now: which questions may be asked of this contact at all, and which of them this
    user sees by the table of rights."""

    contact: Contact
    user: User
    purposes: dict[str, str]
    consents: dict[str, Consent]
    asked: list[Question]

    def sees(self, question: Question) -> bool:
        """Personal and sensitive answers need a right of their own."""
        return question in self.asked and self.user.may(
            "contacts.personal" if question.is_personal else "contacts.profile"
        )

    def writes(self, question: Question) -> bool:
        return self.sees(question) and self.user.may("contacts.answer")

    @property
    def seen(self) -> list[Question]:
        return [question for question in self.asked if self.sees(question)]


def access_of(contact: Contact, user: User) -> Access:
    """Two queries."""
    purposes = open_purposes()
    consents = agreed(contact, purposes)
    return Access(contact, user, purposes, consents, askable(purposes, consents))


@transaction.atomic
def answer_question(contact: Contact, question: Question, text: str, *, by: User) -> Answer | None:
    """Keep an answer; the one before becomes history, an empty text ends it. The same text again confirms it: it is kept anew with
    today's date. Raises NotAsked, PermissionDenied, ValidationError for a text that is too long, VaultError without a key."""
    _hold(contact)
    access = access_of(contact, by)
    if question not in access.asked:
        raise NotAsked
    if not access.writes(question):
        raise PermissionDenied("contacts.answer")
    if len(text) > LONGEST_ANSWER:
        raise ValidationError(
            {"text": _("Keep it under %(most)s characters") % {"most": f"{LONGEST_ANSWER:,}"}}
        )
    now = timezone.now()
    replaced = Answer.objects.filter(contact=contact, question=question.code, ended_at=None).update(
        ended_at=now
    )
    if not text.strip():
        if replaced:
            audit.record(contact, "answer_ended", by=by, note=question.code)
        return None
    sealed, key_id = vault.seal(text.strip(), contact=contact.pk, question=question.code)
    made = Answer.objects.create(
        contact=contact, question=question.code, sealed=sealed, key_id=key_id, by=by, answered_at=now
    )
    audit.record(contact, "answer", by=by, note=question.code)
    return made


@transaction.atomic
def forget_answer(contact: Contact, question: Question, *, by: User) -> int:
    """Remove the answer to one question with its whole history; returns how many were removed."""
    require(by, "contacts.answer")
    if question.is_personal:
        require(by, "contacts.personal")
    _hold(contact)
    gone, _by_model = Answer.objects.filter(contact=contact, question=question.code).delete()
    if gone:
        audit.record(contact, "answer_forgotten", by=by, note=question.code)
    return gone


def _hold(contact: Contact) -> None:
    """Lock the living contact's row; raises NotAsked when it is gone."""
    if not Contact.objects.alive().select_for_update().filter(pk=contact.pk).exists():
        raise NotAsked


# Reading ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """One current answer. `text` is None where it was not opened: sensitive ones are revealed one by one."""

    question: Question
    answered_at: datetime
    by_id: int | None
    text: str | None
    problem: str = ""


def read_profile(access: Access, way: ReadingWay) -> dict[str, Known]:
    """The current answers the user sees, by question, all but the sensitive ones opened; the reading is logged."""
    seen = {question.code: question for question in access.seen}
    rows = Answer.objects.filter(contact=access.contact, ended_at=None, question__in=list(seen))
    found = {row.question: _opened(row, seen[row.question]) for row in rows}
    log_reading(
        access.contact,
        [known.question for known in found.values() if known.text is not None],
        way,
        by=access.user,
    )
    return found


def _opened(row: Answer, question: Question, *, reveal: bool = False) -> Known:
    if question.is_sensitive and not reveal:
        return Known(question, row.answered_at, row.by_id, None)
    try:
        text = vault.unseal(row.sealed, row.key_id, contact=row.contact_id, question=row.question)
    except vault.VaultError as error:
        return Known(question, row.answered_at, row.by_id, None, str(error))
    return Known(question, row.answered_at, row.by_id, text)


def read_answers(access: Access, question: Question, way: ReadingWay) -> list[Known]:
    """All answers to one question, the latest first, opened; the reading is logged. Raises NotAsked or PermissionDenied."""
    if question not in access.asked:
        raise NotAsked
    if not access.sees(question):
        raise PermissionDenied("contacts.personal")
    rows = Answer.objects.filter(contact=access.contact, question=question.code).order_by("-id")[:50]
    found = [_opened(row, question, reveal=True) for row in rows]
    if any(known.text is not None for known in found):
        log_reading(access.contact, [question], way, by=access.user)
    return found


def answered_at(contact: Contact) -> dict[str, datetime]:
    """question -> since when its current answer stands; opens nothing."""
    rows: Any = Answer.objects.filter(contact=contact, ended_at=None).values_list("question", "answered_at")
    return dict(rows)


def log_reading(contact: Contact, read: Iterable[Question], way: ReadingWay, *, by: User) -> None:
    """One entry of the reading log; none when nothing was read."""
    asked = list(read)
    if asked:
        Reading.objects.create(
            contact=contact,
            by=by,
            way=way,
            questions=[question.code for question in asked],
            sensitive=any(question.is_sensitive for question in asked),
        )


# Keys -------------------------------------------------------------------------------------------


def sealed_by_key() -> dict[str, int]:
    """id of a key -> answers sealed with it."""
    counts: dict[str, int] = {}
    for key_id in Answer.objects.order_by().values_list("key_id", flat=True).distinct():
        counts[key_id] = Answer.objects.filter(key_id=key_id).count()
    return counts


def reseal_some(limit: int = 200) -> int:
    """Seal up to `limit` answers with the key in use that are still sealed with another one; returns how many rows were looked at.

    Each step is one transaction, so an interrupted rotation goes on where it stopped. A row answered anew meanwhile is left as it is.
    Raises VaultError, changing nothing, when an old key is missing.
    """
    current = vault.keys().current
    with transaction.atomic():
        rows = list(Answer.objects.exclude(key_id=current).select_for_update().order_by("pk")[:limit])
        for row in rows:
            text = vault.unseal(row.sealed, row.key_id, contact=row.contact_id, question=row.question)
            sealed, key_id = vault.seal(text, contact=row.contact_id, question=row.question)
            Answer.objects.filter(pk=row.pk, key_id=row.key_id).update(sealed=sealed, key_id=key_id)
    return len(rows)


def known_question(code: str) -> Question | None:
    """The question of that code."""
    return questions().get(code)
