"""What becomes of the rows of a customer list: recognized among existing customers and earlier rows, then written or put back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers import bulk
from furrow.customers.custom.importing import OwnReader, load_values, own_part, value_of
from furrow.customers.duplicates import Likeness, compare, keys_of, main_keys
from furrow.customers.import_cells import CellReader, Read
from furrow.customers.matching import holders_of, likeness, likenesses
from furrow.customers.merging import kept_of
from furrow.customers.models import Customer, Kind
from furrow.kit.folding import fold
from furrow.kit.reactions import react
from furrow.kit.rows import Among
from furrow.records.importing.importer import Checked, SourceRow
from furrow.records.importing.models import Decision, ImportRow, Outcome
from furrow.team.access import owned_within_reach
from furrow.team.models import User

FILL, OVERWRITE, SKIP = "fill", "overwrite", "skip"
SURE = frozenset({"code", "name_phone", "name_place"})  # the others a person decides
MOST_COMPARED = 30  # that share a key; a list of a thousand equal names must not compare each with each
_NEARBY = 1e-6  # degrees; a position this close is the same
_POSITION = ("longitude", "latitude", "position_system")


@dataclass(slots=True)
class Draft:
    """A row on its way: what it says, what it is recognized by, and the earlier row that is the same customer (number, why)."""

    row: SourceRow
    read: Read
    likeness: Likeness
    keys: tuple[int, ...]
    code: str
    earlier: tuple[int, str] | None = None


@dataclass(slots=True)
class Known:
    """An existing customer that shares a key with a row."""

    pk: int
    code: str
    likeness: Likeness
    in_reach: bool


class CustomerSession:
    """One file's import of customers, see records.importing.importer.Session."""

    def __init__(self, by: User, options: Mapping[str, Any], note: str, source: UUID) -> None:
        self.by, self.note, self.source = by, note, source
        self.existing: str = options.get("existing") or FILL
        self.defaults = {name: value for name, value in (
            ("kind", options.get("kind")), ("channel_type", options.get("channel_type")), ("status", options.get("status")), ("owner_id", options.get("owner")),
        ) if value}  # fmt: skip
        people = _people(by)
        self.own = OwnReader(people)
        self.reader = CellReader(people, options.get("system") or "gcj02", self.own)
        self.foreseen: dict[int, Draft] = {}
        self.noted: set[int] = set()
        self.codes: dict[str, int] = {}
        # Ids of customers just made of rows with a code: other such rows are not compared with them, see _match.
        self.coded = range(0)
        # By main key: keeping the others of a hundred thousand rows would take more memory than finding a slip within one list is worth.
        # Rows with a code of their own stand apart: they are never compared with each other.
        self.earlier: dict[bool, dict[int, list[tuple[int, Likeness]]]] = {
            True: defaultdict(list),
            False: defaultdict(list),
        }

    # Checking -----------------------------------------------------------------------------------

    def foresee(self, rows: Sequence[SourceRow]) -> None:
        self.foreseen = {row.number: self._draft(row) for row in rows}

    def check(self, rows: Sequence[SourceRow]) -> list[Checked]:
        foreseen, self.foreseen = (
            self.foreseen,
            {},
        )  # an outcome adds to what is said of a row: tried anew, it is read anew
        drafts = [foreseen.get(row.number) or self._draft(row) for row in rows]
        sound = [draft for draft in drafts if not draft.read.has_error]
        by_code = self._by_code(sound)
        unknown = [draft for draft in sound if draft.code not in by_code]
        alike = self._alike(unknown)
        matched = {draft.row.number: self._match(draft, alike[draft.row.number]) for draft in unknown}
        decided = {draft.row.number for draft in sound if draft.row.decision == Decision.UPDATE}
        current = bulk.locked(
            known.pk
            for number, (known, why) in matched.items()
            if known and known.in_reach and (why in SURE or number in decided)
        )
        reachable = self._in_reach([customer.pk for customer in by_code.values()])
        if self.own.fields and any(own_part(draft.read.values) for draft in sound):
            load_values([*by_code.values(), *current.values()])
        return [self._outcome(draft, by_code, matched, current, reachable) for draft in drafts]

    def remember(self, rows: Sequence[SourceRow]) -> None:
        for row in rows:
            self._draft(row)

    def _draft(self, row: SourceRow) -> Draft:
        read = self.reader.read(row.cells)
        one = likeness(read.values)
        draft = Draft(row, read, one, keys_of(one), read.values.get("code", ""))
        if not read.has_error:
            draft.earlier = self._earlier(draft)
        return draft

    def _by_code(self, drafts: Iterable[Draft]) -> dict[str, Customer]:
        codes = {draft.code for draft in drafts} - {""}
        found = (
            Customer.objects.select_for_update().filter(Among(F("code"), codes)).order_by("pk")
            if codes
            else []
        )
        by_code = {customer.code: customer for customer in found}
        away = {
            code: kept
            for code, customer in by_code.items()
            if customer.merged_into_id and (kept := kept_of(customer.pk))
        }
        rows = bulk.locked(away.values()) if away else {}
        return by_code | {code: rows[kept] for code, kept in away.items()}

    def _alike(self, drafts: Sequence[Draft]) -> dict[int, list[Known]]:
        """Row number -> living customers that share a key with it."""
        coded = self.coded if self.coded and all(draft.code for draft in drafts) else None
        holders = holders_of((key for draft in drafts for key in draft.keys), outside=coded)
        if not holders:
            return {draft.row.number: [] for draft in drafts}
        sharing = {
            draft.row.number: [
                pk
                for pk in dict.fromkeys(pk for key in draft.keys for pk in holders.get(key, ()))
                if not (draft.code and pk in self.coded)
            ]
            for draft in drafts
        }
        found = likenesses(pk for ids in sharing.values() for pk in ids)
        codes = (
            dict(Customer.objects.filter(Among(F("pk"), [*found])).values_list("pk", "code")) if found else {}
        )
        reachable = self._in_reach([*found])
        known = {pk: Known(pk, codes[pk], one, pk in reachable) for pk, one in found.items()}
        return {number: [known[pk] for pk in ids if pk in known] for number, ids in sharing.items()}

    def _in_reach(self, ids: list[int]) -> set[int]:
        condition = owned_within_reach(self.by)
        if not condition or not ids:
            return set(ids)
        return set(Customer.objects.filter(condition, Among(F("pk"), ids)).values_list("pk", flat=True))

    def _match(self, draft: Draft, alike: Sequence[Known]) -> tuple[Known | None, str]:
        """The existing customer this row probably is, and why; those in reach first, sure reasons before others."""
        best, reason, rank = None, "", (False, False, 0)
        for known in alike:
            if draft.code and known.code in self.codes:
                continue  # two codes in one list are two customers, see _earlier_alike
            match = compare(draft.likeness, known.likeness)
            if not match.level:
                continue
            why = match.import_reason
            if best is None or (known.in_reach, why in SURE, match.score) > rank:
                best, reason, rank = known, why, (known.in_reach, why in SURE, match.score)
        if best is not None and draft.code and reason in SURE:
            reason = "name"  # the list gives it a code of its own: a person decides
        return best, reason

    def _earlier(self, draft: Draft) -> tuple[int, str] | None:
        """What Draft.earlier is; takes note of this row."""
        number, one, has_code = draft.row.number, draft.likeness, bool(draft.code)
        found: tuple[int, str] | None = None
        if has_code:
            first = self.codes.setdefault(draft.code, number)
            found = (first, "code") if first != number else None
        if found is None and draft.row.decision != Decision.CREATE:
            found = self._earlier_alike(number, one, has_code)
        if number not in self.noted:
            self.noted.add(number)
            for key in main_keys(one):
                if len(known := self.earlier[has_code][key]) < MOST_COMPARED:
                    known.append((number, one))
        return found

    def _earlier_alike(self, number: int, one: Likeness, has_code: bool) -> tuple[int, str] | None:
        """Rows that both have a code of their own are two customers for whoever wrote the list."""
        for has in (False,) if has_code else (False, True):
            for key in main_keys(one):
                for earlier, other in self.earlier[has].get(key, ()):
                    if earlier < number and (match := compare(one, other)).level:
                        return earlier, match.import_reason
        return None

    # Outcomes -----------------------------------------------------------------------------------

    def _outcome(
        self,
        draft: Draft,
        by_code: Mapping[str, Customer],
        matched: Mapping[int, tuple[Known | None, str]],
        current: Mapping[int, Customer],
        reachable: set[int],
    ) -> Checked:
        row, read = draft.row, draft.read
        checked = Checked(row.number, str(read.values.get("name", "")), Outcome.ERROR, messages=read.messages)
        if read.has_error:
            return checked
        earlier = draft.earlier
        if earlier and earlier[1] == "code":
            read.say(
                "code",
                draft.code,
                _("Row %(row)d has the same code. Give each customer its own.") % {"row": earlier[0]},
            )
            return checked
        if customer := by_code.get(draft.code):
            return self._by_code_outcome(checked, draft, customer, reachable)
        known, why = matched[row.number]
        if row.decision:
            self._decided(checked, draft, current.get(known.pk) if known else None, why)
        elif earlier:
            checked.outcome, checked.matched_row, checked.reason = Outcome.DUPLICATE, earlier[0], earlier[1]
        elif known and known.pk in current and why in SURE:
            self._update(checked, draft, current[known.pk], why, self.existing)
        elif known:
            checked.outcome, checked.reason = Outcome.DUPLICATE, why if known.in_reach else "elsewhere"
            checked.matched_id = known.pk if known.in_reach else None
        else:
            self._create(checked, draft)
        if checked.outcome == Outcome.DUPLICATE:
            told = " ".join(str(read.values[name]) for name in ("address", "phone") if name in read.values)
            read.messages.insert(0, {"field": "", "value": told, "text": "", "level": "info"})
        return checked

    def _decided(self, checked: Checked, draft: Draft, customer: Customer | None, why: str) -> None:
        """A possible duplicate a person has decided on. Nothing to merge with any more leaves it undecided."""
        if draft.row.decision == Decision.SKIP:
            checked.outcome, checked.reason = Outcome.UNCHANGED, "skipped"
        elif draft.row.decision == Decision.CREATE:
            self._create(checked, draft)
        elif customer is not None:
            self._update(checked, draft, customer, why, FILL)
        else:
            checked.outcome, checked.reason = Outcome.DUPLICATE, why

    def _by_code_outcome(
        self, checked: Checked, draft: Draft, customer: Customer, reachable: set[int]
    ) -> Checked:
        if customer.pk not in reachable:
            draft.read.say(
                "code", draft.code, _("This code is already in use. Write another one or leave it empty.")
            )
        elif customer.deleted_at is None:
            self._update(checked, draft, customer, "code", self.existing)
        else:  # deleted once, now in a list again: brought back as the list has it
            checked.outcome, checked.current, checked.reason = Outcome.CREATED, customer, "code"
            checked.values = {**draft.read.values, "deleted_at": None}
        return checked

    def _create(self, checked: Checked, draft: Draft) -> None:
        checked.outcome = Outcome.CREATED
        checked.values = {**self.defaults, **draft.read.values}
        self._leave_unfit(checked, draft, checked.values.get("kind", Kind.RETAILER))

    def _update(self, checked: Checked, draft: Draft, customer: Customer, why: str, mode: str) -> None:
        checked.current, checked.record_id, checked.reason = customer, customer.pk, why
        checked.values = _changes(customer, draft.read.values, mode)
        self._leave_unfit(checked, draft, checked.values.get("kind", customer.kind))
        checked.outcome = Outcome.UPDATED if checked.values else Outcome.UNCHANGED
        if mode == SKIP:
            checked.reason = "skipped"

    def _leave_unfit(self, checked: Checked, draft: Draft, kind: str) -> None:
        """An own field of another kind is not taken over, and that is said."""
        if not self.own.fields:
            return
        for name in own_part(checked.values):
            if other := self.own.unfit(name, kind):
                del checked.values[name]
                text = _("Left empty: this field is only for %(kind)s") % {"kind": other}
                draft.read.say(name, draft.row.cells.get(name), text, error=False)

    # Writing ------------------------------------------------------------------------------------

    def write(self, checked: Sequence[Checked]) -> None:
        new = [row for row in checked if row.current is None]
        ids = bulk.insert_many([row.values for row in new], by=self.by, note=self.note)
        transaction.on_commit(lambda: self._note_coded(new, ids))
        for row, pk in zip(new, ids, strict=True):
            row.record_id, row.version = pk, 1
        old = [row for row in checked if row.current is not None]
        before = bulk.change_many([(row.current, row.values) for row in old], by=self.by, note=self.note)
        versions = {row.current.pk: row.current.version for row in old}
        for row, values in reversed(list(zip(old, before, strict=True))):
            row.record_id, row.before, row.version = (
                row.current.pk,
                bulk.as_stored(values),
                versions[row.current.pk],
            )
            versions[row.current.pk] -= 1 if values else 0
        grades = [
            (row.record_id, row.values["visit_grade"]) for row in checked if row.values.get("visit_grade")
        ]
        if grades:
            react("customers.imported", grades, by=self.by, source=self.source, new=frozenset(ids))

    def _note_coded(self, new: Sequence[Checked], ids: Sequence[int]) -> None:
        """Ids are given one after the other; where somebody else took one in between, the range begins anew and is merely shorter."""
        if ids and ids[-1] - ids[0] + 1 == len(ids) and all(row.values.get("code") for row in new):
            begun = self.coded.start if self.coded.stop == ids[0] else ids[0]
            self.coded = range(begun, ids[-1] + 1)

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        by_record: dict[int, list[ImportRow]] = defaultdict(list)
        for row in rows:
            if row.record_id is not None:
                by_record[row.record_id].append(row)
        customers = bulk.locked(by_record)
        load_values(customers.values())
        kept: dict[int, str] = {}
        changes: list[tuple[Customer, dict[str, Any]]] = []
        for pk, writes in by_record.items():
            customer = customers.get(pk)
            writes.sort(key=lambda row: row.version or 0)
            if customer is None or customer.version != writes[-1].version:
                kept |= {row.number: customer.name if customer else row.title for row in writes}
            else:
                changes.append((customer, _values_before(writes)))
        bulk.change_many(changes, by=self.by, note=self.note, action="undo_import")
        react("customers.import_undone", [customer.pk for customer, _values in changes], source=self.source)
        return kept


