"""The form of a new plan: customers without an owner by city, reps to be named later, where published plans end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from furrow.customers.models import Customer
from furrow.kit.places import Region
from furrow.planning import services
from furrow.planning.free import NOWHERE, free_cities, too_far
from furrow.planning.models import VisitCycle, VisitPlan
from furrow.planning.policies import policy_in_use, rules_of
from furrow.planning.preview import first_free_monday, last_published_days
from furrow.planning.problem import Outlet, Traveler, cycle_days, planning_problem
from furrow.planning.rules import preset
from furrow.planning.tests.company import START, planned, shop, shops
from furrow.team.models import User
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]
TODAY = date(2026, 11, 24)
GIVEN = {"start": "2026-11-30", "weeks": 4, "seconds": 10, "overtime": 0}


def region(code: str, name: str) -> Region:
    return Region.objects.get_or_create(code=code, defaults={"name": name, "level": 3, "full_name": name})[0]


def far_shops(count: int) -> list[Customer]:
    """Shops in Shanghai that nobody owns."""
    made = [shop(700 + i, None, grade="C", lng=121.47 + i * 0.01, lat=31.23) for i in range(count)]
    Customer.objects.filter(pk__in=[one.pk for one in made]).update(region=region("310101", "黄浦区"))
    return made


@pytest.mark.django_db
def test_cities_are_counted_and_judged_by_the_way_there(cast: Cast) -> None:
    made = shops(cast)
    far_shops(6)
    Customer.objects.filter(pk=made.free[0].pk).update(region=region("420102", "江岸区"), visit_grade="")
    assert [(c.code, c.customers, c.ungraded) for c in free_cities(cast.manager)] == [
        ("31", 6, 0),
        (NOWHERE, 3, 0),
        ("4201", 1, 1),
    ]
    eastern = User.objects.create(
        username="e", name="东", role="rep", team=cast.north, longitude=87.6, latitude=43.8
    )
    reps, beyond = too_far(cast.manager, [cast.rep, eastern], rules_of(policy_in_use()))
    assert reps == (eastern,) and [city.code for city in beyond] == ["31"]


@pytest.mark.django_db(transaction=True)
def test_the_form_plans_chosen_cities_for_reps_to_be_named(cast: Cast, client_of: ClientOf) -> None:
    made, far = shops(cast), far_shops(6)
    manager = client_of(cast.manager)
    assert "6 customers in" in manager.get("/plans/new/").text
    nobody = manager.post("/plans/new/", {**GIVEN, "policy": policy_in_use().pk, "new_reps": 0})
    assert "Choose at least one rep" in nobody.text and not VisitCycle.objects.exists()
    given = {**GIVEN, "policy": policy_in_use().pk, "new_reps": 2, "cities": ["31"], "reps": [cast.rep.pk]}
    assert manager.post("/plans/new/", given).status_code == 302
    cycle = VisitCycle.objects.get()
    assert cycle.options["cities"] == ["31"] and cycle.figures["unplaced_visits"] == 0
    new = set(User.objects.filter(name__startswith="Rep to be named"))
    assert len(new) == 2 and {plan.rep for plan in cycle.plans.all()} == {cast.rep, *new}
    proposed = {plan.rep: set(plan.proposed) for plan in cycle.plans.select_related("rep")}
    assert proposed[cast.rep] == set()
    assert set().union(*proposed.values()) == {one.pk for one in far}
    assert not VisitPlan.objects.filter(visits__customer__in=made.free).exists()


@pytest.mark.django_db(transaction=True)
def test_customers_beyond_a_day_get_no_owner_and_a_reason(cast: Cast) -> None:
    shops(cast)
    far = far_shops(2)
    cycle = planned(cast)
    left = {row.customer_id: row.reason for plan in cycle.plans.all() for row in plan.unplaced.all()}
    assert left == {one.pk: "too_far" for one in far}
    services.publish_cycle(cycle, by=cast.manager, make_owners=True)
    assert Customer.objects.filter(pk__in=[one.pk for one in far], owner=None).count() == 2
    assert first_free_monday(cast.manager, TODAY) == date(2026, 12, 28)
    assert first_free_monday(cast.other_manager, TODAY) == START
    assert last_published_days(cast.manager)[cast.rep.pk] == date(2026, 12, 27)


def test_a_grade_that_is_nearly_everything_may_use_all_weeks() -> None:
    days = cycle_days(date(2026, 11, 30), 4, lambda day: day.weekday() < 5)

    def weeks_of(grades: str) -> dict[str, tuple[int, ...]]:
        outlets = [Outlet(str(i), 121.4, 31.2, grade, visits=1) for i, grade in enumerate(grades)]
        sites = planning_problem(
            outlets, [Traveler("r")], preset("four_week_cycle").rules, days, number=0
        ).sites
        return {site.grade: site.preferred_weeks for site in sites}

    assert weeks_of("CCCCCB") == {"C": (), "B": (1,)}
    assert weeks_of("CCCBBB") == {"C": (2,), "B": (1,)}
