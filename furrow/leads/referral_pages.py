"""The referral table 转介绍客户名录表 as an everyday record (P7.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from furrow.kit.marks import tag
from furrow.leads import referral_queries, referring
from furrow.leads.models import Lead
from furrow.leads.referral_forms import IntroduceForm, ReferralForm, ThankForm
from furrow.leads.table_models import Referral, ReferralStep, Relation
from furrow.records.record import ChoiceFilter, Column, Filter, Record, View, Words
from furrow.team.queries import people_choices

_ = gettext_lazy


def _step(step: str) -> str:
    return str(tag(ReferralStep(step).label, {"signed": "note", "thanked": "ok"}.get(step, "")))


def _relation(value: str) -> str:
    return str(Relation(value).label)


def _of_steps(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(step__in=values)


def _of_relations(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(relation__in=values)


class ReferralRecord(Record):
    """Referrals, from ask to thanks."""

    name = "referrals"
    room = "leads"
    model = Referral
    title = _("Referral table")
    title_one = _("Referral")
    new_label = _("New referral")
    icon = "heart-handshake"
    order = "-asked_on"
    columns = (
        Column("referrer", _("Referrer"), ("referrer",), link=True),
        Column("relation", _("Relation"), ("relation",), show=_relation, export=_relation),
        Column("customer", _("Referrer's customer"), ("referrer_customer__name",)),
        Column("step", pgettext_lazy("referral", "Step"), ("step",), show=_step, export=lambda step: str(ReferralStep(step).label), phone=True),
        Column("named", _("Whom they named"), ("lead__name",), phone=True),
        Column("phone", _("Phone"), ("lead__phone",), default=False),
        Column("situation", _("Situation"), ("lead__situation",), default=False),
        Column("owner", _("Asked by"), ("owner__name",)),
        Column("asked", _("Asked on"), ("asked_on",), export=lambda day: day, sort="asked_on"),
        Column("signed", _("Signed on"), ("signed_on",), export=lambda day: day, default=False),
        Column("thanked", _("Thanked on"), ("thanked_on",), export=lambda day: day),
        Column("thanks", _("How we thanked"), ("thanks",), default=False),
        Column("note", _("Note"), ("note",), default=False),
    )  # fmt: skip
    filters = (
        Filter("step", pgettext_lazy("referral", "Step"), lambda user: ReferralStep.choices, _of_steps),
        Filter("relation", _("Relation"), lambda user: Relation.choices, _of_relations),
        ChoiceFilter("owner", _("Asked by"), field="owner", choices=people_choices, empty=None),
    )
    views = (
        View(_("All"), ""),
        View(_("Thanks due"), "step=signed"),
        View(_("Asked, nobody named yet"), "step=asked"),
    )
    form_class = ReferralForm
    form_template = "leads/referral_form.html"
    page_template = "leads/referral.html"
    page_fields = ("referrer_customer", "lead", "owner")
    switch = (
        (_("Tree"), "hierarchy", "leads:referral_tree"),
        (_("Whom to ask"), "message-question", "leads:whom_to_ask"),
    )
    empty_title = _("No referrals yet")
    empty_text = _("Ask a satisfied customer whom else we could help, and write the answer down here.")

    def count_label(self, number: int) -> str:
        return ngettext("%(number)s referral", "%(number)s referrals", number) % {"number": f"{number:,}"}

    def subtitle(self, thing: Referral) -> list[str]:
        customer = thing.referrer_customer.name if thing.referrer_customer else ""
        return [part for part in (str(thing.get_relation_display()), customer) if part]

    def context(self, request: HttpRequest, thing: Referral) -> dict[str, Any]:
        user: Any = request.user
        return {
            "steps": referral_queries.steps_of(thing),
            "lead": Lead.objects.visible_to(user).filter(pk=thing.lead_id or 0).first(),
            "thank_form": ThankForm(),
            "introduce_form": IntroduceForm(user=user),
        }

    def words(self, request: HttpRequest, entries: Iterable[Any]) -> Mapping[str, Words]:
        """Whom they named, as far as the lead is in reach."""
        user: Any = request.user
        ids = {pk for entry in entries for pk in entry.changes.get("lead", ()) if pk}
        rows = Lead.objects.visible_to(user).filter(pk__in=ids)
        names = dict(rows.values_list("pk", "name")) if ids else {}
        return {"lead": (gettext("Whom they named"), lambda pk: names.get(pk, ""))}

    def create(self, *, by: Any, **values: Any) -> Referral:
        values.pop("version", None)
        return referring.ask_referral(by=by, **values)

    def change(self, thing: Referral, *, by: Any, **values: Any) -> Referral:
        return referring.change_referral(thing, by=by, **values)

    def delete(self, thing: Referral, *, by: Any) -> None:
        referring.delete_referral(thing, by=by)

    def restore(self, pk: int, *, by: Any) -> Referral:
        deleted = Referral.objects.deleted_within_reach(by).filter(pk=pk).first()
        if deleted is None:
            raise Http404
        return referring.restore_referral(deleted, by=by)


REFERRALS = ReferralRecord()
