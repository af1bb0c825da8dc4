"""Customers over HTTP: the same reach, forms and services as the pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from furrow.customers import services
from furrow.customers.card import services as card
from furrow.customers.checking import as_api, probable
from furrow.customers.custom.api import OwnIn, as_facts, own_of, values_along, with_values
from furrow.customers.custom.api import narrowed as own_narrowed
from furrow.customers.forms import CustomerForm
from furrow.customers.merging import kept_of
from furrow.customers.models import (
    REGION_DIGITS,
    ChannelType,
    Customer,
    CustomerQuerySet,
    Grade,
    Kind,
    OwnershipType,
)
from furrow.customers.models import Status as CustomerStatus
from furrow.customers.search import CUSTOMERS
from furrow.kit.positions import CoordinateSystem, from_wgs84
from furrow.kit.regions import region_book
from furrow.team.access import require

router = Router(tags=["customers"])

MOST = 200
BIGGEST_ID = 2**63 - 1


class CustomerFilter(Schema):
    """What a list is narrowed by. `after` is the `next` of the page before; a search (`q`) gives its best hits on one page."""

    q: str = Field("", max_length=100)
    grade: Grade | Literal["none"] | None = None
    owner: Annotated[int, Field(ge=1, le=BIGGEST_ID)] | Literal["none"] | None = None
    kind: Kind | None = None
    channel_type: ChannelType | None = None
    status: CustomerStatus | None = None
    region: str | None = Field(None, pattern=r"^[0-9]{2,12}$")
    field: Annotated[int, Field(ge=1, le=BIGGEST_ID)] | None = None  # an own field, with `value` (none: any)
    value: str = Field("", max_length=200)
    after: int = Field(0, ge=0, le=BIGGEST_ID)
    limit: int = Field(50, ge=1, le=MOST)


class CustomerIn(Schema):
    """A new customer. Longitude and latitude are degrees in `position_system`; `region` is a division code or a name; `own`: field id ->
    value, choices by label, people by sign-in name, null empties."""

    model_config = ConfigDict(extra="forbid")

    name: str
    code: str = ""
    short_name: str = ""
    contact_name: str = ""
    phone: str = ""
    kind: Kind = Kind.RETAILER
    channel_type: ChannelType | Literal[""] = ""
    status: CustomerStatus = CustomerStatus.PROSPECT
    owner: int | None = None
    region: str = ""
    address: str = ""
    longitude: float | None = None
    latitude: float | None = None
    position_system: CoordinateSystem | Literal[""] = ""
    ownership_type: OwnershipType | Literal[""] = ""
    legal_representative: str = ""
    note: str = ""
    own: Annotated[OwnIn, Field(max_length=100)] = {}


class CustomerNew(CustomerIn):
    """A new customer; with `confirm` also one that is probably here already."""

    confirm: bool = False


class LookAlikeOut(Schema):
    """An existing customer that may be the same; out of reach `id` is None and everything but the owner is masked."""

    id: int | None
    code: str
    name: str
    phone: str
    region: str
    owner: str
    score: int
    reasons: list[str]


class PossibleDuplicates(Schema):
    """Why a customer was not created, and who may be the same. Send it again with `confirm` to create it all the same."""

    detail: str
    candidates: list[LookAlikeOut]


class CustomerChange(CustomerIn):
    """Only the fields given are changed; `version` is the one that was read."""

    name: str = ""
    version: int = Field(ge=1, le=2**31 - 1)


class OwnerOut(Schema):
    """Who looks after a customer."""

    id: int
    name: str


class CustomerOut(Schema):
    """A customer; position in the system it was entered in."""

    id: int
    code: str
    name: str
    short_name: str
    contact_name: str
    phone: str
    kind: str
    channel_type: str
    status: str
    owner: OwnerOut | None
    customer_grade: str
    visit_grade: str
    region: str
    region_name: str
    address: str
    longitude: float | None
    latitude: float | None
    position_system: str
    ownership_type: str
    legal_representative: str
    note: str
    own: dict[str, str]
    version: int

    @staticmethod
    def resolve_own(customer: Customer) -> dict[str, str]:
        return own_of(customer)

    @staticmethod
    def resolve_region(customer: Customer) -> str:
        return customer.region_id or ""

    @staticmethod
    def resolve_region_name(customer: Customer) -> str:
        return region_book().full_name(customer.region_id, get_language() or "") if customer.region_id else ""

    @staticmethod
    def resolve_longitude(customer: Customer) -> float | None:
        return _entered(customer, 0)

    @staticmethod
    def resolve_latitude(customer: Customer) -> float | None:
        return _entered(customer, 1)


class CustomerPage(Schema):
    """One page; `next` is None on the last."""

    items: list[CustomerOut]
    next: int | None


def _entered(customer: Customer, which: int) -> float | None:
    if customer.longitude is None or customer.latitude is None:
        return None
    system = customer.position_system or CoordinateSystem.WGS84
    return round(from_wgs84(customer.longitude, customer.latitude, system)[which], 6)


def _reach(request: HttpRequest) -> CustomerQuerySet:
    user: Any = request.user
    return Customer.objects.visible_to(user).select_related("owner").prefetch_related(values_along())


def customer_or_404(request: HttpRequest, pk: int) -> Customer:
    """The customer in the caller's reach; 404 otherwise."""
    return get_object_or_404(_reach(request), pk=pk)


