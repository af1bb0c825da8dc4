"""What the doors of this room share: the contact in reach, the question of an address, whether the key opens."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from furrow.contacts import vault
from furrow.contacts.catalogue import Question, questions
from furrow.contacts.models import Contact
from furrow.contacts.pages import RECORD


def contact_in_reach(request: HttpRequest, pk: int) -> Contact:
    """The contact in reach; 404 otherwise."""
    found: Contact = get_object_or_404(RECORD.rows(request), pk=pk)
    return found


def question_called(code: str) -> Question:
    """The question of the catalogue; 404 for an unknown code."""
    found = questions().get(code)
    if found is None:
        raise Http404
    return found


def vault_problem() -> str:
    """Why sensitive answers cannot be opened at present; empty when they can."""
    try:
        vault.keys()
    except vault.VaultError as error:
        return str(error)
    return ""
