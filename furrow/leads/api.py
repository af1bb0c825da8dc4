"""Leads over HTTP: the inbox for other programs, reading, assigning and reporting; the same forms, reach and services as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from furrow.catalog.models import Brand
from furrow.kit.figures import listed
from furrow.leads import feedback, handover, services
from furrow.leads.acts import acts_for
from furrow.leads.forms import LeadForm
from furrow.leads.matching import probable
from furrow.leads.models import Channel, Lead
from furrow.leads.search import LEADS
from furrow.leads.states import State
from furrow.team.access import require

router = Router(tags=["leads"])

MOST = 200
BIGGEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]


class LeadFilter(Schema):
    """What a list is narrowed by. `after` is the `next` of the page before; a search (`q`) gives its best hits on one page."""

    q: str = Field("", max_length=100)
    state: State | None = None
    holder: Id | None = None
    after: int = Field(0, ge=0, le=BIGGEST_ID)
    limit: int = Field(50, ge=1, le=MOST)


class LeadIn(Schema):
    """An inquiry. `channel` is the code of a sub-channel (hotline, site_chat …) or its id as text; `region` is free text; `brand` is a
    name, `product` a code, barcode or name, whose brand follows; `client_id` makes a retry harmless; `confirm` enters it although it is
    probably here already."""

    model_config = ConfigDict(extra="forbid")

    name: str
    channel: str
    phone: str = ""
    contact_name: str = ""
    region: str = ""
    address: str = ""
    situation: str = ""
    source: str = ""
    referrer: str = ""
    remark: str = ""
    brand: str = ""
    product: str = ""
    is_urgent: bool = False
    entered_afterwards: bool = False
    client_id: str = Field("", max_length=50)
    confirm: bool = False


class ReportIn(Schema):
    """The result of looking into a lead: valid, needs_more or rejected; with a reason when rejected."""

    model_config = ConfigDict(extra="forbid")

    result: State
    text: str = Field("", max_length=1000)
    reason: str = Field("", max_length=14)
    prospect_class: str = Field("", max_length=1)


class AssignIn(Schema):
    """To whom; `holder` is whom the caller read as the present holder."""

    model_config = ConfigDict(extra="forbid")

    person: Id
    holder: Id | None = None


class LeadOut(Schema):
    """A lead as its page shows it."""

    id: int
    name: str
    contact_name: str
    phone: str
    region: str
    situation: str
    channel: str
    source: str
    referrer: str
    remark: str
    brand: str
    product: str
    is_urgent: bool
    state: str
    holder: str
    inquired_at: datetime
    feedback_due: datetime | None
    is_overdue: bool
    customer: int | None
    version: int

    @staticmethod
    def resolve_region(lead: Lead) -> str:
        return lead.region_id or ""

    @staticmethod
    def resolve_channel(lead: Lead) -> str:
        return lead.channel.code or str(lead.channel_id)

    @staticmethod
    def resolve_brand(lead: Lead) -> str:
        return lead.brand.name if lead.brand else ""

    @staticmethod
    def resolve_product(lead: Lead) -> str:
        return lead.product.code if lead.product else ""

    @staticmethod
    def resolve_holder(lead: Lead) -> str:
        return lead.holder.name if lead.holder else ""

    @staticmethod
    def resolve_customer(lead: Lead) -> int | None:
        return lead.customer_id


class LeadPage(Schema):
    """One page; `next` is None on the last."""

    items: list[LeadOut]
    next: int | None


def _reach(request: HttpRequest) -> Any:
    user: Any = request.user
    return Lead.objects.visible_to(user).select_related("channel", "holder", "brand", "product")


@router.get("", response=LeadPage)
def list_leads(request: HttpRequest, wanted: Query[LeadFilter]) -> dict[str, Any]:
    """Leads in reach, by id; with `q` those found, best first."""
    require(request.user, "leads.view")
    rows = _reach(request)
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    if wanted.holder is not None:
        rows = rows.filter(holder=wanted.holder)
    if wanted.q.strip():
        ids = LEADS.match(wanted.q, limit=wanted.limit, within=rows)
        found = {lead.pk: lead for lead in rows.filter(pk__in=ids)}
        return {"items": [found[pk] for pk in ids if pk in found], "next": None}
    items = list(rows.filter(pk__gt=wanted.after).order_by("pk")[: wanted.limit + 1])
    more = len(items) > wanted.limit
    items = items[: wanted.limit]
    return {"items": items, "next": items[-1].pk if more else None}


@router.post("", response={201: LeadOut})
def create_lead(request: HttpRequest, body: LeadIn) -> Status[Lead]:
    """Enter an inquiry; 422 when it is probably here already, unless `confirm` is true."""
    require(request.user, "leads.add")
    user: Any = request.user
    if body.client_id and (
        known := Lead.objects.visible_to(user).filter(client_id=f"api:{body.client_id}").first()
    ):
        return Status(201, known)
    given = body.model_dump(exclude={"client_id", "confirm", "channel", "brand"})
    texts = {
        name: ("on" if value else "") if isinstance(value, bool) else value for name, value in given.items()
    }
    form = LeadForm({**texts, "channel": _channel(body.channel), "brand": _brand(body.brand)}, user=user)
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    if not body.confirm and (found := probable(values, user)):
        names = [like.name for like in found.leads] + [like.name for like in found.customers]
        said = _("Probably here already: %(names)s. Send confirm to enter it anyway.")
        raise ValidationError({"name": said % {"names": listed(names)}})
    client = f"api:{body.client_id}" if body.client_id else None
    made = services.record_lead(by=user, client_id=client, **values)
    return Status(201, get_object_or_404(_reach(request), pk=made.pk))


def _channel(text: str) -> str:
    channel = Channel.objects.filter(code=text, is_active=True).first() if text else None
    return str(channel.pk) if channel else text


def _brand(text: str) -> str:
    if not text.strip():
        return ""
    brand = Brand.objects.filter(name_key=services.brand_key(text)).first()
    if brand is None:
        raise ValidationError({"brand": _("No brand is called “%(name)s”") % {"name": text[:40]}})
    return str(brand.pk)


@router.get("/{int:pk}", response=LeadOut)
def get_lead(request: HttpRequest, pk: int) -> Lead:
    """One lead."""
    require(request.user, "leads.view")
    found: Lead = get_object_or_404(_reach(request), pk=pk)
    return found


@router.post("/{int:pk}/report", response=LeadOut)
def report_lead(request: HttpRequest, pk: int, body: ReportIn) -> Lead:
    """Report on a lead one holds; 409 when it was reported already."""
    require(request.user, "leads.report")
    user: Any = request.user
    lead = get_object_or_404(_reach(request), pk=pk)
    if not acts_for(lead, user):
        raise PermissionDenied("leads.report")
    if body.result not in feedback.RESULTS or body.prospect_class not in ("", "A", "B", "C"):
        raise ValidationError({"result": _("Choose valid, needs_more or rejected")})
    values = body.model_dump(exclude={"result"})
    feedback.report_lead(lead, body.result, by=user, **values)
    return get_lead(request, pk)


@router.post("/{int:pk}/assign", response=LeadOut)
def assign_lead(request: HttpRequest, pk: int, body: AssignIn) -> Lead:
    """Give a lead to somebody; 409 when somebody else did meanwhile."""
    require(request.user, "leads.assign")
    user: Any = request.user
    lead = get_object_or_404(_reach(request), pk=pk)
    to = handover.assignees(user).filter(pk=body.person).first()
    if to is None:
        raise ValidationError({"person": _("Choose one of your people who can follow it up")})
    handover.assign_lead(lead, to, by=user, instead_of=body.holder)
    found: Lead = get_object_or_404(_reach(request), pk=pk)
    return found
