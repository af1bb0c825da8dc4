"""Every change of what customers need: answers to the guide (P5.4), and the sales doctor's cases from examination to outcome (P5.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.team.models import User
from furrow.visits.guide import NEEDS, QUESTIONS, STAGES, WORDS, Question, in_funnel_order
from furrow.visits.models import ContactRecord
from furrow.visits.need_models import GuideNeed, NeedAnswer, NeedCase, Stage
from furrow.visits.services import ChangedElsewhere

LONGEST_ANSWER = 500
MOST_QUESTIONS = 12
FARTHEST = timedelta(days=366)


@transaction.atomic
def answer_needs(
    customer: Customer,
    answers: Mapping[str, str],
    *,
    by: User,
    client_id: UUID,
    at: datetime,
    record: ContactRecord | None = None,
) -> list[NeedAnswer]:
    """Keep what the customer said, by question; the same `client_id` again changes nothing. Raises ValidationError for no answer at all, a
    question that is not in the guide, and an answer that is too long."""
    known = list(NeedAnswer.objects.filter(client_id=client_id))
    if known:
        return known
    said = {code: text.strip() for code, text in answers.items() if text.strip()}
    if not said:
        raise ValidationError(_("Write at least one answer"))
    if not set(said) <= _known_questions(said):
        raise ValidationError(_("The interview guide has no such question. Update the app."))
    if any(len(text) > LONGEST_ANSWER for text in said.values()):
        raise ValidationError(_("An answer has at most %(most)d characters") % {"most": LONGEST_ANSWER})
    made = NeedAnswer.objects.bulk_create(
        NeedAnswer(
            customer=customer, record=record, question=code, text=text, by=by, at=at, client_id=client_id
        )
        for code, text in said.items()
    )
    audit.record(made[0], "create", by=by, changes={"answers": [None, sorted(said)]})
    return made


def _known_questions(said: Mapping[str, str]) -> set[str]:
    """Codes of all questions that were ever shipped or written; the company's own are only looked up when they are needed."""
    if set(said) <= set(QUESTIONS):
        return set(QUESTIONS)
    return set(QUESTIONS) | {row["code"] for own in GuideNeed.objects.all() for row in own.questions}


# Interview guide --------------------------------------------------------------------------------


@transaction.atomic
def save_question_set(
    code: str, *, by: User, name: str, questions: Sequence[Question], hidden: bool = False
) -> GuideNeed:
    """Write a need's questions; they stand in the order of the funnel. "" as code makes a new need. Raises ValidationError for none or too many
    questions, for one without words, and for a stage or word that does not exist."""
    if not questions and not hidden:
        raise ValidationError(_("Write at least one question"))
    if len(questions) > MOST_QUESTIONS:
        raise ValidationError(_("A need has at most %(most)d questions") % {"most": MOST_QUESTIONS})
    if not all(one.stage in STAGES and one.word in WORDS and str(one.text).strip() for one in questions):
        raise ValidationError(_("Each question needs its words, its stage and its kind"))
    code = code or f"own{uuid4().hex[:7]}"
    if hidden and not _others_asked(code):
        raise ValidationError({"hidden": _("At least one need stays in the guide")})
    row, made = GuideNeed.objects.select_for_update().get_or_create(code=code)
    before = {} if made else audit.values_of(row, ("name", "questions", "hidden"))
    row.name, row.hidden = name, hidden
    row.questions = [
        {"code": one.code, "stage": one.stage, "word": one.word, "text": str(one.text).strip()}
        for one in in_funnel_order(questions)
    ]
    row.version += 1
    row.updated_at = timezone.now()
    row.save()
    changes = audit.changes_between(before, audit.values_of(row, ("name", "questions", "hidden")))
    audit.record(row, "create" if made else "change", by=by, changes=changes)
    return row


def _others_asked(code: str) -> bool:
    """Whether the guide has a need beside this one."""
    hidden = dict(GuideNeed.objects.values_list("code", "hidden"))
    return any(
        not hidden.get(other, False)
        for other in {need.code for need in NEEDS} | set(hidden) - {code}
        if other != code
    )


