"""What leaves the house: workbook, route sheets, calendar feed; and who may have them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import python_calamine
from django.test import Client
from icalendar import Calendar

from furrow.kit.audit import history
from furrow.planning import moves, services
from furrow.planning.models import PlannedVisit, VisitCycle
from furrow.planning.tests.company import planned, shops
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Any], Client]


@pytest.fixture
def cycle(cast: Cast) -> VisitCycle:
    shops(cast)
    return planned(cast)


def _feed(client: Client, token: str, **headers: str) -> Any:
    return client.get(f"/calendar/{token}.ics", headers=headers)


def test_the_workbook_holds_every_visit(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    answer = client_of(cast.manager).get(f"/plans/{cycle.pk}/xlsx/")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Summary", "Visits", "Not placed", "By rep"]
    rows = book.get_sheet_by_name("Visits").to_python()
    assert len(rows) - 1 == PlannedVisit.objects.count() == cycle.figures["visits"]
    assert {row[2] for row in rows[1:]} == {cast.rep.name, cast.second_rep.name}
    figures = {row[0]: row[1] for row in book.get_sheet_by_name("Summary").to_python()}
    assert figures["On the road (min)"] == pytest.approx(cycle.figures["travel_minutes"])


def test_a_rep_gets_only_the_own_published_part(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    rep = client_of(cast.rep)
    for path in ("", "xlsx/", "print/"):
        assert rep.get(f"/plans/{cycle.pk}/{path}").status_code == 404
    services.publish_cycle(cycle, by=cast.manager)
    page = rep.get(f"/plans/{cycle.pk}/print/").content.decode()
    assert cast.rep.name in page and cast.second_rep.name not in page
    rows = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(rep.get(f"/plans/{cycle.pk}/xlsx/").content)
    )
    assert {row[2] for row in rows.get_sheet_by_name("Visits").to_python()[1:]} == {cast.rep.name}
    assert client_of(cast.other_rep).get(f"/plans/{cycle.pk}/").status_code == 404
    visit = PlannedVisit.objects.filter(plan__rep=cast.rep)[0]
    assert rep.post(f"/plans/visits/{visit.pk}/move/", {"to": "2026-12-03"}).status_code == 403
    assert rep.post(f"/plans/{cycle.pk}/publish/").status_code == 403


def test_a_route_sheet_per_day_in_order(cast: Cast, cycle: VisitCycle, client_of: ClientOf) -> None:
    visit = PlannedVisit.objects.filter(plan__rep=cast.rep).earliest("date")
    page = (
        client_of(cast.manager)
        .get(f"/plans/{cycle.pk}/print/?rep={cast.rep.pk}&day={visit.date}")
        .content.decode()
    )
    assert page.count('<section class="sheet">') == 1
    names = (
        PlannedVisit.objects.filter(plan__rep=cast.rep, date=visit.date)
        .order_by("order")
        .values_list("customer__name", flat=True)
    )
    places = [page.index(name) for name in names]
    assert places == sorted(places) and places


def test_the_feed_needs_no_sign_in_and_shows_published_visits_only(
    cast: Cast, cycle: VisitCycle, client: Client
) -> None:
    token = cast.rep.calendar_token
    assert not Calendar.from_ical(_feed(client, token).content).walk("VEVENT")
    services.publish_cycle(cycle, by=cast.manager)
    answer = _feed(client, token)
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    visits = PlannedVisit.objects.filter(plan__rep=cast.rep)
    assert len(events) == visits.count() > 0
    first = visits.earliest("date", "order")
    start = events[0]["DTSTART"].dt
    assert start.utcoffset() == timedelta(hours=8) and (start.date(), start.time()) == (
        first.date,
        first.start,
    )
    assert _feed(client, token, if_none_match=answer["ETag"]).status_code == 304
    assert _feed(client, "x" * 43).status_code == 404


def test_an_entry_of_the_feed_keeps_its_id_when_the_visit_moves(
    cast: Cast, cycle: VisitCycle, client: Client
) -> None:
    def ids() -> set[str]:
        found = Calendar.from_ical(_feed(client, cast.rep.calendar_token).content).walk("VEVENT")
        return {str(event["UID"]) for event in found}

    services.publish_cycle(cycle, by=cast.manager)
    before = ids()
    cycle = services.unpublish_cycle(cycle, by=cast.manager)
    assert ids() == set()
    visit = PlannedVisit.objects.filter(plan__rep=cast.rep, grade="C")[0]
    monday = visit.date - timedelta(days=visit.date.weekday())
    moves.move_visit(
        visit, monday + timedelta(days=(visit.date.weekday() + 1) % 5), by=cast.manager, anyway=True
    )
    services.publish_cycle(cycle, by=cast.manager)
    assert ids() == before


def test_a_name_cannot_add_lines_to_the_calendar(cast: Cast, client_of: ClientOf) -> None:
    User.objects.filter(pk=cast.rep.pk).update(name="李\nX-EVIL:1\rX-EVIL:2")
    answer = client_of(None).get(f"/calendar/{cast.rep.calendar_token}.ics")
    assert answer.status_code == 200
    assert not [line for line in answer.content.splitlines() if line.startswith(b"X-EVIL")]


def test_the_workbook_is_an_export(cast: Cast, client_of: ClientOf, cycle: VisitCycle) -> None:
    assert client_of(cast.read_only).get(f"/plans/{cycle.pk}/xlsx/").status_code == 403
    assert "/xlsx/" not in client_of(cast.read_only).get(f"/plans/{cycle.pk}/?view=table").content.decode()
    assert client_of(cast.clerk).get(f"/plans/{cycle.pk}/xlsx/").status_code == 200
    assert history(cast.clerk)[0].action == "export"
