"""The tables beside the lead: daily round and own posts, referrals, sweeps and cold visits, weekly valid-customer lists, and who knocked
at the web form, and the assignment rules (P2.2, P7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.catalog.models import Brand, Product
from furrow.customers.models import Customer
from furrow.kit.models import BaseModel, Deletable
from furrow.kit.places import Region
from furrow.leads.models import Lead
from furrow.team.access import owned_within_reach
from furrow.team.models import User


class StopKind(models.TextChoices):
    """What customer service looks at on its daily round."""

    WEBSITE = "website", _("Website")
    CHAT = "chat", _("Chat back-end")
    HOTLINE = "hotline", pgettext_lazy("round", "Hotline")
    TRADE = "trade", _("Trade site")


class RoundStop(BaseModel):
    """One thing to look at each working day 每日巡查."""

    kind = models.CharField(pgettext_lazy("round", "Kind"), max_length=8, choices=StopKind)
    name = models.CharField(_("Name"), max_length=80)
    address = models.URLField(_("Address on the web"), max_length=300, blank=True)
    is_active = models.BooleanField(pgettext_lazy("switch", "In use"), default=True)

    class Meta:
        verbose_name = _("Stop of the daily round")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class RoundTick(models.Model):
    """A stop looked at on a day, once; how many inquiries were found there."""

    stop = models.ForeignKey(RoundStop, on_delete=models.CASCADE, related_name="ticks")
    day = models.DateField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    found = models.PositiveSmallIntegerField(_("Inquiries found"), default=0)
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stop", "day"], name="round_stop_once_a_day")]

    if TYPE_CHECKING:
        stop_id: int

    def __str__(self) -> str:
        return f"{self.stop_id} {self.day}"


class OwnPost(BaseModel):
    """Something we posted on a site, to be looked after: answers and traces are counted on the round."""

    stop = models.ForeignKey(
        RoundStop, verbose_name=_("Site"), on_delete=models.CASCADE, related_name="posts"
    )
    title = models.CharField(_("Title"), max_length=120)
    address = models.URLField(_("Address on the web"), max_length=300, blank=True)
    posted_on = models.DateField(_("Posted on"), default=timezone.localdate)
    posted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    is_active = models.BooleanField(pgettext_lazy("switch", "In use"), default=True)

    class Meta:
        verbose_name = _("Own post")
        ordering = ["-posted_on", "-id"]

    if TYPE_CHECKING:
        stop_id: int

    def __str__(self) -> str:
        return self.title


class PostTrace(models.Model):
    """What a post had brought when somebody looked: answers in all, and what they were about."""

    post = models.ForeignKey(OwnPost, on_delete=models.CASCADE, related_name="traces")
    day = models.DateField()
    answers = models.PositiveIntegerField(_("Answers so far"), default=0)
    text = models.CharField(_("Traces"), max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [models.UniqueConstraint(fields=["post", "day"], name="post_trace_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.answers}"


class ReferralStep(models.TextChoices):
    """From ask to thanks (P7.5)."""

    ASKED = "asked", _("Asked")
    INTRODUCED = "introduced", _("Introduced")
    MET = "met", _("Met")
    SIGNED = "signed", pgettext_lazy("referral", "Signed")
    THANKED = "thanked", _("Thanked")


class Relation(models.TextChoices):
    """What the referrer is to us."""

    CUSTOMER = "customer", pgettext_lazy("referrer", "Customer")
    FRIEND = "friend", _("Friend")
    PEER = "peer", _("Peer")


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals, narrowed."""

    def alive(self) -> ReferralQuerySet:
        return self.filter(deleted_at=None)

    def all_within_reach(self, user: User) -> ReferralQuerySet:
        return self.filter(owned_within_reach(user, "owner"))

    def visible_to(self, user: User) -> ReferralQuerySet:
        return self.alive().all_within_reach(user)

    def deleted_within_reach(self, user: User) -> ReferralQuerySet:
        return self.exclude(deleted_at=None).all_within_reach(user)


