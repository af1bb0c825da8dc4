"""What Furrow holds of a person, kind by kind: the contact's own rows, search index, change history, text columns of all rooms, imported
files, sessions. Listed in config/wiring.py."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from django.apps import apps
from django.contrib.sessions.backends.cached_db import SessionStore as CachedSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from furrow.contacts.models import Answer, Consent, Contact, ContactLink, Reading
from furrow.contacts.person import Person, cleaned, has, without
from furrow.contacts.search import CONTACTS
from furrow.customers import search as customers_search
from furrow.customers.models import Customer
from furrow.kit.models import AuditEntry
from furrow.records.importing.models import ImportBatch, ImportRow
from furrow.records.models import SavedView

_OWN_LABEL = "contacts.contact"


class OwnRows:
    """The contact with its customers, consents, answers and reading log."""

    name, label = "contact", _("The contact, with consents, answers and reading log")

    def _rows(self, person: Person) -> list[models.QuerySet[Any]]:
        held = person.contact.pk
        own = [
            model._default_manager.filter(contact=held) for model in (Answer, Consent, Reading, ContactLink)
        ]
        return [*own, Contact.objects.filter(pk=held)]

    def export(self, person: Person) -> Any:
        """erasure.export_person writes these out itself, with the answers opened."""
        return None

    def count(self, person: Person) -> int:
        return sum(rows.count() for rows in self._rows(person))

    def erase(self, person: Person) -> int:
        return sum(rows.delete()[0] for rows in self._rows(person))


class SearchRow:
    """What the contact is found by. The index is merged afterwards: until then it would keep pieces of removed texts."""

    name, label = "search", _("Search index")

    def export(self, person: Person) -> Any:
        return None

    def count(self, person: Person) -> int:
        return 0 if person.contact.deleted_at else 1

    def erase(self, person: Person) -> int:
        number = self.count(person)
        CONTACTS.remove([person.contact.pk])
        merge_index(CONTACTS.table)
        return number


def merge_index(table: str) -> None:
    """Rewrite a SQLite search table in one piece; PostgreSQL keeps nothing of a removed row in its index once vacuumed."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO "{table}" ("{table}") VALUES (\'optimize\')')  # noqa: S608  our own table


class History:
    """The change history of the contact."""

    name, label = "history", _("Change history")

    def _rows(self, person: Person) -> models.QuerySet[AuditEntry]:
        return AuditEntry.objects.filter(model=_OWN_LABEL, object_id=person.contact.pk)

    def export(self, person: Person) -> Any:
        return [
            {"at": entry.at.isoformat(), "action": entry.action, "changes": entry.changes}
            for entry in self._rows(person).order_by("pk")
        ]

    def count(self, person: Person) -> int:
        return self._rows(person).count()

    def erase(self, person: Person) -> int:
        return self._rows(person).delete()[0]


class Imports:
    """Rows and kept files of imports: a file that names the person is removed whole, it is only the leftover of an import."""

    name, label = "imports", _("Imported files")

    def _rows(self, person: Person) -> models.QuerySet[ImportRow]:
        return ImportRow.objects.filter(
            models.Q(batch__record="contacts", record_id=person.contact.pk)
            | models.Q(batch__record="contacts", matched_id=person.contact.pk)
        )

    def _files(self, person: Person) -> Iterator[ImportBatch]:
        """Batches whose file names the person: by a mark, by the name where the file wrote the contact or one of the customers."""
        about = set(self._rows(person).values_list("batch_id", flat=True))
        about |= set(
            ImportRow.objects.filter(batch__record="customers", record_id__in=person.customers).values_list(
                "batch_id", flat=True
            )
        )
        for batch in ImportBatch.objects.order_by("pk"):
            words = (*person.written_marks(), *(person.names if batch.pk in about else ()))
            own = batch.pk in about and batch.record == "contacts"
            if own or has(batch.filename, person.pattern) or mentions(batch.path, words):
                yield batch

    def export(self, person: Person) -> Any:
        return [batch.filename for batch in self._files(person)]

    def count(self, person: Person) -> int:
        return sum(1 for _batch in self._files(person))

    def erase(self, person: Person) -> int:
        self._rows(person).update(
            title="", messages=[], fixes={}, before=None, record_id=None, matched_id=None
        )
        number = 0
        for batch in list(self._files(person)):
            number += 1
            batch.path.unlink(missing_ok=True)
            if batch.state in {batch.State.DONE, batch.State.UNDONE}:
                batch.preview = {**batch.preview, "head": [], "names": []}
                batch.filename = ""
                batch.save(update_fields=["preview", "filename"])
            else:
                batch.delete()
        return number


