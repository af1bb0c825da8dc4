"""The choices of the customer card: what a person picks from instead of typing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Judgment(models.TextChoices):
    """Goodwill and attitude, as a person sees them."""

    GOOD = "good", pgettext_lazy("judgment", "Good")
    FAIR = "fair", pgettext_lazy("judgment", "Fair")
    POOR = "poor", pgettext_lazy("judgment", "Poor")


class Location(models.TextChoices):
    """Where an outlet lies."""

    CENTER = "center", _("Shopping center")
    MAIN = "main", _("Main street")
    SIDE = "side", _("Side street")
    RESIDENTIAL = "residential", _("Residential area")
    MARKET = "market", _("Trade market")
    OTHER = "other", pgettext_lazy("location", "Elsewhere")


class SettlementMethod(models.TextChoices):
    """结算方式: how the customer pays."""

    CASH = "cash", _("Cash on delivery")
    TRANSFER = "transfer", _("Bank transfer")
    ACCEPTANCE = "acceptance", _("Acceptance bill")
    PREPAID = "prepaid", _("Paid in advance")
    MONTHLY = "monthly", _("Monthly account")
    CONSIGNMENT = "consignment", _("After the goods are sold")


class InvoiceUse(models.TextChoices):
    """Which invoice the customer needs."""

    NONE = "none", _("No invoice")
    ORDINARY = "ordinary", _("Ordinary invoice")
    SPECIAL = "special", _("Special VAT invoice")


class Tie(models.TextChoices):
    """合作形式: how a dealer is bound to us (P13)."""

    CONTRACTUAL = "contractual", _("Contractual")
    ADMINISTERED = "administered", _("Administered")
    OWNERSHIP = "ownership", pgettext_lazy("tie", "By ownership")


class Tier(models.IntegerChoices):
    """Place of a dealer in the channel."""

    FIRST = 1, _("First tier")
    SECOND = 2, _("Second tier")
    THIRD = 3, _("Third tier")


class Carrier(models.TextChoices):
    """Whose outlet it is."""

    MOBILE = "mobile", _("China Mobile")
    UNICOM = "unicom", _("China Unicom")
    TELECOM = "telecom", _("China Telecom")
    BROADNET = "broadnet", _("China Broadnet")


class HallType(models.TextChoices):
    """Who runs a carrier outlet."""

    OWN = "own", _("Run by the carrier")
    FRANCHISED = "franchised", _("Franchised")
    COUNTER = "counter", _("Counter in a shop")


class PublicBody(models.TextChoices):
    """公关环境: what kind of body."""

    AUTHORITY = "authority", _("Authority")
    MEDIA = "media", _("Media")
    ASSOCIATION = "association", _("Association")


class BankGrade(models.TextChoices):
    """Credit grade given by the customer's bank."""

    AAA = "AAA", "AAA"
    AA = "AA", "AA"
    A = "A", "A"
    BBB = "BBB", "BBB"
    LOWER = "lower", _("Below BBB")