@transaction.atomic
def reset_question_set(code: str, *, by: User) -> None:
    """Back to the questions as shipped; a need of the company's own is not there any more. Answers given stay."""
    row = GuideNeed.objects.select_for_update().filter(code=code).first()
    if row is None:
        return
    if code not in {need.code for need in NEEDS}:
        row.hidden = True
        row.save(update_fields=["hidden"])
        audit.record(row, "change", by=by, changes={"hidden": [False, True]})
        return
    audit.record(row, "delete", by=by)
    row.delete()


# Sales doctor -----------------------------------------------------------------------------------


@transaction.atomic
def examine(
    customer: Customer,
    *,
    by: User,
    need: str,
    findings: str,
    day: date,
    owner: User,
    client_id: UUID | None = None,
) -> NeedCase:
    """Open a case with what the interview found; the same `client_id` again changes nothing. Raises ValidationError for no words."""
    if client_id and (known := NeedCase.objects.filter(client_id=client_id).first()):
        return known
    _check_said(findings, "findings")
    _check_past(day, "examined_on")
    case = NeedCase.objects.create(
        customer=customer, need=need, findings=findings, examined_on=day, owner=owner, client_id=client_id
    )
    audit.record(case, "create", by=by)
    return case


@transaction.atomic
def diagnose(case: NeedCase, *, by: User, diagnosis: str, day: date, version: int | None = None) -> NeedCase:
    """What the trouble comes from; after the examination."""
    case = _locked(case, version, Stage.EXAMINED)
    _check_said(diagnosis, "diagnosis")
    _check_past(day, "diagnosed_on")
    if day < case.examined_on:
        raise ValidationError({"diagnosed_on": _("The diagnosis follows the examination")})
    return _save(case, by, "diagnose", diagnosis=diagnosis, diagnosed_on=day)


@transaction.atomic
def prescribe(
    case: NeedCase, *, by: User, prescription: str, day: date, act_on: date, version: int | None = None
) -> NeedCase:
    """What we recommend and by when it is done. On a later day than the examination: nobody pitches at the first call."""
    case = _locked(case, version, Stage.DIAGNOSED)
    _check_said(prescription, "prescription")
    _check_past(day, "prescribed_on")
    if day <= case.examined_on or (case.diagnosed_on and day < case.diagnosed_on):
        raise ValidationError(
            {
                "prescribed_on": _(
                    "Recommend on a later day than the examination: nobody pitches at the first call"
                )
            }
        )
    if not day <= act_on <= day + FARTHEST:
        raise ValidationError({"act_on": _("Choose a day within a year after the prescription")})
    return _save(case, by, "prescribe", prescription=prescription, prescribed_on=day, act_on=act_on)


@transaction.atomic
def close_case(case: NeedCase, *, by: User, outcome: str, day: date, version: int | None = None) -> NeedCase:
    """What came of it; from any stage."""
    case = _locked(case, version, None)
    _check_said(outcome, "outcome")
    _check_past(day, "closed_on")
    if day < case.examined_on:
        raise ValidationError({"closed_on": _("The case was opened later")})
    return _save(case, by, "close", outcome=outcome, closed_on=day)


def _locked(case: NeedCase, version: int | None, stage: Stage | None) -> NeedCase:
    row = NeedCase.objects.select_for_update().get(pk=case.pk)
    if version is not None and version != row.version:
        raise ChangedElsewhere
    if row.stage == Stage.CLOSED or (stage is not None and row.stage != stage):
        raise ValidationError(_("The case stands elsewhere: %(stage)s") % {"stage": row.stage.label})
    return row


def _check_said(text: str, field: str) -> None:
    if not text.strip():
        raise ValidationError({field: _("Write a line first")})


def _check_past(day: date, field: str) -> None:
    today = timezone.localdate()
    if not today - FARTHEST <= day <= today:
        raise ValidationError({field: _("Choose a day within the last year, today at the latest")})


def _save(case: NeedCase, by: User, action: str, **values: object) -> NeedCase:
    before = audit.values_of(case, values)
    for name, value in values.items():
        setattr(case, name, value)
    case.version += 1
    case.updated_at = timezone.now()
    case.save()
    audit.record(case, action, by=by, changes=audit.changes_between(before, audit.values_of(case, values)))
    return case
