"""Visit policy, visit cycle, visit plans of its reps, routes and planned visits (P4.2, P4.4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import ChannelType, Customer, Grade
from furrow.kit.models import BaseModel, Job
from furrow.planning.rules import PRESETS, preset
from furrow.team.access import Role, owned_within_reach, sees_all
from furrow.team.models import User


class VisitPolicy(BaseModel):
    """How often and when customers of each visit grade are visited. One policy is in use; a cycle keeps a copy of what it was planned with."""

    name = models.CharField(_("Name"), max_length=60)
    preset = models.CharField(_("Preset"), max_length=40, blank=True)
    allow_mixing = models.BooleanField(_("Grades may be mixed within a day"), default=True)
    in_use = models.BooleanField(_("In use"), default=False)
    detour = models.FloatField(
        _("Street length over the straight line"),
        default=1.35,
        validators=[MinValueValidator(1.0), MaxValueValidator(3.0)],
    )
    speed_kmh = models.FloatField(
        _("Driving speed, km/h"), default=25, validators=[MinValueValidator(3.0), MaxValueValidator(120.0)]
    )
    park_minutes = models.FloatField(
        _("Minutes to park and walk"), default=2, validators=[MinValueValidator(0.0), MaxValueValidator(60.0)]
    )

    class Meta:
        verbose_name = _("Visit policy")
        ordering = ["-in_use", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["in_use"], condition=Q(in_use=True), name="policy_one_in_use")
        ]

    def __str__(self) -> str:
        """The name; one that came with a preset follows the reader's language."""
        if self.preset in PRESETS:
            shipped = preset(self.preset)
            if self.name in shipped.names.values():
                return shipped.name(get_language() or "")
        return self.name


