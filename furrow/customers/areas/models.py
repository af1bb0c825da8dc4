"""What the company wants of a region: the plan to open it as a market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.kit.models import BaseModel
from furrow.kit.places import Region
from furrow.team.models import User


class SoughtLevel(models.TextChoices):
    """客户级别: how high a customer is sought in a region (P1.7)."""

    PROVINCIAL = "province", _("Provincial")
    PREFECTURE = "prefecture", _("Prefecture city")
    CITY = "city", _("County-level city")
    COUNTY = "county", pgettext_lazy("level of customer", "County")
    TOWNSHIP = "township", pgettext_lazy("level of customer", "Township")


class AreaPlan(BaseModel):
    """The plan for one region. It is opened when its archives are complete enough, or by a named person's exception with a reason (P1.1)."""

    region = models.OneToOneField(
        Region, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    level_sought = models.CharField(_("Level of customer"), max_length=10, choices=SoughtLevel, blank=True)
    opening_order = models.PositiveSmallIntegerField(
        _("Opening order"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9999)],
    )
    completeness_needed = models.PositiveSmallIntegerField(
        _("Completeness needed (%)"), default=60, validators=[MaxValueValidator(100)]
    )
    opened_on = models.DateField(_("Opened"), null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        User,
        verbose_name=_("Opened by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    completeness_then = models.PositiveSmallIntegerField(
        _("Completeness when opened (%)"), null=True, editable=False
    )
    exception = models.CharField(_("Reason for the exception"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("Area plan")
        indexes = [
            models.Index(
                fields=["opening_order"],
                name="area_opening_order",
                condition=models.Q(opening_order__isnull=False),
            )
        ]

    if TYPE_CHECKING:
        region_id: str
        opened_by_id: int | None

    def __str__(self) -> str:
        return self.region_id
