"""The planner: frozen dataclasses in, a plan out. Who is visited on which day by whom in which order.

No Django, no Furrow, standard library only. `solve(problem, stop=Seconds(30))` is the front door; `check`
judges any plan without sharing code with the search. Units: minutes from midnight, metres, calendar days.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from furrow.routing.check import check

if TYPE_CHECKING:
    from furrow.routing.baseline import listed, swept
    from furrow.routing.check_book import Violation
    from furrow.routing.check_cost import Report
    from furrow.routing.division import divide, place_bases
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
    from furrow.routing.solver import Part, Progress, solve, split
    from furrow.routing.stop import (
        Any,
        Cancelled,
        CpuSeconds,
        Deadline,
        Iterations,
        NoImprovement,
        Seconds,
        Stop,
    )
    from furrow.routing.totals import Coverage, Figures, figures
    from furrow.routing.travel import CityTravel, MatrixTravel, Place, PlaneTravel, Table, Travel
    from furrow.routing.whatif import MovePrice, moved, price_add, price_move, price_remove

_LATER = {
    "baseline": ("listed", "swept"),
    "check_book": ("Violation",),
    "check_cost": ("Report",),
    "division": ("divide", "place_bases"),
    "native": ("is_fast",),
    "problem": (
        "Day",
        "Earlier",
        "Lunch",
        "Pin",
        "Problem",
        "ProblemError",
        "Rep",
        "Shift",
        "Site",
        "Weights",
        "Window",
        "working_calendar",
    ),
    "result": ("Cost", "Result", "Route", "Unplaced", "Visit", "merge"),
    "solver": ("Part", "Progress", "solve", "split"),
    "stop": (
        "Any",
        "Cancelled",
        "CpuSeconds",
        "Deadline",
        "Iterations",
        "NoImprovement",
        "Seconds",
        "Stop",
    ),
    "totals": ("Coverage", "Figures", "figures"),
    "travel": ("CityTravel", "MatrixTravel", "Place", "PlaneTravel", "Table", "Travel"),
    "whatif": ("MovePrice", "moved", "price_add", "price_move", "price_remove"),
}
"""Every module is imported when one of its names is first asked for: who states a problem does not wait for the search.

None of them may be called like a name of this package: an import elsewhere would put the module in its place. So
`check`, whose module is, comes at once; it imports the judges when it is called.
"""


def __getattr__(name: str) -> object:
    for module, names in _LATER.items():
        if name in names:
            value: object = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
