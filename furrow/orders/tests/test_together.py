"""Eight writers at once: threads with connections of their own on PostgreSQL, on SQLite the same in a process that writes to a file."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from furrow.orders.tests import together
from tests.processes import Installation

WRITERS, ROUNDS = 8, 6


@pytest.fixture
def written(transactional_db: None, tmp_path: Path) -> dict[str, Any]:
    """What eight writers did and left behind. On SQLite the tables that all tests share lie in memory, where threads cannot wait for each
    other: the writers get a copy in a file. So nothing stands in the ledger here, which could not be emptied again."""
    if connection.vendor == "postgresql":
        shop, product, people = together.set_scene()
        done = together.write_together(shop, product, people, WRITERS, ROUNDS)
        return {"done": done} | together.what_is_left(shop)
    file = sqlite3.connect(tmp_path / "furrow.sqlite3")
    connection.ensure_connection()
    connection.connection.backup(file)
    file.close()
    said = Installation(tmp_path).python("-m", "furrow.orders.tests.together", str(WRITERS), str(ROUNDS))
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.mark.django_db(transaction=True)
def test_neither_numbers_nor_the_hold_give_way_to_eight_writers(written: dict[str, Any]) -> None:
    done = written["done"]
    assert sum(done.values()) == WRITERS * ROUNDS
    assert set(done) == {"order", "held", "invoice", "pay", "given up"}
    assert not written["gaps"] and written["series"] >= 4
    assert D(written["balance"]) == D(written["ledger"])
    assert D("800.00") <= D(written["sent"])
    assert D(written["sent"]) <= together.LIMIT + done["pay"] * D(
        "0.05"
    )  # invoices by hand ask nobody, money makes room