def _narrowed(rows: CustomerQuerySet, wanted: CustomerFilter) -> models.QuerySet[Customer]:
    if wanted.grade:
        rows = rows.filter(visit_grade="" if wanted.grade == "none" else wanted.grade)
    if wanted.owner is not None:
        rows = rows.filter(owner=None if wanted.owner == "none" else wanted.owner)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.channel_type:
        rows = rows.filter(channel_type=wanted.channel_type)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.region:
        rows = rows.in_regions([wanted.region[:REGION_DIGITS]])
    return own_narrowed(rows, wanted.field, wanted.value) if wanted.field else rows


@router.get("", response=CustomerPage)
def list_customers(request: HttpRequest, wanted: Query[CustomerFilter]) -> dict[str, Any]:
    """Customers in reach, by id; with `q` those found, best first."""
    require(request.user, "customers.view")
    rows = _narrowed(_reach(request), wanted)
    if wanted.q.strip():
        ids = CUSTOMERS.match(wanted.q, limit=wanted.limit, within=rows)
        found = {customer.pk: customer for customer in rows.filter(pk__in=ids)}
        return {"items": [found[pk] for pk in ids if pk in found], "next": None}
    items = list(rows.filter(pk__gt=wanted.after).order_by("pk")[: wanted.limit + 1])
    more = len(items) > wanted.limit
    items = items[: wanted.limit]
    return {"items": items, "next": items[-1].pk if more else None}


@router.get("/{int:pk}", response=CustomerOut)
def get_customer(request: HttpRequest, pk: int) -> Customer | HttpResponsePermanentRedirect:
    """One customer. One that was merged away answers 308 with the address of the record kept."""
    require(request.user, "customers.view")
    if not _reach(request).filter(pk=pk).exists() and (kept := kept_of(pk)):
        answer = HttpResponsePermanentRedirect(
            request.path.removesuffix(str(pk)) + str(customer_or_404(request, kept).pk)
        )
        answer.status_code = 308
        return answer
    return customer_or_404(request, pk)


@router.post("", response={201: CustomerOut, 409: PossibleDuplicates})
def create_customer(request: HttpRequest, body: CustomerNew) -> Status[Any]:
    """A new customer; without a code the next free one. 409 with the candidates when it is probably here already, unless `confirm`."""
    require(request.user, "customers.add")
    user: Any = request.user
    values = _cleaned(CustomerForm(_as_form(body.model_dump(exclude={"confirm", "own"})), user=user))
    values.pop("version", None)
    if not body.confirm and (found := probable(values, user)):
        detail = _("Not created: this customer may be here already. Send confirm to create it all the same.")
        return Status(409, {"detail": detail, "candidates": as_api(found)})
    return Status(201, with_values(card.create_customer(as_facts(body.own), by=user, **values)))


@router.patch("/{int:pk}", response=CustomerOut)
def change_customer(request: HttpRequest, pk: int, body: CustomerChange) -> Customer:
    """Change the fields given; 409 when the customer changed since `version`."""
    require(request.user, "customers.change")
    user: Any = request.user
    customer = customer_or_404(request, pk)
    shown = CustomerForm(instance=customer, user=user)
    now = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    given = body.model_dump(exclude_unset=True, exclude={"own"})
    form = CustomerForm(_as_form({**now, **given}), instance=customer, user=user)
    values = _cleaned(form)
    version = values.pop("version")
    return with_values(
        card.change_facts(customer, {**values, **as_facts(body.own)}, by=user, version=version)
    )


@router.delete("/{int:pk}", response={204: None})
def delete_customer(request: HttpRequest, pk: int) -> Status[None]:
    """Delete softly; the page's undo and the change history know it."""
    require(request.user, "customers.delete")
    user: Any = request.user
    services.delete_customer(customer_or_404(request, pk), by=user)
    return Status(204, None)


def _as_form(values: dict[str, Any]) -> dict[str, Any]:
    """Values as the form receives them: everything text, regions by name."""
    texts = {
        name: "" if value is None else str(getattr(value, "value", value)) for name, value in values.items()
    }
    if texts.get("region", "").isascii() and texts.get("region", "").isdigit():
        texts["region"] = region_book().full_name(texts["region"], "zh-hans") or texts["region"]
    return texts


def _cleaned(form: CustomerForm) -> dict[str, Any]:
    """The form's values; raises ValidationError with all its messages."""
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    return form.cleaned_data
