"""The door to the compiled kernel: loads the library, hands over arrays, takes routes back.

The library is built from `kernel/` by `make` (cargo, nothing to download) and lies beside this file. Where it is
missing, `load()` gives None and the small reference search does the work.
"""

from __future__ import annotations

import os.path
import sys
from array import array
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ctypes import CDLL

NAMES = {"win32": "furrow_kernel.dll", "darwin": "libfurrow_kernel.dylib"}
LIBRARY = os.path.join(os.path.dirname(__file__), NAMES.get(sys.platform, "libfurrow_kernel.so"))
VERSION = 4
"""Of the layout below; a library of another version is not used."""

COUNTS = [
    "sites",
    "bases",
    "groups",
    "reps",
    "lanes",
    "patterns",
    "elements",
    "openings",
    "spans",
    "class_limits",
    "profile_bands",
    "neighbors",
    "flags",
    "reserved",
]
NUMBERS = ["ratio", "compactness", "workload", "easy_day"]
ARRAYS = [
    "legs",
    "minutes",
    "points",
    "measure",
    "site_numbers",
    "visits",
    "classes",
    "pattern_start",
    "even",
    "pattern_cost",
    "element_start",
    "element_groups",
    "lane_ids",
    "lane_numbers",
    "group_numbers",
    "class_limit",
    "opening_of",
    "span_start",
    "span",
    "wish",
    "profile",
]
SOFT, CLOCKS, MINUTES, POINTS = 1, 2, 4, 8
"""Bits of `flags`."""


class KernelError(RuntimeError):
    """The kernel gave up. The message names the seed, so that the case can be run again."""


class Found(NamedTuple):
    """The best plan: node numbers per lane in order, pattern number per site (None: left out), iterations."""

    lanes: list[list[int]]
    patterns: list[int | None]
    iterations: int


@cache
def load() -> CDLL | None:
    """The library, or None where it is not built or does not fit."""
    if not os.path.exists(LIBRARY):
        return None
    import ctypes  # noqa: PLC0415  (a tenth of the import time; needed only to search)

    try:
        library = ctypes.CDLL(LIBRARY)
        if library.furrow_kernel_version() != VERSION:
            return None
    except (OSError, AttributeError):
        return None
    return library


def is_fast() -> bool:
    """Whether the compiled kernel makes the plans; otherwise the small reference search does."""
    return load() is not None


def run(
    counts: dict[str, int],
    numbers: dict[str, float],
    arrays: dict[str, array[Any]],
    *,
    seed: int,
    part: Callable[[int, float], float],
    tuning: dict[str, float] | None = None,
) -> Found:
    """Searches until `part(iterations, best cost)` reaches 1. Raises `KernelError`, and what `part` raised."""
    import ctypes  # noqa: PLC0415  (a tenth of the import time; needed only to search)

    library = load()
    if library is None:
        raise KernelError("the kernel is not built")
    fields: list[tuple[str, Any]] = [(name, ctypes.c_uint32) for name in COUNTS]
    fields += [(name, ctypes.c_double) for name in NUMBERS]
    fields += [(name, ctypes.c_void_p) for name in ARRAYS]
    layout = type("Input", (ctypes.Structure,), {"_fields_": fields})
    given = {name: values.buffer_info()[0] if values else None for name, values in arrays.items()}
    told: list[BaseException] = []

    def ask(iterations: int, best: float) -> float:
        try:
            return part(iterations, best)
        except BaseException as error:  # must not cross the border; it is raised again below
            told.append(error)
            return 2.0

    lane_sizes = (ctypes.c_uint32 * max(1, counts["lanes"]))()
    stops = (ctypes.c_uint16 * max(1, sum(arrays["visits"])))()
    patterns = (ctypes.c_uint32 * max(1, counts["sites"]))()
    iterations = ctypes.c_uint64()
    reason = ctypes.create_string_buffer(500)
    settings = _tuning(ctypes, tuning)
    code = library.furrow_solve(
        ctypes.byref(layout(**counts, **numbers, **given)),
        ctypes.c_uint64(seed % 2**64),
        settings,
        ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_uint64, ctypes.c_double)(ask),
        lane_sizes,
        stops,
        patterns,
        ctypes.byref(iterations),
        reason,
        len(reason),
    )
    if told:
        raise told[0]
    if code:
        raise KernelError(f"{reason.value.decode(errors='replace')} (seed {seed})")
    lanes, at = [], 0
    for size in lane_sizes[: counts["lanes"]]:
        lanes.append(list(stops[at : at + size]))
        at += size
    chosen = [None if p == 2**32 - 1 else p for p in patterns[: counts["sites"]]]
    return Found(lanes, chosen, iterations.value)


TUNING = [
    "removed",
    "longest",
    "day",
    "swap",
    "hot",
    "cold",
    "blink",
    "area",
    "start",
    "leg",
    "warm",
    "share",
    "elites",
    "breed",
    "stale",
    "round",
    "even",
]
"""What benches may turn; NaN keeps the kernel's own value."""


def _tuning(ctypes: Any, given: dict[str, float] | None) -> Any:
    if not given:
        return None
    if unknown := given.keys() - set(TUNING):
        raise ValueError(f"no such tuning: {', '.join(sorted(unknown))}")
    return (ctypes.c_double * len(TUNING))(*(given.get(name, float("nan")) for name in TUNING))
