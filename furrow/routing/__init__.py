"""The planner: frozen dataclasses in, a plan out. Who is visited on which day by whom in which order.

No Django, no Furrow, standard library only. `solve(problem, stop=Seconds(30))` is the front door; `check`
judges any plan without sharing code with the search. Units: minutes from midnight, metres, calendar days.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from furrow.routing.check import Report, check
from furrow.routing.divide import divide, place_bases
from furrow.routing.figures import Coverage, Figures, figures
from furrow.routing.native import is_fast
from furrow.routing.problem import (
    Day,
    Earlier,
    Lunch,
    Pin,
    Problem,
    ProblemError,
    Rep,
    Shift,
    Site,
    Weights,
    Window,
    working_calendar,
)
from furrow.routing.result import Cost, Result, Route, Unplaced, Visit, merge
from furrow.routing.solve import Part, Progress, solve, split
from furrow.routing.stop import Any, Cancelled, CpuSeconds, Deadline, Iterations, NoImprovement, Seconds, Stop
from furrow.routing.travel import CityTravel, MatrixTravel, Place, PlaneTravel, Table, Travel

if TYPE_CHECKING:
    from furrow.routing.baseline import listed, swept
    from furrow.routing.check_book import Violation
    from furrow.routing.whatif import MovePrice, moved, price_add, price_move, price_remove

_LATER = {
    "listed": "baseline",
    "swept": "baseline",
    "Violation": "check_book",
    "MovePrice": "whatif",
    "moved": "whatif",
    "price_add": "whatif",
    "price_move": "whatif",
    "price_remove": "whatif",
}
"""Names whose modules are imported when they are first asked for: who only reads or solves does not wait for them."""


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value


__all__ = [
    "Any",
    "Cancelled",
    "CityTravel",
    "Cost",
    "Coverage",
    "CpuSeconds",
    "Day",
    "Deadline",
    "Earlier",
    "Figures",
    "Iterations",
    "Lunch",
    "MatrixTravel",
    "MovePrice",
    "NoImprovement",
    "Part",
    "Pin",
    "Place",
    "PlaneTravel",
    "Problem",
    "ProblemError",
    "Progress",
    "Rep",
    "Report",
    "Result",
    "Route",
    "Seconds",
    "Shift",
    "Site",
    "Stop",
    "Table",
    "Travel",
    "Unplaced",
    "Violation",
    "Visit",
    "Weights",
    "Window",
    "check",
    "divide",
    "figures",
    "is_fast",
    "listed",
    "merge",
    "moved",
    "place_bases",
    "price_add",
    "price_move",
    "price_remove",
    "solve",
    "split",
    "swept",
    "working_calendar",
]
