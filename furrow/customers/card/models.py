"""What people type into the customer card, in typed columns: one row per customer and table, made when its first fact is learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.card.choices import (
    BankGrade,
    Carrier,
    HallType,
    InvoiceUse,
    Judgment,
    Location,
    PublicBody,
    SettlementMethod,
    Tie,
    Tier,
)
from furrow.customers.models import Customer
from furrow.team.models import User

LINE, TEXT = 200, 2000


def _line(label: Any, length: int = LINE) -> models.CharField[str, str]:
    return models.CharField(label, max_length=length, blank=True)


def _text(label: Any, length: int = TEXT) -> models.TextField[str, str]:
    return models.TextField(label, max_length=length, blank=True)


def _count(label: Any, most: int = 1_000_000) -> models.PositiveIntegerField[int | None, int | None]:
    return models.PositiveIntegerField(label, null=True, blank=True, validators=[MaxValueValidator(most)])


def _amount(label: Any) -> models.DecimalField:  # type: ignore[type-arg]  # generic only in the stubs
    return models.DecimalField(
        label, max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Facts(models.Model):
    """One row of facts of a customer."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.customer_id}"


class CustomerCard(Facts):
    """Groups 1 (beyond the customer's own row), 2, 3, 4, 8, 9, 12 and 14 of the card. Money in yuan."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="card")

    main_people = _text(_("Main people"), 1000)
    background = _text(_("Background of whoever runs it"), 1000)
    outlet_count = _count(_("Number of outlets"))
    staff_count = _count(_("Number of staff"))
    network_reach = _line(_("Reach of network"))
    business_scale = _line(_("Scale of business"))
    main_results = _line(_("Main-line results"))
    sales_capacity = _amount(_("Sales capacity a year"))
    house_rules = _text(_("House rules"), 1000)

    began_on = models.DateField(_("Business began"), null=True, blank=True)
    opened_by_us = models.ForeignKey(
        User, verbose_name=_("Opened by (ours)"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # fmt: skip
    opened_by_them = _line(_("Opened by (theirs)"), 60)

    contract_number = _line(_("Contract number"), 60)
    contract_start = models.DateField(_("Contract from"), null=True, blank=True)
    contract_end = models.DateField(_("Contract until"), null=True, blank=True)
    contract_terms = _text(_("Contract terms"))

    main_products = _line(_("Main products"))
    goodwill = models.CharField(_("Goodwill"), max_length=6, choices=Judgment, blank=True)
    location = models.CharField(_("Location"), max_length=12, choices=Location, blank=True)
    floor_area = models.DecimalField(
        _("Floor area (m²)"), max_digits=9, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )  # fmt: skip
    attitude = models.CharField(
        pgettext_lazy("customer", "Attitude to us"), max_length=6, choices=Judgment, blank=True
    )
    early_sales = _amount(_("Sales a year, first estimate"))
    early_stock = _amount(_("Stock, first estimate"))

    settlement_time = _line(_("Settlement time"))
    settlement_method = models.CharField(
        _("Settlement method"), max_length=12, choices=SettlementMethod, blank=True
    )
    invoice_use = models.CharField(_("Invoice"), max_length=10, choices=InvoiceUse, blank=True)
    settlement_procedure = _text(_("Settlement procedure"), 1000)
    business_person = _line(_("Person for business"), 60)
    settlement_person = _line(_("Person for settlement"), 60)

    delivery_times = _line(_("Delivery times"))
    delivery_requirements = _text(_("Delivery requirements"), 1000)
    after_sales_terms = _text(_("After-sales terms"), 1000)
    after_sales_notes = _text(_("After-sales so far"), 1000)

    class Meta:
        verbose_name = _("Customer card")
        indexes = [
            models.Index(
                fields=["contract_end"], name="card_contract_end", condition=~models.Q(contract_end=None)
            ),
            models.Index(
                fields=["settlement_method"], name="card_settlement", condition=~models.Q(settlement_method="")
            ),
        ]  # fmt: skip


class Lines(models.Model):
    """One line of a group that is a list."""

    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


class CarriedLine(Lines):
    """Group 7: a brand, variety and specification the customer carries, ours or not."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="carried_lines")
    brand = models.CharField(_("Brand"), max_length=60)
    variety = _line(_("Variety"), 60)
    specification = _line(_("Specification"), 100)

    class Meta:
        ordering = ["order", "id"]
        indexes = [
            models.Index(fields=["customer", "order"], name="carried_of_customer"),
            models.Index(fields=["brand", "variety"], name="carried_brand"),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.variety} {self.specification}".strip()


