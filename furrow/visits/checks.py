"""Every change of store checks (P5.3), and what the next one is prefilled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.attachments.models import Attachment
from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.team.models import User
from furrow.visits import rules
from furrow.visits.check_models import (
    CheckItem,
    ExclusiveShop,
    StoreCheck,
    StoreCheckItem,
    StoreCheckLine,
    StoreCheckPhoto,
    StoreStandard,
)
from furrow.visits.models import ContactRecord

MOST_CRITERIA, MOST_DAYS = 20, 365


@dataclass(frozen=True, slots=True)
class Item:
    """One scored item; `gap_due` is the day by which whoever checks closes the gap."""

    code: str
    points: int
    note: str = ""
    gap_due: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One product of the grid."""

    product_id: int
    facings: int | None = None
    price: Decimal | None = None
    stock: int | None = None
    activity: str = ""

    @property
    def is_empty(self) -> bool:
        return (self.facings, self.price, self.stock, self.activity) == (None, None, None, "")


@transaction.atomic
def check_store(
    customer: Customer,
    *,
    by: User,
    client_id: UUID,
    at: datetime,
    items: Sequence[Item] = (),
    lines: Sequence[Line] = (),
    record: ContactRecord | None = None,
) -> StoreCheck:
    """Keep a store check; one with the same id that is there already stays as it is. Raises ValidationError for an empty one, for
    the same item or product twice, and for products that are not in the catalog."""
    found = StoreCheck.objects.filter(client_id=client_id).first()
    if found is not None:
        return found
    filled = [line for line in lines if not line.is_empty]
    standard = _standard_of(items)
    items = [_with_gap(item, standard, at) for item in items]
    _refuse(items, filled)
    check = StoreCheck.objects.create(
        client_id=client_id,
        customer=customer,
        record=record,
        by=by,
        at=at,
        score=rules.score([item.points for item in items]),
    )
    StoreCheckItem.objects.bulk_create(_row(check, item, standard, by) for item in items)
    StoreCheckLine.objects.bulk_create(
        StoreCheckLine(
            store_check=check,
            product_id=line.product_id,
            facings=line.facings,
            price=line.price,
            stock=line.stock,
            activity=line.activity,
        )
        for line in filled
    )
    audit.record(check, "create", by=by)
    return check


