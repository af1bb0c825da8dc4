"""Contact records with their steps and comments, store checks, visits that could not be made (P5.2, P5.3, P4.1)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.models import Customer
from furrow.kit.models import BaseModel, Deletable
from furrow.team.access import owned_within_reach
from furrow.team.models import User
from furrow.visits import rules


class VisitType(models.TextChoices):
    """What a visit is for; each type has its own ordered steps."""

    ROUTINE = rules.ROUTINE, _("Routine visit")
    FIRST = rules.FIRST, _("First visit")
    COLLECTING = rules.COLLECTING, _("Collecting visit")
    STORE_CHECK = rules.STORE_CHECK, _("Store check")
    RETURN = rules.RETURN, _("Return visit")
    COLD = rules.COLD, _("Cold visit")


class Method(models.TextChoices):
    """How people talked with each other."""

    IN_PERSON = "person", _("In person")
    PHONE = "phone", pgettext_lazy("contact method", "Phone")
    WECHAT = "wechat", _("WeChat")
    VIDEO = "video", _("Video call")
    OTHER = "other", pgettext_lazy("contact method", "Other")


class GoalReached(models.TextChoices):
    """Whether the goal of the visit was reached (P4.1)."""

    YES = "yes", pgettext_lazy("goal", "Reached")
    PARTLY = "partly", pgettext_lazy("goal", "Partly reached")
    NO = "no", pgettext_lazy("goal", "Not reached")


class StepKind(models.TextChoices):
    """What is done in a visit: the steps of P5.1 and the usual tasks at an outlet."""

    PREPARE = "prepare", pgettext_lazy("visit step", "Prepare")
    FRONT_PHOTO = "front_photo", _("Shop-front photo")
    OBSERVE = "observe", _("Observe and analyze")
    OPEN = "open", pgettext_lazy("visit step", "Open")
    STOCK = "stock", _("Count stock")
    CHECK = "store_check", _("Store check")
    COMPETITOR = "competitor", _("Look at rivals")
    PRESENT = "present", pgettext_lazy("visit step", "Present")
    REFUSALS = "refusals", _("Handle refusals")
    ORDER = "order", _("Take the order")
    COLLECT = "collect", _("Collect money")
    TRAIN = "train", _("Train the staff")
    DECIDE = "decide", _("Bring to a decision")
    SIGN = "sign", pgettext_lazy("visit step", "Sign")


class SkipReason(models.TextChoices):
    """Why a step was left out."""

    NOT_NEEDED = "not_needed", _("Not needed this time")
    NO_TIME = "no_time", _("No time")
    AWAY = "away", _("The right person was away")
    REFUSED = "refused", _("They did not want it")
    OTHER = "other", pgettext_lazy("skip reason", "Other reason")


class ContactRecordQuerySet(models.QuerySet["ContactRecord"]):
    """Contact records, narrowed."""

    def alive(self) -> ContactRecordQuerySet:
        return self.filter(deleted_at=None)

    def called(self, client_id: UUID) -> ContactRecordQuerySet:
        """The one that a phone calls so: its own, or the one its visit joined."""
        joined = JoinedVisit.objects.filter(client_id=client_id).values("record")
        return self.filter(Q(client_id=client_id) | Q(pk__in=joined))

    def all_within_reach(self, user: User) -> ContactRecordQuerySet:
        """Those of living customers in reach, and those written by people in reach."""
        within = owned_within_reach(user, "customer__owner") | owned_within_reach(user, "by")
        return self.filter(within, customer__deleted_at=None)

    def visible_to(self, user: User) -> ContactRecordQuerySet:
        return self.alive().all_within_reach(user)

    def deleted_within_reach(self, user: User) -> ContactRecordQuerySet:
        """Softly deleted records that would be visible to the user."""
        return self.exclude(deleted_at=None).all_within_reach(user)


class ContactRecord(Deletable):
    """客户联系记录卡: one visit, call or talk. `client_id` is given by whoever writes first (the phone), so that nothing is written twice.

    `planned_visit` is the id of the visit in the plan, None for one outside it; the plan stands above this room and may be made anew.
    Positions are WGS-84; `in_distance` is meters from the outlet's position at check-in, `in_signs` what speaks against the position.
    """

    client_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="contact_records"
    )
    by = models.ForeignKey(
        User, verbose_name=_("Rep"), on_delete=models.PROTECT, related_name="contact_records"
    )
    visit_type = models.CharField(
        _("Visit type"), max_length=12, choices=VisitType, default=VisitType.ROUTINE
    )
    method = models.CharField(_("Method"), max_length=8, choices=Method, default=Method.IN_PERSON)
    planned_visit = models.BigIntegerField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(pgettext_lazy("contact record", "Begin"))
    ended_at = models.DateTimeField(pgettext_lazy("contact record", "End"), null=True, blank=True)

    in_longitude = models.FloatField(null=True, editable=False)
    in_latitude = models.FloatField(null=True, editable=False)
    in_accuracy = models.FloatField(null=True, editable=False)
    in_distance = models.FloatField(_("Meters from the outlet"), null=True, editable=False)
    in_signs = models.JSONField(default=list, editable=False)
    out_longitude = models.FloatField(null=True, editable=False)
    out_latitude = models.FloatField(null=True, editable=False)
    out_accuracy = models.FloatField(null=True, editable=False)

    place = models.CharField(pgettext_lazy("contact record", "Place"), max_length=200, blank=True)
    people = models.CharField(_("People present"), max_length=200, blank=True)
    goal = models.CharField(_("Visit goal"), max_length=300, blank=True)
    goal_reached = models.CharField(_("Goal"), max_length=6, choices=GoalReached, blank=True)
    goal_why = models.CharField(_("Why not reached"), max_length=300, blank=True)
    content = models.TextField(_("What was said and done"), max_length=4000, blank=True)
    special = models.TextField(_("Special matters"), max_length=2000, blank=True)
    went_well = models.TextField(_("What went well"), max_length=1000, blank=True)
    fell_short = models.TextField(_("What fell short"), max_length=1000, blank=True)
    lesson_learnt = models.TextField(_("What was learned"), max_length=1000, blank=True)
    appointment_at = models.DateTimeField(_("New appointment"), null=True, blank=True)
    appointment_note = models.CharField(pgettext_lazy("appointment", "What for"), max_length=300, blank=True)
    new_plan = models.TextField(pgettext_lazy("contact record", "New plan"), max_length=1000, blank=True)

    # Where the time went, percent (P5.1); all four or none.
    split_trust = models.PositiveSmallIntegerField(_("Building trust"), null=True, blank=True)
    split_needs = models.PositiveSmallIntegerField(_("Understanding needs"), null=True, blank=True)
    split_present = models.PositiveSmallIntegerField(_("Presenting"), null=True, blank=True)
    split_agree = models.PositiveSmallIntegerField(_("Agreeing"), null=True, blank=True)

    reviewed_by = models.ForeignKey(
        User,
        verbose_name=_("Reviewed by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewed_at = models.DateTimeField(null=True, editable=False)

    objects = ContactRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("Contact record")
        verbose_name_plural = _("Contact records")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="contact_record_ends_after",
            ),
            models.CheckConstraint(
                condition=Q(split_trust=None, split_needs=None, split_present=None, split_agree=None)
                | Q(split_trust=100 - F("split_needs") - F("split_present") - F("split_agree")),
                name="contact_record_split_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["started_at", "id"], name="contact_record_time"),
            models.Index(fields=["customer", "started_at"], name="contact_record_customer"),
            models.Index(fields=["by", "started_at"], name="contact_record_rep"),
        ]

    if TYPE_CHECKING:
        customer_id: int
        by_id: int
        reviewed_by_id: int | None

    def __str__(self) -> str:
        return f"{self.customer} {timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Checked in and not out yet."""
        return self.ended_at is None

    @property
    def minutes(self) -> int | None:
        """Minutes from begin to end."""
        return (
            None if self.ended_at is None else round((self.ended_at - self.started_at) / timedelta(minutes=1))
        )

    @property
    def is_extra(self) -> bool:
        """Outside the plan."""
        return self.planned_visit is None

    @property
    def missing(self) -> list[str]:
        """Names of the three reflections that are not written yet."""
        return [name for name in rules.REFLECTIONS if not getattr(self, name).strip()]

    @property
    def due_at(self) -> datetime:
        """Details and reflections are due by the end of the same day (P5.2)."""
        return rules.end_of_day(timezone.localtime(self.started_at))

    @property
    def split(self) -> rules.Split | None:
        """How the time went, in percent."""
        parts = (self.split_trust, self.split_needs, self.split_present, self.split_agree)
        given = [part for part in parts if part is not None]
        return rules.Split(*given) if len(given) == len(parts) else None