class RetailPrice(Lines):
    """Group 10: what a product sold for at the outlet on a day, in yuan."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="retail_prices")
    seen_on = models.DateField(_("Date"))
    product = models.CharField(_("Product"), max_length=100)
    price = models.DecimalField(_("Retail price"), max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["-seen_on", "order", "id"]
        indexes = [models.Index(fields=["customer", "-seen_on"], name="retail_price_of_customer")]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="retail_price_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.seen_on} {self.product} {self.price}"


class CardConfirmation(models.Model):
    """Last confirmed: who last said when that a group of facts is true."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="confirmations")
    group = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "group"], name="confirmed_once_a_group")]
        indexes = [models.Index(fields=["at"], name="card_confirmed_at")]

    def __str__(self) -> str:
        return f"{self.group} {self.at:%Y-%m-%d}"


# Facts of one kind ------------------------------------------------------------------------------


class DealerFacts(Facts):
    """经销商: tier, tie, and the dealer above it; sub-dealers form a tree without cycles (services hold that)."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="dealer"
    )
    tier = models.PositiveSmallIntegerField(_("Tier"), choices=Tier, null=True, blank=True)
    tie = models.CharField(_("Form of tie"), max_length=12, choices=Tie, blank=True)
    parent = models.ForeignKey(
        Customer, verbose_name=_("Dealer above"), null=True, blank=True, on_delete=models.SET_NULL, related_name="sub_dealers"
    )  # fmt: skip
    area_covered = _line(_("Area covered"))
    storage_area = models.DecimalField(
        _("Storage (m²)"), max_digits=9, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )  # fmt: skip
    vehicles = _count(_("Delivery vehicles"), 10_000)
    sales_staff = _count(_("Sales staff"), 100_000)
    rival_brands = _line(_("Rival brands carried"))

    class Meta:
        verbose_name = _("Dealer")
        indexes = [
            models.Index(fields=["tier"], name="dealer_tier", condition=~models.Q(tier=None)),
            models.Index(fields=["tie"], name="dealer_tie", condition=~models.Q(tie="")),
        ]


class OutletFacts(Facts):
    """零售商: the shop itself."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="outlet"
    )
    supplied_by = models.ForeignKey(
        Customer, verbose_name=_("Supplied by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="supplies"
    )  # fmt: skip
    opening_hours = _line(_("Opening hours"), 100)
    counters = _count(_("Counters"), 10_000)
    shop_assistants = _count(_("Shop assistants"), 10_000)
    display_place = _line(_("Place for our display"))

    class Meta:
        verbose_name = _("Retailer")


class CarrierFacts(Facts):
    """营业厅: a telecom operator's outlet."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="carrier_hall"
    )
    carrier = models.CharField(_("Carrier"), max_length=10, choices=Carrier, blank=True)
    hall_type = models.CharField(_("Run by"), max_length=12, choices=HallType, blank=True)
    hall_code = _line(_("Carrier's outlet code"), 40)
    hall_counters = _count(_("Business counters"), 10_000)
    monthly_devices = _count(_("Devices sold a month"), 1_000_000)
    buying_channel = _line(_("Who decides what is bought"))

    class Meta:
        verbose_name = _("Carrier outlet")
        indexes = [models.Index(fields=["carrier"], name="carrier_name", condition=~models.Q(carrier=""))]


class CompanyFacts(Facts):
    """企业资料: eight groups of facts on a key account (P1.3). Capital in yuan."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="company"
    )
    founded_on = models.DateField(_("Founded"), null=True, blank=True)
    registered_address = _line(_("Registered address"))
    office_address = _line(_("Office address"))
    business_scope = _text(_("Business scope"), 1000)
    industry = _line(_("Industry"), 100)
    company_size = _line(pgettext_lazy("company", "Size"), 100)
    head_count = _count(_("Head count"), 10_000_000)
    bank_grade = models.CharField(_("Bank credit grade"), max_length=6, choices=BankGrade, blank=True)
    registered_capital = _amount(_("Registered capital"))
    trade_right = models.BooleanField(_("Import and export right"), null=True, blank=True)
    listing = _line(_("Stock exchange and code"), 60)

    registration_authority = _line(_("Registration authority"), 100)
    registration_number = _line(_("Unified social credit code"), 40)
    superior_body = _line(_("Superior body"), 120)
    company_history = _text(pgettext_lazy("company", "History"))

    highest_authority = _line(_("Highest authority"), 120)
    chairman = _text(_("Chairman: education and career"), 500)
    general_manager = _text(_("General manager: education and career"), 500)
    deputies = _text(_("Deputies: education and career"), 1000)

    production_sites = _text(_("Production sites"), 1000)
    equipment = _text(_("Equipment"), 1000)
    staff_mix = _line(_("Staff mix"))
    buying_way = _text(_("How it buys and pays"), 1000)
    selling_way = _text(_("How it sells and collects"), 1000)

    liquidity = _line(_("Liquidity"))
    asset_management = _line(_("Asset management"))
    solvency = _line(_("Solvency"))
    profitability = _line(_("Profitability"))
    resistance = _line(_("Resistance to risk"))

    banks = _text(_("Banks and accounts"), 1000)
    litigation = _text(_("Litigation on public record"), 1000)
    prospects = _text(pgettext_lazy("company", "Outlook"), 1000)

    class Meta:
        verbose_name = _("Key account")


