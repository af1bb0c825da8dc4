"""Import of book lines by the wizard: the same reading as the grid, written in slices with undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from furrow.books import services
from furrow.books.models import BookLine, Source
from furrow.books.reading import COLUMNS, Read, RowReader
from furrow.books.rules import Period, period_of
from furrow.books.services import FIGURES, Line
from furrow.kit import audit
from furrow.kit.sheets.values import shown
from furrow.records.importing.importer import Checked, Match, RecordImporter, SourceRow
from furrow.records.importing.models import ImportRow, Outcome

OVERWRITE, FILL = "overwrite", "fill"


class OptionsForm(forms.Form):
    """Asked once per file."""

    existing = forms.ChoiceField(
        label=_("Lines that exist already"),
        choices=[(OVERWRITE, _("Take the values of the list")), (FILL, _("Fill in what is empty"))],
        help_text=_("Empty cells never empty a field"),
        initial=OVERWRITE,
    )
    day = forms.DateField(
        label=_("Period of rows that name none"),
        required=False,
        help_text=_("Any day in it; left empty, the present period"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class BookImporter(RecordImporter):
    """Purchase-sales lists of one or many customers."""

    fields = tuple(replace(column, required=column.name in ("customer", "product")) for column in COLUMNS)

    def options_form(
        self, user: Any, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> forms.Form:
        return OptionsForm(data, initial=dict(initial or {}))

    def plain_options(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        return {name: audit.plain(value) for name, value in cleaned.items()}

    def session(self, by: Any, options: Mapping[str, Any], note: str, source: UUID) -> BookSession:
        return BookSession(by, options, note)

    def matches(self, by: Any, ids: Sequence[int]) -> dict[int, Match]:
        found = BookLine.objects.visible_to(by).filter(pk__in=ids).select_related("customer", "product")
        return {
            line.pk: Match(
                f"{line.customer} {line}", line.period.label, reverse("books:page", args=[line.pk])
            )
            for line in found
        }


class BookSession:
    """One file's import, see records.importing.importer.Session."""

    def __init__(self, by: Any, options: Mapping[str, Any], note: str) -> None:
        self.by, self.note = by, note
        self.fills = options.get("existing") == FILL
        day = options.get("day")
        period = period_of(date.fromisoformat(day), services.cuts()) if day else None
        self.reader = RowReader(by, period=period)

    def check(self, rows: Sequence[SourceRow]) -> list[Checked]:
        read = self.reader.read([(row.number, row.cells) for row in rows])
        now = services.lines_now([one.line.key for one in read if one.line])
        return [self._outcome(row, one, now) for row, one in zip(rows, read, strict=True)]

    def remember(self, rows: Sequence[SourceRow]) -> None:
        self.reader.read([(row.number, row.cells) for row in rows])

    def _outcome(self, row: SourceRow, read: Read, now: Mapping[services.Key, BookLine]) -> Checked:
        title = f"{read.customer or ''} {read.product or ''}".strip() or " ".join(
            map(shown, row.cells.values())
        )
        checked = Checked(row.number, title[:120], Outcome.ERROR)
        checked.messages = [
            {
                "field": problem.column,
                "value": shown(row.cells.get(problem.column, ""))[:200],
                "text": problem.text,
                "level": "error",
                **({"suggestion": problem.suggestion} if problem.suggestion else {}),
            }
            for problem in read.problems
        ]
        if read.line is None:
            checked.outcome = Outcome.ERROR if read.problems else Outcome.UNCHANGED
            return checked
        current = now.get(read.line.key)
        line = self._merged(read, current)
        if current is None:
            checked.outcome = Outcome.UNCHANGED if line.is_empty else Outcome.CREATED
        else:
            same = line.figures == {name: getattr(current, name) for name in FIGURES}
            checked.outcome, checked.record_id = (Outcome.UNCHANGED if same else Outcome.UPDATED), current.pk
        checked.values = {"line": line}
        return checked

    def _merged(self, read: Read, current: BookLine | None) -> Line:
        """The line with what it has already where the list says nothing."""
        assert read.line is not None
        if current is None:
            return read.line
        kept = {
            name: getattr(current, name)
            for name in FIGURES
            if name not in read.given or (self.fills and getattr(current, name) is not None)
        }
        return replace(read.line, **kept)

    def write(self, checked: Sequence[Checked]) -> None:
        lines = [row.values["line"] for row in checked]
        now = services.lines_now([line.key for line in lines], lock=True)
        saved = services.save_lines(lines, by=self.by, source=Source.IMPORT, note=self.note, action="import")
        for row, line in zip(checked, lines, strict=True):
            current = now.get(line.key)
            if current is None:
                row.record_id, row.version = saved.created[line.key], 1
            else:
                row.record_id, row.version = current.pk, current.version + 1
                row.before = {name: audit.plain(getattr(current, name)) for name in FIGURES}

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        ids = [row.record_id for row in rows if row.record_id is not None]
        found = {line.pk: line for line in BookLine.objects.alive().select_for_update().filter(pk__in=ids)}
        kept: dict[int, str] = {}
        lines = []
        for row in rows:
            line = found.get(row.record_id or 0)
            if line is None or line.version != row.version:
                kept[row.number] = row.title
                continue
            before = dict(row.before or {})
            if before.get("price") is not None:
                before["price"] = Decimal(before["price"])
            lines.append(Line(line.customer_id, line.product_id, Period(line.start, line.end), **before))
        services.save_lines(lines, by=self.by, note=self.note, action="undo_import")
        return kept
