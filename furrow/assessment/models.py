"""Versions of scorecards, and dated snapshots of gradings; the current class is the latest one's (P3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.assessment.cards import CUSTOMER_GRADE
from furrow.assessment.potential import INPUTS
from furrow.customers.models import Customer
from furrow.kit.models import BaseModel
from furrow.kit.places import Region
from furrow.team.access import owned_within_reach
from furrow.team.models import User


class Source(models.TextChoices):
    """How the class came about."""

    SCORECARD = "scorecard", _("Scorecard")
    MANUAL = "manual", _("Set by hand")
    IMPORT = "import", _("Import")
    REGRADE = "regrade", _("Re-graded")


class CardVersion(BaseModel):
    """评分表版本: one card's definition as it was at one time. Never changed once published, so that snapshots stay explained; the
    highest published number is in force. A card without versions is the one that ships with Furrow."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    code = models.CharField(_("Code"), max_length=40)
    number = models.PositiveSmallIntegerField(_("Version"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    shipped = models.BooleanField(default=False)
    definition = models.JSONField(default=dict)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    by = models.ForeignKey(
        User, verbose_name=_("Changed by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Scorecard")
        verbose_name_plural = _("Scorecards")
        ordering = ["code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="card_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(state="draft"), name="card_version_one_draft"
            ),
        ]

    if TYPE_CHECKING:
        by_id: int | None

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Assessments, narrowed."""

    def visible_to(self, user: User) -> AssessmentQuerySet:
        """Those of living customers in the user's reach; those of regions are everybody's."""
        mine = models.Q(owned_within_reach(user, "customer__owner"), customer__deleted_at=None)
        return self.filter(mine & models.Q(customer__isnull=False) | models.Q(region__isnull=False))

    def standing(self) -> AssessmentQuerySet:
        """Those not undone."""
        return self.filter(withdrawn_at=None)

    def current(self, card_code: str) -> AssessmentQuerySet:
        """The latest standing one of each customer by this card."""
        return self.filter(is_current=True, card_code=card_code)


class Assessment(BaseModel):
    """评估: the class of one customer (or region) by one card at one time, with answers, facts, the card's version, evidence and assessor.

    Never changed afterwards; `withdrawn_at` marks one that was undone. `rank` is the place of the class, 1 for the best, 0 when no card
    gave it. `batch` binds what was graded in one action, so that it is undone in one action, back to the grades that the customer had
    `before`. `is_current` is kept by the services: the latest standing one by its card.
    """

    customer = models.ForeignKey(
        Customer,
        verbose_name=_("Customer"),
        null=True,
        on_delete=models.CASCADE,
        related_name="assessments",
        db_index=False,  # assessment_card_history begins with it
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("Region"),
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # assessment_region: nearly all are of customers
    )
    source = models.CharField(_("Source"), max_length=10, choices=Source)
    card_code = models.CharField(max_length=40, default=CUSTOMER_GRADE)
    card_version = models.PositiveSmallIntegerField(default=0)
    grade = models.CharField(_("Class"), max_length=8)
    rank = models.PositiveSmallIntegerField(default=0)
    score = models.DecimalField(_("Score"), max_digits=8, decimal_places=2, null=True)
    scores = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    completeness = models.PositiveSmallIntegerField(
        _("Completeness"), default=0, validators=[MaxValueValidator(100)]
    )
    evidence = models.CharField(_("Evidence"), max_length=500, blank=True)
    by = models.ForeignKey(
        User,
        verbose_name=_("Assessed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        # As in the audit trail: people are never deleted, and nothing is looked for by them.
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField(_("Assessed at"), default=timezone.now)
    batch = models.UUIDField(db_index=True)
    before_customer_grade = models.CharField(max_length=1, blank=True)
    before_visit_grade = models.CharField(max_length=1, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Assessment")
        verbose_name_plural = _("Assessments")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["customer", "card_code", "-at", "-id"], name="assessment_card_history"),
            models.Index(fields=["card_code", "-at", "-id"], name="assessment_of_card"),
            models.Index(
                fields=["customer", "card_code"],
                name="assessment_current",
                condition=models.Q(is_current=True),
            ),
            models.Index(
                fields=["region"], name="assessment_region", condition=models.Q(region__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(grade=""), name="assessment_grade_given"),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False, region__isnull=True)
                | models.Q(customer__isnull=True, region__isnull=False),
                name="assessment_of_one_subject",
            ),
            models.CheckConstraint(
                condition=~models.Q(card_code=CUSTOMER_GRADE) | models.Q(grade__in=["A", "B", "C", "D"]),
                name="assessment_customer_grade_a_to_d",
            ),
            models.CheckConstraint(
                condition=~models.Q(source__in=["scorecard", "regrade"])
                | models.Q(card_version__gte=1, rank__gte=1),
                name="assessment_scorecard_has_result",
            ),
        ]

    if TYPE_CHECKING:
        customer_id: int | None
        region_id: str | None
        by_id: int | None

    def __str__(self) -> str:
        return f"{self.customer_id or self.region_id} {self.card_code} {self.grade} {self.at:%Y-%m-%d}"

    def score_of(self, factor: str) -> str | None:
        """The score of one factor as kept, "3.60"."""
        found: str | None = self.scores.get(factor)
        return found


class TargetQuerySet(models.QuerySet["TargetCustomer"]):
    """Target customers, narrowed."""

    def visible_to(self, user: User) -> TargetQuerySet:
        return self.filter(owned_within_reach(user, "customer__owner"), customer__deleted_at=None)

    def standing(self) -> TargetQuerySet:
        """Those that still are targets."""
        return self.filter(ended_at=None)


class TargetCustomer(BaseModel):
    """目标客户: a customer picked by policy and market from the graded ones; the others wait in a ranked list (P3.3)."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.CASCADE, related_name="targets"
    )
    reason = models.CharField(pgettext_lazy("grade", "Reason"), max_length=300)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("Target customer")
        verbose_name_plural = _("Target customers")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(ended_at=None), name="target_customer_once"
            )
        ]

    if TYPE_CHECKING:
        customer_id: int
        by_id: int | None

    def __str__(self) -> str:
        return str(self.customer_id)


