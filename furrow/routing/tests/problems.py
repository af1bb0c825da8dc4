"""Whole problems made at random, for tests (a few hundred) and for the bench (thousands): nothing is too odd.

`problems()` gives keyword arguments of `Problem`, which may contradict itself; `judged` solves and judges one.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from furrow.routing import (
    CityTravel,
    Day,
    Earlier,
    Iterations,
    Lunch,
    MatrixTravel,
    Pin,
    PlaneTravel,
    Problem,
    ProblemError,
    Rep,
    Report,
    Shift,
    Site,
    Travel,
    Weights,
    Window,
    check,
    divide,
    solve,
)

REPS = ("r", "q", "p")
SKILLS = ("cold", "keys")
CODES = {
    "no_days", "no_reps", "day_index", "weekday", "week", "hours", "rep_twice", "overtime", "limit", "capacity", "day_off",
    "place", "lunch", "weight", "profile", "matrix", "site_twice", "visits", "service", "priority", "demand", "half", "window",
    "gap", "pin", "done", "earlier", "pattern", "rep_unknown", "rep", "no_base",
}  # fmt: skip

minutes = st.integers(0, 1440)


def seldom(odd: st.SearchStrategy[Any], usual: Any) -> st.SearchStrategy[Any]:
    """The usual value three times in four: where everything is odd at once, nothing is planned at all."""
    return st.sampled_from([False, False, False, True]).flatmap(
        lambda is_odd: odd if is_odd else st.just(usual)
    )


spots = st.sampled_from(
    [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 80.0), (100.0, 45.0), (5000.0, 0.0), (None, None)]
)
profiles = st.sampled_from([(), (), (), ((480, 1.5), (600, 1.0), (1020, 2.0)), ((0, 0.5), (700, 3.0))])


@st.composite
def spans(draw: st.DrawFn, least: int = 1) -> tuple[int, int]:
    """Two minutes of the day in order."""
    start = draw(st.integers(0, 1440 - least))
    return start, draw(st.integers(start + least, 1440))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Mostly wide, on some or all weekdays."""
    start, end = draw(st.one_of(spans(), spans(least=400)))
    return Window(start, end, draw(st.none() | st.integers(0, 6)))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Day, ...]:
    """A day, some weeks, or a year; with free days and short ones."""
    length = draw(st.sampled_from([28, 14, 7, 28, 14, 1, 2, 366]))
    first = draw(st.integers(0, 6))
    free = draw(st.sets(st.integers(0, length - 1), max_size=min(12, length // 3)))
    short = draw(st.sets(st.integers(0, length - 1), max_size=2))
    weekend = draw(st.booleans())
    return tuple(
        Day(
            i,
            (first + i) % 7,
            (first + i) // 7,
            working=i not in free and (weekend or (first + i) % 7 < 5),
            start=660 if i in short else None,
            end=840 if i in short else None,
        )
        for i in range(length)
    )


@st.composite
def reps(draw: st.DrawFn, name: str, length: int) -> Rep:
    """Anything from an idle half hour to several shifts a day."""
    start, end = draw(seldom(spans(least=30), (540, 1080)))
    lng, lat = draw(seldom(spots, (0.0, 0.0)))
    shifts = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2, 3]))):
        own = draw(st.booleans())
        x, y = draw(spots) if own else (None, None)
        shifts.append(Shift(*draw(spans(least=120)), x, y))
    index = st.integers(0, length - 1)
    return Rep(
        name,
        lng,
        lat,
        start,
        end,
        lunch=draw(st.none() | st.builds(Lunch, minutes, st.integers(0, 120))),
        overtime=draw(st.sampled_from([0, 0, 60, 600])),
        max_visits=draw(seldom(st.integers(0, 4), None)),
        class_limits=draw(
            seldom(st.dictionaries(st.sampled_from(["modern", "trade"]), st.integers(0, 2)), {})
        ),
        days_off=frozenset(draw(st.sets(index, max_size=3))),
        capacity=draw(st.sampled_from([None, None, None, 30.0, 13.0, 0.0])),
        skills=draw(st.sampled_from([frozenset(SKILLS), frozenset(SKILLS[:1]), frozenset()])),
        shifts=tuple(shifts),
        days=draw(st.dictionaries(index, spans(least=60), max_size=2)),
    )


