"""个人需求图 (P5.5): what one person at a customer needs, from the development of the business to the inner wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.contacts.models import Contact
from furrow.kit.models import BaseModel
from furrow.team.models import User

PARTS = ("development", "department", "company", "interests", "post", "life_role", "inner_wish")
LONGEST = 300


def _part(label: Any) -> models.CharField[str, str]:
    return models.CharField(label, max_length=LONGEST, blank=True)


class NeedChartQuerySet(models.QuerySet["NeedChart"]):
    """Charts, narrowed as contacts."""

    def visible_to(self, user: User) -> NeedChartQuerySet:
        return self.filter(contact__in=Contact.objects.visible_to(user))


class NeedChart(BaseModel):
    """One person's needs, each in a line: business first, the person behind it last."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="need_chart")
    development = _part(pgettext_lazy("need chart", "Development"))
    department = _part(pgettext_lazy("need chart", "Department"))
    company = _part(pgettext_lazy("need chart", "Company"))
    interests = _part(pgettext_lazy("need chart", "Interests"))
    post = _part(pgettext_lazy("need chart", "Post"))
    life_role = _part(pgettext_lazy("need chart", "Role in life"))
    inner_wish = _part(pgettext_lazy("need chart", "Inner wish"))

    objects = NeedChartQuerySet.as_manager()

    class Meta:
        verbose_name = _("Need chart")

    if TYPE_CHECKING:
        contact_id: int

    def __str__(self) -> str:
        return f"{self.contact_id}"

    @property
    def values(self) -> dict[str, str]:
        """What is known, by part; what is not known is left out."""
        return {name: text for name in PARTS if (text := getattr(self, name))}
