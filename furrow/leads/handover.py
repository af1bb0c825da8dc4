"""The handover sheet 客户信息移交表 and whom its lines go to (P2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.kit.workcalendar import workdays
from furrow.leads.course_models import HandoverSheet, Holding, SheetKind, SheetLine
from furrow.leads.models import ChannelKind, Lead
from furrow.leads.moving import Refused, due_after, locked, moment, move, settings_now
from furrow.leads.rules import Hand, Line, Route, Suggestion, dealt, is_time_for
from furrow.leads.states import DUE, HELD, WAITING, Move, State
from furrow.leads.table_models import AssignmentRule
from furrow.team.access import Role
from furrow.team.models import User

# What the sheet of an hour takes; lists wait in the directory until somebody hands them over.
TAKES = {
    SheetKind.CLOSING: (ChannelKind.NETWORK, ChannelKind.REFERRAL),
    SheetKind.MORNING: (ChannelKind.COLD,),
    SheetKind.NOW: (ChannelKind.NETWORK, ChannelKind.REFERRAL, ChannelKind.COLD),
}


@transaction.atomic
def make_sheet(
    kind: SheetKind, *, by: User | None, at: datetime | None = None, leads: Iterable[Lead] | None = None
) -> HandoverSheet:
    """Put what waits onto a new sheet: for the hour's kind what it takes, for NOW everything or the `leads` named. Made once a day at
    its hour: asked again, the day's sheet is returned as it is. Urgent leads that went to the head straight away stand on it too.
    Raises ValidationError when NOW finds nothing."""
    now = moment(at)
    day = timezone.localtime(now).date()
    if kind != SheetKind.NOW:
        sheet, is_new = HandoverSheet.objects.get_or_create(
            day=day, kind=kind, defaults={"made_by": by, "created_at": now}
        )
        if not is_new:
            return sheet
    rows = list(_waiting(kind, now, leads))
    if kind == SheetKind.NOW:
        if not rows:
            raise ValidationError(_("Nothing waits to be handed over"))
        sheet = HandoverSheet.objects.create(day=day, kind=kind, made_by=by, created_at=now)
    SheetLine.objects.bulk_create(SheetLine(sheet=sheet, lead=lead) for lead in rows)
    for lead in rows:
        if lead.state == State.ENTERED:
            move(lead, Move.LIST, by=by, at=now, note=sheet.number)
    audit.record(sheet, "create", by=by, changes={"lines": [None, len(rows)]})
    return sheet


def _waiting(kind: SheetKind, now: datetime, leads: Iterable[Lead] | None) -> models.QuerySet[Lead]:
    rows = Lead.objects.alive().filter(line=None)
    if leads is not None:
        rows = rows.filter(pk__in=[lead.pk for lead in leads], state=State.ENTERED)
    else:
        urgent = models.Q(is_urgent=True, state__in=sorted(HELD))
        rows = rows.filter(models.Q(state=State.ENTERED) | urgent, channel__kind__in=TAKES[kind])
    if kind == SheetKind.MORNING:
        start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = rows.filter(inquired_at__lt=start)
    waiting: models.QuerySet[Lead] = rows.select_for_update(of=("self",)).order_by(
        "-is_urgent", "inquired_at", "pk"
    )
    return waiting


def make_due_sheets(now: datetime) -> list[HandoverSheet]:
    """The sheets whose hour has come today, none on days that are free; called often, each is made once."""
    local = timezone.localtime(now)
    rules, calendar = settings_now(), workdays(local.date(), local.date())
    wanted = [
        kind
        for kind, hour in ((SheetKind.MORNING, rules.morning), (SheetKind.CLOSING, rules.closing))
        if is_time_for(local.date(), local.time(), hour, calendar)
    ]
    there = set(
        HandoverSheet.objects.filter(day=local.date(), kind__in=wanted).values_list("kind", flat=True)
    )
    if not Lead.objects.exists():
        return []
    return [make_sheet(kind, by=None, at=now) for kind in wanted if kind not in there]


# Assigning --------------------------------------------------------------------------------------


def assignees(by: User) -> models.QuerySet[User]:
    """Whom this user may give leads to: reps and team managers in reach."""
    people: models.QuerySet[User] = User.objects.visible_to(by)
    return people.filter(is_active=True, role__in=[Role.REP, Role.MANAGER])


@transaction.atomic
def assign_lead(
    lead: Lead,
    to: User,
    *,
    by: User,
    instead_of: int | None = None,
    at: datetime | None = None,
    note: str = "",
) -> Lead:
    """Give a lead to somebody, who has to report by the next working day. `instead_of` is the id of whom the caller believes to hold it
    (None: nobody): when somebody else assigned it meanwhile, Refused says to whom. The same again changes nothing."""
    row = locked(lead)
    if row.holder_id == to.pk and row.state in HELD:
        return row
    if row.holder_id != instead_of:
        holder = row.holder.name if row.holder else _("nobody")
        raise Refused(
            _("Not assigned: “%(lead)s” belongs to %(holder)s now. Load the page again.")
            % {"lead": row.name, "holder": holder}
        )
    if not assignees(by).filter(pk=to.pk).exists():
        raise ValidationError(_("Choose one of your people who can follow it up"))
    now = moment(at)
    state = row.state
    due = due_after(now) if state in WAITING | DUE | {State.POOL} else None
    return move(
        row,
        Move.ASSIGN,
        by=by,
        at=now,
        to=to,
        note=note,
        feedback_due=due,
        followed_at=now,
        escalation=0,
        escalated_at=None,
    )


@transaction.atomic
def assign_lines(
    sheet: HandoverSheet, wanted: dict[int, User], *, by: User, at: datetime | None = None
) -> int:
    """Assign many lines of a sheet at once, lead id -> person; those assigned meanwhile are left as they are. Returns how many went."""
    leads = Lead.objects.alive().filter(line__sheet=sheet, pk__in=list(wanted), state__in=sorted(WAITING))
    count = 0
    for lead in leads.order_by("pk"):
        assign_lead(lead, wanted[lead.pk], by=by, at=at)
        count += 1
    return count


@transaction.atomic
def sign_sheet(sheet: HandoverSheet, *, by: User, at: datetime | None = None) -> HandoverSheet:
    """The head of sales signs: every line is settled. Raises ValidationError while one waits; signing again changes nothing."""
    row = HandoverSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if row.signed_at is not None:
        return row
    waiting = row.lines.filter(lead__deleted_at=None, lead__state__in=sorted(WAITING)).count()
    if waiting:
        raise ValidationError(
            _("Not signed: %(number)d lines are still to be assigned") % {"number": waiting}
        )
    row.signed_by, row.signed_at = by, moment(at)
    row.version += 1
    row.updated_at = timezone.now()
    row.save()
    audit.record(row, "sign", by=by, changes={"signed_by": [None, by.pk]})
    return row


def hands(by: User) -> dict[int, Hand]:
    """Everybody a lead may go to, with what they hold and when they last got one."""
    load = dict(
        Lead.objects.alive().held().order_by().values_list("holder_id").annotate(n=models.Count("pk"))
    )
    last = dict(Holding.objects.order_by().values_list("holder_id").annotate(at=models.Max("since")))
    people = assignees(by).filter(role=Role.REP).values_list("pk", flat=True)
    return {pk: Hand(pk, load.get(pk, 0), last.get(pk)) for pk in people}


def suggestions(leads: Sequence[Lead], by: User) -> dict[int, Suggestion]:
    """Whom each of these leads should go to, by finder, rule, load and turn."""
    if not leads:
        return {}
    routes = [
        Route(rule.person_id, rule.region_id or "", rule.brand_id, rule.product_id)
        for rule in AssignmentRule.objects.all()
    ]
    lines = {
        lead.pk: Line(
            lead.region_id or "",
            lead.brand_id,
            lead.product_id,
            lead.entered_by_id if lead.channel.kind in (ChannelKind.COLD, ChannelKind.REFERRAL) else None,
        )
        for lead in leads
    }
    return dealt(lines, routes, hands(by), timezone.now())


@dataclass(frozen=True)
class Counted:
    """A sheet, how many lines it has and how many still wait."""

    sheet: HandoverSheet
    lines: int
    waiting: int
    overdue: int


def counted(sheets: Iterable[HandoverSheet]) -> list[Counted]:
    """Sheets with their figures, in one query more."""
    rows = list(sheets)
    now = timezone.now()
    alive = models.Q(lead__deleted_at=None)
    found = {
        sheet: (lines, waiting, overdue)
        for sheet, lines, waiting, overdue in SheetLine.objects.filter(sheet__in=rows)
        .order_by()
        .values_list("sheet")
        .annotate(
            n=models.Count("pk", filter=alive),
            w=models.Count("pk", filter=alive & models.Q(lead__state__in=sorted(WAITING))),
            o=models.Count(
                "pk", filter=alive & models.Q(lead__state__in=sorted(DUE), lead__feedback_due__lt=now)
            ),
        )
    }
    return [Counted(row, *found.get(row.pk, (0, 0, 0))) for row in rows]
