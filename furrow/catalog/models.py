"""Products with their brand, variety and list prices (P6.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.kit.models import BaseModel, Deletable
from furrow.kit.ordering import NameOrder
from furrow.team.models import User

HIGHEST_PRICE = Decimal("9999999999.99")


class Kind(models.TextChoices):
    """Whose product it is."""

    OWN = "own", _("Own product")
    COMPETING = "competing", _("Competing product")


class Status(models.TextChoices):
    """Whether it can still be bought."""

    SOLD = "sold", pgettext_lazy("product", "On sale")
    ENDED = "ended", pgettext_lazy("product", "Discontinued")


class Currency(models.TextChoices):
    """What a list price is given in."""

    CNY = "CNY", _("CNY")
    HKD = "HKD", _("HKD")
    USD = "USD", _("USD")
    EUR = "EUR", _("EUR")


class Brand(BaseModel):
    """A brand, ours or another's; found by its folded name."""

    name = models.CharField(_("Brand"), max_length=40)
    name_order = NameOrder()
    name_key = models.CharField(max_length=80, unique=True, editable=False)
    director = models.ForeignKey(
        User,
        verbose_name=_("Market director"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="directed_brands",
    )

    class Meta:
        verbose_name = _("Brand")
        ordering = ["name_order", "id"]

    if TYPE_CHECKING:
        director_id: int | None

    def __str__(self) -> str:
        return self.name


class Variety(BaseModel):
    """A node of the variety tree. `path` holds the names from the top, like 手机 / 智能手机."""

    name = models.CharField(_("Name"), max_length=40)
    parent = models.ForeignKey(
        "self", verbose_name=_("Part of"), null=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(_("Variety"), max_length=220, editable=False)
    path_key = models.CharField(max_length=220, unique=True, editable=False)

    class Meta:
        verbose_name = _("Variety")
        ordering = ["path_key"]

    if TYPE_CHECKING:
        parent_id: int | None

    def __str__(self) -> str:
        return self.path

    @property
    def depth(self) -> int:
        """0 for the top."""
        return self.path.count(" / ")


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, narrowed."""

    def alive(self) -> ProductQuerySet:
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> ProductQuerySet:
        """The catalog is the company's: everybody sees all living products."""
        return self.alive() if user.is_active else self.none()

    def deleted_within_reach(self, user: User) -> ProductQuerySet:
        """Softly deleted products that would be visible to the user."""
        return self.exclude(deleted_at=None) if user.is_active else self.none()

    def priced(self, on: date) -> ProductQuerySet:
        """With `price_now` and `currency_now`: the list price valid on the day, None before the first."""
        valid = ListPrice.objects.filter(product=models.OuterRef("pk"), valid_from__lte=on).order_by(
            "-valid_from"
        )
        return self.annotate(
            price_now=models.Subquery(valid.values("price")[:1]),
            currency_now=models.Subquery(valid.values("currency")[:1]),
        )

    def costed(self, on: date) -> ProductQuerySet:
        """With `cost_now`: the cost price that holds on the day, None before the first. For those who may see costs."""
        return self.annotate(cost_now=cost_on(on))


def cost_on(day: date) -> models.Subquery:
    """Of a product: the cost price that holds on the day."""
    known = CostPrice.objects.filter(product=models.OuterRef("pk"), valid_from__lte=day)
    return models.Subquery(known.order_by("-valid_from").values("cost")[:1])


class Product(Deletable):
    """One article. Quantities of it are counted in whole `unit`s; `pack_size` of them make one `pack_unit`."""

    code = models.CharField(_("Code"), max_length=40)
    barcode = models.CharField(_("Barcode"), max_length=14, blank=True)
    brand = models.ForeignKey(
        Brand, verbose_name=_("Brand"), on_delete=models.PROTECT, related_name="products"
    )
    variety = models.ForeignKey(
        Variety,
        verbose_name=_("Variety"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    name = models.CharField(_("Product name"), max_length=80)
    specification = models.CharField(_("Specification"), max_length=80, blank=True)
    unit = models.CharField(_("Unit"), max_length=10, default="台")
    pack_unit = models.CharField(_("Case unit"), max_length=10, blank=True)
    pack_size = models.PositiveIntegerField(
        _("Units per case"), null=True, blank=True, validators=[MinValueValidator(2)]
    )
    kind = models.CharField(_("Own or competing"), max_length=10, choices=Kind, default=Kind.OWN)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.SOLD)
    note = models.TextField(_("Note"), blank=True, max_length=1000)

    # Kept by the services.
    title = models.CharField(_("Product"), max_length=204, editable=False)
    title_order = NameOrder(of="title", max_length=320)
    title_key = models.CharField(max_length=204, editable=False)
    barcode_key = models.CharField(max_length=14, editable=False, default="")

    objects = ProductQuerySet.as_manager()

    audit_labels = {"price": _("List price")}  # of what the change history holds beside the columns

    class Meta:
        verbose_name = _("Product")
        verbose_name_plural = _("Products")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="product_code_once"),
            models.UniqueConstraint(
                fields=["title_key"], condition=models.Q(deleted_at=None), name="product_title_once"
            ),
            models.UniqueConstraint(
                fields=["barcode_key"],
                condition=models.Q(deleted_at=None) & ~models.Q(barcode_key=""),
                name="product_barcode_once",
            ),
        ]
        indexes = [models.Index(fields=["title_order", "id"], name="product_title")]

    if TYPE_CHECKING:
        brand_id: int
        variety_id: int | None

    def __str__(self) -> str:
        return self.title


class ListPrice(BaseModel):
    """What we ask for one unit from a day on, until the next price."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    price = models.DecimalField(_("List price"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("Currency"), max_length=3, choices=Currency, default=Currency.CNY)
    valid_from = models.DateField(_("Valid from"))

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["product", "valid_from"], name="list_price_once_a_day")
        ]

    if TYPE_CHECKING:
        product_id: int

    def __str__(self) -> str:
        return f"{self.price} {self.currency}"


class CostPrice(BaseModel):
    """成本价: what one unit costs us before tax from a day on, in yuan. Seen by those who may see costs; never printed for customers."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="costs")
    cost = models.DecimalField(_("Cost before tax"), max_digits=12, decimal_places=2)
    valid_from = models.DateField(_("Valid from"))
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("Cost price")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["product", "valid_from"], name="cost_price_once_a_day"),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="cost_price_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.cost} {self.valid_from}"
