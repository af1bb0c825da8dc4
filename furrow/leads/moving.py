"""How a lead changes hands and state: the one place that writes `state`, `holder` and holdings. Services call it inside their transaction,
with the lead locked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.kit.workcalendar import workdays
from furrow.kit.workdays import Workdays
from furrow.leads.course_models import Ended, Holding
from furrow.leads.models import Lead, LeadSettings
from furrow.leads.rules import LOOK_AHEAD, next_working_day
from furrow.leads.states import DUE, HELD, OWNERLESS, Move, NotNow, State, after
from furrow.team.models import User

TRACED = (
    "state", "holder", "feedback_due", "reject_reason", "loss_reason", "customer", "duplicate_of", "prospect_class", "escalation",
)  # fmt: skip


class ChangedElsewhere(ValidationError):
    """The lead changed or was deleted since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _("Not saved: someone changed this lead meanwhile. Load the page again, then repeat your change.")
        )


class Refused(ValidationError):
    """What was asked does not go from where the lead stands; says where that is."""


def refused(error: NotNow, lead: Lead) -> Refused:
    """The refusal in words."""
    said = _("Not done: “%(lead)s” is %(state)s now. Load the page again.")
    return Refused(said % {"lead": lead.name, "state": State(error.state).label})


def locked(lead: Lead) -> Lead:
    """The lead's row, locked until the transaction ends; raises ChangedElsewhere when it was deleted meanwhile."""
    found = Lead.objects.alive().select_for_update(of=("self",)).filter(pk=lead.pk).first()
    if found is None:
        raise ChangedElsewhere
    return found


def settings_now() -> LeadSettings:
    """The company's rules; the defaults until somebody has saved them."""
    return LeadSettings.objects.order_by("pk").first() or LeadSettings()


def due_after(day: datetime, calendar: Workdays | None = None) -> datetime:
    """When feedback on a lead assigned at this moment is due: the next working day at the company's hour (P2.2)."""
    local = timezone.localtime(day).date()
    known = calendar or workdays(local, local + LOOK_AHEAD)
    due = datetime.combine(next_working_day(local, known), settings_now().due)
    return timezone.make_aware(due)


def move(
    lead: Lead,
    way: Move,
    *,
    by: User | None,
    at: datetime,
    to: User | None = None,
    note: str = "",
    **values: Any,
) -> Lead:
    """Bring a locked lead one move on, with `to` as its holder where the new state has one (the present one unless given); a closed lead
    keeps the name of its last. Raises Refused when the move does not go from its state. Other `values` are written along."""
    before = audit.values_of(lead, TRACED)
    try:
        state = after(way, lead.state)
    except NotNow as error:
        raise refused(error, lead) from None
    holder = None if state in OWNERLESS else to or lead.holder
    ended = values.pop("ended", "")
    stays = state in HELD and lead.state in HELD and holder is not None and holder.pk == lead.holder_id
    if not stays:
        end_holding(lead, at, ended or _ending(way))
    if holder is not None and state in HELD and not stays:
        begin_holding(lead, holder, by=by, at=at, picked=way is Move.PICK)
        values.setdefault("assigned_at", at)
        values.setdefault("assigned_by", by)
    if state not in DUE:
        values.setdefault("feedback_due", None)
        values |= {"escalation": 0, "escalated_at": None}
    lead.state, lead.holder = state, holder
    for name, value in values.items():
        setattr(lead, name, value)
    touch(lead)
    changes = audit.changes_between(before, audit.values_of(lead, TRACED))
    if changes:
        audit.record(lead, way.value, by=by, changes=changes, note=note[:300])
    return lead


def _ending(way: Move) -> str:
    return {
        Move.ASSIGN: Ended.REASSIGNED,
        Move.REJECT: Ended.REJECTED,
        Move.LOSE: Ended.LOST,
        Move.CONVERT: Ended.CONVERTED,
        Move.MERGE: Ended.MERGED,
    }.get(way, Ended.RELEASED)


def begin_holding(lead: Lead, holder: User, *, by: User | None, at: datetime, picked: bool = False) -> None:
    """The database refuses a second open one (lead_in_one_hand)."""
    Holding.objects.create(lead=lead, holder=holder, by=by, since=at, picked=picked)


def end_holding(lead: Lead, at: datetime, ended: str) -> None:
    Holding.objects.filter(lead=lead, until=None).update(until=at, ended=ended)


def touch(lead: Lead) -> None:
    lead.version += 1
    lead.updated_at = timezone.now()
    lead.save()


def moment(at: datetime | None) -> datetime:
    """When something happened: now, unless said; never in the future."""
    now = timezone.now()
    return min(at, now) if at is not None else now


def is_recent(at: datetime, days: int) -> bool:
    """Whether it lies at most so many days back."""
    return timezone.now() - at <= timedelta(days=days)
