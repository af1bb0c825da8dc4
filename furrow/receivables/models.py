"""The books of what customers owe (P6.2). Credit and collecting stand in their own modules.

Every change of one customer's books first locks the customer's Account (ledger.locked), so that balance, exposure and allocations are
decided one after the other.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit.models import BaseModel
from furrow.receivables.money import NOTHING, MoneyField
from furrow.team.access import owned_within_reach
from furrow.team.models import User

NEVER = date(9999, 12, 31)


class Series(models.Model):
    """The last number given out in a series of documents; its row is locked until the document is committed."""

    name = models.CharField(max_length=12, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class OfCustomerQuerySet(models.QuerySet[Any]):
    """Rows that belong to a customer."""

    def visible_to(self, user: User) -> OfCustomerQuerySet:
        """Those of customers in the user's reach."""
        return self.filter(owned_within_reach(user, "customer__owner"))


class Account(BaseModel):
    """What one customer owes, kept by the services: `balance` is the sum of the ledger = `owed` − `on_account`; `oldest_due` the due
    date of the oldest open invoice. `stopped`: supply is stopped by hand, the last step but one of the ladder (P6.3)."""

    customer = models.OneToOneField(
        Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="account"
    )
    balance = MoneyField(_("Balance"), default=NOTHING, editable=False)
    owed = MoneyField(_("Open invoices"), default=NOTHING, editable=False)
    on_account = MoneyField(_("On account"), default=NOTHING, editable=False)
    oldest_due = models.DateField(_("Oldest due date"), default=NEVER, editable=False)
    stopped = models.BooleanField(_("Supply stopped"), default=False)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("receivables", "Account")
        constraints = [
            models.CheckConstraint(condition=Q(balance=F("owed") - F("on_account")), name="account_adds_up"),
            models.CheckConstraint(
                condition=Q(owed__gte=0, on_account__gte=0), name="account_not_below_zero"
            ),
        ]
        indexes = [
            models.Index(fields=["balance", "id"], name="account_balance"),
            models.Index(fields=["oldest_due", "id"], name="account_oldest"),
        ]

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def days_overdue(self) -> int:
        """Of the oldest open invoice."""
        return max(0, (timezone.localdate() - self.oldest_due).days)


