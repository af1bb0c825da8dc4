"""Fields of a company's own: the field, its choices, and one typed, indexed value per customer and field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.models import Customer, Kind
from furrow.kit.models import BaseModel
from furrow.team.models import User

TEXT_LENGTH = 200


class FieldType(models.TextChoices):
    """What a field holds; never changed once the field exists, so that its values stay readable."""

    TEXT = "text", _("Text")
    NUMBER = "number", pgettext_lazy("field", "Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    PERSON = "person", _("Person")


class CustomField(BaseModel):
    """One field. `kind` empty: for all kinds. A retired field keeps its values, but is asked and shown no more."""

    label = models.CharField(_("Field name"), max_length=40)
    type = models.CharField(pgettext_lazy("field", "Type"), max_length=8, choices=FieldType)
    kind = models.CharField(pgettext_lazy("customer", "Kind"), max_length=10, choices=Kind, blank=True)
    help_text = models.CharField(_("Help beside the field"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(pgettext_lazy("sequence", "Order"), default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Custom field")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "label"], condition=models.Q(retired_at=None), name="custom_field_label_once"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """As forms, lists and the API call it."""
        return f"custom.{self.pk}"


class CustomChoice(models.Model):
    """One choice of a choice field; retired ones stay readable where they were chosen."""

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="choices")
    label = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["field", "label"], name="custom_choice_once")]

    def __str__(self) -> str:
        return self.label


class CustomValue(models.Model):
    """The value of one field at one customer, in the column of the field's type; empty values have no row.

    Each type has its own partial index that begins with the field, so that narrowing a list seeks instead of reading all values.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="custom_values")
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="values")
    text = models.CharField(max_length=TEXT_LENGTH, blank=True)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    date = models.DateField(null=True)
    choice = models.ForeignKey(CustomChoice, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "field"], name="custom_value_once"),
            models.CheckConstraint(
                condition=~models.Q(text="")
                | models.Q(number__isnull=False)
                | models.Q(date__isnull=False)
                | models.Q(choice__isnull=False)
                | models.Q(person__isnull=False),
                name="custom_value_not_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["field", "text", "customer"], name="custom_by_text", condition=~models.Q(text="")
            ),
            models.Index(
                fields=["field", "number", "customer"],
                name="custom_by_number",
                condition=models.Q(number__isnull=False),
            ),
            models.Index(
                fields=["field", "date", "customer"],
                name="custom_by_date",
                condition=models.Q(date__isnull=False),
            ),
            models.Index(
                fields=["field", "choice", "customer"],
                name="custom_by_choice",
                condition=models.Q(choice__isnull=False),
            ),
            models.Index(
                fields=["field", "person", "customer"],
                name="custom_by_person",
                condition=models.Q(person__isnull=False),
            ),
        ]

    if TYPE_CHECKING:
        customer_id: int
        field_id: int
        choice_id: int | None
        person_id: int | None

    def __str__(self) -> str:
        return f"{self.field_id} {self.customer_id}"