def mentions(path: Path, words: tuple[str, ...]) -> bool:
    """Whether a file holds one of the words, in any encoding a sheet may have, also inside a zipped workbook."""
    needles = {
        word.encode(encoding) for word in words for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
    }
    if not needles or not path.exists():
        return False
    pattern = re.compile(b"|".join(re.escape(needle) for needle in needles))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            return any(_found(package.open(name), pattern) for name in package.namelist())
    with path.open("rb") as file:
        return _found(file, pattern)


def _found(file: Any, pattern: re.Pattern[bytes]) -> bool:
    tail = b""
    try:
        while piece := file.read(1 << 20):
            if pattern.search(tail + piece):
                return True
            tail = piece[-200:]
    except (zipfile.BadZipFile, RuntimeError, EOFError):
        return False
    return False


class Sessions:
    """Messages and drafts that wait in the sessions of those who signed in."""

    name, label = "sessions", _("Waiting messages")

    def _hits(self, person: Person) -> Iterator[tuple[Session, dict[str, Any]]]:
        for session in Session.objects.iterator(chunk_size=500):
            data = SessionStore().decode(session.session_data)
            if has(data, person.pattern):
                yield session, data

    def export(self, person: Person) -> Any:
        return None

    def count(self, person: Person) -> int:
        return sum(1 for _hit in self._hits(person)) if person.pattern else 0

    def erase(self, person: Person) -> int:
        number = 0
        for session, data in list(self._hits(person)) if person.pattern else ():
            kept = {key: value for key, value in data.items() if not has({key: value}, person.pattern)}
            session.session_data = SessionStore().encode(kept)
            session.save(update_fields=["session_data"])
            cache.delete(CachedSession.cache_key_prefix + session.session_key)
            number += 1
        return number


class SavedSearches:
    """Views of lists that search for the person; their words are kept as an address."""

    name, label = "views", _("Saved views")

    def _hits(self, person: Person) -> list[SavedView]:
        views = SavedView.objects.exclude(query="") if person.pattern else SavedView.objects.none()
        return [view for view in views if has(f"{view.name} {unquote_plus(view.query)}", person.pattern)]

    def export(self, person: Person) -> Any:
        return None

    def count(self, person: Person) -> int:
        return len(self._hits(person))

    def erase(self, person: Person) -> int:
        hits = self._hits(person)
        for view in hits:
            view.delete()
        return len(hits)


