"""From draft to published plan and back, with jobs run in the same process."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from furrow.customers.models import Customer
from furrow.kit import jobs
from furrow.kit.models import AuditEntry, Job
from furrow.kit.services import set_work_day
from furrow.planning import moves, queries, remarks, services
from furrow.planning.models import PlannedVisit, Route, UnplacedVisit, VisitCycle, VisitPlan
from furrow.planning.tests.company import START, draft, planned, shop, shops
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_plan_is_made_with_the_visits_the_policy_wants(cast: Cast) -> None:
    made = shops(cast)
    cycle = planned(cast)
    assert cycle.status == VisitCycle.Status.READY
    visits = PlannedVisit.objects.filter(plan__cycle=cycle)
    for customer in made.own:
        wanted = {"A": [4], "B": [2], "C": [1], "D": [0, 1]}[customer.visit_grade]
        assert visits.filter(customer=customer, plan__rep=cast.rep).count() in wanted
    assert cycle.figures["feasible"] is True
    assert cycle.figures["visits"] == visits.count()
    assert cycle.figures["travel_minutes"] < cycle.figures["baselines"]["listed"]["travel_minutes"]
    assert not UnplacedVisit.objects.exists()
    free = {customer.pk for customer in made.free}
    proposed = {pk for plan in cycle.plans.all() for pk in plan.proposed}
    assert proposed == {customer.pk for customer in made.free if customer.visit_grade != "D"} | (
        proposed & free
    )
    first = visits.filter(plan__rep=cast.rep).order_by("date", "order").first()
    assert first is not None and first.order == 1 and first.arrive <= first.start < first.leave
    job = Job.objects.get(kind="planning.cycle")
    assert job.status == Job.Status.DONE and job.done == job.total


def test_without_changes_a_second_run_gives_the_same_plan(cast: Cast) -> None:
    shops(cast)
    cycle = planned(cast)
    fields = ("plan_id", "customer_id", "date", "order", "start")
    before = list(PlannedVisit.objects.order_by("plan", "date", "order").values_list(*fields))
    services.start_planning(cycle, by=cast.manager)
    assert list(PlannedVisit.objects.order_by("plan", "date", "order").values_list(*fields)) == before


def test_holidays_and_make_up_days_are_kept(cast: Cast) -> None:
    shops(cast)
    holiday, saturday = date(2026, 12, 2), date(2026, 12, 5)
    set_work_day(holiday, "free", by=cast.administrator)
    set_work_day(saturday, "makeup", by=cast.administrator)
    cycle = planned(cast)
    dates = set(PlannedVisit.objects.values_list("date", flat=True))
    assert holiday not in dates
    assert cycle.options["working"][5] is True and cycle.options["working"][6] is False
    assert all(day.weekday() < 5 or day == saturday for day in dates)


def test_a_year_without_a_published_calendar_is_said(cast: Cast) -> None:
    shops(cast)
    assert planned(cast).options["unpublished_years"] == []
    late = services.create_cycle(
        by=cast.manager,
        start=date(2026, 12, 28),
        weeks=4,
        reps=[cast.second_rep],
        policy=draft(cast).policy,
        iterations=50,
    )
    services.start_planning(late, by=cast.manager)
    late.refresh_from_db()
    assert late.options["unpublished_years"] == [2027]


def test_customers_without_position_or_grade_are_told_not_lost(cast: Cast) -> None:
    shops(cast)
    nowhere = shop(900, cast.rep, grade="A", lng=None, lat=None)
    shop(901, cast.rep, grade="", lng=114.3, lat=30.6)
    cycle = planned(cast)
    left = UnplacedVisit.objects.get()
    assert (left.customer_id, left.reason, left.visits) == (nowhere.pk, "unreachable_coordinates", 4)
    assert cycle.options["ungraded"] == 1 and cycle.options["without_position"] == 1


def test_a_cancelled_run_leaves_a_draft_and_a_later_one_leaves_the_plan(cast: Cast, monkeypatch: Any) -> None:
    shops(cast)
    cycle = draft(cast)

    def cancel(problem: Any, *, on_progress: Any, **options: Any) -> None:
        jobs.request_cancel(Job.objects.filter(kind="planning.cycle").latest("pk"))
        monkeypatch.setattr("furrow.planning.tasks.monotonic", lambda: 10.0**9)
        on_progress(1, 1.0, 0.1)

    with monkeypatch.context() as patch:
        patch.setattr("furrow.planning.tasks.solve", cancel)
        services.start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    assert cycle.status == VisitCycle.Status.DRAFT and not PlannedVisit.objects.exists()
    assert set(Job.objects.values_list("status", flat=True)) == {Job.Status.CANCELLED}
    services.start_planning(cycle, by=cast.manager)
    kept = PlannedVisit.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr("furrow.planning.tasks.solve", cancel)
        services.start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    assert cycle.status == VisitCycle.Status.READY and PlannedVisit.objects.count() == kept > 0


def test_a_failed_run_is_marked_and_can_be_repeated(cast: Cast, monkeypatch: Any) -> None:
    shops(cast)
    cycle = draft(cast)
    with monkeypatch.context() as patch:
        patch.setattr("furrow.planning.tasks.solve", lambda *a, **k: 1 / 0)
        services.start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    assert cycle.status == VisitCycle.Status.FAILED
    services.start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    assert cycle.status == VisitCycle.Status.READY


def test_a_killed_step_run_again_gives_the_same_plan(cast: Cast, monkeypatch: Any) -> None:
    shops(cast)
    cycle = draft(cast)
    with monkeypatch.context() as patch:
        patch.setattr("furrow.kit.jobs._enqueue", lambda job_id: None)  # the queue loses everything
        job = services.start_planning(cycle, by=cast.manager)
        jobs.run_step(job.pk)
        child = job.children.first()
        assert child is not None
        jobs.run_step(child.pk)
        Job.objects.filter(pk=child.pk).update(status=Job.Status.RUNNING, finished_at=None)
        first = VisitPlan.objects.get(job=child).solution
        jobs.run_step(child.pk)
        again = VisitPlan.objects.get(job=child).solution
        assert {**first, "seconds": 0} == {**again, "seconds": 0}
        for other in job.children.exclude(pk=child.pk):
            jobs.run_step(other.pk)
        jobs.run_step(job.pk)
        jobs.run_step(job.pk)
    cycle.refresh_from_db()
    assert cycle.status == VisitCycle.Status.READY and PlannedVisit.objects.exists()


def _free_day(visit: PlannedVisit) -> date:
    """Another working day of the same week on which this customer is not visited."""
    monday = visit.date - timedelta(days=visit.date.weekday())
    days = [monday + timedelta(days=i) for i in range(5)]
    taken = set(
        PlannedVisit.objects.filter(plan=visit.plan, customer=visit.customer).values_list("date", flat=True)
    )
    return next(day for day in days if day not in taken)


def test_moving_a_visit_costs_what_was_said_and_can_be_undone(cast: Cast) -> None:
    shops(cast)
    cycle = planned(cast)
    visit = PlannedVisit.objects.filter(grade="C", plan__rep=cast.rep).earliest("date", "order")
    home, to = visit.date, _free_day(visit)
    price = moves.price_move(visit, to)
    assert price.possible and price.start
    before = cycle.figures["travel_minutes"]
    moved, paid = moves.move_visit(visit, to, by=cast.manager, anyway=True)
    cycle.refresh_from_db()
    assert paid == price and moved.date == to and moved.moved and moved.moved_from == home
    assert cycle.figures["travel_minutes"] == pytest.approx(before + price.minutes, abs=0.2)
    for day in (home, to):
        orders = list(
            PlannedVisit.objects.filter(plan=visit.plan, date=day)
            .order_by("order")
            .values_list("order", flat=True)
        )
        assert orders == list(range(1, len(orders) + 1))
        assert Route.objects.filter(plan=visit.plan, date=day).exists() == bool(orders)
    back, _price = moves.undo_move(moved, by=cast.manager)
    cycle.refresh_from_db()
    assert back.date == home and not back.moved and back.moved_from is None
    assert cycle.figures["travel_minutes"] == pytest.approx(before, abs=0.2)
    assert AuditEntry.objects.filter(action__in=["move_visit", "undo_move"]).count() == 2


def test_a_visit_cannot_go_where_it_cannot_be(cast: Cast) -> None:
    shops(cast)
    planned(cast)
    first, second = PlannedVisit.objects.filter(grade="A", plan__rep=cast.rep).order_by("customer", "date")[
        :2
    ]
    for to in (second.date, date(2026, 12, 5), date(2027, 1, 1)):
        assert not moves.price_move(first, to).possible
        with pytest.raises(ValidationError):
            moves.move_visit(first, to, by=cast.manager, anyway=True)


def test_a_pinned_visit_stays_when_the_rest_is_planned_again(cast: Cast) -> None:
    shops(cast)
    cycle = planned(cast)
    visit = PlannedVisit.objects.filter(grade="C", plan__rep=cast.rep).earliest("date", "order")
    moved, _price = moves.move_visit(visit, _free_day(visit), by=cast.manager, anyway=True)
    assert moves.pin_visits([moved], by=cast.manager) == 1
    services.start_planning(cycle, by=cast.manager)
    kept = PlannedVisit.objects.get(customer=visit.customer)
    assert kept.date == moved.date and kept.pinned


def test_publishing_shows_the_plan_to_the_rep_and_locks_it(cast: Cast) -> None:
    made = shops(cast)
    cycle = planned(cast)
    assert not VisitPlan.objects.visible_to(cast.rep).exists()
    assert not VisitCycle.objects.visible_to(cast.rep).exists()
    services.publish_cycle(cycle, by=cast.manager, make_owners=True)
    assert list(VisitPlan.objects.visible_to(cast.rep)) == [cycle.plans.get(rep=cast.rep)]
    assert not VisitPlan.objects.visible_to(cast.other_rep).exists()
    assert not VisitPlan.objects.visible_to(cast.other_manager).exists()
    assert Customer.objects.filter(pk__in=[c.pk for c in made.free[:3]], owner=None).count() == 0
    visit = PlannedVisit.objects.filter(plan__rep=cast.rep)[0]
    with pytest.raises(ValidationError):
        moves.move_visit(visit, _free_day(visit), by=cast.manager, anyway=True)
    with pytest.raises(ValidationError):
        services.start_planning(cycle, by=cast.manager)
    with pytest.raises(ValidationError):
        services.delete_cycle(cycle, by=cast.manager)
    services.unpublish_cycle(cycle, by=cast.manager)
    assert not VisitPlan.objects.visible_to(cast.rep).exists()


def test_two_published_plans_of_one_rep_do_not_overlap(cast: Cast) -> None:
    shops(cast)
    services.publish_cycle(planned(cast), by=cast.manager)
    with pytest.raises(ValidationError, match="陈静"):
        services.publish_cycle(planned(cast), by=cast.manager)


def test_only_those_above_all_reps_change_a_plan(cast: Cast) -> None:
    shops(cast)
    cycle = planned(cast)
    with pytest.raises(PermissionDenied):
        services.publish_cycle(cycle, by=cast.other_manager)
    with pytest.raises(ValidationError):
        services.create_cycle(
            by=cast.manager, start=START, weeks=4, reps=[cast.other_rep], policy=cycle.policy
        )


def test_an_old_page_changes_nothing(cast: Cast) -> None:
    shops(cast)
    cycle = planned(cast)
    with pytest.raises(services.ChangedElsewhere):
        services.publish_cycle(cycle, by=cast.manager, version=cycle.version - 1)


def _publish_refused(cycle: VisitCycle, cast: Cast) -> str:
    with pytest.raises(ValidationError) as caught:
        services.publish_cycle(cycle, by=cast.manager)
    cycle.refresh_from_db()
    assert cycle.status == VisitCycle.Status.READY
    said = " ".join(caught.value.messages)
    assert said in " ".join(remarks.cycle_warnings(cycle, cast.manager))
    return said


def test_publishing_names_customers_that_are_gone_or_given_away(cast: Cast) -> None:
    made = shops(cast)
    cycle = planned(cast)
    deleted, lost, given = made.own[:3]
    Customer.objects.filter(pk=deleted.pk).update(deleted_at=cycle.created_at)
    Customer.objects.filter(pk=lost.pk).update(status="lost")
    Customer.objects.filter(pk=given.pk).update(owner=cast.second_rep)
    said = _publish_refused(cycle, cast)
    assert f"Deleted or lost since planning: {deleted.name}, {lost.name}." in said
    assert f"Given to someone else since planning: {given.name} (now {cast.second_rep.name})." in said
    services.start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    services.publish_cycle(cycle, by=cast.manager)
    assert not PlannedVisit.objects.filter(customer__in=[deleted, lost]).exists()
    assert {visit.plan.rep for visit in PlannedVisit.objects.filter(customer=given)} == {cast.second_rep}


def test_publishing_names_a_rep_who_left(cast: Cast) -> None:
    shops(cast)
    cycle = planned(cast)
    type(cast.second_rep).objects.filter(pk=cast.second_rep.pk).update(is_active=False)
    assert cast.second_rep.name in _publish_refused(cycle, cast)


def test_publishing_tells_of_moved_customers_and_changed_rules_and_goes_on(cast: Cast) -> None:
    made = shops(cast)
    cycle = planned(cast)
    plans = list(cycle.plans.select_related("rep"))
    assert remarks.changes_since_planned(cycle, plans) == remarks.Drift()
    Customer.objects.filter(pk=made.own[0].pk).update(longitude=114.4)
    Customer.objects.filter(pk=made.own[1].pk).update(longitude=None, latitude=None)
    assert cycle.policy is not None
    cycle.policy.lines.filter(grade="A").update(service_minutes=55)
    drift = remarks.changes_since_planned(cycle, plans)
    moved, rules = drift.slight
    assert f"{made.own[0].name}, {made.own[1].name}" in moved and "policy" in rules and not drift.grave
    assert services.publish_cycle(cycle, by=cast.manager).is_published


def test_many_names_are_shortened(cast: Cast) -> None:
    shops(cast)
    cycle = planned(cast)
    Customer.objects.filter(owner=cast.rep).update(status="lost")
    count = PlannedVisit.objects.filter(plan__rep=cast.rep).values("customer").distinct().count()
    proposed = len(cycle.plans.get(rep=cast.rep).proposed)
    assert f"and {count - proposed - 5} more" in _publish_refused(cycle, cast)


def _past(before: date) -> tuple[list[Any], list[Any]]:
    """All that is stored of the visits and routes before a day."""
    return (
        list(PlannedVisit.objects.filter(date__lt=before).order_by("pk").values()),
        list(Route.objects.filter(date__lt=before).order_by("pk").values()),
    )


@pytest.mark.parametrize("skip_past", [True, False])
def test_days_gone_by_stay_as_they_are_and_get_nothing_new(
    cast: Cast, monkeypatch: Any, skip_past: bool
) -> None:
    made = shops(cast)
    begun = date(2026, 12, 9)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: begun)
    cycle = planned(cast, skip_past=skip_past)
    assert (PlannedVisit.objects.earliest("date").date >= begun) == skip_past
    today = begun + timedelta(days=7)
    before = _past(today)
    assert before[0]
    lost = next(c for c in made.own if PlannedVisit.objects.filter(customer=c, date__lt=today).exists())
    Customer.objects.filter(pk=lost.pk).update(status="lost")
    shop(902, cast.rep, grade="A", lng=114.28, lat=30.59)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
    services.start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    assert cycle.status == VisitCycle.Status.READY and cycle.figures["feasible"] is True
    assert _past(today) == before
    assert cycle.figures["visits"] == PlannedVisit.objects.count()
    assert sum(plan.figures["visits"] for plan in cycle.plans.all()) == PlannedVisit.objects.count()
    assert not PlannedVisit.objects.filter(customer=lost, date__gte=today).exists()
    assert PlannedVisit.objects.filter(customer__code="S902").earliest("date").date >= today
    weekly = made.own[0] if made.own[0] != lost else made.own[1]
    assert PlannedVisit.objects.filter(customer=weekly).count() == 4


def test_visits_gone_by_of_a_former_owner_count_for_the_next_one(cast: Cast, monkeypatch: Any) -> None:
    made = shops(cast)
    cycle = planned(cast)
    today = date(2026, 12, 14)
    before = _past(today)
    Customer.objects.filter(pk=made.own[0].pk).update(owner=cast.second_rep)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
    services.start_planning(cycle, by=cast.manager)
    assert _past(today) == before
    visits = PlannedVisit.objects.filter(customer=made.own[0]).order_by("date")
    assert [visit.plan.rep for visit in visits] == [*[cast.rep] * 2, *[cast.second_rep] * 2]


def test_nothing_moves_to_or_from_days_gone_by(cast: Cast, monkeypatch: Any) -> None:
    shops(cast)
    planned(cast)
    visit = PlannedVisit.objects.filter(grade="C", plan__rep=cast.rep).earliest("date", "order")
    later = visit.date + timedelta(days=14)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: visit.date + timedelta(days=1))
    assert moves.price_move(visit, later).codes == ("gone_by",)
    with pytest.raises(ValidationError, match="gone by"):
        moves.move_visit(visit, later, by=cast.manager, anyway=True)


def test_a_cycle_that_is_over_is_not_planned_again(cast: Cast, monkeypatch: Any) -> None:
    shops(cast)
    cycle = planned(cast)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2027, 2, 1))
    with pytest.raises(ValidationError, match="over"):
        services.start_planning(cycle, by=cast.manager)


def test_the_board_costs_the_same_whatever_its_size(cast: Cast) -> None:
    shops(cast)
    small, large = planned(cast, reps=[cast.rep]), planned(cast)
    counts = []
    for cycle in (small, large):
        with CaptureQueriesContext(connection) as seen:
            found = queries.board(cycle, 1, cast.manager)
            queries.routes_of(queries.plans_of(cycle, cast.manager), [head.date for head in found.days])
            queries.table(cycle, cast.manager)
            remarks.unplaced(cycle, cast.manager)
            remarks.changes_since_published(cycle, cast.manager)
        counts.append(len(seen))
    assert counts[0] == counts[1] and [
        len(queries.board(c, 1, cast.manager).rows) for c in (small, large)
    ] == [1, 2]