class Referral(Deletable):
    """A line of 转介绍客户名录表: who was asked by whom, whom they named, and how far it came."""

    owner = models.ForeignKey(
        User, verbose_name=_("Asked by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    relation = models.CharField(_("Relation"), max_length=8, choices=Relation, default=Relation.CUSTOMER)
    referrer = models.CharField(_("Referrer"), max_length=80)
    referrer_customer = models.ForeignKey(
        Customer,
        verbose_name=_("Referrer's customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    asked_on = models.DateField(_("Asked on"), default=timezone.localdate)
    lead = models.OneToOneField(
        Lead, null=True, editable=False, on_delete=models.SET_NULL, related_name="referral"
    )
    step = models.CharField(
        pgettext_lazy("referral", "Step"),
        max_length=10,
        choices=ReferralStep,
        default=ReferralStep.ASKED,
        editable=False,
    )
    signed_on = models.DateField(_("Signed on"), null=True, editable=False)
    thanked_on = models.DateField(_("Thanked on"), null=True, editable=False)
    thanks = models.CharField(_("How we thanked"), max_length=200, blank=True, editable=False)
    note = models.CharField(_("Note"), max_length=300, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("Referral")
        verbose_name_plural = _("Referrals")
        indexes = [models.Index(fields=["asked_on", "id"], name="referral_asked")]

    if TYPE_CHECKING:
        lead_id: int | None
        referrer_customer_id: int | None

    def __str__(self) -> str:
        return self.referrer


class SweepQuerySet(models.QuerySet["Sweep"]):
    """Sweeps, narrowed."""

    def visible_to(self, user: User) -> SweepQuerySet:
        return self.filter(owned_within_reach(user, "rep"))


class Sweep(BaseModel):
    """陌拜: the shops of an area one after the other, by one rep."""

    name = models.CharField(_("Area"), max_length=80)
    region = models.ForeignKey(
        Region, verbose_name=_("Region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rep = models.ForeignKey(User, verbose_name=_("Rep"), on_delete=models.PROTECT, related_name="+")
    begins_on = models.DateField(_("Begins on"), default=timezone.localdate)

    objects = SweepQuerySet.as_manager()

    class Meta:
        verbose_name = _("Sweep")
        ordering = ["-begins_on", "-id"]

    if TYPE_CHECKING:
        rep_id: int

    def __str__(self) -> str:
        return self.name


class SweepShop(models.Model):
    """A shop of a sweep; done once a cold visit is registered for it."""

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="shops")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]

    if TYPE_CHECKING:
        sweep_id: int

    def __str__(self) -> str:
        return self.name


class ColdVisit(models.Model):
    """陌生拜访 registered in the field: the lead it brought, place, photos and cards (ids of attachments)."""

    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="cold_visit")
    shop = models.OneToOneField(SweepShop, null=True, on_delete=models.SET_NULL, related_name="visit")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    attachments = models.JSONField(default=list)
    client_id = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("Cold visit")
        ordering = ["-at", "-id"]

    if TYPE_CHECKING:
        lead_id: int
        by_id: int | None

    def __str__(self) -> str:
        return f"{self.lead_id} {self.at:%Y-%m-%d}"


class ValidList(BaseModel):
    """有效客户名单表 of one week, counted from what was found valid in it."""

    week = models.DateField(_("Week from"), unique=True)

    class Meta:
        verbose_name = _("Valid-customer list")
        ordering = ["-week"]

    def __str__(self) -> str:
        return f"{self.week}"


class ValidLine(models.Model):
    """A valid lead on its week's list; on one list only. `followed_by` is whom the brand's director named."""

    list = models.ForeignKey(ValidList, on_delete=models.CASCADE, related_name="lines")
    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="valid_line")
    split_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    if TYPE_CHECKING:
        lead_id: int

    def __str__(self) -> str:
        return f"{self.lead_id}"


class WebKnock(models.Model):
    """Somebody sent the web form: when, and from where as a keyed hash that leads back to nobody. Kept for a day."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    origin = models.CharField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["origin", "at"], name="web_knock_origin")]

    def __str__(self) -> str:
        return f"{self.origin} {self.at}"


class AssignmentRule(BaseModel):
    """Leads of a region, and of a brand or one product, go to one person (P2.2); the narrower rule wins."""

    region = models.ForeignKey(
        Region, verbose_name=_("Region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    brand = models.ForeignKey(
        Brand, verbose_name=_("Brand"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product wanted"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    person = models.ForeignKey(User, verbose_name=_("Goes to"), on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("Assignment rule")
        ordering = ["region_id", "brand_id", "product_id", "id"]

    if TYPE_CHECKING:
        region_id: str | None
        brand_id: int | None
        product_id: int | None
        person_id: int

    def __str__(self) -> str:
        return f"{self.region_id} {self.brand_id} {self.product_id} {self.person_id}"
