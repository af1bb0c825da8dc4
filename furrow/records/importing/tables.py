"""What the import pages and files show: the matching, the rows of a tab, the error file, the blank list."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import IO, Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit.sheets import Column, write_xlsx
from furrow.records.importing import files
from furrow.records.importing.importer import Match, RecordImporter
from furrow.records.importing.models import KEPT, Decision, ImportBatch, ImportRow, Outcome

PAGE_ROWS = 50
MOST_ERRORS_FILTERED = 5000
HEAD_SHOWN = 12
SAMPLES = 3
FILLS = {
    Outcome.CREATED: "1",
    Outcome.UPDATED: "2",
    Outcome.DUPLICATE: "6",
    Outcome.ERROR: "d",
    Outcome.UNCHANGED: "5",
}
_FIX = re.compile(r"fix_(\d{1,9})_(\w{1,40})", re.ASCII)
State = ImportBatch.State


# Matching ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column one may choose: how full it is and what stands in it."""

    index: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A field, the columns it can read, and samples of the chosen one."""

    name: str
    label: str
    hint: str
    required: bool
    choices: list[ColumnChoice]
    chosen: bool
    samples: list[str]
    coverage: int


def match_rows(batch: ImportBatch, importer: RecordImporter) -> list[MatchRow]:
    """One row per field; columns are named with their letter."""
    preview = batch.preview
    names, letters = preview["names"], preview["letters"]
    below = preview["head"][batch.header_row :]
    total = max(1, files.data_row_count(batch))
    rows = []
    for field in importer.all_fields():
        column = batch.columns.get(field.name)
        above = sum(1 for row in preview["head"][: batch.header_row] if column is not None and row[column])
        filled = preview["filled"][column] - above if column is not None else 0
        rows.append(
            MatchRow(
                name=field.name,
                label=str(field.label),
                hint=str(field.hint),
                required=field.required,
                choices=[
                    ColumnChoice(i, f"{letters[i]} · {names[i]}", i == column) for i in range(len(letters))
                ],
                chosen=column is not None,
                samples=[row[column] for row in below if column is not None and row[column]][:SAMPLES],
                coverage=round(100 * max(0, filled) / total),
            )
        )
    return rows


def head_rows(batch: ImportBatch) -> list[tuple[int, list[str], bool]]:
    """(sheet row, texts, is the header) of the first rows, enough to see the header among them."""
    head = batch.preview["head"][: max(HEAD_SHOWN, batch.header_row + 3)]
    return [(number, row, number == batch.header_row) for number, row in enumerate(head, start=1)]


# Result -----------------------------------------------------------------------------------------


def headline(batch: ImportBatch) -> str:
    """What the batch came to; what was not done comes first."""
    errors = batch.count(Outcome.ERROR)
    doubtful = batch.count(Outcome.DUPLICATE)
    if batch.state == State.UNDONE:
        kept = batch.rows.filter(reason=KEPT).count()
        if kept:
            return ngettext(
                "Undone, except %(count)d row changed since",
                "Undone, except %(count)d rows changed since",
                kept,
            ) % {"count": kept}
        return _("Import undone")
    if batch.state == State.CHECKED:
        if errors:
            return ngettext(
                "Checked: %(count)d row has errors", "Checked: %(count)d rows have errors", errors
            ) % {"count": errors}
        return _("Checked: nothing stands in the way")
    if errors:
        return ngettext(
            "Imported, %(count)d row with errors was left out",
            "Imported, %(count)d rows with errors were left out",
            errors,
        ) % {"count": errors}
    if doubtful:
        return ngettext(
            "Imported, %(count)d possible duplicate is left to decide",
            "Imported, %(count)d possible duplicates are left to decide",
            doubtful,
        ) % {"count": doubtful}
    return _("Import finished")


@dataclass(frozen=True, slots=True)
class Tab:
    """One outcome with its rows counted."""

    outcome: str
    label: str
    fill: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """One message of a row with an error, with the text to correct."""

    row: ImportRow
    label: str
    field: str
    value: str
    text: str
    fix: str
    suggested: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A possible duplicate: the row and the customer or row it resembles."""

    row: ImportRow
    detail: str
    match: Match | None
    reason: str


