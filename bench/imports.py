"""Rows per second from the uploaded workbook to customers in the database: check, import, the same list again, undo.

End to end (the figure with the target) is what the product itself does between the bytes arriving and the customers standing there:
reading the file at upload, then the import pass, which reads it again, compares every row with all customers and with the rows before
it (P2.3), and writes customers, search index, audit entries, gradings and the rows' outcomes. The check before it, which writes no
customer and can be left out on the command line, is a measure of its own, and so is the sum of both.

On a machine with other work the rates follow that work; the processor time per row, of this process and of the database's, says what
the import itself costs.

Each size and database is measured in a process of its own: python -m bench.imports COUNT prints {pass: [seconds, processor seconds
here, processor seconds of the database server]}.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measure import Measure

# P2.3: the duplicate check (code, phone, name and place) is on in every pass.
TARGET = 3000
CITIES = [
    ("湖北省", "武汉市", "江汉区"),
    ("湖北省", "武汉市", "武昌区"),
    ("湖北", "武汉", "洪山"),
    ("湖北省", "武汉市", "硚口区"),
]
COLUMNS = {
    "客户编码": "code",
    "客户名称": "name",
    "联系人": "contact_name",
    "电话": "phone",
    "渠道": "channel_type",
    "等级": "visit_grade",
    "地址": "address",
    "经度": "longitude",
    "纬度": "latitude",
}


def measures(full: bool) -> Iterator[Measure]:
    """10,000 rows on SQLite; full: 100,000 rows on PostgreSQL, where the target is."""
    size = 100_000 if full else 10_000
    with contextlib.ExitStack() as stack:
        database, address = "SQLite", ""
        if full:
            from tests.cluster import cluster

            database, address = "PostgreSQL", stack.enter_context(cluster())
        passes = _measured(size, address)
        seconds = {name: figures[0] for name, figures in passes.items()}
        where = f"{size:,} rows, {database}"
        for name in ("check", "import", "same list again", "undo"):
            yield Measure(f"{name}, {where}", size / seconds[name], "rows/s")
        whole = seconds["upload"] + seconds["import"]
        yield Measure(
            f"file to customers, {where}", size / whole, "rows/s", TARGET if full else None, at_most=False
        )
        whole += seconds["check"]
        yield Measure(f"file to customers with the check before it, {where}", size / whole, "rows/s")
        for name in ("check", "import"):
            here, server = (1000 * figure / size for figure in passes[name][1:])
            yield Measure(f"{name}, processor, {where}", here + server, "ms/row")


def _measured(count: int, address: str) -> dict[str, list[float]]:
    """Run this module in an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="furrow-bench-") as folder:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("FURROW_", "DJANGO_"))
        }
        environment |= {"FURROW_DATA": folder, "DJANGO_SETTINGS_MODULE": "furrow.config.settings"}
        if address:
            environment["FURROW_DATABASE"] = address
        made = subprocess.run(
            [sys.executable, "-m", "bench.imports", str(count)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: dict[str, list[float]] = json.loads(made.stdout.splitlines()[-1])
        return found


def main(count: int) -> None:
    """Fill an empty database from a workbook, as upload and worker do."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from furrow.kit.places import load_regions
    from furrow.records.importing import services
    from tests.cast import build_cast

    load_regions(townships=False)
    director = build_cast().director
    with tempfile.TemporaryDirectory(prefix="furrow-bench-") as folder:
        path = Path(folder) / "list.xlsx"
        _write(path, count)
        passes: dict[str, list[float]] = {}
        options = {"existing": "fill", "system": "gcj02", "status": "active"}

        def timed(name: str, work: Any) -> Any:
            begun = _clocks()
            done = work()
            passes[name] = [after - before for before, after in zip(begun, _clocks(), strict=True)]
            return done

        def take() -> Any:
            with path.open("rb") as file:
                return services.take_file(
                    "customers", iter(lambda: file.read(65_536), b""), path.name, by=director
                )

        batch = timed("upload", take)
        services.match(batch, batch.columns, options, by=director)
        timed("check", lambda: _work(batch))
        services.start(batch, by=director)
        timed("import", lambda: _work(batch, created=count))
        again = take()
        services.match(again, again.columns, options, by=director)
        _work(again)
        services.start(again, by=director)
        timed("same list again", lambda: _work(again, unchanged=count))
        services.undo(batch, by=director)
        timed("undo", lambda: _work(batch))
    print(json.dumps(passes))


def _clocks() -> tuple[float, float, float]:
    """Seconds: of the wall clock, of processor time here, and of our connection's database process where Linux tells it."""
    from django.db import connection

    server = 0.0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            told = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        server = int(told.read_text().split()[0]) / 1e9 if told.exists() else 0.0
    return time.perf_counter(), time.process_time(), server


def _write(path: Path, count: int) -> None:
    from bench.outlets import rows
    from furrow.kit.sheets import Column, write_xlsx

    titles = [*COLUMNS, "省份", "城市", "区县"]
    lines = (
        [row[name] for name in COLUMNS.values()] + list(CITIES[n % len(CITIES)])
        for n, row in enumerate(rows(count))
    )
    write_xlsx(path, "客户", [Column(title) for title in titles], lines)


def _work(batch: Any, **expected: int) -> None:
    """What the worker does, slice by slice; raises RuntimeError for another result than expected."""
    from django.conf import settings

    from furrow.records.importing import engine
    from furrow.records.importing.models import ImportBatch
    from furrow.records.tasks import SLICES

    while True:
        fresh = ImportBatch.objects.select_related("by").get(pk=batch.pk)
        if not fresh.is_busy or engine.advance(fresh, seconds=SLICES * settings.JOB_SLICE_SECONDS):
            break
    fresh = ImportBatch.objects.get(pk=batch.pk)
    if expected and fresh.counts != expected:
        raise RuntimeError(f"expected {expected}, got {fresh.counts}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
