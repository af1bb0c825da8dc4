"""Every change of store checks (P5.3), and what the next one is prefilled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.team.models import User
from furrow.visits import rules
from furrow.visits.models import ContactRecord, StoreCheck, StoreCheckItem, StoreCheckLine


@dataclass(frozen=True, slots=True)
class Item:
    """One scored item."""

    code: str
    points: int
    note: str = ""


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
    _refuse(items, filled)
    check = StoreCheck.objects.create(
        client_id=client_id,
        customer=customer,
        record=record,
        by=by,
        at=at,
        score=rules.score([item.points for item in items]),
    )
    StoreCheckItem.objects.bulk_create(
        StoreCheckItem(store_check=check, code=item.code, points=item.points, note=item.note)
        for item in items
    )
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


def _refuse(items: Sequence[Item], lines: Sequence[Line]) -> None:
    if not items and not lines:
        raise ValidationError(_("The store check is empty"))
    products = [line.product_id for line in lines]
    if len({item.code for item in items}) < len(items) or len(set(products)) < len(products):
        raise ValidationError(_("The store check names something twice"))
    if Product.objects.filter(pk__in=products, deleted_at=None).count() < len(products):
        raise ValidationError(_("A product of the store check is no longer in the catalog"))
