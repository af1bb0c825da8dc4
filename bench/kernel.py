"""What the planner weighs: importing it, the compiled kernel, memory, and the price of a move while a person drags a visit."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import furrow.routing
from bench.measure import Measure
from bench.shanghai import FILE, one_rep

ROOT = Path(furrow.routing.__file__).parent
LIBRARIES = ("*.so", "*.dylib", "*.dll")
STARTS = 9
MOVES = 400
IMPORT = """\
import time
wall, processor = time.perf_counter(), time.process_time()
{code}
print(time.perf_counter() - wall, time.process_time() - processor)
"""
IMPORTS = (
    ("furrow.routing", "import furrow.routing"),
    ("what states a problem", "from furrow.routing import CityTravel, Problem, Rep, Site, working_calendar"),
)
CROWD = 10_000
MEMORY = """\
import random, resource, sys
from furrow.routing import CityTravel, Iterations, Problem, Rep, Site, working_calendar
from furrow.routing.compiled import search
from furrow.routing.model import Model
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
chance, customers = random.Random(1), int(sys.argv[1])
place = lambda: (121 + chance.random() / 2, 31 + chance.random() / 2)
sites = tuple(Site(str(number), *place(), visits=1, service_minutes=10) for number in range(customers))
problem = Problem(sites, (Rep("r", 121.2, 31.2),), working_calendar(4), travel=CityTravel())
before = peak()
search(Model(problem), seed=1, part=lambda iteration, best: iteration / 3000)
print(peak() - before)
"""


def measures(full: bool) -> Iterator[Measure]:
    """The same in both sizes: it takes seconds."""
    for name, code in IMPORTS:
        times = _starts(code)
        yield Measure(
            f"import of {name} in a new process, median", 1000 * median(t for t, _ in times), "ms", 50
        )
        yield Measure("the same, processor time", 1000 * median(t for _, t in times), "ms", 50)
    built = [path for pattern in LIBRARIES for path in ROOT.glob(pattern)]
    yield Measure("compiled kernels", len(built), "files", 1, at_most=False)
    for path in built:
        yield Measure(f"size of {path.name}", path.stat().st_size / 1e6, "MB", 2)
    small, large = _memory(CROWD), _memory(2 * CROWD)
    yield Measure(f"memory of planning {CROWD:,} customers of one rep", small, "MB")
    yield Measure("twice as many customers need so many times the memory", large / small, "times", 2.2)
    if FILE.exists():
        yield from _moves()


def _starts(code: str) -> list[tuple[float, float]]:
    """Seconds and processor seconds of the import, compiled to bytecode before as an installation is."""
    with tempfile.TemporaryDirectory(prefix="furrow-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        command = [sys.executable, "-c", IMPORT.format(code=code)]
        times = []
        for _ in range(STARTS + 1):
            made = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            wall, processor = map(float, made.stdout.split())
            times.append((wall, processor))
        return times[1:]


def _memory(customers: int) -> float:
    """Megabytes at the peak of a search, above those before it, in a process of its own."""
    command = [sys.executable, "-c", MEMORY, str(customers)]
    made = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(made.stdout) / 1024


def _moves() -> Iterator[Measure]:
    from furrow.routing import Seconds, divide, price_move, solve

    problem = divide(one_rep(120))
    result = solve(problem, stop=Seconds(3), seed=1)
    chance = random.Random(1)
    visits = [(visit.site_id, route.day) for route in result.routes for visit in route.visits]
    days = [day.index for day in problem.days if day.working]
    took, fitting = [], 0
    for _ in range(MOVES):
        (site_id, day), target = chance.choice(visits), chance.choice(days)
        began = time.perf_counter()
        price = price_move(problem, result, site_id, day, target)
        took.append(1000 * (time.perf_counter() - began))
        fitting += price.fits
    took.sort()
    yield Measure("price of moving a visit, 120 customers, median", median(took), "ms", 5)
    yield Measure("price of moving a visit, 120 customers, 99 of 100", took[int(0.99 * len(took))], "ms", 5)
    yield Measure("moves priced that fit", fitting, f"of {MOVES}", 1, at_most=False)