@st.composite
def sites(draw: st.DrawFn, number: int, days: int, names: tuple[str, ...]) -> Site:
    """One customer with any mixture of wishes."""
    visits = draw(st.sampled_from([1, 2, 4, 1, 2, 3, 8, 0, days]))
    visits = min(visits, days)
    index = st.integers(0, days - 1)
    settled = (
        draw(st.lists(index, unique=True, max_size=visits)) if draw(seldom(st.just(True), False)) else []
    )
    cut = draw(st.integers(0, len(settled)))
    someone = st.none() | st.sampled_from(names)
    same_rep = draw(st.booleans())
    owner = draw(someone)
    pinned_rep = draw(someone) if owner is None else None
    pins = tuple(
        Pin(
            day,
            pinned_rep if same_rep else (draw(someone) if owner is None else None),
            draw(st.none() | minutes) if draw(st.booleans()) else None,
        )
        for day in settled[cut:]
    )
    low = draw(seldom(st.integers(1, 30), None))
    high = draw(seldom(st.integers(low or 1, 60), None))
    lng, lat = draw(seldom(spots, (0.03 * number, 0.04)) | st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
    few = draw(seldom(st.booleans(), False)) and visits <= 8
    patterns = st.lists(st.lists(index, unique=True, min_size=visits, max_size=visits).map(tuple), max_size=4)
    return Site(
        f"s{number}",
        lng,
        lat,
        visits=visits,
        service_minutes=draw(st.sampled_from([10.0, 30.5, 0.0, 45.0, 200.0, 2000.0])),
        priority=draw(st.sampled_from([0.0, 1.0, 8.0])),
        classes=tuple(draw(st.sets(st.sampled_from(["modern", "trade"])))),
        min_gap=low,
        max_gap=high,
        patterns=tuple(draw(patterns)) if few and visits else None,
        windows=tuple(draw(seldom(st.lists(windows(), max_size=3), []))),
        taboos=tuple(draw(seldom(st.lists(windows(), max_size=2), []))),
        preferred_weeks=tuple(draw(st.sets(st.integers(0, 3), max_size=2))),
        half=draw(st.sampled_from(["", "morning", "afternoon"])),
        rep=owner,
        allowed_reps=draw(st.sampled_from([(), names, names])),
        pins=pins,
        done=tuple(settled[:cut]),
        demand=draw(st.sampled_from([0.0, 1.0, 12.5])),
        skills=draw(seldom(st.sampled_from([SKILLS[:1], SKILLS[1:]]), ())),
        same_rep=same_rep,
        earlier=tuple(
            Earlier(day, draw(st.none() | st.sampled_from([*names, "gone"])), draw(st.none() | minutes))
            for day in draw(st.lists(index, unique=True, max_size=4))
        ),
    )


@st.composite
def travels(draw: st.DrawFn, places: list[str]) -> Travel:
    """A plane, a city, or a matrix that is neither symmetric nor complete."""
    kind, profile = draw(st.integers(0, 2)), draw(profiles)
    if kind == 0:
        return PlaneTravel(profile=profile)
    if kind == 1:
        return CityTravel(profile=profile)
    size = len(places)
    drive = seldom(st.sampled_from([float("inf"), None, 0.0, 1e9]), 7.0) | st.floats(0, 60)
    row = st.lists(drive, min_size=size, max_size=size)
    table = st.lists(row, min_size=size, max_size=size)
    known = [key for key in places if draw(st.integers(0, 9))]
    return MatrixTravel({key: places.index(key) for key in known}, draw(table), draw(table), profile)


@st.composite
def problems(draw: st.DrawFn, most: int = 7) -> dict[str, Any]:
    """Arguments of a `Problem` with up to `most` sites and three reps."""
    days = draw(calendars())
    names = REPS[: draw(st.integers(1, len(REPS)))]
    who = tuple(draw(reps(name, len(days))) for name in names)
    customers = tuple(draw(sites(number, len(days), names)) for number in range(draw(st.integers(0, most))))
    places = [site.place.key for site in customers]
    places += [place.key for rep in who for place in {rep.place, *(rep.base(k) for k in range(rep.routes))}]
    amount = st.sampled_from([0.0, 0.2, 5.0, 1000.0])
    return {
        "sites": customers,
        "reps": who,
        "days": days,
        "weights": Weights(
            travel_km=draw(amount),
            stretch=draw(amount),
            preference=draw(amount),
            workload=draw(amount),
            change_day=draw(amount),
            change_rep=draw(amount),
            change_hour=draw(amount),
            compactness=draw(amount),
        ),
        "travel": draw(travels(sorted(set(places)))),
    }


def judged(made: dict[str, Any], *, iterations: int = 5, seed: int = 0) -> Report | ProblemError:
    """Solves with a tiny budget and judges the plan; a `ProblemError` with a stable code is an answer too."""
    try:
        problem = divide(Problem(**made))
        result = solve(problem, stop=Iterations(iterations), seed=seed)
    except ProblemError as error:
        assert error.code in CODES, error.code
        return error
    return check(problem, result)
