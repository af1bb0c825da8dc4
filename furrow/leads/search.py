"""What a lead is found by: name, contact, phones."""

from __future__ import annotations

from furrow.kit.grams import TextIndex
from furrow.kit.tokens import IndexedText
from furrow.leads.models import Lead

LEADS = TextIndex("leads_search")
INDEXED_FIELDS = ("name", "contact_name", "phone")


def put(lead: Lead) -> None:
    """Write one lead into the index, in the current transaction."""
    phones = tuple(lead.phone.replace("、", " ").split())
    LEADS.put([(lead.pk, IndexedText(names=(lead.name, lead.contact_name), phones=phones, codes=()))])
