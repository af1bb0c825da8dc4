"""The lead, its channels and their cost, and the company's rules; what happens to a lead is in course_models (P2)."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.catalog.models import Brand, Product
from furrow.customers.models import Customer
from furrow.kit.models import BaseModel, Deletable
from furrow.kit.ordering import NameOrder
from furrow.kit.places import Region
from furrow.leads.rules import PoolRules
from furrow.leads.states import CLOSED, DUE, HELD, OWNERLESS, Loss, Reject, State
from furrow.team.access import Role, owned_within_reach, sees_all
from furrow.team.models import User


class ChannelKind(models.TextChoices):
    """The four lead channels (P2.1)."""

    NETWORK = "network", _("Network")
    LIST = "list", _("Industry list")
    REFERRAL = "referral", _("Referral")
    COLD = "cold", _("Cold visit")


# Sub-channels every company begins with: code -> kind and name.
SHIPPED: dict[str, tuple[ChannelKind, Any]] = {
    "site_chat": (ChannelKind.NETWORK, _("Website chat")),
    "site_message": (ChannelKind.NETWORK, _("Website message")),
    "hotline": (ChannelKind.NETWORK, _("Hotline")),
    "im": (ChannelKind.NETWORK, _("IM account")),
    "forum": (ChannelKind.NETWORK, _("Forums and microblogs")),
    "trade_site": (ChannelKind.NETWORK, _("Trade sites")),
    "trade_group": (ChannelKind.NETWORK, _("Trade groups")),
    "bought_list": (ChannelKind.LIST, _("Bought list")),
    "peer_list": (ChannelKind.LIST, _("List from a peer")),
    "trade_fair": (ChannelKind.LIST, _("Trade fair")),
    "by_customer": (ChannelKind.REFERRAL, _("From a customer")),
    "by_friend": (ChannelKind.REFERRAL, _("From a friend")),
    "by_peer": (ChannelKind.REFERRAL, _("From a peer")),
    "sweep": (ChannelKind.COLD, _("Sweep of an area")),
}


class Channel(BaseModel):
    """A sub-channel 获客渠道. Shipped ones have a code and are called in the reader's language until the company renames them."""

    kind = models.CharField(_("Lead channel"), max_length=8, choices=ChannelKind)
    code = models.CharField(max_length=20, blank=True, editable=False)
    name = models.CharField(_("Sub-channel"), max_length=40, blank=True)
    is_active = models.BooleanField(pgettext_lazy("switch", "In use"), default=True)

    class Meta:
        verbose_name = _("Lead channel")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="channel_code_once"),
            models.CheckConstraint(
                condition=~models.Q(code="") | ~models.Q(name=""), name="channel_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(SHIPPED[self.code][1])


class ChannelCost(BaseModel):
    """What a sub-channel cost over some days; a campaign may be named."""

    channel = models.ForeignKey(
        Channel, verbose_name=_("Lead channel"), on_delete=models.PROTECT, related_name="costs"
    )
    first = models.DateField(pgettext_lazy("period", "From"))
    last = models.DateField(pgettext_lazy("period", "To"))
    amount = models.DecimalField(
        _("Cost"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    campaign = models.CharField(_("Campaign"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("Channel cost")
        ordering = ["-first", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="cost_days_in_order")
        ]

    if TYPE_CHECKING:
        channel_id: int

    def __str__(self) -> str:
        return f"{self.channel_id} {self.amount}"


class LeadList(BaseModel):
    """One list in the customer directory 客户名录表: where it came from, its campaign and what it cost."""

    name = models.CharField(_("List"), max_length=80)
    channel = models.ForeignKey(
        Channel, verbose_name=_("Lead channel"), on_delete=models.PROTECT, related_name="lists"
    )
    campaign = models.CharField(_("Campaign"), max_length=80, blank=True)
    received_on = models.DateField(pgettext_lazy("lead list", "Received on"), default=timezone.localdate)
    cost = models.OneToOneField(ChannelCost, null=True, on_delete=models.SET_NULL, related_name="list")
    import_source = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("Customer directory")
        ordering = ["-received_on", "-id"]

    def __str__(self) -> str:
        return self.name


class ProspectClass(models.TextChoices):
    """意向等级 as seen so far (P3.1); an assessment by M.A.N. belongs to the customer."""

    A = "A", _("Deal near")
    B = "B", _("Needs time")
    C = "C", _("Cannot be judged yet")


class LeadQuerySet(models.QuerySet["Lead"]):
    """Leads, narrowed."""

    def alive(self) -> LeadQuerySet:
        return self.filter(deleted_at=None)

    def all_within_reach(self, user: User) -> LeadQuerySet:
        """All for company-wide roles; else those held by oneself or by one's team's people, those one entered oneself, and those of a
        brand one directs. What nobody holds waits for whoever assigns it, so managers see that too, the pool apart."""
        if sees_all(user):
            return self
        mine = models.Q(entered_by=user.pk) | models.Q(brand__director=user.pk)
        held = owned_within_reach(user, "holder")
        if user.role == Role.MANAGER:
            held &= ~models.Q(state=State.POOL)
        return self.filter(held | mine & ~models.Q(state=State.POOL))

    def visible_to(self, user: User) -> LeadQuerySet:
        return self.alive().all_within_reach(user)

    def deleted_within_reach(self, user: User) -> LeadQuerySet:
        """Softly deleted leads that would be visible to the user."""
        return self.exclude(deleted_at=None).all_within_reach(user)

    def pool_within_reach(self, user: User) -> LeadQuerySet:
        """The pool 公海 is everybody's who may take from it; numbers and names are masked until then."""
        return self.alive().filter(state=State.POOL) if user.may("leads.pick") else self.none()

    def held(self) -> LeadQuerySet:
        return self.filter(state__in=HELD)

    def overdue(self, now: Any) -> LeadQuerySet:
        """Those whose feedback should have come."""
        return self.alive().filter(state__in=DUE, feedback_due__lt=now)


class Lead(Deletable):
    """A line of the handover sheet: someone who may become a customer. `holder` answers for it, or did when it was closed; only
    moving.py changes `state` and `holder`."""

    name = models.CharField(pgettext_lazy("lead", "Name"), max_length=120)
    name_order = NameOrder()
    contact_name = models.CharField(_("Contact"), max_length=60, blank=True)
    phone = models.CharField(_("Phone"), max_length=100, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("Region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(_("Address"), max_length=200, blank=True)
    situation = models.TextField(_("Situation"), max_length=1000, blank=True)
    channel = models.ForeignKey(
        Channel, verbose_name=_("Lead channel"), on_delete=models.PROTECT, related_name="leads"
    )
    source = models.CharField(_("Source"), max_length=100, blank=True)
    referrer = models.CharField(_("Referrer"), max_length=80, blank=True)
    remark = models.TextField(_("Remark"), max_length=1000, blank=True)
    brand = models.ForeignKey(
        Brand, verbose_name=_("Brand"), null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product wanted"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leads",
    )
    prospect_class = models.CharField(
        _("Prospect class"), max_length=1, choices=ProspectClass, blank=True, default=""
    )
    is_urgent = models.BooleanField(_("Urgent"), default=False)
    entered_afterwards = models.BooleanField(_("Entered afterwards"), default=False)
    list = models.ForeignKey(
        LeadList,
        verbose_name=_("List"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leads",
    )

    state = models.CharField(_("State"), max_length=10, choices=State, default=State.ENTERED, editable=False)
    holder = models.ForeignKey(
        User,
        verbose_name=_("Holder"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="leads",
    )
    inquired_at = models.DateTimeField(_("Inquired"), default=timezone.now)
    entered_by = models.ForeignKey(
        User,
        verbose_name=_("Entered by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    assigned_at = models.DateTimeField(pgettext_lazy("time", "Assigned"), null=True, editable=False)
    assigned_by = models.ForeignKey(
        User, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    feedback_due = models.DateTimeField(_("Feedback due"), null=True, editable=False)
    responded_at = models.DateTimeField(_("First feedback"), null=True, editable=False)
    followed_at = models.DateTimeField(_("Last follow-up"), null=True, editable=False)
    escalation = models.PositiveSmallIntegerField(default=0, editable=False)
    escalated_at = models.DateTimeField(null=True, editable=False)
    validated_at = models.DateTimeField(_("Found valid"), null=True, editable=False)
    reject_reason = models.CharField(
        _("Reason"), max_length=14, choices=Reject, blank=True, editable=False, default=""
    )
    loss_reason = models.CharField(
        _("Reason"), max_length=8, choices=Loss, blank=True, editable=False, default=""
    )
    customer = models.ForeignKey(
        Customer, null=True, editable=False, on_delete=models.SET_NULL, related_name="leads"
    )
    duplicate_of = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="duplicates"
    )
    state_before = models.CharField(max_length=10, blank=True, editable=False, default="")
    client_id = models.CharField(max_length=64, null=True, unique=True, editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("Lead")
        verbose_name_plural = _("Leads")
        indexes = [
            models.Index(fields=["inquired_at", "id"], name="lead_inquired"),
            models.Index(fields=["state", "feedback_due"], name="lead_due"),
            models.Index(fields=["holder", "state"], name="lead_holder"),
            models.Index(fields=["name_order", "id"], name="lead_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(HELD), holder__isnull=False)
                | models.Q(state__in=sorted(OWNERLESS), holder__isnull=True)
                | models.Q(state__in=sorted(CLOSED)),
                name="lead_held_by_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.REJECTED) | ~models.Q(reject_reason=""),
                name="lead_rejected_for_a_reason",
            ),
        ]

    if TYPE_CHECKING:
        region_id: str | None
        channel_id: int
        brand_id: int | None
        product_id: int | None
        holder_id: int | None
        entered_by_id: int | None
        customer_id: int | None
        duplicate_of_id: int | None
        list_id: int | None

    def __str__(self) -> str:
        return self.name

    @property
    def is_overdue(self) -> bool:
        return self.state in DUE and self.feedback_due is not None and self.feedback_due < timezone.now()

    @property
    def is_ours(self) -> bool:
        """Whether somebody answers for it."""
        return self.state in HELD


class LeadKey(models.Model):
    """One key of one living lead, by the same rule as customers' (customers.duplicates.keys_of)."""

    pk = models.CompositePrimaryKey("key", "lead")
    key = models.BigIntegerField()
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")

    if TYPE_CHECKING:
        lead_id: int

    def __str__(self) -> str:
        return f"{self.key} {self.lead_id}"


class LeadSettings(BaseModel):
    """The company's hours and limits for leads; one row."""

    closing = models.TimeField(_("Sheet is made at"), default=time(17, 30))
    morning = models.TimeField(_("Cold visits are collected at"), default=time(8, 30))
    due = models.TimeField(_("Feedback is due at"), default=time(18, 0))
    idle_a = models.PositiveSmallIntegerField(
        _("Days without follow-up, deal near"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    idle_b = models.PositiveSmallIntegerField(
        _("Days without follow-up, needs time"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    idle_c = models.PositiveSmallIntegerField(
        _("Days without follow-up, cannot be judged yet"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    idle_none = models.PositiveSmallIntegerField(
        _("Days without follow-up, no class yet"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    most_held = models.PositiveSmallIntegerField(
        _("Leads a rep may hold"), default=60, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    most_picks = models.PositiveSmallIntegerField(
        _("Leads taken from the pool a day"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    rest_days = models.PositiveSmallIntegerField(
        _("Days before the same rep may take it again"), default=7, validators=[MaxValueValidator(365)]
    )
    web_form = models.BooleanField(_("Web form for inquiries is on"), default=False)

    class Meta:
        verbose_name = _("Rules for leads")

    def __str__(self) -> str:
        return f"{self.closing:%H:%M}"

    @property
    def pool(self) -> PoolRules:
        days = {"A": self.idle_a, "B": self.idle_b, "C": self.idle_c, "": self.idle_none}
        return PoolRules(days, self.most_held, self.most_picks, self.rest_days)


# Django finds models through this module; they need Lead, hence the end.
from furrow.leads.course_models import (  # noqa: E402, F401
    Conversion,
    HandoverSheet,
    Holding,
    Report,
    SheetLine,
    Talk,
)
from furrow.leads.table_models import (  # noqa: E402, F401
    AssignmentRule,
    ColdVisit,
    OwnPost,
    PostTrace,
    Referral,
    RoundStop,
    RoundTick,
    Sweep,
    SweepShop,
    ValidLine,
    ValidList,
    WebKnock,
)