class StepResult(models.Model):
    """One step of a visit: done, or skipped with a reason. A step without a result was not reached."""

    record = models.ForeignKey(ContactRecord, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(_("Step"), max_length=12, choices=StepKind)
    done = models.BooleanField(default=True)
    reason = models.CharField(_("Reason"), max_length=12, choices=SkipReason, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)

    class Meta:
        ordering = ["record", "order"]
        constraints = [
            models.UniqueConstraint(fields=["record", "kind"], name="visit_step_once"),
            models.CheckConstraint(condition=Q(done=True) | ~Q(reason=""), name="visit_step_skipped_why"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind}"

    if TYPE_CHECKING:
        record_id: int


class StepPlan(BaseModel):
    """What the company asks of a visit type: its steps in order as [kind, mandatory], what to take along (P4.8), and the script of what to
    say. Types without a row follow rules.STEPS and words.CHECKLISTS."""

    visit_type = models.CharField(_("Visit type"), max_length=12, choices=VisitType, unique=True)
    steps = models.JSONField(default=list)
    checklist = models.JSONField(default=list)
    script = models.TextField(_("Script"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("Visit steps")

    def __str__(self) -> str:
        return self.visit_type


class JoinedVisit(models.Model):
    """What another phone of the same person calls a visit whose record is there already, and what it wrote into it (field -> text)."""

    client_id = models.UUIDField(unique=True, editable=False)
    record = models.ForeignKey(ContactRecord, on_delete=models.CASCADE, related_name="joined")
    written = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.record_id} {self.client_id}"

    if TYPE_CHECKING:
        record_id: int


class RecordCommentQuerySet(models.QuerySet["RecordComment"]):
    """Comments, narrowed as their records."""

    def visible_to(self, user: User) -> RecordCommentQuerySet:
        return self.filter(record__in=ContactRecord.objects.visible_to(user))


class RecordComment(models.Model):
    """What somebody said about a contact record; never changed."""

    record = models.ForeignKey(ContactRecord, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(_("Comment"), max_length=1000)

    objects = RecordCommentQuerySet.as_manager()

    class Meta:
        ordering = ["record", "at", "id"]

    def __str__(self) -> str:
        return self.text[:40]


class MissReason(models.TextChoices):
    """Why a visit could not be made."""

    CLOSED = "closed", _("Shop was closed")
    AWAY = "away", _("The person in charge was away")
    THEIR_WISH = "their_wish", _("They asked for another time")
    NO_TIME = "no_time", _("The day was too short")
    ROAD = "road", _("Traffic or weather")
    MOVED = "moved", _("Moved away")
    GONE = "gone", _("Given up for good")
    OTHER = "other", pgettext_lazy("miss reason", "Other reason")


class MissedVisitQuerySet(models.QuerySet["MissedVisit"]):
    """Visits not made, narrowed as customers."""

    def visible_to(self, user: User) -> MissedVisitQuerySet:
        within = owned_within_reach(user, "customer__owner") | owned_within_reach(user, "by")
        return self.filter(within, customer__deleted_at=None)


class MissedVisit(BaseModel):
    """A visit that could not be made, said by the rep with its reason."""

    client_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="missed_visits"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("Time"))
    planned_visit = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=12, choices=MissReason)
    note = models.CharField(_("Note"), max_length=300, blank=True)

    objects = MissedVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("Missed visit")
        verbose_name_plural = _("Missed visits")
        indexes = [models.Index(fields=["by", "at"], name="missed_visit_rep")]

    if TYPE_CHECKING:
        customer_id: int
        by_id: int

    def __str__(self) -> str:
        return f"{self.customer} {self.reason}"


# Django finds models through this module; these need ContactRecord, hence the end.
from furrow.visits.chart_models import NeedChart  # noqa: E402, F401
from furrow.visits.check_models import (  # noqa: E402, F401  # noqa: E402, F401
    ExclusiveShop,
    StoreCheck,
    StoreCheckItem,
    StoreCheckLine,
    StoreStandard,
)
from furrow.visits.matter_models import Matter  # noqa: E402, F401
from furrow.visits.need_models import GuideNeed, NeedAnswer, NeedCase  # noqa: E402, F401
