"""Every change of the purchase-sales book and of how its periods are cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.books.models import BookLine, PeriodCut, Source
from furrow.books.rules import Cuts, Period, chain, period_of
from furrow.kit import audit
from furrow.kit.rows import Among, insert_rows, new_ids
from furrow.team.models import User

FIGURES = ("opening_given", "bought", "sold", "stock", "price")
_COLUMNS = [field.attname for field in BookLine._meta.concrete_fields]
_DEFAULTS = {field.attname: field.get_default() for field in BookLine._meta.concrete_fields}
BATCH = 2000

Key = tuple[int, int, date]  # customer, product, first day


class ChangedElsewhere(ValidationError):
    """The line changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _("Not saved: someone changed this line meanwhile. Load the page again, then repeat your change.")
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it shall be; with nothing but an opening stock it shall not be."""

    customer_id: int
    product_id: int
    period: Period
    opening_given: int | None = None
    bought: int | None = None
    sold: int | None = None
    stock: int | None = None
    price: Decimal | None = None

    @property
    def key(self) -> Key:
        return self.customer_id, self.product_id, self.period.start

    @property
    def figures(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIGURES}

    @property
    def is_empty(self) -> bool:
        return (self.bought, self.sold, self.stock, self.price) == (None, None, None, None)


@dataclass(slots=True)
class Saved:
    """What `save_lines` did: ids of new lines, old figures of changed ones, ids of deleted ones."""

    created: dict[Key, int]
    changed: dict[int, dict[str, Any]]
    deleted: list[int]

    @property
    def count(self) -> int:
        return len(self.created) + len(self.changed) + len(self.deleted)


def lines_now(keys: Iterable[Key], *, lock: bool = False) -> dict[Key, BookLine]:
    """The living lines with these keys; one query."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = BookLine.objects.alive()
    if lock:
        rows = rows.select_for_update().order_by("pk")
    starts = [key[2] for key in wanted]
    rows = rows.filter(
        Among(F("customer_id"), {key[0] for key in wanted}),
        Among(F("product_id"), {key[1] for key in wanted}),
        start__range=(min(starts), max(starts)),
    )
    return {key: row for row in rows if (key := (row.customer_id, row.product_id, row.start)) in wanted}


@transaction.atomic
def save_lines(
    lines: Sequence[Line], *, by: User | None, source: str = Source.TYPED, note: str = "", action: str = ""
) -> Saved:
    """Write these lines, each key once, and bring the opening stocks after them up to date. Callers have checked reach and values.

    A line that is already so is left alone; one without figures is deleted softly. `action` names the change in the audit trail
    (import, undo_import); without it new lines read "create", others "change"."""
    now = lines_now([line.key for line in lines], lock=True)
    saved = Saved({}, {}, [])
    new = [line for line in lines if line.key not in now and not line.is_empty]
    saved.created = _insert(new, by, source, note, action or "create")
    touched: list[BookLine] = []
    entries: list[tuple[int, audit.Changes]] = []
    for line in lines:
        row = now.get(line.key)
        if row is None:
            continue
        before = {name: getattr(row, name) for name in FIGURES}
        if line.opening_given == row.opening:  # what follows from the period before is nobody's writing
            line = replace(line, opening_given=row.opening_given)
        if line.is_empty:
            row.deleted_at = timezone.now()
            saved.deleted.append(row.pk)
        elif before != line.figures:
            saved.changed[row.pk] = before
            for name, value in line.figures.items():
                setattr(row, name, value)
            row.source = source
            plain = {name: audit.plain(value) for name, value in before.items()}
            after = {name: audit.plain(value) for name, value in line.figures.items()}
            entries.append((row.pk, audit.changes_between(plain, after)))
        else:
            continue
        row.version += 1
        row.updated_at = timezone.now()
        touched.append(row)
    _upsert(touched, [*FIGURES, "source", "deleted_at", "version", "updated_at"])
    by_id = by.pk if by else None
    audit.record_many(BookLine, action or "change", entries, by_id=by_id, note=note)
    audit.record_many(BookLine, "delete", ((pk, {}) for pk in saved.deleted), by_id=by_id, note=note)
    derive({(line.customer_id, line.product_id) for line in lines})
    return saved