class PolicyLine(models.Model):
    """A policy's rule for one visit grade. Empty texts mean those of the preset, in the reader's language."""

    policy = models.ForeignKey(VisitPolicy, on_delete=models.CASCADE, related_name="lines")
    grade = models.CharField(_("Visit grade"), max_length=1, choices=Grade)
    visits = models.PositiveSmallIntegerField(
        _("Number of visits"), default=1, validators=[MaxValueValidator(31)]
    )
    every_cycles = models.PositiveSmallIntegerField(
        _("in how many cycles"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    min_gap_days = models.PositiveSmallIntegerField(_("Least days between"), null=True, blank=True)
    max_gap_days = models.PositiveSmallIntegerField(_("Most days between"), null=True, blank=True)
    preferred_weeks = models.JSONField(_("Weeks of the first visit"), default=list, blank=True)
    morning_first = models.BooleanField(_("Mornings first"), default=False)
    service_minutes = models.PositiveSmallIntegerField(
        _("Time at customer"), default=30, validators=[MinValueValidator(1), MaxValueValidator(480)]
    )
    portrait = models.CharField(_("Portrait"), max_length=200, blank=True)
    direction = models.CharField(pgettext_lazy("visit policy", "Direction"), max_length=200, blank=True)
    content = models.CharField(_("Visit content"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Policy line")
        ordering = ["policy", "grade"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "grade"], name="policy_grade_once"),
            models.CheckConstraint(condition=Q(every_cycles__gte=1), name="policy_line_cycles"),
            models.CheckConstraint(
                condition=Q(min_gap_days=None)
                | Q(max_gap_days=None)
                | Q(min_gap_days__lte=F("max_gap_days")),
                name="policy_line_gaps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.grade}"


class ChannelLimit(models.Model):
    """The most customers of one channel type that a rep visits in a day (trade custom, P4.4)."""

    policy = models.ForeignKey(VisitPolicy, on_delete=models.CASCADE, related_name="channel_limits")
    channel_type = models.CharField(_("Channel"), max_length=12, choices=ChannelType)
    daily_limit = models.PositiveSmallIntegerField(
        _("Daily visit limit"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )

    class Meta:
        verbose_name = _("Daily visit limit")
        ordering = ["policy", "channel_type"]
        constraints = [models.UniqueConstraint(fields=["policy", "channel_type"], name="policy_channel_once")]

    def __str__(self) -> str:
        return f"{self.channel_type} {self.daily_limit}"


class VisitCycleQuerySet(models.QuerySet["VisitCycle"]):
    """Cycles, narrowed."""

    def visible_to(self, user: User) -> VisitCycleQuerySet:
        """Cycles with a plan in reach, and what the user began; a rep sees published ones only."""
        plans = VisitPlan.objects.visible_to(user).filter(cycle_id=models.OuterRef("pk"))
        return self.filter(models.Exists(plans) | Q(created_by=user.pk))


class VisitCycle(BaseModel):
    """A planning period from a Monday on, with everything it was planned with and the figures that came out."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PLANNING = "planning", _("Being planned")
        READY = "ready", _("To be published")
        PUBLISHED = "published", _("Published")
        FAILED = "failed", _("Stopped by an error")

    start = models.DateField(_("Start"))
    weeks = models.PositiveSmallIntegerField(
        _("Weeks"), default=4, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    name = models.CharField(_("Name"), max_length=60)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.DRAFT)
    policy = models.ForeignKey(
        VisitPolicy,
        verbose_name=_("Visit policy"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    policy_rules = models.JSONField(default=dict, editable=False)
    options = models.JSONField(default=dict, editable=False)
    figures = models.JSONField(default=dict, editable=False)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    created_by = models.ForeignKey(
        User, verbose_name=_("Created by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("Published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        User,
        verbose_name=_("Published by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = VisitCycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("Visit cycle")
        ordering = ["-start", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=8), name="cycle_weeks"),
            models.CheckConstraint(condition=Q(start__iso_week_day=1), name="cycle_starts_on_monday"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False), name="cycle_published_when"
            ),
        ]

    if TYPE_CHECKING:
        created_by_id: int | None
        job_id: int | None

    def __str__(self) -> str:
        return self.name

    @property
    def end(self) -> date:
        """The last day, a Sunday."""
        return self.start + timedelta(days=7 * self.weeks - 1)

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_editable(self) -> bool:
        """Whether visits may be moved: planned, and not yet in the reps' hands."""
        return self.status == self.Status.READY

    @property
    def is_current(self) -> bool:
        return self.start <= timezone.localdate() <= self.end

    def day_of(self, index: int) -> date:
        """The date of a day index of the planner."""
        return self.start + timedelta(days=index)

    def index_of(self, day: date) -> int:
        """The planner's day index of a date; raises ValueError outside the cycle."""
        index = (day - self.start).days
        if not 0 <= index < 7 * self.weeks:
            raise ValueError(day)
        return index


class VisitPlanQuerySet(models.QuerySet["VisitPlan"]):
    """Plans, narrowed."""

    def visible_to(self, user: User) -> VisitPlanQuerySet:
        """A rep's own plan once it is published; the subtree's plans for a manager; else all."""
        plans = self.filter(owned_within_reach(user, "rep"))
        if user.role == Role.REP and not sees_all(user):
            plans = plans.filter(cycle__status=VisitCycle.Status.PUBLISHED)
        return plans


class VisitPlan(BaseModel):
    """One rep's part of a cycle, with start point and hours as they were when it was planned.

    `customers` holds the ids the rep gets in this cycle; `proposed` those among them without an owner.
    `solution` is the planner's raw answer until the cycle's step takes it over; `published` what the rep was last told.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        PLANNED = "planned", _("Planned")

    cycle = models.ForeignKey(VisitCycle, on_delete=models.CASCADE, related_name="plans")
    rep = models.ForeignKey(User, verbose_name=_("Rep"), on_delete=models.PROTECT, related_name="plans")
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    hours = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    customers = models.JSONField(default=list)
    proposed = models.JSONField(default=list)
    solution = models.JSONField(null=True)
    figures = models.JSONField(default=dict)
    published = models.JSONField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = VisitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("Visit plan")
        ordering = ["cycle", "rep__name_order", "id"]
        constraints = [models.UniqueConstraint(fields=["cycle", "rep"], name="plan_rep_once")]

    if TYPE_CHECKING:
        cycle_id: int
        rep_id: int

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.rep_id}"


class Route(models.Model):
    """One rep's visits of one day, in order: when the rep leaves the start point and is back, and the drive home."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.CASCADE, related_name="routes")
    date = models.DateField(_("Date"))
    depart = models.TimeField(_("Leaves"))
    back = models.TimeField(_("Back"))
    back_minutes = models.FloatField()
    back_metres = models.FloatField()
    lunch_start = models.TimeField(null=True, blank=True)
    lunch_end = models.TimeField(null=True, blank=True)
    overtime_minutes = models.FloatField(default=0)

    class Meta:
        verbose_name = _("Route")
        ordering = ["date", "plan"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "date"], name="route_day_once"),
            models.CheckConstraint(
                condition=Q(back_minutes__gte=0, back_metres__gte=0, overtime_minutes__gte=0),
                name="route_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.date}"


class PlannedVisitQuerySet(models.QuerySet["PlannedVisit"]):
    """Planned visits, narrowed."""

    def visible_to(self, user: User) -> PlannedVisitQuerySet:
        """Visits of the plans in reach."""
        return self if sees_all(user) else self.filter(plan__in=VisitPlan.objects.visible_to(user))

    def published(self) -> PlannedVisitQuerySet:
        return self.filter(plan__cycle__status=VisitCycle.Status.PUBLISHED)


class PlannedVisit(models.Model):
    """A visit on a day, not made yet. `placed_on` is the planner's day, `moved_from` the day before the last move by a person."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.CASCADE, related_name="visits")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="planned_visits")
    date = models.DateField(_("Date"))
    order = models.PositiveSmallIntegerField(_("No."))
    arrive = models.TimeField(_("Arrives"))
    start = models.TimeField(_("Begins"))
    leave = models.TimeField(_("Leaves"))
    drive_minutes = models.FloatField(_("Minutes on the road"))
    drive_metres = models.FloatField(_("Meters"))
    grade = models.CharField(_("Visit grade"), max_length=1, choices=Grade)
    pinned = models.BooleanField(_("Pinned"), default=False)
    placed_on = models.DateField()
    moved_from = models.DateField(null=True, blank=True)

    objects = PlannedVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("Planned visit")
        ordering = ["date", "plan", "order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "customer", "date"], name="planned_visit_once_a_day"),
            models.CheckConstraint(
                condition=Q(drive_minutes__gte=0, drive_metres__gte=0),
                name="planned_visit_drive_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "date", "order"], name="planned_visit_day"),
            models.Index(fields=["customer", "date"], name="planned_visit_customer"),
        ]

    if TYPE_CHECKING:
        plan_id: int
        customer_id: int

    def __str__(self) -> str:
        return f"{self.date} {self.order} {self.customer_id}"

    @property
    def moved(self) -> bool:
        """Whether a person put it on another day than the planner."""
        return self.date != self.placed_on


class UnplacedVisit(models.Model):
    """Visits of one customer that found no day, with the planner's reason; `detail` is placed/wanted, like 2/4."""

    class Reason(models.TextChoices):
        UNREACHABLE = "unreachable_coordinates", _("No usable position: set it on the customer's page")
        TOO_FAR = "too_far", _("Too far from the rep's start point for one day")
        NO_WORKING_DAY = "no_working_day", _("The rep has no working day in this cycle")
        NO_DAY_IN_WINDOWS = "no_day_in_windows", _("No day fits the visiting hours")
        VISIT_LIMIT = "visit_limit", _("Daily visit limit reached on every day that fits")
        DAY_FULL = "day_full", _("Working hours are full on every day that fits")
        SPACING = "spacing", _("Single days have room, but none at the right distance from the other visits")

    plan = models.ForeignKey(VisitPlan, on_delete=models.CASCADE, related_name="unplaced")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    visits = models.PositiveSmallIntegerField(default=1)
    grade = models.CharField(max_length=1, choices=Grade)
    reason = models.CharField(max_length=40, choices=Reason)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("Not placed")
        ordering = ["plan", "grade", "customer"]
        constraints = [models.UniqueConstraint(fields=["plan", "customer"], name="unplaced_customer_once")]

    if TYPE_CHECKING:
        plan_id: int
        customer_id: int

    def __str__(self) -> str:
        return f"{self.customer_id} {self.reason}"
