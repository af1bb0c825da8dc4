"""What counts as a change against the earlier plan, worked out by hand."""

from __future__ import annotations

from furrow.routing import Earlier, Iterations, Pin, Weights, check, solve
from furrow.routing.changes import Changes, changes, partners
from furrow.routing.tests.small import rep, site, world

A = site("a", 10, 0, visits=3, earlier=(Earlier(0, "r", 600), Earlier(7, "r", 600), Earlier(14, "q")))


def test_the_same_plan_changes_nothing() -> None:
    assert changes(A, {0: ("r", 600), 7: ("r", 600), 14: ("q", 900)}) == Changes(0, 0, 0)


def test_a_kept_day_is_no_change_of_day_and_the_rest_pair_up_in_order() -> None:
    # 7 is kept; 0 moves to 1 and keeps its rep; 14 moves to 15 and loses q. Half an hour later on the kept day
    now = {1: ("r", 700.0), 7: ("r", 630.0), 15: ("r", 600.0)}
    assert {day: e.day for day, e in partners(A, now).items()} == {1: 0, 7: 7, 15: 14}
    assert changes(A, now) == Changes(2, 1, 0.5)
    assert changes(A, now).cost(Weights(change_day=10, change_rep=4, change_hour=6)) == 27


def test_visits_that_fell_away_or_were_made() -> None:
    assert changes(A, {7: ("r", 600)}) == Changes(2, 0, 0)
    done = site("a", 10, 0, visits=3, done=(0,), earlier=A.earlier)
    assert changes(done, {7: ("r", 600), 14: ("q", None)}) == Changes(0, 0, 0)


def test_plan_holds_on_to_the_earlier_one_as_far_as_the_weight_says() -> None:
    sites = [
        site("a", 50, 0, pins=(Pin(1),)),
        site("b", 51, 0, earlier=(Earlier(3, "r", 610),)),  # together with a saves 100 minutes
    ]
    for weight, day, paid in ((0, 1, 0), (50, 1, 50), (500, 3, 0)):
        problem = world(sites, weights=Weights(workload=0, change_day=weight))
        result = solve(problem, stop=Iterations(60))
        report = check(problem, result)
        assert report.feasible
        assert [r.day for r in result.routes for v in r.visits if v.site_id == "b"] == [day]
        assert result.cost.changes == paid
        assert (report.changed_visits, report.earlier_visits) == (int(day == 1), 1)


def test_another_rep_costs() -> None:
    problem = world(
        [site("a", 1, 0, rep="q", earlier=(Earlier(0, "r"),), pins=(Pin(0),))],
        [rep("r"), rep("q")],
        weights=Weights(change_rep=7),
    )
    result = solve(problem, stop=Iterations(5))
    assert result.cost.changes == 7
    assert check(problem, result).changed == 1
