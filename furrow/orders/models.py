"""Price lists, orders and deliveries (P6.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.catalog.models import Product
from furrow.customers.models import ChannelType, Customer
from furrow.kit.models import BaseModel
from furrow.receivables.models import Invoice
from furrow.receivables.money import NOTHING, MoneyField
from furrow.receivables.words import kept_words
from furrow.team.access import owned_within_reach
from furrow.team.models import User


class PriceListQuerySet(models.QuerySet[Any]):
    """Price lists, narrowed."""

    def visible_to(self, user: User) -> PriceListQuerySet:
        """Those for everybody or a channel, and those of customers in reach."""
        return self.filter(Q(customer=None) | owned_within_reach(user, "customer__owner"))


class PriceList(BaseModel):
    """价格表: prices with tax for everybody, one channel, or one customer, between two days."""

    name = models.CharField(_("Name"), max_length=60)
    channel_type = models.CharField(_("Channel"), max_length=12, choices=ChannelType, blank=True)
    customer = models.ForeignKey(Customer, verbose_name=_("Customer"), null=True, blank=True, on_delete=models.PROTECT, related_name="price_lists")  # fmt: skip
    valid_from = models.DateField(_("Valid from"))
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)

    objects = PriceListQuerySet.as_manager()

    class Meta:
        verbose_name = _("Price list")
        indexes = [models.Index(fields=["valid_from", "id"], name="price_list_from")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="price_list_days"
            ),
            models.CheckConstraint(
                condition=Q(channel_type="") | Q(customer=None), name="price_list_one_reach"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriceLine(models.Model):
    """The price of one unit from a quantity on."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    min_quantity = models.PositiveIntegerField(
        _("From quantity"), default=1, validators=[MinValueValidator(1)]
    )
    price = MoneyField(_("Price with tax"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["price_list", "product", "min_quantity"], name="price_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.price}"


class Kind(models.TextChoices):
    """A quotation becomes an order when the customer says yes."""

    QUOTATION = "quotation", _("Quotation")
    ORDER = "order", _("Order")


class Status(models.TextChoices):
    """Where an order stands. Only a confirmed one, or one released by name, may be delivered."""

    DRAFT = "draft", _("Draft")
    HELD = "held", _("Held")
    CONFIRMED = "confirmed", _("Confirmed")
    DONE = "done", pgettext_lazy("order", "Delivered")
    CANCELLED = "cancelled", _("Canceled")


class OfCustomerQuerySet(models.QuerySet[Any]):
    """Orders and deliveries, narrowed."""

    def visible_to(self, user: User) -> OfCustomerQuerySet:
        """Those of customers in the user's reach."""
        return self.filter(owned_within_reach(user, "customer__owner"))


class Order(BaseModel):
    """A quotation or an order. `undelivered` is the value still to be delivered; it counts for credit while the order is confirmed."""

    number = models.CharField(_("Number"), max_length=20, unique=True, editable=False)
    kind = models.CharField(pgettext_lazy("order", "Kind"), max_length=10, choices=Kind, default=Kind.ORDER)
    customer = models.ForeignKey(Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="orders")  # fmt: skip
    day = models.DateField(_("Date"))
    status = models.CharField(_("State"), max_length=10, choices=Status, default=Status.DRAFT)
    hold = models.CharField(_("Why held"), max_length=300, blank=True, editable=False)
    wanted_on = models.DateField(_("Wanted on"), null=True, blank=True)
    valid_until = models.DateField(_("Prices valid until"), null=True, blank=True)  # of a quotation
    delivery_times = models.CharField(_("Delivery times"), max_length=200, blank=True)
    requirements = models.CharField(_("Delivery requirements"), max_length=1000, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    reference = models.CharField(_("Order number of the customer"), max_length=40, blank=True)
    gross = MoneyField(_("Amount with tax"), default=NOTHING, editable=False)
    undelivered = MoneyField(_("Not delivered yet"), default=NOTHING, editable=False)
    imported = models.UUIDField(null=True, editable=False)  # the import that wrote it
    came_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="became", editable=False)  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Order")
        indexes = [
            models.Index(fields=["day", "id"], name="order_day"),
            models.Index(fields=["customer", "day", "id"], name="order_customer"),
            models.Index(
                fields=["customer", "undelivered"], name="order_exposure", condition=Q(status="confirmed")
            ),
            models.Index(fields=["id"], name="order_held", condition=Q(status="held")),
            models.Index(
                fields=["customer", "reference"], name="order_reference", condition=~Q(reference="")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(undelivered__gte=0, gross__gte=F("undelivered")), name="order_not_over_delivered"),
            models.CheckConstraint(condition=Q(kind="order") | Q(status__in=["draft", "done", "cancelled"]), name="quotation_is_never_confirmed"),
        ]  # fmt: skip

    if TYPE_CHECKING:
        customer_id: int
        by_id: int | None
        came_from_id: int | None

    def __str__(self) -> str:
        return self.number

    @property
    def hold_words(self) -> str:
        """Why it is held, in the reader's language."""
        return kept_words(self.hold)


class OrderLine(models.Model):
    """One product of an order, in units. A gift 赠品 costs nothing and says so."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("Quantity"))
    price = MoneyField(_("Unit price"))
    discount = models.DecimalField(_("Discount"), max_digits=5, decimal_places=2, default=Decimal(0))
    tax_rate = models.PositiveSmallIntegerField(_("Tax rate"), default=13)
    gift = models.BooleanField(_("Gift"), default=False)
    gross = MoneyField(_("Amount with tax"))
    delivered = models.PositiveIntegerField(_("Delivered"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, delivered__lte=F("quantity")),
                name="order_line_not_over_delivered",
            ),
            models.CheckConstraint(condition=Q(gift=False) | Q(gross=0), name="gift_costs_nothing"),
        ]

    if TYPE_CHECKING:
        order_id: int
        product_id: int

    def __str__(self) -> str:
        return f"{self.product} {self.quantity}"

    @property
    def left(self) -> int:
        return self.quantity - self.delivered


class ReleaseState(models.TextChoices):
    """A release is asked for, granted by a named person, used up with the order; any change upwards makes it void."""

    ASKED = "asked", _("Asked for")
    GRANTED = "granted", _("Released")
    REFUSED = "refused", _("Refused")
    USED = "used", _("Used")
    VOID = "void", _("Void")


class Release(BaseModel):
    """放行: one order, one time, up to the amount it had then (P6.2)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="releases")
    state = models.CharField(_("State"), max_length=8, choices=ReleaseState, default=ReleaseState.ASKED)
    why_held = models.CharField(max_length=300, blank=True)
    amount = MoneyField(_("Amount"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    request = models.CharField(_("Request"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=["asked", "granted"]), name="release_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "used"]) | ~Q(reason=""), name="release_has_a_reason"
            ),
        ]

    if TYPE_CHECKING:
        asked_by_id: int | None

    def __str__(self) -> str:
        return f"{self.order} {self.state}"


class DeliveryKind(models.TextChoices):
    """Goods that went out, came back, or were swapped."""

    DELIVERY = "delivery", _("Delivery")
    RETURN = "return", pgettext_lazy("goods", "Return")
    EXCHANGE = "exchange", pgettext_lazy("goods", "Exchange")


class Delivery(BaseModel):
    """发货单. `cleared` tells the credit reasons there were when it left; with any, the database asks for the release.

    `to_bill` is the value delivered and not invoiced yet, less what came back before."""

    number = models.CharField(_("Number"), max_length=20, unique=True, editable=False)
    kind = models.CharField(pgettext_lazy("delivery", "Kind"), max_length=10, choices=DeliveryKind, default=DeliveryKind.DELIVERY)  # fmt: skip
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    customer = models.ForeignKey(Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="deliveries")  # fmt: skip
    of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="came_back")
    day = models.DateField(_("Date"))
    driver = models.CharField(_("Driver"), max_length=60, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    gross = MoneyField(_("Amount with tax"))
    to_bill = MoneyField(_("To invoice"), default=NOTHING)
    held_for = models.CharField(max_length=300, blank=True)
    release = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="deliveries")
    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="deliveries")
    signed_by = models.CharField(_("Signed by"), max_length=60, blank=True)
    signed_at = models.DateTimeField(null=True)
    signature = models.TextField(blank=True)  # path of the pen in a 300 × 120 field
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Delivery")
        indexes = [
            models.Index(fields=["day", "id"], name="delivery_day"),
            models.Index(
                fields=["customer", "to_bill"], name="delivery_exposure", condition=Q(to_bill__gt=0)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="delivery") | Q(held_for="") | Q(release__isnull=False), name="no_held_delivery_without_release"),
            models.CheckConstraint(condition=Q(gross__gte=0, to_bill__gte=0) & (Q(invoice=None) | Q(to_bill=0)), name="delivery_billed_once"),
        ]  # fmt: skip

    if TYPE_CHECKING:
        customer_id: int
        order_id: int
        invoice_id: int | None

    def __str__(self) -> str:
        return self.number

    @property
    def held_words(self) -> str:
        """The credit reasons there were when it left, in the reader's language."""
        return kept_words(self.held_for)


class DeliveryLine(models.Model):
    """Units of one order line; `returned` of them came back."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="deliveries")
    quantity = models.PositiveIntegerField()
    returned = models.PositiveIntegerField(default=0)
    gross = MoneyField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, returned__lte=F("quantity")),
                name="delivery_line_not_over_returned",
            )
        ]

    if TYPE_CHECKING:
        line_id: int

    def __str__(self) -> str:
        return f"{self.line} {self.quantity}"