class ConsumerFacts(Facts):
    """消费者: an end buyer; nothing beyond what the purchase needs."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="consumer"
    )
    bought = _line(pgettext_lazy("consumer", "Bought"))
    bought_on = models.DateField(_("Bought on"), null=True, blank=True)
    bought_at = _line(_("Bought at"), 120)
    wants = _text(_("Wants"), 1000)
    heard_from = _line(_("Heard of us from"), 120)

    class Meta:
        verbose_name = _("Consumer")


class RivalFacts(Facts):
    """同类产品: a product sold against ours. Prices in yuan."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="rival"
    )
    maker = _line(_("Maker"), 120)
    rival_brand = _line(_("Brand"), 60)
    rival_specification = _line(_("Specification"), 100)
    trade_price = _amount(_("Trade price"))
    retail_price = _amount(_("Retail price"))
    strengths = _text(_("Strengths"), 1000)
    weaknesses = _text(_("Weaknesses"), 1000)
    rival_activity = _text(_("Promotion now running"), 1000)
    our_answer = _text(_("Our answer"), 1000)

    class Meta:
        verbose_name = _("Competing product")


class PublicFacts(Facts):
    """公关环境: an authority, a medium or an association that matters here."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="public_body"
    )
    body = models.CharField(_("Kind of body"), max_length=12, choices=PublicBody, blank=True)
    matter = _text(_("What it decides or reports that concerns us"), 1000)
    person_in_charge = _line(_("Person in charge"), 60)
    our_contact = models.ForeignKey(
        User, verbose_name=_("Kept in touch by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # fmt: skip
    occasions = _text(_("Occasions to keep in touch"), 1000)

    class Meta:
        verbose_name = _("PR body")
        indexes = [models.Index(fields=["body"], name="public_body_kind", condition=~models.Q(body=""))]