class Texts:
    """Every text and JSON column of every room: marks of the person anywhere, the name where a row belongs to one of the customers.
    Accounts of our own people are left alone, and so are the names and addresses of customers."""

    name, label = "texts", _("Mentions in other records")
    left_alone = frozenset({"team.user", "contacts.erasure", "kit.region"})
    public = frozenset({("customers.customer", "name"), ("customers.customer", "short_name"), ("customers.customer", "address"), ("customers.customer", "name_key")})  # fmt: skip

    def columns(self) -> Iterator[tuple[type[models.Model], list[Any]]]:
        """The swept models with their text columns."""
        for model in apps.get_models():
            if (
                not model.__module__.startswith("furrow.")
                or model._meta.label_lower in self.left_alone
                or model._meta.proxy
            ):
                continue
            fields = [
                found
                for found in model._meta.concrete_fields
                if isinstance(found, models.CharField | models.TextField | models.JSONField)
                and not found.choices
                and not found.primary_key
                and (model._meta.label_lower, found.name) not in self.public
            ]
            if fields:
                yield model, fields

    def hits(self, person: Person) -> Iterator[tuple[models.Model, list[Any], re.Pattern[str]]]:
        """Rows with the columns that hold a hit."""
        for model, fields in self.columns():
            rows = model._default_manager.all()
            seen: set[Any] = set()
            for scope, pattern in self._scopes(model, fields, rows, person):
                for row in scope.iterator(chunk_size=500):
                    found = [column for column in fields if has(getattr(row, column.attname), pattern)]
                    if found and row.pk not in seen:
                        seen.add(row.pk)
                        yield row, found, pattern

    def _scopes(
        self,
        model: type[models.Model],
        fields: list[Any],
        rows: models.QuerySet[Any],
        person: Person,
    ) -> Iterator[tuple[models.QuerySet[Any], re.Pattern[str]]]:
        about = self._about(model, person)
        if person.pattern and about is not None:
            yield rows.filter(about), person.pattern
        words = person.written_marks()
        if not words or person.mark_pattern is None:
            return
        condition = models.Q(pk__in=[])
        casts = {}
        for number, column in enumerate(fields):
            path = column.name
            if isinstance(column, models.JSONField):
                path = f"as_text_{number}"
                casts[path] = Cast(column.name, models.TextField())
            for word in words:
                condition |= models.Q(**{f"{path}__icontains": word})
                if not word.isascii():
                    condition |= models.Q(**{f"{path}__icontains": word.encode("unicode_escape").decode()})
        yield rows.annotate(**casts).filter(condition), person.mark_pattern

    @staticmethod
    def _about(model: type[models.Model], person: Person) -> models.Q | None:
        """Rows that belong to one of the person's customers; None where no column tells."""
        if model is Customer:
            return models.Q(pk__in=person.customers)
        if model is AuditEntry:
            return models.Q(model="customers.customer", object_id__in=person.customers)
        if model is ImportRow:
            return models.Q(batch__record="customers", record_id__in=person.customers)
        paths = [
            found.name
            for found in model._meta.concrete_fields
            if isinstance(found, models.ForeignKey) and found.related_model is Customer
        ]
        condition = models.Q(pk__in=[])
        for path in paths:
            condition |= models.Q(**{f"{path}__in": person.customers})
        return condition if paths else None

    def export(self, person: Person) -> Any:
        return [
            {
                "record": str(row._meta.verbose_name),
                "field": str(column.verbose_name),
                "text": str(getattr(row, column.attname))[:500],
            }
            for row, found, _pattern in self.hits(person)
            if row._meta.app_label != "contacts" and not isinstance(row, AuditEntry)
            for column in found
        ]

    def count(self, person: Person) -> int:
        own = ("contacts.contact", "contacts.consent", "contacts.answer", "contacts.reading")
        return sum(
            1
            for row, _found, _pattern in self.hits(person)
            if row._meta.label_lower not in own
            and not (isinstance(row, AuditEntry) and row.model == _OWN_LABEL)
        )

    def erase(self, person: Person) -> int:
        number, indexed = 0, []
        for row, found, pattern in list(self.hits(person)):
            number += 1
            values = {column.attname: self._left(row, column, pattern) for column in found}
            type(row)._default_manager.filter(pk=row.pk).update(**values)
            if isinstance(row, Customer) and row.deleted_at is None:
                indexed.append(row.pk)
        for customer in Customer.objects.filter(pk__in=indexed):
            customers_search.put(customer)
        if indexed:
            merge_index(customers_search.CUSTOMERS.table)
        return number

    @staticmethod
    def _left(row: models.Model, column: Any, pattern: re.Pattern[str]) -> Any:
        value = getattr(row, column.attname)
        if not isinstance(value, str):
            return cleaned(value, pattern)
        once = {name for constraint in row._meta.constraints for name in getattr(constraint, "fields", ())}
        return f"erased-{row.pk}" if column.unique or column.name in once else without(value, pattern)


CONTACT, SEARCH, HISTORY, IMPORTS = OwnRows(), SearchRow(), History(), Imports()
SESSIONS, VIEWS, TEXTS = Sessions(), SavedSearches(), Texts()
