"""An independent judge: is this plan allowed, and what does it really cost? Shares no code with the search.

Everything is worked out again from the problem and its `Travel`: drives, clock times, spacing, limits, totals.
`check_routes.py` judges single days, `check_sites.py` a customer's visits over the cycle, `check_cost.py` sums up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from furrow.routing.check_book import Book
    from furrow.routing.check_cost import Report
    from furrow.routing.problem import Problem
    from furrow.routing.result import Result

REASONS = {
    "unreachable_coordinates",
    "no_working_day",
    "no_day_in_windows",
    "visit_limit",
    "capacity",
    "no_rep",
    "day_full",
    "spacing",
    "taken_out",
}


def check(problem: Problem, result: Result) -> Report:
    """Judges `result` against `problem`. Pass the divided problem (`divide`), so that bases are known."""
    # who only makes plans does not wait for the judges
    from furrow.routing.check_book import Book  # noqa: PLC0415
    from furrow.routing.check_cost import report  # noqa: PLC0415
    from furrow.routing.check_routes import judge_limits, judge_route  # noqa: PLC0415
    from furrow.routing.check_sites import judge_site  # noqa: PLC0415

    book = Book(problem)
    facts = []
    seen: set[tuple[str, int, int]] = set()
    for route in result.routes:
        key = (route.rep_id, route.day, route.shift)
        if key in seen:
            book.say("route_twice", "the rep has this route twice", route)
        seen.add(key)
        found = judge_route(book, route)
        if found is not None:
            facts.append(found)
    judge_limits(book, result.routes)
    left = _left(book, result)
    visits = book.visits(result.routes)
    sites = [judge_site(book, site, visits.get(site.id, []), left.get(site.id, 0)) for site in problem.sites]
    return report(book, result, facts, sites, left)


def _left(book: Book, result: Result) -> dict[str, int]:
    """Visits left out per site."""
    left: dict[str, int] = {}
    for item in result.unplaced:
        if item.site_id not in book.sites or item.visits < 1:
            book.say("unknown", f"unplaced {item.site_id} is no site or misses nothing", site_id=item.site_id)
        if item.reason not in REASONS:
            text = f"unplaced {item.site_id} has no known reason: {item.reason}"
            book.say("reason", text, site_id=item.site_id)
        left[item.site_id] = left.get(item.site_id, 0) + item.visits
    return left
