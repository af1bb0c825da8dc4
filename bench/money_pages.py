"""Fills an installation with customers who each have twenty ledger lines, one of them 20,000, and asks for the pages of money:
python -m bench.money_pages COUNT prints {page: milliseconds} as JSON in its last line."""

from __future__ import annotations

import json
import sys
import time
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

from bench.filled import fill, prepare

PAPERS, LONG, ROUNDS, BATCH = 11, 10_000, 24, 50_000
SPAN = 10**6  # days: never
OWN = 400  # customers of the rep


class Books:
    """Rows of invoices, payments, ledger and accounts of one customer after the other, as the services would have left them: money in fen,
    days as the database keeps them."""

    def __init__(self, today: date, *, texts: bool) -> None:
        self.number, self.chance, never = 0, Random(7).random, date(9999, 12, 31)
        days = {ago: today - timedelta(days=ago) for ago in range(-90, 1000)} | {-SPAN: never}
        self.day = {ago: day.isoformat() for ago, day in days.items()} if texts else days

    def upto(self, most: int) -> int:
        return int(self.chance() * (most + 1))

    def of(self, customer: int, papers: int) -> tuple[list[Any], list[Any], list[Any], tuple[Any, ...]]:
        """`ago`: days before today; below zero, days to come."""
        invoices, payments, entries, owed, oldest = [], [], [], 0, -SPAN
        unpaid, day = self.upto(3), self.day
        for place in range(papers):
            self.number += 1
            ago, gross = (papers - place) * 29 % 900 + 1 + self.upto(19), 5_000 + self.upto(895_000)
            due, is_open, net = ago - 30, place >= papers - unpaid, gross * 100 // 113
            number, paid = f"{self.number:08}", None if is_open else max(0, due + 9 - self.upto(39))
            invoice = "INV-0000-" + number
            entries.append((customer, day[ago], "invoice", gross, invoice, self.number, None))
            if paid is None:
                invoices.append(
                    (
                        self.number,
                        invoice,
                        customer,
                        day[ago],
                        day[due],
                        net,
                        gross - net,
                        gross,
                        0,
                        gross,
                        None,
                    )
                )
                owed, oldest = owed + gross, max(oldest, due)
                continue
            on, receipt = day[paid], "RCP-0000-" + number
            invoices.append(
                (self.number, invoice, customer, day[ago], day[due], net, gross - net, gross, gross, 0, on)
            )
            payments.append((self.number, receipt, customer, on, gross, gross))
            entries.append((customer, on, "payment", -gross, receipt, None, self.number))
        return invoices, payments, entries, (customer, owed, owed, 0, day[oldest])


