"""Pure rules of leads: the clock of feedback, who a line is suggested to, when a lead goes back to the pool, what a channel costs and
brings, whom to ask for a referral (P2.2, P2.4, P7.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from furrow.kit.workdays import Workdays

LOOK_AHEAD = timedelta(days=40)  # longer than any run of free days
CENT = Decimal("0.01")


# The clock --------------------------------------------------------------------------------------


def next_working_day(day: date, calendar: Workdays) -> date:
    """The first working day after `day`; public holidays and make-up days count as the calendar says."""
    found = calendar.between(day + timedelta(days=1), day + LOOK_AHEAD)
    return found[0] if found else day + timedelta(days=1)


def working_days_late(due: date, today: date, calendar: Workdays) -> int:
    """Working days since the due day, 0 on the day itself and before."""
    return len(calendar.between(due + timedelta(days=1), today)) if today > due else 0


def escalation_level(days_late: int) -> int:
    """To whom an overdue line is shown besides the two: 1 the assignee's team manager from the first day late on, 2 the top of the
    team structure from the third on."""
    return 2 if days_late >= 3 else 1


def is_time_for(day: date, now: time, hour: time, calendar: Workdays) -> bool:
    """Whether the sheet of a working day is due: its hour has come."""
    return calendar.is_working(day) and now >= hour


# Suggestions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """What a lead is handed out by: its region's code ("" unknown), the brand and the product wanted, and who of ours found it."""

    region: str = ""
    brand: int | None = None
    product: int | None = None
    finder: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """An assignment rule: leads from a region (a code's beginning, "" for all), of a brand and for a product (None for all) go to one
    person."""

    person: int
    region: str = ""
    brand: int | None = None
    product: int | None = None

    def fits(self, line: Line) -> bool:
        return (
            line.region.startswith(self.region)
            and self.brand in (None, line.brand)
            and self.product in (None, line.product)
        )

    @property
    def weight(self) -> int:
        """The narrower rule wins: a product counts more than its brand, a brand more than any region."""
        goods = 200 if self.product is not None else 100 if self.brand is not None else 0
        return len(self.region) + goods