class ImportTable:
    """One tab of one page of a batch's rows. The query's keys: tab, field, page."""

    def __init__(self, batch: ImportBatch, importer: RecordImporter, user: Any, query: QueryDict) -> None:
        self.batch, self.importer, self.user = batch, importer, user
        wanted = query.get("tab", "")
        first = next(
            (
                o
                for o in (Outcome.ERROR, Outcome.DUPLICATE, Outcome.CREATED, Outcome.UPDATED)
                if batch.count(o)
            ),
            Outcome.UNCHANGED,
        )
        self.tab = Outcome(wanted) if wanted in Outcome.values else first
        self.field = query.get("field", "") if self.tab == Outcome.ERROR else ""
        page = query.get("page", "1")
        self.page = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        self.decisions = Decision.choices

    @cached_property
    def tabs(self) -> list[Tab]:
        return [Tab(o.value, str(o.label), FILLS[o], self.batch.count(o), o == self.tab) for o in Outcome]

    @property
    def parts(self) -> list[tuple[str, float]]:
        return [(tab.fill, tab.count) for tab in self.tabs]

    @property
    def total(self) -> int:
        return sum(tab.count for tab in self.tabs)

    @property
    def may_settle(self) -> bool:
        return self.batch.state == State.DONE

    # Rows ----------------------------------------------------------------------------------------

    @cached_property
    def _all(self) -> QuerySet[ImportRow]:
        return self.batch.rows.filter(outcome=self.tab).order_by("number")

    @cached_property
    def _by_field(self) -> dict[str, list[int]]:
        """Field -> numbers of the rows with an error in it; "+" those that can be put right by themselves."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, messages in self._all.values_list("number", "messages")[:MOST_ERRORS_FILTERED]:
            errors = [message for message in messages if message["level"] == "error"]
            for name in dict.fromkeys(message["field"] for message in errors):
                found[name].append(number)
            if errors and all(message.get("suggestion") for message in errors):
                found["+"].append(number)
        return dict(found)

    @property
    def chips(self) -> list[tuple[str, str, int]]:
        """(key, label, rows) of every field with errors, the commonest first."""
        if self.tab != Outcome.ERROR:
            return []
        counted = Counter({name: len(numbers) for name, numbers in self._by_field.items() if name != "+"})
        return [(name, self.labels.get(name, name), count) for name, count in counted.most_common()]

    @property
    def fixable(self) -> int:
        """Rows all of whose errors come with a suggestion."""
        return len(self._by_field.get("+", [])) if self.tab == Outcome.ERROR else 0

    @cached_property
    def labels(self) -> dict[str, str]:
        return self.importer.labels()

    @cached_property
    def row_count(self) -> int:
        return len(self._by_field.get(self.field, [])) if self.field else self.batch.count(self.tab)

    @cached_property
    def rows(self) -> list[ImportRow]:
        start = (self.page - 1) * PAGE_ROWS
        if self.field:
            numbers = self._by_field.get(self.field, [])[start : start + PAGE_ROWS]
            return list(self._all.filter(number__in=numbers))
        return list(self._all[start : start + PAGE_ROWS])

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_ROWS + 1

    @property
    def last(self) -> int:
        return min(self.row_count, self.page * PAGE_ROWS)

    @property
    def has_next(self) -> bool:
        return self.last < self.row_count

    @property
    def problems(self) -> Iterator[Problem]:
        """The messages of the page's rows, one line each."""
        for row in self.rows:
            for message in row.messages:
                if message["level"] != "error":
                    continue
                name, value, suggestion = message["field"], message["value"], message.get("suggestion", "")
                yield Problem(
                    row,
                    self.labels.get(name, name),
                    name,
                    value,
                    message["text"],
                    suggestion or value,
                    bool(suggestion),
                )

    @cached_property
    def matches(self) -> dict[int, Match]:
        ids = {pk for row in self.rows for pk in (row.record_id, row.matched_id) if pk is not None}
        return self.importer.matches(self.user, list(ids)) if ids else {}

    @property
    def written(self) -> Iterator[tuple[ImportRow, Match | None, list[str], str]]:
        """(row, its record if in reach, warnings, reason) of the page's rows."""
        for row in self.rows:
            warnings = [
                _("%(field)s “%(value)s”: %(text)s")
                % {"field": self.labels.get(m["field"], m["field"]), "value": m["value"], "text": m["text"]}
                for m in row.messages
                if m["level"] == "warning"
            ]
            yield row, self.matches.get(row.record_id or 0), warnings, self._reason(row)

    @property
    def pairs(self) -> Iterator[Pair]:
        """The possible duplicates of the page."""
        for row in self.rows:
            detail = next((message["value"] for message in row.messages if message["level"] == "info"), "")
            yield Pair(row, detail, self.matches.get(row.matched_id or 0), self._reason(row))

    def _reason(self, row: ImportRow) -> str:
        if row.reason == KEPT:
            return _("changed since, left as it is")
        reason = str(self.importer.reasons.get(row.reason, ""))
        if row.matched_row:
            return _("%(reason)s, row %(row)d of the list") % {"reason": reason, "row": row.matched_row}
        return reason


def sent_fixes(batch: ImportBatch, post: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Row number -> corrections out of fix_ROW_FIELD, only where something else was written than stands in the list."""
    sent: dict[int, dict[str, str]] = defaultdict(dict)
    for key, value in post.items():
        if found := _FIX.fullmatch(key):
            sent[int(found[1])][found[2]] = value[:2000]
    fixes: dict[int, dict[str, str]] = {}
    for number, messages in batch.rows.filter(outcome=Outcome.ERROR, number__in=list(sent)).values_list(
        "number", "messages"
    ):
        stood = {message["field"]: message["value"] for message in messages}
        changed = {
            name: value for name, value in sent[number].items() if name in stood and value != stood[name]
        }
        if changed:
            fixes[number] = changed
    return fixes


# Files ------------------------------------------------------------------------------------------


def write_errors(target: IO[bytes], batch: ImportBatch, importer: RecordImporter) -> None:
    """The rows with errors as they stand in the list, with the reasons in a last column. Raises SheetError."""
    wrong = batch.rows.filter(outcome=Outcome.ERROR).values_list("number", "messages").iterator()
    labels = importer.labels()
    reasons = {number: _reasons(messages, labels) for number, messages in wrong}
    names = batch.preview["names"]
    rows = (
        [*(str(cell) if isinstance(cell, timedelta) else cell for cell in row), reasons[number]]
        for number, row in files.data_rows(batch)
        if number in reasons
    )
    write_xlsx(target, _("Errors"), [*map(Column, names), Column(_(files.REASON_HEADER), width=50)], rows)


def _reasons(messages: list[dict[str, str]], labels: Mapping[str, str]) -> str:
    lines = (
        _("%(field)s: %(text)s")
        % {"field": labels.get(message["field"], message["field"]), "text": message["text"]}
        for message in messages
        if message["level"] == "error"
    )
    return "\n".join(lines)


def write_blank(target: IO[bytes], title: str, importer: RecordImporter) -> None:
    """All fields as columns and one example row."""
    write_xlsx(
        target,
        title,
        [Column(str(field.label)) for field in importer.all_fields()],
        [[field.sample for field in importer.all_fields()]],
    )
