"""What the messages of phones hold of a person (P1.5): names stand in them beside the customer's id, which no foreign key shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from furrow.contacts.person import Person, cleaned, has, without
from furrow.field.models import FieldCommand


class Commands:
    """Messages about one of the person's customers that name the person."""

    name, label = "phone", _("Messages of phones")

    def _hits(self, person: Person) -> Iterator[FieldCommand]:
        rows = FieldCommand.objects.filter(payload__customer__in=list(person.customers))
        for row in rows.iterator(chunk_size=500):
            if any(has(value, person.pattern) for value in (row.payload, row.answer, row.reason)):
                yield row

    def export(self, person: Person) -> Any:
        """What a message said stands in the record it made, which is handed out as text."""
        return None

    def count(self, person: Person) -> int:
        return sum(1 for _hit in self._hits(person))

    def erase(self, person: Person) -> int:
        pattern = person.pattern
        if pattern is None:
            return 0
        hits = list(self._hits(person))
        for row in hits:
            row.payload, row.answer = cleaned(row.payload, pattern), cleaned(row.answer, pattern)
            row.reason = without(row.reason, pattern)
            row.save(update_fields=["payload", "answer", "reason"])
        return len(hits)


COMMANDS = Commands()