class EntryKind(models.TextChoices):
    """What moved a customer's balance."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")
    WRITE_OFF = "write_off", _("Write-off")
    REVERSAL = "reversal", _("Payment reversed")


class InvoiceKind(models.TextChoices):
    """A credit note 红字发票 takes back what an invoice asked."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class Invoice(BaseModel):
    """What a customer owes by one paper, or with a credit note is given back. Amounts are above zero in both.

    `open` of an invoice is still owed; of a credit note, still to be used up."""

    number = models.CharField(_("Number"), max_length=20, unique=True, editable=False)
    kind = models.CharField(pgettext_lazy("invoice", "Kind"), max_length=12, choices=InvoiceKind, default=InvoiceKind.INVOICE)  # fmt: skip
    customer = models.ForeignKey(Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="invoices")  # fmt: skip
    day = models.DateField(_("Invoice date"))
    due = models.DateField(_("Due date"))
    net = MoneyField(_("Amount before tax"))
    tax = MoneyField(_("Tax"))
    gross = MoneyField(_("Amount with tax"))
    settled = MoneyField(_("Allocated"), default=NOTHING, editable=False)
    written_off = MoneyField(_("Written off"), default=NOTHING, editable=False)
    open = MoneyField(pgettext_lazy("invoice", "Open"), editable=False)
    paid_on = models.DateField(_("Paid on"), null=True, editable=False)
    source = models.CharField(_("For"), max_length=60, blank=True)  # delivery or order it stands for
    tax_number = models.CharField(_("Tax invoice number"), max_length=40, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Invoice")
        constraints = [
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax"), gross__gt=0), name="invoice_adds_up"),
            models.CheckConstraint(
                condition=Q(open=F("gross") - F("settled") - F("written_off"), open__gte=0, settled__gte=0, written_off__gte=0),
                name="invoice_never_overpaid",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["day", "id"], name="invoice_day"),
            models.Index(fields=["due", "id"], name="invoice_due"),
            models.Index(fields=["customer", "day", "id"], name="invoice_customer"),
            models.Index(fields=["customer", "due", "open", "kind"], name="invoice_open", condition=Q(open__gt=0)),
            models.Index(fields=["due", "id", "open"], name="invoice_due_open", condition=Q(open__gt=0, kind="invoice")),
        ]  # fmt: skip

    if TYPE_CHECKING:
        customer_id: int
        corrects_id: int | None

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit(self) -> bool:
        return self.kind == InvoiceKind.CREDIT_NOTE

    @property
    def days_overdue(self) -> int:
        """Days since the due date while something is open."""
        return max(0, (timezone.localdate() - self.due).days) if self.open and not self.is_credit else 0


class InvoiceLine(models.Model):
    """One line; a document's sums are the sums of its lines."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=204)
    unit = models.CharField(max_length=10, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    price = MoneyField()
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    tax_rate = models.PositiveSmallIntegerField()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()

    def __str__(self) -> str:
        return self.text


class Method(models.TextChoices):
    """How money came or went."""

    TRANSFER = "transfer", _("Bank transfer")
    CASH = "cash", _("Cash")
    ACCEPTANCE = "acceptance", _("Acceptance bill")
    WECHAT = "wechat", _("WeChat Pay")
    ALIPAY = "alipay", _("Alipay")
    CHEQUE = "cheque", _("Cheque")
    OTHER = "other", pgettext_lazy("payment", "Other")


class Direction(models.TextChoices):
    """Whether money came in or was given back."""

    IN = "in", _("Payment")
    OUT = "out", _("Refund")


class Payment(BaseModel):
    """收款单: money received, or a refund of money received. `free` has neither paid an invoice nor gone back: it is on account."""

    number = models.CharField(_("Number"), max_length=20, unique=True, editable=False)
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction, default=Direction.IN, editable=False)  # fmt: skip
    customer = models.ForeignKey(Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="payments")  # fmt: skip
    day = models.DateField(_("Received on"))
    amount = MoneyField(_("Amount"))
    method = models.CharField(
        pgettext_lazy("payment", "Method"), max_length=10, choices=Method, default=Method.TRANSFER
    )
    reference = models.CharField(_("Reference"), max_length=80, blank=True)
    payer = models.CharField(_("Payer"), max_length=120, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    allocated = MoneyField(_("Allocated"), default=NOTHING, editable=False)
    refunded = MoneyField(_("Refunded"), default=NOTHING, editable=False)
    free = MoneyField(_("On account"), default=NOTHING, editable=False)
    refund_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="refunds", editable=False)  # fmt: skip
    reversed_at = models.DateTimeField(null=True, editable=False)
    reversal_reason = models.CharField(_("Why reversed"), max_length=200, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Payment")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, allocated__gte=0, refunded__gte=0, free__gte=0)
                & (
                    Q(direction="in", reversed_at=None, free=F("amount") - F("allocated") - F("refunded"))
                    | Q(free=0, allocated=0, refunded=0)
                ),
                name="payment_never_overspent",
            )
        ]
        indexes = [
            models.Index(fields=["day", "id"], name="payment_day"),
            models.Index(fields=["customer", "day", "id"], name="payment_customer"),
            models.Index(fields=["customer", "free"], name="payment_free", condition=Q(free__gt=0)),
        ]

    if TYPE_CHECKING:
        customer_id: int
        by_id: int | None

    def __str__(self) -> str:
        return self.number


class Allocation(models.Model):
    """核销: part of a payment or of a credit note that paid part of an invoice. Taking one back marks it, nothing is deleted."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="allocations")
    credit_note = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="uses")
    amount = MoneyField(_("Amount"))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Allocation")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_above_zero"),
            models.CheckConstraint(
                condition=Q(payment=None, credit_note__isnull=False)
                | Q(payment__isnull=False, credit_note=None),
                name="allocation_of_one_credit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class LedgerEntry(models.Model):
    """One line of a customer's ledger; above zero the customer owes more. Written once: the database refuses to change or delete it
    (migration 0002); only the customer follows when two records are merged."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="ledger")
    day = models.DateField(_("Date"))
    kind = models.CharField(pgettext_lazy("ledger", "Kind"), max_length=12, choices=EntryKind)
    amount = MoneyField(_("Amount"))
    document = models.CharField(_("Document"), max_length=20)
    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(pgettext_lazy("ledger", "Text"), max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ledger entry")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="ledger_moves_something")]
        indexes = [
            models.Index(fields=["customer", "id", "amount"], name="ledger_customer"),
            models.Index(fields=["customer", "day", "id"], name="ledger_customer_day"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.amount}"


class WriteOffState(models.TextChoices):
    """Where a write-off stands."""

    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class WriteOff(BaseModel):
    """坏账核销: giving up part of an invoice; one person asks, another approves."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="write_offs")
    amount = MoneyField(_("Amount"))
    reason = models.CharField(_("Reason"), max_length=200)
    state = models.CharField(_("State"), max_length=10, choices=WriteOffState, default=WriteOffState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")  # fmt: skip
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")  # fmt: skip
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Write-off")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="write_off_above_zero"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(state="waiting"), name="write_off_one_waiting"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(asked_by=F("decided_by")), name="write_off_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.amount}"


# Django finds models through this module; they need Customer only, so the order does not matter.
from furrow.receivables.collecting_models import CollectingStep, PayingHabit, PromiseToPay, RegionHours  # noqa: E402, F401
from furrow.receivables.credit_models import CreditLimit, CreditPolicy  # noqa: E402, F401
