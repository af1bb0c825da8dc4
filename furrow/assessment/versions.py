"""Every change of a scorecard's definition: draft, publishing, import (P3). What is published never changes again."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.assessment.cards import CARD_FACT, CUSTOMER_GRADE, Card, Method, Subject
from furrow.assessment.checking import check
from furrow.assessment.facts import guarded_facts, known_facts
from furrow.assessment.methods import new_card, of_method
from furrow.assessment.models import CardVersion
from furrow.assessment.parsing import CODE, CardError, Problem, card_of, parse_toml, plain_data
from furrow.assessment.scorecards import SHIPPED, current_cards, keep_shipped, shipped
from furrow.customers.models import Kind
from furrow.kit import audit
from furrow.team.models import User

Definition = dict[str, Any]
NEXT = 30_000  # number of a draft until it is published


class ChangedElsewhere(ValueError):
    """Somebody else saved the draft since it was read."""


def definition_of(code: str) -> Definition:
    """The definition in force as plain data; raises CardError."""
    row = CardVersion.objects.filter(code=code, state=CardVersion.State.PUBLISHED).first()
    return copy.deepcopy(row.definition if row else shipped(code))


def read_card(definition: Mapping[str, Any], version: int = 1) -> Card:
    """A card that may be published; raises CardError with every objection, also those of the cards that build on it. Parts that only
    another method uses do not count."""
    card = card_of(of_method(dict(definition)), version)
    known = current_cards()
    others = {code: one for code, one in known.items() if code != card.code}
    check(card, facts=known_facts(), others=others, guarded=guarded_facts())
    problems = [*_fixed_classes(card), *_unknown_kinds(card), *_other_subject(card, known.get(card.code))]
    for other in others.values():
        if f"{CARD_FACT}{card.code}" in other.facts():
            rest = {code: one for code, one in others.items() if code != other.code} | {card.code: card}
            try:
                check(other, facts=known_facts(), others=rest, guarded=guarded_facts())
            except CardError as error:
                problems += [Problem(f"{other.code}.{one.where}", one.text) for one in error.problems]
    if problems:
        raise CardError(problems)
    return card


def _fixed_classes(card: Card) -> list[Problem]:
    """The customer grade is a column of the customer and drives the visit policy: its classes are A to D."""
    if card.code == CUSTOMER_GRADE and [one.code for one in card.classes] != list("ABCD"):
        return [Problem("classes", _("The customer grade has the classes A, B, C and D"))]
    return []


def _unknown_kinds(card: Card) -> list[Problem]:
    """A card for a kind that no customer can have would judge nobody."""
    said = _("No kind of customer is called “%(name)s”")
    return [Problem("for_kinds", said % {"name": kind}) for kind in card.for_kinds if kind not in Kind.values]


def _other_subject(card: Card, known: Card | None) -> list[Problem]:
    """What a card judges stays: the judgements made by it belong to customers, or to regions."""
    if known is None or known.subject is card.subject:
        return []
    return [Problem("subject", _("What a card judges stays as it is. Begin another card."))]


def draft_of(code: str) -> CardVersion:
    """The draft of a card's next version, or what it would begin as, not kept yet. Raises CardError for an unknown card."""
    draft = CardVersion.objects.filter(code=code, state=CardVersion.State.DRAFT).first()
    return draft or CardVersion(code=code, number=NEXT, definition=definition_of(code))


@transaction.atomic
def start_draft(code: str, *, by: User) -> CardVersion:
    """The draft of a card's next version; begun from the one in force. Raises CardError for an unknown card."""
    draft = CardVersion.objects.filter(code=code, state=CardVersion.State.DRAFT).first()
    if draft is None:
        draft, _made = CardVersion.objects.get_or_create(
            code=code,
            state=CardVersion.State.DRAFT,
            defaults={"number": NEXT, "definition": definition_of(code), "by": by},
        )
    return draft


@transaction.atomic
def save_draft(
    draft: CardVersion, definition: Definition, *, by: User, version: int | None = None
) -> CardVersion:
    """Keep a draft as it is, right or wrong; its code stays. Raises ChangedElsewhere when `version` is not the draft's any more."""
    locked = CardVersion.objects.select_for_update().get(pk=draft.pk, state=CardVersion.State.DRAFT)
    if version is not None and version != locked.version:
        raise ChangedElsewhere
    locked.definition, locked.by = {**plain_data(definition), "code": locked.code}, by
    locked.version, locked.updated_at = locked.version + 1, timezone.now()
    locked.save()
    return locked