def fill_books(customers: list[int]) -> int:
    """The rows of all customers; how many ledger lines they have."""
    from django.db import connection, transaction
    from django.utils import timezone

    from furrow.kit.rows import insert_rows
    from furrow.receivables.models import Account, Invoice, LedgerEntry, Payment

    books, now, lines = Books(timezone.localdate(), texts=connection.vendor == "sqlite"), timezone.now(), 0
    heads: dict[Any, tuple[str, ...]] = {
        Invoice: ("id", "number", "customer_id", "day", "due", "net", "tax", "gross", "settled", "open", "paid_on"),
        Payment: ("id", "number", "customer_id", "day", "amount", "allocated"),
        LedgerEntry: ("customer_id", "day", "kind", "amount", "document", "invoice_id", "payment_id"),
        Account: ("customer_id", "balance", "owed", "on_account", "oldest_due"),
    }  # fmt: skip
    rest = {model: _rest(model, head, now) for model, head in heads.items()}
    rows = iter(customers)
    while batch := list(islice(rows, BATCH // PAPERS)):
        made: dict[Any, list[Any]] = {model: [] for model in heads}
        for customer in batch:
            found = books.of(customer, LONG if customer == customers[-1] else PAPERS)
            for model, new in zip((Invoice, Payment, LedgerEntry), found[:3], strict=True):
                made[model] += new
            made[Account].append(found[3])
        lines += len(made[LedgerEntry])
        with transaction.atomic():
            for model, head in heads.items():
                values = tuple(rest[model].values())
                insert_rows(model, (*head, *rest[model]), [(*row, *values) for row in made[model]])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return lines


def _rest(model: Any, head: tuple[str, ...], now: Any) -> dict[str, Any]:
    """The columns beside those of the head, the same in every row and as the column holds them."""
    from furrow.receivables.money import MoneyField

    found = {}
    for field in model._meta.concrete_fields:
        if field.attname not in (*head, "id"):
            value = now if field.attname in ("created_at", "updated_at", "at") else field.get_default()
            found[field.attname] = field.get_prep_value(value) if isinstance(field, MoneyField) else value
    return found


def times_of(count: int) -> dict[str, float]:
    """Page -> milliseconds, and how many ledger lines there are."""
    from bench.outlets import rows
    from tests.cast import build_cast

    people = build_cast().people()
    owners = [people[name].pk for name in ("second_rep", "other_rep")]
    made = fill(({**row, "owner_id": people["rep"].pk if number < OWN else row["owner_id"]} for number, row in enumerate(rows(count, owner_ids=owners))))  # fmt: skip
    lines = fill_books(made)
    return {"ledger lines": lines} | asked(pages_of(made), people)


def pages_of(made: list[int]) -> dict[str, tuple[str, str]]:
    """Page -> (who asks for it, address)."""
    from furrow.receivables.models import Account, LedgerEntry

    middle, long = (Account.objects.get(customer=pk).pk for pk in (made[len(made) // 2], made[-1]))
    before = LedgerEntry.objects.filter(customer=made[-1]).order_by("-pk").values_list("pk", flat=True)[LONG]
    director, rep = ("director", "rep")
    return {
        "accounts": (director, "/accounts/"),
        "accounts overdue": (director, "/accounts/?state=overdue&sort=oldest_due"),
        "accounts of a rep": (rep, "/accounts/"),
        "aging strip": (director, "/receivables/aging/"),
        "aging strip of a rep": (rep, "/receivables/aging/"),
        "to collect today": (director, "/receivables/collecting/"),
        "invoices overdue": (director, "/invoices/?state=overdue&sort=due"),
        "ledger of a customer": (director, f"/accounts/{middle}/"),
        "ledger of 20,000 lines": (director, f"/accounts/{long}/"),
        "ledger, further entries": (director, f"/receivables/accounts/{long}/ledger/?before={before}"),
        "statement of account": (director, f"/accounts/{middle}/print/"),
    }


def asked(pages: dict[str, tuple[str, str]], people: dict[str, Any]) -> dict[str, float]:
    """The lower quartile of ROUNDS requests of each page."""
    from django.db import connection
    from django.test import Client

    clients = {}
    for name in {who for who, _path in pages.values()}:
        clients[name] = Client(HTTP_HOST="127.0.0.1")
        clients[name].force_login(people[name], backend="furrow.team.backends.PeopleBackend")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")  # nobody would count their time
    times: dict[str, list[float]] = {page: [] for page in pages}
    for turn in range(-2, ROUNDS):
        for page, (who, path) in pages.items():
            begun = cpu_time(connection)
            answer = clients[who].get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            if turn >= 0:
                times[page].append(1000 * (cpu_time(connection) - begun))
    return {page: quantiles(spent, n=4)[0] for page, spent in times.items()}


def cpu_time(connection: Any) -> float:
    """Seconds of processor time spent by this process and by the server's process that answers it, as Linux counts them."""
    own = time.process_time()
    if connection.vendor == "sqlite":
        return own
    connection.ensure_connection()
    spent = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]
    return own + int(spent) / 1e9


def main(count: int) -> None:
    prepare()
    print(json.dumps(times_of(count)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
