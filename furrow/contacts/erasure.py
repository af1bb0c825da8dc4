"""Everything about one person in one action: handed out, or erased with a certificate (P1.5; PIPL articles 45 and 47, GDPR 15 and 17)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow.attachments import services as attachments
from furrow.attachments.models import Attachment
from furrow.contacts import answers, mentions, services
from furrow.contacts.answers import Access, access_of
from furrow.contacts.catalogue import questions
from furrow.contacts.models import (
    Answer,
    Consent,
    Contact,
    ContactLink,
    Erasure,
    ErasureGround,
    Reading,
    ReadingWay,
)
from furrow.contacts.person import Person, holders, person_of
from furrow.contacts.vault import VaultError, unseal
from furrow.kit import audit
from furrow.team.access import require
from furrow.team.models import User

PICKED, LOOKED_AT, NOT_SEEN = "picked", "looked_at", "not_seen"
BY_HAND = {
    PICKED: gettext_lazy("Pictures and PDF that show the person"),
    LOOKED_AT: gettext_lazy("Pictures and PDF looked through by hand: they stay"),
    NOT_SEEN: gettext_lazy(
        "Pictures and PDF nobody looked at: out of reach, or deleted and gone within a month"
    ),
}
"""What the certificate says of files no search can look into."""
_LISTED = "contacts.erasure.listed"


class NotErased(ValidationError):
    """The person was erased already, or traces would have stayed; nothing was changed."""


class NotLookedThrough(NotErased):
    """There are pictures or PDF that were not looked at; nothing was changed."""


def held_of(contact: Contact) -> list[tuple[Any, int]]:
    """What would be erased: (label, number) per holder that holds something."""
    person = person_of(contact)
    return [(holder.label, number) for holder in holders() if (number := holder.count(person))]


@transaction.atomic
def export_person(contact: Contact, *, by: User) -> dict[str, Any]:
    """Everything held about the person as JSON values, in the reader's language. Answers whose consent is gone are named, not opened:
    nobody may read them any more. The reading is logged."""
    require(by, "contacts.personal_data")
    person = person_of(contact)
    access = access_of(contact, by)
    held = {
        "exported_at": timezone.now().isoformat(),
        "exported_by": by.name,
        "contact": {
            name: value
            for name, value in audit.values_of(contact, services.FIELDS).items()
            if value not in ("", None)
        },
        "customers": [
            {"name": link.customer.name, "role": str(link.get_role_display()), "main": link.is_main}
            for link in ContactLink.objects.filter(contact=contact).select_related("customer")
        ],
        "answers": _answers(access),
        "consents": [_consent(row) for row in Consent.objects.filter(contact=contact).order_by("pk")],
        "readings": [
            {
                "at": row.at.isoformat(),
                "by": row.by.name if row.by else "",
                "how": str(row.get_way_display()),
                "questions": row.labels,
            }
            for row in Reading.objects.filter(contact=contact).select_related("by").order_by("pk")
        ],
    }
    held |= {holder.name: told for holder in holders() if (told := holder.export(person))}
    audit.record(contact, "export_person", by=by)
    return held


def _answers(access: Access) -> list[dict[str, Any]]:
    known, found, read = questions(), [], set()
    for row in Answer.objects.filter(contact=access.contact).select_related("by").order_by("question", "pk"):
        question = known.get(row.question)
        text = _("Locked: consent is missing or was withdrawn")
        if question in access.asked:
            try:
                text = unseal(row.sealed, row.key_id, contact=row.contact_id, question=row.question)
                read.add(question)
            except VaultError as error:
                text = str(error)
        found.append(
            {
                "question": question.label if question else row.question,
                "answer": text,
                "answered_at": row.answered_at.isoformat(),
                "by": row.by.name if row.by else "",
                "until": row.ended_at.isoformat() if row.ended_at else None,
            }
        )
    answers.log_reading(
        access.contact, sorted(read, key=lambda q: q.number), ReadingWay.EXPORT, by=access.user
    )
    return found


def _consent(row: Consent) -> dict[str, Any]:
    return {
        "question": row.asked.label if row.asked else row.question,
        "purpose": row.purpose,
        "wording": row.wording,
        "given": str(row.get_way_display()),
        "given_on": row.given_on.isoformat(),
        "evidence": row.evidence,
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
    }


def unread_by(person: Person, user: User) -> models.QuerySet[Attachment]:
    """Pictures and PDF in the user's reach that may show the person, latest first."""
    return mentions.unread(person).filter(pk__in=Attachment.objects.visible_to(user).values("pk"))


def signed_list(person: Person, user: User, files: Iterable[Attachment]) -> str:
    """Which files the user was shown for this person, as a text that comes back with the confirmation and cannot be made up."""
    return signing.dumps(
        [person.contact.pk, user.pk, [file.pk for file in files]], salt=_LISTED, compress=True
    )


def listed(text: str, person: Person, user: User) -> frozenset[int]:
    """The ids in a `signed_list`; none of a text that is no such list, or another person's or user's."""
    try:
        contact, by, ids = signing.loads(text, salt=_LISTED)
    except signing.BadSignature:
        return frozenset()
    return frozenset(ids) if (contact, by) == (person.contact.pk, user.pk) else frozenset()


def erase_person(
    contact: Contact, *, ground: str, by: User, looked_at: Iterable[int] = (), showing: Iterable[int] = ()
) -> Erasure:
    """Remove every trace of the person from all tables, the search index, change history, kept files, jobs and sessions, and keep a
    certificate that names nobody. Pictures and PDF of `unread_by` cannot be searched: `looked_at` are the ids of those somebody looked at,
    and those `showing` the person go as well. Cannot be undone. Raises, changing nothing, NotLookedThrough when there is one more than were
    looked at, else NotErased when a trace would stay."""
    require(by, "contacts.personal_data")
    with _overwriting(), transaction.atomic():
        locked = Contact.objects.select_for_update().filter(pk=contact.pk).first()
        if locked is None:
            raise NotErased(_("This person has been erased already"))
        person = person_of(locked)
        there = set(unread_by(person, by).values_list("pk", flat=True))
        if there - set(looked_at):
            raise NotLookedThrough(_("Not erased: look through the pictures and PDF first, and say so."))
        picked = attachments.erase_files(Attachment.objects.filter(pk__in=there & set(showing)))
        stay = len(there) - picked
        counts = {holder.name: holder.erase(person) for holder in holders()}
        counts |= {PICKED: picked, LOOKED_AT: stay, NOT_SEEN: mentions.unread(person).count() - stay}
        if any(holder.count(person) for holder in holders() if holder.name != "search"):
            raise NotErased(
                _("Not erased: a trace would have stayed. Try again, and tell support if it stays so.")
            )
        now = timezone.now()
        made = Erasure(
            number=f"E-{timezone.localdate(now):%Y%m%d}-{secrets.token_hex(3).upper()}",
            at=now,
            by=by,
            ground=ErasureGround(ground),
            counts={name: number for name, number in counts.items() if number},
        )
        made.digest = digest_of(made)
        made.save()
        audit.record(made, "erase_person", by=by, note=made.number)
    return made


def digest_of(made: Erasure) -> str:
    """SHA-256 over what the certificate says, so that a later change of it shows."""
    said = [made.number, made.at.isoformat(), made.by_id, made.ground, made.counts]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@contextmanager
def _overwriting() -> Iterator[None]:
    """SQLite keeps removed rows in free pages and its log: have them overwritten, and the log emptied once all is committed."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = OFF")
    transaction.on_commit(_empty_log)


def _empty_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