@transaction.atomic
def publish(draft: CardVersion, *, by: User, note: str = "") -> CardVersion:
    """Put a draft in force; raises CardError with every objection. Snapshots made so far keep their version."""
    locked = CardVersion.objects.select_for_update().get(pk=draft.pk, state=CardVersion.State.DRAFT)
    card = read_card(locked.definition)
    if card.code in SHIPPED:
        keep_shipped(current_cards()[card.code])
    published = CardVersion.objects.filter(code=locked.code).exclude(state=CardVersion.State.DRAFT)
    latest = published.first()
    locked.definition = of_method(locked.definition)
    locked.number = latest.number + 1 if latest else 1
    locked.state, locked.published_at, locked.by, locked.note = (
        CardVersion.State.PUBLISHED,
        timezone.now(),
        by,
        note[:300],
    )
    locked.version += 1
    locked.save()
    audit.record(
        locked,
        "publish",
        by=by,
        changes={"number": [latest.number if latest else None, locked.number]},
        note=note[:300],
    )
    return locked


@transaction.atomic
def discard_draft(draft: CardVersion, *, by: User) -> None:
    """Throw a draft away; the version in force stays."""
    audit.record(draft, "discard", by=by)
    CardVersion.objects.filter(pk=draft.pk, state=CardVersion.State.DRAFT).delete()


@transaction.atomic
def take_toml(text: str, *, by: User) -> CardVersion:
    """A draft from TOML, of the card it names; a code not known yet makes a new card. Raises CardError before anything is kept."""
    definition: Definition = plain_data(parse_toml(text))
    card = card_of(definition)
    return _take(card.code, definition, by)


@transaction.atomic
def copy_card(code: str, new_code: str, *, by: User) -> CardVersion:
    """A draft of a new card that begins as a copy of another; raises CardError for a bad code or one in use."""
    _check_new_code(new_code)
    return _take(new_code, {**definition_of(code), "code": new_code}, by)


@transaction.atomic
def start_card(
    code: str, name: Mapping[str, str], method: Method, *, by: User, subject: Subject = Subject.CUSTOMER
) -> CardVersion:
    """A draft of a new card of this method for customers or regions, small but whole; raises CardError for a bad code, one in use, or without a name."""
    _check_new_code(code)
    definition: Definition = plain_data(new_card(code, dict(name), method, subject))
    if subject is Subject.REGION and method is Method.RANKING:
        raise CardError([Problem("method", _("Regions are judged, not ranked by a figure of customers"))])
    card_of(definition)
    return _take(code, definition, by)


def _check_new_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise CardError(
            [Problem("code", _("A code is made of small letters, digits and _, up to 40 of them"))]
        )
    if code in SHIPPED or CardVersion.objects.filter(code=code).exists():
        raise CardError([Problem("code", _("The code “%(code)s” is in use") % {"code": code})])


def _take(code: str, definition: Definition, by: User) -> CardVersion:
    draft = CardVersion.objects.select_for_update().filter(code=code, state=CardVersion.State.DRAFT).first()
    if draft is None:
        draft = CardVersion(code=code, number=NEXT, state=CardVersion.State.DRAFT)
    draft.definition, draft.by, draft.updated_at = definition, by, timezone.now()
    draft.version = draft.version + 1 if draft.pk else 1
    draft.save()
    audit.record(draft, "take_definition", by=by)
    return draft


@transaction.atomic
def take_shipped_cards() -> int:
    """After an update of Furrow: a card that the company never changed follows the shipped one, as a new version. Returns how many did."""
    count = 0
    for code in SHIPPED:
        latest = CardVersion.objects.filter(code=code, state=CardVersion.State.PUBLISHED).first()
        if latest is not None and latest.shipped and latest.definition != shipped(code):
            CardVersion.objects.create(
                code=code, number=latest.number + 1, state=CardVersion.State.PUBLISHED, shipped=True,
                definition=shipped(code), published_at=timezone.now(),
            )  # fmt: skip
            count += 1
    return count
