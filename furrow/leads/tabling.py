"""Daily round and own posts, sweeps and cold visits, the weekly valid-customer list, channels with their cost, and the rules (P2.1, P2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.catalog.models import Brand
from furrow.kit import audit
from furrow.kit.models import BaseModel
from furrow.kit.positions import check_position
from furrow.leads.handover import assign_lead
from furrow.leads.models import Channel, ChannelCost, Lead, LeadSettings
from furrow.leads.moving import Refused, moment
from furrow.leads.rules import week_of
from furrow.leads.services import change_lead, record_lead, shipped_channel
from furrow.leads.states import ENDED, State
from furrow.leads.table_models import (
    AssignmentRule,
    ColdVisit,
    OwnPost,
    PostTrace,
    RoundStop,
    RoundTick,
    Sweep,
    SweepShop,
    ValidLine,
    ValidList,
)
from furrow.team.models import User

Thing = TypeVar("Thing", bound=BaseModel)
MOST_SHOPS = 500
MOST_FILES = 20

# Daily round ------------------------------------------------------------------------------------


@transaction.atomic
def save_stop(stop: RoundStop | None, *, by: User, **values: Any) -> RoundStop:
    """A stop of the daily round, new or changed."""
    return _save(stop or RoundStop(), by, values)


@transaction.atomic
def save_post(post: OwnPost | None, *, by: User, **values: Any) -> OwnPost:
    """One of our own posts, new or changed."""
    return _save(post or OwnPost(posted_by=by), by, values)


@transaction.atomic
def tick_stop(stop: RoundStop, day: date, *, by: User, found: int = 0, note: str = "") -> RoundTick:
    """A stop was looked at; again on the same day, the later figures stand."""
    tick, _new = RoundTick.objects.update_or_create(
        stop=stop, day=day, defaults={"by": by, "at": timezone.now(), "found": found, "note": note}
    )
    return tick


@transaction.atomic
def untick_stop(stop: RoundStop, day: date, *, by: User) -> None:
    """It was not looked at after all."""
    RoundTick.objects.filter(stop=stop, day=day).delete()


@transaction.atomic
def trace_post(post: OwnPost, day: date, *, by: User, answers: int, text: str = "") -> PostTrace:
    """What a post had brought by that day; again on the same day, the later figures stand."""
    trace, _new = PostTrace.objects.update_or_create(
        post=post, day=day, defaults={"by": by, "answers": answers, "text": text}
    )
    return trace


# Sweeps and cold visits -------------------------------------------------------------------------


@transaction.atomic
def plan_sweep(*, by: User, shops: Iterable[tuple[str, str]], **values: Any) -> Sweep:
    """A sweep with its shops as (name, address). Raises ValidationError for none and for more than MOST_SHOPS."""
    wanted = list(
        dict.fromkeys((name.strip()[:120], address.strip()[:200]) for name, address in shops if name.strip())
    )
    if not wanted or len(wanted) > MOST_SHOPS:
        raise ValidationError(
            {"shops": _("Name at least one shop and at most %(most)d") % {"most": MOST_SHOPS}}
        )
    sweep = Sweep.objects.create(**values)
    SweepShop.objects.bulk_create(
        SweepShop(sweep=sweep, name=name, address=address) for name, address in wanted
    )
    audit.record(sweep, "create", by=by, changes={"shops": [None, len(wanted)]})
    return sweep


@transaction.atomic
def register_cold_visit(
    *,
    by: User,
    client_id: str,
    name: str,
    at: datetime | None = None,
    phone: str = "",
    situation: str = "",
    position: tuple[float, float] | None = None,
    attachments: Iterable[int] = (),
    shop: SweepShop | None = None,
    **values: Any,
) -> ColdVisit:
    """陌生拜访 as registered in the field: a lead with the place (WGS-84 longitude, latitude) and the ids of photos and cards. The same
    `client_id` again returns what was registered first, so a phone may send it as often as it likes. Raises ValidationError."""
    known = ColdVisit.objects.filter(client_id=client_id).select_related("lead").first()
    if known is not None:
        return known
    if position is not None and check_position(*position):
        raise ValidationError({"position": str(check_position(*position))})
    files = list(dict.fromkeys(attachments))
    if len(files) > MOST_FILES or not name.strip() or not client_id:
        raise ValidationError(
            _("A cold visit needs a name, its id, and at most %(most)d files") % {"most": MOST_FILES}
        )
    lead = record_lead(
        by=by,
        at=at,
        client_id=f"cold:{client_id}"[:64],
        channel=shipped_channel("sweep"),
        name=name.strip()[:120],
        phone=phone,
        situation=situation,
        **values,
    )
    visit = ColdVisit(lead=lead, by=by, at=moment(at), attachments=files, client_id=client_id[:64])
    if position is not None:
        visit.longitude, visit.latitude = position
    if shop is not None and not ColdVisit.objects.filter(shop=shop).exists():
        visit.shop = shop
    visit.save(force_insert=True)
    return visit


# Valid-customer list ----------------------------------------------------------------------------


@transaction.atomic
def collect_valid(week: date, *, by: User | None) -> ValidList:
    """The list of a week with everything found valid in it and on no list yet; asked again it takes in what came since. A week in which
    nothing was found valid has a list that is not kept."""
    monday = week_of(week)
    start = timezone.make_aware(datetime.combine(monday, time()))
    valid = Lead.objects.alive().filter(
        validated_at__gte=start, validated_at__lt=start + timedelta(days=7), valid_line=None
    )
    rows = list(valid.exclude(state=State.MERGED).order_by("validated_at", "pk"))
    if not rows:
        return ValidList.objects.filter(week=monday).first() or ValidList(week=monday)
    found, _new = ValidList.objects.get_or_create(week=monday)
    ValidLine.objects.bulk_create([ValidLine(list=found, lead=lead) for lead in rows], ignore_conflicts=True)
    return found


@transaction.atomic
def split_line(line: ValidLine, brand: Brand | None, *, by: User) -> ValidLine:
    """Customer service says which brand a valid lead belongs to."""
    change_lead(line.lead, by=by, brand=brand)
    line.split_by = by
    line.save(update_fields=["split_by"])
    return line


@transaction.atomic
def decide_line(line: ValidLine, to: User, *, by: User) -> ValidLine:
    """The brand's market director, or who may assign any lead, names who follows up. Raises Refused for anybody else."""
    row = ValidLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    lead = Lead.objects.select_related("brand").get(pk=row.lead_id)
    if not may_decide(lead, by):
        raise Refused(_("Who follows up is the decision of the brand's market director"))
    if lead.state in ENDED:
        raise Refused(
            _("Not assigned: “%(lead)s” is %(state)s")
            % {"lead": lead.name, "state": lead.get_state_display()}
        )
    assign_lead(lead, to, by=by, instead_of=lead.holder_id)
    row.decided_by, row.decided_at = by, timezone.now()
    row.save(update_fields=["decided_by", "decided_at"])
    return row


