"""Measures per channel (P2.4): leads, valid rate, response time, talks, conversion, cost per lead and revenue; as funnel and by week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from furrow.leads.models import Channel, ChannelCost, Lead
from furrow.leads.rules import cost_within, each, middle_minutes, share, week_of
from furrow.leads.states import State
from furrow.team.models import User

MOST_ROWS = 50_000


@dataclass
class Figures:
    """What leads that came in a time have come to by now. `spans`: times from the inquiry to the first feedback."""

    leads: int = 0
    valid: int = 0
    talks: int = 0
    converted: int = 0
    cost: Decimal = Decimal(0)
    revenue: Decimal | None = None
    spans: list[timedelta] = field(default_factory=list)

    @property
    def valid_rate(self) -> float | None:
        return share(self.valid, self.leads)

    @property
    def conversion_rate(self) -> float | None:
        return share(self.converted, self.leads)

    @property
    def response_minutes(self) -> int | None:
        return middle_minutes(self.spans)

    @property
    def cost_per_lead(self) -> Decimal | None:
        return each(self.cost, self.leads) if self.cost else None


@dataclass(frozen=True)
class Row:
    """One sub-channel over the period."""

    channel: Channel
    figures: Figures


@dataclass(frozen=True)
class Week:
    """All channels over one week, from its Monday."""

    start: date
    figures: Figures


@dataclass(frozen=True)
class Measures:
    """The period's sum, each channel that brought or cost something, and each week."""

    first: date
    last: date
    total: Figures
    rows: list[Row]
    weeks: list[Week]


def measures(user: User, until: date, weeks: int) -> Measures:
    """Leads in the user's reach that came in the `weeks` calendar weeks ending with the one of `until`. Costs are the company's, so they
    are counted only for who sees all leads of a channel (rates of cost would be wrong otherwise)."""
    monday = week_of(until) - timedelta(weeks=weeks - 1)
    last = monday + timedelta(weeks=weeks) - timedelta(days=1)
    total = Figures()
    by_channel: dict[int, Figures] = {}
    by_week = {monday + timedelta(weeks=number): Figures() for number in range(weeks)}
    customers: dict[int, tuple[int, date]] = {}
    for channel, at, is_valid, talked, state, responded, customer in _rows(user, monday, last):
        week = week_of(timezone.localtime(at).date())
        for figures in (total, by_channel.setdefault(channel, Figures()), by_week[week]):
            _count(figures, is_valid, talked, state, responded - at if responded else None)
        if customer and state == State.CONVERTED:
            customers[customer] = (channel, week)
    if user.may("leads.rules") or user.may("leads.split"):
        _add_costs(total, by_channel, by_week, monday, last)
    _add_revenue(total, by_channel, by_week, customers)
    known = Channel.objects.in_bulk(list(by_channel))
    rows = [Row(known[pk], figures) for pk, figures in by_channel.items() if pk in known]
    rows.sort(key=lambda row: (-row.figures.leads, row.channel.pk))
    return Measures(monday, last, total, rows, [Week(*pair) for pair in by_week.items()])


def _rows(user: User, first: date, last: date) -> Iterable[Any]:
    start = timezone.make_aware(datetime.combine(first, time()))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
    rows = Lead.objects.visible_to(user).filter(inquired_at__gte=start, inquired_at__lt=end)
    rows = rows.exclude(state=State.MERGED)
    talked = set(rows.filter(talks__isnull=False).values_list("pk", flat=True))
    fields = ("pk", "channel_id", "inquired_at", "validated_at", "state", "responded_at", "customer_id")
    for pk, channel, at, validated, state, responded, customer in rows.order_by("pk").values_list(*fields)[
        :MOST_ROWS
    ]:
        yield channel, at, validated is not None, pk in talked, state, responded, customer


def _count(figures: Figures, is_valid: bool, talked: bool, state: str, span: timedelta | None) -> None:
    figures.leads += 1
    figures.valid += is_valid
    figures.talks += talked
    figures.converted += state == State.CONVERTED
    if span is not None:
        figures.spans.append(span)


def _add_costs(
    total: Figures, by_channel: dict[int, Figures], by_week: dict[date, Figures], first: date, last: date
) -> None:
    for cost in ChannelCost.objects.filter(first__lte=last, last__gte=first):
        amount = cost_within(cost.amount, cost.first, cost.last, first, last)
        total.cost += amount
        by_channel.setdefault(cost.channel_id, Figures()).cost += amount
        for monday, figures in by_week.items():
            figures.cost += cost_within(
                cost.amount, cost.first, cost.last, monday, monday + timedelta(days=6)
            )


def _add_revenue(
    total: Figures,
    by_channel: dict[int, Figures],
    by_week: dict[date, Figures],
    customers: dict[int, tuple[int, date]],
) -> None:
    """What the customers they became have bought; unknown until a room that keeps sales is wired to settings.LEAD_REVENUE."""
    if not settings.LEAD_REVENUE:
        return
    found: dict[int, Decimal] = import_string(settings.LEAD_REVENUE)(list(customers))
    for customer, (channel, week) in customers.items():
        for figures in (total, by_channel[channel], by_week[week]):
            figures.revenue = (figures.revenue or Decimal(0)) + found.get(customer, Decimal(0))
