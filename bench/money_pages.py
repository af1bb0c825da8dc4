"""Fills an empty installation with customers who each have twenty ledger lines, one of them 20,000, and asks for the pages of money:
python -m bench.money_pages COUNT prints {page: milliseconds} as JSON in its last line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from statistics import quantiles
from typing import Any

from bench.filled import fill, prepare

PAPERS, LONG, ROUNDS, BATCH = 10, 10_000, 24, 20_000
OWN = 400  # customers of the rep


class Books:
    """Rows of invoices, payments, ledger and accounts of one customer after the other, as the services would have left them."""

    def __init__(self, today: date) -> None:
        self.today, self.number, self.dice = today, 0, Random(7)

    def of(self, customer: int, papers: int) -> tuple[list[Any], list[Any], list[Any], tuple[Any, ...]]:
        from decimal import Decimal as D

        invoices, payments, entries, owed, oldest = [], [], [], 0, date(9999, 12, 31)
        unpaid = self.dice.choice((0, 1, 2, 3))
        for place in range(papers):
            self.number += 1
            day = self.today - timedelta(days=(papers - place) * 29 % 900 + self.dice.randint(1, 20))
            due, fen = day + timedelta(days=30), self.dice.randint(5_000, 900_000)
            is_open = place >= papers - unpaid
            gross, net = D(fen).scaleb(-2), D(fen * 100 // 113).scaleb(-2)
            paid = None if is_open else min(self.today, due + timedelta(days=self.dice.randint(-9, 30)))
            invoices.append((self.number, f"INV-0000-{self.number:08}", customer, day, due, net, gross - net, gross, D(0) if is_open else gross, gross if is_open else D(0), paid))  # fmt: skip
            entries.append((customer, day, "invoice", gross, f"INV-0000-{self.number:08}", self.number, None))
            if is_open:
                owed, oldest = owed + fen, min(oldest, due)
            if paid is not None:
                payments.append((self.number, f"RCP-0000-{self.number:08}", customer, paid, gross, gross))
                entries.append((customer, paid, "payment", -gross, f"RCP-0000-{self.number:08}", None, self.number))  # fmt: skip
        total = D(owed).scaleb(-2)
        return invoices, payments, entries, (customer, total, total, D(0), oldest)


def fill_books(customers: list[int]) -> int:
    """The rows of all customers; how many ledger lines they have."""
    from django.db import connection, transaction
    from django.utils import timezone

    from furrow.kit.rows import insert_rows
    from furrow.receivables.models import Account, Invoice, LedgerEntry, Payment

    books, now, lines = Books(timezone.localdate()), timezone.now(), 0
    heads: dict[Any, tuple[str, ...]] = {
        Invoice: ("id", "number", "customer_id", "day", "due", "net", "tax", "gross", "settled", "open", "paid_on"),
        Payment: ("id", "number", "customer_id", "day", "amount", "allocated"),
        LedgerEntry: ("customer_id", "day", "kind", "amount", "document", "invoice_id", "payment_id"),
        Account: ("customer_id", "balance", "owed", "on_account", "oldest_due"),
    }  # fmt: skip
    rest: dict[Any, dict[str, Any]] = {
        model: {field.attname: (now if field.attname in ("created_at", "updated_at", "at") else field.get_default()) for field in model._meta.concrete_fields if field.attname not in (*head, "id")}
        for model, head in heads.items()
    }  # fmt: skip
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
                names = (*head, *rest[model])
                insert_rows(model, names, _plain(model, names, made[model], tuple(rest[model].values())))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return lines


def _plain(model: Any, names: tuple[str, ...], rows: list[Any], rest: tuple[Any, ...]) -> Iterator[list[Any]]:
    """Money in fen, as the column holds it; days as text where the database has none."""
    from django.db import connection

    from furrow.receivables.money import MoneyField, fen

    fields = {known: field for field in model._meta.concrete_fields for known in (field.name, field.attname)}
    money = [place for place, name in enumerate(names) if isinstance(fields[name], MoneyField)]
    days = [place for place, name in enumerate(names) if name in ("day", "due", "paid_on", "oldest_due")]
    for row in rows:
        values = [*row, *rest]
        for place in money:
            values[place] = fen(values[place])
        if connection.vendor == "sqlite":
            for place in days:
                values[place] = values[place] and values[place].isoformat()
        yield values


def main(count: int) -> None:
    prepare()
    from django.db import connection
    from django.test import Client

    from bench.outlets import rows
    from furrow.receivables.models import Account, LedgerEntry
    from tests.cast import build_cast

    people = build_cast().people()
    owners = [people[name].pk for name in ("second_rep", "other_rep")]
    made = fill(({**row, "owner_id": people["rep"].pk if number < OWN else row["owner_id"]} for number, row in enumerate(rows(count, owner_ids=owners))))  # fmt: skip
    lines = fill_books(made)
    middle, long = (Account.objects.get(customer=pk).pk for pk in (made[count // 2], made[-1]))
    before = LedgerEntry.objects.filter(customer=made[-1]).order_by("-pk").values_list("pk", flat=True)[LONG]
    director, rep = ("director", "rep")
    asked = {
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
    clients = {}
    for name in (director, rep):
        clients[name] = Client(HTTP_HOST="127.0.0.1")
        clients[name].force_login(people[name], backend="furrow.team.backends.PeopleBackend")
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    times: dict[str, list[float]] = {page: [] for page in asked}
    for turn in range(-2, ROUNDS):
        for page, (who, path) in asked.items():
            begun = clock()
            answer = clients[who].get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            if turn >= 0:
                times[page].append(1000 * (clock() - begun))
    print(json.dumps({"ledger lines": lines} | {page: quantiles(spent, n=4)[0] for page, spent in times.items()}))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
