"""What a contact is found by: name, WeChat, e-mail, phones."""

from __future__ import annotations

from collections.abc import Iterable

from furrow.contacts.models import Contact
from furrow.kit.grams import TextIndex
from furrow.kit.tokens import IndexedText

CONTACTS = TextIndex("contacts_search")
INDEXED_FIELDS = ("name", "phone", "wechat", "email")


def indexed(name: str, phone: str, wechat: str, email: str) -> IndexedText:
    """The searchable text of one contact, from the values of INDEXED_FIELDS."""
    phones = tuple(phone.replace("、", " ").replace("/", " ").split())
    return IndexedText(names=(name,), phones=phones, codes=(wechat, email.partition("@")[0]))


def put(contact: Contact) -> None:
    """Write one contact into the index, in the current transaction."""
    CONTACTS.put([(contact.pk, indexed(*(getattr(contact, name) for name in INDEXED_FIELDS)))])


def texts_erased(ids: Iterable[int]) -> None:
    """Write anew what these contacts are found by, after an erasure of somebody else's data took texts out of their rows."""
    for contact in Contact.objects.alive().filter(pk__in=ids):
        put(contact)
    CONTACTS.merge()
