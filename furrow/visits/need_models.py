"""What customers need: answers to the interview guide (P5.4), and the sales doctor's cases, examined, diagnosed, prescribed (P5.5)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.models import Customer
from furrow.kit.models import BaseModel
from furrow.team.access import owned_within_reach
from furrow.team.models import User
from furrow.visits.guide import Need, Question
from furrow.visits.models import ContactRecord


class GuideNeed(BaseModel):
    """A question set as the company wants it (P5.4): in place of the shipped one with the same code, or a need of its own. `questions`: rows of
    {code, stage, word, text}; a question keeps its code when its words change, so that answers stay with it."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(_("Need"), max_length=40)
    questions = models.JSONField(default=list)
    hidden = models.BooleanField(_("Not asked at present"), default=False)

    class Meta:
        verbose_name = _("Question set")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def need(self) -> Need:
        """As the guide has it."""
        rows = (Question(row["code"], row["stage"], row["word"], row["text"]) for row in self.questions)
        return Need(self.code, self.name, tuple(rows))


class NeedAnswerQuerySet(models.QuerySet["NeedAnswer"]):
    """Answers, narrowed as customers."""

    def visible_to(self, user: User) -> NeedAnswerQuerySet:
        return self.filter(owned_within_reach(user, "customer__owner"), customer__deleted_at=None)


class NeedAnswer(models.Model):
    """One answer of a customer to one question of the guide. Never changed: a later one stands, the earlier ones are its history."""

    client_id = models.UUIDField(default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="need_answers")
    record = models.ForeignKey(
        ContactRecord, null=True, blank=True, on_delete=models.SET_NULL, related_name="need_answers"
    )
    question = models.CharField(max_length=40)
    text = models.CharField(pgettext_lazy("interview", "Answer"), max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = NeedAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client_id", "question"], name="need_answer_once"),
            models.CheckConstraint(condition=~Q(text=""), name="need_answer_said"),
        ]
        indexes = [models.Index(fields=["customer", "question", "at"], name="need_answer_customer")]

    if TYPE_CHECKING:
        customer_id: int

    def __str__(self) -> str:
        return f"{self.question}: {self.text[:40]}"


class Stage(models.TextChoices):
    """How far the sales doctor has come."""

    EXAMINED = "examined", _("Examined")
    DIAGNOSED = "diagnosed", _("Diagnosed")
    PRESCRIBED = "prescribed", _("Prescribed")
    CLOSED = "closed", pgettext_lazy("case", "Closed")


class NeedCaseQuerySet(models.QuerySet["NeedCase"]):
    """Cases, narrowed as customers."""

    def visible_to(self, user: User) -> NeedCaseQuerySet:
        within = owned_within_reach(user, "customer__owner") | owned_within_reach(user, "owner")
        return self.filter(within, customer__deleted_at=None)


class NeedCase(BaseModel):
    """销售医生 (P5.5): what was found in the interview, what it comes from, what we recommend and by when. A prescription follows on
    another day than the examination: nobody pitches at the first call."""

    # of the phone's message that opened it
    client_id = models.UUIDField(unique=True, null=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("Customer"), on_delete=models.PROTECT, related_name="need_cases"
    )
    need = models.CharField(_("Need"), max_length=10)
    owner = models.ForeignKey(
        User, verbose_name=_("Owner"), on_delete=models.PROTECT, related_name="need_cases"
    )
    findings = models.TextField(_("What was found"), max_length=1000)
    examined_on = models.DateField(_("Examined on"))
    diagnosis = models.TextField(_("Diagnosis"), max_length=1000, blank=True)
    diagnosed_on = models.DateField(_("Diagnosed on"), null=True, blank=True)
    prescription = models.TextField(_("Prescription"), max_length=1000, blank=True)
    prescribed_on = models.DateField(_("Prescribed on"), null=True, blank=True)
    act_on = models.DateField(_("To be done by"), null=True, blank=True)
    outcome = models.CharField(_("Outcome"), max_length=300, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)

    objects = NeedCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("Sales doctor's case")
        constraints = [
            models.CheckConstraint(
                condition=Q(diagnosed_on=None) | Q(diagnosed_on__gte=F("examined_on")),
                name="need_case_diagnosed",
            ),
            models.CheckConstraint(
                condition=Q(prescribed_on=None)
                | Q(prescribed_on__gte=F("diagnosed_on"), prescribed_on__gt=F("examined_on")),
                name="need_case_prescribed",
            ),
        ]
        indexes = [models.Index(fields=["customer", "examined_on"], name="need_case_customer")]

    label = ""  # the name of the need, where need_queries.cases_of read it

    if TYPE_CHECKING:
        customer_id: int
        owner_id: int

    def __str__(self) -> str:
        return f"{self.customer} {self.need}"

    @property
    def stage(self) -> Stage:
        """The last thing that was done."""
        if self.closed_on:
            return Stage.CLOSED
        if self.prescribed_on:
            return Stage.PRESCRIBED
        return Stage.DIAGNOSED if self.diagnosed_on else Stage.EXAMINED
