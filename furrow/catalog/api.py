"""Products over HTTP: the same forms and services as the pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from furrow.catalog import costs, services
from furrow.catalog.forms import CostForm, ProductForm
from furrow.catalog.models import Currency, Kind, Product
from furrow.catalog.models import Status as ProductStatus
from furrow.catalog.search import PRODUCTS
from furrow.team.access import may, require
from furrow.team.models import User

router = Router(tags=["products"])

MOST = 200
BIGGEST_ID = 2**63 - 1


class ProductFilter(Schema):
    """What a list is narrowed by. `after` is the `next` of the page before; a search (`q`) gives its best hits on one page."""

    q: str = Field("", max_length=100)
    kind: Kind | None = None
    status: ProductStatus | None = None
    after: int = Field(0, ge=0, le=BIGGEST_ID)
    limit: int = Field(50, ge=1, le=MOST)


class ProductIn(Schema):
    """A new product. `brand` and `variety` (a path like 手机 / 智能手机) are names; new ones are made. `price` is for one unit, and so is
    `cost`, before tax: only for those who may see costs. Both hold from `valid_from` on, without it from today."""

    model_config = ConfigDict(extra="forbid")

    name: str
    brand: str
    specification: str = ""
    code: str = ""
    barcode: str = ""
    variety: str = ""
    unit: str = ""
    pack_unit: str = ""
    pack_size: int | None = None
    kind: Kind = Kind.OWN
    status: ProductStatus = ProductStatus.SOLD
    price: str | None = None
    currency: Currency | Literal[""] = ""
    valid_from: date | None = None
    cost: str | None = None
    note: str = ""


class ProductChange(ProductIn):
    """Only the fields given are changed; `version` is the one that was read."""

    name: str = ""
    brand: str = ""
    version: int = Field(ge=1, le=2**31 - 1)


class ProductOut(Schema):
    """A product with the list price valid today, as text so that no cent is lost; for those who may see costs, with the cost price."""

    id: int
    code: str
    title: str
    brand: str
    name: str
    specification: str
    variety: str
    barcode: str
    unit: str
    pack_unit: str
    pack_size: int | None
    kind: str
    status: str
    price: str | None
    currency: str
    cost: str | None = None
    note: str
    version: int

    @staticmethod
    def resolve_brand(product: Product) -> str:
        return product.brand.name

    @staticmethod
    def resolve_variety(product: Product) -> str:
        return product.variety.path if product.variety else ""

    @staticmethod
    def resolve_price(product: Any) -> str | None:
        return (
            None if product.price_now is None else str(Decimal(product.price_now).quantize(Decimal("0.01")))
        )

    @staticmethod
    def resolve_currency(product: Any) -> str:
        return product.currency_now or ""

    @staticmethod
    def resolve_cost(product: Any) -> str | None:
        """Raises AttributeError where costs were not asked for: the field is left out then."""
        return None if product.cost_now is None else str(Decimal(product.cost_now).quantize(Decimal("0.01")))


class ProductPage(Schema):
    """One page; `next` is None on the last."""

    items: list[ProductOut]
    next: int | None


def _rows(request: HttpRequest) -> models.QuerySet[Product]:
    user: Any = request.user
    today = timezone.localdate()
    rows = Product.objects.visible_to(user).priced(today).select_related("brand", "variety")
    return rows.costed(today) if may(user, "catalog.costs") else rows


@router.get("", response=ProductPage, exclude_unset=True)
def list_products(request: HttpRequest, wanted: Query[ProductFilter]) -> dict[str, Any]:
    """The catalog by id; with `q` what it finds, best first."""
    require(request.user, "catalog.view")
    rows = _rows(request)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.q.strip():
        ids = PRODUCTS.match(wanted.q, limit=wanted.limit, within=rows)
        found = {product.pk: product for product in rows.filter(pk__in=ids)}
        return {"items": [found[pk] for pk in ids if pk in found], "next": None}
    items = list(rows.filter(pk__gt=wanted.after).order_by("pk")[: wanted.limit + 1])
    more = len(items) > wanted.limit
    items = items[: wanted.limit]
    return {"items": items, "next": items[-1].pk if more else None}


@router.get("/{int:pk}", response=ProductOut, exclude_unset=True)
def get_product(request: HttpRequest, pk: int) -> Product:
    """One product."""
    require(request.user, "catalog.view")
    return get_object_or_404(_rows(request), pk=pk)


@router.post("", response={201: ProductOut}, exclude_unset=True)
def create_product(request: HttpRequest, body: ProductIn) -> Status[Product]:
    """A new product; without a code the next free one."""
    require(request.user, "catalog.add")
    user: Any = request.user
    given = body.model_dump()
    cost = _cost(user, given)
    values = _cleaned(ProductForm(_as_form(given), user=user))
    values.pop("version", None)
    with transaction.atomic():
        product = services.create_product(by=user, **values)
        if cost:
            costs.set_cost(product, **cost, by=user)
    return Status(201, _rows(request).get(pk=product.pk))


@router.patch("/{int:pk}", response=ProductOut, exclude_unset=True)
def change_product(request: HttpRequest, pk: int, body: ProductChange) -> Product:
    """Change the fields given; 409 when the product changed since `version`."""
    require(request.user, "catalog.change")
    user: Any = request.user
    product = get_object_or_404(_rows(request), pk=pk)
    shown = ProductForm(instance=product, user=user)
    now = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    given = body.model_dump(exclude_unset=True)
    cost = _cost(user, given)
    if cost and "price" not in given:
        given.pop("valid_from", None)  # the day of the cost alone
    if "price" in given and "valid_from" not in given:
        given["valid_from"] = None
    values = _cleaned(ProductForm(_as_form({**now, **given}), instance=product, user=user))
    with transaction.atomic():
        product = services.change_product(product, by=user, **values)
        if cost:
            costs.set_cost(product, **cost, by=user)
    return _rows(request).get(pk=pk)


@router.delete("/{int:pk}", response={204: None})
def delete_product(request: HttpRequest, pk: int) -> Status[None]:
    """Delete softly."""
    require(request.user, "catalog.delete")
    user: Any = request.user
    services.delete_product(get_object_or_404(_rows(request), pk=pk), by=user)
    return Status(204, None)


def _cost(user: User, given: dict[str, Any]) -> dict[str, Any]:
    """Takes the cost price out of what was given: `cost` and `valid_from`, or nothing. Raises ValidationError naming the field."""
    text = given.pop("cost", None)
    if text is None:
        return {}
    if said := costs.refused(user):
        raise ValidationError({"cost": said})
    return _cleaned(CostForm({"cost": text, "valid_from": given.get("valid_from") or timezone.localdate()}))


def _as_form(values: dict[str, Any]) -> dict[str, str]:
    """Values as the form receives them: everything text."""
    return {
        name: "" if value is None else str(getattr(value, "value", value)) for name, value in values.items()
    }


def _cleaned(form: forms.Form | ProductForm) -> dict[str, Any]:
    """The form's values; raises ValidationError with all its messages."""
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    return form.cleaned_data