def may_decide(lead: Lead, user: User) -> bool:
    """Whether this user names who follows up."""
    return user.may("leads.assign") or (lead.brand is not None and lead.brand.director_id == user.pk)


# Channels, costs and rules ----------------------------------------------------------------------


@transaction.atomic
def save_channel(channel: Channel | None, *, by: User, **values: Any) -> Channel:
    """A sub-channel, new or changed."""
    return _save(channel or Channel(), by, values)


@transaction.atomic
def add_cost(*, by: User, **values: Any) -> ChannelCost:
    """What a channel cost over some days."""
    return _save(ChannelCost(), by, values)


@transaction.atomic
def remove_cost(cost: ChannelCost, *, by: User) -> None:
    """A cost entered by mistake."""
    audit.record(cost, "delete", by=by, changes={"amount": [str(cost.amount), None]})
    cost.delete()


@transaction.atomic
def save_settings(*, by: User, **values: Any) -> LeadSettings:
    """The company's hours and limits."""
    row = LeadSettings.objects.select_for_update().order_by("pk").first() or LeadSettings(pk=1)
    return _save(row, by, values)


@transaction.atomic
def add_rule(*, by: User, **values: Any) -> AssignmentRule:
    """Leads of a region, a brand or a product go to one person; one rule for each of these. A rule for a product needs no brand."""
    product = values.get("product")
    goods = {"product": product, "brand": None if product else values.get("brand")}
    values |= goods
    if values.get("region") is None and not any(goods.values()):
        raise ValidationError(_("Name a region, a brand or a product"))
    AssignmentRule.objects.filter(**values).delete()
    return _save(AssignmentRule(), by, values)


@transaction.atomic
def remove_rule(rule: AssignmentRule, *, by: User) -> None:
    """The rule no longer holds."""
    audit.record(rule, "delete", by=by)
    rule.delete()


def _save(thing: Thing, by: User, values: Mapping[str, Any]) -> Thing:
    is_new = thing._state.adding
    before = {} if is_new else audit.values_of(thing, values)
    for name, value in values.items():
        setattr(thing, name, value)
    if not is_new:
        thing.version += 1
        thing.updated_at = timezone.now()
    thing.save()
    changes = audit.changes_between(before, audit.values_of(thing, values))
    if changes:
        audit.record(thing, "create" if is_new else "change", by=by, changes=changes)
    return thing
