"""What the holder does with a lead: report, talk, lose, give back; what the clock does: escalate and recycle; taking from the pool (P2.2, P2.5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.kit.workcalendar import workdays
from furrow.leads.course_models import Ended, Holding, Report, Talk
from furrow.leads.models import Lead
from furrow.leads.moving import Refused, due_after, locked, moment, move, settings_now, touch
from furrow.leads.rules import (
    PickRefusal,
    escalation_level,
    is_idle,
    pick_refusal,
    working_days_late,
)
from furrow.leads.states import HELD, Loss, Move, Reject, State, can
from furrow.team.models import User

RESULTS = {State.VALID: Move.CONFIRM, State.NEEDS_MORE: Move.ASK_MORE, State.REJECTED: Move.REJECT}


@transaction.atomic
def report_lead(
    lead: Lead,
    result: str,
    *,
    by: User | None,
    text: str = "",
    reason: str = "",
    prospect_class: str = "",
    at: datetime | None = None,
) -> Lead:
    """The result of looking into a lead: valid, needs_more (the next working day is due again) or rejected for a reason. Raises
    ValidationError without a reason or a text where one is needed, Refused when it was reported already."""
    row, now = locked(lead), moment(at)
    state = State(result)
    if state == State.REJECTED and reason not in Reject.values:
        raise ValidationError({"reason": _("Say why it is not valid")})
    if state != State.VALID and not text.strip() and reason in ("", Reject.OTHER):
        raise ValidationError({"text": _("Write what came of it")})
    was_late = row.feedback_due is not None and now > row.feedback_due
    values: dict[str, Any] = {"followed_at": now, "responded_at": row.responded_at or now}
    if state == State.VALID:
        values |= {"validated_at": row.validated_at or now}
    if state == State.NEEDS_MORE:
        values |= {"feedback_due": due_after(now), "escalation": 0, "escalated_at": None}
    if state == State.REJECTED:
        values |= {"reject_reason": reason}
    if prospect_class:
        values |= {"prospect_class": prospect_class}
    moved = move(row, RESULTS[state], by=by, at=now, note=text, **values)
    Report.objects.create(
        lead=row,
        by=by,
        at=now,
        result=state,
        reason=reason if state == State.REJECTED else "",
        text=text,
        was_late=was_late,
    )
    return moved


@transaction.atomic
def record_talk(lead: Lead, *, by: User | None, prospect_class: str = "", **values: Any) -> Talk:
    """Keep a talk with a valid lead (P2.5). The first one needs the reason for its method. Raises ValidationError without it."""
    row = locked(lead)
    if not can(Move.TALK, row.state):
        raise Refused(_("Report the lead as valid first, then record the talk"))
    if not row.talks.exists() and not str(values.get("method_reason") or "").strip():
        raise ValidationError({"method_reason": _("Say why the first talk is held this way")})
    now = moment(values.get("at"))
    known = prospect_class or row.prospect_class
    move(
        row,
        Move.TALK,
        by=by,
        at=now,
        followed_at=now,
        responded_at=row.responded_at or now,
        prospect_class=known,
    )
    talk = Talk.objects.create(lead=row, by=by, **values)
    audit.record(row, "talk", by=by, changes={}, note=str(values.get("next_step", ""))[:300])
    return talk


@transaction.atomic
def lose_lead(
    lead: Lead, reason: str, *, by: User | None, text: str = "", at: datetime | None = None
) -> Lead:
    """A valid lead came to nothing, for a reason; it can be given back to the pool later."""
    if reason not in Loss.values:
        raise ValidationError({"reason": _("Say why it came to nothing")})
    return move(locked(lead), Move.LOSE, by=by, at=moment(at), note=text, loss_reason=reason)


@transaction.atomic
def release_lead(lead: Lead, *, by: User | None, note: str = "", at: datetime | None = None) -> Lead:
    """Into the pool 公海, where others may take it."""
    return move(locked(lead), Move.RELEASE, by=by, at=moment(at), note=note, reject_reason="", loss_reason="")


@transaction.atomic
def pick_lead(lead: Lead, *, by: User, at: datetime | None = None) -> Lead:
    """Take a lead from the pool, within the company's limits; feedback is due the next working day. Raises Refused."""
    # So that two picks do not count to the same number; without the key, for whoever names this person as holder meanwhile waits for
    # that key with the lead in hand, and the two would wait for each other.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    row, now = locked(lead), moment(at)
    if row.holder_id == by.pk and row.state in HELD:
        return row
    rules = settings_now().pool
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    own = Holding.objects.filter(holder=by)
    gone = own.filter(lead=row, ended__in=[Ended.RELEASED, Ended.RECYCLED]).order_by("-until").first()
    why = pick_refusal(
        Lead.objects.alive().held().filter(holder=by).count(),
        own.filter(picked=True, since__gte=today).count(),
        gone.until if gone else None,
        now,
        rules,
    )
    if why:
        raise Refused(
            _pick_words(why)
            % {
                "number": {PickRefusal.HELD: rules.most_held, PickRefusal.PICKS: rules.most_picks}.get(
                    why, rules.rest_days
                )
            }
        )
    return move(row, Move.PICK, by=by, at=now, to=by, feedback_due=due_after(now), followed_at=now)


