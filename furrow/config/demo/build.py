"""Fills an empty database with the demo company, through the same services as everybody's changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import ngettext

from furrow.assessment.cards import Card
from furrow.assessment.models import Source
from furrow.assessment.scorecards import card as scorecard
from furrow.assessment.services import Grading, assess_customer, assess_rows, take_imported_grades
from furrow.config.demo.cards import fill_cards
from furrow.config.demo.doubles import enter_twice
from furrow.config.demo.goods import stock_up
from furrow.config.demo.judgements import judge
from furrow.config.demo.leads import make_leads
from furrow.config.demo.markets import open_first, open_markets
from furrow.config.demo.moments import FIRST_DAY, moment, told_at
from furrow.config.demo.outlets import Shop, shops
from furrow.config.demo.people import hire
from furrow.config.demo.rounds import make_rounds
from furrow.config.demo.trade import order, trade
from furrow.customers.bulk import create_many
from furrow.customers.models import Customer
from furrow.kit.places import load_regions
from furrow.kit.positions import CoordinateSystem, to_wgs84
from furrow.kit.services import seed_calendar
from furrow.planning import run
from furrow.planning.models import VisitCycle, VisitPlan
from furrow.planning.outcome import result_json
from furrow.planning.policies import create_from_preset, policy_in_use
from furrow.planning.rows import plans_problem
from furrow.planning.rules import PRESETS
from furrow.planning.services import create_cycle, publish_cycle
from furrow.records.models import SavedView
from furrow.routing import solve
from furrow.team.models import User

SEED = 20
OUTLETS = 600
WEEKS = 4
ITERATIONS = 16_000  # of the whole plan: some seven seconds of search
SLICE_SECONDS = 60
GRADE_SHARES = {"A": 16, "B": 34, "C": 32, "D": 18}
LARGE_SHARES = {"A": 36, "B": 42, "C": 18, "D": 4}  # wholesalers and chains
# Points of importance and growth that lead to the grade most often.
POINTS = {"A": (4.4, 3.6), "B": (3.2, 3.4), "C": (2.0, 4.0), "D": (2.0, 2.2)}


class NotEmpty(Exception):
    """The database already holds people or customers."""


def build_demo(
    *, announce: Callable[[str], None] | None = None, outlets: int = OUTLETS, iterations: int = ITERATIONS
) -> None:
    """Make people, customers, grades and one published plan that contains today; all of it or nothing.

    Names and texts of the demo company are Chinese, whatever language the caller speaks; `announce` is told each step in
    the caller's. The same on the same day for the same numbers. Raises NotEmpty.
    """
    say = announce or (lambda text: None)
    with transaction.atomic():
        if User.objects.exists() or Customer.objects.exists():
            raise NotEmpty
        load_regions()
        this_year = timezone.localdate().year
        seed_calendar([this_year, this_year + 1])
        first = timezone.localdate() - FIRST_DAY
        with translation.override(settings.LANGUAGE_CODE), told_at(moment(first, 9, 10)):
            people = hire()
            create_from_preset(PRESETS[1], by=people["admin"])
            customers = _customers(shops(outlets, SEED), people)
        say(ngettext("%(n)d customer", "%(n)d customers", outlets) % {"n": outlets})
        with translation.override(settings.LANGUAGE_CODE):
            _grade(customers, people)
            _save_views(people)
            stock_up([customer for customer, _shop in customers], people, SEED)
            fill_cards(list(Customer.objects.select_related("owner").order_by("pk")), people, SEED)
            open_markets(people)
            leads = make_leads(people)
            kept = [customer for customer, _shop in customers]
            trade(kept, people, SEED)
            judge(_graded(customers), people, SEED)
            order(kept, people, SEED)
            visits = _plan(people, iterations)
        say(ngettext("%(n)d lead", "%(n)d leads", leads) % {"n": leads})
        say(ngettext("%(n)d visit planned", "%(n)d visits planned", visits) % {"n": visits})
        with translation.override(settings.LANGUAGE_CODE):
            made = make_rounds(people, SEED)
            enter_twice(people)
            open_first(people)
        say(ngettext("%(n)d visit made", "%(n)d visits made", made) % {"n": made})


def _customers(found: Sequence[Shop], people: dict[str, User]) -> list[tuple[Customer, Shop]]:
    """Some brought their grade along, as from an import."""
    rows = [_values(shop, people) for shop in found]
    for number, (shop, row) in enumerate(zip(found, rows, strict=True)):
        if _source(number, shop) == Source.IMPORT:
            row["customer_grade"] = row["visit_grade"] = _grade_of(shop)
    made = create_many(rows, by=people["clerk"], note="", action="create")
    return list(zip(made, found, strict=True))


def _values(shop: Shop, people: dict[str, User]) -> dict[str, object]:
    values: dict[str, object] = {
        "name": shop.name,
        "contact_name": shop.contact,
        "phone": shop.phone,
        "channel_type": shop.channel,
        "status": shop.status,
        "ownership_type": shop.ownership,
        "legal_representative": shop.legal,
        "address": shop.address,
        "region_id": shop.region or None,
        "owner_id": people[shop.rep].pk if shop.rep else None,
        "note": shop.note,
    }
    if shop.lng is not None and shop.lat is not None:
        lng, lat = to_wgs84(shop.lng, shop.lat, CoordinateSystem.GCJ02)
        values |= {"longitude": lng, "latitude": lat, "position_system": CoordinateSystem.GCJ02}
    return values


def _source(number: int, shop: Shop) -> Source | None:
    """How the shop got its grade: of ten, one by the scorecard, four by an import, four by hand, one not at all."""
    step = number % 10
    if step == 3:
        return None
    if step == 6 and shop.rep:
        return Source.SCORECARD
    return Source.IMPORT if step < 5 else Source.MANUAL


def _grade(customers: Sequence[tuple[Customer, Shop]], people: dict[str, User]) -> None:
    """The reps filled in cards, the clerk imported a list, the director set the rest."""
    by_source: dict[Source | None, list[tuple[Customer, Shop]]] = defaultdict(list)
    for number, (customer, shop) in enumerate(customers):
        by_source[_source(number, shop)].append((customer, shop))
    brought = [(customer.pk, customer.customer_grade) for customer, _shop in by_source[Source.IMPORT]]
    first = timezone.localdate() - FIRST_DAY
    with told_at(moment(first, 9, 40)):
        take_imported_grades(brought, by=people["clerk"])
    given = [Grading(customer.pk, _grade_of(shop)) for customer, shop in by_source[Source.MANUAL]]
    with told_at(moment(first + timedelta(days=7), 14, 30)):
        assess_rows(given, reason="按去年销量初评", by=people["director"])
    dice, former, form = Random(SEED), Random(SEED + 1), scorecard()
    for number, (customer, shop) in enumerate(by_source[Source.SCORECARD]):
        day = timezone.localdate() - timedelta(days=1 + number % 50)
        letter = _grade_of(shop)
        if number % 4 == 1:  # judged once before, mostly a step lower
            below = "ABCD"[min(3, "ABCD".index(letter) + 1)] if number % 3 else "A"
            _card(customer, shop, form, _answers(form, below, former), people, day - timedelta(days=35), 11)
        _card(customer, shop, form, _answers(form, letter, dice), people, day, 10 + number % 7)


def _card(
    customer: Customer,
    shop: Shop,
    form: Card,
    answers: dict[str, int | None],
    people: dict[str, User],
    day: date,
    hour: int,
) -> None:
    """One card filled in by the shop's rep."""
    at = moment(day, hour, 20)
    with told_at(at):
        assess_customer(
            customer,
            card=form,
            answers=answers,
            evidence="到店查看，询问店主",
            by=people[shop.rep],
            at=at,
        )


