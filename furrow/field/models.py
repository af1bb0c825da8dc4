"""Phones, what they sent, and photos on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.team.models import User


class DeviceQuerySet(models.QuerySet["Device"]):
    """Phones, narrowed."""

    def visible_to(self, user: User) -> DeviceQuerySet:
        """One's own and those of people in reach, for those who may take phones out of service."""
        if user.may("field.devices"):
            return self.filter(user__in=User.objects.visible_to(user))
        return self.filter(user=user)


class Device(models.Model):
    """A phone (or browser) of one person. It shows its token with everything it sends; of the token only the hash is kept."""

    user = models.ForeignKey(User, verbose_name=_("Person"), on_delete=models.CASCADE, related_name="devices")
    client_id = models.UUIDField(editable=False)
    name = models.CharField(_("Device"), max_length=80, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("Since"), default=timezone.now)
    seen_at = models.DateTimeField(_("Last seen"), null=True)
    version = models.CharField(_("Version"), max_length=20, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    wiped_at = models.DateTimeField(null=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Device")
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "client_id"], name="device_once")]

    if TYPE_CHECKING:
        user_id: int

    def __str__(self) -> str:
        return self.name or str(self.client_id)[:8]


class FieldCommand(models.Model):
    """One message of a phone with what became of it. The unique `client_id` makes a second delivery harmless."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("phone message", "Accepted")
        REFUSED = "refused", pgettext_lazy("phone message", "Refused")
        CONFLICT = "conflict", _("Changed elsewhere")

    client_id = models.UUIDField(unique=True, editable=False)
    device = models.ForeignKey(Device, null=True, on_delete=models.SET_NULL, related_name="commands")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    happened_at = models.DateTimeField(null=True)
    clock_off = models.IntegerField(default=0)  # seconds that the phone had put its clock right by
    base = models.PositiveIntegerField(null=True)
    received_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=400, blank=True)
    answer = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="field_command_by")]
        constraints = [
            models.CheckConstraint(condition=Q(outcome="accepted") | ~Q(reason=""), name="field_command_why")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.outcome}"

    if TYPE_CHECKING:
        by_id: int


class PhotoUpload(models.Model):
    """A photo coming in pieces; `received` bytes are safe on our side. Once whole and looked at it waits for the message that says
    where it belongs, then `attachment` is its id there."""

    client_id = models.UUIDField(unique=True, editable=False)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    refused = models.CharField(max_length=400, blank=True)
    attachment = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=models.F("size")), name="photo_not_too_much")
        ]

    if TYPE_CHECKING:
        by_id: int

    def __str__(self) -> str:
        return f"{self.client_id} {self.received}/{self.size}"

    @property
    def is_whole(self) -> bool:
        return self.received == self.size and not self.refused


class FieldPolicy(models.Model):
    """Whether those who lead see where people are. One row; without it they do not."""

    show_positions = models.BooleanField(_("Show positions in the live view"), default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return str(self.show_positions)


class PositionNotice(models.Model):
    """Somebody has read on the phone that positions are shown while working hours run; without it theirs is not shown."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"

    if TYPE_CHECKING:
        user_id: int
