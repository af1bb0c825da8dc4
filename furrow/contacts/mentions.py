"""What all rooms say of a person: texts, files, and what was worked out from them (P1.5). Marks that nobody else has are looked for
everywhere, names where something is said about one of the person's customers: such rows are found by following foreign keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from furrow.attachments import services as attachments
from furrow.attachments import storage
from furrow.attachments.models import Attachment
from furrow.contacts.person import REMOVED, Person, cleaned, has, without
from furrow.contacts.readable import mentions
from furrow.customers import bulk
from furrow.customers.card.models import CompanyFacts
from furrow.customers.models import Customer
from furrow.kit.models import AuditEntry
from furrow.kit.ordering import NameOrder, name_order
from furrow.records import record as records
from furrow.records.importing.models import ImportRow
from furrow.team.models import User

MOST_HOPS = 3  # a line of an invoice of a customer: two
UNREADABLE = ("image/", "application/pdf")
_OWN_LABEL = "contacts.contact"

# Which rows are about a customer ------------------------------------------------------------------


@cache
def ways_to_customer(model: type[models.Model], hops: int = MOST_HOPS) -> tuple[str, ...]:
    """Look-ups that lead from a model to a customer by its foreign keys: ("lead__customer",) for a talk."""
    found: list[str] = []
    for column in model._meta.concrete_fields:
        there = column.related_model
        if (
            not isinstance(column, models.ForeignKey)
            or isinstance(there, str)
            or there in (None, model, User)
        ):
            continue
        if there is Customer:
            found.append(column.name)
        elif hops > 1 and there.__module__.startswith("furrow."):
            found += [f"{column.name}__{rest}" for rest in ways_to_customer(there, hops - 1)]
    return tuple(found)


def _rows_about(model: type[models.Model], person: Person) -> models.QuerySet[Any] | None:
    """The rows of a model that are about one of the customers; None where nothing tells. Some rows name their record by kind and id."""
    rows = model._default_manager.order_by()
    if model is Customer:
        return rows.filter(pk__in=person.customers)
    if model is Attachment:
        return rows.filter(_by_kind(_record_models(), person, "record", "object_id"))
    if model is ImportRow:
        return rows.filter(_by_kind(_record_models(), person, "batch__record", "record_id"))
    if model is AuditEntry:
        kinds = {other._meta.label_lower: other for other in apps.get_models() if _leaves_history(other)}
        return rows.filter(_by_kind(kinds, person, "model", "object_id"))
    condition = models.Q(pk__in=[])
    ways = ways_to_customer(model)
    for way in ways:
        condition |= models.Q(**{f"{way}__in": person.customers})
    return rows.filter(condition) if ways else None


def _by_kind(kinds: dict[str, Any], person: Person, kind: str, key: str) -> models.Q:
    condition = models.Q(pk__in=[])
    for name, model in kinds.items():
        if (rows := _rows_about(model, person)) is not None:
            condition |= models.Q(**{kind: name, f"{key}__in": rows.values("pk")})
    return condition


def _leaves_history(model: type[models.Model]) -> bool:
    return model is not AuditEntry and isinstance(model._meta.pk, models.IntegerField | models.OneToOneField)


def _record_models() -> dict[str, Any]:
    return {name: records.get(name).model for name in settings.RECORDS}


# Texts --------------------------------------------------------------------------------------------


class Texts:
    """Every text and JSON column of every room. Accounts of our own people are left alone, and so are the names and addresses of
    customers. What a room worked out from a changed row (settings.PERSON_DERIVED: index, keys) is worked out anew."""

    name, label = "texts", _("Mentions in other records")
    left_alone = frozenset({"team.user", "contacts.erasure", "kit.region"})
    public = frozenset({("customers.customer", "name"), ("customers.customer", "short_name"), ("customers.customer", "address"), ("customers.customer", "name_order")})  # fmt: skip

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

    def hits(self, person: Person) -> Iterator[tuple[models.Model, list[Any]]]:
        """Rows with the columns that hold a hit: a row that holds a mark is about the person, so its names count as well."""
        for model, fields in self.columns():
            seen: set[Any] = set()
            for rows, needed in self._scopes(model, fields, person):
                for row in rows.iterator(chunk_size=500):
                    values = [(column, getattr(row, column.attname)) for column in fields]
                    if row.pk in seen or not any(has(value, needed) for _column, value in values):
                        continue
                    seen.add(row.pk)
                    yield row, [column for column, value in values if has(value, person.pattern)]

    def _scopes(
        self, model: type[models.Model], fields: list[Any], person: Person
    ) -> Iterator[tuple[models.QuerySet[Any], re.Pattern[str]]]:
        """Rows to look at, and what makes one of them a hit."""
        rows = model._default_manager.all()
        about = _rows_about(model, person)
        if person.pattern and about is not None:
            yield rows.filter(pk__in=about.values("pk")), person.pattern
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

    def export(self, person: Person) -> Any:
        return [
            {
                "record": str(row._meta.verbose_name),
                "field": str(column.verbose_name),
                "text": str(getattr(row, column.attname))[:500],
            }
            for row, found in self.hits(person)
            if row._meta.app_label != "contacts" and not isinstance(row, AuditEntry)
            for column in found
        ]

    def count(self, person: Person) -> int:
        own = ("contacts.contact", "contacts.consent", "contacts.answer", "contacts.reading")
        return sum(
            1
            for row, _found in self.hits(person)
            if row._meta.label_lower not in own
            and not (isinstance(row, AuditEntry) and row.model == _OWN_LABEL)
        )

    def erase(self, person: Person) -> int:
        number = 0
        changed: dict[str, list[Any]] = {}
        hits = list(self.hits(person))
        # A change of a customer locks its row before it writes what lies beside it; here no other order either.
        bulk.locked(row.pk for row, _found in hits if isinstance(row, Customer | CompanyFacts))
        for row, found in hits:
            number += 1
            values = {column.attname: _left(row, column, person.pattern) for column in found}
            values |= _orders(row, values)
            type(row)._default_manager.filter(pk=row.pk).update(**values)
            changed.setdefault(row._meta.label_lower, []).append(row.pk)
        for label, ids in changed.items():
            if path := settings.PERSON_DERIVED.get(label):
                import_string(path)(ids)
        return number


def _left(row: models.Model, column: Any, pattern: Any) -> Any:
    """What stays of a value: without the hits; a text that may not be empty keeps their sign."""
    value = getattr(row, column.attname)
    if not isinstance(value, str):
        return cleaned(value, pattern)
    once = {name for constraint in row._meta.constraints for name in getattr(constraint, "fields", ())}
    if column.unique or column.name in once:
        return f"erased-{row.pk}"
    return without(value, pattern) or ("" if column.blank or not column.editable else REMOVED)


def _orders(row: models.Model, values: dict[str, Any]) -> dict[str, str]:
    """The keys of order of the names that change: they spell the old name in their own way, which no search for it would find."""
    return {
        column.attname: name_order(values[column.of])
        for column in row._meta.concrete_fields
        if isinstance(column, NameOrder) and column.of in values
    }


# Files --------------------------------------------------------------------------------------------


class Files:
    """Files of the contact, files whose name names the person, and text, workbooks and documents on any record that do inside: they are
    removed whole. Inside pictures and PDF nothing can be searched: see `unread`."""

    name, label = "files", _("Files that name the person")

    def _hits(self, person: Person) -> list[Attachment]:
        about = set(_files_about(person).values_list("pk", flat=True))
        marks = person.written_marks()
        found = list(attachments.files_of("contacts", [person.contact.pk]))
        for row in Attachment.objects.exclude(record="contacts", object_id=person.contact.pk).order_by("pk"):
            words = (*marks, *(person.names if row.pk in about else ()))
            named = has(row.name, person.pattern if row.pk in about else person.mark_pattern)
            if named or (readable(row) and mentions(storage.path_of(row.stored_as), words)):
                found.append(row)
        return found

    def export(self, person: Person) -> Any:
        return [row.name for row in self._hits(person)]

    def count(self, person: Person) -> int:
        return len(self._hits(person))

    def erase(self, person: Person) -> int:
        ids = [row.pk for row in self._hits(person)]
        return attachments.erase_files(Attachment.objects.filter(pk__in=ids))


def _files_about(person: Person) -> models.QuerySet[Attachment]:
    rows = _rows_about(Attachment, person)
    return Attachment.objects.none() if rows is None else rows


def readable(row: Attachment) -> bool:
    """Whether `mentions` can look into the file."""
    return not row.media_type.startswith(UNREADABLE)


def unread(person: Person) -> models.QuerySet[Attachment]:
    """Pictures and PDF on whatever is about the person's customers, latest first: only somebody who looks at them can tell whom they show.
    Those whose name names the person are for Files."""
    kinds = models.Q()
    for kind in UNREADABLE:
        kinds |= models.Q(media_type__startswith=kind)
    own = models.Q(record="contacts", object_id=person.contact.pk)
    rows = _files_about(person).filter(kinds).exclude(own).order_by("-pk")
    return rows.exclude(
        pk__in=[pk for pk, name in rows.values_list("pk", "name") if has(name, person.pattern)]
    )


FILES, TEXTS = Files(), Texts()
