"""Contacts and their customers; the profile's answers, sealed; consents, the reading log and certificates of erasure (P1.4, P1.5)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.contacts.birthdays import Birthday, Calendar
from furrow.contacts.catalogue import Question, questions
from furrow.customers.models import Customer
from furrow.kit.models import BaseModel, Deletable
from furrow.kit.ordering import NameOrder
from furrow.team.access import owned_within_reach, sees_all
from furrow.team.models import User


class ContactRole(models.TextChoices):
    """What a contact does at a customer; groups 8 and 9 of the card ask for the people for business and for settlement (P1.2)."""

    HEAD = "head", _("Head")
    BUSINESS = "business", pgettext_lazy("contact role", "Business")
    SETTLEMENT = "settlement", pgettext_lazy("contact role", "Settlement")
    PURCHASING = "purchasing", _("Purchasing")
    WAREHOUSE = "warehouse", _("Warehouse and receiving")
    SHOP = "shop", _("Shop floor")
    OTHER = "other", pgettext_lazy("contact role", "Other")


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts, narrowed."""

    def alive(self) -> ContactQuerySet:
        return self.filter(deleted_at=None)

    def all_within_reach(self, user: User) -> ContactQuerySet:
        """Those at a living customer in the user's reach; who sees everything also sees those at no customer."""
        if sees_all(user):
            return self
        return self.filter(
            models.Exists(_links_of_contact().filter(owned_within_reach(user, "customer__owner")))
        )

    def visible_to(self, user: User) -> ContactQuerySet:
        return self.alive().all_within_reach(user)

    def deleted_within_reach(self, user: User) -> ContactQuerySet:
        """Softly deleted contacts that would be visible to the user."""
        return self.exclude(deleted_at=None).all_within_reach(user)

    def with_customer(self, user: User) -> ContactQuerySet:
        """With `customer_name`, `customer_pk` and `role`: of the customer in reach where they are the main contact, else of the first."""
        first = (
            _links_of_contact().filter(owned_within_reach(user, "customer__owner")).order_by("-is_main", "pk")
        )
        return self.annotate(
            customer_name=models.Subquery(first.values("customer__name")[:1]),
            customer_pk=models.Subquery(first.values("customer_id")[:1]),
            role=models.Subquery(first.values("role")[:1]),
        )


def _links_of_contact() -> models.QuerySet[ContactLink]:
    return ContactLink.objects.filter(contact=models.OuterRef("pk"), customer__deleted_at=None)