class StrategyQuerySet(models.QuerySet["Strategy"]):
    """Follow-up strategies, narrowed."""

    def visible_to(self, user: User) -> StrategyQuerySet:
        """Those of customers in reach, and those the user is to carry out."""
        reach = owned_within_reach(
            user, "customer__owner"
        )  # empty for who sees everything: nothing to widen then
        return self.filter(reach | models.Q(owner=user) if reach else reach, customer__deleted_at=None)


class Strategy(BaseModel):
    """客户跟进策略: need, obstacle, approach, dated steps and who carries it out; written from the customer analysis sheet (P3.11). Its aim is
    one of the three strategies of the upgrade path (P3.10)."""

    class Aim(models.TextChoices):
        WIN = "win", _("Win the prospect")
        RAISE = "raise", _("Raise the prospect's class")
        UPGRADE = "upgrade", _("Upgrade the customer")

    class State(models.TextChoices):
        OPEN = "open", _("Under way")
        REACHED = "reached", _("Reached")
        DROPPED = "dropped", _("Given up")

    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.CASCADE, related_name="strategies"
    )
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL, related_name="+")
    aim = models.CharField(_("Aim"), max_length=10, choices=Aim, default=Aim.WIN)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    need = models.CharField(_("Need"), max_length=500)
    obstacle = models.CharField(_("Obstacle"), max_length=500, blank=True)
    approach = models.CharField(_("Approach"), max_length=500)
    owner = models.ForeignKey(
        User, verbose_name=_("Carried out by"), on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(_("Outcome"), max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Follow-up strategy")
        verbose_name_plural = _("Follow-up strategies")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "-id"], name="strategy_state")]

    if TYPE_CHECKING:
        customer_id: int
        owner_id: int

    def __str__(self) -> str:
        return f"{self.customer_id} {self.aim}"


class StrategyStep(models.Model):
    """One dated step of a strategy."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="steps")
    day = models.DateField(_("Day"))
    text = models.CharField(_("Step"), max_length=300)
    done_at = models.DateTimeField(null=True)
    result = models.CharField(_("Result"), max_length=300, blank=True)

    class Meta:
        ordering = ["day", "id"]

    def __str__(self) -> str:
        return f"{self.day} {self.text}"


class PotentialEstimate(models.Model):
    """市场潜量: the yearly market of a region in yuan, with the inputs that it was worked out from (P3.9)."""

    class Way(models.TextChoices):
        CHAIN = "chain", _("Chain ratio")
        INDEX = "index", _("Index")

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(_("Way of estimating"), max_length=10, choices=Way)
    inputs = models.JSONField(default=dict)
    amount = models.DecimalField(_("Market potential"), max_digits=20, decimal_places=2)
    note = models.CharField(_("Source of the figures"), max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["region", "-at"], name="potential_region")]

    if TYPE_CHECKING:
        region_id: str

    def __str__(self) -> str:
        return f"{self.region_id} {self.amount}"

    @property
    def named_inputs(self) -> list[tuple[str, str]]:
        """The inputs in words, as given."""
        return [(str(one.name), self.inputs.get(one.code, "")) for one in INPUTS.get(self.way, ())]