def _people(by: User) -> dict[str, list[int]]:
    people: dict[str, list[int]] = defaultdict(list)
    for pk, name, username in (
        User.objects.visible_to(by).filter(is_active=True).values_list("pk", "name", "username")
    ):
        for word in {fold(name), fold(username)} - {""}:
            people[word].append(pk)
    return dict(people)


def _changes(customer: Customer, values: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """The given values that the mode lets change something. An empty cell never empties a field."""
    if mode == SKIP:
        return {}
    new = {name: value for name, value in values.items() if value_of(customer, name) != value}
    if mode == FILL:
        new = {name: value for name, value in new.items() if value_of(customer, name) in ("", None)}
    if customer.is_placed and not _moves(customer, values, mode):
        new = {name: value for name, value in new.items() if name not in _POSITION}
    return new


def _moves(customer: Customer, values: Mapping[str, Any], mode: str) -> bool:
    if mode == FILL or "longitude" not in values:
        return False
    pairs = ((customer.longitude, values["longitude"]), (customer.latitude, values["latitude"]))
    return any(abs((old or 0.0) - new) > _NEARBY for old, new in pairs)


def _values_before(writes: Sequence[ImportRow]) -> dict[str, Any]:
    """What one customer was before the import's first write to it; a created one goes back to being deleted."""
    values: dict[str, Any] = {}
    for row in reversed(writes):
        values |= {"deleted_at": timezone.now()} if row.before is None else bulk.from_stored(row.before)
    return values
