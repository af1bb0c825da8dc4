"""Addresses and forms of planning given what no page offers: a clear answer, never an error page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from furrow.kit.models import Job
from furrow.planning import moves, services
from furrow.planning.models import PlannedVisit, VisitCycle
from furrow.planning.tests.company import draft, planned, shops
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User | None], Client]

STRANGE = (
    "",
    "0",
    "-1",
    "999",
    "²",
    "٣",
    "9" * 30,
    "9" * 5000,
    "x",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "a\x00b",
)
HUGE = 10**30


def test_strange_queries_show_the_plan(cast: Cast, client_of: ClientOf) -> None:
    shops(cast)
    cycle = planned(cast)
    visit = PlannedVisit.objects.earliest("pk")
    client = client_of(cast.manager)
    for text in STRANGE:
        for view in ("calendar", "map", "table", "figures", text):
            asked = {
                "week": text,
                "rep": text,
                "day": text,
                "page": text,
                "sort": text,
                "grade": text,
                "base": text,
            }
            assert client.get(f"/plans/{cycle.pk}/", {"view": view, **asked}).status_code == 200
        assert client.get(f"/plans/{cycle.pk}/print/", asked).status_code == 200
        assert client.get("/plans/policy/", {"policy": text}).status_code in {200, 404}
        assert client.get("/work-calendar/", {"year": text}).status_code == 200
        price = client.get(f"/plans/visits/{visit.pk}/price/", {"to": text, "week": text})
        assert price.status_code in {200, 404}
    assert client.get(f"/plans/{cycle.pk}/?rep={cast.other_rep.pk}&view=table").context["rows"] == []


def test_ids_nobody_has_are_not_found(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    for pk in (0, 2**63, HUGE, "9" * 5000):
        for path in ("", "xlsx/", "print/"):
            assert client.get(f"/plans/{pk}/{path}").status_code == 404
        for path in ("start/", "publish/", "unpublish/", "delete/"):
            assert client.post(f"/plans/{pk}/{path}").status_code == 404
        for path in ("", "price/"):
            assert client.get(f"/plans/visits/{pk}/{path}").status_code == 404
        for path in ("move/", "undo/", "pin/"):
            assert client.post(f"/plans/visits/{pk}/{path}").status_code == 404
    for token in ("x", "%00", "%F0%9F%A6%89", "9" * 3000):
        assert client_of(None).get(f"/calendar/{token}.ics").status_code == 404


def test_strange_forms_change_nothing(cast: Cast, client_of: ClientOf) -> None:
    shops(cast)
    cycle = planned(cast)
    visit = PlannedVisit.objects.earliest("pk")
    client = client_of(cast.administrator)
    before = list(PlannedVisit.objects.order_by("pk").values())
    policy = client.get("/plans/policy/").context["form"]
    fields = [name for form in (policy, *policy.lines) for name in (form.add_prefix(n) for n in form.fields)]
    for text in STRANGE:
        whole = dict.fromkeys(["start", "weeks", "policy", "seconds", "overtime", "reps", "name"], text)
        assert client.post("/plans/new/", whole).status_code == 200
        assert client.post("/plans/policy/", dict.fromkeys(fields, text)).status_code == 200
        for path in ("reset", "use"):
            code = client.post(f"/plans/policy/{path}/", {"policy": text, "preset": text}).status_code
            assert code in {302, 404}
        for given in ({"pick": text}, {"day": text, "kind": text, "name": text}):
            assert client.post("/work-calendar/day/", given).status_code == 302
        assert client.post("/work-calendar/publish/", {"year": text, "take": text}).status_code == 302
        manager = client_of(cast.manager)
        sent = {"to": text, "version": text, "anyway": text, "pinned": ""}
        for path in ("move", "undo", "pin"):
            assert manager.post(f"/plans/visits/{visit.pk}/{path}/", sent).status_code == 302
    assert list(PlannedVisit.objects.order_by("pk").values()) == before
    assert VisitCycle.objects.get() == cycle


def test_the_api_refuses_strange_wishes(cast: Cast) -> None:
    shops(cast)
    token = issue_api_token(cast.manager, by=cast.manager)
    client = Client(headers={"authorization": f"Bearer {token}"})

    def ask(**body: Any) -> int:
        return client.post("/api/cycles", body, content_type="application/json").status_code

    assert ask(start="9999-12-27") == ask(start="0001-01-01") == ask(start="2026-12-01") == 422
    assert ask(start="2026-11-30", reps=[cast.other_rep.pk]) == 422
    assert ask(start="2026-11-30", reps=[HUGE]) == ask(start="2026-11-30", weeks=99) == 422
    assert ask(start="2026-10-05", weeks=1) == 422
    assert not VisitCycle.objects.exists()
    assert client.get(f"/api/cycles/{HUGE}").status_code in {404, 422}
    assert client.get("/api/cycles", {"before": HUGE}).status_code == 422


def test_what_was_submitted_twice_happens_once(cast: Cast, client_of: ClientOf, monkeypatch: Any) -> None:
    shops(cast)
    cycle = draft(cast)
    client = client_of(cast.manager)
    with monkeypatch.context() as patch:
        patch.setattr("furrow.kit.jobs._enqueue", lambda job_id: None)
        for said in ("", "being made right now"):
            page = client.post(f"/plans/{cycle.pk}/start/", follow=True)
            assert said in page.content.decode()
        assert Job.objects.filter(kind="planning.cycle").count() == 1
        page = client.post(f"/plans/{cycle.pk}/delete/", follow=True)
        assert "being made right now" in page.content.decode() and VisitCycle.objects.exists()
    Job.objects.all().delete()
    services.stop_planning(cycle.pk)
    services.start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    for said in ("Published.", "someone changed this plan"):
        page = client.post(f"/plans/{cycle.pk}/publish/", {"version": cycle.version}, follow=True)
        assert said in page.content.decode()
    assert "nothing to publish" in client.post(f"/plans/{cycle.pk}/publish/", follow=True).content.decode()


def test_of_two_managers_who_move_one_visit_the_second_is_told(cast: Cast) -> None:
    shops(cast)
    cycle = planned(cast)
    visit = PlannedVisit.objects.filter(grade="C", plan__rep=cast.rep).earliest("date", "order")
    stale = PlannedVisit.objects.select_related("plan__cycle").get(pk=visit.pk)
    taken = set(PlannedVisit.objects.filter(customer=visit.customer).values_list("date", flat=True))
    days = [cycle.day_of(i) for i in range(5) if cycle.day_of(i) not in taken]
    moves.move_visit(visit, days[0], by=cast.manager, version=cycle.version, anyway=True)
    with pytest.raises(services.ChangedElsewhere):
        moves.move_visit(stale, days[1], by=cast.director, version=cycle.version, anyway=True)
    assert PlannedVisit.objects.get(pk=visit.pk).date == days[0]
