"""The result page of a plan: who sees it, its four views, the price of a move, moving and undoing, wrong addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from furrow.kit.models import Job
from furrow.kit.services import set_work_day
from furrow.planning import board, moves, queries, services
from furrow.planning.models import PlannedVisit, Route, VisitCycle, VisitPlan
from furrow.planning.tests.company import START, draft, planned, shop, shops
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User | None], Client]
HOSTILE = ("week=99", "week=-1", "week=1e9", "week=abc", "day=2026-13-40", "day=1999-01-01", "day=%00", "rep=0", "rep=999999999999999999999", "view=../x", "base=x", "sort=;drop", "page=0", "page=99999", "grade=Z")  # fmt: skip


@pytest.fixture
def cycle(cast: Cast) -> VisitCycle:
    shops(cast)
    return planned(cast)


def page(cycle: VisitCycle, query: str = "") -> str:
    return f"{reverse('planning:cycle', args=[cycle.pk])}?{query}"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def free_move(cycle: VisitCycle) -> tuple[PlannedVisit, date]:
    """A visit and another day it fits on."""
    for visit in PlannedVisit.objects.filter(plan__cycle=cycle, grade="C").select_related("plan__cycle"):
        days = [cycle.day_of(i) for i in range(28)]
        fits = [
            day for day, price in moves.price_days(visit, days).items() if price.fits and day != visit.date
        ]
        if fits:
            return visit, fits[0]
    raise AssertionError("no visit can be moved")


def test_every_view_shows_the_plan(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    visit = PlannedVisit.objects.filter(plan__cycle=cycle).order_by("date", "plan", "order").first()
    assert visit is not None
    calendar = text(client, page(cycle, "week=1"))
    assert f'data-visit="{visit.pk}"' in calendar and "data-can-move" in calendar
    assert cast.rep.name in calendar and cast.second_rep.name in calendar
    assert 'class="fr-ov"' in text(client, page(cycle, "week=0"))
    assert "routes-data" in text(client, page(cycle, "view=map&week=1"))
    assert visit.customer.name in text(client, page(cycle, "view=table&week=0"))
    figures = text(client, page(cycle, "view=figures"))
    assert "chart-data" in figures and "Every visit found its day." in figures


def test_figures_name_the_baseline_asked_for(cast: Cast, cycle: VisitCycle) -> None:
    figures = {
        "travel_minutes": 600.0, "customer_minutes": 1200.0, "kilometres": 90.0, "visits_per_day": 8.1, "coverage": {"A": [8, 8, 2, 2]},
        "baselines": {"swept": {"travel_minutes": 750.0, "customer_minutes": 1200.0, "kilometres": 120.0, "visits_per_day": 6.6},
                      "listed": {"travel_minutes": 1200.0, "customer_minutes": 1000.0, "kilometres": 180.0, "visits_per_day": 8.1}},
    }  # fmt: skip
    swept = board.stats(figures, 3, "swept")
    assert (swept[0].figure, swept[2].figure, swept[3].figure, swept[4].figure, swept[5].figure) == ("10.0", "90", "8.1", "2", "3")  # fmt: skip
    assert "<b>−20%</b>" in swept[0].sub and "12.5" in swept[0].sub
    assert "<b>0%</b>" in swept[1].sub or "<b>0" in swept[1].sub
    assert "<b>+1.5</b>" in swept[3].sub
    listed = board.stats(figures, 3, "listed")
    assert "<b>−50%</b>" in listed[0].sub and "<b>+20%</b>" in listed[1].sub


def test_the_table_is_filtered_and_sorted(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    response = client_of(cast.manager).get(
        page(cycle, f"view=table&week=0&rep={cast.rep.pk}&grade=A&sort=-km")
    )
    rows = [stop for _rep, stop in response.context["rows"]]
    wanted = PlannedVisit.objects.filter(plan__rep=cast.rep, grade="A")
    assert {stop.id for stop in rows} == set(wanted.values_list("pk", flat=True))
    assert len(rows) == response.context["count"] >= 8  # two A shops of the rep's own, four visits each
    assert [stop.drive_km for stop in rows] == sorted((stop.drive_km for stop in rows), reverse=True)
    day = rows[0].date
    narrowed = client_of(cast.manager).get(
        page(cycle, f"view=table&week=0&day={day}&rep={cast.rep.pk}&grade=A")
    )
    assert {stop.date for _rep, stop in narrowed.context["rows"]} == {day}


def test_hostile_query_strings_show_a_page(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    for query in HOSTILE:
        for view in board.VIEWS:
            assert client.get(page(cycle, f"view={view}&{query}")).status_code == 200, (view, query)


def test_who_sees_a_plan(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    visit = PlannedVisit.objects.filter(plan__cycle=cycle, plan__rep=cast.rep).first()
    assert visit is not None
    addresses = (
        page(cycle), reverse("planning:visit", args=[visit.pk]), reverse("planning:price", args=[visit.pk]) + f"?to={START}"
    )  # fmt: skip
    for address in addresses:
        assert client_of(None).get(address).status_code == 302
        assert client_of(cast.other_manager).get(address).status_code == 404
    assert [client_of(cast.rep).get(address).status_code for address in addresses] == [404, 404, 403]
    assert [client_of(cast.read_only).get(address).status_code for address in addresses] == [200, 200, 403]
    assert "data-can-move" not in text(client_of(cast.read_only), page(cycle))
    services.publish_cycle(VisitCycle.objects.get(pk=cycle.pk), by=cast.manager)
    own = text(client_of(cast.rep), page(cycle, "week=1"))
    assert cast.rep.name in own and cast.second_rep.name not in own and "data-can-move" not in own
    assert cast.rep.calendar_token in own
    assert "Take back" not in own and "Take back" in text(client_of(cast.manager), page(cycle))
    assert client_of(cast.second_rep).get(reverse("planning:visit", args=[visit.pk])).status_code == 404


def test_a_rep_sees_own_figures_only(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    services.publish_cycle(VisitCycle.objects.get(pk=cycle.pk), by=cast.manager)
    response = client_of(cast.rep).get(page(cycle, "view=figures"))
    own = VisitPlan.objects.get(cycle=cycle, rep=cast.rep).figures
    assert response.context["totals"]["visits"] == own["visits"] < cycle.figures["visits"]
    assert response.context["bases"] == () and response.context["figures"] == []


def test_the_price_says_what_the_move_then_costs(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    visit, to = free_move(cycle)
    before = VisitCycle.objects.get(pk=cycle.pk).figures["travel_minutes"]
    found = client.get(reverse("planning:price", args=[visit.pk]), {"to": to.isoformat()}).json()
    assert found["possible"] and found["fits"] and not found["reasons"] and len(found["facts"]) >= 2
    week = (to - cycle.start).days // 7 + 1
    whole = client.get(reverse("planning:price", args=[visit.pk]), {"week": week}).json()["days"]
    assert whole[to.isoformat()] == found and visit.date.isoformat() not in whole
    data = {
        "to": to.isoformat(), "version": VisitCycle.objects.get(pk=cycle.pk).version,
    }  # fmt: skip
    response = client.post(reverse("planning:move", args=[visit.pk]), data, follow=True)
    assert "Undo" in response.content.decode()
    moved = PlannedVisit.objects.get(pk=visit.pk)
    assert (moved.date, f"{moved.start:%H:%M}", moved.order) == (to, found["start"], found["order"])
    after = VisitCycle.objects.get(pk=cycle.pk).figures["travel_minutes"]
    assert after - before == pytest.approx(found["minutes"], abs=0.3)
    assert moved.pk in client.get(page(cycle, f"week={week}")).context["marked"]
    client.post(reverse("planning:undo", args=[visit.pk]))
    assert PlannedVisit.objects.get(pk=visit.pk).date == visit.date


def test_a_move_that_breaks_a_rule_says_so(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    visit = PlannedVisit.objects.filter(plan__cycle=cycle, grade="A").order_by("date").first()
    assert visit is not None
    twin = PlannedVisit.objects.filter(customer=visit.customer_id).order_by("date").last()
    assert twin is not None
    same = client.get(reverse("planning:price", args=[visit.pk]), {"to": twin.date.isoformat()}).json()
    assert not same["possible"] and same["codes"] == ["same_day_twice"] and same["facts"] == []
    sunday = (START + timedelta(days=6)).isoformat()
    assert client.get(reverse("planning:price", args=[visit.pk]), {"to": sunday}).json()["codes"] == [
        "no_working_day"
    ]
    response = client.post(reverse("planning:move", args=[visit.pk]), {"to": sunday}, follow=True)
    assert "does not work on that day" in response.content.decode()
    assert PlannedVisit.objects.get(pk=visit.pk).date == visit.date


def test_the_page_of_a_visit_offers_every_other_working_day(
    cast: Cast, cycle: VisitCycle, client_of: ClientOf
) -> None:
    visit = PlannedVisit.objects.filter(plan__cycle=cycle).order_by("date").first()
    assert visit is not None
    response = client_of(cast.manager).get(reverse("planning:visit", args=[visit.pk]))
    offered = [option.date for _week, days in response.context["weeks"] for option in days]
    working = [cycle.day_of(i) for i, works in enumerate(cycle.options["working"]) if works]
    assert offered == [day for day in working if day != visit.date and day >= timezone.localdate()]
    cheapest = [o for _week, days in response.context["weeks"] for o in days if o.cheapest]
    fitting = [o.price.minutes for _week, days in response.context["weeks"] for o in days if o.price.fits]
    assert [option.price.minutes for option in cheapest] == ([min(fitting)] if fitting else [])


def test_wrong_ids_and_dates_are_not_found(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    visit = PlannedVisit.objects.filter(plan__cycle=cycle).first()
    assert visit is not None
    assert client.get(reverse("planning:cycle", args=[10**9])).status_code == 404
    assert client.get(reverse("planning:visit", args=[10**9])).status_code == 404
    for to in ("x", "2026-02-30", "0", "2026-11-30T00:00", "%00"):
        assert client.get(reverse("planning:price", args=[visit.pk]) + f"?to={to}").status_code == 404, to
    far = client.get(reverse("planning:price", args=[visit.pk]), {"to": "2031-01-01"})
    assert far.json()["codes"] == ["no_working_day"]
    assert client.get(reverse("planning:move", args=[visit.pk])).status_code == 405


def test_states_without_a_plan_say_what_to_do(cast: Cast, client_of: ClientOf) -> None:
    shop(1, cast.rep, grade="A", lng=114.3, lat=30.6)
    cycle = draft(cast)
    client = client_of(cast.manager)
    assert "Not planned yet" in text(client, page(cycle)) and "Plan routes" in text(client, page(cycle))
    VisitCycle.objects.filter(pk=cycle.pk).update(status=VisitCycle.Status.FAILED)
    assert "Start it again" in text(client, page(cycle))


def test_what_changed_since_publishing_is_listed(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    row = services.publish_cycle(VisitCycle.objects.get(pk=cycle.pk), by=cast.manager)
    services.unpublish_cycle(row, by=cast.manager)
    client = client_of(cast.manager)
    assert "Compare with published" not in text(client, page(cycle))
    visit, to = free_move(VisitCycle.objects.get(pk=cycle.pk))
    moves.move_visit(visit, to, by=cast.manager)
    response = client.get(page(cycle, f"view=figures&day={to}"))
    assert [change.customer_id for change in response.context["changes"]] == [visit.customer_id]
    assert "Compare with published" in response.content.decode()
    week = (to - cycle.start).days // 7 + 1
    assert client.get(page(cycle, f"week={week}")).context["marked"] == {visit.pk}


def test_the_map_holds_every_stop_in_order(cast: Cast, cycle: VisitCycle) -> None:
    plans = queries.plans_of(cycle, cast.manager)
    routes = queries.routes_of(plans, board.week_of(cycle, 1))
    data: Any = board.map_data(routes, colored="rep")
    assert sum(len(group["stops"]) for group in data["groups"]) == sum(len(route.stops) for route in routes)
    for group in data["groups"]:
        assert [stop[2] for stop in group["stops"]] == list(range(1, len(group["stops"]) + 1))
        assert group["line"][0] == group["line"][-1] == group["base"]
    assert len({group["color"] for group in data["groups"]}) == 2
    west, south, east, north = data["box"]
    for group in data["groups"]:
        assert all(west <= lng <= east and south <= lat <= north for lng, lat, *_rest in group["stops"])


def test_while_a_plan_is_made_the_page_shows_progress_and_moves_nothing(
    cast: Cast, cycle: VisitCycle, client_of: ClientOf
) -> None:
    job = Job.objects.create(kind="planning.cycle", by=cast.manager, status=Job.Status.RUNNING, total=10)
    VisitCycle.objects.filter(pk=cycle.pk).update(status=VisitCycle.Status.PLANNING, job=job)
    client = client_of(cast.manager)
    shown = text(client, page(cycle))
    assert f'id="job-{job.pk}"' in shown and "data-can-move" not in shown and "Re-plan" not in shown
    visit, to = PlannedVisit.objects.filter(plan__cycle=cycle)[0], START + timedelta(days=1)
    response = client.post(reverse("planning:move", args=[visit.pk]), {"to": to.isoformat()}, follow=True)
    assert "being made right now" in response.content.decode()
    assert PlannedVisit.objects.get(pk=visit.pk).date == visit.date


def test_holidays_are_named_and_overtime_is_said(cast: Cast, client_of: ClientOf) -> None:
    shops(cast)
    set_work_day(date(2026, 12, 2), "free", name="盘点", by=cast.administrator)
    cycle = planned(cast)
    route = Route.objects.filter(plan__cycle=cycle, date__range=(START, START + timedelta(days=4))).first()
    assert route is not None
    Route.objects.filter(pk=route.pk).update(overtime_minutes=36)
    shown = text(client_of(cast.manager), page(cycle, "week=1"))
    assert shown.count("盘点") == 3  # the head and one cell for each rep
    assert "36 min over" in shown
