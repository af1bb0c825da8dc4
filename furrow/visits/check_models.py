"""Store checks: scored items, each gap with its owner and date, and the grid of products (P5.3)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.attachments.models import Attachment
from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit.models import BaseModel
from furrow.team.access import owned_within_reach
from furrow.team.models import User
from furrow.visits import rules
from furrow.visits.models import ContactRecord


class StoreCheckQuerySet(models.QuerySet["StoreCheck"]):
    """Store checks, narrowed as customers."""

    def visible_to(self, user: User) -> StoreCheckQuerySet:
        within = owned_within_reach(user, "customer__owner") | owned_within_reach(user, "by")
        return self.filter(within, customer__deleted_at=None)


class StoreCheck(BaseModel):
    """门店检查 (P5.3): scored items and a grid of products, own and rival. `score` is 0 to 100, None when nothing was scored."""

    client_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="store_checks"
    )
    record = models.ForeignKey(
        ContactRecord, null=True, blank=True, on_delete=models.SET_NULL, related_name="store_checks"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("Time"))
    score = models.DecimalField(_("Score"), max_digits=4, decimal_places=1, null=True)

    objects = StoreCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("Store check")
        verbose_name_plural = _("Store checks")
        indexes = [models.Index(fields=["customer", "at"], name="store_check_customer")]

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return f"{self.customer} {timezone.localtime(self.at):%Y-%m-%d}"


class CheckItem(models.TextChoices):
    """What is looked at in a store (P5.3)."""

    POP = "pop", _("POP material")
    DISPLAY = "display", pgettext_lazy("store check", "Display")
    SHELF = "shelf", _("Shelf position and share")
    COLOR = "color", _("Color and light")
    MUSIC = "music", _("Music and smell")
    STAFF = "staff", _("Conduct of the staff")
    PRICE = "price", _("Price tags")
    STOCK = "stock", _("Goods in stock")


class StoreStandard(BaseModel):
    """专卖店标准 (P5.3): what an exclusive shop is scored against beside what is looked at everywhere. `criteria`: rows of {code, text, must,
    gone}; `must` is how many points are at least expected. One row for the company; a criterion taken out stays, marked, so that checks
    already made keep their words."""

    days = models.PositiveSmallIntegerField(_("Days to close a gap"), default=14)
    criteria = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Store standard")

    def __str__(self) -> str:
        return str(_("Store standard"))

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Those that are scored at present."""
        return [row for row in self.criteria if not row.get("gone")]


class ExclusiveShopQuerySet(models.QuerySet["ExclusiveShop"]):
    """Exclusive shops, narrowed as customers."""

    def visible_to(self, user: User) -> ExclusiveShopQuerySet:
        return self.filter(owned_within_reach(user, "customer__owner"), customer__deleted_at=None)


class ExclusiveShop(models.Model):
    """A customer that is scored against the store standard."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="exclusive_shop")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ExclusiveShopQuerySet.as_manager()

    class Meta:
        verbose_name = _("Exclusive shop")

    def __str__(self) -> str:
        return str(self.customer_id)

    if TYPE_CHECKING:
        customer_id: int


class StoreCheckItemQuerySet(models.QuerySet["StoreCheckItem"]):
    """Scored items, narrowed as their store checks."""

    def visible_to(self, user: User) -> StoreCheckItemQuerySet:
        return self.filter(store_check__in=StoreCheck.objects.visible_to(user))

    def gaps(self) -> StoreCheckItemQuerySet:
        """Those that somebody has to close by a day and has not."""
        return self.exclude(gap_due=None).filter(gap_closed_at=None)


class StoreCheckItem(models.Model):
    """One scored item, 0 (missing) to 5 (as it should be). A gap has an owner and a day by which it is closed (P5.3)."""

    store_check = models.ForeignKey(StoreCheck, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=12)
    label = models.CharField(max_length=120, blank=True)  # the words of a criterion of the standard
    must = models.PositiveSmallIntegerField(default=rules.FULL_POINTS)
    points = models.PositiveSmallIntegerField(validators=[MaxValueValidator(rules.FULL_POINTS)])
    note = models.CharField(_("Note"), max_length=200, blank=True)
    gap_owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    gap_due = models.DateField(null=True, blank=True)
    gap_closed_at = models.DateTimeField(null=True, blank=True)
    gap_closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = StoreCheckItemQuerySet.as_manager()

    class Meta:
        ordering = ["store_check", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(gap_owner=None, gap_due=None) | Q(gap_owner__isnull=False, gap_due__isnull=False),
                name="store_check_gap_whole",
            ),
            models.UniqueConstraint(fields=["store_check", "code"], name="store_check_item_once"),
            models.CheckConstraint(condition=Q(points__lte=rules.FULL_POINTS), name="store_check_points"),
        ]

    if TYPE_CHECKING:
        store_check_id: int
        gap_owner_id: int | None

    def __str__(self) -> str:
        return f"{self.code} {self.points}"

    @property
    def words(self) -> str:
        """What was looked at."""
        return self.label or str(dict(CheckItem.choices).get(self.code, self.code))

    @property
    def is_gap(self) -> bool:
        """Whether it falls short of what is expected."""
        return self.points < self.must


class StoreCheckPhoto(models.Model):
    """A photo of one scored item (P5.3); the file itself lies with the contact record of the visit."""

    item = models.ForeignKey(StoreCheckItem, on_delete=models.CASCADE, related_name="photos")
    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["item", "id"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.attachment_id}"

    if TYPE_CHECKING:
        item_id: int
        attachment_id: int


class StoreCheckLine(models.Model):
    """One product on the shelf, ours or a rival's; an empty figure was not looked at, 0 was counted and none."""

    store_check = models.ForeignKey(StoreCheck, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    facings = models.PositiveIntegerField(_("Facings"), null=True)
    price = models.DecimalField(_("Retail price"), max_digits=10, decimal_places=2, null=True)
    stock = models.PositiveIntegerField(pgettext_lazy("book", "Stock"), null=True)
    activity = models.CharField(_("Activity"), max_length=200, blank=True)

    class Meta:
        ordering = ["store_check", "id"]
        constraints = [
            models.UniqueConstraint(fields=["store_check", "product"], name="store_check_product_once")
        ]

    def __str__(self) -> str:
        return f"{self.store_check_id} {self.product_id}"

    if TYPE_CHECKING:
        store_check_id: int
        product_id: int