class Contact(Deletable):
    """A person at one or more customers. The birthday is kept in the calendar the person keeps it in."""

    name = models.CharField(pgettext_lazy("person", "Name"), max_length=60)
    position = models.CharField(pgettext_lazy("job", "Position"), max_length=60, blank=True)
    phone = models.CharField(_("Phone"), max_length=100, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), max_length=120, blank=True)
    best_time = models.CharField(_("Best time to reach"), max_length=100, blank=True)
    birth_calendar = models.CharField(_("Birthday by"), max_length=5, choices=Calendar, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("Year of birth"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("Month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("Day of birth"), null=True, blank=True)
    birth_leap = models.BooleanField(_("Leap month"), default=False)
    note = models.TextField(_("Note"), max_length=1000, blank=True)

    # Folded for duplicate checks; kept by the services.
    phone_key = models.CharField(max_length=20, editable=False, default="")
    name_order = NameOrder()

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        indexes = [
            models.Index(fields=["name_order", "id"], name="contact_name"),
            models.Index(fields=["updated_at", "id"], name="contact_changed"),
            models.Index(fields=["birth_month", "birth_day"], name="contact_birthday"),
            models.Index(fields=["phone_key"], name="contact_phone_key", condition=~models.Q(phone_key="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(birth_month=None, birth_day=None, birth_calendar="", birth_year=None)
                | models.Q(
                    birth_month__range=(1, 12),
                    birth_day__range=(1, 31),
                    birth_calendar__in=["solar", "lunar"],
                ),
                name="contact_birthday_whole",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def birthday(self) -> Birthday | None:
        """None when not filled in."""
        if self.birth_month is None or self.birth_day is None:
            return None
        return Birthday(
            self.birth_calendar, self.birth_month, self.birth_day, self.birth_year, self.birth_leap
        )

    @property
    def next_birthday(self) -> date | None:
        """When it is kept next, today included."""
        birthday = self.birthday
        return birthday.next_on(timezone.localdate()) if birthday else None


class ContactLinkQuerySet(models.QuerySet["ContactLink"]):
    """Links, narrowed."""

    def visible_to(self, user: User) -> ContactLinkQuerySet:
        """Those to living customers in the user's reach, of living contacts."""
        return self.filter(
            owned_within_reach(user, "customer__owner"), customer__deleted_at=None, contact__deleted_at=None
        )


class ContactLink(models.Model):
    """A contact's part at one customer; each customer has at most one main contact."""

    contact = models.ForeignKey(
        Contact, verbose_name=_("Contact"), on_delete=models.CASCADE, related_name="links"
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.CASCADE, related_name="contact_links"
    )
    role = models.CharField(
        pgettext_lazy("contact", "Role"), max_length=10, choices=ContactRole, default=ContactRole.BUSINESS
    )
    is_main = models.BooleanField(_("Main contact"), default=False)
    since = models.DateTimeField(default=timezone.now, editable=False)

    objects = ContactLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("Contact at a customer")
        constraints = [
            models.UniqueConstraint(fields=["contact", "customer"], name="contact_link_once"),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_main=True), name="contact_link_one_main"
            ),
        ]

    if TYPE_CHECKING:
        contact_id: int
        customer_id: int

    def __str__(self) -> str:
        return f"{self.contact_id} {self.customer_id} {self.role}"


class OpenQuestion(BaseModel):
    """A sensitive question the company has switched on, for a stated purpose. Without such a row it is off."""

    question = models.CharField(max_length=40, unique=True)
    purpose = models.CharField(_("Purpose"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.question


class ConsentWay(models.TextChoices):
    """How a consent was given."""

    PAPER = "paper", _("Signed on paper")
    MESSAGE = "message", _("By message")
    EMAIL = "email", pgettext_lazy("consent", "By e-mail")
    SPOKEN = "spoken", _("Spoken, with a witness")


class Consent(models.Model):
    """A contact's consent 单独同意 to one sensitive question for one purpose. It no longer holds once withdrawn, or when the company
    states another purpose."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    question = models.CharField(max_length=40)
    purpose = models.CharField(_("Purpose"), max_length=200)
    wording = models.TextField(_("Wording"), max_length=1000)
    way = models.CharField(_("Given"), max_length=8, choices=ConsentWay)
    evidence = models.CharField(_("Evidence"), max_length=200)
    given_on = models.DateField(_("Given on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    erased = models.BooleanField(default=False)  # on withdrawal the answers were erased, not only locked

    class Meta:
        verbose_name = _("Consent")
        indexes = [models.Index(fields=["contact", "question"], name="consent_of_contact")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.question}"

    if TYPE_CHECKING:
        contact_id: int

    @property
    def asked(self) -> Question | None:
        return questions().get(self.question)


class Answer(models.Model):
    """One answer to one question about one contact, sealed with the key `key_id` (vault.py); `ended_at` is set on what a later answer
    replaced."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Answer")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "question"], condition=models.Q(ended_at=None), name="answer_current_once"
            )
        ]
        indexes = [
            models.Index(fields=["contact", "question", "-id"], name="answer_history"),
            models.Index(fields=["key_id", "id"], name="answer_key"),
        ]

    if TYPE_CHECKING:
        contact_id: int
        by_id: int | None

    def __str__(self) -> str:
        return f"{self.contact_id} {self.question}"


class ReadingWay(models.TextChoices):
    """By which act answers were read."""

    PROFILE = "profile", _("Profile opened")
    REVEAL = "reveal", _("Answer revealed")
    HISTORY = "history", _("Earlier answers")
    PRINT = "print", _("Profile printed")
    EXPORT = "export", _("Personal data exported")
    API = "api", _("Through the API")


class Reading(models.Model):
    """One entry of the reading log 查阅记录: who read which answers about a contact, when and by which act."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    way = models.CharField(max_length=8, choices=ReadingWay)
    questions = models.JSONField(default=list)
    sensitive = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Reading")
        indexes = [models.Index(fields=["contact", "-id"], name="reading_of_contact")]

    if TYPE_CHECKING:
        contact_id: int

    def __str__(self) -> str:
        return f"{self.contact_id} {self.way}"

    @property
    def labels(self) -> list[str]:
        """The questions in words."""
        known = questions()
        return [known[code].label for code in self.questions if code in known]


class ErasureGround(models.TextChoices):
    """Why a person's data were erased."""

    REQUEST = "request", _("The person asked for it")
    WITHDRAWN = "withdrawn", _("Consent was withdrawn")
    PURPOSE = "purpose", _("The purpose has ended")


class Erasure(models.Model):
    """The certificate of one erasure. It names nobody: number, when, by whom, why, and how much was erased where."""

    number = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ground = models.CharField(max_length=10, choices=ErasureGround)
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("Certificate of erasure")
        ordering = ["-id"]

    if TYPE_CHECKING:
        by_id: int | None

    def __str__(self) -> str:
        return self.number
