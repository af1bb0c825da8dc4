"""Collecting: does the risk of paying late tell who will? Measured on UCI credit default (CC BY 4.0), months late of six months and default in
the next; the rule reads it as a customer's paying history. AUC, and how far told and true shares lie apart by tenths of the told risk."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.measure import Measure
from furrow.receivables.collecting_rules import lateness_risk

DATA = Path(os.environ.get("FURROW_BENCH_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
FILE = DATA / "credit" / "uci_credit_default_dev.csv.gz"
MONTHS = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")


def cases() -> Iterator[tuple[float, bool]]:
    """(told risk, defaulted) of every customer. Late by n months is 30 n days; who is late in the last month is overdue now."""
    with gzip.open(FILE, "rt", newline="") as file:
        for row in csv.DictReader(file):
            late = [30 * max(0, int(float(row[name]))) for name in MONTHS]
            history = [(30 * number, days) for number, days in enumerate(late)]
            yield lateness_risk(history, days_overdue=late[0]).probability, row["class"] == "1"


def auc(found: Sequence[tuple[float, bool]]) -> float:
    """Chance that a bad one is told a higher risk than a good one; ties count half."""
    ranked = sorted(found)
    place, ranks, positives = 0, 0.0, sum(1 for _risk, bad in found if bad)
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        mean = (place + 1 + end) / 2
        ranks += mean * sum(1 for _risk, bad in ranked[place:end] if bad)
        place = end
    negatives = len(found) - positives
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def gap(found: Sequence[tuple[float, bool]], groups: int = 10) -> float:
    """Average distance of told and true share over equal groups by told risk."""
    ranked, total = sorted(found, key=lambda one: one[0]), 0.0
    for number in range(groups):
        part = ranked[len(ranked) * number // groups : len(ranked) * (number + 1) // groups]
        total += abs(sum(risk for risk, _bad in part) - sum(bad for _risk, bad in part))
    return total / len(found)


def measures(full: bool) -> Iterator[Measure]:
    """AUC and calibration over the whole file; nothing where the data are not at hand."""
    if not FILE.exists():
        return
    found = list(cases())
    yield Measure("lateness risk, AUC", auc(found), "", 0.70, at_most=False)
    yield Measure("lateness risk, distance of told and true share", gap(found), "", 0.10)
    yield Measure("customers", len(found), "")
