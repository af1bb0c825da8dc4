"""What a record offers to be imported: its fields with the words their headers go by, and a session that checks and writes rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override

from furrow.kit.sheets import Cell, FieldWords
from furrow.records.importing.models import ImportBatch, ImportRow

Text = str | Promise


def labels_of(label: Text) -> list[str]:
    """The label in every language of the product."""
    labels = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            labels.append(str(label))
    return labels


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field a column can be matched to. `words` are headers it goes by in any language, the most usual first."""

    name: str
    label: Text
    words: tuple[str, ...]
    required: bool = False
    hint: Text = ""
    sample: str = ""

    def field_words(self) -> FieldWords:
        """The words with the label in every language, so that our own lists are always matched."""
        return FieldWords(self.name, (*self.words, *labels_of(self.label)))


@dataclass(frozen=True, slots=True)
class SourceRow:
    """The matched cells of one sheet row, corrections already in their place; empty cells are left out."""

    number: int
    cells: Mapping[str, Cell]
    decision: str = ""


@dataclass(slots=True)
class Checked:
    """What a row comes to. Only `created` and `updated` rows are written; writing fills record_id, before and version."""

    number: int
    title: str
    outcome: str
    values: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    record_id: int | None = None
    matched_id: int | None = None
    matched_row: int | None = None
    reason: str = ""
    before: dict[str, Any] | None = None
    version: int | None = None
    current: Any = None


class Session(Protocol):
    """Works through one file for one person; keeps what it looked up. All calls run in the caller's transaction."""

    def check(self, rows: Sequence[SourceRow]) -> list[Checked]:
        """The outcome of each row, in order, against the database and the rows seen before. Writes nothing."""

    def remember(self, rows: Sequence[SourceRow]) -> None:
        """Take note of rows that an earlier slice dealt with, so that later rows are compared with them."""

    def write(self, checked: Sequence[Checked]) -> None:
        """Write the created and updated ones, with their audit entries and search index."""

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        """Put back what these rows wrote. Returns row number -> name of those left alone because they were changed since."""


@runtime_checkable
class Foreseeing(Protocol):
    """A session that can read rows before their turn, while the database takes in those before them."""

    def foresee(self, rows: Sequence[SourceRow]) -> None:
        """Make ready what these rows say; the next `check` is theirs. Asks the database nothing."""


@dataclass(frozen=True, slots=True)
class Match:
    """An existing record as the list of possible duplicates shows it."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: words for the button, icon, address."""

    label: Text
    icon: str
    url: str


class RecordImporter:
    """Base of all importers. `reasons`: code of a match -> why, in words. `ignored`: headers that resemble a field but are none."""

    fields: ClassVar[tuple[ImportField, ...]]
    reasons: ClassVar[Mapping[str, Text]] = {}
    ignored: ClassVar[tuple[str, ...]] = ()

    def options_form(
        self, user: Any, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> forms.Form:
        """The questions asked once per file; its cleaned data, as JSON keeps it, reaches `session` as options."""
        raise NotImplementedError

    def plain_options(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Cleaned options as JSON keeps them: records by id."""
        return {name: getattr(value, "pk", value) for name, value in cleaned.items()}

    def session(self, by: Any, options: Mapping[str, Any], note: str, source: UUID) -> Session:
        """Start work on a file; `note` names the import in the audit trail, `source` in what other rooms keep of it."""
        raise NotImplementedError

    def matches(self, by: Any, ids: Sequence[int]) -> dict[int, Match]:
        """Those of the records that are in the user's reach."""
        raise NotImplementedError

    def next_step(self, batch: ImportBatch, by: Any) -> Step | None:
        """What a person usually does after this import, if there is something."""
        return None

    def all_fields(self) -> Sequence[ImportField]:
        """What a column can be matched to; a record that companies add fields to appends them."""
        return self.fields

    def labels(self) -> dict[str, str]:
        """Name of a field -> its label, read once for all rows that are shown."""
        return {known.name: str(known.label) for known in self.all_fields()}