def _row(check: StoreCheck, item: Item, standard: dict[str, Criterion], by: User) -> StoreCheckItem:
    one = standard.get(item.code)
    return StoreCheckItem(
        store_check=check,
        code=item.code,
        label=one.text if one else "",
        must=one.must if one else rules.FULL_POINTS,
        points=item.points,
        note=item.note,
        gap_due=item.gap_due,
        gap_owner=by if item.gap_due else None,
    )


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the store standard as a check needs it."""

    text: str
    must: int
    days: int


def _standard_of(items: Sequence[Item]) -> dict[str, Criterion]:
    """The criteria among the items, by code. Raises ValidationError for a code that is neither looked at everywhere nor in the standard."""
    own = {item.code for item in items} - set(CheckItem.values)
    row = StoreStandard.objects.first() if own else None
    known = (
        {one["code"]: Criterion(one["text"], one["must"], row.days) for one in row.criteria} if row else {}
    )
    if not own <= set(known):
        raise ValidationError(_("The store standard has no such item. Update the data of the day."))
    return known


def _with_gap(item: Item, standard: dict[str, Criterion], at: datetime) -> Item:
    """Every gap of the standard has an owner and a day (P5.3): where whoever checks named none, the days the standard gives."""
    one = standard.get(item.code)
    if one is None:
        return item
    if item.points >= one.must:
        return replace(item, gap_due=None)
    return item if item.gap_due else replace(item, gap_due=timezone.localdate(at) + timedelta(days=one.days))


def _refuse(items: Sequence[Item], lines: Sequence[Line]) -> None:
    if not items and not lines:
        raise ValidationError(_("The store check is empty"))
    for item in items:
        if item.gap_due is not None and item.points >= rules.FULL_POINTS:
            raise ValidationError(_("Full points leave no gap to close"))
        if item.gap_due is not None and not 2000 <= item.gap_due.year <= 2100:
            raise ValidationError(_("Choose a day between 2000 and 2100"))
    products = [line.product_id for line in lines]
    if len({item.code for item in items}) < len(items) or len(set(products)) < len(products):
        raise ValidationError(_("The store check names something twice"))
    if Product.objects.filter(pk__in=products, deleted_at=None).count() < len(products):
        raise ValidationError(_("A product of the store check is no longer in the catalog"))


def scored_item(client_id: UUID, code: str, *, by: User) -> StoreCheckItem:
    """The item of a store check this person made, for a photo of it. Raises ValidationError when there is none."""
    item = StoreCheckItem.objects.filter(
        store_check__client_id=client_id, store_check__by=by, code=code
    ).first()
    if item is None:
        raise ValidationError(_("The store check of this photo is not there, or the item was not scored"))
    return item


def add_photo(item: StoreCheckItem, attachment: Attachment, *, by: User) -> StoreCheckPhoto:
    """Put a photo beside what it shows; a second time changes nothing."""
    photo, made = StoreCheckPhoto.objects.get_or_create(attachment=attachment, defaults={"item": item})
    if made:
        audit.record(item.store_check, "change", by=by, changes={f"{item.code}.photo": [None, attachment.pk]})
    return photo


# Store standard ---------------------------------------------------------------------------------


@transaction.atomic
def save_standard(criteria: Sequence[tuple[str, str, int]], *, by: User, days: int) -> StoreStandard:
    """Write the standard: (code, words, points at least expected); "" as code for a new one. What is left out stays for checks already made.
    Raises ValidationError for too many, and for points or days out of range."""
    if len(criteria) > MOST_CRITERIA:
        raise ValidationError(_("The standard has at most %(most)d items") % {"most": MOST_CRITERIA})
    if not 1 <= days <= MOST_DAYS or not all(1 <= must <= rules.FULL_POINTS for _c, _t, must in criteria):
        raise ValidationError(_("Expected are 1 to 5 points, and 1 to 365 days to close a gap"))
    row = StoreStandard.objects.select_for_update().order_by("pk").first() or StoreStandard()
    before = audit.values_of(row, ("days", "criteria")) if row.pk else {}
    kept: list[dict[str, object]] = [
        {"code": code or f"s{uuid4().hex[:8]}", "text": text, "must": must} for code, text, must in criteria
    ]
    codes = {one["code"] for one in kept}
    gone = [one | {"gone": True} for one in row.criteria if one["code"] not in codes]
    made = row.pk is None
    row.days, row.criteria, row.version, row.updated_at = days, kept + gone, row.version + 1, timezone.now()
    row.save()
    changes = audit.changes_between(before, audit.values_of(row, ("days", "criteria")))
    audit.record(row, "create" if made else "change", by=by, changes=changes)
    return row


@transaction.atomic
def mark_exclusive(customer: Customer, exclusive: bool, *, by: User) -> None:
    """Whether the customer is scored against the store standard; saying it twice changes nothing."""
    row = ExclusiveShop.objects.filter(customer=customer).first()
    if (row is not None) == exclusive:
        return
    if row is None:
        ExclusiveShop.objects.get_or_create(customer=customer, defaults={"by": by})
    else:
        row.delete()
    audit.record(customer, "change", by=by, changes={"exclusive_shop": [not exclusive, exclusive]})


# Gaps -------------------------------------------------------------------------------------------


@transaction.atomic
def assign_gap(item: StoreCheckItem, *, by: User, owner: User, due: date) -> StoreCheckItem:
    """Who closes a gap and by when. Raises ValidationError for an item with full points, a gap closed, and a day of another century."""
    item = (
        StoreCheckItem.objects.select_for_update(of=("self",)).select_related("store_check").get(pk=item.pk)
    )
    if not item.is_gap:
        raise ValidationError(_("Full points leave no gap to close"))
    if item.gap_closed_at is not None:
        raise ValidationError(_("This gap has been closed"))
    if not 2000 <= due.year <= 2100:
        raise ValidationError({"due": _("Choose a day between 2000 and 2100")})
    before = [audit.plain(item.gap_owner_id), audit.plain(item.gap_due)]
    item.gap_owner, item.gap_due = owner, due
    item.save(update_fields=["gap_owner", "gap_due"])
    changes = {f"{item.code}.gap": [before, [owner.pk, audit.plain(due)]]}
    audit.record(item.store_check, "change", by=by, changes=changes)
    return item


@transaction.atomic
def close_gap(item: StoreCheckItem, *, by: User) -> StoreCheckItem:
    """The gap is closed; a second time changes nothing. Raises ValidationError where nobody was named."""
    item = (
        StoreCheckItem.objects.select_for_update(of=("self",)).select_related("store_check").get(pk=item.pk)
    )
    if item.gap_due is None:
        raise ValidationError(_("Nobody was to close this gap"))
    if item.gap_closed_at is None:
        item.gap_closed_at, item.gap_closed_by = timezone.now(), by
        item.save(update_fields=["gap_closed_at", "gap_closed_by"])
        audit.record(item.store_check, "change", by=by, changes={f"{item.code}.gap": ["open", "closed"]})
    return item
