"""Customer lists from files, without a database: read by the words and parsers of the import, graded by rule where needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from furrow.kit.figures import listed
from furrow.planning import rules


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the file that can be planned."""

    id: str
    code: str
    name: str
    grade: str
    channel: str
    owner: str
    lng: float | None
    lat: float | None
    address: str
    phone: str


def read_list(file: str, system: str) -> tuple[list[Listed], list[str]]:
    """The file's customers by the words and parsers of the import, and what there is to say about rows left out.

    Raises SheetError for a file that can't be read or names no customers.
    """
    from furrow.customers.import_cells import CellReader  # noqa: PLC0415
    from furrow.kit.sheets import SheetError, open_sheet  # noqa: PLC0415

    sheet = open_sheet(file, Path(file).name)
    columns, first = _columns(sheet)
    if "name" not in columns:
        raise SheetError(_("no column holds customer names. Name it “Customer name” or 客户名称."))
    rows, wrong = _rows(sheet, CellReader({}, system), columns, first)
    if not rows:
        raise SheetError(_("the file names no customers."))
    if all(row.lng is None or row.lat is None for row in rows):
        raise SheetError(
            _("no customer has a position. Add columns for longitude and latitude, 经度 and 纬度.")
        )
    said = [*sheet.notes]
    if wrong:
        said.append(_("Left out without a name: row %(rows)s") % {"rows": listed(wrong[:20])})
    return rows, said


def _rows(sheet: Any, reader: Any, columns: dict[str, int], first: int) -> tuple[list[Listed], list[int]]:
    """The rows with a name, and the numbers of those without."""
    from furrow.kit.sheets.values import shown  # noqa: PLC0415

    wanted = {
        name: columns[name]
        for name in (
            "name",
            "code",
            "grade",
            "channel_type",
            "position_system",
            "longitude",
            "latitude",
            "phone",
        )
        if name in columns
    }
    rows: list[Listed] = []
    wrong: list[int] = []
    for number, row in enumerate(sheet.rows()):
        if number < first or not any(cell != "" for cell in row):
            continue
        cells: dict[str, Any] = {
            name: row[index] for name, index in wanted.items() if index < len(row) and row[index] != ""
        }
        read = reader.read(cells)
        if "name" not in read.values:
            wrong.append(number + 1)
            continue
        texts = {
            name: shown(row[columns[name]]).strip() if name in columns and columns[name] < len(row) else ""
            for name in ("owner", "address")
        }
        values = read.values
        rows.append(
            Listed(
                str(len(rows)), values.get("code", ""), values["name"], values.get("visit_grade", ""), values.get("channel_type", ""),
                texts["owner"], values.get("longitude"), values.get("latitude"), texts["address"], values.get("phone", ""),
            )
        )  # fmt: skip
    return rows, wrong


def _columns(sheet: Any) -> tuple[dict[str, int], int]:
    """field -> column and the first row of data, found as the import finds them."""
    from furrow.customers.importing import FIELDS, CustomerImporter  # noqa: PLC0415
    from furrow.kit.sheets import FieldWords, find_header, fold_header, match_columns  # noqa: PLC0415

    words = [*(field.field_words() for field in FIELDS), FieldWords("", CustomerImporter.ignored)]
    guess = find_header(
        sheet.head(60), {fold_header(word) for field in FIELDS for word in field.words}, sheet.columns
    )
    if guess.row_index is None:
        return {}, 0
    return {
        match.field: match.column for match in match_columns(guess.names, words) if match.field
    }, guess.data_row


def with_grades(rows: list[Listed], source: str) -> tuple[list[Listed], bool]:
    """The rows with a grade each where the file has none at all, or by rule when asked; True when the rule was used."""
    if source == "file" and any(row.grade for row in rows):
        return rows, False
    drawn = rules.grades_by_share(row.code or row.name + row.id for row in rows)
    return [replace(row, grade=drawn[row.code or row.name + row.id]) for row in rows], True