def _pick_words(why: str) -> str:
    return {
        PickRefusal.HELD: _("You hold %(number)d leads already. Finish or give back some first."),
        PickRefusal.PICKS: _("You have taken %(number)d leads today. Go on tomorrow."),
        PickRefusal.REST: _("You gave this lead back. For %(number)d days it is for the others."),
    }[why]


# The clock --------------------------------------------------------------------------------------


def escalate_overdue(now: datetime) -> int:
    """Show overdue lines one level further up, each once (P2.2). Returns how many rose."""
    overdue = list(
        Lead.objects.overdue(now).filter(escalation__lt=2).values_list("pk", "feedback_due", "escalation")
    )
    if not overdue:
        return 0
    today = timezone.localtime(now).date()
    first = min(timezone.localtime(due).date() for _pk, due, _level in overdue if due)
    calendar, count = workdays(first, today), 0
    for pk, due, level in overdue:
        if due is None:
            continue
        wanted = escalation_level(working_days_late(timezone.localtime(due).date(), today, calendar))
        count += wanted > level and _escalate(pk, wanted, now)
    return count


@transaction.atomic
def _escalate(pk: int, level: int, now: datetime) -> bool:
    row = (
        Lead.objects.overdue(now).select_for_update(of=("self",)).filter(pk=pk, escalation__lt=level).first()
    )
    if row is None:
        return False
    old, row.escalation, row.escalated_at = row.escalation, level, now
    touch(row)
    audit.record(row, "escalate", by=None, changes={"escalation": [old, level]})
    return True


def recycle_idle(now: datetime) -> int:
    """Take back what nobody followed up for too long, by prospect class (P2.2). Returns how many went into the pool."""
    rules = settings_now().pool
    soonest = min(rules.idle_days.values())
    rows = (
        Lead.objects.alive()
        .held()
        .filter(models.Q(followed_at__lt=now - timedelta(days=soonest)) | models.Q(followed_at=None))
    )
    idle = [
        pk
        for pk, klass, followed, assigned in rows.values_list(
            "pk", "prospect_class", "followed_at", "assigned_at"
        )
        if is_idle(klass, followed or assigned or now, now, rules)
    ]
    return sum(_recycle(pk, now) for pk in idle)


@transaction.atomic
def _recycle(pk: int, now: datetime) -> bool:
    row = Lead.objects.alive().held().select_for_update(of=("self",)).filter(pk=pk).first()
    rules = settings_now().pool
    if row is None or not is_idle(row.prospect_class, row.followed_at or row.assigned_at or now, now, rules):
        return False
    move(row, Move.RELEASE, by=None, at=now, ended=Ended.RECYCLED)
    return True
