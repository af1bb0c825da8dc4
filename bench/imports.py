"""Rows per second from the uploaded workbook to customers in the database: check, import, the same list again, undo.

Each size and database is measured in a process of its own: python -m bench.imports COUNT prints {pass: seconds}.
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
        seconds = _measured(size, address)
        where = f"{size:,} rows, {database}"
        for name in ("check", "import", "same list again", "undo"):
            yield Measure(f"{name}, {where}", size / seconds[name], "rows/s")
        whole = seconds["upload"] + seconds["import"]
        yield Measure(
            f"file to customers, {where}", size / whole, "rows/s", TARGET if full else None, at_most=False
        )
        whole += seconds["check"]
        yield Measure(f"file to customers with the check before it, {where}", size / whole, "rows/s")


def _measured(count: int, address: str) -> dict[str, float]:
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
        found: dict[str, float] = json.loads(made.stdout.splitlines()[-1])
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
        seconds: dict[str, float] = {}
        options = {"existing": "fill", "system": "gcj02", "status": "active"}

        def timed(name: str, work: Any) -> Any:
            begun = time.perf_counter()
            done = work()
            seconds[name] = time.perf_counter() - begun
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
    print(json.dumps(seconds))


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

    while True:
        fresh = ImportBatch.objects.select_related("by").get(pk=batch.pk)
        if not fresh.is_busy or engine.advance(fresh, seconds=settings.JOB_SLICE_SECONDS):
            break
    fresh = ImportBatch.objects.get(pk=batch.pk)
    if expected and fresh.counts != expected:
        raise RuntimeError(f"expected {expected}, got {fresh.counts}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
