"""The customer: group 1 of the card, basics (P1.2), with region, position, owner and the current grades."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.kit.models import Deletable
from furrow.kit.ordering import NameOrder
from furrow.kit.places import Region
from furrow.kit.positions import CoordinateSystem
from furrow.team.access import owned_within_reach
from furrow.team.models import User

REGION_DIGITS = 9


class ChannelType(models.TextChoices):
    """Kind of outlet by trade channel; sets how many a rep can visit in a day (P4.4)."""

    WHOLESALE = "wholesale", _("Wholesale")
    MODERN = "modern", _("Modern trade")
    TRADITIONAL = "traditional", _("Traditional")
    CLOSED = "closed", _("Closed channel")


class Status(models.TextChoices):
    """Where the customer stands with us."""

    PROSPECT = "prospect", _("Prospect")
    ACTIVE = "active", _("Active")
    DORMANT = "dormant", _("Dormant")
    LOST = "lost", _("Lost")


class Kind(models.TextChoices):
    """What the customer is to the market (P1.1): each kind has facts of its own, see card.groups."""

    RETAILER = "retailer", _("Retailer")
    DEALER = "dealer", _("Dealer")
    CARRIER = "carrier", _("Carrier outlet")
    KEY_ACCOUNT = "key", _("Key account")
    CONSUMER = "consumer", _("Consumer")
    RIVAL = "rival", _("Competing product")
    PUBLIC = "public", _("PR body")


class OwnershipType(models.TextChoices):
    """经济性质: who owns the business."""

    STATE = "state", _("State-owned")
    COLLECTIVE = "collective", _("Collective")
    PRIVATE = "private", _("Private company")
    JOINT = "joint", _("Joint venture")
    FOREIGN = "foreign", _("Foreign-funded")
    SOLE = "sole", _("Sole trader")
    OTHER = "other", _("Other ownership")


class Grade(models.TextChoices):
    """A to D; the letters of the customer grade and of the visit grade (P3.3)."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers, narrowed."""

    def alive(self) -> CustomerQuerySet:
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> CustomerQuerySet:
        """Living customers in the user's reach: own for a rep, the subtree's and unowned for a manager, else all."""
        return self.alive().filter(owned_within_reach(user))

    def deleted_within_reach(self, user: User) -> CustomerQuerySet:
        """Softly deleted customers that would be visible to the user; those merged away come back by undoing the merge only."""
        return self.exclude(deleted_at=None).filter(owned_within_reach(user), merged_into=None)

    def in_regions(self, codes: Iterable[str]) -> CustomerQuerySet:
        """Those in one of the regions or below it. A stretch of codes instead of a prefix, so that the index of the key is used."""
        condition = models.Q(pk__in=[])
        for code in codes:
            condition |= models.Q(region__gte=code, region__lte=code.ljust(REGION_DIGITS, "9"))
        return self.filter(condition)

    def placed(self) -> CustomerQuerySet:
        """Those with a position."""
        return self.exclude(longitude=None).exclude(latitude=None)


class Customer(Deletable):
    """An organization or shop we sell to. `customer_grade` is the latest assessment's result; `visit_grade` drives the plan."""

    code = models.CharField(_("Code"), max_length=40)
    name = models.CharField(_("Customer name"), max_length=120)
    name_order = NameOrder()
    short_name = models.CharField(_("Short name"), max_length=40, blank=True)
    contact_name = models.CharField(_("Contact"), max_length=60, blank=True)
    phone = models.CharField(_("Phone"), max_length=100, blank=True)
    kind = models.CharField(
        pgettext_lazy("customer", "Kind"), max_length=10, choices=Kind, default=Kind.RETAILER
    )
    channel_type = models.CharField(_("Channel"), max_length=12, choices=ChannelType, blank=True)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.PROSPECT)
    owner = models.ForeignKey(
        User,
        verbose_name=_("Owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
        db_index=False,  # customer_owner_name begins with it
    )
    customer_grade = models.CharField(_("Customer grade"), max_length=1, choices=Grade, blank=True)
    visit_grade = models.CharField(_("Visit grade"), max_length=1, choices=Grade, blank=True)

    region = models.ForeignKey(
        Region,
        verbose_name=_("Region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # customer_region_order begins with it; see in_regions
    )
    address = models.CharField(_("Address"), max_length=200, blank=True)
    longitude = models.FloatField(_("Longitude"), null=True, blank=True)
    latitude = models.FloatField(_("Latitude"), null=True, blank=True)
    position_system = models.CharField(
        _("Coordinate system"), max_length=6, choices=CoordinateSystem, blank=True
    )

    ownership_type = models.CharField(_("Ownership type"), max_length=12, choices=OwnershipType, blank=True)
    legal_representative = models.CharField(_("Legal representative"), max_length=60, blank=True)
    note = models.TextField(_("Note"), blank=True, max_length=2000)

    # A merged-away record leads to the one kept, which is found by the old codes too; kept by merging.py.
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    former_codes = models.CharField(max_length=400, blank=True, editable=False, default="")

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Customer")
        verbose_name_plural = _("Customers")
        constraints = [models.UniqueConstraint(fields=["code"], name="customer_code_once")]
        indexes = [
            models.Index(fields=["name_order", "id"], name="customer_name"),
            models.Index(fields=["kind", "name_order", "id"], name="customer_kind_name"),
            models.Index(fields=["visit_grade", "id"], name="customer_grade_order"),
            models.Index(fields=["updated_at", "id"], name="customer_changed"),
            models.Index(fields=["owner", "name_order", "id"], name="customer_owner_name"),
            models.Index(fields=["region", "id"], name="customer_region_order"),
            models.Index(fields=["longitude", "latitude"], name="customer_place"),
            models.Index(
                fields=["merged_into"],
                name="customer_merged_into",
                condition=models.Q(merged_into__isnull=False),
            ),
        ]

    if TYPE_CHECKING:
        region_id: str | None
        owner_id: int | None
        merged_into_id: int | None
        own_values: dict[str, Any]  # where custom.importing.load_values read them along

    def __str__(self) -> str:
        return self.name

    @property
    def is_placed(self) -> bool:
        return self.longitude is not None and self.latitude is not None


class CodeCounter(models.Model):
    """The last number given out as a customer code; its one row is the lock of `codes.next_codes`."""

    name = models.CharField(max_length=20, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


# Django finds models through this module; they need Customer, hence the end.
from furrow.customers.archives.models import ArchiveCount, ArchiveState  # noqa: E402, F401
from furrow.customers.areas.models import AreaPlan  # noqa: E402, F401
from furrow.customers.card.models import (  # noqa: E402, F401
    CardConfirmation,
    CarriedLine,
    CarrierFacts,
    CompanyFacts,
    ConsumerFacts,
    CustomerCard,
    DealerFacts,
    OutletFacts,
    PublicFacts,
    RetailPrice,
    RivalFacts,
)
from furrow.customers.custom.models import CustomChoice, CustomField, CustomValue  # noqa: E402, F401
from furrow.customers.duplicate_models import CustomerMerge, DuplicatePair, LikenessKey  # noqa: E402, F401
