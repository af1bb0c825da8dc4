"""python -m bench [NAME ...] [--full] [--json]: a table, or one JSON object per measure. Exit code 1 when a target is missed."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
from collections.abc import Callable, Iterable

import bench
from bench.measure import Measure, table

Maker = Callable[[bool], Iterable[Measure]]


def makers() -> dict[str, Maker]:
    """name -> measures(full), of every module here that has one."""
    found: dict[str, Maker] = {}
    for module in pkgutil.iter_modules(bench.__path__):
        if not module.name.startswith("_"):
            make = getattr(importlib.import_module(f"bench.{module.name}"), "measures", None)
            if make is not None:
                found[module.name] = make
    return found


def main() -> int:
    known = makers()
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure, and compare with the targets."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known) + " (default: all)")
    parser.add_argument(
        "--full", action="store_true", help="full size: 100,000 customers, both databases; takes minutes"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per measure")
    options = parser.parse_args()
    unknown = set(options.names) - set(known)
    if unknown:
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    missed = False
    for name in options.names or known:
        begun = time.monotonic()
        done = []
        for measure in known[name](options.full):
            done.append(measure)
            if options.json:
                print(measure.as_json(), flush=True)
        if not options.json:
            print(f"{name}  ({time.monotonic() - begun:.0f} s)", *table(done), sep="\n  ", flush=True)
        missed = missed or any(measure.holds is False for measure in done)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
