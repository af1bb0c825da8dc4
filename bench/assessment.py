"""Scorecards at size: re-grading everybody in the background and the preview of a changed weight, on both databases with --full; and what a
simple card tells about real outcomes, AUC with its interval, on the credit data beside the repository (../shared/data/credit)."""

from __future__ import annotations

import csv
import gzip
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Measure

ROOT = Path(__file__).resolve().parent.parent
CREDIT = Path(os.environ.get("FURROW_CREDIT_DATA", ROOT.parent / "shared/data/credit"))
SMALL, FULL = 10_000, 100_000
RUN = """
import copy, os, sys, time, uuid
import django
django.setup()
from django.test.utils import setup_databases, setup_test_environment
setup_test_environment()
old = setup_databases(0, False)
from django.db import connection
from django.utils import timezone
from furrow.assessment import regrading, tasks, versions
from furrow.assessment.models import Assessment
from furrow.assessment.scorecards import card, keep_shipped, shipped
from furrow.customers.models import Customer
from furrow.kit import jobs
from furrow.kit.rows import insert_rows
from furrow.team.access import Role
from furrow.team.services import create_person, create_team
from random import Random
count = int(sys.argv[1])
dice = Random(5)
team = create_team(name="Company", parent=None, by=None)
boss = create_person(by=None, username="boss", name="Boss", role=Role.ADMINISTRATOR, team=team, password="wheat-field-42")
Customer.objects.bulk_create([Customer(code=f"B{n}", name=f"Customer {n}", owner=boss, customer_grade="B", visit_grade="B") for n in range(count)], batch_size=2000)
ids = list(Customer.objects.values_list("pk", flat=True))
form = card("customer_grade")
keep_shipped(form)
codes = [one.code for one in form.criteria()]
now = timezone.now()
names = regrading.COLUMNS
run = regrading.Run(form, uuid.uuid4(), boss, now, "")
rows = []
for pk in ids:
    answers = {code: dice.randint(1, 5) for code in codes}
    rows.append(regrading._row(run, pk, regrading.result_of(form, answers), answers, {}, ("B", "B")))
insert_rows(Assessment, names, regrading._stored(rows))
definition = copy.deepcopy(shipped("customer_grade"))
criteria = definition["factors"][0]["criteria"]
criteria[0]["weight"], criteria[1]["weight"] = 35, 5
begun, spent = time.perf_counter(), time.process_time()
found = regrading.preview(versions.read_card(definition), boss)
print("preview", time.perf_counter() - begun, time.process_time() - spent, flush=True)
assert found.total == count and found.count > count // 20, (found.total, found.count)
draft = versions.save_draft(versions.start_draft("customer_grade", by=boss), definition, by=boss)
versions.publish(draft, by=boss)
begun, spent = time.perf_counter(), time.process_time()
job = tasks.start_regrade("customer_grade", by=boss)
while jobs.run_step(job.pk) == "running":
    pass
job.refresh_from_db()
assert job.status == "done" and job.done == count, (job.status, job.message)
print("regrade", time.perf_counter() - begun, time.process_time() - spent, flush=True)
moved = Assessment.objects.current("customer_grade").exclude(card_version=1).count()
assert moved == count, moved
from django.test.utils import teardown_databases
teardown_databases(old, 0)
"""


def measures(full: bool) -> Iterator[Measure]:
    """Times at 100,000 customers with --full (10,000 without, targets then scaled), and the AUC on the credit data where it is there."""
    count = FULL if full else SMALL
    share = count / FULL
    for database in ("SQLite", "PostgreSQL") if full else ("SQLite",):
        for name, seconds, spent in _timed(count, database):
            target = {"preview": 10, "regrade": 60}[name] * share
            what = "preview of a weight change" if name == "preview" else "re-graded in the background"
            yield Measure(f"{what}, {count:,} customers, {database}", seconds, "s", target)
            yield Measure(f"{what}, processor time of it", spent, "s", target)
    yield from _learning()


def _timed(count: int, database: str) -> Iterator[tuple[str, float, float]]:
    command = [sys.executable, "-c", RUN, str(count)]
    if database == "PostgreSQL":
        command = [sys.executable, "-m", "tests.cluster", "--", *command]
    given = os.environ | {"DJANGO_SETTINGS_MODULE": "furrow.config.settings_test"}
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    for line in done.stdout.splitlines():
        name, _space, rest = line.partition(" ")
        if name in ("preview", "regrade"):
            seconds, spent = map(float, rest.split())
            yield name, seconds, spent


# Learning check ---------------------------------------------------------------------------------

CARDS = {
    # How payment went over six months, as a 5C card asks: character (lateness) and capacity (payments against bills).
    "paid or late": (
        "uci_credit_default_dev.csv.gz",
        lambda row: (
            (
                60
                * _steps(
                    max(float(row[name]) for name in ("PAY_0", "PAY_2", "PAY_3")),
                    (0.5, 1.5, 2.5),
                    (5, 3, 2, 1),
                )
                + 25 * _steps(_paid(row), (0.02, 0.1, 0.5), (1, 2, 4, 5))
                + 15 * _steps(float(row["LIMIT_BAL"]), (50_000, 140_000, 240_000), (1, 2, 4, 5))
            )
            / 100
        ),
        lambda row: row["class"] == "0",
    ),
    # What M.A.N. and the four analyses ask, as far as the columns tell: authority, budget, need, partnership, client.
    "won or lost": (
        "salvirt_b2b_dev.csv",
        lambda row: (
            (
                25 * {"Low": 1, "Mid": 3, "High": 5}.get(row["Authority"], 3)
                + 20 * {"No": 1, "Unknown": 3, "Yes": 5}.get(row["Budgt_alloc"], 3)
                + 25 * {"No": 1, "Poor": 2, "Info gathering": 2, "Yes": 5}.get(row["Needs_def"], 3)
                + 15 * {"No": 2, "Yes": 4}.get(row["Partnership"], 3)
                + 15 * {"New": 2, "Past": 3, "Current": 5}.get(row["Client"], 3)
            )
            / 100
        ),
        lambda row: row["Status"] == "Won",
    ),
}


def _steps(value: float, starts: tuple[float, ...], points: tuple[int, ...]) -> int:
    return points[sum(value >= start for start in starts)]


def _paid(row: dict[str, str]) -> float:
    bills = sum(max(0.0, float(row[f"BILL_AMT{n}"])) for n in range(2, 7))
    paid = sum(float(row[f"PAY_AMT{n}"]) for n in range(1, 6))
    return paid / bills if bills else 1.0


def _learning() -> Iterator[Measure]:
    from furrow.assessment.learning import auc, by_grade, in_order

    for name, (file, score, good) in CARDS.items():
        path = CREDIT / file
        if not path.exists():
            continue
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        scores, came = [score(row) for row in rows], [good(row) for row in rows]
        found = auc(scores, came)
        if found is None:
            continue
        yield Measure(f"AUC, {name}, {len(rows):,} cases", found.value, "")
        yield Measure(f"AUC, {name}, low end of 95%", found.low, "", 0.5, at_most=False)
        yield Measure(f"AUC, {name}, high end of 95%", found.high, "")
        grades = ["A" if s >= 4.2 else "B" if s >= 3.4 else "C" if s >= 2.6 else "D" for s in scores]
        table = by_grade(grades, came, "ABCD")
        for row in table:
            yield Measure(f"class {row.grade}, {name}: came out well of {row.cases:,}", 100 * row.rate, "%")
        yield Measure(f"classes in order, {name}", float(in_order(table)), "", 1, at_most=False)
