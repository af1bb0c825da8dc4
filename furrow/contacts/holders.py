"""What Furrow holds of a person by itself: the contact's own rows, search index, change history, imported files, sessions, saved views.
What is said of them elsewhere: mentions.py. All listed in config/wiring.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from django.contrib.sessions.backends.cached_db import SessionStore as CachedSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext_lazy as _

from furrow.contacts.models import Answer, Consent, Contact, ContactLink, Reading
from furrow.contacts.person import Person, has
from furrow.contacts.readable import mentions
from furrow.contacts.search import CONTACTS
from furrow.kit.models import AuditEntry
from furrow.records.importing import kept
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
        CONTACTS.merge()
        return number


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
            kept.remove(batch.path)
            if batch.state in {batch.State.DONE, batch.State.UNDONE}:
                batch.preview = {**batch.preview, "head": [], "names": []}
                batch.filename = ""
                batch.save(update_fields=["preview", "filename"])
            else:
                batch.delete()
        return number


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


CONTACT, SEARCH, HISTORY, IMPORTS, SESSIONS, VIEWS = (
    OwnRows(),
    SearchRow(),
    History(),
    Imports(),
    Sessions(),
    SavedSearches(),
)