def _insert(lines: Sequence[Line], by: User | None, source: str, note: str, action: str) -> dict[Key, int]:
    ids, at = new_ids(BookLine, len(lines)), timezone.now()
    rows = []
    for pk, line in zip(ids, lines, strict=True):
        own = {"customer_id": line.customer_id, "product_id": line.product_id, "start": line.period.start}
        values = {**_DEFAULTS, **own, **line.figures, "id": pk, "end": line.period.end, "source": source}
        values |= {"created_at": at, "updated_at": at, "opening": None, "difference": None}
        rows.append([values[column] for column in _COLUMNS])
    insert_rows(BookLine, _COLUMNS, rows)
    audit.record_many(BookLine, action, ((pk, {}) for pk in ids), by_id=by.pk if by else None, note=note)
    return {line.key: pk for pk, line in zip(ids, lines, strict=True)}


def _upsert(rows: list[BookLine], names: list[str]) -> None:
    # On the primary key: one statement where bulk_update would write one CASE branch per row and column.
    if rows:
        BookLine.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=names
        )


def derive(pairs: set[tuple[int, int]]) -> None:
    """Work out opening stock and difference anew for these (customer, product), in the current transaction."""
    if not pairs:
        return
    found: dict[tuple[int, int], list[BookLine]] = defaultdict(list)
    rows = BookLine.objects.alive().filter(
        Among(F("customer_id"), {pair[0] for pair in pairs}),
        Among(F("product_id"), {pair[1] for pair in pairs}),
    )
    for row in rows.order_by("start"):
        if (row.customer_id, row.product_id) in pairs:
            found[row.customer_id, row.product_id].append(row)
    changed = []
    for lines in found.values():
        for row, derived in zip(lines, chain(line.entry for line in lines), strict=True):
            if row.derived != derived:
                row.opening, row.difference = derived.opening, derived.difference
                changed.append(row)
    _upsert(changed, ["opening", "difference"])


@transaction.atomic
def delete_line(line: BookLine, *, by: User | None) -> None:
    """Delete softly; the opening stock of the periods after it follows. Raises ChangedElsewhere when it is deleted already."""
    locked = BookLine.objects.alive().select_for_update().filter(pk=line.pk).first()
    if locked is None:
        raise ChangedElsewhere
    _set_deleted(locked, timezone.now())
    audit.record(locked, "delete", by=by)


@transaction.atomic
def restore_line(line: BookLine, *, by: User | None) -> BookLine:
    """Take a deletion back. Raises ValidationError when the period has been written anew meanwhile."""
    locked = BookLine.objects.select_for_update().get(pk=line.pk)
    if locked.deleted_at is None:
        return locked
    if lines_now([(locked.customer_id, locked.product_id, locked.start)]):
        raise ValidationError(
            _("This period has been entered anew meanwhile; the deleted line stays deleted.")
        )
    _set_deleted(locked, None)
    audit.record(locked, "restore", by=by)
    return locked


def _set_deleted(line: BookLine, at: Any) -> None:
    line.deleted_at = at
    line.version += 1
    line.updated_at = timezone.now()
    line.save()
    derive({(line.customer_id, line.product_id)})


# Periods ----------------------------------------------------------------------------------------


def cuts() -> Cuts:
    """How the company's periods are cut, in order; one query."""
    return list(PeriodCut.objects.order_by("start").values_list("start", "kind"))


@transaction.atomic
def set_period_kind(kind: str, start: date, *, by: User | None) -> PeriodCut:
    """From `start` on periods are months or weeks. Raises ValidationError inside a period that has begun before, and where lines
    stand after it: they would lie in two periods."""
    known = [cut for cut in cuts() if cut[0] < start]
    current = known[-1][1] if known else "month"
    if period_of(start, known).start != start:
        first = period_of(start, known).end
        raise ValidationError(
            {
                "start": _("A period ends on %(day)s: choose the day after it, so that none is cut in two")
                % {"day": first}
            }
        )
    if BookLine.objects.alive().filter(end__gte=start).exists():
        raise ValidationError({"start": _("There are entries from this day on. Choose a later day.")})
    if current == kind and not PeriodCut.objects.filter(start__gte=start).exists():
        raise ValidationError({"kind": _("Periods are of this length already")})
    PeriodCut.objects.filter(start__gte=start).delete()
    cut = PeriodCut.objects.create(start=start, kind=kind)
    audit.record(cut, "create", by=by, changes={"kind": [current, kind], "start": [None, start.isoformat()]})
    return cut


# Merged customers -------------------------------------------------------------------------------


def customers_merged(merge: Any) -> None:
    """Lines have moved from one customer to another, or back: opening stocks and differences of both follow."""
    both = {merge.kept_id, merge.gone_id}
    rows = BookLine.objects.alive().filter(customer__in=both).order_by()
    derive(set(rows.values_list("customer_id", "product_id").distinct()))
