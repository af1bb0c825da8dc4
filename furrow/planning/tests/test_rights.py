"""Who sees only part of a plan gets rows and figures of that part, wherever the plan leaves the house."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import python_calamine
from django.test import Client

from furrow.planning.models import PlannedVisit, VisitCycle
from furrow.planning.services import publish_cycle
from furrow.planning.tests.company import planned, shop, shops
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def published(cast: Cast) -> VisitCycle:
    shops(cast)
    shop(900, cast.second_rep, grade="", lng=114.3, lat=30.6)
    cycle = publish_cycle(planned(cast), by=cast.manager)
    other = cycle.plans.get(rep=cast.second_rep)
    own = cycle.plans.get(rep=cast.rep)
    assert own.figures["visits"] != other.figures["visits"]
    return cycle


def _json(user: User, address: str) -> Any:
    token = issue_api_token(user, by=user)
    answer = Client().get(address, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return answer.json()


def test_a_rep_sees_figures_of_the_own_plan_only(
    cast: Cast, published: VisitCycle, client_of: ClientOf
) -> None:
    client, own = client_of(cast.rep), published.plans.get(rep=cast.rep)
    page = client.get(f"/plans/{published.pk}/?view=figures")
    assert page.context["totals"]["visits"] == own.figures["visits"] != published.figures["visits"]
    assert page.context["figures"] == [] and len(page.context["reps"]) == 1
    assert page.context["warnings"] == []
    assert cast.second_rep.name not in page.content.decode()
    (line,) = client.get("/plans/").context["lines"]
    assert (line.figures["visits"], line.reps) == (own.figures["visits"], 1)
    for found in (
        _json(cast.rep, f"/api/cycles/{published.pk}"),
        _json(cast.rep, "/api/cycles")["items"][0],
    ):
        assert found["figures"]["visits"] == own.figures["visits"]
        assert "baselines" not in found["figures"] and found["job"] is None
    assert {row["rep"] for row in _json(cast.rep, f"/api/cycles/{published.pk}")["visits"]} == {cast.rep.pk}


def test_the_manager_of_all_reps_sees_the_whole(
    cast: Cast, published: VisitCycle, client_of: ClientOf
) -> None:
    client = client_of(cast.manager)
    found = _json(cast.manager, f"/api/cycles/{published.pk}")
    assert found["figures"] == published.figures and found["job"]
    (line,) = client.get("/plans/").context["lines"]
    assert (line.figures, line.reps) == (published.figures, 2)
    assert client.get(f"/plans/{published.pk}/").context["warnings"]


def test_what_a_rep_takes_along_holds_no_other_rep(
    cast: Cast, published: VisitCycle, client_of: ClientOf
) -> None:
    client = client_of(cast.rep)
    mine = PlannedVisit.objects.filter(plan__rep=cast.rep).count()
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(f"/plans/{published.pk}/xlsx/").content)
    )
    text = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    assert cast.second_rep.name not in text
    assert len(book.get_sheet_by_name("Visits").to_python()) == mine + 1
    for query in ("", f"?rep={cast.second_rep.pk}"):
        sheets = client.get(f"/plans/{published.pk}/print/{query}")
        assert cast.second_rep.name not in sheets.content.decode()
    assert cast.second_rep.calendar_token not in client.get(f"/plans/{published.pk}/").content.decode()
    feed = client_of(None).get(f"/calendar/{cast.rep.calendar_token}.ics").content.decode()
    assert feed.count("BEGIN:VEVENT") == mine


def test_a_rep_reaches_no_visit_of_another(cast: Cast, published: VisitCycle, client_of: ClientOf) -> None:
    foreign = PlannedVisit.objects.filter(plan__rep=cast.second_rep)[0]
    client = client_of(cast.rep)
    assert client.get(f"/plans/visits/{foreign.pk}/").status_code == 404
    address = f"/plans/visits/{foreign.pk}/"
    to = foreign.date + timedelta(days=1)
    assert client.post(f"{address}move/", {"to": to.isoformat()}).status_code in {403, 404}
    assert client.get(f"/plans/{published.pk}/?view=table&rep={cast.second_rep.pk}").context["rows"] == []
