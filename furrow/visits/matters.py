"""Every change of promises and complaints: kept when they are heard, closed with how they ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.team.models import User
from furrow.visits.matter_models import Matter, MatterKind
from furrow.visits.models import ContactRecord

SOON = timedelta(days=3)
FARTHEST = timedelta(days=366)


@transaction.atomic
def keep_matter(
    customer: Customer,
    *,
    by: User,
    client_id: UUID,
    at: datetime,
    kind: str,
    text: str,
    due: date | None = None,
    owner: User | None = None,
    record: ContactRecord | None = None,
) -> Matter:
    """Keep a promise or a complaint; the same `client_id` again changes nothing. Without an owner whoever heard it sees to it, without a day it
    is due in three days. Raises ValidationError for nothing said, an unknown kind, and a day out of reason."""
    found = Matter.objects.filter(client_id=client_id).first()
    if found is not None:
        return found
    if kind not in MatterKind.values:
        raise ValidationError({"kind": _("Say whether it is a promise or a complaint")})
    if not text.strip():
        raise ValidationError({"text": _("Write what it is about")})
    heard = timezone.localdate(at)
    due = due or heard + SOON
    if not heard - timedelta(days=1) <= due <= heard + FARTHEST:
        raise ValidationError({"due": _("Choose a day within a year from today")})
    matter = Matter.objects.create(
        client_id=client_id, customer=customer, record=record, kind=kind, text=text.strip(), due=due, owner=owner or by, by=by, at=at
    )  # fmt: skip
    audit.record(matter, "create", by=by, changes={"due": [None, due.isoformat()]})
    return matter


@transaction.atomic
def close_matter(matter: Matter, *, by: User, outcome: str = "") -> Matter:
    """How it ended; a second time changes nothing. A complaint is closed with words only. Raises ValidationError."""
    matter = Matter.objects.select_for_update().get(pk=matter.pk)
    if matter.closed_at is not None:
        return matter
    if matter.kind == MatterKind.COMPLAINT and not outcome.strip():
        raise ValidationError({"outcome": _("Write how the complaint ended")})
    matter.closed_at, matter.closed_by, matter.outcome = timezone.now(), by, outcome.strip()
    matter.version += 1
    matter.updated_at = timezone.now()
    matter.save()
    audit.record(matter, "close", by=by, changes={"outcome": ["", matter.outcome]})
    return matter
