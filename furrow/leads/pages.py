"""The lead as an everyday record: the list with its filters, the page with what to do next, and what other pages show of leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext_lazy

from furrow.catalog.models import Brand, Product
from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.kit.figures import NOTHING, day_words, moment
from furrow.kit.marks import phone_links, tag
from furrow.kit.regions import region_book
from furrow.kit.shell import Figure
from furrow.leads import acts, queries, services
from furrow.leads.course_models import Talk
from furrow.leads.forms import LeadForm
from furrow.leads.importing import DirectoryImporter
from furrow.leads.models import Channel, ChannelKind, Lead, LeadList, ProspectClass
from furrow.leads.rules import week_of
from furrow.leads.search import LEADS
from furrow.leads.states import DUE, WAITING, State
from furrow.records.record import BulkAction, ChoiceFilter, Column, Filter, Later, Panel, Record, View, Words
from furrow.team.models import User
from furrow.team.queries import people_choices

_ = gettext_lazy
WEEKS_BACK = 53
PRODUCTS_OFFERED = 200


def _region(code: str | None) -> str:
    return region_book().name(code, get_language() or "") if code else NOTHING


def _region_full(code: str | None) -> str:
    return region_book().full_name(code, get_language() or "") if code else ""


def state_mark(state: str, due: datetime | None = None) -> str:
    """The state as a tag; overdue feedback says so in words."""
    known = State(state)
    if known in DUE and due is not None and due < timezone.now():
        return str(tag(gettext("Overdue"), "", "clock"))
    return str(tag(known.label, "ok" if known == State.CONVERTED else ""))


def _name(name: str, is_urgent: bool) -> str:
    if not is_urgent:
        return name
    return str(format_html("{} {}", name, tag(gettext("Urgent"), "note", "urgent")))


def _channel(pk: int, kind: str, code: str, name: str) -> str:
    return str(Channel(pk=pk, kind=kind, code=code, name=name))


def _class(letter: str) -> str:
    return str(ProspectClass(letter).label) if letter else NOTHING


def _products(user: User) -> list[tuple[str, str]]:
    """Those somebody asked for, by name."""
    asked = (
        Product.objects.filter(leads__in=Lead.objects.visible_to(user))
        .distinct()
        .order_by("title_order", "pk")
    )
    return [(str(pk), title) for pk, title in asked.values_list("pk", "title")[:PRODUCTS_OFFERED]]


def _attention(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    now = timezone.now()
    wanted = {
        "waiting": models.Q(state__in=sorted(WAITING)),
        "urgent": models.Q(is_urgent=True, state__in=sorted(WAITING)),
        "due": models.Q(state__in=sorted(DUE)),
        "overdue": models.Q(state__in=sorted(DUE), feedback_due__lt=now),
        "escalated": models.Q(state__in=sorted(DUE), escalation__gt=0),
    }
    for value in values:
        rows = rows.filter(wanted[value])
    return rows


def _reached(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    for value in values:
        rows = rows.filter(queries.REACHED[value])
    return rows


def _weeks(user: User) -> list[tuple[str, str]]:
    monday = week_of(timezone.localdate())
    days = [monday - timedelta(weeks=number) for number in range(WEEKS_BACK)]
    return [(day.isoformat(), f"{day.isocalendar().year} / {day.isocalendar().week}") for day in days]


def _in_weeks(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    condition = models.Q(pk__in=[])
    for value in values:
        start = timezone.make_aware(datetime.combine(date.fromisoformat(value), time()))
        condition |= models.Q(inquired_at__gte=start, inquired_at__lt=start + timedelta(days=7))
    return rows.filter(condition)


def _in_kinds(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(channel__kind__in=values)


class LeadRecord(Record):
    """Leads as an everyday record."""

    name = "leads"
    room = "leads"
    model = Lead
    title = _("Leads")
    title_one = _("Lead")
    new_label = _("New lead")
    icon = "filter-plus"
    order = "-inquired_at"
    columns = (
        Column("name", pgettext_lazy("lead", "Name"), ("name", "is_urgent"), show=_name, export=lambda name, urgent: name, sort="name_order", link=True),
        Column("state", _("State"), ("state", "feedback_due"), show=state_mark, export=lambda state, due: str(State(state).label), phone=True),
        Column("phone", _("Phone"), ("phone",), show=phone_links, export=str, phone=True),
        Column("contact", _("Contact"), ("contact_name",), default=False),
        Column("region", _("Region"), ("region_id",), show=_region, export=_region_full),
        Column("situation", _("Situation"), ("situation",), show=lambda text: text[:60] or NOTHING, export=str, default=False),
        Column("channel", _("Lead channel"), ("channel_id", "channel__kind", "channel__code", "channel__name"), show=_channel, export=_channel),
        Column("source", _("Source"), ("source",)),
        Column("referrer", _("Referrer"), ("referrer",), default=False),
        Column("list", _("List"), ("list__name",), default=False),
        Column("remark", _("Remark"), ("remark",), show=lambda text: text[:60] or NOTHING, export=str, default=False),
        Column("brand", _("Brand"), ("brand__name",)),
        Column("product", _("Product wanted"), ("product__title",), default=False),
        Column("class", _("Prospect class"), ("prospect_class",), show=_class, export=_class),
        Column("holder", _("Holder"), ("holder__name",), phone=True),
        Column("inquired", _("Inquired"), ("inquired_at",), show=moment, export=lambda at: at, sort="inquired_at"),
        Column("due", _("Feedback due"), ("feedback_due",), show=moment, export=lambda at: at, default=False),
        Column("by", _("Entered by"), ("entered_by__name",), default=False),
    )  # fmt: skip
    filters = (
        Filter(
            "attention",
            _("To do"),
            lambda user: [
                ("waiting", _("To be assigned")),
                ("urgent", _("Urgent, to be assigned")),
                ("due", _("Awaiting feedback")),
                ("overdue", _("Overdue")),
                ("escalated", _("Escalated")),
            ],
            _attention,
        ),
        Filter(
            "state",
            _("State"),
            lambda user: State.choices,
            lambda rows, values: rows.filter(state__in=values),
        ),
        Filter("kind", _("Lead channel"), lambda user: ChannelKind.choices, _in_kinds),
        Filter(
            "channel",
            _("Sub-channel"),
            lambda user: [
                (str(one.pk), str(one)) for one in Channel.objects.filter(is_active=user.is_active)
            ],
            lambda rows, values: rows.filter(channel__in=values),
        ),
        ChoiceFilter("holder", _("Holder"), field="holder", choices=people_choices, empty=None),
        ChoiceFilter(
            "brand",
            _("Brand"),
            field="brand",
            choices=lambda user: Brand.objects.values_list("pk", "name"),
            empty=None,
        ),
        ChoiceFilter("product", _("Product wanted"), field="product", choices=_products, empty=None),
        ChoiceFilter(
            "class", _("Prospect class"), field="prospect_class", choices=lambda user: ProspectClass.choices
        ),
        Filter("reached", _("Got as far as"), lambda user: queries.REACHED_CHOICES, _reached),
        Filter("week", _("Week of the inquiry"), _weeks, _in_weeks),
        Filter(
            "list",
            _("List"),
            lambda user: [
                (str(one.pk), one.name)
                for one in LeadList.objects.filter(leads__in=Lead.objects.visible_to(user)).distinct()[:200]
            ],
            lambda rows, values: rows.filter(list__in=values),
        ),
    )
    views = (
        View(_("All"), ""),
        View(_("To be assigned"), "attention=waiting"),
        View(_("Awaiting feedback"), "attention=due"),
        View(_("Overdue"), "attention=overdue"),
        View(_("In follow-up"), "state=valid&state=talk"),
    )
    search = LEADS
    search_hint = _("Name, pinyin, end of phone")
    form_class = LeadForm
    form_template = "leads/form.html"
    page_template = "leads/page.html"
    print_template = "leads/print_talks.html"
    importer = DirectoryImporter()
    page_fields = (
        "channel",
        "brand",
        "product",
        "holder",
        "entered_by",
        "assigned_by",
        "customer",
        "duplicate_of",
        "list",
        "region",
    )
    empty_title = _("No leads yet")
    empty_text = _("When a customer calls or writes, the first one is entered here.")
    bulk = (
        BulkAction(
            "assign", pgettext_lazy("verb", "Assign"), "user-plus", "leads:assign_many", "leads.assign"
        ),
        BulkAction("sheet", _("Put on a sheet"), "clipboard-list", "leads:sheet_of", "leads.hand_over"),
    )

    def count_label(self, number: int) -> str:
        return ngettext("%(number)s lead", "%(number)s leads", number) % {"number": f"{number:,}"}

    def subtitle(self, thing: Lead) -> list[str]:
        parts = [thing.contact_name, str(thing.channel), _region_full(thing.region_id)]
        return [part for part in parts if part]

    def context(self, request: HttpRequest, thing: Lead) -> dict[str, Any]:
        user: Any = request.user
        return {
            "acts": acts.acts_of(thing, user),
            "state": state_mark(thing.state, thing.feedback_due),
            # without one, a form to fill in
            "talks": list(thing.talks.select_related("by")) or [Talk()],
        }

    def words(self, request: HttpRequest, entries: Iterable[Any]) -> Mapping[str, Words]:
        """What it became, as far as that is in reach, and to whom an overdue one was shown."""
        user: Any = request.user

        def names(field: str, rows: models.QuerySet[Any]) -> dict[int, str]:
            ids = {pk for entry in entries for pk in entry.changes.get(field, ()) if pk}
            return dict(rows.filter(pk__in=ids).values_list("pk", "name")) if ids else {}

        customers = names("customer", Customer.objects.visible_to(user))
        leads = names("duplicate_of", Lead.objects.visible_to(user))
        levels = {1: gettext("Team manager"), 2: gettext("Head of sales")}
        return {
            "customer": (gettext("Customer"), lambda pk: customers.get(pk, "")),
            "duplicate_of": (gettext("Merged into"), lambda pk: leads.get(pk, "")),
            "escalation": (gettext("Escalated"), lambda level: levels.get(level, "")),
        }

    def create(self, *, by: Any, **values: Any) -> Lead:
        values.pop("version", None)
        return services.record_lead(by=by, **values)

    def change(self, thing: Lead, *, by: Any, **values: Any) -> Lead:
        return services.change_lead(thing, by=by, **values)

    def delete(self, thing: Lead, *, by: Any) -> None:
        services.delete_lead(thing, by=by)

    def restore(self, pk: int, *, by: Any) -> Lead:
        deleted = Lead.objects.deleted_within_reach(by).filter(pk=pk).first()
        if deleted is None:
            raise Http404
        return services.restore_lead(deleted, by=by)


RECORD = LeadRecord()


def facts_panel(request: HttpRequest, lead: Lead) -> Panel:
    """What is known of the lead, and who answers for it."""
    context = {
        "lead": lead,
        "phone": phone_links(lead.phone),
        "region": _region_full(lead.region_id),
        "cold": getattr(lead, "cold_visit", None),
        "line": getattr(lead, "line", None),
    }
    stats = [Figure(gettext("Holder"), lead.holder.name if lead.holder else gettext("Nobody"))]
    if lead.feedback_due:
        late = gettext("Overdue") if lead.is_overdue else ""
        stats.append(Figure(gettext("Feedback due"), day_words(lead.feedback_due), sub=late))
    if lead.prospect_class:
        stats.append(Figure(gettext("Prospect class"), lead.get_prospect_class_display()))
    return Panel(
        "facts", gettext("What is known"), "leads/_facts.html", context, order=10, stats=tuple(stats)
    )


def course_panel(request: HttpRequest, lead: Lead) -> Panel:
    """Feedback and talks, newest first."""
    context = {"lead": lead, "events": queries.course_of(lead)}
    return Panel("course", gettext("Feedback and talks"), "leads/_course.html", context, order=20)


def holders_panel(request: HttpRequest, lead: Lead) -> Panel:
    """Who held it, from when to when, and why it ended."""
    context = {"holdings": lead.holdings.select_related("holder", "by")}
    return Panel("holders", gettext("Holders"), "leads/_holders.html", context, wide=False, order=20)


def similar_panel(request: HttpRequest, lead: Lead) -> Panel | None:
    """Leads and customers it may be."""
    user: Any = request.user
    found = queries.similar_to(lead, user)
    if not found or lead.state in (State.MERGED, State.CONVERTED):
        return None
    context = {"found": found, "lead": lead}
    return Panel("similar", gettext("Possible duplicate"), "leads/_alike.html", context, wide=False, order=10)


@Later("lead", _("Came as a lead"), wide=False, order=60)
def customer_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """On the customer's page: the lead it came from."""
    user: Any = request.user
    if not user.may("leads.view"):
        return None
    found = list(
        Lead.objects.visible_to(user).filter(customer=customer).select_related("channel", "product")[:5]
    )
    if not found:
        return None
    return Panel(
        "lead", gettext("Came as a lead"), "leads/_came_as.html", {"leads": found}, wide=False, order=60
    )


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: the inquiries it came from."""
    if not user.may("leads.view"):
        return []
    return [
        Event(at, pk, "filter-plus", gettext("Inquiry"), who=who or "", text=situation[:120], url=reverse("leads:page", args=[pk]))
        for at, pk, who, situation in _EVENTS.of(customer, user, window, limit)
    ]  # fmt: skip


_EVENTS = TimelineRead(Lead.objects.visible_to, *("entered_by__name", "situation"), at="inquired_at")
