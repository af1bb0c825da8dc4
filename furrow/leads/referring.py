"""Referrals 转介绍 from ask to thanks (P7.5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.leads.models import Lead
from furrow.leads.moving import Refused
from furrow.leads.services import record_lead, shipped_channel
from furrow.leads.table_models import Referral, ReferralStep, Relation
from furrow.team.models import User

FIELDS = (
    "owner",
    "relation",
    "referrer",
    "referrer_customer",
    "asked_on",
    "lead",
    "step",
    "signed_on",
    "thanked_on",
    "thanks",
    "note",
)
ORDER = list(ReferralStep.values)


class ChangedElsewhere(ValidationError):
    """The referral changed or was deleted since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Not saved: someone changed this referral meanwhile. Load the page again, then repeat your change."
            )
        )


@transaction.atomic
def ask_referral(*, by: User | None, **values: Any) -> Referral:
    """Write down that somebody was asked for a referral."""
    values.setdefault("owner", by)
    referral = Referral.objects.create(**values)
    made = {
        name: value for name, value in audit.values_of(referral, FIELDS).items() if value not in ("", None)
    }
    audit.record(referral, "create", by=by, changes=audit.changes_between({}, made))
    return referral


@transaction.atomic
def change_referral(
    referral: Referral, *, by: User | None, version: int | None = None, **values: Any
) -> Referral:
    """Change what is known of the ask."""
    row = _locked(referral)
    if version is not None and version != row.version:
        raise ChangedElsewhere
    return _save(row, "change", by, **values)


@transaction.atomic
def introduce(
    referral: Referral, *, by: User, at: datetime | None = None, client_id: str | None = None, **values: Any
) -> Lead:
    """They named somebody, who becomes a lead with the referrer on it; named once per ask."""
    row = _locked(referral)
    if row.lead is not None:
        return row.lead
    codes = {Relation.CUSTOMER: "by_customer", Relation.FRIEND: "by_friend", Relation.PEER: "by_peer"}
    lead = record_lead(
        by=by,
        at=at,
        client_id=client_id,
        channel=shipped_channel(codes[Relation(row.relation)]),
        referrer=row.referrer,
        **values,
    )
    _save(row, "introduce", by, lead=lead, step=ReferralStep.INTRODUCED)
    return lead


@transaction.atomic
def mark_met(referral: Referral, *, by: User) -> Referral:
    """We met whom they named."""
    row = _locked(referral)
    if row.lead is None:
        raise Refused(_("Write down first whom they introduced"))
    if ORDER.index(row.step) >= ORDER.index(ReferralStep.MET):
        return row
    return _save(row, "met", by, step=ReferralStep.MET)


@transaction.atomic
def thank(referral: Referral, text: str, *, by: User, on: date | None = None) -> Referral:
    """Thanks are given and kept; before the referred customer has signed there is nothing to thank for yet. Raises ValidationError."""
    row = _locked(referral)
    if row.step not in (ReferralStep.SIGNED, ReferralStep.THANKED):
        raise Refused(_("Thanks are due once the referred customer has signed"))
    if not text.strip():
        raise ValidationError({"thanks": _("Write how you thanked them")})
    return _save(
        row,
        "thank",
        by,
        step=ReferralStep.THANKED,
        thanks=text.strip()[:200],
        thanked_on=on or timezone.localdate(),
    )


def follow_conversion(lead: Lead, *, by: User | None, at: datetime) -> None:
    """The referred one signed: thanks are due (P2.2). Called inside the conversion's transaction."""
    row = Referral.objects.alive().select_for_update(of=("self",)).filter(lead=lead).first()
    if row is not None and row.step != ReferralStep.THANKED:
        _save(row, "signed", by, step=ReferralStep.SIGNED, signed_on=timezone.localtime(at).date())


def unfollow_conversion(lead: Lead, *, by: User | None) -> None:
    """The conversion was undone: not signed after all."""
    row = Referral.objects.alive().select_for_update(of=("self",)).filter(lead=lead).first()
    if row is not None and row.step == ReferralStep.SIGNED:
        _save(row, "change", by, step=ReferralStep.MET, signed_on=None)


@transaction.atomic
def delete_referral(referral: Referral, *, by: User | None) -> None:
    """Delete softly; the lead it brought stays."""
    row = _locked(referral)
    row.deleted_at = timezone.now()
    _touch(row)
    audit.record(row, "delete", by=by)


@transaction.atomic
def restore_referral(referral: Referral, *, by: User | None) -> Referral:
    """Take a deletion back."""
    row = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if row.deleted_at is not None:
        row.deleted_at = None
        _touch(row)
        audit.record(row, "restore", by=by)
    return row


def _locked(referral: Referral) -> Referral:
    found = Referral.objects.alive().select_for_update(of=("self",)).filter(pk=referral.pk).first()
    if found is None:
        raise ChangedElsewhere
    return found


def _touch(row: Referral) -> None:
    row.version += 1
    row.updated_at = timezone.now()
    row.save()


def _save(row: Referral, action: str, by: User | None, **values: Any) -> Referral:
    before = audit.values_of(row, FIELDS)
    for name, value in values.items():
        setattr(row, name, value)
    changes = audit.changes_between(before, audit.values_of(row, FIELDS))
    if changes:
        _touch(row)
        audit.record(row, action, by=by, changes=changes)
    return row
