"""Dated snapshots of gradings; a customer's current grade is the latest one's (P3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer, Grade
from furrow.kit.models import BaseModel
from furrow.team.access import owned_within_reach
from furrow.team.models import User


class Source(models.TextChoices):
    """How the grade came about."""

    SCORECARD = "scorecard", _("Scorecard")
    MANUAL = "manual", _("Set by hand")
    IMPORT = "import", _("Import")


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Assessments, narrowed."""

    def visible_to(self, user: User) -> AssessmentQuerySet:
        """Those of living customers in the user's reach."""
        return self.filter(owned_within_reach(user, "customer__owner"), customer__deleted_at=None)

    def standing(self) -> AssessmentQuerySet:
        """Those not undone."""
        return self.filter(withdrawn_at=None)


class Assessment(BaseModel):
    """评估: the grade of one customer at one time, with the answers, their card's version, evidence and assessor.

    Never changed afterwards; `withdrawn_at` marks one that was undone. `batch` binds what was graded in one action, so that it
    is undone in one action, back to the grades that the customer had `before`.
    """

    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.CASCADE, related_name="assessments"
    )
    source = models.CharField(_("Source"), max_length=10, choices=Source)
    grade = models.CharField(_("Customer grade"), max_length=1, choices=Grade)
    card_code = models.CharField(max_length=40, blank=True)
    card_version = models.PositiveSmallIntegerField(default=0)
    answers = models.JSONField(default=dict)
    importance_score = models.DecimalField(_("Importance"), max_digits=3, decimal_places=2, null=True)
    growth_score = models.DecimalField(_("Growth potential"), max_digits=3, decimal_places=2, null=True)
    completeness = models.PositiveSmallIntegerField(
        _("Completeness"), default=0, validators=[MaxValueValidator(100)]
    )
    evidence = models.CharField(_("Evidence"), max_length=500, blank=True)
    by = models.ForeignKey(
        User, verbose_name=_("Assessed by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("Assessed at"), default=timezone.now)
    batch = models.UUIDField(db_index=True)
    before_customer_grade = models.CharField(max_length=1, blank=True)
    before_visit_grade = models.CharField(max_length=1, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Assessment")
        verbose_name_plural = _("Assessments")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="assessment_history")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(grade__in=["A", "B", "C", "D"]), name="assessment_grade_known"
            ),
            models.CheckConstraint(
                condition=models.Q(importance_score=None, growth_score=None)
                | models.Q(
                    importance_score__range=(1, 5),
                    growth_score__range=(1, 5),
                    importance_score__isnull=False,
                    growth_score__isnull=False,
                ),
                name="assessment_scores_both_1_to_5",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="scorecard")
                | models.Q(card_version__gte=1, importance_score__isnull=False),
                name="assessment_scorecard_has_scores",
            ),
        ]

    if TYPE_CHECKING:
        customer_id: int
        by_id: int | None

    def __str__(self) -> str:
        return f"{self.customer_id} {self.grade} {self.at:%Y-%m-%d}"
