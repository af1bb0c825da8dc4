"""The pages of planning through the door: form, policy, calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from furrow.kit.workcalendar import WorkDay, workdays
from furrow.planning.ahead import next_visits
from furrow.planning.models import PlannedVisit, VisitCycle, VisitPolicy
from furrow.planning.policies import policy_in_use, rules_of
from furrow.planning.preview import new_plan
from furrow.planning.remarks import changes_since_published
from furrow.planning.services import publish_cycle, unpublish_cycle
from furrow.planning.tests.company import START, planned, shop, shops
from furrow.team.services import create_person
from furrow.visits.services import Begin, begin_visit, report_missed
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Any], Client]


def test_the_form_makes_a_plan(cast: Cast, client_of: ClientOf) -> None:
    shops(cast)
    manager = client_of(cast.manager)
    page = manager.get("/plans/new/").content.decode()
    assert "Ticked cities take part" in page and cast.other_rep.name not in page
    given = {"start": "2026-11-30", "weeks": 4, "policy": policy_in_use().pk, "seconds": 10, "overtime": 0}
    wrong = manager.post("/plans/new/", {**given, "start": "2026-12-01", "reps": [cast.rep.pk]})
    assert "A cycle starts on a Monday" in wrong.content.decode() and not VisitCycle.objects.exists()
    foreign = manager.post("/plans/new/", {**given, "reps": [cast.other_rep.pk]})
    assert foreign.status_code == 200 and not VisitCycle.objects.exists()


@pytest.mark.parametrize("built", [True, False])
def test_the_form_says_when_the_fast_planner_is_not_built(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, built: bool
) -> None:
    monkeypatch.setattr("furrow.planning.views.is_fast", lambda: built)
    page = client_of(cast.manager).get("/plans/new/").content.decode()
    assert ("The fast planner is not built" in page) is not built


def test_what_will_happen_follows_what_is_ticked(cast: Cast, client_of: ClientOf) -> None:
    shops(cast)
    shop(900, cast.rep, grade="", lng=114.3, lat=30.6)
    manager, ungraded = client_of(cast.manager), "1 customer has no visit grade"
    ticked = manager.get(
        "/plans/new/", {"told": "", "reps": [cast.rep.pk, "x", 10**30], "cities": ["42", "'"]}
    )
    assert ungraded in ticked.content.decode() and "<form" not in ticked.content.decode()
    other = manager.get(
        "/plans/new/", {"told": "", "reps": cast.second_rep.pk, "start": "never", "weeks": "x"}
    )
    assert other.status_code == 200 and ungraded not in other.content.decode()
    assert not VisitCycle.objects.exists()


def test_the_form_says_what_will_be_left_out(cast: Cast) -> None:
    shops(cast)
    shop(900, cast.rep, grade="", lng=114.3, lat=30.6)
    shop(901, None, grade="B", lng=None, lat=None)
    create_person(by=None, username="new", name="新人", role="rep", team=cast.north)
    told = new_plan(cast.manager, policy_in_use(), date(2026, 12, 28), 4)
    assert (told.ungraded, told.without_position, told.free_customers) == (1, 1, 5)
    assert told.without_start == ("新人",) and told.unpublished_years == (2027,)
    nobody = new_plan(cast.manager, policy_in_use(), date(2026, 11, 30), 4, chosen=[], cities=[])
    assert (nobody.ungraded, nobody.without_position, nobody.free_customers) == (0, 0, 0)
    assert not nobody.without_start and len(nobody.reps) == len(told.reps)
    rep = next(row for row in told.reps if row.rep == cast.rep)
    # 2 A of 4, 3 B of 2, 4 C of 1, 3 D of 1 in 2 cycles
    assert rep.customers == 13 and rep.visits == 8 + 6 + 4 + 1.5


def test_the_policy_is_saved_used_and_reset(cast: Cast, client_of: ClientOf) -> None:
    policy, manager = policy_in_use(), client_of(cast.manager)
    given: dict[str, Any] = {
        "policy": policy.pk,
        "version": policy.version,
        "name": "规则",
        "detour": 1.4,
        "speed_kmh": 20,
        "park_minutes": 3,
    }
    for grade, rule in rules_of(policy).lines.items():
        given |= {
            f"{grade}-visits": rule.visits,
            f"{grade}-every_cycles": rule.every_cycles,
            f"{grade}-service_minutes": 45,
        }
    given |= {"A-min_gap_days": 9, "A-max_gap_days": 5}
    assert "Must not be less" in manager.post("/plans/policy/", given).content.decode()
    given["A-min_gap_days"] = 3
    assert manager.post("/plans/policy/", given).status_code == 302
    saved = rules_of(VisitPolicy.objects.get(pk=policy.pk))
    assert saved.lines["A"].service_minutes == 45 and saved.travel.speed_kmh == 20
    assert not saved.channel_limits and not saved.allow_mixing
    assert "someone changed these rules" in manager.post("/plans/policy/", given).content.decode()
    manager.post("/plans/policy/reset/", {"policy": policy.pk})
    back = rules_of(VisitPolicy.objects.get(pk=policy.pk))
    assert back.lines["A"].service_minutes == 40 and back.channel_limits["modern"] == 9
    manager.post("/plans/policy/reset/", {"preset": "intensive_channel_work"})
    other = VisitPolicy.objects.get(preset="intensive_channel_work")
    manager.post("/plans/policy/use/", {"policy": other.pk})
    assert policy_in_use() == other
    assert client_of(cast.rep).get("/plans/policy/").status_code == 403


def test_texts_of_a_preset_follow_the_readers_language(cast: Cast) -> None:
    policy_in_use()
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(cast.manager, backend="furrow.team.backends.PeopleBackend")
    assert "巩固、扶持、完善、提升" in client.get("/plans/policy/").content.decode()


def test_a_day_of_the_calendar_is_turned_by_a_click(cast: Cast, client_of: ClientOf) -> None:
    admin, day = client_of(cast.administrator), date(2026, 12, 2)
    shown = admin.get("/work-calendar/?year=2026").content.decode()
    assert "2026" in shown and "chinesecalendar" not in shown
    admin.post("/work-calendar/day/", {"pick": "2026-12-02,free"})
    assert not workdays(day, day).is_working(day)
    admin.post("/work-calendar/day/", {"pick": "2026-12-02,"})
    assert workdays(day, day).is_working(day) and not WorkDay.objects.filter(date=day).exists()
    admin.post("/work-calendar/publish/", {"year": 2027, "published": "1"})
    assert workdays().unpublished_years(date(2027, 1, 1), date(2027, 1, 2)) == []
    assert client_of(cast.manager).post("/work-calendar/day/", {"pick": "2026-12-02,free"}).status_code == 403


def test_a_visit_is_moved_and_moved_back_through_the_door(cast: Cast, client_of: ClientOf) -> None:
    shops(cast)
    planned(cast)
    manager, visit = client_of(cast.manager), PlannedVisit.objects.filter(grade="C", plan__rep=cast.rep)[0]
    to = START if visit.date != START else date(2026, 12, 1)
    price = manager.get(f"/plans/visits/{visit.pk}/price/?to={to}").json()
    assert price["possible"]
    json = {"accept": "application/json"}
    said = manager.post(f"/plans/visits/{visit.pk}/move/", {"to": to, "anyway": "on"}, headers=json).json()
    assert said["ok"] and said["price"]["minutes"] == pytest.approx(price["minutes"], abs=0.06)
    home, visit.date = visit.date, PlannedVisit.objects.get(pk=visit.pk).date
    assert visit.date == to
    assert manager.post(f"/plans/visits/{visit.pk}/undo/").status_code == 302
    assert PlannedVisit.objects.get(pk=visit.pk).date == home
    assert manager.post(f"/plans/visits/{visit.pk}/undo/", headers=json).status_code == 409
    assert client_of(cast.other_manager).get(f"/plans/visits/{visit.pk}/price/?to={to}").status_code == 404


def test_changes_since_publishing_are_listed(cast: Cast) -> None:
    shops(cast)
    cycle = publish_cycle(planned(cast), by=cast.manager)
    cycle = unpublish_cycle(cycle, by=cast.manager)
    assert changes_since_published(cycle, cast.manager) == []
    visit = PlannedVisit.objects.filter(grade="C", plan__rep=cast.rep)[0]
    home = visit.date
    visit.date = home.replace(day=home.day + 1) if home.day < 30 else date(2026, 12, 1)
    visit.save(update_fields=["date"])
    (change,) = changes_since_published(cycle, cast.manager)
    assert (change.before, change.after) == ((home,), (visit.date,))


def test_a_visit_begun_or_missed_is_no_longer_a_next_one(cast: Cast) -> None:
    shops(cast)
    publish_cycle(planned(cast, reps=[cast.rep]), by=cast.manager)
    visited = PlannedVisit.objects.filter(plan__rep=cast.rep, customer__visit_grade="A").order_by("date")
    customer, now = visited[0].customer, timezone.now()
    first, second, third, *_later = next_visits(customer, cast.rep)
    begin_visit(Begin(uuid4(), customer, now, planned_visit=first.id), by=cast.rep)
    assert next_visits(customer, cast.rep)[0].id == second.id
    report_missed(customer, by=cast.rep, client_id=uuid4(), at=now, reason="closed", planned_visit=second.id)
    assert next_visits(customer, cast.rep)[0].id == third.id
