"""What happens to a lead: its holders, handover sheets, talks, feedback, conversion (P2.2, P2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.contacts.models import Contact
from furrow.customers.models import Customer
from furrow.kit.models import BaseModel
from furrow.leads.models import Lead
from furrow.leads.states import Reject, State
from furrow.team.access import Role, sees_all
from furrow.team.models import User


class Ended(models.TextChoices):
    """How a holder's time with a lead ended."""

    REASSIGNED = "reassigned", _("Given to somebody else")
    RELEASED = "released", _("Given back")
    RECYCLED = "recycled", _("Taken back: no follow-up")
    REJECTED = "rejected", _("Found not valid")
    LOST = "lost", pgettext_lazy("lead", "Lost")
    CONVERTED = "converted", _("Converted")
    MERGED = "merged", _("Merged")
    DELETED = "deleted", _("Deleted")


class Holding(models.Model):
    """One holder's time with a lead. At most one is open: no lead is in two hands."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="holdings")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    picked = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, choices=Ended, blank=True, default="")

    class Meta:
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["holder", "lead", "-id"], name="holding_of_holder")]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=models.Q(until=None), name="lead_in_one_hand"),
            models.CheckConstraint(
                condition=models.Q(until=None, ended="")
                | (models.Q(until__isnull=False) & ~models.Q(ended="")),
                name="holding_ended_whole",
            ),
        ]

    if TYPE_CHECKING:
        lead_id: int
        holder_id: int

    def __str__(self) -> str:
        return f"{self.lead_id} {self.holder_id}"


class SheetKind(models.TextChoices):
    """Why a sheet was made."""

    CLOSING = "closing", _("Closing time")
    MORNING = "morning", _("Cold visits of the day before")
    NOW = "now", _("On demand")


class HandoverSheetQuerySet(models.QuerySet["HandoverSheet"]):
    """Sheets, narrowed."""

    def visible_to(self, user: User) -> HandoverSheetQuerySet:
        """Sheets belong to those who hand over and those who assign; a rep sees those with a line in reach."""
        if sees_all(user) or user.role == Role.MANAGER:
            return self
        lines = SheetLine.objects.filter(sheet=models.OuterRef("pk"), lead__in=Lead.objects.visible_to(user))
        return self.filter(models.Exists(lines))


class HandoverSheet(BaseModel):
    """客户信息移交表: the lines handed to the head of sales at one time; signed when every line is settled."""

    day = models.DateField(_("Day"))
    kind = models.CharField(pgettext_lazy("sheet", "Made"), max_length=8, choices=SheetKind)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_at = models.DateTimeField(null=True)

    objects = HandoverSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("Handover sheet")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind"], condition=~models.Q(kind="now"), name="sheet_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    @property
    def number(self) -> str:
        """What the paper is filed under: 20261126-12."""
        return f"{self.day:%Y%m%d}-{self.pk}"


class SheetLine(models.Model):
    """A lead on a sheet; on one sheet only, so that it is never handed over twice."""

    sheet = models.ForeignKey(HandoverSheet, on_delete=models.CASCADE, related_name="lines")
    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="line")

    class Meta:
        ordering = ["id"]

    if TYPE_CHECKING:
        sheet_id: int
        lead_id: int

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.lead_id}"


class TalkMethod(models.TextChoices):
    """首次洽谈方式: how the talk came about (P2.5)."""

    PHONE = "phone", _("By phone")
    INVITATION = "invitation", _("Invited to us")
    VISIT = "visit", _("Visit to them")
    FAIR = "fair", _("At a trade fair")
    ONLINE = "online", _("Online meeting")
    OTHER = "other", pgettext_lazy("talk", "Other")


class TalkQuerySet(models.QuerySet["Talk"]):
    """Talks, narrowed."""

    def visible_to(self, user: User) -> TalkQuerySet:
        return self.filter(lead__in=Lead.objects.visible_to(user))


class Talk(BaseModel):
    """客户洽谈信息记录: one talk with a lead; the first one says why this method was chosen."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="talks")
    method = models.CharField(pgettext_lazy("talk", "Method"), max_length=10, choices=TalkMethod)
    method_reason = models.CharField(_("Why this method"), max_length=200, blank=True)
    at = models.DateTimeField(_("Time"))
    place = models.CharField(pgettext_lazy("talk", "Place"), max_length=100, blank=True)
    present = models.CharField(_("Present"), max_length=200, blank=True)
    interest = models.TextField(_("Interest"), max_length=1000, blank=True)
    questions = models.TextField(_("Questions asked"), max_length=1000, blank=True)
    objections = models.TextField(_("Objections"), max_length=1000, blank=True)
    material = models.CharField(_("Material given"), max_length=200, blank=True)
    next_step = models.CharField(_("Next step"), max_length=200)
    next_on = models.DateField(_("Next step on"), null=True, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("Talk record")
        ordering = ["-at", "-id"]

    if TYPE_CHECKING:
        lead_id: int

    def __str__(self) -> str:
        return f"{self.lead_id} {self.at:%Y-%m-%d}"


class Report(models.Model):
    """处理反馈: what the assignee reported on a lead, and whether in time."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    result = models.CharField(
        _("Result"),
        max_length=10,
        choices=[(s.value, s.label) for s in (State.VALID, State.NEEDS_MORE, State.REJECTED)],
    )
    reason = models.CharField(max_length=14, choices=Reject, blank=True, default="")
    text = models.TextField(_("What came of it"), max_length=1000, blank=True)
    was_late = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Feedback")
        ordering = ["-at", "-id"]

    if TYPE_CHECKING:
        lead_id: int

    def __str__(self) -> str:
        return f"{self.lead_id} {self.result}"


class Conversion(BaseModel):
    """A lead that became a customer: what was made, so that it can be undone while nobody has worked on it."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="conversions")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    customer_version = models.PositiveIntegerField(null=True)  # empty: the customer was there before
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    contact_version = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=models.Q(undone_at=None), name="lead_converted_once"
            )
        ]

    if TYPE_CHECKING:
        lead_id: int
        customer_id: int

    def __str__(self) -> str:
        return f"{self.lead_id} {self.customer_id}"