@dataclass(frozen=True, slots=True)
class Hand:
    """Someone a line may go to: how many leads they hold now and when they last got one (None: never)."""

    person: int
    load: int = 0
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who a line should go to and why: finder, rule, load or turn."""

    person: int
    why: str


def suggest(line: Line, routes: Sequence[Route], hands: Mapping[int, Hand]) -> Suggestion | None:
    """Who found it; else whom the narrowest rule names; among several, and where no rule fits, whoever holds the fewest, and
    among equals the one whose turn it is, that is who has waited longest. None when nobody can take it."""
    if line.finder is not None and line.finder in hands:
        return Suggestion(line.finder, "finder")
    fitting = [route for route in routes if route.person in hands and route.fits(line)]
    best = max((route.weight for route in fitting), default=0)
    named = {route.person for route in fitting if route.weight == best}
    among = [hands[person] for person in named] if named else list(hands.values())
    if not among:
        return None
    if len(named) == 1:
        return Suggestion(among[0].person, "rule")
    fewest = min(hand.load for hand in among)
    even = sorted(
        (hand for hand in among if hand.load == fewest),
        key=lambda hand: (hand.last is not None, hand.last.timestamp() if hand.last else 0, hand.person),
    )
    return Suggestion(even[0].person, "load" if len(even) == 1 else "turn")


def dealt(
    lines: Mapping[int, Line],
    routes: Sequence[Route],
    hands: Mapping[int, Hand],
    now: datetime,
) -> dict[int, Suggestion]:
    """A suggestion for each line by its id, as if they were handed out one after the other."""
    left, found = dict(hands), {}
    for number, (pk, line) in enumerate(lines.items()):
        made = suggest(line, routes, left)
        if made is None:
            continue
        found[pk] = made
        hand = left[made.person]
        left[made.person] = Hand(made.person, hand.load + 1, now + timedelta(microseconds=number))
    return found


# The pool ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PoolRules:
    """When a lead is taken back and how many one may take: days without follow-up by prospect class ("" for none), leads a rep may
    hold, picks a day, and for how many days who let one go may not take it again."""

    idle_days: Mapping[str, int] = field(default_factory=lambda: {"A": 3, "B": 7, "C": 15, "": 10})
    most_held: int = 60
    most_picks: int = 5
    rest_days: int = 7

    def idle_after(self, prospect_class: str) -> int:
        return self.idle_days.get(prospect_class, self.idle_days[""])


def is_idle(prospect_class: str, last: datetime, now: datetime, rules: PoolRules) -> bool:
    """Whether a held lead went without follow-up for so long that it returns to the pool."""
    return now - last >= timedelta(days=rules.idle_after(prospect_class))


class PickRefusal:
    """Codes of why somebody may not take a lead from the pool."""

    HELD, PICKS, REST = "held", "picks", "rest"


def pick_refusal(
    held: int, picked_today: int, let_go: datetime | None, now: datetime, rules: PoolRules
) -> str:
    """Why somebody may not take this lead now, "" when they may. `let_go`: when they last gave this very lead up."""
    if held >= rules.most_held:
        return PickRefusal.HELD
    if picked_today >= rules.most_picks:
        return PickRefusal.PICKS
    if let_go is not None and now - let_go < timedelta(days=rules.rest_days):
        return PickRefusal.REST
    return ""


# Measures ---------------------------------------------------------------------------------------


def cost_within(amount: Decimal, first: date, last: date, start: date, end: date) -> Decimal:
    """The part of a cost for the days first to last that falls into start to end, by days, in cents.

    >>> cost_within(Decimal("310"), date(2026, 10, 1), date(2026, 10, 31), date(2026, 10, 26), date(2026, 11, 1))
    Decimal('60.00')
    """
    days = (last - first).days + 1
    shared = (min(last, end) - max(first, start)).days + 1
    if shared <= 0 or days <= 0:
        return Decimal("0.00")
    return (amount * shared / days).quantize(CENT, ROUND_HALF_UP)


def share(part: int, whole: int) -> float | None:
    """part of whole between 0 and 1; None of nothing."""
    return part / whole if whole else None


def each(cost: Decimal, number: int) -> Decimal | None:
    """Cost per lead; None without leads."""
    return (cost / number).quantize(CENT, ROUND_HALF_UP) if number else None


def middle_minutes(spans: Sequence[timedelta]) -> int | None:
    """The median in minutes; None of nothing. The median, because one lead forgotten over a holiday says nothing of the others."""
    return round(median(span.total_seconds() for span in spans) / 60) if spans else None


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


# Referrals --------------------------------------------------------------------------------------

ASK_AGAIN_DAYS = 90
JUST_SIGNED_DAYS = 30


@dataclass(frozen=True, slots=True)
class AskFacts:
    """What is known of a customer before asking for a referral: grade, days since they became one (None: long ago), days since we last asked
    (None: never), and how many of those they named have signed."""

    grade: str
    days_known: int | None
    asked_days_ago: int | None
    signed: int = 0


def ask_reasons(facts: AskFacts) -> tuple[str, ...]:
    """Why now is a good time to ask this customer for a referral, the strongest first; empty when it is not (P7.5)."""
    if facts.asked_days_ago is not None and facts.asked_days_ago < ASK_AGAIN_DAYS:
        return ()
    found = []
    if facts.signed:
        found.append("named_before")
    if facts.days_known is not None and facts.days_known <= JUST_SIGNED_DAYS:
        found.append("just_signed")
    if facts.grade == "A":
        found.append("best_grade")
    elif facts.grade == "B" and facts.asked_days_ago is None:
        found.append("never_asked")
    return tuple(found)
