"""What importing the planner costs, counted in modules: seconds depend on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def _said(code: str) -> list[str]:
    made = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    return made.stdout.split()


def _modules(code: str) -> set[str]:
    said = _said(f"{code}; import sys; print(*sys.modules)")
    return {name.removeprefix("furrow.routing.") for name in said if name.startswith("furrow.routing.")}


def test_each_name_waits_for_its_own_module_only() -> None:
    assert _modules("import furrow.routing") == {"check"}
    stated = {"check", "problem", "travel", "validity"}
    assert _modules("from furrow.routing import Problem, Rep, Site, CityTravel, check") == stated


def test_no_module_takes_the_place_of_a_name() -> None:
    """Python puts an imported module into its package under its own name, over a function of that name."""
    modules = [f"furrow.routing.{one.stem}" for one in PACKAGE.glob("*.py") if "__" not in one.stem]
    assert "furrow.routing.solver" in modules
    assert (
        _said(
            f"import {', '.join(modules)}; from types import ModuleType; r = furrow.routing; "
            "print(*(name for name in r.__all__ if isinstance(getattr(r, name), ModuleType)))"
        )
        == []
    )
