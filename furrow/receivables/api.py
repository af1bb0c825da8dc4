"""Money over HTTP: accounts and open invoices to read, payments to record; the same reach, rules and services as the pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from furrow.customers.models import Customer
from furrow.receivables import credit, services
from furrow.receivables.models import Account, Invoice, Method, Payment
from furrow.receivables.parties import one_line
from furrow.team.access import require

router = Router(tags=["receivables"])

MOST = 200
BIGGEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
Amount = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]


class PageFilter(Schema):
    """`after` is the `next` of the page before."""

    customer: Id | None = None
    after: int = Field(0, ge=0, le=BIGGEST_ID)
    limit: int = Field(50, ge=1, le=MOST)


class AccountOut(Schema):
    """What a customer owes; amounts in CNY as text."""

    customer: int
    balance: str
    open_invoices: str
    on_account: str
    days_overdue: int
    stopped: bool


class CreditOut(Schema):
    """Limit, exposure and why a new order would be held; no reasons: it may go."""

    customer: int
    limit: str
    term_days: int
    exposure: str
    reasons: list[str]


class InvoiceOut(Schema):
    """An invoice or credit note."""

    id: int
    number: str
    kind: str
    customer: int
    day: date
    due: date
    gross: str
    open: str


class InvoicePage(Schema):
    """One page; `next` is None on the last."""

    items: list[InvoiceOut]
    next: int | None


class PaymentIn(Schema):
    """Money received. `pays`: proposed, oldest, or empty to keep it on account."""

    model_config = ConfigDict(extra="forbid")

    customer: Id
    amount: Amount
    currency: Literal["CNY"] = "CNY"
    day: date | None = None
    method: Method = Method.TRANSFER
    reference: str = Field("", max_length=80)
    payer: str = Field("", max_length=120)
    pays: Literal["proposed", "oldest", ""] = "proposed"


class PaymentOut(Schema):
    """A payment with what is left of it."""

    id: int
    number: str
    customer: int
    amount: str
    allocated: str
    on_account: str


def _customer(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    return get_object_or_404(Customer.objects.visible_to(user), pk=pk)


@router.get("/accounts/{customer}", response=AccountOut)
def get_account(request: HttpRequest, customer: Id) -> dict[str, Any]:
    """The account of one customer; zeros for one nobody has invoiced yet."""
    require(request.user, "receivables.view")
    user: Any = request.user
    _customer(request, customer)
    row = Account.objects.visible_to(user).filter(customer=customer).first() or Account(customer_id=customer)
    return {"customer": customer, "balance": str(row.balance), "open_invoices": str(row.owed), "on_account": str(row.on_account), "days_overdue": row.days_overdue, "stopped": row.stopped}  # fmt: skip


@router.get("/credit/{customer}", response=CreditOut)
def get_credit(request: HttpRequest, customer: Id) -> dict[str, Any]:
    """The credit check of one customer."""
    require(request.user, "receivables.view")
    _customer(request, customer)
    found = credit.check(customer)
    return {"customer": customer, "limit": str(found.terms.limit), "term_days": found.terms.term_days, "exposure": str(found.position.exposure), "reasons": [one.code for one in found.reasons]}  # fmt: skip


@router.get("/invoices", response=InvoicePage)
def list_invoices(request: HttpRequest, wanted: Query[PageFilter]) -> dict[str, Any]:
    """Invoices of customers in reach, by id."""
    require(request.user, "receivables.view")
    user: Any = request.user
    rows = Invoice.objects.visible_to(user).filter(pk__gt=wanted.after).order_by("pk")
    if wanted.customer:
        rows = rows.filter(customer=wanted.customer)
    found = list(rows[: wanted.limit + 1])
    items = [
        {"id": row.pk, "number": row.number, "kind": row.kind, "customer": row.customer_id, "day": row.day, "due": row.due, "gross": str(row.gross), "open": str(row.open)}
        for row in found[: wanted.limit]
    ]  # fmt: skip
    return {"items": items, "next": items[-1]["id"] if len(found) > wanted.limit else None}


@router.post("/payments", response={201: PaymentOut})
def add_payment(request: HttpRequest, body: PaymentIn) -> Status[dict[str, Any]]:
    """Record a payment."""
    require(request.user, "receivables.add")
    user: Any = request.user
    customer = _customer(request, body.customer)
    made = services.record_payment(
        customer, body.amount, by=user, day=body.day, method=body.method, reference=one_line(body.reference), payer=one_line(body.payer), pays=body.pays
    )  # fmt: skip
    row = Payment.objects.visible_to(user).get(pk=made.pk)
    return Status(201, {"id": row.pk, "number": row.number, "customer": row.customer_id, "amount": str(row.amount), "allocated": str(row.allocated), "on_account": str(row.free)})  # fmt: skip