def _graded(customers: Sequence[tuple[Customer, Shop]]) -> list[Customer]:
    """The customers as they stand now, with their owners."""
    ids = [customer.pk for customer, _shop in customers]
    return list(Customer.objects.filter(pk__in=ids).select_related("owner").order_by("pk"))


def _grade_of(shop: Shop) -> str:
    """By the shop's own draw; wholesalers and chains tend to the top."""
    shares = LARGE_SHARES if shop.channel in {"wholesale", "modern"} else GRADE_SHARES
    left = shop.draw * sum(shares.values())
    for letter, share in shares.items():
        left -= share
        if left < 0:
            return letter
    return "D"


def _answers(form: Card, letter: str, dice: Random) -> dict[str, int | None]:
    return {
        criterion.code: max(1, min(5, round(dice.gauss(mean, 0.6))))
        for factor, mean in zip(form.factors, POINTS[letter], strict=True)
        for criterion in factor.criteria
    }


def _save_views(people: dict[str, User]) -> None:
    for name, query, owner, shared in (
        ("A 级客户", "grade=A", "director", True),
        ("休眠客户", "status=dormant", "hankou", True),
    ):
        SavedView.objects.create(
            record="customers", name=name, query=query, owner=people[owner], shared=shared
        )


def _plan(people: dict[str, User], iterations: int) -> int:
    """The director's plan of all reps for the four weeks that begin this week, published; returns its visits."""
    today = timezone.localdate()
    director = people["director"]
    start = today - timedelta(days=today.weekday())
    first, last = (on.isocalendar().week for on in (start, start + timedelta(weeks=WEEKS - 1)))
    friday = moment(start - timedelta(days=3), 16, 30)
    with told_at(friday):
        cycle = create_cycle(
            by=director,
            start=start,
            weeks=WEEKS,
            name=f"第 {first} 周至第 {last} 周",
            reps=[person for name, person in people.items() if name.startswith("rep")],
            policy=policy_in_use(),
            seconds=None,
            iterations=iterations,
            seed=SEED,
        )
    for plan, params in run.prepare(cycle, director):
        problem = plans_problem(cycle, [plan], divided=True, ahead=True)
        result = solve(problem, stop=run.search_stop(params, SLICE_SECONDS), seed=params["seed"])
        VisitPlan.objects.filter(pk=plan.pk).update(solution=result_json(result))
    counted: list[int] = []
    run.finish(cycle, counted.append)
    with told_at(friday + timedelta(minutes=25)):
        publish_cycle(VisitCycle.objects.get(pk=cycle.pk), by=director)
    return counted[0]
