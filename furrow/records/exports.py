"""Export of a list as xlsx or csv: typed cells, never a formula, in the list's own order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify

from furrow.kit import audit
from furrow.kit.sheets import Column as SheetColumn
from furrow.kit.sheets import write_csv, write_xlsx
from furrow.records.listing import Listing, chosen, with_expressions
from furrow.records.record import Column, Record

CONTENT = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def export_response(record: Record, request: HttpRequest) -> HttpResponse:
    """The list's rows (GET) or the chosen ones (POST) as a download; the export itself goes into the audit trail of the user."""
    wanted = request.POST if request.method == "POST" else request.GET
    kind = "csv" if wanted.get("format") == "csv" else "xlsx"
    rows = (
        chosen(record, request).order_by("id")
        if request.method == "POST"
        else Listing(record, request).in_order()
    )
    every = [*record.columns, *record.own_columns(request)]
    columns = [column for column in every if column.export is not None or len(column.fields) == 1]
    file = tempfile.TemporaryFile(suffix=f".{kind}")  # noqa: SIM115  closed by the response
    heads = [
        SheetColumn(str(column.label), "decimal" if column.numeric else "text", places=6)
        for column in columns
    ]
    if kind == "xlsx":
        number = write_xlsx(file, str(record.title), heads, _cells(columns, rows))
    else:
        number = write_csv(file, heads, _cells(columns, rows))
    user: Any = request.user
    audit.exported(user, str(record.title), number)
    file.seek(0)
    day = timezone.localdate().isoformat()
    name = f"{slugify(str(record.title), allow_unicode=True) or record.name}-{day}.{kind}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT[kind])  # type: ignore[return-value]


def _cells(columns: list[Column], rows: Any) -> Iterator[list[Any]]:
    fields = list(dict.fromkeys(name for column in columns for name in column.fields))
    plans = [(column.export, [fields.index(name) for name in column.fields]) for column in columns]
    for values in with_expressions(rows, columns).values_list(*fields).iterator(chunk_size=2000):
        yield [
            export(*[values[index] for index in indexes]) if export else values[indexes[0]]
            for export, indexes in plans
        ]
